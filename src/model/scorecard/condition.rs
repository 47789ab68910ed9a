//! The questions of a scorecard: conditions on properties and relations, all or any of them.
//!
//! In: the YAML of a `filter` or a `query`. Out: the [`Query`], and what is wrong with its form.
//! Knows no blueprint: whether a condition fits what it asks about is for `check`.

use crate::finding::Finding;
use crate::finding::Part;
use crate::finding::codes::{E0202, E0213, E0703};
use crate::model::fields::Fields;
use crate::syntax::Node;
use crate::text::{Located, Span, Text, choose};

/// Conditions of which all or any must hold.
#[derive(Debug, Clone)]
pub struct Query {
    /// All or any; absent where that could not be read.
    pub combinator: Option<Combinator>,
    /// The conditions that could be read, in the order of the file.
    pub conditions: Vec<Condition>,
    /// Whether a part of it could not be read.
    pub broken: bool,
}

/// Whether all conditions must hold or one is enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Combinator {
    /// All.
    And,
    /// One.
    Or,
}

/// A question about one property or relation of an entity.
#[derive(Debug, Clone)]
pub struct Condition {
    /// The property (also a derived one, or `$team`) or relation.
    pub name: Located<Text>,
    /// Whether `name` is a relation.
    pub is_relation: bool,
    /// How it is compared.
    pub operator: Located<Operator>,
    /// What with, where the operator needs something.
    pub value: Option<Node>,
    /// Whether the answer is turned round.
    pub not: bool,
}

/// How a value is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `contains`
    Contains,
    /// `doesNotContains`
    DoesNotContain,
    /// `containsAny`
    ContainsAny,
    /// `in`
    In,
    /// `beginsWith`
    BeginsWith,
    /// `doesNotBeginsWith`
    DoesNotBeginWith,
    /// `endsWith`
    EndsWith,
    /// `doesNotEndsWith`
    DoesNotEndWith,
    /// `between`
    Between,
    /// `notBetween`
    NotBetween,
    /// `isEmpty`
    IsEmpty,
    /// `isNotEmpty`
    IsNotEmpty,
}

impl Operator {
    /// The operators by the words that Port has for them.
    pub const WORDS: [(&'static str, Self); 18] = [
        ("=", Self::Equal),
        ("!=", Self::NotEqual),
        (">", Self::Greater),
        (">=", Self::GreaterOrEqual),
        ("<", Self::Less),
        ("<=", Self::LessOrEqual),
        ("contains", Self::Contains),
        ("doesNotContains", Self::DoesNotContain),
        ("containsAny", Self::ContainsAny),
        ("in", Self::In),
        ("beginsWith", Self::BeginsWith),
        ("doesNotBeginsWith", Self::DoesNotBeginWith),
        ("endsWith", Self::EndsWith),
        ("doesNotEndsWith", Self::DoesNotEndWith),
        ("between", Self::Between),
        ("notBetween", Self::NotBetween),
        ("isEmpty", Self::IsEmpty),
        ("isNotEmpty", Self::IsNotEmpty),
    ];

    /// The word.
    pub fn word(self) -> &'static str {
        Self::WORDS
            .iter()
            .find(|(_, operator)| *operator == self)
            .map_or("", |(word, _)| word)
    }

    /// Whether it asks for nothing but whether something is there.
    pub const fn stands_alone(self) -> bool {
        matches!(self, Self::IsEmpty | Self::IsNotEmpty)
    }
}

/// A period that is counted from the present moment, as `{preset: lastMonth}` names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preset {
    /// The day of the present moment.
    Today,
    /// The day after it.
    Tomorrow,
    /// The day before it.
    Yesterday,
    /// The last twenty-four hours; Port has it in queries alone.
    LastDay,
    /// The last seven days.
    LastWeek,
    /// The last fourteen days.
    Last2Weeks,
    /// The last thirty days.
    LastMonth,
    /// The last ninety days.
    Last3Months,
    /// The last 180 days.
    Last6Months,
    /// The last 365 days.
    Last12Months,
}

impl Preset {
    /// The presets by the words that Port has for them.
    pub const WORDS: [(&'static str, Self); 9] = [
        ("today", Self::Today),
        ("tomorrow", Self::Tomorrow),
        ("yesterday", Self::Yesterday),
        ("lastWeek", Self::LastWeek),
        ("last2Weeks", Self::Last2Weeks),
        ("lastMonth", Self::LastMonth),
        ("last3Months", Self::Last3Months),
        ("last6Months", Self::Last6Months),
        ("last12Months", Self::Last12Months),
    ];

    /// The preset that queries have and conditions have not.
    pub const OF_QUERIES: (&'static str, Self) = ("lastDay", Self::LastDay);

    /// The preset that the value of a condition names.
    pub fn of(value: &Node) -> Option<Self> {
        let word = value.get("preset")?.as_str()?;
        let known = Self::WORDS.iter().find(|(name, _)| *name == word);
        known.map(|(_, preset)| *preset)
    }
}

/// Reads a query; `place` is where a missing key is reported.
pub(super) fn read(
    node: &Node,
    what: &'static str,
    place: Span,
    findings: &mut Vec<Finding>,
) -> Option<Query> {
    let mut fields = Fields::of(what, node, place, findings)?;
    if fields.entry("combinator").is_none() {
        fields.missing("combinator");
    }
    let words = [("and", Combinator::And), ("or", Combinator::Or)];
    let combinator = fields.one_of("combinator", &words);
    if fields.entry("conditions").is_none() {
        fields.missing("conditions");
    }
    let nodes = fields.list("conditions");
    if let Some(entry) = fields.entry("conditions").filter(|_| nodes.is_empty())
        && entry.node.as_sequence().is_some()
    {
        let message = "`conditions` has no condition in it";
        let finding = Finding::new(&E0213, entry.node.span, message).label("says nothing");
        fields
            .findings
            .push(finding.help("write what is asked for, or delete it all"));
    }
    fields.done();
    let conditions: Vec<Condition> = nodes
        .iter()
        .filter_map(|node| read_condition(node, findings))
        .collect();
    Some(Query {
        broken: combinator.is_none() || conditions.len() < nodes.len(),
        combinator: combinator.map(|combinator| combinator.value),
        conditions,
    })
}

fn read_condition(node: &Node, findings: &mut Vec<Finding>) -> Option<Condition> {
    let place = node.first_key();
    let mut fields = Fields::of("a condition", node, place, findings)?;
    let (property, relation) = (fields.text("property"), fields.text("relation"));
    if fields.entry("operator").is_none() {
        fields.missing("operator");
    }
    let operator = fields.text("operator");
    let value = fields.node("value");
    let not = fields.bool("not").is_some_and(|not| not.value);
    let is_written = fields
        .entry("property")
        .or(fields.entry("relation"))
        .is_some();
    fields.done();
    if !is_written || (property.is_some() && relation.is_some()) {
        let one = relation.as_ref().map_or(place, |relation| relation.span);
        findings.push(
            Finding::new(
                &E0202,
                one,
                "a condition asks about one `property` or one `relation`",
            )
            .label("not exactly one of the two")
            .help("write `property:` or `relation:` with a name of the blueprint"),
        );
        return None;
    }
    let operator = operator.and_then(|word| find(&word, findings))?;
    match value {
        None if !operator.value.stands_alone() => {
            findings.push(
                Finding::new(
                    &E0202,
                    operator.span,
                    format!("`{}` needs `value`", operator.value.word()),
                )
                .misses(Part::Key, "value")
                .label("compared with what?")
                .help("add `value`"),
            );
            return None;
        }
        Some(value) if operator.value.stands_alone() => {
            findings.push(
                Finding::new(
                    &E0703,
                    value.span,
                    format!("`{}` takes no `value`", operator.value.word()),
                )
                .label("not looked at")
                .related(operator.span, "the operator")
                .help("delete `value`, or compare with `=`"),
            );
            return None;
        }
        _ => {}
    }
    let is_relation = relation.is_some();
    Some(Condition {
        name: property.or(relation)?,
        is_relation,
        operator,
        value: value.cloned(),
        not,
    })
}

fn find(word: &Located<Text>, findings: &mut Vec<Finding>) -> Option<Located<Operator>> {
    let known = Operator::WORDS.iter().find(|(name, _)| word.value == *name);
    if let Some((_, operator)) = known {
        return Some(Located::new(*operator, word.span));
    }
    let meant = match word.value.as_str() {
        "==" | "equals" => Some("="),
        "<>" | "notEquals" => Some("!="),
        "doesNotContain" | "notContains" => Some("doesNotContains"),
        "notEmpty" => Some("isNotEmpty"),
        _ => None,
    };
    let names: Vec<&str> = Operator::WORDS.iter().map(|(name, _)| *name).collect();
    findings.push(
        Finding::new(
            &E0703,
            word.span,
            format!("no condition has the operator `{}`", word.value),
        )
        .label("not known")
        .help(meant.map_or_else(
            || choose(&word.value, &names),
            |meant| format!("write `{meant}`").into(),
        )),
    );
    None
}

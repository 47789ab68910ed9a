//! The `query` of an aggregation: which entities count, in Port's search rules.
//!
//! In: the YAML of it. Out: a question that parts of an entity answer. A rule that cannot be
//! judged here (a date preset, a context, an operator we do not have) makes no query at all, for
//! leaving it out would count what must not count.

use std::cmp::Ordering;

use serde_json::Value as Json;

use crate::derive::aggregate::compare;
use crate::derive::own::plain;
use crate::syntax::Node;
use crate::text::Text;

/// Rules that an entity is held against.
#[derive(Debug)]
pub(super) struct Query {
    combinator: Combinator,
    rules: Vec<Rule>,
}

#[derive(Debug, Clone, Copy)]
enum Combinator {
    And,
    Or,
}

#[derive(Debug)]
enum Rule {
    /// Rules within rules.
    Group(Query),
    /// A part of the entity, compared with a value.
    Compare {
        part: Text,
        operator: Operator,
        value: Json,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Equal,
    NotEqual,
    In,
    NotIn,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    IsEmpty,
    IsNotEmpty,
    Contains,
    BeginsWith,
    EndsWith,
}

const OPERATORS: &[(&str, Operator)] = &[
    ("=", Operator::Equal),
    ("!=", Operator::NotEqual),
    ("in", Operator::In),
    ("notIn", Operator::NotIn),
    (">", Operator::Greater),
    (">=", Operator::GreaterOrEqual),
    ("<", Operator::Less),
    ("<=", Operator::LessOrEqual),
    ("isEmpty", Operator::IsEmpty),
    ("isNotEmpty", Operator::IsNotEmpty),
    ("contains", Operator::Contains),
    ("beginsWith", Operator::BeginsWith),
    ("endsWith", Operator::EndsWith),
];

impl Query {
    /// Reads a query; `part` gives the path of a name that a rule may ask about. YAML is at most
    /// 64 levels deep, and so are groups in groups.
    pub(super) fn read(node: &Node, part: &dyn Fn(&str) -> Option<Text>) -> Option<Self> {
        let combinator = match node.get("combinator").and_then(Node::as_str) {
            Some("and") => Combinator::And,
            Some("or") => Combinator::Or,
            _ => return None,
        };
        let rules = node
            .get("rules")?
            .as_sequence()?
            .iter()
            .map(|rule| Rule::read(rule, part))
            .collect::<Option<Vec<Rule>>>()?;
        Some(Self { combinator, rules })
    }

    /// Adds the paths that the rules ask about.
    pub(super) fn parts(&self, parts: &mut Vec<Text>) {
        for rule in &self.rules {
            match rule {
                Rule::Group(query) => query.parts(parts),
                Rule::Compare { part, .. } => parts.push(part.clone()),
            }
        }
    }

    /// Whether the entity whose parts are `part` counts.
    pub(super) fn takes(&self, part: &dyn Fn(&str) -> Option<Json>) -> bool {
        let holds = |rule: &Rule| match rule {
            Rule::Group(query) => query.takes(part),
            Rule::Compare {
                part: path,
                operator,
                value,
            } => operator.holds(part(path).as_ref(), value),
        };
        match self.combinator {
            Combinator::And => self.rules.iter().all(holds),
            Combinator::Or => self.rules.iter().any(holds),
        }
    }
}

impl Rule {
    fn read(node: &Node, part: &dyn Fn(&str) -> Option<Text>) -> Option<Self> {
        if node.get("combinator").is_some() {
            return Query::read(node, part).map(Self::Group);
        }
        let known = ["property", "operator", "value"];
        let entries = node.as_mapping()?;
        if !entries
            .iter()
            .all(|entry| known.contains(&entry.key.value.as_str()))
        {
            return None;
        }
        let word = node.get("operator")?.as_str()?;
        let (_, operator) = OPERATORS.iter().find(|(name, _)| *name == word)?;
        let value = node
            .get("value")
            .map_or(Json::Null, |value| plain(value.to_json()));
        let is_scalar = |value: &Json| !(value.is_null() || value.is_array() || value.is_object());
        let can_be_judged = match operator {
            Operator::IsEmpty | Operator::IsNotEmpty => true,
            Operator::In | Operator::NotIn => value
                .as_array()
                .is_some_and(|values| values.iter().all(is_scalar)),
            Operator::Equal | Operator::NotEqual | Operator::Contains => is_scalar(&value),
            Operator::BeginsWith | Operator::EndsWith => value.is_string(),
            Operator::Greater
            | Operator::GreaterOrEqual
            | Operator::Less
            | Operator::LessOrEqual => value.is_string() || value.is_number(),
        };
        can_be_judged.then_some(Self::Compare {
            part: part(node.get("property")?.as_str()?)?,
            operator: *operator,
            value,
        })
    }
}

impl Operator {
    /// Whether the value `is` of an entity stands so to the value `to` of a rule. An absent value
    /// is not equal to, not in and not greater than anything.
    fn holds(self, is: Option<&Json>, to: &Json) -> bool {
        let ordered =
            |wanted: fn(Ordering) -> bool| is.and_then(|is| ordering(is, to)).is_some_and(wanted);
        let is_in = || {
            to.as_array()
                .is_some_and(|all| all.iter().any(|one| Some(one) == is))
        };
        let texts = || Some((is?.as_str()?, to.as_str()?));
        match self {
            Self::Equal => is == Some(to),
            Self::NotEqual => is != Some(to),
            Self::In => is_in(),
            Self::NotIn => !is_in(),
            Self::Greater => ordered(Ordering::is_gt),
            Self::GreaterOrEqual => ordered(Ordering::is_ge),
            Self::Less => ordered(Ordering::is_lt),
            Self::LessOrEqual => ordered(Ordering::is_le),
            Self::IsEmpty => is.is_none(),
            Self::IsNotEmpty => is.is_some(),
            Self::Contains => match is {
                Some(Json::Array(values)) => values.contains(to),
                _ => texts().is_some_and(|(is, to)| is.contains(to)),
            },
            Self::BeginsWith => texts().is_some_and(|(is, to)| is.starts_with(to)),
            Self::EndsWith => texts().is_some_and(|(is, to)| is.ends_with(to)),
        }
    }
}

/// Numbers by size, texts by their bytes; nothing else has an order.
fn ordering(left: &Json, right: &Json) -> Option<Ordering> {
    match (left, right) {
        (Json::Number(left), Json::Number(right)) => Some(compare(left, right)),
        (Json::String(left), Json::String(right)) => Some(left.cmp(right)),
        _ => None,
    }
}

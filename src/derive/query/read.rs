//! Reads the `query` of an aggregation.
//!
//! In: its YAML, and what its rules may ask about. Out: a [`Query`], or findings. A rule that
//! cannot be judged here (a context, an operator we do not have) makes no query at
//! all, for leaving it out would count what must not count.

use serde_json::Value as Json;

use super::{Combinator, OPERATORS, Operator, Query, Rule};
use crate::derive::own::plain;
use crate::derive::part::Parts;
use crate::derive::road::Roads;
use crate::finding::Finding;
use crate::finding::Part;
use crate::finding::codes::{E0201, E0202, E0203, E0204, E0215, E0244};
use crate::model::BlueprintId;
use crate::model::Catalog;
use crate::model::scorecard::Preset;
use crate::syntax::Entry;
use crate::syntax::Node;
use crate::text::Text;
use crate::text::choose;

mod related;

/// What the rules of a query may ask about.
#[derive(Clone, Copy)]
pub(in crate::derive) struct Scope<'c> {
    /// All blueprints.
    pub(in crate::derive) catalog: &'c Catalog,
    /// What leads where.
    pub(in crate::derive) roads: &'c Roads,
    /// The blueprint whose entities are asked about.
    pub(in crate::derive) kind: BlueprintId,
    /// What they have.
    pub(in crate::derive) parts: Parts<'c>,
}

/// The keys of a rule.
const RULE: &[&str] = &["operator", "property", "value"];
/// The keys of a group of rules.
const GROUP: &[&str] = &["combinator", "rules"];

/// Reads a query; YAML is at most 64 levels deep, and so are groups in groups.
pub(in crate::derive) fn query(
    node: &Node,
    scope: Scope<'_>,
    findings: &mut Vec<Finding>,
) -> Option<Query> {
    let entries = mapping(node, "a query is", findings)?;
    let is_known = known(entries, "a query", GROUP, findings);
    let combinator = needed(node, "a query", "combinator", findings).and_then(|word| {
        let combinator = match word.as_str() {
            Some("and") => Some(Combinator::And),
            Some("or") => Some(Combinator::Or),
            _ => None,
        };
        if combinator.is_none() {
            findings.push(not_a_word(word, "combinator", &["and", "or"]));
        }
        combinator
    });
    let rules = needed(node, "a query", "rules", findings)?;
    let Some(rules) = rules.as_sequence() else {
        findings.push(wrong_type(rules, "`rules` must be", "a list"));
        return None;
    };
    // All rules are read, so that all that is wrong is said.
    let rules: Vec<Option<Rule>> = rules
        .iter()
        .map(|rule| self::rule(rule, scope, findings))
        .collect();
    let rules = rules.into_iter().collect::<Option<Vec<Rule>>>()?;
    is_known.then_some(Query {
        combinator: combinator?,
        rules,
    })
}

fn rule(node: &Node, scope: Scope<'_>, findings: &mut Vec<Finding>) -> Option<Rule> {
    let entries = mapping(node, "a rule must be", findings)?;
    if node.get("combinator").is_some() || node.get("rules").is_some() {
        return query(node, scope, findings).map(Rule::Group);
    }
    match node.get("operator").and_then(Node::as_str) {
        Some("relatedTo") => return related::related_to(node, scope, findings),
        Some("matchAny") => return related::match_any(node, scope, findings),
        _ => {}
    }
    if let Some(finding) = unanswered(entries) {
        findings.push(finding);
        return None;
    }
    if let Some(schema) = node.get("propertySchema") {
        return of_schema(node, schema, scope.parts, findings);
    }
    let is_known = known(entries, "a rule", RULE, findings);
    let name = needed(node, "a rule", "property", findings);
    let part = name.and_then(|name| {
        let Some(written) = name.as_str() else {
            findings.push(beyond(name, "a rule about something other than a property"));
            return None;
        };
        scope.parts.find(written, name.span, findings)
    });
    // All that is wrong is said, also where the part is not known.
    let rule = compared(node, part.clone().unwrap_or_default(), findings);
    rule.filter(|_| is_known && part.is_some())
}

/// How a rule compares a part.
fn compared(node: &Node, part: Text, findings: &mut Vec<Finding>) -> Option<Rule> {
    let word = needed(node, "a rule", "operator", findings)?;
    let is_over = match word.as_str() {
        Some("isExpired") => Some(true),
        Some("isNotExpired") => Some(false),
        _ => None,
    };
    if let Some(is_over) = is_over {
        return Some(Rule::Expired { part, is_over });
    }
    let operator = word
        .as_str()
        .and_then(|word| OPERATORS.iter().find(|(name, _)| *name == word));
    let Some((name, operator)) = operator else {
        let names: Vec<&str> = OPERATORS.iter().map(|(name, _)| *name).collect();
        findings.push(not_a_word(word, "operator", &names));
        return None;
    };
    if let Some(preset) = node.get("value").and_then(|value| value.get("preset")) {
        let period = preset_of(preset, findings);
        let Some(is_in) = is_in(*operator) else {
            findings.push(no_period(preset, name));
            return None;
        };
        return Some(Rule::Within {
            part,
            period: period?,
            is_in,
        });
    }
    let is_span = |value: &Node| value.get("from").is_some() || value.get("to").is_some();
    // `=` on a time may name a span.
    let operator = match operator {
        Operator::Equal if node.get("value").is_some_and(is_span) => Operator::Between,
        operator => *operator,
    };
    let value = value(node, name, operator, findings)?;
    Some(Rule::Compare {
        part,
        operator,
        value,
    })
}

/// Rules of which Port does not say what they mean, each with what to write. None of them is left
/// out of a query, for then it would count what must not count.
fn unanswered(entries: &[Entry]) -> Option<Finding> {
    let entry = |name: &str| entries.iter().find(|entry| entry.key.value == name);
    let word = entry("operator").and_then(|entry| entry.node.as_str());
    let told = |node: &Node, name: &str, help: &str| {
        let message = format!("an aggregation's query does not answer `{name}`");
        Finding::new(&E0244, node.span, message)
            .label("not answered")
            .help(help)
    };
    if let Some(schema) = entry("propertySchema").filter(|_| !word.is_some_and(asks_for_one)) {
        let help = "write one rule for each property, as `property: name`, in a group";
        return Some(told(&schema.node, "propertySchema", help));
    }
    let property = entry("property").map(|entry| &entry.node);
    let node = property.filter(|node| node.get("path").is_some())?;
    let help = "write `operator: matchAny` and identifiers, or mirror the property and name that";
    Some(told(node, "path", help))
}

/// Whether a value is another one for everybody who looks: of a portal's session, or the teams of
/// whoever it is.
fn depends_on_viewer(value: &Node) -> bool {
    const TEAMS: &str = "My Teams";
    let entry = |key| value.get(key).is_some();
    entry("context") || entry("jqQuery") || value.as_str() == Some(TEAMS)
}

/// Whether an operator asks for a value that is so: of several properties one is enough then,
/// where what asks for a value that is not so leaves open whether it is of one or of all.
fn asks_for_one(operator: &str) -> bool {
    !operator.starts_with("doesNot")
        && !operator.starts_with("not")
        && operator != "!="
        && !matches!(operator, "isEmpty" | "isNotExpired")
}

/// A rule about every property of a type: it holds where it holds for one of them.
fn of_schema(
    node: &Node,
    schema: &Node,
    parts: Parts<'_>,
    findings: &mut Vec<Finding>,
) -> Option<Rule> {
    let wanted = mapping(schema, "`propertySchema` must be", findings)?;
    if !known(
        wanted,
        "`propertySchema`",
        &["type", "format", "items"],
        findings,
    ) {
        return None;
    }
    let entries = node.as_mapping().unwrap_or_default();
    let keys = ["operator", "propertySchema", "value"];
    let is_known = known(entries, "a rule about a schema", &keys, findings);
    // What is wrong with the rule is said once, and also where no property is of the type.
    compared(node, Text::default(), findings).filter(|_| is_known)?;
    let wanted = schema.to_json();
    let Parts(blueprint) = parts;
    let meant = blueprint.properties.iter();
    let meant = meant.filter(|it| says_all(&it.schema.to_json(), &wanted));
    let rules = meant.filter_map(|property| {
        let part = parts.get(&property.name.value)?;
        compared(node, part, &mut Vec::new())
    });
    Some(Rule::Group(Query {
        combinator: Combinator::Or,
        rules: rules.collect(),
    }))
}

/// Whether a schema says all that another one says.
fn says_all(own: &Json, wanted: &Json) -> bool {
    match (own, wanted) {
        (Json::Object(own), Json::Object(wanted)) => wanted
            .iter()
            .all(|(key, wanted)| own.get(key).is_some_and(|own| says_all(own, wanted))),
        (own, wanted) => own == wanted,
    }
}

/// The value of a rule, where its operator can compare with it.
fn value(rule: &Node, name: &str, operator: Operator, findings: &mut Vec<Finding>) -> Option<Json> {
    if matches!(operator, Operator::IsEmpty | Operator::IsNotEmpty) {
        return Some(Json::Null);
    }
    let written = needed(rule, "a rule", "value", findings)?;
    let value = plain(written.to_json());
    let elements = written.as_sequence().unwrap_or_default().iter();
    let mut values = elements.chain([written]);
    if let Some(of_viewer) = values.find(|value| depends_on_viewer(value)) {
        findings.push(beyond(of_viewer, "a value that depends on who looks"));
        return None;
    }
    let is_scalar = |value: &Json| !(value.is_null() || value.is_array() || value.is_object());
    let bound = |key: &str| {
        value
            .get(key)
            .is_some_and(|bound| bound.is_string() || bound.is_number())
    };
    let (fits, wanted) = match operator {
        Operator::IsEmpty | Operator::IsNotEmpty => (true, ""),
        Operator::In | Operator::NotIn | Operator::ContainsAny => (
            value
                .as_array()
                .is_some_and(|values| values.iter().all(is_scalar)),
            "a list of plain values",
        ),
        Operator::Equal | Operator::NotEqual | Operator::Contains | Operator::NotContains => {
            (is_scalar(&value), "a plain value")
        }
        Operator::BeginsWith
        | Operator::NotBeginsWith
        | Operator::EndsWith
        | Operator::NotEndsWith => (value.is_string(), "a string"),
        Operator::Between | Operator::NotBetween => (
            bound("from") && bound("to"),
            "a span: `{from: ..., to: ...}`",
        ),
        Operator::Greater | Operator::GreaterOrEqual | Operator::Less | Operator::LessOrEqual => {
            (value.is_string() || value.is_number(), "a number or a text")
        }
    };
    if !fits && written.as_mapping().is_some() && wanted.starts_with("a span") {
        findings.push(
            Finding::new(
                &E0202,
                written.span,
                format!("`{name}` needs `from` and `to`"),
            )
            .label("one of them is missing")
            .help("write both, as numbers or as times"),
        );
    } else if !fits {
        findings.push(wrong_type(
            written,
            &format!("`{name}` compares with"),
            wanted,
        ));
    }
    fits.then_some(value)
}

/// Whether an operator asks for what is within a period, or outside of it; `None` where it asks
/// for neither.
const fn is_in(operator: Operator) -> Option<bool> {
    match operator {
        Operator::Equal | Operator::Between => Some(true),
        Operator::NotEqual | Operator::NotBetween => Some(false),
        _ => None,
    }
}

/// That an operator compares with no period.
fn no_period(preset: &Node, operator: &str) -> Finding {
    let message = format!("`{operator}` does not compare with a period");
    Finding::new(&E0203, preset.span, message)
        .label("a period")
        .help("write `between` or `notBetween`, or a time")
}

/// The period that a word names.
fn preset_of(preset: &Node, findings: &mut Vec<Finding>) -> Option<Preset> {
    let known = || Preset::WORDS.iter().chain([&Preset::OF_QUERIES]);
    let found = known().find(|(name, _)| Some(*name) == preset.as_str());
    if found.is_none() {
        let names: Vec<&str> = known().map(|(name, _)| *name).collect();
        findings.push(not_a_word(preset, "preset", &names));
    }
    found.map(|(_, preset)| *preset)
}

fn mapping<'n>(node: &'n Node, what: &str, findings: &mut Vec<Finding>) -> Option<&'n [Entry]> {
    let entries = node.as_mapping();
    if entries.is_none() {
        findings.push(wrong_type(node, what, "a mapping"));
    }
    entries
}

/// Whether there are no other keys than these.
fn known(entries: &[Entry], what: &str, keys: &[&str], findings: &mut Vec<Finding>) -> bool {
    let before = findings.len();
    for entry in entries {
        let key = entry.key.value.as_str();
        if !keys.contains(&key) {
            findings.push(
                Finding::new(&E0201, entry.key.span, format!("{what} has no key `{key}`"))
                    .label("not known")
                    .help(choose(key, keys)),
            );
        }
    }
    findings.len() == before
}

fn needed<'n>(
    node: &'n Node,
    what: &str,
    key: &str,
    findings: &mut Vec<Finding>,
) -> Option<&'n Node> {
    let value = node.get(key).filter(|value| !value.is_null());
    if value.is_none() {
        findings.push(
            Finding::new(&E0202, node.span, format!("{what} needs `{key}`"))
                .misses(Part::Key, key)
                .label(format!("`{key}` is missing"))
                .help(format!("add `{key}`")),
        );
    }
    value
}

fn not_a_word(node: &Node, key: &str, words: &[&str]) -> Finding {
    let written = node.as_str().unwrap_or_default();
    Finding::new(&E0204, node.span, format!("`{written}` is no `{key}`"))
        .label("not one of the words")
        .help(choose(written, words))
}

fn wrong_type(node: &Node, what: &str, wanted: &str) -> Finding {
    let message = format!("{what} {wanted}, not {}", node.type_words());
    Finding::new(&E0203, node.span, message)
        .label(node.type_words())
        .help(format!("write {wanted}"))
}

/// What a file of the catalog cannot answer.
fn beyond(node: &Node, what: &str) -> Finding {
    Finding::new(
        &E0215,
        node.span,
        format!("{what} cannot be computed from the catalog alone"),
    )
    .label("not known here")
    .help("compare with a value that is written, or ask for it where the clock is known")
}

//! What the queries of aggregations compare properties with, and queries that say nothing.
//!
//! In: the queries as they are written, and the schemas of the blueprints they ask about. Out:
//! findings about values that no entity can have. How a query is written is said where it is read.

use crate::check::{Kind, Subject};
use crate::finding::Finding;
use crate::finding::codes::{E0203, E0213};
use crate::model::Blueprint;
use crate::syntax::{Entry, Node, Value};
use crate::text::{Located, Text};

/// The queries of all aggregations.
pub(super) fn queries(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for aggregation in subject
        .catalog
        .blueprints
        .iter()
        .flat_map(|it| &it.aggregations)
    {
        let Some(query) = &aggregation.query else {
            continue;
        };
        let target = subject.catalog.find_blueprint(&aggregation.target.value);
        let asked = target.and_then(|(id, target)| {
            let kind = subject.kinds.get(id.0 as usize)?;
            (!kind.broken).then_some((target, kind))
        });
        if let Some(asked) = asked {
            group(query, asked, findings);
        }
    }
}

/// A query, or a group of rules in one.
fn group(node: &Node, asked: (&Blueprint, &Kind), findings: &mut Vec<Finding>) {
    let Some(rules) = node.get("rules").filter(|it| it.as_sequence().is_some()) else {
        return;
    };
    if rules.as_sequence().is_some_and(<[Node]>::is_empty) {
        findings.push(
            Finding::new(&E0213, rules.span, "`rules` has no rule in it")
                .label("says nothing")
                .help("write what is asked for, or delete the query"),
        );
    }
    for rule in rules.as_sequence().unwrap_or_default() {
        if rule.get("rules").is_some() {
            group(rule, asked, findings);
        } else {
            compared(rule, asked, findings);
        }
    }
}

/// One rule about a property of the blueprint itself.
fn compared(rule: &Node, (blueprint, kind): (&Blueprint, &Kind), findings: &mut Vec<Finding>) {
    let text = |key: &str| rule.get(key).and_then(Node::as_str);
    let (Some(name), Some(operator), Some(value)) =
        (text("property"), text("operator"), rule.get("value"))
    else {
        return;
    };
    let at = blueprint
        .properties
        .iter()
        .position(|it| it.name.value == name);
    let Some(property) = at.and_then(|at| blueprint.properties.get(at)) else {
        return;
    };
    let is_number = matches!(property.type_word(), Some("integer" | "number"));
    if [">", ">=", "<", "<="].contains(&operator) {
        if is_number && value.as_str().is_some() {
            let message = format!("`{operator}` of `{name}` takes a number, not a string");
            findings.push(
                Finding::new(&E0203, value.span, message)
                    .label("a string")
                    .related(property.name.span, "is a number")
                    .help("write a number, without quotes"),
            );
        }
        return;
    }
    // One element of a list is compared with what a list may have, and a time with a part of one.
    let is_word = matches!(property.type_word(), Some("string" | "boolean"));
    let is_plain = is_number || is_word && property.format().is_none();
    let constants = match (operator, &value.value) {
        ("in" | "notIn", Value::Sequence(values)) => values,
        ("=" | "!=", Value::String(_) | Value::Integer(_) | Value::Float(_) | Value::Bool(_)) => {
            std::slice::from_ref(value)
        }
        _ => return,
    };
    let schema = at.and_then(|at| kind.properties.get(at)?.as_ref());
    let Some(schema) = schema.filter(|_| is_plain) else {
        return;
    };
    for constant in constants.iter().filter(|it| !schema.fits(&it.to_json())) {
        let entry = Entry {
            key: Located::new(Text::from(name), constant.span),
            node: constant.clone(),
        };
        let owner = blueprint.identifier.value.as_str();
        schema.findings(name, owner, &entry, &property.schema, findings);
    }
}

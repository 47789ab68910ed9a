//! Triggers that can never fire, and comparisons with what a property can never be.

use crate::check::Subject;
use crate::check::action::blueprint_of;
use crate::check::claim::never_changes;
use crate::check::place::within;
use crate::expression::{Expression, Fact, Segment};
use crate::finding::Finding;
use crate::finding::codes::{E0501, E0511};
use crate::model::action::Operation;
use crate::model::{Action, Blueprint};
use crate::syntax::{Node, Value};
use crate::text::Advice;
use crate::text::{Located, Span, Text, choose};

/// Triggers that no change of an entity can fire.
pub(super) fn triggers(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for action in &subject.catalog.actions {
        let Some(blueprint) = blueprint_of(subject, action) else {
            continue;
        };
        if let (Some(span), None) = (action.trigger.expired, &blueprint.expiry) {
            findings.push(
                Finding::new(
                    &E0501,
                    span,
                    format!("no {} ever expires", blueprint.identifier.value),
                )
                .label("never happens")
                .related(blueprint.identifier.span, "has no `expiry`")
                .help("add `expiry: {property: ...}` to the blueprint, or delete `expired`"),
            );
        }
        for path in &action.trigger.changed {
            findings.extend(never_changes(blueprint, path));
        }
        let from = action.inputs.from.iter().map(|(_, source)| source);
        for source in action.trigger.condition.iter().chain(from) {
            if let Ok(expression) = Expression::parse(&source.value) {
                absent_side(subject, action, source, &expression, findings);
                comparisons(subject, blueprint, source, &expression, findings);
            }
        }
        for precondition in &action.preconditions {
            if let Ok(expression) = Expression::parse(&precondition.when.value) {
                comparisons(
                    subject,
                    blueprint,
                    &precondition.when,
                    &expression,
                    findings,
                );
            }
        }
        if let Some(condition) = &action.trigger.condition {
            findings.extend(never(subject, condition));
        }
    }
    for blueprint in &subject.catalog.blueprints {
        if blueprint.broken {
            continue;
        }
        for calculation in &blueprint.calculations {
            let source = &calculation.expression;
            if let Ok(expression) = Expression::parse(&source.value) {
                comparisons(subject, blueprint, source, &expression, findings);
            }
        }
    }
}

/// What is read of an entity before it is there, or after it is gone.
fn absent_side(
    subject: &Subject<'_>,
    action: &Action,
    source: &Located<Text>,
    expression: &Expression,
    findings: &mut Vec<Finding>,
) {
    let (side, other, when) = match action.operation.value {
        Operation::Create => ("before", "after", "before a creation"),
        Operation::Delete => ("after", "before", "after a deletion"),
        Operation::Day2 => return,
    };
    let key = |segment: &Segment| matches!(segment, Segment::Key(key) if key == side);
    let mut reads = expression.reads().iter();
    let read = reads.find(|read| {
        read.path.len() > 1 && read.path.first().is_some_and(|step| key(&step.segment))
    });
    let Some(step) = read.and_then(|read| read.path.first()) else {
        return;
    };
    findings.push(
        Finding::new(
            &E0501,
            within(
                subject.snapshot,
                source.span,
                &source.value,
                step.start,
                step.end,
            ),
            format!("there is no entity {when}, so `.{side}` has nothing in it"),
        )
        .label("always null")
        .related(action.operation.span, "the operation")
        .help(format!("write `.{other}`")),
    );
}

/// Comparisons of a property with a value that it cannot have.
fn comparisons(
    subject: &Subject<'_>,
    blueprint: &Blueprint,
    source: &Located<Text>,
    expression: &Expression,
    findings: &mut Vec<Finding>,
) {
    for fact in expression.facts() {
        let path: Vec<&str> = fact.path.iter().map(String::as_str).collect();
        let name = match path.as_slice() {
            ["before" | "after" | "entity", "properties", name] | ["properties", name] => *name,
            _ => continue,
        };
        let Some(property) = blueprint.property(name) else {
            continue;
        };
        let Some((words, help)) = impossible(&property.schema, &fact) else {
            continue;
        };
        let answer = if fact.is_equal { "never" } else { "always" };
        findings.push(
            Finding::new(
                &E0511,
                within(
                    subject.snapshot,
                    source.span,
                    &source.value,
                    fact.start,
                    fact.end,
                ),
                format!(
                    "`{name}` of {} is never {words}",
                    blueprint.identifier.value
                ),
            )
            .label(format!("{answer} true"))
            .related(property.name.span, "defined here")
            .help(help),
        );
    }
}

/// What the property cannot be, and what to write; `None` where it may be it.
fn impossible(schema: &Node, fact: &Fact) -> Option<(String, Advice)> {
    use serde_json::Value as Json;
    if fact.value.is_null() {
        return None;
    }
    if let (Some(choices), Some(text)) = (choices(schema), fact.value.as_str()) {
        let is_listed = choices.contains(&text);
        return (!is_listed).then(|| (format!("`{text}`"), choose(text, &choices)));
    }
    let (wanted, fits) = match (schema.get("type").and_then(Node::as_str)?, &fact.value) {
        ("string", value) => ("a string", value.is_string()),
        ("integer" | "number", value) => ("a number", value.is_number()),
        ("boolean", value) => ("`true` or `false`", value.is_boolean()),
        _ => return None,
    };
    let is = match &fact.value {
        Json::String(_) => "a string",
        Json::Number(_) => "a number",
        Json::Bool(_) => "a boolean",
        _ => "a list or an object",
    };
    (!fits).then(|| (is.to_owned(), format!("compare it with {wanted}").into()))
}

/// The strings of an `enum` that has nothing but strings.
fn choices(schema: &Node) -> Option<Vec<&str>> {
    let Value::Sequence(values) = &schema.get("enum")?.value else {
        return None;
    };
    values.iter().map(Node::as_str).collect()
}

/// A condition that is false whatever changes.
fn never(subject: &Subject<'_>, condition: &Located<Text>) -> Option<Finding> {
    let expression = Expression::parse(&condition.value).ok()?;
    let finding = |span: Span, label: &str| {
        Finding::new(
            &E0501,
            span,
            "the condition is never true, so nothing fires it",
        )
        .label(label)
        .help("delete the condition, or let it ask about `.before` and `.after`")
    };
    let is_constant = expression.reads().is_empty();
    if is_constant && expression.evaluate_bool(&serde_json::Value::Null) != Ok(true) {
        return Some(finding(condition.span, "false, whatever changes"));
    }
    let facts = expression.facts();
    let certain: Vec<&Fact> = facts.iter().filter(|fact| fact.is_certain).collect();
    for (n, second) in certain.iter().enumerate() {
        let contradicts = |first: &&&Fact| {
            let is_same = first.value == second.value;
            first.path == second.path
                && match (first.is_equal, second.is_equal) {
                    (true, true) => !is_same,
                    (true, false) | (false, true) => is_same,
                    (false, false) => false,
                }
        };
        if let Some(first) = certain.iter().take(n).find(contradicts) {
            let at = |fact: &Fact| {
                within(
                    subject.snapshot,
                    condition.span,
                    &condition.value,
                    fact.start,
                    fact.end,
                )
            };
            return Some(finding(at(second), "not this and that").related(at(first), "that"));
        }
    }
    None
}

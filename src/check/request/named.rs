//! Inputs of requests that name entities, `format: entity`: who is named must be there.
//!
//! In: the inputs as they are written, and the schemas of the action. Out: a finding for each name
//! that no entity has. What may stand in a file that could not be read is not told.

use crate::check::Subject;
use crate::finding::Finding;
use crate::finding::codes::E0507;
use crate::model::{Action, BlueprintId, Catalog, is_secret};
use crate::syntax::{Entry, Node, Value};
use crate::text::{choose, visible};

/// The findings of a request's inputs.
pub(super) fn check(
    subject: &Subject<'_>,
    inputs: &[Entry],
    action: &Action,
    findings: &mut Vec<Finding>,
) {
    for entry in inputs {
        if let Some(schema) = action.inputs.schema(&entry.key.value) {
            value(subject, schema, &entry.node, findings);
        }
    }
}

fn value(subject: &Subject<'_>, schema: &Node, node: &Node, findings: &mut Vec<Finding>) {
    let is_entity = schema.get("format").and_then(Node::as_str) == Some("entity");
    match &node.value {
        Value::Sequence(items) => {
            // The kind may stand beside the list.
            let schema = schema.get("items").filter(|_| !is_entity).unwrap_or(schema);
            items
                .iter()
                .for_each(|item| value(subject, schema, item, findings));
        }
        Value::String(name) if is_entity && !is_secret(schema) => {
            let kind = schema.get("blueprint").and_then(Node::as_str);
            findings.extend(missing(subject.catalog, kind, (name, node)));
        }
        _ => {}
    }
}

/// That no entity of a kind, or of any, has a name.
fn missing(catalog: &Catalog, kind: Option<&str>, (name, node): (&str, &Node)) -> Option<Finding> {
    let all = catalog
        .blueprints
        .iter()
        .map(|it| it.identifier.value.as_str());
    let meant = all.filter(|name| kind.is_none_or(|kind| kind == *name));
    let kinds: Vec<(BlueprintId, &str)> = meant
        .filter_map(|kind| Some((catalog.find_blueprint(kind)?.0, kind)))
        .collect();
    if kinds.is_empty() {
        // That there is none is told where the action names it.
        return None;
    }
    let is_there = |(id, kind): &(BlueprintId, &str)| {
        let bare = name
            .strip_prefix(kind)
            .and_then(|rest| rest.strip_prefix('/'));
        catalog.find_entity(*id, name).is_some()
            || bare.is_some_and(|bare| catalog.find_entity(*id, bare).is_some())
            || catalog.lost.may_hold(kind, name).is_some()
    };
    let is_known = match kind {
        // With its kind before it, it is another text for who gets it.
        Some(kind) => {
            kinds
                .iter()
                .any(|(id, _)| catalog.find_entity(*id, name).is_some())
                || catalog.lost.may_hold(kind, name).is_some()
        }
        None => kinds.iter().any(is_there),
    };
    if is_known {
        return None;
    }
    let entities = kinds.iter().flat_map(|(id, _)| catalog.entities_of(*id));
    let mut names: Vec<&str> = entities.map(|it| it.identifier.value.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let what = kind.unwrap_or("entity");
    let message = format!("no {what} is called `{}`", visible(name));
    let finding = Finding::new(&E0507, node.span, message).label("not found");
    Some(finding.help(choose(name, &names)))
}

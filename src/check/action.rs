//! Actions against the blueprints and other actions that they name.

use crate::check::Subject;
use crate::check::schema::Schema;
use crate::check::shape;
use crate::finding::Finding;
use crate::finding::codes::{E0212, E0501, E0502, E0506};
use crate::model::action::{Operation, Trigger};
use crate::model::{Action, Blueprint, DocumentKind};
use crate::text::{Located, Span, Text};

/// Triggers against the operation, and their paths against the blueprint.
pub(super) fn triggers(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for action in &subject.catalog.actions {
        let wrong = disagreement(&action.trigger, action.operation.value);
        if let Some((span, what)) = wrong {
            findings.push(
                Finding::new(&E0501, span, format!("`{what}` is no trigger of a {} action", action.operation.value.word()))
                    .label("disagrees with the operation")
                    .related(action.operation.span, "the operation")
                    .help("`created` belongs to create, `deleted` to delete, `changed` and `request` to day-2"),
            );
        }
        let Some((_, blueprint)) = subject.catalog.find_blueprint(&action.blueprint.value) else {
            if subject.is_half_read(DocumentKind::Blueprints) {
                continue;
            }
            findings.push(subject.catalog.unknown_blueprint(&action.blueprint));
            continue;
        };
        for path in &action.trigger.changed {
            if !is_path(blueprint, &path.value) {
                let names = paths(blueprint);
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                findings.push(
                    Finding::new(
                        &E0212,
                        path.span,
                        format!("{} has no `{}`", blueprint.identifier.value, path.value),
                    )
                    .label("leads nowhere")
                    .choose(&path.value, &names),
                );
            }
        }
    }
}

/// The first trigger that cannot happen with the operation.
fn disagreement(trigger: &Trigger, operation: Operation) -> Option<(Span, &'static str)> {
    let fits = |operations: &[Operation]| operations.contains(&operation);
    let all = [
        (trigger.changed_key, "changed", fits(&[Operation::Day2])),
        (trigger.request, "request", fits(&[Operation::Day2])),
        (trigger.created, "created", fits(&[Operation::Create])),
        (trigger.deleted, "deleted", fits(&[Operation::Delete])),
        (
            trigger.expired,
            "expired",
            fits(&[Operation::Day2, Operation::Delete]),
        ),
    ];
    all.into_iter()
        .find_map(|(span, what, fits)| span.filter(|_| !fits).map(|span| (span, what)))
}

/// Whether entities of the blueprint have the path, which may go on below a property.
fn is_path(blueprint: &Blueprint, path: &str) -> bool {
    paths(blueprint).iter().any(|known| {
        path.strip_prefix(known.as_str()).is_some_and(|rest| {
            rest.is_empty() || (known.contains('.') && rest.starts_with(['.', '[']))
        })
    })
}

fn paths(blueprint: &Blueprint) -> Vec<String> {
    let properties = blueprint
        .properties
        .iter()
        .map(|property| &property.name)
        .chain(blueprint.derived());
    let mut paths: Vec<String> = properties
        .map(|name| format!("properties.{}", name.value))
        .collect();
    paths.extend(
        blueprint
            .relations
            .iter()
            .map(|relation| format!("relations.{}", relation.name.value)),
    );
    paths.extend(["title", "icon", "team", "identifier"].map(str::to_owned));
    paths
}

/// Other actions that an action names.
pub(super) fn names(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    if subject.is_half_read(DocumentKind::Actions) {
        return;
    }
    let known: Vec<&str> = subject
        .catalog
        .actions
        .iter()
        .map(|action| action.identifier.value.as_str())
        .collect();
    for action in &subject.catalog.actions {
        for name in action
            .undo
            .iter()
            .chain(&action.after)
            .chain(&action.conflicts)
        {
            if subject.catalog.find_action(&name.value).is_none() {
                findings.push(unknown_action(name, &known));
            }
        }
    }
}

/// The finding that no action has a name.
pub(super) fn unknown_action(name: &Located<Text>, known: &[&str]) -> Finding {
    Finding::new(
        &E0506,
        name.span,
        format!("no action is called `{}`", name.value),
    )
    .label("not found")
    .choose(&name.value, known)
}

/// Inputs: their schemas, and the names that `required` and `from` use.
pub(super) fn inputs(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for action in &subject.catalog.actions {
        for entry in &action.inputs.properties {
            Schema::compile(&entry.key.value, &entry.node, findings);
        }
        let known: Vec<&str> = action
            .inputs
            .properties
            .iter()
            .map(|entry| entry.key.value.as_str())
            .collect();
        let from = action.inputs.from.iter().map(|(name, _)| name);
        for name in action.inputs.required.iter().chain(from) {
            if !known.contains(&name.value.as_str()) {
                findings.push(
                    Finding::new(
                        &E0502,
                        name.span,
                        format!(
                            "`{}` has no input `{}`",
                            action.identifier.value, name.value
                        ),
                    )
                    .label("not in `properties`")
                    .choose(&name.value, &known),
                );
            }
        }
        let trigger = &action.trigger;
        let edits = trigger
            .changed_key
            .or(trigger.created)
            .or(trigger.deleted)
            .or(trigger.expired);
        let Some(edits) = edits else { continue };
        for name in &action.inputs.required {
            let is_filled = action
                .inputs
                .from
                .iter()
                .any(|(filled, _)| filled.value == name.value);
            if !is_filled && known.contains(&name.value.as_str()) {
                findings.push(
                    Finding::new(
                        &E0502,
                        name.span,
                        format!(
                            "nothing fills the input `{}` when an entity is edited",
                            name.value
                        ),
                    )
                    .label("required")
                    .related(edits, "an edit triggers the action")
                    .help(fill(blueprint_of(subject, action), &name.value)),
                );
            }
        }
    }
}

/// How an input is filled by what an entity has after an edit.
fn fill(blueprint: Option<&Blueprint>, name: &str) -> String {
    let has_property = blueprint.is_some_and(|it| it.property(name).is_some());
    let has_relation = blueprint.is_some_and(|it| it.relation(name).is_some());
    let path = match (has_property, has_relation) {
        (true, _) => format!(".after.properties.{name}"),
        (_, true) => format!(".after.relations.{name}"),
        _ => ".after...".to_owned(),
    };
    format!("write `from: {{{name}: {path}}}` below `inputs`, or take it out of `required`")
}

/// Conditions, preconditions and `from`: whether they can be read, and the paths that they read.
pub(super) fn expressions(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for action in &subject.catalog.actions {
        let shape = blueprint_of(subject, action)
            .map_or(crate::expression::Shape::Any, |blueprint| {
                shape::change(subject.catalog, blueprint)
            });
        let from = action.inputs.from.iter().map(|(_, source)| source);
        for source in action.trigger.condition.iter().chain(from) {
            shape::expression(subject, source, &shape, findings);
        }
        let shape = blueprint_of(subject, action)
            .map_or(crate::expression::Shape::Any, |blueprint| {
                shape::precondition(subject.catalog, blueprint)
            });
        for precondition in &action.preconditions {
            shape::expression(subject, &precondition.when, &shape, findings);
        }
    }
}

/// The blueprint of an action, if it is whole.
pub(super) fn blueprint_of<'c>(subject: &Subject<'c>, action: &Action) -> Option<&'c Blueprint> {
    let (id, blueprint) = subject.catalog.find_blueprint(&action.blueprint.value)?;
    let is_broken = subject
        .kinds
        .get(id.0 as usize)
        .is_none_or(|kind| kind.broken);
    (!is_broken).then_some(blueprint)
}

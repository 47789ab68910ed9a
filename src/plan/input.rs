//! The inputs of a step: what a request gives, or what an edited entity fills in.

use serde_json::{Map, Value as Json};

use crate::check::Schema;
use crate::finding::Finding;
use crate::finding::codes::{E0205, E0207, E0505};
use crate::model::{Action, is_secret};
use crate::plan::claim;
use crate::plan::diff::Side;
use crate::plan::draft::Draft;
use crate::plan::file::{Input, canonical, show};
use crate::plan::value::States;
use crate::syntax::{Entry, Node};
use crate::text::Span;

/// The inputs of a step by an action, in the order of the action's file. Findings say what of
/// them is missing or does not fit: such a plan is not made.
pub(super) fn inputs(
    states: &States<'_>,
    draft: &Draft<'_>,
    action: &Action,
    findings: &mut Vec<Finding>,
) -> Vec<Input> {
    let place = place(states, draft);
    let mut inputs = Vec::new();
    for Entry { key, node } in &action.inputs.properties {
        let name = key.value.as_str();
        let given = match draft.requests.first() {
            Some(request) => crate::syntax::entry(&request.inputs, name)
                .filter(|entry| !entry.node.is_null())
                .map(|entry| (entry.node.to_json(), entry.node.span, None)),
            None => {
                match claim::input(action, name, || states.context(draft.before, draft.after)) {
                    Ok(filled) => filled.map(|(value, source)| (value, place, Some(source))),
                    Err(message) => {
                        let message = if states.is_filled_by_secret(action, name) {
                            "its expression fails".to_owned()
                        } else {
                            message
                        };
                        findings.push(
                            Finding::new(
                                &E0505,
                                place,
                                format!(
                                    "the input `{name}` of `{}` cannot be filled: {message}",
                                    action.identifier.value
                                ),
                            )
                            .label("this change fills it"),
                        );
                        continue;
                    }
                }
            }
        };
        let Some((value, span, from)) = given.filter(|(value, ..)| !value.is_null()) else {
            if action
                .inputs
                .required
                .iter()
                .any(|required| required.value == name)
            {
                findings.push(missing(action, name, place));
            }
            continue;
        };
        let secret = is_secret(node);
        let fits =
            Schema::compile(name, node, &mut Vec::new()).is_some_and(|schema| schema.fits(&value));
        if !fits && !secret {
            let shown = if states.is_filled_by_secret(action, name) {
                "this value".to_owned()
            } else {
                show(Some(&value))
            };
            findings.push(unfit(action, name, &shown, node, span));
        }
        inputs.push(Input {
            name: name.to_owned(),
            value,
            from,
            secret,
        });
    }
    inputs
}

fn missing(action: &Action, name: &str, place: Span) -> Finding {
    Finding::new(
        &E0205,
        place,
        format!("`{}` needs the input `{name}`", action.identifier.value),
    )
    .label("gives no value for it")
    .help(format!("give `{name}` a value"))
}

/// A value that the action does not take. The schema stands on the target, so it is told in
/// words and not shown.
fn unfit(action: &Action, name: &str, value: &str, schema: &Node, span: Span) -> Finding {
    let rules: Vec<String> = schema
        .as_mapping()
        .unwrap_or_default()
        .iter()
        .filter(|entry| {
            !matches!(
                entry.key.value.as_str(),
                "title" | "description" | "icon" | "enumColors"
            )
        })
        .map(|entry| format!("{} {}", entry.key.value, canonical(&entry.node.to_json())))
        .collect();
    Finding::new(
        &E0207,
        span,
        format!(
            "`{}` does not take {value} as `{name}`",
            action.identifier.value
        ),
    )
    .label("does not fit the input")
    .help(format!("the input is: {}", rules.join(", ")))
}

/// Where a step is asked for in the result: the request, the first changed value, the entity.
pub(super) fn place(states: &States<'_>, draft: &Draft<'_>) -> Span {
    if let Some(request) = draft.requests.first() {
        return request.inputs_place;
    }
    let changed = draft
        .changes
        .iter()
        .find(|change| change.place.0 == Side::After)
        .map(|change| change.place.1);
    let after = draft
        .after
        .and_then(|id| states.after.catalog.entity(id))
        .map(|entity| entity.identifier.span);
    changed
        .or(after)
        .unwrap_or(Span::whole_file(crate::text::FileId(0)))
}

/// The inputs as rules and templates read them.
pub(super) fn as_map(inputs: &[Input]) -> Map<String, Json> {
    inputs
        .iter()
        .map(|input| (input.name.clone(), input.value.clone()))
        .collect()
}

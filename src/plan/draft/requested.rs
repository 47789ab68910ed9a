//! The steps that requests ask for, and what requests say is true already.
//!
//! In: the requests of both sides. Out: drafts, and findings about merged requests that are others
//! now: a merged request never changes, it runs once, as approved.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::{Doer, Draft, holds};
use crate::finding::Finding;
use crate::finding::codes::E0508;
use crate::model::{Action, EntityId, Request};
use crate::plan::diff::{Difference, Side};
use crate::plan::file::{Effectuation, Notice};
use crate::plan::value::States;
use crate::policy::BuiltIn;
use crate::text::Text;

/// The requests that the merge brings.
pub(in crate::plan) fn new_requests<'a>(states: &States<'a>) -> Vec<&'a Request> {
    let old = &states.before.catalog.requests;
    // They are in the order of their ids.
    let find = |request: &Request| old.binary_search_by(|old| old.id.value.cmp(&request.id.value));
    let is_new = |request: &&Request| find(request).is_err();
    states
        .after
        .catalog
        .requests
        .iter()
        .filter(is_new)
        .collect()
}

pub(super) fn records<'a>(states: &States<'a>) -> Vec<&'a Request> {
    new_requests(states)
        .into_iter()
        .filter(|request| request.action.value == "record")
        .collect()
}

/// Whether a request says of nothing that changes that it is true already.
pub(in crate::plan) fn records_nothing(
    states: &States<'_>,
    request: &Request,
    differences: &[Difference],
) -> bool {
    let mut differences = differences.iter();
    request.action.value == BuiltIn::Record.word()
        && !differences.any(|it| !recorded(states, &[request], it).is_empty())
}

/// The requests that say a difference is already true in the world.
pub(super) fn recorded<'r>(
    states: &States<'_>,
    records: &[&'r Request],
    difference: &Difference,
) -> Vec<&'r Request> {
    let Some(entity) = states.entity(difference.before, difference.after) else {
        return Vec::new();
    };
    let name = &entity.identifier.value;
    records
        .iter()
        .filter(|request| {
            request
                .entity
                .as_ref()
                .is_some_and(|entity| entity.value == *name)
                && request
                    .blueprint
                    .as_ref()
                    .is_none_or(|blueprint| blueprint.value == difference.blueprint)
        })
        .copied()
        .collect()
}

/// The steps that requests ask for. A merged request never changes: it runs once, as approved.
pub(super) fn asked_for<'a>(states: &States<'a>, findings: &mut Vec<Finding>) -> Vec<Draft<'a>> {
    let requests = |side| states.of(side).catalog.requests.as_slice();
    let find = |side, id: &Text| {
        // They are in the order of their ids.
        let all: &[Request] = requests(side);
        let found = all.binary_search_by(|other| other.id.value.cmp(id));
        found.ok().and_then(|at| all.get(at))
    };
    let gone = requests(Side::Before).iter();
    let gone: BTreeMap<String, &Request> = gone
        .filter(|old| find(Side::After, &old.id.value).is_none())
        .map(|old| (form(old).to_string(), old))
        .collect();
    for request in requests(Side::After) {
        let old = find(Side::Before, &request.id.value);
        if old.is_none()
            && let Some(gone) = gone.get(&form(request).to_string())
        {
            findings.push(renamed(request, gone));
        }
        if old.is_some_and(|old| form(old) != form(request)) {
            findings.push(
                Finding::new(
                    &E0508,
                    request.id.span,
                    format!(
                        "the request `{}` is merged and cannot change any more",
                        request.id.value
                    ),
                )
                .label("changed")
                .help("put it back as it was, and ask again in a new file"),
            );
        }
    }
    let mut drafts = Vec::new();
    for request in new_requests(states) {
        let Some(action) = states.before.catalog.find_action(&request.action.value) else {
            // Built-in requests are read where they matter; an action that the target does not
            // have cannot be asked for yet, which `cover` says.
            continue;
        };
        let entity = |side: Side| {
            let catalog = &states.of(side).catalog;
            let (blueprint, _) = catalog.find_blueprint(&action.blueprint.value)?;
            catalog.find_entity(blueprint, &request.entity.as_ref()?.value)
        };
        let after = entity(Side::After);
        // What is renamed in the same merge is on the target by its old name.
        let renamed = || after.and_then(|after| states.renames.before(after));
        let before = entity(Side::Before).or_else(renamed);
        drafts.push(Draft {
            doer: Doer::Action(action),
            does: Effectuation::Run,
            blueprint: action.blueprint.value.clone(),
            before,
            after,
            changes: Vec::new(),
            requests: vec![request],
            because: vec![Notice {
                text: format!("request {}", request.id.value),
                place: Some(states.place(Side::After, request.action.span)),
            }],
            unmet: unmet(states, action, before, after),
            cause: None,
            caused_by: Vec::new(),
        });
    }
    drafts
}

/// Why an action may not be asked for of an entity: its condition is not true.
fn unmet(
    states: &States<'_>,
    action: &Action,
    before: Option<EntityId>,
    after: Option<EntityId>,
) -> Option<Notice> {
    let text = match holds(states, action, before, after) {
        Ok(None | Some(true)) => return None,
        Ok(Some(false)) => "the condition of the action is not true of the entity".to_owned(),
        Err(message) => format!("the condition of the action fails for the entity: {message}"),
    };
    let condition = action.trigger.condition.as_ref()?;
    Some(Notice {
        text,
        place: Some(states.line(Side::Before, condition.span)),
    })
}

/// The finding that a merged request has another file name, and with it another id: it would run
/// once more.
fn renamed(request: &Request, gone: &Request) -> Finding {
    let (id, old) = (&request.id.value, &gone.id.value);
    Finding::new(
        &E0508,
        request.id.span,
        format!("the request `{old}` is merged, as `{id}` it would run once more"),
    )
    .label("another id")
    .help(format!(
        "add `id: {old}` or keep the name of the file; to ask once more, leave the old file as it is"
    ))
}

/// What a request says, wherever it stands.
pub(in crate::plan) fn form(request: &Request) -> Json {
    request.form()
}

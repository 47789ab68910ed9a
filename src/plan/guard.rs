//! Guards against mass deletion, and the requests that lift them to an exact number.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{EntityId, Request};
use crate::plan::draft::{Draft, new_requests};
use crate::plan::file::{Effectuation, Notice};
use crate::plan::value::States;
use crate::syntax::{Entry, Value};
use crate::text::Text;

/// The name of the request that lifts a guard.
pub(super) const OVERRIDE: &str = "override";

/// The requests that lift guards.
pub(super) fn overrides<'a>(states: &States<'a>) -> Vec<&'a Request> {
    new_requests(states)
        .into_iter()
        .filter(|request| request.action.value == OVERRIDE)
        .collect()
}

/// The exact number of deletions that a request lifts the guards to.
fn lifted_to(request: &Request) -> Option<u64> {
    let is_deletes = |entry: &&Entry| entry.key.value == "deletes";
    match request.inputs.iter().find(is_deletes)?.node.value {
        Value::Integer(n) => u64::try_from(n).ok(),
        _ => None,
    }
}

/// The guards that the steps break; an override counts for exactly its number.
pub(super) fn broken(states: &States<'_>, drafts: &[Draft<'_>]) -> Vec<Notice> {
    let guards = &states.before.catalog.settings.guards;
    // An entity is deleted once, however many steps its deletion has.
    let gone: BTreeSet<(&Text, Option<EntityId>)> = drafts
        .iter()
        .filter(|draft| draft.does == Effectuation::Delete)
        .map(|draft| (&draft.blueprint, draft.before))
        .collect();
    let mut deleted: BTreeMap<&Text, u64> = BTreeMap::new();
    for (blueprint, _) in gone {
        *deleted.entry(blueprint).or_default() += 1;
    }
    let all: u64 = deleted.values().sum();
    let is_lifted = overrides(states)
        .iter()
        .any(|request| lifted_to(request) == Some(all));
    if is_lifted || all == 0 {
        return Vec::new();
    }
    let advice =
        format!("ask for it with a request `action: override`, `inputs: {{deletes: {all}}}`");
    let mut notices = Vec::new();
    if all > guards.deletes {
        notices.push(format!(
            "{all} entities are deleted, the guard is {}; {advice}",
            guards.deletes
        ));
    }
    for (kind, count) in deleted {
        let catalog = &states.before.catalog;
        let there = catalog
            .find_blueprint(kind)
            .map_or(0, |(id, _)| catalog.entities_of(id).len() as u64);
        match guards.per_blueprint.get(kind) {
            Some(most) if count > *most => {
                notices.push(format!(
                    "{count} of {there} {kind} are deleted, the guard is {most}; {advice}"
                ));
            }
            // One deletion is never a mass, however small its kind is.
            None if count > 1 && count * 100 > there * guards.deletes_percent => {
                notices.push(format!(
                    "{count} of {there} {kind} are deleted, the guard is {} percent; {advice}",
                    guards.deletes_percent
                ));
            }
            _ => {}
        }
    }
    notices
        .into_iter()
        .map(|text| Notice { text, place: None })
        .collect()
}

//! Steps that do not go together: pairs on one entity that an action's `conflicts` names.
//!
//! In: the drafts. Out: why the plan is refused, with both places. It is no matter in which of
//! the two actions the pair is declared, nor what asks for either of them.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Action, EntityId};
use crate::plan::diff::Side;
use crate::plan::draft::Draft;
use crate::plan::file::Notice;
use crate::plan::value::States;
use crate::text::{Located, Text};

/// An entity on one side: a renamed one is there on both, and a request may name either.
type Subject = (Side, EntityId);

/// The pairs of steps that may not be in one plan; each pair of actions on an entity once.
pub(super) fn refused(states: &States<'_>, drafts: &[Draft<'_>]) -> Vec<Notice> {
    // The first step of each action, for each entity.
    let mut steps: BTreeMap<Subject, BTreeMap<&str, usize>> = BTreeMap::new();
    for (n, draft) in drafts.iter().enumerate() {
        for subject in subjects(draft) {
            let of = steps.entry(subject).or_default();
            of.entry(draft.doer.name()).or_insert(n);
        }
    }
    let mut pairs = BTreeSet::new();
    for of in steps.values() {
        for this in of.values().filter_map(|n| Some((*n, drafts.get(*n)?))) {
            let action = this.1.doer.action();
            for name in action.iter().flat_map(|action| &action.conflicts) {
                let other = of.get(name.value.as_str());
                if let Some(other) = other.filter(|other| **other != this.0) {
                    pairs.insert((this.0.min(*other), this.0.max(*other)));
                }
            }
        }
    }
    let drafts = |(one, other): (usize, usize)| Some((drafts.get(one)?, drafts.get(other)?));
    let pairs = pairs.into_iter().filter_map(drafts);
    pairs
        .filter_map(|(one, other)| refusal(states, one, other))
        .collect()
}

/// The entity of a step, by each of the sides that it is on.
pub(super) fn subjects(draft: &Draft<'_>) -> impl Iterator<Item = Subject> {
    let before = draft.before.map(|id| (Side::Before, id));
    let after = draft.after.map(|id| (Side::After, id));
    before.into_iter().chain(after)
}

fn refusal(states: &States<'_>, one: &Draft<'_>, other: &Draft<'_>) -> Option<Notice> {
    let declared = declared(one, other).or_else(|| declared(other, one))?;
    let entity = states.entity(one.before, one.after)?;
    let asked = |draft: &Draft<'_>| format!("{} at {}", draft.doer.name(), asked_at(states, draft));
    Some(Notice {
        text: format!(
            "two steps of {} conflict, {} and {}: make two pull requests of it",
            entity.identifier.value,
            asked(one),
            asked(other),
        ),
        place: Some(states.place(Side::Before, declared.span)),
    })
}

/// Where what asks for a step stands: the request, the first value that changes, the entity.
pub(super) fn asked_at(states: &States<'_>, draft: &Draft<'_>) -> String {
    let of = |side: Side, id: Option<EntityId>| {
        let entity = states.of(side).catalog.entity(id?)?;
        Some((side, entity.identifier.span))
    };
    let request = draft
        .requests
        .first()
        .map(|it| (Side::After, it.action.span));
    let changed = draft.changes.first().map(|change| change.place);
    let asked = request
        .or(changed)
        .or_else(|| of(Side::After, draft.after))
        .or_else(|| of(Side::Before, draft.before));
    asked.map_or_else(String::new, |(side, span)| states.place(side, span))
}

/// Where one action declares that it conflicts with the other.
fn declared<'a>(one: &'a Draft<'_>, other: &Draft<'_>) -> Option<&'a Located<Text>> {
    let action: &Action = one.doer.action()?;
    let mut names = action.conflicts.iter();
    names.find(|name| name.value == other.doer.name())
}

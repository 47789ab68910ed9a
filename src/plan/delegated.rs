//! Steps that a computed value fires and whose action leaves the decision to what caused them,
//! `causedBy: permitted`.
//!
//! In: steps, each decided by itself. Out: the same; who may do all that causes such a step may do
//! it too, unless a rule forbids it.

use std::collections::BTreeMap;

use crate::model::{Action, EntityId};
use crate::plan::decide::{Judge, Matter};
use crate::plan::diff::Side;
use crate::plan::draft::Draft;
use crate::plan::file::{Notice, Step};
use crate::plan::value::States;
use crate::policy::Principal;

/// A step, and what is found when it is decided.
pub(super) struct Decided {
    pub(super) step: Step,
    /// The number of its draft.
    pub(super) draft: usize,
    /// The break-glass rules that waive what is missing, one for each actor.
    pub(super) waivers: Vec<String>,
    /// Of each actor, whether no rule forbids it; empty where nothing else can decide.
    pub(super) free: Vec<bool>,
}

impl Judge<'_, '_> {
    /// Of each actor, whether no rule forbids something.
    pub(super) fn free<'q>(&'q self, matter: &Matter<'q>) -> Vec<bool> {
        let actors = self.actors.iter();
        let is_free =
            |(_, actor): &'q (String, Principal)| !self.rules.is_forbidden(&matter.asked_by(actor));
        actors.map(is_free).collect()
    }
}

/// The action of a draft, where it leaves the decision to what caused it.
pub(super) fn leaves_it<'d>(draft: &'d Draft<'_>) -> Option<&'d Action> {
    let action = draft.doer.action()?;
    (action.cause_permits && !draft.caused_by.is_empty()).then_some(action)
}

/// Allows what is left to its causes, where all of them are allowed.
pub(super) fn allow(states: &States<'_>, drafts: &[Draft<'_>], all: &mut [Decided]) {
    let mut by_entity: BTreeMap<Sides, Vec<usize>> = BTreeMap::new();
    for (at, one) in all.iter().enumerate() {
        if let Some(draft) = drafts.get(one.draft) {
            by_entity
                .entry((draft.before, draft.after))
                .or_default()
                .push(at);
        }
    }
    let mut left = Vec::new();
    for (at, one) in all.iter().enumerate() {
        let Some(draft) = drafts.get(one.draft) else {
            continue;
        };
        let Some(action) = leaves_it(draft).filter(|_| !one.free.is_empty()) else {
            continue;
        };
        if let Some(causes) = causes(draft, (drafts, all), &by_entity) {
            left.push((at, action, causes));
        }
    }
    for (at, action, causes) in left {
        let may = |actor: usize| {
            let mut causes = causes.iter().filter_map(|cause| all.get(*cause));
            causes.all(|cause| cause.step.decisions.get(actor).is_some_and(|it| it.allowed))
        };
        let may: Vec<bool> = (0..all.get(at).map_or(0, |one| one.free.len()))
            .map(may)
            .collect();
        let numbers = causes
            .iter()
            .filter_map(|cause| Some(all.get(*cause)?.step.number.to_string()));
        let numbers: Vec<String> = numbers.collect();
        let why = reason(states, action, &numbers);
        if let Some(one) = all.get_mut(at) {
            let decisions = one.step.decisions.iter_mut().zip(&one.free).zip(&may);
            for ((decision, is_free), may) in decisions {
                if !decision.allowed && *is_free && *may {
                    decision.allowed = true;
                    decision.reasons = vec![why.clone()];
                    decision.whoever = false;
                    decision.could.clear();
                    decision.break_glass = None;
                }
            }
        }
    }
}

/// An entity on the target and in the result.
type Sides = (Option<EntityId>, Option<EntityId>);

/// The steps that do what causes one; `None` where something of it is done by none.
fn causes(
    draft: &Draft<'_>,
    (drafts, all): (&[Draft<'_>], &[Decided]),
    by_entity: &BTreeMap<Sides, Vec<usize>>,
) -> Option<Vec<usize>> {
    let mut found = Vec::new();
    for (before, after, path) in &draft.caused_by {
        let does = |at: &&usize| {
            let draft = all.get(**at).and_then(|one| drafts.get(one.draft));
            draft.is_some_and(|draft| {
                let is_whole = draft.before.is_none() || draft.after.is_none();
                let mut changes = draft.changes.iter();
                draft.caused_by.is_empty() && (is_whole || changes.any(|it| it.path == *path))
            })
        };
        let own = by_entity
            .get(&(*before, *after))
            .map_or(&[][..], Vec::as_slice);
        let own: Vec<usize> = own.iter().filter(does).copied().collect();
        if own.is_empty() {
            return None;
        }
        found.extend(own);
    }
    found.sort_unstable();
    found.dedup();
    Some(found)
}

fn reason(states: &States<'_>, action: &Action, numbers: &[String]) -> Notice {
    let steps = match numbers {
        [one] => format!("step {one}"),
        all => format!("steps {}", all.join(", ")),
    };
    let place = action.root.entry("causedBy");
    Notice {
        text: format!("what causes it is allowed, {steps}"),
        place: place.map(|entry| states.place(Side::Before, entry.key.span)),
    }
}

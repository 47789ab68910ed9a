//! Steps that a computed value fires and whose action leaves the decision to what caused them,
//! `causedBy: permitted`.
//!
//! In: steps, each decided by itself. Out: the same; who may do all that causes such a step may do
//! it too, unless a rule forbids it, once those agree whose agreement the causes need.

use std::collections::BTreeMap;

use crate::model::{Action, EntityId};
use crate::plan::decide::{Judge, Matter};
use crate::plan::diff::Side;
use crate::plan::draft::Draft;
use crate::plan::file::{ApprovalNeed, Glass, Notice, Step};
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

/// Allows what is left to its causes, where all of them are allowed. It needs whose agreement they
/// need, and stands on a broken glass where one of them does.
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
            left.push((at, Permit::of(states, action, all, &causes)));
        }
    }
    for (at, permit) in left {
        if let Some(one) = all.get_mut(at) {
            permit.give(one);
        }
    }
}

/// What the steps that cause another give to it.
struct Permit {
    why: Notice,
    /// Of each actor, what all of the causes stand on; `None` where one of them is denied.
    actors: Vec<Option<Ground>>,
    /// Whose agreement they need.
    needs: Vec<ApprovalNeed>,
    /// Whether a broken glass waives all of it, and by which rules.
    waivers: Vec<String>,
}

impl Permit {
    fn of(states: &States<'_>, action: &Action, all: &[Decided], causes: &[usize]) -> Self {
        let causes: Vec<&Decided> = causes.iter().filter_map(|at| all.get(*at)).collect();
        let actors = causes.iter().map(|cause| cause.step.decisions.len());
        let mut needs: Vec<ApprovalNeed> = Vec::new();
        for need in causes.iter().flat_map(|cause| &cause.step.approvals) {
            if !needs.contains(need) {
                needs.push(need.clone());
            }
        }
        let mut asking = causes
            .iter()
            .filter(|cause| !cause.step.approvals.is_empty());
        let waivers = asking.next().map(|cause| cause.waivers.clone());
        let waivers = waivers.filter(|_| asking.all(|cause| !cause.waivers.is_empty()));
        Self {
            why: reason(states, action, &causes),
            actors: (0..actors.max().unwrap_or(0))
                .map(|actor| stands_on(&causes, actor))
                .collect(),
            needs,
            waivers: waivers.unwrap_or_default(),
        }
    }

    fn give(self, one: &mut Decided) {
        let decisions = one.step.decisions.iter_mut().zip(&one.free);
        let mut is_taken = false;
        for ((decision, is_free), given) in decisions.zip(self.actors) {
            let Some(ground) = given.filter(|_| !decision.allowed && *is_free) else {
                continue;
            };
            is_taken = true;
            decision.allowed = true;
            decision.reasons = vec![self.why.clone()];
            decision.whoever = false;
            decision.could.clear();
            decision.break_glass = ground.glass;
        }
        if !is_taken || self.needs.is_empty() {
            return;
        }
        let own = &mut one.step.approvals;
        // What it needs by its own rules is waived by its own.
        if own.is_empty() || self.waivers.is_empty() {
            one.waivers = self.waivers;
        }
        let more = self.needs.into_iter();
        let more: Vec<ApprovalNeed> = more.filter(|need| !own.contains(need)).collect();
        own.extend(more);
    }
}

/// What allowed steps stand on.
struct Ground {
    /// The glass that one of them breaks.
    glass: Option<Glass>,
}

/// What the steps that cause another stand on for an actor; `None` where one of them is denied.
fn stands_on(causes: &[&Decided], actor: usize) -> Option<Ground> {
    let mut glass = None;
    for cause in causes {
        let decision = cause.step.decisions.get(actor)?;
        if !decision.allowed {
            return None;
        }
        let own = decision.break_glass.as_ref();
        glass = glass.or_else(|| own.filter(|_| decision.breaks_glass()).cloned());
    }
    Some(Ground { glass })
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

fn reason(states: &States<'_>, action: &Action, causes: &[&Decided]) -> Notice {
    let numbers = causes.iter().map(|cause| cause.step.number.to_string());
    let numbers: Vec<String> = numbers.collect();
    let steps = match numbers.as_slice() {
        [one] => format!("step {one}"),
        all => format!("steps {}", all.join(", ")),
    };
    let place = action.root.entry("causedBy");
    Notice {
        text: format!("what causes it is allowed, {steps}"),
        place: place.map(|entry| states.place(Side::Before, entry.key.span)),
    }
}

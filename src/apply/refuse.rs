//! Which steps of a run may not be run.
//!
//! In: the run. Out: of each step why not. Steps that are of one change wait for one another's
//! right: what a rule denies of it is not done by halves.

use std::collections::BTreeMap;

use crate::apply::Run;
use crate::plan::file::Outcome;
use crate::plan::file::Step;

/// The refusals of a run.
pub(super) struct Refusals<'a> {
    run: Run<'a>,
    /// The steps of each entity, by its blueprint and its name.
    by_entity: BTreeMap<(&'a str, &'a str), Vec<&'a Step>>,
}

impl<'a> Refusals<'a> {
    /// Those of a run.
    pub(super) fn of_run(run: Run<'a>) -> Self {
        let mut by_entity: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for step in &run.plan.steps {
            let key = (step.blueprint.as_str(), step.entity.as_str());
            by_entity.entry(key).or_default().push(step);
        }
        Self { run, by_entity }
    }

    /// Why a step may not be run; `None` where it may.
    pub(super) fn of(&self, step: &Step) -> Option<String> {
        self.own(step).or_else(|| self.beside(step))
    }

    /// Why, whatever becomes of the others.
    fn own(&self, step: &Step) -> Option<String> {
        let refused = self.run.refused.get(&step.number).cloned();
        refused.or_else(|| (step.outcome != Outcome::Allowed).then(|| denied(step)))
    }

    /// That another step of the same change may not be run. One that a newer landing did is no
    /// such step: it is done.
    fn beside(&self, step: &Step) -> Option<String> {
        let key = (step.blueprint.as_str(), step.entity.as_str());
        let mut beside = self.by_entity.get(&key)?.iter().filter(|other| {
            other.number != step.number
                && !self.run.superseded.contains_key(&other.number)
                && step.shares_its_change_with(other)
        });
        beside.find_map(|other| {
            let why = self.own(other)?;
            Some(format!(
                "step {}, {} of the same change, is refused: {why}",
                other.number, other.action
            ))
        })
    }
}

/// Why a step may not be run by its own plan.
fn denied(step: &Step) -> String {
    let words = step.outcome.words();
    let denied = step.decisions.iter().find(|decision| !decision.allowed);
    match denied.and_then(|decision| decision.reasons.first()) {
        Some(reason) if step.outcome == Outcome::Denied => format!("{words}: {}", reason.text),
        _ => words.to_owned(),
    }
}

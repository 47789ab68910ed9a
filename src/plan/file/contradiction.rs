//! What a plan file says that does not follow from the rest of it: somebody edited it.
//!
//! In: a plan whose digests are right. Out: the first such thing, in words. How a step is decided
//! is in no digest, so it is held against the decisions and approvals beside it.

use std::collections::BTreeSet;

use super::{Decision, Outcome, PlanFile, Step};

/// What contradicts itself, or none.
pub(super) fn of(plan: &PlanFile) -> Option<String> {
    let steps = plan.steps.iter().zip(1_u32..);
    let step = steps.into_iter().find_map(|(step, number)| {
        if step.number != number {
            return Some(format!("step {} stands at place {number}", step.number));
        }
        of_step(plan, step).map(|why| format!("step {number} {why}"))
    });
    step.or_else(|| {
        plan.coverage.iter().find_map(|one| {
            let is = Outcome::of(&one.decisions, &[]);
            (one.outcome != is).then(|| says(&one.path, one.outcome, is))
        })
    })
}

fn of_step(plan: &PlanFile, step: &Step) -> Option<String> {
    let is = Outcome::of(&step.decisions, &step.approvals);
    if step.outcome != is {
        return Some(says("", step.outcome, is).trim_start().to_owned());
    }
    let named = step.decisions.iter().filter_map(|it| it.actor.as_ref());
    let named: BTreeSet<&String> = named.collect();
    if !named.is_empty() && named != plan.actors.iter().collect() {
        return Some("is decided for others than the actors of the plan".to_owned());
    }
    step.approvals.iter().find_map(|need| {
        let mut given = need.given.iter();
        if let Some(one) = given.find(|one| !need.candidates.contains(&one.login)) {
            return Some(format!("counts `{}`, who may not approve it", one.login));
        }
        let is_broken = step.decisions.iter().any(Decision::breaks_glass);
        (need.waived > 0 && !is_broken).then(|| "waives approvals and breaks no glass".to_owned())
    })
}

fn says(what: &str, said: Outcome, is: Outcome) -> String {
    let (said, is) = (said.words(), is.words());
    format!("{what} says `{said}` where `{is}` follows from its decisions and approvals")
}

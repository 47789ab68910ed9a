//! The second decision: what was allowed before the merge must be allowed by the rules and the
//! people of the present tip too, over the entities as they were before it.

use std::collections::{BTreeMap, BTreeSet};

use crate::cli::apply::Landing;
use crate::cli::apply::conflicting;
use crate::cli::apply::guarded;
use crate::cli::apply::moments::Moments;
use crate::cli::open::{self, Opened};
use crate::cli::{Failure, failure};
use crate::compile::{Compiled, compile};
use crate::plan::broken_definition;
use crate::plan::file::{Decision, GlassUse, Outcome, PlanFile, Step};

/// The steps that the present tip does not allow, and why.
pub(super) fn refused(
    landing: &Landing,
    plan: &PlanFile,
) -> Result<BTreeMap<u32, String>, Failure> {
    if let Some(ending) = &landing.ending {
        return ending.refused(landing, plan);
    }
    let present = match present(landing)? {
        Present::Same(_) | Present::First => return Ok(BTreeMap::new()),
        Present::Changed(present) => present,
        Present::Unusable(why) => return Ok(all(plan, &why)),
    };
    let conflict = conflicting::stops(plan, &present.catalog);
    let Ok(decided) = landing.sides.plan_with(*present, &landing.actors)? else {
        return Ok(all(plan, CANNOT_BE_ASKED));
    };
    if let Some(why) = conflict {
        return Ok(all(plan, &why));
    }
    if let Some(why) = guarded::stops(plan, &decided) {
        return Ok(all(plan, &why));
    }
    let refused = plan.steps.iter().filter_map(|step| {
        let now = decided.steps.iter().find(|now| is_same_step(now, step));
        let why = match now {
            None => NO_SUCH_STEP.to_owned(),
            Some(now)
                if now.outcome != Outcome::Denied
                    && is_agreed(now, step)
                    && stands_on_as_much(now, step) =>
            {
                return None;
            }
            Some(now) => why(now),
        };
        Some((step.number, why))
    });
    Ok(refused.collect())
}

/// What the rules and people of the present tip say of a landing.
pub(super) enum Decided {
    /// The plan that somebody would get.
    Plan(Box<PlanFile>),
    /// Nothing, and why.
    Not(String),
}

/// The plan of a landing as the present tip decides it for others than those who asked.
pub(super) fn decided(landing: &Landing, actors: &[String]) -> Result<Decided, Failure> {
    if let Some(ending) = &landing.ending {
        return ending.decided(landing, actors);
    }
    let present = match present(landing)? {
        Present::Same(then) => Box::new(compile(then.snapshot, &then.selection)),
        Present::Changed(present) => present,
        Present::First => return Ok(Decided::Not("there was no catalog before it".to_owned())),
        Present::Unusable(why) => return Ok(Decided::Not(why)),
    };
    Ok(match landing.sides.plan_with(*present, actors)? {
        Ok(plan) => Decided::Plan(Box::new(plan)),
        Err(_) => Decided::Not(CANNOT_BE_ASKED.to_owned()),
    })
}

const CANNOT_BE_ASKED: &str = "the present rules cannot be asked about it";
/// That an action, its trigger or its entity is not there any more.
pub(super) const NO_SUCH_STEP: &str = "the present rules know no such step";
/// That only a broken glass permits something.
pub(super) const GLASS_ONLY: &str =
    "allowed by breaking the glass only, which it was not for this step";

/// The catalog that a landing found, with the definitions and people of the present tip.
enum Present {
    /// Nothing that decides has changed: it is as the landing found it.
    Same(Box<Opened>),
    /// They are others.
    Changed(Box<Compiled>),
    /// There was no catalog before the landing.
    First,
    /// They decide nothing, and why.
    Unusable(String),
}

fn present(landing: &Landing) -> Result<Present, Failure> {
    let Some((repository, before, after)) = landing.sides.commits() else {
        return Ok(Present::First);
    };
    let tip = repository.resolve(&landing.target).map_err(failure)?;
    let gone = || Present::Unusable(format!("{} has no catalog any more", landing.target));
    let Some(now) = open::at_commit(repository, &tip)? else {
        return Ok(gone());
    };
    let Some(then) = open::at_commit(repository, before)? else {
        return Ok(Present::First);
    };
    let Some(landed) = open::at_commit(repository, after)? else {
        return Ok(gone());
    };
    let moments = Moments {
        then: &then,
        landed: &landed,
        now: &now,
    };
    let mixed = match moments.mix() {
        Ok(mixed) => mixed,
        Err(why) => return Ok(Present::Unusable(why)),
    };
    if mixed == then.snapshot {
        return Ok(Present::Same(Box::new(then)));
    }
    let compiled = compile(mixed, moments.selection());
    if let Some(path) = unread(&compiled) {
        return Ok(Present::Unusable(format!(
            "who is who cannot be read of what landed and what was made of {path} since"
        )));
    }
    Ok(match broken(&compiled) {
        Some(why) => Present::Unusable(why),
        None => Present::Changed(Box::new(compiled)),
    })
}

/// A file that was put together and cannot be read.
fn unread(compiled: &Compiled) -> Option<&str> {
    let unread = compiled.catalog.unread.iter();
    let mut mixed = unread.filter_map(|id| compiled.snapshot.file(*id).filter(|it| it.merged));
    mixed.next().map(|file| file.path.as_str())
}

/// That definitions are broken, so that they allow nothing: what they forbid is not known.
pub(super) fn broken(compiled: &Compiled) -> Option<String> {
    let broken = broken_definition(compiled)?;
    Some(format!(
        "the present definitions are broken: {}",
        broken.message
    ))
}

fn all(plan: &PlanFile, why: &str) -> BTreeMap<u32, String> {
    plan.steps
        .iter()
        .map(|step| (step.number, why.to_owned()))
        .collect()
}

/// Whether two steps are the same action on the same entity, for the same change.
pub(super) fn is_same_step(now: &Step, step: &Step) -> bool {
    now.action == step.action
        && now.blueprint == step.blueprint
        && now.entity == step.entity
        && now.requests == step.requests
        && now
            .changes
            .iter()
            .map(|change| &change.path)
            .eq(step.changes.iter().map(|change| &change.path))
}

/// Whether those who agreed are, today, those whose agreement is needed.
fn is_agreed(now: &Step, step: &Step) -> bool {
    let agreed: BTreeSet<&str> = step
        .approvals
        .iter()
        .flat_map(|need| &need.given)
        .map(|given| given.login.as_str())
        .collect();
    now.approvals.iter().all(|need| {
        // Nobody's approval counts in the second plan: what a broken glass waives is all of them.
        if need.waived > 0 && step.breaks_glass() {
            return true;
        }
        let count = need
            .candidates
            .iter()
            .filter(|login| agreed.contains(login.as_str()))
            .count();
        count >= need.count as usize
    })
}

/// Whether no break-glass rule permits today what an ordinary one did: the ledger would not say
/// that the glass was broken for it.
fn stands_on_as_much(now: &Step, step: &Step) -> bool {
    let permits = |step: &Step| step.decisions.iter().any(is_by_glass);
    !permits(now) || permits(step)
}

/// Whether a break-glass rule permits what the ordinary ones deny.
pub(super) fn is_by_glass(decision: &Decision) -> bool {
    let glass = decision.break_glass.as_ref();
    glass.is_some_and(|glass| glass.is_for == GlassUse::Permits)
}

fn why(now: &Step) -> String {
    if now.outcome != Outcome::Denied && now.breaks_glass() {
        return GLASS_ONLY.to_owned();
    }
    let denied = now.decisions.iter().find(|decision| !decision.allowed);
    match denied.and_then(|decision| decision.reasons.first()) {
        Some(reason) => format!("not allowed any more: {}", reason.text),
        None => "an approval does not count any more".to_owned(),
    }
}

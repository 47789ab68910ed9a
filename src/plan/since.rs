//! What of a plan is other than in an earlier plan of the same pull request.
//!
//! In: two plan files. Out: which steps are new, gone and changed, and which approvals count no
//! more, each with its reason. It decides nothing.

use std::collections::BTreeMap;

use crate::plan::file::since::{Changed, Earlier, Since, Voided};
use crate::plan::file::{ApprovalNeed, Change, PlanFile, Step};

/// What makes a step the same step in another plan, whatever it does now.
type Key<'p> = (&'p str, &'p str, &'p str);

/// What changed since `previous`.
pub fn since(previous: &PlanFile, now: &PlanFile) -> Since {
    let Paired { pairs, gone, new } = paired(previous, now);
    let mut changed = Vec::new();
    let mut voided = Vec::new();
    for (old, step) in &pairs {
        let what = differences(old, step);
        voided.extend(lost(old, Some((step, &what))));
        if !what.is_empty() {
            changed.push(Changed {
                number: step.number,
                before: old.number,
                what,
            });
        }
    }
    voided.extend(gone.iter().flat_map(|old| lost(old, None)));
    changed.sort_by_key(|changed| changed.number);
    Since {
        plan: previous.id.clone(),
        head: previous.head.clone(),
        new: new.into_iter().map(|step| step.number).collect(),
        gone: gone.into_iter().map(earlier).collect(),
        same: (pairs.len() - changed.len()) as u64,
        changed,
        voided,
    }
}

/// The steps of two plans.
pub(super) struct Paired<'p> {
    /// Those that are in both.
    pub(super) pairs: Vec<(&'p Step, &'p Step)>,
    /// Those of the earlier plan alone, by number.
    pub(super) gone: Vec<&'p Step>,
    /// Those of the later plan alone, by number.
    pub(super) new: Vec<&'p Step>,
}

/// Pairs the steps that are the same first, then those of one action on one entity in their order.
pub(super) fn paired<'p>(previous: &'p PlanFile, now: &'p PlanFile) -> Paired<'p> {
    let mut open: BTreeMap<Key<'_>, Vec<&Step>> = BTreeMap::new();
    for step in &previous.steps {
        open.entry(key(step)).or_default().push(step);
    }
    let (mut pairs, mut rest, mut new) = (Vec::new(), Vec::new(), Vec::new());
    for step in &now.steps {
        let all = open.entry(key(step)).or_default();
        match all.iter().position(|old| old.digest == step.digest) {
            Some(at) => pairs.push((all.remove(at), step)),
            None => rest.push(step),
        }
    }
    for step in rest {
        match open.get_mut(&key(step)).filter(|all| !all.is_empty()) {
            Some(all) => pairs.push((all.remove(0), step)),
            None => new.push(step),
        }
    }
    let mut gone: Vec<&Step> = open.into_values().flatten().collect();
    gone.sort_by_key(|step| step.number);
    Paired { pairs, gone, new }
}

fn key(step: &Step) -> Key<'_> {
    (&step.action, &step.blueprint, &step.entity)
}

fn earlier(step: &Step) -> Earlier {
    Earlier {
        number: step.number,
        action: step.action.clone(),
        blueprint: step.blueprint.clone(),
        entity: step.entity.clone(),
    }
}

/// What is other between two plans of a step, in words.
fn differences(old: &Step, now: &Step) -> Vec<String> {
    let mut what = paths(&old.changes, &now.changes);
    let values = |step: &Step| -> Vec<_> {
        let inputs = step.inputs.iter();
        inputs
            .map(|input| (input.name.clone(), input.value.clone()))
            .collect()
    };
    let needs = |step: &Step| -> Vec<_> {
        let needs = step.approvals.iter();
        needs.map(|need| (need.by.clone(), need.count)).collect()
    };
    for (is_other, words) in [
        (values(old) != values(now), "its inputs"),
        (old.calls != now.calls, "its calls"),
        (old.definition != now.definition, "its definition"),
        (old.does != now.does, "what it does to the entity"),
        (needs(old) != needs(now), "who must approve"),
    ] {
        if is_other {
            what.push(words.to_owned());
        }
    }
    if what.is_empty() && old.digest != now.digest {
        what.push("who asks for it".to_owned());
    }
    if old.outcome != now.outcome {
        let words = (old.outcome.words(), now.outcome.words());
        what.push(format!("was {}, is {}", words.0, words.1));
    }
    what
}

/// The paths whose values are not changed in the same way.
fn paths(old: &[Change], now: &[Change]) -> Vec<String> {
    let by_path = |changes: &[Change]| -> BTreeMap<String, _> {
        let changes = changes.iter();
        changes
            .map(|it| (it.path.clone(), (it.before.clone(), it.after.clone())))
            .collect()
    };
    let (old, now) = (by_path(old), by_path(now));
    let all = old.keys().chain(now.keys());
    let mut other: Vec<String> = all
        .filter(|path| old.get(*path) != now.get(*path))
        .cloned()
        .collect();
    other.sort();
    other.dedup();
    other
}

/// The approvals of a step that count no more.
fn lost(old: &Step, now: Option<(&Step, &[String])>) -> Vec<Voided> {
    let mut voided = Vec::new();
    for need in &old.approvals {
        for given in &need.given {
            let Some(why) = why(need, &given.login, now) else {
                continue;
            };
            voided.push(Voided {
                login: given.login.clone(),
                commit: given.commit.clone(),
                of: earlier(old),
                why,
            });
        }
    }
    voided
}

/// Why somebody's approval counts no more; none where it still does or is not needed.
fn why(need: &ApprovalNeed, login: &str, now: Option<(&Step, &[String])>) -> Option<String> {
    let Some((step, what)) = now else {
        return Some("the step is gone".to_owned());
    };
    let needs = || step.approvals.iter().filter(|one| one.by == need.by);
    let mut given = needs().flat_map(|one| &one.given);
    if given.any(|given| given.login == login) {
        return None;
    }
    let mut excluded = needs().flat_map(|one| &one.excluded);
    if let Some(part) = excluded.find(|excluded| excluded.login == login) {
        return Some(format!("{login} {}", part.part.words()));
    }
    if needs().next().is_none() {
        return Some(format!(
            "no approval from {} is asked for any more",
            need.by
        ));
    }
    if !needs().any(|one| one.candidates.iter().any(|who| who == login)) {
        return Some(format!("{login} is not among those who count any more"));
    }
    if what.is_empty() {
        return Some("it is not given to this plan".to_owned());
    }
    Some(format!("the step is another: {}", what.join(", ")))
}

#[cfg(test)]
mod tests;

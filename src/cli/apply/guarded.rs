//! The guards of the present tip, of a landing that those of its target let pass.
//!
//! In: the plan of the landing, and the one that the present tip decides. Out: why guards stop all
//! of it. What a landing adds to the counts is what its own plan says: the other one also has what
//! became of people and definitions since.

use std::collections::BTreeSet;

use crate::plan::file::{GuardSum, LiftedKind, Outcome, OverrideRequest, PlanFile};
use crate::policy::BuiltIn;

/// Why guards stop it now: they are stricter, or who lifted them may not any more.
pub(super) fn stops(plan: &PlanFile, decided: &PlanFile) -> Option<String> {
    let sums = &plan.footprint.guards;
    let is_lifted = lifted(plan, decided) >= sums.iter().filter(|it| is_exceeded(it)).count();
    let mut said = Vec::new();
    for sum in sums {
        let mut present = decided.footprint.guards.iter();
        let Some(now) = present.find(|now| now.what == sum.what) else {
            continue;
        };
        if sum.adds > now.most && !(is_exceeded(sum) && is_lifted) {
            said.push(format!(
                "{}: {}, the guard is {}",
                sum.what, sum.adds, now.most
            ));
        }
    }
    (!said.is_empty()).then(|| {
        format!(
            "a guard stops it now, and nobody lifts it who may: {}",
            said.join("; ")
        )
    })
}

const fn is_exceeded(sum: &GuardSum) -> bool {
    sum.adds > sum.most
}

/// How many guards the requests of a plan lift that the present tip permits too.
fn lifted(plan: &PlanFile, decided: &PlanFile) -> usize {
    let is_permitted = |request: &&OverrideRequest| {
        decided.coverage.iter().any(|covered| {
            covered.action == BuiltIn::Override.word()
                && covered.path == request.request.file
                && covered.outcome != Outcome::Denied
        })
    };
    let permitted = plan.overrides.iter().filter(is_permitted);
    let lifted = permitted.flat_map(|request| &request.lifts);
    let lifted = lifted.filter(|lifted| lifted.kind == LiftedKind::Guard);
    // Two requests may lift one guard.
    let lifted: BTreeSet<&str> = lifted.map(|lifted| lifted.what.as_str()).collect();
    lifted.len()
}

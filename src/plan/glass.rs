//! Breaking the glass: the requests that declare an emergency, and what a reader must know of
//! it before anything else.
//!
//! In: the requests that the merge brings, and the decisions that stand on break-glass rules.
//! Out: the requests that count, with their reasons, and the notice above the plan.

use std::collections::BTreeSet;

use crate::model::request::{BREAK_GLASS, GlassReason};
use crate::plan::draft::new_requests;
use crate::plan::file::{Covered, Decision, GlassRequest, GlassUse, Notice, RequestRef, Step};
use crate::plan::hide::Secrets;
use crate::plan::value::States;
use crate::text::visible;

/// What a merge says of an emergency.
pub(super) struct Declared {
    /// The requests that count.
    pub(super) requests: Vec<GlassRequest>,
    /// Those that say no reason: they count for nothing and refuse the plan.
    pub(super) refusals: Vec<Notice>,
}

/// The requests `break_glass` that a merge brings.
pub(super) fn declared(states: &States<'_>, secrets: &Secrets<'_>) -> Declared {
    let mut declared = Declared {
        requests: Vec::new(),
        refusals: Vec::new(),
    };
    for request in new_requests(states) {
        if request.action.value != BREAK_GLASS {
            continue;
        }
        let path = states.after.snapshot.path(request.span.file);
        match request.glass_reason() {
            GlassReason::Given(mut reason) => {
                secrets.hide_in(&mut reason);
                declared.requests.push(GlassRequest {
                    request: RequestRef {
                        id: request.id.value.to_string(),
                        file: visible(path).into_owned(),
                    },
                    reason,
                });
            }
            GlassReason::Missing | GlassReason::Wrong(_) => declared.refusals.push(Notice {
                text: format!(
                    "the request {} breaks the glass without a reason",
                    request.id.value
                ),
                place: Some(states.place(crate::plan::diff::Side::After, request.inputs_place)),
            }),
        }
    }
    declared
}

/// What stands above a plan that breaks the glass:
/// `BREAK GLASS: lin takes 2 steps by oncall.cedar:3, without 1 approval, because: incident 4711`.
pub(super) fn notice(
    requests: &[GlassRequest],
    steps: &[Step],
    coverage: &[Covered],
) -> Option<Notice> {
    let first = requests.first()?;
    let say = |text| Some(Notice { text, place: None });
    let taken = steps.iter().filter(|step| step.breaks_glass()).count();
    let others = coverage.iter().filter(|one| one.breaks_glass()).count();
    if taken + others == 0 {
        let mut denied = steps.iter().flat_map(|step| &step.decisions);
        let mut refused = coverage.iter().flat_map(|one| &one.decisions);
        let is_denied = denied.any(|it| !it.allowed) || refused.any(|it| !it.allowed);
        let mut needs = steps.iter().flat_map(|step| &step.approvals);
        let why = if is_denied {
            "no break-glass rule is for what is denied here"
        } else if needs.any(|need| need.missing() > 0) {
            "no break-glass rule is for what needs approval here"
        } else {
            "the glass need not be broken"
        };
        return say(format!("{why}: take {} out", first.request.file));
    }
    let decisions = steps.iter().flat_map(|step| &step.decisions);
    let decisions = decisions.chain(coverage.iter().flat_map(|one| &one.decisions));
    let used: Vec<(&Decision, &str)> = decisions
        .filter_map(|decision| {
            let glass = decision.break_glass.as_ref()?;
            (glass.is_for != GlassUse::Offered).then_some((decision, glass.rule.as_str()))
        })
        .collect();
    let who: BTreeSet<&str> = used
        .iter()
        .filter_map(|(decision, _)| decision.actor.as_deref())
        .collect();
    let rules: BTreeSet<&str> = used.iter().map(|(_, rule)| *rule).collect();
    let waived: u32 = steps
        .iter()
        .flat_map(|step| &step.approvals)
        .map(|need| need.waived)
        .sum();
    let mut what = Vec::new();
    what.extend((taken > 0).then(|| count(taken, "step")));
    what.extend((others > 0).then(|| count(others, "other change")));
    let without = (waived > 0).then(|| format!(", without {}", count(waived as usize, "approval")));
    let reasons: BTreeSet<&str> = requests.iter().map(|one| one.reason.as_str()).collect();
    let verb = if who.len() == 1 { "takes" } else { "take" };
    say(format!(
        "BREAK GLASS: {} {verb} {} by {}{}, because: {}",
        and(&who),
        what.join(" and "),
        and(&rules),
        without.unwrap_or_default(),
        reasons.into_iter().collect::<Vec<_>>().join("; "),
    ))
}

fn count(n: usize, one: &str) -> String {
    match n {
        1 => format!("1 {one}"),
        _ => format!("{n} {one}s"),
    }
}

fn and(names: &BTreeSet<&str>) -> String {
    names.iter().copied().collect::<Vec<_>>().join(" and ")
}

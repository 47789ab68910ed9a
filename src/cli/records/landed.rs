//! What the ledger keeps of a plan: its steps, the glass that it broke, the guards that it lifted.

use crate::ledger::record::{self, LandedStep, Operation};
use crate::plan::file::{Decision, Effectuation, Outcome, OverrideRequest, PlanFile, Step};
use crate::policy::BuiltIn;

/// A step as the ledger keeps it.
pub(in crate::cli) fn landed(plan: &PlanFile, step: &Step) -> LandedStep {
    let mut approved: Vec<String> = step
        .approvals
        .iter()
        .flat_map(|need| &need.given)
        .map(|given| given.login.clone())
        .collect();
    approved.sort();
    approved.dedup();
    LandedStep {
        number: step.number,
        digest: step.digest.clone(),
        lasting: Some(step.lasting_digest()).filter(|it| *it != step.digest),
        action: step.action.clone(),
        operation: match step.does {
            Effectuation::Create => Operation::Create,
            Effectuation::Delete => Operation::Delete,
            Effectuation::Change | Effectuation::Rename | Effectuation::Run => Operation::Day2,
        },
        blueprint: step.blueprint.clone(),
        entity: step.entity.clone(),
        summary: step.summary(),
        allowed: allowed(plan, &step.decisions),
        approved,
        requests: step.request_ids().map(str::to_owned).collect(),
        break_glass: step.breaks_glass().then(|| record::StepGlass {
            rules: rules(&step.decisions),
            waived: step
                .approvals
                .iter()
                .filter(|need| need.waived > 0)
                .map(|need| format!("{} from {}", need.waived, need.by))
                .collect(),
        }),
    }
}

/// The break-glass rules on which decisions stand, sorted.
fn rules(decisions: &[Decision]) -> Vec<String> {
    let broken = decisions.iter().filter(|decision| decision.breaks_glass());
    let rules = broken.filter_map(|decision| decision.break_glass.as_ref());
    let mut rules: Vec<String> = rules.map(|glass| glass.rule.clone()).collect();
    rules.sort();
    rules.dedup();
    rules
}

/// The emergency that a plan declares. What declared it is spent, whether or not it was needed.
pub(in crate::cli) fn broken_glass(plan: &PlanFile) -> Option<record::BrokenGlass> {
    let reasons: Vec<&str> = plan
        .break_glass
        .iter()
        .map(|glass| glass.reason.as_str())
        .collect();
    let covered = plan.coverage.iter().filter(|one| one.breaks_glass());
    (!reasons.is_empty()).then(|| record::BrokenGlass {
        reason: reasons.join("; "),
        requests: plan
            .break_glass
            .iter()
            .map(|glass| glass.request.id.clone())
            .collect(),
        changes: covered
            .map(|one| record::GlassChange {
                action: one.action.clone(),
                path: one.path.clone(),
                rule: rules(&one.decisions).join(", "),
            })
            .collect(),
    })
}

/// Why it is allowed, in one line.
fn allowed(plan: &PlanFile, decisions: &[Decision]) -> String {
    let reasons = decisions.iter().flat_map(|decision| &decision.reasons);
    let allowed: Vec<String> = reasons
        .map(|reason| match &reason.place {
            Some(place) => format!("{} ({place} in {})", reason.text, plan.target.words()),
            None => reason.text.clone(),
        })
        .collect();
    allowed.join("; ")
}

/// The requests that lift guards and freezes. What is asked for is spent, whether or not it may
/// be and lifts anything.
pub(in crate::cli) fn overrides(plan: &PlanFile) -> Vec<record::Override> {
    let of = |request: &OverrideRequest| {
        let mut covered = plan.coverage.iter();
        let covered = covered
            .find(|one| one.action == BuiltIn::Override.word() && one.path == request.request.file);
        let permitted = covered.filter(|one| one.outcome == Outcome::Allowed);
        let lifted = permitted.into_iter().flat_map(|_| &request.lifts);
        record::Override {
            request: request.request.id.clone(),
            place: request.place.clone(),
            by: plan.actors.clone(),
            reason: request.reason.clone(),
            allowed: permitted.map(|one| allowed(plan, &one.decisions)),
            lifted: lifted
                .map(|lifted| record::LiftedGuard {
                    what: lifted.what.clone(),
                    refused: lifted.refused.clone(),
                })
                .collect(),
        }
    };
    plan.overrides.iter().map(of).collect()
}

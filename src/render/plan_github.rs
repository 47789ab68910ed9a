//! A plan for a workflow of GitHub Actions: outputs of a step and the summary of its job.
//!
//! In: a plan file. Out: lines whose values are of a fixed alphabet, so that nothing from a
//! catalog can add an output, and the comment's Markdown.

use crate::plan::file::Outcome;
use crate::plan::file::PlanFile;

use super::plan_markdown::plan_markdown;
use super::plan_words::deletes;

/// What a workflow appends to the two files that GitHub gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanGithub {
    /// For `GITHUB_OUTPUT`: `verdict`, `plan`, `steps`, `missing`, `deletes` (how many
    /// entities), `break_glass` (how many steps and other changes stand on it).
    pub outputs: String,
    /// For `GITHUB_STEP_SUMMARY`.
    pub summary: String,
}

/// The outputs and the summary.
pub fn plan_github(plan: &PlanFile) -> PlanGithub {
    let verdict = match plan.verdict() {
        Outcome::Denied => "denied",
        Outcome::NeedsApproval => "needs_approval",
        Outcome::Allowed => "allowed",
    };
    let id: String = plan.id.chars().filter(char::is_ascii_hexdigit).collect();
    let (missing, _) = plan.approvals();
    let broken = plan.steps.iter().filter(|step| step.breaks_glass()).count()
        + plan
            .coverage
            .iter()
            .filter(|one| one.breaks_glass())
            .count();
    PlanGithub {
        outputs: format!(
            "verdict={verdict}\nplan={id}\nsteps={}\nmissing={missing}\ndeletes={}\nbreak_glass={broken}\n",
            plan.steps.len(),
            deletes(plan).len()
        ),
        summary: plan_markdown(plan),
    }
}

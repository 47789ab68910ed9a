//! A change without what else is changed in the working tree.
//!
//! In: the plan of all changes together, and the catalog after the one that is made now. Out: the
//! plan of that one alone, and whether it is denied: what others began stops nobody.

use crate::cli::desk::Desk;
use crate::cli::merge::working::{Against, Judge, foreseen};
use crate::edit::Outcome;
use crate::edit::tried::Texts;
use crate::plan::file::Outcome as Verdict;
use crate::plan::file::PlanFile;
use crate::plan::file::Step;

impl Desk<'_> {
    /// The plan of the change without what was changed before it.
    pub(super) fn alone(&self, outcome: &Outcome, texts: &Texts) -> Option<PlanFile> {
        let judge = Judge {
            against: Against::Files,
            ..self.judge.clone()
        };
        if crate::check::has_errors(&outcome.compiled.findings) {
            let plan = self.without_errors(outcome, texts, &judge);
            return plan.ok().map(|plan| *plan);
        }
        let after = self.compiled(outcome.compiled.snapshot.clone());
        let plan = foreseen(&self.ends.dir, &self.before, after, &self.selection, &judge);
        plan.ok().and_then(Result::ok)
    }

    /// Whether the plan is refused as a whole, or a step that the change itself makes is denied.
    pub(super) fn is_denied(&self, plan: &PlanFile, outcome: &Outcome, texts: &Texts) -> bool {
        if !plan.refusals.is_empty() {
            return true;
        }
        let is_denied = |step: &&Step| {
            let mut decisions = step.decisions.iter();
            // Without a name it is denied to nobody in particular.
            let is_to_all = decisions.any(|it| it.whoever && !it.allowed);
            step.outcome == Verdict::Denied && (is_to_all || !plan.actors.is_empty())
        };
        let mut denied = plan.steps.iter().filter(is_denied).peekable();
        if denied.peek().is_none() {
            return false;
        }
        // Where nobody can tell whose a step is, it counts.
        self.alone(outcome, texts).is_none_or(|alone| {
            let own = || alone.steps.iter();
            denied.any(|step| own().any(|own| is_same(own, step)))
        })
    }
}

/// Whether two plans do the same with an entity, and for the same requests where there are some.
fn is_same(one: &Step, other: &Step) -> bool {
    let name = |step: &Step| [&step.action, &step.blueprint, &step.entity].map(Clone::clone);
    let asked = |step: &Step| step.requests.iter().map(|it| it.id.clone()).collect();
    let (own, others): (Vec<String>, Vec<String>) = (asked(one), asked(other));
    let is_shared = own.is_empty() || own.iter().any(|id| others.contains(id));
    name(one) == name(other) && is_shared
}

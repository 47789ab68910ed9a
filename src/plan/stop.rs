//! All that stops a plan as a whole, in the order in which it is told.
//!
//! In: what was found while the plan was made. Out: the refusals. Each is found in a file of its
//! own.

use crate::finding::Finding;
use crate::plan::Asked;
use crate::plan::diff::Difference;
use crate::plan::draft::Draft;
use crate::plan::file::{Covered, Notice, Step};
use crate::plan::guard::Guarded;
use crate::plan::hide::Secrets;
use crate::plan::origin::Mixed;
use crate::plan::value::States;
use crate::plan::{conflict, guard, refuse};
use crate::policy::Rules;

/// A plan that is made but for what stops it.
pub(super) struct Made<'m, 'a> {
    pub(super) states: &'m States<'a>,
    pub(super) asked: &'m Asked<'m>,
    pub(super) differences: &'m [Difference],
    pub(super) mixed: &'m Mixed,
    pub(super) drafts: &'m [Draft<'a>],
    pub(super) steps: &'m [Step],
    pub(super) coverage: &'m [Covered],
    pub(super) guarded: &'m Guarded,
}

/// What stops it; `earlier` is what was found on the way, and stands behind the guards.
pub(super) fn refusals(
    made: &Made<'_, '_>,
    rules: &Rules<'_>,
    earlier: Vec<Notice>,
) -> Vec<Notice> {
    let (states, drafts) = (made.states, made.drafts);
    let incomplete = made.asked.incomplete.iter();
    let incomplete = incomplete.map(|text| Notice {
        text: text.clone(),
        place: None,
    });
    let mut refusals: Vec<Notice> = incomplete.collect();
    refusals.extend(guard::broken(made.guarded));
    refusals.extend(earlier);
    refusals.extend(refuse::locked(states, rules));
    refusals.extend(conflict::refused(states, drafts));
    refusals.extend(refuse::used_and_changed(states, drafts, made.coverage));
    refusals.extend(refuse::mixed(drafts, made.mixed));
    refusals.extend(refuse::broken_target(states, made.steps));
    refusals.extend(refuse::unanswered(states));
    refusals.extend(refuse::left_out(states, made.differences));
    refusals.extend(refuse::spent(states, made.asked.spent));
    refusals
}

/// Stops where something is wrong.
///
/// Errors: what is, without secrets.
pub(super) fn sound(wrong: Vec<Finding>, secrets: &Secrets<'_>) -> Result<(), Vec<Finding>> {
    if wrong.is_empty() {
        return Ok(());
    }
    Err(secrets.hidden(wrong))
}

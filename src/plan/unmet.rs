//! Why a step may be done by nobody now, whatever the rules say of who asks.

use crate::plan::decide::Judge;
use crate::plan::draft::{Doer, Draft};
use crate::plan::file::Notice;
use crate::plan::freeze::Frozen;
use crate::plan::over::is_over;
use crate::plan::precondition::of_draft;
use crate::plan::value::States;
use crate::policy::BuiltIn;

/// What lies in the entity, in the moment or in the target.
pub(super) fn unmet(
    states: &States<'_>,
    draft: &Draft<'_>,
    (judge, frozen): (&Judge<'_, '_>, &Frozen<'_>),
) -> Option<Notice> {
    let own = draft.unmet.clone();
    own.or_else(|| is_unasked(states, draft, judge))
        .or_else(|| is_over(states, draft, judge.rules.now()))
        .or_else(|| of_draft(states, draft))
        .or_else(|| frozen.refuses(states, draft))
}

/// Who gets in by an entity of a kind that the target does not know: no rule of it is about the
/// `grant` of that kind, and who may `define` lets nobody in by it.
fn is_unasked(states: &States<'_>, draft: &Draft<'_>, judge: &Judge<'_, '_>) -> Option<Notice> {
    let is_grant = matches!(draft.doer, Doer::BuiltIn(BuiltIn::Grant));
    let known = states.before.catalog.find_blueprint(&draft.blueprint);
    let is_unasked = is_grant && known.is_none() && !judge.rules.is_open_without_rules();
    is_unasked.then(|| Notice {
        text: format!(
            "no rule of the target is about the `grant` of {}, which is new: make two pull requests of it, the blueprint first",
            draft.blueprint
        ),
        place: None,
    })
}

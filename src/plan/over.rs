//! Access that is over before it is given.
//!
//! In: what an action creates, and the moment at which rules are asked. Out: why nothing may be
//! done for it. A plan is made again when it is run, so a grant that ran out while it waited for
//! its approvals ends there.

use crate::model::{Blueprint, Entity, Moment};
use crate::plan::diff::Side;
use crate::plan::draft::{Doer, Draft};
use crate::plan::file::{Effectuation, Notice};
use crate::plan::value::States;

/// That what an action is to create has ended: its `expiry`, or the membership that it says.
pub(super) fn is_over(
    states: &States<'_>,
    draft: &Draft<'_>,
    now: Option<Moment>,
) -> Option<Notice> {
    let now = now?;
    let is_created = draft.does == Effectuation::Create;
    if !is_created || !matches!(draft.doer, Doer::Action(_)) {
        return None;
    }
    let (_, blueprint) = states.before.catalog.find_blueprint(&draft.blueprint)?;
    let entity = states.after.catalog.entity(draft.after?)?;
    let (end, name) = ends(blueprint, entity)?;
    let place = entity.property(name).map(|entry| entry.node.span);
    (end <= now).then(|| Notice {
        text: format!(
            "{} ended {}: what is over is not given any more",
            entity.identifier.value,
            end.words()
        ),
        place: place.map(|span| states.place(Side::After, span)),
    })
}

/// When an entity ends first, and the property that says so.
fn ends<'b>(blueprint: &'b Blueprint, entity: &Entity) -> Option<(Moment, &'b str)> {
    let until = blueprint.membership.as_ref();
    let until = until.and_then(|membership| membership.until.as_ref());
    let names = blueprint.expiry.iter().chain(until);
    names
        .filter_map(|name| Some((blueprint.moment(entity, &name.value)??, name.value.as_str())))
        .min()
}

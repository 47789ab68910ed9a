//! Access that is over before it is given.
//!
//! In: what an action creates, and the moment at which rules are asked. Out: why nothing may be
//! done for it. A plan is made again when it is run, so a grant that ran out while it waited for
//! its approvals ends there.

use crate::model::{Blueprint, Entity, Moment};
use crate::plan::asked::Change;
use crate::plan::diff::Side;
use crate::plan::draft::{Doer, Draft};
use crate::plan::file::{Effectuation, Notice};
use crate::plan::value::States;
use crate::policy::{Happens, What};

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
    let (_, name) = ends(blueprint, entity)?;
    let place = entity.property(name).map(|entry| entry.node.span);
    told(blueprint, entity, now).map(|text| Notice {
        text,
        place: place.map(|span| states.place(Side::After, span)),
    })
}

/// The same of what somebody asks whether an action may create it.
pub fn would_be_over(what: What<'_>, change: &Change<'_>, now: Option<Moment>) -> Option<String> {
    let is_created = change.happens() == Happens::Appears;
    if !is_created || what.action().is_none() {
        return None;
    }
    told(change.blueprint, change.after?, now?)
}

fn told(blueprint: &Blueprint, entity: &Entity, now: Moment) -> Option<String> {
    let (end, _) = ends(blueprint, entity)?;
    (end <= now).then(|| {
        format!(
            "{} ended {}: what is over is not given any more",
            entity.identifier.value,
            end.words()
        )
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

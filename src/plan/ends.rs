//! Entities that end at another moment, though no action says so.
//!
//! In: both sides and the drafts. Out: a notice for each entity whose time is over at another
//! moment, where the blueprint names another property for it: no step shows that, and the clock
//! deletes what is over. And for each that an `update` lets end sooner: who may `update` it need not
//! be who may do what the clock does then.

use crate::model::path::segment;
use crate::model::{Action, Blueprint, Catalog, EntityId, Moment};
use crate::plan::diff::Side;
use crate::plan::draft::{Doer, Draft};
use crate::plan::expired::end;
use crate::plan::file::Notice;
use crate::plan::first::first;
use crate::plan::hide::Secrets;
use crate::plan::value::States;
use crate::policy::BuiltIn;

/// What ends at another moment, in the order of the catalog.
pub(super) fn notices(
    states: &States<'_>,
    drafts: &[Draft<'_>],
    secrets: &Secrets<'_>,
) -> Vec<Notice> {
    let [target, result] = [Side::Before, Side::After].map(|side| &states.of(side).catalog);
    let mut notices = Vec::new();
    for (was, before) in target.kinds() {
        let Some((is, after)) = result.find_blueprint(&before.identifier.value) else {
            continue;
        };
        if property(before) == property(after) {
            continue;
        }
        for (entity, known) in target.numbered(was) {
            let twin = result.find_entity(is, &known.identifier.value);
            notices.extend(twin.and_then(|twin| told(states, (target, after), (entity, twin))));
        }
    }
    notices.extend(drafts.iter().filter_map(|draft| sooner(states, draft)));
    let more = |left| format!("{left} more entities end at another moment by it");
    first(&mut notices, more, secrets);
    notices
}

/// That an `update` lets an entity end sooner, for which the clock does something.
fn sooner(states: &States<'_>, draft: &Draft<'_>) -> Option<Notice> {
    if !matches!(draft.doer, Doer::BuiltIn(BuiltIn::Update)) {
        return None;
    }
    let [target, result] = [Side::Before, Side::After].map(|side| &states.of(side).catalog);
    let (_, before) = target.find_blueprint(&draft.blueprint)?;
    let (_, after) = result.find_blueprint(&draft.blueprint)?;
    let (was, is) = (draft.before?, draft.after?);
    // Where the blueprint names another one, all of its entities were told.
    let property = property(before).filter(|name| property(after) == Some(*name))?;
    let path = format!("properties{}", segment(property));
    let clock = |action: &&Action| {
        action.blueprint.value == draft.blueprint && action.trigger.expired.is_some()
    };
    if !draft.changes.iter().any(|change| change.path == path) {
        return None;
    }
    let action = target.actions.iter().find(clock)?;
    let (at, place) = end(states, Side::After, is)?;
    let so_far = end(states, Side::Before, was).map(|(so_far, _)| so_far);
    so_far.is_none_or(|so_far| at < so_far).then(|| Notice {
        text: format!(
            "{} {} is over {} by an update, so far {}: the clock does `{}` then",
            draft.blueprint,
            target
                .entity(was)
                .map_or("", |entity| entity.identifier.value.as_str()),
            at.words(),
            so_far.map_or_else(|| "never".to_owned(), Moment::words),
            action.identifier.value
        ),
        place: Some(place),
    })
}

fn property(blueprint: &Blueprint) -> Option<&str> {
    blueprint.expiry.as_ref().map(|it| it.value.as_str())
}

/// `Device d1 is over 2026-01-01 00:00 UTC by it, so far 2029-01-01 00:00 UTC`.
fn told(
    states: &States<'_>,
    (target, after): (&Catalog, &Blueprint),
    (was, is): (EntityId, EntityId),
) -> Option<Notice> {
    let at = |side, id| end(states, side, id).map(|(at, _)| at);
    let (before, now) = (at(Side::Before, was), at(Side::After, is));
    if before == now {
        return None;
    }
    let name = &target.entity(was)?.identifier.value;
    let kind = &after.identifier.value;
    let so_far = before.map_or_else(|| "never".to_owned(), Moment::words);
    let text = match now {
        Some(now) => format!(
            "{kind} {name} is over {} by it, so far {so_far}: the clock takes out what is over",
            now.words()
        ),
        None => format!("{kind} {name} is never over by it, so far {so_far}"),
    };
    let expiry = after.expiry.as_ref().unwrap_or(&after.identifier);
    Some(Notice {
        text,
        place: Some(states.place(Side::After, expiry.span)),
    })
}

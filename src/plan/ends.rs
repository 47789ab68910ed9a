//! Entities that end at another moment because their blueprint says so.
//!
//! In: both sides. Out: a notice for each entity whose time is over at another moment, where the
//! blueprint names another property for it: no step shows that, and the clock deletes what is over.

use crate::model::{Blueprint, Catalog, EntityId, Moment};
use crate::plan::diff::Side;
use crate::plan::expired::end;
use crate::plan::file::Notice;
use crate::plan::first::first;
use crate::plan::hide::Secrets;
use crate::plan::value::States;

/// What ends at another moment, in the order of the catalog.
pub(super) fn notices(states: &States<'_>, secrets: &Secrets<'_>) -> Vec<Notice> {
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
    let more = |left| format!("{left} more entities end at another moment by it");
    first(&mut notices, more, secrets);
    notices
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

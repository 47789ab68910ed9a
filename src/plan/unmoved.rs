//! `movedFrom` that is written in this merge and does nothing.
//!
//! In: both sides. Out: a notice for each: whoever wrote it meant a rename, and the plan has none.
//! What the target says already is a line that stayed behind, which `check` tells.

use crate::plan::diff::Side;
use crate::plan::file::Notice;
use crate::plan::first::first;
use crate::plan::hide::Secrets;
use crate::plan::value::States;

/// What is said to be a rename and is none.
pub(super) fn notices(states: &States<'_>, secrets: &Secrets<'_>) -> Vec<Notice> {
    let (before, after) = (&states.before.catalog, &states.after.catalog);
    let mut notices = Vec::new();
    for (id, entity) in after.entities() {
        let Some(from) = &entity.moved_from else {
            continue;
        };
        let Some(kind) = after.blueprint(entity.blueprint) else {
            continue;
        };
        let kind = &kind.identifier.value;
        let there = |name: &str| {
            let (kind, _) = before.find_blueprint(kind)?;
            before.entity(before.find_entity(kind, name)?)
        };
        let name = &entity.identifier.value;
        let was = there(name);
        let old = was.and_then(|was| was.moved_from.as_ref());
        let is_said = old.is_some_and(|old| old.value == from.value);
        if states.renames.before(id).is_some() || is_said {
            continue;
        }
        let from = &from.value;
        let why = if was.is_some() {
            format!("{name} is on the target already")
        } else if there(from).is_none() {
            format!("the target has no {kind} {from}")
        } else if after.find_entity(entity.blueprint, from).is_some() {
            format!("{from} is still there")
        } else {
            "another entity says it too".to_owned()
        };
        let place = entity.moved_from.as_ref().map(|it| it.span);
        notices.push(Notice {
            text: format!(
                "movedFrom: {from} of {kind} {name} does nothing, {why}: nothing is renamed"
            ),
            place: place.map(|span| states.place(Side::After, span)),
        });
    }
    first(
        &mut notices,
        |left| format!("{left} more `movedFrom` do nothing"),
        secrets,
    );
    notices
}

//! Renames that nobody wrote down: entities go and ones like them come.
//!
//! In: both sides and the differences. Out: who is likely to be whom under another name, where
//! no other entity is like it; and notices of the first of them, with what to write.
//! What points at each other is compared through the renames that were found before, so that a
//! whole set that was renamed together is seen.

use crate::model::EntityId;
use crate::plan::diff::{Difference, Side};
use crate::plan::file::{LikelyRename, Notice};
use crate::plan::hide::Secrets;
use crate::plan::value::States;

mod affix;
mod alone;
mod pairing;

use alone::{Alone, Known};
use pairing::Pairing;

/// Up to how many are told one by one.
const TOLD: usize = 5;

/// How many are told one by one where there are more.
const FIRST: usize = 3;

/// The likely renames, by blueprint and old name.
pub(super) fn likely(
    states: &States<'_>,
    differences: &[Difference],
    secrets: &Secrets,
) -> Vec<LikelyRename> {
    let sides = differences
        .iter()
        .filter_map(|it| match (it.before, it.after) {
            (Some(id), None) => Some((Side::Before, id)),
            (None, Some(id)) => Some((Side::After, id)),
            _ => None,
        });
    let all: Vec<(Side, EntityId)> = sides.collect();
    let is_one_sided = |side: Side| all.iter().all(|(of, _)| *of == side);
    if is_one_sided(Side::Before) || is_one_sided(Side::After) {
        return Vec::new();
    }
    let mut known = Known::default();
    let all: Vec<Alone> = known.alone(states, &all);
    let mut pairing = Pairing::of(&all);
    pairing.settle(&all);
    let named = affix::pairs(&all, &pairing);
    if !named.is_empty() {
        pairing.pair(&all, &named);
        pairing.settle(&all);
    }
    let found = pairing.pairs().iter();
    let mut found: Vec<LikelyRename> = found
        .filter_map(|(gone, new)| rename(states, all.get(*gone)?.id, all.get(*new)?.id))
        .collect();
    found.sort_unstable();
    for one in &mut found {
        secrets.hide_in(&mut one.from);
        secrets.hide_in(&mut one.to);
    }
    found
}

fn rename(states: &States<'_>, gone: EntityId, new: EntityId) -> Option<LikelyRename> {
    let old = states.before.catalog.entity(gone)?;
    let catalog = &states.after.catalog;
    let now = catalog.entity(new)?;
    Some(LikelyRename {
        blueprint: catalog
            .blueprint(now.blueprint)?
            .identifier
            .value
            .to_string(),
        from: old.identifier.value.to_string(),
        to: now.identifier.value.to_string(),
        place: states.place(Side::After, now.identifier.span),
    })
}

/// What a reviewer is told of them: each of a few, of many the first.
pub(super) fn notices(found: &[LikelyRename]) -> Vec<Notice> {
    let mut notices = Vec::new();
    let mut told = found.len();
    if found.len() > TOLD {
        told = FIRST;
        notices.push(Notice {
            text: format!(
                "{} likely renames, each planned as a deletion and a creation: to rename, add `movedFrom` with the old name to each; the first {FIRST} follow, --full lists all",
                found.len()
            ),
            place: None,
        });
    }
    notices.extend(found.iter().take(told).map(|one| Notice {
        text: format!(
            "{} {} looks like {} under another name, and is planned as a deletion and a creation: to rename it, add `movedFrom: {}`",
            one.blueprint, one.to, one.from, one.from
        ),
        place: Some(one.place.clone()),
    }));
    notices
}

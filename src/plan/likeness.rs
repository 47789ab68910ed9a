//! Renames that nobody wrote down: an entity goes and one like it comes.
//!
//! In: both sides and the differences. Out: a notice for each pair that is alike in all that it
//! says, or in all that leads to it, and that no other entity is like; with what to write.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};

use crate::model::{Entity, EntityId};
use crate::plan::diff::{Difference, Side};
use crate::plan::effect::twin;
use crate::plan::file::{Notice, canonical};
use crate::plan::hide::Secrets;
use crate::plan::value::States;
use crate::syntax::to_json_object;

/// How many are told one by one.
const TOLD: usize = 10;

/// What goes and what comes that is alike.
#[derive(Default)]
struct Alike {
    gone: Vec<EntityId>,
    new: Vec<EntityId>,
}

/// What entities are alike by.
type Signature = fn(&States<'_>, Side, EntityId) -> Option<String>;

/// The likely renames.
pub(super) fn likely(
    states: &States<'_>,
    differences: &[Difference],
    secrets: &Secrets,
) -> Vec<Notice> {
    let sides = differences
        .iter()
        .filter_map(|it| match (it.before, it.after) {
            (Some(id), None) => Some((Side::Before, id)),
            (None, Some(id)) => Some((Side::After, id)),
            _ => None,
        });
    let mut alone: Vec<(Side, EntityId)> = sides.collect();
    let mut found: Vec<(EntityId, EntityId)> = Vec::new();
    for signature in [said as Signature, led_to] {
        let mut buckets: BTreeMap<String, Alike> = BTreeMap::new();
        for (side, id) in &alone {
            let Some(key) = signature(states, *side, *id) else {
                continue;
            };
            let bucket = buckets.entry(key).or_default();
            match side {
                Side::Before => bucket.gone.push(*id),
                Side::After => bucket.new.push(*id),
            }
        }
        for bucket in buckets.into_values() {
            if let ([gone], [new]) = (bucket.gone.as_slice(), bucket.new.as_slice()) {
                found.push((*gone, *new));
            }
        }
        let known: BTreeSet<(Side, EntityId)> = found
            .iter()
            .flat_map(|(gone, new)| [(Side::Before, *gone), (Side::After, *new)])
            .collect();
        alone.retain(|it| !known.contains(it));
    }
    let left = found.len().saturating_sub(TOLD);
    let mut notices: Vec<Notice> = found
        .into_iter()
        .take(TOLD)
        .filter_map(|(gone, new)| notice(states, gone, new))
        .collect();
    if left > 0 {
        notices.push(Notice {
            text: format!("{left} more entities look renamed too: each needs its `movedFrom`"),
            place: None,
        });
    }
    for notice in &mut notices {
        secrets.hide_in(&mut notice.text);
    }
    notices
}

fn notice(states: &States<'_>, gone: EntityId, new: EntityId) -> Option<Notice> {
    let (old, now) = (
        states.before.catalog.entity(gone)?,
        states.after.catalog.entity(new)?,
    );
    let kind = &states
        .after
        .catalog
        .blueprint(now.blueprint)?
        .identifier
        .value;
    let (from, to) = (&old.identifier.value, &now.identifier.value);
    Some(Notice {
        text: format!(
            "{kind} {to} looks like {from} under another name, and is planned as a deletion and a creation: to rename it, add `movedFrom: {from}`"
        ),
        place: Some(states.place(Side::After, now.identifier.span)),
    })
}

fn blueprint<'s>(states: &States<'s>, side: Side, entity: &Entity) -> Option<&'s str> {
    let kind = states.of(side).catalog.blueprint(entity.blueprint)?;
    Some(&kind.identifier.value)
}

/// All that an entity says besides its names; nothing where that is nothing.
fn said(states: &States<'_>, side: Side, id: EntityId) -> Option<String> {
    let entity = states.of(side).catalog.entity(id)?;
    let relations: BTreeMap<&str, Vec<&str>> = entity
        .relations
        .iter()
        .map(|related| {
            let mut names: Vec<&str> = related.targets.iter().map(|it| it.value.as_str()).collect();
            names.sort_unstable();
            (related.name.value.as_str(), names)
        })
        .collect();
    if entity.properties.is_empty() {
        // What says no more than where it belongs is like all that belongs there.
        return None;
    }
    let properties = Json::Object(to_json_object(&entity.properties));
    let kind = blueprint(states, side, entity)?;
    Some(canonical(&json!([kind, properties, relations])))
}

/// Everything that leads to an entity, by who is there before and after; nothing where nothing
/// does.
fn led_to(states: &States<'_>, side: Side, id: EntityId) -> Option<String> {
    let compiled = states.of(side);
    let entity = compiled.catalog.entity(id)?;
    let from = |from: EntityId, relation: u16| {
        let after = match side {
            Side::Before => twin(states, side, from)?,
            Side::After => twin(states, side, from).map(|_| from)?,
        };
        let user = compiled.catalog.entity(from)?;
        let relation = compiled.catalog.relation_of(from, relation)?;
        let now = states.after.catalog.entity(after)?;
        let names = [
            blueprint(states, side, user)?,
            &now.identifier.value,
            &relation.name.value,
        ];
        Some(json!(names))
    };
    let edges = compiled.graph.incoming(id);
    let mut users: Vec<String> = edges
        .filter_map(|edge| Some(canonical(&from(edge.from, edge.relation)?)))
        .collect();
    users.sort_unstable();
    let kind = blueprint(states, side, entity)?;
    (!users.is_empty()).then(|| canonical(&json!([kind, users])))
}

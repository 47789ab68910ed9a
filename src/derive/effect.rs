//! What a derived value was made of, and what may change with a part of an entity.
//!
//! The first is exact for the catalog at hand; the second may name a value that stays the same,
//! and never leaves one out.

use std::collections::BTreeSet;

use crate::derive::Derived;
use crate::derive::query::Related;
use crate::derive::route::Place;
use crate::derive::scheme::Rule;
use crate::model::Blueprint;
use crate::model::EntityId;
use crate::model::path::covers;
use crate::text::Text;

/// What a value was computed from.
pub(super) fn causes(
    derived: &Derived<'_>,
    entity: EntityId,
    name: &str,
) -> Vec<(EntityId, String)> {
    let ground = derived.ground;
    let Some((id, definition)) = ground
        .kind(entity)
        .and_then(|kind| derived.scheme.find(kind, name))
        .and_then(|id| Some((id, derived.scheme.get(id)?)))
    else {
        return Vec::new();
    };
    if let Rule::Nothing = definition.rule {
        return Vec::new();
    }
    // Whether an entity counts may depend on derived values: all of them are known after this.
    derived.settle(entity, id);
    let reached = derived.reach(entity, definition);
    let sources = derived.counted(definition, &reached, &derived.memo.borrow());
    let mut causes = BTreeSet::new();
    for (from, relation) in definition.route.trail(ground, entity, &sources) {
        if let Some(relation) = ground.catalog.relation_of(from, relation) {
            causes.insert((from, format!("relations.{}", relation.name.value)));
        }
    }
    for related in definition.related() {
        for source in &sources {
            for (from, relation) in related.trail(ground, *source) {
                if let Some(relation) = ground.catalog.relation_of(from, relation) {
                    causes.insert((from, format!("relations.{}", relation.name.value)));
                }
            }
        }
    }
    let is_counted = matches!(definition.rule, Rule::Aggregation { part: None, .. });
    let there = is_counted.then(|| Text::from("identifier"));
    for source in sources {
        for part in definition.parts.iter().chain(&there) {
            causes.insert((source, part.to_string()));
        }
    }
    causes.into_iter().collect()
}

/// What reads `path` of an entity.
pub(super) fn dependents(
    derived: &Derived<'_>,
    entity: EntityId,
    path: &str,
) -> Vec<(EntityId, String)> {
    let ground = derived.ground;
    let Some((kind, blueprint)) = ground
        .kind(entity)
        .and_then(|kind| Some((kind, ground.catalog.blueprint(kind)?)))
    else {
        return Vec::new();
    };
    let on_the_way = place_of(blueprint, path);
    let mut found = BTreeSet::new();
    for id in derived.scheme.touching(kind) {
        let Some(definition) = derived.scheme.get(*id) else {
            continue;
        };
        if let Rule::Nothing = definition.rule {
            continue;
        }
        let mut starts = BTreeSet::new();
        if path.is_empty() || definition.parts.iter().any(|part| overlap(part, path)) {
            starts.extend(definition.route.starts(ground, entity, Place::There));
        }
        if let Some(place) = on_the_way {
            starts.extend(definition.route.starts(ground, entity, place));
        }
        // What is related to another entity by it counts, or counts no more.
        for route in definition.related().into_iter().flat_map(Related::routes) {
            let mut counted = BTreeSet::new();
            if path.is_empty() || path == "identifier" {
                counted.extend(route.starts(ground, entity, Place::There));
            }
            if let Some(place) = on_the_way {
                counted.extend(route.starts(ground, entity, place));
            }
            for source in counted {
                starts.extend(definition.route.starts(ground, source, Place::There));
            }
        }
        if path.is_empty() && definition.blueprint == kind {
            starts.insert(entity);
        }
        found.extend(
            starts
                .into_iter()
                .map(|start| (start, definition.name.value.to_string())),
        );
    }
    found.into_iter().collect()
}

/// Where on a route an entity stands by the relation that `path` names, if it names any.
fn place_of(blueprint: &Blueprint, path: &str) -> Option<Place> {
    if path.is_empty() || path == "relations" {
        return Some(Place::Anywhere);
    }
    let name = path.strip_prefix("relations.")?;
    let (number, _) = blueprint.relation(name)?;
    Some(Place::Relation(u16::try_from(number).ok()?))
}

/// Whether one of two paths is the other or leads to it.
fn overlap(one: &str, other: &str) -> bool {
    covers(one, other) || covers(other, one)
}

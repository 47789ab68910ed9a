//! Entities that get another owner because what leads to their owner changes.
//!
//! In: both sides and the differences. Out: an effect on `$owner` for each entity whose owners,
//! found by the `ownership` of its blueprint, are others although it says nothing else itself.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::{Cause, Effect, FOLLOWED, changed, in_result, twin, words};
use crate::model::blueprint::Ownership;
use crate::model::{Blueprint, EntityId};
use crate::plan::diff::{Difference, Side};
use crate::plan::file::canonical;
use crate::plan::value::States;
use crate::text::Text;

/// What of an entity changes, as far as the owners of others are found by it.
#[derive(Clone)]
enum Moved {
    /// A relation, and the path of it.
    Relation(String),
    /// Whom it belongs to itself.
    Owner,
    /// All: it appears or disappears.
    All,
}

/// Entities of the result whose owners may be others, and what leads there.
pub(in crate::plan) type Led = BTreeMap<EntityId, BTreeSet<Cause>>;

/// Whether there may be more of them than are followed.
pub(in crate::plan) fn is_cut(led: &Led) -> bool {
    led.len() > FOLLOWED
}

/// The entities whose owners are found by what changes.
pub(in crate::plan) fn led(states: &States<'_>, differences: &[Difference]) -> Led {
    let mut reached = Led::new();
    for side in [Side::Before, Side::After] {
        for (number, difference) in differences.iter().enumerate() {
            let id = match side {
                Side::Before => difference.before,
                Side::After => difference.after,
            };
            let Some(id) = id else { continue };
            for (path, moved) in starts(difference) {
                let through = words(states, side, id, &path);
                let cause = Cause {
                    difference: number,
                    path,
                    via: vec![through.clone()],
                    through,
                };
                follow(states, side, (id, moved), &cause, &mut reached);
            }
            if is_cut(&reached) {
                break;
            }
        }
    }
    reached
}

/// The entities that get other owners.
pub(in crate::plan) fn owners(states: &States<'_>, led: &Led, known: &[Effect]) -> Vec<Effect> {
    // A mirror of the owner says it already.
    let known: BTreeSet<(EntityId, [Option<String>; 2])> =
        known.iter().map(|it| (it.after, form(it))).collect();
    let effect = |(after, causes): (&EntityId, &BTreeSet<Cause>)| {
        let after = *after;
        let before = twin(states, Side::After, after)?;
        let (old, new) = (
            states.derived(Side::Before).owner(before),
            states.derived(Side::After).owner(after),
        );
        // Who has another name is who they were.
        let same = |owner: &EntityId| twin(states, Side::After, *owner).ok_or(*owner);
        let was: BTreeSet<Result<EntityId, EntityId>> = old.iter().copied().map(Ok).collect();
        if was == new.iter().map(same).collect() {
            return None;
        }
        let values = (
            named(states, Side::Before, &old),
            named(states, Side::After, &new),
        );
        changed(
            states,
            (before, after),
            "$owner".to_owned(),
            values,
            causes.clone(),
        )
        .filter(|effect| !known.contains(&(after, form(effect))))
    };
    led.iter().filter_map(effect).collect()
}

/// The value before and after in their one form.
fn form(effect: &Effect) -> [Option<String>; 2] {
    [&effect.was, &effect.is].map(|value| value.as_ref().map(canonical))
}

/// A name, or a list of them.
fn named(states: &States<'_>, side: Side, owners: &[EntityId]) -> Option<Json> {
    let catalog = &states.of(side).catalog;
    let entities = owners.iter().filter_map(|id| catalog.entity(*id));
    let names: BTreeSet<&str> = entities.map(|it| it.identifier.value.as_str()).collect();
    let mut names: Vec<&str> = names.into_iter().collect();
    match names.len() {
        0 => None,
        1 => names.pop().map(Json::from),
        _ => Some(Json::from(names)),
    }
}

/// What of a difference may lead to owners, with its path.
fn starts(difference: &Difference) -> Vec<(String, Moved)> {
    if difference.changes.is_empty() {
        return vec![(String::new(), Moved::All)];
    }
    let start = |path: &str| {
        let moved = match path.strip_prefix("relations.") {
            Some(name) => Moved::Relation(name.to_owned()),
            None if path == "team" => Moved::Owner,
            None => return None,
        };
        Some((path.to_owned(), moved))
    };
    let changes = difference.changes.iter();
    changes.filter_map(|change| start(&change.path)).collect()
}

/// Notes the entities whose owners are found by what moved, but for the one that moved: its own
/// step tells that.
fn follow(
    states: &States<'_>,
    side: Side,
    start: (EntityId, Moved),
    cause: &Cause,
    reached: &mut Led,
) {
    let origin = start.0;
    let mut seen = BTreeSet::new();
    let mut open = vec![start];
    while let Some((id, moved)) = open.pop() {
        for owned in found_by(states, side, id, &moved) {
            if !seen.insert(owned) {
                continue;
            }
            if let Some(after) = in_result(states, side, owned).filter(|_| owned != origin) {
                reached.entry(after).or_default().insert(cause.clone());
            }
            open.push((owned, Moved::Owner));
        }
        if is_cut(reached) {
            return;
        }
    }
}

/// The relations that lead to the owners of a kind, and whether those there are its owners or
/// whose it is.
fn owner_path(kind: &Blueprint) -> Option<(&str, bool)> {
    match kind.ownership.as_ref()? {
        Ownership::Path(path) => Some((path.value.as_str(), false)),
        Ownership::Inherited(path) => Some((path.value.as_str(), true)),
        Ownership::Direct => None,
    }
}

/// The entities whose owners are found through what moved of one.
fn found_by(states: &States<'_>, side: Side, id: EntityId, moved: &Moved) -> BTreeSet<EntityId> {
    let catalog = &states.of(side).catalog;
    let mut found = BTreeSet::new();
    // What the target says of the way to an owner counts for the result too.
    let target = |name: &Text| Some(states.before.catalog.find_blueprint(name)?.1);
    let kinds = catalog.blueprints.iter().flat_map(|kind| {
        let there = target(&kind.identifier.value);
        let is_other = |it: &&Blueprint| owner_path(it) != owner_path(kind);
        std::iter::once(kind).chain(there.filter(is_other))
    });
    for kind in kinds {
        let Some((path, is_inherited)) = owner_path(kind) else {
            continue;
        };
        let is_of_kind = |id: &EntityId| {
            let entity = catalog.entity(*id);
            let own = entity.and_then(|entity| catalog.blueprint(entity.blueprint));
            own.is_some_and(|own| own.identifier.value == kind.identifier.value)
        };
        let steps: Vec<&str> = path.split('.').collect();
        for at in 0..=steps.len() {
            let is_on_way = match (moved, steps.get(at)) {
                (Moved::Relation(name), Some(step)) => name == step,
                (Moved::Owner, None) => is_inherited,
                (Moved::All, _) => true,
                _ => false,
            };
            let back = steps.get(..at).filter(|_| is_on_way);
            let back = back.map(|steps| back_from(states, side, id, steps));
            found.extend(back.into_iter().flatten().filter(is_of_kind));
        }
    }
    found
}

/// The entities from which relations of these names lead to one.
fn back_from(states: &States<'_>, side: Side, id: EntityId, steps: &[&str]) -> BTreeSet<EntityId> {
    let compiled = states.of(side);
    let name = |from: EntityId, relation: u16| {
        let relation = compiled.catalog.relation_of(from, relation)?;
        Some(relation.name.value.as_str())
    };
    let mut here = BTreeSet::from([id]);
    for step in steps.iter().rev() {
        let edges = here.iter().flat_map(|id| compiled.graph.incoming(*id));
        let edges = edges.filter(|edge| name(edge.from, edge.relation) == Some(step));
        here = edges.map(|edge| edge.from).collect();
    }
    here
}

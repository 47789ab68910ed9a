//! Derived values of other entities that change with a plan, and what causes them.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde_json::Value as Json;

use crate::model::EntityId;
use crate::plan::diff::{Difference, PathChange, Side};
use crate::plan::file::canonical;
use crate::plan::value::States;
use crate::text::Text;

/// What a derived value changes through.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cause {
    /// The number of the difference.
    pub(super) difference: usize,
    /// The path of it; empty where the entity appears or disappears.
    pub(super) path: String,
    /// The last value on the way that the changed entity itself has, in words.
    pub(super) through: String,
}

type Reached = BTreeMap<(EntityId, String), BTreeSet<Cause>>;

/// A derived value that changes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Effect {
    pub(super) blueprint: Text,
    pub(super) entity: Text,
    /// The entity on the target and in the result.
    pub(super) before: EntityId,
    pub(super) after: EntityId,
    /// The derived property.
    pub(super) property: String,
    pub(super) was: Option<Json>,
    pub(super) is: Option<Json>,
    /// What causes it.
    pub(super) causes: BTreeSet<Cause>,
}

/// The most derived values that are followed; a larger change is told in full by its steps.
const FOLLOWED: usize = 100_000;

/// The derived values that the differences change in entities that are there before and after.
pub(super) fn effects(states: &States<'_>, differences: &[Difference]) -> Vec<Effect> {
    let mut reached = Reached::new();
    for (number, difference) in differences.iter().enumerate() {
        for (side, id) in [
            (Side::Before, difference.before),
            (Side::After, difference.after),
        ] {
            let Some(id) = id else { continue };
            let mut paths: Vec<&str> = difference
                .changes
                .iter()
                .map(|change| change.path.as_str())
                .collect();
            if paths.is_empty() {
                paths.push("");
            }
            for path in paths {
                follow(states, side, id, path, number, &mut reached);
            }
        }
        if reached.len() > FOLLOWED {
            break;
        }
    }
    let effects = reached
        .into_iter()
        .filter_map(|((after, property), causes)| effect(states, after, property, causes));
    let mut effects: Vec<Effect> = effects.collect();
    effects.sort_by(|a, b| {
        (&a.blueprint, &a.entity, &a.property).cmp(&(&b.blueprint, &b.entity, &b.property))
    });
    effects
}

/// What causes the changes of an entity's derived values, in words: `CartService.replicas`.
pub(super) fn cause(effects: &[Effect], after: Option<EntityId>, changes: &[PathChange]) -> String {
    let is_meant = |effect: &&Effect| {
        let path = format!("properties.{}", effect.property);
        Some(effect.after) == after && changes.iter().any(|change| change.path == path)
    };
    let causes = effects.iter().filter(is_meant).flat_map(|e| &e.causes);
    let words: BTreeSet<&str> = causes.map(|cause| cause.through.as_str()).collect();
    words.into_iter().collect::<Vec<_>>().join(", ")
}

/// Notes every derived value, by its entity in the result, that one changed path may reach.
fn follow(
    states: &States<'_>,
    side: Side,
    start: EntityId,
    path: &str,
    number: usize,
    reached: &mut Reached,
) {
    let mut seen: BTreeSet<(EntityId, String)> = BTreeSet::new();
    let mut queue = VecDeque::from([(start, path.to_owned(), words(states, side, start, path))]);
    while let Some((id, here, through)) = queue.pop_front() {
        if seen.len() > FOLLOWED {
            return;
        }
        for (dependent, property) in states.derived(side).dependents(id, &here) {
            if !seen.insert((dependent, property.clone())) {
                continue;
            }
            if let Some(after) = in_result(states, side, dependent) {
                reached
                    .entry((after, property.clone()))
                    .or_default()
                    .insert(Cause {
                        difference: number,
                        path: path.to_owned(),
                        through: through.clone(),
                    });
            }
            let next = format!("properties.{property}");
            let through = if dependent == start {
                words(states, side, start, &next)
            } else {
                through.clone()
            };
            queue.push_back((dependent, next, through));
        }
    }
}

/// `CartService.replicas`, or `env-lin-7 is deleted`.
fn words(states: &States<'_>, side: Side, start: EntityId, path: &str) -> String {
    let name = states
        .of(side)
        .catalog
        .entity(start)
        .map_or("", |entity| entity.identifier.value.as_str());
    match (path.rsplit('.').next(), side) {
        (None | Some(""), Side::Before) => format!("{name} is deleted"),
        (None | Some(""), Side::After) => format!("{name} is created"),
        (Some(last), _) => format!("{name}.{last}"),
    }
}

fn in_result(states: &States<'_>, side: Side, id: EntityId) -> Option<EntityId> {
    if side == Side::After {
        return Some(id);
    }
    twin(states, Side::Before, id)
}

/// The entity of the same identity on the other side.
pub(super) fn twin(states: &States<'_>, side: Side, id: EntityId) -> Option<EntityId> {
    let other = if side == Side::Before {
        Side::After
    } else {
        Side::Before
    };
    let renamed = match side {
        Side::Before => states.renames.after(id),
        Side::After => states.renames.before(id),
    };
    if renamed.is_some() {
        return renamed;
    }
    let catalog = &states.of(side).catalog;
    let entity = catalog.entity(id)?;
    let kind = catalog.blueprint(entity.blueprint)?;
    let (blueprint, _) = states
        .of(other)
        .catalog
        .find_blueprint(&kind.identifier.value)?;
    states
        .of(other)
        .catalog
        .find_entity(blueprint, &entity.identifier.value)
}

fn effect(
    states: &States<'_>,
    after: EntityId,
    property: String,
    causes: BTreeSet<Cause>,
) -> Option<Effect> {
    let before = twin(states, Side::After, after)?;
    let was = states.derived(Side::Before).value(before, &property);
    let is = states.derived(Side::After).value(after, &property);
    if was.as_ref().map(canonical) == is.as_ref().map(canonical) {
        return None;
    }
    let entity = states.after.catalog.entity(after)?;
    let blueprint = states
        .after
        .catalog
        .blueprint(entity.blueprint)?
        .identifier
        .value
        .clone();
    Some(Effect {
        blueprint,
        entity: entity.identifier.value.clone(),
        before,
        after,
        property,
        was,
        is,
        causes,
    })
}

/// The effects as differences, so that actions may be triggered by them.
pub(super) fn as_differences(states: &States<'_>, effects: &[Effect]) -> Vec<Difference> {
    let mut differences: BTreeMap<EntityId, Difference> = BTreeMap::new();
    for effect in effects {
        let place = states
            .after
            .catalog
            .entity(effect.after)
            .map(|entity| (Side::After, entity.identifier.span));
        let Some(place) = place else { continue };
        let difference = differences
            .entry(effect.after)
            .or_insert_with(|| Difference {
                blueprint: effect.blueprint.clone(),
                before: Some(effect.before),
                after: Some(effect.after),
                changes: Vec::new(),
            });
        difference.changes.push(PathChange {
            path: format!("properties.{}", effect.property),
            before: effect.was.clone(),
            after: effect.is.clone(),
            place,
        });
    }
    differences.into_values().collect()
}

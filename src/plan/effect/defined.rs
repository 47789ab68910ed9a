//! Derived values that a changed definition moves: they are listed, and fire nothing.
//!
//! In: both sides, and the effects that somebody's change has. Out: the values that only another
//! formula, path or count makes others, and those that are derived from them.

use std::collections::{BTreeMap, BTreeSet};

use super::{Effect, Reached, Start, effect, follow};
use crate::model::{Blueprint, EntityId};
use crate::plan::diff::Side;
use crate::plan::file::{MoreEffects, canonical};
use crate::plan::value::States;

/// How many values of one property are listed, by entity; the rest is counted.
const LISTED: usize = 20;

/// Where a blueprint says how values are derived.
const DERIVED: [&str; 4] = [
    "calculationProperties",
    "formulaProperties",
    "mirrorProperties",
    "aggregationProperties",
];

/// The values that changed definitions move.
pub(in crate::plan) fn defined(states: &States<'_>, known: &[Effect]) -> Vec<Effect> {
    let known: BTreeSet<(EntityId, &str)> = known
        .iter()
        .map(|effect| (effect.after, effect.property.as_str()))
        .collect();
    let mut all: BTreeMap<(EntityId, String), Effect> = BTreeMap::new();
    for (definition, kind, name) in changed(states) {
        for effect in moved(states, &definition, kind, &name) {
            let key = (effect.after, effect.property.clone());
            if !known.contains(&(key.0, key.1.as_str())) {
                all.entry(key).or_insert(effect);
            }
        }
    }
    let mut all: Vec<Effect> = all.into_values().collect();
    super::sort(&mut all);
    all
}

/// The derived properties that both sides have and define otherwise.
fn changed<'c>(states: &States<'c>) -> Vec<(String, &'c Blueprint, String)> {
    let written = |kind: &Blueprint, name: &str| {
        let mut places = DERIVED
            .iter()
            .filter_map(|key| kind.root.get(key)?.get(name));
        places.next().map(|node| canonical(&node.to_json()))
    };
    let mut changed = Vec::new();
    for kind in &states.after.catalog.blueprints {
        let blueprint = &kind.identifier.value;
        let Some((_, old)) = states.before.catalog.find_blueprint(blueprint) else {
            continue;
        };
        for name in kind.derived() {
            let (was, is) = (written(old, &name.value), written(kind, &name.value));
            if was.is_some() && is.is_some() && was != is {
                let definition = format!("definition {blueprint}.{}", name.value);
                changed.push((definition, kind, name.value.to_string()));
            }
        }
    }
    changed
}

/// The values of one such property that move, and what is derived from them.
fn moved(states: &States<'_>, definition: &str, kind: &Blueprint, name: &str) -> Vec<Effect> {
    let catalog = &states.after.catalog;
    let Some((kind, _)) = catalog.find_blueprint(&kind.identifier.value) else {
        return Vec::new();
    };
    let own = catalog.numbered(kind);
    let own = own.filter_map(|(id, _)| effect(states, id, name, &BTreeSet::new()));
    let mut moved: Vec<Effect> = own.collect();
    let path = format!("properties.{name}");
    let starts: Vec<Start<'_>> = moved
        .iter()
        .map(|effect| Start {
            id: effect.after,
            path: &path,
            // No step causes it.
            number: usize::MAX,
        })
        .collect();
    let mut reached = Reached::new();
    follow(states, Side::After, &starts, &mut reached);
    let followed = reached
        .iter()
        .filter_map(|((id, property), causes)| effect(states, *id, property, causes));
    let followed: Vec<Effect> = followed.collect();
    moved.extend(followed);
    for effect in &mut moved {
        effect.definition = Some(definition.to_owned());
    }
    moved
}

pub(in crate::plan) fn bounded(all: Vec<Effect>) -> (Vec<Effect>, Vec<MoreEffects>) {
    type Group = (String, String, String);
    let mut counts: BTreeMap<Group, usize> = BTreeMap::new();
    let mut listed = Vec::new();
    for effect in all {
        let through = effect.definition.clone().unwrap_or_default();
        let group = (
            effect.blueprint.to_string(),
            effect.property.clone(),
            through,
        );
        let count = counts.entry(group).or_default();
        *count += 1;
        if *count <= LISTED {
            listed.push(effect);
        }
    }
    let more = counts.into_iter().filter(|(_, count)| *count > LISTED);
    let more = more.map(|((blueprint, path, through), count)| MoreEffects {
        blueprint,
        path,
        through,
        count: (count - LISTED) as u64,
    });
    (listed, more.collect())
}

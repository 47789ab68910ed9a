//! The entities that a plan touches and what they are directly related to, to be drawn.
//!
//! In: both sides and the steps and effects of a plan. Out: nodes and the relations between them,
//! as many as a picture can have. It decides nothing.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use crate::compile::Compiled;
use crate::model::EntityId;
use crate::plan::diff::Side;
use crate::plan::file::graph::{Edge, Graph, Node, There, Touched};
use crate::plan::file::{Effect, Effectuation, Step};
use crate::plan::value::States;

/// The most entities of a picture.
const NODES: usize = 250;

/// An entity by its blueprint and the name that the result has for it.
type Key = (String, String);

/// What is touched, and its neighbours.
pub(super) fn touched(states: &States<'_>, steps: &[Step], effects: &[Effect]) -> Graph {
    let mut nodes: Vec<Node> = Vec::new();
    let mut places: BTreeMap<Key, usize> = BTreeMap::new();
    let mut left_out = BTreeSet::new();
    let mut add = |key: Key, touched: Touched, numbers: &[u32]| {
        if let Some(node) = places.get(&key).and_then(|place| nodes.get_mut(*place)) {
            if node.touched == touched {
                node.steps.extend(numbers);
            }
        } else if nodes.len() < NODES {
            places.insert(key.clone(), nodes.len());
            nodes.push(Node {
                blueprint: key.0,
                entity: key.1,
                touched,
                steps: numbers.to_vec(),
            });
        } else {
            left_out.insert(key);
        }
    };
    for step in steps {
        let key = (step.blueprint.clone(), step.entity.clone());
        add(key, Touched::Steps, &[step.number]);
    }
    for effect in effects {
        let key = (effect.blueprint.clone(), effect.entity.clone());
        add(key, Touched::Values, &effect.by);
    }
    let relations = relations(states, steps, effects);
    for (from, _, to) in relations.keys() {
        add(from.clone(), Touched::Neighbour, &[]);
        add(to.clone(), Touched::Neighbour, &[]);
    }
    let place = |key: &Key| places.get(key).and_then(|place| u32::try_from(*place).ok());
    let edges = relations
        .iter()
        .filter_map(|((from, relation, to), there)| {
            Some(Edge {
                from: place(from)?,
                to: place(to)?,
                relation: relation.clone(),
                there: *there,
            })
        });
    let edges = edges.collect();
    for node in &mut nodes {
        node.steps.sort_unstable();
        node.steps.dedup();
    }
    Graph {
        nodes,
        edges,
        left_out: left_out.len() as u64,
    }
}

/// The relations of what is touched, and on which sides they are there.
fn relations(
    states: &States<'_>,
    steps: &[Step],
    effects: &[Effect],
) -> BTreeMap<(Key, String, Key), There> {
    let renamed = renamed(steps);
    let earlier: BTreeMap<(&String, &String), &String> = renamed
        .iter()
        .map(|((kind, was), now)| ((kind, now), was))
        .collect();
    let stepped = steps.iter().map(|step| (&step.blueprint, &step.entity));
    let derived = effects.iter().map(|it| (&it.blueprint, &it.entity));
    let touched: BTreeSet<(&String, &String)> = stepped.chain(derived).collect();
    let mut relations = BTreeMap::new();
    for side in [Side::Before, Side::After] {
        let compiled = states.of(side);
        // Entities have one name in a picture: that of the result.
        let name = |id: EntityId| -> Option<Key> {
            let (kind, name) = written(compiled, id)?;
            let now = match side {
                Side::Before => renamed.get(&(kind.clone(), name.clone())).cloned(),
                Side::After => None,
            };
            Some((kind, now.unwrap_or(name)))
        };
        for (kind, entity) in &touched {
            let here = match (side, earlier.get(&(*kind, *entity))) {
                (Side::Before, Some(was)) => was,
                _ => *entity,
            };
            let Some((blueprint, _)) = compiled.catalog.find_blueprint(kind) else {
                continue;
            };
            let Some(id) = compiled.catalog.find_entity(blueprint, here) else {
                continue;
            };
            let own = compiled.graph.outgoing(id).iter();
            for edge in own.chain(compiled.graph.incoming(id)) {
                let relation = compiled.catalog.relation_of(edge.from, edge.relation);
                let ends = (name(edge.from), relation, name(edge.to));
                let (Some(from), Some(relation), Some(to)) = ends else {
                    continue;
                };
                let relation = relation.name.value.to_string();
                let there = match side {
                    Side::Before => There::Gone,
                    Side::After => There::New,
                };
                relations
                    .entry((from, relation, to))
                    .and_modify(|known| {
                        if *known != there {
                            *known = There::Both;
                        }
                    })
                    .or_insert(there);
            }
        }
    }
    relations
}

/// The names that the result has for entities of the target that it names otherwise.
fn renamed(steps: &[Step]) -> BTreeMap<Key, String> {
    let renames = steps.iter().filter(|it| it.does == Effectuation::Rename);
    let names = renames.filter_map(|step| {
        let mut changes = step.changes.iter();
        let before = changes.find(|change| change.path == "identifier")?;
        let before = before.before.as_ref().and_then(Json::as_str)?;
        Some((
            (step.blueprint.clone(), before.to_owned()),
            step.entity.clone(),
        ))
    });
    names.collect()
}

/// The blueprint and the name of an entity.
fn written(compiled: &Compiled, id: EntityId) -> Option<Key> {
    let entity = compiled.catalog.entity(id)?;
    let blueprint = compiled.catalog.blueprint(entity.blueprint)?;
    let name = entity.identifier.value.to_string();
    Some((blueprint.identifier.value.to_string(), name))
}

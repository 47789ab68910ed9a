//! What depends on an entity: who points at it, who is a member of it, whom it owns, and the values
//! that read it; each on and on.
//!
//! In: an entity. Out: dependents with the shortest way that leads there. That somebody points at
//! what points at the entity is a way too; a value that changes is followed by the values that read
//! it and by nothing else.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::derive::Derived;
use crate::graph::Edge;
use crate::model::EntityId;

/// How an entity depends on another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// It is a member, so its rights are those of the other.
    Member,
    /// It points there.
    Relation,
    /// It is owned by the other.
    Owner,
    /// A value of it reads the other.
    Value,
}

/// A step towards what is depended on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toward {
    /// The relation, or the value.
    pub name: String,
    /// The next entity on the way.
    pub to: EntityId,
}

/// A way in which an entity depends on another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependence {
    /// Who depends.
    pub entity: EntityId,
    /// How.
    pub how: How,
    /// The shortest way from there: its last step leads to what is depended on.
    pub way: Vec<Toward>,
}

impl Derived<'_> {
    /// What depends on `entity`, over ways of at most `depth` steps; by entity, then by how.
    pub fn impact(&self, entity: EntityId, depth: usize) -> Vec<Dependence> {
        let mut all = self.pointing(entity, depth, How::Member);
        let members: BTreeSet<EntityId> = all.iter().map(|it| it.entity).collect();
        let pointing = self.pointing(entity, depth, How::Relation);
        // Who is a member points there too: said once.
        all.extend(
            pointing
                .into_iter()
                .filter(|it| !members.contains(&it.entity)),
        );
        all.extend(self.owned(entity, depth));
        all.extend(self.reading(entity, depth));
        all.sort_by(|a, b| {
            let key = |it: &Dependence| (it.entity, it.how, it.way.len());
            let names = |it: &Dependence| it.way.first().map(|step| step.name.clone());
            key(a).cmp(&key(b)).then_with(|| names(a).cmp(&names(b)))
        });
        all
    }

    /// Who points at an entity, layer by layer; as members only over what makes members.
    fn pointing(&self, entity: EntityId, depth: usize, how: How) -> Vec<Dependence> {
        let (catalog, graph) = (self.ground.catalog, self.ground.graph);
        let is_meant = |edge: &&Edge| how == How::Relation || graph.is_membership(catalog, edge);
        let mut reached: BTreeMap<EntityId, Toward> = BTreeMap::new();
        let mut layer = vec![entity];
        for _ in 0..depth {
            let mut next = BTreeSet::new();
            for to in layer {
                for edge in graph.incoming(to).filter(is_meant) {
                    if edge.from == entity || reached.contains_key(&edge.from) {
                        continue;
                    }
                    let relation = catalog.relation_of(edge.from, edge.relation);
                    let name = relation.map_or_else(String::new, |it| it.name.value.to_string());
                    reached.insert(edge.from, Toward { name, to });
                    next.insert(edge.from);
                }
            }
            if next.is_empty() {
                break;
            }
            layer = next.into_iter().collect();
        }
        let way = |start: EntityId| {
            let mut way = Vec::new();
            let mut here = start;
            while let Some(step) = reached.get(&here) {
                way.push(step.clone());
                here = step.to;
            }
            way
        };
        let all = reached.keys();
        all.map(|id| Dependence {
            entity: *id,
            how,
            way: way(*id),
        })
        .collect()
    }

    /// Whom an entity owns. The relations that lead to the owner are the way, where there are some.
    fn owned(&self, entity: EntityId, depth: usize) -> Vec<Dependence> {
        let catalog = self.ground.catalog;
        let all = catalog.entities().map(|(id, _)| id);
        let owned = all.filter(|id| *id != entity && self.owner(*id).contains(&entity));
        owned
            .filter_map(|id| {
                let road = self.owner_road(id);
                let edges = road.into_iter().flat_map(|(_, _, edges)| edges);
                let way = way_over(&edges.collect::<Vec<_>>(), id, entity, self);
                (way.len() <= depth).then_some(Dependence {
                    entity: id,
                    how: How::Owner,
                    way,
                })
            })
            .collect()
    }

    /// The values that read an entity, and those that read these.
    fn reading(&self, entity: EntityId, depth: usize) -> Vec<Dependence> {
        type Value = (EntityId, String);
        let mut reached: BTreeMap<Value, Option<Value>> = BTreeMap::new();
        let mut open: VecDeque<(Option<Value>, usize)> = VecDeque::from([(None, 0)]);
        while let Some((value, distance)) = open.pop_front() {
            if distance == depth {
                continue;
            }
            let found = match &value {
                None => self.dependents(entity, ""),
                Some((id, name)) => self.dependents(*id, &format!("properties.{name}")),
            };
            for next in found {
                if next.0 != entity && !reached.contains_key(&next) {
                    reached.insert(next.clone(), value.clone());
                    open.push_back((Some(next), distance + 1));
                }
            }
        }
        let way = |start: &Value| {
            let mut way = Vec::new();
            let mut here = start.clone();
            while let Some(from) = reached.get(&here) {
                way.push(Toward {
                    name: here.1.clone(),
                    to: from.as_ref().map_or(entity, |(id, _)| *id),
                });
                match from {
                    Some(next) => here = next.clone(),
                    None => break,
                }
            }
            way
        };
        let all = reached.keys();
        all.map(|value| Dependence {
            entity: value.0,
            how: How::Value,
            way: way(value),
        })
        .collect()
    }
}

/// The shortest way from `start` to `end` over these relations; where none leads there, the owner
/// is named by `team`.
fn way_over(edges: &[Edge], start: EntityId, end: EntityId, derived: &Derived<'_>) -> Vec<Toward> {
    let catalog = derived.ground.catalog;
    let mut before: BTreeMap<EntityId, Edge> = BTreeMap::new();
    let mut open = VecDeque::from([start]);
    while let Some(here) = open.pop_front() {
        for edge in edges.iter().filter(|edge| edge.from == here) {
            if edge.to != start && !before.contains_key(&edge.to) {
                before.insert(edge.to, *edge);
                open.push_back(edge.to);
            }
        }
    }
    let mut way = Vec::new();
    let mut here = end;
    while let Some(edge) = before.get(&here) {
        let relation = catalog.relation_of(edge.from, edge.relation);
        way.push(Toward {
            name: relation.map_or_else(String::new, |it| it.name.value.to_string()),
            to: here,
        });
        here = edge.from;
    }
    way.reverse();
    if way.is_empty() {
        way.push(Toward {
            name: "team".to_owned(),
            to: end,
        });
    }
    way
}

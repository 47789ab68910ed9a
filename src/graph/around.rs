//! What lies around an entity, over relations both ways; or all of some kinds.
//!
//! In: where to begin and how far to go. Out: entities by their distance, and the relations between
//! them, as many as a picture can have. What is left out is counted.

use std::collections::BTreeSet;

use crate::graph::{Edge, Graph};
use crate::model::{BlueprintId, Catalog, EntityId};

/// How far to look.
#[derive(Debug, Clone, Copy)]
pub struct Bounds<'b> {
    /// The most relations between an entity and where it began.
    pub depth: usize,
    /// Only entities of these kinds, besides the first; all where it is empty.
    pub kinds: &'b [BlueprintId],
    /// Only relations of these names; all where it is empty.
    pub relations: &'b [String],
    /// The most entities, and the most relations.
    pub most: (usize, usize),
}

/// What lies around an entity.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Around {
    /// The entities with their distance: the nearest first, then in the order of the catalog.
    pub nodes: Vec<(EntityId, usize)>,
    /// The relations between them, by source and target, each once.
    pub edges: Vec<Edge>,
    /// How many entities more there would be, and how many relations between those that are shown.
    pub left_out: (usize, usize),
}

impl Graph {
    /// What lies around `start`; all of the catalog without it.
    pub fn around(
        &self,
        catalog: &Catalog,
        start: Option<EntityId>,
        bounds: &Bounds<'_>,
    ) -> Around {
        let mut nodes = match start {
            Some(start) => self.near(catalog, start, bounds),
            None => self.all(catalog, bounds),
        };
        let most = bounds.most.0;
        let hidden = nodes.len().saturating_sub(most);
        if start.is_none() && hidden > 0 {
            // Of all, those are told that most are related to.
            let degree = |id: EntityId| self.outgoing(id).len() + self.incoming(id).count();
            nodes.sort_by_cached_key(|(id, _)| (std::cmp::Reverse(degree(*id)), *id));
        }
        nodes.truncate(most);
        if start.is_none() {
            nodes.sort_unstable();
        }
        let shown: BTreeSet<EntityId> = nodes.iter().map(|(id, _)| *id).collect();
        let mut edges: Vec<Edge> = shown
            .iter()
            .flat_map(|id| self.outgoing(*id))
            .filter(|edge| shown.contains(&edge.to) && is_meant(catalog, edge, bounds))
            .copied()
            .collect();
        edges.sort_by_key(|edge| (edge.from, edge.to, edge.relation));
        edges.dedup_by_key(|edge| (edge.from, edge.to, edge.relation));
        let hidden_edges = edges.len().saturating_sub(bounds.most.1);
        edges.truncate(bounds.most.1);
        Around {
            nodes,
            edges,
            left_out: (hidden, hidden_edges),
        }
    }

    fn near(
        &self,
        catalog: &Catalog,
        start: EntityId,
        bounds: &Bounds<'_>,
    ) -> Vec<(EntityId, usize)> {
        let mut seen = BTreeSet::from([start]);
        let mut nodes = vec![(start, 0)];
        let mut layer = vec![start];
        for distance in 1..=bounds.depth {
            let mut next = BTreeSet::new();
            for id in layer {
                let out = self.outgoing(id).iter().map(|edge| (edge, edge.to));
                let into = self.incoming(id).map(|edge| (edge, edge.from));
                for (edge, other) in out.chain(into) {
                    let is_wanted =
                        is_meant(catalog, edge, bounds) && is_of(catalog, other, bounds);
                    if is_wanted && seen.insert(other) {
                        next.insert(other);
                    }
                }
            }
            if next.is_empty() {
                break;
            }
            nodes.extend(next.iter().map(|id| (*id, distance)));
            layer = next.into_iter().collect();
        }
        nodes
    }

    /// All entities of the kinds; where relations are named, those that have one or are one's
    /// target.
    fn all(&self, catalog: &Catalog, bounds: &Bounds<'_>) -> Vec<(EntityId, usize)> {
        let is_related = |id: EntityId| {
            let mut edges = self.outgoing(id).iter().chain(self.incoming(id));
            edges.any(|edge| is_meant(catalog, edge, bounds))
        };
        catalog
            .entities()
            .map(|(id, _)| id)
            .filter(|id| is_of(catalog, *id, bounds))
            .filter(|id| bounds.relations.is_empty() || is_related(*id))
            .map(|id| (id, 0))
            .collect()
    }
}

fn is_of(catalog: &Catalog, id: EntityId, bounds: &Bounds<'_>) -> bool {
    let kind = catalog.entity(id).map(|entity| entity.blueprint);
    bounds.kinds.is_empty() || kind.is_some_and(|kind| bounds.kinds.contains(&kind))
}

fn is_meant(catalog: &Catalog, edge: &Edge, bounds: &Bounds<'_>) -> bool {
    let relation = catalog.relation_of(edge.from, edge.relation);
    bounds.relations.is_empty()
        || relation.is_some_and(|it| bounds.relations.iter().any(|name| it.name.value == **name))
}

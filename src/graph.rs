//! Relations resolved to edges between entities.
//!
//! In: a catalog. Out: the [`Graph`], and a finding for each relation that leads nowhere or to
//! another kind. Cardinality and required relations are for `check`. petgraph stays inside.

use crate::model::Catalog;
use crate::model::EntityId;
use crate::text::{FileId, Span};

mod around;
mod cycle;
mod namespace;
mod order;
mod resolve;

pub use around::{Around, Bounds};
pub use cycle::shortest_cycles;
pub use order::{Stage, stages};
pub use resolve::MADE;
pub use resolve::build;

/// A relation of one entity to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    /// Who has the relation.
    pub from: EntityId,
    /// The number of the relation in the blueprint of `from`.
    pub relation: u16,
    /// What it points at.
    pub to: EntityId,
    /// Where the name of the target stands.
    pub span: Span,
}

/// All edges of a catalog, to be followed both ways.
#[derive(Debug, Clone, Default)]
pub struct Graph {
    /// By source, then in the order of the file.
    edges: Vec<Edge>,
    /// Where the edges of each entity begin in `edges`; one longer than the entities.
    starts: Vec<u32>,
    /// Numbers of edges by target.
    incoming: Vec<u32>,
    /// Where the edges into each entity begin in `incoming`.
    incoming_starts: Vec<u32>,
    /// Names that may be those of entities which could not be read.
    unchecked: Vec<Unchecked>,
}

/// A name of an entity that may stand in what could not be read of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unchecked {
    /// The file.
    pub file: FileId,
    /// Where the name stands.
    pub span: Span,
}

impl Graph {
    /// The graph of `edges` over `entities` entities.
    fn new(mut edges: Vec<Edge>, entities: usize) -> Self {
        edges.sort_by_key(|edge| (edge.from, edge.span.start));
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let mut incoming: Vec<u32> = (0..number(edges.len())).collect();
        incoming.sort_by_key(|n| edges.get(*n as usize).map(|edge| edge.to));
        let starts = starts_of(edges.iter().map(|edge| edge.from), entities);
        let targets = incoming
            .iter()
            .filter_map(|n| edges.get(*n as usize))
            .map(|edge| edge.to);
        let incoming_starts = starts_of(targets, entities);
        Self {
            edges,
            starts,
            incoming,
            incoming_starts,
            unchecked: Vec::new(),
        }
    }

    /// Names that lead to no entity which could be read, and that may not be wrong.
    pub fn unchecked(&self) -> &[Unchecked] {
        &self.unchecked
    }

    /// How many edges there are.
    pub fn len(&self) -> usize {
        self.edges.len()
    }

    /// Whether there is no edge.
    pub fn is_empty(&self) -> bool {
        self.edges.is_empty()
    }

    /// All edges, by source.
    pub fn edges(&self) -> &[Edge] {
        &self.edges
    }

    /// The edges that leave an entity.
    pub fn outgoing(&self, entity: EntityId) -> &[Edge] {
        self.edges
            .get(range(&self.starts, entity))
            .unwrap_or_default()
    }

    /// The edges that lead to an entity, by source.
    pub fn incoming(&self, entity: EntityId) -> impl Iterator<Item = &Edge> {
        self.incoming
            .get(range(&self.incoming_starts, entity))
            .unwrap_or_default()
            .iter()
            .filter_map(|n| self.edges.get(*n as usize))
    }

    /// What an entity is a member of, through `memberOf` relations and on; sorted, without itself.
    pub fn ancestors(&self, catalog: &Catalog, entity: EntityId) -> Vec<EntityId> {
        let mut found = std::collections::BTreeSet::new();
        let mut next = vec![entity];
        while let Some(member) = next.pop() {
            for edge in self.outgoing(member) {
                if is_member_of(catalog, edge) && edge.to != entity && found.insert(edge.to) {
                    next.push(edge.to);
                }
            }
        }
        found.into_iter().collect()
    }

    /// Whether an edge makes its source a member of its target.
    pub fn is_membership(&self, catalog: &Catalog, edge: &Edge) -> bool {
        is_member_of(catalog, edge)
    }

    /// The entities that a relation of `entity` points at, in the order of the file.
    pub fn targets(&self, catalog: &Catalog, entity: EntityId, relation: &str) -> Vec<EntityId> {
        let Some(blueprint) = catalog
            .entity(entity)
            .and_then(|e| catalog.blueprint(e.blueprint))
        else {
            return Vec::new();
        };
        let Some((number, _)) = blueprint.relation(relation) else {
            return Vec::new();
        };
        self.outgoing(entity)
            .iter()
            .filter(|edge| usize::from(edge.relation) == number)
            .map(|edge| edge.to)
            .collect()
    }

    /// The entities that a dotted path of relations leads to; sorted.
    pub fn follow(&self, catalog: &Catalog, entity: EntityId, path: &[&str]) -> Vec<EntityId> {
        let mut here = vec![entity];
        for relation in path {
            let mut next: Vec<EntityId> = here
                .iter()
                .flat_map(|entity| self.targets(catalog, *entity, relation))
                .collect();
            next.sort_unstable();
            next.dedup();
            here = next;
        }
        here
    }
}

fn is_member_of(catalog: &Catalog, edge: &Edge) -> bool {
    let relation = catalog.relation_of(edge.from, edge.relation);
    relation.is_some_and(|relation| relation.member_of)
}

/// Where each entity's run begins among sorted `keys`.
fn starts_of(keys: impl Iterator<Item = EntityId>, entities: usize) -> Vec<u32> {
    let mut starts = vec![0_u32; entities + 1];
    for key in keys {
        if let Some(count) = starts.get_mut(key.0 as usize + 1) {
            *count += 1;
        }
    }
    let mut sum = 0;
    for start in &mut starts {
        sum += *start;
        *start = sum;
    }
    starts
}

fn range(starts: &[u32], entity: EntityId) -> std::ops::Range<usize> {
    let at = entity.0 as usize;
    match (starts.get(at), starts.get(at + 1)) {
        (Some(from), Some(to)) => *from as usize..*to as usize,
        _ => 0..0,
    }
}

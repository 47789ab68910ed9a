//! The way from an entity to those that a value of it is computed from, and back.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::derive::road::Step;
use crate::graph::Edge;
use crate::graph::Graph;
use crate::model::BlueprintId;
use crate::model::Catalog;
use crate::model::EntityId;

/// What ways lead over.
#[derive(Clone, Copy)]
pub(super) struct Ground<'c> {
    /// The entities.
    pub(super) catalog: &'c Catalog,
    /// How they are related.
    pub(super) graph: &'c Graph,
}

impl<'c> Ground<'c> {
    /// The blueprint of an entity.
    pub(super) fn kind(self, entity: EntityId) -> Option<BlueprintId> {
        self.catalog.entity(entity).map(|entity| entity.blueprint)
    }

    /// The edges that leave an entity, or lead to it, by steps that `takes` allows.
    fn edges(
        self,
        entity: EntityId,
        direction: Direction,
        takes: impl Fn(Step) -> bool,
    ) -> Vec<&'c Edge> {
        let is_step = |edge: &&Edge| {
            self.kind(edge.from).is_some_and(|blueprint| {
                takes(Step {
                    blueprint,
                    relation: edge.relation,
                })
            })
        };
        match direction {
            Direction::Forward => self.graph.outgoing(entity).iter().filter(is_step).collect(),
            Direction::Backward => self.graph.incoming(entity).filter(is_step).collect(),
        }
    }
}

/// Along relations or against them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    /// From who has the relation to what it points at.
    Forward,
    /// From what is pointed at to who points.
    Backward,
}

impl Direction {
    const fn reverse(self) -> Self {
        match self {
            Self::Forward => Self::Backward,
            Self::Backward => Self::Forward,
        }
    }

    /// The end of an edge that one comes to.
    const fn far(self, edge: &Edge) -> EntityId {
        match self {
            Self::Forward => edge.to,
            Self::Backward => edge.from,
        }
    }
}

/// The relations of a route.
#[derive(Debug)]
pub(super) enum Ways {
    /// Exactly these, one after the other in the order in which relations point; none of them:
    /// the entity itself.
    Path(Vec<Step>),
    /// These in any order, sorted, until the first entity of the blueprint that is looked for.
    Web(Vec<Step>),
}

/// The way from entities of one blueprint to those of another.
#[derive(Debug)]
pub(super) struct Route {
    /// The blueprint where it begins.
    pub(super) here: BlueprintId,
    /// The blueprint where it ends.
    pub(super) there: BlueprintId,
    /// The relations that it takes.
    pub(super) ways: Ways,
    /// Whether relations are followed, or entities looked for whose relations lead here.
    pub(super) direction: Direction,
}

/// Where on a route an entity stands.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place {
    /// At its end.
    There,
    /// On it, by this relation of the entity.
    Relation(u16),
    /// On it, by any of its relations.
    Anywhere,
}

impl Route {
    /// The route of an entity to itself.
    pub(super) const fn itself(here: BlueprintId) -> Self {
        Self {
            here,
            there: here,
            ways: Ways::Path(Vec::new()),
            direction: Direction::Forward,
        }
    }

    /// The entities at the end; sorted.
    pub(super) fn reach(&self, ground: Ground<'_>, here: EntityId) -> Vec<EntityId> {
        self.walk(ground, here, self.direction, self.there, &mut Vec::new())
    }

    /// The entities that the way from `here` leads over, itself and the ends included.
    pub(super) fn passed(&self, ground: Ground<'_>, here: EntityId) -> BTreeSet<EntityId> {
        let mut walked = Vec::new();
        self.walk(ground, here, self.direction, self.there, &mut walked);
        let ends = walked.iter().flat_map(|edge| [edge.from, edge.to]);
        ends.chain([here]).collect()
    }

    /// Who has which relation on the way from `here` to `ends`.
    pub(super) fn trail(
        &self,
        ground: Ground<'_>,
        here: EntityId,
        ends: &[EntityId],
    ) -> BTreeSet<(EntityId, u16)> {
        let mut walked = Vec::new();
        self.walk(ground, here, self.direction, self.there, &mut walked);
        // Only what leads to an end belongs to the trail, so it is followed from there.
        let mut back: BTreeMap<EntityId, Vec<&Edge>> = BTreeMap::new();
        for edge in &walked {
            back.entry(self.direction.far(edge)).or_default().push(edge);
        }
        let mut trail = BTreeSet::new();
        let mut open = ends.to_vec();
        while let Some(entity) = open.pop() {
            for edge in back.remove(&entity).unwrap_or_default() {
                trail.insert((edge.from, edge.relation));
                open.push(self.direction.reverse().far(edge));
            }
        }
        if let (Ways::Path(steps), Direction::Forward) = (&self.ways, self.direction)
            && let Some(first) = steps.first()
        {
            // The first relation is read even where it leads nowhere.
            trail.insert((here, first.relation));
        }
        trail
    }

    /// The entities whose route an entity is on, at `place`.
    pub(super) fn starts(
        &self,
        ground: Ground<'_>,
        entity: EntityId,
        place: Place,
    ) -> BTreeSet<EntityId> {
        let Some(kind) = ground.kind(entity) else {
            return BTreeSet::new();
        };
        let relation = match place {
            Place::There if kind == self.there => {
                let back = self.direction.reverse();
                let starts = self.walk(ground, entity, back, self.here, &mut Vec::new());
                return starts.into_iter().collect();
            }
            Place::There => return BTreeSet::new(),
            Place::Relation(relation) => Some(relation),
            Place::Anywhere => None,
        };
        let fits =
            |step: &Step| step.blueprint == kind && relation.is_none_or(|n| n == step.relation);
        match &self.ways {
            Ways::Path(steps) => {
                let places = steps.iter().enumerate().filter(|(_, step)| fits(step));
                places
                    .flat_map(|(n, _)| {
                        let rest = match self.direction {
                            Direction::Forward => steps.get(..n),
                            Direction::Backward => steps.get(n..),
                        };
                        let back = self.direction.reverse();
                        path(
                            ground,
                            entity,
                            back,
                            rest.unwrap_or_default(),
                            &mut Vec::new(),
                        )
                    })
                    .collect()
            }
            Ways::Web(steps) if steps.iter().any(fits) => {
                if self.direction == Direction::Forward && kind == self.here {
                    return BTreeSet::from([entity]);
                }
                let back = self.direction.reverse();
                let starts = web(ground, entity, back, steps, self.here, &mut Vec::new());
                starts.into_iter().collect()
            }
            Ways::Web(_) => BTreeSet::new(),
        }
    }

    fn walk(
        &self,
        ground: Ground<'_>,
        from: EntityId,
        direction: Direction,
        to: BlueprintId,
        walked: &mut Vec<Edge>,
    ) -> Vec<EntityId> {
        match &self.ways {
            Ways::Path(steps) => path(ground, from, direction, steps, walked),
            Ways::Web(steps) => web(ground, from, direction, steps, to, walked),
        }
    }
}

/// Where exactly these steps lead; they stand in the order of relations, so going against them
/// takes the last one first.
fn path(
    ground: Ground<'_>,
    from: EntityId,
    direction: Direction,
    steps: &[Step],
    walked: &mut Vec<Edge>,
) -> Vec<EntityId> {
    let mut layer = vec![from];
    for n in 0..steps.len() {
        let at = match direction {
            Direction::Forward => n,
            Direction::Backward => steps.len() - 1 - n,
        };
        let mut next = Vec::new();
        for entity in layer {
            for edge in ground.edges(entity, direction, |step| steps.get(at) == Some(&step)) {
                next.push(direction.far(edge));
                walked.push(*edge);
            }
        }
        next.sort_unstable();
        next.dedup();
        layer = next;
    }
    layer
}

/// Where these steps lead in any order, not going on from an entity of the blueprint `to`.
fn web(
    ground: Ground<'_>,
    from: EntityId,
    direction: Direction,
    steps: &[Step],
    to: BlueprintId,
    walked: &mut Vec<Edge>,
) -> Vec<EntityId> {
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    let mut open = vec![from];
    while let Some(entity) = open.pop() {
        for edge in ground.edges(entity, direction, |step| steps.binary_search(&step).is_ok()) {
            walked.push(*edge);
            let other = direction.far(edge);
            if !seen.insert(other) {
                continue;
            }
            if ground.kind(other) == Some(to) {
                found.push(other);
            } else {
                open.push(other);
            }
        }
    }
    found.sort_unstable();
    found
}

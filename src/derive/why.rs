//! Where a value comes from: what was written, followed or computed, one step back at a time.
//!
//! In: an entity and the path of a value of it. Out: the value, how it was made, and from which
//! other values; whoever asks goes on from those.

use std::collections::BTreeSet;
use std::collections::VecDeque;

use crate::derive::Derived;
use crate::derive::Outcome;
use crate::derive::own;
use crate::derive::route::Ways;
use crate::derive::scheme::DefinitionId;
use crate::derive::scheme::Rule;
use crate::graph::Edge;
use crate::model::EntityId;
use crate::model::blueprint::{Aggregation, Calculation, Formula, Mirror, Ownership};
use crate::text::Span;

/// A value of an entity, by its path: `properties.cost`, `relations.owner`, `title`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// Whose value it is.
    pub entity: EntityId,
    /// Which.
    pub path: String,
}

/// A value and how it was made.
#[derive(Debug, Clone)]
pub struct Origin<'c> {
    /// What it is.
    pub outcome: Outcome,
    /// How.
    pub why: Why<'c>,
}

/// How a value was made.
#[derive(Debug, Clone)]
pub enum Why<'c> {
    /// It is written here, or nowhere.
    Written(Option<Span>),
    /// It is the value of another entity.
    Mirror {
        /// The definition.
        source: &'c Mirror,
        /// The relations that lead there, in the order of the path.
        road: Vec<Edge>,
        /// What is mirrored.
        inputs: Vec<Source>,
    },
    /// It is computed from the entity itself.
    Calculation {
        /// The definition.
        source: &'c Calculation,
        /// What the expression reads.
        inputs: Vec<Source>,
        /// What it reads and is absent.
        absent: Option<String>,
    },
    /// It is a text with values of the entity in it.
    Formula {
        /// The definition.
        source: &'c Formula,
        /// What it names.
        inputs: Vec<Source>,
    },
    /// It is made of many entities.
    Aggregation {
        /// The definition.
        source: &'c Aggregation,
        /// How many entities were looked at.
        looked_at: usize,
        /// Those of them that count, by what is read of them.
        inputs: Vec<Source>,
    },
    /// It would need itself, over these definitions: `Component.cost`.
    Circle(Vec<String>),
    /// Its definition, at this name, cannot be computed; the findings say why.
    Broken(Span),
}

impl<'c> Derived<'c> {
    /// Where a value comes from; `None` where there is no such entity.
    pub fn why(&self, source: &Source) -> Option<Origin<'c>> {
        let kind = self.ground.kind(source.entity)?;
        let name = source.path.strip_prefix("properties.");
        let definition = name.and_then(|name| self.scheme.find(kind, name));
        match definition {
            Some(_) => self.derived_why(source),
            None => Some(Origin {
                outcome: Outcome::of(own::part(self.ground.catalog, source.entity, &source.path)),
                why: Why::Written(self.written(source)),
            }),
        }
    }

    fn derived_why(&self, of: &Source) -> Option<Origin<'c>> {
        let ground = self.ground;
        let kind = ground.kind(of.entity)?;
        let name = of.path.strip_prefix("properties.")?;
        let id = self.scheme.find(kind, name)?;
        let definition = self.scheme.get(id)?;
        let outcome = self.settle(of.entity, id);
        let reached = self.reach(of.entity, definition);
        let inputs = |entities: &[EntityId], part: &str| {
            let source = |entity: &EntityId| Source {
                entity: *entity,
                path: part.to_owned(),
            };
            entities.iter().map(source).collect::<Vec<Source>>()
        };
        let own_parts = || {
            let parts = definition.parts.iter();
            parts
                .flat_map(|part| inputs(&[of.entity], part))
                .collect::<Vec<Source>>()
        };
        let why = match &definition.rule {
            Rule::Nothing => match self.circle(id) {
                Some(circle) => Why::Circle(circle),
                None => Why::Broken(definition.name.span),
            },
            Rule::Mirror { part, source, .. } => Why::Mirror {
                source,
                road: self.road(of.entity, &definition.route.ways),
                inputs: inputs(&reached, part),
            },
            Rule::Calculation { expression, source } => {
                let input = self.input(of.entity, definition, &self.memo.borrow());
                Why::Calculation {
                    source,
                    inputs: own_parts(),
                    absent: own::absent_read(expression, &input),
                }
            }
            Rule::Formula { source, .. } => Why::Formula {
                source,
                inputs: own_parts(),
            },
            Rule::Aggregation { part, source, .. } => {
                let counted = self.counted(definition, &reached, &self.memo.borrow());
                Why::Aggregation {
                    source,
                    looked_at: reached.len(),
                    inputs: inputs(&counted, part.as_deref().unwrap_or("identifier")),
                }
            }
        };
        Some(Origin { outcome, why })
    }

    /// How the owner of an entity is found: each entity on the way, its `ownership`, and the
    /// relations that it leads over. An owner that is inherited in a circle is looked for once.
    pub fn owner_road(&self, entity: EntityId) -> Vec<(EntityId, &'c Ownership, Vec<Edge>)> {
        let catalog = self.ground.catalog;
        let mut seen = BTreeSet::from([entity]);
        let mut open = VecDeque::from([entity]);
        let mut found = Vec::new();
        while let Some(id) = open.pop_front() {
            let kind = self.ground.kind(id);
            let blueprint = kind.and_then(|kind| catalog.blueprint(kind));
            let Some(ownership) = blueprint.and_then(|it| it.ownership.as_ref()) else {
                continue;
            };
            let road = match ownership {
                Ownership::Direct => Vec::new(),
                Ownership::Path(path) | Ownership::Inherited(path) => {
                    self.named_road(id, &path.value)
                }
            };
            if let Ownership::Inherited(path) = ownership {
                let names: Vec<&str> = path.value.split('.').collect();
                let ends = self.ground.graph.follow(catalog, id, &names);
                open.extend(ends.into_iter().filter(|end| seen.insert(*end)));
            }
            found.push((id, ownership, road));
        }
        found
    }

    /// The relations of a dotted path, layer by layer.
    fn named_road(&self, start: EntityId, path: &str) -> Vec<Edge> {
        let ground = self.ground;
        let mut road = Vec::new();
        let mut layer = vec![start];
        for name in path.split('.') {
            let edges = layer.iter().flat_map(|entity| {
                let kind = ground.kind(*entity);
                let blueprint = kind.and_then(|kind| ground.catalog.blueprint(kind));
                let number = blueprint.and_then(|it| it.relation(name)).map(|(n, _)| n);
                let edges = ground.graph.outgoing(*entity).iter();
                edges.filter(move |edge| Some(usize::from(edge.relation)) == number)
            });
            let edges: Vec<Edge> = edges.copied().collect();
            layer = edges.iter().map(|edge| edge.to).collect();
            layer.sort_unstable();
            layer.dedup();
            road.extend(edges);
        }
        road
    }

    /// Where a value that is not derived is written.
    fn written(&self, source: &Source) -> Option<Span> {
        let entity = self.ground.catalog.entity(source.entity)?;
        match source.path.split_once('.') {
            Some(("properties", name)) => entity.property(name).map(|entry| entry.node.span),
            Some(("relations", name)) => entity.relation(name).map(|related| related.span),
            _ => match source.path.as_str() {
                "identifier" => Some(entity.identifier.span),
                "title" => {
                    let title = entity.title.as_ref().unwrap_or(&entity.identifier);
                    Some(title.span)
                }
                "icon" => entity.icon.as_ref().map(|icon| icon.span),
                "team" => entity.team.first().map(|team| team.span),
                _ => None,
            },
        }
    }

    /// The relations that a written path follows, layer by layer.
    fn road(&self, start: EntityId, ways: &Ways) -> Vec<Edge> {
        let (Ways::Path(steps) | Ways::Web(steps)) = ways;
        let mut road = Vec::new();
        let mut layer = vec![start];
        for step in steps {
            let edges = layer.iter().flat_map(|entity| {
                let edges = self.ground.graph.outgoing(*entity).iter();
                edges.filter(|edge| edge.relation == step.relation)
            });
            let edges: Vec<Edge> = edges.copied().collect();
            layer = edges.iter().map(|edge| edge.to).collect();
            layer.sort_unstable();
            layer.dedup();
            road.extend(edges);
        }
        road
    }

    /// The names of the circle that a definition is part of.
    fn circle(&self, id: DefinitionId) -> Option<Vec<String>> {
        let mut circles = self.scheme.circles().iter();
        let circle = circles.find(|circle| circle.contains(&id))?;
        let name = |id: &DefinitionId| {
            let definition = self.scheme.get(*id)?;
            let blueprint = self.ground.catalog.blueprint(definition.blueprint)?;
            Some(format!(
                "{}.{}",
                blueprint.identifier.value, definition.name.value
            ))
        };
        Some(circle.iter().filter_map(name).collect())
    }
}

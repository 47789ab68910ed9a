//! Derived values: mirrors, calculations, aggregations, and the owner of an entity.
//!
//! In: a catalog and its graph. Out: values, and for each what it was computed from and what
//! may change with it. Nothing is computed before it is asked for, and nothing twice. A value
//! that cannot be computed is absent; why it cannot is for [`check`] and the stage `check`.

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use rustc_hash::FxHashMap;
use serde_json::Value as Json;

use crate::expression::Expression;
use crate::expression::Problem;
use crate::graph::Graph;
use crate::model::Catalog;
use crate::model::EntityId;
use crate::model::Moment;

mod aggregate;
mod cycle;
mod effect;
mod formula;
mod gather;
mod impact;
mod looked;
mod own;
mod owner;
mod part;
mod query;
mod read;
mod road;
mod route;
mod scheme;
mod secret;
#[cfg(test)]
mod tests;
mod why;

pub use cycle::check;
pub use formula::{Hole, holes};
pub use impact::{Dependence, How, Toward};
pub use looked::Looked;
pub use own::{own, plain, whole};
pub use part::{is_unwritten, unwritten};
pub use query::Operator;
pub use scheme::reads_now;
pub use secret::{SAYS, Secrecy, has_secret};
pub use why::{Origin, Source, Why};

use query::{Candidate, Query};
use route::Ground;
use scheme::Definition;
use scheme::DefinitionId;
use scheme::Rule;
use scheme::Scheme;

/// What became of a value that was to be computed.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// It is this.
    Value(Json),
    /// There is none: something that it is computed from is absent.
    Absent,
    /// All that it is computed from is there, and its expression gives nothing that it may be.
    Failed(Problem),
    /// It depends on a value that could not be computed: what it would be is not known.
    Lost,
}

impl std::fmt::Debug for Derived<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Derived").finish_non_exhaustive()
    }
}

impl Outcome {
    fn of(value: Option<Json>) -> Self {
        value.map_or(Self::Absent, Self::Value)
    }

    /// Whether nobody knows the value, which is not the same as that there is none.
    pub const fn is_unknown(&self) -> bool {
        matches!(self, Self::Failed(_) | Self::Lost)
    }

    fn value(&self) -> Option<&Json> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Failed(_) | Self::Lost => None,
        }
    }
}

/// What is known already.
type Memo = FxHashMap<(EntityId, DefinitionId), Outcome>;

/// The definitions of a catalog, read once for several threads.
#[derive(Clone)]
pub struct Definitions<'c> {
    ground: Ground<'c>,
    scheme: Arc<Scheme<'c>>,
    now: Option<Moment>,
}

impl<'c> Definitions<'c> {
    /// Reads the definitions.
    pub fn new(catalog: &'c Catalog, graph: &'c Graph) -> Self {
        Self {
            ground: Ground { catalog, graph },
            scheme: Arc::new(Scheme::of(catalog)),
            now: None,
        }
    }

    /// The same definitions, asked at a moment.
    pub fn at(self, now: Option<Moment>) -> Self {
        Self { now, ..self }
    }

    /// The derived values, none of which is known yet and for which so many steps may be taken.
    pub fn derived(&self, steps: u64) -> Derived<'c> {
        Derived {
            ground: self.ground,
            scheme: Arc::clone(&self.scheme),
            now: self.now,
            memo: RefCell::new(Memo::default()),
            steps: Cell::new(steps),
        }
    }
}

/// The derived values of a catalog.
pub struct Derived<'c> {
    ground: Ground<'c>,
    scheme: Arc<Scheme<'c>>,
    /// The moment at which they are asked; without it nobody knows a value that counts from it.
    now: Option<Moment>,
    memo: RefCell<Memo>,
    /// What may still be done to compute them.
    steps: Cell<u64>,
}

impl<'c> Derived<'c> {
    /// Reads the definitions; values are computed when they are asked for.
    pub fn new(catalog: &'c Catalog, graph: &'c Graph) -> Self {
        Definitions::new(catalog, graph).derived(u64::MAX)
    }

    /// The same, of which nothing is known yet, asked at a moment.
    pub fn at(self, now: Option<Moment>) -> Self {
        Self {
            now,
            memo: RefCell::default(),
            ..self
        }
    }

    /// The steps that are left; at none, nothing is computed any more and all values are absent.
    pub const fn steps(&self) -> u64 {
        self.steps.get()
    }

    /// The derived value of a name; `None` when it is absent, or there is no such definition.
    pub fn value(&self, entity: EntityId, name: &str) -> Option<Json> {
        let definition = self.scheme.find(self.ground.kind(entity)?, name)?;
        self.settle(entity, definition).value().cloned()
    }

    /// A part of an entity: `properties.x` (derived or not), `relations.y`, `title`; `None` where it
    /// is absent.
    pub fn read(&self, entity: EntityId, path: &str) -> Option<Json> {
        let name = path.strip_prefix("properties.");
        let definition = name.and_then(|name| self.scheme.find(self.ground.kind(entity)?, name));
        match definition {
            Some(definition) => self.settle(entity, definition).value().cloned(),
            None => own::part(self.ground.catalog, entity, path),
        }
    }

    /// What became of the derived value of a name; `None` where there is no such definition.
    pub fn outcome(&self, entity: EntityId, name: &str) -> Option<Outcome> {
        let definition = self.scheme.find(self.ground.kind(entity)?, name)?;
        Some(self.settle(entity, definition))
    }

    /// The whole entity as expressions see it: [`own`] and the derived values that are not absent.
    pub fn entity(&self, entity: EntityId) -> Json {
        let mut whole = own(self.ground.catalog, entity);
        let Some(kind) = self.ground.kind(entity) else {
            return whole;
        };
        for id in self.scheme.of_blueprint(kind) {
            if let Some(definition) = self.scheme.get(id)
                && let Outcome::Value(value) = self.settle(entity, id)
            {
                own::insert(&mut whole, &definition.name.value, value);
            }
        }
        whole
    }

    /// The entities that own this one, as `ownership` says; sorted.
    pub fn owner(&self, entity: EntityId) -> Vec<EntityId> {
        owner::owner(self.ground, entity)
    }

    /// What a derived value was computed from directly: entities and their paths
    /// (`properties.cost`, `relations.owner`, `identifier`); sorted.
    ///
    /// For an aggregation these are the entities that were counted, and the relations that lead
    /// to them: what was counted before and is no more stands among the causes of the value before.
    pub fn causes(&self, entity: EntityId, name: &str) -> Vec<(EntityId, String)> {
        effect::causes(self, entity, name)
    }

    /// Which derived values of which entities may change when `path` of this entity does:
    /// `properties.x` (derived or not), `relations.y`, `title`, or nothing for all of the entity,
    /// which appears or disappears. Only what reads the path itself: the caller goes on from there.
    ///
    /// A relation that changed leads elsewhere before and after: ask in both catalogs.
    pub fn dependents(&self, entity: EntityId, path: &str) -> Vec<(EntityId, String)> {
        effect::dependents(self, entity, path)
    }

    /// The entities whose parts a definition reads for `entity`; sorted.
    fn reach(&self, entity: EntityId, definition: &Definition<'_>) -> Vec<EntityId> {
        let mut reached = definition.route.reach(self.ground, entity);
        if let Rule::Aggregation { .. } = definition.rule {
            // An entity is not related to itself, even where relations lead back to it.
            reached.retain(|other| *other != entity);
        }
        reached
    }

    /// Computes a value and all that it needs. What is needed stands on a stack of our own, for
    /// definitions may be chained deeper than the thread's stack is. Definitions that need
    /// themselves are never computed, so this ends.
    fn settle(&self, entity: EntityId, definition: DefinitionId) -> Outcome {
        let mut memo = self.memo.borrow_mut();
        let mut jobs = vec![((entity, definition), None)];
        while let Some((key, reached)) = jobs.last_mut() {
            let key = *key;
            let known = memo.contains_key(&key);
            let Some(definition) = self.scheme.get(key.1).filter(|_| !known) else {
                jobs.pop();
                continue;
            };
            let reached = reached.get_or_insert_with(|| {
                let reached = self.reach(key.0, definition);
                self.pay(1 + reached.len() as u64);
                reached
            });
            if self.steps.get() == 0 {
                break;
            }
            let missing: Vec<_> = reached
                .iter()
                .flat_map(|source| definition.needs.iter().map(|need| (*source, *need)))
                .filter(|need| !memo.contains_key(need))
                .collect();
            if missing.is_empty() {
                let is_lost = reached
                    .iter()
                    .flat_map(|source| definition.needs.iter().map(|need| (*source, *need)))
                    .any(|need| memo.get(&need).is_some_and(Outcome::is_unknown));
                let value = if is_lost {
                    Outcome::Lost
                } else {
                    self.compute(key.0, definition, reached, &memo)
                };
                memo.insert(key, value);
                jobs.pop();
            } else {
                jobs.extend(missing.into_iter().map(|need| (need, None)));
            }
        }
        let settled = memo.get(&(entity, definition));
        settled.cloned().unwrap_or(Outcome::Absent)
    }

    /// The value of a definition for `entity`, where all that it needs is known.
    fn compute(
        &self,
        entity: EntityId,
        definition: &Definition<'_>,
        reached: &[EntityId],
        memo: &Memo,
    ) -> Outcome {
        let part = |source: EntityId, part: &str| self.part(source, part, memo);
        match &definition.rule {
            Rule::Nothing => Outcome::Absent,
            Rule::Mirror {
                part: name, many, ..
            } => {
                let mut values = reached.iter().filter_map(|source| part(*source, name));
                Outcome::of(if *many {
                    (!reached.is_empty()).then(|| values.collect())
                } else {
                    values.next()
                })
            }
            Rule::Calculation { expression, source } => {
                let input = self.input(entity, definition, memo);
                let mut steps = self.steps.get();
                let value = calculated(expression, &source.type_word.value, &input, &mut steps);
                self.steps.set(steps);
                value
            }
            Rule::Formula { pieces, .. } => {
                Outcome::of(formula::value(pieces, |name| part(entity, name)))
            }
            Rule::Aggregation { query, .. }
                if self.now.is_none() && query.as_ref().is_some_and(Query::reads_now) =>
            {
                Outcome::Lost
            }
            Rule::Aggregation {
                func, part: name, ..
            } => {
                let counted = self.counted(definition, reached, memo);
                let Some(name) = name else {
                    return Outcome::Value(counted.len().into());
                };
                let values = counted.into_iter().filter_map(|source| part(source, name));
                Outcome::of(func.of(values))
            }
        }
    }

    fn pay(&self, steps: u64) {
        self.steps.set(self.steps.get().saturating_sub(steps));
    }

    /// The entity as the expression of a calculation sees it.
    fn input(&self, entity: EntityId, definition: &Definition<'_>, memo: &Memo) -> Json {
        let mut input = own(self.ground.catalog, entity);
        self.pay(crate::expression::size(&input));
        for need in &definition.needs {
            if let Some(definition) = self.scheme.get(*need)
                && let Some(Outcome::Value(value)) = memo.get(&(entity, *need))
            {
                own::insert(&mut input, &definition.name.value, value.clone());
            }
        }
        input
    }

    /// Those of the reached entities that the `query` of an aggregation takes.
    fn counted(
        &self,
        definition: &Definition<'_>,
        reached: &[EntityId],
        memo: &Memo,
    ) -> Vec<EntityId> {
        let query = match &definition.rule {
            Rule::Aggregation { query, .. } => query.as_ref(),
            _ => None,
        };
        let takes = |source: &EntityId| {
            let candidate = Candidate {
                ground: self.ground,
                entity: *source,
                part: &|part: &str| self.part(*source, part, memo),
                now: self.now,
            };
            query.is_none_or(|query| query.takes(candidate))
        };
        reached.iter().copied().filter(takes).collect()
    }

    /// A part of an entity, by its path.
    fn part(&self, entity: EntityId, part: &str, memo: &Memo) -> Option<Json> {
        let definition = part
            .strip_prefix("properties.")
            .and_then(|name| self.scheme.find(self.ground.kind(entity)?, name));
        match definition {
            Some(definition) => memo.get(&(entity, definition))?.value().cloned(),
            None => own::part(self.ground.catalog, entity, part),
        }
    }
}

/// The value of an expression. Where something that it reads is absent, what it makes of that is
/// no fault of anybody's: there is no value.
fn calculated(expression: &Expression, type_word: &str, input: &Json, steps: &mut u64) -> Outcome {
    let made = expression.evaluate_within(input, steps).map(own::plain);
    if *steps == 0 {
        return Outcome::Absent;
    }
    match made {
        Ok(value) if own::fits(&value, type_word) => Outcome::Value(value),
        Ok(Json::Null) => Outcome::Absent,
        _ if own::absent_read(expression, input).is_some() => Outcome::Absent,
        Ok(value) => Outcome::Failed(own::wrong_type(expression, &value, type_word)),
        Err(problem) => Outcome::Failed(problem),
    }
}

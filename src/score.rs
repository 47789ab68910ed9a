//! Scorecards held against entities: who reaches which level, and which rules stand in the way.
//!
//! In: a catalog, its derived values, the present moment where a rule speaks of it. Out: a
//! [`Card`] for each scorecard, its entities in the catalog's order. Raises no findings: whether a
//! rule can be asked at all is for `check`.
//!
//! An entity has the highest level of which it meets every rule, and every rule of each level
//! below: Port's own semantics, <https://docs.port.io/promote-scorecards/>.

use rayon::prelude::*;
use serde_json::Value as Json;

use crate::derive::Definitions;
use crate::derive::Derived;
use crate::graph::Graph;
use crate::model::Catalog;
use crate::model::EntityId;
use crate::model::Moment;
use crate::model::Scorecard;
use crate::model::scorecard::{Combinator, Condition, Preset, Query};

mod hold;
#[cfg(test)]
mod tests;

/// Entities that are looked at together.
const TOGETHER: usize = 256;

/// A scorecard and what became of each entity that it is for.
#[derive(Debug)]
pub struct Card<'c> {
    /// The scorecard.
    pub scorecard: &'c Scorecard,
    /// The entities that its filter takes; none where the scorecard is broken.
    pub scores: Vec<Score>,
}

/// How one entity does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Score {
    /// The entity.
    pub entity: EntityId,
    /// Its level: a place in [`Scorecard::level_names`].
    pub level: usize,
    /// For each rule of the scorecard, in the order of the file, whether it is met.
    pub met: Vec<bool>,
}

/// What a condition saw.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// The value that it asks about; `None` where it is absent.
    pub value: Option<Json>,
    /// Whether it holds.
    pub holds: bool,
}

/// What scorecards are asked of.
#[derive(Clone, Copy, Debug)]
pub struct Ground<'c> {
    /// The catalog.
    pub catalog: &'c Catalog,
    /// Its relations.
    pub graph: &'c Graph,
    /// The present moment; without it no value is in a period that is counted from now.
    pub now: Option<Moment>,
}

impl<'c> Ground<'c> {
    /// How all entities do on some scorecards of the catalog, or `one` of them alone.
    pub fn cards(
        self,
        scorecards: impl IntoIterator<Item = &'c Scorecard>,
        one: Option<EntityId>,
    ) -> Vec<Card<'c>> {
        let definitions = Definitions::new(self.catalog, self.graph).at(self.now);
        let scorecards = scorecards.into_iter();
        scorecards
            .map(|scorecard| self.card(scorecard, one, &definitions))
            .collect()
    }

    fn card(
        self,
        scorecard: &'c Scorecard,
        one: Option<EntityId>,
        definitions: &Definitions<'c>,
    ) -> Card<'c> {
        let kind = self.catalog.find_blueprint(&scorecard.blueprint.value);
        let is_of = |kind| {
            let entity = one.and_then(|one| self.catalog.entity(one));
            entity.is_some_and(|entity| entity.blueprint == kind)
        };
        let entities: Vec<EntityId> = match kind {
            Some((kind, _)) if one.is_some() && !scorecard.broken => {
                one.filter(|_| is_of(kind)).into_iter().collect()
            }
            Some((kind, _)) if !scorecard.broken => {
                self.catalog.numbered(kind).map(|(id, _)| id).collect()
            }
            _ => Vec::new(),
        };
        Card {
            scorecard,
            scores: self.scores(scorecard, &entities, definitions),
        }
    }

    /// How some entities of its blueprint do on a scorecard that is not broken; those that it is
    /// not for are left out.
    pub fn scores(
        self,
        scorecard: &Scorecard,
        entities: &[EntityId],
        definitions: &Definitions<'c>,
    ) -> Vec<Score> {
        let scores = entities.par_chunks(TOGETHER).flat_map_iter(|entities| {
            let derived = definitions.derived(u64::MAX);
            let scores = entities.iter();
            scores
                .filter_map(|entity| self.score(scorecard, *entity, &derived))
                .collect::<Vec<_>>()
        });
        scores.collect()
    }

    /// How an entity does; `None` where the scorecard is not for it.
    fn score(
        self,
        scorecard: &Scorecard,
        entity: EntityId,
        derived: &Derived<'_>,
    ) -> Option<Score> {
        let holds = |condition: &Condition| self.ask(condition, entity, derived).holds;
        if !scorecard
            .filter
            .as_ref()
            .is_none_or(|it| answers(it, holds))
        {
            return None;
        }
        let rules = scorecard.rules.iter();
        let met: Vec<bool> = rules
            .map(|rule| rule.query.as_ref().is_some_and(|it| answers(it, holds)))
            .collect();
        let levels = scorecard.level_names();
        let failed = scorecard.rules.iter().zip(&met).filter(|(_, met)| !**met);
        let barred = failed.filter_map(|(rule, _)| {
            let level = rule.level.as_ref()?.value.as_str();
            levels.iter().position(|name| *name == level)
        });
        // The first level that a failed rule bars is out of reach, and with it all above.
        let level = barred.min().unwrap_or(levels.len()).saturating_sub(1);
        Some(Score { entity, level, met })
    }

    /// What a condition sees of an entity.
    pub fn ask(self, condition: &Condition, entity: EntityId, derived: &Derived<'_>) -> Asked {
        let name = condition.name.value.as_str();
        let value = match name.strip_prefix('$') {
            _ if condition.is_relation => derived.read(entity, &format!("relations.{name}")),
            Some(meta) => derived.read(entity, meta),
            None => derived.read(entity, &format!("properties.{name}")),
        };
        Asked {
            holds: hold::holds(condition, value.as_ref(), self.now),
            value,
        }
    }
}

/// The first of some scorecards whose rules speak of the present moment.
pub fn reads_now<'c>(scorecards: impl IntoIterator<Item = &'c Scorecard>) -> Option<&'c Scorecard> {
    scorecards.into_iter().find(|scorecard| {
        let mut conditions = scorecard.queries().flat_map(|query| &query.conditions);
        conditions.any(|condition| condition.value.as_ref().and_then(Preset::of).is_some())
    })
}

/// Whether a query is answered with yes, where `holds` says it of its conditions.
fn answers(query: &Query, holds: impl Fn(&Condition) -> bool) -> bool {
    match query.combinator {
        Some(Combinator::And) => query.conditions.iter().all(holds),
        Some(Combinator::Or) => query.conditions.iter().any(holds),
        None => false,
    }
}

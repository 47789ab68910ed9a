//! The definitions of derived properties, made ready: what each reads, of which entities, and
//! which other definitions it needs.
//!
//! In: the blueprints. Knows no entities, so one scheme serves all of them. A definition that
//! cannot be computed is kept as [`Rule::Nothing`]: its name is known, its values are absent.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use crate::derive::aggregate::Func;
use crate::derive::cycle;
use crate::derive::formula::Piece;
use crate::derive::query::Query;
use crate::derive::query::Related;
use crate::derive::read::Reader;
use crate::derive::road::Roads;
use crate::derive::route::Route;
use crate::derive::route::Ways;
use crate::expression::Expression;
use crate::finding::Finding;
use crate::model::BlueprintId;
use crate::model::Catalog;
use crate::model::blueprint::{Aggregation, Calculation, Formula, Mirror};
use crate::text::{Located, Span, Text};

/// The number of a definition; those of a blueprint follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct DefinitionId(pub(super) u32);

/// A derived property of a blueprint.
pub(super) struct Definition<'c> {
    /// Whose property it is.
    pub(super) blueprint: BlueprintId,
    /// Its name.
    pub(super) name: &'c Located<Text>,
    /// Where it is written what it is computed from: the expression, the path, the target.
    pub(super) place: Span,
    /// The way to the entities that it is computed from.
    pub(super) route: Route,
    /// The parts that are read of each of them: `properties.cost`, `relations.owner`, `title`.
    pub(super) parts: Vec<Text>,
    /// The definitions among these parts; none where they would need this one in turn.
    pub(super) needs: Vec<DefinitionId>,
    /// How the value is made.
    pub(super) rule: Rule<'c>,
}

impl Definition<'_> {
    /// The rules by which what is read counts only if it is related to something.
    pub(super) fn related(&self) -> Vec<&Related> {
        let mut all = Vec::new();
        if let Rule::Aggregation {
            query: Some(query), ..
        } = &self.rule
        {
            query.related(&mut all);
        }
        all
    }

    /// The way to what is read, and the ways from there that its rules ask about.
    fn routes(&self) -> impl Iterator<Item = &Route> {
        let related = self.related().into_iter();
        std::iter::once(&self.route).chain(related.flat_map(Related::routes))
    }
}

/// How a derived value is made from what was read.
pub(super) enum Rule<'c> {
    /// Not at all: the definition is wrong, asks for what we do not have, or needs itself.
    Nothing,
    /// The part, as it is.
    Mirror {
        /// Which.
        part: Text,
        /// Whether a relation on the way is to many, so that the value is a list.
        many: bool,
        /// As it is written.
        source: &'c Mirror,
    },
    /// By jq.
    Calculation {
        /// The expression over the entity.
        expression: Expression,
        /// As it is written, and what its result must be.
        source: &'c Calculation,
    },
    /// By writing parts into a text.
    Formula {
        /// The text.
        pieces: Vec<Piece>,
        /// As it is written.
        source: &'c Formula,
    },
    /// By counting or adding up.
    Aggregation {
        /// How.
        func: Func,
        /// What is added up; absent when entities are counted.
        part: Option<Text>,
        /// Which entities count.
        query: Option<Query>,
        /// As it is written.
        source: &'c Aggregation,
    },
}

/// All definitions of a catalog.
pub(super) struct Scheme<'c> {
    definitions: Vec<Definition<'c>>,
    /// Where the definitions of each blueprint begin; one longer than the blueprints.
    starts: Vec<u32>,
    names: FxHashMap<(BlueprintId, &'c str), DefinitionId>,
    /// By blueprint: the definitions whose route leads over its entities.
    touching: Vec<Vec<DefinitionId>>,
    /// Definitions that need themselves, one list for each knot of them, in the order of needing.
    circles: Vec<Vec<DefinitionId>>,
    /// What is wrong with single definitions.
    findings: Vec<Finding>,
}

impl<'c> Scheme<'c> {
    /// The definitions of these blueprints.
    pub(super) fn of(catalog: &'c Catalog) -> Self {
        let roads = Roads::of(catalog);
        let mut definitions = Vec::new();
        let mut starts = vec![0];
        let mut findings = Vec::new();
        for (here, blueprint) in catalog.kinds() {
            let mut reader = Reader {
                catalog,
                roads: &roads,
                here,
                blueprint,
                findings: Vec::new(),
            };
            reader.read(&mut definitions);
            findings.append(&mut reader.findings);
            starts.push(u32::try_from(definitions.len()).unwrap_or(u32::MAX));
        }
        let mut scheme = Self {
            definitions,
            starts,
            names: FxHashMap::default(),
            touching: vec![Vec::new(); catalog.blueprints.len()],
            circles: Vec::new(),
            findings,
        };
        scheme.link(catalog);
        scheme
    }

    /// The definition of a number.
    pub(super) fn get(&self, id: DefinitionId) -> Option<&Definition<'c>> {
        self.definitions.get(id.0 as usize)
    }

    /// The definition of a name.
    pub(super) fn find(&self, blueprint: BlueprintId, name: &str) -> Option<DefinitionId> {
        self.names.get(&(blueprint, name)).copied()
    }

    /// The definitions of a blueprint.
    pub(super) fn of_blueprint(
        &self,
        blueprint: BlueprintId,
    ) -> impl Iterator<Item = DefinitionId> + use<> {
        let at = |n: usize| self.starts.get(n).copied().unwrap_or_default();
        let n = blueprint.0 as usize;
        (at(n)..at(n + 1)).map(DefinitionId)
    }

    /// The definitions whose values may come from entities of a blueprint, or over them.
    pub(super) fn touching(&self, blueprint: BlueprintId) -> &[DefinitionId] {
        self.touching
            .get(blueprint.0 as usize)
            .map_or(&[], Vec::as_slice)
    }

    /// Definitions that need themselves: of each knot the shortest circle through its first.
    pub(super) fn circles(&self) -> &[Vec<DefinitionId>] {
        &self.circles
    }

    /// The first definition that counts from the moment at which it is asked.
    pub(super) fn reading_now(&self) -> Option<&Definition<'c>> {
        self.definitions.iter().find(|it| match &it.rule {
            Rule::Aggregation { query, .. } => query.as_ref().is_some_and(Query::reads_now),
            _ => false,
        })
    }

    /// What is wrong with single definitions.
    pub(super) fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The circles that are told: where two values have one name, that was said, and a circle
    /// over this name may come of it.
    fn told(&self, catalog: &Catalog, needs: &[Vec<DefinitionId>]) -> Vec<Vec<DefinitionId>> {
        let is_clear = |id: &DefinitionId| {
            let definition = self.get(*id);
            definition.is_some_and(|it| !is_ambiguous(catalog, it.blueprint, it.name))
        };
        let needs: Vec<Vec<DefinitionId>> = needs
            .iter()
            .map(|needs| needs.iter().copied().filter(is_clear).collect())
            .collect();
        let knots = cycle::knots(&needs);
        let circle = |knot: &Vec<DefinitionId>| cycle::shortest(knot, &needs);
        knots.iter().map(circle).collect()
    }

    /// Finds out what needs what, and takes out what needs itself.
    fn link(&mut self, catalog: &Catalog) {
        for (n, definition) in (0..).zip(&self.definitions) {
            let key = (definition.blueprint, definition.name.value.as_str());
            self.names.entry(key).or_insert(DefinitionId(n));
        }
        let needs: Vec<Vec<DefinitionId>> = self
            .definitions
            .iter()
            .map(|definition| {
                let names = definition
                    .parts
                    .iter()
                    .filter_map(|part| part.strip_prefix("properties."));
                let mut needs: Vec<DefinitionId> = names
                    .filter_map(|name| self.find(definition.route.there, name))
                    .collect();
                needs.sort_unstable();
                needs.dedup();
                needs
            })
            .collect();
        let knots = cycle::knots(&needs);
        self.circles = self.told(catalog, &needs);
        for (definition, needs) in self.definitions.iter_mut().zip(needs) {
            definition.needs = needs;
        }
        for id in knots.into_iter().flatten() {
            if let Some(definition) = self.definitions.get_mut(id.0 as usize) {
                definition.needs.clear();
                definition.rule = Rule::Nothing;
            }
        }
        for (n, definition) in (0..).zip(&self.definitions) {
            let over: BTreeSet<BlueprintId> = definition.routes().flat_map(over).collect();
            for blueprint in over {
                if let Some(touching) = self.touching.get_mut(blueprint.0 as usize) {
                    touching.push(DefinitionId(n));
                }
            }
        }
    }
}

/// Whether more than one value of a blueprint has a name.
fn is_ambiguous(catalog: &Catalog, blueprint: BlueprintId, name: &Located<Text>) -> bool {
    catalog.blueprint(blueprint).is_some_and(|blueprint| {
        let own = blueprint.properties.iter().map(|property| &property.name);
        let same = own.chain(blueprint.derived());
        same.filter(|other| other.value == name.value).count() > 1
    })
}

/// The blueprints that a route begins at, leads over or ends at.
fn over(route: &Route) -> BTreeSet<BlueprintId> {
    let (Ways::Path(steps) | Ways::Web(steps)) = &route.ways;
    let on_the_way = steps.iter().map(|step| step.blueprint);
    on_the_way.chain([route.here, route.there]).collect()
}

/// The first computed property, as `Team.late`, that counts from the moment at which it is asked.
pub fn reads_now(catalog: &Catalog) -> Option<String> {
    let scheme = Scheme::of(catalog);
    let definition = scheme.reading_now()?;
    let blueprint = catalog.blueprint(definition.blueprint)?;
    Some(format!(
        "{}.{}",
        blueprint.identifier.value, definition.name.value
    ))
}

//! The definitions of derived properties, made ready: what each reads, of which entities, and
//! which other definitions it needs.
//!
//! In: the blueprints. Knows no entities, so one scheme serves all of them. A definition that
//! cannot be computed is kept as [`Rule::Nothing`]: its name is known, its values are absent.

use rustc_hash::FxHashMap;

use crate::derive::aggregate::Func;
use crate::derive::cycle;
use crate::derive::query::Query;
use crate::derive::road::Roads;
use crate::derive::route::Direction;
use crate::derive::route::Route;
use crate::derive::route::Ways;
use crate::expression::Expression;
use crate::expression::Read;
use crate::expression::Segment;
use crate::model::Blueprint;
use crate::model::BlueprintId;
use crate::model::Catalog;
use crate::model::blueprint::Aggregation;
use crate::model::blueprint::Calculation;
use crate::model::blueprint::Mirror;
use crate::syntax::Node;
use crate::text::{Located, Text};

/// The number of a definition; those of a blueprint follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct DefinitionId(pub(super) u32);

/// A derived property of a blueprint.
pub(super) struct Definition<'c> {
    /// Whose property it is.
    pub(super) blueprint: BlueprintId,
    /// Its name.
    pub(super) name: &'c Located<Text>,
    /// The way to the entities that it is computed from.
    pub(super) route: Route,
    /// The parts that are read of each of them: `properties.cost`, `relations.owner`, `title`.
    pub(super) parts: Vec<Text>,
    /// The definitions among these parts; none where they would need this one in turn.
    pub(super) needs: Vec<DefinitionId>,
    /// How the value is made.
    pub(super) rule: Rule<'c>,
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
    },
    /// By jq.
    Calculation {
        /// The expression over the entity.
        expression: Expression,
        /// What its result must be.
        type_word: &'c str,
    },
    /// By counting or adding up.
    Aggregation {
        /// How.
        func: Func,
        /// What is added up; absent when entities are counted.
        part: Option<Text>,
        /// Which entities count.
        query: Option<Query>,
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
}

impl<'c> Scheme<'c> {
    /// The definitions of these blueprints.
    pub(super) fn of(catalog: &'c Catalog) -> Self {
        let roads = Roads::of(catalog);
        let mut definitions = Vec::new();
        let mut starts = vec![0];
        for (n, blueprint) in (0..).zip(&catalog.blueprints) {
            let reader = Reader {
                catalog,
                roads: &roads,
                here: BlueprintId(n),
                blueprint,
            };
            definitions.extend(blueprint.mirrors.iter().map(|it| reader.mirror(it)));
            definitions.extend(
                blueprint
                    .calculations
                    .iter()
                    .map(|it| reader.calculation(it)),
            );
            definitions.extend(
                blueprint
                    .aggregations
                    .iter()
                    .map(|it| reader.aggregation(it)),
            );
            starts.push(u32::try_from(definitions.len()).unwrap_or(u32::MAX));
        }
        let mut scheme = Self {
            definitions,
            starts,
            names: FxHashMap::default(),
            touching: vec![Vec::new(); catalog.blueprints.len()],
            circles: Vec::new(),
        };
        scheme.link();
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

    /// Finds out what needs what, and takes out what needs itself.
    fn link(&mut self) {
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
        self.circles = knots
            .iter()
            .map(|knot| cycle::shortest(knot, &needs))
            .collect();
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
            for blueprint in over(&definition.route) {
                if let Some(touching) = self.touching.get_mut(blueprint.0 as usize) {
                    touching.push(DefinitionId(n));
                }
            }
        }
    }
}

/// The blueprints that a route begins at, leads over or ends at.
fn over(route: &Route) -> std::collections::BTreeSet<BlueprintId> {
    let (Ways::Path(steps) | Ways::Web(steps)) = &route.ways;
    let on_the_way = steps.iter().map(|step| step.blueprint);
    on_the_way.chain([route.here, route.there]).collect()
}

/// The path of what a name stands for in mirrors and queries.
fn part_of(blueprint: &Blueprint, name: &str) -> Option<Text> {
    if let Some(meta) = name.strip_prefix('$') {
        // Who created something and when is in git and in no file.
        return ["blueprint", "icon", "identifier", "team", "title"]
            .contains(&meta)
            .then(|| Text::from(meta));
    }
    let is_there = blueprint.property(name).is_some()
        || blueprint.derived().any(|derived| derived.value == name);
    is_there.then(|| Text::from(format!("properties.{name}")))
}

/// Reads the definitions of one blueprint.
struct Reader<'c, 'r> {
    catalog: &'c Catalog,
    roads: &'r Roads,
    here: BlueprintId,
    blueprint: &'c Blueprint,
}

impl<'c> Reader<'c, '_> {
    fn definition(
        &self,
        name: &'c Located<Text>,
        read: Option<(Route, Vec<Text>, Rule<'c>)>,
    ) -> Definition<'c> {
        let (route, parts, rule) =
            read.unwrap_or_else(|| (Route::itself(self.here), Vec::new(), Rule::Nothing));
        Definition {
            blueprint: self.here,
            name,
            route,
            parts,
            needs: Vec::new(),
            rule,
        }
    }

    fn mirror(&self, mirror: &'c Mirror) -> Definition<'c> {
        let read = || {
            let (relations, last) = match mirror.path.value.rsplit_once('.') {
                Some((relations, last)) => (relations.split('.').collect(), last),
                None => (Vec::new(), mirror.path.value.as_str()),
            };
            let (steps, there) = self.roads.path(self.catalog, self.here, relations)?;
            let part = part_of(self.catalog.blueprint(there)?, last)?;
            let many = steps.iter().any(|step| {
                let relations = self.catalog.blueprint(step.blueprint).map(|b| &b.relations);
                relations
                    .and_then(|relations| relations.get(usize::from(step.relation)))
                    .is_some_and(|relation| relation.many)
            });
            let route = Route {
                here: self.here,
                there,
                ways: Ways::Path(steps),
                direction: Direction::Forward,
            };
            Some((route, vec![part.clone()], Rule::Mirror { part, many }))
        };
        self.definition(&mirror.name, read())
    }

    fn calculation(&self, calculation: &'c Calculation) -> Definition<'c> {
        let expression = Expression::parse(&calculation.expression.value).ok();
        let read = expression.map(|expression| {
            let mut parts: Vec<Text> = expression
                .reads()
                .iter()
                .flat_map(|read| self.parts_read(read, &calculation.name.value))
                .collect();
            parts.sort_unstable();
            parts.dedup();
            let rule = Rule::Calculation {
                expression,
                type_word: calculation.type_word.value.as_str(),
            };
            (Route::itself(self.here), parts, rule)
        });
        self.definition(&calculation.name, read)
    }

    /// The parts that an expression reads by one path. What reads all properties reads all
    /// derived ones but itself.
    fn parts_read(&self, read: &Read, itself: &str) -> Vec<Text> {
        let key = |n: usize| match read.path.get(n).map(|step| &step.segment) {
            Some(Segment::Key(key)) => Some(key.as_str()),
            _ => None,
        };
        let properties = || {
            let own = self.blueprint.properties.iter().map(|it| &it.name);
            own.chain(self.blueprint.derived())
                .filter(|name| name.value != itself)
                .map(|name| Text::from(format!("properties.{}", name.value)))
        };
        let relations = || {
            let all = self.blueprint.relations.iter();
            all.map(|it| Text::from(format!("relations.{}", it.name.value)))
        };
        match (key(0), key(1)) {
            (Some(group @ ("properties" | "relations")), Some(name)) => {
                vec![Text::from(format!("{group}.{name}"))]
            }
            (Some("properties"), None) => properties().collect(),
            (Some("relations"), None) => relations().collect(),
            (Some(meta), _) => vec![Text::from(meta)],
            (None, _) => ["blueprint", "icon", "identifier", "team", "title"]
                .into_iter()
                .map(Text::from)
                .chain(properties())
                .chain(relations())
                .collect(),
        }
    }

    fn aggregation(&self, aggregation: &'c Aggregation) -> Definition<'c> {
        let read = || {
            let (there, target) = self.catalog.find_blueprint(&aggregation.target.value)?;
            let known = |name: &str| part_of(target, name);
            let spec = aggregation.definition.get("calculationSpec")?;
            // An average over time needs a clock, and history.
            let over_time = spec.get("averageOf").and_then(Node::as_str);
            if over_time.is_some_and(|unit| unit != "total") {
                return None;
            }
            let by = spec.get("calculationBy").and_then(Node::as_str)?;
            let func = Func::named(&aggregation.func.value)?;
            let part = match (by, func, &aggregation.property) {
                ("entities", Func::Count, None) => None,
                ("property", Func::Count, _) | ("entities", ..) => return None,
                ("property", _, Some(property)) => Some(known(&property.value)?),
                _ => return None,
            };
            let query = match given(&aggregation.definition, "query") {
                Some(node) => Some(Query::read(node, &known)?),
                None => None,
            };
            let mut parts: Vec<Text> = part.iter().cloned().collect();
            if let Some(query) = &query {
                query.parts(&mut parts);
            }
            parts.sort_unstable();
            parts.dedup();
            let route = match given(&aggregation.definition, "pathFilter") {
                Some(filter) => self.filtered(filter, there)?,
                None => self.related(there),
            };
            Some((route, parts, Rule::Aggregation { func, part, query }))
        };
        self.definition(&aggregation.name, read())
    }

    /// All that is related: what leads here or, where nothing could, what this leads to.
    fn related(&self, there: BlueprintId) -> Route {
        let leading_here = self.roads.all(there, self.here);
        let (steps, direction) = if leading_here.is_empty() {
            (self.roads.all(self.here, there), Direction::Forward)
        } else {
            (leading_here, Direction::Backward)
        };
        Route {
            here: self.here,
            there,
            ways: Ways::Web(steps),
            direction,
        }
    }

    /// What exactly one written path relates. It begins at the target, or here where
    /// `fromBlueprint` says so.
    fn filtered(&self, filter: &Node, there: BlueprintId) -> Option<Route> {
        let [filter] = filter.as_sequence()? else {
            return None;
        };
        let relations = filter
            .get("path")?
            .as_sequence()?
            .iter()
            .map(Node::as_str)
            .collect::<Option<Vec<&str>>>()?;
        let target = self.catalog.blueprint(there)?.identifier.value.as_str();
        let (from, to, direction) = match given(filter, "fromBlueprint").map(Node::as_str) {
            Some(Some(from)) if from == self.blueprint.identifier.value => {
                (self.here, there, Direction::Forward)
            }
            Some(from) if from != Some(target) => return None,
            _ => (there, self.here, Direction::Backward),
        };
        let (steps, end) = self.roads.path(self.catalog, from, relations)?;
        (end == to && !steps.is_empty()).then_some(Route {
            here: self.here,
            there,
            ways: Ways::Path(steps),
            direction,
        })
    }
}

/// The value of a key that stands there and is not null.
fn given<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    node.get(key).filter(|node| !node.is_null())
}

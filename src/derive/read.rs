//! One definition read: what it reads, over which relations, and how its value is made.
//!
//! In: a blueprint and what leads where. What cannot be computed becomes [`Rule::Nothing`]; which
//! of the definitions are needed is for `scheme` to find out.

use crate::derive::aggregate::Func;
use crate::derive::query::Query;
use crate::derive::road::Roads;
use crate::derive::route::Direction;
use crate::derive::route::Route;
use crate::derive::route::Ways;
use crate::derive::scheme::Definition;
use crate::derive::scheme::Rule;
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

/// Reads the definitions of one blueprint.
pub(super) struct Reader<'c, 'r> {
    /// All blueprints.
    pub(super) catalog: &'c Catalog,
    /// What leads where.
    pub(super) roads: &'r Roads,
    /// The number of the blueprint.
    pub(super) here: BlueprintId,
    /// The blueprint.
    pub(super) blueprint: &'c Blueprint,
}

impl<'c> Reader<'c, '_> {
    /// Adds all definitions: mirrors, calculations, aggregations, each in the order of the file.
    pub(super) fn read(&self, definitions: &mut Vec<Definition<'c>>) {
        let Blueprint {
            mirrors,
            calculations,
            aggregations,
            ..
        } = self.blueprint;
        definitions.extend(mirrors.iter().map(|it| self.mirror(it)));
        definitions.extend(calculations.iter().map(|it| self.calculation(it)));
        definitions.extend(aggregations.iter().map(|it| self.aggregation(it)));
    }

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

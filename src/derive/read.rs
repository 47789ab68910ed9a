//! One definition read: what it reads, over which relations, and how its value is made.
//!
//! In: a blueprint and what leads where. What cannot be computed becomes [`Rule::Nothing`]; which
//! of the definitions are needed is for `scheme` to find out. Aggregations have a file of their
//! own; what is wrong with mirrors and calculations is for `check` to say.

use crate::derive::formula;
use crate::derive::part::Parts;
use crate::derive::road::Roads;
use crate::derive::route::Direction;
use crate::derive::route::Route;
use crate::derive::route::Ways;
use crate::derive::scheme::Definition;
use crate::derive::scheme::Rule;
use crate::expression::Expression;
use crate::expression::Read;
use crate::expression::Segment;
use crate::finding::Finding;
use crate::model::Blueprint;
use crate::model::BlueprintId;
use crate::model::Catalog;
use crate::model::blueprint::Calculation;
use crate::model::blueprint::Formula;
use crate::model::blueprint::Mirror;
use crate::text::{Located, Span, Text};

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
    /// What is wrong with aggregations.
    pub(super) findings: Vec<Finding>,
}

impl<'c> Reader<'c, '_> {
    /// Adds all definitions: mirrors, calculations, formulas, aggregations, each in the order of
    /// the file.
    pub(super) fn read(&mut self, definitions: &mut Vec<Definition<'c>>) {
        let Blueprint {
            mirrors,
            calculations,
            formulas,
            aggregations,
            ..
        } = self.blueprint;
        definitions.extend(mirrors.iter().map(|it| self.mirror(it)));
        definitions.extend(calculations.iter().map(|it| self.calculation(it)));
        definitions.extend(formulas.iter().map(|it| self.formula(it)));
        definitions.extend(aggregations.iter().map(|it| self.aggregation(it)));
    }

    /// A definition that is computed as was read; of what could not be read nothing is computed.
    pub(super) fn definition(
        &self,
        name: &'c Located<Text>,
        place: Span,
        read: Option<(Route, Vec<Text>, Rule<'c>)>,
    ) -> Definition<'c> {
        let (route, parts, rule) =
            read.unwrap_or_else(|| (Route::itself(self.here), Vec::new(), Rule::Nothing));
        Definition {
            blueprint: self.here,
            name,
            place,
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
            let part = Parts(self.catalog.blueprint(there)?).get(last)?;
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
            let rule = Rule::Mirror {
                part: part.clone(),
                many,
                source: mirror,
            };
            Some((route, vec![part], rule))
        };
        self.definition(&mirror.name, mirror.path.span, read())
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
                source: calculation,
            };
            (Route::itself(self.here), parts, rule)
        });
        self.definition(&calculation.name, calculation.expression.span, read)
    }

    fn formula(&self, formula: &'c Formula) -> Definition<'c> {
        let read = || {
            let pieces = formula::pieces(&formula.text.value, Parts(self.blueprint))?;
            let parts = formula::parts(&pieces);
            let rule = Rule::Formula {
                pieces,
                source: formula,
            };
            Some((Route::itself(self.here), parts, rule))
        };
        self.definition(&formula.name, formula.text.span, read())
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
}

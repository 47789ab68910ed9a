//! One aggregation read: which entities it looks at, which of them count, what is made of them.
//!
//! In: the definition, and what leads where. Out: the definition ready to be computed, or findings
//! about what it asks for and does not get. That its blueprint, function and property exist is
//! said by `check`.

use crate::derive::aggregate::Func;
use crate::derive::part::Parts;
use crate::derive::query;
use crate::derive::read::Reader;
use crate::derive::route::{Direction, Route, Ways};
use crate::derive::scheme::{Definition, Rule};
use crate::finding::Finding;
use crate::finding::Part;
use crate::finding::codes::{E0202, E0203, E0209, E0212, E0215};
use crate::model::Blueprint;
use crate::model::BlueprintId;
use crate::model::blueprint::Aggregation;
use crate::syntax::Node;
use crate::text::Advice;
use crate::text::{Located, Span, Text, choose};

/// What is made of the entities: how, and of which part.
type Made = (Func, Option<Text>);

impl<'c> Reader<'c, '_> {
    /// Reads one aggregation; all of it, so that all that is wrong is said.
    pub(super) fn aggregation(&mut self, aggregation: &'c Aggregation) -> Definition<'c> {
        let found = self.catalog.find_blueprint(&aggregation.target.value);
        let read = found.and_then(|(there, target)| {
            let made = self.made(aggregation, target);
            let scope = query::Scope {
                catalog: self.catalog,
                roads: self.roads,
                kind: there,
                parts: Parts(target),
            };
            let query = aggregation.query.as_ref();
            let query = query.map(|node| query::query(node, scope, &mut self.findings));
            let route = match &aggregation.path_filter {
                Some(filter) => self.filtered(filter, there, target),
                None => Some(self.related(aggregation, there, target)),
            };
            let query = match query {
                Some(None) => return None,
                Some(Some(query)) => Some(query),
                None => None,
            };
            let (func, part) = made?;
            let mut parts: Vec<Text> = part.iter().cloned().collect();
            if let Some(query) = &query {
                query.parts(&mut parts);
            }
            parts.sort_unstable();
            parts.dedup();
            let rule = Rule::Aggregation {
                func,
                part,
                query,
                source: aggregation,
            };
            Some((route?, parts, rule))
        });
        let place = aggregation.property.as_ref().unwrap_or(&aggregation.target);
        self.definition(&aggregation.name, place.span, read)
    }

    /// What the `calculationSpec` asks for.
    fn made(&mut self, aggregation: &Aggregation, target: &Blueprint) -> Option<Made> {
        let func = Func::named(&aggregation.func.value)?;
        let by = aggregation.by.as_ref()?;
        self.over_all(aggregation)?;
        let is_counted = by.value == "entities";
        match (is_counted, func, &aggregation.property) {
            (true, Func::Count, None) => Some((func, None)),
            (true, _, Some(property)) => {
                self.wrong(
                    property.span,
                    "what counts entities has no `property`",
                    "says nothing here",
                    "delete it, or write `calculationBy: property`",
                );
                None
            }
            (true, Func::Average, None) => {
                self.findings.push(over_time(aggregation.func.span, "time"));
                None
            }
            (true, _, None) => {
                let message = format!(
                    "entities have no `{}`, only a count",
                    aggregation.func.value
                );
                let help = "write `func: count`, or `calculationBy: property` and the property";
                self.wrong(aggregation.func.span, message, "not of entities", help);
                None
            }
            (false, Func::Count, _) => {
                let help = "write `calculationBy: entities`, and a `query` for those that have it";
                let message = "values of a property are not counted, entities are";
                self.wrong(by.span, message, "does not count", help);
                None
            }
            (false, _, None) => {
                self.findings.push(
                    Finding::new(&E0202, by.span, "`calculationSpec` needs `property`")
                        .misses(Part::Key, "property")
                        .label("of which property is not said")
                        .help("add `property`, or count with `calculationBy: entities`"),
                );
                None
            }
            (false, _, Some(property)) => Some((func, Some(self.number(property, target)?))),
        }
    }

    /// Whether an average is of all there is; by an hour or a month it cannot be known.
    fn over_all(&mut self, aggregation: &Aggregation) -> Option<()> {
        const UNITS: &[&str] = &["hour", "day", "week", "month", "total"];
        let Some(unit) = &aggregation.average_of else {
            return Some(());
        };
        if unit.value == "total" {
            return Some(());
        }
        if UNITS.contains(&unit.value.as_str()) {
            self.findings.push(over_time(unit.span, &unit.value));
        } else {
            let message = format!("`{}` is no unit of time", unit.value);
            self.wrong(unit.span, message, "not known", choose(&unit.value, UNITS));
        }
        None
    }

    /// The part of a property that can be added up. That it exists is said by `check`.
    fn number(&mut self, name: &Located<Text>, target: &Blueprint) -> Option<Text> {
        let part = Parts(target).get(&name.value)?;
        let Some(property) = target.property(&name.value) else {
            return Some(part);
        };
        if matches!(property.type_word(), None | Some("number" | "integer")) {
            return Some(part);
        }
        let kind = &target.identifier.value;
        let message = format!("`{}` of {kind} is no number", name.value);
        self.findings.push(
            Finding::new(&E0209, name.span, message)
                .label("cannot be added up")
                .related(property.name.span, "defined here")
                .help("name a property of type `number` or `integer`"),
        );
        None
    }

    /// All that is related: what leads here or, where nothing could, what this leads to.
    fn related(
        &mut self,
        aggregation: &Aggregation,
        there: BlueprintId,
        target: &Blueprint,
    ) -> Route {
        let leading_here = self.roads.all(there, self.here);
        let (steps, direction) = if leading_here.is_empty() {
            (self.roads.all(self.here, there), Direction::Forward)
        } else {
            (leading_here, Direction::Backward)
        };
        // What is wrong with a blueprint or a relation may be what takes the way away.
        let all_lead = |blueprint: &Blueprint| {
            let mut relations = blueprint.relations.iter();
            !blueprint.broken
                && relations.all(|it| self.catalog.find_blueprint(&it.target.value).is_some())
        };
        if steps.is_empty() && self.catalog.blueprints.iter().all(all_lead) {
            let message = format!(
                "no relation leads from {} to {}, or back",
                target.identifier.value, self.blueprint.identifier.value
            );
            let help = "add a relation between the two, or name another blueprint";
            self.wrong(aggregation.target.span, message, "not related", help);
        }
        Route {
            here: self.here,
            there,
            ways: Ways::Web(steps),
            direction,
        }
    }

    /// What exactly one written path relates. It begins at the target, or here where
    /// `fromBlueprint` says so.
    fn filtered(&mut self, filter: &Node, there: BlueprintId, target: &Blueprint) -> Option<Route> {
        let filters = filter.as_sequence();
        let Some([filter]) = filters else {
            let finding = match filters {
                Some(_) => Finding::new(&E0209, filter.span, "`pathFilter` has exactly one path")
                    .label("not one")
                    .help("write one, as `[{path: [system]}]`"),
                None => list(filter, "`pathFilter` must be a list of one path"),
            };
            self.findings.push(finding);
            return None;
        };
        let Some(path) = filter.get("path").and_then(Node::as_sequence) else {
            let finding = match filter.get("path") {
                Some(path) => list(path, "`path` must be a list of relations"),
                None => Finding::new(&E0202, filter.span, "a path filter needs `path`")
                    .misses(Part::Key, "path")
                    .label("`path` is missing")
                    .help("add `path`, a list of relations"),
            };
            self.findings.push(finding);
            return None;
        };
        let here_name = self.blueprint.identifier.value.as_str();
        let target_name = target.identifier.value.as_str();
        let from = filter.get("fromBlueprint").filter(|from| !from.is_null());
        let (from, to, direction) = match from.map(|from| (from, from.as_str())) {
            Some((_, Some(from))) if from == here_name => (self.here, there, Direction::Forward),
            Some((node, from)) if from != Some(target_name) => {
                let message = "a path begins at the target or at this blueprint";
                let names = [target_name, here_name];
                let help = choose(from.unwrap_or_default(), &names);
                self.wrong(node.span, message, "neither of them", help);
                return None;
            }
            _ => (there, self.here, Direction::Backward),
        };
        let relations = self.relations(path, from)?;
        let (steps, end) = self.roads.path(self.catalog, from, relations)?;
        if end != to || steps.is_empty() {
            let name = |id| {
                let blueprint = self.catalog.blueprint(id);
                blueprint.map_or("", |it| it.identifier.value.as_str())
            };
            let message = format!("this path leads from {} to {}", name(from), name(end));
            let help = format!("write relations that lead to {}", name(to));
            let span = path.last().map_or(filter.span, |last| last.span);
            self.wrong(span, message, "ends elsewhere", help);
            return None;
        }
        Some(Route {
            here: self.here,
            there,
            ways: Ways::Path(steps),
            direction,
        })
    }

    /// The names of a path's relations; the first that does not exist is a finding.
    fn relations<'n>(&mut self, path: &'n [Node], from: BlueprintId) -> Option<Vec<&'n str>> {
        let mut here = self.catalog.blueprint(from)?;
        let mut names = Vec::new();
        for node in path {
            let name = node.as_str().unwrap_or_default();
            let Some((_, relation)) = here.relation(name) else {
                if here.broken {
                    return None;
                }
                let known: Vec<&str> = here
                    .relations
                    .iter()
                    .map(|it| it.name.value.as_str())
                    .collect();
                let kind = &here.identifier.value;
                self.findings.push(
                    Finding::new(
                        &E0212,
                        node.span,
                        format!("{kind} has no relation `{name}`"),
                    )
                    .label("leads nowhere")
                    .help(choose(name, &known)),
                );
                return None;
            };
            names.push(name);
            // That the target is missing is said at the relation.
            (_, here) = self.catalog.find_blueprint(&relation.target.value)?;
        }
        Some(names)
    }

    fn wrong(
        &mut self,
        span: Span,
        message: impl Into<String>,
        label: &str,
        help: impl Into<Advice>,
    ) {
        self.findings
            .push(Finding::new(&E0209, span, message).label(label).help(help));
    }
}

fn list(node: &Node, message: &str) -> Finding {
    Finding::new(
        &E0203,
        node.span,
        format!("{message}, not {}", node.type_words()),
    )
    .label(node.type_words())
    .help("write a list: `[...]`")
}

/// How many there are in an hour needs a clock, and what was there before.
fn over_time(span: Span, unit: &str) -> Finding {
    Finding::new(
        &E0215,
        span,
        format!("an average by {unit} cannot be computed: files have no history"),
    )
    .label("needs a clock")
    .help("use `averageOf: total` for the mean of a property, or `func: count`")
}

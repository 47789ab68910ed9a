//! Goes back from a value to what it was made of, and fills what is printed.
//!
//! In: a compiled catalog and the path of a value. Out: the tree of values, cut where it would be
//! longer than anyone reads.

use crate::compile::Compiled;
use crate::derive::{Derived, Origin, Outcome, Source, Why};
use crate::expression::Problem;
use crate::graph::Edge;
use crate::model::EntityId;
use crate::model::blueprint::{Aggregation, Ownership};
use crate::render::why::{Place, Traced, Why as Page};
use crate::text::Span;
use serde_json::Value as Json;

/// The name by which the owner is asked for.
pub(super) const OWNER: &str = "owner";

/// How a relation that was followed is said.
pub(super) const RELATION: &str = "relation";

/// Entities of an aggregation that are shown.
const SHOWN: usize = 10;
/// How many values of values are followed.
const DEEP: usize = 24;
/// How many values are shown in all.
const MOST: usize = 400;

/// Goes back from values to what they were made of.
pub(super) struct Tracer<'c> {
    compiled: &'c Compiled,
    derived: &'c Derived<'c>,
    left: usize,
}

impl<'c> Tracer<'c> {
    /// A tracer of a catalog's values.
    pub(super) fn new(compiled: &'c Compiled, derived: &'c Derived<'c>) -> Self {
        Self {
            compiled,
            derived,
            left: MOST,
        }
    }

    /// Where a value comes from.
    pub(super) fn why(&mut self, entity: EntityId, path: &str) -> Page {
        let traced = if path == OWNER {
            self.owner(entity)
        } else {
            let source = Source {
                entity,
                path: path.to_owned(),
            };
            self.trace(&source, DEEP)
        };
        Page {
            version: 1,
            next: next(&traced),
            traced,
        }
    }

    fn trace(&mut self, source: &Source, deep: usize) -> Traced {
        self.left = self.left.saturating_sub(1);
        let mut traced = self.blank(source.entity, &source.path);
        let Some(Origin { outcome, why }) = self.derived.why(source) else {
            return traced;
        };
        match outcome {
            Outcome::Value(value) => traced.value = Some(value),
            Outcome::Absent => {}
            Outcome::Lost => {
                let lost = "it depends on a value that could not be computed";
                traced.problem = Some(lost.to_owned());
            }
            Outcome::Failed(problem) => traced.problem = Some(words(&problem)),
        }
        let inputs = self.explain(source.entity, &mut traced, why);
        if deep == 0 {
            traced.left_out = inputs.len();
            return traced;
        }
        for (n, input) in inputs.iter().enumerate() {
            if n == SHOWN || self.left == 0 {
                traced.left_out = inputs.len() - n;
                break;
            }
            let input = self.trace(input, deep - 1);
            traced.inputs.push(input);
        }
        if traced.value.is_none() && traced.problem.is_none() {
            let absent = traced.inputs.iter().find(|it| it.value.is_none());
            traced.problem = absent.map(|it| format!("`{}` of {} is absent", it.name, it.entity));
        }
        traced
    }

    /// Says how a value was made; gives what it was made of.
    fn explain(&self, of: EntityId, traced: &mut Traced, why: Why<'_>) -> Vec<Source> {
        match why {
            Why::Written(span) => {
                traced.kind = if span.is_some() { "written" } else { "absent" };
                traced.how = match span {
                    Some(_) => "written".to_owned(),
                    None => "written nowhere".to_owned(),
                };
                traced.place = span.map(|span| self.place(span));
                Vec::new()
            }
            Why::Mirror {
                source,
                road,
                inputs,
            } => {
                traced.kind = "mirror";
                traced.how = format!("mirror of {}", source.path.value);
                traced.place = Some(self.place(source.path.span));
                let steps = road.iter().map(|edge| self.step(edge));
                traced.inputs = steps.collect();
                if inputs.is_empty() {
                    let missing = self.missing_step(of, &source.path.value, &road);
                    traced.inputs.extend(missing);
                }
                inputs
            }
            Why::Calculation {
                source,
                inputs,
                absent,
            } => {
                traced.kind = "calculation";
                traced.how = source.expression.value.to_string();
                traced.place = Some(self.place(source.expression.span));
                if traced.value.is_none() && traced.problem.is_none() {
                    traced.problem = absent.map(|path| format!("`.{path}` is absent"));
                }
                inputs
            }
            Why::Formula { source, inputs } => {
                traced.kind = "formula";
                traced.how = source.text.value.to_string();
                traced.place = Some(self.place(source.text.span));
                inputs
            }
            Why::Aggregation {
                source,
                looked_at,
                inputs,
            } => {
                traced.kind = "aggregation";
                traced.how = aggregation(source, inputs.len(), looked_at);
                traced.place = Some(self.place(source.func.span));
                inputs
            }
            Why::Circle(names) => {
                traced.kind = "circle";
                traced.how = format!("it needs itself: {}", circle(&names));
                Vec::new()
            }
            Why::Broken(span) => {
                traced.kind = "broken";
                traced.how = String::from("its definition is not right");
                traced.place = Some(self.place(span));
                Vec::new()
            }
        }
    }

    /// The first relation of a mirror's path that is not there.
    fn missing_step(&self, of: EntityId, path: &str, road: &[Edge]) -> Option<Traced> {
        let (relations, _) = path.rsplit_once('.')?;
        let followed: Vec<Traced> = road.iter().map(|edge| self.step(edge)).collect();
        let missing = relations
            .split('.')
            .find(|name| !followed.iter().any(|step| step.name == *name))?;
        let here = road.last().map_or(of, |edge| edge.to);
        Some(Traced {
            how: "written nowhere".to_owned(),
            ..self.blank(here, missing)
        })
    }

    /// A relation that was followed.
    fn step(&self, edge: &Edge) -> Traced {
        let catalog = &self.compiled.catalog;
        let relation = catalog.relation_of(edge.from, edge.relation);
        let name = relation.map_or("", |relation| relation.name.value.as_str());
        let to = catalog.entity(edge.to);
        Traced {
            value: to.map(|to| Json::from(to.identifier.value.as_str())),
            kind: "written",
            how: RELATION.to_owned(),
            place: Some(self.place(edge.span)),
            ..self.blank(edge.from, name)
        }
    }

    /// How the owner is found.
    fn owner(&self, entity: EntityId) -> Traced {
        let catalog = &self.compiled.catalog;
        let owners = self.derived.owner(entity);
        let names: Vec<Json> = owners
            .iter()
            .filter_map(|owner| catalog.entity(*owner))
            .map(|owner| owner.identifier.value.as_str().into())
            .collect();
        let mut traced = self.blank(entity, OWNER);
        traced.kind = "owner";
        traced.value = match names.as_slice() {
            [] => None,
            [one] => Some(one.clone()),
            _ => Some(Json::Array(names)),
        };
        for (n, (of, ownership, road)) in self.derived.owner_road(entity).into_iter().enumerate() {
            let (how, place) = match ownership {
                Ownership::Direct => ("owned by its `team`".to_owned(), None),
                Ownership::Path(path) => (
                    format!("owned by {}", path.value),
                    Some(self.place(path.span)),
                ),
                Ownership::Inherited(path) => (
                    format!("owned as {} is", path.value),
                    Some(self.place(path.span)),
                ),
            };
            if n == 0 {
                (traced.how, traced.place) = (how, place);
            }
            traced
                .inputs
                .extend(road.iter().map(|edge| self.step(edge)));
            if let (Ownership::Direct, Some(entity)) = (ownership, catalog.entity(of)) {
                let teams = entity.team.iter().map(|team| Traced {
                    value: Some(team.value.as_str().into()),
                    kind: "written",
                    how: "written".to_owned(),
                    place: Some(self.place(team.span)),
                    ..self.blank(of, "team")
                });
                traced.inputs.extend(teams);
            }
        }
        if traced.value.is_none() {
            traced.problem = Some("nothing leads to an owner".to_owned());
        }
        traced
    }

    /// A value of which only the name is known.
    fn blank(&self, entity: EntityId, path: &str) -> Traced {
        let catalog = &self.compiled.catalog;
        let entity = catalog.entity(entity);
        let blueprint = entity.and_then(|entity| catalog.blueprint(entity.blueprint));
        let name = path.split_once('.').map_or(path, |(_, name)| name);
        Traced {
            entity: entity.map_or_else(String::new, |it| it.identifier.value.to_string()),
            blueprint: blueprint.map_or_else(String::new, |it| it.identifier.value.to_string()),
            name: name.to_owned(),
            value: None,
            kind: "absent",
            how: String::new(),
            place: None,
            problem: None,
            inputs: Vec::new(),
            left_out: 0,
        }
    }

    fn place(&self, span: Span) -> Place {
        Place::of(&self.compiled.snapshot, span)
    }
}

fn words(problem: &Problem) -> String {
    problem.message.clone()
}

/// `sum of cost of 2 of 3 System`.
fn aggregation(source: &Aggregation, counted: usize, looked_at: usize) -> String {
    let target = &source.target.value;
    let of = match &source.property {
        Some(property) => format!("{} of {}", source.func.value, property.value),
        None => source.func.value.to_string(),
    };
    if source.query.is_some() {
        format!("{of} of {counted} of {looked_at} {target}, by its query")
    } else {
        format!("{of} of {counted} {target}")
    }
}

/// Names of a circle that are shown.
const CIRCLE: usize = 6;

fn circle(names: &[String]) -> String {
    let mut shown: Vec<&str> = names.iter().take(CIRCLE).map(String::as_str).collect();
    if names.len() > CIRCLE {
        shown.push("...");
    }
    shown.extend(names.first().map(String::as_str));
    shown.join(", then ")
}

/// What can be done now: change the first thing that is written, or add the first that is not.
fn next(traced: &Traced) -> String {
    if matches!(traced.kind, "circle" | "broken") {
        return "`catalogc check` shows what is wrong with the definition".to_owned();
    }
    match leaf(traced) {
        Some(leaf) => match (&leaf.place, leaf.value.is_some()) {
            (Some(place), true) => format!(
                "change `{}` of {} at {}:{}:{}",
                leaf.name, leaf.entity, place.file, place.line, place.column
            ),
            _ => format!(
                "write `{}` for {} {}",
                leaf.name, leaf.blueprint, leaf.entity
            ),
        },
        None if traced.kind == "aggregation" => {
            "add or remove one of the entities that count, or change a relation on the way"
                .to_owned()
        }
        None => "`catalogc check` says whether anything is wrong".to_owned(),
    }
}

/// The value at the bottom that is to be written or changed: one that is absent first.
fn leaf(traced: &Traced) -> Option<&Traced> {
    let inputs = || traced.inputs.iter();
    let is_missing = traced.value.is_none();
    let wanted = inputs().find(|input| is_missing && input.value.is_none());
    // A name is not changed to change what is shown of it: the relation to it is.
    let wanted = wanted.or_else(|| {
        inputs()
            .rev()
            .find(|it| it.value.is_some() && it.name != "identifier")
    });
    match wanted {
        Some(input) => leaf(input),
        None if matches!(traced.kind, "written" | "absent") => Some(traced),
        None => None,
    }
}

//! What an expression may read: the values of an entity, of inputs, of calls.

use std::collections::BTreeMap;

use crate::check::Subject;
use crate::check::place::within;
use crate::expression::{Expression, Problem, Shape, unknown_reads};
use crate::finding::Finding;
use crate::finding::codes::{E0212, E0502, E0504, E0505};
use crate::model::{Action, Blueprint, Catalog, Connector};
use crate::syntax::Node;
use crate::text::{Located, Span, Text};

/// The shape of an entity in expressions.
pub fn entity(catalog: &Catalog, blueprint: &Blueprint) -> Shape {
    let mut properties: BTreeMap<String, Shape> = blueprint
        .properties
        .iter()
        .map(|property| (property.name.value.to_string(), schema(&property.schema)))
        .collect();
    properties.extend(blueprint.derived().map(|name| {
        let name = name.value.to_string();
        let shape = derived(catalog, blueprint, &name, DEEP);
        (name, shape)
    }));
    let relations = blueprint.relations.iter().map(|relation| {
        let name = Shape::Scalar("string");
        let shape = if relation.many {
            Shape::Array(Box::new(name))
        } else {
            name
        };
        (relation.name.value.to_string(), shape)
    });
    let text = || Shape::Scalar("string");
    Shape::Object(BTreeMap::from([
        ("identifier".to_owned(), text()),
        ("blueprint".to_owned(), text()),
        ("title".to_owned(), text()),
        ("icon".to_owned(), text()),
        ("team".to_owned(), Shape::Any),
        ("properties".to_owned(), Shape::Object(properties)),
        ("relations".to_owned(), Shape::Object(relations.collect())),
    ]))
}

/// How many mirrors of mirrors are followed to what they show.
const DEEP: usize = 16;

/// The shape of a derived value, as far as its definition says.
fn derived(catalog: &Catalog, blueprint: &Blueprint, name: &str, deep: usize) -> Shape {
    let calculations = &blueprint.calculations;
    if let Some(found) = calculations.iter().find(|it| it.name.value == name) {
        return word(&found.type_word.value);
    }
    if blueprint.formulas.iter().any(|it| it.name.value == name) {
        return Shape::Scalar("string");
    }
    if blueprint
        .aggregations
        .iter()
        .any(|it| it.name.value == name)
    {
        return Shape::Scalar("number");
    }
    let mirror = blueprint.mirrors.iter().find(|it| it.name.value == name);
    let shown = mirror.filter(|_| deep > 0).map(|mirror| {
        let mut here = blueprint;
        let mut is_list = false;
        let (relations, last) = mirror.path.value.rsplit_once('.')?;
        for relation in relations.split('.') {
            let (_, relation) = here.relation(relation)?;
            is_list |= relation.many;
            (_, here) = catalog.find_blueprint(&relation.target.value)?;
        }
        let shape = match (last, here.property(last)) {
            ("$team", _) => Shape::Any,
            (meta, _) if meta.starts_with('$') => Shape::Scalar("string"),
            (_, Some(property)) => schema(&property.schema),
            (name, None) => derived(catalog, here, name, deep - 1),
        };
        Some(if is_list {
            Shape::Array(Box::new(shape))
        } else {
            shape
        })
    });
    shown.flatten().unwrap_or(Shape::Any)
}

/// The shape of a value of a type of which nothing else is known.
fn word(word: &str) -> Shape {
    match word {
        "string" => Shape::Scalar("string"),
        "integer" | "number" => Shape::Scalar("number"),
        "boolean" => Shape::Scalar("boolean"),
        "array" => Shape::Array(Box::new(Shape::Any)),
        _ => Shape::Any,
    }
}

/// The shape of a value that fits a JSON Schema, as far as the schema says.
fn schema(node: &Node) -> Shape {
    match node.get("type").and_then(Node::as_str) {
        Some(plain @ ("string" | "integer" | "number" | "boolean")) => word(plain),
        Some("array") => Shape::Array(Box::new(node.get("items").map_or(Shape::Any, schema))),
        Some("object") => match node.get("properties").and_then(Node::as_mapping) {
            Some(entries) => Shape::Object(
                entries
                    .iter()
                    .map(|entry| (entry.key.value.to_string(), schema(&entry.node)))
                    .collect(),
            ),
            None => Shape::Any,
        },
        _ => Shape::Any,
    }
}

/// What preconditions read: `{entity}`.
pub(super) fn precondition(catalog: &Catalog, blueprint: &Blueprint) -> Shape {
    let entity = entity(catalog, blueprint);
    Shape::Object(BTreeMap::from([("entity".to_owned(), entity)]))
}

/// What conditions and `from` read: `{before, after}`.
pub(super) fn change(catalog: &Catalog, blueprint: &Blueprint) -> Shape {
    Shape::Object(BTreeMap::from([
        ("before".to_owned(), entity(catalog, blueprint)),
        ("after".to_owned(), entity(catalog, blueprint)),
    ]))
}

/// What the templates of a call read.
pub(super) fn call(catalog: &Catalog, action: &Action, blueprint: &Blueprint) -> Shape {
    let inputs = action
        .inputs
        .properties
        .iter()
        .map(|entry| (entry.key.value.to_string(), schema(&entry.node)));
    let calls = action.calls.iter().map(|call| {
        let connector = catalog.find_connector(&call.connector.value);
        let outputs = connector.map_or(Shape::Any, outputs);
        let outputs = Shape::Object(BTreeMap::from([("outputs".to_owned(), outputs)]));
        (call.id.value.to_string(), outputs)
    });
    let words = |names: &[&str]| {
        Shape::Object(
            names
                .iter()
                .map(|name| ((*name).to_owned(), Shape::Scalar("string")))
                .collect(),
        )
    };
    Shape::Object(BTreeMap::from([
        ("entity".to_owned(), entity(catalog, blueprint)),
        ("before".to_owned(), entity(catalog, blueprint)),
        ("after".to_owned(), entity(catalog, blueprint)),
        ("inputs".to_owned(), Shape::Object(inputs.collect())),
        ("actor".to_owned(), words(&["login", "identifier", "title"])),
        ("run".to_owned(), words(&["key"])),
        ("calls".to_owned(), Shape::Object(calls.collect())),
    ]))
}

/// What a connector keeps of its answers.
fn outputs(connector: &Connector) -> Shape {
    let lookup = connector.lookup.iter().flat_map(|it| &it.outputs);
    let poll = connector.poll.iter().flat_map(|it| &it.outputs);
    let all = connector.outputs.iter().chain(lookup).chain(poll);
    Shape::Object(
        all.map(|(name, _)| (name.value.to_string(), Shape::Any))
            .collect(),
    )
}

/// Reads the expression that is written at `source` and checks the paths that it reads.
pub(super) fn expression(
    subject: &Subject<'_>,
    source: &Located<Text>,
    shape: &Shape,
    findings: &mut Vec<Finding>,
) -> Option<Expression> {
    let place = |problem: &Problem| {
        within(
            subject.snapshot,
            source.span,
            &source.value,
            problem.start,
            problem.end,
        )
    };
    match Expression::parse(&source.value) {
        Ok(expression) => {
            for problem in unknown_reads(&expression, shape) {
                findings.push(unknown(&expression, &problem, place(&problem)));
            }
            Some(expression)
        }
        Err(problems) => {
            findings.extend(
                problems
                    .iter()
                    .map(|problem| refused(problem, place(problem))),
            );
            None
        }
    }
}

/// The finding that an expression cannot be read.
pub(super) fn refused(problem: &Problem, span: Span) -> Finding {
    Finding::new(&E0505, span, problem.message.clone())
        .label("refused")
        .maybe_help(problem.help.clone())
}

/// The finding that an expression reads what cannot be there.
pub(super) fn unknown(expression: &Expression, problem: &Problem, span: Span) -> Finding {
    let root = expression
        .reads()
        .iter()
        .find(|read| {
            read.path
                .iter()
                .any(|step| step.start == problem.start && step.end == problem.end)
        })
        .and_then(|read| read.path.first());
    let root = root.map(|step| &step.segment);
    let is = |name: &str| matches!(root, Some(crate::expression::Segment::Key(key)) if key == name);
    let code = if is("inputs") {
        &E0502
    } else if is("calls") {
        &E0504
    } else {
        &E0212
    };
    Finding::new(code, span, problem.message.clone())
        .label("leads nowhere")
        .maybe_help(problem.help.clone())
}

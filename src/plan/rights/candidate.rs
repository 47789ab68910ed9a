//! Values that rules tell apart: what a question about an input or a property is asked with.
//!
//! In: a schema and the constants that rules compare with. Out: values. Nothing is asked here.

use serde_json::Value as Json;

use crate::check::Schema;
use crate::model::{Blueprint, is_secret};
use crate::syntax::Node;

/// The values of a schema that a rule could tell apart, the nearest to the present one first.
pub fn candidates(schema: &Node, constants: &[Json], present: Option<&Json>) -> Vec<Json> {
    let mut values: Vec<Json> = match schema.get("enum").and_then(Node::as_sequence) {
        Some(words) => words.iter().map(Node::to_json).collect(),
        None => constants.to_vec(),
    };
    match schema.get("type").and_then(Node::as_str) {
        Some("boolean") => values = vec![Json::from(false), Json::from(true)],
        Some("integer") => {
            let mut numbers: Vec<i64> = values.iter().filter_map(Json::as_i64).collect();
            let bounds = ["minimum", "maximum"].map(|name| schema.get(name)?.to_json().as_i64());
            let near = numbers
                .iter()
                .flat_map(|n| [n.saturating_sub(1), n.saturating_add(1)]);
            let near: Vec<i64> = near.chain(bounds.into_iter().flatten()).collect();
            numbers.extend(near);
            let from = present.and_then(Json::as_i64).unwrap_or_default();
            numbers.sort_by_key(|n| (n.abs_diff(from), *n));
            numbers.dedup();
            values = numbers.into_iter().map(Json::from).collect();
        }
        _ => {}
    }
    values.retain(|value| Some(value) != present);
    values
}

/// A value of a schema that any rule could read.
pub fn placeholder(schema: &Node) -> Json {
    if is_secret(schema) {
        return Json::from("secret");
    }
    if let Some(first) = schema
        .get("enum")
        .and_then(Node::as_sequence)
        .and_then(<[_]>::first)
    {
        return first.to_json();
    }
    match schema.get("type").and_then(Node::as_str) {
        Some("integer" | "number") => schema
            .get("minimum")
            .map_or_else(|| Json::from(0), Node::to_json),
        Some("boolean") => Json::from(false),
        Some("array") => Json::Array(Vec::new()),
        Some("object") => {
            let required = schema.get("required").and_then(Node::as_sequence);
            let names = required.unwrap_or_default().iter().filter_map(Node::as_str);
            let inner = schema.get("properties");
            names
                .filter_map(|name| Some((name.to_owned(), placeholder(inner?.get(name)?))))
                .collect()
        }
        _ => match schema.get("format").and_then(Node::as_str) {
            Some("date-time" | "timer") => Json::from("2030-01-01T00:00:00Z"),
            Some("date") => Json::from("2030-01-01"),
            _ => Json::from("text"),
        },
    }
}

/// Whether a value is one of a schema's.
pub fn fits(name: &str, schema: &Node, value: &Json) -> bool {
    let compiled = Schema::compile(name, schema, &mut Vec::new());
    compiled.is_some_and(|schema| schema.fits(value))
}

/// The paths that an argument can set.
pub fn paths(blueprint: &Blueprint) -> Vec<String> {
    let properties = blueprint.properties.iter();
    let properties = properties.map(|it| format!("properties.{}", it.name.value));
    let relations = blueprint.relations.iter();
    let relations = relations.map(|it| format!("relations.{}", it.name.value));
    let more = ["team", "title"].map(str::to_owned);
    properties.chain(relations).chain(more).collect()
}

//! Lists whose order means nothing, in one order for everyone who reads them.
//!
//! In: the entities of a catalog with their blueprints. Out: the same, in which the elements of a
//! set (`uniqueItems`) and of a list with a `listKey` stand sorted. So an expression that takes
//! the first of them takes the same one however they are written, and nobody changes what follows
//! from a list by a change that is none. Each element keeps its place in the file.

use std::cmp::Ordering;
use std::sync::Arc;

use serde_json::{Number, Value as Json};

use crate::model::shape::Shape;
use crate::model::{Blueprint, Catalog};
use crate::syntax::{Entry, Node, Value};

/// Sorts them.
pub(super) fn settle(catalog: &mut Catalog) {
    let settled: Vec<Vec<&str>> = catalog.blueprints.iter().map(unordered).collect();
    for entity in &mut catalog.entities {
        let kind = entity.blueprint.0 as usize;
        let (Some(blueprint), Some(names)) = (catalog.blueprints.get(kind), settled.get(kind))
        else {
            continue;
        };
        let is_meant = |entry: &Entry| names.contains(&entry.key.value.as_str());
        if !entity.properties.iter().any(is_meant) {
            continue;
        }
        let entries = entity.properties.iter().map(|entry| {
            let property = blueprint.property(&entry.key.value);
            match property.filter(|_| is_meant(entry)) {
                Some(property) => Entry {
                    key: entry.key.clone(),
                    node: sorted(&entry.node, Shape::of(&property.schema)),
                },
                None => entry.clone(),
            }
        });
        entity.properties = entries.collect();
    }
}

/// The properties of a blueprint in which such a list is.
fn unordered(blueprint: &Blueprint) -> Vec<&str> {
    let properties = blueprint.properties.iter();
    let has = properties.filter(|property| says(&property.schema));
    has.map(|property| property.name.value.as_str()).collect()
}

/// Whether a schema speaks of such lists anywhere.
fn says(schema: &Node) -> bool {
    match &schema.value {
        Value::Mapping(entries) => entries.iter().any(|entry| {
            matches!(entry.key.value.as_str(), "uniqueItems" | "listKey") || says(&entry.node)
        }),
        Value::Sequence(items) => items.iter().any(says),
        _ => false,
    }
}

fn sorted(node: &Node, shape: Shape<'_>) -> Node {
    let value = match &node.value {
        Value::Sequence(items) => {
            let within = |item: &Node| match shape.element() {
                Some(element) => sorted(item, element),
                None => item.clone(),
            };
            let mut items: Vec<Node> = items.iter().map(within).collect();
            if shape.is_set() {
                items.sort_by_cached_key(|item| Ordered(item.to_json()));
            } else if let Some(key) = shape.list_key()
                && let Some(keys) = keys(&items, key)
            {
                let mut keyed: Vec<(Ordered, Node)> = keys.into_iter().zip(items).collect();
                keyed.sort_by(|one, other| one.0.cmp(&other.0));
                items = keyed.into_iter().map(|(_, item)| item).collect();
            }
            Value::Sequence(Arc::from(items))
        }
        Value::Mapping(entries) => {
            let within = |entry: &Entry| match shape.key(&entry.key.value) {
                Some(shape) => Entry {
                    key: entry.key.clone(),
                    node: sorted(&entry.node, shape),
                },
                None => entry.clone(),
            };
            Value::Mapping(entries.iter().map(within).collect())
        }
        _ => return node.clone(),
    };
    Node {
        span: node.span,
        value,
    }
}

/// What tells the elements apart; none where one has nothing, or two have the same: then the list
/// is one value, in the order that is written.
fn keys(items: &[Node], key: &str) -> Option<Vec<Ordered>> {
    let key = |item: &Node| Some(Ordered(item.get(key)?.to_json()));
    let keys: Vec<Ordered> = items.iter().map(key).collect::<Option<_>>()?;
    let mut apart: Vec<&Ordered> = keys.iter().collect();
    apart.sort();
    let is_twice = apart.windows(2).any(|two| two.first() == two.last());
    (!is_twice).then_some(keys)
}

/// A value in an order that does not depend on how it is written.
struct Ordered(Json);

impl Ord for Ordered {
    fn cmp(&self, other: &Self) -> Ordering {
        compare(&self.0, &other.0)
    }
}

impl PartialOrd for Ordered {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Ordered {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Ordered {}

fn compare(one: &Json, other: &Json) -> Ordering {
    match (one, other) {
        (Json::Bool(one), Json::Bool(other)) => one.cmp(other),
        (Json::Number(one), Json::Number(other)) => numbers(one, other),
        (Json::String(one), Json::String(other)) => one.cmp(other),
        (Json::Array(one), Json::Array(other)) => each(one.iter(), other.iter(), compare),
        (Json::Object(one), Json::Object(other)) => each(one.iter(), other.iter(), |a, b| {
            a.0.cmp(b.0).then_with(|| compare(a.1, b.1))
        }),
        _ => rank(one).cmp(&rank(other)),
    }
}

fn numbers(one: &Number, other: &Number) -> Ordering {
    if let (Some(one), Some(other)) = (one.as_i64(), other.as_i64()) {
        return one.cmp(&other);
    }
    // `1.0` is 1, and `-0.0` is 0.
    let float = |number: &Number| number.as_f64().unwrap_or_default() + 0.0;
    float(one).total_cmp(&float(other))
}

fn each<T>(
    mut one: impl Iterator<Item = T>,
    mut other: impl Iterator<Item = T>,
    compare: impl Fn(T, T) -> Ordering,
) -> Ordering {
    loop {
        match (one.next(), other.next()) {
            (Some(a), Some(b)) => match compare(a, b) {
                Ordering::Equal => {}
                unequal => return unequal,
            },
            (a, b) => return a.is_some().cmp(&b.is_some()),
        }
    }
}

const fn rank(value: &Json) -> u8 {
    match value {
        Json::Null => 0,
        Json::Bool(_) => 1,
        Json::Number(_) => 2,
        Json::String(_) => 3,
        Json::Array(_) => 4,
        Json::Object(_) => 5,
    }
}

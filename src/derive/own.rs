//! An entity as expressions see it, without derived values.
//!
//! What means the same is the same here, so that no derived value changes with the way a file is
//! written: `1.0` is `1`, keys are in order, a relation to many is a sorted set.

use serde_json::Map;
use serde_json::Value as Json;

use crate::expression::{Expression, Problem, Segment, Step};
use crate::model::Blueprint;
use crate::model::Catalog;
use crate::model::Entity;
use crate::model::EntityId;
use crate::model::entity::Related;

/// The entity without derived values; null when there is none of this number.
///
/// `title` is the identifier where none is written, `team` is always a list, a relation to many is
/// always one; what else is absent has no key.
pub fn own(catalog: &Catalog, entity: EntityId) -> Json {
    let Some(entity) = catalog.entity(entity) else {
        return Json::Null;
    };
    catalog
        .blueprint(entity.blueprint)
        .map_or(Json::Null, |blueprint| whole(blueprint, entity))
}

/// An entity that may be in no catalog, as [`own`] makes it.
pub fn whole(blueprint: &Blueprint, entity: &Entity) -> Json {
    let mut whole: Map<String, Json> = ["blueprint", "icon", "identifier", "team", "title"]
        .into_iter()
        .filter_map(|name| Some((name.to_owned(), meta(blueprint, entity, name)?)))
        .collect();
    whole.insert("properties".to_owned(), properties(blueprint, entity));
    whole.insert("relations".to_owned(), relations(blueprint, entity));
    Json::Object(whole)
}

/// Adds a derived value to the properties of an entity that [`own`] made.
pub(super) fn insert(whole: &mut Json, name: &str, value: Json) {
    if let Some(properties) = whole.get_mut("properties").and_then(Json::as_object_mut) {
        properties.insert(name.to_owned(), value);
    }
}

/// A part of an entity that is not derived: `properties.x`, `relations.y` or a meta-property.
pub(super) fn part(catalog: &Catalog, entity: EntityId, part: &str) -> Option<Json> {
    let entity = catalog.entity(entity)?;
    let blueprint = catalog.blueprint(entity.blueprint)?;
    match part.split_once('.') {
        Some(("properties", name)) => {
            let entry = entity.property(name).filter(|entry| !entry.node.is_null());
            entry.map(|entry| plain(entry.node.to_json()))
        }
        Some(("relations", name)) => relation(blueprint, entity.relation(name)?),
        _ => meta(blueprint, entity, part),
    }
}

fn meta(blueprint: &Blueprint, entity: &Entity, name: &str) -> Option<Json> {
    match name {
        "blueprint" => Some(blueprint.identifier.value.as_str().into()),
        "icon" => entity.icon.as_ref().map(|icon| icon.value.as_str().into()),
        "identifier" => Some(entity.identifier.value.as_str().into()),
        "team" => Some(
            entity
                .team
                .iter()
                .map(|team| Json::from(team.value.as_str()))
                .collect(),
        ),
        "title" => Some(entity.title().into()),
        _ => None,
    }
}

/// A written value of a derived name is none: what is derived cannot be claimed.
fn properties(blueprint: &Blueprint, entity: &Entity) -> Json {
    let is_own = |name: &str| blueprint.derived().all(|derived| derived.value != name);
    let mut entries: Vec<_> = entity
        .properties
        .iter()
        .filter(|entry| !entry.node.is_null() && is_own(&entry.key.value))
        .collect();
    entries.sort_by_key(|entry| entry.key.value.as_str());
    let values = entries
        .into_iter()
        .map(|entry| (entry.key.value.to_string(), plain(entry.node.to_json())));
    Json::Object(values.collect())
}

fn relations(blueprint: &Blueprint, entity: &Entity) -> Json {
    let mut values: Vec<(String, Json)> = entity
        .relations
        .iter()
        .filter_map(|related| {
            Some((
                related.name.value.to_string(),
                relation(blueprint, related)?,
            ))
        })
        .collect();
    let absent = blueprint
        .relations
        .iter()
        .filter(|relation| relation.many && entity.relation(&relation.name.value).is_none());
    values.extend(absent.map(|relation| (relation.name.value.to_string(), Json::Array(vec![]))));
    values.sort_by(|a, b| a.0.cmp(&b.0));
    Json::Object(values.into_iter().collect())
}

fn relation(blueprint: &Blueprint, related: &Related) -> Option<Json> {
    let many = blueprint
        .relation(&related.name.value)
        .map_or(related.is_list, |(_, relation)| relation.many);
    let mut names: Vec<&str> = related
        .targets
        .iter()
        .map(|target| target.value.as_str())
        .collect();
    if many {
        names.sort_unstable();
        names.dedup();
        Some(names.into_iter().map(Json::from).collect())
    } else {
        names.first().map(|name| Json::from(*name))
    }
}

/// The largest magnitude up to which every whole number has a float of its own.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// The same value in its one spelling: whole numbers without a point, keys in order.
pub fn plain(value: Json) -> Json {
    match value {
        Json::Number(number) => {
            let whole = number
                .as_f64()
                .filter(|float| number.is_f64() && float.fract() == 0.0 && float.abs() < EXACT);
            #[expect(
                clippy::cast_possible_truncation,
                reason = "the float is whole and small enough"
            )]
            whole.map_or(Json::Number(number), |whole| Json::from(whole as i64))
        }
        Json::Array(values) => values.into_iter().map(plain).collect(),
        Json::Object(entries) => {
            let mut entries: Vec<(String, Json)> = entries
                .into_iter()
                .map(|(key, value)| (key, plain(value)))
                .collect();
            entries.sort_by(|a, b| a.0.cmp(&b.0));
            Json::Object(entries.into_iter().collect())
        }
        other => other,
    }
}

/// Whether a value is of a JSON Schema type; null is of none.
pub(super) fn fits(value: &Json, type_word: &str) -> bool {
    match type_word {
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64(),
        "boolean" => value.is_boolean(),
        "object" => value.is_object(),
        "array" => value.is_array(),
        _ => false,
    }
}

/// The problem that an expression gives a value of another type than it must.
pub(super) fn wrong_type(expression: &Expression, value: &Json, type_word: &str) -> Problem {
    let is = match value {
        Json::Null => "nothing",
        Json::Bool(_) => "a boolean",
        Json::Number(_) => "a number",
        Json::String(_) => "a string",
        Json::Array(_) => "a list",
        Json::Object(_) => "a mapping",
    };
    let source = expression.source();
    let start = source.len() - source.trim_start().len();
    let clamp = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Problem {
        start: clamp(start),
        end: clamp(start + source.trim().len()),
        message: format!("this gives {is}, not the `{type_word}` that is declared"),
        help: None,
    }
}

/// The first path that an expression reads and that is absent, as `properties.replicas`.
pub(super) fn absent_read(expression: &Expression, input: &Json) -> Option<String> {
    let reads = expression.reads().iter();
    reads
        .filter(|read| is_absent(&read.path, input))
        .map(|read| {
            let keys = read.path.iter().map(|step| match &step.segment {
                Segment::Key(key) => key.as_str(),
                Segment::Each | Segment::Any => "[]",
            });
            keys.collect::<Vec<&str>>().join(".")
        })
        .next()
}

/// Whether the way down ends early. Of a value that is chosen when it is read nothing is known.
fn is_absent(path: &[Step], value: &Json) -> bool {
    let Some((step, rest)) = path.split_first() else {
        return value.is_null();
    };
    match (&step.segment, value) {
        (_, Json::Null) => true,
        (Segment::Key(key), Json::Object(entries)) => {
            entries.get(key).is_none_or(|below| is_absent(rest, below))
        }
        (Segment::Each, Json::Array(values)) => values.iter().any(|below| is_absent(rest, below)),
        _ => false,
    }
}

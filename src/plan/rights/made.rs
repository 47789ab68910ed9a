//! An entity as a change would make it.
//!
//! In: an entity, and values by their paths. Out: the same with these values; nothing is checked,
//! and what is new stands in no file.

use serde_json::Value as Json;

use crate::model::Entity;
use crate::model::entity::Related;
use crate::syntax::{Entry, Node, Value};
use crate::text::{FileId, Located, Span, Text};

/// Where a value stands that is in no file.
const NOWHERE: Span = Span::whole_file(FileId::BUILT_IN);

/// Gives an entity a value: of `properties.X`, `relations.X` and `team` names, one or a list, of
/// `identifier` and `title` a text.
pub fn set(entity: &mut Entity, path: &str, value: &Json) {
    match path.split_once('.') {
        Some(("properties", name)) => {
            let own = Entry {
                key: located(name),
                node: node(value),
            };
            let others = entity.properties.iter();
            let others = others.filter(|entry| entry.key.value != name).cloned();
            entity.properties = others.chain([own]).collect();
        }
        Some(("relations", name)) => {
            let own = Related {
                name: located(name),
                is_list: value.is_array(),
                broken: false,
                span: NOWHERE,
                targets: names(value).into(),
            };
            let others = entity.relations.iter();
            let others = others.filter(|other| other.name.value != name).cloned();
            entity.relations = others.chain([own]).collect();
        }
        _ if path == "team" => entity.team = names(value),
        _ => match value.as_str() {
            Some(text) if path == "identifier" => entity.identifier = located(text),
            Some(text) => entity.title = Some(located(text)),
            None => {}
        },
    }
}

/// The value that an entity has of its own at a path; nothing where it has none.
pub fn value(entity: &Entity, path: &str) -> Option<Json> {
    let names =
        |names: &[Located<Text>]| -> Json { names.iter().map(|it| it.value.as_str()).collect() };
    match path.split_once('.') {
        Some(("properties", name)) => Some(entity.property(name)?.node.to_json()),
        Some(("relations", name)) => {
            let related = entity.relation(name)?;
            if related.is_list {
                return Some(names(&related.targets));
            }
            let first = related.targets.first()?;
            Some(Json::from(first.value.as_str()))
        }
        None if path == "title" => entity
            .title
            .as_ref()
            .map(|it| Json::from(it.value.as_str())),
        None if path == "team" && !entity.team.is_empty() => Some(names(&entity.team)),
        _ => None,
    }
}

/// The part of a path that is a whole value of an entity: `properties.limits` of
/// `properties.limits.memory`, `properties.env` of `properties.env[name=PORT].value`.
pub fn whole(path: &str) -> &str {
    let Some((group, rest)) = path.split_once('.') else {
        return path;
    };
    // A name that reads like several keys is in quotes.
    let quoted = rest.strip_prefix('"').and_then(|rest| rest.find('"'));
    let end = match quoted {
        Some(end) => end + 2,
        None => rest.find(['.', '[']).unwrap_or(rest.len()),
    };
    path.get(..group.len() + 1 + end).unwrap_or(path)
}

/// The names that a value is.
fn names(value: &Json) -> Vec<Located<Text>> {
    let names = value
        .as_array()
        .map_or(std::slice::from_ref(value), Vec::as_slice);
    names.iter().filter_map(Json::as_str).map(located).collect()
}

fn located(text: &str) -> Located<Text> {
    Located::new(Text::from(text), NOWHERE)
}

/// A value as a file would have it.
pub fn node(value: &Json) -> Node {
    let value = match value {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(*value),
        Json::Number(number) => match number.as_i64() {
            Some(number) => Value::Integer(number),
            None => Value::Float(number.as_f64().unwrap_or_default()),
        },
        Json::String(text) => Value::String(Text::from(text.as_str())),
        Json::Array(items) => Value::Sequence(items.iter().map(node).collect()),
        Json::Object(items) => Value::Mapping(
            items
                .iter()
                .map(|(key, value)| Entry {
                    key: located(key),
                    node: node(value),
                })
                .collect(),
        ),
    };
    Node {
        span: NOWHERE,
        value,
    }
}

#[cfg(test)]
mod tests {
    use super::whole;

    #[test]
    fn a_whole_value_is_what_stands_below_its_group() {
        for (path, value) in [
            ("properties.limits.memory", "properties.limits"),
            ("properties.env[name=PORT].value", "properties.env"),
            ("properties.\"a.b\".c", "properties.\"a.b\""),
            ("relations.owner", "relations.owner"),
            ("title", "title"),
        ] {
            assert_eq!(whole(path), value, "{path}");
        }
    }
}

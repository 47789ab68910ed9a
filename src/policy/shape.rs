//! What a value of the catalog is to Cedar: the type it gets, and how a value becomes one.
//!
//! Cedar has no numbers but 64-bit integers, no dates without an extension that is not built
//! in, and no mixed sets. A property that fits none of the shapes here is unknown to rules.

use cedar_policy::{EntityId as Eid, EntityTypeName, EntityUid, RestrictedExpression};
use serde_json::Value as Json;
use serde_json::json;

use crate::syntax::Node;
use crate::text::Text;

/// The type of an attribute.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Shape {
    /// Text; dates and timers too.
    Text,
    /// One of the words of an enumerated type.
    Choice(EntityTypeName),
    /// A whole number.
    Long,
    /// True or false.
    Bool,
    /// A set; also of an array.
    Set(Box<Shape>),
    /// An object whose properties are declared.
    Record(Vec<Field>),
    /// A reference to an entity.
    Entity(EntityTypeName),
}

/// A named part of a record.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Field {
    /// The name.
    pub(super) name: Text,
    /// Its type.
    pub(super) shape: Shape,
    /// Whether it is always there.
    pub(super) required: bool,
}

/// The shape of a JSON Schema; `choice` makes the enumerated type of a list of words.
pub(super) fn of_schema(
    schema: &Node,
    choice: &mut dyn FnMut(&[&str]) -> Option<EntityTypeName>,
) -> Option<Shape> {
    match schema.get("type").and_then(Node::as_str)? {
        "string" => Some(
            words(schema)
                .and_then(|words| choice(&words))
                .map_or(Shape::Text, Shape::Choice),
        ),
        "integer" => Some(Shape::Long),
        "boolean" => Some(Shape::Bool),
        "array" => match of_schema(schema.get("items")?, choice)? {
            Shape::Set(_) | Shape::Record(_) => None,
            element => Some(Shape::Set(Box::new(element))),
        },
        "object" => {
            let required: Vec<&str> = schema
                .get("required")
                .and_then(Node::as_sequence)
                .unwrap_or_default()
                .iter()
                .filter_map(Node::as_str)
                .collect();
            let fields: Vec<Field> = schema
                .get("properties")?
                .as_mapping()?
                .iter()
                .filter_map(|entry| {
                    Some(Field {
                        name: entry.key.value.clone(),
                        // Words inside objects stay text: their types would have no short name.
                        shape: of_schema(&entry.node, &mut |_| None)?,
                        required: required.contains(&entry.key.value.as_str()),
                    })
                })
                .collect();
            (!fields.is_empty()).then_some(Shape::Record(fields))
        }
        _ => None,
    }
}

/// The words of an `enum` of strings, each once.
fn words(schema: &Node) -> Option<Vec<&str>> {
    let words: Option<Vec<&str>> = schema
        .get("enum")?
        .as_sequence()?
        .iter()
        .map(Node::as_str)
        .collect();
    let mut unique: Vec<&str> = Vec::new();
    for word in words? {
        if !unique.contains(&word) {
            unique.push(word);
        }
    }
    (!unique.is_empty()).then_some(unique)
}

impl Shape {
    /// The type in Cedar's JSON schema.
    pub(super) fn to_schema(&self) -> Json {
        match self {
            Self::Text => json!({"type": "String"}),
            Self::Long => json!({"type": "Long"}),
            Self::Bool => json!({"type": "Boolean"}),
            Self::Choice(name) | Self::Entity(name) => {
                json!({"type": "Entity", "name": name.to_string()})
            }
            Self::Set(element) => json!({"type": "Set", "element": element.to_schema()}),
            Self::Record(fields) => record_schema(fields),
        }
    }

    /// `value` as an expression of this type; `None` where it does not fit.
    pub(super) fn expression(&self, value: &Json) -> Option<RestrictedExpression> {
        match (self, value) {
            (Self::Text, Json::String(text)) => {
                Some(RestrictedExpression::new_string(text.clone()))
            }
            (Self::Choice(name) | Self::Entity(name), Json::String(text)) => {
                Some(RestrictedExpression::new_entity_uid(uid(name, text)))
            }
            (Self::Bool, Json::Bool(value)) => Some(RestrictedExpression::new_bool(*value)),
            (Self::Long, Json::Number(_)) => Some(RestrictedExpression::new_long(whole(value)?)),
            (Self::Set(element), Json::Array(values)) => {
                let values: Option<Vec<_>> = values
                    .iter()
                    .map(|value| element.expression(value))
                    .collect();
                Some(RestrictedExpression::new_set(values?))
            }
            (Self::Record(fields), Json::Object(object)) => {
                let mut pairs = Vec::new();
                for field in fields {
                    match object.get(field.name.as_str()) {
                        None | Some(Json::Null) => {}
                        Some(value) => {
                            pairs.push((field.name.to_string(), field.shape.expression(value)?));
                        }
                    }
                }
                RestrictedExpression::new_record(pairs).ok()
            }
            _ => None,
        }
    }

    /// What a value of this type is called in a message.
    pub(super) const fn words(&self) -> &'static str {
        match self {
            Self::Text => "a string",
            Self::Choice(_) => "one of a list of words",
            Self::Long => "an integer",
            Self::Bool => "a boolean",
            Self::Set(_) => "a list",
            Self::Record(_) => "an object",
            Self::Entity(_) => "an entity",
        }
    }
}

/// A record in Cedar's JSON schema.
pub(super) fn record_schema(fields: &[Field]) -> Json {
    let attributes: serde_json::Map<String, Json> = fields
        .iter()
        .map(|field| {
            let mut schema = field.shape.to_schema();
            if let Json::Object(object) = &mut schema {
                object.insert("required".to_owned(), Json::Bool(field.required));
            }
            (field.name.to_string(), schema)
        })
        .collect();
    json!({"type": "Record", "attributes": attributes})
}

/// A whole number; `5.0` is one, as everywhere in a catalog.
fn whole(value: &Json) -> Option<i64> {
    if let Some(value) = value.as_i64() {
        return Some(value);
    }
    let float = value.as_f64()?;
    // Beyond 2^53 a float does not say which whole number is meant.
    if float.fract() != 0.0 || float.abs() > 9_007_199_254_740_992.0 {
        return None;
    }
    format!("{float:.0}").parse().ok()
}

/// The entity of a type and an identifier.
pub(super) fn uid(name: &EntityTypeName, identifier: &str) -> EntityUid {
    EntityUid::from_type_name_and_id(name.clone(), Eid::new(identifier))
}

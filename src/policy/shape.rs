//! What a value of the catalog is to Cedar: the type it gets, and how a value becomes one.
//!
//! Cedar has whole numbers of 64 bits, decimals of four places, instants, and no mixed sets. A
//! property that fits none of the shapes here is a [`Gap`]: unknown to rules, with the reason.

use std::sync::Arc;

use cedar_policy::{EntityId as Eid, EntityTypeName, EntityUid};
use cedar_policy_core::ast::{EntityUID, Value};
use serde_json::Value as Json;
use serde_json::json;

use crate::model::Moment;
use crate::policy::extension::{self, Extension};
use crate::policy::gap::Gap;
use crate::syntax::Node;
use crate::text::Text;

/// The type of an attribute.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Shape {
    /// Text.
    Text,
    /// One of the words of an enumerated type.
    Choice(Choice),
    /// A whole number.
    Long,
    /// A number with at most four places.
    Decimal,
    /// True or false.
    Bool,
    /// An instant, of a date with a time and an offset.
    Instant,
    /// The beginning of a day, in UTC.
    Day,
    /// A set; also of an array.
    Set(Box<Shape>),
    /// An object whose properties are declared.
    Record(Vec<Field>),
    /// A reference to an entity.
    Entity(EntityTypeName),
}

/// An enumerated type.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Choice {
    /// Its name.
    pub(super) name: EntityTypeName,
    /// All there is of it.
    pub(super) words: Arc<[String]>,
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

/// Makes the enumerated type of a property, by the names that lead to it, from its words.
pub(super) trait Enumerate {
    /// The type.
    fn choice(&mut self, path: &str, words: &[&str]) -> Option<Choice>;

    /// Notes a part of an object that has no shape.
    fn gap(&mut self, name: &Text, gap: Gap);
}

/// The shape of the JSON Schema of the property at `path`.
pub(super) fn of_schema(
    schema: &Node,
    path: &str,
    types: &mut dyn Enumerate,
) -> Result<Shape, Gap> {
    let words = words(schema);
    let word = match schema.get("type") {
        None if words.is_some() => "string",
        None => return Err(Gap::of_typeless(schema)),
        Some(node) => node.as_str().ok_or(Gap::Several)?,
    };
    match word {
        "string" => Ok(match words {
            Some(words) => types
                .choice(path, &words)
                .map_or(Shape::Text, Shape::Choice),
            None => match schema.get("format").and_then(Node::as_str) {
                Some("date-time" | "timer") => Shape::Instant,
                Some("date") => Shape::Day,
                _ => Shape::Text,
            },
        }),
        "integer" => Ok(Shape::Long),
        "number" => number(schema),
        "boolean" => Ok(Shape::Bool),
        "array" => {
            let items = schema.get("items").ok_or(Gap::Items)?;
            Ok(Shape::Set(Box::new(of_schema(items, path, types)?)))
        }
        "object" => {
            let fields = fields(schema, path, types);
            if fields.is_empty() {
                return Err(Gap::Open);
            }
            Ok(Shape::Record(fields))
        }
        _ => Err(Gap::Several),
    }
}

fn fields(schema: &Node, path: &str, types: &mut dyn Enumerate) -> Vec<Field> {
    let required = schema.get("required").and_then(Node::as_sequence);
    let required: Vec<&str> = required
        .unwrap_or_default()
        .iter()
        .filter_map(Node::as_str)
        .collect();
    let properties = schema.get("properties").and_then(Node::as_mapping);
    let mut fields = Vec::new();
    for entry in properties.unwrap_or_default() {
        let name = &entry.key.value;
        match of_schema(&entry.node, &format!("{path}__{name}"), types) {
            Ok(shape) => fields.push(Field {
                name: name.clone(),
                shape,
                required: required.contains(&name.as_str()),
            }),
            Err(gap) => types.gap(name, gap),
        }
    }
    fields
}

/// A number is whole or a decimal where its schema says how fine it is.
fn number(schema: &Node) -> Result<Shape, Gap> {
    let step = schema.get("multipleOf").map(Node::to_json);
    let choices = schema.get("enum").and_then(Node::as_sequence);
    let is_whole = |value: &Json| whole(value).is_some();
    if let Some(step) = step {
        return match &step {
            step if is_whole(step) => Ok(Shape::Long),
            step if decimal(step).is_some() => Ok(Shape::Decimal),
            _ => Err(Gap::Fraction),
        };
    }
    let values: Vec<Json> = choices
        .ok_or(Gap::Fraction)?
        .iter()
        .map(Node::to_json)
        .collect();
    if values.iter().all(is_whole) {
        Ok(Shape::Long)
    } else if values.iter().all(|value| decimal(value).is_some()) {
        Ok(Shape::Decimal)
    } else {
        Err(Gap::Fraction)
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
            Self::Decimal => json!({"type": "Extension", "name": "decimal"}),
            Self::Instant | Self::Day => json!({"type": "Extension", "name": "datetime"}),
            Self::Choice(Choice { name, .. }) | Self::Entity(name) => {
                json!({"type": "Entity", "name": name.to_string()})
            }
            Self::Set(element) => json!({"type": "Set", "element": element.to_schema()}),
            Self::Record(fields) => record_schema(fields),
        }
    }

    /// `value` as one of this type for Cedar; `None` where it does not fit.
    pub(super) fn value(&self, value: &Json) -> Option<Value> {
        match (self, value) {
            (Self::Text, Json::String(text)) => Some(Value::new(text.as_str(), None)),
            (Self::Choice(choice), Json::String(text)) => {
                let is_listed = choice.words.contains(text);
                is_listed.then(|| reference(uid(&choice.name, text)))
            }
            (Self::Entity(name), Json::String(text)) => Some(reference(uid(name, text))),
            (Self::Bool, Json::Bool(value)) => Some(Value::new(*value, None)),
            (Self::Long, Json::Number(_)) => Some(Value::new(whole(value)?, None)),
            (Self::Decimal, Json::Number(_)) => {
                extension::value(Extension::Decimal, decimal(value)?)
            }
            (Self::Instant, Json::String(text)) => instant(Moment::parse(text)?),
            (Self::Day, Json::String(text)) => instant(Moment::of_day(text)?),
            (Self::Set(element), Json::Array(values)) => {
                let values: Option<Vec<_>> =
                    values.iter().map(|value| element.value(value)).collect();
                Some(Value::set(values?, None))
            }
            (Self::Record(fields), Json::Object(object)) => {
                let mut pairs = Vec::new();
                for field in fields {
                    match object.get(field.name.as_str()) {
                        None | Some(Json::Null) if field.required => return None,
                        None | Some(Json::Null) => {}
                        Some(value) => {
                            pairs.push((field.name.as_str(), field.shape.value(value)?));
                        }
                    }
                }
                Some(Value::record(pairs, None))
            }
            _ => None,
        }
    }

    /// What a value of this type is called in a message.
    pub(super) const fn words(&self) -> &'static str {
        match self {
            Self::Text => "a string",
            Self::Choice(_) => "one of its listed words",
            Self::Long => "an integer",
            Self::Decimal => "a number of at most four places",
            Self::Bool => "a boolean",
            Self::Instant => "a date with a time and an offset",
            Self::Day => "a date",
            Self::Set(_) => "a list of what its schema says",
            Self::Record(_) => "an object as its schema says",
            Self::Entity(_) => "an entity",
        }
    }
}

/// A record in Cedar's JSON schema.
pub(super) fn record_schema<'f>(fields: impl IntoIterator<Item = &'f Field>) -> Json {
    let attributes: serde_json::Map<String, Json> = fields
        .into_iter()
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

/// An instant, in the only form that Cedar reads: three places of a second.
pub(super) fn instant(moment: Moment) -> Option<Value> {
    extension::value(Extension::Datetime, format!("{moment:.3}"))
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

/// A number as a decimal of four places, where it is exactly that.
fn decimal(value: &Json) -> Option<String> {
    if let Some(whole) = value.as_i64() {
        // 2^63 by the four places.
        return (whole.abs() <= 922_337_203_685_477).then(|| format!("{whole}.0"));
    }
    let float = value.as_f64()?;
    // Beyond 2^53 by the four places a float does not say which decimal is meant.
    if float.abs() > 900_719_925_474.0 {
        return None;
    }
    let text = format!("{float:.4}");
    #[expect(
        clippy::float_cmp,
        reason = "a decimal is exact where it reads back as the same number"
    )]
    let is_exact = text.parse::<f64>().ok()? == float;
    is_exact.then_some(text)
}

/// An entity as a value.
pub(super) fn reference(uid: EntityUid) -> Value {
    Value::new(EntityUID::from(uid), None)
}

/// The entity of a type and an identifier.
pub(super) fn uid(name: &EntityTypeName, identifier: &str) -> EntityUid {
    EntityUid::from_type_name_and_id(name.clone(), Eid::new(identifier))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Shape, decimal};

    #[test]
    fn a_decimal_has_four_places_or_is_none() {
        for (value, text) in [
            (json!(1), "1.0"),
            (json!(1.5), "1.5000"),
            (json!(-0.0001), "-0.0001"),
            (json!(0.1), "0.1000"),
            (json!(19.99), "19.9900"),
        ] {
            assert_eq!(decimal(&value).as_deref(), Some(text), "{value}");
        }
        for value in [json!(0.00001), json!(1e300), json!(i64::MAX), json!("1")] {
            assert_eq!(decimal(&value), None, "{value}");
        }
    }

    #[test]
    fn what_is_no_instant_has_no_value() {
        assert!(
            Shape::Instant
                .value(&json!("2026-11-22T14:00:00+01:00"))
                .is_some()
        );
        assert!(Shape::Day.value(&json!("2026-11-22")).is_some());
        for (shape, value) in [
            (Shape::Instant, json!("2026-11-22")),
            (Shape::Instant, json!("tomorrow")),
            (Shape::Day, json!("2026-11-22T14:00:00Z")),
            (Shape::Day, json!(20_261_122)),
        ] {
            assert!(shape.value(&value).is_none(), "{value}");
        }
    }
}

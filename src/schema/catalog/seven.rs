//! A property's schema of draft 2020-12 in the words of draft 07, inside another schema.

use serde_json::{Map, Value, json};

use super::reference;
use crate::check::{Within, within};
use crate::derive::SAYS;

/// A schema of a property in which nothing is said of the values that it marks as secret.
pub(super) fn untold(schema: &Value, is_inside: bool) -> Value {
    let Value::Object(words) = schema else {
        return schema.clone();
    };
    let is_inside = is_inside || words.get("secret") == Some(&json!(true));
    let is_marked = is_inside || has_mark(schema);
    let words = words
        .iter()
        .filter(|(word, _)| !(is_marked && SAYS.contains(&word.as_str())));
    let untold = words.map(|(word, value)| {
        let value = match (within(word), value) {
            (Some(Within::Itself), _) => untold(value, is_inside),
            (Some(_), Value::Array(schemas)) => {
                schemas.iter().map(|it| untold(it, is_inside)).collect()
            }
            (Some(_), Value::Object(schemas)) => {
                let schemas = schemas.iter();
                Value::Object(
                    schemas
                        .map(|(name, it)| (name.clone(), untold(it, is_inside)))
                        .collect(),
                )
            }
            _ => value.clone(),
        };
        (word.clone(), value)
    });
    Value::Object(untold.collect())
}

/// Whether anything in a schema is marked as secret.
fn has_mark(schema: &Value) -> bool {
    match schema {
        Value::Object(words) => {
            words.get("secret") == Some(&json!(true)) || words.values().any(has_mark)
        }
        Value::Array(items) => items.iter().any(has_mark),
        _ => false,
    }
}

/// `schema`, which stands at the JSON pointer `home` of the schema that is made.
pub(super) fn lowered(schema: &Value, home: &str) -> Value {
    let Value::Object(words) = schema else {
        return schema.clone();
    };
    let mut lowered = Map::new();
    let mut dependencies = Map::new();
    for (word, value) in words {
        match word.as_str() {
            "$ref" => {
                if let Some(target) = moved(value, home) {
                    // Beside `$ref` draft 07 reads nothing.
                    lowered.insert("allOf".to_owned(), json!([{"$ref": target}]));
                }
            }
            "prefixItems" => {
                lowered.insert("items".to_owned(), below(value, home));
                if let Some(rest) = words.get("items") {
                    lowered.insert("additionalItems".to_owned(), self::lowered(rest, home));
                }
            }
            "items" if words.contains_key("prefixItems") => {}
            "dependentRequired" | "dependentSchemas" => {
                for (key, value) in value.as_object().into_iter().flatten() {
                    dependencies.insert(key.clone(), self::lowered(value, home));
                }
            }
            // What draft 07 does not know is left to `check`.
            "$anchor"
            | "$dynamicAnchor"
            | "$dynamicRef"
            | "$id"
            | "$schema"
            | "contentSchema"
            | "unevaluatedItems"
            | "unevaluatedProperties"
            | "minContains"
            | "maxContains"
            | "visible"
            | "secret"
            | "listKey"
            | "spec"
            | "specAuthentication" => {}
            "allOf" => {
                let branches = below(value, home);
                let known = lowered.entry("allOf").or_insert_with(|| json!([]));
                if let (Some(known), Value::Array(branches)) = (known.as_array_mut(), branches) {
                    known.extend(branches);
                }
            }
            word => {
                let value = match within(word) {
                    Some(Within::Itself) => self::lowered(value, home),
                    Some(Within::Named | Within::Listed) => below(value, home),
                    None => value.clone(),
                };
                lowered.insert(word.to_owned(), value);
            }
        }
    }
    if !dependencies.is_empty() {
        lowered.insert("dependencies".to_owned(), Value::Object(dependencies));
    }
    Value::Object(lowered)
}

/// Where a reference leads once its schema stands at `home`. A name in the place of a pointer is
/// one that draft 07 does not know.
fn moved(reference_to: &Value, home: &str) -> Option<String> {
    let pointer = reference_to.as_str()?.strip_prefix('#')?;
    let is_pointer = pointer.is_empty() || pointer.starts_with('/');
    is_pointer.then(|| reference(&format!("{home}{pointer}")))
}

/// The schemas of a list or by name.
fn below(value: &Value, home: &str) -> Value {
    match value {
        Value::Array(schemas) => schemas.iter().map(|schema| lowered(schema, home)).collect(),
        Value::Object(schemas) => {
            let schemas = schemas.iter();
            let schemas = schemas.map(|(name, schema)| (name.clone(), lowered(schema, home)));
            Value::Object(schemas.collect())
        }
        other => other.clone(),
    }
}

/// The same, for a value that may also be null, which is to say absent.
pub(super) fn or_null(mut schema: Value) -> Value {
    let Some(words) = schema.as_object_mut() else {
        return schema;
    };
    let is_plain = words.keys().all(|word| {
        !matches!(
            word.as_str(),
            "allOf" | "anyOf" | "oneOf" | "not" | "const" | "if" | "$defs"
        )
    });
    let word = words.get("type").and_then(Value::as_str);
    let (Some(word), true) = (word.map(str::to_owned), is_plain) else {
        return json!({"anyOf": [schema, {"type": "null"}]});
    };
    words.insert("type".to_owned(), json!([word, "null"]));
    if let Some(choices) = words.get_mut("enum").and_then(Value::as_array_mut) {
        choices.push(Value::Null);
    }
    schema
}

#[cfg(test)]
mod tests {
    use super::{lowered, or_null};
    use serde_json::json;

    #[test]
    fn words_of_the_later_draft_become_those_of_the_earlier_one() {
        let schema = json!({
            "$defs": {"n": {"type": "integer"}},
            "prefixItems": [{"$ref": "#/$defs/n"}],
            "items": false,
            "dependentRequired": {"a": ["b"]},
            "unevaluatedProperties": false,
        });
        let lowered = lowered(&schema, "/properties/a b");
        assert_eq!(
            lowered,
            json!({
                "$defs": {"n": {"type": "integer"}},
                "items": [{"allOf": [{"$ref": "#/properties/a%20b/$defs/n"}]}],
                "additionalItems": false,
                "dependencies": {"a": ["b"]},
            })
        );
    }

    #[test]
    fn what_may_be_absent_may_be_null() {
        assert_eq!(
            or_null(json!({"type": "string", "enum": ["a"]})),
            json!({"type": ["string", "null"], "enum": ["a", null]})
        );
        assert_eq!(
            or_null(json!({"const": 1})),
            json!({"anyOf": [{"const": 1}, {"type": "null"}]})
        );
    }
}

//! What a schema says of the parts of a value: which lists are sets, and which are told apart by
//! a key of their elements.
//!
//! In: the schema of a property. Out: the schemas below it, and how an element of a keyed list
//! is written in a path: `[name=PORT]`.

use serde_json::Value as Json;

use crate::syntax::{Node, Value};

/// How many references a schema may go through to be found.
const HOPS: usize = 8;

/// The schema of a value.
#[derive(Debug, Clone, Copy)]
pub struct Shape<'s> {
    root: &'s Node,
    here: &'s Node,
}

impl<'s> Shape<'s> {
    /// Of a property.
    pub fn of(schema: &'s Node) -> Self {
        Self {
            root: schema,
            here: schema,
        }
        .resolved()
    }

    /// Of what stands at a key of a mapping.
    pub fn key(self, key: &str) -> Option<Self> {
        let named = self.here.get("properties").and_then(|all| all.get(key));
        let is_for_all = self.here.get("patternProperties").is_none();
        let more = || self.here.get("additionalProperties").filter(|_| is_for_all);
        named.or_else(more).map(|here| self.at(here))
    }

    /// Of the elements of a list.
    pub fn element(self) -> Option<Self> {
        self.here.get("items").map(|here| self.at(here))
    }

    /// Whether the order of a list means nothing, and no element counts twice.
    pub fn is_set(self) -> bool {
        let unique = self.here.get("uniqueItems");
        unique.is_some_and(|unique| unique.value == Value::Bool(true))
    }

    /// The key that tells the elements of a list apart.
    pub fn list_key(self) -> Option<&'s str> {
        self.here.get("listKey")?.as_str()
    }

    /// The `type` that is written.
    pub fn type_word(self) -> Option<&'s str> {
        self.here.get("type")?.as_str()
    }

    fn at(self, here: &'s Node) -> Self {
        Self { here, ..self }.resolved()
    }

    /// Follows references within the schema of the property.
    fn resolved(mut self) -> Self {
        for _ in 0..HOPS {
            let reference = self.here.get("$ref").and_then(Node::as_str);
            let Some(pointer) = reference.and_then(|text| text.strip_prefix('#')) else {
                break;
            };
            let mut parts = pointer.split('/').skip(1);
            let Some(found) = parts.try_fold(self.root, |node, part| node.get(part)) else {
                break;
            };
            self.here = found;
        }
        self
    }
}

/// An element of a keyed list as a part of a path. A text that reads like something else is
/// quoted.
pub fn element(key: &str, value: &Json) -> String {
    let is_plain = |text: &str| {
        let breaks = |c: char| c.is_whitespace() || c.is_control() || "[]\"\\".contains(c);
        !text.is_empty() && !text.contains(breaks) && serde_json::from_str::<Json>(text).is_err()
    };
    match value.as_str() {
        Some(text) if is_plain(text) => format!("[{key}={text}]"),
        _ => format!("[{key}={value}]"),
    }
}

/// What an element in brackets says at the beginning of `path`: its key, its value and what
/// follows; `None` where it is no element of a keyed list.
pub fn read_element(path: &str) -> Option<(&str, Json, &str)> {
    let (key, rest) = path.strip_prefix('[')?.split_once('=')?;
    if key.starts_with('"') {
        return None;
    }
    if !rest.starts_with('"') {
        let (text, rest) = rest.split_once(']')?;
        let value = serde_json::from_str(text).unwrap_or_else(|_| Json::from(text));
        return Some((key, value, rest));
    }
    let mut values = serde_json::Deserializer::from_str(rest).into_iter::<String>();
    let text = values.next()?.ok()?;
    let rest = rest.get(values.byte_offset()..)?.strip_prefix(']')?;
    Some((key, Json::from(text), rest))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::{element, read_element};

    #[test]
    fn an_element_is_read_as_it_is_written() {
        for (value, written) in [
            (json!("PORT"), "[name=PORT]"),
            (json!("a.b"), "[name=a.b]"),
            (json!(1), "[name=1]"),
            (json!("1"), "[name=\"1\"]"),
            (json!(true), "[name=true]"),
            (json!("null"), "[name=\"null\"]"),
            (json!("a]b"), "[name=\"a]b\"]"),
            (json!("a \"b\""), "[name=\"a \\\"b\\\"\"]"),
            (json!(""), "[name=\"\"]"),
        ] {
            assert_eq!(element("name", &value), written);
            let path = format!("{written}.value");
            let read: Option<(&str, Json, &str)> = read_element(&path);
            assert_eq!(read, Some(("name", value, ".value")), "{written}");
        }
    }

    #[test]
    fn a_quoted_key_and_a_number_are_no_elements() {
        for path in ["[\"a=b\"]", "[0]", "[name=PORT", "[name=\"PORT]", ".name"] {
            assert_eq!(read_element(path), None, "{path}");
        }
    }
}

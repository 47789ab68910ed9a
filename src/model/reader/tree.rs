//! Nodes that nobody wrote as they are: what a reader makes of foreign ones.
//!
//! In: foreign nodes and the places they stand at. Out: native nodes. A key or a value that is
//! nowhere written stands at the foreign key or value that it follows from.

use serde_json::Value as Json;

use crate::syntax::Document;
use crate::syntax::Entry;
use crate::syntax::Node;
use crate::syntax::Value;
use crate::text::{Located, Span, Text};

/// A string that stands at `span`.
pub(super) fn text(value: &str, span: Span) -> Node {
    Node {
        span,
        value: Value::String(Text::from(value)),
    }
}

/// `true` or `false`, standing at `span`.
pub(super) const fn flag(value: bool, span: Span) -> Node {
    Node {
        span,
        value: Value::Bool(value),
    }
}

/// A key that stands at `place`, and its value.
pub(super) fn entry(key: &str, place: Span, node: Node) -> Entry {
    Entry {
        key: Located::new(Text::from(key), place),
        node,
    }
}

/// A mapping that stands at `span`.
pub(super) fn mapping(span: Span, entries: Vec<Entry>) -> Node {
    Node {
        span,
        value: Value::Mapping(entries.into()),
    }
}

/// A list that stands at `span`.
pub(super) fn sequence(span: Span, nodes: Vec<Node>) -> Node {
    Node {
        span,
        value: Value::Sequence(nodes.into()),
    }
}

/// A document of its own; `complete` as the foreign one is that it comes from.
pub(super) fn document(root: Node, complete: bool) -> Document {
    Document {
        file: root.span.file,
        root,
        complete,
        aliases: Box::default(),
    }
}

/// A value of JSON, all of which stands at `span`.
pub(super) fn value(json: &Json, span: Span) -> Node {
    let value = match json {
        Json::Null => Value::Null,
        Json::Bool(flag) => Value::Bool(*flag),
        Json::Number(number) => match number.as_i64() {
            Some(integer) => Value::Integer(integer),
            None => Value::Float(number.as_f64().unwrap_or_default()),
        },
        Json::String(text) => Value::String(Text::from(text.as_str())),
        Json::Array(items) => Value::Sequence(items.iter().map(|item| value(item, span)).collect()),
        Json::Object(items) => Value::Mapping(
            items
                .iter()
                .map(|(key, item)| entry(key, span, value(item, span)))
                .collect(),
        ),
    };
    Node { span, value }
}

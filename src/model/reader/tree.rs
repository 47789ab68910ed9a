//! Nodes that nobody wrote as they are: what a reader makes of foreign ones.
//!
//! In: foreign nodes and the places they stand at. Out: native nodes. A key or a value that is
//! nowhere written stands at the foreign key or value that it follows from.

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
        value: Value::Mapping(entries.into_boxed_slice()),
    }
}

/// A list that stands at `span`.
pub(super) fn sequence(span: Span, nodes: Vec<Node>) -> Node {
    Node {
        span,
        value: Value::Sequence(nodes.into_boxed_slice()),
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

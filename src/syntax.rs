//! YAML and JSON as trees in which every key and value knows where it is written.
//!
//! In: the text of a file. Out: its documents and what is wrong with them; reading never
//! fails. What stands before a mistake is kept, as a document that is not `complete`, so that
//! a broken file still says which entity it holds. Knows nothing of what documents mean.

use std::sync::Arc;

use serde_json::Value as Json;

use crate::text::{FileId, Located, Span, Text};

mod build;
mod hidden;
mod json;
mod plain;
mod retype;
pub mod salvage;
mod scalar;

pub use build::parse;
pub use build::parse_large;
pub use build::{comments, comments_at};
pub use json::JsonFault;
pub use json::json_fault;
pub use retype::retyped;

/// Limits of DESIGN section 6 for one file.
pub mod limit {
    /// Levels of nesting, also after aliases are resolved.
    pub const DEPTH: usize = 64;
    /// Values in a file, after aliases are resolved.
    pub const NODES: usize = 250_000;
    /// Documents in a file.
    pub const DOCUMENTS: usize = 100;
    /// Errors of one file that are told one by one, and as many warnings; more are counted.
    pub const FINDINGS: usize = 100;
    /// Values in a file in another language: an export has all in one.
    pub const LARGE_NODES: usize = 2_500_000;
    /// Documents in a file in another language.
    pub const LARGE_DOCUMENTS: usize = 10_000;
}

/// Whether `<<` merges mappings, or is refused because a reviewer must see what is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MergeKeys {
    /// As YAML 1.1 had it; own keys win.
    Resolved,
    /// A finding.
    Refused,
}

/// One document of a file.
#[derive(Debug, Clone)]
pub struct Document {
    /// The file it stands in.
    pub file: FileId,
    /// Its value.
    pub root: Node,
    /// Whether all of it could be read; otherwise `root` is what stood before the mistake.
    pub complete: bool,
    /// Its aliases, in the order of the file: the first of each value that they name.
    pub aliases: Box<[Alias]>,
}

/// An alias (`*name`), the first of those that stand for a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Alias {
    /// Where the alias stands.
    pub span: Span,
    /// Where the value stands that has the anchor.
    pub node: Span,
    /// How many aliases stand for it.
    pub times: u32,
}

/// A value and where it is written. An absent value (`key:` and nothing more) is a null that
/// stands at its key.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Where; for a block it begins at the first key or element.
    pub span: Span,
    /// What.
    pub value: Value,
}

/// The values of YAML 1.2's core schema.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `null`, `~` or nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// Any other number; always finite.
    Float(f64),
    /// Text.
    String(Text),
    /// A list; shared, so that an alias costs no copy of what it names.
    Sequence(Arc<[Node]>),
    /// A mapping in the order of the file; no key stands twice.
    Mapping(Arc<[Entry]>),
}

/// A key of a mapping and its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The key.
    pub key: Located<Text>,
    /// The value.
    pub node: Node,
}

impl Node {
    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The entries of a mapping.
    pub fn as_mapping(&self) -> Option<&[Entry]> {
        match &self.value {
            Value::Mapping(entries) => Some(entries),
            _ => None,
        }
    }

    /// The elements of a list.
    pub fn as_sequence(&self) -> Option<&[Node]> {
        match &self.value {
            Value::Sequence(nodes) => Some(nodes),
            _ => None,
        }
    }

    /// The entry of a key, where this is a mapping that has it.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        entry(self.as_mapping()?, key)
    }

    /// The value of a key, where this is a mapping that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.node)
    }

    /// Where what is missing in a mapping is reported: at its first key, or at all of it.
    pub fn first_key(&self) -> Span {
        let first = self.as_mapping().and_then(<[Entry]>::first);
        first.map_or(self.span, |entry| entry.key.span)
    }

    /// Whether there is no value.
    pub const fn is_null(&self) -> bool {
        matches!(self.value, Value::Null)
    }

    /// The type, as a message says it: `a string`.
    pub const fn type_words(&self) -> &'static str {
        match self.value {
            Value::Null => "nothing",
            Value::Bool(_) => "a boolean",
            Value::Integer(_) => "an integer",
            Value::Float(_) => "a number",
            Value::String(_) => "a string",
            Value::Sequence(_) => "a list",
            Value::Mapping(_) => "a mapping",
        }
    }

    /// How many values it is made of, itself included.
    pub fn size(&self) -> usize {
        1 + match &self.value {
            Value::Sequence(nodes) => nodes.iter().map(Self::size).sum::<usize>(),
            Value::Mapping(entries) => entries.iter().map(|entry| entry.node.size()).sum(),
            _ => 0,
        }
    }

    /// The bytes of memory that it takes, itself included; what is shared is counted where it is
    /// named.
    pub fn weight(&self) -> usize {
        let inside = match &self.value {
            Value::String(text) => heap(text),
            Value::Sequence(nodes) => SHARED + nodes.iter().map(Self::weight).sum::<usize>(),
            Value::Mapping(entries) => {
                let of = |entry: &Entry| {
                    size_of::<Located<Text>>() + heap(&entry.key.value) + entry.node.weight()
                };
                SHARED + entries.iter().map(of).sum::<usize>()
            }
            _ => 0,
        };
        size_of::<Self>() + inside
    }

    /// The same value without places.
    pub fn to_json(&self) -> Json {
        match &self.value {
            Value::Null => Json::Null,
            Value::Bool(value) => Json::Bool(*value),
            Value::Integer(value) => Json::from(*value),
            Value::Float(value) => Json::from(*value),
            Value::String(text) => Json::from(text.as_str()),
            Value::Sequence(nodes) => nodes.iter().map(Self::to_json).collect(),
            Value::Mapping(entries) => Json::Object(to_json_object(entries)),
        }
    }

    /// The value that a JSON pointer's parts lead to, with the key that led there, if any.
    pub fn follow<'a>(&self, parts: impl IntoIterator<Item = &'a str>) -> Option<(&Self, Span)> {
        let mut here = self;
        let mut key = self.span;
        for part in parts {
            here = match &here.value {
                Value::Mapping(entries) => {
                    let entry = entry(entries, part)?;
                    key = entry.key.span;
                    &entry.node
                }
                Value::Sequence(nodes) => {
                    let node = nodes.get(part.parse::<usize>().ok()?)?;
                    key = node.span;
                    node
                }
                _ => return None,
            };
        }
        Some((here, key))
    }
}

/// What a list or mapping takes beside its elements.
const SHARED: usize = 32;

/// The bytes of a text beyond those that stand in its place.
fn heap(text: &Text) -> usize {
    if text.len() > size_of::<Text>() {
        text.len()
    } else {
        0
    }
}

/// Whether a name begins with a typographic quote, which YAML and JSON take for a part of it.
pub fn is_misquoted(name: &str) -> bool {
    name.starts_with(['\u{201c}', '\u{201d}', '\u{2018}', '\u{201e}'])
}

/// The entry of `key` among `entries`.
pub fn entry<'a>(entries: &'a [Entry], key: &str) -> Option<&'a Entry> {
    entries.iter().find(|entry| entry.key.value == key)
}

/// The entries as a JSON object, without places.
pub fn to_json_object(entries: &[Entry]) -> serde_json::Map<String, Json> {
    entries
        .iter()
        .map(|entry| (entry.key.value.to_string(), entry.node.to_json()))
        .collect()
}

//! The keys of a file that stand beside each other.
//!
//! In: a text. Out: whether a key at a place has another one beside it, in the same mapping.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::syntax::{MergeKeys, Node, Value};
use crate::text::{FileId, Span, Text};

/// The keys of a file, each with those that stand beside it.
pub(super) struct Keys {
    mappings: Vec<BTreeSet<Text>>,
    by_key: BTreeMap<Span, usize>,
}

impl Keys {
    /// Those of a text.
    pub(super) fn of(file: FileId, text: &str) -> Self {
        let (documents, _) = crate::syntax::parse(file, text, MergeKeys::Resolved);
        let mut keys = Self {
            mappings: Vec::new(),
            by_key: BTreeMap::new(),
        };
        for document in &documents {
            keys.add(&document.root);
        }
        keys
    }

    fn add(&mut self, node: &Node) {
        match &node.value {
            Value::Sequence(nodes) => nodes.iter().for_each(|node| self.add(node)),
            Value::Mapping(entries) => {
                let number = self.mappings.len();
                let names = entries.iter().map(|entry| entry.key.value.clone());
                self.mappings.push(names.collect());
                for entry in entries.iter() {
                    self.by_key.insert(entry.key.span, number);
                    self.add(&entry.node);
                }
            }
            _ => {}
        }
    }

    /// Whether the key at a place has a key of this name beside it.
    pub(super) fn has_beside(&self, key: Span, name: &str) -> bool {
        let number = self.by_key.get(&key);
        let mapping = number.and_then(|number| self.mappings.get(*number));
        mapping.is_some_and(|mapping| mapping.contains(name))
    }
}

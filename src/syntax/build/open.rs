//! Mappings and lists that are not closed yet.

use std::collections::HashMap;

use super::key::Key;
use crate::syntax::{Entry, Node};
use crate::text::{Located, Span, Text};

/// A mapping or list that is not closed yet.
pub(super) struct Open {
    pub(super) start: u32,
    pub(super) anchor: usize,
    pub(super) inside: Inside,
}

pub(super) enum Inside {
    Sequence(Vec<Node>),
    Mapping {
        entries: Vec<Entry>,
        /// `Some(None)`: a key was refused, its value is read and dropped.
        #[expect(clippy::option_option, reason = "no key yet, a refused one, a key")]
        key: Option<Option<Key>>,
        /// What `<<` named; laid under the other entries when the mapping ends.
        merged: Option<Box<(Located<Text>, Node)>>,
        /// Where each key stands, once there are so many that looking through them is slow.
        names: HashMap<Text, Span>,
        /// Of a document's mapping: the entries whose keys stand there before, by their numbers,
        /// and where the first of each stands.
        again: Vec<(usize, Span)>,
    },
}

impl Inside {
    pub(super) fn mapping() -> Self {
        Self::Mapping {
            entries: Vec::new(),
            key: None,
            merged: None,
            names: HashMap::default(),
            again: Vec::new(),
        }
    }
}

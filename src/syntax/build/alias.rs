//! Anchors, aliases and merge keys, within budgets.
//!
//! In: values that have an anchor, and the aliases that name them. Out: copies whose places are
//! those of the anchored value, and where each alias stands. A few lines of aliases can name
//! billions of values or bytes: sizes are counted before anything is copied.

use std::collections::HashSet;

use super::{Builder, Stop};
use crate::finding::Finding;
use crate::finding::codes::{E0103, E0104};
use crate::syntax::{Alias, Entry, Node, Value, limit};
use crate::text::{Located, Span, Text};

/// A value that aliases may name.
pub(super) struct Anchor {
    node: Node,
    depth: usize,
    size: usize,
    /// The number of the first alias that names it.
    named: Option<usize>,
}

impl Builder<'_> {
    /// Keeps a value for aliases.
    pub(super) fn keep(
        &mut self,
        anchor: usize,
        node: &Node,
        size: usize,
        depth: usize,
    ) -> Result<(), Stop> {
        self.kept += size;
        if self.kept > self.budget.nodes {
            return Err(self.too_large(
                node.span,
                format!("anchors keep more than {} values", self.budget.nodes),
            ));
        }
        let node = node.clone();
        let kept = Anchor {
            node,
            depth,
            size,
            named: None,
        };
        self.anchors.insert(anchor, kept);
        Ok(())
    }

    pub(super) fn alias(&mut self, id: usize, span: Span) -> Result<(), Stop> {
        let Some(anchor) = self.anchors.get_mut(&id) else {
            // The parser knows the anchor, so it is one that is still open: a cycle.
            self.tell(
                Finding::new(&E0104, span, "an alias stands inside what it names")
                    .label("would never end")
                    .help("write the value out"),
            );
            return Err(Stop::Document);
        };
        let (size, depth, node) = (anchor.size, anchor.depth, anchor.node.clone());
        let named = anchor
            .named
            .replace(anchor.named.unwrap_or(self.aliases.len()));
        self.count(size, span)?;
        if self.open.len() + depth > limit::DEPTH {
            self.tell(
                Finding::new(
                    &E0103,
                    span,
                    format!(
                        "with its aliases this is nested deeper than {} levels",
                        limit::DEPTH
                    ),
                )
                .label("the limit is reached here")
                .help("nest less: an alias counts as what it stands for"),
            );
            return Err(Stop::Document);
        }
        match named.and_then(|at| self.aliases.get_mut(at)) {
            Some(first) => first.times += 1,
            None => self.aliases.push(Alias {
                span,
                node: node.span,
                times: 1,
            }),
        }
        self.place(node, false);
        Ok(())
    }

    /// Lays what `<<` names under the entries of a mapping.
    pub(super) fn merge(
        &mut self,
        entries: &mut Vec<Entry>,
        merged: Option<Box<(Located<Text>, Node)>>,
    ) {
        let Some((key, node)) = merged.map(|merged| *merged) else {
            return;
        };
        // What is copied counts; whether that was too much is asked at the next value.
        let left = self.budget.nodes.saturating_sub(self.nodes);
        match merge(entries, &key, node, left) {
            Ok(copied) => self.nodes += copied,
            Err(finding) => self.tell(*finding),
        }
    }
}

fn children(node: &Node) -> Box<dyn Iterator<Item = &Node> + '_> {
    match &node.value {
        Value::Sequence(nodes) => Box::new(nodes.iter()),
        Value::Mapping(entries) => Box::new(entries.iter().map(|entry| &entry.node)),
        _ => Box::new(std::iter::empty()),
    }
}

/// Bytes of a text that count as a value: aliases copy texts.
const TEXT: usize = 64;

/// What a text counts where an alias names it.
pub(super) const fn size_of_text(text: &str) -> usize {
    1 + text.len() / TEXT
}

/// Values in a tree and its depth, long texts counted as several; trees are at most `limit::DEPTH` deep.
pub(super) fn size_and_depth(node: &Node) -> (usize, usize) {
    if let Value::String(text) = &node.value {
        return (size_of_text(text), 1);
    }
    let (size, depth) = children(node)
        .map(size_and_depth)
        .fold((0, 0), |(size, depth), (s, d)| (size + s, depth.max(d)));
    (size + 1, depth + 1)
}

/// Lays the mappings that `<<` names under the entries of a mapping: own keys win, then the
/// first mapping that has a key. Gives how much was copied, which ends where it is more than is
/// `left`.
fn merge(
    entries: &mut Vec<Entry>,
    key: &Located<Text>,
    node: Node,
    left: usize,
) -> Result<usize, Box<Finding>> {
    let sources = match node.value {
        Value::Sequence(nodes) => nodes.to_vec(),
        _ => vec![node],
    };
    let mut names: HashSet<Text> = entries
        .iter()
        .map(|entry| entry.key.value.clone())
        .collect();
    let mut copied = 0;
    for source in sources {
        let span = source.span;
        let Value::Mapping(merged) = source.value else {
            return Err(Box::new(
                Finding::new(&E0104, key.span, "`<<` merges mappings only")
                    .label("merge key")
                    .related(span, "not a mapping")
                    .help("name mappings behind it: `<<: *anchor`"),
            ));
        };
        for entry in merged.iter() {
            // A look at a key costs a copy of it too.
            copied += size_of_text(&entry.key.value);
            if copied > left {
                return Ok(copied);
            }
            if names.insert(entry.key.value.clone()) {
                copied += entry.node.as_str().map_or(1, size_of_text);
                entries.push(entry.clone());
            }
        }
    }
    Ok(copied)
}

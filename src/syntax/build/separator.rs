//! Where documents begin: at a `---`, and where a `---` is missing.
//!
//! In: a text, or a document's mapping in which keys stand twice. Out: the next line that begins
//! a document, or the mappings that were meant as documents of their own.

use std::collections::HashSet;

use super::{Builder, key};
use crate::finding::Finding;
use crate::finding::Fix;
use crate::finding::codes::E0106;
use crate::finding::fix::Change;
use crate::syntax::{Entry, Node, Value};
use crate::text::{Located, Span, Text};

/// The key that every definition and entity has once.
const IDENTIFIER: &str = "identifier";

/// The first line behind `from` that begins with `---` and so begins a document; the end of the
/// text where there is none. The same line at `from` itself does not count.
pub(super) fn next(text: &str, from: usize) -> usize {
    let rest = text.get(from..).unwrap_or("");
    rest.match_indices("---")
        .map(|(at, _)| (from + at, from + at + 3))
        .find(|(start, end)| {
            let before = text.get(..*start).unwrap_or("");
            let after = text.get(*end..).unwrap_or("");
            *start > from
                && before.ends_with(['\n', '\r'])
                && (after.is_empty() || after.starts_with([' ', '\t', '\n', '\r']))
        })
        .map_or(text.len(), |(start, _)| start)
}

/// The finding that a document begins without a `---` before it.
pub(super) fn missing(span: Span, message: String, first: Span) -> Finding {
    Finding::new(&E0106, span, message)
        .label("a second document begins here")
        .related(first, "the first began here")
        .help("put `---` on a line before it")
        .fix(Fix::new(span, Change::Begun))
}

impl Builder<'_> {
    /// The mapping of a document in which the entries `again` have keys that stand before them.
    /// Where they look like the beginning of another document they are one; else they are left
    /// out.
    pub(super) fn close_repeating(
        &mut self,
        entries: Vec<Entry>,
        merged: Option<Box<(Located<Text>, Node)>>,
        again: &[(usize, Span)],
        span: Span,
    ) -> Node {
        let mut roots: Vec<Vec<Entry>> = Vec::new();
        let starts = starts(&entries, again);
        let mut again = again.iter().peekable();
        let mut names: HashSet<Text> = HashSet::new();
        for (n, entry) in entries.into_iter().enumerate() {
            let first = again.next_if(|(at, _)| *at == n).map(|(_, first)| *first);
            let is_start = n == 0 || starts.contains(&n);
            if is_start && self.documents.len() + roots.len() >= self.budget.documents {
                let message = format!("there are more than {} documents", self.budget.documents);
                self.too_large(entry.key.span, message);
                self.is_cut = true;
                break;
            }
            if is_start {
                if let Some(before) = roots.last().and_then(|root| root.first()) {
                    self.tell(missing(
                        entry.key.span,
                        format!("a `---` is missing before this `{}`", entry.key.value),
                        before.key.span,
                    ));
                }
                roots.push(Vec::new());
                names.clear();
            }
            if !names.insert(entry.key.value.clone()) {
                let first = first.unwrap_or(entry.key.span);
                self.tell(key::twice(&entry.key, first));
                continue;
            }
            if let Some(root) = roots.last_mut() {
                root.push(entry);
            }
        }
        let mut roots = roots.into_iter();
        let mut first = roots.next().unwrap_or_default();
        let rest: Vec<Node> = roots.map(|entries| self.mapping_of(entries)).collect();
        self.merge(&mut first, merged);
        let node = if rest.is_empty() {
            Node {
                span,
                value: Value::Mapping(first.into()),
            }
        } else {
            self.mapping_of(first)
        };
        self.next_roots.extend(rest);
        node
    }

    fn mapping_of(&self, entries: Vec<Entry>) -> Node {
        let start = entries.first().map_or(0, |entry| entry.key.span.start);
        let ends = entries.iter().map(|entry| {
            let node = entry.node.span;
            // A value that an alias gave stands elsewhere.
            if node.start >= entry.key.span.start {
                node.end
            } else {
                entry.key.span.end
            }
        });
        let end = ends.max().unwrap_or(start).max(start);
        Node {
            span: Span::new(self.file, start, end),
            value: Value::Mapping(entries.into()),
        }
    }
}

/// The numbers of the entries that begin another document: two keys or more stand again, one of
/// them the first key or the identifier.
fn starts(entries: &[Entry], again: &[(usize, Span)]) -> HashSet<usize> {
    let name = |n: usize| entries.get(n).map(|entry| &entry.key.value);
    let Some(head) = name(0) else {
        return HashSet::new();
    };
    let mut starts = HashSet::new();
    let mut run: Vec<usize> = Vec::new();
    let mut names: HashSet<&Text> = HashSet::new();
    let mut close = |run: &mut Vec<usize>, names: &mut HashSet<&Text>| {
        let is_document = names
            .iter()
            .any(|name| *name == head || *name == IDENTIFIER);
        if let (Some(first), true) = (run.first(), run.len() > 1 && is_document) {
            starts.insert(*first);
        }
        run.clear();
        names.clear();
    };
    for (n, _) in again {
        let Some(name) = name(*n) else { continue };
        if names.contains(name) {
            close(&mut run, &mut names);
        }
        run.push(*n);
        names.insert(name);
    }
    close(&mut run, &mut names);
    starts
}

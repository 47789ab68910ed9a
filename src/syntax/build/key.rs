//! The keys of mappings: strings that can be seen, each once.
//!
//! In: a value in a key's place. Out: the key, or a finding why it is none.

use std::collections::HashMap;

use super::words::{TEMPLATE, quoted};
use super::{Builder, Inside};
use crate::finding::Finding;
use crate::finding::Fix;
use crate::finding::codes::{E0102, E0104, E0105};
use crate::finding::fix::Change;
use crate::syntax::{Entry, MergeKeys, Node, Value, entry, is_misquoted, retyped};
use crate::text::{Located, Span, Text, has_hidden};

/// From this many keys on a mapping keeps an index of them.
const INDEXED_KEYS: usize = 32;

/// A key whose value is read next.
pub(super) struct Key {
    pub(super) name: Located<Text>,
    pub(super) is_merge: bool,
    /// Of a document's mapping: where the same key stands before.
    pub(super) first: Option<Span>,
}

impl Builder<'_> {
    /// The key that a value in a key's place is; `None` where it is refused.
    pub(super) fn key(&mut self, node: Node, plain: bool) -> Option<Key> {
        let Value::String(name) = node.value else {
            self.not_a_string(&node);
            return None;
        };
        if plain && (name.starts_with("// ") || name.starts_with("/*")) {
            self.tell(script_comment(node.span));
            return None;
        }
        let is_merge = plain && name == "<<";
        if is_merge && self.merge_keys == MergeKeys::Refused {
            self.tell(
                Finding::new(
                    &E0104,
                    node.span,
                    "a definition is not merged together with `<<`",
                )
                .label("merge key")
                .help("write the keys out, so that a reviewer sees all of them here"),
            );
            return None;
        }
        if has_hidden(&name) {
            self.tell(
                Finding::new(
                    &E0105,
                    node.span,
                    format!("the key `{name}` has characters that cannot be seen"),
                )
                .label("invisible or control characters")
                .help("type the key again"),
            );
        } else if is_misquoted(&name) && !self.typographic {
            self.typographic = true;
            self.tell(
                Finding::new(
                    &E0104,
                    node.span,
                    format!("`{name}` is in typographic quotes, which belong to the name"),
                )
                .label("not the quotes of YAML or JSON")
                .help("replace the typographic quotes of the document by straight ones: `\"`")
                .fix(Fix::new(node.span, Change::Straight)),
            );
        }
        let first = self.first_of(&name);
        let name = Located::new(name, node.span);
        if let Some(first) = first.filter(|_| is_merge || self.open.len() > 1) {
            self.tell(twice(&name, first));
            return None;
        }
        Some(Key {
            name,
            is_merge,
            first,
        })
    }

    fn not_a_string(&mut self, node: &Node) {
        if self.is_template(node.span) {
            let span = Span::new(self.file, node.span.start - 1, node.span.end + 1);
            let written = self.slice(span);
            self.tell(
                Finding::new(&E0104, span, TEMPLATE)
                    .label("begins a mapping for YAML")
                    .help(format!(
                        "put the whole value in quotes: `{}`",
                        quoted(written)
                    )),
            );
            return;
        }
        let written = self.slice(node.span);
        let help = match node.value {
            _ if written.is_empty() => "write the key before the colon".to_owned(),
            Value::Sequence(_) | Value::Mapping(_) => "write a name as the key".to_owned(),
            _ => format!("put it in quotes: `{}`", quoted(written)),
        };
        let message = format!("a key must be a string, this is {}", node.type_words());
        self.tell(
            Finding::new(&E0104, node.span, message)
                .label("not a string")
                .help(help)
                .maybe_fix(retyped(node, "a string")),
        );
    }

    /// Whether what stands at `span` is the inner half of a `{{ ... }}` without quotes.
    fn is_template(&self, span: Span) -> bool {
        let (start, end) = (span.start as usize, span.end as usize);
        let before = self.text.get(..start).unwrap_or("");
        let after = self.text.get(end..).unwrap_or("");
        before.ends_with('{') && after.starts_with('}')
    }

    /// Where the open mapping has `name` already.
    fn first_of(&self, name: &Text) -> Option<Span> {
        let Some(Inside::Mapping {
            entries,
            merged,
            names,
            ..
        }) = self.open.last().map(|open| &open.inside)
        else {
            return None;
        };
        if let Some(merged) = merged
            && merged.0.value == *name
        {
            return Some(merged.0.span);
        }
        if entries.len() >= INDEXED_KEYS {
            return names.get(name).copied();
        }
        entry(entries, name).map(|entry| entry.key.span)
    }
}

/// The finding that a comment of another language is read as a key.
fn script_comment(span: Span) -> Finding {
    Finding::new(
        &E0104,
        Span::new(span.file, span.start, span.start + 2),
        "`//` and `/*` begin no comment in YAML or JSON, this is a key",
    )
    .label("read as a key")
    .help("delete the comment; in YAML write `# ` in its place, before or behind a value")
}

/// The finding that a key stands twice in one mapping.
pub(super) fn twice(name: &Located<Text>, first: Span) -> Finding {
    Finding::new(
        &E0102,
        name.span,
        format!("the key `{}` stands twice in one mapping", name.value),
    )
    .label("second")
    .related(first, "first")
    .help("delete one of the two")
    .fix(Fix::new(name.span, Change::Repeated(first)))
}

/// Keeps the index of keys up to date, from the number on where there is one.
pub(super) fn index(entries: &[Entry], names: &mut HashMap<Text, Span>) {
    let new = match entries.len() {
        INDEXED_KEYS => entries,
        n if n > INDEXED_KEYS => entries.get(n - 1..).unwrap_or_default(),
        _ => return,
    };
    for entry in new {
        let first = names.entry(entry.key.value.clone());
        first.or_insert(entry.key.span);
    }
}

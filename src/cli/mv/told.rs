//! Texts that name an entity which is renamed, and of which nobody can tell whether they mean it.
//!
//! In: the catalog after the rename. Out: a finding for each place in a definition where the old
//! name still stands between quotes, or is all that a value says. Comments are passed over.

use crate::compile::Compiled;
use crate::finding::Finding;
use crate::finding::codes::E0617;
use crate::model::DocumentKind;
use crate::model::settings;
use crate::syntax::{self, MergeKeys, Node, Value};
use crate::text::{FileId, Span, visible};

/// The places where the old name is left.
pub(super) fn left(compiled: &Compiled, (kind, old): (&str, &str), new: &str) -> Vec<Finding> {
    let mut all = Vec::new();
    for (file, source) in compiled.snapshot.files() {
        let is_definition = match compiled.catalog.files.kind(&source.path) {
            Some(DocumentKind::Entities | DocumentKind::Requests) => false,
            Some(_) => true,
            None => source.path.rsplit('/').next() == Some(settings::FILE),
        };
        let Ok(text) = &source.text else { continue };
        if !is_definition || !text.contains(old) {
            continue;
        }
        let mut spans = quoted(file, text, old);
        let (documents, _) = syntax::parse(file, text, MergeKeys::Resolved);
        if !source.path.ends_with(".cedar") {
            for document in &documents {
                whole(&document.root, old, &mut spans);
            }
        }
        spans.sort();
        spans.dedup();
        all.extend(spans.into_iter().map(|span| told(span, (kind, old), new)));
    }
    all
}

fn told(span: Span, (kind, old): (&str, &str), new: &str) -> Finding {
    let (kind, old, new) = (visible(kind), visible(old), visible(new));
    let message = format!("`{old}` stands here, and nobody can tell whether it is the {kind}");
    Finding::new(&E0617, span, message)
        .label("not rewritten")
        .help(format!(
            "write `{new}` where the {kind} is meant, then run it with `--leave-texts`"
        ))
}

/// Where a name stands between quotes, but for comments.
fn quoted(file: FileId, text: &str, old: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let is_comment =
            line.trim_start().starts_with(['#']) || line.trim_start().starts_with("//");
        if !is_comment {
            for (at, _) in line.match_indices(old) {
                let before = line.get(..at).and_then(|it| it.chars().next_back());
                let behind = line.get(at + old.len()..).and_then(|it| it.chars().next());
                let is_quote = |c: Option<char>| matches!(c, Some('"' | '\''));
                if is_quote(before) && before == behind {
                    spans.extend(span(file, start + at, old.len()));
                }
            }
        }
        start += line.len();
    }
    spans
}

fn span(file: FileId, at: usize, len: usize) -> Option<Span> {
    let (start, end) = (u32::try_from(at).ok()?, u32::try_from(at + len).ok()?);
    Some(Span::new(file, start, end))
}

/// Where a value is the name and nothing else; what people read is passed over.
fn whole(node: &Node, old: &str, spans: &mut Vec<Span>) {
    match &node.value {
        Value::String(text) if text == old => {
            let quote = u32::from(node.span.end - node.span.start > text.len() as u32);
            let end = node.span.end.saturating_sub(quote);
            spans.push(Span::new(node.span.file, node.span.start + quote, end));
        }
        Value::Sequence(nodes) => nodes.iter().for_each(|it| whole(it, old, spans)),
        Value::Mapping(entries) => {
            let read = ["title", "description", "name", "identifier", "expect"];
            let entries = entries.iter();
            let meant = entries.filter(|it| !read.contains(&it.key.value.as_str()));
            meant.for_each(|entry| whole(&entry.node, old, spans));
        }
        _ => {}
    }
}

//! Texts that name an entity which is renamed, and of which nobody can tell whether they mean it.
//!
//! In: the catalog after the rename. Out: a finding for each place in a definition where the old
//! name still stands between quotes, or is all that a value says; and the places where it is what a
//! relation says, as tests of the rules write it. Comments are passed over.

use std::collections::{BTreeMap, BTreeSet};

use crate::compile::Compiled;
use crate::finding::Finding;
use crate::finding::codes::E0617;
use crate::model::DocumentKind;
use crate::model::settings;
use crate::syntax::{self, MergeKeys, Node, Value};
use crate::text::{FileId, Span, visible};

/// Where definitions say what a relation is that leads to such entities, and name the old one.
pub(super) fn sure(
    compiled: &Compiled,
    (kind, old): (&str, &str),
) -> BTreeMap<FileId, BTreeSet<Span>> {
    let catalog = &compiled.catalog;
    // What has the old name still is meant where it may be.
    let has_old = |kind: &str| {
        let kind = catalog.find_blueprint(kind);
        kind.is_some_and(|(kind, _)| catalog.find_entity(kind, old).is_some())
    };
    let is_taken = catalog.entities.iter().any(|it| it.identifier.value == old);
    let is_own = |name: &str| {
        let relations = catalog.blueprints.iter().flat_map(|it| &it.relations);
        let targets = relations.filter(|it| it.name.value == name);
        let targets: Vec<&str> = targets.map(|it| it.target.value.as_str()).collect();
        targets.contains(&kind) && !targets.iter().any(|target| has_old(target))
    };
    let mut all: BTreeMap<FileId, BTreeSet<Span>> = BTreeMap::new();
    for (file, source) in compiled.snapshot.files() {
        let Ok(text) = &source.text else { continue };
        let is_test = catalog.files.kind(&source.path) == Some(DocumentKind::Tests);
        if !is_test || !text.contains(old) {
            continue;
        }
        let (documents, _) = syntax::parse(file, text, MergeKeys::Resolved);
        let mut spans = Vec::new();
        for document in &documents {
            of_relations(&document.root, old, &is_own, &mut spans);
            if !is_taken {
                of_subjects(&document.root, old, &mut spans);
            }
        }
        if !spans.is_empty() {
            all.insert(file, spans.into_iter().collect());
        }
    }
    all
}

/// Where a name stands as what a relation says.
fn of_relations(node: &Node, old: &str, is_own: &dyn Fn(&str) -> bool, spans: &mut Vec<Span>) {
    let relation = |path: &str| path.strip_prefix("relations.").is_some_and(is_own);
    let mut said = |node: &Node| {
        let nodes = node.as_sequence().unwrap_or(std::slice::from_ref(node));
        let named = nodes.iter().filter(|it| it.as_str() == Some(old));
        spans.extend(named.map(|it| it.span));
    };
    let path = node.get("path").and_then(Node::as_str);
    if let (Some(to), true) = (node.get("to"), path.is_some_and(relation)) {
        said(to);
    }
    for entry in node.as_mapping().unwrap_or_default() {
        if relation(&entry.key.value) {
            said(&entry.node);
        }
        if entry.key.value == "relations" {
            let relations = entry.node.as_mapping().unwrap_or_default().iter();
            relations
                .filter(|it| is_own(&it.key.value))
                .for_each(|it| said(&it.node));
        }
    }
    let entries = node.as_mapping().unwrap_or_default().iter();
    let nodes = node.as_sequence().unwrap_or_default().iter();
    for inner in entries.map(|it| &it.node).chain(nodes) {
        of_relations(inner, old, is_own, spans);
    }
}

/// Where a test says which entity it is about.
fn of_subjects(node: &Node, old: &str, spans: &mut Vec<Span>) {
    for entry in node.as_mapping().unwrap_or_default() {
        if entry.key.value == "entity" && entry.node.as_str() == Some(old) {
            spans.push(entry.node.span);
        }
        of_subjects(&entry.node, old, spans);
    }
    for node in node.as_sequence().unwrap_or_default() {
        of_subjects(node, old, spans);
    }
}

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
        let is_cedar = compiled.catalog.files.kind(&source.path) == Some(DocumentKind::Policies);
        for document in documents.iter().filter(|_| !is_cedar) {
            whole(&document.root, old, &mut spans);
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

/// Where a name stands between quotes, or is what a document in a text is about, but for comments.
fn quoted(file: FileId, text: &str, old: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let is_comment =
            line.trim_start().starts_with(['#']) || line.trim_start().starts_with("//");
        // A test may have a whole document as a text.
        let subject = line.trim().strip_prefix("entity: ");
        if subject == Some(old) {
            let at = start + line.find(old).unwrap_or_default();
            spans.extend(span(file, at, old.len()));
        }
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
            let written = (node.span.end - node.span.start) as usize;
            let quote = u32::from(written > text.len());
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

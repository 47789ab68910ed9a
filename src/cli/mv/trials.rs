//! Places where tests of the rules name an entity, as what a relation says or as what they are about.
//!
//! In: the catalog after a rename. Out: the places of the old name that cannot mean anything else.

use std::collections::{BTreeMap, BTreeSet};

use crate::cli::left::words_in;
use crate::compile::Compiled;
use crate::model::DocumentKind;
use crate::syntax::{self, MergeKeys, Node};
use crate::text::{FileId, Span};

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
            let name = Sure {
                kind,
                old,
                is_taken,
                is_own: &is_own,
            };
            name.of_document(&document.root, &mut spans);
            name.of_texts(text, &document.root, &mut spans);
        }
        if !spans.is_empty() {
            all.insert(file, spans.into_iter().collect());
        }
    }
    all
}

/// A name that an entity had, and where it can mean no other.
struct Sure<'s> {
    kind: &'s str,
    old: &'s str,
    /// Whether an entity is called so still.
    is_taken: bool,
    /// Whether a relation of a name leads to what was called so alone.
    is_own: &'s dyn Fn(&str) -> bool,
}

impl Sure<'_> {
    fn of_document(&self, root: &Node, spans: &mut Vec<Span>) {
        self.of_relations(root, spans);
        if !self.is_taken {
            self.of_subjects(root, spans);
        }
    }

    /// Where a name stands as what a relation says.
    fn of_relations(&self, node: &Node, spans: &mut Vec<Span>) {
        let relation = |path: &str| path.strip_prefix("relations.").is_some_and(self.is_own);
        let mut said = |node: &Node| {
            let nodes = node.as_sequence().unwrap_or(std::slice::from_ref(node));
            let named = nodes.iter().filter(|it| it.as_str() == Some(self.old));
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
                    .filter(|it| (self.is_own)(&it.key.value))
                    .for_each(|it| said(&it.node));
            }
        }
        for inner in parts(node) {
            self.of_relations(inner, spans);
        }
    }

    /// Where a test, or a request in one, says which entity it is about.
    fn of_subjects(&self, node: &Node, spans: &mut Vec<Span>) {
        for entry in node.as_mapping().unwrap_or_default() {
            let name = entry.node.as_str().unwrap_or_default();
            let own = name.strip_prefix(self.kind);
            let own = own.and_then(|it| it.strip_prefix('/')).unwrap_or(name);
            if entry.key.value == "entity" && own == self.old {
                spans.push(entry.node.span);
            }
        }
        for inner in parts(node) {
            self.of_subjects(inner, spans);
        }
    }

    /// The same in the files that a test brings. What is written there is told by words: it is
    /// sure where each word that is the name stands in such a place.
    fn of_texts(&self, text: &str, node: &Node, spans: &mut Vec<Span>) {
        for inner in parts(node) {
            self.of_texts(text, inner, spans);
        }
        let Some(file) = node.as_str().filter(|it| it.contains(self.old)) else {
            return;
        };
        let (documents, findings) = syntax::parse(FileId::BUILT_IN, file, MergeKeys::Resolved);
        if !file.contains('\n') || !findings.is_empty() {
            return;
        }
        let mut inside = Vec::new();
        for document in &documents {
            self.of_document(&document.root, &mut inside);
        }
        inside.sort();
        inside.dedup();
        let (start, end) = (node.span.start as usize, node.span.end as usize);
        let written = text.get(start..end).unwrap_or_default();
        let places: Vec<Span> = words_in(text, (start, written), self.old)
            .filter_map(|word| word.span(node.span.file))
            .collect();
        if places.len() == inside.len() {
            spans.extend(places);
        }
    }
}

/// What a list or a mapping holds.
fn parts(node: &Node) -> impl Iterator<Item = &Node> {
    let entries = node.as_mapping().unwrap_or_default().iter();
    let nodes = node.as_sequence().unwrap_or_default().iter();
    entries.map(|it| &it.node).chain(nodes)
}

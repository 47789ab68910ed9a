//! Places where tests of the rules name an entity, as what a relation says or as what they are about.
//!
//! In: the catalog after a rename. Out: the places of the old name that cannot mean anything else.

use std::collections::{BTreeMap, BTreeSet};

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

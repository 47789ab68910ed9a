//! `$text: ./openapi.yaml` and its like: another file's content in the place of a value.
//!
//! In: the trees of a descriptor and all files. Out: the same with the content in place; a file
//! that is not among those read is a finding. Content is never looked through for placeholders
//! again, and what all of them take in together is bounded.

use std::sync::Arc;

use super::path;
use crate::finding::Finding;
use crate::finding::codes::{E0103, E0236};
use crate::model::reader::{Foreign, intake};
use crate::syntax::MergeKeys;
use crate::syntax::Node;
use crate::syntax::Value;
use crate::text::{FileId, Text};

/// Keys that are placeholders where they stand alone; the value is kept as text or as a tree.
const WORDS: [(&str, Content); 6] = [
    ("$text", Content::Text),
    ("$json", Content::Tree),
    ("$yaml", Content::Tree),
    ("$openapi", Content::Text),
    ("$asyncapi", Content::Text),
    ("$graphql", Content::Text),
];

/// What a placeholder makes of a file.
#[derive(Debug, Clone, Copy)]
enum Content {
    Text,
    Tree,
}

/// Puts content in the place of placeholders, for one file of descriptors.
pub(super) struct Placeholders<'f> {
    foreign: &'f Foreign<'f>,
}

impl<'f> Placeholders<'f> {
    /// For the descriptors of a file.
    pub(super) const fn new(foreign: &'f Foreign<'f>) -> Self {
        Self { foreign }
    }

    /// Puts content in the place of the placeholders of a tree.
    pub(super) fn fill(&mut self, node: &mut Node, findings: &mut Vec<Finding>) {
        if let Some((content, target)) = placeholder(node) {
            if let Some(value) = self.value(content, target, findings) {
                *node = value;
            }
            return;
        }
        // Where there is none, lists and mappings that aliases share stay shared.
        if !has_any(node) {
            return;
        }
        match &mut node.value {
            Value::Mapping(entries) => {
                for entry in Arc::make_mut(entries) {
                    self.fill(&mut entry.node, findings);
                }
            }
            Value::Sequence(nodes) => {
                for node in Arc::make_mut(nodes) {
                    self.fill(node, findings);
                }
            }
            _ => {}
        }
    }

    /// What stands in the place of a placeholder.
    fn value(
        &mut self,
        content: Content,
        target: &Node,
        findings: &mut Vec<Finding>,
    ) -> Option<Node> {
        let written = target.as_str()?;
        if path::is_url(written) {
            // Nothing is fetched: the address itself is all that is known of the text.
            findings.push(
                Finding::new(
                    &E0236,
                    target.span,
                    format!("`{written}` is never fetched"),
                )
                .label("its content is not known")
                .help("put the text into this repository and name its path, or set `severity: {content-not-taken-in: off}`"),
            );
            return Some(target.clone());
        }
        let found = path::beside(self.foreign.snapshot, self.foreign.file, written)
            .filter(|path| self.foreign.files.takes(path))
            .and_then(|path| self.foreign.snapshot.find(&path));
        let Some(file) = found else {
            findings.push(not_taken_in(self.foreign, target, written));
            return Some(target.clone());
        };
        let text = self.foreign.snapshot.text(file);
        if !self.foreign.intake.takes(text) {
            findings.push(
                Finding::new(
                    &E0103,
                    target.span,
                    format!(
                        "with `{written}` this file takes in more than {} bytes",
                        intake::MOST
                    ),
                )
                .label("not taken in")
                .help("divide the descriptors into several files"),
            );
            return Some(target.clone());
        }
        match content {
            Content::Text => Some(Node {
                span: target.span,
                value: Value::String(Text::from(text)),
            }),
            Content::Tree => tree(file, text, findings).or_else(|| Some(target.clone())),
        }
    }
}

/// The placeholder that a mapping of one key is.
fn placeholder(node: &Node) -> Option<(Content, &Node)> {
    let [entry] = node.as_mapping()? else {
        return None;
    };
    let (_, content) = WORDS.iter().find(|(word, _)| entry.key.value == *word)?;
    entry.node.as_str()?;
    Some((*content, &entry.node))
}

/// Whether a placeholder stands in a value.
fn has_any(node: &Node) -> bool {
    placeholder(node).is_some()
        || match &node.value {
            Value::Mapping(entries) => entries.iter().any(|entry| has_any(&entry.node)),
            Value::Sequence(nodes) => nodes.iter().any(has_any),
            _ => false,
        }
}

/// Whether a text has the word of a placeholder in it.
pub(super) fn may_be_in(text: &str) -> bool {
    text.contains('$') && WORDS.iter().any(|(word, _)| text.contains(word))
}

/// The first document of a file; what is wrong with it stands in that file.
fn tree(file: FileId, text: &str, findings: &mut Vec<Finding>) -> Option<Node> {
    let (documents, found) = crate::syntax::parse(file, text, MergeKeys::Resolved);
    findings.extend(found);
    let first = documents.into_iter().next()?;
    first.complete.then_some(first.root)
}

fn not_taken_in(foreign: &Foreign<'_>, target: &Node, written: &str) -> Finding {
    let help = match path::beside(foreign.snapshot, foreign.file, written) {
        Some(path) => {
            format!(
                "correct the path, or name it in `files` of the source in catalogc.yaml: `files: [\"{}\"]`",
                foreign.files.as_written(&path)
            )
        }
        None => "write a path within this repository".to_owned(),
    };
    Finding::new(
        &E0236,
        target.span,
        format!("`{written}` is not among the files that may be taken in"),
    )
    .label("its content is not known")
    .help(help)
}

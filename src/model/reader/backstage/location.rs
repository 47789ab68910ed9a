//! What a `Location` points at: files among those that are read, or places beyond them.
//!
//! In: the `spec` of a Location and all files. Out: findings about what is not read, for its
//! entities are absent; and all files that Locations lead to. Follows nothing out of the
//! repository.

use std::collections::BTreeSet;

use super::path;
use crate::finding::Finding;
use crate::finding::codes::{E0234, E0235};
use crate::model::reader::Foreign;
use crate::source::Snapshot;
use crate::syntax::MergeKeys;
use crate::syntax::Node;
use crate::text::FileId;

/// The targets of a Location.
fn targets(spec: &Node) -> impl Iterator<Item = &Node> {
    let targets = spec.get("targets").and_then(Node::as_sequence);
    spec.get("target")
        .into_iter()
        .chain(targets.unwrap_or_default())
}

/// Whether another program reads a target, so that it is no path of this repository.
fn is_remote(spec: &Node, target: &str) -> bool {
    let kind = spec.get("type").and_then(Node::as_str).unwrap_or("file");
    path::is_url(target) || !matches!(kind, "file" | "url")
}

/// Looks at the targets of a Location.
pub(super) fn check(foreign: &Foreign<'_>, spec: &Node, findings: &mut Vec<Finding>) {
    let is_optional = spec.get("presence").and_then(Node::as_str) == Some("optional");
    let mut remote: Vec<&Node> = Vec::new();
    for node in targets(spec) {
        match node.as_str() {
            Some(target) if is_remote(spec, target) => remote.push(node),
            Some(target) if !is_optional => findings.extend(not_read(foreign, node, target)),
            _ => {}
        }
    }
    if let Some(first) = remote.first() {
        findings.push(not_followed(first, remote.len()));
    }
}

fn not_followed(first: &Node, count: usize) -> Finding {
    Finding::new(
        &E0235,
        first.span,
        match count {
            1 => "this target is not in the repository and is not followed".to_owned(),
            n => format!("{n} targets are not in the repository and are not followed"),
        },
    )
    .label("what it defines is not known here")
    .help("copy the descriptors into this repository, or set `severity: {location-not-followed: off}`")
}

/// The finding that no file that is read stands where a target points.
fn not_read(foreign: &Foreign<'_>, node: &Node, target: &str) -> Option<Finding> {
    let path = path::beside(foreign.snapshot, foreign.file, target);
    let help = match &path {
        Some(path) if !path::files(foreign.snapshot, path).is_empty() => return None,
        Some(path) => format!(
            "correct the path, or let a glob of `sources` in catalogc.yaml match `{}`",
            foreign.files.as_written(path)
        ),
        None => "write a path within this repository".to_owned(),
    };
    let finding = Finding::new(
        &E0234,
        node.span,
        format!("`{target}` is not among the files that are read"),
    );
    Some(finding.label("what it defines is absent").help(help))
}

/// The files that have descriptors: those of `first`, and what their Locations lead to.
pub(super) fn reached(snapshot: &Snapshot, first: Vec<FileId>) -> BTreeSet<FileId> {
    let mut reached: BTreeSet<FileId> = first.iter().copied().collect();
    let mut next = first;
    while let Some(file) = next.pop() {
        let text = snapshot.text(file);
        let (documents, _) = crate::syntax::parse_large(file, text, MergeKeys::Resolved);
        for document in &documents {
            let is_location = document.root.get("kind").and_then(Node::as_str) == Some("Location");
            let Some(spec) = document.root.get("spec").filter(|_| is_location) else {
                continue;
            };
            for target in targets(spec).filter_map(Node::as_str) {
                if is_remote(spec, target) {
                    continue;
                }
                let path = path::beside(snapshot, file, target);
                let files = path.map(|path| path::files(snapshot, &path));
                next.extend(
                    files
                        .unwrap_or_default()
                        .into_iter()
                        .filter(|file| reached.insert(*file)),
                );
            }
        }
    }
    reached
}

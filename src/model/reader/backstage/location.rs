//! What a `Location` points at: files among those that are read, or places beyond them.
//!
//! In: the `spec` of a Location and all files. Out: findings about what is not read, for its
//! entities are absent. Follows nothing.

use super::path;
use crate::finding::Finding;
use crate::finding::codes::{E0234, E0235};
use crate::model::reader::Foreign;
use crate::source::glob_of;
use crate::syntax::Node;

/// Looks at the targets of a Location.
pub(super) fn check(foreign: &Foreign<'_>, spec: &Node, findings: &mut Vec<Finding>) {
    let targets = spec.get("targets").and_then(Node::as_sequence);
    let all: Vec<&Node> = spec
        .get("target")
        .into_iter()
        .chain(targets.unwrap_or_default())
        .collect();
    // Where another program reads the targets, they are no paths of this repository.
    let kind = spec.get("type").and_then(Node::as_str).unwrap_or("file");
    let is_remote = |target: &str| path::is_url(target) || !matches!(kind, "file" | "url");
    let is_optional = spec.get("presence").and_then(Node::as_str) == Some("optional");
    let mut remote: Vec<&Node> = Vec::new();
    for node in all {
        match node.as_str() {
            Some(target) if is_remote(target) => remote.push(node),
            Some(target) if !is_optional && !is_read(foreign, target) => {
                findings.push(not_read(foreign, node, target));
            }
            _ => {}
        }
    }
    if let Some(first) = remote.first() {
        findings.push(
            Finding::new(
                &E0235,
                first.span,
                match remote.len() {
                    1 => "this target is not in the repository and is not followed".to_owned(),
                    n => format!("{n} targets are not in the repository and are not followed"),
                },
            )
            .label("what it defines is not known here")
            .help("copy the descriptors into this repository, or set `severity: {location-not-followed: off}`"),
        );
    }
}

/// Whether files that are read stand where a target points.
fn is_read(foreign: &Foreign<'_>, target: &str) -> bool {
    let Some(path) = path::beside(foreign, target) else {
        return false;
    };
    if foreign.snapshot.find(&path).is_some() {
        return true;
    }
    if !path.contains(['*', '?', '{', '[']) {
        return false;
    }
    glob_of(&path).is_ok_and(|glob| {
        let glob = glob.compile_matcher();
        let files = foreign.snapshot.as_slice();
        files.iter().any(|file| glob.is_match(&file.path))
    })
}

fn not_read(foreign: &Foreign<'_>, node: &Node, target: &str) -> Finding {
    let help = match path::beside(foreign, target) {
        Some(path) => {
            format!(
                "correct the path, or let a glob of `sources` in catalogc.yaml match `{}`",
                foreign.files.as_written(&path)
            )
        }
        None => "write a path within this repository".to_owned(),
    };
    Finding::new(
        &E0234,
        node.span,
        format!("`{target}` is not among the files that are read"),
    )
    .label("what it defines is absent")
    .help(help)
}

//! Keys of `spec` that are nearly one of Backstage's.
//!
//! In: the `spec` of a kind of Backstage's own model. Out: findings. Plugins have keys of their
//! own, which are kept; one that differs from a known one by a slip is most likely that one.

use super::kind::Kind;
use crate::finding::Finding;
use crate::finding::codes::{E0202, E0238};
use crate::syntax::Node;
use crate::text::did_you_mean;
use crate::text::nearest;

/// Finds keys that were most likely meant to be others, which are not there.
pub(super) fn check(kind: &Kind, spec: &Node, findings: &mut Vec<Finding>) {
    let known = || {
        let references = kind.references.iter().map(|reference| reference.key);
        kind.properties.iter().copied().chain(references)
    };
    for entry in spec.as_mapping().unwrap_or_default() {
        let key = entry.key.value.as_str();
        if known().any(|name| name == key) {
            continue;
        }
        let absent = known().filter(|name| spec.get(name).is_none());
        // Of one that must be there this is told as an error.
        let near = nearest(key, absent).filter(|near| !kind.needs.contains(near));
        if let Some(near) = near {
            findings.push(
                Finding::new(
                    &E0238,
                    entry.key.span,
                    format!("`spec` of {} has no key `{key}` in Backstage", kind.name),
                )
                .label("kept, and read by nothing")
                .help(did_you_mean(near)),
            );
        }
    }
}

/// The finding that a key which must be there is misspelt.
pub(super) fn misspelt(kind: &Kind, needed: &str, spec: &Node) -> Option<Finding> {
    let keys = spec.as_mapping()?.iter();
    let is_known = |key: &str| {
        let references = kind.references.iter().map(|reference| reference.key);
        references
            .chain(kind.properties.iter().copied())
            .any(|name| name == key)
    };
    let mut keys = keys.filter(|entry| !is_known(&entry.key.value));
    let entry = keys.find(|entry| nearest(&entry.key.value, [needed]).is_some())?;
    let key = &entry.key.value;
    let article = if kind.name == "API" { "an" } else { "a" };
    let message = format!("{article} {} needs `{needed}`, this is `{key}`", kind.name);
    Some(
        Finding::new(&E0202, entry.key.span, message)
            .label("read by nothing")
            .choose(key, &[needed]),
    )
}

/// The keys of `metadata` that Backstage reads.
const METADATA: [&str; 10] = [
    "name",
    "namespace",
    "uid",
    "etag",
    "title",
    "description",
    "labels",
    "annotations",
    "tags",
    "links",
];

/// Finds keys of `metadata` that were most likely meant to be others, which are not there.
pub(super) fn check_metadata(metadata: &Node, findings: &mut Vec<Finding>) {
    for entry in metadata.as_mapping().unwrap_or_default() {
        let key = entry.key.value.as_str();
        let absent = METADATA
            .into_iter()
            .filter(|name| metadata.get(name).is_none());
        // Others are kept; `names` or `title2` may well be a company's own.
        let near = absent
            .into_iter()
            .find(|name| name.eq_ignore_ascii_case(key));
        if let Some(near) = near.filter(|_| !METADATA.contains(&key)) {
            findings.push(
                Finding::new(
                    &E0238,
                    entry.key.span,
                    format!("`metadata` has no key `{key}` in Backstage"),
                )
                .label("kept, and read by nothing")
                .help(did_you_mean(near)),
            );
        }
    }
}

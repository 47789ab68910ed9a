//! Keys that are nearly one of Backstage's.
//!
//! In: a descriptor. Out: findings; a misspelt key without which there is no descriptor is read as
//! the one that was meant, so that one mistake is one finding. Plugins have keys of their own in
//! `metadata` and `spec`, which are kept.

use std::sync::Arc;

use super::kind::Kind;
use crate::finding::Finding;
use crate::finding::Fix;
use crate::finding::codes::{E0201, E0202, E0238};
use crate::syntax::Entry;
use crate::syntax::Node;
use crate::syntax::Value;
use crate::text::did_you_mean;
use crate::text::nearest;
use crate::text::slip;
use crate::text::{Span, Text};

/// The keys of a descriptor.
const ENVELOPE: [&str; 4] = ["apiVersion", "kind", "metadata", "spec"];

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

/// The keys of each of its `links`.
const LINK: [&str; 4] = ["url", "title", "icon", "type"];

/// The keys of the `profile` of a person or a group.
const PROFILE: [&str; 3] = ["displayName", "email", "picture"];

/// A descriptor by the keys that it must have, and what is wrong with those.
pub(super) fn settle(root: &mut Node, findings: &mut Vec<Finding>) {
    // Of a document that has none or one of them nobody knows what it is.
    let there = ENVELOPE.iter().filter(|key| root.get(key).is_some());
    if there.count() < 2 {
        return;
    }
    let own = [&ENVELOPE[..], &["relations", "status"]].concat();
    rename(root, &ENVELOPE, &own, findings, |span, _, key| {
        let message = format!("a descriptor has no key `{key}`");
        Finding::new(&E0201, span, message).label("not known")
    });
    let known = root.get("kind").and_then(Node::as_str).and_then(Kind::of);
    let Value::Mapping(entries) = &mut root.value else {
        return;
    };
    for entry in Arc::make_mut(entries) {
        let node = &mut entry.node;
        match (entry.key.value.as_str(), known) {
            ("metadata", _) => {
                rename(node, &["name"], &METADATA, findings, |span, near, key| {
                    needs(span, "`metadata`", near, key)
                });
                settle_links(node, findings);
            }
            ("spec", Some(kind)) => {
                let all: Vec<&str> = kind.keys().collect();
                let needed = [kind.needs, kind.needs_value].concat();
                rename(node, &needed, &all, findings, |span, near, key| {
                    needs(span, &kind.with_article(), near, key)
                });
            }
            _ => {}
        }
    }
}

/// The same of the links in `metadata`.
fn settle_links(metadata: &mut Node, findings: &mut Vec<Finding>) {
    let Value::Mapping(entries) = &mut metadata.value else {
        return;
    };
    let mut entries = Arc::make_mut(entries).iter_mut();
    let links = entries.find(|entry| entry.key.value == "links");
    if let Some(Value::Sequence(links)) = links.map(|entry| &mut entry.node.value) {
        for link in Arc::make_mut(links) {
            rename(link, &["url"], &LINK, findings, |span, near, key| {
                needs(span, "a link", near, key)
            });
        }
    }
}

fn needs(span: Span, what: &str, needed: &str, key: &str) -> Finding {
    let message = format!("{what} needs `{needed}`, this is `{key}`");
    Finding::new(&E0202, span, message).label("read by nothing")
}

/// Gives keys that are not `known`, and near to a `needed` one that is not there, the name that
/// was meant. `tell` says so, of the place, what was meant and what is written.
fn rename(
    node: &mut Node,
    needed: &[&'static str],
    known: &[&str],
    findings: &mut Vec<Finding>,
    tell: impl Fn(Span, &str, &str) -> Finding,
) {
    let is_there = |key: &str| node.get(key).is_some();
    let mut absent: Vec<&str> = needed.to_vec();
    absent.retain(|key| !is_there(key));
    let Value::Mapping(entries) = &mut node.value else {
        return;
    };
    let is_odd = |entry: &Entry| {
        let key = entry.key.value.as_str();
        !known.contains(&key) && nearest(key, absent.iter().copied()).is_some()
    };
    if absent.is_empty() || !entries.iter().any(is_odd) {
        return;
    }
    for entry in Arc::make_mut(entries) {
        let (key, span) = (entry.key.value.clone(), entry.key.span);
        if known.contains(&key.as_str()) || entry.node.is_null() {
            continue;
        }
        let Some(near) = nearest(&key, absent.iter().copied()) else {
            continue;
        };
        let finding = tell(span, near, &key).help(did_you_mean(near));
        findings.push(finding.maybe_fix(certain(span, &key, near, &absent)));
        absent.retain(|name| *name != near);
        entry.key.value = Text::from(near);
    }
}

/// The change of a key, where it differs from `near` by a slip and no other could be meant.
fn certain(span: Span, key: &str, near: &str, absent: &[&str]) -> Option<Fix> {
    let slip = slip(key, absent.iter().copied())?;
    (slip == near).then(|| Fix::name(span, key, near))
}

/// Finds keys of `spec` that were most likely meant to be others, which are not there.
pub(super) fn check_spec(kind: &Kind, spec: &Node, findings: &mut Vec<Finding>) {
    let known: Vec<&str> = kind.keys().collect();
    let absent = absent(spec, &known);
    for entry in spec.as_mapping().unwrap_or_default() {
        let key = entry.key.value.as_str();
        let near = nearest(key, absent.iter().copied());
        if let Some(near) = near.filter(|_| !known.contains(&key)) {
            let what = format!("`spec` of {}", kind.name);
            findings.push(suspected(entry, &what, near, &absent));
        }
    }
    if let Some(profile) = spec.get("profile") {
        check_slips(profile, "`profile`", &PROFILE, findings);
    }
}

/// The same of `metadata` and its `links`, where only a slip is told: `names` or `title2` may well
/// be a company's own.
pub(super) fn check_metadata(metadata: &Node, findings: &mut Vec<Finding>) {
    check_slips(metadata, "`metadata`", &METADATA, findings);
    let links = metadata.get("links").and_then(Node::as_sequence);
    for link in links.unwrap_or_default() {
        check_slips(link, "a link", &LINK, findings);
    }
}

fn check_slips(node: &Node, what: &str, known: &[&str], findings: &mut Vec<Finding>) {
    let absent = absent(node, known);
    for entry in node.as_mapping().unwrap_or_default() {
        let key = entry.key.value.as_str();
        let near = slip(key, absent.iter().copied());
        if let Some(near) = near.filter(|_| !known.contains(&key)) {
            findings.push(suspected(entry, what, near, &absent));
        }
    }
}

/// The known keys that are not there.
fn absent<'k>(node: &Node, known: &[&'k str]) -> Vec<&'k str> {
    let mut absent = known.to_vec();
    absent.retain(|key| node.get(key).is_none());
    absent
}

fn suspected(entry: &Entry, what: &str, near: &str, absent: &[&str]) -> Finding {
    let (key, span) = (&entry.key.value, entry.key.span);
    let message = format!("{what} has no key `{key}` in Backstage");
    Finding::new(&E0238, span, message)
        .label("kept, and read by nothing")
        .help(did_you_mean(near))
        .maybe_fix(certain(span, key, near, absent))
}

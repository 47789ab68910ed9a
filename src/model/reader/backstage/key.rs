//! Keys that are nearly one of Backstage's.
//!
//! In: the `metadata` and the `spec` of a kind of Backstage's own model. Out: findings. Plugins have keys of their
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

/// The keys of each of its `links`.
const LINK: [&str; 4] = ["url", "title", "icon", "type"];

/// The keys of the `profile` of a person or a group.
const PROFILE: [&str; 3] = ["displayName", "email", "picture"];

/// Finds keys of `metadata` that were most likely meant to be others, which are not there.
pub(super) fn check_metadata(metadata: &Node, findings: &mut Vec<Finding>) {
    slips(metadata, "`metadata`", &METADATA, findings);
    let links = metadata.get("links").and_then(Node::as_sequence);
    for link in links.unwrap_or_default() {
        slips(link, "a link", &LINK, findings);
    }
}

/// The same of the `profile` in a `spec`.
pub(super) fn check_profile(spec: &Node, findings: &mut Vec<Finding>) {
    if let Some(profile) = spec.get("profile") {
        slips(profile, "`profile`", &PROFILE, findings);
    }
}

fn slips(node: &Node, what: &str, known: &[&str], findings: &mut Vec<Finding>) {
    for entry in node.as_mapping().unwrap_or_default() {
        let key = entry.key.value.as_str();
        let mut absent = known.iter().filter(|name| node.get(name).is_none());
        let near = absent.find(|name| is_slip(key, name));
        if let Some(near) = near.filter(|_| !known.contains(&key)) {
            findings.push(
                Finding::new(
                    &E0238,
                    entry.key.span,
                    format!("{what} has no key `{key}` in Backstage"),
                )
                .label("kept, and read by nothing")
                .help(did_you_mean(near)),
            );
        }
    }
}

/// Whether a key is another one written in another case, with two letters that changed places, or
/// with one wrong, missing or too many before its end. Others are kept: `names` or `title2` may
/// well be a company's own.
fn is_slip(key: &str, name: &str) -> bool {
    let (key, name) = (key.to_lowercase(), name.to_lowercase());
    let (key, name) = (key.as_bytes(), name.as_bytes());
    if key == name {
        return true;
    }
    let same = key.iter().zip(name).take_while(|(a, b)| a == b).count();
    let from = |text: &[u8], at: usize| text.get(same + at..).map(<[u8]>::to_vec);
    let (wrong, right) = (from(key, 0), from(name, 0));
    let is_swapped = match (wrong.as_deref(), right.as_deref()) {
        (Some([a, b, wrong @ ..]), Some([c, d, right @ ..])) => a == d && b == c && wrong == right,
        _ => false,
    };
    let is_long = name.len() > 4;
    let is_other = key.len() == name.len() && from(key, 1) == from(name, 1);
    let is_short = same + 1 < name.len() && from(key, 0) == from(name, 1);
    let is_double = same < name.len() && from(key, 1) == from(name, 0);
    is_swapped || is_long && (is_other || is_short || is_double)
}

#[cfg(test)]
mod tests {
    use super::is_slip;

    #[test]
    fn a_slip_is_told_from_a_key_of_ones_own() {
        for key in [
            "Annotations",
            "annotatiosn",
            "anotations",
            "annottations",
            "annotatjons",
        ] {
            assert!(is_slip(key, "annotations"), "{key}");
        }
        assert!(is_slip("tasg", "tags") && is_slip("titel", "title"));
        for (key, name) in [
            ("names", "name"),
            ("title2", "title"),
            ("tag", "tags"),
            ("lags", "tags"),
            ("label", "labels"),
            ("lifecycle", "links"),
            ("etags", "etag"),
        ] {
            assert!(!is_slip(key, name), "{key}");
        }
    }
}

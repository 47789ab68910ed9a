//! Keys of `spec` that are nearly one of Backstage's.
//!
//! In: the `spec` of a kind of Backstage's own model. Out: findings. Plugins have keys of their
//! own, which are kept; one that differs from a known one by a slip is most likely that one.

use super::kind::Kind;
use crate::finding::Finding;
use crate::finding::codes::E0238;
use crate::syntax::Node;
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
        if let Some(near) = nearest(key, absent) {
            findings.push(
                Finding::new(
                    &E0238,
                    entry.key.span,
                    format!("`spec` of {} has no key `{key}` in Backstage", kind.name),
                )
                .label("kept, and read by nothing")
                .help(format!("did you mean `{near}`?")),
            );
        }
    }
}

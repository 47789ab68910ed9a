//! Secrets of calls whose keys are misspelt.

use super::is_secret;
use crate::finding::Finding;
use crate::finding::codes::E0201;
use crate::syntax::{Entry, Node};
use crate::text::nearest;

/// A mapping that would stand for a secret but for a key that is misspelt, in a value or below it.
pub(super) fn secret(node: &Node) -> Option<Finding> {
    const KEYS: [&str; 2] = ["fromEnv", "prefix"];
    if let Some(nodes) = node.as_sequence() {
        return nodes.iter().find_map(secret);
    }
    let entries = node.as_mapping()?;
    let is_text = entries.iter().all(|entry| entry.node.as_str().is_some());
    let is_meant = |entry: &Entry| {
        let key = entry.key.value.as_str();
        key == "fromEnv" || nearest(key, KEYS) == Some("fromEnv")
    };
    if is_secret(entries) || !is_text || !entries.iter().any(is_meant) {
        return entries.iter().find_map(|it| secret(&it.node));
    }
    let mut keys = entries.iter().map(|entry| &entry.key);
    let wrong = keys.find(|key| !KEYS.contains(&key.value.as_str()))?;
    let message = format!("a secret has no key `{}`", wrong.value);
    let finding = Finding::new(&E0201, wrong.span, message).label("not known");
    Some(finding.choose(&wrong.value, &KEYS))
}

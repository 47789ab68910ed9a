//! Scorecards, whose words are the catalog's own.
//!
//! In: a foreign scorecard. Out: a native one, without what Port keeps for itself.

use super::Reading;
use super::key;
use crate::model::reader::tree;
use crate::model::settings::DocumentKind;
use crate::syntax::Entry;
use crate::syntax::Node;

/// The keys of a scorecard.
const KEYS: [&str; 8] = [
    "blueprint",
    "blueprintIdentifier",
    "description",
    "filter",
    "identifier",
    "levels",
    "rules",
    "title",
];

/// Reads a scorecard.
pub(super) fn read(node: Node, reading: &mut Reading<'_>) {
    let span = node.span;
    let place = node.first_key();
    let mut entries: Vec<Entry> = Vec::new();
    let foreign = key::of_object(node).collect();
    for entry in key::settled(foreign, &KEYS, "a scorecard", reading) {
        if entry.key.value == "blueprintIdentifier" {
            entries.push(tree::entry("blueprint", entry.key.span, entry.node));
        } else {
            entries.push(entry);
        }
    }
    // A scorecard of a file for one blueprint does not say which.
    if let Some(blueprint) = reading.foreign.blueprint
        && crate::syntax::entry(&entries, "blueprint").is_none()
    {
        let name = tree::text(blueprint, place);
        entries.push(tree::entry("blueprint", place, name));
    }
    reading.give(DocumentKind::Scorecards, tree::mapping(span, entries));
}

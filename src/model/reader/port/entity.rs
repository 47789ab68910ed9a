//! Entities: those of the API and those of `port.yml`.
//!
//! In: a foreign entity. Out: a native one; the texts of files stand in it where `file://` names
//! them.

use super::Reading;
use super::file_text;
use super::key;
use crate::model::reader::tree;
use crate::model::settings::DocumentKind;
use crate::syntax::Entry;
use crate::syntax::Node;
use crate::syntax::Value;

/// The keys of an entity.
const KEYS: [&str; 10] = [
    "blueprint",
    "icon",
    "identifier",
    "missingRelatedEntities",
    "properties",
    "relations",
    "scorecards",
    "scorecardsStats",
    "team",
    "title",
];

/// What an answer says of an entity beside, made by Port from its rules.
const MADE: [&str; 3] = ["scorecards", "scorecardsStats", "missingRelatedEntities"];

/// Reads an entity.
pub(super) fn read(node: Node, reading: &mut Reading<'_>) {
    let span = node.span;
    let mut entries = Vec::new();
    let foreign = key::of_object(node).collect();
    for mut entry in key::settled(foreign, &KEYS, "an entity", reading) {
        let name = entry.key.value.as_str();
        if MADE.contains(&name) {
            continue;
        }
        match name {
            "properties" if !reading.foreign.is_export() => {
                file_text::take_in(&mut entry.node, reading);
            }
            "relations" => relations(&mut entry.node, reading),
            "team" if entry.node.as_mapping().is_some() => {
                lost_query(&entry, "the owner", reading);
                continue;
            }
            _ => {}
        }
        entries.push(entry);
    }
    reading.give(DocumentKind::Entities, tree::mapping(span, entries));
}

/// Relations that a search finds are found by Port when it reads the file.
fn relations(node: &mut Node, reading: &mut Reading<'_>) {
    let Value::Mapping(entries) = &mut node.value else {
        return;
    };
    let all = std::mem::take(entries).to_vec();
    let is_name = |entry: &Entry| entry.node.as_mapping().is_none();
    let (names, queries): (Vec<Entry>, Vec<Entry>) = all.into_iter().partition(is_name);
    for entry in &queries {
        let what = format!("what the relation `{}` leads to", entry.key.value);
        lost_query(entry, &what, reading);
    }
    *entries = names.into();
}

fn lost_query(entry: &Entry, what: &str, reading: &mut Reading<'_>) {
    reading.lost(
        entry.key.span,
        format!("{what} is found by a search"),
        "write the identifier",
    );
}

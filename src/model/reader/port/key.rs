//! Keys that Port's answers have for Port's own use.
//!
//! In: a key. Out: whether it may be left out without a word. What may not be is for the readers
//! of the objects.

use super::Reading;
use crate::finding::Finding;
use crate::finding::codes::E0201;
use crate::syntax::Entry;
use crate::syntax::Node;
use crate::syntax::Value;
use crate::text::did_you_mean;
use crate::text::nearest;

/// Who made and changed an object and when, and what the database calls it.
const BOOKKEEPING: [&str; 11] = [
    "_id",
    "createdAt",
    "createdBy",
    "deletedAt",
    "id",
    "org",
    "orgId",
    "resourceType",
    "updatedAt",
    "updatedBy",
    "version",
];

/// Keys of an answer that are about the answer.
const OF_ANSWER: [&str; 8] = [
    "count",
    "included",
    "limit",
    "next",
    "nextCursor",
    "offset",
    "ok",
    "total",
];

/// Whether a key of an answer says nothing about the catalog.
pub(super) fn is_of_answer(key: &str) -> bool {
    OF_ANSWER.contains(&key)
}

/// The entries of an object without what Port keeps for itself and without what is null.
pub(super) fn of_object(node: Node) -> impl Iterator<Item = Entry> {
    let entries = match node.value {
        Value::Mapping(entries) => entries.to_vec(),
        _ => Vec::new(),
    };
    entries
        .into_iter()
        .filter(|entry| !entry.node.is_null() && !BOOKKEEPING.contains(&entry.key.value.as_str()))
}

/// Whether a key is one of `known`; of any other it is said that it is not carried over, or what
/// it was probably meant to be.
pub(super) fn is_known(
    entry: &Entry,
    known: &[&str],
    what: &str,
    reading: &mut Reading<'_>,
) -> bool {
    let key = entry.key.value.as_str();
    if known.contains(&key) {
        return true;
    }
    match nearest(key, known.iter().copied()) {
        Some(near) => reading.findings.push(
            Finding::new(&E0201, entry.key.span, format!("{what} has no key `{key}`"))
                .label("not known")
                .help(did_you_mean(near)),
        ),
        None => reading.lost(
            entry.key.span,
            format!("`{key}` of {what}"),
            "delete it, or leave it as a reminder",
        ),
    }
    false
}

//! Keys of Port's: those that are for its own use, and those that it does not have.
//!
//! In: a key, or the keys of an object. Out: whether it may be left out without a word; the keys
//! as they were meant. What a key means is for the readers of the objects.

use super::Reading;
use crate::finding::Finding;
use crate::finding::Fix;
use crate::finding::codes::E0201;
use crate::syntax::Entry;
use crate::syntax::Node;
use crate::syntax::Value;
use crate::text::Text;
use crate::text::did_you_mean;
use crate::text::nearest;
use crate::text::slip;

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

/// Who may do something is never guessed.
const NEVER_GUESSED: [&str; 8] = [
    "approve",
    "execute",
    "ownedByTeam",
    "permissions",
    "policy",
    "roles",
    "teams",
    "users",
];

/// The entries of an object by their keys: of any that is not one of `known` it is said that it is
/// not carried over, or what it was probably meant to be. Then it is read as that, so that one
/// mistake is one finding.
pub(super) fn settled(
    entries: Vec<Entry>,
    known: &[&'static str],
    what: &str,
    reading: &mut Reading<'_>,
) -> Vec<Entry> {
    let has = |entries: &[Entry], key: &str| crate::syntax::entry(entries, key).is_some();
    let mut absent: Vec<&str> = known.to_vec();
    absent.retain(|key| !has(&entries, key));
    let mut settled = Vec::with_capacity(entries.len());
    for mut entry in entries {
        let key = entry.key.value.clone();
        if known.contains(&key.as_str()) || entry.node.is_null() {
            settled.push(entry);
            continue;
        }
        let Some(near) = nearest(&key, absent.iter().copied()) else {
            let help = "delete it, or leave it as a reminder";
            reading.lost(entry.key.span, format!("`{key}` of {what}"), help);
            continue;
        };
        let is_guessed = !NEVER_GUESSED.contains(&near);
        let fix = slip(&key, absent.iter().copied()).filter(|it| is_guessed && *it == near);
        reading.findings.push(
            Finding::new(&E0201, entry.key.span, format!("{what} has no key `{key}`"))
                .label("not known")
                .help(did_you_mean(near))
                .maybe_fix(fix.map(|near| Fix::name(entry.key.span, &key, near))),
        );
        if is_guessed {
            absent.retain(|name| *name != near);
            entry.key.value = Text::from(near);
            settled.push(entry);
        }
    }
    settled
}

/// The same of a mapping; what is none stays as it is.
pub(super) fn settled_in(
    node: &Node,
    known: &[&'static str],
    what: &str,
    reading: &mut Reading<'_>,
) -> Node {
    let mut node = node.clone();
    if let Value::Mapping(entries) = &mut node.value {
        *entries = settled(entries.to_vec(), known, what, reading).into();
    }
    node
}

/// The same of the mapping behind a key.
pub(super) fn settled_below(
    entry: &Entry,
    known: &[&'static str],
    reading: &mut Reading<'_>,
) -> Entry {
    let what = format!("`{}`", entry.key.value);
    Entry {
        key: entry.key.clone(),
        node: settled_in(&entry.node, known, &what, reading),
    }
}

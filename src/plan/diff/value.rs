//! Two values, and the paths at which they differ.
//!
//! In: a value before and after, and what its schema says of lists. Out: a change for each leaf;
//! nested mappings are compared key by key, lists as a whole.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::PathChange;
use super::entity::place;
use crate::plan::file::canonical;
use crate::syntax::Node;
use crate::text::{FileId, Span, Text};

type Named = BTreeMap<Text, Node>;

/// Compares two mappings; nested mappings are compared key by key, lists as a whole.
pub(super) fn mappings(
    path: &str,
    old: &Named,
    now: &Named,
    is_set: &dyn Fn(&str) -> bool,
    changes: &mut Vec<PathChange>,
) {
    let mut names: Vec<&Text> = old.keys().chain(now.keys()).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        let path = format!("{path}{}", segment(name));
        let set = is_set(name);
        values(&path, old.get(name), now.get(name), set, changes);
    }
}

/// A key as a part of a path. One that reads like several keys is quoted: it stands below none
/// of them, and what claims them does not claim it.
pub(in crate::plan) fn segment(key: &str) -> String {
    if key.contains(['.', '[', ']', '"']) {
        return format!("[{}]", Json::from(key));
    }
    format!(".{key}")
}

fn values(
    path: &str,
    old: Option<&Node>,
    now: Option<&Node>,
    is_set: bool,
    changes: &mut Vec<PathChange>,
) {
    let inner = |node: &Node| -> Option<Named> {
        let entries = node.as_mapping().filter(|entries| !entries.is_empty())?;
        Some(
            entries
                .iter()
                .map(|entry| (entry.key.value.clone(), entry.node.clone()))
                .collect(),
        )
    };
    // What is absent on one side is compared as an empty mapping, so that every leaf is a path.
    let nested = match (old.map(inner), now.map(inner)) {
        (Some(Some(old)), Some(Some(now))) => Some((old, now)),
        (Some(Some(old)), None) => Some((old, Named::new())),
        (None, Some(Some(now))) => Some((Named::new(), now)),
        _ => None,
    };
    if let Some((old, now)) = nested {
        mappings(path, &old, &now, &|_| false, changes);
        return;
    }
    let form = |node: &Node| {
        let mut value = node.to_json();
        if let (true, Json::Array(items)) = (is_set, &mut value) {
            items.sort_by_key(canonical);
        }
        value
    };
    let (before, after) = (old.map(form), now.map(form));
    if before.as_ref().map(canonical) == after.as_ref().map(canonical) {
        return;
    }
    let whole = Span::whole_file(FileId(0));
    let place = place(old.map(|node| node.span), now.map(|node| node.span), whole);
    changes.push(PathChange {
        path: path.to_owned(),
        before,
        after,
        place,
    });
}

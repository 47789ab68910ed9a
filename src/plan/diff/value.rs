//! Two values, and the paths at which they differ.
//!
//! In: a value before and after, and what its schema says of lists. Out: a change for each leaf;
//! nested mappings are compared key by key, keyed lists element by element, others as a whole.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::PathChange;
use super::entity::place;
use super::keyed::{Shapes, elements, pairs};
use crate::model::path::segment;
use crate::plan::file::canonical;
use crate::syntax::{Entry, Node, Value};
use crate::text::{FileId, Span, Text};

type Named = BTreeMap<Text, Node>;

/// Compares two mappings; nested mappings are compared key by key, keyed lists element by element, others as a whole.
pub(super) fn mappings<'s>(
    path: &str,
    old: &Named,
    now: &Named,
    shapes: &dyn Fn(&str) -> Shapes<'s>,
    changes: &mut Vec<PathChange>,
) {
    let mut names: Vec<&Text> = old.keys().chain(now.keys()).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        let path = format!("{path}{}", segment(name));
        values(&path, old.get(name), now.get(name), shapes(name), changes);
    }
}

fn values(
    path: &str,
    old: Option<&Node>,
    now: Option<&Node>,
    shapes: Shapes<'_>,
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
        mappings(path, &old, &now, &|key| shapes.key(key), changes);
        return;
    }
    let keyed = shapes.list_key().and_then(|key| pairs(key, (old, now)));
    let Some(keyed) = keyed else {
        whole(path, old, now, shapes, changes);
        return;
    };
    for (part, (old, now)) in keyed {
        let path = format!("{path}{part}");
        let inside = shapes.element();
        if old.is_some() && now.is_some() {
            values(&path, old, now, inside, changes);
        } else {
            whole(&path, old, now, inside, changes);
        }
    }
}

/// Compares two values as one.
fn whole(
    path: &str,
    old: Option<&Node>,
    now: Option<&Node>,
    shapes: Shapes<'_>,
    changes: &mut Vec<PathChange>,
) {
    let (before, after) = (
        old.map(|node| form(node, shapes)),
        now.map(|node| form(node, shapes)),
    );
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

/// A value in the one form of all that mean the same: where order means nothing, it is sorted.
fn form(node: &Node, shapes: Shapes<'_>) -> Json {
    match &node.value {
        Value::Mapping(entries) => {
            let entry = |entry: &Entry| {
                let key = &entry.key.value;
                (key.to_string(), form(&entry.node, shapes.key(key)))
            };
            Json::Object(entries.iter().map(entry).collect())
        }
        Value::Sequence(items) => {
            let inside = shapes.element();
            let by_key = shapes.list_key().and_then(|key| elements(key, node));
            if let Some(elements) = by_key {
                let sorted = elements.values();
                return sorted.map(|item| form(item, inside)).collect();
            }
            let mut items: Vec<Json> = items.iter().map(|item| form(item, inside)).collect();
            if shapes.is_set() {
                items.sort_by_key(canonical);
            }
            Json::Array(items)
        }
        _ => node.to_json(),
    }
}

//! The parts in which two long values differ.
//!
//! In: a value before and after. Out: their smallest parts that differ, each behind its path, as
//! plain text without colour, safe to show.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::plan::file::show;

use super::plan_change::cut_apart;
use super::words::{columns, count, safe};

/// What differs inside two values that are too long to be shown, each part behind its path:
/// `[0].value 2 -> 3`. None where they are short, or differ as a whole.
pub(crate) fn inside(before: &Json, after: &Json, longest: usize) -> Option<String> {
    const NAMED: usize = 2;
    let is_long = |value: &Json| columns(&safe(&show(Some(value)))) > longest;
    if !is_long(before) && !is_long(after) {
        return None;
    }
    let mut parts = Vec::new();
    differing(String::new(), (Some(before), Some(after)), &mut parts);
    if parts.iter().any(|(path, _)| path.is_empty()) {
        return None;
    }
    let mut told: Vec<String> = parts
        .iter()
        .take(NAMED)
        .map(|(path, (a, b))| {
            let (a, b) = cut_apart(*a, *b, longest);
            format!("{} {a} -> {b}", safe(path))
        })
        .collect();
    if parts.len() > NAMED {
        told.push(count(parts.len() - NAMED, "more part", "more parts"));
    }
    Some(told.join(", "))
}

/// A value before and after.
type Sides<'v> = (Option<&'v Json>, Option<&'v Json>);

/// The smallest parts of two values that differ, by their paths: entries of mappings, and
/// elements of lists of one length.
fn differing<'v>(path: String, sides: Sides<'v>, parts: &mut Vec<(String, Sides<'v>)>) {
    match sides {
        (a, b) if a == b => {}
        (Some(Json::Object(a)), Some(Json::Object(b))) => {
            let names: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
            for name in names {
                let gap = if path.is_empty() { "" } else { "." };
                let below = format!("{path}{gap}{name}");
                differing(below, (a.get(name), b.get(name)), parts);
            }
        }
        (Some(Json::Array(a)), Some(Json::Array(b))) if a.len() == b.len() => {
            let has_entries = |all: &[Json]| all.iter().all(Json::is_object);
            if !has_entries(a) || !has_entries(b) {
                parts.push((path, sides));
                return;
            }
            for (n, (a, b)) in a.iter().zip(b).enumerate() {
                differing(format!("{path}[{n}]"), (Some(a), Some(b)), parts);
            }
        }
        _ => parts.push((path, sides)),
    }
}

//! What differs between two lists or two mappings, so that only that is written again.
//!
//! In: the value that is there and the one that is wanted. Out: changes of its parts, in an order
//! in which each can be made after those before it. Knows no text.

use serde_json::{Map, Value as Json};

use crate::edit::{Change, Step};
use crate::text::Text;

/// The changes that make `new` of `old`; nothing where all of it is another value.
pub(super) fn parts(old: &Json, new: &Json) -> Option<Vec<(Step, Change)>> {
    match (old, new) {
        (Json::Object(old), Json::Object(new)) if !new.is_empty() && !old.is_empty() => {
            of_mappings(old, new)
        }
        (Json::Array(old), Json::Array(new)) if !new.is_empty() && !old.is_empty() => {
            Some(of_lists(old, new))
        }
        _ => None,
    }
}

fn of_mappings(old: &Map<String, Json>, new: &Map<String, Json>) -> Option<Vec<(Step, Change)>> {
    if !old.keys().any(|key| new.contains_key(key)) {
        return None;
    }
    let step = |key: &String| Step::Key(Text::from(key.as_str()));
    let gone = old.keys().filter(|key| !new.contains_key(*key));
    let gone = gone.map(|key| (step(key), Change::Unset));
    let set = new
        .iter()
        .filter(|(key, value)| old.get(*key) != Some(value));
    let set = set.map(|(key, value)| (step(key), Change::Set(value.clone())));
    Some(gone.chain(set).collect())
}

fn of_lists(old: &[Json], new: &[Json]) -> Vec<(Step, Change)> {
    if let Some(gone) = left_out(old, new) {
        // From the end, so that the others keep their numbers.
        let gone = gone.into_iter().rev();
        return gone.map(|at| (Step::Element(at), Change::Unset)).collect();
    }
    let both = old.iter().zip(new).enumerate();
    let set = both
        .filter(|(_, (old, new))| old != new)
        .map(|(at, (_, new))| (Step::Element(at), Change::Set(new.clone())));
    let gone = (new.len()..old.len()).rev();
    let gone = gone.map(|at| (Step::Element(at), Change::Unset));
    let more = new.iter().enumerate().skip(old.len());
    let more = more.map(|(at, new)| (Step::Element(at), Change::Append(new.clone())));
    set.chain(gone).chain(more).collect()
}

/// The elements without which a list is the other one, where it is a longer one.
fn left_out(old: &[Json], new: &[Json]) -> Option<Vec<usize>> {
    let mut left = new.iter().peekable();
    let mut gone = Vec::new();
    for (at, item) in old.iter().enumerate() {
        if left.peek() == Some(&item) {
            left.next();
        } else {
            gone.push(at);
        }
    }
    (left.next().is_none() && !gone.is_empty()).then_some(gone)
}

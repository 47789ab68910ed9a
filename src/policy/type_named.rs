//! A type that rules do not have: which of those that they have was meant.
//!
//! In: the name as it is written, and the types. Out: what to propose; the same on every run.

use crate::policy::vocabulary::Vocabulary;
use crate::text::{Advice, did_you_mean, nearest};

/// What to write for the name of a type that is not there: one with the same last part, as
/// `Device__net__zone` for `Device__zone`, or the nearest.
pub(super) fn meant(vocabulary: &Vocabulary, written: &str) -> Option<Advice> {
    let kinds = vocabulary.kinds.iter().flatten();
    let mut names: Vec<String> = kinds.map(|kind| kind.name.to_string()).collect();
    if let Ok(schemas) = &vocabulary.schemas {
        names.extend(
            schemas
                .enumerated
                .iter()
                .map(|choice| choice.name.to_string()),
        );
    }
    names.sort_unstable();
    names.dedup();
    let names = names.iter().map(String::as_str);
    let part = |name: &str| name.rsplit_once("__").map(|(_, last)| last.to_owned());
    let own = part(written);
    let alike: Vec<&str> = names
        .clone()
        .filter(|name| own.is_some() && part(name) == own)
        .collect();
    let found = match alike.as_slice() {
        [one] => Some(*one),
        _ => nearest(written, alike.iter().copied()).or_else(|| nearest(written, names)),
    };
    found.map(did_you_mean)
}

//! Secrets in what changes: a plan is read by everybody and kept, so none of them stands in it.
//!
//! In: the differences, and what was found on both sides. Out: the same differences, in which a
//! value that holds a secret is its digest: that it changes is shown, and what it is is not.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::plan::diff::Difference;
use crate::plan::file::{digest, short};
use crate::plan::value::States;

/// Hides the secrets of both sides.
pub(super) fn secrets(states: &States<'_>, differences: &mut [Difference]) {
    let mut secrets = states.before.secrets();
    secrets.extend(states.after.secrets());
    if secrets.is_empty() {
        return;
    }
    for change in differences.iter_mut().flat_map(|it| &mut it.changes) {
        for value in change.before.iter_mut().chain(&mut change.after) {
            hide(value, &secrets);
        }
    }
}

fn hide(value: &mut Json, secrets: &BTreeSet<&str>) {
    match value {
        Json::String(text) if secrets.iter().any(|secret| text.contains(secret)) => {
            let id = digest(&Json::String(text.clone()));
            *text = format!("*** ({})", short(&id));
        }
        Json::Array(items) => items.iter_mut().for_each(|item| hide(item, secrets)),
        Json::Object(items) => items.values_mut().for_each(|item| hide(item, secrets)),
        _ => {}
    }
}

//! The paths by which parts of an entity are named: `properties.limits.memory`,
//! `relations.owner`, `properties.env[name=PORT].value`.
//!
//! In: paths, as actions claim them and as changes have them. Out: which is a part of which.

use serde_json::Value as Json;

use crate::model::Action;

/// Whether a path is another one or stands below it: a claim covers its path and everything
/// below it.
pub fn covers(whole: &str, path: &str) -> bool {
    path.strip_prefix(whole)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// A key as a part of a path. One that reads like several keys is quoted: it stands below none
/// of them, and what claims them does not claim it.
pub fn segment(key: &str) -> String {
    if key.contains(['.', '[', ']', '"']) {
        return format!("[{}]", Json::from(key));
    }
    format!(".{key}")
}

/// Whether an action claims a changed path, so that it is not left to the built-in actions.
pub fn claims(action: &Action, path: &str) -> bool {
    is_any(action, |claim| covers(claim, path))
}

/// Whether any claim of an action is one, in any way that it is written.
pub fn is_any(action: &Action, is: impl Fn(&str) -> bool) -> bool {
    let mut claims = action.trigger.changed.iter();
    claims.any(|claim| is_either(&claim.value, &is))
}

/// Whether a claim is one, as it is written or as the path of a property whose name reads like
/// several keys.
pub fn is_either(claim: &str, is: impl Fn(&str) -> bool) -> bool {
    let name = claim.strip_prefix("properties.");
    let quoted = name.map(|name| format!("properties{}", segment(name)));
    is(claim) || quoted.is_some_and(|claim| is(&claim))
}

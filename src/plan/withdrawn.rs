//! Requests that a pull request takes out: what of one has not run yet never will, and whoever may
//! change files may do that to another's.
//!
//! In: both sides. Out: a notice for each request for a catalog's action that the result lacks.
//! Whether it has run already is said by the ledger, which is not known here.

use std::collections::BTreeSet;

use crate::plan::diff::Side;
use crate::plan::file::Notice;
use crate::plan::first::first;
use crate::plan::hide::Secrets;
use crate::plan::value::States;

/// What is taken out, at its place on the target.
pub(super) fn notices(states: &States<'_>, secrets: &Secrets<'_>) -> Vec<Notice> {
    let after = states.after.catalog.requests.iter();
    let left: BTreeSet<&str> = after.map(|request| request.id.value.as_str()).collect();
    let gone = states.before.catalog.requests.iter();
    let gone = gone.filter(|request| !left.contains(request.id.value.as_str()));
    let runs = |name: &str| states.before.catalog.find_action(name).is_some();
    let mut notices: Vec<Notice> = gone
        .filter(|request| runs(&request.action.value))
        .map(|request| {
            let of = request.entity.as_ref();
            let of = of.map_or_else(String::new, |entity| format!(" of {}", entity.value));
            Notice {
                text: format!(
                    "request {} ({}{of}) is taken out: what has not run of it never will",
                    request.id.value, request.action.value
                ),
                place: Some(states.place(Side::Before, request.span)),
            }
        })
        .collect();
    first(
        &mut notices,
        |left| format!("{left} more requests are taken out"),
        secrets,
    );
    notices
}

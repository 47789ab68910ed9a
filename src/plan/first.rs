//! The first of many notices of one kind.
//!
//! In: all of them. Out: the first few, how many more there are, and no secret in their words.

use crate::plan::file::Notice;
use crate::plan::hide::Secrets;

/// How many are told.
const TOLD: usize = 10;

/// Leaves the first; `more` says in words how many others there are.
pub(super) fn first(
    notices: &mut Vec<Notice>,
    more: impl FnOnce(usize) -> String,
    secrets: &Secrets<'_>,
) {
    let left = notices.len().saturating_sub(TOLD);
    notices.truncate(TOLD);
    if left > 0 {
        notices.push(Notice {
            text: more(left),
            place: None,
        });
    }
    for notice in notices {
        secrets.hide_in(&mut notice.text);
    }
}

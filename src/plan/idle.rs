//! Requests that record what does not change: they do nothing.
//!
//! In: both sides and what changes. Out: a notice for each: whoever wrote it meant a change that is
//! true already, and the merge has none.

use crate::plan::diff::{Difference, Side};
use crate::plan::draft::{new_requests, records_nothing};
use crate::plan::file::Notice;
use crate::plan::first::first;
use crate::plan::hide::Secrets;
use crate::plan::value::States;

/// What is said to be true already and is no change.
pub(super) fn notices(
    states: &States<'_>,
    differences: &[Difference],
    secrets: &Secrets<'_>,
) -> Vec<Notice> {
    let requests = new_requests(states).into_iter();
    let idle = requests.filter(|request| records_nothing(states, request, differences));
    let mut notices: Vec<Notice> = idle
        .map(|request| {
            let why = match &request.entity {
                Some(entity) => {
                    let kind = request.blueprint.as_ref();
                    let kind = kind
                        .map(|kind| format!("{} ", kind.value))
                        .unwrap_or_default();
                    format!("{kind}{} does not change", entity.value)
                }
                None => "it names no entity".to_owned(),
            };
            Notice {
                text: format!("the request {} records nothing: {why}", request.id.value),
                place: Some(states.place(Side::After, request.span)),
            }
        })
        .collect();
    first(
        &mut notices,
        |left| match left {
            1 => "1 more request records nothing".to_owned(),
            left => format!("{left} more requests record nothing"),
        },
        secrets,
    );
    notices
}

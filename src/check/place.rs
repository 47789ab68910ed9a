//! Where a part of a text stands that is itself a value of a file.

use crate::source::Snapshot;
use crate::text::Span;

/// The bytes `start..end` of the string `value`, which is written at `span`. Where escapes or
/// line folds stand between what is written and what is meant, it is the whole value.
pub(super) fn within(snapshot: &Snapshot, span: Span, value: &str, start: u32, end: u32) -> Span {
    snapshot.within(span, value, start, end)
}

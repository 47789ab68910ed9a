//! What of a changed file its steps do not show: comments, and documents that mean the same.
//!
//! In: a file on both sides, and the places of the entities whose steps show what they say. Out:
//! whether anything else in it is written otherwise; that needs a decision of its own.

use crate::syntax::MergeKeys;
use crate::syntax::{comments, parse};
use crate::text::{FileId, Span};

/// A file on one side: its text, and where its entities stand that steps are about.
pub(super) struct Written<'a> {
    pub(super) file: FileId,
    pub(super) text: &'a str,
    pub(super) shown: Vec<Span>,
}

/// Whether something changes beside what the steps show. What cannot be read is never shown.
pub(super) fn changes(before: &Written<'_>, after: &Written<'_>) -> bool {
    let (Some(old), Some(new)) = (comments(before.text), comments(after.text)) else {
        return true;
    };
    old != new || others(before) != others(after)
}

/// The documents of which no step is, as they are written, sorted: their order means nothing.
fn others<'a>(written: &Written<'a>) -> Vec<&'a str> {
    let (documents, _) = parse(written.file, written.text, MergeKeys::Resolved);
    let is_shown = |span: &Span| {
        let mut shown = written.shown.iter();
        shown.any(|one| span.start <= one.start && one.end <= span.end)
    };
    let spans = documents.iter().map(|document| document.root.span);
    let mut others: Vec<&str> = spans
        .filter(|span| !is_shown(span))
        .filter_map(|span| written.text.get(span.start as usize..span.end as usize))
        .map(str::trim_end)
        .collect();
    others.sort_unstable();
    others
}

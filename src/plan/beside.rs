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
    old != new || others_change(&documents(before), &documents(after))
}

/// A document as it is written, and whether a step is about something in it.
type Document<'a> = (&'a str, bool);

fn documents<'a>(written: &Written<'a>) -> Vec<Document<'a>> {
    let (documents, _) = parse(written.file, written.text, MergeKeys::Resolved);
    let is_shown = |span: &Span| {
        let mut shown = written.shown.iter();
        shown.any(|one| span.start <= one.start && one.end <= span.end)
    };
    let spans = documents.iter().map(|document| document.root.span);
    spans
        .filter_map(|span| {
            let text = written.text.get(span.start as usize..span.end as usize)?;
            Some((text.trim_end(), is_shown(&span)))
        })
        .collect()
}

/// Whether documents change of which no step is.
fn others_change(before: &[Document<'_>], after: &[Document<'_>]) -> bool {
    if before.len() == after.len() {
        // What an entity disappears from is still shown: a list in a document, say.
        let mut pairs = before.iter().zip(after);
        return pairs.any(|((old, was), (new, is))| !was && !is && old != new);
    }
    let others = |all: &[Document<'_>]| -> Vec<String> {
        let others = all.iter().filter(|(_, is_shown)| !is_shown);
        let mut others: Vec<String> = others.map(|(text, _)| (*text).to_owned()).collect();
        others.sort_unstable();
        others
    };
    others(before) != others(after)
}

//! What of a changed file its steps do not show: comments, and documents that mean the same.
//!
//! In: a file on both sides, and the places of the entities whose steps show what they say. Out:
//! whether anything else in it is written otherwise; that needs a decision of its own.

use std::cmp::Reverse;

use crate::syntax::MergeKeys;
use crate::syntax::{Node, Value};
use crate::syntax::{comments, parse_large};
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

/// A document as it is written.
struct Rest<'a> {
    /// All of it.
    whole: &'a str,
    /// The keys and values that no step shows, and how they stand in each other.
    unshown: Vec<&'a str>,
    /// Whether a step is about something in it.
    is_shown: bool,
}

fn documents<'a>(written: &Written<'a>) -> Vec<Rest<'a>> {
    let (documents, _) = parse_large(written.file, written.text, MergeKeys::Resolved);
    let shown = Shown::new(&written.shown);
    let text = |span: Span| {
        let text = written.text.get(span.start as usize..span.end as usize);
        text.unwrap_or_default().trim_end()
    };
    documents
        .iter()
        .map(|document| {
            let mut unshown = Vec::new();
            shown.without(&document.root, &text, &mut unshown);
            Rest {
                whole: text(document.root.span),
                unshown,
                is_shown: shown.is_in(document.root.span),
            }
        })
        .collect()
}

/// Whether documents change in what no step shows.
fn others_change(before: &[Rest<'_>], after: &[Rest<'_>]) -> bool {
    if before.len() == after.len() {
        let mut pairs = before.iter().zip(after);
        return pairs.any(|(old, new)| {
            // What an entity disappears from is still shown: a list in a document, say.
            if old.is_shown || new.is_shown {
                old.unshown != new.unshown
            } else {
                old.whole != new.whole
            }
        });
    }
    // Which of them is which cannot be told where one is gone.
    let others = |all: &[Rest<'_>]| -> Vec<String> {
        let rests = all.iter().map(|it| {
            if it.is_shown {
                it.unshown.join(" ")
            } else {
                it.whole.to_owned()
            }
        });
        let mut rests: Vec<String> = rests.filter(|rest| !rest.is_empty()).collect();
        rests.sort_unstable();
        rests
    };
    others(before) != others(after)
}

/// Places that steps show: none is in another.
struct Shown(Vec<Span>);

impl Shown {
    fn new(places: &[Span]) -> Self {
        let mut places = places.to_vec();
        places.sort_unstable_by_key(|place| (place.start, Reverse(place.end)));
        let mut outer: Vec<Span> = Vec::new();
        for place in places {
            if outer.last().is_none_or(|last| last.end < place.end) {
                outer.push(place);
            }
        }
        Self(outer)
    }

    /// Whether all of a place is shown.
    fn covers(&self, place: Span) -> bool {
        let behind = self.0.partition_point(|one| one.start <= place.start);
        let last = behind.checked_sub(1).and_then(|n| self.0.get(n));
        last.is_some_and(|last| place.end <= last.end)
    }

    /// Whether something within a place is shown.
    fn is_in(&self, place: Span) -> bool {
        let first = self.0.partition_point(|one| one.start < place.start);
        let first = self.0.get(first);
        self.covers(place) || first.is_some_and(|first| first.end <= place.end)
    }

    /// Adds what of a value is not shown. A step that shows a value does not show its key: the
    /// same property may be read at another.
    fn without<'a>(&self, node: &Node, text: &impl Fn(Span) -> &'a str, rest: &mut Vec<&'a str>) {
        if self.covers(node.span) {
            return;
        }
        match &node.value {
            Value::Mapping(entries) => {
                rest.push("{");
                for entry in entries.iter() {
                    if !self.covers(entry.key.span) {
                        rest.push(text(entry.key.span));
                    }
                    self.without(&entry.node, text, rest);
                }
                rest.push("}");
            }
            Value::Sequence(nodes) => {
                rest.push("[");
                nodes.iter().for_each(|node| self.without(node, text, rest));
                rest.push("]");
            }
            _ => rest.push(text(node.span)),
        }
    }
}

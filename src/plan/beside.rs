//! What of a changed file its steps do not show: comments, and documents that mean the same.
//!
//! In: a file on both sides, and the places of the entities whose steps show what they say. Out:
//! whether anything else in it is written otherwise; that needs a decision of its own.

use std::cmp::Reverse;

use rustc_hash::FxHashMap;

use crate::syntax::MergeKeys;
use crate::syntax::{Entry, Node, Value};
use crate::syntax::{comments, parse_large};
use crate::text::{FileId, Span, Text};

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
    old != new || others_change(&Documents::of(before), &Documents::of(after))
}

/// The documents of a file on one side.
struct Documents<'a> {
    text: &'a str,
    roots: Vec<Node>,
    shown: Shown,
}

impl<'a> Documents<'a> {
    fn of(written: &Written<'a>) -> Self {
        let (documents, _) = parse_large(written.file, written.text, MergeKeys::Resolved);
        Self {
            text: written.text,
            roots: documents
                .into_iter()
                .map(|document| document.root)
                .collect(),
            shown: Shown::new(&written.shown),
        }
    }

    fn text(&self, span: Span) -> &'a str {
        let text = self.text.get(span.start as usize..span.end as usize);
        text.unwrap_or_default().trim_end()
    }

    /// Whether steps show all that a value says.
    fn is_shown(&self, node: &Node) -> bool {
        self.shown.covers(node.span)
            || match &node.value {
                Value::Mapping(entries) => entries.iter().all(|it| self.is_shown(&it.node)),
                Value::Sequence(items) => items.iter().all(|it| self.is_shown(it)),
                _ => false,
            }
    }

    /// The documents that no step shows whole, as they are written, sorted.
    fn others(&self) -> Vec<&'a str> {
        let others = self.roots.iter().filter(|root| !self.is_shown(root));
        let mut others: Vec<&str> = others.map(|root| self.text(root.span)).collect();
        others.sort_unstable();
        others
    }
}

/// Whether documents change in what no step shows.
fn others_change(before: &Documents<'_>, after: &Documents<'_>) -> bool {
    if before.roots.len() != after.roots.len() {
        // Which of them is which cannot be told where one is gone.
        return before.others() != after.others();
    }
    let sides = Sides { before, after };
    let mut pairs = before.roots.iter().zip(&after.roots);
    pairs.any(|(old, new)| sides.differ(old, new))
}

/// A file on both sides.
struct Sides<'s, 'a> {
    before: &'s Documents<'a>,
    after: &'s Documents<'a>,
}

impl Sides<'_, '_> {
    /// Whether two values at one place differ in what no step shows. What is written alike does
    /// not differ, whoever shows it.
    fn differ(&self, old: &Node, new: &Node) -> bool {
        if self.before.text(old.span) == self.after.text(new.span) {
            return false;
        }
        if self.before.shown.covers(old.span) && self.after.shown.covers(new.span) {
            return false;
        }
        match (&old.value, &new.value) {
            (Value::Mapping(old), Value::Mapping(new)) => self.entries_differ(old, new),
            (Value::Sequence(old), Value::Sequence(new)) => self.items_differ(old, new),
            _ => true,
        }
    }

    /// Keys that come or go are shown with their values. Where some come and others go, no step
    /// says which became which: the same property may be read at another key.
    fn entries_differ(&self, old: &[Entry], new: &[Entry]) -> bool {
        let keys = |entries: &[Entry]| -> FxHashMap<Text, usize> {
            let keys = entries.iter().enumerate();
            keys.map(|(n, entry)| (entry.key.value.clone(), n))
                .collect()
        };
        let (were, are) = (keys(old), keys(new));
        let gone = |it: &&Entry| !are.contains_key(&it.key.value);
        let come = |it: &&Entry| !were.contains_key(&it.key.value);
        let (mut gone, mut come) = (old.iter().filter(gone), new.iter().filter(come));
        if gone.clone().next().is_some() && come.clone().next().is_some() {
            return true;
        }
        if !gone.all(|it| self.before.is_shown(&it.node))
            || !come.all(|it| self.after.is_shown(&it.node))
        {
            return true;
        }
        let kept = old.iter().filter_map(|it| {
            let at = *are.get(&it.key.value)?;
            Some((it, at, new.get(at)?))
        });
        let mut last = None;
        for (old, at, new) in kept {
            // The order of keys is written too.
            if last.is_some_and(|last| at < last) || self.differ(&old.node, &new.node) {
                return true;
            }
            last = Some(at);
        }
        false
    }

    /// Elements that are written alike are the same, in their order. Of the others, steps show
    /// what comes and goes; where as many come as go, each may have become the other.
    fn items_differ(&self, old: &[Node], new: &[Node]) -> bool {
        let texts = |side: &Documents<'_>, items: &[Node]| -> Vec<String> {
            items
                .iter()
                .map(|it| side.text(it.span).to_owned())
                .collect()
        };
        let (were, are) = (texts(self.before, old), texts(self.after, new));
        let (stay, stayed) = (common(&were, &are), common(&are, &were));
        let of = |texts: &[String], stays: &[bool], is: bool| -> Vec<usize> {
            let all = (0..texts.len()).filter(|n| stays.get(*n) == Some(&is));
            all.collect()
        };
        let order = |texts: &[String], all: Vec<usize>| -> Vec<String> {
            all.into_iter()
                .filter_map(|n| texts.get(n).cloned())
                .collect()
        };
        if order(&were, of(&were, &stay, true)) != order(&are, of(&are, &stayed, true)) {
            return true;
        }
        let gone: Vec<&Node> = of(&were, &stay, false)
            .iter()
            .filter_map(|n| old.get(*n))
            .collect();
        let come: Vec<&Node> = of(&are, &stayed, false)
            .iter()
            .filter_map(|n| new.get(*n))
            .collect();
        if gone.len() == come.len() {
            let mut pairs = gone.iter().zip(&come);
            return pairs.any(|(old, new)| self.differ(old, new));
        }
        !gone.iter().all(|it| self.before.is_shown(it))
            || !come.iter().all(|it| self.after.is_shown(it))
    }
}

/// Which of the texts are in the other list too, each as often as it is there.
fn common(texts: &[String], others: &[String]) -> Vec<bool> {
    let mut left: FxHashMap<&str, usize> = FxHashMap::default();
    for other in others {
        *left.entry(other).or_default() += 1;
    }
    let is_there = |text: &String| {
        let left = left.get_mut(text.as_str());
        left.filter(|left| **left > 0)
            .map(|left| *left -= 1)
            .is_some()
    };
    texts.iter().map(is_there).collect()
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
}

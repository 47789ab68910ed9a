//! Paths of a mapping that lead to nothing, however many elements are read.
//!
//! In: what a path met in one element after the other, in any order and on any thread. Out: a
//! finding at the key that no element has.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use super::formula::{Form, Formula};
use super::input::{FILE, PARENT};
use crate::expression::Turn;
use crate::finding::Finding;
use crate::finding::codes::E0316;
use crate::source::Snapshot;
use crate::syntax::{Node, Value};
use crate::text::{Text, choose_or, visible};

/// Fewer elements than these say little of what the others would have.
const ENOUGH: usize = 3;
/// Keys that are kept for a suggestion.
const KEPT: usize = 1_000;

/// What a path met.
#[derive(Debug, Default)]
pub(super) struct Met {
    something: AtomicBool,
    missed: Mutex<Missed>,
}

#[derive(Debug, Default)]
struct Missed {
    elements: usize,
    /// How far the path led at most.
    turns: usize,
    /// The keys that are there, so far down.
    keys: BTreeSet<Text>,
}

impl Met {
    /// The path led to something, may lead to nothing, or cannot be judged.
    pub(super) fn found(&self) {
        self.something.store(true, Ordering::Relaxed);
    }

    /// The path led over `turns` links to a value that does not have the next.
    pub(super) fn missed(&self, turns: usize, last: Option<&Node>) {
        if self.something.load(Ordering::Relaxed) {
            return;
        }
        let Ok(mut missed) = self.missed.lock() else {
            return;
        };
        missed.elements += 1;
        if turns < missed.turns {
            return;
        }
        if turns > missed.turns {
            missed.turns = turns;
            missed.keys.clear();
        }
        if let Some(Value::Mapping(entries)) = last.map(|node| &node.value) {
            missed
                .keys
                .extend(entries.iter().map(|entry| entry.key.value.clone()));
        }
        while missed.keys.len() > KEPT {
            missed.keys.pop_last();
        }
    }
}

impl Formula {
    /// The finding that it led to nothing in any element.
    pub(super) fn nowhere(&self, snapshot: &Snapshot) -> Option<Finding> {
        let Form::Way(way) = &self.form else {
            return None;
        };
        let is_known = |key: &str| way.first() == Some(&Turn::Key(key.to_owned()));
        if self.expression.is_optional() {
            return None;
        }
        if is_known(FILE) || is_known(PARENT) || self.met.something.load(Ordering::Relaxed) {
            return None;
        }
        let missed = self.met.missed.lock().ok()?;
        if missed.elements < ENOUGH {
            return None;
        }
        let [read] = self.expression.reads() else {
            return None;
        };
        let step = read.path.get(missed.turns)?;
        let (text, span) = (self.written.value.as_str(), self.written.span);
        let place = snapshot.within(span, text, step.start, step.end);
        let message = format!(
            "`{}` leads to nothing in any of {} elements",
            visible(text.trim()),
            missed.elements
        );
        let finding = Finding::new(&E0316, place, message).label("not there");
        let keys: Vec<&str> = missed.keys.iter().map(Text::as_str).collect();
        let optional = "write `// null` behind it where nothing may be there";
        Some(match way.get(missed.turns) {
            Some(Turn::Key(key)) => finding.help(choose_or(key, &keys, optional)),
            _ => finding.help(optional),
        })
    }
}

//! A secret of an entity that stands once more where it is no secret: an alias repeats it, or a
//! definition gives it another name.
//!
//! In: a step. Out: the same, in which a mask stands for what is marked as a secret of its entity on
//! either side, wherever it is found; and its calls that would send one.

use std::cell::RefCell;
use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::plan::diff::Side;
use crate::plan::file::{Notice, Step};
use crate::plan::hide::sent::{in_call, sends};
use crate::plan::hide::{Secrets, hide_in, in_value, longest_first};
use crate::plan::value::States;

/// A shorter one is a part of too many words.
const SHORTEST: usize = 6;

impl Secrets<'_> {
    /// Hides what is secret of a step's entity in all that the step says.
    pub(super) fn hide_repeated(&self, step: &mut Step, states: &States<'_>) -> Vec<Notice> {
        let own = self.own(step, states);
        if own.is_empty() {
            return Vec::new();
        }
        for change in step.changes.iter_mut().chain(&mut step.lost) {
            for value in change.before.iter_mut().chain(&mut change.after) {
                in_value(value, &own, &self.masks);
            }
        }
        for input in &mut step.inputs {
            in_value(&mut input.value, &own, &self.masks);
        }
        let because = step.because.iter_mut().map(|notice| &mut notice.text);
        let undecided = step.approvals.iter_mut();
        let undecided = undecided.filter_map(|need| need.undecided.as_mut());
        for text in because.chain(undecided).chain(&mut step.undo) {
            hide_in(text, &own, &self.masks);
        }
        let (action, entity) = (&step.action, &step.entity);
        let mut refusals = Vec::new();
        step.calls.retain(|call| {
            let is_sent = in_call(call, &own, &self.masks).is_some();
            if is_sent {
                let what = "a value that is marked as a secret";
                refusals.push(sends(&call.id, action, entity, what));
            }
            !is_sent
        });
        refusals
    }

    /// The texts that are marked as secrets of a step's entity, on both sides.
    fn own(&self, step: &Step, states: &States<'_>) -> Vec<String> {
        let found = RefCell::new(BTreeSet::new());
        let collect = |value: &Json| {
            texts(value, &mut found.borrow_mut());
            Json::Null
        };
        for side in [Side::Before, Side::After] {
            let catalog = &states.of(side).catalog;
            let kind = catalog.find_blueprint(&step.blueprint);
            let id = kind.and_then(|(kind, _)| catalog.find_entity(kind, &step.entity));
            let Some(entity) = id.and_then(|id| catalog.entity(id)) else {
                continue;
            };
            for property in entity.properties.iter() {
                let mut value = property.node.to_json();
                for marked in self.marked {
                    marked.hide_property(
                        &step.blueprint,
                        &property.key.value,
                        &mut value,
                        &collect,
                    );
                }
            }
        }
        longest_first(found.into_inner())
    }
}

/// The texts below a value that are long enough to be known by.
fn texts(value: &Json, found: &mut BTreeSet<String>) {
    match value {
        Json::String(text) if text.len() >= SHORTEST => {
            found.insert(text.clone());
        }
        Json::Array(items) => items.iter().for_each(|item| texts(item, found)),
        Json::Object(items) => items.values().for_each(|item| texts(item, found)),
        _ => {}
    }
}

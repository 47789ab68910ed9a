//! Decisions and effects without secrets: a rule that is quoted says what it compares them with.
//!
//! In: decisions and derived values of a plan. Out: the same with masks. Must not know of steps.

use serde_json::Value as Json;

use crate::plan::definition::marked::{is_expression_of_secrets, is_policy_of_secrets};
use crate::plan::file::{Decision, Effect, Input};
use crate::plan::hide::{Secrets, in_value};
use crate::text::masked;

impl Secrets<'_> {
    /// Hides them in the reasons of decisions.
    pub(super) fn hide_reasons(&self, decisions: &mut [Decision]) {
        for reason in decisions.iter_mut().flat_map(|it| &mut it.reasons) {
            self.hide_rule(&mut reason.text);
            self.hide_in(&mut reason.text);
        }
    }

    /// Hides the literals of the expressions that fill inputs from what is marked as secret.
    pub(super) fn hide_sources(&self, inputs: &mut [Input]) {
        for from in inputs.iter_mut().filter_map(|it| it.from.as_mut()) {
            if is_expression_of_secrets(self.marked, from) {
                *from = masked(from, &|literal| self.masks.text(literal));
            }
        }
    }

    /// Hides the literals in words that quote a condition about what is marked as secret.
    pub(super) fn hide_rule(&self, words: &mut String) {
        if is_policy_of_secrets(self.marked, words) {
            *words = masked(words, &|literal| self.masks.text(literal));
        }
    }

    /// Hides them in the derived values that change.
    pub(in crate::plan) fn hide_effects(&self, effects: &mut [Effect]) {
        for effect in effects {
            let of = (effect.blueprint.as_str(), effect.entity.as_str());
            for value in effect.before.iter_mut().chain(&mut effect.after) {
                let instead = |value: &Json| self.masks.at(of, &effect.path, value);
                for marked in self.marked {
                    marked.hide_property(of.0, &effect.path, value, &instead);
                }
            }
            self.hide_in(&mut effect.path);
            self.hide_in(&mut effect.through);
            for words in effect.via.iter_mut().flatten() {
                self.hide_in(words);
            }
            for value in effect.before.iter_mut().chain(&mut effect.after) {
                in_value(value, &self.all, &self.masks);
            }
        }
    }
}

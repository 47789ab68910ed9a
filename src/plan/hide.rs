//! Secrets in a plan: it is read by everybody and kept, so none of them stands in it.
//!
//! In: what was found on both sides, and steps before their digests are made. Out: the same
//! steps, in which a value that holds a secret is its digest: that it changes is shown, and what
//! it is is not. A call that would send one cannot be in a plan, and stops it.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::finding::Finding;
use crate::plan::file::{Call, Change, Covered, Effect, Notice, Step};
use crate::plan::file::{digest, short};
use crate::plan::value::States;

/// The secrets of both sides, the longest first: one may begin as another does.
pub(super) struct Secrets {
    /// All that look like one.
    all: Vec<String>,
    /// Those whose finding the settings do not switch off, which is to say that they are none.
    told: Vec<String>,
}

impl Secrets {
    pub(super) fn of(states: &States<'_>) -> Self {
        let mut all = states.before.secrets();
        all.extend(states.after.secrets());
        let mut told = states.before.secrets_told();
        told.extend(states.after.secrets_told());
        Self {
            all: longest_first(all),
            told: longest_first(told),
        }
    }

    /// Hides them in a step, and says which of its calls would send one.
    pub(super) fn hide(&self, step: &mut Step) -> Vec<Notice> {
        if self.all.is_empty() {
            return Vec::new();
        }
        self.hide_changes(&mut step.changes);
        for input in &mut step.inputs {
            in_value(&mut input.value, &self.all);
        }
        let reasons = step.decisions.iter_mut().flat_map(|it| &mut it.reasons);
        for notice in step.because.iter_mut().chain(reasons) {
            self.hide_in(&mut notice.text);
        }
        let undecided = step.approvals.iter_mut();
        for why in undecided.filter_map(|need| need.undecided.as_mut()) {
            self.hide_in(why);
        }
        if let Some(undo) = &mut step.undo {
            self.hide_in(undo);
        }
        let mut refusals = Vec::new();
        let (action, entity) = (&step.action, &step.entity);
        step.calls.retain_mut(|call| {
            let Some(hidden) = in_call(call, &self.told) else {
                return true;
            };
            refusals.push(Notice {
                text: format!(
                    "the call {} of {action} on {entity} would send what looks like a secret in plain text: give it as `{{fromEnv: NAME}}`",
                    call.id
                ),
                place: None,
            });
            // What cannot be shown without it is not shown.
            serde_json::from_value(hidden)
                .map(|hidden| *call = hidden)
                .is_ok()
        });
        refusals
    }

    /// Hides them in the derived values that change.
    pub(super) fn hide_effects(&self, effects: &mut [Effect]) {
        for effect in effects {
            self.hide_in(&mut effect.path);
            self.hide_in(&mut effect.through);
            for words in effect.via.iter_mut().flatten() {
                self.hide_in(words);
            }
            for value in effect.before.iter_mut().chain(&mut effect.after) {
                in_value(value, &self.all);
            }
        }
    }

    fn hide_changes(&self, changes: &mut [Change]) {
        for change in changes {
            self.hide_in(&mut change.path);
            for value in change.before.iter_mut().chain(&mut change.after) {
                in_value(value, &self.all);
            }
        }
    }

    /// Hides them in what a definition says otherwise.
    pub(super) fn hide_covered(&self, coverage: &mut [Covered]) {
        for covered in coverage {
            self.hide_changes(&mut covered.changes);
        }
    }

    /// Findings in order, without them in their words.
    pub(super) fn hidden(&self, mut findings: Vec<Finding>) -> Vec<Finding> {
        for finding in &mut findings {
            self.hide_in(&mut finding.message);
            self.hide_in(&mut finding.label);
            if let Some(help) = &mut finding.help {
                self.hide_in(help);
            }
        }
        crate::finding::sort(&mut findings);
        findings
    }

    /// Hides them among other words.
    pub(super) fn hide_in(&self, text: &mut String) {
        for secret in &self.all {
            if text.contains(secret) {
                *text = text.replace(secret, &instead_of(secret));
            }
        }
    }
}

fn longest_first(secrets: BTreeSet<String>) -> Vec<String> {
    let mut secrets: Vec<String> = secrets.into_iter().collect();
    secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    secrets
}

/// What stands in the place of a text.
fn instead_of(text: &str) -> String {
    format!("*** ({})", short(&digest(&Json::from(text))))
}

/// Hides secrets in a value, and says how many texts and keys had any.
fn in_value(value: &mut Json, secrets: &[String]) -> usize {
    let is_one = |text: &str| secrets.iter().any(|secret| text.contains(secret));
    match value {
        Json::String(text) if is_one(text) => {
            *text = instead_of(text);
            1
        }
        Json::Array(items) => items.iter_mut().map(|it| in_value(it, secrets)).sum(),
        Json::Object(items) => {
            let inside: usize = items.values_mut().map(|it| in_value(it, secrets)).sum();
            let keys = items.keys().filter(|key| is_one(key)).count();
            if keys > 0 {
                let all = std::mem::take(items).into_iter();
                items.extend(all.map(|(key, item)| {
                    let key = if is_one(&key) { instead_of(&key) } else { key };
                    (key, item)
                }));
            }
            inside + keys
        }
        _ => 0,
    }
}

/// The form of a call without secrets, where it has any.
fn in_call(call: &Call, secrets: &[String]) -> Option<Json> {
    if secrets.is_empty() {
        return None;
    }
    let mut form = serde_json::to_value(call).ok()?;
    (in_value(&mut form, secrets) > 0).then_some(form)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Secrets, in_value, longest_first};

    fn secrets() -> Secrets {
        let all = ["hunter", "hunter2-and-more"].map(str::to_owned);
        let all = longest_first(all.into());
        Secrets {
            told: all.clone(),
            all,
        }
    }

    #[test]
    fn the_longest_secret_goes_first_and_nothing_of_it_stays() {
        let mut text = "it is hunter2-and-more, not hunter".to_owned();
        secrets().hide_in(&mut text);
        assert!(!text.contains("hunter") && !text.contains("more"), "{text}");
        assert_eq!(text.matches("***").count(), 2, "{text}");
    }

    #[test]
    fn a_key_that_holds_a_secret_is_hidden_and_its_value_stays() {
        let mut value = json!({"env": {"x-hunter": 1, "y": [{"hunter": "a"}]}});
        assert_eq!(in_value(&mut value, &secrets().all), 2);
        let text = value.to_string();
        assert!(!text.contains("hunter"), "{text}");
        assert_eq!(
            value["env"]["y"][0].as_object().unwrap().values().next(),
            Some(&json!("a"))
        );
    }
}

//! Secrets in a plan: it is read by everybody and kept, so none of them stands in it.
//!
//! In: what was found on both sides, and steps before their digests are made. Out: the same
//! steps, in which a mask stands for a value that holds a secret: that it changes is shown, and
//! what it is is not. A call that would send one cannot be in a plan, and stops it.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::check::is_sealed;
use crate::compile::Compiled;
use crate::derive::Secrecy;
use crate::finding::Finding;
use crate::model::Catalog;
use crate::plan::definition::marked::is_expression_of_secrets;
use crate::plan::file::{Change, Covered, Input, Notice, Step};
use crate::plan::mask::Masks;
use crate::plan::value::States;
use crate::source::SourceFile;
use crate::text::masked;

mod repeated;
mod sent;
mod words;

use sent::{Sent, in_call, sends};

/// The secrets of both sides, the longest first: one may begin as another does.
pub(super) struct Secrets<'s> {
    /// Values that are marked as secrets, whatever they look like.
    marked: &'s [Secrecy<'s>],
    /// The actions by which inputs are filled and calls are made.
    actions: &'s Catalog,
    /// All that look like one.
    all: Vec<String>,
    /// Those whose finding the settings do not switch off, which is to say that they are none.
    told: Vec<String>,
    masks: Masks<'s>,
}

impl<'s> Secrets<'s> {
    /// Of a plan; `key` is that of the plan that its steps are compared with.
    pub(super) fn of(states: &'s States<'s>, key: Option<&str>) -> Self {
        let mut all = states.before.secrets();
        all.extend(states.after.secrets());
        let mut told = states.before.secrets_told();
        told.extend(states.after.secrets_told());
        Self {
            marked: states.secrecy(),
            actions: &states.before.catalog,
            all: longest_first(all),
            told: longest_first(told),
            masks: Masks::new(&states.before.snapshot, &states.after.snapshot, key),
        }
    }

    /// What masks are made with.
    pub(super) const fn masks(&self) -> &Masks<'s> {
        &self.masks
    }

    /// Hides them in a step, and says which of its calls would send one. What is hidden is bound
    /// to the step by its digest: a mask is too short for that.
    pub(super) fn hide(&self, step: &mut Step, states: &States<'_>) -> Vec<Notice> {
        if self.all.is_empty() && self.marked.iter().all(Secrecy::is_empty) {
            return Vec::new();
        }
        let content = |step: &Step| serde_json::json!([step.changes, step.inputs]);
        let whole = content(step);
        let refusals = self.hide_all(step, states);
        if content(step) != whole {
            let of = [&step.blueprint, &step.entity, &step.action];
            step.hidden = Some(self.masks.digest(&serde_json::json!([of, whole])));
        }
        refusals
    }

    fn hide_all(&self, step: &mut Step, states: &States<'_>) -> Vec<Notice> {
        let mut refusals = [
            self.hide_marked(step, states),
            self.hide_repeated(step, states),
        ]
        .concat();
        self.hide_sources(&mut step.inputs);
        self.hide_reasons(&mut step.decisions);
        if self.all.is_empty() {
            return refusals;
        }
        self.hide_changes(&mut step.changes);
        self.hide_changes(&mut step.lost);
        for input in &mut step.inputs {
            in_value(&mut input.value, &self.all, &self.masks);
        }
        for notice in &mut step.because {
            self.hide_in(&mut notice.text);
        }
        let undecided = step.approvals.iter_mut();
        for why in undecided.filter_map(|need| need.undecided.as_mut()) {
            self.hide_in(why);
        }
        if let Some(undo) = &mut step.undo {
            self.hide_in(undo);
        }
        let (action, entity) = (&step.action, &step.entity);
        step.calls.retain_mut(|call| {
            let Some(hidden) = in_call(call, &self.told, &self.masks) else {
                return true;
            };
            refusals.push(sends(&call.id, action, entity, "what looks like a secret"));
            // What cannot be shown without it is not shown.
            serde_json::from_value(hidden)
                .map(|hidden| *call = hidden)
                .is_ok()
        });
        refusals
    }

    /// Hides what is marked as a secret, by where it stands.
    fn hide_marked(&self, step: &mut Step, states: &States<'_>) -> Vec<Notice> {
        let mut refusals = Vec::new();
        if self.marked.iter().all(Secrecy::is_empty) {
            return refusals;
        }
        let mask = |literal: &str| self.masks.text(literal);
        for notice in &mut step.because {
            if is_expression_of_secrets(self.marked, &notice.text) {
                notice.text = masked(&notice.text, &mask);
            }
        }
        let undecided = step.approvals.iter_mut();
        for why in undecided.filter_map(|need| need.undecided.as_mut()) {
            self.hide_rule(why);
        }
        for change in step.changes.iter_mut().chain(&mut step.lost) {
            let of = (step.blueprint.as_str(), step.entity.as_str());
            for value in change.before.iter_mut().chain(&mut change.after) {
                self.hide_at(of, &change.path, value);
            }
        }
        let Some(action) = self
            .actions
            .find_action(&step.action)
            .filter(|_| !step.built_in)
        else {
            return refusals;
        };
        let is_filled = |input: &Input| {
            !input.secret
                && !is_sealed(&input.value)
                && states.is_filled_by_secret(action, &input.name)
        };
        let mut filled = BTreeSet::new();
        for input in step.inputs.iter_mut().filter(|input| is_filled(input)) {
            let of = (step.blueprint.as_str(), step.entity.as_str());
            input.value = self.masks.at(of, &input.name, &input.value);
            filled.insert(input.name.clone());
        }
        let (name, entity) = (&step.action, &step.entity);
        // Of what is renamed the other side has another name.
        let sealed = if step
            .changes
            .iter()
            .any(|change| change.path == "identifier")
        {
            BTreeSet::new()
        } else {
            states.sealed(&step.blueprint, entity)
        };
        let sent = Sent {
            marked: self.marked,
            blueprint: &step.blueprint,
            filled: &filled,
            sealed: &sealed,
        };
        step.calls.retain(|call| {
            let mut written = action.calls.iter().filter(|it| it.id.value == call.id);
            let is_sent = written.any(|it| sent.is_in(&it.with));
            if is_sent {
                refusals.push(sends(
                    &call.id,
                    name,
                    entity,
                    "a value that is marked as a secret",
                ));
            }
            !is_sent
        });
        refusals
    }

    /// Hides what is marked as a secret in the value at a path of an entity.
    pub(super) fn hide_at(&self, of: (&str, &str), path: &str, value: &mut Json) {
        hide_marked_at((self.marked, &self.masks), of, path, value);
    }

    fn hide_changes(&self, changes: &mut [Change]) {
        for change in changes {
            self.hide_in(&mut change.path);
            for value in change.before.iter_mut().chain(&mut change.after) {
                in_value(value, &self.all, &self.masks);
            }
        }
    }

    /// Hides them in what a definition says otherwise.
    pub(super) fn hide_covered(&self, coverage: &mut [Covered]) {
        for covered in coverage {
            self.hide_changes(&mut covered.changes);
            self.hide_reasons(&mut covered.decisions);
        }
    }

    /// Findings in order, without them in their words.
    pub(super) fn hidden(&self, mut findings: Vec<Finding>) -> Vec<Finding> {
        for finding in &mut findings {
            self.hide_in(&mut finding.message);
            self.hide_in(&mut finding.label);
            finding.help.iter_mut().for_each(|it| self.hide_in(it));
        }
        crate::finding::sort(&mut findings);
        findings
    }

    /// Hides them among other words.
    pub(super) fn hide_in(&self, text: &mut String) {
        hide_in(text, &self.all, &self.masks);
    }

    /// The same words for everybody, `***` for each of them, in whatever case it is written; and
    /// whether there was any.
    pub(super) fn blank_in(&self, text: &mut String) -> bool {
        let was = text.clone();
        for secret in &self.all {
            for written in [secret, &secret.to_lowercase()] {
                *text = text.replace(written, "***");
            }
        }
        *text != was
    }

    /// Whether any stands in a file.
    pub(super) fn is_in_file(&self, file: &SourceFile) -> bool {
        let holds = |text: &str| self.all.iter().any(|secret| text.contains(secret));
        file.text.as_ref().is_ok_and(|text| holds(text))
    }

    /// An entity without them, where only what else it says is meant.
    pub(super) fn blank(&self, blueprint: &str, entity: &mut Json) {
        if let Some(properties) = entity.get_mut("properties") {
            self.blank_at(blueprint, "properties", properties);
        }
        blank(entity, &self.all);
    }

    /// The value of an entity at a path, without them.
    pub(super) fn blank_at(&self, blueprint: &str, path: &str, value: &mut Json) {
        let instead = |_: &Json| Json::from("***");
        for marked in self.marked {
            marked.hide(blueprint, path, value, &instead);
        }
        blank(value, &self.all);
    }
}

/// A value in which every text that holds a secret says only that.
fn blank(value: &mut Json, secrets: &[String]) {
    let is_one = |text: &str| secrets.iter().any(|secret| text.contains(secret));
    match value {
        Json::String(text) if is_one(text) => "***".clone_into(text),
        Json::Array(items) => items.iter_mut().for_each(|it| blank(it, secrets)),
        Json::Object(items) => items.values_mut().for_each(|it| blank(it, secrets)),
        _ => {}
    }
}

/// All of two catalogs that looks like a secret, the longest first.
pub(super) struct Hidden<'h> {
    all: Vec<String>,
    pub(super) masks: Masks<'h>,
}

/// Hides what is marked as a secret in the value at a path of an entity.
pub(super) fn hide_marked_at(
    (marked, masks): (&[Secrecy<'_>], &Masks<'_>),
    of: (&str, &str),
    path: &str,
    value: &mut Json,
) {
    let instead = |value: &Json| masks.at(of, path, value);
    for marked in marked {
        marked.hide(of.0, path, value, &instead);
    }
}

impl<'h> Hidden<'h> {
    pub(super) fn of(sides: [&'h Compiled; 2]) -> Self {
        let all = sides.into_iter().flat_map(Compiled::secrets).collect();
        let [before, after] = sides.map(|side| &side.snapshot);
        Self {
            all: longest_first(all),
            masks: Masks::new(before, after, None),
        }
    }

    /// Hides it among other words.
    pub(super) fn hide_in(&self, text: &mut String) {
        hide_in(text, &self.all, &self.masks);
    }
}

fn hide_in(text: &mut String, secrets: &[String], masks: &Masks<'_>) {
    for secret in secrets {
        if text.contains(secret) {
            *text = text.replace(secret, &masks.text(secret));
        }
    }
}

fn longest_first(secrets: BTreeSet<String>) -> Vec<String> {
    let mut secrets: Vec<String> = secrets.into_iter().collect();
    secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    secrets
}

/// Hides secrets in a value, and says how many texts and keys had any.
fn in_value(value: &mut Json, secrets: &[String], masks: &Masks<'_>) -> usize {
    let is_one = |text: &str| secrets.iter().any(|secret| text.contains(secret));
    match value {
        Json::String(text) if is_one(text) => {
            *text = masks.text(text);
            1
        }
        Json::Number(number) if is_one(&number.to_string()) => {
            *value = masks.text(&number.to_string()).into();
            1
        }
        Json::Array(items) => items
            .iter_mut()
            .map(|it| in_value(it, secrets, masks))
            .sum(),
        Json::Object(items) => {
            let inside: usize = items
                .values_mut()
                .map(|it| in_value(it, secrets, masks))
                .sum();
            let keys = items.keys().filter(|key| is_one(key)).count();
            if keys > 0 {
                let all = std::mem::take(items).into_iter();
                items.extend(all.map(|(key, item)| {
                    let key = if is_one(&key) { masks.text(&key) } else { key };
                    (key, item)
                }));
            }
            inside + keys
        }
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{hide_in, in_value, longest_first};
    use crate::plan::mask::Masks;
    use crate::source::Snapshot;

    fn secrets() -> Vec<String> {
        longest_first(["hunter", "hunter2-and-more"].map(str::to_owned).into())
    }

    #[test]
    fn the_longest_secret_goes_first_and_nothing_of_it_stays() {
        let mut text = "it is hunter2-and-more, not hunter".to_owned();
        let none = Snapshot::default();
        hide_in(&mut text, &secrets(), &Masks::new(&none, &none, None));
        assert!(!text.contains("hunter") && !text.contains("more"), "{text}");
        assert_eq!(text.matches("***").count(), 2, "{text}");
    }

    #[test]
    fn a_key_that_holds_a_secret_is_hidden_and_its_value_stays() {
        let mut value = json!({"env": {"x-hunter": 1, "y": [{"hunter": "a"}]}});
        let none = Snapshot::default();
        let masks = Masks::new(&none, &none, None);
        assert_eq!(in_value(&mut value, &secrets(), &masks), 2);
        let text = value.to_string();
        assert!(!text.contains("hunter"), "{text}");
        assert_eq!(
            value["env"]["y"][0].as_object().unwrap().values().next(),
            Some(&json!("a"))
        );
    }
}

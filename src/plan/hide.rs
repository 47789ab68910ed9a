//! Secrets in a plan: it is read by everybody and kept, so none of them stands in it.
//!
//! In: what was found on both sides, and steps before their digests are made. Out: the same
//! steps, in which a value that holds a secret is its digest: that it changes is shown, and what
//! it is is not. A call that would send one cannot be in a plan, and stops it.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::check::is_sealed;
use crate::compile::Compiled;
use crate::derive::Secrecy;
use crate::expression::{Read, Segment, Template};
use crate::finding::Finding;
use crate::model::Catalog;
use crate::plan::file::{Call, Change, Covered, Effect, Input, Notice, Step};
use crate::plan::file::{digest, short};
use crate::plan::value::States;
use crate::syntax::{Node, Value};

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
}

impl<'s> Secrets<'s> {
    pub(super) fn of(states: &'s States<'s>) -> Self {
        let mut all = states.before.secrets();
        all.extend(states.after.secrets());
        let mut told = states.before.secrets_told();
        told.extend(states.after.secrets_told());
        Self {
            marked: states.secrecy(),
            actions: &states.before.catalog,
            all: longest_first(all),
            told: longest_first(told),
        }
    }

    /// Hides them in a step, and says which of its calls would send one.
    pub(super) fn hide(&self, step: &mut Step, states: &States<'_>) -> Vec<Notice> {
        let mut refusals = self.hide_marked(step, states);
        if self.all.is_empty() {
            return refusals;
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
        let (action, entity) = (&step.action, &step.entity);
        step.calls.retain_mut(|call| {
            let Some(hidden) = in_call(call, &self.told) else {
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
        for change in &mut step.changes {
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
            input.value = instead_at(of, &input.name, &input.value);
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
        hide_marked_at(self.marked, of, path, value);
    }

    /// Hides them in the derived values that change.
    pub(super) fn hide_effects(&self, effects: &mut [Effect]) {
        for effect in effects {
            let of = (effect.blueprint.as_str(), effect.entity.as_str());
            for value in effect.before.iter_mut().chain(&mut effect.after) {
                let instead = |value: &Json| instead_at(of, &effect.path, value);
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
        hide_in(text, &self.all);
    }
}

/// All of two catalogs that looks like a secret, the longest first.
pub(super) struct Hidden(Vec<String>);

/// Hides what is marked as a secret in the value at a path of an entity.
pub(super) fn hide_marked_at(
    marked: &[Secrecy<'_>],
    of: (&str, &str),
    path: &str,
    value: &mut Json,
) {
    let instead = |value: &Json| instead_at(of, path, value);
    for marked in marked {
        marked.hide(of.0, path, value, &instead);
    }
}

impl Hidden {
    pub(super) fn of(sides: [&Compiled; 2]) -> Self {
        let all = sides.into_iter().flat_map(Compiled::secrets).collect();
        Self(longest_first(all))
    }

    /// Hides it among other words.
    pub(super) fn hide_in(&self, text: &mut String) {
        hide_in(text, &self.0);
    }
}

/// What a call of a step must not send.
struct Sent<'s> {
    marked: &'s [Secrecy<'s>],
    blueprint: &'s str,
    /// Inputs that a secret fills.
    filled: &'s BTreeSet<String>,
    /// Properties that are encrypted.
    sealed: &'s BTreeSet<&'s str>,
}

impl Sent<'_> {
    /// Whether a template below a value reads a secret of the entity, or an input that one fills.
    fn is_in(&self, with: &Node) -> bool {
        match &with.value {
            Value::String(text) => Template::parse(text).is_ok_and(|template| {
                template.holes().any(|hole| {
                    let mut marked = self.marked.iter();
                    let sealed = |name: &str| self.sealed.contains(name);
                    marked.any(|it| it.is_read(self.blueprint, &hole.expression, &sealed))
                        || hole.expression.reads().iter().any(|it| self.is_filled(it))
                })
            }),
            Value::Sequence(items) => items.iter().any(|item| self.is_in(item)),
            Value::Mapping(entries) => entries.iter().any(|entry| self.is_in(&entry.node)),
            _ => false,
        }
    }

    fn is_filled(&self, read: &Read) -> bool {
        let mut keys = read.path.iter().map(|step| &step.segment);
        match (keys.next(), keys.next()) {
            (Some(Segment::Key(key)), Some(Segment::Key(name))) if key == "inputs" => {
                self.filled.contains(name)
            }
            (Some(Segment::Key(key)), _) => key == "inputs" && !self.filled.is_empty(),
            _ => !self.filled.is_empty(),
        }
    }
}

fn hide_in(text: &mut String, secrets: &[String]) {
    for secret in secrets {
        if text.contains(secret) {
            *text = text.replace(secret, &instead_of(secret));
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

/// What stands in the place of a marked value. Its digest is of where it stands too, so that the
/// same short value looks different elsewhere.
pub(super) fn instead_at((blueprint, entity): (&str, &str), path: &str, value: &Json) -> Json {
    let whole = serde_json::json!([blueprint, entity, path, value]);
    Json::from(format!("*** ({})", short(&digest(&whole))))
}

/// Why a call is not made.
fn sends(call: &str, action: &str, entity: &str, what: &str) -> Notice {
    Notice {
        text: format!(
            "the call {call} of {action} on {entity} would send {what} in plain text: give it as `{{fromEnv: NAME}}`"
        ),
        place: None,
    }
}

/// Hides secrets in a value, and says how many texts and keys had any.
fn in_value(value: &mut Json, secrets: &[String]) -> usize {
    let is_one = |text: &str| secrets.iter().any(|secret| text.contains(secret));
    match value {
        Json::String(text) if is_one(text) => {
            *text = instead_of(text);
            1
        }
        Json::Number(number) if is_one(&number.to_string()) => {
            *value = instead_of(&number.to_string()).into();
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

    use super::{hide_in, in_value, longest_first};

    fn secrets() -> Vec<String> {
        longest_first(["hunter", "hunter2-and-more"].map(str::to_owned).into())
    }

    #[test]
    fn the_longest_secret_goes_first_and_nothing_of_it_stays() {
        let mut text = "it is hunter2-and-more, not hunter".to_owned();
        hide_in(&mut text, &secrets());
        assert!(!text.contains("hunter") && !text.contains("more"), "{text}");
        assert_eq!(text.matches("***").count(), 2, "{text}");
    }

    #[test]
    fn a_key_that_holds_a_secret_is_hidden_and_its_value_stays() {
        let mut value = json!({"env": {"x-hunter": 1, "y": [{"hunter": "a"}]}});
        assert_eq!(in_value(&mut value, &secrets()), 2);
        let text = value.to_string();
        assert!(!text.contains("hunter"), "{text}");
        assert_eq!(
            value["env"]["y"][0].as_object().unwrap().values().next(),
            Some(&json!("a"))
        );
    }
}

//! What a call of a step must not send: secrets in plain text.
//!
//! In: the arguments of a call as they are written, and what is secret of the step's entity. Out:
//! whether they read any of it.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::derive::Secrecy;
use crate::expression::{Read, Segment, Template};
use crate::plan::file::{Call, Notice};
use crate::plan::hide::in_value;
use crate::plan::mask::Masks;
use crate::syntax::{Node, Value};

/// What a call of a step must not send.
pub(super) struct Sent<'s> {
    pub(super) marked: &'s [Secrecy<'s>],
    pub(super) blueprint: &'s str,
    /// Inputs that a secret fills.
    pub(super) filled: &'s BTreeSet<String>,
    /// Properties that are encrypted.
    pub(super) sealed: &'s BTreeSet<&'s str>,
}

impl Sent<'_> {
    /// Whether a template below a value reads a secret of the entity, or an input that one fills.
    pub(super) fn is_in(&self, with: &Node) -> bool {
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

/// Why a call is not made.
pub(super) fn sends(call: &str, action: &str, entity: &str, what: &str) -> Notice {
    Notice {
        text: format!(
            "the call {call} of {action} on {entity} would send {what} in plain text: give it as `{{fromEnv: NAME}}`"
        ),
        place: None,
    }
}

/// The form of a call without secrets, where it has any.
pub(super) fn in_call(call: &Call, secrets: &[String], masks: &Masks<'_>) -> Option<Json> {
    if secrets.is_empty() {
        return None;
    }
    let mut form = serde_json::to_value(call).ok()?;
    (in_value(&mut form, secrets, masks) > 0).then_some(form)
}

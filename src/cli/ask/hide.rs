//! Takes secrets out of what is printed: those that stand in the catalog in plain text wherever
//! they are repeated, and values that are marked as secrets whatever they look like.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};

use crate::cli::ask::Matter;
use crate::compile::Compiled;
use crate::derive::Secrecy;
use crate::model::{Catalog, is_secret};
use crate::policy::telling;
use crate::text::masked;

/// Stands in the place of a secret.
const MASK: &str = "***";

/// Takes out what no output of this catalog shows.
pub(in crate::cli) struct Hider<'c> {
    texts: BTreeSet<String>,
    marked: Secrecy<'c>,
}

impl<'c> Hider<'c> {
    pub(in crate::cli) fn of(compiled: &'c Compiled) -> Self {
        Self {
            texts: compiled.secrets(),
            marked: Secrecy::of(&compiled.catalog),
        }
    }

    /// Whether there is no secret at all.
    pub(in crate::cli) fn hides_nothing(&self) -> bool {
        self.texts.is_empty() && self.marked.is_empty()
    }

    fn has_secret(&self, text: &str) -> bool {
        let mut secrets = self.texts.iter();
        secrets.any(|secret| text.contains(secret.as_str()))
    }

    /// A text, where no secret is in it.
    pub(in crate::cli) fn text(&self, text: &str) -> String {
        let shown = if self.has_secret(text) { MASK } else { text };
        shown.to_owned()
    }

    /// A condition or an expression, where it is about what is marked as secret without the literals
    /// in it: they say what the secret may be.
    pub(in crate::cli) fn expression(&self, text: &str) -> String {
        if self.marked.is_told_by(text) || self.marked.is_told_by_policy(text) {
            return self.text(&masked(text, &|_| MASK.to_owned()));
        }
        self.text(text)
    }

    /// The same of whole policies.
    pub(in crate::cli) fn policy(&self, text: &str) -> String {
        let mut shown = text.to_owned();
        let told = telling(text, &|piece| self.marked.is_told_by_policy(piece));
        for range in told.into_iter().rev() {
            shown.replace_range(range, MASK);
        }
        self.text(&shown)
    }

    /// A value without the texts that hold a secret, be they keys or numbers.
    pub(in crate::cli) fn value(&self, value: &Json) -> Json {
        match value {
            Json::String(text) => Json::from(self.text(text)),
            Json::Number(number) if self.has_secret(&number.to_string()) => Json::from(MASK),
            Json::Array(items) => items.iter().map(|item| self.value(item)).collect(),
            Json::Object(items) => items
                .iter()
                .map(|(key, value)| (self.text(key), self.value(value)))
                .collect(),
            other => other.clone(),
        }
    }

    /// The same for all values of an object.
    pub(in crate::cli) fn object(&self, object: &mut Map<String, Json>) {
        for value in object.values_mut() {
            *value = self.value(value);
        }
    }

    /// A property's value as it may be shown.
    pub(in crate::cli) fn property(&self, blueprint: &str, name: &str, value: &Json) -> Json {
        let mut shown = value.clone();
        let instead = |_: &Json| Json::from(MASK);
        self.marked
            .hide_property(blueprint, name, &mut shown, &instead);
        self.value(&shown)
    }

    /// Whether something of a property is marked as secret.
    pub(in crate::cli) fn marks(&self, blueprint: &str, name: &str) -> bool {
        self.marked.marks(blueprint, name)
    }
}

impl Matter<'_> {
    /// The inputs as they may be shown: a secret is not.
    pub(in crate::cli) fn shown_inputs(&self, catalog: &Catalog) -> Map<String, Json> {
        let secrecy = Secrecy::of(catalog);
        let inputs = self.inputs.iter().map(|(name, value)| {
            let action = self.what.action();
            let schema = action.and_then(|action| action.inputs.schema(name));
            let is_hidden = schema.is_some_and(is_secret)
                || action.is_some_and(|action| secrecy.fills(action, name));
            let value = if is_hidden {
                Json::from("***")
            } else {
                value.clone()
            };
            (name.clone(), value)
        });
        inputs.collect()
    }
}

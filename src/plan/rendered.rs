//! A value of a call as far as it is known when the plan is made.
//!
//! What depends on an earlier call, on the run's key or on a secret is kept as what it will be
//! made from; everything else is plain data. No text of a catalog can pose as one of the two:
//! they are variants, not keys.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

/// A value, or how it will be made at apply.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Rendered {
    /// Known now.
    Known(Json),
    /// A list with something in it that is not known now.
    List(Vec<Rendered>),
    /// A mapping with something in it that is not known now.
    Map(BTreeMap<String, Rendered>),
    /// Made at apply from these parts. A single expression keeps its type; several parts make
    /// a text.
    AtApply {
        /// In order.
        parts: Vec<Part>,
        /// What each part's value goes through before it is put into the text.
        encode: Encoding,
    },
    /// Read from the environment when the call is made; shown nowhere.
    Secret {
        /// The variable.
        env: String,
        /// Written before it: `Bearer `.
        prefix: String,
    },
}

/// A part of a text that is made at apply.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Part {
    /// Stands as it is.
    Text(String),
    /// jq over `context` with what apply knows laid over it: `calls`, `run`, `outputs`.
    Expression {
        /// The expression.
        source: String,
        /// The values that it reads and that are known now, by their first key.
        context: BTreeMap<String, Rendered>,
    },
}

/// How values enter a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Encoding {
    /// As they are.
    Plain,
    /// Percent-encoded as one segment of a URL; `.` and `..` are refused.
    UrlSegment,
}

impl Rendered {
    /// The value, where all of it is known now.
    pub fn known(&self) -> Option<&Json> {
        match self {
            Self::Known(value) => Some(value),
            _ => None,
        }
    }

    /// A list of values; known where all are.
    pub fn list(items: Vec<Self>) -> Self {
        if items.iter().all(|item| matches!(item, Self::Known(_))) {
            let known = items.into_iter().filter_map(|item| match item {
                Self::Known(value) => Some(value),
                _ => None,
            });
            return Self::Known(known.collect());
        }
        Self::List(items)
    }

    /// A mapping of values; known where all are.
    pub fn map(entries: BTreeMap<String, Self>) -> Self {
        if entries
            .values()
            .all(|value| matches!(value, Self::Known(_)))
        {
            let known = entries.into_iter().filter_map(|(key, value)| match value {
                Self::Known(value) => Some((key, value)),
                _ => None,
            });
            return Self::Known(Json::Object(known.collect()));
        }
        Self::Map(entries)
    }

    /// The value at `path`, through known and unknown mappings alike.
    pub fn get(&self, path: &[&str]) -> Option<Self> {
        let Some((first, rest)) = path.split_first() else {
            return Some(self.clone());
        };
        match self {
            Self::Known(value) => Self::Known(value.get(first)?.clone()).get(rest),
            Self::Map(entries) => entries.get(*first)?.get(rest),
            _ => None,
        }
    }
}

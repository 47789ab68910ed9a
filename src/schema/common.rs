//! What several kinds of documents have.

use schemars::JsonSchema;

/// One text, or a list of them.
#[derive(Debug, JsonSchema)]
#[schemars(untagged)]
pub enum OneOrMany {
    /// One.
    One(String),
    /// Several.
    Many(Vec<String>),
}

/// A list, or one element that stands for a list of one.
#[derive(Debug, JsonSchema)]
#[schemars(untagged)]
pub enum ListOrOne<T> {
    /// Several.
    Many(Vec<T>),
    /// One.
    One(T),
}

/// A length of time: a whole number and one of `s`, `m`, `h`, `d`.
#[derive(Debug, JsonSchema)]
#[schemars(transparent, extend("pattern" = "^[0-9]+[smhd]$", "examples" = ["30s", "15m", "2h", "5d"]))]
pub struct Duration(pub String);

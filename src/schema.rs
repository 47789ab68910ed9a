//! The JSON Schemas of every document kind, for editors and other programs.
//!
//! In: one description struct a kind, whose doc comments are the hovers. Out: schemas of draft
//! 2020-12 for `schemas/`; [`written`] makes those of what the program writes. [`catalog`] makes those of a catalog's own blueprints. The structs
//! mirror the readers of `model`; a test sees that both know the same keys.

use schemars::generate::{Contract, SchemaSettings};
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value};

pub mod action;
pub mod baseline;
pub mod blueprint;
pub mod catalog;

pub mod common;
pub mod connector;
pub mod entity;
pub mod property;
pub mod scorecard;
pub mod settings;
#[cfg(test)]
mod tests;
pub mod trial;

/// A kind of document that has a schema whatever the catalog.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An action.
    Action,
    /// The baseline.
    Baseline,
    /// A blueprint.
    Blueprint,
    /// A connector.
    Connector,
    /// An entity of any blueprint.
    Entity,
    /// A request for any action.
    Request,
    /// A scorecard.
    Scorecard,
    /// The settings file.
    Settings,
    /// A rule test.
    Test,
}

impl Kind {
    /// All kinds, in order of their words.
    pub const ALL: [Self; 9] = [
        Self::Action,
        Self::Baseline,
        Self::Blueprint,
        Self::Connector,
        Self::Entity,
        Self::Request,
        Self::Scorecard,
        Self::Settings,
        Self::Test,
    ];

    /// The word for it, which is also the name of its file.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Action => "action",
            Self::Baseline => "baseline",
            Self::Blueprint => "blueprint",
            Self::Connector => "connector",
            Self::Entity => "entity",
            Self::Request => "request",
            Self::Scorecard => "scorecard",
            Self::Settings => "settings",
            Self::Test => "test",
        }
    }
}

/// The draft that a schema is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Draft {
    /// 2020-12, as `schemas/` has it.
    Latest,
    /// 07, which editors know best.
    Seven,
}

/// The schema of a kind.
pub fn schema(kind: Kind, draft: Draft) -> Value {
    let settings = match draft {
        Draft::Latest => SchemaSettings::draft2020_12(),
        Draft::Seven => SchemaSettings::draft07(),
    };
    let generator = settings.into_generator();
    let root = match kind {
        Kind::Action => generated::<action::Action>(generator),
        Kind::Baseline => generated::<baseline::Baseline>(generator),
        Kind::Blueprint => generated::<blueprint::Blueprint>(generator),
        Kind::Connector => generated::<connector::Connector>(generator),
        Kind::Entity => generated::<entity::Entity>(generator),
        Kind::Request => generated::<entity::Request>(generator),
        Kind::Scorecard => generated::<scorecard::Scorecard>(generator),
        Kind::Settings => generated::<settings::Settings>(generator),
        Kind::Test => generated::<trial::Test>(generator),
    };
    let mut root = root;
    if let Some(root) = root.as_object_mut() {
        root.insert("title".to_owned(), Value::from(kind.word()));
    }
    without_formats(root)
}

/// The schema of what the program itself writes, draft 2020-12: every key is there, and those
/// without a value are null.
pub fn written<T: JsonSchema>(title: &str) -> Value {
    let settings = SchemaSettings::draft2020_12();
    let settings = settings.with(|settings| settings.contract = Contract::Serialize);
    let mut root = generated::<T>(settings.into_generator());
    if let Some(root) = root.as_object_mut() {
        root.insert("title".to_owned(), Value::from(title));
    }
    without_formats(root)
}

fn generated<T: JsonSchema>(generator: SchemaGenerator) -> Value {
    generator.into_root_schema_for::<T>().to_value()
}

/// Without the formats that say how wide a number is in memory.
fn without_formats(value: Value) -> Value {
    match value {
        Value::Array(values) => values.into_iter().map(without_formats).collect(),
        Value::Object(object) => {
            let is_width = |key: &str, value: &Value| {
                key == "format"
                    && matches!(
                        value.as_str(),
                        Some("uint32" | "uint64" | "uint" | "double")
                    )
            };
            let kept: Map<String, Value> = object
                .into_iter()
                .filter(|(key, value)| !is_width(key, value))
                .map(|(key, value)| (key, without_formats(value)))
                .collect();
            Value::Object(kept)
        }
        other => other,
    }
}

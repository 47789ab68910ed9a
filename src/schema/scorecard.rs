//! A scorecard as a document writes it.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::Value;

use crate::model::scorecard::{COLORS, Operator as Known};

/// A standard that the entities of a blueprint are held against.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct Scorecard {
    /// Its name, unique among those of its blueprint.
    #[schemars(length(min = 1, max = 1000))]
    pub identifier: String,
    /// What people call it.
    pub title: Option<String>,
    /// A picture's name.
    pub icon: Option<String>,
    /// What it is good for.
    pub description: Option<String>,
    /// The blueprint of the entities.
    pub blueprint: String,
    /// The levels from the lowest on, which everyone has; without them Basic, Bronze, Silver and
    /// Gold.
    #[schemars(length(min = 2))]
    pub levels: Option<Vec<Level>>,
    /// Which entities it is for; without it all.
    pub filter: Option<Query>,
    /// What must be so.
    pub rules: Vec<Rule>,
}

/// A level that an entity can reach.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Level {
    /// Its name.
    pub title: String,
    /// Its colour.
    pub color: Option<Color>,
}

/// What must be so for a level.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Rule {
    /// Its name in the scorecard.
    pub identifier: String,
    /// What people call it.
    pub title: Option<String>,
    /// What it is good for.
    pub description: Option<String>,
    /// The level that an entity cannot reach without it.
    pub level: String,
    /// The question that an entity must answer with yes.
    pub query: Query,
}

/// Conditions of which all or any must hold.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Query {
    /// `and`: all of the conditions. `or`: one of them is enough.
    pub combinator: Combinator,
    /// The conditions.
    pub conditions: Vec<Condition>,
}

/// Whether all conditions must hold or one is enough.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "lowercase")]
#[expect(missing_docs, reason = "`combinator` says what they mean")]
pub enum Combinator {
    And,
    Or,
}

/// A question about one property or relation of an entity.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Condition {
    /// The property, also a derived one, or `$team`.
    pub property: Option<String>,
    /// The relation, in the place of `property`.
    pub relation: Option<String>,
    /// How it is compared.
    pub operator: Operator,
    /// What with; `isEmpty` and `isNotEmpty` have none.
    pub value: Option<Value>,
    /// Whether the answer is turned round.
    pub not: Option<bool>,
}

/// A colour that Port knows.
#[derive(Debug)]
pub struct Color(pub String);

impl JsonSchema for Color {
    fn schema_name() -> Cow<'static, str> {
        "Color".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"enum": COLORS})
    }
}

/// How a value is compared.
#[derive(Debug)]
pub struct Operator(pub String);

impl JsonSchema for Operator {
    fn schema_name() -> Cow<'static, str> {
        "Operator".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"enum": Known::WORDS.map(|(word, _)| word)})
    }
}

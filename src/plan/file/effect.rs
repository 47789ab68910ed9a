//! What else changes with the steps: derived values of entities that no step touches.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::value::there;

/// A value of another entity that changes because of a step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Effect {
    /// The entity's blueprint.
    pub blueprint: String,
    /// The entity.
    pub entity: String,
    /// The derived property; `$owner` where it gets another owner by what leads to it.
    pub path: String,
    /// Before; without this key there was nothing.
    #[serde(
        default,
        deserialize_with = "there",
        skip_serializing_if = "Option::is_none"
    )]
    pub before: Option<Json>,
    /// After; without this key there is nothing.
    #[serde(
        default,
        deserialize_with = "there",
        skip_serializing_if = "Option::is_none"
    )]
    pub after: Option<Json>,
    /// The numbers of the steps that cause it; none where a definition does.
    #[schemars(inner(range(min = 1)))]
    pub by: Vec<u32>,
    /// What links them: `CartService.replicas`, `definition Service.cost`.
    pub through: String,
    /// The chains of values that lead to it, each from what a step changes to the last one before
    /// this; the first of them, and of a long one its end.
    pub via: Vec<Vec<String>>,
}

/// Values that a changed definition moves beyond those that stand among the effects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MoreEffects {
    /// The blueprint of the entities.
    pub blueprint: String,
    /// The derived property.
    pub path: String,
    /// The definition: `definition Service.cost`.
    pub through: String,
    /// How many entities more.
    pub count: u64,
}

/// A level of a scorecard that an entity gets or loses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LevelMove {
    /// The scorecard.
    pub scorecard: String,
    /// The blueprint of the entity.
    pub blueprint: String,
    /// The entity, as the result names it.
    pub entity: String,
    /// The level before; null where the scorecard was not for the entity.
    pub before: Option<String>,
    /// The level after; null where the scorecard is not for the entity.
    pub after: Option<String>,
    /// Whether it falls or rises.
    pub turn: LevelTurn,
    /// The rules that are met now and were not, or the other way round, in the order of the file.
    pub rules: Vec<FlippedRule>,
    /// The numbers of the steps that cause it; none where the scorecard or another definition
    /// does.
    #[schemars(inner(range(min = 1)))]
    pub by: Vec<u32>,
    /// The paths that these steps change of the entity and that its rules ask about. Older plans do
    /// not say them.
    #[serde(default)]
    pub paths: Vec<String>,
}

/// Which way a level moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LevelTurn {
    /// Down.
    Falls,
    /// Up.
    Rises,
    /// The scorecard goes, and the level with it.
    Lost,
    /// To or from a level that the other side does not have, or none.
    Other,
}

/// A rule of a scorecard whose answer is another than before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FlippedRule {
    /// The rule.
    pub rule: String,
    /// Whether the entity meets it now.
    pub met: bool,
}

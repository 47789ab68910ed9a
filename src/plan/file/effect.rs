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
    /// The derived property.
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
    /// The numbers of the steps that cause it.
    #[schemars(inner(range(min = 1)))]
    pub by: Vec<u32>,
    /// What links them: `CartService.replicas`.
    pub through: String,
}

//! What else changes with the steps: derived values of entities that no step touches.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

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
    /// Before.
    pub before: Option<Json>,
    /// After.
    pub after: Option<Json>,
    /// The numbers of the steps that cause it.
    #[schemars(inner(range(min = 1)))]
    pub by: Vec<u32>,
    /// What links them: `CartService.replicas`.
    pub through: String,
}

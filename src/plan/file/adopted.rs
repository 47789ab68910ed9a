//! Entities that a catalog takes over as they are, without a step for them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Entities that are adopted: nothing is run for them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Adopted {
    /// How many there are.
    pub count: u64,
    /// The first 1,000 of them, by blueprint and identifier.
    pub entities: Vec<AdoptedEntity>,
}

/// An entity that is adopted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AdoptedEntity {
    /// Its blueprint.
    pub blueprint: String,
    /// Its name.
    pub entity: String,
}

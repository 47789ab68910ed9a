//! Requests that lift guards and freezes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::RequestRef;

/// A request that lifts guards and freezes, each exactly or not at all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OverrideRequest {
    /// The request file.
    pub request: RequestRef,
    /// Why, in the words of who asks; null where none is given.
    pub reason: Option<String>,
    /// `FILE:LINE:COLUMN` of it.
    pub place: String,
    /// What it lifts.
    pub lifts: Vec<Lifted>,
    /// What of it lifts nothing, and why.
    pub idle: Vec<String>,
}

/// A guard or a freeze that is lifted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Lifted {
    /// A guard or a freeze.
    pub kind: LiftedKind,
    /// Which, in words.
    pub what: String,
    /// What would be refused without it: the guard that is exceeded, or the steps.
    pub refused: Vec<String>,
}

/// What can be lifted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LiftedKind {
    /// It refuses the plan.
    Guard,
    /// It denies steps.
    Freeze,
}

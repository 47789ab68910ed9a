//! What a landing took beside the ordinary rules: broken glass, lifted guards.

use serde::Deserialize;
use serde::Serialize;

/// An emergency that a landing declared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BrokenGlass {
    /// Why, in the words of who asked.
    pub reason: String,
    /// The ids of the request files that declared it.
    pub requests: Vec<String>,
    /// The changes that are no steps and stand on it.
    pub changes: Vec<GlassChange>,
}

/// A change that is no step and stands on a break-glass rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GlassChange {
    /// `define`, `override`.
    pub action: String,
    /// The file.
    pub path: String,
    /// The break-glass rule, `FILE:LINE`.
    pub rule: String,
}

/// What a step took that stands on a break-glass rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepGlass {
    /// The break-glass rules, `FILE:LINE`, one for each who asked.
    pub rules: Vec<String>,
    /// The approvals that were waived, in words: `1 from platform`.
    pub waived: Vec<String>,
}

/// A request that lifted guards and freezes. It is spent, whether or not it lifted any.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Override {
    /// The id of the request file.
    pub request: String,
    /// `FILE:LINE:COLUMN` of it.
    pub place: String,
    /// The logins of who asked for it.
    pub by: Vec<String>,
    /// Why, in their words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Why they may lift, in one line; none where they may not, and nothing is lifted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowed: Option<String>,
    /// What it lifted.
    pub lifted: Vec<LiftedGuard>,
}

/// A guard or a freeze that was lifted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LiftedGuard {
    /// Which, with its number: `the guard deletes: 14`.
    pub what: String,
    /// What would have been refused without it.
    pub refused: Vec<String>,
}

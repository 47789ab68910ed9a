//! What a plan rests on and what it changes besides its steps, for whoever compares two plans.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Fact;

/// What of a plan belongs to none of its steps: definitions, files, and counts that are shared.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Footprint {
    /// What it relied on, sorted.
    pub reads: Vec<Fact>,
    /// What it changes, each with the digest of what stands there afterwards, sorted.
    pub writes: Vec<Fact>,
    /// What it adds to the counts that guards are of, sorted.
    pub guards: Vec<GuardSum>,
}

/// How many of a sort a plan has, and how many a plan may have.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GuardSum {
    /// `deletes`, `deletes of Component`, `deletes of team checkout`.
    pub what: String,
    /// How many it adds.
    pub adds: u64,
    /// How many one plan may have.
    pub most: u64,
}

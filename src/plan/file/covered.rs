//! Changes that are no steps: of definitions and of bytes without meaning.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Change, Decision, Outcome};

/// A change that is no step, and its decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Covered {
    /// `define`, `meta` or `record`.
    pub action: String,
    /// The file, or the definition.
    pub path: String,
    /// What changes, in words.
    pub text: String,
    /// Of a definition: the digest of what it says before and after. What moves to another file is
    /// told at both files, and has its digest at the one that it moves to.
    pub digest: Option<String>,
    /// Of a definition that both sides have: the paths of it that are others, before and after.
    pub changes: Vec<Change>,
    /// How it is decided.
    pub outcome: Outcome,
    /// The decision about each actor.
    pub decisions: Vec<Decision>,
}

impl Covered {
    /// Whether it is permitted by a break-glass rule.
    pub fn breaks_glass(&self) -> bool {
        self.decisions.iter().any(Decision::breaks_glass)
    }
}

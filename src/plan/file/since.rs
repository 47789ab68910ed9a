//! What of a plan is other than in an earlier plan of the same pull request.
//!
//! It is told to reviewers and decides nothing: it is in no digest.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Revision;

/// What changed since an earlier plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Since {
    /// The id of the earlier plan.
    pub plan: String,
    /// The pull request as it was.
    pub head: Revision,
    /// The numbers of the steps that are new.
    pub new: Vec<u32>,
    /// The steps that are gone.
    pub gone: Vec<Earlier>,
    /// The steps that are there still and are not the same.
    pub changed: Vec<Changed>,
    /// How many are the same.
    pub same: u64,
    /// The approvals that were given and count no more.
    pub voided: Vec<Voided>,
}

/// A step of the earlier plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Earlier {
    /// Its number there.
    pub number: u32,
    /// The action.
    pub action: String,
    /// The entity's blueprint.
    pub blueprint: String,
    /// The entity.
    pub entity: String,
}

/// A step that is not the same as before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Changed {
    /// Its number now.
    pub number: u32,
    /// Its number in the earlier plan.
    pub before: u32,
    /// What is other, in words: `properties.replicas`, `its inputs`, `was allowed`.
    pub what: Vec<String>,
}

/// An approval that counts no more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Voided {
    /// Who had approved.
    pub login: String,
    /// The commit that they saw.
    pub commit: String,
    /// The step of the earlier plan.
    pub of: Earlier,
    /// Why it counts no more, in words.
    pub why: String,
}

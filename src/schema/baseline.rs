//! A baseline as it is written: findings that pass.

use schemars::JsonSchema;

/// Findings that were there when the catalog began to be checked, so that only new ones fail.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Baseline {
    /// The version of this format.
    #[schemars(range(min = 1, max = 1))]
    pub version: Option<u32>,
    /// What passes.
    pub findings: Option<Vec<Excuse>>,
}

/// One finding that passes.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Excuse {
    /// Its code or name.
    pub code: String,
    /// Its file.
    pub path: String,
    /// What it says.
    pub message: String,
    /// The digest of the characters that it marks; without it any.
    pub fingerprint: Option<String>,
    /// Why it passes.
    pub reason: String,
    /// The first day on which it passes no more.
    #[schemars(extend("pattern" = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "examples" = ["2027-01-01"]))]
    pub expires: Option<String>,
}

//! What has expired, in a plan that the clock asks for.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Who asks for what has expired.
pub const CLOCK: &str = "System::\"expiry\"";

/// What has expired at a moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Expired {
    /// The moment, RFC 3339 in UTC.
    pub now: String,
    /// The entities, by blueprint and name.
    pub entities: Vec<Ended>,
}

/// An entity whose time is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Ended {
    /// Its blueprint.
    pub blueprint: String,
    /// Its name.
    pub entity: String,
    /// When it ended, RFC 3339 in UTC.
    pub at: String,
    /// The steps that follow, by number; none where no action has the trigger `expired`.
    pub steps: Vec<u32>,
}

/// The end of an entity that a step deletes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Expiry {
    /// When its time is over, RFC 3339 in UTC.
    pub at: String,
    /// The step that was run for it then, as the ledger names it: nothing is called again.
    pub ran: Option<String>,
}

impl Ended {
    /// What makes its runs one and no others, and the name of its landing in the ledger: another
    /// instant is another run.
    pub fn run(&self) -> String {
        run(&self.blueprint, &self.entity, &self.at)
    }
}

/// The name of the landing of an entity that ended at an instant.
pub fn run(blueprint: &str, entity: &str, at: &str) -> String {
    format!("expiry:{blueprint}/{entity}@{at}")
}

/// What a step that was run at the end of an entity is known by, among requests that were run:
/// no id of a request has a line end.
pub fn spent(at: &str, digest: &str) -> String {
    format!("\n{at}\n{digest}")
}

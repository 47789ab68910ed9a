//! What a step does outside, as `apply` needs it: without the catalog.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::plan::rendered::Rendered;

/// One thing that a step does outside: all that is needed to do it, without the catalog.
///
/// Expressions are jq over the answer: `{status, headers, body, key}` of a request,
/// `{status, stdout, stderr, key}` of a process; `key` is the run key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Call {
    /// Its name in the action.
    pub id: String,
    /// The connector.
    pub connector: String,
    /// The arguments, for people.
    pub with: Rendered,
    /// What is sent.
    pub send: Send,
    /// What the backend promises about a call that is sent twice.
    pub contract: Contract,
    /// Whether the backend took the call; null: status 200 to 299, or exit code 0.
    pub accepted: Option<String>,
    /// What is kept of the answer.
    pub outputs: BTreeMap<String, String>,
    /// How a call is found by its key.
    pub lookup: Option<LookupData>,
    /// How a long call is watched.
    pub poll: Option<PollData>,
    /// The longest time from the first sending to the end, in seconds.
    pub timeout_seconds: u64,
    /// How often it is tried again.
    pub retries: u32,
    /// Calls of this step that must have ended well.
    pub needs: Vec<String>,
}

/// What a backend promises about a call that is sent twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Contract {
    /// It takes our key: the same bytes may be sent again.
    Keyed,
    /// A call is looked up by our key before it is sent again.
    Lookup,
    /// Nothing: what may have been sent is never sent again.
    Blind,
}

/// What is sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Send {
    /// By the HTTP engine: a mapping of `method`, `url`, `headers`, `body`.
    Request(Rendered),
    /// By the process engine: a mapping of `program`, `args`, `env`.
    Process(Rendered),
}

/// How a call is found by its key before it is sent again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LookupData {
    /// The request: a mapping of `method`, `url`, `headers`, `body`.
    pub request: Rendered,
    /// Whether the call is there.
    pub found: String,
    /// What is kept of the answer.
    pub outputs: BTreeMap<String, String>,
}

/// How a long call is watched.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PollData {
    /// The request, which may read `outputs`: what is kept of the answers so far.
    pub request: Rendered,
    /// The first time between two looks, in seconds; it grows to eight times as much.
    pub every_seconds: u64,
    /// Whether the call ended well.
    pub succeeded: String,
    /// Whether it ended badly.
    pub failed: String,
    /// What is kept of the answer.
    pub outputs: BTreeMap<String, String>,
}

//! A connector as a document writes it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde_json::Value;

use crate::schema::common::Duration;

/// How a backend is called and polled.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct Connector {
    /// Its name, which calls say in `connector`.
    #[schemars(length(min = 1, max = 1000))]
    pub identifier: String,
    /// What people call it.
    pub title: Option<String>,
    /// What it does, for people.
    pub description: Option<String>,
    /// What the backend promises about a call that is sent twice: `keyed` takes our key,
    /// `lookup` finds a call by it, `blind` promises nothing.
    pub contract: Contract,
    /// The JSON Schema of a call's `with`: `{properties, required}`.
    pub with: Value,
    /// What is sent to the HTTP engine: `{method, url, headers, body}`, with templates.
    pub request: Option<Value>,
    /// What is given to the process engine: `{program, args, env}`, with templates.
    pub process: Option<Value>,
    /// jq over the answer: whether the backend took the call.
    #[schemars(extend("examples" = [".status == 200"]))]
    pub accepted: Option<String>,
    /// What of the answer is kept: jq over the answer, by name.
    pub outputs: Option<BTreeMap<String, String>>,
    /// How a call is found by its key; needed with the contract `lookup`.
    pub lookup: Option<Lookup>,
    /// How a long call is watched.
    pub poll: Option<Poll>,
}

/// What the backend promises about a call that is sent twice.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "lowercase")]
#[expect(missing_docs, reason = "`contract` says what they mean")]
pub enum Contract {
    Keyed,
    Lookup,
    Blind,
}

/// How a call is found by its key before it is sent again.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct Lookup {
    /// The request, with templates.
    pub request: Value,
    /// jq over the answer: whether the call is there.
    pub found: String,
    /// What of the answer is kept, by name.
    pub outputs: Option<BTreeMap<String, String>>,
}

/// How a long call is watched.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct Poll {
    /// The request, with templates.
    pub request: Value,
    /// The time between two looks; it grows to eight times as much.
    #[schemars(extend("default" = "5s"))]
    pub every: Option<Duration>,
    /// jq over the answer: whether the call ended well.
    pub succeeded: String,
    /// jq over the answer: whether it ended badly.
    pub failed: String,
    /// What of the answer is kept, by name.
    pub outputs: Option<BTreeMap<String, String>>,
}

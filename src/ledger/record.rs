//! The records of the ledger: what each kind says.
//!
//! These structs are the format, version 1: their names are the names in the JSON, which
//! [`json`] writes and reads. A field that is not in them is refused, never skipped, for it may
//! be what a later version decides by. Knows nothing of git and reads no clock.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::Serialize;
use serde_json::Map;
use serde_json::Value;

mod beside;
pub mod json;

pub use beside::{BrokenGlass, GlassChange, LiftedGuard, Override, StepGlass};

/// One entry of the ledger as its writer gives it.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// When, by the caller's clock: RFC 3339 in UTC, whole seconds, `2026-11-21T14:31:00Z`.
    pub at: String,
    /// What happened.
    pub body: Body,
}

/// What a record says; the variant is its kind.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    /// The first record of a ledger, written by the ledger itself.
    Genesis(Genesis),
    /// A landing was decided and is being run.
    Landing(Landing),
    /// A call is about to be made.
    Intent(Intent),
    /// A call goes on outside and can be asked about.
    Progress(Progress),
    /// A call ended.
    Result(CallEnd),
    /// A step ended.
    Step(StepEnd),
    /// A person settled a call whose outcome was unknown.
    Resolve(Resolve),
    /// A person asked for a step to be run again.
    Retry(Retry),
    /// A commit without facts is not run.
    Held(Held),
}

/// Says nothing but that a ledger starts here; its commit sets ledgers apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Genesis {}

/// One merged pull request or direct push, with what was decided of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Landing {
    /// Its name, unique in the ledger.
    pub id: String,
    /// The digest of its plan.
    pub plan: String,
    /// The tip of the target before it, a full commit id.
    pub before: String,
    /// The tip of the target after it, a full commit id.
    pub after: String,
    /// The branch it went into.
    pub target: String,
    /// The login of who asked.
    pub requester: String,
    /// The logins of everyone who pushed to it.
    pub pushers: Vec<String>,
    /// What was approved by whom, as the forge knew it.
    pub approvals: Vec<Approval>,
    /// The forge's numbers of these people, by login in lower case, as far as they were given.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub ids: BTreeMap<String, String>,
    /// Its steps in the order of their numbers.
    pub steps: Vec<LandedStep>,
    /// That it broke the glass, why, and for which changes that are no steps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub break_glass: Option<BrokenGlass>,
    /// The requests that lifted guards and freezes for it, or were to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overrides: Vec<Override>,
}

impl LandedStep {
    /// The digest by which the step is known again in plans between other catalogs.
    pub fn lasting(&self) -> &str {
        self.lasting.as_deref().unwrap_or(&self.digest)
    }
}

impl Landing {
    /// When the entity ended that it is of, where nothing was merged: an expiry was run.
    pub fn ended(&self) -> Option<&str> {
        let (_, rest) = self.id.strip_prefix("expiry:")?.rsplit_once('@')?;
        Some(rest.split_once('#').map_or(rest, |(at, _)| at))
    }
}

/// An approval of the content that one person saw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    /// Who.
    pub login: String,
    /// What that person saw, a full commit id.
    pub commit: String,
}

/// One action on one entity, as far as the ledger needs it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LandedStep {
    /// Its number in the plan.
    pub number: u32,
    /// The digest of its meaning; within a landing it names the step.
    pub digest: String,
    /// The digest by which the step is known again in plans between other catalogs, where it is
    /// another one: something is hidden in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lasting: Option<String>,
    /// The action's identifier.
    pub action: String,
    /// What the action does to its entity's existence.
    pub operation: Operation,
    /// The entity's blueprint.
    pub blueprint: String,
    /// The entity's identifier.
    pub entity: String,
    /// What it does, in one line.
    pub summary: String,
    /// Why it was allowed, in one line.
    pub allowed: String,
    /// The logins whose approvals counted.
    pub approved: Vec<String>,
    /// The ids of the request files that asked for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requests: Vec<String>,
    /// The break-glass rules that it stands on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub break_glass: Option<StepGlass>,
}

/// What an action does to the existence of its entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Operation {
    /// The entity appears.
    #[serde(rename = "create")]
    Create,
    /// The entity is there before and after.
    #[serde(rename = "day-2")]
    Day2,
    /// The entity disappears.
    #[serde(rename = "delete")]
    Delete,
}

/// A step of a landing, named.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepName {
    /// Its number in the plan, for people.
    pub number: u32,
    /// Its digest, which counts.
    pub digest: String,
}

/// What a connector promises about a call that may have been sent already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Contract {
    /// The backend takes our key: the same bytes may be sent again.
    Keyed,
    /// The backend can be searched by key.
    Lookup,
    /// Neither: it is never sent twice.
    Blind,
}

/// A call is about to be made: durable before anything is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Intent {
    /// The landing's id.
    pub landing: String,
    /// The step.
    pub step: StepName,
    /// The call's id in the action.
    pub call: String,
    /// Who makes it.
    pub connector: String,
    /// What holds if it is interrupted.
    pub contract: Contract,
    /// The step's generation, 0 until it is retried.
    pub generation: u32,
    /// The run key.
    pub key: String,
    /// Method and address, or the program; redacted by the caller.
    pub request: String,
    /// Counted from 1 within the generation.
    pub attempt: u32,
}

/// How a call that goes on outside can be asked about, so that another process can.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Progress {
    /// The landing's id.
    pub landing: String,
    /// The step.
    pub step: StepName,
    /// The call's id in the action.
    pub call: String,
    /// The generation of the intent.
    pub generation: u32,
    /// The run key.
    pub key: String,
    /// What to poll with: the outputs so far.
    pub handle: Value,
}

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// It did what it should.
    Done,
    /// It did not.
    Failed,
    /// Nobody can tell: a person must look.
    Unknown,
}

/// The end of a call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CallEnd {
    /// The landing's id.
    pub landing: String,
    /// The step.
    pub step: StepName,
    /// The call's id in the action.
    pub call: String,
    /// The generation of the intent.
    pub generation: u32,
    /// The run key.
    pub key: String,
    /// How it ended.
    pub outcome: Outcome,
    /// Why, in one line.
    pub detail: String,
    /// What later calls may read.
    pub outputs: Map<String, Value>,
    /// Where the backend shows its run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// When it was sent, in the form of [`Record::at`].
    pub started_at: String,
    /// How long it took.
    pub took_seconds: u64,
}

/// How a step ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StepResult {
    /// All its calls did what they should.
    Done,
    /// One of them did not.
    Failed,
    /// What it depends on did not end well.
    Skipped,
    /// It is no longer permitted.
    Refused,
    /// The outcome of one of its calls is unknown.
    Unknown,
    /// A landing that is newer on the branch, and was run before it, set what it would set.
    Superseded,
}

/// The end of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepEnd {
    /// The landing's id.
    pub landing: String,
    /// The step.
    pub step: StepName,
    /// How it ended.
    pub result: StepResult,
    /// Why, in one line.
    pub detail: String,
    /// How long it took.
    pub took_seconds: u64,
    /// The id of the newer landing, of a step that is superseded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub superseded_by: Option<String>,
}

/// What a person found out about a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Settlement {
    /// It happened.
    Done,
    /// It did not.
    Failed,
}

/// A call whose outcome was unknown is settled by a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resolve {
    /// The landing's id.
    pub landing: String,
    /// The step.
    pub step: StepName,
    /// The call's id in the action.
    pub call: String,
    /// What that person found.
    pub outcome: Settlement,
    /// The login.
    pub by: String,
    /// How they know, in their words.
    pub reason: String,
    /// Why they may settle it, in one line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowed: Option<String>,
}

/// A step is to be run again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retry {
    /// The landing's id.
    pub landing: String,
    /// The step.
    pub step: StepName,
    /// The new generation, one more than the last.
    pub generation: u32,
    /// The login.
    pub by: String,
    /// Why they may run it, in one line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowed: Option<String>,
}

/// A commit that is not run, because nobody said who it is from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Held {
    /// A full commit id.
    pub commit: String,
    /// Why, in one line.
    pub why: String,
}

impl Body {
    /// The word for the kind, as it stands in the record.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Genesis(_) => "genesis",
            Self::Landing(_) => "landing",
            Self::Intent(_) => "intent",
            Self::Progress(_) => "progress",
            Self::Result(_) => "result",
            Self::Step(_) => "step",
            Self::Resolve(_) => "resolve",
            Self::Retry(_) => "retry",
            Self::Held(_) => "held",
        }
    }
}

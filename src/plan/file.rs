//! `plan.json`: a plan as data, the same bytes for the same plan.
//!
//! Everything that renderers, `gate` and `apply` need is in here; whoever holds the file needs
//! no catalog. Unknown keys are refused. What is digested has no commit and no time in it, so
//! that a squash or a rebase keeps approvals.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

mod adopted;
mod call;
mod contradiction;
mod covered;
mod decision;
mod effect;
mod expired;
mod footprint;
pub mod graph;
mod lifted;
pub mod rights;
pub mod since;
mod step;
mod value;

pub use adopted::{Adopted, AdoptedEntity};
pub use call::{Call, Contract, LookupData, PollData, Send};
pub use covered::Covered;
pub use decision::{ApprovalNeed, Decision, Excluded, Given, Glass, GlassRequest, GlassUse};
pub use decision::{Outcome, Part, Uncounted};
pub use effect::{Effect, FlippedRule, LevelMove, LevelTurn, MoreEffects};
pub use expired::{CLOCK, Ended, Expired, Expiry, run, spent};
pub use footprint::{Footprint, GuardSum};
pub use lifted::{Lifted, LiftedKind, OverrideRequest};
pub use step::{Change, Effectuation, Fact, Gone, Input, RequestRef, Step};
pub use value::{canonical, digest, short, show};

use graph::Graph;
use rights::Rights;
use since::Since;

/// The version of the format.
pub const VERSION: u32 = 1;

/// What `catalogc plan --out` writes. Digests are checked when the file is read; this schema
/// gives its shape.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanFile {
    /// The version of this format.
    #[schemars(range(min = 1, max = 1))]
    pub version: u32,
    /// The digest of the ordered digests of steps and of changed definitions, 64 hexadecimal
    /// digits.
    #[schemars(regex(pattern = "^[0-9a-f]{64}$"))]
    pub id: String,
    /// The folder compiled.
    pub catalog: String,
    /// The tip of the target branch, or a directory.
    pub target: Revision,
    /// The pull request, or a directory.
    pub head: Revision,
    /// Logins: the requester first, then everyone who pushed. Empty: nobody is named, and each
    /// step says who may.
    pub actors: Vec<String>,
    /// Whether what no rule permits is permitted.
    pub open: bool,
    /// What stops all of the plan, besides its steps: guards, definitions used and changed.
    pub refusals: Vec<Notice>,
    /// What a reviewer must know first: adoption, overrides, an open catalog.
    pub notices: Vec<Notice>,
    /// Entities that may be others under another name, though nothing says so: each is planned
    /// as a deletion and a creation. It decides nothing and is in no digest.
    #[serde(default)]
    pub renames: Vec<LikelyRename>,
    /// What will be done, by number.
    pub steps: Vec<Step>,
    /// Values of other entities that change with it.
    pub effects: Vec<Effect>,
    /// Of what a changed definition moves: how many values more than stand among the effects.
    pub more_effects: Vec<MoreEffects>,
    /// Levels of scorecards that fall or rise with it.
    pub levels: Vec<LevelMove>,
    /// Scorecards whose levels are not computed, and why.
    pub unscored: Vec<Notice>,
    /// Changes of definitions and of bytes without meaning, each with its decision.
    pub coverage: Vec<Covered>,
    /// Who may do what after the merge and could not before, and the other way round; null where
    /// it was not asked. It decides nothing and is in no digest.
    pub rights: Option<Rights>,
    /// What is touched and its neighbours, to be drawn; null in a plan that was made without it.
    /// It decides nothing and is in no digest.
    pub graph: Option<Graph>,
    /// The moment for which the rules were asked, where they depend on it and `--now` named one; null
    /// otherwise. It is in no digest.
    #[serde(default)]
    pub now: Option<String>,
    /// What has expired, where the clock asks and nothing is merged; null otherwise.
    #[serde(default)]
    pub expired: Option<Expired>,
    /// What changed since an earlier plan; null where none was named. It decides nothing and is
    /// in no digest.
    pub since: Option<Since>,
    /// The requests that break the glass, whether or not it was needed.
    pub break_glass: Vec<GlassRequest>,
    /// The requests that lift guards and freezes, with what they lift and what they do not.
    pub overrides: Vec<OverrideRequest>,
    /// Entities that are taken over as they are; no step is made for them. It is in no digest, and
    /// older plans do not say it.
    #[serde(default)]
    pub adopted: Adopted,
    /// Approvals that were said and count for nothing.
    pub uncounted: Vec<Uncounted>,
    /// What it rests on and changes besides what its steps do. It is in no digest.
    pub footprint: Footprint,
    /// Files that a merge of texts made.
    pub merged: Vec<String>,
    /// Files outside the catalog that the merge changes too, of which no rule here decides.
    pub outside: ChangedOutside,
    /// How many entities the result has.
    pub entities: u64,
    /// Where connectors may connect, each host with the address that stands in its place.
    pub hosts: BTreeMap<String, Option<String>>,
    /// The branch of the ledger and the remote that it is pushed to.
    pub ledger: LedgerPlace,
}

/// Files outside the catalog that a merge changes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangedOutside {
    /// How many there are.
    pub count: u64,
    /// The first of those that CI runs, and with its rights, or that say who must review.
    pub ci: Vec<String>,
    /// The first of the others.
    pub others: Vec<String>,
}

/// A commit or a directory, as it was named and as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Revision {
    /// As the user named it: `main`, `pr-412`, a directory.
    pub name: String,
    /// The full id; null for a directory.
    #[schemars(regex(pattern = "^[0-9a-f]{40}([0-9a-f]{24})?$"))]
    pub commit: Option<String>,
}

impl Revision {
    /// `pr-412 at c2d9a10`, or the name alone where that says it all.
    pub fn words(&self) -> String {
        match self.commit.as_deref().map(short) {
            Some(commit) if self.name.starts_with(commit) => commit.to_owned(),
            Some(commit) => format!("{} at {commit}", self.name),
            None => self.name.clone(),
        }
    }
}

/// An entity that may be another under another name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LikelyRename {
    /// The blueprint of both.
    pub blueprint: String,
    /// The name that goes.
    pub from: String,
    /// The name that comes.
    pub to: String,
    /// `FILE:LINE:COLUMN` of the new name: `movedFrom` belongs there.
    pub place: String,
}

/// Where the ledger is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LedgerPlace {
    /// The branch.
    pub branch: String,
    /// The remote's name.
    pub remote: String,
}

/// A fact and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// In words.
    pub text: String,
    /// `FILE:LINE:COLUMN`, where there is a place.
    pub place: Option<String>,
}

impl PlanFile {
    /// The ids of the requests that are spent by it.
    pub fn requests(&self) -> impl Iterator<Item = &str> {
        let steps = self.steps.iter().flat_map(|step| &step.requests);
        let glass = self.break_glass.iter().map(|glass| &glass.request);
        let lifting = self.overrides.iter().map(|lifting| &lifting.request);
        let all = steps.chain(glass).chain(lifting);
        all.map(|request| request.id.as_str())
    }

    /// Whether the ledger may know that something of it was run before: a request, or what an
    /// entity that is deleted was deleted for.
    pub fn may_be_spent(&self) -> bool {
        let mut steps = self.steps.iter();
        self.requests().next().is_some() || steps.any(|step| step.expiry.is_some())
    }

    /// How many approvals are waived.
    pub fn waived(&self) -> u32 {
        let needs = self.steps.iter().flat_map(|step| &step.approvals);
        needs.map(|need| need.waived).sum()
    }

    /// The worst outcome of everything in the plan.
    pub fn verdict(&self) -> Outcome {
        if !self.refusals.is_empty() {
            return Outcome::Denied;
        }
        let steps = self.steps.iter().map(|step| step.outcome);
        let covered = self.coverage.iter().map(|covered| covered.outcome);
        steps.chain(covered).min().unwrap_or(Outcome::Allowed)
    }

    /// How many approvals are missing, and how many are needed.
    pub fn approvals(&self) -> (u32, u32) {
        let needs = || self.steps.iter().flat_map(|step| &step.approvals);
        (
            needs().map(ApprovalNeed::missing).sum(),
            needs().map(|need| need.count).sum(),
        )
    }

    /// The id of a plan with these steps and changed definitions.
    pub fn id_of(steps: &[Step], coverage: &[Covered]) -> String {
        let digests: Vec<&str> = steps.iter().map(|step| step.digest.as_str()).collect();
        let mut whole = serde_json::json!({"plan": VERSION, "steps": digests});
        let definitions = coverage.iter().filter_map(|one| one.digest.as_deref());
        let definitions: Vec<&str> = definitions.collect();
        if let (Json::Object(whole), false) = (&mut whole, definitions.is_empty()) {
            whole.insert("definitions".to_owned(), Json::from(definitions));
        }
        digest(&whole)
    }

    /// The file's bytes: sorted keys, no blanks, one line end.
    pub fn to_bytes(&self) -> Vec<u8> {
        // Plain data without maps of other keys than strings always serializes.
        let value = serde_json::to_value(self).unwrap_or_default();
        let mut bytes = canonical(&value).into_bytes();
        bytes.push(b'\n');
        bytes
    }

    /// Reads a file and checks that its digests are those of what it says, and that what follows
    /// from its decisions and approvals is what it says.
    ///
    /// Errors: what is wrong, in words.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, String> {
        #[derive(Deserialize)]
        struct Version {
            version: u32,
        }
        let Version { version } =
            serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        if version != VERSION {
            return Err(format!(
                "its version is {version}, this program reads version {VERSION}"
            ));
        }
        let plan: Self = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        for step in &plan.steps {
            if step.digest != step.digest_of() {
                return Err(format!(
                    "the digest of step {} is not that of its content",
                    step.number
                ));
            }
        }
        if plan.id != Self::id_of(&plan.steps, &plan.coverage) {
            return Err("its id is not the digest of its steps and definitions".to_owned());
        }
        match contradiction::of(&plan) {
            Some(why) => Err(format!("it was changed by hand, for {why}")),
            None => Ok(plan),
        }
    }
}

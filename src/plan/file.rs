//! `plan.json`: a plan as data, the same bytes for the same plan.
//!
//! Everything that renderers, `gate` and `apply` need is in here; whoever holds the file needs
//! no catalog. Unknown keys are refused. What is digested has no commit and no time in it, so
//! that a squash or a rebase keeps approvals.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use sha2::{Digest as _, Sha256};

use crate::plan::rendered::Rendered;

pub mod graph;
pub mod rights;
pub mod since;

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
    /// What will be done, by number.
    pub steps: Vec<Step>,
    /// Values of other entities that change with it.
    pub effects: Vec<Effect>,
    /// Changes of definitions and of bytes without meaning, each with its decision.
    pub coverage: Vec<Covered>,
    /// Who may do what after the merge and could not before, and the other way round; null where
    /// it was not asked. It decides nothing and is in no digest.
    pub rights: Option<Rights>,
    /// What is touched and its neighbours, to be drawn; null in a plan that was made without it.
    /// It decides nothing and is in no digest.
    pub graph: Option<Graph>,
    /// What changed since an earlier plan; null where none was named. It decides nothing and is
    /// in no digest.
    pub since: Option<Since>,
    /// The requests that break the glass, whether or not it was needed.
    pub break_glass: Vec<GlassRequest>,
    /// Approvals that were said and count for nothing.
    pub uncounted: Vec<Uncounted>,
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

/// The first seven characters of a digest or commit.
pub fn short(id: &str) -> &str {
    id.get(..7).unwrap_or(id)
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

/// How a decision ended.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It may not be.
    Denied,
    /// It may be once others agree.
    NeedsApproval,
    /// It may be.
    Allowed,
}

impl Outcome {
    /// The words that users read.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Denied => "denied",
            Self::NeedsApproval => "needs approval",
            Self::Allowed => "allowed",
        }
    }
}

/// What a step does to its entity.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Effectuation {
    /// The entity appears.
    Create,
    /// It changes.
    Change,
    /// It gets another identifier.
    Rename,
    /// It disappears.
    Delete,
    /// It stays as it is; something is run.
    Run,
}

/// One action on one entity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Its number in the plan, from 1: the order of running.
    #[schemars(range(min = 1))]
    pub number: u32,
    /// Steps of one stage, from 1, run side by side.
    #[schemars(range(min = 1))]
    pub stage: u32,
    /// What an approval is of, 64 hexadecimal digits. It covers the action
    /// and its definition, the entity, what changes, the inputs, the calls and the approvals.
    #[schemars(regex(pattern = "^[0-9a-f]{64}$"))]
    pub digest: String,
    /// The action.
    pub action: String,
    /// What people call the action.
    pub title: String,
    /// Whether the action runs nothing and is part of the language: `create`, `update`.
    pub built_in: bool,
    /// The digest of the action's definition and of the connectors it calls.
    pub definition: String,
    /// What happens to the entity.
    pub does: Effectuation,
    /// The entity's blueprint.
    pub blueprint: String,
    /// The entity, as the result names it, or the target if it is deleted.
    pub entity: String,
    /// The requests that asked for it, by their ids.
    pub requests: Vec<RequestRef>,
    /// The paths claimed, with before and after.
    pub changes: Vec<Change>,
    /// What made it part of the plan.
    pub because: Vec<Notice>,
    /// The inputs, by name.
    pub inputs: Vec<Input>,
    /// How all of it is decided.
    pub outcome: Outcome,
    /// The decision about each actor; without actors one for nobody.
    pub decisions: Vec<Decision>,
    /// Whose agreement is needed.
    pub approvals: Vec<ApprovalNeed>,
    /// What it does outside.
    pub calls: Vec<Call>,
    /// The steps that must end well before it.
    #[schemars(inner(range(min = 1)))]
    pub after: Vec<u32>,
    /// How it is taken back, in words.
    pub undo: Option<String>,
    /// What it relied on.
    pub reads: Vec<Fact>,
    /// What it changes: `Component/CartService properties.replicas`.
    pub writes: Vec<String>,
}

/// A request file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestRef {
    /// Unique for ever.
    pub id: String,
    /// The file.
    pub file: String,
}

/// A changed path.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// `properties.replicas`, `relations.owner`, `title`, `identifier`.
    pub path: String,
    /// Before; null where there was nothing.
    pub before: Option<Json>,
    /// After; null where there is nothing.
    pub after: Option<Json>,
    /// Where the value after stands, or before if it is gone.
    pub place: String,
}

/// An input of a step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Its name.
    pub name: String,
    /// Its value; an encrypted envelope where the input is secret.
    pub value: Json,
    /// The expression that gave it; null where a request did.
    pub from: Option<String>,
    /// Whether it is shown nowhere.
    pub secret: bool,
}

/// What the rules say to one actor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// The login; null where no actor is named.
    pub actor: Option<String>,
    /// Whether the rules allow it.
    pub allowed: bool,
    /// The rules that decided and the facts they used, in words.
    pub reasons: Vec<Notice>,
    /// Logins of those who could, where it is denied or no actor is named.
    pub could: Vec<String>,
    /// The break-glass rule that it stands on or could stand on.
    pub break_glass: Option<Glass>,
}

/// A break-glass rule and what it does for a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Glass {
    /// The rule, `FILE:LINE`.
    pub rule: String,
    /// What it does.
    #[serde(rename = "for")]
    pub is_for: GlassUse,
}

/// What a break-glass rule does for a decision.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum GlassUse {
    /// Nothing: it would permit, but nobody has broken the glass.
    Offered,
    /// It permits what the ordinary rules deny.
    Permits,
    /// The ordinary rules permit; it waives the approvals that are missing.
    Waives,
}

/// A request that breaks the glass.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GlassRequest {
    /// The request file.
    pub request: RequestRef,
    /// Why, in the words of who asks.
    pub reason: String,
}

/// An approval that counts for nothing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Uncounted {
    /// Who.
    pub login: String,
    /// The commit that they saw.
    pub commit: String,
    /// Why not, in words.
    pub why: String,
}

/// Whose agreement is needed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ApprovalNeed {
    /// In words: `platform, the owner before`.
    pub by: String,
    /// How many distinct people.
    pub count: u32,
    /// Logins of those who count.
    pub candidates: Vec<String>,
    /// Those who would count if they had no part in what is asked for.
    pub excluded: Vec<Excluded>,
    /// Who agreed, to what.
    pub given: Vec<Given>,
    /// How many more would be needed, and are not because the glass is broken.
    pub waived: u32,
    /// Why nobody can tell whether it is needed, where that is why it is.
    pub undecided: Option<String>,
    /// Where the rule stands.
    pub place: String,
}

/// Somebody who could agree and does not count.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Excluded {
    /// Who.
    pub login: String,
    /// What they did.
    pub part: Part,
}

/// The part that somebody has in what is asked for.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Who asks.
    Asked,
    /// Who pushed.
    Pushed,
    /// Who wrote a commit of it.
    Wrote,
}

impl Part {
    /// What they did.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Pushed => "pushed",
            Self::Wrote => "wrote a part of it",
        }
    }
}

impl ApprovalNeed {
    /// How many are still missing.
    pub fn missing(&self) -> u32 {
        self.count
            .saturating_sub(u32::try_from(self.given.len()).unwrap_or(u32::MAX))
            .saturating_sub(self.waived)
    }
}

/// Somebody's agreement.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Given {
    /// Who.
    pub login: String,
    /// The commit that they saw.
    pub commit: String,
}

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

/// Something that a step relied on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fact {
    /// `Component/CartService`, `action/change_replicas`.
    pub what: String,
    /// Its digest on the target.
    pub digest: String,
}

/// A value of another entity that changes because of a step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Effect {
    /// The entity's blueprint.
    pub blueprint: String,
    /// The entity.
    pub entity: String,
    /// The derived property.
    pub path: String,
    /// Before.
    pub before: Option<Json>,
    /// After.
    pub after: Option<Json>,
    /// The numbers of the steps that cause it.
    #[schemars(inner(range(min = 1)))]
    pub by: Vec<u32>,
    /// What links them: `CartService.replicas`.
    pub through: String,
}

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
    /// Of a definition: the digest of what it says before and after.
    pub digest: Option<String>,
    /// How it is decided.
    pub outcome: Outcome,
    /// The decision about each actor.
    pub decisions: Vec<Decision>,
}

impl Decision {
    /// Whether it stands on a break-glass rule.
    pub fn breaks_glass(&self) -> bool {
        let glass = self.break_glass.as_ref();
        glass.is_some_and(|glass| glass.is_for != GlassUse::Offered)
    }
}

impl Covered {
    /// Whether it is permitted by a break-glass rule.
    pub fn breaks_glass(&self) -> bool {
        self.decisions.iter().any(Decision::breaks_glass)
    }
}

impl PlanFile {
    /// The ids of the requests that are spent by it.
    pub fn requests(&self) -> impl Iterator<Item = &str> {
        let steps = self.steps.iter().flat_map(|step| &step.requests);
        let glass = self.break_glass.iter().map(|glass| &glass.request);
        steps.chain(glass).map(|request| request.id.as_str())
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

    /// Reads a file and checks that its digests are those of what it says.
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
        Ok(plan)
    }
}

impl Step {
    /// Whether it is permitted, or its approvals are waived, by a break-glass rule.
    pub fn breaks_glass(&self) -> bool {
        self.decisions.iter().any(Decision::breaks_glass)
    }

    /// The ids of the requests that asked for it.
    pub fn request_ids(&self) -> impl Iterator<Item = &str> {
        self.requests.iter().map(|request| request.id.as_str())
    }

    /// The digest of what an approval is of: the action and its definition, the entity, what
    /// changes, the inputs, the calls and whose agreement is needed.
    ///
    /// How it is decided is not in it, nor whether the glass is broken: the step does the same,
    /// so what was approved before an emergency stays approved in it, and who approves in it
    /// approves no other thing than what the others saw.
    pub fn digest_of(&self) -> String {
        let changes: Vec<Json> = self
            .changes
            .iter()
            .map(|change| serde_json::json!([change.path, change.before, change.after]))
            .collect();
        let inputs: Vec<Json> = self
            .inputs
            .iter()
            .map(|input| serde_json::json!([input.name, input.value]))
            .collect();
        let approvals: Vec<Json> = self
            .approvals
            .iter()
            .map(|need| serde_json::json!([need.by, need.count]))
            .collect();
        let requests: Vec<&str> = self.request_ids().collect();
        digest(&serde_json::json!({
            "step": VERSION,
            "action": self.action,
            "definition": self.definition,
            "does": self.does,
            "blueprint": self.blueprint,
            "entity": self.entity,
            "requests": requests,
            "changes": changes,
            "inputs": inputs,
            "approvals": approvals,
            "calls": self.calls,
        }))
    }

    /// What it does in a few words: `replicas 3 -> 5`, `deleted`, `environment production`.
    pub fn summary(&self) -> String {
        match self.does {
            Effectuation::Delete => return "deleted".to_owned(),
            Effectuation::Create => return "created".to_owned(),
            _ => {}
        }
        let name = |path: &str| {
            path.rsplit_once('.')
                .map_or(path, |(_, name)| name)
                .to_owned()
        };
        if !self.changes.is_empty() {
            let changes = self.changes.iter().map(|change| {
                let (before, after) = (show(change.before.as_ref()), show(change.after.as_ref()));
                format!("{} {before} -> {after}", name(&change.path))
            });
            return changes.collect::<Vec<_>>().join(", ");
        }
        let inputs = self.inputs.iter().map(|input| {
            let value = if input.secret {
                "(hidden)".to_owned()
            } else {
                show_input(&input.value)
            };
            format!("{} {value}", input.name)
        });
        inputs.collect::<Vec<_>>().join(", ")
    }
}

/// A value in a line: words as they are, `none` for nothing, lists in brackets.
pub fn show(value: Option<&Json>) -> String {
    match value {
        None | Some(Json::Null) => "none".to_owned(),
        Some(Json::String(text)) if is_word(text) => text.clone(),
        Some(Json::Array(items)) => {
            let items: Vec<String> = items.iter().map(|item| show(Some(item))).collect();
            format!("[{}]", items.join(", "))
        }
        Some(other) => canonical(other),
    }
}

fn show_input(value: &Json) -> String {
    show(Some(value))
}

/// Whether a text reads as one word, so that it needs no quotes.
fn is_word(text: &str) -> bool {
    !text.is_empty()
        && text != "none"
        && !text.contains(|c: char| c.is_whitespace() || matches!(c, '"' | ',' | '[' | ']'))
}

/// The SHA-256 of a value's canonical bytes, in hexadecimal.
pub fn digest(value: &Json) -> String {
    let hash = Sha256::digest(canonical(value).as_bytes());
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A value as text in its one form: sorted keys, no blanks, whole numbers without a point.
pub fn canonical(value: &Json) -> String {
    let mut text = String::new();
    write_canonical(value, &mut text);
    text
}

fn write_canonical(value: &Json, out: &mut String) {
    match value {
        Json::Object(entries) => {
            let sorted: BTreeMap<&String, &Json> = entries.iter().collect();
            out.push('{');
            for (n, (key, value)) in sorted.into_iter().enumerate() {
                if n > 0 {
                    out.push(',');
                }
                out.push_str(&Json::from(key.as_str()).to_string());
                out.push(':');
                write_canonical(value, out);
            }
            out.push('}');
        }
        Json::Array(items) => {
            out.push('[');
            for (n, item) in items.iter().enumerate() {
                if n > 0 {
                    out.push(',');
                }
                write_canonical(item, out);
            }
            out.push(']');
        }
        Json::Number(number) => out.push_str(&canonical_number(number)),
        other => out.push_str(&other.to_string()),
    }
}

/// 1.0 is 1: the same number has one form.
fn canonical_number(number: &serde_json::Number) -> String {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match number.as_f64() {
        Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() < EXACT => {
            format!("{float:.0}")
        }
        _ => number.to_string(),
    }
}

//! A step: one action on one entity, and the digest that an approval is of.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use super::value::there;
use super::{ApprovalNeed, Call, Decision, Expiry, Notice, Outcome, VERSION, digest, show};

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
    /// Of secrets that are hidden in its changes and inputs: a digest that is of all of both
    /// catalogs too, so that nobody can try a guess against it.
    #[schemars(regex(pattern = "^[0-9a-f]{64}$"))]
    pub hidden: Option<String>,
    /// The teams that own the entity, before and after; sorted. Older plans do not say it.
    #[serde(default)]
    pub owners: Vec<String>,
    /// The requests that asked for it, by their ids.
    pub requests: Vec<RequestRef>,
    /// The paths claimed, with before and after.
    pub changes: Vec<Change>,
    /// What an entity said that is deleted, each value of it before. It is in no digest: an approval
    /// of a deletion stays one whatever the entity comes to say. Older plans do not have it.
    #[serde(default)]
    pub lost: Vec<Change>,
    /// What made it part of the plan.
    pub because: Vec<Notice>,
    /// The deleted entities with which it goes, or whose name it loses: their blueprints'
    /// `onDelete` says so.
    #[serde(default)]
    pub with: Vec<Gone>,
    /// When the time of the entity that it deletes is over; null where it has no end.
    #[serde(default)]
    pub expiry: Option<Expiry>,
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
    /// What it changes, `Component/CartService properties.replicas`, with the digest of what
    /// stands there afterwards.
    pub writes: Vec<Fact>,
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

/// An entity that is deleted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Gone {
    /// Its blueprint.
    pub blueprint: String,
    /// Its name.
    pub entity: String,
}

/// A changed path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// `properties.replicas`, `relations.owner`, `title`, `identifier`.
    pub path: String,
    /// Before; without this key there was nothing, and null is a null that was written.
    #[serde(
        default,
        deserialize_with = "there",
        skip_serializing_if = "Option::is_none"
    )]
    pub before: Option<Json>,
    /// After; without this key there is nothing, and null is a null that is written.
    #[serde(
        default,
        deserialize_with = "there",
        skip_serializing_if = "Option::is_none"
    )]
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

/// Something that a step relied on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fact {
    /// `Component/CartService`, `action/change_replicas`.
    pub what: String,
    /// Its digest on the target.
    pub digest: String,
}

impl Change {
    /// What an approval is of: all but the place. What is absent has no key, so that it is no
    /// null.
    fn meant(&self) -> Json {
        let sides = [("before", &self.before), ("after", &self.after)];
        let mut meant = Map::from_iter([("path".to_owned(), Json::from(self.path.as_str()))]);
        for (side, value) in sides {
            meant.extend(value.clone().map(|value| (side.to_owned(), value)));
        }
        Json::Object(meant)
    }
}

impl Step {
    /// Whether it is permitted, or its approvals are waived, by a break-glass rule.
    pub fn breaks_glass(&self) -> bool {
        self.decisions.iter().any(Decision::breaks_glass)
    }

    /// Whether another step is of a change that this one is of too: two actions claim it, or an
    /// action claims what is a `grant` besides. Each is decided by itself, and neither is done
    /// where the other may not be.
    pub fn shares_its_change_with(&self, other: &Self) -> bool {
        let is_one = self.blueprint == other.blueprint && self.entity == other.entity;
        let is_whole = matches!(self.does, Effectuation::Create | Effectuation::Delete);
        let has = |path: &str| other.changes.iter().any(|change| change.path == path);
        is_one
            && ((is_whole && self.does == other.does)
                || self.changes.iter().any(|change| has(&change.path)))
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
        self.digest_with(&self.inputs, self.hidden.as_deref())
    }

    /// The same digest without what is hidden, by which a step is known again in a plan between
    /// other catalogs: masks are keyed by all of both. What a call would send is never hidden, so
    /// two steps with one such digest do the same.
    pub fn lasting_digest(&self) -> String {
        if self.hidden.is_none() {
            return self.digest_of();
        }
        let mut inputs = self.inputs.clone();
        for input in &mut inputs {
            without_masks(&mut input.value);
        }
        self.digest_with(&inputs, Some("***"))
    }

    fn digest_with(&self, inputs: &[Input], hidden: Option<&str>) -> String {
        let changes: Vec<Json> = self.changes.iter().map(Change::meant).collect();
        let inputs: Vec<Json> = inputs
            .iter()
            .map(|input| serde_json::json!([input.name, input.value]))
            .collect();
        let approvals: Vec<Json> = self
            .approvals
            .iter()
            .map(|need| serde_json::json!([need.by, need.count]))
            .collect();
        let requests: Vec<&str> = self.request_ids().collect();
        let mut whole = serde_json::json!({
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
        });
        if let (Json::Object(whole), Some(hidden)) = (&mut whole, hidden) {
            whole.insert("hidden".to_owned(), Json::from(hidden));
        }
        digest(&whole)
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
                show(Some(&input.value))
            };
            format!("{} {value}", input.name)
        });
        inputs.collect::<Vec<_>>().join(", ")
    }
}

/// Puts one sign in the place of every mask.
fn without_masks(value: &mut Json) {
    match value {
        Json::String(text) if is_mask(text) => "***".clone_into(text),
        Json::Array(items) => items.iter_mut().for_each(without_masks),
        Json::Object(items) => {
            let all = std::mem::take(items).into_iter();
            items.extend(all.map(|(key, mut item)| {
                without_masks(&mut item);
                let key = if is_mask(&key) { "***".to_owned() } else { key };
                (key, item)
            }));
        }
        _ => {}
    }
}

fn is_mask(text: &str) -> bool {
    let digits = text
        .strip_prefix("*** (")
        .and_then(|it| it.strip_suffix(')'));
    digits.is_some_and(|it| it.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

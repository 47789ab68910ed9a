//! An action as a document writes it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde_json::Value;

use crate::schema::common::{Duration, ListOrOne, OneOrMany};
use crate::schema::property::PropertySchema;

/// What can be done to the entities of a blueprint.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct Action {
    /// Its name, which requests say in `action`.
    #[schemars(length(min = 1, max = 1000))]
    pub identifier: String,
    /// What people call it.
    pub title: Option<String>,
    /// A picture's name.
    pub icon: Option<String>,
    /// What it does, for people.
    pub description: Option<String>,
    /// When it happens in the life of an entity; agrees with the trigger.
    pub operation: Operation,
    /// The blueprint of the entities.
    pub blueprint: String,
    /// What makes it happen: any of these.
    pub trigger: Trigger,
    /// What it needs to know.
    pub inputs: Option<Inputs>,
    /// What must be true of the entity, on the target and in the result, whoever asks.
    pub precondition: Option<ListOrOne<Precondition>>,
    /// Who may do it. Without it, whoever the policies permit.
    pub permissions: Option<Permissions>,
    /// Who else must agree; every entry must be met.
    pub approval: Option<Vec<Approval>>,
    /// What it does outside, as a playbook.
    pub calls: Option<Vec<Call>>,
    /// The short form of a single call.
    pub call: Option<ShortCall>,
    /// The action that takes it back.
    pub undo: Option<String>,
    /// Actions on the same entity that run before it in the same plan.
    pub after: Option<OneOrMany>,
    /// Actions that may not be in the same plan on the same entity.
    pub conflicts: Option<OneOrMany>,
    /// `permitted`: the decision about what caused it covers it.
    pub caused_by: Option<Cause>,
}

/// When an action happens.
#[derive(Debug, JsonSchema)]
#[expect(
    missing_docs,
    reason = "each word says itself, and one enumeration completes best"
)]
pub enum Operation {
    #[schemars(rename = "create")]
    Create,
    #[schemars(rename = "day-2")]
    Day2,
    #[schemars(rename = "delete")]
    Delete,
}

/// What covers an action that another one causes.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "lowercase")]
#[expect(missing_docs, reason = "`causedBy` says what it means")]
pub enum Cause {
    Permitted,
}

/// What makes an action happen.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct Trigger {
    /// Paths of which one changed in an entity that is there before and after.
    #[schemars(extend("examples" = [["properties.replicas"]]))]
    pub changed: Option<OneOrMany>,
    /// An entity of the blueprint appears.
    pub created: Option<bool>,
    /// An entity of the blueprint disappears.
    pub deleted: Option<bool>,
    /// A request file asks for it.
    pub request: Option<bool>,
    /// The entity's expiry has passed.
    pub expired: Option<bool>,
    /// jq over `{before, after}`; where it is false the change is not claimed, and a request is
    /// denied.
    #[schemars(extend("examples" = [".before.properties.type == \"service\""]))]
    pub condition: Option<String>,
}

/// What must be true of an entity for the action to be done to it.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Precondition {
    /// jq over `{entity}`.
    #[schemars(extend("examples" = [".entity.properties.locked != true"]))]
    pub when: String,
    /// What to say where it is false.
    #[schemars(length(min = 1))]
    pub message: String,
}

/// What an action needs to know.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct Inputs {
    /// JSON Schemas by name.
    pub properties: Option<BTreeMap<String, PropertySchema>>,
    /// The names that must be given.
    pub required: Option<OneOrMany>,
    /// How an edited entity fills them: jq over `{before, after}`, by name.
    pub from: Option<BTreeMap<String, String>>,
}

/// Who may do it.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct Permissions {
    /// A block, or a list of blocks that are alternatives.
    pub execute: ListOrOne<Permission>,
}

/// One way to be permitted: the names are alternatives, `when` narrows them all.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct Permission {
    /// People.
    pub users: Option<OneOrMany>,
    /// Teams of the person.
    pub teams: Option<OneOrMany>,
    /// Roles of the person.
    pub roles: Option<OneOrMany>,
    /// Whether membership in the owner is enough.
    pub owned_by_team: Option<bool>,
    /// A Cedar condition.
    #[schemars(extend("examples" = ["context.inputs.replicas <= 20"]))]
    pub when: Option<String>,
    /// What it is for: it then counts only where a request `break_glass` asks for it.
    #[schemars(length(min = 1), extend("examples" = ["when production is down"]))]
    pub break_glass: Option<String>,
}

/// Whose agreement is needed besides permission.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct Approval {
    /// A Cedar condition; absent: always.
    pub when: Option<String>,
    /// By whom.
    pub by: By,
    /// How many distinct people, never the requester or a pusher.
    #[schemars(range(min = 1, max = 20), extend("default" = 1))]
    pub count: Option<u32>,
}

/// Who can approve.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct By {
    /// People.
    pub users: Option<OneOrMany>,
    /// Teams.
    pub teams: Option<OneOrMany>,
    /// The owner before the change, after it, or both.
    pub owners: Option<ListOrOne<Side>>,
}

/// The owner before or after a change.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "lowercase")]
#[expect(
    missing_docs,
    reason = "each word says itself, and one enumeration completes best"
)]
pub enum Side {
    Before,
    After,
}

/// One thing that an action does outside.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct Call {
    /// Its name in the action.
    pub id: String,
    /// The connector.
    pub connector: String,
    /// The arguments; texts may have templates, `{fromEnv: NAME}` is a secret.
    pub with: Option<BTreeMap<String, Value>>,
    /// How long it may take.
    #[schemars(extend("default" = "30s"))]
    pub timeout: Option<Duration>,
    /// How often it is tried again.
    #[schemars(range(min = 0, max = 10), extend("default" = 0))]
    pub retries: Option<u32>,
    /// Calls of this action that must have succeeded.
    pub needs: Option<OneOrMany>,
}

/// The only thing that an action does outside.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct ShortCall {
    /// Its name in the action.
    #[schemars(extend("default" = "call"))]
    pub id: Option<String>,
    /// The connector.
    pub connector: String,
    /// The arguments; texts may have templates, `{fromEnv: NAME}` is a secret.
    pub with: Option<BTreeMap<String, Value>>,
    /// How long it may take.
    #[schemars(extend("default" = "30s"))]
    pub timeout: Option<Duration>,
    /// How often it is tried again.
    #[schemars(range(min = 0, max = 10), extend("default" = 0))]
    pub retries: Option<u32>,
    /// Calls of this action that must have succeeded.
    pub needs: Option<OneOrMany>,
}

//! A rule test as a document writes it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde_json::Value;

use crate::schema::common::ListOrOne;
use crate::schema::common::OneOrMany;
use crate::schema::entity::Entity;

/// A question to the rules, or a pull request, and the answer that is expected.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Test {
    /// What must be so, in words; what `catalogc test --filter` looks for.
    #[schemars(length(min = 1))]
    pub name: String,
    /// Who asks, by login or identifier; of several all must be permitted.
    pub actor: OneOrMany,
    /// Whether the actor is nobody in the catalog, and that is meant.
    pub outsider: Option<bool>,
    /// What for: an action of the catalog, or a built-in one: `create`, `update`, `delete`,
    /// `rename`, `grant`, `record`, `define`, `meta`, `override`.
    pub action: Option<String>,
    /// On what: its identifier, or `Component/CartService`.
    pub entity: Option<String>,
    /// What is to be created, as a file of it would say it.
    pub given: Option<Given>,
    /// The file that changes, for `define`, `meta` and `override`.
    pub file: Option<String>,
    /// The inputs of the action; those that an edited entity fills may be left out.
    pub inputs: Option<BTreeMap<String, Value>>,
    /// What changes of the entity: paths, or paths with what stands there then; null takes it
    /// out.
    #[schemars(extend("examples" = [{"relations.owner": "platform"}]))]
    pub changed: Option<Changed>,
    /// In the place of all of these a pull request: what it changes, by file or by entity.
    #[schemars(extend("examples" = [{"CartService": {"relations.owner": "platform"}}]))]
    pub patch: Option<BTreeMap<String, Patch>>,
    /// The moment at which rules are asked that read it: `2026-11-22T10:00:00Z`.
    pub now: Option<String>,
    /// The answer.
    pub expect: Expected,
    /// The rule that gives it: a `@title`, a file, or a line of the rule, `deploy.cedar:9`.
    pub by: Option<String>,
    /// Whose agreement is asked for: all of these and no others.
    pub approvals: Option<ListOrOne<ExpectedApproval>>,
    /// Who has approved what the patch is, by login or identifier.
    pub approved: Option<OneOrMany>,
    /// Whose agreement to the patch is still missing: all of these and no others.
    pub missing: Option<ListOrOne<ExpectedApproval>>,
    /// Steps that the plan of the patch has; it may have others too.
    pub steps: Option<ListOrOne<ExpectedStep>>,
}

/// An answer of the rules.
#[derive(Debug, JsonSchema)]
#[expect(missing_docs, reason = "`expect` says what they mean")]
pub enum Expected {
    #[schemars(rename = "allowed")]
    Allowed,
    #[schemars(rename = "needs approval")]
    NeedsApproval,
    #[schemars(rename = "denied")]
    Denied,
}

/// An entity, whose blueprint the action says where it is for one alone.
#[derive(Debug, JsonSchema)]
#[schemars(transparent)]
pub struct Given(pub Entity);

/// What changes of an entity.
#[derive(Debug, JsonSchema)]
#[schemars(untagged)]
pub enum Changed {
    /// The paths.
    Paths(OneOrMany),
    /// The paths and what stands there then.
    Values(BTreeMap<String, Value>),
}

/// What a pull request does to a file or an entity.
#[derive(Debug, JsonSchema)]
#[schemars(untagged)]
pub enum Patch {
    /// Single values; all others and all comments stay.
    Edits(Vec<Edit>),
    /// One value.
    Edit(Edit),
    /// The whole file.
    File(PatchedFile),
    /// Paths and what stands there then; null takes it out.
    Values(BTreeMap<String, Value>),
}

/// A changed value.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Edit {
    /// Where: `relations.owner`.
    pub path: String,
    /// What stands there then.
    pub to: Option<Value>,
    /// Whether it is taken out.
    pub remove: Option<bool>,
    /// The entity that is meant, in a file of several.
    pub entity: Option<String>,
}

/// A file that is written or deleted.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct PatchedFile {
    /// All of its text.
    pub text: Option<String>,
    /// Whether it disappears.
    pub remove: Option<bool>,
}

/// Whose agreement is asked for.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ExpectedApproval {
    /// Teams or persons, any of whom may agree.
    pub from: OneOrMany,
    /// How many must; 1 where it is not said.
    #[schemars(range(min = 1, max = 100))]
    pub count: Option<u32>,
}

/// A step of a plan.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ExpectedStep {
    /// The action.
    pub action: String,
    /// The entity, or for `define` and `meta` the file.
    pub entity: Option<String>,
    /// How it is decided.
    pub outcome: Option<Expected>,
    /// The rule that decides it.
    pub by: Option<String>,
}

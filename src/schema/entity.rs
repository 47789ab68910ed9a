//! An entity and a request as documents write them, whatever their blueprint or action.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde_json::Value;

use crate::schema::common::OneOrMany;

/// One thing of the catalog.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct Entity {
    /// Its name among the entities of its blueprint.
    #[schemars(length(min = 1, max = 1000))]
    pub identifier: String,
    /// Its kind; where the settings name one for the file, it need not be written.
    pub blueprint: Option<String>,
    /// What people call it.
    pub title: Option<String>,
    /// A picture's name.
    pub icon: Option<String>,
    /// The owner, where the blueprint says `ownership: {type: Direct}`.
    pub team: Option<OneOrMany>,
    /// Values by the names that the blueprint gives them; null is absent.
    pub properties: Option<BTreeMap<String, Value>>,
    /// Identifiers of other entities, one or a list, by the names of the blueprint.
    pub relations: Option<BTreeMap<String, Option<OneOrMany>>>,
    /// The name that it had before: a rename, not a deletion and a creation.
    pub moved_from: Option<String>,
}

/// A wish that a pull request carries: an action on an entity, once.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {
    /// Unique for ever; the name of the file without its ending, unless it is written.
    pub id: Option<String>,
    /// The action, or one of `record` and `override`.
    pub action: String,
    /// The entity's identifier; its blueprint is the action's.
    pub entity: Option<String>,
    /// The blueprint, where `record` needs to be told.
    pub blueprint: Option<String>,
    /// What the action needs to know, by the names of its inputs.
    pub inputs: Option<BTreeMap<String, Value>>,
}

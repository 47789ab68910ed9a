//! The entities that a plan touches and what they are directly related to.
//!
//! It is drawn for reviewers and decides nothing: it is in no digest.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What is touched, and its neighbours.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Graph {
    /// The entities: those of steps, those whose values follow, then their neighbours.
    pub nodes: Vec<Node>,
    /// The relations between them.
    pub edges: Vec<Edge>,
    /// How many entities more there would be.
    pub left_out: u64,
}

/// An entity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Node {
    /// Its blueprint.
    pub blueprint: String,
    /// The entity.
    pub entity: String,
    /// What a plan does to it.
    pub touched: Touched,
    /// The numbers of its steps, or of those that its values follow from.
    #[schemars(inner(range(min = 1)))]
    pub steps: Vec<u32>,
}

/// What a plan does to an entity.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Touched {
    /// It has steps.
    Steps,
    /// Values of it follow from steps of others.
    Values,
    /// Nothing: it is related to one of these.
    Neighbour,
}

/// A relation: the first needs or belongs to the second.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Edge {
    /// Who has the relation: the place of a node, from 0.
    pub from: u32,
    /// Whom it names.
    pub to: u32,
    /// The name of the relation.
    pub relation: String,
    /// On which sides of the merge it is there.
    pub there: There,
}

/// On which sides of the merge a relation is there.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum There {
    /// On both.
    Both,
    /// In the result alone: it is new.
    New,
    /// On the target alone: it goes.
    Gone,
}

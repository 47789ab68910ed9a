//! What a plan says of who may do what: the decisions that a pull request moves.
//!
//! It is told to reviewers and decides nothing: it is in no digest, so no approval is lost when
//! it is told in other words or when other people come to the target meanwhile.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Part;

/// Which decisions of the rules over the entities of the target are others in the result.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rights {
    /// How many questions were asked of both sides.
    pub asked: u64,
    /// Where they were too many: which part of them was asked.
    pub sampled: Option<Sampled>,
    /// What could not be compared, in words.
    pub untold: Vec<String>,
    /// What kind of change moves them.
    pub because: Because,
    /// The one change that can be the cause, where there is one only.
    pub by: Option<Cause>,
    /// What is gained, lost and changed: first for who asks and who pushed.
    pub moves: Vec<RightsMove>,
    /// How many more there are.
    pub left_out: u64,
}

/// What kind of change moves decisions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Because {
    /// Who may do what is said otherwise: rules, settings, people, memberships, how owners are
    /// found. A reviewer must see it.
    #[default]
    Authority,
    /// Entities have other owners or values, which the steps show; that rights follow is what the
    /// rules are for.
    Entities,
}

/// A part of all questions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sampled {
    /// One entity of so many was asked about.
    #[schemars(range(min = 1))]
    pub entities: u32,
    /// One person of so many was asked for, and all who ask or pushed.
    #[schemars(range(min = 1))]
    pub people: u32,
}

/// The change that moves decisions.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Cause {
    /// A step of the plan.
    Step(u32),
    /// The file of a definition.
    File(String),
}

/// Decisions that move alike.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RightsMove {
    /// For whom.
    pub who: Vec<Who>,
    /// How many more are named nowhere.
    pub others: u64,
    /// What happens.
    pub turn: Turn,
    /// In which way they may do it.
    pub way: Way,
    /// The actions.
    pub actions: Vec<String>,
    /// On what.
    pub on: Vec<On>,
    /// With which inputs or changes only: `environment production`.
    pub only: String,
    /// With which not.
    pub but: String,
    /// Who had to agree, where that is what changes.
    pub before: Option<String>,
    /// Who has to agree then.
    pub after: Option<String>,
}

/// For whom a decision moves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Who {
    /// What they are.
    pub sort: WhoSort,
    /// The login of a person, the identifier of a group; empty for others.
    pub name: String,
    /// Their part in the pull request.
    pub part: Option<Part>,
}

/// What somebody is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum WhoSort {
    /// Everyone in the catalog.
    Everyone,
    /// Anyone who is nobody in the catalog.
    Anyone,
    /// All people of a group.
    Group,
    /// A person.
    Person,
}

/// What happens to a right.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Turn {
    /// They get it.
    Gains,
    /// They lose it.
    Loses,
    /// They keep it, and others have to agree.
    Changes,
}

/// In which way somebody may do something.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// Without anybody else.
    Alone,
    /// Once others agree.
    WithApproval,
    /// Without the others, who have or had to agree.
    WithoutApproval,
    /// When the glass is broken.
    InEmergency,
    /// Without the others when the glass is broken.
    WithoutApprovalInEmergency,
    /// They are among those who may agree when others do it.
    Approving,
    /// Others have to agree than those who had to.
    Approvals,
}

/// The entities of a kind that decisions are about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct On {
    /// The kind; null for the catalog itself: definitions and files.
    pub blueprint: Option<String>,
    /// Of how many.
    pub count: u64,
    /// Of how many there are.
    pub of: u64,
    /// The first of them; kinds of definitions where there is no blueprint.
    pub examples: Vec<String>,
    /// Whether new ones like them are meant.
    pub new: bool,
}

impl RightsMove {
    /// Whether it is about who asks or who pushed.
    pub fn is_of_actor(&self) -> bool {
        self.who.iter().any(|who| who.part.is_some())
    }
}

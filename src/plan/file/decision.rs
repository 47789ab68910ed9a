//! How what a plan does is decided: by which rules, by whose agreement, and what is missing.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Notice, RequestRef};

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
    /// The worst that follows from the decisions and from the approvals that are missing. What
    /// nobody decided is denied.
    #[must_use]
    pub fn of(decisions: &[Decision], needs: &[ApprovalNeed]) -> Self {
        if decisions.is_empty() || decisions.iter().any(|decision| !decision.allowed) {
            Self::Denied
        } else if needs.iter().any(|need| need.missing() > 0) {
            Self::NeedsApproval
        } else {
            Self::Allowed
        }
    }

    /// The words that users read.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Denied => "denied",
            Self::NeedsApproval => "needs approval",
            Self::Allowed => "allowed",
        }
    }
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
    /// Whether it is denied whoever asks: for what lies in the entity or in the moment.
    pub whoever: bool,
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

impl Decision {
    /// Whether it stands on a break-glass rule.
    pub fn breaks_glass(&self) -> bool {
        let glass = self.break_glass.as_ref();
        glass.is_some_and(|glass| glass.is_for != GlassUse::Offered)
    }
}

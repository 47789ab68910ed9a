//! The answer to `may this person do that?`, as `can` and `who-can` give it.
//!
//! In: an [`Answer`] or [`People`], which the commands fill. Out: JSON of version 1, a format that
//! only grows; `asked_text` has the lines. Secrets are not in it: the commands leave them out.

use serde::Serialize;
use serde_json::{Map, Value as Json};

use crate::text::is_hidden;

/// Whether it may be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Verdict {
    /// It may.
    #[serde(rename = "allowed")]
    Allowed,
    /// It may if others agree.
    #[serde(rename = "needs approval")]
    NeedsApproval,
    /// It may not.
    #[serde(rename = "denied")]
    Denied,
}

impl Verdict {
    /// Its word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::NeedsApproval => "needs approval",
            Self::Denied => "denied",
        }
    }
}

/// A commit that was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct At {
    /// The branch or what was written for it; none where it is the commit itself.
    pub rev: Option<String>,
    /// The commit, short.
    pub commit: String,
}

/// What is to be done, on what.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Asked {
    /// The action.
    pub action: String,
    /// The blueprint of the entity; none for the catalog itself.
    pub blueprint: Option<String>,
    /// The entity, or the file.
    pub entity: String,
    /// Whether the entity is new.
    pub new: bool,
    /// The inputs; a secret one is `***`.
    pub inputs: Map<String, Json>,
    /// What the entity would say, by path; a secret is `***`.
    pub claims: Map<String, Json>,
    /// The paths that change.
    pub changed: Vec<String>,
    /// The action that was written, where the change is another one.
    pub written: Option<String>,
    /// The actions that the change is, where it is more than one: all must be allowed.
    pub parts: Vec<PartSaid>,
    /// What whoever asks may not have meant.
    pub notes: Vec<String>,
    /// The commit, or none where the files on disk are those of none.
    pub at: Option<At>,
}

/// One of the actions that a change is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PartSaid {
    /// The action.
    pub action: String,
    /// Its answer to who asks; none where nobody in particular does.
    pub verdict: Option<Verdict>,
}

/// A value that a condition looked at.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SeenValue {
    /// The path, as in the rule: `context.inputs.replicas`.
    pub name: String,
    /// The value; null where it is absent or hidden.
    pub value: Option<Json>,
    /// In words, with what is on the way.
    pub words: String,
    /// Whether it is a secret, which is not shown.
    pub hidden: bool,
}

/// A condition of a rule.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Condition {
    /// As it is written.
    pub text: String,
    /// `FILE:LINE`.
    pub place: String,
    /// Whether it holds; null where it cannot be decided.
    pub holds: Option<bool>,
    /// What it looked at.
    pub values: Vec<SeenValue>,
}

/// Something that the catalog says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FactSaid {
    /// In words.
    pub text: String,
    /// `FILE:LINE` of each part.
    pub places: Vec<String>,
}

/// A rule about what is asked.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RuleSaid {
    /// `FILE:LINE` of the rule.
    pub rule: String,
    /// `yes`, `no`, `forbids`, `silent` (a `forbid` that does not apply), `broken`, `undecided`.
    pub says: &'static str,
    /// The words of its author.
    pub title: Option<String>,
    /// Why, in words.
    pub words: String,
    /// Its conditions, in order.
    pub conditions: Vec<Condition>,
    /// What of the catalog it rests on.
    pub facts: Vec<FactSaid>,
}

/// An agreement that is needed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Agreement {
    /// In words: `1 from platform, the owner before`.
    pub words: String,
    /// How many distinct people.
    pub count: u32,
    /// The people who may, without who asks.
    pub candidates: Vec<String>,
    /// Whether who asks is one of them, which does not count.
    pub asker_is_one: bool,
    /// `FILE:LINE`.
    pub place: String,
}

/// A change of the question that gives a better answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Suggestion {
    /// Values to set, by the names that `--set` takes; null is to leave it out.
    pub set: Map<String, Json>,
    /// Who would have to ask instead.
    pub actor: Option<String>,
    /// The answer then.
    pub verdict: Verdict,
    /// The rule that permits it then.
    pub rule: Option<String>,
}

/// The answer to a question.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    /// The version of the format.
    pub version: u32,
    /// Yes or no.
    pub verdict: Verdict,
    /// Who asks.
    pub actor: String,
    /// What for.
    #[serde(flatten)]
    pub asked: Asked,
    /// The rules about it, in their order.
    pub rules: Vec<RuleSaid>,
    /// Reasons that no rule gives.
    pub reasons: Vec<String>,
    /// Whose agreement is needed.
    pub approvals: Vec<Agreement>,
    /// Who may, where it is denied.
    pub could: Vec<String>,
    /// The smallest change that gives a better answer, where one was found.
    pub change: Option<Suggestion>,
    /// What can be done now.
    pub next: String,
    /// How many errors the catalog has, for which the answer may be another one later.
    pub errors: usize,
}

/// A person who may.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Person {
    /// The login.
    pub login: String,
    /// Why, in words.
    pub reason: String,
    /// The rule that permits it, `FILE:LINE`.
    pub rule: Option<String>,
    /// What of the catalog it rests on.
    pub facts: Vec<FactSaid>,
}

/// Who may do something.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct People {
    /// The version of the format.
    pub version: u32,
    /// What.
    #[serde(flatten)]
    pub asked: Asked,
    /// How many people there are.
    pub of: usize,
    /// Those who may, by login.
    pub people: Vec<Person>,
    /// Whose agreement is needed, whoever asks.
    pub approvals: Vec<Agreement>,
    /// How many errors the catalog has, for which the answer may be another one later.
    pub errors: usize,
}

/// How much is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// The rules, in a line each.
    Lines,
    /// Also each condition with what it saw, and all facts.
    Full,
}

/// A value as JSON of two blanks a level, with a line end; hidden characters are escaped.
pub fn asked_json<T: Serialize>(value: &T) -> String {
    // Plain data always serializes.
    let json = serde_json::to_string_pretty(value).unwrap_or_default();
    let mut shown = String::with_capacity(json.len() + 1);
    for c in json.chars() {
        if is_hidden(c) && c != '\n' {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                shown.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            shown.push(c);
        }
    }
    shown + "\n"
}

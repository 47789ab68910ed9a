//! How two plans meet at a fact, by the name of the fact and what is done there.

use crate::plan::file::Effectuation;
use crate::plan::footprint::fact;

/// Why two plans do not commute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// What one of them rests on cannot be told.
    Unknown,
    /// The plans are of different targets, and what both rely on is not the same there.
    OtherTarget,
    /// Both bring one request, which runs once.
    SameRequest,
    /// Both claim one identifier or login.
    SameIdentifier,
    /// Both claim a value that is unique.
    SameValue,
    /// Both write it.
    BothWrite,
    /// One deletes what the other names or points at.
    DeletesNamed,
    /// One reads what the other writes.
    ReadsWritten,
    /// One relies on a definition that the other changes.
    Definitions,
    /// One is decided by rules that the other changes.
    Rules,
    /// One is decided by who is who and in what, which the other changes.
    People,
    /// Together they may lead a relation back to where it began.
    Cycle,
    /// Together they are more than a guard allows, or one counts what the other changes.
    Guards,
    /// Both write one file, or one a file where the other has a folder.
    Files,
}

impl Reason {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::Unknown,
        Self::OtherTarget,
        Self::SameRequest,
        Self::SameIdentifier,
        Self::SameValue,
        Self::BothWrite,
        Self::DeletesNamed,
        Self::ReadsWritten,
        Self::Definitions,
        Self::Rules,
        Self::People,
        Self::Cycle,
        Self::Guards,
        Self::Files,
    ];

    /// The word in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::OtherTarget => "other-target",
            Self::SameRequest => "same-request",
            Self::SameIdentifier => "same-identifier",
            Self::SameValue => "same-unique-value",
            Self::BothWrite => "both-write",
            Self::DeletesNamed => "deletes-what-is-named",
            Self::ReadsWritten => "reads-what-is-written",
            Self::Definitions => "definition-changed",
            Self::Rules => "rules-changed",
            Self::People => "people-changed",
            Self::Cycle => "relation-cycle",
            Self::Guards => "guard-sum",
            Self::Files => "same-file",
        }
    }

    /// The same in words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Unknown => "what one of them rests on cannot be told",
            Self::OtherTarget => "it is not the same on the two targets",
            Self::SameRequest => "both bring the same request, which runs once",
            Self::SameIdentifier => "both claim the same identifier",
            Self::SameValue => "both claim a value that must be unique",
            Self::BothWrite => "both write it",
            Self::DeletesNamed => "one deletes what the other points at",
            Self::ReadsWritten => "one reads what the other writes",
            Self::Definitions => "one relies on a definition that the other changes",
            Self::Rules => "one is decided by rules that the other changes",
            Self::People => "one is decided by people or groups that the other changes",
            Self::Cycle => "both together may lead a relation back to where it began",
            Self::Guards => "both together are more than one plan may have",
            Self::Files => "both write it, and the order may decide what git makes of that",
        }
    }

    /// Of a fact that both write.
    pub(super) fn of_writes(
        what: &str,
        does: (Option<Effectuation>, Option<Effectuation>),
    ) -> Self {
        let is_new = |does| {
            matches!(
                does,
                Some(Effectuation::Create | Effectuation::Rename) | None
            )
        };
        match word(what) {
            "file" => Self::Files,
            "request" => Self::SameRequest,
            "unique" => Self::SameValue,
            "login" => Self::SameIdentifier,
            fact::MEMBERSHIPS => Self::People,
            "name" if is_new(does.0) && is_new(does.1) => Self::SameIdentifier,
            word if is_definition(word) => Self::Definitions,
            _ => Self::BothWrite,
        }
    }

    /// Of a fact that one reads and the other, who `does` something, writes.
    pub(super) fn of_read(what: &str, does: Option<Effectuation>) -> Self {
        match word(what) {
            "file" => Self::Files,
            "acyclic" => Self::Cycle,
            "count" => Self::Guards,
            "rules" => Self::Rules,
            "login" | "groups" | fact::PEOPLE | fact::MEMBERSHIPS => Self::People,
            "actions" | fact::LINKS | fact::NAMES => Self::Definitions,
            "name" if does == Some(Effectuation::Delete) => Self::DeletesNamed,
            word if is_definition(word) => Self::Definitions,
            _ => Self::ReadsWritten,
        }
    }
}

/// The first word of a fact's name.
fn word(what: &str) -> &str {
    what.split(' ').next().unwrap_or_default()
}

/// Whether a fact is of something that is defined.
fn is_definition(word: &str) -> bool {
    const KINDS: [&str; 8] = [
        "action",
        "baseline",
        "blueprint",
        "connector",
        "mapping",
        "policy",
        "scorecard",
        "test",
    ];
    let kind = word.split('/').next().unwrap_or_default();
    word == fact::SETTINGS || word == fact::DEFINITIONS || word != kind && KINDS.contains(&kind)
}

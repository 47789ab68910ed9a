//! How one attempt at a call ended, whichever engine made it.

use serde_json::Value as Json;

/// How one attempt ended.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Attempt {
    /// The backend answered.
    Answer(Answer),
    /// Surely nothing reached the backend; it may be there the next time.
    NotSent(String),
    /// The backend may have taken it, and said nothing that can be read.
    MaybeSent(String),
    /// It may not or cannot be made: nothing was sent, and nothing will be.
    Refused(String),
    /// It was made and is over, but not with an answer that can be used.
    Spoiled(String),
}

/// What a backend said.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Answer {
    /// What expressions read, but for the key.
    pub(super) fields: serde_json::Map<String, Json>,
    /// Whether it says of itself that all is well: status 200 to 299, or exit code 0.
    pub(super) is_success: bool,
    /// `503 Service Unavailable`, `exit code 3`.
    pub(super) words: String,
    /// `503`, `exit code 3`.
    pub(super) short: String,
    /// Whether the same may go well later.
    pub(super) again: Again,
}

/// Whether the same call may go well later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Again {
    /// It would end the same.
    Never,
    /// It may.
    May {
        /// How many seconds the backend asks to wait.
        after: Option<RetryAfter>,
        /// Whether the backend said that it did not even look at the call.
        rejected: bool,
    },
}

/// When a backend wants to be asked again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RetryAfter {
    /// In so many seconds.
    Seconds(u64),
    /// At this second since 1970.
    At(i64),
}

//! What a rule can say to a question, and the words for it.
//!
//! In: nothing. Out: [`Says`].

/// What a rule says to a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Says {
    /// It permits.
    Yes,
    /// It permits, but not this.
    No,
    /// It permits this where the glass is broken, and nobody asks for that here.
    Kept,
    /// It forbids this.
    Forbids,
    /// It forbids, but not this.
    Silent,
    /// It has an error and denies all that it is about.
    Broken,
    /// It cannot be decided, which denies.
    Undecided,
}

impl Says {
    /// The word in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No | Self::Kept => "no",
            Self::Forbids => "forbids",
            Self::Silent => "silent",
            Self::Broken => "broken",
            Self::Undecided => "undecided",
        }
    }

    /// Whether it is why something is denied, whatever other rules say.
    pub const fn denies(self) -> bool {
        matches!(self, Self::Forbids | Self::Broken | Self::Undecided)
    }
}

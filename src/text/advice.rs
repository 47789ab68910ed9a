//! What to do, in words; and the name that is proposed, where one is.
//!
//! In: a name that was most likely meant, or words. Out: both together, so that whoever compares
//! what is advised has the name and need not read the words.

use std::fmt;

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// In words, for people alone.
    pub words: String,
    /// The name that was most likely meant by the one that is written.
    pub near: Option<String>,
}

impl Advice {
    /// Words that propose a name.
    pub fn naming(near: impl Into<String>, words: impl Into<String>) -> Self {
        Self {
            words: words.into(),
            near: Some(near.into()),
        }
    }
}

/// The name that was most likely meant, as a question.
pub fn did_you_mean(near: &str) -> Advice {
    Advice::naming(near, format!("did you mean `{near}`?"))
}

impl From<String> for Advice {
    fn from(words: String) -> Self {
        Self { words, near: None }
    }
}

impl From<&str> for Advice {
    fn from(words: &str) -> Self {
        words.to_owned().into()
    }
}

impl From<Advice> for String {
    fn from(advice: Advice) -> Self {
        advice.words
    }
}

impl fmt::Display for Advice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words)
    }
}

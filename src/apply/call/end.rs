//! How a call ended.

use serde_json::Map;
use serde_json::Value as Json;

/// How a call ended.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::apply) struct End {
    pub(in crate::apply) ending: Ending,
    /// In a few words: `503 three times`.
    pub(in crate::apply) short: String,
    /// The whole of it: `503 Service Unavailable, tried 3 times`.
    pub(in crate::apply) long: String,
    /// Boxed, for an end is handed through many hands.
    pub(in crate::apply) outputs: Box<Map<String, Json>>,
}

/// How a call ended, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::apply) enum Ending {
    Done,
    Failed,
    /// Nobody can tell; a person must look.
    Unknown,
    /// This run cannot tell; the next one takes it up as its contract allows.
    Open,
    /// The run was stopped.
    Stopped,
}

impl End {
    pub(in crate::apply) fn new(ending: Ending, short: impl Into<String>) -> Self {
        let short = short.into();
        Self {
            ending,
            long: short.clone(),
            short,
            outputs: Box::default(),
        }
    }

    pub(super) fn failed(short: impl Into<String>) -> Self {
        Self::new(Ending::Failed, short)
    }

    pub(super) fn long(self, long: impl Into<String>) -> Self {
        Self {
            long: long.into(),
            ..self
        }
    }

    pub(in crate::apply) fn done(outputs: Map<String, Json>) -> Self {
        Self::new(Ending::Done, "").with(outputs)
    }

    pub(super) fn with(self, outputs: Map<String, Json>) -> Self {
        Self {
            outputs: Box::new(outputs),
            ..self
        }
    }
}

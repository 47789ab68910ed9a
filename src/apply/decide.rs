//! What is to be done about a call, from what the ledger says of it.
//!
//! In: the call's contract, where the ledger has it, the time. Out: one decision. Pure: this is
//! the one place that decides whether something may be sent twice.

use serde_json::Map;
use serde_json::Value as Json;

use crate::apply::clock::seconds_of;
use crate::ledger::state::Call as Known;
use crate::ledger::state::CallState;
use crate::plan::file::Call;
use crate::plan::file::Contract;

/// How long a backend is trusted to remember our key, in seconds.
const KEY_WINDOW: i64 = 24 * 60 * 60;

/// What is to be done about a call.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Decision {
    /// Nothing: it is done.
    Done { outputs: Map<String, Json> },
    /// Nothing: it failed, and nobody asked for it again.
    Failed(String),
    /// Nothing, until a person has looked: the ledger says so already.
    Unknown(String),
    /// Nothing, until a person has looked: that is to be written down first.
    GiveUp(String),
    /// It is made, or made again as its contract allows.
    Make(Start),
}

/// How a call begins in this run.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Start {
    /// It was never sent.
    New,
    /// It may have been sent by a run that did not live to say so.
    Again,
    /// It was taken by the backend: these are its outputs so far.
    Watch(Map<String, Json>),
}

/// What the backend promises in truth: without a way to look, `lookup` is no promise.
pub(super) fn contract(call: &Call) -> Contract {
    match call.contract {
        Contract::Lookup if call.lookup.is_none() => Contract::Blind,
        contract => contract,
    }
}

/// What is to be done about `call`, which the ledger has as `known`.
pub(super) fn decide(call: &Call, known: Option<&Known>, now: i64) -> Decision {
    let Some(known) = known else {
        return Decision::Make(Start::New);
    };
    match &known.state {
        CallState::Done { outputs, .. } => Decision::Done {
            outputs: outputs.clone(),
        },
        CallState::Failed(why) => Decision::Failed(why.clone()),
        CallState::Unknown(why) => Decision::Unknown(why.clone()),
        CallState::Progress(handle) => {
            let outputs = handle.as_object().cloned().unwrap_or_default();
            Decision::Make(Start::Watch(outputs))
        }
        CallState::Started => match contract(call) {
            Contract::Blind => Decision::GiveUp(format!("{} may have been sent", call.id)),
            Contract::Keyed if age(known, now) > KEY_WINDOW => Decision::GiveUp(format!(
                "{} may have been sent, too long ago to send its key again",
                call.id
            )),
            Contract::Keyed | Contract::Lookup => Decision::Make(Start::Again),
        },
    }
}

/// How long ago the call was first begun; for ever, where the ledger does not say.
fn age(known: &Known, now: i64) -> i64 {
    let since = known.since.as_deref().and_then(seconds_of);
    since.map_or(i64::MAX, |since| now.saturating_sub(since))
}

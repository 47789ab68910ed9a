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
    /// It may have been sent, and may not be sent any more: it is only looked for.
    Look,
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

/// What is left of a decision where the step may not be run any more, and why it may not: what
/// was begun is followed to its end, and nothing is sent.
pub(super) fn without_sending(call: &Call, decision: Decision, why: &str) -> Decision {
    match decision {
        Decision::Make(Start::New) => Decision::Failed(why.to_owned()),
        Decision::Make(Start::Again) if contract(call) == Contract::Lookup => {
            Decision::Make(Start::Look)
        }
        Decision::Make(Start::Again) => Decision::GiveUp(format!(
            "{} may have been sent, and may not be sent again: {why}",
            call.id
        )),
        other => other,
    }
}

/// How long ago the call was first begun; for ever, where the ledger does not say.
fn age(known: &Known, now: i64) -> i64 {
    let since = known.since.as_deref().and_then(seconds_of);
    since.map_or(i64::MAX, |since| now.saturating_sub(since))
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, json};

    use super::{Decision, KEY_WINDOW, Start, decide};
    use crate::apply::clock::moment;
    use crate::apply::tests::{call, lookup};
    use crate::ledger::state::{Call as Known, CallState};
    use crate::plan::file::{Call, Contract};

    const SINCE: i64 = 1_795_271_460;

    fn of(contract: Contract, state: CallState, age: i64) -> Decision {
        let call = Call {
            lookup: Some(lookup()),
            ..call("scale", contract)
        };
        let known = Known {
            generation: 0,
            intent: None,
            since: Some(moment(SINCE)),
            state,
        };
        decide(&call, Some(&known), SINCE + age)
    }

    #[test]
    fn what_may_have_been_sent_is_for_the_contract_to_say() {
        let started = |contract, age| of(contract, CallState::Started, age);
        let again = Decision::Make(Start::Again);
        assert_eq!(started(Contract::Keyed, 0), again);
        assert_eq!(started(Contract::Keyed, KEY_WINDOW), again);
        assert_eq!(started(Contract::Lookup, 10 * KEY_WINDOW), again);
        for given_up in [
            started(Contract::Keyed, KEY_WINDOW + 1),
            started(Contract::Blind, 0),
        ] {
            assert!(matches!(given_up, Decision::GiveUp(_)), "{given_up:?}");
        }
    }

    #[test]
    fn a_lookup_without_a_way_to_look_is_blind() {
        let call = call("scale", Contract::Lookup);
        let known = Known {
            generation: 0,
            intent: None,
            since: Some(moment(SINCE)),
            state: CallState::Started,
        };
        let decision = decide(&call, Some(&known), SINCE);
        assert!(matches!(decision, Decision::GiveUp(_)), "{decision:?}");
    }

    #[test]
    fn what_has_ended_is_not_made_again() {
        for contract in [Contract::Keyed, Contract::Lookup, Contract::Blind] {
            let outputs = Map::from_iter([("id".to_owned(), json!(7))]);
            let done = CallState::Done {
                outputs: outputs.clone(),
                url: None,
            };
            assert_eq!(of(contract, done, 0), Decision::Done { outputs });
            let failed = CallState::Failed("503".to_owned());
            assert_eq!(of(contract, failed, 0), Decision::Failed("503".to_owned()));
            let unknown = CallState::Unknown("cut off".to_owned());
            let unknown = of(contract, unknown, 0);
            assert_eq!(unknown, Decision::Unknown("cut off".to_owned()));
            let going_on = CallState::Progress(json!({"id": 7}));
            let watched = Map::from_iter([("id".to_owned(), json!(7))]);
            let start = Start::Watch(watched);
            assert_eq!(of(contract, going_on, 0), Decision::Make(start));
        }
    }
}

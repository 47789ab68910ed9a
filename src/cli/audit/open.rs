//! Calls whose outcome is not in the ledger: a run was cut off, is at work, or could not tell.

use crate::cli::records::Records;
use crate::ledger::Entry;
use crate::ledger::record::{Body, Contract, Intent, LandedStep, Landing};
use crate::ledger::state::{Call, CallState};

/// What can be done about a call that is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::cli) enum Next {
    /// A run that goes on with the step finds out.
    Follow,
    /// A person must look.
    Look,
}

impl Next {
    /// The line that says it of a step.
    pub(in crate::cli) fn line(self, step: &str) -> String {
        match self {
            Self::Follow => format!(
                "next: where no run is at work any more, `catalogc retry {step}` finds out what became of it\n"
            ),
            Self::Look => {
                format!("next: look at its runs, then catalogc resolve {step} --done or --failed\n")
            }
        }
    }
}

/// The calls of a step whose outcome is not known, by id.
pub(in crate::cli) fn open<'r>(
    records: &'r Records,
    landing: &Landing,
    step: &LandedStep,
) -> Vec<(&'r str, &'r Call)> {
    let state = records.state.step(&landing.id, &step.digest);
    let calls = state.into_iter().flat_map(|state| &state.calls);
    let is_open =
        |call: &Call| !matches!(call.state, CallState::Done { .. } | CallState::Failed(_));
    let open = calls.filter(|(_, call)| is_open(call));
    open.map(|(id, call)| (id.as_str(), call)).collect()
}

/// What is to be done about the open calls of a step; `None` where it has none.
pub(in crate::cli) fn next(open: &[(&str, &Call)]) -> Option<Next> {
    let next = |(_, call): &(&str, &Call)| match (&call.state, &call.intent) {
        (CallState::Unknown(_), _) => Next::Look,
        (CallState::Started, Some(intent)) if intent.contract == Contract::Blind => Next::Look,
        _ => Next::Follow,
    };
    open.iter().map(next).max()
}

/// The step whose open call an entry of the ledger was the last to begin. What the ledger has as
/// unknown already is an end of its own.
pub(super) fn begun<'r>(
    records: &'r Records,
    entry: &'r Entry,
) -> Option<(&'r Landing, &'r LandedStep)> {
    let Body::Intent(intent) = &entry.record.body else {
        return None;
    };
    let landing = records.state.landing(&intent.landing)?;
    let mut steps = landing.steps.iter();
    let step = steps.find(|step| step.digest == intent.step.digest)?;
    let state = records.state.step(&landing.id, &step.digest)?;
    let call = state.calls.get(&intent.call)?;
    let is_last = call.intent.as_ref() == Some(intent);
    let is_open = match &call.state {
        CallState::Started | CallState::Progress(_) => true,
        CallState::Unknown(_) => state.end.is_none(),
        CallState::Done { .. } | CallState::Failed(_) => false,
    };
    (is_last && is_open).then_some((landing, step))
}

/// An open call in words: when it was begun, what it is, and how far it came.
pub(super) fn words(id: &str, call: &Call) -> String {
    let far = match &call.state {
        CallState::Unknown(why) => format!("unknown, {why}"),
        CallState::Progress(_) => {
            "unknown, it went on outside when the ledger last heard of it".to_owned()
        }
        _ => "unknown, it may have been sent".to_owned(),
    };
    let mut text = format!("{id}  {far}");
    let request = call.intent.as_ref().map(|intent: &Intent| &intent.request);
    text.extend(request.map(|request| format!(", {request}")));
    if let CallState::Progress(handle) = &call.state
        && let Some(url) = handle.get("url").and_then(serde_json::Value::as_str)
    {
        text.push_str(&format!(", {url}"));
    }
    if let Some(since) = &call.since {
        let time = since.get(..19).unwrap_or(since).replace('T', " ");
        text.push_str(&format!(", begun {time} UTC"));
    }
    text
}

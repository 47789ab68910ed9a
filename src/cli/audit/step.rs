//! All that the ledger knows of one step.

use crate::cli::audit::open::{self, open};
use crate::cli::audit::word;
use crate::cli::records::Records;
use crate::ledger::Entry;
use crate::ledger::record::{Body, LandedStep, Landing, LiftedGuard, Outcome, Override};
use crate::ledger::record::{Settlement, StepGlass};
use crate::plan::file::short;
use crate::render::duration;
use crate::text::visible;

/// Who asked for a landing, and what it is known by.
fn asked(landing: &Landing) -> String {
    match landing.ended() {
        Some(at) => format!("{}, expired {at}", landing.requester),
        None => format!("{}, merged as {}", landing.requester, short(&landing.after)),
    }
}

/// The account of a step, from its request to its last result.
pub(super) fn text(records: &Records, landing: &Landing, step: &LandedStep) -> String {
    let end = records
        .state
        .step(&landing.id, &step.digest)
        .and_then(|state| state.end.as_ref());
    let open = open(records, landing, step);
    let result = match (open.as_slice(), end) {
        ([], None) => "not ended",
        ([], Some(end)) => word(end.result),
        _ => "unknown",
    };
    let mut out = format!(
        "{result}: {} on {}, {}\n",
        step.action,
        visible(&step.entity),
        visible(&step.summary)
    );
    let mut line = |head: &str, text: &str| {
        if !text.is_empty() {
            out.push_str(&format!("{head:<9} {}\n", visible(text)));
        }
    };
    line("asked", &asked(landing));
    line("allowed", &step.allowed);
    let approved = landing
        .approvals
        .iter()
        .filter(|approval| step.approved.contains(&approval.login));
    let approved: Vec<String> = approved
        .map(|approval| format!("{} at {}", approval.login, short(&approval.commit)))
        .collect();
    line("approved", &approved.join("; "));
    if let Some(glass) = &step.break_glass {
        line("glass", &broken(landing, glass));
    }
    lifted(landing).for_each(|words| line("lifted", &words));
    for entry in &records.entries {
        if let Some(call) = call(entry, landing, step) {
            line("called", &call);
        }
        if let Some((head, words)) = person(entry, landing, step) {
            line(head, &words);
        }
    }
    let is_told = |call: &str| {
        records
            .entries
            .iter()
            .any(|it| is_end_of(it, call, landing, step))
    };
    for (id, begun) in open.iter().filter(|(id, _)| !is_told(id)) {
        line("called", &open::words(id, begun));
    }
    if let Some(end) = end {
        line("because", &end.detail);
    }
    let (at, before) = place(records, landing, step);
    line(
        "digest",
        &format!(
            "{}, record {} after {}",
            short(&step.digest),
            short(&at),
            short(&before)
        ),
    );
    let next = open::next(&open).map(|next| next.line(&records.names().of(landing, step.number)));
    out.extend(next);
    out
}

/// Whether an entry says of a call that nobody can tell how it ended.
fn is_end_of(entry: &Entry, call: &str, landing: &Landing, step: &LandedStep) -> bool {
    matches!(&entry.record.body, Body::Result(end)
        if end.outcome == Outcome::Unknown
            && end.call == call
            && end.landing == landing.id
            && end.step.digest == step.digest)
}

/// `BROKEN by catalog/policies/oncall.cedar:3, without 1 from platform, because: incident 4711`.
fn broken(landing: &Landing, glass: &StepGlass) -> String {
    let mut text = format!("BROKEN by {}", glass.rules.join(" and "));
    if !glass.waived.is_empty() {
        text.push_str(&format!(", without {}", glass.waived.join(" and ")));
    }
    if let Some(declared) = &landing.break_glass {
        let requests = declared.requests.join(", ");
        text.push_str(&format!(", because: {} ({requests})", declared.reason));
    }
    text
}

/// What requests lifted for the landing, one text each.
fn lifted(landing: &Landing) -> impl Iterator<Item = String> {
    let requests = landing.overrides.iter();
    requests.flat_map(|request| {
        let lifted = request.lifted.iter();
        lifted.map(|lifted| lifted_by(request, lifted))
    })
}

/// `the guard deletes: 14 by kim, because: the shop closes; without it: 14 entities are deleted,
/// the guard is 10; kim is in platform (...); asked for at lift.yaml:1:9 (lift)`.
fn lifted_by(lifting: &Override, lifted: &LiftedGuard) -> String {
    let mut text = format!("{} by {}", lifted.what, lifting.by.join(" and "));
    if let Some(reason) = &lifting.reason {
        text.push_str(&format!(", because: {reason}"));
    }
    let without = lifted.refused.join(", ");
    text.push_str(&format!("; refused without it: {without}"));
    if let Some(allowed) = &lifting.allowed {
        text.push_str(&format!("; {allowed}"));
    }
    text + &format!("; {} ({})", lifting.place, lifting.request)
}

/// A call of the step, as its end was recorded.
fn call(entry: &Entry, landing: &Landing, step: &LandedStep) -> Option<String> {
    let Body::Result(end) = &entry.record.body else {
        return None;
    };
    if end.landing != landing.id || end.step.digest != step.digest {
        return None;
    }
    let outcome = match end.outcome {
        Outcome::Done => "done",
        Outcome::Failed => "failed",
        Outcome::Unknown => "unknown",
    };
    let time = end
        .started_at
        .get(..19)
        .unwrap_or(&end.started_at)
        .replace('T', " ");
    let mut text = format!(
        "{}  {outcome}, {time} UTC, {}",
        end.call,
        duration(end.took_seconds)
    );
    for more in [Some(&end.detail), end.url.as_ref()]
        .into_iter()
        .flatten()
        .filter(|more| !more.is_empty())
    {
        text.push_str(&format!(", {more}"));
    }
    Some(text)
}

/// What a person did with the step after the landing, and why they might.
fn person(entry: &Entry, landing: &Landing, step: &LandedStep) -> Option<(&'static str, String)> {
    let (head, at, mut words, allowed) = match &entry.record.body {
        Body::Retry(retry) => {
            let at = (&retry.landing, &retry.step);
            ("retried", at, format!("by {}", retry.by), &retry.allowed)
        }
        Body::Resolve(resolve) => {
            let outcome = match resolve.outcome {
                Settlement::Done => "done",
                Settlement::Failed => "failed",
            };
            let words = format!(
                "{} {outcome} by {}: {}",
                resolve.call, resolve.by, resolve.reason
            );
            (
                "settled",
                (&resolve.landing, &resolve.step),
                words,
                &resolve.allowed,
            )
        }
        _ => return None,
    };
    if *at.0 != landing.id || at.1.digest != step.digest {
        return None;
    }
    if let Some(allowed) = allowed {
        words.push_str(&format!("; {allowed}"));
    }
    Some((head, words))
}

/// The record of the step's last end (or of its landing), and the one before it.
fn place(records: &Records, landing: &Landing, step: &LandedStep) -> (String, String) {
    let is_last = |entry: &Entry| match &entry.record.body {
        Body::Step(end) => end.landing == landing.id && end.step.digest == step.digest,
        Body::Landing(other) => other.id == landing.id,
        _ => false,
    };
    let at = records.entries.iter().rposition(is_last).unwrap_or(0);
    let id = |n: usize| {
        records
            .entries
            .get(n)
            .map_or_else(String::new, |entry| entry.id.clone())
    };
    (id(at), id(at.saturating_sub(1)))
}

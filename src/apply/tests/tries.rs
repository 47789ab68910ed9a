//! What is tried again, what is not, and how long that takes.

use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::json;

use super::backend::{Backend, Received, Reply};
use super::*;
use crate::ledger::record::{Resolve, Retry, Settlement, StepName};

fn fine() -> Backend {
    Backend::start(|received| {
        let url = format!("https://deploy.example/runs{}", received.path);
        Reply::Json(200, json!({"id": 7, "url": url}))
    })
}

fn one(contract: Contract, backend: &Backend) -> PlanFile {
    plan(
        vec![step(1, 1, &[], vec![call("scale", contract)])],
        backend,
    )
}

/// Answers `first` so many times, then well.
fn after(times: u32, first: Reply) -> Backend {
    let count = AtomicU32::new(0);
    Backend::start(move |_| {
        if count.fetch_add(1, Ordering::SeqCst) < times {
            first.clone()
        } else {
            Reply::Json(200, json!({"id": 7}))
        }
    })
}

fn status(status: u16) -> Reply {
    Reply::Json(status, json!({"error": "no"}))
}

fn retry(plan: &PlanFile, number: u32, generation: u32) -> Body {
    let digest = plan.steps[number as usize - 1].digest.clone();
    Body::Retry(Retry {
        landing: LANDING.to_owned(),
        step: StepName { number, digest },
        generation,
        by: "lin".to_owned(),
        allowed: None,
    })
}

#[test]
fn three_times_503_is_a_failure_that_stops_what_comes_after() {
    let backend = after(3, status(503));
    let steps = vec![
        step(1, 1, &[], vec![call("verify", Contract::Keyed)]),
        step(2, 1, &[], Vec::new()),
        step(3, 2, &[1], vec![call("restart", Contract::Blind)]),
        step(4, 3, &[3], Vec::new()),
        step(5, 3, &[2], Vec::new()),
    ];
    let plan = plan(steps, &backend);
    let world = World::new(&plan);
    let report = world.run(&plan);
    let skipped = Word::Skipped;
    assert_eq!(
        words(&report),
        [Word::Failed, Word::Done, skipped, skipped, Word::Done]
    );
    assert_eq!(report.exit_code(), 4);
    assert_eq!(
        report.headline(),
        "failed: 2 of 5 steps done, 1 failed, 2 skipped"
    );
    assert_eq!(report.steps[0].detail, "verify: 503 three times");
    assert_eq!(
        report.steps[0].problems,
        ["verify  POST https://deploy.example/verify: 503 Service Unavailable, tried 3 times"]
    );
    assert_eq!(report.steps[2].detail, "needs 1");
    assert_eq!(report.steps[3].detail, "needs 3");
    assert_eq!(backend.received().len(), 3);
    // One second, then two.
    assert_eq!(world.elapsed(), 3);
    let lines = world.lines();
    let line = "1 change_replicas Service1: failed in 3s, verify: 503 three times";
    assert!(lines.contains(&line.to_owned()), "{lines:?}");
    let line = "3 change_replicas Service3: skipped, needs 1";
    assert!(lines.contains(&line.to_owned()), "{lines:?}");

    // The same again makes no call, says the same and adds nothing to the ledger.
    let before = world.kinds().len();
    let again = world.run(&plan);
    assert_eq!(again.exit_code(), 4);
    assert_eq!(again.steps[0].detail, "verify: 503 three times");
    assert_eq!(backend.received().len(), 3);
    assert_eq!(world.kinds().len(), before);

    // A retry goes on with it and with what was skipped, under a new key.
    world.write(retry(&plan, 1, 1));
    let retried = world.run(&plan);
    let already = Word::AlreadyDone;
    assert_eq!(
        words(&retried),
        [Word::Done, already, Word::Done, Word::Done, already]
    );
    let received = backend.received();
    let keys: Vec<&str> = received.iter().map(Received::key).collect();
    assert_eq!(keys[0], keys[1]);
    assert_eq!(keys[0], keys[2]);
    assert_ne!(keys[0], keys[3]);
}

#[test]
fn a_retry_does_not_make_again_what_is_done() {
    let count = AtomicU32::new(0);
    let backend = Backend::start(move |received| {
        if received.path == "/verify" && count.fetch_add(1, Ordering::SeqCst) == 0 {
            status(422)
        } else {
            Reply::Json(200, json!({"id": 7}))
        }
    });
    let mut verify = call("verify", Contract::Keyed);
    verify.needs = vec!["scale".to_owned()];
    let calls = vec![call("scale", Contract::Keyed), verify];
    let plan = plan(vec![step(1, 1, &[], calls)], &backend);
    let world = World::new(&plan);
    let report = world.run(&plan);
    assert_eq!(report.steps[0].detail, "verify: 422");
    world.write(retry(&plan, 1, 1));
    let report = world.run(&plan);
    assert_eq!(
        report.steps[0].detail,
        "scale already done, verify succeeded"
    );
    let received = backend.received();
    let paths: Vec<&str> = received.iter().map(|it| it.path.as_str()).collect();
    assert_eq!(paths, ["/scale", "/verify", "/verify"]);
}

#[test]
fn what_fails_for_a_while_is_sent_again_with_the_same_bytes_and_key() {
    for first in [
        status(408),
        status(425),
        status(429),
        status(500),
        status(502),
        status(503),
        status(504),
        Reply::Hangup,
    ] {
        let backend = after(2, first);
        let plan = one(Contract::Keyed, &backend);
        let world = World::new(&plan);
        assert_eq!(words(&world.run(&plan)), [Word::Done]);
        let received = backend.received();
        assert_eq!(received.len(), 3);
        assert!(received.iter().all(|it| *it == received[0]));
        assert_eq!(world.elapsed(), 3);
    }
}

#[test]
fn what_is_refused_for_good_is_not_sent_again() {
    for code in [302, 400, 401, 403, 404, 409, 413, 422, 501] {
        for contract in [Contract::Keyed, Contract::Lookup, Contract::Blind] {
            let backend = after(1, status(code));
            let plan = one(contract, &backend);
            let world = World::new(&plan);
            assert_eq!(words(&world.run(&plan)), [Word::Failed], "{code}");
            assert_eq!(backend.received().len(), 1, "{code}");
        }
    }
}

#[test]
fn a_blind_call_is_not_sent_again_once_the_backend_has_heard_of_it() {
    let backend = after(1, status(503));
    let plan = one(Contract::Blind, &backend);
    let world = World::new(&plan);
    let report = world.run(&plan);
    assert_eq!(words(&report), [Word::Failed]);
    assert_eq!(report.steps[0].detail, "scale: 503");
    assert_eq!(backend.received().len(), 1);

    let backend = after(1, Reply::Hangup);
    let plan = one(Contract::Blind, &backend);
    let world = World::new(&plan);
    let report = world.run(&plan);
    assert_eq!(words(&report), [Word::Unknown]);
    assert_eq!(report.exit_code(), 5);
    assert_eq!(report.steps[0].detail, "scale may have been sent");
    assert_eq!(words(&world.run(&plan)), [Word::Unknown]);
    assert_eq!(backend.received().len(), 1);

    // A person looked: it happened.
    let digest = plan.steps[0].digest.clone();
    world.write(Body::Resolve(Resolve {
        landing: LANDING.to_owned(),
        step: StepName { number: 1, digest },
        call: "scale".to_owned(),
        outcome: Settlement::Done,
        by: "ada".to_owned(),
        reason: "it is there".to_owned(),
        allowed: None,
    }));
    assert_eq!(words(&world.run(&plan)), [Word::Done]);
    assert_eq!(backend.received().len(), 1);
}

#[test]
fn a_blind_call_that_was_surely_not_sent_is_tried_again() {
    let gone = fine();
    let mut plan = one(Contract::Blind, &gone);
    drop(gone);
    let world = World::new(&plan);
    let report = world.run(&plan);
    assert_eq!(words(&report), [Word::Failed]);
    assert!(
        report.steps[0].detail.ends_with("three times"),
        "{}",
        report.steps[0].detail
    );
    assert_eq!(world.elapsed(), 3);
    plan.hosts.clear();
    let world = World::new(&plan);
    let report = world.run(&plan);
    let why = "scale: `deploy.example` is not one of the `hosts` in the settings";
    assert_eq!(report.steps[0].detail, why);
    assert_eq!(world.elapsed(), 0);
}

#[test]
fn a_backend_that_asks_for_time_gets_it_but_not_past_the_time_out() {
    let wait =
        |seconds: &str| Reply::Headers(429, vec![("Retry-After", seconds.into())], String::new());
    let backend = after(1, wait("120"));
    let plan = one(Contract::Keyed, &backend);
    let world = World::new(&plan);
    assert_eq!(words(&world.run(&plan)), [Word::Done]);
    assert_eq!(world.elapsed(), 120);
    let waiting =
        "1 change_replicas Service1: running for 1m, scale: waiting to try again after 429";
    assert!(world.lines().contains(&waiting.to_owned()));

    let backend = after(1, wait("700"));
    let plan = one(Contract::Keyed, &backend);
    let world = World::new(&plan);
    assert_eq!(words(&world.run(&plan)), [Word::Failed]);
    assert_eq!(world.elapsed(), 0);
    assert_eq!(backend.received().len(), 1);
}

//! Runs without a crash: success, failure, and what they say.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::json;

use super::backend::{Backend, Received, Reply};
use super::*;
use crate::ledger::record::{Resolve, Retry, Settlement, StepName};
use crate::ledger::state::CallState;
use crate::plan::file::RequestRef;

fn fine() -> Backend {
    Backend::start(|received| {
        let url = format!("https://deploy.example/runs{}", received.path);
        Reply::Json(200, json!({"id": 7, "url": url}))
    })
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

fn one(contract: Contract, backend: &Backend) -> PlanFile {
    plan(
        vec![step(1, 1, &[], vec![call("scale", contract)])],
        backend,
    )
}

fn retry(plan: &PlanFile, number: u32, generation: u32) -> Body {
    let digest = plan.steps[number as usize - 1].digest.clone();
    Body::Retry(Retry {
        landing: LANDING.to_owned(),
        step: StepName { number, digest },
        generation,
        by: "lin".to_owned(),
    })
}

#[test]
fn a_plan_runs_once_and_a_second_time_does_nothing() {
    let backend = fine();
    let mut verify = call("verify", Contract::Keyed);
    verify.needs = vec!["scale".to_owned()];
    let Send::Request(Rendered::Map(fields)) = &mut verify.send else {
        panic!();
    };
    let body = mapping([("run", at_apply("run ", ".calls.scale.outputs.id"))]);
    fields.insert("body".to_owned(), body);
    let steps = vec![
        step(1, 1, &[], vec![call("scale", Contract::Keyed), verify]),
        step(2, 2, &[1], Vec::new()),
    ];
    let plan = plan(steps, &backend);
    let world = World::new(&plan);
    let report = world.run(&plan);
    assert_eq!(words(&report), [Word::Done, Word::Done]);
    assert_eq!(report.headline(), "done: 2 of 2 steps");
    assert_eq!(
        world.lines(),
        [
            "1 change_replicas Service1: started scale",
            "1 change_replicas Service1: started verify",
            "1 change_replicas Service1: done in 0s",
            "2 change_replicas Service2: done in 0s",
        ]
    );
    assert_eq!(
        world.kinds(),
        ["intent", "result", "intent", "result", "step", "step"]
    );
    let received = backend.received();
    let paths: Vec<&str> = received.iter().map(|it| it.path.as_str()).collect();
    assert_eq!(paths, ["/scale", "/verify"]);
    assert_eq!(received[1].body, r#"{"run":"run 7"}"#);
    assert_eq!(received[0].key().len(), 52);
    assert_ne!(received[0].key(), received[1].key());

    let before = world.kinds().len();
    let again = world.run(&plan);
    assert_eq!(words(&again), [Word::AlreadyDone, Word::AlreadyDone]);
    assert_eq!(again.exit_code(), 0);
    assert_eq!(backend.received().len(), 2);
    assert_eq!(world.kinds().len(), before);
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
        |seconds: &str| Reply::Headers(429, vec![("Retry-After", seconds.into())], "".into());
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

#[test]
fn steps_of_a_stage_run_side_by_side_and_share_an_append() {
    // Nobody gets an answer before all three are there.
    let all = Arc::new(std::sync::Barrier::new(3));
    let backend = Backend::start(move |_| {
        all.wait();
        Reply::Json(200, json!({"id": 1}))
    });
    let keyed = |n| step(n, 1, &[], vec![call("scale", Contract::Keyed)]);
    let steps = vec![
        keyed(1),
        keyed(2),
        step(3, 1, &[], vec![call("page", Contract::Blind)]),
    ];
    let plan = plan(steps, &backend);
    let world = World::new(&plan);
    let appends = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&appends);
    let before: Before = Box::new(move |records, _| {
        let intents = records
            .iter()
            .filter(|it| matches!(it.body, Body::Intent(_)));
        log.lock().unwrap().push(intents.count());
        Ok(())
    });
    let report = world.try_run(&plan, before).unwrap();
    assert_eq!(words(&report), [Word::Done; 3]);
    let intents: Vec<usize> = appends
        .lock()
        .unwrap()
        .iter()
        .copied()
        .filter(|n| *n > 0)
        .collect();
    assert_eq!(intents, [2, 1]);
}

#[test]
fn twenty_steps_run_at_most_eight_at_a_time() {
    let (now, most) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0)));
    let peak = Arc::clone(&most);
    let backend = Backend::start(move |_| {
        peak.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        std::thread::yield_now();
        now.fetch_sub(1, Ordering::SeqCst);
        Reply::Json(200, json!({}))
    });
    let steps = (1..=20).map(|n| step(n, 1, &[], vec![call("scale", Contract::Keyed)]));
    let plan = plan(steps.collect(), &backend);
    let world = World::new(&plan);
    assert_eq!(words(&world.run(&plan)), [Word::Done; 20]);
    assert_eq!(backend.received().len(), 20);
    assert!(most.load(Ordering::SeqCst) <= 8);
}

#[test]
fn what_is_not_allowed_is_not_run() {
    let backend = fine();
    let mut denied = step(2, 1, &[], vec![call("scale", Contract::Keyed)]);
    denied.outcome = Outcome::NeedsApproval;
    let steps = vec![
        step(1, 1, &[], vec![call("scale", Contract::Keyed)]),
        denied,
        step(3, 2, &[1], Vec::new()),
    ];
    let mut plan = plan(steps, &backend);
    let mut world = World::new(&plan);
    world.refused.insert(1, "lin left team checkout".to_owned());
    let report = world.run(&plan);
    assert_eq!(
        words(&report),
        [Word::Refused, Word::Refused, Word::Skipped]
    );
    assert_eq!(report.steps[0].detail, "lin left team checkout");
    assert_eq!(report.steps[1].detail, "needs approval");
    assert_eq!(report.exit_code(), 4);
    assert!(backend.received().is_empty());

    plan.refusals.push(crate::plan::file::Notice {
        text: "12 deletes, 10 are allowed".to_owned(),
        place: None,
    });
    let error = world.try_run(&plan, Box::new(|_, _| Ok(()))).unwrap_err();
    assert!(matches!(error, ApplyError::Refused(_)));
}

#[test]
fn a_plan_that_is_not_the_landings_is_not_run() {
    let backend = fine();
    let plan = one(Contract::Keyed, &backend);
    let other = one(Contract::Blind, &backend);
    let world = World::new(&other);
    let error = world.try_run(&plan, Box::new(|_, _| Ok(()))).unwrap_err();
    assert!(matches!(error, ApplyError::Landing { .. }));
    assert!(backend.received().is_empty());
}

#[test]
fn a_missing_secret_fails_before_anything_is_written_or_sent() {
    let backend = fine();
    let mut with_secret = call("scale", Contract::Keyed);
    with_secret.poll = Some(super::long::poll());
    if let Some(poll) = &mut with_secret.poll {
        poll.request = Rendered::Secret {
            env: "POLL_TOKEN".to_owned(),
            prefix: String::new(),
        };
    }
    let plan = plan(vec![step(1, 1, &[], vec![with_secret])], &backend);
    let world = World::new(&plan);
    let report = world.run(&plan);
    assert_eq!(words(&report), [Word::Failed]);
    let why = "scale: the variable `POLL_TOKEN` is not set, a secret is read from it";
    assert_eq!(report.steps[0].detail, why);
    assert_eq!(world.kinds(), ["result", "step"]);
    assert!(backend.received().is_empty());
}

#[test]
fn a_secret_is_nowhere_but_in_the_request() {
    let backend = Backend::start(|received| {
        let token = received.header("authorization").unwrap().to_owned();
        let body = json!({"id": token, "url": format!("https://h/?t={token}"), "n": [token]});
        match received.path.as_str() {
            "/scale" => Reply::Json(200, body),
            _ => Reply::Json(422, body),
        }
    });
    let with_secret = |id: &str| {
        let mut call = call(id, Contract::Keyed);
        call.outputs = outputs([("id", ".body.id"), ("url", ".body.url"), ("all", ".")]);
        let Send::Request(Rendered::Map(fields)) = &mut call.send else {
            panic!();
        };
        let token = Rendered::Secret {
            env: "TOKEN".to_owned(),
            prefix: "Bearer ".to_owned(),
        };
        fields.insert("headers".to_owned(), mapping([("Authorization", token)]));
        call
    };
    let mut bad = with_secret("verify");
    bad.accepted = Some("error(.body.id)".to_owned());
    let steps = vec![
        step(1, 1, &[], vec![with_secret("scale")]),
        step(2, 1, &[], vec![bad]),
        step(3, 1, &[], vec![with_secret("other")]),
    ];
    let plan = plan(steps, &backend);
    let world = World::new(&plan);
    let report = world.run(&plan);
    assert_eq!(words(&report), [Word::Done, Word::Failed, Word::Failed]);
    let sent = backend.received();
    assert!(
        sent.iter()
            .all(|it| { it.header("authorization") == Some(format!("Bearer {TOKEN}").as_str()) })
    );
    let all = world.everything(&report);
    assert!(all.contains("Bearer ***"), "{all}");
    for form in [TOKEN, "t0k3n", "dDBrM24v", "74306b336e"] {
        assert!(!all.contains(form), "{form} in {all}");
    }
}

#[test]
fn a_request_has_one_run_whatever_landing_it_comes_with() {
    let backend = fine();
    let asked = |id: &str| {
        let mut step = step(1, 1, &[], vec![call("restart", Contract::Keyed)]);
        step.request = Some(RequestRef {
            id: id.to_owned(),
            file: "requests/r.yaml".to_owned(),
        });
        // The same digest for both, so that the request's id alone makes the difference.
        plan(vec![step], &backend)
    };
    for id in ["r1", "r1", "r2"] {
        let plan = asked(id);
        World::new(&plan).run(&plan);
    }
    let received = backend.received();
    assert_eq!(received[0].key(), received[1].key());
    assert_ne!(received[0].key(), received[2].key());
}

#[test]
fn an_answer_that_cannot_be_judged_is_unknown_and_outputs_that_are_missing_are_nothing() {
    let backend = Backend::start(|_| Reply::Headers(200, Vec::new(), "thanks".to_owned()));
    let plan_of = |accepted: Option<&str>| {
        let mut call = call("scale", Contract::Keyed);
        call.accepted = accepted.map(str::to_owned);
        plan(vec![step(1, 1, &[], vec![call])], &backend)
    };
    let unclear = plan_of(Some(".body.ok == true"));
    let world = World::new(&unclear);
    assert_eq!(words(&world.run(&unclear)), [Word::Unknown]);
    let plain = plan_of(None);
    let world = World::new(&plain);
    assert_eq!(words(&world.run(&plain)), [Word::Done]);
    let state = world.state();
    let call = state
        .call(LANDING, &plain.steps[0].digest, "scale")
        .unwrap();
    let CallState::Done { outputs, url } = &call.state else {
        panic!();
    };
    assert_eq!(
        Json::Object(outputs.clone()),
        json!({"id": null, "url": null})
    );
    assert_eq!(*url, None);
}

#[test]
fn a_program_is_a_call_like_any_other() {
    let backend = fine();
    let program = |script: &str| {
        let mut call = call("tidy", Contract::Blind);
        call.send = Send::Process(mapping([
            ("program", known(json!("sh"))),
            ("args", known(json!(["-c", script]))),
            ("env", mapping([("GIVEN", at_apply("", ".run.key"))])),
        ]));
        call.outputs = outputs([("text", ".stdout"), ("same", ".key == .stdout")]);
        plan(vec![step(1, 1, &[], vec![call])], &backend)
    };
    let good = program("[ \"$GIVEN\" = \"$CATALOGC_KEY\" ] && printf %s \"$GIVEN\"");
    let world = World::new(&good);
    assert_eq!(words(&world.run(&good)), [Word::Done]);
    let state = world.state();
    let call = state.call(LANDING, &good.steps[0].digest, "tidy").unwrap();
    let CallState::Done { outputs, .. } = &call.state else {
        panic!();
    };
    assert_eq!(outputs["same"], true);
    let bad = program("exit 3");
    let world = World::new(&bad);
    let report = world.run(&bad);
    assert_eq!(report.steps[0].detail, "tidy: exit code 3");
    assert_eq!(report.steps[0].problems, ["tidy  run sh: exit code 3"]);
}

//! Runs without a crash: what is run, what is not, and what is said of it.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::json;

use super::backend::{Backend, Reply};
use super::*;
use crate::ledger::state::CallState;
use crate::plan::file::RequestRef;

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

#[test]
fn a_plan_runs_once_and_a_second_time_does_nothing() {
    let backend = fine();
    let mut verify = call("verify", Contract::Keyed);
    verify.needs = vec!["scale".to_owned()];
    let Send::Request(Rendered::Map(fields)) = &mut verify.send else {
        unreachable!();
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
            unreachable!();
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
        step.requests = vec![RequestRef {
            id: id.to_owned(),
            file: "requests/r.yaml".to_owned(),
        }];
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
        unreachable!();
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
        unreachable!();
    };
    assert_eq!(outputs["same"], true);
    let bad = program("exit 3");
    let world = World::new(&bad);
    let report = world.run(&bad);
    assert_eq!(report.steps[0].detail, "tidy: exit code 3");
    assert_eq!(report.steps[0].problems, ["tidy  run sh: exit code 3"]);
}

#[test]
fn a_secret_is_not_an_argument_of_a_program() {
    let backend = fine();
    let program = |part: &str| {
        let token = || Rendered::Secret {
            env: "TOKEN".to_owned(),
            prefix: "--token=".to_owned(),
        };
        let mut call = call("tidy", Contract::Blind);
        let script = "printf %s \"$GIVEN\"";
        call.send = Send::Process(match part {
            "env" => mapping([
                ("program", known(json!("sh"))),
                ("args", known(json!(["-c", script]))),
                ("env", mapping([("GIVEN", token())])),
            ]),
            _ => mapping([
                ("program", known(json!("printf"))),
                ("args", Rendered::List(vec![token()])),
            ]),
        });
        call.outputs = outputs([("text", ".stdout")]);
        plan(vec![step(1, 1, &[], vec![call])], &backend)
    };
    let bad = program("args");
    let world = World::new(&bad);
    let report = world.run(&bad);
    let why = "tidy: a secret stands in `args`, give it in `env`";
    assert_eq!(report.steps[0].detail, why);
    assert_eq!(world.kinds(), ["result", "step"]);
    let good = program("env");
    let world = World::new(&good);
    let report = world.run(&good);
    assert_eq!(words(&report), [Word::Done]);
    let all = world.everything(&report);
    assert!(
        all.contains("--token=***") && !all.contains("t0k3n"),
        "{all}"
    );
}

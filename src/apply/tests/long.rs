//! Calls that go on outside: polled, looked up, timed out.

use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::json;

use super::backend::{Backend, Reply};
use super::*;
use crate::plan::file::{LookupData, PollData};

pub(super) fn poll() -> PollData {
    PollData {
        request: mapping([
            ("method", known(json!("GET"))),
            (
                "url",
                at_apply("https://deploy.example/runs/", ".outputs.id"),
            ),
        ]),
        every_seconds: 5,
        succeeded: ".body.state == \"good\"".to_owned(),
        failed: ".body.state == \"bad\"".to_owned(),
        outputs: outputs([("conclusion", ".body.state"), ("url", ".body.url")]),
    }
}

pub(crate) fn lookup() -> LookupData {
    LookupData {
        request: mapping([
            ("method", known(json!("GET"))),
            ("url", at_apply("https://deploy.example/find/", ".run.key")),
        ]),
        found: ".body.runs | length > 0".to_owned(),
        outputs: outputs([("id", ".body.runs | first | .id")]),
    }
}

/// A dispatch whose answer says nothing, as GitHub's does.
pub(super) fn dispatch(id: &str) -> Call {
    let mut call = call(id, Contract::Lookup);
    call.outputs.clear();
    call.lookup = Some(lookup());
    call.poll = Some(poll());
    call
}

fn polled(backend: &Backend) -> PlanFile {
    let mut call = call("scale", Contract::Keyed);
    call.poll = Some(poll());
    plan(vec![step(1, 1, &[], vec![call])], backend)
}

/// Says of its run what `states` say, the last of them for ever.
fn running(states: Vec<Reply>) -> Backend {
    let count = AtomicU32::new(0);
    Backend::start(move |received| {
        if received.method == "POST" {
            return Reply::Json(
                201,
                json!({"id": "r 1", "url": "https://deploy.example/r1"}),
            );
        }
        let n = count.fetch_add(1, Ordering::SeqCst) as usize;
        states[n.min(states.len() - 1)].clone()
    })
}

fn state(state: &str) -> Reply {
    Reply::Json(200, json!({"state": state}))
}

#[test]
fn a_long_call_is_polled_until_it_succeeds() {
    let backend = running(vec![
        state("queued"),
        Reply::Json(503, json!({"state": "bad"})),
        Reply::Hangup,
        Reply::Headers(200, Vec::new(), "<html>".to_owned()),
        state("running"),
        state("good"),
    ]);
    let plan = polled(&backend);
    let world = World::new(&plan);
    assert_eq!(words(&world.run(&plan)), [Word::Done]);
    // 5, 10, 20, and then 40 each time.
    assert_eq!(world.elapsed(), 5 + 10 + 20 + 40 + 40 + 40);
    assert_eq!(backend.received()[1].path, "/runs/r%201");
    assert_eq!(world.kinds(), ["intent", "progress", "result", "step"]);
    let lines = world.lines();
    assert_eq!(
        lines[0],
        "1 change_replicas Service1: started scale, https://deploy.example/r1"
    );
    assert_eq!(
        lines[1],
        "1 change_replicas Service1: running for 1m, scale: https://deploy.example/r1 in progress"
    );
    assert_eq!(lines[3], "1 change_replicas Service1: done in 2m 35s");
}

#[test]
fn a_run_that_ends_badly_is_a_failure_with_its_conclusion() {
    let backend = running(vec![state("running"), state("bad")]);
    let plan = polled(&backend);
    let world = World::new(&plan);
    let report = world.run(&plan);
    assert_eq!(report.steps[0].detail, "scale: its run ended with `bad`");
    assert_eq!(
        report.steps[0].problems,
        ["scale  https://deploy.example/r1: its run ended with `bad`"]
    );
}

#[test]
fn a_run_without_end_times_out() {
    let backend = running(vec![state("running")]);
    let plan = polled(&backend);
    let world = World::new(&plan);
    let report = world.run(&plan);
    assert_eq!(words(&report), [Word::Failed]);
    assert_eq!(report.steps[0].detail, "scale: timed out after 10m");
    assert_eq!(world.elapsed(), 600);
}

#[test]
fn errors_of_polls_are_no_failures_until_the_time_out() {
    let backend = running(vec![Reply::Json(401, json!({"state": "bad"}))]);
    let plan = polled(&backend);
    let world = World::new(&plan);
    let report = world.run(&plan);
    assert_eq!(
        report.steps[0].problems,
        [
            "scale  POST https://deploy.example/scale: timed out after 10m; the last look: \
             401 Unauthorized"
        ]
    );
    assert_eq!(world.elapsed(), 600);
}

#[test]
fn a_dispatch_without_an_answer_is_found_by_its_key() {
    let looks = AtomicU32::new(0);
    let backend = Backend::start(move |received| {
        if received.method == "POST" {
            return Reply::Headers(204, Vec::new(), String::new());
        }
        if received.path.starts_with("/find/") {
            let is_there = looks.fetch_add(1, Ordering::SeqCst) >= 2;
            let runs = if is_there {
                json!([{"id": 91}])
            } else {
                json!([])
            };
            return Reply::Json(200, json!({"runs": runs}));
        }
        state("good")
    });
    let plan = plan(vec![step(1, 1, &[], vec![dispatch("scale")])], &backend);
    let world = World::new(&plan);
    assert_eq!(words(&world.run(&plan)), [Word::Done]);
    let received = backend.received();
    let paths: Vec<&str> = received.iter().map(|it| it.path.as_str()).collect();
    let find = format!("/find/{}", received[0].key());
    assert_eq!(paths, ["/scale", &find, &find, &find, "/runs/91"]);
    let kinds = ["intent", "progress", "progress", "result", "step"];
    assert_eq!(world.kinds(), kinds);
}

#[test]
fn a_dispatch_that_never_shows_is_unknown() {
    let backend = Backend::start(|received| {
        if received.method == "POST" {
            Reply::Headers(204, Vec::new(), String::new())
        } else {
            Reply::Json(200, json!({"runs": []}))
        }
    });
    let plan = plan(vec![step(1, 1, &[], vec![dispatch("scale")])], &backend);
    let world = World::new(&plan);
    let report = world.run(&plan);
    assert_eq!(words(&report), [Word::Unknown]);
    let why = "scale: taken, but not found by its key within 10m";
    assert_eq!(report.steps[0].detail, why);
    let sent = backend.received();
    assert_eq!(sent.iter().filter(|it| it.method == "POST").count(), 1);
}

#[test]
fn a_lookup_call_is_looked_for_before_it_is_sent_again() {
    // The first sending is cut off; whether it arrived is for the look to say.
    for arrived in [true, false] {
        let sent = AtomicU32::new(0);
        let backend = Backend::start(move |received| {
            if received.method == "POST" {
                return match sent.fetch_add(1, Ordering::SeqCst) {
                    0 => Reply::Hangup,
                    _ => Reply::Headers(204, Vec::new(), String::new()),
                };
            }
            if received.path.starts_with("/find/") {
                let is_there = arrived || sent.load(Ordering::SeqCst) > 1;
                let runs = if is_there {
                    json!([{"id": 5}])
                } else {
                    json!([])
                };
                return Reply::Json(200, json!({"runs": runs}));
            }
            state("good")
        });
        let plan = plan(vec![step(1, 1, &[], vec![dispatch("scale")])], &backend);
        let world = World::new(&plan);
        assert_eq!(words(&world.run(&plan)), [Word::Done]);
        let received = backend.received();
        let posts = received.iter().filter(|it| it.method == "POST").count();
        assert_eq!(posts, if arrived { 1 } else { 2 });
        // A backend that lists late is given its time before that.
        assert_eq!(world.elapsed() > 60, !arrived);
    }
}

#[test]
fn a_look_that_fails_leaves_it_unknown_and_the_next_run_looks_again() {
    let is_down = Arc::new(AtomicBool::new(true));
    let down = Arc::clone(&is_down);
    let backend = Backend::start(move |received| {
        if received.method == "POST" {
            return Reply::Hangup;
        }
        if down.load(Ordering::SeqCst) {
            return Reply::Json(403, json!({"runs": []}));
        }
        if received.path.starts_with("/find/") {
            Reply::Json(200, json!({"runs": [{"id": 5}]}))
        } else {
            state("good")
        }
    });
    let plan = plan(vec![step(1, 1, &[], vec![dispatch("scale")])], &backend);
    let world = World::new(&plan);
    let report = world.run(&plan);
    assert_eq!(words(&report), [Word::Unknown]);
    assert_eq!(report.steps[0].detail, "scale may have been sent");
    is_down.store(false, Ordering::SeqCst);
    assert_eq!(words(&world.run(&plan)), [Word::Done]);
    let received = backend.received();
    assert_eq!(received.iter().filter(|it| it.method == "POST").count(), 1);
}

#[test]
fn somebody_who_stops_the_run_leaves_the_rest_to_the_next() {
    let backend = running(vec![state("running"), state("good")]);
    let plan = polled(&backend);
    let world = World::new(&plan);
    world.stop.store(true, Ordering::SeqCst);
    let report = world.run(&plan);
    assert_eq!(words(&report), [Word::Interrupted]);
    assert_eq!(report.exit_code(), 5);
    assert!(world.kinds().is_empty());
    world.stop.store(false, Ordering::SeqCst);
    assert_eq!(words(&world.run(&plan)), [Word::Done]);
}

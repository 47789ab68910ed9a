//! Runs that are killed at any point and begun again: each effect is there once, or the ledger
//! says that nobody knows.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex};

use serde_json::json;

use super::backend::{Backend, Received, Reply};
use super::long::dispatch;
use super::*;

type Effects = Arc<Mutex<BTreeMap<String, Vec<Received>>>>;

/// Does what it is sent: a keyed call once a key, any other each time that it is sent.
fn doing(effects: &Effects) -> Backend {
    let effects = Arc::clone(effects);
    Backend::start(move |received| {
        let mut effects = effects.lock().unwrap();
        let key = received.key().to_owned();
        if let Some(key) = received.path.strip_prefix("/find/") {
            let runs: Vec<Json> = effects.get(key).map_or_else(Vec::new, |it| {
                it.iter().map(|_| json!({"id": key})).collect()
            });
            return Reply::Json(200, json!({"runs": runs}));
        }
        if received.path.starts_with("/runs/") {
            return Reply::Json(200, json!({"state": "good"}));
        }
        let done = effects.entry(key).or_default();
        if !received.path.contains("keyed") || done.is_empty() {
            done.push(received.clone());
        } else {
            assert_eq!(done[0], *received, "the same key came with other bytes");
        }
        if received.path.starts_with("/dispatch") {
            Reply::Headers(204, Vec::new(), String::new())
        } else {
            Reply::Json(200, json!({"id": "x"}))
        }
    })
}

fn standard(backend: &Backend) -> PlanFile {
    let mut second = call("keyed-two", Contract::Keyed);
    second.needs = vec!["keyed-one".to_owned()];
    let Send::Request(Rendered::Map(fields)) = &mut second.send else {
        unreachable!();
    };
    let body = mapping([("run", at_apply("", ".calls[\"keyed-one\"].outputs"))]);
    fields.insert("body".to_owned(), body);
    let mut polled = call("keyed-polled", Contract::Keyed);
    polled.poll = Some(super::long::poll());
    let steps = vec![
        step(1, 1, &[], vec![call("keyed-one", Contract::Keyed), second]),
        step(2, 2, &[1], vec![dispatch("dispatch")]),
        step(3, 3, &[1], vec![polled]),
        step(4, 4, &[3], vec![call("blind", Contract::Blind)]),
        step(5, 5, &[4], vec![call("keyed-last", Contract::Keyed)]),
    ];
    plan(steps, backend)
}

/// Everything that there is after a run.
struct Left {
    report: Report,
    effects: Effects,
    world: World,
    plan: PlanFile,
    backend: Backend,
}

/// Runs until killed at `kills`, one after another, and then to the end. `None`: a kill did not
/// come about, for the run was over before.
fn run_killed(kills: &[(&'static str, u32)]) -> Option<Left> {
    let effects = Effects::default();
    let backend = doing(&effects);
    let plan = standard(&backend);
    let world = World::new(&plan);
    for kill in kills {
        *world.recorder.kill.lock().unwrap() = Some(*kill);
        world.recorder.points.lock().unwrap().clear();
        let run = std::panic::catch_unwind(AssertUnwindSafe(|| world.run(&plan)));
        match run {
            // In a call's own thread: the run ends without another word to the ledger.
            Ok(report) if report.interrupted.is_some() => {}
            Ok(_) => return None,
            Err(_) => {}
        }
        world.clock.sleep(3_600);
    }
    *world.recorder.kill.lock().unwrap() = None;
    let report = world.run(&plan);
    Some(Left {
        report,
        effects,
        world,
        plan,
        backend,
    })
}

fn check(kills: &[(&'static str, u32)], left: &Left) {
    let report = &left.report;
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for received in left.effects.lock().unwrap().values().flatten() {
        *counts.entry(received.path.clone()).or_default() += 1;
    }
    assert!(counts.values().all(|n| *n == 1), "{kills:?}: {counts:?}");
    for path in ["/keyed-one", "/keyed-two", "/dispatch", "/keyed-polled"] {
        assert!(counts.contains_key(path), "{kills:?}: {counts:?}");
    }
    if report.exit_code() == 0 {
        assert_eq!(counts.len(), 6, "{kills:?}");
    } else {
        assert_eq!(report.exit_code(), 5, "{kills:?} {report:?}");
        assert_eq!(report.steps[3].word, Word::Unknown, "{kills:?} {report:?}");
        assert_eq!(report.steps[4].word, Word::Skipped, "{kills:?}");
        assert!(!counts.contains_key("/keyed-last"));
    }
    // Whoever runs it again makes no call, writes nothing and hears the same.
    let before = (left.backend.received().len(), left.world.kinds().len());
    let again = left.world.run(&left.plan);
    let after = (left.backend.received().len(), left.world.kinds().len());
    assert_eq!(before, after, "{kills:?}");
    assert_eq!(again.exit_code(), report.exit_code());
}

#[test]
fn a_run_killed_at_any_point_is_finished_by_the_next() {
    let mut killed = 0;
    let mut unknown = 0;
    for point in crate::apply::POINTS.iter().copied() {
        let mut n = 1;
        while let Some(left) = run_killed(&[(point, n)]) {
            check(&[(point, n)], &left);
            killed += 1;
            unknown += usize::from(left.report.exit_code() == 5);
            n += 1;
        }
        assert!(n > 1, "{point} is never reached");
    }
    // Of a blind call nobody can tell from its intent on until its result is there.
    assert!(killed > 40, "{killed}");
    assert_eq!(unknown, 4, "{killed}");
}

#[test]
fn a_run_killed_twice_is_finished_by_the_next() {
    for first in crate::apply::POINTS.iter().copied() {
        for second in crate::apply::POINTS.iter().copied() {
            let kills = [(first, 2), (second, 1)];
            if let Some(left) = run_killed(&kills) {
                check(&kills, &left);
            }
        }
    }
}

#[test]
fn a_keyed_call_is_not_sent_again_when_its_key_may_be_forgotten() {
    let effects = Effects::default();
    let backend = doing(&effects);
    let steps = vec![step(1, 1, &[], vec![call("keyed-one", Contract::Keyed)])];
    let plan = plan(steps, &backend);
    let world = World::new(&plan);
    *world.recorder.kill.lock().unwrap() = Some(("after-send", 1));
    world.run(&plan);
    world.clock.sleep(25 * 3_600);
    let report = world.run(&plan);
    assert_eq!(words(&report), [Word::Unknown]);
    assert_eq!(backend.received().len(), 1);
}

#[test]
fn a_call_that_was_cut_off_while_it_went_on_gets_one_last_look() {
    let effects = Effects::default();
    let backend = doing(&effects);
    let mut polled = call("keyed-polled", Contract::Keyed);
    polled.poll = Some(super::long::poll());
    let plan = plan(vec![step(1, 1, &[], vec![polled])], &backend);
    let world = World::new(&plan);
    *world.recorder.kill.lock().unwrap() = Some(("before-poll", 1));
    world.run(&plan);
    world.clock.sleep(30 * 24 * 3_600);
    *world.recorder.kill.lock().unwrap() = None;
    assert_eq!(words(&world.run(&plan)), [Word::Done]);
    assert_eq!(backend.received().len(), 2);
}

//! Steps that may not be run any more after a run of them was cut off: what was begun is followed
//! to its end, and nothing is sent.

use serde_json::json;

use super::backend::{Backend, Reply};
use super::long::{dispatch, poll};
use super::*;

const WHY: &str = "denied: mine ended";

/// Takes what it is sent, knows what it took, and has done it when it is asked.
fn fine() -> Backend {
    let taken = Mutex::new(Vec::new());
    Backend::start(move |received| {
        let mut taken = taken.lock().unwrap();
        if let Some(key) = received.path.strip_prefix("/find/") {
            let found = taken.iter().filter(|it| *it == key);
            let runs: Vec<Json> = found.map(|it| json!({"id": it})).collect();
            return Reply::Json(200, json!({"runs": runs}));
        }
        if received.method == "POST" {
            taken.push(received.key().to_owned());
        }
        Reply::Json(200, json!({"id": "x", "state": "good"}))
    })
}

/// Kills a run of the step, and runs it again an hour later, when it is refused.
fn killed(
    calls: Vec<Call>,
    (point, n): (&'static str, u32),
    backend: &Backend,
) -> (PlanFile, World, Report) {
    let plan = plan(vec![step(1, 1, &[], calls)], backend);
    let mut world = World::new(&plan);
    *world.recorder.kill.lock().unwrap() = Some((point, n));
    let run = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| world.run(&plan)));
    assert!(run.is_err() || run.is_ok_and(|report| report.interrupted.is_some()));
    *world.recorder.kill.lock().unwrap() = None;
    world.clock.sleep(3_600);
    world.refused.insert(1, WHY.to_owned());
    let report = world.run(&plan);
    (plan, world, report)
}

fn posts(backend: &Backend) -> usize {
    let received = backend.received();
    received.iter().filter(|it| it.method == "POST").count()
}

/// Whoever runs it again hears the same, and changes nothing.
fn is_settled(plan: &PlanFile, world: &World, report: &Report, backend: &Backend) {
    let before = (backend.received().len(), world.kinds().len());
    let again = world.run(plan);
    assert_eq!(again.exit_code(), report.exit_code());
    assert_eq!(before, (backend.received().len(), world.kinds().len()));
}

#[test]
fn what_goes_on_outside_is_polled_to_its_end() {
    let backend = fine();
    let mut call = call("give", Contract::Keyed);
    call.poll = Some(poll());
    let (plan, world, report) = killed(vec![call], ("before-poll", 1), &backend);
    assert_eq!(words(&report), [Word::Done], "{report:?}");
    assert_eq!(world.kinds().last(), Some(&"step"));
    assert_eq!(posts(&backend), 1);
    is_settled(&plan, &world, &report, &backend);
}

#[test]
fn what_comes_after_what_was_begun_is_not_begun() {
    let backend = fine();
    let mut first = call("give", Contract::Keyed);
    first.poll = Some(poll());
    let mut second = call("tell", Contract::Keyed);
    second.needs = vec!["give".to_owned()];
    let (plan, world, report) = killed(vec![first, second], ("before-poll", 1), &backend);
    assert_eq!(words(&report), [Word::Refused], "{report:?}");
    assert_eq!(report.steps[0].detail, WHY);
    assert_eq!(report.steps[0].done, ["give"]);
    assert_eq!(posts(&backend), 1);
    is_settled(&plan, &world, &report, &backend);
}

#[test]
fn what_may_have_been_sent_by_key_is_for_a_person_and_is_not_sent_again() {
    for contract in [Contract::Keyed, Contract::Blind] {
        let backend = fine();
        let calls = vec![call("give", contract)];
        let (plan, world, report) = killed(calls, ("after-intent", 1), &backend);
        assert_eq!(words(&report), [Word::Unknown], "{report:?}");
        assert!(
            report.steps[0]
                .detail
                .starts_with("give may have been sent")
        );
        assert_eq!(posts(&backend), 0);
        is_settled(&plan, &world, &report, &backend);
    }
}

#[test]
fn what_can_be_looked_for_is_found_or_was_never_sent() {
    let backend = fine();
    let calls = vec![dispatch("give")];
    let (plan, world, report) = killed(calls, ("after-send", 1), &backend);
    assert_eq!(words(&report), [Word::Done], "{report:?}");
    assert_eq!(posts(&backend), 1);
    is_settled(&plan, &world, &report, &backend);
    let backend = fine();
    let calls = vec![dispatch("give")];
    let (plan, world, report) = killed(calls, ("after-intent", 1), &backend);
    assert_eq!(words(&report), [Word::Refused], "{report:?}");
    let detail = &report.steps[0].detail;
    assert!(detail.contains("it was not sent"), "{detail}");
    assert!(detail.ends_with(WHY), "{detail}");
    assert_eq!(posts(&backend), 0);
    is_settled(&plan, &world, &report, &backend);
}

#[test]
fn what_was_not_begun_is_refused() {
    let backend = fine();
    let calls = vec![call("give", Contract::Keyed)];
    let (_, world, report) = killed(calls, ("before-intent", 1), &backend);
    assert_eq!(words(&report), [Word::Refused]);
    assert_eq!(world.kinds(), ["step"]);
    assert!(backend.received().is_empty());
}

#[test]
fn what_goes_on_beside_a_call_that_failed_is_followed_to_its_end_too() {
    let backend = Backend::start(|received| match received.path.as_str() {
        "/bad" => Reply::Json(422, json!({})),
        _ => Reply::Json(200, json!({"id": "x", "state": "good"})),
    });
    let mut good = call("good", Contract::Keyed);
    good.poll = Some(poll());
    let plan = plan(
        vec![step(1, 1, &[], vec![call("bad", Contract::Keyed), good])],
        &backend,
    );
    let world = World::new(&plan);
    // Both were begun, one failed, and the machine was lost while the other went on.
    let first = world.run(&plan);
    assert_eq!(words(&first), [Word::Failed]);
    world
        .entries
        .lock()
        .unwrap()
        .retain(|entry| match &entry.record.body {
            Body::Result(end) => end.call == "bad",
            Body::Step(_) => false,
            _ => true,
        });
    let polls = backend.received().len();
    assert_eq!(words(&world.run(&plan)), [Word::Failed]);
    assert!(backend.received().len() > polls);
    let state = world.state();
    let digest = &plan.steps[0].digest;
    let good = &state.call(LANDING, digest, "good").unwrap().state;
    let is_done = matches!(good, crate::ledger::state::CallState::Done { .. });
    assert!(is_done, "{good:?}");
}

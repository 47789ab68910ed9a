//! What records add up to, in the orders in which runs, crashes and people write them.

use serde_json::{Map, Value, json};

use super::{CallState, State, state};
use crate::ledger::Entry;
use crate::ledger::record::{
    Body, CallEnd, Contract, Held, Intent, LandedStep, Landing, Operation, Outcome, Progress,
    Record, Resolve, Retry, Settlement, StepEnd, StepName, StepResult,
};

fn name(digest: &str) -> StepName {
    StepName {
        number: 1,
        digest: digest.into(),
    }
}

fn landing(id: &str, steps: &[(&str, &str, Operation)]) -> Body {
    let steps = steps.iter().map(|(digest, action, operation)| LandedStep {
        number: 1,
        digest: (*digest).into(),
        lasting: None,
        action: (*action).into(),
        operation: *operation,
        blueprint: "Component".into(),
        entity: "CartService".into(),
        summary: String::new(),
        allowed: String::new(),
        approved: vec![],
        requests: (*action == "restart_service")
            .then(|| "restart-4be1f02".into())
            .into_iter()
            .collect(),
        break_glass: None,
    });
    Body::Landing(Landing {
        id: id.into(),
        plan: "7c41e09".into(),
        before: "4be1f02".into(),
        after: format!("after {id}"),
        target: "main".into(),
        requester: "lin".into(),
        pushers: vec![],
        ids: std::collections::BTreeMap::new(),
        approvals: vec![],
        steps: steps.collect(),
        break_glass: None,
        overrides: vec![],
    })
}

fn intent(generation: u32, attempt: u32) -> Body {
    Body::Intent(Intent {
        landing: "m1".into(),
        step: name("d"),
        call: "scale".into(),
        connector: "github-workflow".into(),
        contract: Contract::Lookup,
        generation,
        key: format!("k{generation}"),
        request: String::new(),
        attempt,
    })
}

fn progress(generation: u32) -> Body {
    Body::Progress(Progress {
        landing: "m1".into(),
        step: name("d"),
        call: "scale".into(),
        generation,
        key: format!("k{generation}"),
        handle: json!({"run": generation}),
    })
}

fn result(generation: u32, outcome: Outcome) -> Body {
    let mut outputs = Map::new();
    outputs.insert("generation".into(), generation.into());
    Body::Result(CallEnd {
        landing: "m1".into(),
        step: name("d"),
        call: "scale".into(),
        generation,
        key: format!("k{generation}"),
        outcome,
        detail: "503".into(),
        outputs,
        url: None,
        started_at: "2026-11-21T14:31:00Z".into(),
        took_seconds: 1,
    })
}

fn step(landing: &str, digest: &str, result: StepResult) -> Body {
    Body::Step(StepEnd {
        landing: landing.into(),
        step: name(digest),
        result,
        detail: String::new(),
        took_seconds: 1,
        superseded_by: None,
    })
}

fn resolve(outcome: Settlement) -> Body {
    Body::Resolve(Resolve {
        landing: "m1".into(),
        step: name("d"),
        call: "scale".into(),
        outcome,
        by: "ada".into(),
        reason: "it is in the runs".into(),
        allowed: None,
    })
}

fn retry(generation: u32) -> Body {
    Body::Retry(Retry {
        landing: "m1".into(),
        step: name("d"),
        generation,
        by: "ada".into(),
        allowed: Some("ada leads checkout".into()),
    })
}

fn fold(bodies: impl IntoIterator<Item = Body>) -> State {
    let entries: Vec<Entry> = bodies
        .into_iter()
        .enumerate()
        .map(|(n, body)| Entry {
            id: n.to_string(),
            record: Record {
                at: format!("2026-11-21T14:31:{n:02}Z"),
                body,
            },
        })
        .collect();
    state(&entries)
}

/// Where the one call stands, in a word.
fn call(bodies: impl IntoIterator<Item = Body>) -> String {
    let state = fold(bodies);
    let Some(call) = state.call("m1", "d", "scale") else {
        return "to be made".into();
    };
    match &call.state {
        CallState::Started => format!("started in {}", call.generation),
        CallState::Progress(handle) => format!("goes on as {}", handle["run"]),
        CallState::Done { outputs, .. } => format!(
            "done in {}",
            outputs.get("generation").unwrap_or(&Value::Null)
        ),
        CallState::Failed(why) => format!("failed: {why}"),
        CallState::Unknown(why) => format!("unknown: {why}"),
    }
}

use Outcome::{Done, Failed, Unknown};

#[test]
fn a_call_goes_from_intent_to_progress_to_its_end() {
    assert_eq!(call([]), "to be made");
    assert_eq!(call([intent(0, 1)]), "started in 0");
    assert_eq!(call([intent(0, 1), progress(0)]), "goes on as 0");
    let begun = || [intent(0, 1), progress(0)].into_iter();
    assert_eq!(call(begun().chain([result(0, Done)])), "done in 0");
    assert_eq!(call(begun().chain([result(0, Failed)])), "failed: 503");
    assert_eq!(call(begun().chain([result(0, Unknown)])), "unknown: 503");
    // What was lost from sight may be found again by its key.
    let found = [result(0, Unknown), result(0, Done)];
    assert_eq!(call(begun().chain(found)), "done in 0");
}

#[test]
fn what_is_done_stays_done_whatever_is_written_later() {
    for later in [
        intent(0, 2),
        intent(1, 1),
        progress(0),
        result(0, Failed),
        result(1, Unknown),
        resolve(Settlement::Failed),
        retry(1),
        step("m1", "d", StepResult::Failed),
    ] {
        let words = format!("{later:?}");
        let all = [intent(0, 1), result(0, Done), later];
        assert_eq!(call(all), "done in 0", "{words}");
    }
}

#[test]
fn attempts_of_a_generation_count_from_its_first_intent() {
    let state = fold([intent(0, 1), result(0, Failed), intent(0, 2)]);
    let call = state.call("m1", "d", "scale").unwrap();
    assert_eq!(call.since.as_deref(), Some("2026-11-21T14:31:00Z"));
    assert_eq!(call.intent.as_ref().map(|it| it.attempt), Some(2));
    assert_eq!(call.state, CallState::Started);
    let state = fold([intent(0, 1), result(0, Failed), retry(1), intent(1, 1)]);
    let call = state.call("m1", "d", "scale").unwrap();
    assert_eq!(call.since.as_deref(), Some("2026-11-21T14:31:03Z"));
}

#[test]
fn a_retry_makes_new_only_what_failed() {
    let failed = || [intent(0, 1), result(0, Failed)].into_iter();
    let state = fold(failed().chain([step("m1", "d", StepResult::Failed), retry(1)]));
    assert_eq!(state.call("m1", "d", "scale"), None);
    let again = state.step("m1", "d").unwrap();
    assert_eq!((again.generation, &again.end), (1, &None));
    // What may have been sent is not sent again because somebody asks for a retry.
    assert_eq!(call([intent(0, 1), retry(1)]), "started in 0");
    assert_eq!(call([intent(0, 1), progress(0), retry(1)]), "goes on as 0");
    let unknown = [intent(0, 1), result(0, Unknown), retry(1)];
    assert_eq!(call(unknown), "unknown: 503");
    // An older generation does not come back.
    let state = fold(failed().chain([retry(2), retry(1)]));
    assert_eq!(state.step("m1", "d").unwrap().generation, 2);
}

#[test]
fn late_news_of_an_older_generation_never_hide_the_present_one() {
    let again = || [intent(0, 1), result(0, Failed), retry(1), intent(1, 1)].into_iter();
    for late in [progress(0), result(0, Done), result(0, Failed)] {
        assert_eq!(call(again().chain([late])), "started in 1");
    }
    assert_eq!(call(again().chain([result(1, Done)])), "done in 1");
    // Before the new one is begun, that the old one is done after all spares it.
    let retried = || again().take(3);
    assert_eq!(call(retried().chain([result(0, Done)])), "done in 0");
    assert_eq!(call(retried().chain([result(0, Failed)])), "to be made");
    assert_eq!(call(retried().chain([progress(0)])), "to be made");
}

#[test]
fn a_person_settles_what_is_open_and_the_step_goes_on() {
    let unknown = || {
        [
            intent(0, 1),
            result(0, Unknown),
            step("m1", "d", StepResult::Unknown),
        ]
        .into_iter()
    };
    let done = fold(unknown().chain([resolve(Settlement::Done)]));
    assert_eq!(done.step("m1", "d").unwrap().end, None);
    assert_eq!(
        call(unknown().chain([resolve(Settlement::Done)])),
        "done in null"
    );
    let failed = || unknown().chain([resolve(Settlement::Failed)]);
    assert_eq!(call(failed()), "failed: it is in the runs");
    assert_eq!(call(failed().chain([retry(1)])), "to be made");
    assert_eq!(
        call([intent(0, 1), resolve(Settlement::Done)]),
        "done in null"
    );
    // There is nothing to settle in what was never begun, and nothing in what failed.
    assert_eq!(call([resolve(Settlement::Done)]), "to be made");
    let over = [intent(0, 1), result(0, Failed), resolve(Settlement::Done)];
    assert_eq!(call(over), "failed: 503");
}

#[test]
fn a_landing_is_begun_once_and_a_request_is_spent_for_ever() {
    let first = || landing("m1", &[("d", "restart_service", Operation::Day2)]);
    let again = || landing("m2", &[("d", "restart_service", Operation::Day2)]);
    let state = fold([first(), first(), again()]);
    let ids: Vec<&str> = state.landings().iter().map(|it| it.id.as_str()).collect();
    assert_eq!(ids, ["m1", "m2"]);
    assert_eq!(state.request("restart-4be1f02"), Some(("m1", "d")));
    assert_eq!(state.request("other"), None);
    assert!(state.step("m2", "d").is_some());
    assert!(state.step("m3", "d").is_none());
}

#[test]
fn a_commit_is_held_until_it_lands() {
    let held = || {
        Body::Held(Held {
            commit: "after m1".into(),
            why: "no facts".into(),
        })
    };
    let all = |state: &State| {
        state
            .held()
            .map(|(id, _)| id.to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(all(&fold([held(), held()])), ["after m1"]);
    assert!(all(&fold([held(), landing("m1", &[])])).is_empty());
    assert!(all(&fold([landing("m1", &[]), held()])).is_empty());
}

/// The landings and results of what is unsettled.
fn unsettled(bodies: impl IntoIterator<Item = Body>) -> Vec<(String, Option<StepResult>)> {
    fold(bodies)
        .unsettled()
        .into_iter()
        .map(|it| (it.landing.id.clone(), it.result))
        .collect()
}

#[test]
fn a_step_is_unsettled_until_it_is_done_or_a_later_landing_settles_it() {
    let up = || landing("m1", &[("d", "change_replicas", Operation::Day2)]);
    assert_eq!(unsettled([up()]), [("m1".into(), None)]);
    for end in [
        StepResult::Failed,
        StepResult::Skipped,
        StepResult::Refused,
        StepResult::Unknown,
    ] {
        let open = [up(), step("m1", "d", end)];
        assert_eq!(unsettled(open), [("m1".into(), Some(end))]);
        let done = [
            up(),
            step("m1", "d", end),
            step("m1", "d", StepResult::Done),
        ];
        assert_eq!(unsettled(done), []);
        let later = |action, operation, result| {
            unsettled([
                up(),
                step("m1", "d", end),
                landing("m2", &[("e", action, operation)]),
                step("m2", "e", result),
            ])
        };
        assert_eq!(
            later("change_replicas", Operation::Day2, StepResult::Done),
            []
        );
        assert_eq!(later("teardown", Operation::Delete, StepResult::Done), []);
        let other = later("change_owner", Operation::Day2, StepResult::Done);
        assert_eq!(other, [("m1".into(), Some(end))]);
        assert_eq!(
            later("change_replicas", Operation::Day2, StepResult::Failed).len(),
            2
        );
    }
}

#[test]
fn a_deletion_that_failed_is_settled_by_creating_again_and_never_by_its_neighbours() {
    let gone = || {
        [
            landing("m1", &[("d", "teardown", Operation::Delete)]),
            step("m1", "d", StepResult::Failed),
        ]
        .into_iter()
    };
    let back = [
        landing("m2", &[("e", "scaffold", Operation::Create)]),
        step("m2", "e", StepResult::Done),
    ];
    assert_eq!(unsettled(gone().chain(back)), []);
    let both = [
        landing(
            "m1",
            &[
                ("d", "change_replicas", Operation::Day2),
                ("e", "change_replicas", Operation::Day2),
            ],
        ),
        step("m1", "d", StepResult::Failed),
        step("m1", "e", StepResult::Done),
    ];
    assert_eq!(unsettled(both).len(), 1);
}

//! Ledgers that fail, and ledgers to which others write.

use std::sync::{Arc, Mutex};

use serde_json::{Map, json};

use super::backend::{Backend, Reply};
use super::*;
use crate::ledger::record::{self, CallEnd, Intent, StepName};

fn fine() -> Backend {
    Backend::start(|_| Reply::Json(200, json!({"id": 7})))
}

fn refused() -> LedgerError {
    LedgerError::Refused {
        remote: "origin".to_owned(),
        why: "protected branch".to_owned(),
    }
}

fn one(contract: Contract, backend: &Backend) -> PlanFile {
    plan(
        vec![step(1, 1, &[], vec![call("scale", contract)])],
        backend,
    )
}

#[test]
fn nothing_is_sent_without_an_intent() {
    let backend = fine();
    let plan = one(Contract::Keyed, &backend);
    let world = World::new(&plan);
    let report = world
        .try_run(&plan, Box::new(|_, _| Err(refused())))
        .unwrap();
    assert_eq!(words(&report), [Word::Interrupted]);
    assert_eq!(report.exit_code(), 5);
    assert!(report.interrupted.unwrap().contains("protected branch"));
    assert!(backend.received().is_empty());
}

#[test]
fn a_result_is_written_again_until_the_ledger_takes_it() {
    let backend = fine();
    let plan = one(Contract::Blind, &backend);
    let world = World::new(&plan);
    let mut failures = 2;
    let before: Before = Box::new(move |records, _| {
        let is_result = records.iter().any(|it| matches!(it.body, Body::Result(_)));
        if is_result && failures > 0 {
            failures -= 1;
            return Err(refused());
        }
        Ok(())
    });
    let report = world.try_run(&plan, before).unwrap();
    assert_eq!(words(&report), [Word::Done]);
    assert_eq!(world.kinds(), ["intent", "result", "step"]);
}

#[test]
fn a_result_that_cannot_be_written_ends_the_run() {
    let backend = fine();
    let steps = vec![
        step(1, 1, &[], vec![call("scale", Contract::Blind)]),
        step(2, 2, &[1], vec![call("verify", Contract::Keyed)]),
    ];
    let plan = plan(steps, &backend);
    let world = World::new(&plan);
    let before: Before = Box::new(|records, _| {
        let is_result = records.iter().any(|it| matches!(it.body, Body::Result(_)));
        if is_result { Err(refused()) } else { Ok(()) }
    });
    let report = world.try_run(&plan, before).unwrap();
    assert_eq!(report.exit_code(), 5);
    assert_eq!(report.steps[1].word, Word::Interrupted);
    assert_eq!(backend.received().len(), 1);
    // The next run cannot tell, and says so.
    assert_eq!(words(&world.run(&plan)), [Word::Unknown, Word::Skipped]);
    assert_eq!(backend.received().len(), 1);
}

#[test]
fn results_are_written_behind_what_others_wrote() {
    let backend = fine();
    let plan = one(Contract::Keyed, &backend);
    let world = World::new(&plan);
    let mut moves = 3;
    let before: Before = Box::new(move |records, entries| {
        let is_result = records.iter().any(|it| matches!(it.body, Body::Result(_)));
        if is_result && moves > 0 {
            moves -= 1;
            other_landing(entries, moves);
        }
        Ok(())
    });
    assert_eq!(words(&world.try_run(&plan, before).unwrap()), [Word::Done]);
    assert_eq!(backend.received().len(), 1);
}

fn other_landing(entries: &Entries, n: u32) {
    let Body::Landing(mut landing) = landing(&one(Contract::Keyed, &fine())) else {
        unreachable!();
    };
    landing.id = format!("other-{n}");
    let at = "2026-11-21T14:31:01Z".to_owned();
    let body = Body::Landing(landing);
    super::write(entries, &[Record { at, body }]);
}

/// What another runner writes when it begins the only call of `plan`.
fn their_intent(plan: &PlanFile, contract: record::Contract) -> Record {
    Record {
        at: "2026-11-21T14:31:00Z".to_owned(),
        body: Body::Intent(Intent {
            landing: LANDING.to_owned(),
            step: name(plan),
            call: "scale".to_owned(),
            connector: "webhook".to_owned(),
            contract,
            generation: 0,
            key: "k".to_owned(),
            request: "POST https://deploy.example/scale".to_owned(),
            attempt: 1,
        }),
    }
}

fn their_result(plan: &PlanFile) -> Record {
    Record {
        at: "2026-11-21T14:32:00Z".to_owned(),
        body: Body::Result(CallEnd {
            landing: LANDING.to_owned(),
            step: name(plan),
            call: "scale".to_owned(),
            generation: 0,
            key: "k".to_owned(),
            outcome: record::Outcome::Done,
            detail: String::new(),
            outputs: Map::new(),
            url: None,
            started_at: "2026-11-21T14:31:00Z".to_owned(),
            took_seconds: 60,
        }),
    }
}

fn name(plan: &PlanFile) -> StepName {
    StepName {
        number: 1,
        digest: plan.steps[0].digest.clone(),
    }
}

/// Another runner is first: it writes its intent just before ours, and its result, if it has
/// one, at the time that it takes.
fn with_another(contract: Contract, ends: bool) -> (Report, usize, i64) {
    let backend = fine();
    let plan = one(contract, &backend);
    let world = World::new(&plan);
    let theirs = match contract {
        Contract::Keyed => record::Contract::Keyed,
        Contract::Lookup => record::Contract::Lookup,
        Contract::Blind => record::Contract::Blind,
    };
    let records = Mutex::new(vec![their_intent(&plan, theirs)]);
    let result = their_result(&plan);
    let is_there = Arc::new(AtomicBool::new(false));
    let before: Before = Box::new({
        let is_there = Arc::clone(&is_there);
        move |_, entries| {
            for record in records.lock().unwrap().drain(..) {
                super::write(entries, &[record]);
                is_there.store(true, Ordering::SeqCst);
            }
            Ok(())
        }
    });
    let mut journal = Racing {
        inner: MemoryLedger {
            entries: Arc::clone(&world.entries),
            seen: 0,
            before,
        },
        reads: 0,
        result: ends.then_some(result),
    };
    let report = world.run_with(&plan, &mut journal).unwrap();
    (report, backend.received().len(), world.elapsed())
}

/// The other runner's result is there at the fifth look.
struct Racing {
    inner: MemoryLedger,
    reads: u32,
    result: Option<Record>,
}

impl Journal for Racing {
    fn read(&mut self) -> Result<Vec<Entry>, LedgerError> {
        self.reads += 1;
        if self.reads == 5
            && let Some(result) = self.result.take()
        {
            super::write(&self.inner.entries, &[result]);
        }
        self.inner.read()
    }

    fn append(&mut self, records: &[Record]) -> Result<Vec<Entry>, LedgerError> {
        self.inner.append(records)
    }
}

#[test]
fn a_call_that_another_runner_began_is_theirs() {
    for contract in [Contract::Keyed, Contract::Lookup, Contract::Blind] {
        let (report, sent, elapsed) = with_another(contract, true);
        assert_eq!(words(&report), [Word::Done], "{contract:?}");
        assert_eq!(report.steps[0].detail, "scale already done");
        assert_eq!(sent, 0, "{contract:?}");
        assert_eq!(elapsed, 30);
    }
}

#[test]
fn a_call_that_another_runner_left_behind_is_taken_up_by_its_contract() {
    let (report, sent, elapsed) = with_another(Contract::Keyed, false);
    assert_eq!((words(&report), sent), (vec![Word::Done], 1));
    assert_eq!(elapsed, 600);
    let (report, sent, _) = with_another(Contract::Blind, false);
    assert_eq!((words(&report), sent), (vec![Word::Unknown], 0));
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "the test makes a repository with git"
)]
fn a_ledger_in_git_keeps_a_run_for_the_next() {
    let name = format!("catalogc-apply-test-{}", std::process::id());
    let folder = std::env::temp_dir().join(name);
    let made = std::process::Command::new("git")
        .args(["init", "-q", "--bare"])
        .arg(&folder)
        .status();
    assert!(made.unwrap().success());
    let settings = crate::ledger::Settings {
        branch: "catalogc-ledger".to_owned(),
        remote: None,
    };
    let backend = fine();
    let steps = vec![
        step(1, 1, &[], vec![call("scale", Contract::Keyed)]),
        step(2, 2, &[1], vec![call("restart", Contract::Blind)]),
    ];
    let plan = plan(steps, &backend);
    let world = World::new(&plan);
    let mut ledger = crate::ledger::Ledger::open(&folder, &settings).unwrap();
    ledger.read().unwrap();
    let at = "2026-11-21T14:31:00Z".to_owned();
    let body = landing(&plan);
    ledger.append(&[Record { at, body }]).unwrap();
    let report = world.run_with(&plan, &mut ledger).unwrap();
    assert_eq!(words(&report), [Word::Done, Word::Done], "{report:?}");
    let mut ledger = crate::ledger::Ledger::open(&folder, &settings).unwrap();
    let again = world.run_with(&plan, &mut ledger).unwrap();
    assert_eq!(words(&again), [Word::AlreadyDone, Word::AlreadyDone]);
    assert_eq!(backend.received().len(), 2);
    std::fs::remove_dir_all(&folder).unwrap();
}

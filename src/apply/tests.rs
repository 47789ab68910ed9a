//! Whole runs of plans against a backend on the loopback, a ledger in memory and a clock whose
//! hours pass at once.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::{Value as Json, json};

use crate::apply::{
    ApplyError, Clock, Event, Journal, Observer, Outside, Report, Run, Word, apply,
};
use crate::ledger::record::{Body, Genesis, Landing};
use crate::ledger::{Entry, LedgerError, Record, State};
use crate::plan::file::Adopted;
use crate::plan::file::{
    Call, ChangedOutside, Contract, Effectuation, LedgerPlace, Outcome, PlanFile, Revision, Send,
    Step, VERSION,
};
use crate::plan::rendered::{Encoding, Part, Rendered};

pub(crate) mod backend;
mod crashes;
mod ledgers;
mod long;
mod refused;
mod runs;
mod tries;

use backend::Backend;
pub(crate) use long::lookup;

const LANDING: &str = "m1";
const START: i64 = 1_795_271_460;
const TOKEN: &str = "t0k3n/\"+secret=";

/// A clock that is moved by those who sleep.
struct VirtualClock(AtomicI64);

impl Clock for VirtualClock {
    fn now_unix_seconds(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }

    fn sleep(&self, seconds: u64) {
        let seconds = i64::try_from(seconds).unwrap();
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

/// Remembers what happened; ends the run, as a machine does that loses its power, when it
/// comes to a point for the n-th time.
#[derive(Default)]
struct Recorder {
    lines: Mutex<Vec<String>>,
    points: Mutex<BTreeMap<&'static str, u32>>,
    kill: Mutex<Option<(&'static str, u32)>>,
}

impl Observer for Recorder {
    fn event(&self, event: &Event<'_>) {
        self.lines.lock().unwrap().push(event.line());
    }

    fn at(&self, point: &'static str) {
        assert!(crate::apply::POINTS.contains(&point), "{point}");
        let times = {
            let mut points = self.points.lock().unwrap();
            let times = points.entry(point).or_default();
            *times += 1;
            *times
        };
        let is_now = *self.kill.lock().unwrap() == Some((point, times));
        if is_now {
            std::panic::resume_unwind(Box::new("killed"));
        }
    }
}

type Entries = Arc<Mutex<Vec<Entry>>>;
/// Comes before an append: may write to the ledger itself, or make the append fail.
type Before = Box<dyn FnMut(&[Record], &Entries) -> Result<(), LedgerError>>;

/// A ledger in memory, and what a test does to it.
struct MemoryLedger {
    entries: Entries,
    seen: usize,
    before: Before,
}

impl Journal for MemoryLedger {
    fn read(&mut self) -> Result<Vec<Entry>, LedgerError> {
        let entries = self.entries.lock().unwrap().clone();
        self.seen = entries.len();
        Ok(entries)
    }

    fn append(&mut self, records: &[Record]) -> Result<Vec<Entry>, LedgerError> {
        (self.before)(records, &self.entries)?;
        if self.entries.lock().unwrap().len() != self.seen {
            return Err(LedgerError::Moved);
        }
        let new = write(&self.entries, records);
        self.seen += new.len();
        Ok(new)
    }
}

fn write(entries: &Entries, records: &[Record]) -> Vec<Entry> {
    let mut entries = entries.lock().unwrap();
    let first = entries.len();
    for (n, record) in records.iter().enumerate() {
        // Through its bytes, as a real ledger keeps it.
        let bytes = crate::ledger::record::json::print(record).unwrap();
        let record = crate::ledger::record::json::parse(bytes.as_bytes()).unwrap();
        let id = format!("{:040x}", first + n);
        entries.push(Entry { id, record });
    }
    entries[first..].to_vec()
}

/// Everything that outlives a run.
struct World {
    entries: Entries,
    clock: VirtualClock,
    recorder: Recorder,
    stop: AtomicBool,
    refused: BTreeMap<u32, String>,
    superseded: BTreeMap<u32, String>,
}

impl World {
    fn new(plan: &PlanFile) -> Self {
        let entries = Entries::default();
        let at = "2026-11-21T14:31:00Z".to_owned();
        let bodies = [Body::Genesis(Genesis {}), landing(plan)];
        let records = bodies.map(|body| Record {
            at: at.clone(),
            body,
        });
        write(&entries, &records);
        Self {
            entries,
            clock: VirtualClock(AtomicI64::new(START)),
            recorder: Recorder::default(),
            stop: AtomicBool::new(false),
            refused: BTreeMap::new(),
            superseded: BTreeMap::new(),
        }
    }

    fn try_run(&self, plan: &PlanFile, before: Before) -> Result<Report, ApplyError> {
        self.run_with(
            plan,
            &mut MemoryLedger {
                entries: Arc::clone(&self.entries),
                seen: 0,
                before,
            },
        )
    }

    fn run_with(&self, plan: &PlanFile, journal: &mut dyn Journal) -> Result<Report, ApplyError> {
        let variables = |name: &str| (name == "TOKEN").then(|| TOKEN.to_owned());
        let run = Run {
            plan,
            landing: LANDING,
            refused: &self.refused,
            superseded: &self.superseded,
            runs: &BTreeMap::new(),
        };
        let outside = Outside {
            clock: &self.clock,
            variables: &variables,
            observer: &self.recorder,
            stop: &self.stop,
        };
        apply(run, journal, outside)
    }

    fn run(&self, plan: &PlanFile) -> Report {
        self.try_run(plan, Box::new(|_, _| Ok(()))).unwrap()
    }

    fn state(&self) -> State {
        crate::ledger::state(&self.entries.lock().unwrap())
    }

    fn write(&self, body: Body) {
        let at = "2026-11-21T14:40:00Z".to_owned();
        write(&self.entries, &[Record { at, body }]);
    }

    /// The kinds of records after the landing.
    fn kinds(&self) -> Vec<&'static str> {
        let entries = self.entries.lock().unwrap();
        let kinds = entries.iter().skip(2);
        kinds.map(|entry| entry.record.body.kind()).collect()
    }

    fn lines(&self) -> Vec<String> {
        self.recorder.lines.lock().unwrap().clone()
    }

    fn elapsed(&self) -> i64 {
        self.clock.now_unix_seconds() - START
    }

    /// Everything that was written or said.
    fn everything(&self, report: &Report) -> String {
        let entries = self.entries.lock().unwrap();
        let records: Vec<String> = entries
            .iter()
            .map(|entry| crate::ledger::record::json::print(&entry.record).unwrap())
            .collect();
        format!("{}{:?}{report:?}", records.concat(), self.lines())
    }
}

fn landing(plan: &PlanFile) -> Body {
    Body::Landing(Landing {
        id: LANDING.to_owned(),
        plan: plan.id.clone(),
        before: "a".repeat(40),
        after: "b".repeat(40),
        target: "main".to_owned(),
        requester: "lin".to_owned(),
        pushers: Vec::new(),
        ids: BTreeMap::new(),
        approvals: Vec::new(),
        steps: Vec::new(),
        break_glass: None,
        overrides: Vec::new(),
    })
}

fn words(report: &Report) -> Vec<Word> {
    report.steps.iter().map(|step| step.word).collect()
}

fn plan(steps: Vec<Step>, backend: &Backend) -> PlanFile {
    let revision = || Revision {
        name: "main".to_owned(),
        commit: None,
    };
    PlanFile {
        version: VERSION,
        id: PlanFile::id_of(&steps, &[]),
        catalog: "catalog".to_owned(),
        target: revision(),
        head: revision(),
        actors: vec!["lin".to_owned()],
        open: false,
        refusals: Vec::new(),
        notices: Vec::new(),
        renames: Vec::new(),
        steps,
        effects: Vec::new(),
        more_effects: Vec::new(),
        levels: Vec::new(),
        unscored: Vec::new(),
        coverage: Vec::new(),
        rights: None,
        graph: None,
        now: None,
        expired: None,
        since: None,
        break_glass: Vec::new(),
        overrides: Vec::new(),
        adopted: Adopted::default(),
        uncounted: Vec::new(),
        footprint: crate::plan::file::Footprint::default(),
        merged: Vec::new(),
        outside: ChangedOutside::default(),
        entities: 1,
        hosts: BTreeMap::from([("deploy.example".to_owned(), Some(backend.base()))]),
        ledger: LedgerPlace {
            branch: "catalogc-ledger".to_owned(),
            remote: "origin".to_owned(),
        },
    }
}

fn step(number: u32, stage: u32, after: &[u32], calls: Vec<Call>) -> Step {
    let mut step = Step {
        hidden: None,
        number,
        stage,
        digest: String::new(),
        action: "change_replicas".to_owned(),
        title: "Change replicas".to_owned(),
        built_in: false,
        definition: "d".repeat(64),
        does: Effectuation::Change,
        blueprint: "Component".to_owned(),
        entity: format!("Service{number}"),
        owners: Vec::new(),
        requests: Vec::new(),
        changes: Vec::new(),
        lost: Vec::new(),
        because: Vec::new(),
        with: Vec::new(),
        expiry: None,
        inputs: Vec::new(),
        outcome: Outcome::Allowed,
        decisions: Vec::new(),
        approvals: Vec::new(),
        calls,
        after: after.to_vec(),
        undo: None,
        reads: Vec::new(),
        writes: Vec::new(),
    };
    step.digest = step.digest_of();
    step
}

/// `{{ source }}`, alone or with a text before it.
fn at_apply(before: &str, source: &str) -> Rendered {
    let mut parts = Vec::new();
    if !before.is_empty() {
        parts.push(Part::Text(before.to_owned()));
    }
    parts.push(Part::Expression {
        source: source.to_owned(),
        context: BTreeMap::new(),
    });
    let encode = if before.starts_with("https:") {
        Encoding::UrlSegment
    } else {
        Encoding::Plain
    };
    Rendered::AtApply { parts, encode }
}

fn known(value: Json) -> Rendered {
    Rendered::Known(value)
}

fn mapping<const N: usize>(entries: [(&str, Rendered); N]) -> Rendered {
    Rendered::Map(entries.map(|(key, value)| (key.to_owned(), value)).into())
}

fn outputs<const N: usize>(entries: [(&str, &str); N]) -> BTreeMap<String, String> {
    entries
        .map(|(name, source)| (name.to_owned(), source.to_owned()))
        .into()
}

/// A request to `https://deploy.example/PATH` with the run key in its header.
pub(crate) fn call(id: &str, contract: Contract) -> Call {
    let request = mapping([
        ("method", known(json!("POST"))),
        ("url", known(json!(format!("https://deploy.example/{id}")))),
        (
            "headers",
            mapping([("Idempotency-Key", at_apply("", ".run.key"))]),
        ),
        ("body", known(json!({"reason": id}))),
    ]);
    Call {
        id: id.to_owned(),
        connector: "webhook".to_owned(),
        with: known(json!({})),
        send: Send::Request(request),
        contract,
        accepted: None,
        outputs: outputs([("id", ".body.id"), ("url", ".body.url")]),
        lookup: None,
        poll: None,
        timeout_seconds: 600,
        retries: 2,
        needs: Vec::new(),
    }
}

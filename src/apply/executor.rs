//! The run of a plan: its stages in order, and everything that is written to the ledger.
//!
//! In: a plan, the ledger. Out: a [`Report`]. One thread alone, this one, reads and writes the
//! ledger and decides by it; the calls themselves are made by threads of [`stage`]. When the
//! ledger fails nothing more is begun.
//!
//! [`stage`]: crate::apply::stage

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;

use crate::apply::ApplyError;
use crate::apply::Outside;
use crate::apply::Run;
use crate::apply::call::Shared;
use crate::apply::clock::moment;
use crate::apply::http::Http;
use crate::apply::http::Limits;
use crate::apply::journal::Journal;
use crate::apply::redact::Redactor;
use crate::apply::refuse::Refusals;
use crate::apply::report::Event;
use crate::apply::report::Happening;
use crate::apply::report::Report;
use crate::apply::report::StepReport;
use crate::apply::report::Summary;
use crate::apply::report::Word;
use crate::apply::resolve::secrets_of;
use crate::ledger::LedgerError;
use crate::ledger::Record;
use crate::ledger::State;
use crate::ledger::record::Body;
use crate::ledger::record::StepEnd;
use crate::ledger::record::StepName;
use crate::ledger::record::StepResult;
use crate::ledger::run_key;
use crate::plan::file::Step;

/// How often a result is written again where somebody else was first, or the ledger failed.
const WRITES_MAX: u32 = 32;
/// How often a ledger that fails is asked again to take a result.
const FAILURES_MAX: u32 = 4;

/// What all calls of `run` share.
pub(super) fn shared<'a>(run: Run<'a>, outside: Outside<'a>) -> Shared<'a> {
    let calls = run.plan.steps.iter().flat_map(|step| &step.calls);
    let names: BTreeSet<&str> = calls.flat_map(secrets_of).collect();
    let secrets: Vec<String> = names
        .into_iter()
        .filter_map(|name| (outside.variables)(name))
        .collect();
    Shared {
        outside,
        http: Http {
            hosts: &run.plan.hosts,
            limits: Limits::default(),
        },
        redactor: Redactor::new(secrets.iter().map(String::as_str)),
        halt: AtomicBool::new(false),
    }
}

/// What is to be done about a step.
enum Stands {
    /// Nothing.
    Settled(Word, String),
    /// It may not be run, and why; but calls of it were begun, whose ends are not known.
    Begun(String),
    /// It is to be run.
    Open,
}

/// Runs a plan.
pub(super) struct Executor<'a> {
    pub(super) run: Run<'a>,
    pub(super) shared: &'a Shared<'a>,
    journal: &'a mut dyn Journal,
    /// What the ledger says, as last read and written.
    pub(super) state: State,
    genesis: String,
    refusals: Refusals<'a>,
    /// How the steps ended so far.
    reports: BTreeMap<u32, StepReport>,
    /// Results that are not written yet.
    pending: Vec<Body>,
    interrupted: Option<String>,
}

impl<'a> Executor<'a> {
    /// Reads the ledger.
    pub(super) fn open(
        run: Run<'a>,
        shared: &'a Shared<'a>,
        journal: &'a mut dyn Journal,
    ) -> Result<Self, ApplyError> {
        let entries = journal.read()?;
        let state = crate::ledger::state(&entries);
        let genesis = entries.first().map(|entry| entry.id.clone());
        let landing = state.landing(run.landing);
        let is_ours = landing.is_some_and(|landing| landing.plan == run.plan.id);
        match genesis {
            Some(genesis) if is_ours => Ok(Self {
                run,
                shared,
                journal,
                state,
                genesis,
                refusals: Refusals::of_run(run),
                reports: BTreeMap::new(),
                pending: Vec::new(),
                interrupted: None,
            }),
            _ => Err(ApplyError::Landing {
                landing: run.landing.to_owned(),
                plan: run.plan.id.clone(),
            }),
        }
    }

    /// Runs all stages.
    pub(super) fn run(mut self) -> Report {
        let stages: BTreeSet<u32> = self.run.plan.steps.iter().map(|step| step.stage).collect();
        for stage in stages {
            if self.shared.is_stopped() {
                break;
            }
            let steps = self.run.plan.steps.iter();
            let steps: Vec<&'a Step> = steps.filter(|step| step.stage == stage).collect();
            let mut open = Vec::new();
            for step in steps {
                match self.stands(step) {
                    Stands::Settled(word, detail) => {
                        self.end_step(step, 0, Summary::bare(word, detail));
                    }
                    Stands::Begun(refused) => open.push((step, Some(refused))),
                    Stands::Open => open.push((step, None)),
                }
            }
            self.write_pending();
            self.run_stage(open);
        }
        self.report()
    }

    /// The report, with the steps that the run did not come to.
    fn report(mut self) -> Report {
        let is_cut_off = self.reports.len() < self.run.plan.steps.len();
        if is_cut_off && self.interrupted.is_none() {
            self.interrupted = Some("the run was stopped".to_owned());
        }
        for step in &self.run.plan.steps {
            if !self.reports.contains_key(&step.number) {
                self.end_step(step, 0, Summary::bare(Word::Interrupted, ""));
            }
        }
        Report {
            steps: self.reports.into_values().collect(),
            interrupted: self.interrupted,
        }
    }

    /// What is to be done about a step.
    fn stands(&self, step: &Step) -> Stands {
        let known = self.state.step(self.run.landing, &step.digest);
        let end = known.and_then(|known| known.end.as_ref());
        if end.is_some_and(|end| end.result == StepResult::Done) {
            return Stands::Settled(Word::AlreadyDone, String::new());
        }
        let refused = self.refusals.of(step);
        if let Some(why) = refused.map(|why| self.shared.redactor.line(&why)) {
            // What the world has begun does not end because it is not allowed any more.
            let is_begun = known.is_some_and(|known| !known.calls.is_empty());
            return if is_begun {
                Stands::Begun(why)
            } else {
                Stands::Settled(Word::Refused, why)
            };
        }
        let needs: Vec<String> = step
            .after
            .iter()
            .filter(|number| self.holds_up(step, **number))
            .map(u32::to_string)
            .collect();
        if needs.is_empty() {
            Stands::Open
        } else {
            Stands::Settled(Word::Skipped, format!("needs {}", needs.join(", ")))
        }
    }

    /// Whether step `number` keeps `step` from being run. Steps of one stage do not wait for
    /// one another; one that is not in the plan, or comes later, never ended well.
    fn holds_up(&self, step: &Step, number: u32) -> bool {
        let steps = &self.run.plan.steps;
        let is_beside = |other: &&Step| other.number == number && other.stage == step.stage;
        if steps.iter().any(|other| is_beside(&other)) {
            return false;
        }
        let report = self.reports.get(&number);
        !report.is_some_and(|report| report.word.is_good()) && !self.is_overtaken(number)
    }

    /// Whether a newer landing did well what step `number` would have done.
    fn is_overtaken(&self, number: u32) -> bool {
        let landing = self.run.landing;
        let landed = self.state.landing(landing).into_iter();
        let mut landed = landed.flat_map(|landing| &landing.steps);
        let step = landed.find(|step| step.number == number);
        let by = self.run.superseded.get(&number);
        step.zip(by)
            .is_some_and(|(step, by)| self.state.is_overtaken(by, landing, step))
    }

    /// Notes how a step ended; [`Self::write_pending`] writes it down.
    pub(super) fn end_step(&mut self, step: &Step, took_seconds: u64, summary: Summary) {
        let Summary {
            word,
            detail,
            problems,
            done,
        } = summary;
        let by = self.run.superseded.get(&step.number);
        let by = by.filter(|_| word == Word::Refused);
        let word = if by.is_some() { Word::Superseded } else { word };
        self.shared.outside.observer.event(&Event {
            step,
            what: Happening::Ended {
                word,
                seconds: took_seconds,
                detail: detail.clone(),
            },
        });
        if let Some(result) = result_of(word) {
            let known = self.state.step(self.run.landing, &step.digest);
            let end = known.and_then(|known| known.end.as_ref());
            // Whoever runs the same again and finds the same adds nothing to the ledger.
            if !end.is_some_and(|end| end.result == result && end.detail == detail) {
                self.pending.push(Body::Step(StepEnd {
                    landing: self.run.landing.to_owned(),
                    step: name_of(step),
                    result,
                    detail: detail.clone(),
                    took_seconds,
                    superseded_by: by.cloned(),
                }));
            }
        }
        let report = StepReport {
            number: step.number,
            word,
            took_seconds,
            detail,
            problems,
            done,
        };
        self.reports.insert(step.number, report);
    }

    /// Adds to what is to be written.
    pub(super) fn note(&mut self, body: Body) {
        self.pending.push(body);
    }

    /// Writes what is pending: results of what has happened, which are true whatever else the
    /// ledger says, so that they are written also behind what somebody else wrote meanwhile.
    pub(super) fn write_pending(&mut self) {
        if self.pending.is_empty() || self.interrupted.is_some() {
            return;
        }
        self.shared.outside.observer.at("before-result");
        let mut failures = 0;
        for _ in 0..WRITES_MAX {
            let records = self.records(&self.pending);
            let why = match self.append(&records) {
                Ok(()) => {
                    self.pending.clear();
                    self.shared.outside.observer.at("after-result");
                    return;
                }
                Err(LedgerError::Moved) => match self.reload() {
                    Ok(()) => continue,
                    Err(error) => error,
                },
                Err(error) => error,
            };
            failures += 1;
            if failures >= FAILURES_MAX {
                return self.interrupt(&why);
            }
            self.shared.outside.clock.sleep(1 << failures);
            // It may have arrived all the same; what was written twice says the same twice.
            if let Err(error) = self.reload() {
                failures += 1;
                if failures >= FAILURES_MAX {
                    return self.interrupt(&error);
                }
            }
        }
        self.interrupt(&LedgerError::Moved);
    }

    /// Appends records; what the ledger says is known afterwards.
    pub(super) fn append(&mut self, records: &[Record]) -> Result<(), LedgerError> {
        for entry in self.journal.append(records)? {
            self.state.add(&entry);
        }
        Ok(())
    }

    /// Reads the ledger again.
    pub(super) fn reload(&mut self) -> Result<(), LedgerError> {
        let entries = self.journal.read()?;
        let genesis = entries.first().map(|entry| entry.id.as_str());
        if genesis != Some(self.genesis.as_str()) {
            return Err(LedgerError::Moved);
        }
        self.state = crate::ledger::state(&entries);
        Ok(())
    }

    /// The records that say `bodies` now.
    pub(super) fn records(&self, bodies: &[Body]) -> Vec<Record> {
        let at = moment(self.shared.now());
        let record = |body: &Body| Record {
            at: at.clone(),
            body: body.clone(),
        };
        bodies.iter().map(record).collect()
    }

    /// Ends the run: the ledger does not take what must be in it.
    pub(super) fn interrupt(&mut self, error: &LedgerError) {
        self.stop(&self.shared.redactor.line(&error.to_string()));
    }

    /// Ends the run.
    pub(super) fn stop(&mut self, why: &str) {
        self.shared.halt.store(true, Ordering::SeqCst);
        self.interrupted.get_or_insert_with(|| why.to_owned());
    }

    /// Whether the ledger failed, so that nothing more is written.
    pub(super) fn is_interrupted(&self) -> bool {
        self.interrupted.is_some()
    }

    /// The run key of a call of a step.
    pub(super) fn key(&self, step: &Step, call: &str, generation: u32) -> String {
        let requests: Vec<&str> = step.request_ids().collect();
        // No id has a line end in it.
        let requests = requests.join("\n");
        let requests = (!requests.is_empty()).then_some(requests.as_str());
        let named = self.run.runs.get(&step.number).map(String::as_str);
        let run = named.or(requests).unwrap_or(self.run.landing);
        run_key(&self.genesis, run, &step.digest, call, generation)
    }
}

/// A step, as records name it.
pub(super) fn name_of(step: &Step) -> StepName {
    StepName {
        number: step.number,
        digest: step.digest.clone(),
    }
}

/// What is written of a step that ended so; of some endings nothing is.
fn result_of(word: Word) -> Option<StepResult> {
    match word {
        Word::Done => Some(StepResult::Done),
        Word::Failed => Some(StepResult::Failed),
        Word::Refused => Some(StepResult::Refused),
        Word::Superseded => Some(StepResult::Superseded),
        Word::Skipped => Some(StepResult::Skipped),
        Word::Unknown => Some(StepResult::Unknown),
        Word::AlreadyDone | Word::Interrupted => None,
    }
}

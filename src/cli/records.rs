//! The ledger as the commands use it: opened where a plan says, asked for steps by their names.

use std::collections::{BTreeMap, BTreeSet};

use crate::apply::{Clock, SystemClock};
use crate::cli::Failure;
use crate::finding::Code;
use crate::finding::codes::E0602;
use crate::ledger::record::{self, Body, LandedStep, Operation, StepName};
use crate::ledger::{Entry, Ledger, LedgerError, Record, Settings, State, state};
use crate::plan::file::{LedgerPlace, short};
use crate::source::git::Repository;
use crate::text::visible;

mod landed;

pub(super) use landed::{broken_glass, landed, overrides};

/// The ledger and what it says.
pub(super) struct Records {
    pub(super) ledger: Ledger,
    pub(super) entries: Vec<Entry>,
    pub(super) state: State,
}

/// Whether records came into the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Appended {
    /// They did.
    Written,
    /// They did not: somebody else wrote what was not read here.
    Moved,
}

impl Records {
    /// Opens and reads the ledger of a repository: that of its remote, or, where it has no
    /// remote at all, its own.
    pub(super) fn open(repository: &Repository, place: &LedgerPlace) -> Result<Self, Failure> {
        let remotes = repository.remotes();
        let remote = remotes
            .contains(&place.remote)
            .then(|| place.remote.clone());
        if remote.is_none() && !remotes.is_empty() {
            // Somewhere there may be a ledger: without it everything in it would be run again.
            return Err(Failure::new(format!(
                "no remote is called `{}`, where the ledger is",
                visible(&place.remote)
            ))
            .help(format!(
                "`git remote rename {0} {1}`, or write `ledger: {{remote: {0}}}` in the settings",
                visible(remotes.first().map_or("", String::as_str)),
                visible(&place.remote)
            )));
        }
        Self::read(repository, place, remote)
    }

    /// The ledger as the clone has it, without asking a remote: it may be older than that.
    pub(super) fn here(repository: &Repository, place: &LedgerPlace) -> Result<Self, Failure> {
        Self::read(repository, place, None)
    }

    fn read(
        repository: &Repository,
        place: &LedgerPlace,
        remote: Option<String>,
    ) -> Result<Self, Failure> {
        let settings = Settings {
            branch: place.branch.clone(),
            remote,
        };
        let mut ledger =
            Ledger::open(repository.folder(), &settings).map_err(|error| failed(&error))?;
        let entries = ledger.read().map_err(|error| failed(&error))?;
        let state = state(&entries);
        Ok(Self {
            ledger,
            entries,
            state,
        })
    }

    /// Writes records behind what was read.
    pub(super) fn append(&mut self, bodies: Vec<Body>) -> Result<(), Failure> {
        match self.try_append(bodies)? {
            Appended::Written => Ok(()),
            Appended::Moved => Err(failed(&LedgerError::Moved)),
        }
    }

    /// As [`Self::append`], for who can begin again where somebody else wrote first.
    pub(super) fn try_append(&mut self, bodies: Vec<Body>) -> Result<Appended, Failure> {
        let at = now();
        let records: Vec<Record> = bodies
            .into_iter()
            .map(|body| Record {
                at: at.clone(),
                body,
            })
            .collect();
        let written = match self.ledger.append(&records) {
            Ok(written) => written,
            Err(LedgerError::Moved) => return Ok(Appended::Moved),
            Err(error) => return Err(failed(&error)),
        };
        for entry in &written {
            self.state.add(entry);
        }
        self.entries.extend(written);
        Ok(Appended::Written)
    }

    /// The requests that ran, but for those of the landing itself, and what was done when an
    /// entity expired, with the steps that they were.
    pub(super) fn spent(&self, landing: Option<&str>) -> BTreeMap<String, String> {
        let mut spent = BTreeMap::new();
        let mut ends = BTreeMap::new();
        let mut is_later = false;
        for other in self.state.landings() {
            if Some(other.id.as_str()) == landing {
                is_later = true;
                continue;
            }
            let glass = other.break_glass.iter().flat_map(|glass| &glass.requests);
            let lifting = other.overrides.iter().map(|lifting| &lifting.request);
            for request in glass.chain(lifting) {
                spent
                    .entry(request.clone())
                    .or_insert_with(|| short(&other.plan).to_owned());
            }
            for step in &other.steps {
                let ended = self.state.step(&other.id, &step.digest);
                let ended = ended.and_then(|step| step.end.as_ref());
                let is_done = ended.is_some_and(|end| end.result == record::StepResult::Done);
                let of = (step.blueprint.as_str(), step.entity.as_str());
                if let Some(at) = other.ended().filter(|_| is_done) {
                    let key = crate::plan::file::spent(at, step.lasting());
                    let ends: &mut BTreeMap<_, _> = ends.entry(of).or_default();
                    ends.insert(key, name(&other.plan, step.number));
                } else if other.ended().is_none() && grants(step) && !is_later {
                    // What is granted or changed afterwards was not taken back before.
                    ends.remove(&of);
                }
                let is_refused = ended.is_some_and(|end| end.result == record::StepResult::Refused);
                let how = if is_refused {
                    ", which was refused"
                } else {
                    ""
                };
                for request in &step.requests {
                    spent
                        .entry(request.clone())
                        .or_insert_with(|| format!("{}{how}", name(&other.plan, step.number)));
                }
            }
        }
        spent.extend(ends.into_values().flatten());
        spent
    }

    /// Whether something of a landing was begun, or may be: more is known of it than that it is
    /// refused.
    pub(super) fn is_begun(&self, landing: &str) -> bool {
        let Some(landing) = self.state.landing(landing) else {
            return false;
        };
        let is_refused = |step: &LandedStep| {
            let state = self.state.step(&landing.id, &step.digest);
            state.is_some_and(|state| {
                let end = state.end.as_ref().map(|end| end.result);
                end == Some(record::StepResult::Refused) && state.calls.is_empty()
            })
        };
        landing.steps.is_empty() || !landing.steps.iter().all(is_refused)
    }

    /// The last merge that made or changed an entity; what was run for its end before is over.
    pub(super) fn granted(&self, blueprint: &str, entity: &str) -> Option<&str> {
        let is_own = |step: &LandedStep| {
            step.blueprint == blueprint && step.entity == entity && grants(step)
        };
        let mut landings = self.state.landings().iter().rev();
        let last = landings.find(|it| it.ended().is_none() && it.steps.iter().any(is_own));
        last.map(|landing| landing.id.as_str())
    }

    /// How steps are named so that [`Self::find`] finds them.
    pub(super) fn names(&self) -> Names<'_> {
        let (mut once, mut twice) = (BTreeSet::new(), BTreeSet::new());
        for landing in self.state.landings() {
            let plan = short(&landing.plan);
            if !once.insert(plan) {
                twice.insert(plan);
            }
        }
        Names {
            state: &self.state,
            twice,
        }
    }

    /// The landing and step that `7c41e09.2` or `7c41e09.2@LANDING` names.
    pub(super) fn find(&self, written: &str) -> Result<(&record::Landing, &LandedStep), Failure> {
        let shown = crate::text::visible(written);
        let wrong = || {
            Failure::new(format!("`{shown}` names no step"))
                .help("a step looks like 7c41e09.2; `catalogc audit` lists them")
        };
        let (step, landing) = match written.split_once('@') {
            Some((step, landing)) => (step, Some(landing)),
            None => (written, None),
        };
        let (plan, number) = step.split_once('.').ok_or_else(wrong)?;
        let number: u32 = number.parse().map_err(|_| wrong())?;
        let is_meant = |candidate: &&record::Landing| {
            plan.len() >= 4
                && candidate.plan.starts_with(plan)
                && landing.is_none_or(|id| candidate.id.starts_with(id))
        };
        let found: Vec<&record::Landing> = self.state.landings().iter().filter(is_meant).collect();
        let landing = match found.as_slice() {
            [] => return Err(wrong()),
            [one] => *one,
            several => return Err(self.ambiguous(&shown, several, number)),
        };
        let step = landing
            .steps
            .iter()
            .find(|step| step.number == number)
            .ok_or_else(wrong)?;
        Ok((landing, step))
    }

    /// That a name is one of several steps, and how each of them is named alone.
    fn ambiguous(&self, shown: &str, landings: &[&record::Landing], number: u32) -> Failure {
        let names = self.names();
        let ways = landings.iter().map(|landing| {
            let name = names.of(landing, number);
            format!("`{name}`, which {} asked for", visible(&landing.requester))
        });
        let ways: Vec<String> = ways.collect();
        Failure::new(format!(
            "`{shown}` is a step of {} landings",
            landings.len()
        ))
        .help(format!("write {}", ways.join(", or ")))
    }
}

/// Whether a step made or changed its entity, or may have.
fn grants(step: &LandedStep) -> bool {
    step.operation != Operation::Delete
}

/// How the steps of a ledger are named.
pub(super) struct Names<'r> {
    state: &'r State,
    /// The plans that landed more than once, as they are shortened.
    twice: BTreeSet<&'r str>,
}

impl Names<'_> {
    /// `7c41e09.2`, or with the landing where its plan landed more than once.
    pub(super) fn of(&self, landing: &record::Landing, number: u32) -> String {
        let name = name(&landing.plan, number);
        if !self.twice.contains(short(&landing.plan)) {
            return name;
        }
        // So much of the landing's id that it is no other's.
        let id = landing.id.as_str();
        let is_unique = |length: &usize| {
            let start = id.get(..*length).unwrap_or(id);
            let landings = self.state.landings().iter();
            landings.filter(|it| it.id.starts_with(start)).count() <= 1
        };
        let length = (short(id).len()..id.len()).find(is_unique);
        let start = length.and_then(|length| id.get(..length));
        format!("{name}@{}", start.unwrap_or(id))
    }
}

/// `7c41e09.2`, of a plan that may have landed more than once.
pub(super) fn name(plan: &str, number: u32) -> String {
    format!("{}.{number}", short(plan))
}

/// The name of a step in the ledger's records.
pub(super) fn step_name(step: &LandedStep) -> StepName {
    StepName {
        number: step.number,
        digest: step.digest.clone(),
    }
}

/// The present second, as records write it.
pub(super) fn now() -> String {
    jiff::Timestamp::from_second(SystemClock::new().now_unix_seconds())
        .unwrap_or_default()
        .to_string()
}

/// A ledger that cannot be used.
pub(super) fn failed(error: &LedgerError) -> Failure {
    let failure = Failure::new(error.to_string());
    if matches!(error, LedgerError::Broken { .. }) {
        let code: &Code = &E0602;
        return failure.help(format!(
            "`catalogc explain {}` says what can be done",
            code.id
        ));
    }
    match error.help() {
        Some(help) => failure.help(help),
        None => failure,
    }
}

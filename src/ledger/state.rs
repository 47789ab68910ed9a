//! What the records add up to: where every call and every step stands.
//!
//! In: the entries of a ledger, oldest first. Out: a [`State`] that answers by landing, step
//! digest and call. Pure and total: records in any order give some state, and where two of
//! them disagree the one that keeps a call from being made twice counts.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde_json::Map;
use serde_json::Value;

use crate::ledger::Entry;
use crate::ledger::record::Body;
use crate::ledger::record::CallEnd;
use crate::ledger::record::Intent;
use crate::ledger::record::LandedStep;
use crate::ledger::record::Landing;
use crate::ledger::record::Operation;
use crate::ledger::record::Outcome;
use crate::ledger::record::Progress;
use crate::ledger::record::Resolve;
use crate::ledger::record::Retry;
use crate::ledger::record::Settlement;
use crate::ledger::record::StepEnd;
use crate::ledger::record::StepResult;

/// Where everything in the ledger stands.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct State {
    landings: Vec<Landing>,
    steps: BTreeMap<(String, String), Step>,
    requests: BTreeMap<String, (String, String)>,
    held: BTreeMap<String, String>,
}

/// Where a step stands.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Step {
    /// 0, or what the last retry made it.
    pub generation: u32,
    /// How it ended; `None` while it is to be run: not begun, cut off, retried or resolved.
    pub end: Option<StepEnd>,
    /// Its calls that were begun, by id.
    pub calls: BTreeMap<String, Call>,
}

/// Where a call stands that was begun.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// The generation it was made in.
    pub generation: u32,
    /// The last intent of that generation; a result may stand without one.
    pub intent: Option<Intent>,
    /// When the first intent of that generation was written: the backend's memory of our key
    /// and the time-out of the call count from here.
    pub since: Option<String>,
    /// What is known of it.
    pub state: CallState,
}

/// What is known of a call that was begun.
#[derive(Debug, Clone, PartialEq)]
pub enum CallState {
    /// It may have been sent; its contract decides what may be done.
    Started,
    /// It goes on outside; this is what to poll with.
    Progress(Value),
    /// It did what it should.
    Done {
        /// What later calls may read; nothing where a person settled it.
        outputs: Map<String, Value>,
        /// Where the backend shows its run.
        url: Option<String>,
    },
    /// It did not: why.
    Failed(String),
    /// Nobody can tell: why. Only a person settles it, also when the step is retried.
    Unknown(String),
}

/// A step whose effect is not known to be in the world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsettled<'a> {
    /// The landing it belongs to.
    pub landing: &'a Landing,
    /// What it is.
    pub step: &'a LandedStep,
    /// How it ended, or `None` while it is to be run.
    pub result: Option<StepResult>,
}

/// The state that `entries` add up to.
pub fn state(entries: &[Entry]) -> State {
    let mut state = State::default();
    for entry in entries {
        state.add(entry);
    }
    state
}

impl State {
    /// Takes one more entry, the next of the ledger.
    pub fn add(&mut self, entry: &Entry) {
        match &entry.record.body {
            Body::Genesis(_) => {}
            Body::Landing(landing) => self.land(landing),
            Body::Intent(intent) => self.start(intent, &entry.record.at),
            Body::Progress(progress) => self.go_on(progress),
            Body::Result(end) => self.end_call(end),
            Body::Step(end) => {
                self.step_mut(&end.landing, &end.step.digest).end = Some(end.clone());
            }
            Body::Resolve(resolve) => self.resolve(resolve),
            Body::Retry(retry) => self.retry(retry),
            Body::Held(held) => {
                let is_of = |it: &Landing| it.after == held.commit && it.ended().is_none();
                if !self.landings.iter().any(is_of) {
                    self.held.insert(held.commit.clone(), held.why.clone());
                }
            }
        }
    }

    /// The landings, in the order in which they were begun.
    pub fn landings(&self) -> &[Landing] {
        &self.landings
    }

    /// The landing of that id.
    pub fn landing(&self, id: &str) -> Option<&Landing> {
        self.landings.iter().find(|landing| landing.id == id)
    }

    /// Where a step stands; `None` if the ledger has never heard of it.
    pub fn step(&self, landing: &str, digest: &str) -> Option<&Step> {
        self.steps.get(&(landing.to_owned(), digest.to_owned()))
    }

    /// Where a call stands; `None` if it is to be made: never begun, or failed and retried.
    pub fn call(&self, landing: &str, digest: &str, call: &str) -> Option<&Call> {
        self.step(landing, digest)?.calls.get(call)
    }

    /// The landing id and step digest that a request's id was spent on, for ever.
    pub fn request(&self, id: &str) -> Option<(&str, &str)> {
        let (landing, digest) = self.requests.get(id)?;
        Some((landing, digest))
    }

    /// The commits that are held and why, in order of their ids.
    pub fn held(&self) -> impl Iterator<Item = (&str, &str)> {
        self.held
            .iter()
            .map(|(commit, why)| (commit.as_str(), why.as_str()))
    }

    /// The steps that did not end well, or did not end, and that nothing later settled: no
    /// later landing did the same action on that entity, or deleted it, or created it again
    /// after a deletion. In the order of the ledger.
    pub fn unsettled(&self) -> Vec<Unsettled<'_>> {
        let mut done: BTreeSet<(&str, &str, Later<'_>)> = BTreeSet::new();
        let mut unsettled = Vec::new();
        for landing in self.landings.iter().rev() {
            let mut ended_well = Vec::new();
            for step in landing.steps.iter().rev() {
                let end = self.step(&landing.id, &step.digest);
                let result = end.and_then(|it| it.end.as_ref()).map(|it| it.result);
                let by = end.and_then(|it| it.end.as_ref());
                let by = by.and_then(|it| it.superseded_by.as_deref());
                let is_overtaken = by.is_some_and(|by| self.is_overtaken(by, &landing.id, step));
                if result == Some(StepResult::Done) {
                    ended_well.push(step);
                } else if !is_overtaken && !is_settled(step, &done) {
                    unsettled.push(Unsettled {
                        landing,
                        step,
                        result,
                    });
                }
            }
            // Steps of the same landing never settle one another.
            for step in ended_well {
                let (blueprint, entity) = (step.blueprint.as_str(), step.entity.as_str());
                done.insert((blueprint, entity, Later::Action(&step.action)));
                done.insert((blueprint, entity, Later::Operation(step.operation)));
            }
        }
        unsettled.reverse();
        unsettled
    }

    /// Whether the landing `newer`, or one that was begun after it, did what settles a step of the
    /// landing `own`, which is older on the branch than all of them, whenever it was run.
    pub fn is_overtaken(&self, newer: &str, own: &str, step: &LandedStep) -> bool {
        let mut done = BTreeSet::new();
        let since = self.landings.iter().skip_while(|it| it.id != newer);
        for landing in since.filter(|it| it.id != own) {
            for other in &landing.steps {
                let end = self.step(&landing.id, &other.digest);
                let end = end.and_then(|it| it.end.as_ref());
                if end.is_some_and(|end| end.result == StepResult::Done) {
                    let (blueprint, entity) = (other.blueprint.as_str(), other.entity.as_str());
                    done.insert((blueprint, entity, Later::Action(&other.action)));
                    done.insert((blueprint, entity, Later::Operation(other.operation)));
                }
            }
        }
        is_settled(step, &done)
    }

    fn step_mut(&mut self, landing: &str, digest: &str) -> &mut Step {
        let name = (landing.to_owned(), digest.to_owned());
        self.steps.entry(name).or_default()
    }

    /// A landing is begun once; a second record of the same id changes nothing.
    fn land(&mut self, landing: &Landing) {
        if self.landing(&landing.id).is_some() {
            return;
        }
        for step in &landing.steps {
            self.step_mut(&landing.id, &step.digest);
            for request in &step.requests {
                self.requests
                    .entry(request.clone())
                    .or_insert_with(|| (landing.id.clone(), step.digest.clone()));
            }
        }
        // What is run for an expiry settles nothing of the commit that it is found in.
        if landing.ended().is_none() {
            self.held.remove(&landing.after);
        }
        self.landings.push(landing.clone());
    }

    fn start(&mut self, intent: &Intent, at: &str) {
        let calls = &mut self.step_mut(&intent.landing, &intent.step.digest).calls;
        let before = calls.get(&intent.call);
        if before.is_some_and(|call| matches!(call.state, CallState::Done { .. })) {
            return;
        }
        let since = before
            .filter(|call| call.generation == intent.generation)
            .and_then(|call| call.since.clone())
            .unwrap_or_else(|| at.to_owned());
        let call = Call {
            generation: intent.generation,
            intent: Some(intent.clone()),
            since: Some(since),
            state: CallState::Started,
        };
        calls.insert(intent.call.clone(), call);
    }

    fn go_on(&mut self, progress: &Progress) {
        let state = CallState::Progress(progress.handle.clone());
        let step = self.step_mut(&progress.landing, &progress.step.digest);
        step.learn(&progress.call, progress.generation, state);
    }

    fn end_call(&mut self, end: &CallEnd) {
        let state = match end.outcome {
            Outcome::Done => CallState::Done {
                outputs: end.outputs.clone(),
                url: end.url.clone(),
            },
            Outcome::Failed => CallState::Failed(end.detail.clone()),
            Outcome::Unknown => CallState::Unknown(end.detail.clone()),
        };
        let step = self.step_mut(&end.landing, &end.step.digest);
        step.learn(&end.call, end.generation, state);
    }

    /// A person settles only what is open. A step that ended unknown for it is to be run again,
    /// for it may have further calls.
    fn resolve(&mut self, resolve: &Resolve) {
        let step = self.step_mut(&resolve.landing, &resolve.step.digest);
        let Some(call) = step.calls.get_mut(&resolve.call) else {
            return;
        };
        if matches!(call.state, CallState::Done { .. } | CallState::Failed(_)) {
            return;
        }
        call.state = match resolve.outcome {
            Settlement::Done => CallState::Done {
                outputs: Map::new(),
                url: None,
            },
            Settlement::Failed => CallState::Failed(resolve.reason.clone()),
        };
        if matches!(&step.end, Some(end) if end.result == StepResult::Unknown) {
            step.end = None;
        }
    }

    /// What failed is to be made again under a new key; what is done stays done, and what may
    /// have been sent stays so.
    fn retry(&mut self, retry: &Retry) {
        let step = self.step_mut(&retry.landing, &retry.step.digest);
        if retry.generation <= step.generation {
            return;
        }
        step.generation = retry.generation;
        step.end = None;
        step.calls
            .retain(|_, call| !matches!(call.state, CallState::Failed(_)));
    }
}

impl Step {
    /// News of a call from outside. Done is final; news of another generation than the one
    /// that is known say nothing of it; and of a call that a retry made new only that it is
    /// done after all counts.
    fn learn(&mut self, call: &str, generation: u32, state: CallState) {
        let is_done = matches!(state, CallState::Done { .. });
        match self.calls.get_mut(call) {
            Some(known) => {
                let is_final = matches!(known.state, CallState::Done { .. });
                if known.generation == generation && !is_final {
                    known.state = state;
                }
            }
            None if is_done || generation >= self.generation => {
                let begun = Call {
                    generation,
                    intent: None,
                    since: None,
                    state,
                };
                self.calls.insert(call.to_owned(), begun);
            }
            None => {}
        }
    }
}

/// What a later landing did well to an entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Later<'a> {
    Action(&'a str),
    Operation(Operation),
}

fn is_settled(step: &LandedStep, done: &BTreeSet<(&str, &str, Later<'_>)>) -> bool {
    let later = |what| done.contains(&(step.blueprint.as_str(), step.entity.as_str(), what));
    later(Later::Action(&step.action))
        || later(Later::Operation(Operation::Delete))
        || (step.operation == Operation::Delete && later(Later::Operation(Operation::Create)))
}

#[cfg(test)]
mod tests;

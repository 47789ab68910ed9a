//! The calls of one stage, side by side.
//!
//! In: the steps of a stage that are to be run. Out: their ends, in the executor. Each call is
//! made by a thread of its own, at most eight at a time; they bring news, and this thread alone
//! decides what it means. Intents of calls that begin at the same moment share an append, but
//! for blind ones: of those the ledger must say exactly which may have been sent.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::panic::AssertUnwindSafe;
use std::sync::mpsc;
use std::thread::Scope;

use serde_json::Map;
use serde_json::Value as Json;
use serde_json::json;

use crate::apply::call::Caller;
use crate::apply::call::End;
use crate::apply::call::Ending;
use crate::apply::call::Job;
use crate::apply::call::Shared;
use crate::apply::call::known;
use crate::apply::call::url_of;
use crate::apply::call::words;
use crate::apply::clock::moment;
use crate::apply::clock::seconds_of;
use crate::apply::decide::Decision;
use crate::apply::decide::Start;
use crate::apply::decide::contract;
use crate::apply::decide::decide;
use crate::apply::executor::Executor;
use crate::apply::executor::name_of;
use crate::apply::report::Word;
use crate::apply::resolve::resolve;
use crate::apply::resolve::secret;
use crate::apply::resolve::secrets_of;
use crate::ledger::LedgerError;
use crate::ledger::record;
use crate::ledger::record::Body;
use crate::ledger::record::CallEnd;
use crate::ledger::record::Intent;
use crate::ledger::record::Progress;
use crate::ledger::state::Call as Known;
use crate::ledger::state::CallState;
use crate::plan::file::Call;
use crate::plan::file::Contract;
use crate::plan::file::Send;
use crate::plan::file::Step;

/// How many calls are made side by side.
const SIDE_BY_SIDE: usize = 8;
/// How often an intent is decided again because somebody else wrote to the ledger.
const MOVES_MAX: u32 = 64;
/// The seconds between two looks at a call that another runner is making.
const OTHERS_EVERY: u64 = 10;

/// A call, by its step's number and its id.
type Name = (u32, String);

/// A step that is being run.
struct Open<'a> {
    step: &'a Step,
    since: i64,
    calls: BTreeMap<&'a str, Standing>,
}

/// Where a call of an open step stands.
#[derive(Debug, Clone, PartialEq)]
enum Standing {
    Waiting,
    Running { since: i64, generation: u32 },
    Ended { end: End, is_new: bool },
}

/// What a thread has to say.
enum News {
    /// A handle is to be written down before the call goes on.
    Keep {
        name: Name,
        handle: Map<String, Json>,
        kept: mpsc::SyncSender<()>,
    },
    /// A call ended.
    Ended { name: Name, end: End },
    /// It is time to look what another runner made of a call.
    LookAgain { name: Name },
    /// The thread itself came to a bad end.
    Died,
}

/// Whether calls ended without being made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Changes {
    None,
    Some,
}

/// How far the beginning of calls came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Begun {
    /// To its end, or the run is at its own.
    All,
    /// The ledger has moved, and what is to be done must be decided again.
    Moved,
}

/// One stage at work.
struct Stage<'x, 'a> {
    executor: &'x mut Executor<'a>,
    open: BTreeMap<u32, Open<'a>>,
    in_flight: usize,
    /// Calls that another runner began while this one ran: theirs, until they are overdue.
    others: BTreeSet<Name>,
    moves: u32,
}

impl<'a> Executor<'a> {
    /// Runs `steps` to their ends.
    pub(super) fn run_stage(&mut self, steps: &[&'a Step]) {
        let since = self.shared.now();
        let open = steps.iter().map(|step| {
            let waiting = |call: &'a Call| (call.id.as_str(), Standing::Waiting);
            let calls = step.calls.iter().map(waiting).collect();
            (step.number, Open { step, since, calls })
        });
        let mut stage = Stage {
            open: open.collect(),
            executor: self,
            in_flight: 0,
            others: BTreeSet::new(),
            moves: 0,
        };
        std::thread::scope(|scope| stage.run(scope));
    }
}

impl<'a> Stage<'_, 'a> {
    fn run<'s>(&mut self, scope: &'s Scope<'s, '_>)
    where
        'a: 's,
    {
        let (news, arriving) = mpsc::channel();
        loop {
            self.close();
            self.executor.write_pending();
            let (jobs, changes) = self.ready(scope, &news);
            // What has ended is written first; the ledger may have moved by then, and what was
            // ready is decided again.
            if changes == Changes::Some {
                continue;
            }
            if self.begin(jobs, scope, &news) == Begun::Moved {
                continue;
            }
            if self.in_flight == 0 {
                break;
            }
            let Ok(first) = arriving.recv() else {
                break;
            };
            self.hear(first);
            while let Ok(more) = arriving.try_recv() {
                self.hear(more);
            }
        }
        self.give_up_the_rest();
    }

    /// Ends the steps whose calls wait for one another. No plan that was made here has any.
    fn give_up_the_rest(&mut self) {
        if self.executor.shared.is_stopped() {
            return;
        }
        for open in std::mem::take(&mut self.open).into_values() {
            let why = "its calls wait for one another".to_owned();
            self.executor
                .end_step(open.step, Word::Failed, 0, why, Vec::new());
        }
        self.executor.write_pending();
    }

    /// The calls that are to be made now, and whether others ended by what the ledger says.
    fn ready<'s>(
        &mut self,
        scope: &'s Scope<'s, '_>,
        news: &mpsc::Sender<News>,
    ) -> (Vec<Job<'a>>, Changes)
    where
        'a: 's,
    {
        let (mut jobs, mut changes) = (Vec::new(), Changes::None);
        let mut names: Vec<(u32, &'a Call)> = Vec::new();
        for open in self.open.values() {
            let calls = open.step.calls.iter().filter(|call| open.is_ready(call));
            names.extend(calls.map(|call| (open.step.number, call)));
        }
        for (number, call) in names {
            let is_full = self.in_flight + jobs.len() >= SIDE_BY_SIDE;
            if is_full || self.executor.shared.is_stopped() {
                break;
            }
            if self.is_with_another(number, call) {
                self.wait_for_another(number, call, scope, news);
            } else if let Some(job) = self.job(number, call) {
                jobs.push(job);
            } else {
                changes = Changes::Some;
            }
        }
        (jobs, changes)
    }

    /// What is to be done about a call: a job, or its end.
    fn job(&mut self, number: u32, call: &'a Call) -> Option<Job<'a>> {
        let step = self.open.get(&number)?.step;
        let now = self.executor.shared.now();
        let known = self.known(step, call);
        let since = known.and_then(|known| known.since.as_deref());
        let since = since.and_then(seconds_of).unwrap_or(now);
        let (end, is_new) = match decide(call, known, now) {
            Decision::Done { outputs } => {
                let end = End {
                    outputs,
                    ..End::new(Ending::Done, "")
                };
                (end, false)
            }
            Decision::Failed(why) => (End::new(Ending::Failed, why), false),
            Decision::Unknown(why) => (End::new(Ending::Unknown, why), false),
            Decision::GiveUp(why) => (End::new(Ending::Unknown, why), true),
            Decision::Make(start) => match self.make(step, call, start.clone(), since) {
                Ok(job) => return Some(job),
                // Nothing can be sent. Whether it was before is not known any better for it.
                Err(why) if start == Start::New => (End::new(Ending::Failed, why), true),
                Err(why) => (End::new(Ending::Open, why), true),
            },
        };
        self.ended(number, &call.id, end, is_new, now);
        None
    }

    /// A call with all that it needs; the reason why it cannot be made.
    fn make(
        &self,
        step: &'a Step,
        call: &'a Call,
        start: Start,
        since: i64,
    ) -> Result<Job<'a>, String> {
        let shared = self.executor.shared;
        for name in secrets_of(call) {
            secret(name, shared.outside.variables)?;
        }
        let key = self
            .executor
            .key(step, &call.id, self.generation(step, call));
        let calls = self.outputs(step.number);
        let (Send::Request(rendered) | Send::Process(rendered)) = &call.send;
        let value = resolve(
            rendered,
            &known(&key, &calls, &Map::new()),
            shared.outside.variables,
        )
        .map_err(|why| shared.redactor.line(&why))?;
        Ok(Job {
            step,
            call,
            key,
            start,
            since,
            value,
            calls,
        })
    }

    fn known(&self, step: &Step, call: &Call) -> Option<&Known> {
        let landing = self.executor.run.landing;
        self.executor.state.call(landing, &step.digest, &call.id)
    }

    /// The generation of a call that was begun, or else of its step.
    fn generation(&self, step: &Step, call: &Call) -> u32 {
        let landing = self.executor.run.landing;
        let of_step = self.executor.state.step(landing, &step.digest);
        self.known(step, call).map_or_else(
            || of_step.map_or(0, |step| step.generation),
            |known| known.generation,
        )
    }

    /// `{ID: {outputs}}` of the calls of a step that are done.
    fn outputs(&self, number: u32) -> Json {
        let mut all = Map::new();
        let calls = self.open.get(&number).into_iter().flat_map(|it| &it.calls);
        for (id, standing) in calls {
            if let Standing::Ended { end, .. } = standing
                && end.ending == Ending::Done
            {
                all.insert((*id).to_owned(), json!({"outputs": end.outputs}));
            }
        }
        Json::Object(all)
    }

    /// Writes the intents and starts the threads.
    fn begin<'s>(
        &mut self,
        jobs: Vec<Job<'a>>,
        scope: &'s Scope<'s, '_>,
        news: &mpsc::Sender<News>,
    ) -> Begun
    where
        'a: 's,
    {
        if self.executor.is_interrupted() {
            return Begun::All;
        }
        let (watched, sent): (Vec<_>, Vec<_>) = jobs
            .into_iter()
            .partition(|job| matches!(job.start, Start::Watch(_)));
        let (blind, shared): (Vec<_>, Vec<_>) = sent
            .into_iter()
            .partition(|job| contract(job.call) == Contract::Blind);
        for job in watched {
            self.spawn(job, scope, news);
        }
        let mut groups: Vec<Vec<Job<'a>>> = vec![shared];
        groups.extend(blind.into_iter().map(|job| vec![job]));
        for group in groups.into_iter().filter(|group| !group.is_empty()) {
            match self.write_intents(&group) {
                Ok(()) => {}
                Err(LedgerError::Moved) => {
                    self.moved(&group);
                    return Begun::Moved;
                }
                Err(error) => {
                    self.executor.interrupt(&error);
                    return Begun::All;
                }
            }
            for job in group {
                self.spawn(job, scope, news);
            }
        }
        Begun::All
    }

    /// Makes the intents of all of `jobs` durable, or none of them.
    fn write_intents(&mut self, jobs: &[Job<'a>]) -> Result<(), LedgerError> {
        let observer = self.executor.shared.outside.observer;
        observer.at("before-intent");
        let bodies: Vec<Body> = jobs.iter().map(|job| self.intent(job)).collect();
        let records = self.executor.records(&bodies);
        self.executor.append(&records)?;
        observer.at("after-intent");
        Ok(())
    }

    /// Somebody else wrote to the ledger. What they have begun meanwhile is theirs.
    fn moved(&mut self, jobs: &[Job<'a>]) {
        self.moves += 1;
        let attempts: Vec<u32> = jobs.iter().map(|job| self.attempts(job)).collect();
        if self.moves > MOVES_MAX {
            return self.executor.interrupt(&LedgerError::Moved);
        }
        if let Err(error) = self.executor.reload() {
            return self.executor.interrupt(&error);
        }
        for (job, attempts) in jobs.iter().zip(attempts) {
            if self.attempts(job) > attempts {
                self.others.insert((job.step.number, job.call.id.clone()));
            }
        }
    }

    /// How often the ledger says that the call was begun.
    fn attempts(&self, job: &Job<'_>) -> u32 {
        let known = self.known(job.step, job.call);
        let intent = known.and_then(|known| known.intent.as_ref());
        intent.map_or(0, |intent| intent.attempt)
    }

    fn intent(&self, job: &Job<'_>) -> Body {
        let redactor = &self.executor.shared.redactor;
        Body::Intent(Intent {
            landing: self.executor.run.landing.to_owned(),
            step: name_of(job.step),
            call: job.call.id.clone(),
            connector: job.call.connector.clone(),
            contract: match contract(job.call) {
                Contract::Keyed => record::Contract::Keyed,
                Contract::Lookup => record::Contract::Lookup,
                Contract::Blind => record::Contract::Blind,
            },
            generation: self.generation(job.step, job.call),
            key: job.key.clone(),
            request: redactor.line(&words(job.call, &job.value)),
            attempt: self.attempts(job) + 1,
        })
    }

    fn spawn<'s>(&mut self, job: Job<'a>, scope: &'s Scope<'s, '_>, news: &mpsc::Sender<News>)
    where
        'a: 's,
    {
        let generation = self.generation(job.step, job.call);
        let since = self.executor.shared.now();
        if let Some(open) = self.open.get_mut(&job.step.number) {
            let running = Standing::Running { since, generation };
            open.calls.insert(job.call.id.as_str(), running);
        }
        self.in_flight += 1;
        let (shared, news) = (self.executor.shared, news.clone());
        scope.spawn(move || {
            // A thread that panics must not leave the others waiting for its news.
            let made = std::panic::catch_unwind(AssertUnwindSafe(|| make(shared, &job, &news)));
            let name = (job.step.number, job.call.id.clone());
            let last = made.map_or(News::Died, |end| News::Ended { name, end });
            let _ = news.send(last);
        });
    }

    /// Whether another runner is making the call, and has time left for it.
    fn is_with_another(&self, number: u32, call: &Call) -> bool {
        let Some(open) = self.open.get(&number) else {
            return false;
        };
        let Some(known) = self.known(open.step, call) else {
            return false;
        };
        let since = known.since.as_deref().and_then(seconds_of);
        let longest = i64::try_from(call.timeout_seconds).unwrap_or(i64::MAX);
        let deadline = since.map_or(i64::MIN, |since| since.saturating_add(longest));
        self.others.contains(&(number, call.id.clone()))
            && known.state == CallState::Started
            && self.executor.shared.now() < deadline
    }

    fn wait_for_another<'s>(
        &mut self,
        number: u32,
        call: &'a Call,
        scope: &'s Scope<'s, '_>,
        news: &mpsc::Sender<News>,
    ) where
        'a: 's,
    {
        let since = self.executor.shared.now();
        if let Some(open) = self.open.get_mut(&number) {
            let generation = 0;
            let running = Standing::Running { since, generation };
            open.calls.insert(call.id.as_str(), running);
        }
        self.in_flight += 1;
        let (clock, news) = (self.executor.shared.outside.clock, news.clone());
        let name = (number, call.id.clone());
        scope.spawn(move || {
            clock.sleep(OTHERS_EVERY);
            let _ = news.send(News::LookAgain { name });
        });
    }

    fn hear(&mut self, news: News) {
        match news {
            News::Keep { name, handle, kept } => self.keep(&name, handle, &kept),
            News::Ended { name, end } => {
                self.in_flight -= 1;
                let now = self.executor.shared.now();
                self.ended(name.0, &name.1, end, true, now);
            }
            News::LookAgain { name } => {
                self.in_flight -= 1;
                if let Err(error) = self.executor.reload() {
                    self.executor.interrupt(&error);
                }
                if let Some(open) = self.open.get_mut(&name.0)
                    && let Some(standing) = open.calls.get_mut(name.1.as_str())
                {
                    *standing = Standing::Waiting;
                }
            }
            News::Died => {
                self.in_flight -= 1;
                self.executor
                    .stop("a call came to an end that nobody expected");
            }
        }
    }

    /// Writes a handle down, and lets the call go on once it is.
    fn keep(&mut self, name: &Name, handle: Map<String, Json>, kept: &mpsc::SyncSender<()>) {
        let Some((step, generation, _)) = self.running(name) else {
            return;
        };
        self.executor.shared.outside.observer.at("before-progress");
        self.executor.note(Body::Progress(Progress {
            landing: self.executor.run.landing.to_owned(),
            step: name_of(step),
            call: name.1.clone(),
            generation,
            key: self.executor.key(step, &name.1, generation),
            handle: Json::Object(handle),
        }));
        self.executor.write_pending();
        if !self.executor.is_interrupted() {
            self.executor.shared.outside.observer.at("after-progress");
            let _ = kept.send(());
        }
    }

    fn running(&self, name: &Name) -> Option<(&'a Step, u32, i64)> {
        let open = self.open.get(&name.0)?;
        match open.calls.get(name.1.as_str())? {
            Standing::Running { since, generation } => Some((open.step, *generation, *since)),
            _ => None,
        }
    }

    /// Notes how a call ended, and what of it goes into the ledger.
    fn ended(&mut self, number: u32, id: &str, end: End, is_new: bool, now: i64) {
        let name = (number, id.to_owned());
        let Some(open) = self.open.get(&number) else {
            return;
        };
        let Some(call) = open.step.calls.iter().find(|call| call.id == id) else {
            return;
        };
        let step = open.step;
        let outcome = match end.ending {
            Ending::Done => Some(record::Outcome::Done),
            Ending::Failed => Some(record::Outcome::Failed),
            Ending::Unknown => Some(record::Outcome::Unknown),
            Ending::Open | Ending::Stopped => None,
        };
        if let Some(outcome) = outcome.filter(|_| is_new) {
            let running = self.running(&name);
            let began = running.map_or(now, |(.., since)| since);
            let generation = self.generation(step, call);
            self.executor.note(Body::Result(CallEnd {
                landing: self.executor.run.landing.to_owned(),
                step: name_of(step),
                call: id.to_owned(),
                generation,
                key: self.executor.key(step, id, generation),
                outcome,
                detail: end.short.clone(),
                outputs: end.outputs.clone(),
                url: url_of(&end.outputs),
                started_at: moment(began),
                took_seconds: u64::try_from(now.saturating_sub(began)).unwrap_or_default(),
            }));
        }
        if let Some(open) = self.open.get_mut(&number) {
            let ended = Standing::Ended { end, is_new };
            open.calls.insert(call_id(step, id), ended);
        }
    }

    /// Ends the steps of which nothing goes on and nothing can begin.
    fn close(&mut self) {
        let closed: Vec<u32> = self
            .open
            .iter()
            .filter(|(_, open)| open.is_over())
            .map(|(number, _)| *number)
            .collect();
        for number in closed {
            if let Some(open) = self.open.remove(&number) {
                let took = self.executor.shared.now().saturating_sub(open.since);
                let took = u64::try_from(took).unwrap_or_default();
                let (word, detail, problems) = open.summary();
                self.executor
                    .end_step(open.step, word, took, detail, problems);
            }
        }
    }
}

/// What a thread does: it makes one call.
fn make(shared: &Shared<'_>, job: &Job<'_>, news: &mpsc::Sender<News>) -> End {
    let name = (job.step.number, job.call.id.clone());
    let keep = |handle: &Map<String, Json>| {
        let (kept, is_kept) = mpsc::sync_channel(1);
        let message = News::Keep {
            name: name.clone(),
            handle: handle.clone(),
            kept,
        };
        news.send(message).is_ok() && is_kept.recv().is_ok()
    };
    Caller::run(shared, job, &keep)
}

/// The id as the plan has it, which lives as long as the plan.
fn call_id<'a>(step: &'a Step, id: &str) -> &'a str {
    let found = step.calls.iter().find(|call| call.id == id);
    found.map_or("", |call| call.id.as_str())
}

impl Open<'_> {
    /// Whether a call waits for nothing.
    fn is_ready(&self, call: &Call) -> bool {
        let is_waiting = self.calls.get(call.id.as_str()) == Some(&Standing::Waiting);
        is_waiting && !self.has_failed() && call.needs.iter().all(|id| self.is_done(id))
    }

    fn is_done(&self, id: &str) -> bool {
        matches!(self.calls.get(id), Some(Standing::Ended { end, .. }) if end.ending == Ending::Done)
    }

    /// Whether a call did not end well, so that no other begins.
    fn has_failed(&self) -> bool {
        let mut calls = self.calls.values();
        calls.any(|it| matches!(it, Standing::Ended { end, .. } if end.ending != Ending::Done))
    }

    fn is_over(&self) -> bool {
        let mut calls = self.calls.values();
        let is_quiet = !calls.any(|it| matches!(it, Standing::Running { .. }));
        let mut calls = self.calls.values();
        let is_complete = calls.all(|it| matches!(it, Standing::Ended { .. }));
        is_quiet && (is_complete || self.has_failed())
    }

    /// How the step ended, from how its calls did.
    fn summary(&self) -> (Word, String, Vec<String>) {
        let mut worst = Word::Done;
        let (mut details, mut problems) = (Vec::new(), Vec::new());
        let calls = self.step.calls.iter();
        let ends: Vec<(&str, &End, bool)> = calls
            .filter_map(|call| match self.calls.get(call.id.as_str())? {
                Standing::Ended { end, is_new } => Some((call.id.as_str(), end, *is_new)),
                _ => None,
            })
            .collect();
        for (id, end, _) in &ends {
            let word = match end.ending {
                Ending::Done => continue,
                Ending::Failed => Word::Failed,
                Ending::Unknown | Ending::Open => Word::Unknown,
                Ending::Stopped => Word::Interrupted,
            };
            worst = worst.max(word);
            // What may have been sent names its call itself.
            if end.short.starts_with(&format!("{id} may")) {
                details.push(end.short.clone());
            } else {
                details.push(format!("{id}: {}", end.short));
            }
            problems.push(format!("{id}  {}", end.long));
        }
        let has_old = ends.iter().any(|(.., is_new)| !is_new);
        if worst == Word::Done && has_old {
            details.extend(ends.iter().map(|(id, _, is_new)| {
                let word = if *is_new { "succeeded" } else { "already done" };
                format!("{id} {word}")
            }));
        }
        let separator = if worst == Word::Done { ", " } else { "; " };
        (worst, details.join(separator), problems)
    }
}

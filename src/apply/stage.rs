//! The calls of one stage, side by side.
//!
//! In: the steps of a stage that are to be run. Out: their ends, in the executor. Each call is
//! made by a thread of its own, at most eight at a time; they bring news, and this thread alone
//! decides what it means. Intents of calls that begin at the same moment share an append, but
//! for blind ones: of those the ledger must say exactly which may have been sent.
//!
//! ```text
//! open     a step that is being run, and how it ends
//! news     what the threads bring
//! intents  beginning calls in the ledger, where another runner may have been first
//! ```

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
use crate::apply::clock::seconds_of;
use crate::apply::decide::Decision;
use crate::apply::decide::Start;
use crate::apply::decide::contract;
use crate::apply::decide::decide;
use crate::apply::decide::without_sending;
use crate::apply::executor::Executor;
use crate::apply::redact::Redactor;
use crate::apply::report::Summary;
use crate::apply::report::Word;
use crate::apply::resolve::resolve;
use crate::apply::resolve::secret;
use crate::apply::resolve::secrets_of;
use crate::apply::stage::news::News;
use crate::apply::stage::open::Open;
use crate::apply::stage::open::Standing;
use crate::ledger::LedgerError;
use crate::ledger::state::Call as Known;
use crate::plan::file::Call;
use crate::plan::file::Contract;
use crate::plan::file::Send;
use crate::plan::file::Step;

mod intents;
mod news;
mod open;

/// How many calls are made side by side.
const SIDE_BY_SIDE: usize = 8;

/// A call, by its step's number and its id.
type Name = (u32, String);

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
    pub(super) fn run_stage(&mut self, steps: Vec<(&'a Step, Option<String>)>) {
        let since = self.shared.now();
        let mut open = BTreeMap::new();
        for (step, refused) in steps {
            let standing = |call: &'a Call| {
                let known = self.state.call(self.run.landing, &step.digest, &call.id);
                let standing = known.map_or(Standing::Waiting, |_| Standing::Begun);
                (call.id.as_str(), standing)
            };
            let calls = step.calls.iter().map(standing).collect();
            let opened = Open {
                step,
                since,
                refused,
                calls,
            };
            open.insert(step.number, opened);
        }
        let mut stage = Stage {
            open,
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
                .end_step(open.step, 0, Summary::bare(Word::Failed, why));
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
        let open = self.open.get(&number)?;
        let step = open.step;
        let now = self.executor.shared.now();
        let known = self.known(step, call);
        let since = known.and_then(|known| known.since.as_deref());
        let since = since.and_then(seconds_of).unwrap_or(now);
        let mut decision = decide(call, known, now);
        if let Some(why) = &open.refused {
            decision = without_sending(call, decision, why);
        }
        let (end, is_new) = match decision {
            Decision::Done { outputs } => (End::done(outputs), false),
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
        if matches!(call.send, Send::Process(_)) {
            no_secret_in(&value, &shared.redactor)?;
        }
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
            .partition(|job| matches!(job.start, Start::Watch(_) | Start::Look));
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
        let thread = std::thread::Builder::new().spawn_scoped(scope, move || {
            // A thread that panics must not leave the others waiting for its news.
            let made = std::panic::catch_unwind(AssertUnwindSafe(|| make(shared, &job, &news)));
            let name = (job.step.number, job.call.id.clone());
            let last = made.map_or(News::Died, |end| News::Ended { name, end });
            let _ = news.send(last);
        });
        if thread.is_err() {
            self.hear(News::Died);
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
                self.executor.end_step(open.step, took, open.summary());
            }
        }
    }
}

/// What a program gets as its arguments, everybody on the machine can read.
fn no_secret_in(process: &Json, redactor: &Redactor) -> Result<(), String> {
    for part in ["program", "args"] {
        let value = process.get(part).cloned().unwrap_or_default();
        if redactor.value(value.clone()) != value {
            return Err(format!("a secret stands in `{part}`, give it in `env`"));
        }
    }
    Ok(())
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

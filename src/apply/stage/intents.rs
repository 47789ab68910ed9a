//! Beginning calls in the ledger, where another runner may have begun them first.

use std::sync::mpsc;
use std::thread::Scope;

use crate::apply::call::Job;
use crate::apply::call::words;
use crate::apply::clock::seconds_of;
use crate::apply::decide::contract;
use crate::apply::executor::name_of;
use crate::apply::stage::Stage;
use crate::apply::stage::news::News;
use crate::apply::stage::open::Standing;
use crate::ledger::LedgerError;
use crate::ledger::record;
use crate::ledger::record::Body;
use crate::ledger::record::Intent;
use crate::ledger::state::CallState;
use crate::plan::file::Call;
use crate::plan::file::Contract;

/// How often an intent is decided again because somebody else wrote to the ledger.
const MOVES_MAX: u32 = 64;
/// The seconds between two looks at a call that another runner is making.
const OTHERS_EVERY: u64 = 10;

impl<'a> Stage<'_, 'a> {
    /// Makes the intents of all of `jobs` durable, or none of them.
    pub(super) fn write_intents(&mut self, jobs: &[Job<'a>]) -> Result<(), LedgerError> {
        let observer = self.executor.shared.outside.observer;
        observer.at("before-intent");
        let bodies: Vec<Body> = jobs.iter().map(|job| self.intent(job)).collect();
        let records = self.executor.records(&bodies);
        self.executor.append(&records)?;
        observer.at("after-intent");
        Ok(())
    }

    /// Somebody else wrote to the ledger. What they have begun meanwhile is theirs.
    pub(super) fn moved(&mut self, jobs: &[Job<'a>]) {
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
    pub(super) fn attempts(&self, job: &Job<'_>) -> u32 {
        let known = self.known(job.step, job.call);
        let intent = known.and_then(|known| known.intent.as_ref());
        intent.map_or(0, |intent| intent.attempt)
    }

    pub(super) fn intent(&self, job: &Job<'_>) -> Body {
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
            request: words(job.call, &job.value, redactor),
            attempt: self.attempts(job) + 1,
        })
    }

    /// Whether another runner is making the call, and has time left for it.
    pub(super) fn is_with_another(&self, number: u32, call: &Call) -> bool {
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

    pub(super) fn wait_for_another<'s>(
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
        let thread = std::thread::Builder::new().spawn_scoped(scope, move || {
            clock.sleep(OTHERS_EVERY);
            let _ = news.send(News::LookAgain { name });
        });
        if thread.is_err() {
            self.hear(News::Died);
        }
    }
}

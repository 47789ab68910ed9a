//! What the threads of a stage bring, and what of it goes into the ledger.

use std::sync::mpsc;

use serde_json::Map;
use serde_json::Value as Json;

use crate::apply::call::End;
use crate::apply::call::Ending;
use crate::apply::call::url_of;
use crate::apply::clock::moment;
use crate::apply::executor::name_of;
use crate::apply::stage::Name;
use crate::apply::stage::Stage;
use crate::apply::stage::open::Standing;
use crate::ledger::record;
use crate::ledger::record::Body;
use crate::ledger::record::CallEnd;
use crate::ledger::record::Progress;
use crate::plan::file::Step;

/// What a thread has to say.
pub(super) enum News {
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

impl<'a> Stage<'_, 'a> {
    pub(super) fn hear(&mut self, news: News) {
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
    pub(super) fn keep(
        &mut self,
        name: &Name,
        handle: Map<String, Json>,
        kept: &mpsc::SyncSender<()>,
    ) {
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

    pub(super) fn running(&self, name: &Name) -> Option<(&'a Step, u32, i64)> {
        let open = self.open.get(&name.0)?;
        match open.calls.get(name.1.as_str())? {
            Standing::Running { since, generation } => Some((open.step, *generation, *since)),
            _ => None,
        }
    }

    /// Notes how a call ended, and what of it goes into the ledger.
    pub(super) fn ended(&mut self, number: u32, id: &str, end: End, is_new: bool, now: i64) {
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
                outputs: (*end.outputs).clone(),
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
}

/// The id as the plan has it, which lives as long as the plan.
fn call_id<'a>(step: &'a Step, id: &str) -> &'a str {
    let found = step.calls.iter().find(|call| call.id == id);
    found.map_or("", |call| call.id.as_str())
}

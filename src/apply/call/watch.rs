//! Watching: from the moment that the backend took the call to the end of what it made of it.

use serde_json::Map;
use serde_json::Value as Json;

use crate::apply::attempt::Again;
use crate::apply::call::Caller;
use crate::apply::call::End;
use crate::apply::call::Ending;
use crate::apply::call::url_of;
use crate::apply::report::duration;
use crate::apply::resolve::is_so;
use crate::plan::file::LookupData;
use crate::plan::file::PollData;

/// The seconds between two looks for a run that the backend has not shown yet, where nothing
/// is polled.
const LOOK_EVERY: u64 = 5;

/// What a look at a run says.
enum Look {
    Succeeded,
    Failed,
    GoingOn,
}

impl Caller<'_> {
    /// What comes after the backend took the call.
    pub(super) fn follow(&self, outputs: Map<String, Json>) -> Result<End, End> {
        let call = self.job.call;
        if call.poll.is_none() && self.missing(&outputs).is_none() {
            return Ok(End::done(outputs));
        }
        self.write_down(&outputs)?;
        self.to_the_end(outputs, Pace::Begun)
    }

    /// The same for a call that an earlier run began.
    pub(super) fn watch(&self, outputs: Map<String, Json>) -> Result<End, End> {
        self.to_the_end(outputs, Pace::Resumed)
    }

    fn to_the_end(&self, mut outputs: Map<String, Json>, pace: Pace) -> Result<End, End> {
        if let Some(lookup) = self.missing(&outputs) {
            outputs.extend(self.find(lookup)?);
            if self.job.call.poll.is_some() {
                self.write_down(&outputs)?;
            }
        }
        match &self.job.call.poll {
            None => Ok(End::done(outputs)),
            Some(poll) => {
                self.tell_started(url_of(&outputs));
                self.poll(poll, outputs, pace)
            }
        }
    }

    /// The lookup, where what it finds is needed and the backend's answer did not say it.
    fn missing(&self, outputs: &Map<String, Json>) -> Option<&LookupData> {
        let call = self.job.call;
        let is_needed = call.poll.is_some() || call.outputs.is_empty();
        let lookup = call.lookup.as_ref().filter(|_| is_needed)?;
        let is_there = |name: &String| outputs.get(name).is_some_and(|value| !value.is_null());
        (!lookup.outputs.keys().all(is_there)).then_some(lookup)
    }

    fn write_down(&self, outputs: &Map<String, Json>) -> Result<(), End> {
        if (self.keep)(outputs) {
            Ok(())
        } else {
            Err(End::new(Ending::Stopped, "the run was stopped"))
        }
    }

    /// Looks for the run until it shows.
    fn find(&self, lookup: &LookupData) -> Result<Map<String, Json>, End> {
        let every = self.job.call.poll.as_ref().map(|poll| poll.every_seconds);
        let every = every.unwrap_or(LOOK_EVERY).max(1);
        let mut wait = every;
        let mut last = String::new();
        loop {
            match self.look(lookup) {
                Ok(Some(outputs)) => return Ok(outputs),
                Ok(None) => last.clear(),
                Err(why) => last = format!("; the last look: {why}"),
            }
            let left = self.seconds_left();
            if left == 0 {
                let longest = duration(self.job.call.timeout_seconds);
                let why = format!("taken, but not found by its key within {longest}");
                let long = format!("{}: {why}{last}", self.request());
                return Err(End::new(Ending::Unknown, why).long(long));
            }
            self.rest(wait.min(left), "waiting until its run shows")?;
            wait = (wait * 2).min(every * 8);
        }
    }

    fn poll(
        &self,
        poll: &PollData,
        mut outputs: Map<String, Json>,
        pace: Pace,
    ) -> Result<End, End> {
        let every = poll.every_seconds.max(1);
        let mut wait = every;
        let mut last = String::new();
        let mut is_first = true;
        loop {
            if !(is_first && pace == Pace::Resumed) {
                let left = self.seconds_left();
                self.rest(wait.min(left), &doing(&outputs))?;
                wait = wait.saturating_mul(2).min(every.saturating_mul(8));
            }
            is_first = false;
            match self.poll_once(poll, &mut outputs) {
                Ok(Look::Succeeded) => return Ok(End::done(outputs)),
                Ok(Look::Failed) => return Err(self.ended_badly(outputs)),
                Ok(Look::GoingOn) => last.clear(),
                Err(why) => last = format!("; the last look: {why}"),
            }
            if self.seconds_left() == 0 {
                let longest = duration(self.job.call.timeout_seconds);
                let short = format!("timed out after {longest}");
                let long = format!("{}: {short}{last}", self.request());
                return Err(End::failed(short).long(long).with(outputs));
            }
        }
    }

    fn poll_once(&self, poll: &PollData, outputs: &mut Map<String, Json>) -> Result<Look, String> {
        self.at("before-poll");
        let answer = self.ask_backend(&poll.request, outputs)?;
        self.at("after-poll");
        // "Not now" and "not you" say nothing of the run, whatever stands beside them.
        if answer.again != Again::Never || matches!(answer.short.as_str(), "401" | "403") {
            return Err(answer.words);
        }
        let input = self.input(&answer);
        let judged = || -> Result<Look, String> {
            // Whoever says both is not believed the good one.
            if is_so(&poll.failed, &input)? {
                Ok(Look::Failed)
            } else if is_so(&poll.succeeded, &input)? {
                Ok(Look::Succeeded)
            } else {
                Ok(Look::GoingOn)
            }
        };
        match judged() {
            Ok(Look::GoingOn) | Err(_) if !answer.is_success => Err(answer.words),
            Err(why) => Err(why),
            Ok(look) => {
                self.keep_outputs(&poll.outputs, &input, outputs);
                Ok(look)
            }
        }
    }

    fn ended_badly(&self, outputs: Map<String, Json>) -> End {
        let conclusion = outputs.get("conclusion").and_then(Json::as_str);
        let short = match conclusion {
            Some(conclusion) => format!("its run ended with `{conclusion}`"),
            None => "its run failed".to_owned(),
        };
        let shown = url_of(&outputs).unwrap_or_else(|| self.request());
        End::failed(&short)
            .long(format!("{shown}: {short}"))
            .with(outputs)
    }
}

/// Whether this run began the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pace {
    /// It did: the first look comes after a while.
    Begun,
    /// An earlier one did: the first look comes at once, and also after the time-out.
    Resumed,
}

fn doing(outputs: &Map<String, Json>) -> String {
    let state = outputs.get("state").and_then(Json::as_str);
    let state = state.unwrap_or("in progress");
    match url_of(outputs) {
        Some(url) => format!("{url} {state}"),
        None => state.to_owned(),
    }
}

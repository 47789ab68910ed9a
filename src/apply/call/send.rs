//! Sending: as often as the contract allows, and never so that one call becomes two.

use serde_json::Map;
use serde_json::Value as Json;

use crate::apply::attempt::Again;
use crate::apply::attempt::Answer;
use crate::apply::attempt::Attempt;
use crate::apply::attempt::RetryAfter;
use crate::apply::call::Caller;
use crate::apply::call::End;
use crate::apply::call::Ending;
use crate::apply::decide::Start;
use crate::apply::patience::pause;
use crate::apply::report::times;
use crate::apply::resolve::is_so;
use crate::plan::file::Contract;
use crate::plan::file::LookupData;

/// For so many seconds after a call was sent, not being found is no proof that it is not there:
/// backends list what they took only after a while.
const LISTING_DELAY: i64 = 60;

/// What is known of the tries so far.
#[derive(Debug, Default)]
struct Tries {
    made: u32,
    /// When something was last sent that may have done what it should: a look comes before
    /// the next try.
    doubted_at: Option<i64>,
    /// Whether one of them got no answer at all.
    is_unheard: bool,
    short: String,
    long: String,
    asked: Option<RetryAfter>,
}

impl Tries {
    fn note(&mut self, short: &str, long: &str, asked: Option<RetryAfter>) {
        short.clone_into(&mut self.short);
        long.clone_into(&mut self.long);
        self.asked = asked;
    }
}

impl Caller<'_> {
    /// Makes sure that the backend has the call, once: its outputs. An error is its end.
    pub(super) fn obtain(&self) -> Result<Map<String, Json>, End> {
        let again = self.job.start == Start::Again;
        let mut tries = Tries {
            doubted_at: again.then_some(self.job.since),
            is_unheard: again,
            ..Tries::default()
        };
        loop {
            if let Some(outputs) = self.look_first(&mut tries)? {
                return Ok(outputs);
            }
            // The first time it is sent whatever happens around it: its intent says that it was.
            if tries.made > 0 || again {
                self.go_on()?;
            }
            tries.made += 1;
            if let Some(outputs) = self.try_once(&mut tries)? {
                return Ok(outputs);
            }
            let now = self.shared.now();
            let wait = pause(tries.made, tries.asked, now);
            if tries.made > self.job.call.retries || wait >= self.seconds_left() {
                break;
            }
            self.rest(wait, &format!("waiting to try again after {}", tries.short))?;
        }
        if let Some(outputs) = self.look_first(&mut tries)? {
            return Ok(outputs);
        }
        Err(self.given_up(&tries))
    }

    /// Looks for what may not be sent any more: its outputs. An error is its end.
    pub(super) fn only_look(&self) -> Result<Map<String, Json>, End> {
        let mut tries = Tries {
            doubted_at: Some(self.job.since),
            ..Tries::default()
        };
        let found = self.look_first(&mut tries)?;
        found.ok_or_else(|| End::failed("it was not sent, and may not be sent any more"))
    }

    /// One try. `None`: it may be tried again.
    fn try_once(&self, tries: &mut Tries) -> Result<Option<Map<String, Json>>, End> {
        let is_blind = self.contract() == Contract::Blind;
        match self.send() {
            Attempt::Answer(answer) => return self.judge(&answer, tries),
            Attempt::NotSent(why) => tries.note(&why, &why, None),
            Attempt::MaybeSent(why) if is_blind => {
                return Err(self.maybe(Ending::Unknown, &why));
            }
            Attempt::MaybeSent(why) => {
                tries.is_unheard = true;
                tries.doubted_at = Some(self.shared.now());
                tries.note(&why, &why, None);
            }
            // Nothing was sent now, and so nothing was learnt of what was sent before.
            Attempt::Refused(why) if tries.is_unheard => return Err(self.maybe(Ending::Open, &why)),
            Attempt::Refused(why) | Attempt::Spoiled(why) => {
                return Err(End::failed(&why).long(format!("{}: {why}", self.request())));
            }
        }
        Ok(None)
    }

    /// What the backend's answer means.
    fn judge(&self, answer: &Answer, tries: &mut Tries) -> Result<Option<Map<String, Json>>, End> {
        let why = match self.is_accepted(answer) {
            Ok(true) => {
                let mut outputs = Map::new();
                self.keep_outputs(&self.job.call.outputs, &self.input(answer), &mut outputs);
                return Ok(Some(outputs));
            }
            Ok(false) => None,
            Err(why) => Some(why),
        };
        if let Some(why) = why.filter(|_| answer.is_success) {
            // All went well, says the backend, in words that cannot be read.
            return Err(self.maybe(Ending::Unknown, &format!("{}: {why}", answer.words)));
        }
        match answer.again {
            Again::May { after, rejected } if self.contract() != Contract::Blind => {
                tries.note(&answer.short, &answer.words, after);
                if !rejected {
                    tries.doubted_at = Some(self.shared.now());
                }
                Ok(None)
            }
            _ => Err(End::failed(&answer.short).long(format!(
                "{}: {}",
                self.request(),
                answer.words
            ))),
        }
    }

    /// The end after the last try.
    fn given_up(&self, tries: &Tries) -> End {
        if tries.is_unheard {
            return self.maybe(Ending::Open, &tries.long);
        }
        let how_often = match tries.made {
            0 | 1 => String::new(),
            n => format!(", tried {n} times"),
        };
        End::failed(times(&tries.short, tries.made)).long(format!(
            "{}: {}{how_often}",
            self.request(),
            tries.long
        ))
    }

    fn maybe(&self, ending: Ending, why: &str) -> End {
        let short = format!("{} may have been sent", self.job.call.id);
        End::new(ending, short).long(format!("{}: it may have been sent; {why}", self.request()))
    }

    /// Looks for what may have been sent before: its outputs, or nothing where it surely is not
    /// there. Without doubt and without a way to look there is nothing to find.
    fn look_first(&self, tries: &mut Tries) -> Result<Option<Map<String, Json>>, End> {
        let (Some(at), Contract::Lookup, Some(lookup)) =
            (tries.doubted_at, self.contract(), &self.job.call.lookup)
        else {
            return Ok(None);
        };
        let mut failures = 0;
        loop {
            let age = self.shared.now().saturating_sub(at);
            let wait = match self.look(lookup) {
                Ok(Some(outputs)) => return Ok(Some(outputs)),
                Ok(None) if age >= LISTING_DELAY => break,
                Ok(None) => u64::try_from(LISTING_DELAY - age).unwrap_or(1).min(10),
                Err(why) => {
                    failures += 1;
                    let wait = pause(failures, None, self.shared.now());
                    if failures > self.job.call.retries || wait >= self.seconds_left() {
                        return Err(self.maybe(Ending::Open, &format!("looking for it: {why}")));
                    }
                    wait
                }
            };
            self.rest(wait, "looking whether it was sent")?;
        }
        tries.doubted_at = None;
        tries.is_unheard = false;
        Ok(None)
    }

    /// Looks once: the outputs of what is there.
    pub(super) fn look(&self, lookup: &LookupData) -> Result<Option<Map<String, Json>>, String> {
        let answer = self.ask_backend(&lookup.request, &Map::new())?;
        // "Not found" can be an answer; "not allowed" and "not now" say nothing of the call.
        if !answer.is_success && !matches!(answer.short.as_str(), "404" | "410") {
            return Err(answer.words);
        }
        let input = self.input(&answer);
        if !is_so(&lookup.found, &input)? {
            return Ok(None);
        }
        let mut outputs = Map::new();
        self.keep_outputs(&lookup.outputs, &input, &mut outputs);
        Ok(Some(outputs))
    }
}

//! One call, from its first sending to its end, on a thread of its own.
//!
//! In: a call with its value made and its intent in the ledger. Out: an [`End`], and on the way
//! there what must be written down before it goes on. Keeps no ledger: whoever started it does.
//!
//! ```text
//! send    tries until the backend took it, or may have, or never will
//! watch   looks for the run that the backend made of it, and polls until that ends
//! end     how a call ended
//! ```

use std::cell::Cell;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::time::Duration;

use serde_json::Map;
use serde_json::Value as Json;
use serde_json::json;

use crate::apply::Outside;
use crate::apply::attempt::Answer;
use crate::apply::attempt::Attempt;
use crate::apply::decide::Start;
use crate::apply::decide::contract;
use crate::apply::http::Http;
use crate::apply::process;
use crate::apply::process::Go;
use crate::apply::redact::Redactor;
use crate::apply::report::Event;
use crate::apply::report::Happening;
use crate::apply::resolve::ask;
use crate::apply::resolve::is_so;
use crate::apply::resolve::resolve;
use crate::ledger::record::json::plain;
use crate::plan::file::Call;
use crate::plan::file::Contract;
use crate::plan::file::Send;
use crate::plan::file::Step;
use crate::plan::file::canonical;
use crate::plan::rendered::Rendered;

mod end;
mod send;
mod watch;

pub(super) use end::End;
pub(super) use end::Ending;

/// The longest sleep between two looks at whether the run was stopped, in seconds.
const NAP: u64 = 5;
/// The seconds between two signs of life.
const SIGN: i64 = 60;
/// An output that is longer than this is cut, for it is kept in the ledger for ever.
const OUTPUT_MAX: usize = 16 * 1024;

/// What all calls of a run share.
pub(super) struct Shared<'a> {
    pub(super) outside: Outside<'a>,
    pub(super) http: Http<'a>,
    pub(super) redactor: Redactor,
    /// Set where the run cannot go on.
    pub(super) halt: AtomicBool,
}

impl Shared<'_> {
    pub(super) fn now(&self) -> i64 {
        self.outside.clock.now_unix_seconds()
    }

    /// Whether nothing new may be begun.
    pub(super) fn is_stopped(&self) -> bool {
        self.halt.load(Ordering::SeqCst) || self.outside.stop.load(Ordering::SeqCst)
    }
}

/// A call that is to be made.
pub(super) struct Job<'a> {
    pub(super) step: &'a Step,
    pub(super) call: &'a Call,
    /// The run key.
    pub(super) key: String,
    pub(super) start: Start,
    /// When it was first begun, by this run or one before.
    pub(super) since: i64,
    /// What is sent.
    pub(super) value: Json,
    /// `{ID: {outputs}}` of the step's calls that are done.
    pub(super) calls: Json,
}

/// Whether a handle was written down, so that the call may go on.
pub(super) type Keep<'a> = &'a dyn Fn(&Map<String, Json>) -> bool;

/// Makes one call.
pub(super) struct Caller<'a> {
    shared: &'a Shared<'a>,
    job: &'a Job<'a>,
    /// Writes down what to poll with.
    keep: Keep<'a>,
    began: i64,
    last_sign: Cell<i64>,
}

impl<'a> Caller<'a> {
    /// Makes the call of `job` and watches it to its end.
    pub(super) fn run(shared: &'a Shared<'a>, job: &'a Job<'a>, keep: Keep<'a>) -> End {
        let began = shared.now();
        let caller = Self {
            shared,
            job,
            keep,
            began,
            last_sign: Cell::new(began),
        };
        let end = match &job.start {
            Start::Watch(outputs) => caller.watch(outputs.clone()),
            Start::Look => caller
                .only_look()
                .and_then(|outputs| caller.follow(outputs)),
            Start::New | Start::Again => {
                if job.call.poll.is_none() {
                    caller.tell_started(None);
                }
                caller.obtain().and_then(|outputs| caller.follow(outputs))
            }
        };
        let end = end.unwrap_or_else(|end| end);
        let redactor = &shared.redactor;
        End {
            short: redactor.line(&end.short),
            long: redactor.line(&end.long),
            ..end
        }
    }

    fn contract(&self) -> Contract {
        contract(self.job.call)
    }

    /// When the call is too late, counted from now or, where it goes on outside, from when it
    /// was begun.
    fn deadline(&self) -> i64 {
        let from = match self.job.start {
            Start::Watch(_) => self.job.since,
            Start::New | Start::Again | Start::Look => self.began,
        };
        let longest = i64::try_from(self.job.call.timeout_seconds).unwrap_or(i64::MAX);
        from.saturating_add(longest)
    }

    fn seconds_left(&self) -> u64 {
        u64::try_from(self.deadline().saturating_sub(self.shared.now())).unwrap_or_default()
    }

    /// Waits, with a sign of life each minute; an error where the run was stopped.
    fn rest(&self, seconds: u64, doing: &str) -> Result<(), End> {
        let mut left = seconds;
        while left > 0 {
            self.go_on()?;
            let nap = left.min(NAP);
            self.shared.outside.clock.sleep(nap);
            left -= nap;
            self.tell_alive(doing);
        }
        self.go_on()
    }

    fn go_on(&self) -> Result<(), End> {
        if self.shared.is_stopped() {
            Err(End::new(Ending::Stopped, "the run was stopped"))
        } else {
            Ok(())
        }
    }

    fn tell(&self, what: Happening) {
        let step = self.job.step;
        self.shared.outside.observer.event(&Event { step, what });
    }

    fn tell_started(&self, url: Option<String>) {
        let call = self.job.call.id.clone();
        self.tell(Happening::Started { call, url });
    }

    fn tell_alive(&self, doing: &str) {
        let now = self.shared.now();
        if now.saturating_sub(self.last_sign.get()) < SIGN {
            return;
        }
        self.last_sign.set(now);
        self.tell(Happening::Running {
            seconds: u64::try_from(now.saturating_sub(self.began)).unwrap_or_default(),
            call: self.job.call.id.clone(),
            doing: self.shared.redactor.line(doing),
        });
    }

    fn at(&self, point: &'static str) {
        self.shared.outside.observer.at(point);
    }

    /// Sends what the call is.
    fn send(&self) -> Attempt {
        self.at("before-send");
        let longest = Duration::from_secs(self.job.call.timeout_seconds);
        let attempt = match &self.job.call.send {
            Send::Request(_) => self.shared.http.within(longest).send(&self.job.value),
            Send::Process(_) => process::run(&self.job.value, &self.job.key, longest, &mut || {
                self.tell_alive("running");
                match self.go_on() {
                    Ok(()) => Go::On,
                    Err(_) => Go::Stop,
                }
            }),
        };
        self.at("after-send");
        attempt
    }

    /// What the call is, in words that may be shown.
    fn request(&self) -> String {
        words(self.job.call, &self.job.value, &self.shared.redactor)
    }

    /// Asks the backend about the call: an answer, or why there is none.
    fn ask_backend(
        &self,
        request: &Rendered,
        outputs: &Map<String, Json>,
    ) -> Result<Answer, String> {
        let known = known(&self.job.key, &self.job.calls, outputs);
        let value = resolve(request, &known, self.shared.outside.variables)?;
        match self.shared.http.send(&value) {
            Attempt::Answer(answer) => Ok(answer),
            Attempt::NotSent(why)
            | Attempt::MaybeSent(why)
            | Attempt::Refused(why)
            | Attempt::Spoiled(why) => Err(why),
        }
    }

    /// What expressions over an answer read.
    fn input(&self, answer: &Answer) -> Json {
        let mut fields = answer.fields.clone();
        fields.insert("key".to_owned(), json!(self.job.key));
        Json::Object(fields)
    }

    /// What is kept of an answer, as the ledger will have it: a run that was resumed sees the
    /// same. What cannot be found in this answer is left as it was.
    fn keep_outputs<'b>(
        &self,
        wanted: impl IntoIterator<Item = (&'b String, &'b String)>,
        input: &Json,
        outputs: &mut Map<String, Json>,
    ) {
        for (name, source) in wanted {
            let value = ask(source, input).unwrap_or(Json::Null);
            if value.is_null() {
                outputs.entry(name.clone()).or_insert(Json::Null);
            } else {
                let value = cut(self.shared.redactor.value(plain(value)));
                outputs.insert(name.clone(), value);
            }
        }
    }

    /// Whether the backend took the call. An error: it cannot be told.
    fn is_accepted(&self, answer: &Answer) -> Result<bool, String> {
        match &self.job.call.accepted {
            None => Ok(answer.is_success),
            Some(source) => is_so(source, &self.input(answer)),
        }
    }
}

/// What an expression of a call knows at apply.
pub(super) fn known(key: &str, calls: &Json, outputs: &Map<String, Json>) -> Map<String, Json> {
    let mut known = Map::new();
    known.insert("calls".to_owned(), calls.clone());
    known.insert("run".to_owned(), json!({"key": key}));
    known.insert("outputs".to_owned(), Json::Object(outputs.clone()));
    known
}

/// What a call is, in words that may be shown: `POST https://deploy.example/verify`.
pub(super) fn words(call: &Call, value: &Json, redactor: &Redactor) -> String {
    // Whole texts first, for half a secret would not be found.
    let text = |name: &str| redactor.line(value.get(name).and_then(Json::as_str).unwrap_or("?"));
    match call.send {
        Send::Request(_) => {
            let url = text("url");
            let plain = url.split(['?', '#']).next().unwrap_or_default();
            let method = match value.get("method") {
                Some(Json::String(_)) => text("method"),
                _ => "POST".to_owned(),
            };
            format!("{method} {plain}")
        }
        Send::Process(_) => format!("run {}", text("program")),
    }
}

/// Where the backend shows its run.
pub(super) fn url_of(outputs: &Map<String, Json>) -> Option<String> {
    let url = outputs.get("url").and_then(Json::as_str)?;
    Some(crate::text::visible(url).into_owned())
}

/// An output that is not too long for the ledger; a cut one says so at its end.
fn cut(value: Json) -> Json {
    let text = match value {
        Json::String(text) => text,
        Json::Array(_) | Json::Object(_) => {
            let text = canonical(&value);
            if text.len() <= OUTPUT_MAX {
                return value;
            }
            text
        }
        other => return other,
    };
    if text.len() <= OUTPUT_MAX {
        return Json::String(text);
    }
    let mut end = OUTPUT_MAX;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let (kept, rest) = text.split_at(end);
    Json::String(format!("{kept}... (+{})", rest.chars().count()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::cut;

    #[test]
    fn long_outputs_are_cut_and_say_so() {
        let long = "\u{fc}".repeat(10_000);
        let kept = cut(json!(long));
        let kept = kept.as_str().unwrap();
        assert!(kept.ends_with("... (+1808)"), "{}", kept.len());
        assert_eq!(cut(json!("short")), json!("short"));
        assert!(cut(json!([long])).is_string());
        assert_eq!(cut(json!({"a": [1, null]})), json!({"a": [1, null]}));
    }
}

//! What `apply` says: events while it runs, a report at its end.
//!
//! In: facts, already free of secrets. Out: the words that people read. A renderer may lay them
//! out; it decides nothing.

use crate::plan::file::Step;

/// How a step stands at the end of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Word {
    /// All its calls did what they should.
    Done,
    /// An earlier run did it.
    AlreadyDone,
    /// One of its calls did not do what it should.
    Failed,
    /// It may not be run.
    Refused,
    /// A newer landing, which was run before, set what it would set.
    Superseded,
    /// A step that it comes after did not end well.
    Skipped,
    /// Nobody can tell what one of its calls did.
    Unknown,
    /// The run was stopped before its end.
    Interrupted,
}

impl Word {
    /// As people read it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::AlreadyDone => "already done",
            Self::Failed => "failed",
            Self::Refused => "refused",
            Self::Superseded => "superseded",
            Self::Skipped => "skipped",
            Self::Unknown => "unknown",
            Self::Interrupted => "interrupted",
        }
    }

    /// Whether what comes after the step may be run.
    pub const fn is_good(self) -> bool {
        matches!(self, Self::Done | Self::AlreadyDone)
    }
}

/// How a step ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepReport {
    /// Its number in the plan.
    pub number: u32,
    /// How it ended.
    pub word: Word,
    /// Seconds, in this run.
    pub took_seconds: u64,
    /// Why, in a few words: `verify: 503 three times`, `needs 2`; may be empty.
    pub detail: String,
    /// The whole of it, one line for each call that did not end well:
    /// `verify  POST https://deploy.example/verify: 503 Service Unavailable, tried 3 times`.
    pub problems: Vec<String>,
    /// The calls that are done, by this run or one before: none is made again.
    pub done: Vec<String>,
}

/// How a step ended, without which step and when.
pub(super) struct Summary {
    pub(super) word: Word,
    pub(super) detail: String,
    pub(super) problems: Vec<String>,
    pub(super) done: Vec<String>,
}

impl Summary {
    /// The end of a step of which no call was made.
    pub(super) fn bare(word: Word, detail: impl Into<String>) -> Self {
        Self {
            word,
            detail: detail.into(),
            problems: Vec::new(),
            done: Vec::new(),
        }
    }
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// All steps of the plan, by number.
    pub steps: Vec<StepReport>,
    /// Why the run did not come to its end: the ledger, or somebody stopped it.
    pub interrupted: Option<String>,
}

impl Report {
    /// 0 all done; 4 a step failed, was refused, superseded or skipped; 5 something is unknown, or the run
    /// did not come to its end.
    pub fn exit_code(&self) -> u8 {
        let has = |words: &[Word]| self.steps.iter().any(|step| words.contains(&step.word));
        if self.interrupted.is_some() || has(&[Word::Unknown, Word::Interrupted]) {
            5
        } else if has(&[Word::Failed, Word::Refused, Word::Superseded, Word::Skipped]) {
            4
        } else {
            0
        }
    }

    /// `failed: 2 of 4 steps done, 1 failed, 1 skipped`; `done: 4 of 4 steps, 2 of them now`.
    pub fn headline(&self) -> String {
        let count = |word| self.steps.iter().filter(|step| step.word == word).count();
        let (all, now) = (self.steps.len(), count(Word::Done));
        let good = now + count(Word::AlreadyDone);
        if self.exit_code() == 0 {
            let whole = format!("done: {good} of {all} steps");
            return if now == good {
                whole
            } else {
                format!("{whole}, {now} of them now")
            };
        }
        let first = if self.interrupted.is_some() || count(Word::Interrupted) > 0 {
            Word::Interrupted
        } else if count(Word::Unknown) > 0 {
            Word::Unknown
        } else {
            Word::Failed
        };
        let words = [
            Word::Failed,
            Word::Unknown,
            Word::Refused,
            Word::Superseded,
            Word::Skipped,
            Word::Interrupted,
        ];
        let others = words.into_iter().filter_map(|word| {
            let n = count(word);
            (n > 0).then(|| format!(", {n} {}", word.words()))
        });
        let others: String = others.collect();
        format!("{}: {good} of {all} steps done{others}", first.words())
    }
}

/// Something happened to a step.
#[derive(Debug, Clone)]
pub struct Event<'a> {
    /// The step.
    pub step: &'a Step,
    /// What.
    pub what: Happening,
}

/// What can happen to a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happening {
    /// One of its calls was made.
    Started {
        /// The call's id.
        call: String,
        /// Where the backend shows its run.
        url: Option<String>,
    },
    /// A sign of life, each minute.
    Running {
        /// For how long the call has been going on.
        seconds: u64,
        /// The call's id.
        call: String,
        /// What it is doing.
        doing: String,
    },
    /// It ended.
    Ended {
        /// How.
        word: Word,
        /// How long it took.
        seconds: u64,
        /// Why; may be empty.
        detail: String,
    },
}

impl Event<'_> {
    /// One line: `2 change_replicas CartService: failed in 2m 11s, verify: 503 three times`.
    pub fn line(&self) -> String {
        let what = match &self.what {
            Happening::Started { call, url: None } => format!("started {call}"),
            Happening::Started {
                call,
                url: Some(url),
            } => format!("started {call}, {url}"),
            Happening::Running {
                seconds,
                call,
                doing,
            } => format!("running for {}, {call}: {doing}", duration(*seconds)),
            Happening::Ended {
                word,
                seconds,
                detail,
            } => {
                let time = match word {
                    Word::Done | Word::Failed => format!(" in {}", duration(*seconds)),
                    _ => String::new(),
                };
                let comma = if detail.is_empty() { "" } else { ", " };
                format!("{}{time}{comma}{detail}", word.words())
            }
        };
        let step = self.step;
        format!("{} {} {}: {what}", step.number, step.action, step.entity)
    }
}

/// Is told what happens; from several threads at once.
pub trait Observer: Sync {
    /// Something happened to a step.
    fn event(&self, event: &Event<'_>);

    /// The run is at this one of [`POINTS`]. Tests end the run there, as a machine that loses
    /// its power would; nobody else listens.
    fn at(&self, point: &'static str) {
        let _ = point;
    }
}

/// The places where it matters whether a run that dies has come so far.
pub const POINTS: &[&str] = &[
    "before-intent",
    "after-intent",
    "before-send",
    "after-send",
    "before-progress",
    "after-progress",
    "before-poll",
    "after-poll",
    "before-result",
    "after-result",
];

/// `31s`, `2m 11s`, `1h`, `1h 5m`: the two largest units.
pub fn duration(seconds: u64) -> String {
    let units = [
        (seconds / 86_400, "d"),
        (seconds / 3_600 % 24, "h"),
        (seconds / 60 % 60, "m"),
        (seconds % 60, "s"),
    ];
    let shown: Vec<String> = units
        .iter()
        .skip_while(|(n, _)| *n == 0)
        .take(2)
        .filter(|(n, _)| *n > 0)
        .map(|(n, unit)| format!("{n}{unit}"))
        .collect();
    if shown.is_empty() {
        "0s".to_owned()
    } else {
        shown.join(" ")
    }
}

/// `503`, `503 twice`, `503 three times`.
pub(super) fn times(what: &str, n: u32) -> String {
    const WORDS: [&str; 8] = [
        "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    ];
    match n {
        0 | 1 => what.to_owned(),
        2 => format!("{what} twice"),
        _ => match WORDS.get(n as usize - 3) {
            Some(word) => format!("{what} {word} times"),
            None => format!("{what} {n} times"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::{Report, StepReport, Word, duration, times};

    fn report(words: &[Word]) -> Report {
        let steps = words.iter().zip(1..).map(|(word, number)| StepReport {
            number,
            word: *word,
            took_seconds: 0,
            detail: String::new(),
            problems: Vec::new(),
            done: Vec::new(),
        });
        Report {
            steps: steps.collect(),
            interrupted: None,
        }
    }

    #[test]
    fn headlines_and_exit_codes_say_the_same() {
        use Word::{AlreadyDone, Done, Failed, Interrupted, Refused, Skipped, Unknown};
        for (words, code, line) in [
            (&[][..], 0, "done: 0 of 0 steps"),
            (&[Done, Done], 0, "done: 2 of 2 steps"),
            (
                &[AlreadyDone, Done, AlreadyDone, Done],
                0,
                "done: 4 of 4 steps, 2 of them now",
            ),
            (&[AlreadyDone], 0, "done: 1 of 1 steps, 0 of them now"),
            (
                &[Done, Failed, Done, Skipped],
                4,
                "failed: 2 of 4 steps done, 1 failed, 1 skipped",
            ),
            (&[Refused], 4, "failed: 0 of 1 steps done, 1 refused"),
            (
                &[Unknown, Failed],
                5,
                "unknown: 0 of 2 steps done, 1 failed, 1 unknown",
            ),
            (
                &[Interrupted],
                5,
                "interrupted: 0 of 1 steps done, 1 interrupted",
            ),
        ] {
            assert_eq!(report(words).exit_code(), code, "{words:?}");
            assert_eq!(report(words).headline(), line);
        }
        let stopped = Report {
            interrupted: Some("somebody stopped it".to_owned()),
            ..report(&[Done])
        };
        assert_eq!(stopped.exit_code(), 5);
    }

    #[test]
    fn durations_show_their_two_largest_units() {
        for (seconds, words) in [
            (0, "0s"),
            (31, "31s"),
            (60, "1m"),
            (131, "2m 11s"),
            (600, "10m"),
            (3_600, "1h"),
            (3_605, "1h"),
            (3_900, "1h 5m"),
            (90_000, "1d 1h"),
        ] {
            assert_eq!(duration(seconds), words);
        }
    }

    #[test]
    fn counts_are_words() {
        assert_eq!(times("503", 1), "503");
        assert_eq!(times("503", 2), "503 twice");
        assert_eq!(times("503", 3), "503 three times");
        assert_eq!(times("503", 11), "503 11 times");
    }
}

//! A step that is being run: where its calls stand, and what becomes of it.

use std::collections::BTreeMap;

use crate::apply::call::End;
use crate::apply::call::Ending;
use crate::apply::report::Summary;
use crate::apply::report::Word;
use crate::plan::file::Call;
use crate::plan::file::Step;

/// A step that is being run.
pub(super) struct Open<'a> {
    pub(super) step: &'a Step,
    pub(super) since: i64,
    /// Why nothing more of it may be begun; what was begun is followed to its end all the same.
    pub(super) refused: Option<String>,
    pub(super) calls: BTreeMap<&'a str, Standing>,
}

/// Where a call of an open step stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Standing {
    /// It is to be begun.
    Waiting,
    /// The ledger has it as begun by an earlier run: it is taken up, whatever became of others.
    Begun,
    Running {
        since: i64,
        generation: u32,
    },
    Ended {
        end: End,
        is_new: bool,
    },
}

impl Open<'_> {
    /// Whether a call waits for nothing.
    pub(super) fn is_ready(&self, call: &Call) -> bool {
        let may_go_on = match self.calls.get(call.id.as_str()) {
            Some(Standing::Begun) => true,
            Some(Standing::Waiting) => self.refused.is_none() && !self.has_failed(),
            _ => false,
        };
        may_go_on && call.needs.iter().all(|id| self.is_done(id))
    }

    pub(super) fn is_done(&self, id: &str) -> bool {
        matches!(self.calls.get(id), Some(Standing::Ended { end, .. }) if end.ending == Ending::Done)
    }

    /// Whether a call did not end well, so that no other begins.
    pub(super) fn has_failed(&self) -> bool {
        let mut calls = self.calls.values();
        calls.any(|it| matches!(it, Standing::Ended { end, .. } if end.ending != Ending::Done))
    }

    pub(super) fn is_over(&self) -> bool {
        let mut calls = self.calls.values();
        let is_quiet = !calls.any(|it| matches!(it, Standing::Running { .. }));
        let mut calls = self.step.calls.iter();
        let is_taken_up = !calls.any(|call| self.is_ready(call));
        is_quiet
            && is_taken_up
            && (self.is_complete() || self.has_failed() || self.refused.is_some())
    }

    fn is_complete(&self) -> bool {
        let mut calls = self.calls.values();
        calls.all(|it| matches!(it, Standing::Ended { .. }))
    }

    /// How the step ended, from how its calls did.
    pub(super) fn summary(&self) -> Summary {
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
        if let Some(why) = &self.refused
            && worst <= Word::Failed
            && !(worst == Word::Done && self.is_complete())
        {
            worst = worst.max(Word::Refused);
            details.push(why.clone());
        }
        let has_old = ends.iter().any(|(.., is_new)| !is_new);
        if worst == Word::Done && has_old {
            details.extend(ends.iter().map(|(id, _, is_new)| {
                let word = if *is_new { "succeeded" } else { "already done" };
                format!("{id} {word}")
            }));
        }
        let separator = if worst == Word::Done { ", " } else { "; " };
        let done = ends.iter().filter(|(_, end, _)| end.ending == Ending::Done);
        Summary {
            word: worst,
            detail: details.join(separator),
            problems,
            done: done.map(|(id, ..)| (*id).to_owned()).collect(),
        }
    }
}

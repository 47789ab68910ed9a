//! What changed since an old landing: a step that would send what the catalog does not say any
//! more is not run again.

use crate::cli::apply::Landing;
use crate::cli::records::Records;
use crate::cli::{Exit, Failure, Output, failure, open};
use crate::compile::Compiled;
use crate::ledger::record::{self, LandedStep};
use crate::plan::file::{Step, short};
use crate::plan::outdated::Writes;
use crate::source::git::Repository;
use crate::text::visible;

/// How many landings are looked at for the one that set a value.
const LANDINGS: usize = 32;

/// The catalog that a landing left, and the one of now.
pub(super) struct Since<'r> {
    repository: &'r Repository,
    landed: &'r record::Landing,
    then: Compiled,
    now: &'r Compiled,
}

impl<'r> Since<'r> {
    /// What may have changed since a landing; `None` where it is the last.
    pub(super) fn of(
        landing: &'r Landing,
        landed: &'r record::Landing,
        now: &'r Compiled,
    ) -> Result<Option<Self>, Failure> {
        let Some((repository, _, after)) = landing.sides.commits() else {
            return Ok(None);
        };
        if repository.resolve(&landing.target).map_err(failure)? == *after {
            return Ok(None);
        }
        Ok(Some(Self {
            repository,
            landed,
            then: open::commit(repository, after, &landed.after)?,
            now,
        }))
    }

    /// Why a step is not what the catalog says any more, in words.
    pub(super) fn why(&self, step: &Step, records: &Records) -> Option<String> {
        let writes = Writes::of(step, &self.then);
        let moved = writes.moved(&self.then, self.now)?;
        let words = writes.words(&moved, &self.then, self.now);
        Some(match self.by(&writes, step, records) {
            Some(landing) => format!(
                "{words}; {} set it, which {} asked for",
                short(&landing.after),
                visible(&landing.requester)
            ),
            None => format!("{words}; no landing of the ledger set it"),
        })
    }

    /// The last landing since that changed what the step writes.
    fn by<'l>(
        &self,
        writes: &Writes<'_>,
        step: &Step,
        records: &'l Records,
    ) -> Option<&'l record::Landing> {
        let landings = records.state.landings().iter().rev();
        let others = landings.take_while(|other| other.id != self.landed.id);
        let is_of_kind = |other: &LandedStep| other.blueprint == step.blueprint;
        let mut others = others
            .filter(|other| other.steps.iter().any(is_of_kind))
            .take(LANDINGS);
        others.find(|other| {
            let side = |id: &str| {
                let commit = self.repository.resolve(id).ok()?;
                open::commit(self.repository, &commit, id).ok()
            };
            let sides = side(&other.before).zip(side(&other.after));
            sides.is_some_and(|(before, after)| writes.moved(&before, &after).is_some())
        })
    }
}

/// What is said where the step that was asked for is outdated.
pub(super) fn refused(name: &str, step: &LandedStep, why: &str) -> Output {
    let entity = visible(&step.entity);
    let text = format!(
        "stale: {name} is not run again, {} on {entity}\n    changed  {why}\nnext: open a new change for what is wanted now; `catalogc audit --entity {entity}` shows what was done since\n",
        visible(&step.action)
    );
    Output::new(text, Exit::Stale)
}

//! What changed since an old landing: a step that would send what the catalog does not say any
//! more is not run again.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::cli::apply::Landing;
use crate::cli::records::Records;
use crate::cli::{Exit, Failure, Output, failure, open};
use crate::compile::Compiled;
use crate::ledger::record::{self, LandedStep};
use crate::plan::file::{Step, short};
use crate::plan::outdated::{Between, Writes};
use crate::source::git::{CommitId, Repository};
use crate::text::visible;

/// How many landings are looked at for the one that set a value.
const LANDINGS: usize = 32;

/// The catalog that a landing left, and the one of now.
pub(super) struct Since<'r> {
    repository: &'r Repository,
    landed: &'r record::Landing,
    then: Compiled,
    now: &'r Compiled,
    /// The catalogs of commits that were looked at; none where one cannot be read.
    commits: RefCell<BTreeMap<CommitId, Option<Rc<Compiled>>>>,
}

/// The steps of a landing that are looked at, each compared with the catalog of now.
pub(super) struct Compared<'s> {
    since: &'s Since<'s>,
    between: Between<'s>,
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
            commits: RefCell::default(),
        }))
    }

    /// Compares the two catalogs.
    pub(super) fn compared(&self) -> Compared<'_> {
        Compared {
            since: self,
            between: Between::new(&self.then, self.now),
        }
    }
}

impl Compared<'_> {
    /// Why a step is not what the catalog says any more, in words.
    pub(super) fn why(&self, step: &Step) -> Option<String> {
        let writes = Writes::of(step, &self.since.then);
        let moved = writes.moved(&self.between)?;
        Some(writes.words(&moved, &self.between))
    }

    /// The same, with who made it another, for which old landings are looked at.
    pub(super) fn why_and_who(&self, step: &Step, records: &Records) -> Option<String> {
        let words = self.why(step)?;
        let writes = Writes::of(step, &self.since.then);
        Some(match self.since.by(&writes, step, records) {
            Some(landing) => format!(
                "{words}; {} set it, which {} asked for",
                short(&landing.after),
                visible(&landing.requester)
            ),
            None => format!("{words}; no landing of the ledger set it"),
        })
    }
}

impl Since<'_> {
    /// The catalog of a commit, compiled once.
    fn commit(&self, id: &str) -> Option<Rc<Compiled>> {
        let commit = self.repository.resolve(id).ok()?;
        if let Some(known) = self.commits.borrow().get(&commit) {
            return known.clone();
        }
        let compiled = open::commit(self.repository, &commit, id).ok().map(Rc::new);
        let mut commits = self.commits.borrow_mut();
        commits.insert(commit, compiled.clone());
        compiled
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
            let sides = self.commit(&other.before).zip(self.commit(&other.after));
            sides.is_some_and(|(before, after)| {
                writes.moved(&Between::new(&before, &after)).is_some()
            })
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

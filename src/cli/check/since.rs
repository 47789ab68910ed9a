//! What a catalog had at an earlier revision, and what was deleted since.
//!
//! In: a directory and a revision. Out: fewer findings, those of deletions put together; and the
//! catalog without what goes with what is deleted. Writes nothing.

use std::path::Path;

use crate::cli::{Failure, failure, open};
use crate::compile::{Compiled, compile};
use crate::finding::codes::{E0301, E0307};
use crate::finding::{Finding, Severity};
use crate::plan::gone::{Completion, completion, grouped};
use crate::source::Snapshot;
use crate::source::git::{CommitId, Repository};

/// A catalog at a revision.
pub(in crate::cli) struct Since {
    rev: String,
    /// The catalog; a revision without one has no findings.
    before: Option<Compiled>,
    fork: Fork,
}

/// Where the history of what is checked and that of the revision part: what stands only in the
/// revision was not deleted here.
enum Fork {
    /// The revision itself.
    Same,
    /// Another commit.
    At(Box<Compiled>),
    /// Nobody knows, and so nobody knows what was deleted.
    Unknown(String),
}

impl Since {
    /// The catalog of the repository around `path` at `rev`.
    pub(in crate::cli) fn open(path: &Path, rev: &str) -> Result<Self, Failure> {
        let repository = Repository::discover(path).map_err(failure)?;
        let commit = repository.resolve(rev).map_err(failure)?;
        let compiled = |commit: &CommitId| -> Result<Option<Compiled>, Failure> {
            let opened = open::at_commit(&repository, commit)?;
            Ok(opened.map(|opened| compile(opened.snapshot, &opened.selection)))
        };
        let base = repository.resolve("HEAD");
        let base = base.and_then(|head| repository.merge_base(&commit, &head));
        let fork = match base {
            Ok(base) if base == commit => Fork::Same,
            Ok(base) => match compiled(&base)? {
                Some(fork) => Fork::At(Box::new(fork)),
                None => Fork::Unknown(format!("{} has no catalog", base.short())),
            },
            Err(error) => Fork::Unknown(error.to_string()),
        };
        Ok(Self {
            rev: rev.to_owned(),
            before: compiled(&commit)?,
            fork,
        })
    }

    /// What deletions since then leave to be done.
    fn completion(&self, now: &Compiled) -> Option<(&Compiled, Completion)> {
        let before = self.before.as_ref()?;
        let fork = match &self.fork {
            Fork::Same => None,
            Fork::At(fork) => Some(&fork.catalog),
            Fork::Unknown(_) => return None,
        };
        Some((before, completion(before, now, fork)))
    }

    /// Takes out what the revision has too, and puts together what is said of deletions; gives
    /// how many findings are taken out.
    pub(in crate::cli) fn take_out(&self, now: &mut Compiled) -> u64 {
        let Some(before) = &self.before else {
            return 0;
        };
        let older = now.drop_known(before) as u64;
        if let Some((before, completion)) = self.completion(now) {
            let how = format!("run `catalogc check --since {} --fix`", self.rev);
            grouped(before, now, &completion, &how);
        }
        older
    }

    /// The catalog without what goes with what is deleted; nothing where nothing does.
    ///
    /// Errors: why it cannot be told, in words.
    pub(in crate::cli) fn whole(
        &self,
        now: &Compiled,
        compile: &dyn Fn(Snapshot) -> Compiled,
    ) -> Result<Option<Compiled>, String> {
        if let (Fork::Unknown(why), Some(_)) = (&self.fork, &self.before) {
            return Err(format!(
                "what was deleted since {} is not known: {why}",
                self.rev
            ));
        }
        let Some((before, completion)) = self.completion(now) else {
            return Ok(None);
        };
        let Some(snapshot) = completion.snapshot.clone() else {
            return Ok(None);
        };
        let whole = compile(snapshot.clone());
        // What cannot be read looks like a deletion, and what is new may come of the change.
        let mut new = compile(snapshot);
        new.drop_known(before);
        let is_error = |it: &&Finding| {
            it.severity == Severity::Error && *it.code != E0301 && *it.code != E0307
        };
        if let Some(error) = new.findings.iter().find(is_error) {
            return Err(format!(
                "what goes with deleted entities stays until {} at {}:{} is put right",
                error.code.id,
                new.snapshot.path(error.span.file),
                crate::text::position(new.snapshot.text(error.span.file), error.span.start).line
            ));
        }
        if !completion.fits(now, &whole) {
            return Err(
                "what goes with deleted entities stays: the texts are not as plain as they look"
                    .to_owned(),
            );
        }
        Ok(Some(whole))
    }
}

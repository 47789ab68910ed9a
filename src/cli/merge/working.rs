//! The plan of a change that is not committed: what the files on disk would do, merged into where
//! they come from.

use std::path::Path;

use crate::cli::merge::{Made, Pair, Side, Sides, Tells, revision};
use crate::cli::{Failure, open};
use crate::compile::{Compiled, compile};
use crate::model::Moment;
use crate::plan::account::Accounts;
use crate::plan::{Apart, Spent};
use crate::source::Selection;
use crate::source::git::{CommitId, Repository};

/// What a change is compared with.
#[derive(Debug, Clone)]
pub(in crate::cli) enum Against {
    /// The commit that is checked out.
    Head,
    /// A commit, and what it is called.
    Commit(String, CommitId),
    /// The files as they were.
    Files,
}

/// Who judges a change, who asks for it, and when.
#[derive(Debug, Clone)]
pub(in crate::cli) struct Judge {
    pub(in crate::cli) against: Against,
    pub(in crate::cli) actors: Vec<String>,
    pub(in crate::cli) now: Option<Moment>,
}

/// The plan of `after`, which the files of `folder` are or would be; where there is no commit to
/// compare with, against the files as they were.
pub(in crate::cli) fn foreseen(
    folder: &Path,
    before: &Compiled,
    mut after: Compiled,
    selection: &Selection,
    judge: &Judge,
) -> Result<Made, Failure> {
    let commit = match &judge.against {
        Against::Head => checked_out(folder),
        Against::Commit(name, commit) => {
            at(folder, commit).map(|compiled| (name.clone(), commit.clone(), compiled))
        }
        Against::Files => None,
    };
    let (name, side, before) = match commit {
        Some((name, commit, compiled)) => (name, Side::Commit(commit), compiled),
        None => (
            "the files as they were".to_owned(),
            Side::Directory,
            compile(before.snapshot.clone(), selection),
        ),
    };
    after.hold_to(&before);
    let sides = Sides {
        repository: None,
        base: (name, side),
        head: ("the files as they are".to_owned(), Side::Directory),
        now: judge.now,
        accounts: Accounts::default(),
        tells: Tells::Nothing,
        previous: None,
    };
    let pair = Pair {
        before,
        after,
        apart: Apart::default(),
        selection: selection.clone(),
        has_target: true,
        merged: Vec::new(),
        outside: Vec::new(),
        is_behind: false,
    };
    let named = (revision(&sides.base), revision(&sides.head));
    sides.make(
        (pair, None),
        named,
        &judge.actors,
        (&[], &[]),
        (&Spent::default(), Tells::Nothing),
    )
}

/// The catalog of a commit, where it is the whole of a repository's folder.
pub(in crate::cli) fn at(folder: &Path, commit: &CommitId) -> Option<Compiled> {
    let repository = Repository::discover(folder).ok()?;
    if !open::prefix(&repository).is_empty() {
        return None;
    }
    let opened = open::at_commit(&repository, commit).ok()??;
    Some(compile(opened.snapshot, &opened.selection))
}

/// The commit that is checked out where the catalog is the whole of a repository's folder, with
/// its branch and its catalog.
pub(in crate::cli) fn checked_out(folder: &Path) -> Option<(String, CommitId, Compiled)> {
    let repository = Repository::discover(folder).ok()?;
    let commit = repository.resolve("HEAD").ok()?;
    let compiled = at(folder, &commit)?;
    let name = repository.branch().unwrap_or_else(|| "HEAD".to_owned());
    Some((name, commit, compiled))
}

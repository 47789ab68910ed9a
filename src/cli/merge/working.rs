//! The plan of a change that is not committed: what the files on disk would do, merged into where
//! they come from.

use std::path::Path;

use crate::cli::merge::{Made, Pair, Side, Sides, Tells, revision};
use crate::cli::{Failure, failure, open};
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
    let (name, side, before) = match compared(folder, &judge.against) {
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
        masks: None,
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

/// The commit that a change is compared with, what it is called, and its catalog.
pub(in crate::cli) fn compared(
    folder: &Path,
    against: &Against,
) -> Option<(String, CommitId, Compiled)> {
    match against {
        Against::Head => checked_out(folder),
        Against::Commit(name, commit) => {
            at(folder, commit).map(|compiled| (name.clone(), commit.clone(), compiled))
        }
        Against::Files => None,
    }
}

/// The catalog of a commit, as the folder would have it.
pub(in crate::cli) fn at(folder: &Path, commit: &CommitId) -> Option<Compiled> {
    let repository = Repository::discover(folder).ok()?;
    let opened = open::below_at(&repository, commit).ok()??;
    Some(compile(opened.snapshot, &opened.selection))
}

/// The catalog of the branch that changes of `folder` are merged into: the revision that is named,
/// else where pull requests of this clone go, else the commit that is checked out.
pub(in crate::cli) fn target(
    folder: &Path,
    named: Option<&str>,
) -> Result<Option<Compiled>, Failure> {
    let Some((repository, _, commit)) = tip(folder, named)? else {
        return Ok(None);
    };
    let opened = open::at_commit(&repository, &commit)?;
    Ok(opened.map(|opened| compile(opened.snapshot, &opened.selection)))
}

/// The same as a revision and its commit, with the repository; nothing where there is none, or no
/// commit.
pub(in crate::cli) fn tip(
    folder: &Path,
    named: Option<&str>,
) -> Result<Option<(Repository, String, CommitId)>, Failure> {
    let repository = match (Repository::discover(folder), named) {
        (Ok(repository), _) => repository,
        (Err(error), Some(_)) => return Err(failure(error)),
        (Err(_), None) => return Ok(None),
    };
    let rev = named.map(str::to_owned);
    let rev = rev.or_else(|| repository.target().map(|(rev, _)| rev));
    let rev = match rev {
        Some(rev) => rev,
        None if repository.resolve("HEAD").is_ok() => "HEAD".to_owned(),
        None => return Ok(None),
    };
    let commit = repository.resolve(&rev).map_err(failure)?;
    Ok(Some((repository, rev, commit)))
}

/// Lets requests be that stand where pull requests of `folder` go.
pub(in crate::cli) fn let_merged_be(folder: &Path, compiled: &mut Compiled) {
    if compiled.asks_for_nothing()
        && let Some(target) = usual(folder)
    {
        compiled.let_merged_be(&target);
    }
}

/// The catalog of the branch that pull requests of `folder` go to.
pub(in crate::cli) fn usual(folder: &Path) -> Option<Compiled> {
    let repository = Repository::discover(folder).ok()?;
    // Without a remote the commit that is checked out is all that there is.
    let alone = || repository.remotes().is_empty().then(|| "HEAD".to_owned());
    let rev = repository.target().map(|(rev, _)| rev).or_else(alone)?;
    let commit = repository.resolve(&rev).ok()?;
    let opened = open::at_commit(&repository, &commit).ok()??;
    Some(compile(opened.snapshot, &opened.selection))
}

/// The commit that is checked out, with its branch and its catalog.
pub(in crate::cli) fn checked_out(folder: &Path) -> Option<(String, CommitId, Compiled)> {
    let repository = Repository::discover(folder).ok()?;
    let commit = repository.resolve("HEAD").ok()?;
    let compiled = at(folder, &commit)?;
    let name = repository.branch().unwrap_or_else(|| "HEAD".to_owned());
    Some((name, commit, compiled))
}

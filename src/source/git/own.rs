//! What a merge commit says of its own.
//!
//! In: a commit with several parents. Out: whether its tree holds what merging them gives and
//! nothing else. Whoever merges may write into it whatever they like, and no side shows it.

use gix::bstr::BString;

use crate::source::Selection;
use crate::source::git::blob;
use crate::source::git::history;
use crate::source::git::merge::{Outcome, Parted, parted};
use crate::source::git::open;
use crate::source::git::tree::{self, Kind};
use crate::source::git::{CommitId, GitError, Repository};

impl Repository {
    /// Whether a merge holds, in the files that any of `selections` takes, what its parents give
    /// and nothing of its author's own. A conflict that somebody resolved is their own, and so is
    /// what cannot be merged again: more than two parents, histories that cross.
    pub fn is_plain_merge(
        &self,
        commit: &CommitId,
        selections: &[Selection],
    ) -> Result<bool, GitError> {
        let parents = self.parents(commit)?;
        let [one, other] = parents.as_slice() else {
            return Ok(false);
        };
        let parted = match parted(&self.store, one, other) {
            Ok(parted) => parted,
            Err(GitError::SeveralMergeBases(_) | GitError::NoMergeBase | GitError::Shallow) => {
                return Ok(false);
            }
            Err(error) => return Err(error),
        };
        let is_taken = |path: &BString| {
            let kinds = [Kind::File, Kind::Link];
            let mut all = selections
                .iter()
                .flat_map(|it| kinds.map(|kind| (it, kind)));
            all.any(|(selection, kind)| tree::is_taken(selection, path, kind))
        };
        holds(&open::local(&self.store), commit, &parted, is_taken)
    }
}

/// Whether a commit has at each path what the merge gives there.
fn holds(
    repository: &gix::Repository,
    commit: &CommitId,
    parted: &Parted,
    is_taken: impl Fn(&BString) -> bool,
) -> Result<bool, GitError> {
    let tree = history::tree_of(repository, commit)?;
    let changes = tree::compare(repository, parted.target, tree)?;
    let mut paths = changes.keys();
    if paths.any(|path| is_taken(path) && !parted.outcomes.contains_key(path)) {
        return Ok(false);
    }
    for (path, outcome) in parted.outcomes.iter().filter(|(path, _)| is_taken(path)) {
        let found = tree::find(repository, tree, path)?;
        let is_so = match outcome {
            Outcome::Take(entry) => found == *entry,
            Outcome::Text(kind, bytes) => found.is_some_and(|found| {
                let text = blob::bytes(repository, found.id);
                found.kind == *kind && text.is_ok_and(|text| text == *bytes)
            }),
            Outcome::Conflict(_) => false,
        };
        if !is_so {
            return Ok(false);
        }
    }
    Ok(true)
}

//! Whether a landing was run already as a part of another one, or has one as a part.
//!
//! In: a landing's two commits, the ledger, the tip of the target branch. Out: a landing that
//! shares a commit with it. Each landing has run keys of its own, so what two of them share
//! would happen twice.

use std::collections::BTreeMap;

use crate::cli::{Failure, failure};
use crate::ledger::State;
use crate::ledger::record;
use crate::source::git::{CommitId, GitError, Repository};

/// The first landing of the ledger that shares a commit of the target branch with the one from
/// `before` to `after`.
pub(super) fn overlapping<'s>(
    repository: &Repository,
    (before, after): (&CommitId, &CommitId),
    target: &CommitId,
    state: &'s State,
) -> Result<Option<&'s record::Landing>, Failure> {
    let line = match repository.first_parents(target, before) {
        Ok(line) => line,
        // A branch that was pushed as it was, with the target merged into it: there is no line
        // of landings to compare with.
        Err(GitError::NotOnTheLine { .. }) => return Ok(None),
        Err(error) => return Err(failure(error)),
    };
    // How far each commit is from `before`; what is older is nowhere on the line.
    let places: BTreeMap<String, usize> = line
        .iter()
        .enumerate()
        .map(|(n, commit)| (commit.to_string(), n + 1))
        .collect();
    let Some(end) = places.get(&after.to_string()) else {
        return Ok(None);
    };
    let id = after.to_string();
    Ok(state.landings().iter().find(|other| {
        let begins = places.get(&other.before).copied().unwrap_or_default();
        other.id != id && places.contains_key(&other.after) && begins < *end
    }))
}

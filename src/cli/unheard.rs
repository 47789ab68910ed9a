//! Merges into the target branch that the ledger never heard of: their `apply` never ran.
//!
//! In: the records, and the tip of the branch. Out: the commits of its first parents that no
//! landing brought and whose plans have steps, the oldest first. A ledger without a landing says
//! nothing of any of them.

use std::collections::{BTreeMap, BTreeSet};

use crate::cli::merge::Sides;
use crate::cli::records::Records;
use crate::cli::rehearsal::Rehearsal;
use crate::cli::{Failure, failure};
use crate::ledger::record::Landing;
use crate::plan::Spent;
use crate::source::git::{CommitId, Repository};

/// How many commits are followed back.
const FOLLOWED: usize = 2_000;

/// How many of them are planned.
const PLANNED: usize = 20;

/// A merge that was never run.
pub(super) struct Unheard {
    /// The tip of the branch before it.
    pub(super) before: CommitId,
    /// The tip after it.
    pub(super) after: CommitId,
    /// How many steps it has; none where its result has errors.
    pub(super) steps: Option<usize>,
}

/// What was found, and how many more commits there are that were not looked at.
#[derive(Default)]
pub(super) struct Found {
    pub(super) merges: Vec<Unheard>,
    pub(super) more: usize,
}

/// The merges that were never run.
pub(super) fn unheard(
    repository: &Repository,
    tip: &CommitId,
    records: &Records,
) -> Result<Found, Failure> {
    let mut found = Found::default();
    let line = line(repository, tip, records)?;
    found.more = line.len().saturating_sub(PLANNED);
    // The oldest first: what is run later may rest on it.
    for (before, after) in line.into_iter().rev().take(PLANNED) {
        let changed = repository.changed_paths(&before, &after).map_err(failure)?;
        if changed.is_empty() {
            continue;
        }
        let steps = steps(repository, &before, &after)?;
        if steps != Some(0) {
            let merge = Unheard {
                before,
                after,
                steps,
            };
            found.merges.push(merge);
        }
    }
    Ok(found)
}

/// The commits that no landing brought, each with the one before it, the newest first; as far
/// back as the first landing of the ledger.
fn line(
    repository: &Repository,
    tip: &CommitId,
    records: &Records,
) -> Result<Vec<(CommitId, CommitId)>, Failure> {
    let landings = records.state.landings().iter();
    let landings = landings.filter(|landing| landing.ended().is_none());
    let mut open: BTreeMap<&str, &Landing> = landings.map(|it| (it.after.as_str(), it)).collect();
    let mut line = Vec::new();
    let mut known = 0;
    let mut within: BTreeSet<String> = BTreeSet::new();
    let mut at = tip.clone();
    for _ in 0..FOLLOWED {
        if open.is_empty() && within.is_empty() {
            break;
        }
        if let Some(landing) = open.remove(at.as_str()) {
            within.insert(landing.before.clone());
            known = line.len();
        }
        within.remove(at.as_str());
        let Some(parent) = repository.parents(&at).map_err(failure)?.into_iter().next() else {
            break;
        };
        // Landings share no commit: within one there is no other.
        let is_landed = !within.is_empty();
        if !is_landed {
            line.push((parent.clone(), at));
        }
        within.remove(parent.as_str());
        at = parent;
    }
    // What is older than the first landing was merged before there was a ledger.
    line.truncate(known);
    Ok(line)
}

/// How many steps a merge has, whoever asked for it; none where its result has errors.
fn steps(
    repository: &Repository,
    before: &CommitId,
    after: &CommitId,
) -> Result<Option<usize>, Failure> {
    let repository = Repository::discover(repository.folder()).map_err(failure)?;
    let named = |commit: &CommitId| (commit.to_string(), commit.clone());
    let sides = Sides::of_commits(repository, named(before), named(after));
    let made = sides
        .at(Some(Rehearsal::moment()))
        .plan(&[], &[], &Spent::default())?;
    Ok(made.ok().map(|plan| plan.steps.len()))
}

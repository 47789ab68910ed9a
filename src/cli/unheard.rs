//! Merges into the target branch that the ledger never heard of: their `apply` never ran.
//!
//! In: the records, and the tip of the branch. Out: the commits of its first parents that no
//! landing brought and whose plans have steps, the oldest first. What asks for something that was
//! taken back since has none. A ledger without a landing says nothing of any of them, but where
//! it is said where it begins.

use std::collections::{BTreeMap, BTreeSet};

use crate::cli::merge::Sides;
use crate::cli::records::Records;
use crate::cli::rehearsal::Rehearsal;
use crate::cli::{Failure, failure};
use crate::compile::Compiled;
use crate::ledger::record::Landing;
use crate::plan::Spent;
use crate::plan::file::Step;
use crate::source::git::{CommitId, Repository};

/// How many commits are followed back.
const FOLLOWED: usize = 2_000;

/// How many of them are planned for who only looks.
pub(super) const PLANNED: usize = 20;

/// The tip of a branch.
pub(super) struct Tip<'t> {
    pub(super) commit: &'t CommitId,
    pub(super) catalog: &'t Compiled,
}

/// How far is looked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reach<'c> {
    /// The commit behind which it begins; without it, the first landing of the ledger.
    pub(super) since: Option<&'c CommitId>,
    /// How many merges are planned, the oldest first.
    pub(super) most: usize,
}

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
    tip: &Tip<'_>,
    records: &Records,
    reach: Reach<'_>,
) -> Result<Found, Failure> {
    let mut found = Found::default();
    let line = line(repository, tip.commit, records, reach.since)?;
    found.more = line.len().saturating_sub(reach.most);
    // The oldest first: what is run later may rest on it.
    for (before, after) in line.into_iter().rev().take(reach.most) {
        found.merges.extend(merge(repository, tip, before, after)?);
    }
    Ok(found)
}

/// A merge between two commits, where something of it is to be run.
pub(super) fn merge(
    repository: &Repository,
    tip: &Tip<'_>,
    before: CommitId,
    after: CommitId,
) -> Result<Option<Unheard>, Failure> {
    let changed = repository.changed_paths(&before, &after).map_err(failure)?;
    if changed.is_empty() {
        return Ok(None);
    }
    let steps = steps(repository, tip.catalog, &before, &after)?;
    Ok((steps != Some(0)).then_some(Unheard {
        before,
        after,
        steps,
    }))
}

/// The newest merges of a branch that have steps, whatever the ledger says: the oldest first.
pub(super) fn newest(repository: &Repository, tip: &Tip<'_>) -> Result<Vec<Unheard>, Failure> {
    let (mut found, mut at) = (Vec::new(), tip.commit.clone());
    for _ in 0..PLANNED {
        let Some(parent) = repository.parents(&at).map_err(failure)?.into_iter().next() else {
            break;
        };
        found.extend(merge(repository, tip, parent.clone(), at)?);
        at = parent;
    }
    found.reverse();
    Ok(found)
}

/// The commits that no landing brought, each with the one before it, the newest first; as far
/// back as the first landing of the ledger, or the commit behind which it begins.
fn line(
    repository: &Repository,
    tip: &CommitId,
    records: &Records,
    since: Option<&CommitId>,
) -> Result<Vec<(CommitId, CommitId)>, Failure> {
    let landings = records.state.landings().iter();
    let landings = landings.filter(|landing| landing.ended().is_none());
    let mut open: BTreeMap<&str, &Landing> = landings.map(|it| (it.after.as_str(), it)).collect();
    let mut line = Vec::new();
    let mut known = 0;
    let mut within: BTreeSet<String> = BTreeSet::new();
    let mut at = tip.clone();
    for _ in 0..FOLLOWED {
        let is_end = match since {
            Some(since) => at == *since,
            None => open.is_empty() && within.is_empty(),
        };
        if is_end {
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
    match since {
        Some(since) if at != *since => Err(Failure::new(format!(
            "{} is none of the last {FOLLOWED} first parents of {}",
            since.short(),
            tip.short()
        ))
        .help("name a commit that was the tip of the target branch")),
        Some(_) => Ok(line),
        None => {
            // What is older than the first landing was merged before there was a ledger.
            line.truncate(known);
            Ok(line)
        }
    }
}

/// How many steps a merge has, whoever asked for it; none where its result has errors. What was
/// asked for and taken back since is not wanted any more.
fn steps(
    repository: &Repository,
    tip: &Compiled,
    before: &CommitId,
    after: &CommitId,
) -> Result<Option<usize>, Failure> {
    let repository = Repository::discover(repository.folder()).map_err(failure)?;
    let named = |commit: &CommitId| (commit.to_string(), commit.clone());
    let sides = Sides::of_commits(repository, named(before), named(after));
    let made = sides
        .at(Some(Rehearsal::moment()))
        .plan(&[], &[], &Spent::default())?;
    let asked = asked(tip);
    let is_wanted = |step: &&Step| is_asked(step.request_ids(), &asked);
    Ok(made
        .ok()
        .map(|plan| plan.steps.iter().filter(is_wanted).count()))
}

/// The ids of the requests of a catalog.
pub(super) fn asked(catalog: &Compiled) -> BTreeSet<&str> {
    let requests = catalog.catalog.requests.iter();
    requests.map(|request| request.id.value.as_str()).collect()
}

/// Whether what has these requests is asked for still; what has none is no request.
pub(super) fn is_asked<'r>(
    mut requests: impl Iterator<Item = &'r str>,
    asked: &BTreeSet<&str>,
) -> bool {
    let Some(first) = requests.next() else {
        return true;
    };
    asked.contains(first) || requests.any(|id| asked.contains(id))
}

/// The commits that are held, but for those that no branch has any more and those that a landing
/// of the ledger brought, with why they are.
pub(super) fn held<'r>(
    repository: &Repository,
    tip: &CommitId,
    records: &'r Records,
) -> Result<Vec<(&'r str, &'r str)>, Failure> {
    let mut held = Vec::new();
    for (commit, why) in records.state.held() {
        // What a clone does not have may be there all the same.
        let Ok(id) = repository.resolve(commit) else {
            held.push((commit, why));
            continue;
        };
        if !repository.is_ancestor(&id, tip).map_err(failure)? {
            continue;
        }
        if !is_landed(repository, &id, records)? {
            held.push((commit, why));
        }
    }
    Ok(held)
}

/// Whether a landing of the ledger brought a commit.
fn is_landed(
    repository: &Repository,
    commit: &CommitId,
    records: &Records,
) -> Result<bool, Failure> {
    let landings = records.state.landings().iter();
    for landing in landings.filter(|landing| landing.ended().is_none()) {
        let ends = [&landing.before, &landing.after].map(|id| repository.resolve(id));
        let [Ok(before), Ok(after)] = ends else {
            continue;
        };
        if repository.is_ancestor(commit, &after).map_err(failure)?
            && !repository.is_ancestor(commit, &before).map_err(failure)?
        {
            return Ok(true);
        }
    }
    Ok(false)
}

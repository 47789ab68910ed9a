//! What is applied was merged, and is applied once: a landing leads from a commit of the target
//! branch to a later one, and shares no commit with another landing.

use std::collections::BTreeSet;

use crate::cli::apply::Landing;
use crate::cli::records::Records;
use crate::cli::{Failure, failure};
use crate::source::git::{CommitId, Repository};

/// How many commits of a landing are looked at.
const COMMITS: usize = 100_000;

/// That the landing's end is part of the target branch, and its beginning part of its end. What
/// only waits to be merged has effects when it is.
pub(super) fn is_merged(landing: &Landing) -> Result<(), Failure> {
    let Some((repository, before, after)) = landing.sides.commits() else {
        return Ok(());
    };
    let target = &landing.target;
    let tip = repository.resolve(target).map_err(failure)?;
    if !repository.is_ancestor(after, &tip).map_err(failure)? {
        return Err(Failure::new(format!(
            "{} is not merged: it is no part of {}",
            after.short(),
            crate::text::visible(target)
        ))
        .help("merge it first, then name the tip after the merge as --head, and the target branch as --target"));
    }
    if !repository.is_ancestor(before, after).map_err(failure)? {
        return Err(Failure::new(format!(
            "{} does not lead to {}",
            before.short(),
            after.short()
        ))
        .help("name the tip of the target branch before the merge as --base"));
    }
    Ok(())
}

/// That nothing of the landing was applied as a part of another one: its steps would be run
/// again, under other keys.
pub(super) fn is_new(landing: &Landing, records: &Records) -> Result<(), Failure> {
    let Some((repository, before, after)) = landing.sides.commits() else {
        return Ok(());
    };
    let was_applied = |from: &str, to: &str| {
        let short = crate::plan::file::short;
        Failure::new(format!(
            "{} was applied already, from {}",
            short(to),
            short(from)
        ))
        .help("name the --base and --head of one merge; `catalogc audit` lists what was applied")
    };
    if let Some(same) = records.state.landing(after.as_str()) {
        if same.before == before.as_str() {
            return Ok(());
        }
        return Err(was_applied(&same.before, &same.after));
    }
    for commit in between(repository, before, after)? {
        if let Some(inner) = records.state.landing(commit.as_str()) {
            return Err(was_applied(&inner.before, &inner.after));
        }
    }
    // The ledger is in the order of time: what comes before the landing ends the search.
    for other in records.state.landings().iter().rev() {
        let (Ok(from), Ok(to)) = (
            repository.resolve(&other.before),
            repository.resolve(&other.after),
        ) else {
            continue;
        };
        if repository.is_ancestor(&to, before).map_err(failure)? {
            break;
        }
        let is_within = repository.is_ancestor(after, &to).map_err(failure)?
            && !repository.is_ancestor(after, &from).map_err(failure)?;
        if is_within {
            return Err(was_applied(&other.before, &other.after));
        }
    }
    Ok(())
}

/// The commits that a landing brought, its own end left out.
fn between(
    repository: &Repository,
    before: &CommitId,
    after: &CommitId,
) -> Result<BTreeSet<CommitId>, Failure> {
    let mut found = BTreeSet::new();
    let mut next = repository.parents(after).map_err(failure)?;
    while let Some(commit) = next.pop() {
        if found.contains(&commit) || repository.is_ancestor(&commit, before).map_err(failure)? {
            continue;
        }
        if found.len() >= COMMITS {
            return Err(Failure::new(format!(
                "more than {COMMITS} commits lie between {} and {}",
                before.short(),
                after.short()
            ))
            .help("apply each merge by itself"));
        }
        next.extend(repository.parents(&commit).map_err(failure)?);
        found.insert(commit);
    }
    Ok(found)
}

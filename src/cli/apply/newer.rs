//! A landing that is run late: of its steps, those whose paths a newer landing set that was run
//! before. To run them would set the world back.
//!
//! In: a plan of a landing, the ledger. Out: the steps that are superseded, why, and by which
//! landing. What only waits to be run sets nothing yet, and is run behind this one.

use std::collections::BTreeMap;

use crate::cli::apply::Landing;
use crate::cli::records::Records;
use crate::cli::{Failure, failure, open};
use crate::compile::Compiled;
use crate::ledger::record;
use crate::plan::file::{PlanFile, Step, short};
use crate::plan::outdated::{Between, Writes};
use crate::source::git::{CommitId, Repository};
use crate::text::visible;

/// Steps of which nothing is begun, by number.
#[derive(Debug, Default)]
pub(in crate::cli) struct Stopped {
    /// Why.
    pub(in crate::cli) why: BTreeMap<u32, String>,
    /// The landing that set what they would set, where it is for that.
    pub(in crate::cli) by: BTreeMap<u32, String>,
}

/// A landing of the ledger that is newer on the branch.
struct Newer<'r> {
    landed: &'r record::Landing,
    before: CommitId,
    after: CommitId,
}

/// The steps of `plan` that newer landings supersede.
pub(super) fn superseded(
    landing: &Landing,
    plan: &PlanFile,
    records: &Records,
) -> Result<Stopped, Failure> {
    let mut stopped = Stopped::default();
    // What is run for an expiry is judged by the present tip alone.
    let merged = landing.sides.commits().filter(|_| landing.ending.is_none());
    let Some((repository, _, after)) = merged else {
        return Ok(stopped);
    };
    let tip = repository.resolve(&landing.target).map_err(failure)?;
    if tip == *after {
        return Ok(stopped);
    }
    let newer = newer(repository, (after, &tip), records)?;
    let Some(last) = newer.first() else {
        return Ok(stopped);
    };
    let then = open::commit(repository, after, after.as_str())?;
    let mut left = moved(&plan.steps, &then, &catalog(repository, &last.after)?);
    for other in &newer {
        let is_of = |step: &&Step| {
            let mut others = other.landed.steps.iter();
            others.any(|it| it.blueprint == step.blueprint)
        };
        if !left.iter().any(is_of) {
            continue;
        }
        let before = catalog(repository, &other.before)?;
        let now = catalog(repository, &other.after)?;
        let (here, since) = (Between::new(&before, &now), Between::new(&then, &now));
        left.retain(|step| {
            let writes = Writes::of(step, &then);
            if !is_of(step) || writes.moved(&here).is_none() {
                return true;
            }
            // What was changed and changed back is as this landing left it.
            if let Some(moved) = writes.moved(&since) {
                let why = format!(
                    "{}; {} set it, which {} asked for and which was run before",
                    writes.words(&moved, &since),
                    short(&other.landed.after),
                    visible(&other.landed.requester)
                );
                stopped.why.insert(step.number, why);
                stopped.by.insert(step.number, other.landed.id.clone());
            }
            false
        });
    }
    Ok(stopped)
}

/// The steps whose paths are others now than then.
fn moved<'p>(steps: &'p [Step], then: &Compiled, now: &Compiled) -> Vec<&'p Step> {
    let between = Between::new(then, now);
    let moved = |step: &&Step| Writes::of(step, then).moved(&between).is_some();
    steps.iter().filter(moved).collect()
}

fn catalog(repository: &Repository, commit: &CommitId) -> Result<Compiled, Failure> {
    open::commit(repository, commit, commit.as_str())
}

/// The landings of the ledger that lie between a commit and the tip, the newest first.
fn newer<'r>(
    repository: &Repository,
    (after, tip): (&CommitId, &CommitId),
    records: &'r Records,
) -> Result<Vec<Newer<'r>>, Failure> {
    let mut newer = Vec::new();
    let mut landings: BTreeMap<&str, &record::Landing> = BTreeMap::new();
    for landed in records.state.landings() {
        if landed.ended().is_none() && records.is_begun(&landed.id) {
            landings.insert(&landed.after, landed);
        }
    }
    let Ok(line) = repository.first_parents(tip, after) else {
        // The branch came to it by another way than its first parents.
        for landed in landings.values().rev() {
            let ends = [&landed.before, &landed.after].map(|id| repository.resolve(id));
            if let [Ok(before), Ok(end)] = ends
                && end != *after
                && repository.is_ancestor(after, &end).map_err(failure)?
            {
                newer.push(Newer {
                    landed,
                    before,
                    after: end,
                });
            }
        }
        return sorted(repository, newer);
    };
    for commit in line.iter().rev() {
        if let Some(landed) = landings.get(commit.as_str()) {
            newer.push(Newer {
                landed,
                before: repository.resolve(&landed.before).map_err(failure)?,
                after: commit.clone(),
            });
        }
    }
    Ok(newer)
}

/// The same, so that none stands behind one that it holds.
fn sorted<'r>(
    repository: &Repository,
    landings: Vec<Newer<'r>>,
) -> Result<Vec<Newer<'r>>, Failure> {
    let mut sorted: Vec<Newer<'r>> = Vec::new();
    for one in landings {
        let mut at = sorted.len();
        for (n, other) in sorted.iter().enumerate() {
            if repository
                .is_ancestor(&other.after, &one.after)
                .map_err(failure)?
            {
                at = n;
                break;
            }
        }
        sorted.insert(at, one);
    }
    Ok(sorted)
}

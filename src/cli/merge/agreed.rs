//! Who agreed, and what they saw: approvals of commits, and the authors whose word does not count.
//!
//! In: the sides of a merge and the approvals that a command names. Out: the steps that each of
//! them covers, and the names that commits between the sides give.

use std::collections::{BTreeMap, BTreeSet};

use crate::cli::merge::result::merge;
use crate::cli::merge::{Side, Sides, Tells, named};
use crate::cli::open;
use crate::cli::{Failure, failure};
use crate::plan::Spent;
use crate::plan::agreement::Approval;
use crate::plan::file::{Revision, short};
use crate::source::git::{CommitId, Repository};

/// The steps that a commit shows, and who wrote it: it is planned once, whoever saw it.
pub(super) type Seen = BTreeMap<CommitId, (BTreeSet<String>, Vec<String>)>;

impl Sides {
    /// What somebody saw: the steps of the approved commit, planned where it forked and planned
    /// at the present tip. Only steps that are in both were seen and are still meant.
    pub(super) fn approval(
        &self,
        actors: &[String],
        (login, rev): (&str, &str),
        masks: Option<&str>,
        known: &mut Seen,
    ) -> Result<Approval, Failure> {
        let (Some(repository), Side::Commit(target)) = (&self.repository, &self.base.1) else {
            return Err(Failure::new(format!(
                "`{login}@{rev}`: an approval is of a commit, and the base is a directory"
            ))
            .help("name revisions as --base and --head"));
        };
        let commit = match repository.resolve(rev) {
            Ok(commit) => commit,
            // A forge still knows what a forced push has taken away.
            Err(_) if named::is_full_id(rev) => {
                return Ok(Approval {
                    login: login.to_owned(),
                    commit: short(rev).to_owned(),
                    digests: None,
                    writers: Vec::new(),
                });
            }
            Err(error) => return Err(failure(error)),
        };
        let approval = |(seen, writers): &(BTreeSet<String>, Vec<String>)| Approval {
            login: login.to_owned(),
            commit: commit.short().to_owned(),
            digests: Some(seen.clone()),
            writers: writers.clone(),
        };
        if let Some(seen) = known.get(&commit) {
            return Ok(approval(seen));
        }
        let everything = open::at_commit(repository, target)?;
        let fork = merge(repository, target, &commit, everything.as_ref())?.base;
        let digests = |base: &CommitId| -> Result<BTreeSet<String>, Failure> {
            let (base, head) = (Side::Commit(base.clone()), Side::Commit(commit.clone()));
            let pair = self.pair(&base, rev, &head, rev)?;
            let nowhere = Revision {
                name: rev.to_owned(),
                commit: None,
            };
            let sides = (nowhere.clone(), nowhere);
            let asked = (&Spent::default(), Tells::Nothing);
            let made = self.make((pair, masks), sides, actors, (&[], &[]), asked)?;
            // What could not be planned was not seen as a plan: it approves nothing.
            Ok(made
                .map(|plan| plan.steps.into_iter().map(|step| step.digest).collect())
                .unwrap_or_default())
        };
        let mut seen = digests(&fork)?;
        let now = digests(target)?;
        seen.retain(|digest| now.contains(digest));
        let seen = (seen, Self::writers(repository, target, &commit)?);
        let made = approval(&seen);
        known.insert(commit.clone(), seen);
        Ok(made)
    }

    /// Names, addresses and accounts of those who wrote the commits: they can only exclude. Who merges
    /// writes nothing but what neither side gives: a reviewer may bring a branch up to date, and may
    /// merge it after having approved. Nor does a committer, who may be the one that rebased it on
    /// merging.
    pub(super) fn authors(&self) -> Result<Vec<String>, Failure> {
        let (Some(repository), Side::Commit(base), Side::Commit(head)) =
            (&self.repository, &self.base.1, &self.head.1)
        else {
            return Ok(Vec::new());
        };
        Self::writers(repository, base, head)
    }

    /// The same of the commits that lead from `base` to `head`.
    fn writers(
        repository: &Repository,
        base: &CommitId,
        head: &CommitId,
    ) -> Result<Vec<String>, Failure> {
        let commits = repository.between(base, head).map_err(failure)?;
        let mut selections = Vec::new();
        for side in [base, head] {
            selections.extend(open::selection_at(repository, side)?);
        }
        let mut authors = BTreeSet::new();
        let mut merges = 0;
        for commit in commits {
            let is_merge = repository.parents(&commit).map_err(failure)?.len() > 1;
            merges += usize::from(is_merge);
            let is_plain = || repository.is_plain_merge(&commit, &selections);
            if is_merge && merges <= MERGES && is_plain().map_err(failure)? {
                continue;
            }
            for person in repository.writers(&commit).map_err(failure)? {
                if let Some((name, host)) = person.email.split_once('@') {
                    authors.extend(account_of(name, host));
                    authors.insert(name.to_owned());
                }
                authors.insert(person.email);
                authors.insert(person.name);
            }
        }
        Ok(authors.into_iter().collect())
    }
}

/// How many merges of a pull request are merged again, to see what their authors wrote. Who made
/// one of the others counts as having written it: that can only exclude.
const MERGES: usize = 100;

/// The number and the login in an address that a forge makes: `4711+lin@users.noreply.github.com`,
/// `4711-lin@users.noreply.gitlab.com`. The number stays where the login is another one now.
fn account_of(name: &str, host: &str) -> Vec<String> {
    let is_made = host.to_ascii_lowercase().starts_with("users.noreply.");
    let number: &str = name.trim_start_matches(|c: char| c.is_ascii_digit());
    let number = name.strip_suffix(number).unwrap_or_default();
    let login = name.get(number.len()..).unwrap_or_default();
    let login = login.strip_prefix(['+', '-']).filter(|_| is_made);
    match login {
        Some(login) if !number.is_empty() => vec![number.to_owned(), login.to_owned()],
        _ => name
            .split_once('+')
            .map(|(_, login)| login.to_owned())
            .into_iter()
            .collect(),
    }
}

//! Opens the two sides of a plan: the target, and what merging the head into it gives.

use std::path::Path;

use crate::cli::open::{self, Opened};
use crate::cli::plan::{counted, frozen, timed};
use crate::cli::{Failure, failure};
use crate::compile::{Compiled, compile};
use crate::finding::Finding;
use crate::model::Moment;
use crate::plan::account::Accounts;
use crate::plan::agreement::Approval;
use crate::plan::file::{PlanFile, Revision};
use crate::plan::limit::bytes;
use crate::plan::since::since;
use crate::plan::{Apart, Asked, Spent, mask, plan, rights};
use crate::source::disk;
use crate::source::git::{CommitId, Repository};
use crate::source::{Selection, Snapshot};

mod agreed;
mod expired;
mod lost;
mod named;
mod result;
mod whole;
pub(super) mod working;

use result::{Outcome, result};

pub(super) use named::{account, accounts, approval, is_full_id, login, moment};

/// One side as it was named.
enum Side {
    Commit(CommitId),
    Directory,
}

/// The two sides of a plan and where they come from.
pub(super) struct Sides {
    repository: Option<Repository>,
    base: (String, Side),
    head: (String, Side),
    /// The moment at which the rules are asked.
    now: Option<Moment>,
    /// The accounts of those who are named.
    accounts: Accounts,
    tells: Tells,
    /// The plan that the new one is compared with.
    previous: Option<Box<PlanFile>>,
    /// The key of the masks, where it is that of another plan.
    masks: Option<String>,
}

/// What a plan tells besides what it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tells {
    Nothing,
    /// Which decisions move.
    Rights,
}

/// The target and the result, compiled.
struct Pair {
    before: Compiled,
    after: Compiled,
    apart: Apart,
    /// What the result was read with.
    selection: Selection,
    has_target: bool,
    merged: Vec<String>,
    outside: Vec<String>,
    /// Whether the target has what the head has not.
    is_behind: bool,
}

impl Pair {
    /// The key of the masks of a plan between them.
    fn masks(&self) -> String {
        mask::key(&self.before.snapshot, &self.after.snapshot)
    }
}

/// A plan, or the findings of the result that stop it from being made, with their snapshot.
pub(super) type Made = Result<PlanFile, Box<Compiled>>;

impl Sides {
    /// The sides that two arguments name: revisions of the repository around the working
    /// directory, or directories. Within a repository a directory is written as a path: a pull
    /// request could make a folder with the name of a branch that was not fetched.
    pub(super) fn open(base: &str, head: &str) -> Result<Self, Failure> {
        let repository = Repository::discover(Path::new("."));
        let side = |name: &str| -> Result<Side, Failure> {
            let resolved = match &repository {
                Ok(repository) => repository.resolve(name).map(Side::Commit).map_err(failure),
                Err(error) => Err(failure(error)),
            };
            match resolved {
                Ok(side) => Ok(side),
                Err(failure) if !Path::new(name).is_dir() => Err(failure),
                Err(failure) if repository.is_ok() && !named::is_path(name) => {
                    Err(failure.help(format!("write `./{name}` if you mean the folder")))
                }
                Err(_) => Ok(Side::Directory),
            }
        };
        let (base_side, head_side) = (side(base)?, side(head)?);
        Ok(Self {
            repository: repository.ok(),
            base: (base.to_owned(), base_side),
            head: (head.to_owned(), head_side),
            now: None,
            accounts: Accounts::default(),
            tells: Tells::Nothing,
            previous: None,
            masks: None,
        })
    }

    /// The two commits of a repository.
    pub(super) fn of_commits(
        repository: Repository,
        base: (String, CommitId),
        head: (String, CommitId),
    ) -> Self {
        Self {
            repository: Some(repository),
            base: (base.0, Side::Commit(base.1)),
            head: (head.0, Side::Commit(head.1)),
            now: None,
            accounts: Accounts::default(),
            tells: Tells::Nothing,
            previous: None,
            masks: None,
        }
    }

    /// The same sides, with rules that are asked at a moment.
    pub(super) fn at(self, now: Option<Moment>) -> Self {
        Self { now, ..self }
    }

    /// The same sides, with the accounts of those who are named.
    pub(super) fn knowing(self, accounts: Accounts) -> Self {
        Self { accounts, ..self }
    }

    /// The accounts of those who are named.
    pub(super) fn accounts(&self) -> &Accounts {
        &self.accounts
    }

    /// The same sides, whose plan also tells which decisions move: for who reads it.
    pub(super) fn telling_rights(self) -> Self {
        let tells = Tells::Rights;
        Self { tells, ..self }
    }

    /// The same sides, whose plan also tells what is another since an earlier one.
    pub(super) fn since(self, previous: Option<PlanFile>) -> Self {
        let previous = previous.map(Box::new);
        Self { previous, ..self }
    }

    /// The same sides, whose plan hides under the masks of another one: what is hidden in both can
    /// then be compared. Without that plan's commits its masks are not known.
    pub(super) fn masked_as(self, other: &PlanFile) -> Self {
        let commits = other.target.commit.as_ref().zip(other.head.commit.as_ref());
        let masks = commits.and_then(|(target, head)| {
            let sides = Self::open(target, head).ok()?;
            let pair = sides
                .pair(&sides.base.1, target, &sides.head.1, head)
                .ok()?;
            Some(pair.masks())
        });
        Self { masks, ..self }
    }

    /// The repository and the two commits, where both sides are commits.
    pub(super) fn commits(&self) -> Option<(&Repository, &CommitId, &CommitId)> {
        match (&self.repository, &self.base.1, &self.head.1) {
            (Some(repository), Side::Commit(base), Side::Commit(head)) => {
                Some((repository, base, head))
            }
            _ => None,
        }
    }

    /// Makes the plan of merging the head into the base.
    pub(super) fn plan(
        &self,
        actors: &[String],
        approvals: &[(String, String)],
        spent: &Spent,
    ) -> Result<Made, Failure> {
        let pair = self.pair(&self.base.1, &self.base.0, &self.head.1, &self.head.0)?;
        // What was seen and what is meant are compared under the same masks.
        let own = || (!approvals.is_empty()).then(|| pair.masks());
        let masks = self.masks.clone().or_else(own);
        let masks = masks.as_deref();
        let mut agreed = Vec::new();
        let mut seen = agreed::Seen::new();
        for (login, rev) in approvals {
            agreed.push(self.approval(actors, (login, rev), masks, &mut seen)?);
        }
        let excluded = self.authors()?;
        self.make(
            (pair, masks),
            (revision(&self.base), revision(&self.head)),
            actors,
            (&agreed, &excluded),
            (spent, self.tells),
        )
    }

    /// Makes the same plan with another state in the target's place: other rules and people.
    /// Nobody's approval counts in it.
    pub(super) fn plan_with(&self, before: Compiled, actors: &[String]) -> Result<Made, Failure> {
        let pair = self.pair(&self.base.1, &self.base.0, &self.head.1, &self.head.0)?;
        let masks = pair.masks();
        let pair = Pair { before, ..pair };
        let sides = (revision(&self.base), revision(&self.head));
        let excluded = self.authors()?;
        self.make(
            (pair, Some(&masks)),
            sides,
            actors,
            (&[], &excluded),
            (&Spent::default(), Tells::Nothing),
        )
    }

    fn pair(
        &self,
        base: &Side,
        base_name: &str,
        head: &Side,
        head_name: &str,
    ) -> Result<Pair, Failure> {
        let target = match (base, &self.repository) {
            (Side::Commit(commit), Some(repository)) => open::at_commit(repository, commit)?,
            _ => open::at_directory(Path::new(base_name))?,
        };
        let has_target = target.is_some();
        let Outcome {
            compiled: mut after,
            selection,
            merged,
            outside,
            apart,
            is_behind,
        } = match (base, head, &self.repository) {
            (Side::Commit(base), Side::Commit(head), Some(repository)) => {
                result(repository, base, head, target.as_ref())?
            }
            _ => self.head(head, head_name, target.as_ref())?,
        };
        let mut apart = Apart {
            before: Snapshot::default(),
            after: apart,
        };
        let before = match target {
            Some(opened) => {
                if !opened.selection.is_same_as(&selection) {
                    apart.before = self.read(base, base_name, &selection)?;
                }
                compile(opened.snapshot, &opened.selection)
            }
            None => compile(
                Snapshot::default(),
                &Selection::new(None, selection.root(), &[]).map_err(Failure::new)?,
            ),
        };
        // Where there is no target, everything is adopted, and nobody has a say in it yet.
        if has_target {
            after.hold_to(&before);
        }
        Ok(Pair {
            before,
            after,
            apart,
            selection,
            has_target,
            merged,
            outside,
            is_behind,
        })
    }

    /// The head as the result, where a side is a directory and nothing is merged.
    fn head(&self, head: &Side, name: &str, target: Option<&Opened>) -> Result<Outcome, Failure> {
        let opened = match (head, &self.repository) {
            (Side::Commit(commit), Some(repository)) => open::at_commit(repository, commit)?,
            _ => open::at_directory(Path::new(name))?,
        };
        let opened = opened.ok_or_else(|| open::no_catalog(name))?;
        let other = target.map(|target| &target.selection);
        let apart = match other.filter(|other| !other.is_same_as(&opened.selection)) {
            Some(other) => self.read(head, name, other)?,
            None => Snapshot::default(),
        };
        Ok(Outcome {
            compiled: compile(opened.snapshot, &opened.selection),
            selection: opened.selection,
            merged: Vec::new(),
            outside: Vec::new(),
            apart,
            is_behind: false,
        })
    }

    /// The files that `selection` takes of a side, whatever its own settings say.
    fn read(&self, side: &Side, name: &str, selection: &Selection) -> Result<Snapshot, Failure> {
        match (side, &self.repository) {
            (Side::Commit(commit), Some(repository)) => {
                repository.read(commit, selection).map_err(failure)
            }
            _ => disk::read(Path::new(name), selection).map_err(failure),
        }
    }

    fn make(
        &self,
        (pair, masks): (Pair, Option<&str>),
        (target, head): (Revision, Revision),
        actors: &[String],
        (approvals, excluded): (&[Approval], &[String]),
        (spent, tells): (&Spent, Tells),
    ) -> Result<Made, Failure> {
        let (pair, incomplete) = match whole::whole(pair, &target) {
            Ok(whole) => whole,
            Err(broken) => return Ok(Err(broken)),
        };
        let Pair {
            before,
            after,
            selection,
            has_target,
            merged,
            outside,
            apart,
            ..
        } = pair;
        let (rules, _) = crate::policy::compile(&before.catalog, &before.graph, &before.snapshot);
        let rules = timed(rules, self.now)?;
        frozen(before.catalog.settings.freezes.first(), self.now)?;
        counted(&before.catalog, self.now)?;
        counted(&after.catalog, self.now)?;
        let asked = Asked {
            target,
            head,
            actors,
            approvals,
            accounts: &self.accounts,
            excluded,
            merged,
            outside: &outside,
            apart: &apart,
            root: selection.root(),
            has_target,
            spent,
            incomplete,
            masks,
        };
        Ok(match plan(&before, &after, &rules, &asked) {
            Ok(mut plan) => {
                if tells == Tells::Rights && has_target {
                    rights::tell(&before, &after, &rules, rights::Limits::USUAL, &mut plan);
                }
                let previous = self.previous.as_deref();
                plan.since = previous.map(|previous| since(previous, &plan));
                bytes(&before, &after, plan).map_err(|finding| broken(after, vec![*finding]))
            }
            Err(findings) => Err(broken(after, findings)),
        })
    }
}

/// The result with findings that stop a plan from being made.
fn broken(mut after: Compiled, findings: Vec<Finding>) -> Box<Compiled> {
    after.findings.extend(findings);
    crate::finding::sort(&mut after.findings);
    Box::new(after)
}

/// A side as it was named and as it is.
fn revision(side: &(String, Side)) -> Revision {
    Revision {
        name: side.0.clone(),
        commit: match &side.1 {
            Side::Commit(commit) => Some(commit.to_string()),
            Side::Directory => None,
        },
    }
}

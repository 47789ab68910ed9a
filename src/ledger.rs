//! The ledger: what was done, by whom, with what result, on a git branch of its own.
//!
//! ```text
//! record  what happened, as data; record/json, its one form in bytes
//! key     the run key of a call: what the ledger and the backend know it by
//! state   what the records add up to: where every call and step stands
//! branch  the branch in the clone, through gix; each record is a commit
//! address where a remote is and how one may log in to it, from the clone's configuration
//! remote  look, fetch and push, through the `git` program
//! ```
//!
//! In: a repository folder and [`Settings`]; records. Out: entries, oldest first. Every append
//! is a compare-and-swap against what its handle has read, so whoever decided on less than the
//! whole ledger is told [`LedgerError::Moved`] and decides again: that one guard keeps two
//! runners from making the same call. With a remote an append is pushed before it returns, and
//! the remote's branch is the truth that the clone's branch follows. Reads no clock; knows
//! nothing of catalogs, plans and calls but what the records say.

use std::hash::BuildHasher;
use std::hash::RandomState;
use std::path::Path;
use std::path::PathBuf;
use std::time::Duration;

use crate::ledger::branch::Branch;
use crate::ledger::record::Body;
use crate::ledger::record::Genesis;
use crate::ledger::remote::Remote;

mod address;
mod branch;
pub mod key;
pub mod record;
mod remote;
pub mod state;

pub use key::run_key;
pub use record::Record;
pub use state::State;
pub use state::state;

/// A lock that is older than this belongs to nobody who is still at work.
const LOCK_AGE_MAX: Duration = Duration::from_secs(60);

/// Where a ledger is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The branch, without `refs/heads/`.
    pub branch: String,
    /// The remote that has the truth; `None` keeps the ledger in this one repository.
    pub remote: Option<String>,
}

/// One record of the ledger, in its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The id of its commit.
    pub id: String,
    /// What it says.
    pub record: Record,
}

/// A lock on the branch, which its owner removes unless it is killed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lock {
    /// The file.
    pub file: PathBuf,
    /// How long it has been there.
    pub age: Duration,
}

/// Why the ledger could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The folder is not one.
    #[error("`{}` cannot be opened as a git repository: {why}", folder.display())]
    Repository {
        /// The folder that was given.
        folder: PathBuf,
        /// The reason.
        why: String,
    },
    /// The settings name a branch that cannot be.
    #[error("`{0}` cannot be the name of the ledger's branch")]
    BranchName(String),
    /// The clone does not say where the remote is, or in a way that is refused.
    #[error("the ledger's remote `{remote}` cannot be used: {why}")]
    Address {
        /// The remote's name.
        remote: String,
        /// The reason.
        why: String,
    },
    /// The ledger is not what this handle has read: read again and decide again.
    #[error("somebody else wrote to the ledger first")]
    Moved,
    /// Somebody holds the branch, or was killed while holding it.
    #[error("the ledger is locked by `{}`, {} s old", .0.file.display(), .0.age.as_secs())]
    Locked(Lock),
    /// The ledger is not one: nothing may be decided by it.
    #[error("record {commit} of the ledger is refused: {why}")]
    Broken {
        /// The commit that is wrong.
        commit: String,
        /// What is wrong with it.
        why: String,
    },
    /// A record that was to be written cannot be read back.
    #[error("a `{kind}` record cannot be written: {why}")]
    Unfit {
        /// Its kind.
        kind: &'static str,
        /// The reason.
        why: String,
    },
    /// The remote gave no answer, so that nothing is known of its ledger.
    #[error("the ledger's remote `{remote}` cannot be reached: {why}")]
    Unreachable {
        /// The remote's name.
        remote: String,
        /// The words of git.
        why: String,
    },
    /// The remote did not take the push, and nobody else was first.
    #[error("the ledger's remote `{remote}` refuses the push: {why}")]
    Refused {
        /// The remote's name.
        remote: String,
        /// The words of git.
        why: String,
    },
    /// A push was cut off, and whether it arrived could not be found out.
    #[error("whether the push to the ledger's remote `{remote}` arrived is not known: {why}")]
    Unsettled {
        /// The remote's name.
        remote: String,
        /// The words of git.
        why: String,
    },
    /// Somebody wrote to the clone's branch past the remote.
    #[error("the ledger here, {here}, and that of the remote, {there}, have parted")]
    Parted {
        /// The tip of the clone's branch.
        here: String,
        /// The tip of the remote's.
        there: String,
    },
    /// The clone cannot be written or read.
    #[error("the ledger's branch cannot be {doing}: {why}")]
    Clone {
        /// What was tried: read, written, moved, unlocked.
        doing: &'static str,
        /// The reason.
        why: String,
    },
}

impl LedgerError {
    /// What to do about it, now.
    pub fn help(&self) -> Option<&'static str> {
        Some(match self {
            Self::Repository { .. } | Self::Unfit { .. } => return None,
            Self::BranchName(_) => "name another `ledger.branch` in catalogc.yaml",
            Self::Address { .. } => "name the remote in catalogc.yaml: `ledger: {remote: NAME}`",
            Self::Moved => "run the command again",
            Self::Locked(_) => "if no other catalogc runs here, run it again with `--break-lock`",
            Self::Broken { .. } => {
                "fetch the whole branch if the clone is shallow; else look who wrote this commit"
            }
            Self::Unreachable { .. } => "give the runner network and a login that may read",
            Self::Refused { .. } => "let the runner's login push to the ledger's branch",
            Self::Unsettled { .. } => "run the command again: it looks before it does anything",
            Self::Parted { .. } => {
                "look at both with `git log`, then move the branch here to the remote's tip"
            }
            Self::Clone { .. } => "make the repository's folder readable and writable",
        })
    }
}

/// A ledger that is open. Two handles on one ledger are two runners.
#[derive(Debug)]
pub struct Ledger {
    branch: Branch,
    remote: Option<Remote>,
    /// Where the ledger ends, as last looked at.
    tip: Option<String>,
    /// Where it ended when this handle read it, or after its own last append.
    seen: Option<String>,
    /// Where the remote's branch ended, as last looked at: what a push must find there.
    upstream: Option<String>,
    /// Whether the tip was looked at and not read yet.
    fresh: bool,
    genesis: Option<String>,
    writer: Writer,
}

/// Makes every commit its own. Two runners that record the same at the same second on the same
/// tip would else make the same commit, and both would take the other's for theirs.
#[derive(Debug)]
struct Writer {
    id: u64,
    appends: u64,
}

impl Writer {
    fn new() -> Self {
        // The standard library seeds this from the system's randomness.
        let id = RandomState::new().hash_one(std::process::id());
        Self { id, appends: 0 }
    }

    fn mark(&mut self) -> String {
        self.appends += 1;
        format!("{:016x}-{}", self.id, self.appends)
    }
}

impl Ledger {
    /// Opens the ledger of the clone at `repository`: a folder with `.git`, or a bare one. With
    /// a remote, its branch is fetched; one that has no such branch yet has a new ledger, one
    /// that gives no answer is an error.
    pub fn open(repository: &Path, settings: &Settings) -> Result<Self, LedgerError> {
        let branch = Branch::open(repository, &settings.branch)?;
        let remote = match &settings.remote {
            Some(name) => Some(Remote::open(
                address::of(repository, name)?,
                branch.objects(),
                branch.name(),
            )?),
            None => None,
        };
        let mut ledger = Self {
            branch,
            remote,
            tip: None,
            seen: None,
            upstream: None,
            fresh: false,
            genesis: None,
            writer: Writer::new(),
        };
        ledger.look()?;
        Ok(ledger)
    }

    /// Removes the lock that a killed process left on the clone's branch, and says which. The
    /// caller makes sure that no other process is at work.
    pub fn break_lock(repository: &Path, settings: &Settings) -> Result<Option<Lock>, LedgerError> {
        Branch::open(repository, &settings.branch)?.break_lock()
    }

    /// The id of the ledger's first commit, once it was read or written.
    pub fn genesis(&self) -> Option<&str> {
        self.genesis.as_deref()
    }

    /// The whole ledger, oldest first, verified to the last byte: every object has the hash it
    /// goes by, every commit one parent and one canonical record, the first of them `genesis`.
    pub fn read(&mut self) -> Result<Vec<Entry>, LedgerError> {
        if !self.fresh {
            self.look()?;
        }
        self.fresh = false;
        let entries = match &self.tip {
            Some(tip) => self.branch.entries(tip)?,
            None => Vec::new(),
        };
        self.seen.clone_from(&self.tip);
        self.genesis = entries.first().map(|entry| entry.id.clone());
        Ok(entries)
    }

    /// Writes `records` behind what this handle has read, all of them or none, and gives them
    /// back in their places (before the first record of a ledger stands its genesis). With a
    /// remote they are pushed when this returns. [`LedgerError::Moved`] says that the ledger
    /// has entries which this handle has not read: nothing was written.
    pub fn append(&mut self, records: &[Record]) -> Result<Vec<Entry>, LedgerError> {
        let Some(first) = records.first() else {
            return Ok(Vec::new());
        };
        if self.remote.is_none() {
            self.look()?;
        }
        if self.tip != self.seen {
            return Err(LedgerError::Moved);
        }
        if let Some(lock) = self.branch.lock().filter(|lock| lock.age > LOCK_AGE_MAX) {
            return Err(LedgerError::Locked(lock));
        }
        let genesis = self.seen.is_none().then(|| Record {
            at: first.at.clone(),
            body: Body::Genesis(Genesis {}),
        });
        let records = genesis.iter().chain(records);
        let mark = self.writer.mark();
        let entries = self.branch.write(records, self.seen.as_deref(), &mark)?;
        let Some(last) = entries.last().map(|entry| entry.id.clone()) else {
            return Ok(entries);
        };
        if self.remote.is_some() {
            self.push(&last)?;
        } else {
            self.branch.advance(self.seen.as_deref(), &last)?;
            self.tip = Some(last.clone());
        }
        self.fresh = false;
        self.seen = Some(last);
        if genesis.is_some() {
            self.genesis = entries.first().map(|entry| entry.id.clone());
        }
        Ok(entries)
    }

    /// Brings the remote's branch to `commit`, from where it was last seen.
    fn push(&mut self, commit: &str) -> Result<(), LedgerError> {
        let Some(remote) = &self.remote else {
            return Ok(());
        };
        if let Err(why) = remote.push(self.upstream.as_deref(), commit) {
            return self.settle(commit, why);
        }
        // The clone's branch only follows: if it cannot now, the record is durable all the
        // same, and the next handle that is opened brings it up to date.
        let _ = self.branch.advance(self.seen.as_deref(), commit);
        self.upstream = Some(commit.to_owned());
        self.tip.clone_from(&self.upstream);
        Ok(())
    }

    /// A push without a good answer: whether it arrived is for the remote's branch to say.
    fn settle(&mut self, commit: &str, why: String) -> Result<(), LedgerError> {
        let Some(remote) = &self.remote else {
            return Ok(());
        };
        let name = remote.name().to_owned();
        let before = self.upstream.clone();
        let is_same = match remote.tip() {
            Ok(there) => there == before,
            Err(_) => return Err(LedgerError::Unsettled { remote: name, why }),
        };
        if is_same {
            return Err(LedgerError::Refused { remote: name, why });
        }
        match self.look() {
            Ok(()) => {}
            Err(LedgerError::Unreachable { .. }) => {
                return Err(LedgerError::Unsettled { remote: name, why });
            }
            Err(other) => return Err(other),
        }
        let landed = match &self.upstream {
            Some(there) => self.branch.chain(there)?.iter().any(|id| id == commit),
            None => false,
        };
        if landed {
            Ok(())
        } else {
            Err(LedgerError::Moved)
        }
    }

    /// Finds out where the ledger ends. With a remote its branch is fetched, and the clone's
    /// branch follows it; a clone that is ahead (its ledger had no remote before, or the remote
    /// lost its branch) keeps what it has, and the next append pushes all of it.
    fn look(&mut self) -> Result<(), LedgerError> {
        let here = self.branch.tip()?;
        self.fresh = true;
        let Some(remote) = &self.remote else {
            self.tip = here;
            return Ok(());
        };
        let unreachable = |why| LedgerError::Unreachable {
            remote: remote.name().to_owned(),
            why,
        };
        let Some(mut there) = remote.tip().map_err(unreachable)? else {
            self.upstream = None;
            self.tip = here;
            return Ok(());
        };
        let whole = here.as_deref().filter(|it| self.branch.chain(it).is_ok());
        if self.branch.chain(&there).is_err() {
            there = remote.fetch(whole).map_err(unreachable)?;
        }
        let chain = self.branch.chain(&there)?;
        self.upstream = Some(there.clone());
        self.tip = match here {
            Some(here) if here == there => Some(here),
            Some(here) if !chain.contains(&here) => {
                if !self.branch.chain(&here)?.contains(&there) {
                    return Err(LedgerError::Parted { here, there });
                }
                Some(here)
            }
            here => {
                // A follower that cannot follow now does no harm: see `push`.
                let _ = self.branch.advance(here.as_deref(), &there);
                Some(there)
            }
        };
        Ok(())
    }
}

#[cfg(test)]
mod tests;

//! The ledger: what was done, by whom, with what result, on a git branch of its own.
//!
//! ```text
//! record  what happened, as data; record/json, its one form in bytes
//! key     the run key of a call: what the ledger and the backend know it by
//! state   what the records add up to: where every call and step stands
//! branch  the branch in the clone, through gix; each record is a commit
//! address where a remote is and how one may log in to it, from the clone's configuration
//! remote  look, fetch and push, through the `git` program; patience, waiting for it
//! error   why the ledger could not be read or written
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
use std::time::Duration;

use crate::ledger::branch::Branch;
use crate::ledger::record::Body;
use crate::ledger::record::Genesis;
use crate::ledger::remote::Remote;

mod address;
mod branch;
mod error;
pub mod key;
mod patience;
pub mod record;
mod remote;
pub mod state;

pub use error::LedgerError;
pub use error::Lock;
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

/// A ledger that is open. Two handles on one ledger are two runners.
#[derive(Debug)]
pub struct Ledger {
    branch: Branch,
    remote: Option<Remote>,
    /// Where the ledger ends, as last looked at.
    tip: Option<String>,
    /// Where it ended when this handle read it, or after its own last append.
    seen: Option<String>,
    /// Where the clone's branch is, as far as this handle knows.
    here: Option<String>,
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
            here: None,
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
        self.upstream = Some(commit.to_owned());
        self.tip.clone_from(&self.upstream);
        self.follow(commit);
        Ok(())
    }

    /// Brings the clone's branch to a commit of the remote's. If it cannot follow now, because
    /// it is locked, the record is durable all the same, and a later commit takes it along.
    fn follow(&mut self, commit: &str) {
        if self.branch.advance(self.here.as_deref(), commit).is_ok() {
            self.here = Some(commit.to_owned());
        }
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
        self.here = self.branch.tip()?;
        self.fresh = true;
        let Some(remote) = &self.remote else {
            self.tip.clone_from(&self.here);
            return Ok(());
        };
        let unreachable = |why| LedgerError::Unreachable {
            remote: remote.name().to_owned(),
            why,
        };
        let Some(mut there) = remote.tip().map_err(unreachable)? else {
            self.upstream = None;
            self.tip.clone_from(&self.here);
            return Ok(());
        };
        if self.branch.chain(&there).is_err() {
            let here = self.here.as_deref();
            let whole = here.filter(|it| self.branch.chain(it).is_ok());
            there = remote.fetch(whole).map_err(unreachable)?;
        }
        let chain = self.branch.chain(&there)?;
        self.upstream = Some(there.clone());
        match self.here.clone() {
            Some(here) if !chain.contains(&here) => {
                if !self.branch.chain(&here)?.contains(&there) {
                    return Err(LedgerError::Parted { here, there });
                }
                self.tip = Some(here);
            }
            _ => {
                self.follow(&there);
                self.tip = Some(there);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;

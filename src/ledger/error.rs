//! Why the ledger could not be read or written.
//!
//! Each reason asks for something else of the caller or of a person: that is what sets them
//! apart, and [`LedgerError::help`] says it.

use std::path::PathBuf;
use std::time::Duration;

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

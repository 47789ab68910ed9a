//! Catalogs in the commits of a git repository.
//!
//! In: a folder, the name of a revision, a [`Selection`]. Out: a [`Snapshot`] of what the
//! commit holds, by full ids, from the object database alone: no working tree, no index, no
//! replaced objects, nothing from the environment, and no setting that can start a program.
//! What the files say is unknown here.

use std::path::Path;

use gix::ObjectId;

use crate::source::Selection;
use crate::source::Snapshot;
use crate::source::SourceFile;
use crate::source::limit;

mod blob;
mod history;
mod lost;
mod merge;
mod moves;
mod open;
mod own;
mod resolve;
mod target;
mod tree;
mod write;

pub use history::Person;
pub use lost::Held;
pub use merge::Merged;

/// A repository that is only ever read.
pub struct Repository {
    store: gix::ThreadSafeRepository,
    prefix: String,
}

/// A commit that the repository had when it was named.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommitId(String);

impl CommitId {
    fn of(id: ObjectId) -> Self {
        Self(id.to_string())
    }

    /// All digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first seven digits, for people.
    pub fn short(&self) -> &str {
        self.0.get(..7).unwrap_or(&self.0)
    }
}

impl std::fmt::Display for CommitId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// The command that brings a revision here, for a shell, or what a range is; empty where a name says
/// no such thing.
fn fetch(rev: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '/' | '-');
    let is_id = rev.len() == 40 && rev.bytes().all(|byte| byte.is_ascii_hexdigit());
    if rev.is_empty() || rev.starts_with('-') || !rev.chars().all(is_plain) {
        return String::new();
    }
    if let Some((from, to)) = rev.split_once("..") {
        let to = to.trim_start_matches('.');
        return format!("these are two, for `--base {from} --head {to}`; ");
    }
    let what = match rev.strip_prefix("origin/") {
        _ if is_id => rev.to_owned(),
        Some(branch) => format!("{branch}:refs/remotes/origin/{branch}"),
        None => format!("{rev}:{rev}"),
    };
    format!("run `git fetch origin {what}`, or ")
}

/// Why a repository cannot give what was asked of it. What to do follows a `:`.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum GitError {
    /// Neither the folder nor one above it.
    #[error("`{0}` is in no git repository: name a folder of a clone")]
    NotARepository(String),
    /// Another user could have put it there.
    #[error(
        "the repository `{0}` belongs to another user: if you trust it, run \
         `git config --global --add safe.directory {0}`"
    )]
    OtherOwner(String),
    /// The repository's settings name a folder for its files that is not there.
    #[error(
        "`core.worktree` of the repository names `{0}`, which is no folder: correct it, or run \
         `git config --unset core.worktree`"
    )]
    NoWorkTree(String),
    /// An `extensions.*` that is not read: what it is called.
    #[error("repositories with {0} are not supported: clone it into one with sha1 and files")]
    Unsupported(&'static str),
    /// The library's own words.
    #[error("the repository cannot be read: {0}")]
    Unreadable(String),
    /// Nothing has the name.
    #[error("there is no revision `{0}`: {fetch}name a branch, a tag or a commit", fetch = fetch(.0))]
    NoRevision(String),
    /// The branch that is checked out has no commit.
    #[error("`{0}` has no commit yet: make one")]
    Unborn(String),
    /// It names a file or a folder.
    #[error("`{0}` is not a commit: name a branch, a tag or a commit")]
    NotACommit(String),
    /// Not in the part of git's notation that is read.
    #[error("`{0}` is no name of a revision: name a branch, a tag, a commit, or `NAME~2`")]
    BadRevision(String),
    /// Two things have the name: which.
    #[error("`{rev}` is {which}: write one of them in full")]
    Ambiguous {
        /// As it was given.
        rev: String,
        /// What it may be.
        which: String,
    },
    /// A branch that is not written: its name and why.
    #[error("the branch `{branch}` is not written, {why}: name another one")]
    Branch {
        /// As it was given.
        branch: String,
        /// The reason.
        why: String,
    },
    /// The two have no history in common.
    #[error("the two commits have no history in common: merge the target into your branch")]
    NoMergeBase,
    /// The history is cut before it can be known.
    #[error(
        "the history here is cut off: run `git fetch --unshallow origin`, and in a workflow let the \
         checkout have `fetch-depth: 0` (GitHub), or the job `GIT_DEPTH: 0` (GitLab)"
    )]
    Shallow,
    /// They were merged into each other.
    #[error("the two histories cross, with {0} merge bases: merge the target into your branch")]
    SeveralMergeBases(usize),
    /// `after` of [`Repository::first_parents`] is not on the line.
    #[error("`{after}` is not among the first parents of `{tip}`: name a commit that is")]
    NotOnTheLine {
        /// Where the walk began.
        tip: CommitId,
        /// Where it should have ended.
        after: CommitId,
    },
    /// A folder that git itself would never write: its path and what is wrong.
    #[error("the folder `{path}` of the commit is malformed, {reason}: run `git fsck`")]
    Malformed {
        /// Escaped; `.` at the top.
        path: String,
        /// What is wrong.
        reason: &'static str,
    },
    /// An object that the commit needs is not here.
    #[error(
        "the repository lacks the folder `{0}`: fetch it, without a `--filter` that omits trees"
    )]
    MissingFolder(String),
    /// More files than a catalog may have.
    #[error(
        "the catalog has more than {} files: name its folder in `catalogc.yaml`, or split it",
        limit::FILES
    )]
    TooManyFiles,
    /// More bytes than a catalog may have.
    #[error(
        "the catalog has more than {} MiB: name its folder in `catalogc.yaml`, or split it",
        limit::CATALOG_BYTES >> 20
    )]
    TooManyBytes,
    /// More entries than are looked at.
    #[error(
        "the commit has more than {} entries: name fewer globs",
        limit::ENTRIES
    )]
    TooManyEntries,
    /// Folders within folders.
    #[error(
        "the commit has more than {} folders within one another: flatten them",
        limit::DEPTH
    )]
    TooDeep,
}

impl GitError {
    /// What the library says, on one line and harmless to a terminal.
    fn unreadable(error: &dyn std::fmt::Display) -> Self {
        let said = error.to_string();
        let line = said.lines().next().unwrap_or_default();
        Self::Unreadable(crate::text::visible(line).into_owned())
    }
}

impl Repository {
    /// The repository whose working tree `path` is in, or the bare one at `path`.
    pub fn discover(path: &Path) -> Result<Self, GitError> {
        let (store, prefix) = open::discover(path)?;
        Ok(Self { store, prefix })
    }

    /// The path of the folder that was asked for, inside the repository; empty at its top.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The folder that holds `.git`, or the bare repository itself.
    pub fn folder(&self) -> &Path {
        let git = self.store.path();
        self.store.work_dir().unwrap_or(git)
    }

    /// The remotes that the repository's own settings name, in order.
    pub fn remotes(&self) -> Vec<String> {
        let repository = self.local();
        let names = repository.remote_names();
        names.iter().map(ToString::to_string).collect()
    }

    /// The commit that `rev` names: a branch, a tag, `HEAD`, a full or short id, `main~1`.
    pub fn resolve(&self, rev: &str) -> Result<CommitId, GitError> {
        resolve::resolve(&self.local(), rev).map(CommitId::of)
    }

    /// The branch that `HEAD` is; none where it is a commit by itself.
    pub fn branch(&self) -> Option<String> {
        let name = self.local().head_name().ok()??;
        Some(name.shorten().to_string())
    }

    /// The files of `commit` that `selection` takes.
    pub fn read(&self, commit: &CommitId, selection: &Selection) -> Result<Snapshot, GitError> {
        let repository = self.local();
        let tree = history::tree_of(&repository, commit)?;
        let files = tree::files(&repository, tree, selection)?;
        blob::read(&self.store, &files).map(Snapshot::new)
    }

    /// The file at `path` of `commit`, where there is one. A folder is none.
    pub fn read_one(&self, commit: &CommitId, path: &str) -> Result<Option<SourceFile>, GitError> {
        let repository = self.local();
        let tree = history::tree_of(&repository, commit)?;
        let Some(found) = tree::find(&repository, tree, path.as_bytes())? else {
            return Ok(None);
        };
        if found.kind == tree::Kind::Folder {
            return Ok(None);
        }
        let file = tree::File::new(path.as_bytes(), found);
        Ok(blob::read(&self.store, &[file])?.pop())
    }

    /// Whether `commit` has a folder at `path`.
    pub fn has_folder(&self, commit: &CommitId, path: &str) -> Result<bool, GitError> {
        let repository = self.local();
        let tree = history::tree_of(&repository, commit)?;
        let found = tree::find(&repository, tree, path.as_bytes())?;
        Ok(found.is_some_and(|found| found.kind == tree::Kind::Folder))
    }

    /// What merging `head` into `target` gives, as far as `selection` takes it.
    pub fn merge(
        &self,
        target: &CommitId,
        head: &CommitId,
        selection: &Selection,
    ) -> Result<Merged, GitError> {
        merge::merge(&self.store, target, head, selection)
    }

    /// The one commit at which two histories part.
    pub fn merge_base(&self, a: &CommitId, b: &CommitId) -> Result<CommitId, GitError> {
        history::merge_base(&self.local(), a, b)
    }

    /// The paths that differ between two commits, in order; those of hidden or broken
    /// characters are escaped.
    pub fn changed_paths(&self, a: &CommitId, b: &CommitId) -> Result<Vec<String>, GitError> {
        let repository = self.local();
        let (a, b) = (
            history::tree_of(&repository, a)?,
            history::tree_of(&repository, b)?,
        );
        let changes = tree::compare(&repository, a, b)?;
        Ok(changes.keys().map(|path| tree::shown(path)).collect())
    }

    fn local(&self) -> gix::Repository {
        open::local(&self.store)
    }
}

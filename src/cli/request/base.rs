//! The target branch, whose tip says what may be asked for and by whom.
//!
//! In: a folder and a revision or none. Out: the commit, and the catalog there. Without a
//! repository the files as they are on disk stand in its place.

use std::path::Path;

use crate::cli::ask::Asked;
use crate::cli::desk::{Desk, Ends};
use crate::cli::merge::working::{Against, tip};
use crate::cli::{Failure, Terminal, open};
use crate::render::asked::At;
use crate::source::git::{CommitId, Repository};
use crate::text::visible;

/// The tip of the target branch.
pub(super) struct Base {
    repository: Repository,
    pub(super) rev: String,
    pub(super) commit: CommitId,
}

impl Base {
    /// The revision that is named; else the branch that pull requests of this clone go to.
    pub(super) fn find(dir: &Path, named: Option<&str>) -> Result<Option<Self>, Failure> {
        let Some((repository, rev, commit)) = tip(dir, named)? else {
            return Ok(None);
        };
        // What was never merged there judges nothing: a catalog that begins is its own.
        let has_catalog = open::at_commit(&repository, &commit)?.is_some();
        Ok((has_catalog || named.is_some()).then_some(Self {
            repository,
            rev,
            commit,
        }))
    }

    /// The catalog that is asked: that of the target, or without one the files.
    pub(super) fn asked(
        base: Option<&Self>,
        desk: &Desk<'_>,
        ends: &Ends,
    ) -> Result<Asked, Failure> {
        let mut repeat = String::new();
        if let Some(base) = base {
            repeat.push_str(&format!(" --rev {}", visible(&base.rev)));
        }
        if ends.dir() != Path::new(".") {
            repeat.push_str(&format!(" --dir {}", ends.dir().display()));
        }
        if let Some(now) = ends.now() {
            repeat.push_str(&format!(" --now {now}"));
        }
        let (compiled, at) = match base {
            None => (desk.compiled(desk.before.snapshot.clone()), None),
            Some(base) => {
                let compiled = open::commit(&base.repository, &base.commit, &base.rev)?;
                let at = At {
                    rev: Some(base.rev.clone()),
                    commit: base.commit.short().to_owned(),
                };
                (compiled, Some(at))
            }
        };
        Ok(Asked::new(compiled, at, repeat, ends.now()))
    }

    /// What the change is compared with: the target, where the working tree has all that it has.
    pub(super) fn against(base: Option<&Self>, dir: &Path, terminal: Terminal) -> Against {
        let Some(base) = base else {
            return Against::Head;
        };
        let repository = Repository::discover(dir);
        let is_within = repository.and_then(|repository| {
            let head = repository.resolve("HEAD")?;
            repository.is_ancestor(&base.commit, &head)
        });
        if is_within == Ok(true) {
            return Against::Commit(base.rev.clone(), base.commit.clone());
        }
        let rev = visible(&base.rev);
        terminal.say(&format!(
            "`{rev}` has what your branch has not: merge it; the plan is told against HEAD"
        ));
        Against::Head
    }
}

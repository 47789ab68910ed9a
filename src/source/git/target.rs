//! The branch that pull requests of a clone go to.
//!
//! In: a repository. Out: the branch as its remote named it when it was cloned, or one of the usual
//! names that is there. Nothing is asked of the remote.

use crate::source::git::Repository;

/// The remote of a clone that has several.
const ORIGIN: &str = "origin";
/// The usual names.
const USUAL: [&str; 2] = ["main", "master"];

impl Repository {
    /// The remote that pull requests go to: `origin`, or the only one.
    pub fn remote(&self) -> Option<String> {
        let mut names = self.remotes();
        match names.iter().position(|name| name == ORIGIN) {
            Some(at) => Some(names.swap_remove(at)),
            None => (names.len() == 1).then(|| names.remove(0)),
        }
    }

    /// The revision whose tip pull requests are merged into, and its name there: `origin/main` and
    /// `main`.
    pub fn target(&self) -> Option<(String, String)> {
        let remote = self.remote();
        let named = remote.as_ref().and_then(|remote| {
            let branch = self.head_of(remote)?;
            Some((format!("{remote}/{branch}"), branch))
        });
        let here = USUAL.map(|name| (name.to_owned(), name.to_owned()));
        let there = remote
            .iter()
            .flat_map(|remote| USUAL.map(|name| (format!("{remote}/{name}"), name.to_owned())));
        let all = named.into_iter().chain(there).chain(here);
        let mut found = all.filter(|(rev, _)| self.resolve(rev).is_ok());
        found.next()
    }

    /// The names of branches and tags, sorted.
    pub fn names(&self) -> Vec<String> {
        let repository = self.local();
        let Ok(all) = repository.references() else {
            return Vec::new();
        };
        let Ok(all) = all.all() else {
            return Vec::new();
        };
        let names = all.filter_map(Result::ok).filter_map(|found| {
            let full = found.name().as_bstr().to_string();
            let kinds = ["refs/heads/", "refs/remotes/", "refs/tags/"];
            let name = kinds.iter().find_map(|kind| full.strip_prefix(kind))?;
            (!name.ends_with("/HEAD")).then(|| name.to_owned())
        });
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    }

    /// The branch that `HEAD` of a remote is.
    fn head_of(&self, remote: &str) -> Option<String> {
        let below = format!("refs/remotes/{remote}/");
        let repository = self.local();
        let head = repository.try_find_reference(format!("{below}HEAD").as_str());
        let head = head.ok()??;
        let target = head.target().try_name()?.as_bstr().to_string();
        target.strip_prefix(&below).map(str::to_owned)
    }
}

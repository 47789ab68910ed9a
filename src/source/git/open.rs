//! Finding a repository and opening it so that nothing around it has a say.
//!
//! In: a folder. Out: the repository it is in and where in it the folder is. Settings of the
//! repository are read for its own layout; none of them is used to start anything.

use std::path::Path;
use std::path::PathBuf;

use gix::config::Source;

use crate::source::git::GitError;
use crate::text::visible;

/// Settings that no repository decides: replaced objects and commit graphs are not believed,
/// and the cut of a shallow clone is where git itself puts it.
const OVERRIDES: [&str; 3] = [
    "core.useReplaceRefs=false",
    "core.commitGraph=false",
    "gitoxide.core.shallowFile=shallow",
];

/// The repository that `path` is in, and the path of `path` inside it.
pub(super) fn discover(path: &Path) -> Result<(gix::ThreadSafeRepository, String), GitError> {
    let none = || GitError::NotARepository(visible(&path.display().to_string()).into_owned());
    let folder = path.canonicalize().map_err(|_| none())?;
    // A bare repository counts only where no working tree is around it: as ordinary files it
    // could be part of a commit, and would then answer in the place of the true one.
    let top = folder
        .ancestors()
        .find(|folder| is_git(&folder.join(".git")));
    let (git, prefix) = match top {
        Some(top) => (top.join(".git"), prefix(&folder, top)?),
        None if is_git(&folder) => (folder.clone(), String::new()),
        None => return Err(none()),
    };
    refuse_unsupported(&git)?;
    let options = gix::open::Options::isolated()
        .strict_config(true)
        .open_path_as_is(true)
        .config_overrides(OVERRIDES);
    let store = gix::ThreadSafeRepository::open_opts(git, options)
        .map_err(|error| GitError::unreadable(&error))?;
    refuse_other_owner(&store, top.unwrap_or(&folder))?;
    Ok((store, prefix))
}

/// A handle for this thread, which reads objects and never what replaces them.
pub(super) fn local(store: &gix::ThreadSafeRepository) -> gix::Repository {
    let mut repository = store.to_thread_local();
    repository.objects.ignore_replacements = true;
    repository
}

fn is_git(path: &Path) -> bool {
    gix::discover::is_git(path).is_ok()
}

fn prefix(folder: &Path, top: &Path) -> Result<String, GitError> {
    let inside = folder.strip_prefix(top).unwrap_or(Path::new(""));
    // Whoever asks for git's own folder asks for the whole repository.
    if inside.starts_with(".git") {
        return Ok(String::new());
    }
    let parts: Option<Vec<&str>> = inside.iter().map(|part| part.to_str()).collect();
    parts
        .map(|parts| parts.join("/"))
        .ok_or_else(|| GitError::Unreadable("the path of the folder is not UTF-8".to_owned()))
}

/// Says by name what would otherwise be read wrongly or fail without a reason.
fn refuse_unsupported(git: &Path) -> Result<(), GitError> {
    let unreadable = |error: &dyn std::fmt::Display| GitError::unreadable(error);
    let git = if git.is_file() {
        gix::discover::path::from_gitdir_file(git).map_err(|error| unreadable(&error))?
    } else {
        git.to_owned()
    };
    let common: PathBuf = match gix::discover::path::from_plain_file(&git.join("commondir")) {
        Some(path) => git.join(path.map_err(|error| unreadable(&error))?),
        None => git,
    };
    let settings = gix::config::File::from_path_no_includes(common.join("config"), Source::Local)
        .map_err(|error| unreadable(&error))?;
    // Whose it is cannot be told of a folder that is not there.
    if let Some(tree) = settings.string("core.worktree") {
        let tree = String::from_utf8_lossy(&tree).into_owned();
        if !common.join(&tree).is_dir() {
            return Err(GitError::NoWorkTree(visible(&tree).into_owned()));
        }
    }
    let is_other = |key: &str, supported: &str| {
        settings
            .string(key)
            .is_some_and(|value| !value.eq_ignore_ascii_case(supported.as_bytes()))
    };
    if is_other("extensions.objectFormat", "sha1") {
        return Err(GitError::Unsupported("sha256 objects"));
    }
    if is_other("extensions.refStorage", "files") {
        return Err(GitError::Unsupported("reftable references"));
    }
    Ok(())
}

/// What git calls dubious ownership: whoever can write a folder above could have put a
/// repository there. The user's own settings say which ones to trust nevertheless.
fn refuse_other_owner(store: &gix::ThreadSafeRepository, top: &Path) -> Result<(), GitError> {
    if store.to_thread_local().git_dir_trust() == gix::sec::Trust::Full {
        return Ok(());
    }
    let settings =
        gix::config::File::from_globals().map_err(|error| GitError::unreadable(&error))?;
    let values = settings.strings("safe.directory").unwrap_or_default();
    let top = top.display().to_string();
    if is_trusted(&top, values.iter().map(ToString::to_string)) {
        return Ok(());
    }
    Err(GitError::OtherOwner(visible(&top).into_owned()))
}

/// Git's reading of `safe.directory`: the last of all values decide, an empty one forgets
/// those before it.
fn is_trusted(top: &str, values: impl Iterator<Item = String>) -> bool {
    values.fold(false, |trusted, value| match value.as_str() {
        "" => false,
        "*" => true,
        path => match path.strip_suffix("/*") {
            Some(above) => {
                trusted
                    || top
                        .strip_prefix(above)
                        .is_some_and(|rest| rest.starts_with('/'))
            }
            None => trusted || path.trim_end_matches('/') == top,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::is_trusted;

    #[test]
    fn the_users_own_settings_say_which_repositories_of_others_are_trusted() {
        let trusted = |values: &[&str]| {
            is_trusted(
                "/srv/catalog",
                values.iter().map(|value| (*value).to_owned()),
            )
        };
        for values in [
            &["*"][..],
            &["/srv/catalog"],
            &["/srv/catalog/"],
            &["/x", "/srv/*"],
        ] {
            assert!(trusted(values), "{values:?}");
        }
        for values in [
            &[][..],
            &["/srv"],
            &["/srv/cat/*"],
            &["*", ""],
            &["/srv/catalog2"],
        ] {
            assert!(!trusted(values), "{values:?}");
        }
    }
}

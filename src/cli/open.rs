//! Opens the place that an argument names and compiles the catalog in it.

use std::convert::Infallible;
use std::path::{Component, Path, PathBuf};

use crate::cli::{Failure, failure};
use crate::compile::Compiled;
use crate::compile::compile;
use crate::model::settings;
use crate::source::Selection;
use crate::source::Snapshot;
use crate::source::SourceFile;
use crate::source::disk;
use crate::source::git::{CommitId, GitError, Repository};
use crate::source::layout::{Layout, Place};

/// A directory of the disk as a place to look for a catalog.
struct Folder<'p>(&'p Path);

impl Place for Folder<'_> {
    type Error = Infallible;

    fn file(&self, path: &str) -> Result<Option<SourceFile>, Infallible> {
        Ok(disk::read_one(self.0, path))
    }

    fn has_folder(&self, path: &str) -> Result<bool, Infallible> {
        Ok(disk::has_folder(self.0, path))
    }
}

/// A commit as a place to look for a catalog.
struct Tree<'r>(&'r Repository, &'r CommitId);

impl Place for Tree<'_> {
    type Error = GitError;

    fn file(&self, path: &str) -> Result<Option<SourceFile>, GitError> {
        self.0.read_one(self.1, path)
    }

    fn has_folder(&self, path: &str) -> Result<bool, GitError> {
        self.0.has_folder(self.1, path)
    }
}

/// Texts in memory as a place to look for a catalog.
struct Texts<'s>(&'s Snapshot);

impl Place for Texts<'_> {
    type Error = Infallible;

    fn file(&self, path: &str) -> Result<Option<SourceFile>, Infallible> {
        Ok(self
            .0
            .find(path)
            .and_then(|file| self.0.file(file))
            .cloned())
    }

    fn has_folder(&self, path: &str) -> Result<bool, Infallible> {
        let below = |file: &SourceFile| {
            file.path
                .strip_prefix(path)
                .is_some_and(|rest| rest.starts_with('/'))
        };
        Ok(self.0.as_slice().iter().any(below))
    }
}

/// A catalog that was found and read, not yet compiled.
pub(super) struct Opened {
    /// Its files.
    pub(super) snapshot: Snapshot,
    /// What they were read with.
    pub(super) selection: Selection,
}

/// What is to be read where a layout was found.
pub(super) fn selection(layout: &Layout) -> Result<Selection, Failure> {
    if let Some(name) = &layout.misnamed {
        return Err(
            Failure::new(format!("`{name}` is not read, and looks like the settings")).help(
                format!("rename it to `{}`, or to something else", settings::FILE),
            ),
        );
    }
    settings::selection(layout).map_err(Failure::new)
}

/// That a place has no catalog.
pub(super) fn no_catalog(place: &str) -> Failure {
    Failure::new(format!("there is no catalog in `{place}`"))
        .help("name a folder with `catalogc.yaml`, `catalog/` or `blueprints/`")
}

/// The catalog of texts in memory; `None` where they are none.
pub(super) fn memory(snapshot: Snapshot) -> Option<Compiled> {
    let selection = in_texts(&snapshot, "").ok()??;
    Some(compile(snapshot, &selection))
}

/// What is to be read of texts that were read already; `None` where there is no catalog.
pub(super) fn in_texts(snapshot: &Snapshot, prefix: &str) -> Result<Option<Selection>, Failure> {
    let Ok(layout) = Layout::find(&Texts(snapshot), prefix, settings::FILE);
    layout.as_ref().map(selection).transpose()
}

/// The folder that an argument means: itself where a catalog is in it, else the nearest one above it
/// within the repository. The folder of a catalog that settings beside it name is read with them.
#[expect(
    clippy::unnecessary_wraps,
    reason = "an argument is read by what may fail"
)]
pub(super) fn folder(written: &str) -> Result<PathBuf, Infallible> {
    let path = Path::new(written);
    let above = || path.join("..");
    let Ok(own) = Layout::find(&Folder(path), "", settings::FILE);
    let found = match own {
        Some(own) if own.is_catalog => named_above(path).then(above),
        Some(_) => None,
        None => nearest_above(path),
    };
    Ok(found.map_or_else(|| path.to_owned(), |found| shortened(&found)))
}

/// Whether the settings in the folder above take this one as their catalog.
fn named_above(path: &Path) -> bool {
    let above = path.join("..");
    let Ok(layout) = Layout::find(&Folder(&above), "", settings::FILE);
    let Some(layout) = layout else {
        return false;
    };
    let full = path.canonicalize().ok();
    let name = full.as_deref().and_then(Path::file_name);
    let selection = selection(&layout).ok();
    let root = selection.as_ref().map(|it| std::ffi::OsStr::new(it.root()));
    layout.settings.is_some() && name.is_some() && name == root && is_within(path)
}

/// Whether the folder above belongs to the same repository.
fn is_within(path: &Path) -> bool {
    Repository::discover(path).map_or(true, |it| !it.prefix().is_empty())
}

/// The nearest folder above with a catalog.
fn nearest_above(path: &Path) -> Option<PathBuf> {
    let depth = Repository::discover(path).ok()?;
    let depth = depth
        .prefix()
        .split('/')
        .filter(|it| !it.is_empty())
        .count();
    let mut above = path.to_owned();
    (0..depth).find_map(|_| {
        above.push("..");
        let Ok(found) = Layout::find(&Folder(&above), "", settings::FILE);
        let found = found?;
        if found.is_catalog && named_above(&above) {
            above.push("..");
        }
        Some(above.clone())
    })
}

/// A path without what it takes back: `catalog/..` is `.`.
fn shortened(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match (part, out.components().next_back()) {
            // A link may lead elsewhere than its name is.
            (Component::ParentDir, Some(Component::Normal(_))) if !out.is_symlink() => {
                out.pop();
            }
            (Component::CurDir, _) => {}
            (part, _) => out.push(part),
        }
    }
    if out.as_os_str().is_empty() {
        out.push(".");
    }
    out
}

/// The files of the catalog in a directory, if there is one.
pub(super) fn at_directory(path: &Path) -> Result<Option<Opened>, Failure> {
    if !path.is_dir() {
        return Err(Failure::new(format!(
            "there is no folder `{}`",
            path.display()
        )));
    }
    let Ok(layout) = Layout::find(&Folder(path), "", settings::FILE);
    let Some(layout) = layout else {
        return Ok(None);
    };
    let selection = selection(&layout)?;
    let snapshot = disk::read(path, &selection).map_err(failure)?;
    // Of a folder with files in it, one is there to say so.
    let is_below = |name: &str| name.starts_with(settings::FILE);
    let is_named = snapshot.files().any(|(_, file)| is_below(&file.path));
    if selection.settings().is_some() && !is_named && path.join(settings::FILE).is_dir() {
        let name = settings::FILE;
        let message = format!("`{name}` is a folder, and the settings are a file");
        return Err(Failure::new(message).help("delete the folder, and write the settings to it"));
    }
    Ok(Some(Opened {
        snapshot,
        selection,
    }))
}

/// What is to be read of a commit; `None` where it has no catalog.
pub(super) fn selection_at(
    repository: &Repository,
    commit: &CommitId,
) -> Result<Option<Selection>, Failure> {
    let place = Tree(repository, commit);
    let layout = Layout::find(&place, &prefix(repository), settings::FILE).map_err(failure)?;
    layout.as_ref().map(selection).transpose()
}

/// The settings of many commits, each read where it is another than that of the commit before.
#[derive(Default)]
pub(super) struct Settings {
    last: Option<Layout>,
}

impl Settings {
    /// What is to be read of a commit; `None` where it is what was to be read of the last one that
    /// was asked for, or where nothing can be read by its settings.
    pub(super) fn selection_at(
        &mut self,
        repository: &Repository,
        commit: &CommitId,
    ) -> Result<Option<Selection>, GitError> {
        let place = Tree(repository, commit);
        let layout = Layout::find(&place, &prefix(repository), settings::FILE)?;
        if layout == self.last {
            return Ok(None);
        }
        self.last = layout;
        Ok(self.last.as_ref().and_then(|it| selection(it).ok()))
    }
}

/// The files of the catalog in a commit, if there is one.
pub(super) fn at_commit(
    repository: &Repository,
    commit: &CommitId,
) -> Result<Option<Opened>, Failure> {
    let Some(selection) = selection_at(repository, commit)? else {
        return Ok(None);
    };
    let snapshot = repository.read(commit, &selection).map_err(failure)?;
    Ok(Some(Opened {
        snapshot,
        selection,
    }))
}

/// The same with the paths that the files have in the folder which the repository was found from.
pub(super) fn below_at(
    repository: &Repository,
    commit: &CommitId,
) -> Result<Option<Opened>, Failure> {
    let prefix = prefix(repository);
    let opened = match at_commit(repository, commit)? {
        Some(opened) if !prefix.is_empty() => opened,
        opened => return Ok(opened),
    };
    let files = opened.snapshot.as_slice().iter().filter_map(|file| {
        Some(SourceFile {
            path: file.path.strip_prefix(&prefix)?.to_owned(),
            ..file.clone()
        })
    });
    let snapshot = Snapshot::new(files.collect());
    let selection = in_texts(&snapshot, "")?;
    Ok(selection.map(|selection| Opened {
        snapshot,
        selection,
    }))
}

/// The catalog of a directory.
pub(super) fn directory(path: &Path) -> Result<Compiled, Failure> {
    let opened = at_directory(path)?.ok_or_else(|| no_catalog(&path.display().to_string()))?;
    Ok(compile(opened.snapshot, &opened.selection))
}

/// The catalog of a commit.
pub(super) fn commit(
    repository: &Repository,
    commit: &CommitId,
    rev: &str,
) -> Result<Compiled, Failure> {
    let opened = at_commit(repository, commit)?.ok_or_else(|| no_catalog(rev))?;
    Ok(compile(opened.snapshot, &opened.selection))
}

/// The folder of the repository that the working directory is in, with a slash at its end.
pub(super) fn prefix(repository: &Repository) -> String {
    match repository.prefix() {
        "" => String::new(),
        prefix => format!("{}/", prefix.trim_matches('/')),
    }
}

//! Writes the files of a change: all of them or none.
//!
//! In: new texts. Out: they are on disk; or the files are as they were, or it is said which ones
//! are not.

use std::path::{Path, PathBuf};

use crate::cli::desk::Desk;
use crate::cli::{Failure, failure, open};
use crate::edit::tried::Texts;
use crate::source::Snapshot;
use crate::source::disk::rewrite::{self, RewriteError};
use crate::text::visible;

/// A file that was written.
struct Done<'t> {
    path: &'t str,
    before: Option<&'t str>,
    after: Option<&'t str>,
    /// The folders that were made for it.
    folders: Vec<PathBuf>,
}

impl Desk<'_> {
    /// That all files can be written.
    pub(super) fn ready(&self, texts: &Texts) -> Result<(), Failure> {
        let root = self.ends.dir.as_path();
        for (path, after) in texts {
            let ready = match (self.text(path), after) {
                (Some(before), _) => rewrite::ready(root, path, before),
                (None, Some(_)) => rewrite::ready_to_create(root, path),
                (None, None) => Ok(()),
            };
            ready.map_err(|error| failure(error).help("nothing is changed"))?;
        }
        Ok(())
    }

    /// Writes all files or none: where one cannot be, those before it are as they were.
    pub(super) fn write(&self, texts: &Texts) -> Result<(), Failure> {
        let root = self.ends.dir.as_path();
        self.is_as_read()?;
        self.ready(texts)?;
        let mut done: Vec<Done<'_>> = Vec::new();
        for (path, after) in texts {
            let (before, after) = (self.text(path), after.as_deref());
            match put(root, path, before, after) {
                Ok(folders) => done.push(Done {
                    path,
                    before,
                    after,
                    folders,
                }),
                Err(error) => return Err(failure(error).help(back(root, done))),
            }
        }
        Ok(())
    }

    /// That the catalog on disk is the one that was compiled: what is written was found right with
    /// all of it.
    fn is_as_read(&self) -> Result<(), Failure> {
        let now = open::at_directory(&self.ends.dir)?;
        let now = now.map(|it| it.snapshot).unwrap_or_default();
        let Some(path) = differing(&self.on_disk, &now) else {
            return Ok(());
        };
        let message = format!(
            "`{}` was changed while the change was checked",
            visible(path)
        );
        Err(Failure::new(message).help("nothing is changed; run it once more"))
    }
}

/// The first file that two snapshots do not share.
fn differing<'s>(one: &'s Snapshot, other: &'s Snapshot) -> Option<&'s str> {
    let has = |all: &Snapshot, path: &str, text: &_| {
        let file = all.find(path).and_then(|id| all.file(id));
        file.is_some_and(|file| file.text == *text)
    };
    let gone = |all: &'s Snapshot, others: &Snapshot| {
        let mut files = all.as_slice().iter();
        files.find(|it| !has(others, &it.path, &it.text))
    };
    let file = gone(one, other).or_else(|| gone(other, one))?;
    Some(&file.path)
}

/// Puts files back as they were; says what became of them.
fn back(root: &Path, done: Vec<Done<'_>>) -> String {
    let mut stays = Vec::new();
    for file in done.into_iter().rev() {
        // Who wrote the file in the meantime keeps it.
        let put = put(root, file.path, file.after, file.before);
        match put {
            Ok(_) => rewrite::unmake(&file.folders),
            Err(_) => stays.push(format!("`{}`", visible(file.path))),
        }
    }
    if stays.is_empty() {
        return "nothing is changed".to_owned();
    }
    format!(
        "{} could not be put back and has the change: look at `git diff`",
        stays.join(", ")
    )
}

/// Writes, creates or removes a file; gives the folders that were made.
fn put(
    root: &Path,
    path: &str,
    before: Option<&str>,
    after: Option<&str>,
) -> Result<Vec<PathBuf>, RewriteError> {
    match (before, after) {
        (Some(before), Some(after)) => rewrite::rewrite(root, path, before, after)?,
        (None, Some(after)) => return rewrite::create(root, path, after),
        (Some(before), None) => rewrite::remove(root, path, before)?,
        (None, None) => {}
    }
    Ok(Vec::new())
}

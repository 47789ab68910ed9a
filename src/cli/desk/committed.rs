//! The catalog that a commit of a change would hold: that of HEAD, with what is written.
//!
//! In: the files on disk. Out: those of HEAD; what else is changed in the working tree is in no
//! commit, and has no say in one.

use std::path::Path;

use crate::cli::desk::Desk;
use crate::cli::open::{self, Opened};
use crate::cli::{Failure, Terminal};
use crate::source::git::Repository;
use crate::source::{Snapshot, SourceFile};

/// The files of HEAD, with the line ends that they have on disk; where there is no commit, those
/// on disk.
pub(super) fn view(folder: &Path, disk: Opened, terminal: Terminal) -> Result<Opened, Failure> {
    let Ok(repository) = Repository::discover(folder) else {
        return Ok(disk);
    };
    let Ok(head) = repository.resolve("HEAD") else {
        return Ok(disk);
    };
    let opened = open::below_at(&repository, &head)?.ok_or_else(|| {
        Failure::new("the commit that is checked out has no catalog")
            .help("commit the catalog first, or leave out `--branch`, `--commit` and `--open`")
    })?;
    let files = opened.snapshot.as_slice().iter();
    let files = files.map(|file| as_on_disk(file, &disk.snapshot));
    let snapshot = Snapshot::new(files.collect());
    let apart = apart(&snapshot, &disk.snapshot);
    if apart > 0 {
        let files = if apart == 1 { "file" } else { "files" };
        terminal.say(&format!(
            "judged as it would be committed, without what is changed in {apart} other {files}"
        ));
    }
    Ok(Opened {
        snapshot,
        selection: opened.selection,
    })
}

/// A file of a commit, which git may have checked out with other line ends.
fn as_on_disk(file: &SourceFile, disk: &Snapshot) -> SourceFile {
    let own = disk.find(&file.path).and_then(|id| disk.file(id));
    let is_same = |own: &&SourceFile| match (&own.text, &file.text) {
        (Ok(own), Ok(text)) => own.replace("\r\n", "\n") == text.replace("\r\n", "\n"),
        _ => false,
    };
    own.filter(is_same).unwrap_or(file).clone()
}

/// How many files differ.
fn apart(one: &Snapshot, other: &Snapshot) -> usize {
    let has = |all: &Snapshot, file: &SourceFile| {
        let found = all.find(&file.path).and_then(|id| all.file(id));
        found.is_some_and(|it| it.text == file.text)
    };
    let changed = one.as_slice().iter().filter(|file| !has(other, file));
    let added = other.as_slice().iter();
    let added = added.filter(|file| one.find(&file.path).is_none());
    changed.count() + added.count()
}

impl Desk<'_> {
    /// The text that a file on disk has which the catalog here has not.
    pub(in crate::cli) fn only_on_disk(&self, path: &str) -> Option<&str> {
        if self.before.snapshot.find(path).is_some() {
            return None;
        }
        let file = self.on_disk.file(self.on_disk.find(path)?)?;
        file.text.as_deref().ok()
    }

    /// The file of an entity that stands in the working tree alone.
    pub(super) fn uncommitted(&self, written: &str) -> Option<String> {
        if self.on_disk == self.before.snapshot {
            return None;
        }
        let compiled = self.compiled(self.on_disk.clone());
        let id = crate::cli::ask::name::entity(&compiled.catalog, written).ok()?;
        let file = compiled.catalog.entity(id)?.span.file;
        Some(compiled.snapshot.path(file).to_owned())
    }
}

//! Catalogs in a directory.
//!
//! In: the folder of a repository and a [`Selection`]. Out: a [`Snapshot`]. No file says what
//! is ignored, for it would make others silently absent: only `.git` is skipped. Knows no git;
//! a folder with a `.git` of its own is a submodule, as it would be in a commit.
#![expect(
    clippy::disallowed_methods,
    reason = "this file is the end of the pipeline that reads directories"
)]

use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;
use walkdir::DirEntry;
use walkdir::WalkDir;

use crate::source::Refusal;
use crate::source::Selection;
use crate::source::Snapshot;
use crate::source::SourceFile;
use crate::source::limit;
use crate::source::path::Refused;
use crate::source::path::path_of;
use crate::source::text_of;

pub mod rewrite;

/// Why a directory cannot be read at all.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ReadError {
    /// There is none.
    #[error("there is no folder `{0}`")]
    NoFolder(String),
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
}

/// What was found in a folder, before it is read.
struct Found {
    path: String,
    state: Result<DirEntry, Refusal>,
}

/// The files of `root` that `selection` takes; their paths are relative to it.
pub fn read(root: &Path, selection: &Selection) -> Result<Snapshot, ReadError> {
    if !root.is_dir() {
        return Err(ReadError::NoFolder(root.display().to_string()));
    }
    let found = find(root, selection)?;
    let budget = Budget::default();
    let files = found
        .into_par_iter()
        .map(|Found { path, state }| SourceFile {
            text: state
                .and_then(|entry| text_at(entry.path(), selection.most_bytes(&path), &budget)),
            path,
            merged: false,
        })
        .collect();
    if budget.is_spent() {
        return Err(ReadError::TooManyBytes);
    }
    Ok(Snapshot::new(files))
}

/// The file at `path` of `root`, where there is one. A folder is none.
pub fn read_one(root: &Path, path: &str) -> Option<SourceFile> {
    read_sized(root, path, limit::FILE_BYTES)
}

/// The same, where the file may be large.
pub fn read_large(root: &Path, path: &str) -> Option<SourceFile> {
    read_sized(root, path, limit::LARGE_FILE_BYTES)
}

fn read_sized(root: &Path, path: &str, most: u64) -> Option<SourceFile> {
    let file = |text| {
        Some(SourceFile {
            path: path.to_owned(),
            text,
            merged: false,
        })
    };
    if path_of(path.as_bytes()).is_err() {
        return file(Err(Refusal::Path));
    }
    let mut at = root.to_owned();
    for part in path.split('/') {
        at.push(part);
        match at.symlink_metadata() {
            Ok(metadata) if metadata.is_symlink() => return file(Err(Refusal::Link)),
            Ok(_) => {}
            Err(error) if is_absent(&error) => return None,
            Err(error) => return file(Err(unreadable(&error))),
        }
    }
    if at.is_dir() {
        return None;
    }
    file(text_at(&at, most, &Budget::default()))
}

/// Whether `root` has a folder at `path`, reached through no link.
pub fn has_folder(root: &Path, path: &str) -> bool {
    let mut at = root.to_owned();
    path_of(path.as_bytes()).is_ok()
        && path.split('/').all(|part| {
            at.push(part);
            at.symlink_metadata()
                .is_ok_and(|metadata| metadata.is_dir())
        })
}

fn find(root: &Path, selection: &Selection) -> Result<Vec<Found>, ReadError> {
    let mut found = Vec::new();
    let mut walk = WalkDir::new(root)
        .sort_by_file_name()
        .min_depth(1)
        .into_iter();
    while let Some(entry) = walk.next() {
        let kind = entry.as_ref().ok().map(DirEntry::file_type);
        let at = match &entry {
            Ok(entry) => Some(entry.path()),
            Err(error) => error.path(),
        };
        let bytes = relative(root, at.unwrap_or(root));
        let is_folder = kind.is_some_and(|kind| kind.is_dir());
        if kind.is_some() && bytes.rsplit(|byte| *byte == b'/').next() == Some(b".git") {
            if is_folder {
                walk.skip_current_dir();
            }
            continue;
        }
        let (path, refusal) = match path_of(&bytes) {
            Ok(path) => (path.to_owned(), None),
            Err(Refused(shown)) => (shown, Some(Refusal::Path)),
        };
        let (is_taken, state) = match entry {
            Err(error) => (
                selection.takes_folder(&path) || selection.takes_file(&path),
                Err(Refusal::Unreadable(reason(&error))),
            ),
            Ok(entry) if is_folder => {
                let is_submodule = entry.path().join(".git").symlink_metadata().is_ok();
                // A path that is too long only grows below.
                let is_too_long = bytes.len() > limit::PATH_BYTES;
                if !is_submodule && !is_too_long && selection.takes_folder(&path) {
                    continue;
                }
                walk.skip_current_dir();
                let refusal = if is_submodule {
                    Refusal::Submodule
                } else {
                    Refusal::Path
                };
                (
                    (is_submodule || is_too_long) && selection.takes_link(&path),
                    Err(refusal),
                )
            }
            Ok(entry) if entry.path_is_symlink() => {
                (selection.takes_link(&path), Err(Refusal::Link))
            }
            Ok(entry) if !entry.file_type().is_file() => {
                (selection.takes_file(&path), Err(Refusal::NotAFile))
            }
            Ok(entry) => (selection.takes_file(&path), refusal.map_or(Ok(entry), Err)),
        };
        if is_taken {
            found.push(Found { path, state });
        }
        if found.len() > limit::FILES {
            return Err(ReadError::TooManyFiles);
        }
    }
    Ok(found)
}

/// The bytes of `path` after `root`, with `/` between the parts on every system.
fn relative(root: &Path, path: &Path) -> Vec<u8> {
    let below = path.strip_prefix(root).unwrap_or(path);
    if std::path::MAIN_SEPARATOR == '/' {
        return below.as_os_str().as_encoded_bytes().to_vec();
    }
    let parts: Vec<&[u8]> = below
        .components()
        .map(|part| part.as_os_str().as_encoded_bytes())
        .collect();
    parts.join(&b'/')
}

/// The bytes that a catalog may still have, counted while its files are read.
#[derive(Default)]
struct Budget(AtomicU64);

impl Budget {
    /// Takes the bytes of a file; whether they were there to be taken.
    fn takes(&self, bytes: u64) -> bool {
        self.0.fetch_add(bytes, Ordering::Relaxed) + bytes <= limit::CATALOG_BYTES
    }

    fn is_spent(&self) -> bool {
        self.0.load(Ordering::Relaxed) > limit::CATALOG_BYTES
    }
}

fn text_at(path: &Path, most: u64, budget: &Budget) -> Result<Arc<str>, Refusal> {
    // What is not a file may never end, or never begin.
    let metadata = path
        .symlink_metadata()
        .map_err(|error| unreadable(&error))?;
    if !metadata.is_file() {
        return Err(Refusal::NotAFile);
    }
    let too_large = |bytes| Err(Refusal::TooLarge { bytes, most });
    if metadata.len() > most {
        return too_large(metadata.len());
    }
    if !budget.takes(metadata.len()) {
        // All of the reading fails for it; nobody sees this.
        return too_large(metadata.len());
    }
    let bytes = File::open(path)
        .and_then(|file| read_at_once(file, metadata.len(), most))
        .map_err(|error| unreadable(&error))?;
    // It may have grown since.
    match bytes.len() as u64 {
        read if read > most => too_large(read),
        _ => text_of(bytes),
    }
}

/// The bytes of a file of about `expected` bytes; one more than the limit at the most. A file
/// is read by as few calls as can be, for a catalog has many.
fn read_at_once(mut file: File, expected: u64, most: u64) -> std::io::Result<Vec<u8>> {
    let most = usize::try_from(most + 1).unwrap_or(usize::MAX);
    let mut bytes = vec![0; usize::try_from(expected + 1).unwrap_or(most).min(most)];
    let mut filled = 0;
    loop {
        let Some(free) = bytes.get_mut(filled..).filter(|free| !free.is_empty()) else {
            if bytes.len() >= most {
                break;
            }
            bytes.resize((bytes.len() * 2).min(most), 0);
            continue;
        };
        match file.read(free) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    bytes.truncate(filled);
    Ok(bytes)
}

fn is_absent(error: &std::io::Error) -> bool {
    use std::io::ErrorKind;
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

fn unreadable(error: &std::io::Error) -> Refusal {
    Refusal::Unreadable(error.kind().to_string())
}

/// The reason without the path, which the finding names itself.
fn reason(error: &walkdir::Error) -> String {
    error.io_error().map_or_else(
        || "a loop of links".to_owned(),
        |error| error.kind().to_string(),
    )
}

#[cfg(test)]
mod tests;

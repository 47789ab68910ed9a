//! Paths that a descriptor writes, relative to its own file.

use crate::source::Snapshot;
use crate::source::glob_of;
use crate::source::path::{folder_of, resolve};
use crate::text::FileId;

/// Whether a target is an address and no path.
pub(super) fn is_url(target: &str) -> bool {
    target.split_once("://").is_some_and(|(scheme, _)| {
        !scheme.is_empty()
            && scheme
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || c == '+')
    })
}

/// The path in the repository of what is written relative to a file; `None` where it leads out.
pub(super) fn beside(snapshot: &Snapshot, file: FileId, target: &str) -> Option<String> {
    // An absolute path is one of another machine, or means the top of the repository.
    if target.starts_with('/') {
        return resolve("", target.trim_start_matches('/'));
    }
    resolve(folder_of(snapshot.path(file)), target)
}

/// The files that a path or a glob leads to.
pub(super) fn files(snapshot: &Snapshot, path: &str) -> Vec<FileId> {
    if let Some(file) = snapshot.find(path) {
        return vec![file];
    }
    if !path.contains(['*', '?', '{', '[']) {
        return Vec::new();
    }
    let glob = glob_of(path).ok().map(|glob| glob.compile_matcher());
    let files = snapshot.files();
    files
        .filter(|(_, file)| glob.as_ref().is_some_and(|glob| glob.is_match(&file.path)))
        .map(|(file, _)| file)
        .collect()
}

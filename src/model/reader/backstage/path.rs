//! Paths that a descriptor writes, relative to its own file.

use crate::model::reader::Foreign;

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
pub(super) fn beside(foreign: &Foreign<'_>, target: &str) -> Option<String> {
    let here = foreign.snapshot.path(foreign.file);
    // An absolute path is one of another machine, or means the top of the repository.
    let folder = match here.rsplit_once('/') {
        Some((folder, _)) if !target.starts_with('/') => folder,
        _ => "",
    };
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(target.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

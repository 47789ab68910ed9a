//! What the arguments of a merge look like: logins, approvals, paths.

use std::path::Path;

use crate::model::Moment;

/// Whether a name is written so that it can only be a path.
pub(super) fn is_path(name: &str) -> bool {
    let path = Path::new(name);
    path.is_absolute()
        || matches!(name, "." | "..")
        || path.starts_with("./")
        || path.starts_with("..")
}

/// Whether a revision is written as the full id of a commit.
pub(in crate::cli) fn is_full_id(rev: &str) -> bool {
    matches!(rev.len(), 40 | 64) && rev.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whoever asks has a name: the variable of a workflow that is empty names nobody.
pub(in crate::cli) fn login(written: &str) -> Result<String, String> {
    if written.trim().is_empty() || written.trim() != written {
        return Err("write the login of who asks".to_owned());
    }
    Ok(written.to_owned())
}

/// A `--now` as it is written.
pub(in crate::cli) fn moment(written: &str) -> Result<Moment, String> {
    Moment::parse(written)
        .ok_or_else(|| "write a date, a time and an offset, like 2026-11-22T14:00:00Z".to_owned())
}

/// An `--approval LOGIN@REV` as it is written.
pub(in crate::cli) fn approval(written: &str) -> Result<(String, String), String> {
    match written.split_once('@') {
        Some((login, rev)) if !login.is_empty() && !rev.is_empty() => {
            Ok((login.to_owned(), rev.to_owned()))
        }
        _ => Err("write it as LOGIN@REV: who approved, and the commit they saw".to_owned()),
    }
}

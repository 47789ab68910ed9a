//! What the arguments of a merge look like: logins, approvals, paths.

use std::path::Path;

use crate::cli::Failure;
use crate::model::Moment;
use crate::plan::account::Accounts;

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

/// An `--actor-id LOGIN=ID` as it is written.
pub(in crate::cli) fn account(written: &str) -> Result<(String, String), String> {
    let is_word = |text: &str| !text.is_empty() && !text.contains(char::is_whitespace);
    match written.rsplit_once('=') {
        Some((login, id)) if is_word(login) && is_word(id) => Ok((login.to_owned(), id.to_owned())),
        _ => Err("write it as LOGIN=ID: a login that is named here, and its number".to_owned()),
    }
}

/// The accounts of those whom a command names. A number of a login that it names nowhere else
/// would count for nothing: somebody meant something by it.
pub(in crate::cli) fn accounts<'a>(
    given: &[(String, String)],
    named: &(impl Iterator<Item = &'a str> + Clone),
) -> Result<Accounts, Failure> {
    let mut accounts = Accounts::default();
    for (login, id) in given {
        let shown = crate::text::visible(login);
        if !named.clone().any(|name| name.eq_ignore_ascii_case(login)) {
            return Err(Failure::new(format!(
                "`--actor-id {shown}={}` is of nobody who is named here",
                crate::text::visible(id)
            ))
            .help("name the login as --actor or in an --approval too, or take it out"));
        }
        if let Err(other) = accounts.add(login, id) {
            return Err(Failure::new(format!(
                "{shown} has two ids: {} and {}",
                crate::text::visible(&other),
                crate::text::visible(id)
            ))
            .help("a login is of one account at a time: give the id that the forge says now"));
        }
    }
    Ok(accounts)
}

/// A `--now` as it is written: a moment, or a day, which is its beginning in UTC.
pub(in crate::cli) fn moment(written: &str) -> Result<Moment, String> {
    let day = || Moment::of_day(written);
    Moment::parse(written).or_else(day).ok_or_else(|| {
        "write a date, a time and an offset, like 2026-11-22T14:00:00Z, or a day".to_owned()
    })
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

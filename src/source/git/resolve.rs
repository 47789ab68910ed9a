//! Names of commits.
//!
//! In: what a user or a workflow wrote. Out: one commit, or why it is not certain which. The
//! part of git's notation that searches (messages, dates, reference logs) is not read: what
//! it finds is decided by whoever writes commits.

use std::collections::HashSet;

use gix::ObjectId;
use gix::objs::Kind;

use crate::source::git::GitError;
use crate::source::git::history;
use crate::text::visible;

/// Digits of a full id.
const ID_DIGITS: usize = 40;
/// The fewest digits that are read as a short id.
const SHORT_DIGITS: usize = 4;
/// Names that stand for references without being one of the user's.
const SPECIAL: [&str; 4] = ["HEAD", "FETCH_HEAD", "ORIG_HEAD", "MERGE_HEAD"];
/// How many steps back a name may say in all.
const STEPS: usize = 100_000;

/// The commit that `rev` names.
pub(super) fn resolve(repository: &gix::Repository, rev: &str) -> Result<ObjectId, GitError> {
    let shown = visible(rev).into_owned();
    let end = rev.find(['~', '^']).unwrap_or(rev.len());
    let (name, mut steps) = rev.split_at_checked(end).unwrap_or((rev, ""));
    let is_step = |c: char| matches!(c, '~' | '^') || c.is_ascii_digit();
    if name.is_empty()
        || name.starts_with('-')
        || name.contains("@{")
        || !steps.chars().all(is_step)
    {
        return Err(GitError::BadRevision(shown));
    }
    let mut commit = peel(repository, named(repository, name)?, &shown)?;
    let mut left = STEPS;
    while let Some(kind) = steps.chars().next() {
        let rest = steps.get(1..).unwrap_or_default();
        let digits = rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(rest.len());
        let (number, after) = rest.split_at_checked(digits).unwrap_or((rest, ""));
        let number: usize = match number {
            "" => 1,
            number => number
                .parse()
                .map_err(|_| GitError::BadRevision(shown.clone()))?,
        };
        steps = after;
        let (times, which) = match kind {
            '~' => (number, 1),
            _ => (usize::from(number > 0), number),
        };
        left = left
            .checked_sub(times)
            .ok_or_else(|| GitError::BadRevision(shown.clone()))?;
        for _ in 0..times {
            commit = parent(repository, commit, which, &shown)?;
        }
    }
    Ok(commit)
}

fn parent(
    repository: &gix::Repository,
    commit: ObjectId,
    which: usize,
    shown: &str,
) -> Result<ObjectId, GitError> {
    let parents = history::parents(repository, commit)?;
    let parent = parents
        .get(which.saturating_sub(1))
        .ok_or_else(|| GitError::NoRevision(shown.to_owned()))?;
    if repository.has_object(parent) {
        Ok(*parent)
    } else {
        Err(GitError::Shallow)
    }
}

/// The object of a name without steps.
fn named(repository: &gix::Repository, name: &str) -> Result<ObjectId, GitError> {
    let is_hex = name.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_hex && name.len() == ID_DIGITS {
        return ObjectId::from_hex(name.to_ascii_lowercase().as_bytes())
            .map_err(|_| GitError::NoRevision(name.to_owned()));
    }
    let name = if name == "@" { "HEAD" } else { name };
    if SPECIAL.contains(&name) || name.starts_with("refs/") {
        return match reference(repository, name)? {
            Some(id) => Ok(id),
            None if name == "HEAD" => Err(GitError::Unborn(name.to_owned())),
            None => Err(GitError::NoRevision(visible(name).into_owned())),
        };
    }
    let mut candidates: Vec<(String, ObjectId)> = Vec::new();
    for (what, before, after) in [
        ("a tag", "refs/tags/", ""),
        ("a branch", "refs/heads/", ""),
        ("a remote branch", "refs/remotes/", ""),
        ("a remote", "refs/remotes/", "/HEAD"),
    ] {
        let full = format!("{before}{name}{after}");
        if let Some(id) = reference(repository, &full)? {
            candidates.push((format!("{what} (`{full}`)"), id));
        }
    }
    if is_hex && (SHORT_DIGITS..ID_DIGITS).contains(&name.len()) {
        for id in abbreviated(repository, name)? {
            candidates.push((format!("the commit `{id}`"), id));
        }
    }
    certain(name, &candidates)
}

/// The object that all candidates agree on.
fn certain(name: &str, candidates: &[(String, ObjectId)]) -> Result<ObjectId, GitError> {
    let shown = visible(name).into_owned();
    let Some((_, id)) = candidates.first() else {
        return Err(GitError::NoRevision(shown));
    };
    if candidates.iter().all(|(_, other)| other == id) {
        return Ok(*id);
    }
    let which: Vec<&str> = candidates.iter().map(|(what, _)| what.as_str()).collect();
    Err(GitError::Ambiguous {
        rev: shown,
        which: visible(&which.join(" and ")).into_owned(),
    })
}

/// What the reference of exactly this name points at.
fn reference(repository: &gix::Repository, full: &str) -> Result<Option<ObjectId>, GitError> {
    // A name that git forbids is the name of nothing.
    let Ok(found) = repository.try_find_reference(full) else {
        return Ok(None);
    };
    match found {
        // The library tries further names; only the one that was asked for counts.
        Some(mut found) if found.name().as_bstr() == full => match found.peel_to_id() {
            Ok(id) => Ok(Some(id.detach())),
            Err(_) if full == "HEAD" => Ok(None),
            Err(error) => Err(GitError::unreadable(&error)),
        },
        _ => Ok(None),
    }
}

/// The commits, and tags of commits, whose ids begin with these digits.
fn abbreviated(repository: &gix::Repository, digits: &str) -> Result<Vec<ObjectId>, GitError> {
    let unreadable = |error| GitError::unreadable(&error);
    let prefix = gix::hash::Prefix::from_hex(digits).map_err(unreadable)?;
    let mut found = HashSet::new();
    repository
        .objects
        .lookup_prefix(prefix, Some(&mut found))
        .map_err(unreadable)?;
    let mut commits: Vec<ObjectId> = found
        .into_iter()
        .filter(|id| {
            let header = repository.try_find_header(*id);
            matches!(header, Ok(Some(header)) if matches!(header.kind(), Kind::Commit | Kind::Tag))
        })
        .filter_map(|id| peel(repository, id, digits).ok())
        .collect();
    commits.sort_unstable();
    commits.dedup();
    Ok(commits)
}

/// The commit that `id` is or that it tags.
fn peel(repository: &gix::Repository, id: ObjectId, shown: &str) -> Result<ObjectId, GitError> {
    let object = repository
        .find_object(id)
        .map_err(|_| GitError::NoRevision(shown.to_owned()))?;
    object
        .peel_to_kind(Kind::Commit)
        .map(|commit| commit.id)
        .map_err(|_| GitError::NotACommit(shown.to_owned()))
}

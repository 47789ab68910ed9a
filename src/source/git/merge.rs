//! What merging one commit into another gives.
//!
//! In: the tip of a target and a head. Out: the [`Snapshot`] of the result, and what is refused
//! in it. Git's own way of merging is not used, for its settings can run programs and files of
//! the commit steer it. Path by path, the change of one side stands where the other has none;
//! texts that both changed are merged; all else is a conflict.

use std::collections::BTreeMap;

use gix::ObjectId;
use gix::bstr::BString;
use rayon::prelude::*;

use crate::source::Refusal;
use crate::source::Selection;
use crate::source::Snapshot;
use crate::source::SourceFile;
use crate::source::git::CommitId;
use crate::source::git::GitError;
use crate::source::git::blob;
use crate::source::git::history;
use crate::source::git::moves;
use crate::source::git::open;
use crate::source::git::tree;
use crate::source::git::tree::Change;
use crate::source::git::tree::Changes;
use crate::source::git::tree::Entry;
use crate::source::git::tree::Kind;
use crate::source::limit;
use crate::source::merge::merge_texts;
use crate::source::text_of;

/// The result of a merge that nobody has made yet. All lists are in order of path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// The files that the selection takes. Texts of both sides are marked as merged, and what
    /// is in conflict is a file that cannot be read.
    pub snapshot: Snapshot,
    /// Paths of the selection whose text was made of both sides' texts: a prediction.
    pub merged_files: Vec<String>,
    /// Paths in conflict and why, also those that the selection does not take.
    pub conflicts: Vec<(String, &'static str)>,
    /// The commit at which the two histories part.
    pub base: CommitId,
    /// Paths that the merge changes on the target and that the selection does not take.
    pub changed_outside: Vec<String>,
    /// Paths of the selection at which the result's bytes differ from the target's.
    pub changed: Vec<String>,
}

/// What the merge makes of a path of the target's tree.
pub(super) enum Outcome {
    /// What one of the sides has; none where it has nothing.
    Take(Option<Entry>),
    /// A text of both sides.
    Text(Kind, Vec<u8>),
    /// Nothing, and why.
    Conflict(&'static str),
}

/// Where two histories part, and what merging them makes of the target's tree.
pub(super) struct Parted {
    /// The commit at which they part.
    pub(super) base: CommitId,
    /// The target's tree.
    pub(super) target: ObjectId,
    /// What becomes of each path that the head changed; the target's stands at all others.
    pub(super) outcomes: BTreeMap<BString, Outcome>,
}

/// The merge of `head` into `target`, as far as `selection` takes it.
pub(super) fn merge(
    store: &gix::ThreadSafeRepository,
    target: &CommitId,
    head: &CommitId,
    selection: &Selection,
) -> Result<Merged, GitError> {
    let parted = parted(store, target, head)?;
    let entries = tree::entries(&open::local(store), parted.target, selection)?;
    lay_over(store, entries, parted.outcomes, selection, parted.base)
}

/// What merging two commits makes of each path.
pub(super) fn parted(
    store: &gix::ThreadSafeRepository,
    target: &CommitId,
    head: &CommitId,
) -> Result<Parted, GitError> {
    let repository = open::local(store);
    let base = history::merge_base(&repository, target, head)?;
    let base_tree = history::tree_of(&repository, &base)?;
    let target_tree = history::tree_of(&repository, target)?;
    let head_tree = history::tree_of(&repository, head)?;
    let ours = tree::compare(&repository, base_tree, target_tree)?;
    let theirs = tree::compare(&repository, base_tree, head_tree)?;
    let mut outcomes = outcomes(store, &ours, &theirs);
    let target_side = moves::Side {
        tree: target_tree,
        changes: &ours,
    };
    let head_side = moves::Side {
        tree: head_tree,
        changes: &theirs,
    };
    for path in moves::uncertain(&repository, &target_side, &head_side)? {
        outcomes.insert(path, Outcome::Conflict("moved on one side"));
    }
    Ok(Parted {
        base,
        target: target_tree,
        outcomes,
    })
}

/// What becomes of each path that the head changed and the result must show.
fn outcomes(
    store: &gix::ThreadSafeRepository,
    ours: &Changes,
    theirs: &Changes,
) -> BTreeMap<BString, Outcome> {
    let theirs: Vec<(&BString, &Change)> = theirs.iter().collect();
    theirs
        .into_par_iter()
        .map_init(
            || open::local(store),
            |repository, (path, theirs)| {
                let outcome = match ours.get(path) {
                    // What a path is on the target is what it was where the histories part.
                    None if is_in_the_way(ours, path, *theirs) => Some(Outcome::Conflict(
                        "a file on one side, a folder on the other",
                    )),
                    None => Some(Outcome::Take(theirs.after)),
                    Some(ours) => both(repository, *ours, *theirs),
                };
                Some((path.clone(), outcome?))
            },
        )
        .flatten()
        .collect()
}

/// Whether the target added a file where the head's new one needs a folder, or the reverse.
fn is_in_the_way(ours: &Changes, path: &BString, theirs: Change) -> bool {
    let is_kept = |change: &Change| change.after.is_some();
    if theirs.after.is_none() {
        return false;
    }
    let above = path
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte == b'/')
        .filter_map(|(at, _)| path.get(..at))
        .any(|folder| ours.get(&BString::from(folder)).is_some_and(is_kept));
    let start: BString = [path.as_slice(), b"/"].concat().into();
    above
        || ours
            .range(start.clone()..)
            .take_while(|(below, _)| below.starts_with(&start))
            .any(|(_, change)| is_kept(change))
}

/// The outcome where both sides changed a path; none where the target's change stands.
fn both(repository: &gix::Repository, ours: Change, theirs: Change) -> Option<Outcome> {
    if ours.after == theirs.after {
        return None;
    }
    let (base, ours, theirs) = match (ours.before, ours.after, theirs.after) {
        (None, ..) => return Some(Outcome::Conflict("added on both sides, not alike")),
        (_, None, _) => {
            return Some(Outcome::Conflict(
                "deleted or moved on the target, changed in the head",
            ));
        }
        (_, _, None) => {
            return Some(Outcome::Conflict(
                "changed on the target, deleted or moved in the head",
            ));
        }
        (Some(base), Some(ours), Some(theirs)) => (base, ours, theirs),
    };
    if ![base, ours, theirs]
        .iter()
        .all(|entry| entry.kind.is_file())
    {
        return Some(Outcome::Conflict(
            "a link or a submodule that both sides changed",
        ));
    }
    // There are two kinds of files: where the target changed the kind, both sides agree.
    let kind = if ours.kind == base.kind {
        theirs.kind
    } else {
        ours.kind
    };
    let take = |id| Some(Outcome::Take(Some(Entry { kind, id })));
    if theirs.id == base.id || theirs.id == ours.id {
        return if kind == ours.kind {
            None
        } else {
            take(ours.id)
        };
    }
    if ours.id == base.id {
        return take(theirs.id);
    }
    let text = |id| read(repository, id);
    let (Some(base), Some(old), Some(new)) = (text(base.id), text(ours.id), text(theirs.id)) else {
        return Some(Outcome::Conflict(
            "changed on both sides, and too large or missing",
        ));
    };
    match merge_texts(&base, &old, &new) {
        Some(text) if text == old && kind == ours.kind => None,
        Some(text) if text == old => take(ours.id),
        Some(text) if text == new => take(theirs.id),
        Some(text) => Some(Outcome::Text(kind, text)),
        None => Some(Outcome::Conflict(
            "changed on both sides in the same or neighbouring lines",
        )),
    }
}

fn read(repository: &gix::Repository, id: ObjectId) -> Option<Vec<u8>> {
    blob::size(repository, id, limit::FILE_BYTES).ok()?;
    blob::bytes(repository, id).ok()
}

/// The target's files with the outcomes in their places.
fn lay_over(
    store: &gix::ThreadSafeRepository,
    mut entries: BTreeMap<BString, Entry>,
    outcomes: BTreeMap<BString, Outcome>,
    selection: &Selection,
    base: CommitId,
) -> Result<Merged, GitError> {
    let mut made = Vec::new();
    let mut merged = Merged {
        snapshot: Snapshot::default(),
        merged_files: Vec::new(),
        conflicts: Vec::new(),
        base,
        changed_outside: Vec::new(),
        changed: Vec::new(),
    };
    for (path, outcome) in outcomes {
        let shown = tree::shown(&path);
        let before = entries.remove(&path);
        let kind = match &outcome {
            Outcome::Take(Some(entry)) => entry.kind,
            Outcome::Text(kind, _) => *kind,
            Outcome::Take(None) | Outcome::Conflict(_) => Kind::File,
        };
        let is_taken = before.is_some() || tree::is_taken(selection, &path, kind);
        let is_changed = match &outcome {
            Outcome::Take(after) => !is_alike(before, *after),
            Outcome::Text(..) => true,
            Outcome::Conflict(_) => false,
        };
        match &outcome {
            Outcome::Conflict(why) => merged.conflicts.push((shown.clone(), why)),
            _ if !is_taken => merged.changed_outside.push(shown.clone()),
            _ if is_changed => merged.changed.push(shown.clone()),
            _ => {}
        }
        if !is_taken {
            continue;
        }
        match outcome {
            Outcome::Take(None) => {}
            Outcome::Take(Some(entry)) => {
                entries.insert(path, entry);
            }
            Outcome::Text(_, bytes) => {
                merged.merged_files.push(shown.clone());
                made.push(text(shown, bytes));
            }
            Outcome::Conflict(why) => made.push(SourceFile {
                path: shown,
                text: Err(Refusal::MergeConflict(why)),
                merged: false,
            }),
        }
    }
    if entries.len() + made.len() > limit::FILES {
        return Err(GitError::TooManyFiles);
    }
    let files: Vec<tree::File> = entries
        .iter()
        .map(|(path, entry)| tree::File::new(path, *entry).sized_by(selection))
        .collect();
    made.extend(blob::read(store, &files)?);
    merged.snapshot = Snapshot::new(made);
    Ok(merged)
}

/// Whether a reader sees no difference: an executable file reads as any other.
fn is_alike(before: Option<Entry>, after: Option<Entry>) -> bool {
    match (before, after) {
        (Some(before), Some(after)) => {
            before.id == after.id
                && (before.kind == after.kind || before.kind.is_file() && after.kind.is_file())
        }
        (None, None) => true,
        _ => false,
    }
}

/// A text of both sides. Its path may be one that no catalog has, as any other's.
fn text(path: String, bytes: Vec<u8>) -> SourceFile {
    let text = if crate::source::path::path_of(path.as_bytes()).is_err() {
        Err(Refusal::Path)
    } else if bytes.len() as u64 > limit::FILE_BYTES {
        Err(Refusal::TooLarge {
            bytes: bytes.len() as u64,
            most: limit::FILE_BYTES,
        })
    } else {
        text_of(bytes)
    };
    SourceFile {
        path,
        text,
        merged: true,
    }
}

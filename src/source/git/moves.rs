//! Where git may see a file or a folder as moved.
//!
//! In: what two sides changed. Out: the paths at which their merge depends on that. Git finds
//! moves by likeness and merges through them; here a path is a path, so whatever a move could
//! turn into a conflict or another result is refused. Likeness is git's own measure, rounded
//! towards refusing.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::hash::Hasher as _;

use gix::ObjectId;
use gix::bstr::BString;
use rustc_hash::FxHashMap;
use rustc_hash::FxHasher;

use crate::source::git::GitError;
use crate::source::git::blob;
use crate::source::git::tree;
use crate::source::git::tree::Change;
use crate::source::git::tree::Changes;
use crate::source::git::tree::Entry;
use crate::source::git::tree::Kind;
use crate::source::limit;

/// Comparisons of two files in one merge; beyond them everything is taken for moved.
const COMPARISONS: usize = 100_000;
/// Bytes of a piece of a line: as many as git compares at once.
const PIECE: usize = 64;

/// What one side of a merge made.
pub(super) struct Side<'a> {
    pub(super) tree: ObjectId,
    pub(super) changes: &'a Changes,
}

/// The paths that both sides deleted while one of them may have moved the file, and those that
/// one side added to a folder which the other may have moved.
pub(super) fn uncertain(
    repository: &gix::Repository,
    target: &Side,
    head: &Side,
) -> Result<BTreeSet<BString>, GitError> {
    let mut likeness = Likeness {
        repository,
        pieces: FxHashMap::default(),
        comparisons_left: COMPARISONS,
    };
    let (of_target, of_head) = (added(target.changes), added(head.changes));
    // A file that both sides moved to one place, unchanged, is no question.
    let mut alone = of_target.clone();
    for (path, entry) in &of_head {
        match alone.remove(path) {
            Some(other) if other == *entry => {}
            _ => drop(alone.insert(path, *entry)),
        }
    }
    let mut uncertain = BTreeSet::new();
    for (path, change) in head.changes {
        let Some(before) = deleted(change) else {
            continue;
        };
        if target.changes.get(path).and_then(deleted).is_some() && likeness.is_moved(before, &alone)
        {
            uncertain.insert(path.clone());
        }
    }
    for (side, moved_to, additions) in
        [(target, &of_target, &of_head), (head, &of_head, &of_target)]
    {
        let mut moved: BTreeMap<&[u8], bool> = BTreeMap::new();
        for path in additions.keys() {
            for folder in folders_above(path) {
                let is_moved = match moved.get(folder) {
                    Some(is_moved) => *is_moved,
                    None => is_folder_moved(&mut likeness, side, folder, moved_to)?,
                };
                moved.insert(folder, is_moved);
                if is_moved {
                    uncertain.insert((*path).clone());
                }
            }
        }
    }
    Ok(uncertain)
}

/// Whether `side` has no more such a folder, and what was in it may be elsewhere.
fn is_folder_moved(
    likeness: &mut Likeness,
    side: &Side,
    folder: &[u8],
    moved_to: &BTreeMap<&BString, Entry>,
) -> Result<bool, GitError> {
    let mut gone = below(side.changes, folder).filter_map(deleted).peekable();
    if gone.peek().is_none() || is_folder(likeness.repository, side.tree, folder)? {
        return Ok(false);
    }
    Ok(gone.any(|before| likeness.is_moved(before, moved_to)))
}

/// What a side has and the base has not, by path.
fn added(changes: &Changes) -> BTreeMap<&BString, Entry> {
    changes
        .iter()
        .filter_map(|(path, change)| match change {
            Change {
                before: None,
                after: Some(after),
            } => Some((path, *after)),
            _ => None,
        })
        .collect()
}

fn deleted(change: &Change) -> Option<Entry> {
    match change {
        Change {
            before: Some(before),
            after: None,
        } => Some(*before),
        _ => None,
    }
}

fn below<'a>(changes: &'a Changes, folder: &[u8]) -> impl Iterator<Item = &'a Change> {
    let start = [folder, b"/"].concat();
    changes
        .range(BString::from(start.clone())..)
        .take_while(move |(path, _)| path.starts_with(&start))
        .map(|(_, change)| change)
}

/// The folders that `path` is in, but for the top, which nobody can move.
fn folders_above(path: &[u8]) -> impl Iterator<Item = &[u8]> {
    path.iter()
        .enumerate()
        .filter(|(_, byte)| **byte == b'/')
        .filter_map(|(at, _)| path.get(..at))
}

fn is_folder(repository: &gix::Repository, tree: ObjectId, path: &[u8]) -> Result<bool, GitError> {
    let found = tree::find(repository, tree, path)?;
    Ok(found.is_some_and(|entry| entry.kind == Kind::Folder))
}

/// A text in pieces: how many bytes of it each piece makes up, by hash. Two pieces of one hash
/// only make texts more alike.
struct Pieces {
    bytes: usize,
    counts: FxHashMap<u64, usize>,
}

struct Likeness<'r> {
    repository: &'r gix::Repository,
    /// None for what cannot be compared.
    pieces: FxHashMap<ObjectId, Option<Pieces>>,
    comparisons_left: usize,
}

impl Likeness<'_> {
    /// Whether git may take one of `candidates` for the new place of `before`.
    fn is_moved(&mut self, before: Entry, candidates: &BTreeMap<&BString, Entry>) -> bool {
        candidates
            .values()
            .any(|after| self.is_alike(before, *after))
    }

    fn is_alike(&mut self, before: Entry, after: Entry) -> bool {
        if before.id == after.id {
            return true;
        }
        if !before.kind.is_file() || !after.kind.is_file() {
            return false;
        }
        if self.comparisons_left == 0 {
            return true;
        }
        self.comparisons_left -= 1;
        for id in [before.id, after.id] {
            if !self.pieces.contains_key(&id) {
                let pieces = pieces_of(self.repository, id);
                self.pieces.insert(id, pieces);
            }
        }
        let pieces = |id| self.pieces.get(id).and_then(Option::as_ref);
        match (pieces(&before.id), pieces(&after.id)) {
            (Some(before), Some(after)) => share_half(before, after),
            _ => true,
        }
    }
}

fn pieces_of(repository: &gix::Repository, id: ObjectId) -> Option<Pieces> {
    blob::size(repository, id, limit::FILE_BYTES).ok()?;
    let bytes = blob::bytes(repository, id).ok()?;
    let mut counts = FxHashMap::default();
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        for piece in line.chunks(PIECE) {
            // Git counts the two ends of a line alike.
            let text = piece.strip_suffix(b"\r\n").or(piece.strip_suffix(b"\n"));
            let mut hash = FxHasher::default();
            hash.write(text.unwrap_or(piece));
            *counts.entry(hash.finish()).or_default() += piece.len();
        }
    }
    Some(Pieces {
        bytes: bytes.len(),
        counts,
    })
}

/// Whether the two have half of the larger one in common.
fn share_half(one: &Pieces, other: &Pieces) -> bool {
    if one.bytes.min(other.bytes) * 2 < one.bytes.max(other.bytes) {
        return false;
    }
    let shared = |(piece, bytes): (&u64, &usize)| -> usize {
        other.counts.get(piece).map_or(0, |there| *bytes.min(there))
    };
    let common: usize = one.counts.iter().map(shared).sum();
    // Git counts hashes of few values, and so may find a little more in common.
    common * 20 >= one.bytes.max(other.bytes) * 9
}

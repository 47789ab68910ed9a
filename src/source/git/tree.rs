//! The folders of a commit.
//!
//! In: the id of a tree. Out: its entries, checked; the files that a [`Selection`] takes; the
//! paths at which two trees differ. What git would never write is an error here, for two
//! entries of one name would be read differently by whoever looks next.

use std::collections::BTreeMap;

use gix::ObjectId;
use gix::bstr::BString;
use gix::objs::FindExt as _;
use gix::objs::tree::EntryKind;

use crate::source::Refusal;
use crate::source::Selection;
use crate::source::git::GitError;
use crate::source::limit;
use crate::source::path::Refused;
use crate::source::path::path_of;

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    File,
    Executable,
    Link,
    Submodule,
    Folder,
}

impl Kind {
    /// Whether its object is a text that can be merged.
    pub(super) fn is_file(self) -> bool {
        matches!(self, Self::File | Self::Executable)
    }
}

/// What stands under a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) kind: Kind,
    pub(super) id: ObjectId,
}

/// What a path is on two sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) before: Option<Entry>,
    pub(super) after: Option<Entry>,
}

/// Changes of anything but folders, by path.
pub(super) type Changes = BTreeMap<BString, Change>;

/// A file of the catalog before it is read.
pub(super) struct File {
    /// As users see it.
    pub(super) path: String,
    /// The blob to read, or why there is none.
    pub(super) blob: Result<ObjectId, Refusal>,
    /// The most bytes that it may have.
    pub(super) most: u64,
}

impl File {
    pub(super) fn new(path: &[u8], entry: Entry) -> Self {
        let (path, refusal) = match path_of(path) {
            Ok(path) => (path.to_owned(), None),
            Err(Refused(shown)) => (shown, Some(Refusal::Path)),
        };
        let blob = match (entry.kind, refusal) {
            (Kind::Link, _) => Err(Refusal::Link),
            (Kind::Submodule, _) => Err(Refusal::Submodule),
            (_, Some(refusal)) => Err(refusal),
            (_, None) => Ok(entry.id),
        };
        Self {
            path,
            blob,
            most: limit::FILE_BYTES,
        }
    }

    /// The same, as large as `selection` lets it be.
    pub(super) fn sized_by(mut self, selection: &Selection) -> Self {
        self.most = selection.most_bytes(&self.path);
        self
    }
}

/// Whether `selection` takes the entry at `path`, which is not a folder.
pub(super) fn is_taken(selection: &Selection, path: &[u8], kind: Kind) -> bool {
    let shown = shown(path);
    match kind {
        Kind::Link | Kind::Submodule => selection.takes_link(&shown),
        _ => selection.takes_file(&shown),
    }
}

/// The path as users see it, of a file or a folder.
pub(super) fn shown(path: &[u8]) -> String {
    path_of(path).map_or_else(|Refused(shown)| shown, str::to_owned)
}

/// Reads folders until there have been too many entries.
struct Reader<'r> {
    repository: &'r gix::Repository,
    entries_left: usize,
    buffer: Vec<u8>,
}

impl<'r> Reader<'r> {
    fn new(repository: &'r gix::Repository) -> Self {
        Self {
            repository,
            entries_left: limit::ENTRIES,
            buffer: Vec::new(),
        }
    }

    /// The entries of the folder `id`, by name. `path` is where it is, for errors.
    fn folder(&mut self, id: ObjectId, path: &[u8]) -> Result<BTreeMap<BString, Entry>, GitError> {
        // Git knows the folder without entries by heart, so no repository has to have it.
        if id.is_empty_tree() {
            return Ok(BTreeMap::new());
        }
        let path = if path.is_empty() { b"." } else { path };
        let malformed = |reason| GitError::Malformed {
            path: shown(path),
            reason,
        };
        let tree = self
            .repository
            .objects
            .find_tree_iter(&id, &mut self.buffer)
            .map_err(|_| GitError::MissingFolder(shown(path)))?;
        let mut entries = BTreeMap::new();
        let mut last: Option<Vec<u8>> = None;
        for entry in tree {
            let entry = entry.map_err(|_| malformed("its bytes are damaged"))?;
            self.entries_left = self
                .entries_left
                .checked_sub(1)
                .ok_or(GitError::TooManyEntries)?;
            let name: &[u8] = entry.filename;
            if matches!(name, b"" | b"." | b".." | b".git") || name.contains(&b'/') {
                return Err(malformed("with a name that no file can have"));
            }
            let kind = match entry.mode.kind() {
                EntryKind::Tree => Kind::Folder,
                EntryKind::Blob => Kind::File,
                EntryKind::BlobExecutable => Kind::Executable,
                EntryKind::Link => Kind::Link,
                EntryKind::Commit => Kind::Submodule,
            };
            // Git orders folders as if their names ended with a slash.
            let mut order = name.to_vec();
            order.extend((kind == Kind::Folder).then_some(b'/'));
            let id = entry.oid.to_owned();
            if entries.insert(name.into(), Entry { kind, id }).is_some() {
                return Err(malformed("with two entries of one name"));
            }
            if last.is_some_and(|last| last >= order) {
                return Err(malformed("its entries are out of order"));
            }
            last = Some(order);
        }
        Ok(entries)
    }
}

/// The files below `tree` that `selection` takes.
pub(super) fn files(
    repository: &gix::Repository,
    tree: ObjectId,
    selection: &Selection,
) -> Result<Vec<File>, GitError> {
    let entries = entries(repository, tree, selection)?;
    Ok(entries
        .iter()
        .map(|(path, entry)| File::new(path, *entry).sized_by(selection))
        .collect())
}

/// What [`files`] gives, before it is told which of them can be read. A folder stands in it
/// only where its path is so long that nothing below can be read.
pub(super) fn entries(
    repository: &gix::Repository,
    tree: ObjectId,
    selection: &Selection,
) -> Result<BTreeMap<BString, Entry>, GitError> {
    let mut reader = Reader::new(repository);
    let mut found = BTreeMap::new();
    let mut folders = vec![(BString::default(), tree)];
    while let Some((folder, id)) = folders.pop() {
        for (name, entry) in reader.folder(id, &folder)? {
            let path = join(&folder, &name);
            let is_taken = match entry.kind {
                // The loop ends because a path can only grow to its limit.
                Kind::Folder if path.len() <= limit::PATH_BYTES => {
                    if selection.takes_folder(&shown(&path)) {
                        folders.push((path, entry.id));
                    }
                    continue;
                }
                kind => is_taken(selection, &path, kind),
            };
            if is_taken {
                found.insert(path, entry);
            }
            if found.len() > limit::FILES {
                return Err(GitError::TooManyFiles);
            }
        }
    }
    Ok(found)
}

/// What stands at `path` below `tree`.
pub(super) fn find(
    repository: &gix::Repository,
    tree: ObjectId,
    path: &[u8],
) -> Result<Option<Entry>, GitError> {
    let mut reader = Reader::new(repository);
    let mut at = Entry {
        kind: Kind::Folder,
        id: tree,
    };
    let mut done = BString::default();
    for part in path
        .split(|byte| *byte == b'/')
        .filter(|part| !part.is_empty())
    {
        // A link or a submodule on the way is what is there.
        match at.kind {
            Kind::Link | Kind::Submodule => return Ok(Some(at)),
            Kind::File | Kind::Executable => return Ok(None),
            Kind::Folder => {}
        }
        let entries = reader.folder(at.id, &done)?;
        let Some(entry) = entries.get::<gix::bstr::BStr>(part.into()) else {
            return Ok(None);
        };
        at = *entry;
        done = join(&done, part);
    }
    Ok(Some(at))
}

/// What differs between two trees, folders resolved into what they hold.
pub(super) fn compare(
    repository: &gix::Repository,
    before: ObjectId,
    after: ObjectId,
) -> Result<Changes, GitError> {
    compare_within(repository, (before, after), |_| true)
}

/// What differs between two trees in the folders that are looked into.
pub(super) fn compare_within(
    repository: &gix::Repository,
    (before, after): (ObjectId, ObjectId),
    looks_into: impl Fn(&[u8]) -> bool,
) -> Result<Changes, GitError> {
    let mut reader = Reader::new(repository);
    let mut changes = Changes::new();
    let mut folders = vec![(BString::default(), 0, Some(before), Some(after))];
    while let Some((folder, depth, before, after)) = folders.pop() {
        if depth > limit::DEPTH {
            return Err(GitError::TooDeep);
        }
        let mut read = |id: Option<ObjectId>| match id {
            Some(id) => reader.folder(id, &folder),
            None => Ok(BTreeMap::new()),
        };
        let (before, mut after) = (read(before)?, read(after)?);
        let mut pairs: Vec<(BString, Change)> = Vec::new();
        for (name, before) in before {
            let after = after.remove(&name);
            let before = Some(before);
            pairs.push((name, Change { before, after }));
        }
        pairs.extend(after.into_iter().map(|(name, after)| {
            let (before, after) = (None, Some(after));
            (name, Change { before, after })
        }));
        for (name, change) in pairs {
            if change.before == change.after {
                continue;
            }
            let path = join(&folder, &name);
            let id = |entry: Option<Entry>| {
                entry
                    .filter(|entry| entry.kind == Kind::Folder)
                    .map(|entry| entry.id)
            };
            let leaf = |entry: Option<Entry>| entry.filter(|entry| entry.kind != Kind::Folder);
            if id(change.before) != id(change.after) && looks_into(&path) {
                folders.push((path.clone(), depth + 1, id(change.before), id(change.after)));
            }
            let (before, after) = (leaf(change.before), leaf(change.after));
            if before != after {
                changes.insert(path, Change { before, after });
            }
        }
    }
    Ok(changes)
}

fn join(folder: &[u8], name: &[u8]) -> BString {
    let mut path = Vec::with_capacity(folder.len() + 1 + name.len());
    path.extend_from_slice(folder);
    path.extend((!folder.is_empty()).then_some(b'/'));
    path.extend_from_slice(name);
    path.into()
}

//! A commit with some files changed, written beside all that is checked out.
//!
//! In: a commit, and texts for some of its files. Out: a commit behind it, and a branch that ends
//! there. The work tree and the index stay as they are; no hook runs.

use std::collections::BTreeMap;

use gix::ObjectId;
use gix::objs::tree::{Entry, EntryKind};
use gix::refs::FullName;
use gix::refs::Target;
use gix::refs::transaction::PreviousValue;
use gix::refs::transaction::RefEdit;

use crate::source::git::{CommitId, GitError, Repository, history};

/// Who writes it, by whose name it is known again.
const NAME: &str = "catalogc";
/// No address of anybody.
const ADDRESS: &str = "catalogc@localhost";

impl Repository {
    /// Writes a commit behind `base` in which the files at these paths have these texts, or are
    /// gone where there is none, and lets `branch` end there. A branch that is there is replaced only where its last commit was
    /// written here too, and where it is not checked out.
    pub fn commit(
        &self,
        base: &CommitId,
        texts: &BTreeMap<String, Option<String>>,
        branch: &str,
        message: &str,
        seconds: i64,
    ) -> Result<CommitId, GitError> {
        let repository = self.local();
        let (name, old) = self.writable(branch)?;
        let root = history::tree_of(&repository, base)?;
        let mut folder = Folder::default();
        for (path, text) in texts {
            folder.put(path, text.as_deref());
        }
        let tree = folder
            .written(&repository, Some(root))?
            .ok_or_else(|| refused(branch, "nothing would be left in it"))?;
        let parent = id_of(base)?;
        if let Some(old) = old {
            let last = CommitId::of(old);
            let is_same = history::tree_of(&repository, &last)? == tree;
            if is_same && history::parents(&repository, old)? == [parent] {
                return Ok(last);
            }
        }
        let who = gix::actor::Signature {
            name: NAME.into(),
            email: ADDRESS.into(),
            time: gix::date::Time { seconds, offset: 0 },
        };
        let commit = gix::objs::Commit {
            tree,
            parents: std::iter::once(parent).collect(),
            author: who.clone(),
            committer: who.clone(),
            encoding: None,
            message: message.into(),
            extra_headers: Vec::new(),
        };
        let written = repository
            .write_object(commit)
            .map_err(|error| GitError::unreadable(&error))?
            .detach();
        let expected = old.map_or(PreviousValue::MustNotExist, |old| {
            PreviousValue::MustExistAndMatch(Target::Object(old))
        });
        let edit = RefEdit::update(name, Target::Object(written), expected, "catalogc: expired");
        let mut buffer = gix::date::parse::TimeBuf::default();
        repository
            .edit_references_as(Some(edit), Some(who.to_ref(&mut buffer)))
            .map_err(|error| GitError::unreadable(&error))?;
        Ok(CommitId::of(written))
    }

    /// That [`Self::commit`] would write to a branch.
    pub fn may_commit(&self, branch: &str) -> Result<(), GitError> {
        self.writable(branch).map(|_| ())
    }

    /// A branch that is written to, and where it ends.
    fn writable(&self, branch: &str) -> Result<(FullName, Option<ObjectId>), GitError> {
        let full = format!("refs/heads/{branch}");
        let name = FullName::try_from(full.as_str())
            .map_err(|_| GitError::BadRevision(branch.to_owned()))?;
        if self.head_name()?.as_deref() == Some(full.as_str()) {
            return Err(refused(branch, "it is checked out"));
        }
        let repository = self.local();
        let found = repository
            .try_find_reference(name.as_ref())
            .map_err(|error| GitError::unreadable(&error))?;
        let found = found.filter(|it| it.name() == name.as_ref());
        let old = found.and_then(|it| it.target().try_id().map(ToOwned::to_owned));
        if let Some(old) = old {
            let people = self.people(&CommitId::of(old))?;
            let is_other = people
                .iter()
                .any(|it| it.name != NAME || it.email != ADDRESS);
            if is_other {
                let why = "it is there, and somebody else wrote its last commit";
                return Err(refused(branch, why));
            }
        }
        Ok((name, old))
    }
}

fn refused(branch: &str, why: &str) -> GitError {
    GitError::Branch {
        branch: branch.to_owned(),
        why: why.to_owned(),
    }
}

/// What changes in a folder.
#[derive(Default)]
struct Folder<'t> {
    folders: BTreeMap<&'t str, Folder<'t>>,
    files: BTreeMap<&'t str, Option<&'t str>>,
}

impl<'t> Folder<'t> {
    fn put(&mut self, path: &'t str, text: Option<&'t str>) {
        match path.split_once('/') {
            Some((folder, rest)) => self.folders.entry(folder).or_default().put(rest, text),
            None => {
                self.files.insert(path, text);
            }
        }
    }

    /// The tree with the changes; none where nothing is left in it.
    fn written(
        &self,
        repository: &gix::Repository,
        old: Option<ObjectId>,
    ) -> Result<Option<ObjectId>, GitError> {
        let mut entries: Vec<Entry> = match old {
            None => Vec::new(),
            Some(old) => {
                let data = repository
                    .find_object(old)
                    .map_err(|error| GitError::unreadable(&error))?;
                let tree = gix::objs::TreeRef::from_bytes(&data.data, old.kind())
                    .map_err(|error| GitError::unreadable(&error))?;
                tree.entries.iter().map(|&entry| entry.into()).collect()
            }
        };
        for (name, folder) in &self.folders {
            let at = entries.iter().position(|it| it.filename == *name);
            let old = at.and_then(|at| entries.get(at)).map(|it| it.oid);
            let tree = folder.written(repository, old)?;
            put(
                &mut entries,
                at,
                name,
                tree.map(|tree| (EntryKind::Tree, tree)),
            );
        }
        for (name, text) in &self.files {
            let at = entries.iter().position(|it| it.filename == *name);
            let kind = at.and_then(|at| entries.get(at)).map(|it| it.mode.kind());
            let blob = text.map(|text| repository.write_blob(text)).transpose();
            let blob = blob.map_err(|error| GitError::unreadable(&error))?;
            let blob = blob.map(|blob| (kind.unwrap_or(EntryKind::Blob), blob.detach()));
            put(&mut entries, at, name, blob);
        }
        if entries.is_empty() {
            return Ok(None);
        }
        entries.sort();
        let tree = repository
            .write_object(gix::objs::Tree { entries })
            .map_err(|error| GitError::unreadable(&error))?;
        Ok(Some(tree.detach()))
    }
}

/// Puts an entry in its place, or takes it away.
fn put(
    entries: &mut Vec<Entry>,
    at: Option<usize>,
    name: &str,
    new: Option<(EntryKind, ObjectId)>,
) {
    if let Some(at) = at {
        entries.remove(at);
    }
    if let Some((kind, oid)) = new {
        entries.push(Entry {
            mode: kind.into(),
            filename: name.into(),
            oid,
        });
    }
}

fn id_of(commit: &CommitId) -> Result<ObjectId, GitError> {
    ObjectId::from_hex(commit.as_str().as_bytes())
        .map_err(|_| GitError::NoRevision(commit.to_string()))
}

//! The ledger's branch in the clone.
//!
//! In: records, or the id of a tip. Out: commits with one file `record.json` each, chained by
//! their parents; or the entries, once everything about them was verified. The branch moves
//! only from a tip that the caller names. Works through gix with isolated options: no hook,
//! no program, no configuration but the clone's own. Knows nothing of remotes.
#![expect(
    clippy::disallowed_methods,
    reason = "removing a lock is for this file alone"
)]

use std::path::Path;
use std::path::PathBuf;

use gix::ObjectId;
use gix::objs::Kind;
use gix::objs::tree::EntryKind;
use gix::refs::FullName;
use gix::refs::Target;
use gix::refs::transaction::PreviousValue;
use gix::refs::transaction::RefEdit;

use crate::ledger::Entry;
use crate::ledger::LedgerError;
use crate::ledger::Lock;
use crate::ledger::record::Body;
use crate::ledger::record::Record;
use crate::ledger::record::json;
use crate::text;

/// The one file in the tree of a ledger's commit.
const FILE: &str = "record.json";

/// Bytes of one record: a landing of 5,000 steps fits many times.
const RECORD_BYTES: u64 = 32 << 20;

/// Bytes of a commit or a tree of the ledger.
const LINK_BYTES: u64 = 64 << 10;

/// The branch, in a repository that is open.
#[derive(Debug)]
pub(super) struct Branch {
    repository: gix::Repository,
    name: FullName,
}

impl Branch {
    pub(super) fn open(folder: &Path, branch: &str) -> Result<Self, LedgerError> {
        let options = gix::open::Options::isolated().config_overrides([
            // Two ways to one end, as each alone was found wanting in some version.
            "core.useReplaceRefs=false",
            // Another runner in the same clone holds the lock for a moment only.
            "core.filesRefLockTimeout=1000",
        ]);
        let mut repository =
            gix::open_opts(folder, options).map_err(|error| LedgerError::Repository {
                folder: folder.to_owned(),
                why: line(&error),
            })?;
        repository.objects.ignore_replacements = true;
        let name = FullName::try_from(format!("refs/heads/{branch}"))
            .map_err(|_| LedgerError::BranchName(branch.to_owned()))?;
        Ok(Self { repository, name })
    }

    /// The full name of the branch.
    pub(super) fn name(&self) -> String {
        self.name.as_bstr().to_string()
    }

    /// The folder of the objects, also where the clone is a linked work tree.
    pub(super) fn objects(&self) -> PathBuf {
        self.repository.common_dir().join("objects")
    }

    /// The commit at the end of the branch, read afresh.
    pub(super) fn tip(&self) -> Result<Option<String>, LedgerError> {
        let found = self
            .repository
            .try_find_reference(self.name.as_ref())
            .map_err(|error| clone("read", &error))?;
        // A name that is not there is also looked for elsewhere, as in `refs/tags/refs/heads/`.
        let Some(found) = found.filter(|it| it.name() == self.name.as_ref()) else {
            return Ok(None);
        };
        match found.target().try_id() {
            Some(id) => Ok(Some(id.to_string())),
            None => Err(LedgerError::Clone {
                doing: "read",
                why: format!("`{}` is a link to another branch", self.name()),
            }),
        }
    }

    /// The ids of the commits that end at `tip`, newest first.
    pub(super) fn chain(&self, tip: &str) -> Result<Vec<String>, LedgerError> {
        let mut next = Some(id_of(tip)?);
        let mut chain = Vec::new();
        while let Some(id) = next {
            let commit = self.commit(id).map_err(|why| broken(id, why))?;
            chain.push(id.to_string());
            next = commit.parent;
        }
        Ok(chain)
    }

    /// The entries that end at `tip`, oldest first.
    pub(super) fn entries(&self, tip: &str) -> Result<Vec<Entry>, LedgerError> {
        let mut next = Some(id_of(tip)?);
        let mut entries = Vec::new();
        while let Some(id) = next {
            let commit = self.commit(id).map_err(|why| broken(id, why))?;
            let record = self.record(commit.tree).map_err(|why| broken(id, why))?;
            let is_genesis = matches!(record.body, Body::Genesis(_));
            if is_genesis != commit.parent.is_none() {
                return Err(broken(id, misplaced(is_genesis)));
            }
            entries.push(Entry {
                id: id.to_string(),
                record,
            });
            next = commit.parent;
        }
        entries.reverse();
        Ok(entries)
    }

    /// Writes a commit for each of `records` behind `parent`. The branch stays where it is.
    pub(super) fn write<'a>(
        &self,
        records: impl Iterator<Item = &'a Record>,
        parent: Option<&str>,
        mark: &str,
    ) -> Result<Vec<Entry>, LedgerError> {
        let mut parent = parent.map(id_of).transpose()?;
        let mut entries = Vec::new();
        for record in records {
            if matches!(record.body, Body::Genesis(_)) && parent.is_some() {
                return Err(unfit(record, misplaced(true)));
            }
            let bytes = json::print(record).map_err(|why| unfit(record, why))?;
            // What cannot be read back would break the ledger for everyone.
            let kept = json::parse(bytes.as_bytes()).map_err(|why| unfit(record, why))?;
            if bytes.len() as u64 > RECORD_BYTES {
                return Err(unfit(record, too_large(bytes.len() as u64, RECORD_BYTES)));
            }
            let seconds = json::seconds(&record.at).map_err(|why| unfit(record, why))?;
            let id = self.write_one(&bytes, parent, seconds, record.body.kind(), mark)?;
            entries.push(Entry {
                id: id.to_string(),
                record: kept,
            });
            parent = Some(id);
        }
        Ok(entries)
    }

    /// Moves the branch from `from` to `to`, if it is at `from`.
    pub(super) fn advance(&self, from: Option<&str>, to: &str) -> Result<(), LedgerError> {
        let expected = match from {
            Some(from) => PreviousValue::MustExistAndMatch(Target::Object(id_of(from)?)),
            None => PreviousValue::MustNotExist,
        };
        let new = Target::Object(id_of(to)?);
        let edit = RefEdit::update(self.name.clone(), new, expected, "catalogc: append");
        let who = signature(0);
        let mut buffer = gix::date::parse::TimeBuf::default();
        let moved = self
            .repository
            .edit_references_as(Some(edit), Some(who.to_ref(&mut buffer)));
        let Err(error) = moved else {
            return Ok(());
        };
        // The error does not say which of its reasons it is, so the branch is asked.
        let now = self.tip()?;
        if now.as_deref() == Some(to) {
            Ok(())
        } else if now.as_deref() != from {
            Err(LedgerError::Moved)
        } else if let Some(lock) = self.lock() {
            Err(LedgerError::Locked(lock))
        } else {
            Err(clone("moved", &error))
        }
    }

    /// The lock on the branch, if there is one.
    pub(super) fn lock(&self) -> Option<Lock> {
        let file = self
            .repository
            .common_dir()
            .join(format!("{}.lock", self.name()));
        let since = std::fs::symlink_metadata(&file).ok()?.modified().ok()?;
        Some(Lock {
            file,
            age: since.elapsed().unwrap_or_default(),
        })
    }

    /// Removes the lock on the branch, if there is one.
    pub(super) fn break_lock(&self) -> Result<Option<Lock>, LedgerError> {
        let Some(lock) = self.lock() else {
            return Ok(None);
        };
        std::fs::remove_file(&lock.file).map_err(|error| clone("unlocked", &error))?;
        Ok(Some(lock))
    }

    fn write_one(
        &self,
        bytes: &str,
        parent: Option<ObjectId>,
        seconds: i64,
        kind: &str,
        mark: &str,
    ) -> Result<ObjectId, LedgerError> {
        let written = || {
            let entry = gix::objs::tree::Entry {
                mode: EntryKind::Blob.into(),
                filename: FILE.into(),
                oid: self.repository.write_blob(bytes)?.detach(),
            };
            let tree = gix::objs::Tree {
                entries: vec![entry],
            };
            let commit = gix::objs::Commit {
                tree: self.repository.write_object(tree)?.detach(),
                parents: parent.into_iter().collect(),
                author: signature(seconds),
                committer: signature(seconds),
                encoding: None,
                message: format!("{kind}\n\nwriter: {mark}\n").into(),
                extra_headers: Vec::new(),
            };
            Ok(self.repository.write_object(commit)?.detach())
        };
        written().map_err(|error: gix::Error| clone("written", &error))
    }

    fn commit(&self, id: ObjectId) -> Result<Link, String> {
        let bytes = self.object(id, Kind::Commit, LINK_BYTES)?;
        let commit = gix::objs::CommitRef::from_bytes(&bytes, id.kind())
            .map_err(|error| format!("it is not a commit: {}", line(&error)))?;
        let mut parents = commit.parents();
        let parent = parents.next();
        if parents.next().is_some() {
            return Err("it is a merge, and the ledger has none".to_owned());
        }
        Ok(Link {
            tree: commit.tree(),
            parent,
        })
    }

    fn record(&self, tree: ObjectId) -> Result<Record, String> {
        let bytes = self.object(tree, Kind::Tree, LINK_BYTES)?;
        let tree = gix::objs::TreeRef::from_bytes(&bytes, tree.kind())
            .map_err(|error| format!("its tree cannot be read: {}", line(&error)))?;
        let blob = match tree.entries.as_slice() {
            [one] if one.filename == FILE && one.mode.kind() == EntryKind::Blob => one.oid,
            _ => return Err(format!("its tree is not one file `{FILE}`")),
        };
        let bytes = self.object(blob.to_owned(), Kind::Blob, RECORD_BYTES)?;
        json::parse(&bytes).map_err(|why| text::visible(&why).into_owned())
    }

    /// The bytes of an object, which are what their id says. Nothing else compares the two when
    /// an object is read from a file of its own.
    fn object(&self, id: ObjectId, kind: Kind, bytes_max: u64) -> Result<Vec<u8>, String> {
        let unreadable =
            |error: &gix::Error| format!("object {id} cannot be read: {}", line(error));
        let header = self
            .repository
            .try_find_header(id)
            .map_err(|error| unreadable(&error))?;
        let Some(header) = header else {
            return Err(format!("object {id} is not in this clone"));
        };
        if header.size() > bytes_max {
            return Err(too_large(header.size(), bytes_max));
        }
        if header.kind() != kind {
            return Err(format!("object {id} is not a {kind}"));
        }
        let object = self.repository.find_object(id);
        let mut object = object.map_err(|error| unreadable(&error))?;
        let found = gix::objs::compute_hash(id.kind(), kind, &object.data)
            .map_err(|error| format!("object {id} cannot be hashed: {}", line(&error)))?;
        if found != id {
            return Err(format!("object {id} has the bytes of {found}"));
        }
        Ok(std::mem::take(&mut object.data))
    }
}

/// What a commit points at.
struct Link {
    tree: ObjectId,
    parent: Option<ObjectId>,
}

fn signature(seconds: i64) -> gix::actor::Signature {
    gix::actor::Signature {
        name: "catalogc".into(),
        email: "catalogc@localhost".into(),
        time: gix::date::Time { seconds, offset: 0 },
    }
}

fn id_of(hex: &str) -> Result<ObjectId, LedgerError> {
    ObjectId::from_hex(hex.as_bytes()).map_err(|_| LedgerError::Clone {
        doing: "read",
        why: format!("`{}` is not a commit id", text::visible(hex)),
    })
}

fn misplaced(is_genesis: bool) -> String {
    let why = if is_genesis {
        "it is a `genesis` that is not the first"
    } else {
        "it is the first and not a `genesis`"
    };
    why.to_owned()
}

fn too_large(size: u64, max: u64) -> String {
    format!("it has {size} bytes, more than {max}")
}

fn broken(commit: ObjectId, why: String) -> LedgerError {
    let commit = commit.to_string();
    LedgerError::Broken { commit, why }
}

fn unfit(record: &Record, why: String) -> LedgerError {
    let kind = record.body.kind();
    LedgerError::Unfit { kind, why }
}

fn clone(doing: &'static str, error: &dyn std::error::Error) -> LedgerError {
    let why = line(error);
    LedgerError::Clone { doing, why }
}

/// What an error and its causes say, in one line.
fn line(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        words.push_str(": ");
        words.push_str(&error.to_string());
        cause = error.source();
    }
    let words: Vec<&str> = words.split_whitespace().collect();
    text::visible(&words.join(" ")).into_owned()
}

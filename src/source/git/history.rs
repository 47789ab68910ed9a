//! Commits and how they follow one another.
//!
//! In: ids of commits. Out: their trees, parents and people, where two histories part. No date
//! has a say, and where the history was cut off nothing is guessed.

use std::collections::HashSet;

use gix::ObjectId;

use crate::source::git::CommitId;
use crate::source::git::GitError;
use crate::source::git::Repository;
use crate::text::visible;

/// Who a commit says made it, which anybody can write. Escaped.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Person {
    /// As in the commit.
    pub name: String,
    /// As in the commit.
    pub email: String,
}

impl Repository {
    /// The parents of a commit, the first one first.
    pub fn parents(&self, commit: &CommitId) -> Result<Vec<CommitId>, GitError> {
        let parents = parents(&self.local(), id_of(commit)?)?;
        Ok(parents.into_iter().map(CommitId::of).collect())
    }

    /// The commits from `tip` back along first parents to `after`, which is left out; the
    /// oldest first.
    pub fn first_parents(
        &self,
        tip: &CommitId,
        after: &CommitId,
    ) -> Result<Vec<CommitId>, GitError> {
        let repository = self.local();
        let (mut at, end) = (id_of(tip)?, id_of(after)?);
        let mut line = Vec::new();
        while at != end {
            line.push(CommitId::of(at));
            match parents(&repository, at)?.first() {
                Some(parent) if repository.has_object(parent) => at = *parent,
                Some(_) => return Err(GitError::Shallow),
                None => {
                    return Err(GitError::NotOnTheLine {
                        tip: tip.clone(),
                        after: after.clone(),
                    });
                }
            }
        }
        line.reverse();
        Ok(line)
    }

    /// Whether `b` holds all that `a` does: `a` is `b` or among its ancestors.
    pub fn is_ancestor(&self, a: &CommitId, b: &CommitId) -> Result<bool, GitError> {
        let repository = self.local();
        let (a, b) = (id_of(a)?, id_of(b)?);
        let bases = merge_bases(&repository, a, b)?;
        if bases.contains(&a) {
            return Ok(true);
        }
        refuse_cut(&repository, &bases, a, b)?;
        Ok(false)
    }

    /// The full name of the branch that is checked out; none where it is a commit.
    pub fn head_name(&self) -> Result<Option<String>, GitError> {
        let name = self
            .local()
            .head_name()
            .map_err(|error| GitError::unreadable(&error))?;
        Ok(name.map(|name| name.as_bstr().to_string()))
    }

    /// The commits that `head` has and `base` has not.
    pub fn between(&self, base: &CommitId, head: &CommitId) -> Result<Vec<CommitId>, GitError> {
        let repository = self.local();
        let unreadable = |error: &dyn std::error::Error| GitError::unreadable(&error);
        let walk = repository
            .rev_walk([id_of(head)?])
            .with_hidden([id_of(base)?]);
        let walk = walk.all().map_err(|error| unreadable(&error))?;
        walk.map(|found| {
            let found = found.map_err(|error| unreadable(&error))?;
            Ok(CommitId::of(found.id))
        })
        .collect()
    }

    /// Who wrote a commit: its author, and whom its message names as another,
    /// `Co-authored-by: NAME <ADDRESS>`, as forges write it for a suggestion that was accepted.
    pub fn writers(&self, commit: &CommitId) -> Result<Vec<Person>, GitError> {
        let mut writers = self.people(commit)?;
        writers.truncate(1);
        let repository = self.local();
        let found = find(&repository, id_of(commit)?)?;
        let message = found
            .message_raw()
            .map_err(|error| GitError::unreadable(&error))?;
        // What begins with blanks may go on with the line above, or be a line of its own.
        let message = message.to_string().replace("\r\n", "\n");
        let folded = message.replace("\n ", " ").replace("\n\t", " ");
        for writer in message.lines().chain(folded.lines()).filter_map(co_author) {
            if !writers.contains(&writer) {
                writers.push(writer);
            }
        }
        Ok(writers)
    }

    /// The author of a commit, then its committer where that is another.
    pub fn people(&self, commit: &CommitId) -> Result<Vec<Person>, GitError> {
        let repository = self.local();
        let found = find(&repository, id_of(commit)?)?;
        let unreadable = |error| GitError::unreadable(&error);
        let mut people: Vec<Person> = [found.author(), found.committer()]
            .into_iter()
            .map(|who| {
                let who = who.map_err(unreadable)?.trim();
                Ok(Person {
                    name: visible(&who.name.to_string()).into_owned(),
                    email: visible(&who.email.to_string()).into_owned(),
                })
            })
            .collect::<Result<_, GitError>>()?;
        people.dedup();
        Ok(people)
    }
}

/// Who stands in a line of a message as another author; wherever the line stands, for here it can
/// only exclude.
fn co_author(line: &str) -> Option<Person> {
    let (key, who) = line.split_once(':')?;
    if !key.trim().eq_ignore_ascii_case("co-authored-by") {
        return None;
    }
    let (name, address) = who.split_once('<').unwrap_or((who, ""));
    let address = address.split('>').next().unwrap_or_default();
    Some(Person {
        name: visible(name.trim()).into_owned(),
        email: visible(address.trim()).into_owned(),
    })
}

/// The tree of a commit.
pub(super) fn tree_of(
    repository: &gix::Repository,
    commit: &CommitId,
) -> Result<ObjectId, GitError> {
    find(repository, id_of(commit)?)?
        .tree_id()
        .map(gix::Id::detach)
        .map_err(|error| GitError::unreadable(&error))
}

/// The one commit at which two histories part.
pub(super) fn merge_base(
    repository: &gix::Repository,
    target: &CommitId,
    head: &CommitId,
) -> Result<CommitId, GitError> {
    let (target, head) = (id_of(target)?, id_of(head)?);
    let bases = merge_bases(repository, target, head)?;
    refuse_cut(repository, &bases, target, head)?;
    match bases.as_slice() {
        [] => Err(GitError::NoMergeBase),
        [base] => Ok(CommitId::of(*base)),
        several => Err(GitError::SeveralMergeBases(several.len())),
    }
}

/// The first parents that a commit names, be they here or not.
pub(super) fn parents(
    repository: &gix::Repository,
    id: ObjectId,
) -> Result<Vec<ObjectId>, GitError> {
    let commit = find(repository, id)?;
    Ok(commit.parent_ids().map(gix::Id::detach).collect())
}

fn id_of(commit: &CommitId) -> Result<ObjectId, GitError> {
    ObjectId::from_hex(commit.as_str().as_bytes())
        .map_err(|_| GitError::NoRevision(commit.to_string()))
}

fn find(repository: &gix::Repository, id: ObjectId) -> Result<gix::Commit<'_>, GitError> {
    repository
        .find_commit(id)
        .map_err(|_| GitError::NoRevision(id.to_string()))
}

fn merge_bases(
    repository: &gix::Repository,
    a: ObjectId,
    b: ObjectId,
) -> Result<Vec<ObjectId>, GitError> {
    let bases = repository
        .merge_bases_many(a, &[b])
        .map_err(|error| GitError::unreadable(&error))?;
    Ok(bases.into_iter().map(gix::Id::detach).collect())
}

/// In a shallow clone the commits that were found may hide behind the cut a later common one.
/// Only a commit that is in no base's own history can lead there.
fn refuse_cut(
    repository: &gix::Repository,
    bases: &[ObjectId],
    a: ObjectId,
    b: ObjectId,
) -> Result<(), GitError> {
    if !repository
        .is_shallow()
        .map_err(|error| GitError::unreadable(&error))?
    {
        return Ok(());
    }
    let (common, _) = ancestors(repository, bases, &HashSet::new())?;
    match ancestors(repository, &[a, b], &common)? {
        (_, Reach::Cut) => Err(GitError::Shallow),
        (_, Reach::Whole) => Ok(()),
    }
}

/// Whether a walk saw all there is.
enum Reach {
    Whole,
    Cut,
}

/// `from` and all before it but what is in `known`.
fn ancestors(
    repository: &gix::Repository,
    from: &[ObjectId],
    known: &HashSet<ObjectId>,
) -> Result<(HashSet<ObjectId>, Reach), GitError> {
    let mut seen = HashSet::new();
    let mut reach = Reach::Whole;
    let mut waiting = from.to_vec();
    while let Some(id) = waiting.pop() {
        if known.contains(&id) || !seen.insert(id) {
            continue;
        }
        for parent in parents(repository, id)? {
            if repository.has_object(parent) {
                waiting.push(parent);
            } else {
                reach = Reach::Cut;
            }
        }
    }
    Ok((seen, reach))
}

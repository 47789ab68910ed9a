//! What a branch held once.
//!
//! In: a commit. Out: the texts that it or one of its first parents took out or wrote anew. What
//! they say is unknown here.

use rustc_hash::FxHashSet;

use crate::source::Selection;
use crate::source::git::blob;
use crate::source::git::history;
use crate::source::git::tree;
use crate::source::git::{CommitId, GitError, Repository};
use crate::source::limit;

/// A text that a branch held.
pub struct Held<'h> {
    /// Where it stood.
    pub path: &'h str,
    /// What it said; what is no text, in the characters that it has.
    pub text: &'h str,
    /// The commit without it.
    pub lost_in: &'h CommitId,
}

impl Repository {
    /// Shows the texts that first parents of `tip` held and that their next one held no more at
    /// their place, the last lost first, each once, in the folders that a selection looks into:
    /// `selection_of` gives that of a commit, and those of its descendants count too.
    ///
    /// Errors: also where the history is cut off, for nobody knows what is behind the cut.
    pub fn lost(
        &self,
        tip: &CommitId,
        mut selection_of: impl FnMut(&CommitId) -> Result<Option<Selection>, GitError>,
        mut see: impl FnMut(Held<'_>),
    ) -> Result<(), GitError> {
        let repository = self.local();
        let mut seen = FxHashSet::default();
        let mut selections: Vec<Selection> = Vec::new();
        selections.extend(selection_of(tip)?);
        let mut at = tip.clone();
        let mut tree = history::tree_of(&repository, tip)?;
        while let Some(before) = self.parents(&at)?.into_iter().next() {
            // A parent that is not here is behind the cut of a shallow clone.
            let held = history::tree_of(&repository, &before).map_err(|_| GitError::Shallow)?;
            if let Some(selection) = selection_of(&before)?
                && !selections.iter().any(|it| it.is_same_as(&selection))
            {
                selections.push(selection);
            }
            let takes = |path: &[u8]| {
                let path = tree::shown(path);
                selections.iter().any(|it| it.takes_folder(&path))
            };
            if held != tree {
                let changes = tree::compare_within(&repository, (held, tree), takes)?;
                for (path, change) in changes {
                    let gone = change.before.filter(|entry| entry.kind.is_file());
                    let Some(gone) = gone.filter(|entry| seen.insert((entry.id, path.clone())))
                    else {
                        continue;
                    };
                    let path = tree::shown(&path);
                    // What was too large to be read was no file of a catalog.
                    match blob::size(&repository, gone.id, limit::FILE_BYTES) {
                        Ok(_) => {}
                        Err(crate::source::Refusal::TooLarge { .. }) => continue,
                        Err(_) => return Err(GitError::MissingFolder(path)),
                    }
                    let bytes = blob::bytes(&repository, gone.id);
                    let bytes = bytes.map_err(|_| GitError::MissingFolder(path.clone()))?;
                    see(Held {
                        path: &path,
                        text: &String::from_utf8_lossy(&bytes),
                        lost_in: &at,
                    });
                }
            }
            (at, tree) = (before, held);
        }
        Ok(())
    }
}

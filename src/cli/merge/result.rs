//! The result of a merge, read and compiled.

use crate::cli::open::{self, Opened};
use crate::cli::{Failure, failure};
use crate::compile::{Compiled, compile};
use crate::finding::Finding;
use crate::finding::codes::E0003;
use crate::source::git::{CommitId, Merged, Repository};
use crate::source::{Refusal, Selection, Snapshot, SourceFile};
use crate::text::{FileId, Span};

/// The merge of two commits, read as `selection` says.
pub(super) fn merge(
    repository: &Repository,
    base: &CommitId,
    head: &CommitId,
    target: Option<&Opened>,
) -> Result<Merged, Failure> {
    let selection = merge_selection(repository, head, target)?;
    repository.merge(base, head, &selection).map_err(failure)
}

/// The result of a merge, compiled.
pub(super) struct Outcome {
    /// The catalog.
    pub(super) compiled: Compiled,
    /// What it was read with.
    pub(super) selection: Selection,
    /// The files of it that a merge of texts made.
    pub(super) merged: Vec<String>,
    /// The files outside the catalog that the merge changes.
    pub(super) outside: Vec<String>,
    /// All that the target's settings read in it, where its own read other files.
    pub(super) apart: Snapshot,
    /// Whether the target has what the head has not.
    pub(super) is_behind: bool,
}

/// The result of merging two commits.
pub(super) fn result(
    repository: &Repository,
    base: &CommitId,
    head: &CommitId,
    target: Option<&Opened>,
) -> Result<Outcome, Failure> {
    let mut selection = merge_selection(repository, head, target)?;
    let mut merged = repository.merge(base, head, &selection).map_err(failure)?;
    let prefix = open::prefix(repository);
    // Settings that the merge brings may name other files: only then it is read again.
    let brought = open::in_texts(&merged.snapshot, &prefix)?;
    let mut apart = Snapshot::default();
    if let Some(brought) = brought.filter(|brought| !brought.is_same_as(&selection)) {
        let again = repository.merge(base, head, &brought).map_err(failure)?;
        apart = std::mem::replace(&mut merged, again).snapshot;
        selection = brought;
    }
    let root = selection.root().to_owned();
    let mut files = merged.snapshot.as_slice().to_vec();
    for (path, why) in &merged.conflicts {
        // Also a conflict outside the catalog stops the merge that the plan is about.
        files.push(SourceFile {
            path: path.clone(),
            text: Err(Refusal::MergeConflict(why)),
            merged: false,
        });
    }
    // A folder named as the settings file begins is not there because that file is.
    let is_below = |file: &SourceFile| {
        let rest = file.path.strip_prefix(root.as_str());
        rest.is_some_and(|rest| root.is_empty() || rest.starts_with('/'))
    };
    let is_gone = !files.iter().any(is_below);
    if is_gone {
        files.push(SourceFile {
            path: root.clone(),
            text: Ok("".into()),
            merged: false,
        });
    }
    let mut compiled = compile(Snapshot::new(files), &selection);
    if is_gone {
        let at = compiled.snapshot.find(&root).unwrap_or(FileId(0));
        compiled.findings.push(
            Finding::new(
                &E0003,
                Span::whole_file(at),
                format!("the catalog's folder `{root}` is gone in the result of the merge"),
            )
            .help("put it back, or move the catalog and its settings in the same pull request"),
        );
    }
    // What the target read is a part of its catalog, and decided about, wherever that is now.
    let is_read = |path: &String| target.is_some_and(|it| it.snapshot.find(path).is_some());
    let mut outside = merged.changed_outside;
    outside.retain(|path| !is_read(path));
    Ok(Outcome {
        compiled,
        selection,
        merged: merged.merged_files,
        outside,
        apart,
        is_behind: merged.base != *base,
    })
}

fn merge_selection(
    repository: &Repository,
    head: &CommitId,
    target: Option<&Opened>,
) -> Result<Selection, Failure> {
    match target {
        Some(opened) => Ok(opened.selection.clone()),
        None => Ok(open::at_commit(repository, head)?
            .ok_or_else(|| open::no_catalog(head.short()))?
            .selection),
    }
}

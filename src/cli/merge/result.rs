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

/// The result of merging two commits, the files of it that a merge of texts made, and its root.
pub(super) fn result(
    repository: &Repository,
    base: &CommitId,
    head: &CommitId,
    target: Option<&Opened>,
) -> Result<(Compiled, Vec<String>, String), Failure> {
    let mut selection = merge_selection(repository, head, target)?;
    let mut merged = repository.merge(base, head, &selection).map_err(failure)?;
    let prefix = open::prefix(repository);
    // Settings that the merge brings may name other files: only then it is read again.
    let brought = open::in_texts(&merged.snapshot, &prefix)?;
    if let Some(brought) = brought.filter(|brought| !brought.is_same_as(&selection)) {
        merged = repository.merge(base, head, &brought).map_err(failure)?;
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
    Ok((compiled, merged.merged_files, root))
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

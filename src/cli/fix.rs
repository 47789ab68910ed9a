//! `catalogc check --fix`: writes what is certain, and says what is left.

use std::path::Component;
use std::path::Path;

use crate::cli::{Failure, Terminal, failure, open};
use crate::compile::Compiled;
use crate::compile::compile;
use crate::fix::fix;
use crate::render::patch;
use crate::source::difference::changed_lines;
use crate::source::disk::rewrite;

/// What becomes of the changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ends {
    /// They are written.
    Written,
    /// They are shown, and the files stay as they are.
    Shown,
}

/// A catalog after what is certain was put right.
pub(super) struct Done {
    /// The catalog as it is then.
    pub(super) compiled: Compiled,
    /// The changes in the form of `patch`, where they are only shown.
    pub(super) patch: String,
}

/// Puts right what is certain in the catalog of a directory.
pub(super) fn run(path: &Path, ends: Ends, terminal: Terminal) -> Result<Done, Failure> {
    let opened =
        open::at_directory(path)?.ok_or_else(|| open::no_catalog(&path.display().to_string()))?;
    let before = opened.snapshot.clone();
    let selection = opened.selection;
    let fixed = fix(compile(opened.snapshot, &selection), &|snapshot| {
        // The settings say which files the catalog is made of, and only those were read.
        let now = open::in_texts(&snapshot, "").ok()??;
        now.is_same_as(&selection)
            .then(|| compile(snapshot, &selection))
    });
    let now = &fixed.compiled;
    let hiding = now.findings.iter().chain(&now.off);
    let hiding = hiding.chain(now.excused.iter().map(|excused| &excused.finding));
    let secrets: Vec<&str> = hiding
        .filter(|finding| finding.hides)
        .map(|finding| now.snapshot.slice(finding.span))
        .collect();
    let mut patches = String::new();
    for (old, new) in before
        .as_slice()
        .iter()
        .zip(fixed.compiled.snapshot.as_slice())
    {
        let (Ok(old_text), Ok(new_text)) = (&old.text, &new.text) else {
            continue;
        };
        if old_text == new_text {
            continue;
        }
        let word = if ends == Ends::Shown {
            let path = format!("{}{}", below(path), old.path);
            patches.push_str(&patch(&path, old_text, new_text, &secrets));
            "would change"
        } else {
            rewrite::rewrite(path, &old.path, old_text, new_text).map_err(failure)?;
            "changed"
        };
        for line in changed_lines(old_text, new_text) {
            terminal.say(&format!("{word} {}:{line}", old.path));
        }
    }
    Ok(Done {
        compiled: fixed.compiled,
        patch: patches,
    })
}

/// What stands before the paths of a directory, so that they begin at the folder in which the
/// command is run: where `git apply` looks for them.
pub(super) fn below(path: &Path) -> String {
    let parts = path.components().map(|part| match part {
        Component::CurDir => Some(String::new()),
        Component::Normal(part) => Some(format!("{}/", part.to_string_lossy())),
        _ => None,
    });
    parts.collect::<Option<String>>().unwrap_or_default()
}

//! What a catalog is after some of its texts are others, and what is then wrong that was not.
//!
//! In: the catalog as it is, and texts. Out: the catalog that they give, with the findings that are
//! new. Writes nothing: whoever does writes what was compiled, and nothing else.

use std::collections::BTreeMap;

use crate::compile::Compiled;
use crate::finding::{Finding, Severity};
use crate::source::{Snapshot, SourceFile};

/// New texts of files by their paths: those of files that are not there yet, and nothing where a
/// file goes.
pub type Texts = BTreeMap<String, Option<String>>;

/// A catalog with other texts.
pub struct Outcome {
    /// As it is then, with all that is wrong.
    pub compiled: Compiled,
    /// What is wrong in it and was not before.
    pub new: Vec<Finding>,
}

impl Outcome {
    /// Whether an error is new.
    pub fn has_errors(&self) -> bool {
        let mut new = self.new.iter();
        new.any(|finding| finding.severity == Severity::Error)
    }
}

/// Compiles the catalog with other texts. What is wrong in both is compared in the words that `said`
/// gives. `compile` gives nothing where the files of the catalog would no longer be the ones that
/// were read.
pub fn tried(
    before: &Compiled,
    texts: &Texts,
    said: &dyn Fn(&str) -> String,
    compile: &dyn Fn(Snapshot) -> Option<Compiled>,
) -> Option<Outcome> {
    let mut compiled = compile(with_texts(&before.snapshot, texts))?;
    let all = compiled.findings.clone();
    compiled.drop_known_as(before, said);
    let new = std::mem::replace(&mut compiled.findings, all);
    Some(Outcome { compiled, new })
}

/// A snapshot with other texts.
fn with_texts(snapshot: &Snapshot, texts: &Texts) -> Snapshot {
    let kept = snapshot.as_slice().iter();
    let kept = kept.filter(|file| !texts.contains_key(&file.path)).cloned();
    let others = texts.iter().filter_map(|(path, text)| {
        Some(SourceFile {
            path: path.clone(),
            text: Ok(text.as_deref()?.into()),
            merged: false,
        })
    });
    Snapshot::new(kept.chain(others).collect())
}

//! How landings ended, a comment for each pull request: what a workflow writes in the place of the
//! plan.
//!
//! In: the output of each landing, and the forge's numbers that the facts have. Out: files named
//! by these numbers. A pull request of which nothing was run is told that, and why.

use std::collections::BTreeMap;
use std::path::Path;

use crate::cli::apply::facts::Fact;
use crate::cli::{Failure, Output, Written, failure};
use crate::render;
use crate::source::git::Repository;

/// The comments of a run.
pub(super) struct Comments<'a> {
    /// Where they are written.
    folder: &'a Path,
    /// The forge's number of what made a commit the tip, by that commit.
    numbers: BTreeMap<String, u64>,
    texts: BTreeMap<u64, String>,
}

impl<'a> Comments<'a> {
    /// None yet, for the landings that the facts number.
    pub(super) fn of(
        folder: &'a Path,
        repository: &Repository,
        facts: &[Fact],
    ) -> Result<Self, Failure> {
        let mut numbers = BTreeMap::new();
        for fact in facts {
            if let Some(number) = fact.number {
                let after = repository.resolve(&fact.after).map_err(failure)?;
                numbers.insert(after.to_string(), number);
            }
        }
        Ok(Self {
            folder,
            numbers,
            texts: BTreeMap::new(),
        })
    }

    /// Takes down how the landing ended that made `after` the tip.
    pub(super) fn add(&mut self, after: &str, output: &Output) {
        if let Some(number) = self.numbers.get(after) {
            let text = self.texts.entry(*number).or_default();
            text.push_str(&render::landed_markdown(&output.text));
        }
    }

    /// The files, in the order of their numbers.
    pub(super) fn files(self) -> Vec<Written> {
        let folder = self.folder;
        let file = |(number, text): (u64, String)| Written {
            path: folder.join(format!("{number}.md")),
            bytes: text.into_bytes(),
        };
        self.texts.into_iter().map(file).collect()
    }
}

//! Requests that the target held once: what was merged and taken out again is not run when it
//! comes back, whether or not it ever ran.

use std::collections::{BTreeMap, BTreeSet};

use super::Sides;
use crate::cli::{Failure, failure, open};
use crate::model::request;
use crate::plan::file::PlanFile;
use crate::source::git::CommitId;

impl Sides {
    /// The requests of a plan between two commits that first parents of the target held, with the
    /// last commit that took each of them out.
    pub(in crate::cli) fn lost(
        &self,
        plan: &PlanFile,
    ) -> Result<BTreeMap<String, String>, Failure> {
        let mut lost = BTreeMap::new();
        let asked: BTreeSet<&str> = plan.requests().collect();
        let Some((repository, base, _)) = self.commits().filter(|_| !asked.is_empty()) else {
            return Ok(lost);
        };
        // What held requests then is looked into, whatever the settings say now.
        let mut known = open::Settings::default();
        let selection_of = |commit: &CommitId| known.selection_at(repository, commit);
        let walked = repository.lost(base, selection_of, |held| {
            for id in request::ids(held.path, held.text) {
                if asked.contains(id.as_str()) {
                    let commit = held.lost_in.short();
                    lost.entry(id.to_string())
                        .or_insert_with(|| commit.to_owned());
                }
            }
        });
        walked.map_err(failure)?;
        Ok(lost)
    }
}

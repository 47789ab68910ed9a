//! The plan of what has expired in one of the sides.
//!
//! In: a side and a moment. Out: the plan that the clock asks for, or the findings that stop it.

use std::path::Path;

use crate::cli::Failure;
use crate::cli::merge::{Made, Side, Sides, revision};
use crate::cli::open;
use crate::cli::plan::{frozen, timed};
use crate::compile::compile;
use crate::plan::expired::{Wanted, expired};
use crate::plan::{Apart, Asked, Spent};
use crate::source::git::CommitId;

impl Sides {
    /// What has expired in the base.
    pub(in crate::cli) fn expired(
        &self,
        wanted: &Wanted<'_>,
        actors: &[String],
    ) -> Result<Made, Failure> {
        self.expired_in(&self.base, wanted, actors)
    }

    /// What has expired in another commit.
    pub(in crate::cli) fn expired_at(
        &self,
        commit: (&str, &CommitId),
        wanted: &Wanted<'_>,
        actors: &[String],
    ) -> Result<Made, Failure> {
        let side = (commit.0.to_owned(), Side::Commit(commit.1.clone()));
        self.expired_in(&side, wanted, actors)
    }

    fn expired_in(
        &self,
        side: &(String, Side),
        wanted: &Wanted<'_>,
        actors: &[String],
    ) -> Result<Made, Failure> {
        let opened = match (&side.1, &self.repository) {
            (Side::Commit(commit), Some(repository)) => open::at_commit(repository, commit)?,
            _ => open::at_directory(Path::new(&side.0))?,
        };
        let opened = opened.ok_or_else(|| open::no_catalog(&side.0))?;
        let mut catalog = compile(opened.snapshot, &opened.selection);
        if crate::check::has_errors(&catalog.findings) {
            return Ok(Err(Box::new(catalog)));
        }
        let (rules, _) =
            crate::policy::compile(&catalog.catalog, &catalog.graph, &catalog.snapshot);
        let rules = timed(rules, self.now)?;
        frozen(catalog.catalog.settings.freezes.first(), self.now)?;
        let asked = Asked {
            target: revision(side),
            head: revision(side),
            actors,
            approvals: &[],
            accounts: &self.accounts,
            excluded: &[],
            merged: Vec::new(),
            outside: &[],
            apart: &Apart::default(),
            root: opened.selection.root(),
            has_target: true,
            spent: &Spent::default(),
            incomplete: None,
            masks: None,
        };
        let made = expired(&catalog, &rules, &asked, wanted);
        drop(rules);
        Ok(made.map_err(|findings| {
            catalog.findings.extend(findings);
            crate::finding::sort(&mut catalog.findings);
            Box::new(catalog)
        }))
    }
}

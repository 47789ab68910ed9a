//! What merging a change would do, also where the catalog has errors elsewhere.
//!
//! In: the catalog after the change. Out: the plan, and what is to be put right first. Files that
//! have errors and are no part of the change are taken as they are on the target; where those have
//! errors too, without them, as long as no definition, nobody and no team stands in them: who may do
//! what would else be a guess.

use std::collections::BTreeSet;

use crate::cli::desk::Desk;
use crate::cli::desk::said::first_of;
use crate::cli::merge::working::{Against, Judge, compared, foreseen};
use crate::compile::Compiled;
use crate::edit::Outcome;
use crate::edit::tried::Texts;
use crate::finding::{Finding, Severity};
use crate::model::Catalog;
use crate::plan::broken_definition;
use crate::plan::file;
use crate::plan::file::PlanFile;
use crate::source::{Snapshot, SourceFile};
use crate::text::visible;

/// How often files without errors may have them because of those that were left out.
const ROUNDS: usize = 32;

/// What is said of a merge.
pub(super) struct Told {
    /// What it would do, or why that is not told.
    pub(super) plan: Result<Box<PlanFile>, String>,
    /// The first of the errors elsewhere.
    elsewhere: Option<String>,
}

impl Told {
    /// What can be done next.
    pub(super) fn next(&self) -> String {
        let ask = match &self.plan {
            Ok(plan) if !plan.actors.is_empty() && plan.verdict() == file::Outcome::Denied => {
                "the gate refuses it: let somebody ask who may, or take it out; `catalogc who-can` says who"
            }
            Ok(_) => "commit, open a pull request; `catalogc plan` shows what will happen",
            Err(_) => "commit, open a pull request",
        };
        match &self.elsewhere {
            None => format!("next: {ask}\n"),
            Some(first) => {
                format!("next: put right what `catalogc check` finds ({first}), then {ask}\n")
            }
        }
    }
}

/// What is found of a merge.
pub(super) enum Foretold {
    /// What is written would be wrong once it is merged.
    Broken(Box<Compiled>, Vec<Finding>),
    Told(Told),
}

impl Desk<'_> {
    /// What merging the catalog with its changes would do.
    pub(super) fn foretold(&self, outcome: &Outcome, texts: &Texts) -> Foretold {
        if crate::check::has_errors(&outcome.compiled.findings) {
            let elsewhere = Some(first_of(&outcome.compiled));
            let plan = self.without_errors(outcome, texts, &self.judge);
            return Foretold::Told(Told { plan, elsewhere });
        }
        let after = self.compiled(outcome.compiled.snapshot.clone());
        let folder = &self.ends.dir;
        let (plan, elsewhere) =
            match foreseen(folder, &self.before, after, &self.selection, &self.judge) {
                Ok(Ok(plan)) => (Ok(Box::new(plan)), None),
                Ok(Err(broken)) => {
                    let is_written = |finding: &Finding| {
                        let path = broken.snapshot.path(finding.span.file);
                        finding.severity == Severity::Error && texts.contains_key(path)
                    };
                    let mut findings = broken.findings.clone();
                    findings.retain(is_written);
                    if !findings.is_empty() {
                        return Foretold::Broken(broken, findings);
                    }
                    let first = first_of(&broken);
                    (
                        Err(format!("what it gives is found wrong, {first}")),
                        Some(first),
                    )
                }
                Err(why) => (Err(why.message), None),
            };
        Foretold::Told(Told { plan, elsewhere })
    }

    /// The plan of a change in a catalog that has errors elsewhere.
    pub(super) fn without_errors(
        &self,
        outcome: &Outcome,
        texts: &Texts,
        judge: &Judge,
    ) -> Result<Box<PlanFile>, String> {
        let target = compared(&self.ends.dir, &judge.against);
        let target = target.map_or_else(
            || self.compiled(self.before.snapshot.clone()),
            |(_, _, compiled)| compiled,
        );
        if let Some(broken) = broken_definition(&target) {
            return Err(unreadable(&target, broken));
        }
        let mut out = BTreeSet::new();
        let mut after = outcome.compiled.snapshot.clone();
        for _ in 0..ROUNDS {
            let compiled = self.compiled(after.clone());
            let wrong = wrong_files(&compiled);
            if wrong.is_empty() {
                return self.plan_without((&target, compiled), &out, judge);
            }
            for path in wrong {
                if texts.contains_key(&path) {
                    let path = visible(&path);
                    return Err(format!("`{path}` has errors, or what it names has"));
                }
                let was = target.snapshot.find(&path);
                let was = was.and_then(|id| target.snapshot.file(id));
                let is = compiled.snapshot.find(&path);
                let is = is.and_then(|id| compiled.snapshot.file(id));
                let is_same = was.map(|it| &it.text) == is.map(|it| &it.text);
                let was = was.filter(|_| !is_same && !out.contains(&path)).cloned();
                if was.is_none() && is_same {
                    is_dispensable(&target, &path)?;
                    out.insert(path.clone());
                }
                after = with(&after, &path, was);
            }
        }
        Err("too much of it has errors".to_owned())
    }

    /// The plan between a target and what comes after it, both without some files.
    fn plan_without(
        &self,
        (target, after): (&Compiled, Compiled),
        out: &BTreeSet<String>,
        judge: &Judge,
    ) -> Result<Box<PlanFile>, String> {
        let (before, against) = if out.is_empty() {
            (None, judge.against.clone())
        } else {
            let mut snapshot = target.snapshot.clone();
            for path in out {
                snapshot = with(&snapshot, path, None);
            }
            (Some(self.compiled(snapshot)), Against::Files)
        };
        let judge = Judge {
            against,
            ..judge.clone()
        };
        let before = before.as_ref().unwrap_or(&self.before);
        match foreseen(&self.ends.dir, before, after, &self.selection, &judge) {
            Ok(Ok(plan)) => Ok(Box::new(plan)),
            Ok(Err(broken)) => Err(format!(
                "what it gives is found wrong, {}",
                first_of(&broken)
            )),
            Err(why) => Err(why.message),
        }
    }
}

/// That rules cannot be read.
fn unreadable(target: &Compiled, broken: &Finding) -> String {
    let path = visible(target.snapshot.path(broken.span.file)).into_owned();
    let why = &broken.message;
    format!("who may do what cannot be told, the definitions are broken: {why} ({path})")
}

/// The files that have errors.
fn wrong_files(compiled: &Compiled) -> BTreeSet<String> {
    let findings = compiled.findings.iter();
    let errors = findings.filter(|it| it.severity == Severity::Error);
    errors
        .map(|it| compiled.snapshot.path(it.span.file).to_owned())
        .collect()
}

/// That nothing stands in a file which says who may do what.
fn is_dispensable(target: &Compiled, path: &str) -> Result<(), String> {
    let catalog = &target.catalog;
    let shown = visible(path);
    let file = target.snapshot.find(path);
    let is_unread = file.is_none_or(|file| catalog.unread.contains(&file));
    if is_unread || !catalog.files.has_no_definitions(path) {
        return Err(format!(
            "who may do what cannot be told, `{shown}` cannot be read"
        ));
    }
    let mut own = catalog.entities.iter();
    let judges = judging(catalog);
    let is_judging = own.any(|entity| {
        let kind = catalog.blueprint(entity.blueprint);
        Some(entity.span.file) == file
            && kind.is_some_and(|kind| judges.contains(kind.identifier.value.as_str()))
    });
    if is_judging {
        return Err(format!(
            "who may do what cannot be told, people or teams in `{shown}` have errors"
        ));
    }
    Ok(())
}

/// The blueprints of people and of what they are in.
fn judging(catalog: &Catalog) -> BTreeSet<&str> {
    let Some(people) = &catalog.settings.people else {
        return BTreeSet::new();
    };
    let people = people.blueprint.value.as_str();
    let kind = catalog.find_blueprint(people);
    let kinds = kind.into_iter().flat_map(|(_, kind)| &kind.relations);
    let kinds = kinds.map(|relation| relation.target.value.as_str());
    // Teams may name their members, too.
    let others = catalog.blueprints.iter().filter(|kind| {
        let mut relations = kind.relations.iter();
        relations.any(|relation| relation.target.value == people)
    });
    let others = others.map(|kind| kind.identifier.value.as_str());
    kinds.chain(others).chain([people]).collect()
}

/// A snapshot with another file at a path, or without it.
fn with(snapshot: &Snapshot, path: &str, file: Option<SourceFile>) -> Snapshot {
    let files = snapshot.as_slice().iter();
    let files = files.filter(|file| file.path != path).cloned();
    Snapshot::new(files.chain(file).collect())
}

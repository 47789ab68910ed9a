//! The catalog's own tests of its rules: each is asked, and what was expected is compared.
//!
//! In: a compiled catalog and what it was read with. Out: a [`report::Report`], plain data that
//! renderers print. Nothing is written, nothing outside is read; the same catalog gives the same
//! report with any number of threads.
//!
//! - `patch`: the files of a pull request, as a test changes them
//! - `matter`: the actions that a question is
//! - `question`: one question to the rules
//! - `scenario`: the plan of a pull request
//! - `coverage`: which rules were decided by tests that pass

use rayon::prelude::*;

use crate::check::Subject;
use crate::check::trial::{Matter, Resolved, is_in_the_way, resolve};
use crate::compile::Compiled;
use crate::finding::{Finding, Severity};
use crate::model::Moment;
use crate::model::Trial;
use crate::policy::{Listed, Principal, Rules, UNTIMED};
use crate::source::Selection;
use crate::text::{Span, Text, position, visible};

mod agreement;
mod coverage;
mod matter;
mod patch;
mod question;
pub mod report;
mod scenario;

use coverage::Seen;
use report::{Case, Report, Told};

/// What the tests are run on.
struct Bench<'c> {
    compiled: &'c Compiled,
    selection: &'c Selection,
    rules: Rules<'c>,
    listed: Vec<Listed>,
}

/// What one test came to.
#[derive(Default)]
struct Outcome {
    /// What is not as it was expected, in words.
    faults: Vec<String>,
    /// What happened, where something else was expected.
    actual: String,
    /// Why.
    reasons: Vec<Told>,
    /// Who could, where it is denied.
    could: Vec<String>,
    /// The rules that it met.
    seen: Vec<(Span, Seen)>,
}

/// Runs the tests whose names have `filter` in them.
pub fn run(compiled: &Compiled, selection: &Selection, filter: Option<&str>) -> Report {
    let (rules, _) = crate::policy::compile(&compiled.catalog, &compiled.graph, &compiled.snapshot);
    let listed = rules.listed();
    let bench = Bench {
        compiled,
        selection,
        rules,
        listed,
    };
    let trials = &compiled.catalog.trials;
    let chosen: Vec<&Trial> = trials
        .iter()
        .filter(|trial| filter.is_none_or(|filter| trial.name.value.contains(filter)))
        .collect();
    let outcomes: Vec<Outcome> = chosen
        .par_iter()
        .map(|trial| match &trial.now {
            Some(now) => bench.at(&now.value).outcome(trial),
            None => bench.outcome(trial),
        })
        .collect();
    let cases = chosen.iter().zip(&outcomes);
    let mut cases: Vec<Case> = cases
        .map(|(trial, outcome)| bench.case(trial, outcome))
        .collect();
    if filter.is_none() {
        cases.extend(bench.unread());
    }
    let passed = outcomes.iter().filter(|outcome| outcome.faults.is_empty());
    let seen = passed.flat_map(|outcome| outcome.seen.iter().copied());
    // What some of the tests leave open says nothing.
    let rules = match filter {
        None => coverage::rules(&bench.listed, &compiled.snapshot, seen),
        Some(_) => Vec::new(),
    };
    let errors = compiled.findings.iter().filter(|it| is_error(it));
    Report {
        version: report::VERSION,
        errors: errors.filter(|it| !is_test(compiled, it)).count(),
        filter: filter.map(str::to_owned),
        all: trials.len(),
        cases,
        rules,
    }
}

/// Whether a finding is about a file of tests.
fn is_test(compiled: &Compiled, finding: &Finding) -> bool {
    let path = compiled.snapshot.path(finding.span.file);
    let files = &compiled.catalog.files;
    files.reading(path).is_some_and(|it| it.is_test())
}

fn is_error(finding: &Finding) -> bool {
    finding.severity == Severity::Error
}

impl<'c> Bench<'c> {
    /// The same at a moment, for rules that read it.
    fn at(&self, now: &str) -> Self {
        let compiled = self.compiled;
        let (catalog, snapshot) = (&compiled.catalog, &compiled.snapshot);
        let (rules, _) = crate::policy::compile(catalog, &compiled.graph, snapshot);
        Self {
            compiled,
            selection: self.selection,
            rules: rules.at(Moment::parse(now)),
            listed: self.listed.clone(),
        }
    }

    /// `FILE:LINE`.
    fn line(&self, span: Span) -> String {
        let snapshot = &self.compiled.snapshot;
        let at = position(snapshot.text(span.file), span.start);
        format!("{}:{}", visible(snapshot.path(span.file)), at.line)
    }

    /// `FILE:LINE:COLUMN`.
    fn place(&self, span: Span) -> String {
        let snapshot = &self.compiled.snapshot;
        let at = position(snapshot.text(span.file), span.start);
        let path = visible(snapshot.path(span.file));
        format!("{path}:{}:{}", at.line, at.column)
    }

    fn subject<'s>(&'s self) -> Subject<'s>
    where
        'c: 's,
    {
        Subject {
            snapshot: &self.compiled.snapshot,
            catalog: &self.compiled.catalog,
            graph: &self.compiled.graph,
            kinds: &self.compiled.kinds,
            prefix: &self.compiled.prefix,
            rules: &self.listed,
        }
    }

    /// The findings of test files that keep something in them from being run, whatever the
    /// settings say of them.
    fn unread(&self) -> Vec<Case> {
        let is_in = |finding: &&Finding| {
            let trials = self.compiled.catalog.trials.iter();
            let mut own = trials.filter(|trial| trial.span.file == finding.span.file);
            own.any(|it| (it.span.start..it.span.end).contains(&finding.span.start))
        };
        let excused = self.compiled.excused.iter().map(|it| &it.finding);
        let findings = self.compiled.findings.iter().chain(&self.compiled.off);
        let found = findings
            .chain(excused)
            .filter(|finding| is_error(finding) || finding.code.severity == Severity::Error)
            .filter(|finding| is_test(self.compiled, finding) && !is_in(finding));
        let case = |finding: &Finding| Case {
            name: "not a test that can be run".to_owned(),
            place: self.line(finding.span),
            passed: false,
            expected: String::new(),
            actual: String::new(),
            faults: vec![finding.message.clone()],
            reasons: Vec::new(),
            could: Vec::new(),
        };
        found.map(case).collect()
    }

    fn case(&self, trial: &Trial, outcome: &Outcome) -> Case {
        Case {
            name: trial.name.value.to_string(),
            place: self.line(trial.name.span),
            passed: outcome.faults.is_empty(),
            expected: trial.expect.value.word().to_owned(),
            actual: outcome.actual.clone(),
            faults: outcome.faults.clone(),
            reasons: outcome.reasons.clone(),
            could: outcome.could.clone(),
        }
    }

    fn outcome(&self, trial: &Trial) -> Outcome {
        let subject = self.subject();
        let mut findings = Vec::new();
        let resolved = resolve(&subject, trial, &mut findings);
        let mut faults: Vec<String> = findings
            .iter()
            .filter(|finding| is_in_the_way(finding))
            .map(|finding| finding.message.clone())
            .collect();
        // What is wrong with the keys of a test was found where they were read.
        let inside = |finding: &&Finding| {
            let span = finding.span;
            let is_in = (trial.span.start..trial.span.end).contains(&span.start);
            span.file == trial.span.file && is_in && is_error(finding)
        };
        let read = self.compiled.findings.iter().filter(inside);
        for finding in read {
            if !faults.contains(&finding.message) {
                faults.push(finding.message.clone());
            }
        }
        match resolved {
            Some(resolved) if faults.is_empty() => self.answer(trial, &resolved),
            _ => {
                if faults.is_empty() {
                    faults.push("the test cannot be run".to_owned());
                }
                Outcome {
                    faults,
                    ..Outcome::default()
                }
            }
        }
    }

    fn answer(&self, trial: &Trial, resolved: &Resolved<'_>) -> Outcome {
        let mut outcome = match &resolved.matter {
            Matter::Question(asked) => question::ask(self, trial, &resolved.actors, asked),
            Matter::Patch(patched) => {
                let people = (resolved.actors.as_slice(), resolved.approved.as_slice());
                scenario::play(self, trial, people, patched)
            }
        };
        // What is denied for want of a moment is not what the test is about.
        let is_untimed = |told: &&Told| told.text.contains(UNTIMED);
        if let Some(told) = outcome.reasons.iter().find(is_untimed) {
            let rule = told.place.as_deref().unwrap_or("a rule");
            outcome.faults.push(format!(
                "{rule} reads `context.now`: say when it is, `now: \"2026-11-22T14:00:00Z\"`"
            ));
        }
        outcome
    }

    /// The login by which the rules know an actor.
    fn login(&self, (written, principal): &(Text, Principal)) -> String {
        match principal {
            Principal::Person(_) => self.rules.login(principal).to_owned(),
            _ => written.to_string(),
        }
    }
}

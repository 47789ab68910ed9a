//! Rule tests: what they name, and whether they ask for what can be.
//!
//! In: the tests as they are written. Out: findings at each name, and for whoever runs them what
//! each [`Resolved`] asks. A person or an entity that is gone is a warning: who deletes it may
//! not be one of those who may change tests.

use std::collections::BTreeMap;

use crate::check::Subject;
use crate::finding::Finding;
use crate::finding::Severity;
use crate::finding::codes::{E0207, E0302, E0414, E0415, E0416};
use crate::model::DocumentKind;
use crate::model::Moment;
use crate::model::trial::{Expected, Trial};
use crate::policy::{Listed, Principal, Sort};
use crate::text::{FileId, Located, Span, Text, choose};

mod change;
mod name;
mod question;
mod target;

pub use name::{Ruled, groups_named};
pub use question::{Asked, On, kind};
pub use target::{Patched, Place};

/// A test whose names are found.
pub struct Resolved<'c> {
    /// Who asks, as they are written and as they are.
    pub actors: Vec<(Text, Principal)>,
    /// Who has approved a patch, in the same way.
    pub approved: Vec<(Text, Principal)>,
    /// What for.
    pub matter: Matter<'c>,
}

/// What a test asks.
pub enum Matter<'c> {
    /// One question to the rules.
    Question(Box<Asked<'c>>),
    /// What the plan of a pull request is.
    Patch(Vec<Patched<'c>>),
}

/// All tests.
pub(super) fn trials(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let is_half_read = [
        DocumentKind::Actions,
        DocumentKind::Blueprints,
        DocumentKind::Entities,
        DocumentKind::Policies,
    ];
    if is_half_read.iter().any(|kind| subject.is_half_read(*kind)) {
        return;
    }
    let mut names: BTreeMap<(FileId, &Text), Span> = BTreeMap::new();
    for trial in &subject.catalog.trials {
        let name = &trial.name;
        let key = (name.span.file, &name.value);
        if let Some(first) = names.get(&key) {
            let message = format!("rule test `{}` is defined twice", name.value);
            findings.push(
                Finding::new(&E0302, name.span, message)
                    .label("second")
                    .related(*first, "first")
                    .help("give one of the two another name"),
            );
        }
        names.entry(key).or_insert(name.span);
        resolve(subject, trial, findings);
    }
}

/// What a test asks; `None` where a name is not found or it asks for what cannot be.
pub fn resolve<'c>(
    subject: &Subject<'c>,
    trial: &'c Trial,
    findings: &mut Vec<Finding>,
) -> Option<Resolved<'c>> {
    let before = findings.len();
    let actors = actors(subject, trial, findings);
    let approved = approved(subject, trial, findings);
    let matter = matter(subject, trial, findings);
    expectations(subject, trial, findings);
    let is_told = findings.len() > before;
    Some(Resolved {
        actors,
        approved,
        matter: matter.filter(|_| !is_told)?,
    })
}

/// Whether one of the findings keeps a test from being run: all but those that are off for good.
pub fn is_in_the_way(finding: &Finding) -> bool {
    finding.severity == Severity::Error || *finding.code == E0415
}

fn actors(
    subject: &Subject<'_>,
    trial: &Trial,
    findings: &mut Vec<Finding>,
) -> Vec<(Text, Principal)> {
    let is_outsider = trial.outsider.as_ref().is_some_and(|it| it.value);
    if trial.actors.is_empty() && !trial.broken {
        let message = format!("nobody asks in the rule test `{}`", trial.name.value);
        findings.push(
            Finding::new(&E0416, trial.name.span, message)
                .label("has no actor")
                .help("write a login: `actor: lin`"),
        );
    }
    let mut actors = Vec::new();
    for written in &trial.actors {
        let found = name::person(subject.catalog, &written.value);
        let principal = match (found, is_outsider) {
            (Some(person), false) => Principal::Person(person),
            (None, true) => Principal::Unknown(written.value.clone()),
            (Some(_), true) => {
                findings.push(
                    Finding::new(
                        &E0416,
                        written.span,
                        format!("`{}` is somebody in the catalog", written.value),
                    )
                    .label("no outsider")
                    .help("name a login that nobody has, or take out `outsider`"),
                );
                continue;
            }
            (None, false) => {
                findings.extend(name::nobody(subject.catalog, written));
                continue;
            }
        };
        actors.push((written.value.clone(), principal));
    }
    actors
}

/// Who has approved a patch: people of the catalog, for nobody else counts.
fn approved(
    subject: &Subject<'_>,
    trial: &Trial,
    findings: &mut Vec<Finding>,
) -> Vec<(Text, Principal)> {
    let given = trial.approved.as_ref().map(|it| it.span);
    let missing = trial.missing.as_ref().map(|it| it.span);
    if trial.patch_place.is_none() {
        for span in given.into_iter().chain(missing) {
            findings.push(
                Finding::new(
                    &E0416,
                    span,
                    "a question is no plan, nobody has approved it",
                )
                .label("for a `patch` alone")
                .help("write a `patch`; `approvals` says whose agreement a question asks for"),
            );
        }
    }
    if let Some(missing) = missing
        && trial.expect.value != Expected::NeedsApproval
    {
        let word = trial.expect.value.word();
        let message = format!("nobody is missing where `{word}` is expected");
        findings.push(
            Finding::new(&E0416, missing, message)
                .label("for `needs approval` alone")
                .related(trial.expect.span, "expected here")
                .help("write `expect: needs approval`, or take `missing` out"),
        );
    }
    let mut approved = Vec::new();
    for written in trial.approved.iter().flat_map(|it| &it.value) {
        let Some(person) = name::person(subject.catalog, &written.value) else {
            let nobody = name::nobody(subject.catalog, written);
            let help = "name people of the catalog: nobody else's approval counts";
            findings.extend(nobody.map(|it| it.help(help)));
            continue;
        };
        approved.push((written.value.clone(), Principal::Person(person)));
    }
    approved
}

fn matter<'c>(
    subject: &Subject<'c>,
    trial: &'c Trial,
    findings: &mut Vec<Finding>,
) -> Option<Matter<'c>> {
    let Some(patch) = trial.patch_place else {
        if let Some(action) = &trial.action {
            let asked = question::read(subject, trial, action, findings)?;
            return Some(Matter::Question(Box::new(asked)));
        }
        if trial.broken {
            return None;
        }
        let message = format!("the rule test `{}` asks nothing", trial.name.value);
        findings.push(
            Finding::new(&E0416, trial.name.span, message)
                .label("has no `action` and no `patch`")
                .help("add `action` and `entity`, or a `patch`"),
        );
        return None;
    };
    let whole = [&trial.action, &trial.entity, &trial.file];
    let mut beside: Vec<Span> = whole.into_iter().flatten().map(|it| it.span).collect();
    beside.extend(trial.given.as_ref().map(|node| node.span));
    beside.extend(trial.changed_place);
    beside.extend((!trial.inputs.is_empty()).then_some(trial.inputs_place));
    beside.extend(trial.approvals.as_ref().map(|it| it.span));
    for span in beside {
        findings.push(
            Finding::new(&E0416, span, "a patch says by itself what is asked")
                .label("not beside `patch`")
                .related(patch, "the patch")
                .help("take one of the two out; `steps` says what the plan must have, `missing` who must still agree"),
        );
    }
    if trial.patch.is_empty() && !trial.broken {
        findings.push(
            Finding::new(&E0416, patch, "the patch changes nothing")
                .label("empty")
                .help("write what changes: `{CartService: {relations.owner: platform}}`"),
        );
    }
    let mut found = Vec::new();
    for written in &trial.patch {
        found.push(target::read(subject, written, findings));
    }
    let found: Vec<Patched<'_>> = found.into_iter().collect::<Option<_>>()?;
    target::fit(subject, &found, findings);
    Some(Matter::Patch(found))
}

/// What is expected: whether it can be.
fn expectations(subject: &Subject<'_>, trial: &Trial, findings: &mut Vec<Finding>) {
    if let Some(now) = &trial.now
        && Moment::parse(&now.value).is_none()
    {
        let message = format!("`{}` is no moment", now.value);
        findings.push(
            Finding::new(&E0207, now.span, message)
                .label("not RFC 3339")
                .help("write it like `2026-11-22T10:00:00Z`"),
        );
    }
    by(subject, trial.by.as_ref(), Some(&trial.expect), findings);
    if let Some(approvals) = &trial.approvals
        && trial.expect.value != Expected::NeedsApproval
    {
        let word = trial.expect.value.word();
        let message = format!("nobody is asked to agree where `{word}` is expected");
        findings.push(
            Finding::new(&E0416, approvals.span, message)
                .label("for `needs approval` alone")
                .related(trial.expect.span, "expected here")
                .help("write `expect: needs approval`, or take `approvals` out"),
        );
    }
    let groups = trial.approvals.iter().chain(&trial.missing);
    for from in groups.flat_map(|it| &it.value).flat_map(|it| &it.from) {
        if name::group(subject.catalog, &from.value).is_none() {
            findings.push(name::no_group(subject.catalog, from));
        }
    }
    let Some(steps) = &trial.steps else { return };
    if trial.patch_place.is_none() {
        findings.push(
            Finding::new(&E0416, steps.span, "a question is no plan, it has no steps")
                .label("for a `patch` alone")
                .help("write a `patch`, or take `steps` out"),
        );
    }
    for step in &steps.value {
        question::what(subject, &step.action, findings);
        by(subject, step.by.as_ref(), step.outcome.as_ref(), findings);
    }
}

/// The rule that is named: whether there is one, and whether it can give the answer.
fn by(
    subject: &Subject<'_>,
    by: Option<&Located<Text>>,
    expected: Option<&Located<Expected>>,
    findings: &mut Vec<Finding>,
) {
    let Some(by) = by else { return };
    let ruled = Ruled::new(subject.rules, subject.snapshot);
    let found = ruled.named(&by.value);
    if found.is_empty() {
        let message = format!("no rule stands at or is called `{}`", by.value);
        let names = ruled.names();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        findings.push(
            Finding::new(&E0414, by.span, message)
                .label("not found")
                .help(choose(&by.value, &names)),
        );
        return;
    }
    let Some(expected) = expected else { return };
    let gives = |rule: &&Listed| match expected.value {
        Expected::Denied => rule.sort == Sort::Forbid,
        Expected::Allowed => matches!(rule.sort, Sort::Permit | Sort::Block),
        Expected::NeedsApproval => rule.sort != Sort::Forbid,
    };
    if found.iter().any(gives) {
        return;
    }
    let (message, help) = if expected.value == Expected::Denied {
        (
            "a rule that permits denies nothing",
            "take `by` out: where no rule permits, none is the one; or name one that forbids",
        )
    } else {
        (
            "this rule cannot give the answer that is expected",
            "name the rule that permits it",
        )
    };
    let mut finding = Finding::new(&E0416, by.span, message)
        .label("cannot be the reason")
        .related(expected.span, "expected here");
    if let Some(first) = found.first() {
        finding = finding.related(first.place, "the rule");
    }
    findings.push(finding.help(help));
}

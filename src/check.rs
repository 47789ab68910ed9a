//! Everything that can be wrong with a catalog that could be read.
//!
//! In: the snapshot, its catalog and graph. Out: findings. A new check is one function, one
//! line in [`CHECKS`], one code, one page and one fixture.

use std::collections::BTreeSet;
use std::collections::HashSet;

use crate::finding::Code;
use crate::finding::Finding;
use crate::finding::Severity;
use crate::finding::codes::{E0101, E0104, E0105, E0107, E0202, E0203, E0236, E0241};
use crate::graph::Graph;
use crate::model::Catalog;
use crate::model::DocumentKind;
use crate::policy::Listed;
use crate::source::Snapshot;
use crate::text::{FileId, Span};
use serde_json::Value as Json;

mod action;
mod aggregation;
mod alias;
mod baseline;
mod blueprint;
mod call;
mod certain;
mod claim;
mod conflict;
mod connector;
mod consequence;
mod cycle;
mod derived;
mod derived_value;
mod file;
mod freeze;
mod guarded;
mod identifier;
mod keys;
mod membership;
mod moved;
mod orphan;
mod owner;
mod person;
mod place;
mod property;
mod relation;
mod request;
mod requirement;
mod schema;
mod scorecard;
mod secret;
mod shape;
mod trap;
pub mod trial;
mod trigger;
mod unread;
mod unused;
mod zeros;

pub use baseline::{Excused, excuse};
pub use certain::certain;
pub(crate) use schema::FORMATS;
#[cfg(test)]
pub(crate) use schema::KEYWORDS;
pub use schema::{Kind, Schema};
pub(crate) use schema::{Within, within};
pub use secret::Told;
pub use shape::entity as entity_shape;
pub use trap::explain as explain_traps;

/// What the checks look at.
pub struct Subject<'c> {
    /// The files.
    pub snapshot: &'c Snapshot,
    /// What they say.
    pub catalog: &'c Catalog,
    /// How entities are related.
    pub graph: &'c Graph,
    /// The compiled schemas of the blueprints, by their numbers.
    pub kinds: &'c [Kind],
    /// What stands before every path of the settings, with a slash at its end, or nothing.
    pub prefix: &'c str,
    /// The rules, as tests name them.
    pub rules: &'c [Listed],
}

impl Subject<'_> {
    /// Whether a document of `kind` may be missing only because its file could not be read.
    fn is_half_read(&self, kind: DocumentKind) -> bool {
        self.catalog.is_half_read(kind)
    }
}

/// A check: looks at the subject and says what is wrong.
pub type Check = fn(&Subject<'_>, &mut Vec<Finding>);

/// All checks.
pub static CHECKS: &[Check] = &[
    file::unreadable,
    unread::unchecked,
    blueprint::targets,
    blueprint::paths,
    blueprint::relations,
    derived::definitions,
    aggregation::queries,
    derived_value::values,
    person::known,
    property::properties,
    property::unique,
    relation::names,
    relation::shapes,
    relation::doubled,
    relation::required,
    cycle::cycles,
    membership::definitions,
    membership::terms,
    moved::inert,
    moved::twice,
    action::triggers,
    action::names,
    action::inputs,
    action::expressions,
    call::calls,
    request::requests,
    scorecard::scorecards,
    identifier::identifiers,
    orphan::orphans,
    requirement::circles,
    unused::blueprints,
    unused::connectors,
    trigger::triggers,
    conflict::conflicts,
    conflict::circles,
    connector::connectors,
    secret::declared,
    secret::forms,
    secret::keys,
    trial::trials,
    zeros::zeros,
    guarded::names,
    freeze::idle,
    owner::nobody,
];

/// Compiles the schemas of the blueprints; what is wrong with them is a finding, and the
/// blueprint then silences what depends on it.
pub fn kinds(catalog: &Catalog) -> (Vec<Kind>, Vec<Finding>) {
    let mut findings = Vec::new();
    let kinds = catalog
        .blueprints
        .iter()
        .map(|blueprint| {
            let kind = schema::compile(blueprint, &mut findings);
            crate::finding::bound(&mut findings);
            kind
        })
        .collect();
    (kinds, findings)
}

/// Runs all checks.
pub fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for check in CHECKS {
        check(subject, &mut findings);
        crate::finding::bound(&mut findings);
    }
    findings
}

/// Takes secrets that were found, and what definitions tell of others, out of the words of all
/// findings.
pub fn mask(catalog: &Catalog, snapshot: &Snapshot, told: &Told, findings: &mut [Finding]) {
    secret::mask(snapshot, findings);
    told.mask(findings);
    secret::mask_unread(catalog, findings);
}

/// Whether a value is an envelope that only the holders of a key can open.
pub fn is_sealed(value: &Json) -> bool {
    value.as_str().is_some_and(request::is_age_envelope)
}

/// The secrets that a finding marks which hides them: of very many it covers several at once.
pub fn secrets_within(snapshot: &Snapshot, place: Span) -> Vec<Span> {
    secret::within(snapshot, place)
}

/// All findings, by what is done with them.
#[derive(Debug, Default)]
pub struct Settled {
    /// Those that are shown, sorted.
    pub findings: Vec<Finding>,
    /// Those that the baseline lets pass.
    pub excused: Vec<Excused>,
    /// Those that the settings switch off.
    pub off: Vec<Finding>,
}

/// Sorts, takes out what the baseline lets pass, and applies the severities of the settings.
pub fn settle(
    catalog: &Catalog,
    snapshot: &Snapshot,
    prefix: &str,
    mut findings: Vec<Finding>,
) -> Settled {
    drop_echoes(&mut findings);
    crate::finding::sort(&mut findings);
    let mut excused = Vec::new();
    if let Some(baseline) = &catalog.baseline {
        let (passed, unused) = baseline::excuse(baseline, snapshot, prefix, &mut findings);
        let unused = baseline::unused(&unused, &findings);
        findings.extend(unused);
        excused = passed;
    }
    let mut off = Vec::new();
    let is_on = |finding: &mut Finding| match catalog.settings.severity.get(finding.code.id) {
        None => true,
        Some(severity) => {
            finding.severity = severity.value.unwrap_or(finding.severity);
            severity.value.is_some()
        }
    };
    let passed = |excused: &mut Excused| is_on(&mut excused.finding);
    off.extend(excused.extract_if(.., |e| !passed(e)).map(|e| e.finding));
    off.extend(findings.extract_if(.., |finding| !is_on(finding)));
    crate::finding::sort(&mut findings);
    consequence::drop_all(catalog, snapshot, &mut findings);
    crate::finding::sort(&mut findings);
    crate::finding::sort(&mut off);
    alias::name(&catalog.aliases, &mut findings);
    crate::finding::say_untold(&mut findings);
    crate::finding::say_untold(&mut off);
    crate::finding::say_untold(excused.iter_mut().map(|excused| &mut excused.finding));
    // Last: what came before compares words, and a secret is masked only as a whole.
    let passed = excused.iter_mut().map(|excused| &mut excused.finding);
    for finding in findings.iter_mut().chain(&mut off).chain(passed) {
        finding.shorten();
    }
    Settled {
        findings,
        excused,
        off,
    }
}

/// A value that YAML does not give a meaning is told once, not again for what it fails to be;
/// and no finding is without a way on.
fn drop_echoes(findings: &mut Vec<Finding>) {
    let refused: HashSet<Span> = findings
        .iter()
        .filter(|finding| *finding.code == E0104 && finding.severity == Severity::Error)
        .map(|finding| finding.span)
        .collect();
    let unread: HashSet<(FileId, u32)> = findings
        .iter()
        .filter(|finding| *finding.code == E0101)
        .map(|finding| (finding.span.file, finding.span.start))
        .collect();
    findings.retain(|finding| {
        let span = finding.span;
        !finding.code.id.starts_with("E02")
            || !(refused.contains(&span) || unread.contains(&(span.file, span.start)))
    });
    drop_twins(findings);
    drop_seen_characters(findings);
    for finding in findings {
        let page = format!("`catalogc explain {}` shows one repaired", finding.code.id);
        finding.help.get_or_insert(page);
    }
}

/// One fault is one finding: what is said of content that was not taken in, of an owner that both
/// a language and a blueprint ask for, of a number that is a name and a property.
fn drop_twins(findings: &mut Vec<Finding>) {
    let spans = |code: &'static Code| -> HashSet<Span> {
        let of_it = findings.iter().filter(|finding| *finding.code == *code);
        of_it.map(|finding| finding.span).collect()
    };
    let (absent, unnamed) = (spans(&E0236), spans(&E0241));
    let needed: HashSet<(Span, String)> = findings
        .iter()
        .filter(|finding| *finding.code == E0202)
        .filter_map(|finding| Some((finding.span, finding.missing.as_ref()?.name.clone())))
        .collect();
    findings.retain(|finding| {
        let span = finding.span;
        match finding.code.id {
            "E0203" | "E0204" | "E0207" => {
                let is_named = *finding.code == E0203 && unnamed.contains(&span);
                !absent.contains(&span) && !is_named
            }
            "E0205" | "E0305" => {
                let name = finding.missing.as_ref().map(|missing| missing.name.clone());
                !name.is_some_and(|name| needed.contains(&(span, name)))
            }
            _ => true,
        }
    });
}

/// Characters that are an error of a name are not a warning too.
fn drop_seen_characters(findings: &mut Vec<Finding>) {
    let names: BTreeSet<Span> = findings
        .iter()
        .filter(|finding| *finding.code == E0105)
        .map(|finding| finding.span)
        .collect();
    findings.retain(|finding| {
        let here = finding.span;
        // Names do not overlap: the last that begins before the place has it, or none does.
        let last = Span::new(here.file, here.start, u32::MAX);
        let name = names.range(..=last).next_back();
        let is_in = name.is_some_and(|name| name.file == here.file && here.end <= name.end);
        *finding.code != E0107 || !is_in
    });
}

/// Whether any finding is an error.
pub fn has_errors(findings: &[Finding]) -> bool {
    findings
        .iter()
        .any(|finding| finding.severity == Severity::Error)
}

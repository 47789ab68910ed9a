//! Findings for people.
//!
//! In: findings in their order and the snapshot that they are about. Out: each with its
//! source, then how many there are and what can be done now.

use std::collections::BTreeSet;

use crate::finding::{Finding, Severity};
use crate::source::Snapshot;

use super::alike;
use super::alike::Room;
use super::paint::Color;
use super::place::Places;
use super::report;
use super::unshown::Unshown;
use super::words::{count, list, number, push_line, safe, size};

/// How large the catalog is in which the findings were found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// Files that were read.
    pub files: u64,
    /// Entities.
    pub entities: u64,
    /// Blueprints.
    pub blueprints: u64,
    /// Relations between entities.
    pub relations: u64,
    /// Actions.
    pub actions: u64,
    /// Policies.
    pub policies: u64,
    /// What was found beside and is not shown.
    pub unshown: Unshown,
}

/// The findings and what they come to; without any, what was looked at.
pub fn findings(
    snapshot: &Snapshot,
    findings: &[Finding],
    color: Color,
    summary: &Summary,
) -> String {
    let Some(first) = findings.first() else {
        let mut out = color.first_line("ok", &format!(": {}\n", clean(summary)));
        push_unshown(&mut out, summary);
        return out;
    };
    let secrets = &summary.unshown.secrets;
    let places = Places::new(snapshot, findings).covering(secrets);
    let mut out = String::new();
    let mut is_list = false;
    for (finding, room) in findings.iter().zip(alike::rooms(findings)) {
        if room == Room::Drawn {
            let gap = if is_list { "\n" } else { "" };
            out.push_str(gap);
            out.push_str(&report::draw(finding, &places, color));
            out.push('\n');
            is_list = false;
        } else if room != Room::Counted {
            push_line(&mut out, &line(finding, &places));
            is_list = true;
        }
        if let Room::Last(more) = room {
            let more = count(more, "more", "more");
            let code = finding.code.id;
            push_line(
                &mut out,
                &format!("and {more} {code} like these: `--format json` has all of them"),
            );
        }
    }
    if is_list {
        out.push('\n');
    }
    push_line(&mut out, &found(findings, summary));
    push_unshown(&mut out, summary);
    push_line(&mut out, &next(findings, first));
    out
}

/// A finding on one line, which no name begins: a runner may take it for a command.
fn line(finding: &Finding, places: &Places<'_>) -> String {
    let place = places.words(finding.span);
    let (word, code) = (finding.severity.word(), finding.code.id);
    format!("{word}[{code}]: {} ({place})", safe(&finding.message))
}

/// What can be done now.
fn next(findings: &[Finding], first: &Finding) -> String {
    let or_another = if findings.iter().all(|f| f.code == first.code) {
        ""
    } else {
        ", or any other code,"
    };
    format!(
        "next: `catalogc explain {}`{or_another} gives the reason and a repaired example",
        first.code.id
    )
}

fn push_unshown(out: &mut String, summary: &Summary) {
    for line in summary.unshown.lines() {
        push_line(out, &line);
    }
}

/// What was looked at, where nothing was found.
pub(super) fn clean(summary: &Summary) -> String {
    format!(
        "{} of {}, {} and {} in {}, nothing {}found",
        count(size(summary.entities), "entity", "entities"),
        count(size(summary.blueprints), "blueprint", "blueprints"),
        count(size(summary.actions), "action", "actions"),
        count(size(summary.policies), "policy", "policies"),
        count(size(summary.files), "file", "files"),
        if summary.unshown.is_only_new() {
            "new "
        } else {
            ""
        },
    )
}

/// How many errors and warnings, in how many files.
pub(super) fn found(findings: &[Finding], summary: &Summary) -> String {
    let of = |severity| -> usize {
        let those = findings.iter().filter(|f| f.severity == severity);
        those.map(|finding| 1 + finding.untold).sum()
    };
    let (errors, warnings) = (of(Severity::Error), of(Severity::Warning));
    let mut kinds = Vec::new();
    if errors > 0 {
        kinds.push(count(errors, "error", "errors"));
    }
    if warnings > 0 {
        kinds.push(count(warnings, "warning", "warnings"));
    }
    if summary.unshown.is_only_new() {
        kinds = kinds
            .iter()
            .map(|kind| kind.replacen(' ', " new ", 1))
            .collect();
    }
    let files: BTreeSet<_> = findings.iter().map(|f| f.span.file).collect();
    let found = format!(
        "found {} in {} of {}",
        list(&kinds, "and"),
        number(files.len()),
        count(size(summary.files), "file", "files"),
    );
    match findings.iter().filter(|f| f.fix.is_some()).count() {
        0 => found,
        n => format!(
            "{found}, {} can be fixed by `catalogc check --fix`",
            number(n)
        ),
    }
}

//! Findings as a code quality report of GitLab.
//!
//! In: what a check found. Out: a JSON list with one element a finding; what passes by the
//! baseline is not in it. Fingerprints stay when lines move, and no two are alike.

use serde::Serialize;

use crate::finding::{Finding, Severity};

use super::checked::Checked;
use super::json;
use super::place::Places;
use super::words::safe;

#[derive(Serialize)]
struct Issue {
    description: String,
    check_name: String,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    positions: Positions,
}

#[derive(Serialize)]
struct Positions {
    begin: Point,
    end: Point,
}

#[derive(Serialize)]
struct Point {
    line: u32,
    column: u32,
}

/// The report.
pub fn findings_gitlab(checked: &Checked<'_>) -> String {
    let places = checked.places();
    let (prints, _) = checked.fingerprints();
    let issues: Vec<Issue> = checked
        .findings
        .iter()
        .zip(prints)
        .map(|(finding, print)| issue(finding, print, checked, &places))
        .collect();
    json::document(&issues)
}

fn issue(
    finding: &Finding,
    fingerprint: String,
    checked: &Checked<'_>,
    places: &Places<'_>,
) -> Issue {
    let (start, end) = places.range(finding.span);
    let help = finding.help.as_deref().map(safe);
    let help = help.map(|help| format!("; help: {help}"));
    Issue {
        description: format!(
            "{}: {}{}",
            finding.code.id,
            safe(&finding.message),
            help.unwrap_or_default()
        ),
        check_name: finding.code.name.to_owned(),
        fingerprint,
        severity: match finding.severity {
            Severity::Error => "major",
            Severity::Warning => "minor",
        },
        location: Location {
            path: safe(&checked.path(finding.span)).into_owned(),
            positions: Positions {
                begin: Point {
                    line: start.line,
                    column: start.column,
                },
                end: Point {
                    line: end.line,
                    column: end.column,
                },
            },
        },
    }
}

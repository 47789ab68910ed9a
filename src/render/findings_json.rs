//! Findings for programs: version 1 of a format that only grows.
//!
//! Lines and columns count from 1, columns count Unicode scalar values, an end is one past the
//! last character.

use serde::Serialize;

use crate::finding::{Finding, Severity};
use crate::source::Snapshot;
use crate::text::Span;

use super::findings::Summary;
use super::json;
use super::place::Places;

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    findings: Vec<Entry<'a>>,
    summary: Totals,
}

#[derive(Serialize)]
struct Entry<'a> {
    code: &'a str,
    name: &'a str,
    severity: &'a str,
    message: &'a str,
    #[serde(flatten)]
    place: Place<'a>,
    help: Option<&'a str>,
    related: Vec<Other<'a>>,
}

#[derive(Serialize)]
struct Other<'a> {
    message: &'a str,
    #[serde(flatten)]
    place: Place<'a>,
}

#[derive(Serialize)]
struct Place<'a> {
    file: &'a str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
}

#[derive(Serialize)]
struct Totals {
    files: u64,
    entities: u64,
    blueprints: u64,
    relations: u64,
    errors: usize,
    warnings: usize,
    baselined: u64,
    off: u64,
    older: u64,
}

/// The findings as JSON of two blanks a level, with a line end.
pub fn findings_json(snapshot: &Snapshot, findings: &[Finding], summary: &Summary) -> String {
    let places = Places::new(snapshot, findings);
    let of = |severity| findings.iter().filter(|f| f.severity == severity).count();
    let document = Document {
        version: 1,
        findings: findings
            .iter()
            .map(|finding| entry(finding, &places))
            .collect(),
        summary: Totals {
            files: summary.files,
            entities: summary.entities,
            blueprints: summary.blueprints,
            relations: summary.relations,
            errors: of(Severity::Error),
            warnings: of(Severity::Warning),
            baselined: summary.unshown.baselined,
            off: summary.unshown.off,
            older: summary.unshown.older,
        },
    };
    json::document(&document)
}

fn entry<'a>(finding: &'a Finding, places: &Places<'a>) -> Entry<'a> {
    let see = finding.see.map(|span| Other {
        message: &finding.label,
        place: place(span, places),
    });
    let related = finding.related.iter().map(|related| Other {
        message: &related.label,
        place: place(related.span, places),
    });
    Entry {
        code: finding.code.id,
        name: finding.code.name,
        severity: finding.severity.word(),
        message: &finding.message,
        place: place(finding.span, places),
        help: finding.help.as_deref(),
        related: see.into_iter().chain(related).collect(),
    }
}

fn place<'a>(span: Span, places: &Places<'a>) -> Place<'a> {
    let (start, end) = places.range(span);
    Place {
        file: places.path(span),
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
    }
}

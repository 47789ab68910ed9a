//! Findings for programs: version 1 of a format that only grows.
//!
//! Lines and columns count from 1, columns count Unicode scalar values, an end is one past the
//! last character.

use schemars::JsonSchema;
use serde::Serialize;

use crate::finding::{Finding, Severity};
use crate::source::Snapshot;
use crate::text::Span;

use super::findings::Summary;
use super::json;
use super::place::Places;

/// What `catalogc check --format json` prints.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Document<'a> {
    /// The version of this format.
    #[schemars(range(min = 1, max = 1))]
    version: u32,
    /// By file, line, column and code.
    findings: Vec<Entry<'a>>,
    /// What was looked at.
    summary: Totals,
}

/// Something wrong in the catalog.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Entry<'a> {
    /// Stable for ever.
    #[schemars(regex(pattern = "^E[0-9]{4}$"))]
    code: &'a str,
    /// What a severity setting calls it.
    #[schemars(regex(pattern = "^[a-z0-9]+(-[a-z0-9]+)*$"))]
    name: &'a str,
    /// How bad it is here.
    #[schemars(extend("enum" = ["error", "warning"]))]
    severity: &'a str,
    /// In one line.
    message: &'a str,
    #[serde(flatten)]
    place: Place<'a>,
    /// An instruction that can be followed now.
    help: Option<&'a str>,
    /// Other places that are part of it.
    related: Vec<Other<'a>>,
    /// The change that `check --fix` writes, where it is certain.
    fix: Option<Fix<'a>>,
}

/// A change of one file.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Fix<'a> {
    /// Characters that are replaced, none of them twice.
    #[schemars(length(min = 1))]
    edits: Vec<Edit<'a>>,
}

/// Characters that are replaced.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Edit<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    /// What stands there then.
    text: String,
}

/// Another place that is part of a finding.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Other<'a> {
    /// What it is in the story.
    message: &'a str,
    #[serde(flatten)]
    place: Place<'a>,
}

/// Where characters stand.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Place<'a> {
    /// The path in the repository.
    file: &'a str,
    /// From 1.
    #[schemars(range(min = 1))]
    line: u32,
    /// From 1, in Unicode scalar values.
    #[schemars(range(min = 1))]
    column: u32,
    /// Of one past the last character.
    #[schemars(range(min = 1))]
    end_line: u32,
    /// One past the last character.
    #[schemars(range(min = 1))]
    end_column: u32,
}

/// What was looked at.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Totals {
    /// Files of the catalog.
    files: u64,
    /// Entities.
    entities: u64,
    /// Blueprints.
    blueprints: u64,
    /// Relations from entity to entity.
    relations: u64,
    /// Findings that are errors.
    errors: usize,
    /// Findings that are warnings.
    warnings: usize,
    /// Findings that are not listed: the baseline lets them pass.
    baselined: u64,
    /// Findings that are not listed: the settings switch them off.
    off: u64,
    /// Findings that are not listed: they were there at the revision of `--since`.
    older: u64,
}

/// The JSON Schema, draft 2020-12, of what [`findings_json`] gives.
pub fn findings_schema() -> serde_json::Value {
    crate::schema::written::<Document<'_>>("findings, version 1")
}

/// The findings as JSON of two blanks a level, with a line end.
pub fn findings_json(snapshot: &Snapshot, findings: &[Finding], summary: &Summary) -> String {
    let places = Places::new(snapshot, findings);
    let of = |severity| findings.iter().filter(|f| f.severity == severity).count();
    let document = Document {
        version: 1,
        findings: findings
            .iter()
            .map(|finding| entry(finding, snapshot, &places))
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

fn entry<'a>(finding: &'a Finding, snapshot: &Snapshot, places: &Places<'a>) -> Entry<'a> {
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
        fix: fix(finding, snapshot, places),
    }
}

/// The characters that `check --fix` writes.
fn fix<'a>(finding: &Finding, snapshot: &Snapshot, places: &Places<'a>) -> Option<Fix<'a>> {
    let fix = finding.fix.as_ref()?;
    let edits = fix.edits(snapshot.text(fix.span.file))?;
    let edits = edits.into_iter().map(|edit| Edit {
        place: place(edit.span, places),
        text: edit.text,
    });
    Some(Fix {
        edits: edits.collect(),
    })
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

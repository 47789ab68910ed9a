//! Findings as reports of miette, drawn by a handler of our own.
//!
//! The only file that names miette. A report has one source, so that labels in other files
//! become related reports, which are drawn below the first as parts of it.

use std::fmt;

use miette::Diagnostic;
use miette::LabeledSpan;
use miette::MietteError;
use miette::ReportHandler;
use miette::SourceCode;
use miette::SourceSpan;
use miette::SpanContents;

use crate::finding::fix::Change;
use crate::finding::{Finding, Fix, Related, Severity};
use crate::text::{FileId, Span};

use super::excerpt;
use super::excerpt::Mark;
use super::paint::Color;
use super::paint::Style;
use super::place::{Line, Places};
use super::words::{WIDTH, leading, push_line, safe, wrap};

/// Says of a source that it is the result of merging two texts.
const MERGED: &str = "text merge";

/// The drawing of one finding, with a line end.
pub(super) fn draw(finding: &Finding, places: &Places<'_>, color: Color) -> String {
    struct Drawing<'a>(Report<'a>, Handler);
    impl fmt::Display for Drawing<'_> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.1.debug(&self.0, f)
        }
    }
    Drawing(Report::of(finding, places), Handler { color }).to_string()
}

/// A finding, or what of it stands in another file.
#[derive(Debug)]
struct Report<'a> {
    message: &'a str,
    code: &'static str,
    severity: miette::Severity,
    help: Option<String>,
    source: Source<'a>,
    labels: Vec<LabeledSpan>,
    elsewhere: Vec<Self>,
}

impl<'a> Report<'a> {
    fn of(finding: &'a Finding, places: &'a Places<'a>) -> Self {
        let mut label = safe(&finding.label).into_owned();
        if let Some(place) = finding.see {
            let gap = if label.is_empty() { "" } else { " " };
            label = format!("{label}{gap}{}", places.words(place));
        }
        let mut report = Self {
            message: &finding.message,
            code: finding.code.id,
            severity: match finding.severity {
                Severity::Error => miette::Severity::Error,
                Severity::Warning => miette::Severity::Warning,
            },
            help: finding
                .help
                .as_deref()
                .map(|help| advice(help, finding.fix.as_ref())),
            source: Source {
                places,
                file: finding.span.file,
            },
            labels: vec![LabeledSpan::new_primary_with_span(
                Some(label),
                bytes(finding.span),
            )],
            elsewhere: Vec::new(),
        };
        for related in &finding.related {
            report.add(related, places);
        }
        report
    }

    fn add(&mut self, related: &'a Related, places: &'a Places<'a>) {
        let label = Some(safe(&related.label).into_owned());
        let label = LabeledSpan::new_with_span(label, bytes(related.span));
        let file = related.span.file;
        if file == self.source.file {
            self.labels.push(label);
        } else if let Some(other) = self.elsewhere.iter_mut().find(|r| r.source.file == file) {
            other.labels.push(label);
        } else {
            self.elsewhere.push(Self {
                message: &related.label,
                code: self.code,
                severity: miette::Severity::Advice,
                help: None,
                source: Source { places, file },
                labels: vec![label],
                elsewhere: Vec::new(),
            });
        }
    }
}

/// What to do, and that the program can do it.
fn advice(help: &str, fix: Option<&Fix>) -> String {
    let Some(fix) = fix else {
        return help.to_owned();
    };
    let does = match fix.change {
        Change::Name { .. } | Change::Bare { .. } => "writes it",
        Change::Deleted(value) if value == fix.span => "takes it out",
        Change::Deleted(_) => "deletes the line",
        _ => "does it",
    };
    let joint = if help.ends_with('?') { "" } else { ";" };
    format!("{help}{joint} `catalogc check --fix` {does}")
}

fn bytes(span: Span) -> (usize, usize) {
    (
        span.start as usize,
        span.end.saturating_sub(span.start) as usize,
    )
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message)
    }
}

impl std::error::Error for Report<'_> {}

impl Diagnostic for Report<'_> {
    fn code<'b>(&'b self) -> Option<Box<dyn fmt::Display + 'b>> {
        Some(Box::new(self.code))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(self.severity)
    }

    fn help<'b>(&'b self) -> Option<Box<dyn fmt::Display + 'b>> {
        self.help
            .as_ref()
            .map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }

    fn related<'b>(&'b self) -> Option<Box<dyn Iterator<Item = &'b dyn Diagnostic> + 'b>> {
        Some(Box::new(
            self.elsewhere
                .iter()
                .map(|report| report as &dyn Diagnostic),
        ))
    }
}

/// A file of the snapshot as miette reads it.
#[derive(Debug, Clone, Copy)]
struct Source<'a> {
    places: &'a Places<'a>,
    file: FileId,
}

impl SourceCode for Source<'_> {
    /// The line in which the span begins; no line of a file that has no text.
    fn read_span<'b>(
        &'b self,
        span: &SourceSpan,
        _lines_before: usize,
        _lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'b> + 'b>, MietteError> {
        let offset = u32::try_from(span.offset()).map_err(|_| MietteError::OutOfBounds)?;
        let start = self.places.position(self.file, offset);
        let line = self.places.line(self.file, span.offset());
        let at = Span::new(self.file, offset, offset);
        Ok(Box::new(Contents {
            name: self.places.path(at),
            merged: self.places.is_merged(at),
            span: line
                .map_or((0, 0), |line| (line.start, line.text.len()))
                .into(),
            line,
            row: start.line.saturating_sub(1) as usize,
            column: start.column.saturating_sub(1) as usize,
        }))
    }
}

/// One line of a file.
struct Contents<'a> {
    name: &'a str,
    merged: bool,
    line: Option<Line<'a>>,
    span: SourceSpan,
    row: usize,
    column: usize,
}

impl<'a> SpanContents<'a> for Contents<'a> {
    fn data(&self) -> &'a [u8] {
        self.line.map_or(&[], |line| line.text.as_bytes())
    }

    fn span(&self) -> &SourceSpan {
        &self.span
    }

    fn name(&self) -> Option<&str> {
        Some(self.name)
    }

    fn line(&self) -> usize {
        self.row
    }

    /// The column at which the span that was asked for begins, not that of the line.
    fn column(&self) -> usize {
        self.column
    }

    fn line_count(&self) -> usize {
        usize::from(self.line.is_some())
    }

    /// miette asks what the text is written in; ours says how the text came to be.
    fn language(&self) -> Option<&str> {
        self.merged.then_some(MERGED)
    }
}

/// Draws reports in the form of every finding.
struct Handler {
    color: Color,
}

impl ReportHandler for Handler {
    fn debug(&self, report: &dyn Diagnostic, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = String::new();
        self.header(&mut out, report);
        let styles: &'static [Style] = match report.severity() {
            Some(miette::Severity::Warning) => &[Style::Yellow],
            _ => &[Style::Red],
        };
        self.block(&mut out, report, styles);
        for other in report.related().into_iter().flatten() {
            self.block(&mut out, other, styles);
        }
        if let Some(help) = report.help() {
            let help = help.to_string();
            let lines = wrap(&safe(&help), WIDTH - 8, WIDTH - 8);
            out.push_str("  help: ");
            out.push_str(&lines.join("\n        "));
            out.push('\n');
        }
        f.write_str(&out)
    }
}

impl Handler {
    fn header(&self, out: &mut String, report: &dyn Diagnostic) {
        let word = match report.severity() {
            Some(miette::Severity::Warning) => "warning",
            _ => "error",
        };
        let code = report
            .code()
            .map(|code| code.to_string())
            .unwrap_or_default();
        let head = format!("[{code}]: ");
        let message = report.to_string();
        let lines = wrap(&safe(&message), WIDTH - word.len() - head.len(), WIDTH - 4);
        let rest = head + &lines.join("\n    ");
        out.push_str(&self.color.first_line(word, &rest));
        out.push('\n');
    }

    /// The place of the first label, and the lines of all labels in their order in the file.
    fn block(&self, out: &mut String, report: &dyn Diagnostic, styles: &'static [Style]) {
        let (Some(source), Some(labels)) = (report.source_code(), report.labels()) else {
            return;
        };
        let labels: Vec<LabeledSpan> = labels.collect();
        let read = |label: &LabeledSpan| source.read_span(label.inner(), 0, 0).ok();
        let Some(first) = labels.first().and_then(&read) else {
            return;
        };
        let (line, column) = (first.line() + 1, first.column() + 1);
        let place = format!(
            "{}:{line}:{column}",
            leading(first.name().unwrap_or_default())
        );
        let made = first
            .language()
            .map(|made| format!(" ({made})"))
            .unwrap_or_default();
        let place = self.color.paint(&[Style::Dim], &(place + &made));
        push_line(out, &format!("  {place}"));

        let mut marked: Vec<(LabeledSpan, Box<dyn SpanContents<'_> + '_>)> = Vec::new();
        for label in labels {
            match read(&label) {
                Some(line) if line.line_count() > 0 => marked.push((label, line)),
                _ => bare(out, &label),
            }
        }
        marked.sort_by_key(|(label, _)| (label.offset(), label.len()));
        for lines in marked.chunk_by(|a, b| a.1.line() == b.1.line()) {
            let marks: Vec<Mark> = lines
                .iter()
                .map(|(l, at)| mark(l, at.as_ref(), styles))
                .collect();
            let Some((_, line)) = lines.first() else {
                continue;
            };
            let text = str::from_utf8(line.data()).unwrap_or_default();
            let number = u32::try_from(line.line() + 1).unwrap_or(u32::MAX);
            excerpt::draw(out, number, text, &marks, self.color);
        }
    }
}

/// A label in a file that has no text.
fn bare(out: &mut String, label: &LabeledSpan) {
    if let Some(text) = label.label().filter(|text| !text.is_empty()) {
        excerpt::draw_label(out, text);
    }
}

/// What of a label stands in the line in which it begins.
fn mark(label: &LabeledSpan, line: &dyn SpanContents<'_>, styles: &'static [Style]) -> Mark {
    let start = label.offset().saturating_sub(line.span().offset());
    let (with, styles) = if label.primary() {
        ('^', styles)
    } else {
        ('-', [].as_slice())
    };
    Mark {
        start: start.min(line.span().len()),
        end: (start + label.len()).min(line.span().len()),
        with,
        styles,
        label: label.label().unwrap_or_default().to_owned(),
    }
}

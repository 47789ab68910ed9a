//! Findings for a workflow of GitHub Actions: annotations at the changed lines, and the summary
//! of the job.
//!
//! In: what a check found. Out: workflow commands, no more than GitHub shows of a step, the rest
//! as people read it, and Markdown with all findings. Knows no environment: who has the file for
//! the summary writes it.

use crate::finding::{Finding, Severity};

use super::checked::Checked;
use super::findings::{clean, found};
use super::markdown::fence;
use super::paint::Color;
use super::place::Places;
use super::report;
use super::words::{count, cut, is_or_are, list, number, push_line, safe};

/// Errors and, again, warnings that GitHub shows of a step; a job has room for 50.
const BUDGET: usize = 10;
/// Characters of an annotation.
const MESSAGE: usize = 4_000;
/// Other places that an annotation names.
const RELATED: usize = 10;
/// Bytes of a summary: GitHub takes 1 MiB of a step, and drops what is larger without a word.
const SUMMARY: usize = 1_000_000;

/// What a check says to a workflow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingsGithub {
    /// The annotations, and how many findings are left out of them.
    pub annotations: String,
    /// What was left out, for the log of a step that has no summary.
    pub rest: String,
    /// All findings, for `GITHUB_STEP_SUMMARY`.
    pub summary: String,
    /// What it comes to, for the end of the log.
    pub verdict: String,
}

/// The findings, each with whether it is within the budget of its kind.
fn is_within(findings: &[Finding]) -> impl Iterator<Item = (&Finding, bool)> {
    let (mut errors, mut warnings) = (0, 0);
    findings.iter().map(move |finding| {
        let seen = match finding.severity {
            Severity::Error => &mut errors,
            Severity::Warning => &mut warnings,
        };
        *seen += 1;
        (finding, *seen <= BUDGET)
    })
}

/// The annotations, the rest and the summary.
pub fn findings_github(checked: &Checked<'_>) -> FindingsGithub {
    let places = checked.places();
    let (mut annotations, mut rest) = (String::new(), String::new());
    for (finding, is_within) in is_within(checked.findings) {
        if is_within {
            annotations.push_str(&annotation(finding, checked, &places));
        } else {
            rest.push_str(&report::draw(finding, &places, Color::Off));
            rest.push('\n');
        }
    }
    let mut verdict = if checked.findings.is_empty() {
        format!("ok: {}\n", clean(checked.summary))
    } else {
        format!("{}\n", found(checked.findings, checked.summary))
    };
    for line in checked.summary.unshown.lines() {
        push_line(&mut verdict, &line);
    }
    FindingsGithub {
        annotations,
        rest,
        summary: summary(checked, &places, &verdict),
        verdict,
    }
}

impl FindingsGithub {
    /// The log of a step: what has no annotation is `elsewhere`, in words, or follows here.
    pub fn log(&self, checked: &Checked<'_>, elsewhere: Option<&str>) -> String {
        let mut log = self.annotations.clone();
        let over = |severity| checked.count(severity).saturating_sub(BUDGET);
        let (errors, warnings) = (over(Severity::Error), over(Severity::Warning));
        if errors + warnings > 0 {
            let mut kinds = Vec::new();
            if errors > 0 {
                kinds.push(count(errors, "more error", "more errors"));
            }
            if warnings > 0 {
                kinds.push(count(warnings, "more warning", "more warnings"));
            }
            let verb = is_or_are(errors + warnings);
            let place = elsewhere.unwrap_or("below");
            let kinds = list(&kinds, "and");
            push_line(
                &mut log,
                &format!("{kinds} {verb} {place}: GitHub shows {BUDGET} of each kind"),
            );
            if elsewhere.is_none() {
                log.push('\n');
                log.push_str(&self.rest);
            }
        }
        log.push_str(&self.verdict);
        log
    }
}

/// One workflow command. Columns are told of a single line only: GitHub ignores others.
fn annotation(finding: &Finding, checked: &Checked<'_>, places: &Places<'_>) -> String {
    let (start, end) = places.range(finding.span);
    let columns = if start.line == end.line {
        format!(",col={},endColumn={}", start.column, end.column)
    } else {
        String::new()
    };
    let mut words = vec![safe(&finding.message).into_owned()];
    let see = finding.see.map(|span| (span, &finding.label));
    let related = finding.related.iter();
    let related = related.map(|related| (related.span, &related.label));
    let related: Vec<String> = see
        .into_iter()
        .chain(related)
        .map(|(span, label)| {
            format!(
                "{} {}{}",
                safe(label),
                safe(checked.root),
                places.words(span)
            )
        })
        .collect();
    words.extend(related.iter().take(RELATED).cloned());
    if related.len() > RELATED {
        let more = related.len() - RELATED;
        words.push(count(more, "more place", "more places"));
    }
    if let Some(help) = &finding.help {
        words.push(format!("help: {}", safe(help)));
    }
    let words: Vec<String> = words
        .iter()
        .map(|line| data(&cut(line, MESSAGE / words.len())))
        .collect();
    format!(
        "::{} file={},line={},endLine={}{columns},title={}::{}\n",
        finding.severity.word(),
        property(&safe(&checked.path(finding.span))),
        start.line,
        end.line,
        property(&format!("{} {}", finding.code.id, finding.code.name)),
        words.join("%0A")
    )
}

/// Text as the data of a workflow command.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// Text as a property of a workflow command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// All findings as people read them, in one fence, as far as there is room.
fn summary(checked: &Checked<'_>, places: &Places<'_>, verdict: &str) -> String {
    let mut lines = verdict.lines();
    let title = lines.next().unwrap_or_default();
    let notes: Vec<&str> = lines.collect();
    let mut drawn = String::new();
    let mut listed = 0;
    for finding in checked.findings {
        let drawing = report::draw(finding, places, Color::Off);
        if drawn.len() + drawing.len() + 1 > SUMMARY {
            break;
        }
        drawn.push_str(&drawing);
        drawn.push('\n');
        listed += 1;
    }
    let mut out = format!("### catalogc check\n\n{}", fence("text", title));
    if !notes.is_empty() {
        out.push_str(&fence("text", &notes.join("\n")));
    }
    if listed < checked.findings.len() {
        let (listed, all) = (number(listed), number(checked.findings.len()));
        out.push_str(&format!(
            "\n{listed} of {all} findings are listed here, `catalogc check` prints all\n"
        ));
    }
    if !drawn.is_empty() {
        out.push('\n');
        out.push_str(&fence("text", drawn.trim_end_matches('\n')));
    }
    out
}

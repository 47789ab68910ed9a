//! Findings as a JUnit report, for GitLab, Jenkins and whatever else reads tests.
//!
//! In: what a check found. Out: XML with a suite a file and a test case a code in it, so that a
//! case keeps its name when lines move. Errors fail their case; warnings are its output; what
//! passes by the baseline is skipped, with the reason. No time is told: none is read.

use std::collections::BTreeMap;

use crate::finding::{Code, Finding, Severity};

use super::checked::Checked;
use super::findings::clean;
use super::paint::Color;
use super::place::Places;
use super::report;
use super::words::{count, safe};

/// The findings of one code in one file.
#[derive(Default)]
struct Case<'a> {
    open: Vec<&'a Finding>,
    /// The reasons of those that pass.
    passed: Vec<&'a str>,
}

impl Case<'_> {
    fn fails(&self) -> bool {
        self.open.iter().any(|f| f.severity == Severity::Error)
    }

    fn is_skipped(&self) -> bool {
        self.open.is_empty()
    }
}

/// The cases of each file.
type Suites<'a> = BTreeMap<String, BTreeMap<&'static str, (&'static Code, Case<'a>)>>;

/// The report.
pub fn findings_junit(checked: &Checked<'_>) -> String {
    let mut suites = Suites::new();
    for finding in checked.findings {
        case(&mut suites, finding, checked).open.push(finding);
    }
    for passed in checked.baselined {
        case(&mut suites, passed.finding, checked)
            .passed
            .push(passed.reason);
    }
    let places = checked.places();
    let mut body = String::new();
    let (mut tests, mut failures, mut skipped) = (0, 0, 0);
    for (path, cases) in &suites {
        let all = || cases.values().map(|(_, case)| case);
        let (failed, passed) = (
            all().filter(|case| case.fails()).count(),
            all().filter(|case| case.is_skipped()).count(),
        );
        body.push_str(&format!(
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{failed}\" errors=\"0\" skipped=\"{passed}\" time=\"0\">\n",
            attribute(path),
            cases.len()
        ));
        for (code, case) in cases.values() {
            body.push_str(&test_case(path, code, case, &places));
        }
        body.push_str("  </testsuite>\n");
        tests += cases.len();
        failures += failed;
        skipped += passed;
    }
    if suites.is_empty() {
        tests = 1;
        body = format!(
            "  <testsuite name=\"catalogc check\" tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"0\" time=\"0\">\n    \
             <testcase classname=\"catalogc check\" name=\"nothing found\" time=\"0\">\n      \
             <system-out>{}</system-out>\n    </testcase>\n  </testsuite>\n",
            escaped(&format!("ok: {}", clean(checked.summary)))
        );
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <testsuites name=\"catalogc check\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" skipped=\"{skipped}\" time=\"0\">\n\
         {body}</testsuites>\n"
    )
}

fn case<'s, 'a>(
    suites: &'s mut Suites<'a>,
    finding: &'a Finding,
    checked: &Checked<'_>,
) -> &'s mut Case<'a> {
    let cases = suites.entry(checked.path(finding.span)).or_default();
    let empty = || (finding.code, Case::default());
    &mut cases.entry(finding.code.id).or_insert_with(empty).1
}

fn test_case(path: &str, code: &Code, case: &Case<'_>, places: &Places<'_>) -> String {
    let mut out = format!(
        "    <testcase classname=\"{}\" name=\"{} {}\" time=\"0\">\n",
        attribute(path),
        code.id,
        code.name
    );
    if case.is_skipped() {
        let mut reasons = case.passed.clone();
        reasons.sort_unstable();
        reasons.dedup();
        let findings = count(case.passed.len(), "finding is", "findings are");
        let why = format!("{findings} in the baseline: {}", reasons.join("; "));
        out.push_str(&format!(
            "      <skipped message=\"{}\"/>\n",
            attribute(&why)
        ));
    }
    let drawn = |severity| -> String {
        let findings = case.open.iter().filter(|f| f.severity == severity);
        let drawings: Vec<String> = findings
            .map(|finding| report::draw(finding, places, Color::Off))
            .collect();
        drawings.join("\n")
    };
    let mut errors = case.open.iter().filter(|f| f.severity == Severity::Error);
    if let Some(first) = errors.next() {
        let more = errors.count();
        let more = if more == 0 {
            String::new()
        } else {
            format!(", and {more} more")
        };
        out.push_str(&format!(
            "      <failure type=\"{}\" message=\"{}{more}\">{}</failure>\n",
            code.name,
            attribute(&first.message),
            escaped(&drawn(Severity::Error))
        ));
    }
    let warnings = drawn(Severity::Warning);
    if !warnings.is_empty() {
        out.push_str(&format!(
            "      <system-out>{}</system-out>\n",
            escaped(&warnings)
        ));
    }
    out.push_str("    </testcase>\n");
    out
}

/// The user's text in an attribute.
pub(super) fn attribute(text: &str) -> String {
    escaped(&safe(text))
}

/// Text whose hidden characters are shown already, as XML. What no XML can hold is none of them
/// but for two characters that are no characters.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\u{fffe}' | '\u{ffff}' => out.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
            _ => out.push(c),
        }
    }
    out
}

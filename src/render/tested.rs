//! Rule tests as people read them: each that failed with its reasons, the rules that no test
//! decides, and the sum of both.
//!
//! In: a [`Report`]. Out: lines, or JSON of version 1. Nothing is decided here.

use super::paint::{Color, Style};
use super::words::{WIDTH, names};
use super::words::{columns, count, leading, left, number, push_line, safe, wrap};
use crate::trial::report::{Case, Reach, Report, RuleSeen, Told};

/// Reasons of one test that are told.
const REASONS: usize = 20;

/// The report as lines; `wanted` is the percent of rules that must be decided.
pub fn tested_text(report: &Report, wanted: Option<u8>, color: Color) -> String {
    let mut out = String::new();
    for case in report.cases.iter().filter(|case| !case.passed) {
        failed(case, color, &mut out);
        out.push('\n');
    }
    let is_whole = report.filter.is_none();
    if is_whole && report.decided() < report.rules.len() {
        undecided(report, color, &mut out);
        out.push('\n');
    }
    if report.errors > 0 {
        let errors = count(report.errors, "error", "errors");
        let line = format!(
            "the catalog has {errors}, `catalogc check` tells them: rules with errors deny"
        );
        push_line(&mut out, &format!("{} {line}", color.glyph('!')));
    }
    let is_short = is_whole && wanted.is_some_and(|wanted| report.percent() < usize::from(wanted));
    let is_failed = report.failed() > 0 || is_short;
    let word = if is_failed { "failed" } else { "ok" };
    push_line(
        &mut out,
        &color.first_line(word, &format!(": {}", sum(report))),
    );
    if let Some(wanted) = wanted.filter(|_| is_short) {
        let line = format!(
            "{} percent of the rules are decided, --min-coverage asks for {wanted}",
            report.percent()
        );
        push_line(&mut out, &format!("{} {line}", color.glyph('!')));
    }
    if let Some(next) = next(report) {
        push_line(&mut out, &format!("next: {next}"));
    }
    out
}

/// `12 tests, 1 failed; 9 of 11 rules decided at least once`.
fn sum(report: &Report) -> String {
    let tests = count(report.cases.len(), "test", "tests");
    let failed = number(report.failed());
    match &report.filter {
        Some(filter) => format!(
            "{tests} of {} with `{}` in the name, {failed} failed",
            number(report.all),
            safe(filter)
        ),
        None => format!(
            "{tests}, {failed} failed; {} of {} decided at least once",
            number(report.decided()),
            count(report.rules.len(), "rule", "rules")
        ),
    }
}

fn next(report: &Report) -> Option<String> {
    if report.failed() > 0 {
        let next = "repair the rule, or the test if the rule is meant; `catalogc test --filter NAME` runs one";
        return Some(next.to_owned());
    }
    if report.cases.is_empty() && report.filter.is_none() {
        return Some("write a first test, `catalogc test --help` shows one".to_owned());
    }
    let is_open = report.filter.is_none() && report.decided() < report.rules.len();
    is_open.then(|| "for each rule above write a test in which it decides".to_owned())
}

fn failed(case: &Case, color: Color, out: &mut String) {
    let place = color.paint(&[Style::Dim], &safe(&case.place));
    push_line(
        out,
        &format!("{} {}  {place}", color.glyph('!'), safe(&case.name)),
    );
    let mut lines: Vec<(&str, String)> = Vec::new();
    for fault in &case.faults {
        lines.push(match fault.strip_prefix("expected ") {
            Some(expected) => ("expected", expected.to_owned()),
            None => ("wrong", fault.clone()),
        });
    }
    let told = |told: &Told| {
        let place = told.place.as_ref();
        let place = place.map_or_else(String::new, |place| format!(" ({place})"));
        (told.word, format!("{}{place}", told.text))
    };
    lines.extend(case.reasons.iter().take(REASONS).map(told));
    if case.reasons.len() > REASONS {
        let more = number(case.reasons.len() - REASONS);
        lines.push(("", format!("and {more} more reasons, in `--format json`")));
    }
    if !case.could.is_empty() {
        lines.push(("could", names(&case.could, "and")));
    }
    let wide = lines.iter().map(|(word, _)| columns(word)).max();
    let wide = wide.unwrap_or(0);
    let room = WIDTH.saturating_sub(wide + 6);
    for (word, text) in lines {
        for (n, row) in wrap(&safe(&text), room, room).into_iter().enumerate() {
            let word = if n == 0 { word } else { "" };
            let label = color.word(word) + &" ".repeat(wide.saturating_sub(columns(word)));
            push_line(out, &format!("    {label}  {row}"));
        }
    }
}

/// The rules that no test that passes decides, with how far tests went.
fn undecided(report: &Report, color: Color, out: &mut String) {
    push_line(out, &color.paint(&[Style::Bold], "no passing test decides"));
    let rules: Vec<&RuleSeen> = report
        .rules
        .iter()
        .filter(|rule| rule.reach != Reach::Decided)
        .collect();
    let wide = |cell: fn(&RuleSeen) -> usize| rules.iter().map(|rule| cell(rule)).max();
    let places = wide(|rule| columns(&safe(&rule.place))).unwrap_or(0);
    let sorts = wide(|rule| columns(rule.sort)).unwrap_or(0);
    let reaches = wide(|rule| columns(reach(rule))).unwrap_or(0);
    for rule in rules {
        let title = rule.title.as_deref().unwrap_or_default();
        let line = format!(
            "{}  {}  {}  {}",
            leading(&left(&safe(&rule.place), places)),
            left(rule.sort, sorts),
            left(reach(rule), reaches),
            safe(title)
        );
        push_line(out, &format!("{} {line}", color.glyph('!')));
    }
}

const fn reach(rule: &RuleSeen) -> &'static str {
    match rule.reach {
        Reach::Never => "never asked",
        Reach::NotApplied => "asked, never applied",
        Reach::Decided => "decided",
    }
}

/// The report as JSON of two blanks a level, with a line end.
pub fn tested_json(report: &Report) -> String {
    super::json::document(report)
}

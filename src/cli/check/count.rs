//! What a check looked at, and what it does not show, in numbers.

use crate::compile::Compiled;
use crate::render::{Summary, Unshown};
use crate::text::{Span, position};

/// What was looked at, in numbers.
pub(in crate::cli) fn summary(compiled: &Compiled) -> Summary {
    let count = |n: usize| n as u64;
    Summary {
        files: count(compiled.snapshot.as_slice().len()),
        entities: count(compiled.catalog.entities.len()),
        blueprints: count(compiled.catalog.blueprints.len()),
        relations: count(compiled.graph.len()),
        actions: count(compiled.catalog.actions.len()),
        policies: count(compiled.catalog.policies.len()),
        unshown: unshown(compiled),
    }
}

/// What the baseline and the settings keep from being shown.
fn unshown(compiled: &Compiled) -> Unshown {
    let days = || {
        let excused = compiled.excused.iter();
        excused.filter_map(|excused| excused.entry.expires.as_ref())
    };
    let baseline = compiled.catalog.baseline.as_ref();
    let severity = &compiled.catalog.settings.severity;
    let mut switches: Vec<Span> = compiled
        .off
        .iter()
        .filter_map(|finding| Some(severity.get(finding.code.id)?.span))
        .collect();
    switches.sort_unstable();
    switches.dedup();
    Unshown {
        baselined: compiled.excused.len() as u64,
        baseline: baseline.map_or_else(String::new, |baseline| {
            compiled.snapshot.path(baseline.file).to_owned()
        }),
        expiring: days().count() as u64,
        first_day: days().min().map(ToString::to_string).unwrap_or_default(),
        off: compiled.off.len() as u64,
        off_by: switches.iter().map(|span| place(compiled, *span)).collect(),
        older: 0,
        since: String::new(),
        secrets: secrets(compiled),
    }
}

/// Where secrets stand: one whose finding passes or is switched off is a secret all the same.
fn secrets(compiled: &Compiled) -> Vec<Span> {
    let excused = compiled.excused.iter().map(|excused| &excused.finding);
    let all = compiled.findings.iter().chain(excused).chain(&compiled.off);
    let secrets = all.filter(|finding| finding.hides);
    secrets.map(|finding| finding.span).collect()
}

fn place(compiled: &Compiled, span: Span) -> String {
    let at = position(
        compiled.snapshot.readable(span.file).unwrap_or_default(),
        span.start,
    );
    let path = compiled.snapshot.path(span.file);
    format!("{path}:{}:{}", at.line, at.column)
}

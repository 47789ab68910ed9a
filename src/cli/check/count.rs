//! What a check looked at, and what it does not show, in numbers.

use rustc_hash::FxHashSet;

use crate::compile::Compiled;
use crate::derive::Secrecy;
use crate::render::{Summary, Unshown};
use crate::text::{FileId, Span, position};

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
        counted: 0,
        secrets: secrets(compiled),
    }
}

/// Where secrets stand: one whose finding passes or is switched off is a secret all the same.
fn secrets(compiled: &Compiled) -> Vec<Span> {
    let shown: FxHashSet<FileId> = compiled
        .findings
        .iter()
        .flat_map(|finding| {
            let related = finding.related.iter().map(|related| related.span);
            related.chain(finding.see).chain([finding.span])
        })
        .map(|span| span.file)
        .collect();
    secrets_of(compiled, &|file| shown.contains(&file))
}

/// The same of the files of which lines are shown.
pub(in crate::cli) fn secrets_of(
    compiled: &Compiled,
    is_shown: &dyn Fn(FileId) -> bool,
) -> Vec<Span> {
    let excused = compiled.excused.iter().map(|excused| &excused.finding);
    let all = compiled.findings.iter().chain(excused).chain(&compiled.off);
    let secrets = all.filter(|finding| finding.hides);
    let secrets = secrets.map(|finding| finding.span);
    let told = compiled.told.iter().copied();
    secrets
        .chain(marked(compiled, is_shown))
        .chain(told)
        .collect()
}

/// The values that are marked as secrets, in the files of which lines are shown.
fn marked(compiled: &Compiled, is_shown: &dyn Fn(FileId) -> bool) -> Vec<Span> {
    let catalog = &compiled.catalog;
    let secrecy = Secrecy::of(catalog);
    if secrecy.is_empty() {
        return Vec::new();
    }
    let mut marked = Vec::new();
    for entity in catalog.entities.iter().chain(&catalog.shadowed) {
        let Some(blueprint) = catalog.blueprint(entity.blueprint) else {
            continue;
        };
        let kind = blueprint.identifier.value.as_str();
        let values = entity.properties.iter();
        let values = values.filter(|entry| {
            is_shown(entry.node.span.file) && secrecy.marks(kind, &entry.key.value)
        });
        marked.extend(values.map(|entry| entry.node.span));
    }
    marked.extend(unread(compiled, &secrecy));
    marked
}

/// What stands behind the name of a secret where no property of an entity is read: in texts that
/// are no YAML, and under a name that is nearly one.
fn unread(compiled: &Compiled, secrecy: &Secrecy<'_>) -> Vec<Span> {
    let mut found = Vec::new();
    let mut files = FxHashSet::default();
    for finding in &compiled.findings {
        let Span { file, end, .. } = finding.span;
        let text = compiled.snapshot.readable(file).unwrap_or_default();
        if finding.code.id.starts_with("E01") && files.insert(file) {
            let mut start = 0;
            for line in text.split_inclusive('\n') {
                let behind = line.find(':').map(|at| start + at + 1);
                if let Some(behind) = behind.filter(|_| secrecy.is_named_in(line)) {
                    found.push(to_the_end(file, line.trim_end(), (start, behind)));
                }
                start += line.len();
            }
        }
        let is_near = |name: &String| secrecy.marks_anywhere(name);
        if finding.near.as_ref().is_some_and(is_near) {
            let end = end as usize;
            let rest = text.get(end..).and_then(|rest| rest.lines().next());
            found.push(to_the_end(file, rest.unwrap_or_default(), (end, end)));
        }
    }
    found
}

/// From a byte to the end of the line that begins at another.
fn to_the_end(file: FileId, line: &str, (start, from): (usize, usize)) -> Span {
    let bytes = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let end = (start + line.len()).max(from);
    Span::new(file, bytes(from), bytes(end))
}

fn place(compiled: &Compiled, span: Span) -> String {
    let at = position(
        compiled.snapshot.readable(span.file).unwrap_or_default(),
        span.start,
    );
    let path = compiled.snapshot.path(span.file);
    format!("{path}:{}:{}", at.line, at.column)
}

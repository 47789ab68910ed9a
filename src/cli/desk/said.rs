//! What is said of files that were written.

use crate::cli::desk::Desk;
use crate::compile::Compiled;
use crate::edit::Outcome;
use crate::edit::tried::Texts;
use crate::finding::{Finding, Severity};
use crate::source::difference::replaced;
use crate::text::{position, visible};

impl Desk<'_> {
    /// Says what was written, and what is wrong elsewhere.
    pub(super) fn tell(&self, texts: &Texts, outcome: &Outcome) {
        let mut lines: Vec<String> = Vec::new();
        for (path, after) in texts {
            match (self.text(path), after) {
                (Some(before), Some(after)) => {
                    let places = replaced(before, after);
                    let places = places.iter().map(|(_, now)| now.start + 1);
                    lines.extend(places.map(|line| format!("changed {path}:{line}")));
                }
                (None, _) => lines.push(format!("wrote {path}")),
                (_, None) => lines.push(format!("removed {path}")),
            }
        }
        let is_changed = lines.iter().any(|line| line.starts_with("changed"));
        let kept = match (is_changed, self.loses_comments(texts)) {
            (true, false) => ", comments kept",
            // What is taken out takes its own along.
            (true, true) => ", other comments kept",
            (false, _) => "",
        };
        let Some(last) = lines.pop() else { return };
        for line in lines {
            self.terminal.say(&line);
        }
        self.terminal
            .say(&format!("{last}{kept}, {}", found(outcome)));
    }

    /// Whether a file that is changed has fewer signs of comments afterwards.
    fn loses_comments(&self, texts: &Texts) -> bool {
        let signs = |text: &str| text.matches('#').count();
        texts.iter().any(|(path, after)| {
            let both = self.text(path).zip(after.as_deref());
            both.is_some_and(|(before, after)| signs(after) < signs(before))
        })
    }
}

/// What is found, in words.
fn found(outcome: &Outcome) -> String {
    let errors = |findings: &[Finding]| -> usize {
        let errors = findings.iter();
        errors.filter(|it| it.severity == Severity::Error).count()
    };
    let all = outcome.compiled.findings.len();
    let (new, errors) = (outcome.new.len(), errors(&outcome.compiled.findings));
    if all == 0 {
        return "nothing found".to_owned();
    }
    if new > 0 {
        return format!("{new} warning{} found", if new == 1 { "" } else { "s" });
    }
    let rest = match (errors, all - errors) {
        (0, n) => format!("{n} warning{}", if n == 1 { "" } else { "s" }),
        (n, _) => format!("{n} error{}", if n == 1 { "" } else { "s" }),
    };
    let first = first_of(&outcome.compiled);
    format!("nothing new found; {rest} elsewhere as before, the first {first}")
}

/// The first error, or the first finding: `E0301 at catalog/entities/x.yaml:3`.
pub(super) fn first_of(compiled: &Compiled) -> String {
    let mut findings = compiled.findings.iter();
    let is_error = |it: &&Finding| it.severity == Severity::Error;
    let first = findings.clone().find(is_error).or_else(|| findings.next());
    first.map_or_else(String::new, |it| {
        let text = compiled.snapshot.readable(it.span.file).unwrap_or_default();
        let line = position(text, it.span.start).line;
        let path = visible(compiled.snapshot.path(it.span.file));
        format!("{} at {path}:{line}", it.code.id)
    })
}

//! What a commit and a pull request say of a change, in the catalog's words.
//!
//! In: the plan of the change. Out: a title of one line and a body; for the pull request what merging
//! does. Secrets are masked in a plan,
//! and here again where they are known as texts.

use std::collections::BTreeSet;

use crate::plan::file::PlanFile;
use crate::render::markdown::fence;
use crate::text::visible;

/// The longest title, in characters: forges and `git log` cut longer ones.
const TITLE: usize = 72;
/// How many steps the body names.
const STEPS: usize = 50;
/// The most bytes of a plan in a pull request: the link that opens it has them too.
const BODY: usize = 2_000;
/// Stands in the place of a secret.
const MASK: &str = "***";

/// A title and what follows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) struct Message {
    pub(in crate::cli) title: String,
    pub(in crate::cli) body: String,
    /// The body of the pull request: what merging it would do, and who must agree.
    pub(in crate::cli) request: String,
}

impl Message {
    /// Of the plan of a change; without one of the files.
    pub(in crate::cli) fn of(
        plan: Option<&PlanFile>,
        paths: &[&str],
        reason: Option<&str>,
        secrets: &BTreeSet<String>,
    ) -> Self {
        let steps = plan.map(|plan| &plan.steps).into_iter().flatten();
        let mut lines: Vec<String> = steps
            .map(|step| {
                let name = format!("{} {}", step.action, step.entity);
                match step.summary().as_str() {
                    "" => name,
                    words => format!("{name}: {words}"),
                }
            })
            .collect();
        let covered = plan.map(|plan| &plan.coverage).into_iter().flatten();
        lines.extend(covered.map(|it| format!("{} {}", it.action, it.path)));
        if lines.is_empty() {
            lines.push(format!("change {}", paths.join(", ")));
        }
        let mut lines: Vec<String> = lines.iter().map(|line| plain(line, secrets)).collect();
        let first = lines.first().cloned().unwrap_or_default();
        let more = match lines.len() {
            0 | 1 => String::new(),
            n => format!(" and {} more", n - 1),
        };
        let title = format!("{}{more}", cut(&first, TITLE - more.chars().count()));
        let mut body = Vec::new();
        if let Some(reason) = reason {
            body.push(plain(reason, secrets));
        }
        if title != first {
            let left = lines.len().saturating_sub(STEPS);
            lines.truncate(STEPS);
            if left > 0 {
                lines.push(format!("and {left} more"));
            }
            let lines: Vec<String> = lines.iter().map(|line| format!("- {line}")).collect();
            body.push(lines.join("\n"));
        }
        let body = body.join("\n\n");
        let request = body.clone();
        Self {
            title,
            body,
            request,
        }
    }

    /// The same, whose pull request shows the plan of merging it, as text.
    pub(in crate::cli) fn showing(
        self,
        plan: &str,
        reason: Option<&str>,
        secrets: &BTreeSet<String>,
    ) -> Self {
        // What it is between is known to the forge, and nothing is to be done here next.
        let is_told = |line: &&str| !line.starts_with("plan ") && !line.starts_with("next: ");
        let mut lines: Vec<String> = plan
            .lines()
            .filter(is_told)
            .map(|line| hidden(line, secrets))
            .collect();
        let mut room = BODY;
        let fitting = lines.iter().take_while(|line| {
            let left = room.checked_sub(line.len() + 1);
            room = left.unwrap_or(0);
            left.is_some()
        });
        let fitting = fitting.count();
        let left = lines.len() - fitting;
        lines.truncate(fitting);
        if left > 0 {
            lines.push(format!("and {left} lines more: `catalogc plan` shows them"));
        }
        let reason = reason.map(|reason| format!("{}\n\n", plain(reason, secrets)));
        let plan = fence("text", &lines.join("\n"));
        Self {
            request: format!("{}{}", reason.unwrap_or_default(), plan.trim_end()),
            ..self
        }
    }

    /// As git takes it.
    pub(super) fn text(&self) -> String {
        format!("{}\n\n{}", self.title, self.body)
            .trim_end()
            .to_owned()
    }
}

/// One line without secrets and without signs that cannot be seen.
fn plain(text: &str, secrets: &BTreeSet<String>) -> String {
    hidden(
        &text.split_whitespace().collect::<Vec<_>>().join(" "),
        secrets,
    )
}

/// A line without secrets.
fn hidden(line: &str, secrets: &BTreeSet<String>) -> String {
    let mut text = line.to_owned();
    for secret in secrets {
        text = text.replace(secret.as_str(), MASK);
    }
    visible(&text).into_owned()
}

fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most.saturating_sub(3)).collect();
    format!("{}...", kept.trim_end())
}

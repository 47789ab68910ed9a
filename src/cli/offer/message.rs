//! What a commit and a pull request say of a change, in the catalog's words.
//!
//! In: the plan of the change. Out: a title of one line and a body. Secrets are masked in a plan,
//! and here again where they are known as texts.

use std::collections::BTreeSet;

use crate::plan::file::PlanFile;
use crate::text::visible;

/// The longest title, in characters: forges and `git log` cut longer ones.
const TITLE: usize = 72;
/// How many steps the body names.
const STEPS: usize = 50;
/// The shortest text that is masked where it stands.
const MASK: &str = "***";

/// A title and what follows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) struct Message {
    pub(in crate::cli) title: String,
    pub(in crate::cli) body: String,
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
        Self { title, body }
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
    let mut text = text.split_whitespace().collect::<Vec<_>>().join(" ");
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

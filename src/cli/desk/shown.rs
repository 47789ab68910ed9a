//! What a change would do, as it is shown: its plan, what is found, and the difference.

use crate::cli::check::summary;
use crate::cli::desk::Desk;
use crate::cli::desk::foretold::Told;
use crate::cli::fix::{below, covers, elsewhere};
use crate::edit::Outcome;
use crate::edit::tried::Texts;
use crate::plan::file::PlanFile;
use crate::render::{self, Color, Detail, View, patch, removal};
use crate::source::difference::Side;

impl Desk<'_> {
    /// What is found, and what merging would do.
    pub(super) fn seen(&self, outcome: &Outcome, told: &Told) -> String {
        let mut text = String::new();
        if !outcome.new.is_empty() {
            let summary = summary(&outcome.compiled);
            let snapshot = &outcome.compiled.snapshot;
            text = render::findings(snapshot, &outcome.new, self.terminal.color, &summary);
        }
        match &told.plan {
            Ok(plan) => {
                text.push_str(&self.short(plan));
                text.push_str(&self.note);
            }
            Err(why) => self
                .terminal
                .say(&format!("what merging would do is not told: {why}")),
        }
        text
    }

    /// What merging would do, in one line a step.
    pub(super) fn short(&self, plan: &PlanFile) -> String {
        let view = View {
            detail: Detail::Short,
            color: self.terminal.color,
            stale: None,
        };
        render::plan_text(plan, &view)
    }

    /// What would change, as a patch.
    pub(super) fn difference(&self, texts: &Texts, outcome: &Outcome) -> String {
        let secrets = self.secrets(outcome);
        let secrets: Vec<&str> = secrets.iter().map(String::as_str).collect();
        let (old, new) = (covers(&self.before), covers(&outcome.compiled));
        let now = &outcome.compiled.snapshot;
        let mut out = String::new();
        for (path, after) in texts {
            let name = format!("{}{path}", below(&self.ends.dir));
            let text = self.text(path).unwrap_or_default();
            let before = self.before.snapshot.find(path);
            let before = before.map_or(text.into(), |file| old.shown(file, text));
            out.push_str(&match (after, now.find(path)) {
                (Some(after), Some(file)) => {
                    let shown = new.shown(file, after);
                    let sides = (Side::new(text, &before), Side::new(after, &shown));
                    patch(&name, sides.0, sides.1, &secrets)
                }
                _ => removal(&name, &before, &secrets),
            });
        }
        if let Some(words) = elsewhere(&self.ends.dir) {
            self.terminal.say(&words);
        }
        out
    }
}

/// What a reviewer needs, without colour.
pub(super) fn plain(plan: &PlanFile) -> String {
    let view = View {
        detail: Detail::Normal,
        color: Color::Off,
        stale: None,
    };
    render::plan_text(plan, &view)
}

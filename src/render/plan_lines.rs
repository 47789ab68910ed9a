//! A plan in one line a step, as a short plan and a comment list it.
//!
//! In: a plan file. Out: glyphs and plain text without colour, safe to show.

use crate::plan::file::Covered;
use crate::plan::file::PlanFile;
use crate::plan::file::Step;

use super::plan_effects::Listed;
use super::plan_people::who_may;
use super::plan_steps::{BROKEN, Columns, VALUE, glyph, result, summary};
use super::plan_words::Group;
use super::words::{WIDTH, columns, count, leading, left, safe};

/// The columns of lines that are shown below each other.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Layout {
    /// Those before what a step does.
    pub(crate) all: Columns,
    /// What there may be of what a step does.
    pub(crate) room: usize,
    /// The widest of it.
    wide: usize,
}

impl Layout {
    /// The columns of this plan.
    pub(crate) fn of(plan: &PlanFile) -> Self {
        let all = Columns::of(plan);
        let widest = |texts: &mut dyn Iterator<Item = String>| {
            texts.map(|text| columns(&text)).max().unwrap_or(0)
        };
        let results = widest(&mut plan.steps.iter().map(|step| result(plan, step)));
        let taken = 2 + all.wide() + 2 + results.min(30);
        let room = WIDTH.saturating_sub(taken).max(VALUE);
        let mut texts = plan
            .steps
            .iter()
            .map(|step| summary(plan, step, room, VALUE));
        let wide = widest(&mut texts).min(room);
        Self { all, room, wide }
    }

    /// What is done and how it was decided, behind its columns.
    pub(crate) fn line(self, head: &str, what: &str, result: &str) -> String {
        format!("{head}{}  {result}", left(what, self.wide))
    }

    /// The line of a step.
    pub(crate) fn step(self, plan: &PlanFile, step: &Step) -> (char, String) {
        let what = summary(plan, step, self.room, VALUE);
        let line = self.line(&self.all.head(step), &what, &result(plan, step));
        (glyph(step), line)
    }
}

/// One line a step with its result, as in a comment: glyph and the rest.
pub(crate) fn short_lines(plan: &PlanFile) -> Vec<(char, String)> {
    Group::ALL
        .iter()
        .flat_map(|group| short_group(plan, *group))
        .collect()
}

/// The short lines of one group.
fn short_group(plan: &PlanFile, group: Group) -> Vec<(char, String)> {
    let layout = Layout::of(plan);
    let steps = group.steps(plan);
    let mut lines: Vec<(char, String)> = steps.map(|step| layout.step(plan, step)).collect();
    lines.extend(covered_lines(plan, group, Listed::Grouped));
    lines
}

/// What is no step: `define  catalog/blueprints/component.yaml  allowed`. Where many changes of
/// one kind are allowed they are counted, unless each is asked for; what says who may do what is
/// never only counted.
pub(crate) fn covered_lines(plan: &PlanFile, group: Group, listed: Listed) -> Vec<(char, String)> {
    const MOST: usize = 8;
    let covered: Vec<&Covered> = group.covered(plan).collect();
    let mut lines = Vec::new();
    for kind in covered.chunk_by(|a, b| a.action == b.action && a.decisions == b.decisions) {
        let Some(first) = kind.first() else { continue };
        let is_broken = first.breaks_glass();
        let result = if is_broken {
            BROKEN.to_owned()
        } else if plan.actors.is_empty() && group.is_settled() {
            format!("may  {}", who_may(&first.decisions))
        } else {
            first.outcome.words().to_owned()
        };
        let glyph = if group.is_settled() && !is_broken {
            ' '
        } else {
            '!'
        };
        let action = leading(&first.action);
        let mut told: Vec<&Covered> = kind.to_vec();
        if listed == Listed::Grouped && group.is_settled() && kind.len() > MOST {
            let quiet = kind.iter().filter(|one| !is_authority(one)).count();
            let files = count(quiet, "file", "files");
            if quiet > 0 {
                lines.push((glyph, format!("{action}  {files}  {result}")));
            }
            told.retain(|one| is_authority(one));
        }
        let widest = told
            .iter()
            .map(|one| columns(&safe(&one.path)))
            .max()
            .unwrap_or(0);
        for one in told {
            let path = left(&safe(&one.path), widest.min(60));
            // Of a file with several definitions it is told which of them change.
            let what = match one.digest {
                Some(_) => format!("{}  ", safe(&one.text)),
                None => String::new(),
            };
            lines.push((glyph, format!("{action}  {path}  {what}{result}")));
        }
    }
    lines
}

/// Whether a changed definition says who may do what.
fn is_authority(one: &Covered) -> bool {
    const KINDS: [&str; 3] = ["policy ", "action ", "settings "];
    one.action == "override" || KINDS.iter().any(|kind| one.text.starts_with(kind))
}

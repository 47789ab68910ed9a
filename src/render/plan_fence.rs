//! The lines of a comment that say what a merge does, in the fence that forges colour.
//!
//! In: a plan file and how much may be told. Out: the lines, and which steps they name. Denials
//! stand first, then what is deleted, and steps that are alike are one line.

use std::collections::{BTreeMap, BTreeSet};

use crate::plan::file::Effectuation;
use crate::plan::file::PlanFile;
use crate::plan::file::Step;

use super::markdown::{code, fence};
use super::plan_effects::Listed;
use super::plan_fold::{Fold, Limits, Told};
use super::plan_levels;
use super::plan_lines::{Layout, covered_lines};
use super::plan_steps::{glyph, more_of, result};
use super::plan_words::{Group, loud};
use super::words::{WIDTH, count, cut, push_line};

/// The lines of the fence.
#[derive(Default)]
pub(crate) struct Rows {
    lines: Vec<String>,
    /// The numbers of the steps that are named.
    named: BTreeSet<u32>,
    /// How many other lines there would be.
    pub(crate) left_out: usize,
}

impl Rows {
    /// What a merge does.
    pub(crate) fn of(plan: &PlanFile, told: &Told<'_>, limits: Limits) -> Self {
        let mut rows = Self::default();
        let loud = loud(plan);
        rows.push_some(loud.into_iter().map(|line| ('!', line)), limits);
        for group in Group::ALL {
            let folds = told.folds(group);
            for fold in folds.iter().take(limits.lines) {
                rows.fold(plan, fold, told.layout, limits);
            }
            let more: usize = folds
                .iter()
                .skip(limits.lines)
                .map(|fold| fold.steps.len())
                .sum();
            if more > 0 {
                let head = group.head(plan);
                let more = count(more, "more step", "more steps");
                rows.push('!', &format!("{head}: {more}"), limits);
            }
            let covered = covered_lines(plan, group, Listed::Grouped);
            rows.push_some(covered.into_iter(), limits);
        }
        rows.levels(plan, limits);
        rows
    }

    /// The fence, or nothing where there are no lines.
    pub(crate) fn fence(&self) -> String {
        if self.lines.is_empty() {
            return String::new();
        }
        fence("diff", &self.lines.join(""))
    }

    /// Whether some steps are told as one.
    pub(crate) fn is_folded(&self, plan: &PlanFile) -> bool {
        self.named.len() < plan.steps.len() || self.lines.len() < plan.steps.len()
    }

    /// How many steps are named neither here nor in the first `listed` of those that are listed.
    pub(crate) fn unnamed(&self, plan: &PlanFile, listed: usize) -> usize {
        let listed = in_order(plan).take(listed).map(|step| step.number);
        let mut named = self.named.clone();
        named.extend(listed);
        let numbers: BTreeSet<u32> = plan.steps.iter().map(|step| step.number).collect();
        numbers.difference(&named).count()
    }

    fn push(&mut self, glyph: char, line: &str, limits: Limits) {
        let mut text = String::new();
        let wide = limits.wide.saturating_mul(2);
        push_line(&mut text, &format!("{glyph} {}", cut(line, wide)));
        self.lines.push(text);
    }

    fn push_some(&mut self, lines: impl ExactSizeIterator<Item = (char, String)>, limits: Limits) {
        let all = lines.len();
        for (glyph, line) in lines.take(limits.lines) {
            self.push(glyph, &line, limits);
        }
        let more = all.saturating_sub(limits.lines);
        if more > 0 {
            self.left_out += more;
            let more = count(more, "more line", "more lines");
            self.push('!', &format!("{more} like this"), limits);
        }
    }

    /// Levels that fall are seen without opening anything; the first of them, all are below.
    fn levels(&mut self, plan: &PlanFile, limits: Limits) {
        const MOST: usize = 5;
        let all = plan_levels::worse_lines(plan);
        for (glyph, line) in all.iter().take(MOST.min(limits.lines)) {
            self.push(*glyph, line, limits);
        }
        let more = all.len().saturating_sub(MOST.min(limits.lines));
        if more > 0 {
            let more = count(more, "more level falls", "more levels fall or are lost");
            self.push('!', &more, limits);
        }
    }

    fn fold(&mut self, plan: &PlanFile, fold: &Fold<'_>, layout: Layout, limits: Limits) {
        if fold.is_one() {
            let (glyph, line) = layout.step(plan, fold.first);
            self.push(glyph, &line, limits);
            self.named.insert(fold.first.number);
            for line in more_of(plan, fold.first, layout.room, WIDTH - 6) {
                self.push(glyph, &format!("    {line}"), limits);
            }
            return;
        }
        let mark = glyph(fold.first);
        let head = fold.head(layout.all);
        let what = fold.what(plan, layout.room);
        let line = layout.line(&head, &what, &result(plan, fold.first));
        self.push(mark, &line, limits);
        // All that is deleted or granted is named, of the rest the first.
        let lines = if fold.is_told_whole() {
            limits.lines
        } else {
            1
        };
        let (lines, told) = fold.names(Limits { lines, ..limits }, WIDTH - 6);
        for line in lines {
            self.push(mark, &format!("    {line}"), limits);
        }
        let told = fold.steps.iter().take(told).map(|step| step.number);
        self.named.extend(told);
    }
}

/// The steps in the order in which they are listed.
fn in_order(plan: &PlanFile) -> impl Iterator<Item = &Step> {
    Group::ALL.into_iter().flat_map(|group| group.steps(plan))
}

/// A line for each of the first `listed` steps, where the fence tells some as one.
pub(crate) fn listed(plan: &PlanFile, told: &Told<'_>, listed: usize) -> (usize, String) {
    let mut text = String::new();
    let shown = plan.steps.len().min(listed);
    for step in in_order(plan).take(listed) {
        let (glyph, line) = told.layout.step(plan, step);
        push_line(&mut text, &format!("{glyph} {line}"));
    }
    (shown, fence("diff", &text))
}

/// What is deleted, by name, below the verdict: nobody has to look for it.
pub(crate) fn deleted(plan: &PlanFile, limits: Limits) -> Option<String> {
    const KINDS: usize = 6;
    const NAMES: usize = 10;
    let mut kinds: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for step in &plan.steps {
        if step.does == Effectuation::Delete {
            kinds
                .entry(&step.blueprint)
                .or_default()
                .insert(&step.entity);
        }
    }
    if kinds.is_empty() {
        return None;
    }
    let names = NAMES.min(limits.lines);
    let shown = kinds.iter().take(KINDS);
    let mut parts: Vec<String> = shown
        .map(|(kind, entities)| {
            let some = entities.iter().take(names);
            let mut some: Vec<String> = some.map(|name| code(&limits.text(name))).collect();
            if entities.len() > names {
                some.push(count(entities.len() - names, "other", "others"));
            }
            format!("{} {}", code(&limits.text(kind)), some.join(", "))
        })
        .collect();
    if kinds.len() > KINDS {
        let more: usize = kinds.values().skip(KINDS).map(BTreeSet::len).sum();
        parts.push(count(more, "other", "others"));
    }
    Some(format!("Deleted: {}", parts.join("; ")))
}

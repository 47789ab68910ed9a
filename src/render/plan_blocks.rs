//! The parts of a comment that a reader opens: what else changes, what would run, each step.
//!
//! In: a plan file. Out: `<details>` whose summaries are of our own words and whose contents
//! are tables of code spans and fences.

use std::collections::BTreeSet;

use crate::plan::file::Outcome;
use crate::plan::file::PlanFile;

use super::markdown::{cell, code, fence};
use super::paint::Color;
use super::plan_effects::Listed;
use super::plan_fold::Limits;
use super::plan_lines::covered_lines;
use super::plan_names::Known;
use super::plan_rights::Shown;
use super::plan_since;
use super::plan_steps::Columns;
use super::plan_text::{Detail, View, step_line};
use super::plan_words::Group;
use super::words::{count, leading, number, push_line, safe, size};
use super::{plan_calls, plan_definitions, plan_effects, plan_full, plan_levels, plan_rights};

/// `details` that can be opened, its summary of our own words only.
fn details(out: &mut String, summary: &str, content: &str) {
    push_line(
        out,
        &format!("<details><summary>{summary}</summary>\n\n{content}</details>"),
    );
}

/// The most rows of a table.
const ROWS: usize = 100;

/// Values of other entities that change.
pub(crate) fn effects(out: &mut String, plan: &PlanFile, limits: Limits) {
    let (counted, known) = (plan_levels::counted(plan), Known::of(plan));
    if plan.effects.is_empty() && counted.is_empty() && plan.unscored.is_empty() {
        return;
    }
    let mut table =
        "| | kind | entity | value | before | after | by |\n|---|---|---|---|--:|--:|---|\n"
            .to_owned();
    let rows = plan_effects::rows(plan, Listed::Grouped);
    let most = ROWS.min(limits.lines);
    for row in rows.iter().take(most) {
        let cells = [&row.kind, &row.entity, &row.path, &row.before, &row.after];
        let cells = cells.map(|text| cell(&limits.text(text)));
        let through = known.sentence_cell(&limits.text(&row.through));
        let by = match row.steps.as_str() {
            "" => through,
            steps => format!("{steps}, {through}"),
        };
        push_line(
            &mut table,
            &format!("| `~` | {} | {by} |", cells.join(" | ")),
        );
    }
    let levels = plan_levels::rows(plan, Listed::Grouped);
    for row in levels.iter().take(most) {
        let cells = row.cells.each_ref().map(|text| cell(&limits.text(text)));
        let because = known.sentence_cell(&limits.text(&plan_levels::because(row)));
        push_line(
            &mut table,
            &format!("| `{}` | {} | {because} |", row.glyph, cells.join(" | ")),
        );
    }
    let more = rows.len().saturating_sub(most) + levels.len().saturating_sub(most);
    if more > 0 {
        let more = count(more, "more row", "more rows");
        push_line(
            &mut table,
            &format!("\n{more} not listed here, all in plan.json and plan.html"),
        );
    }
    for one in plan.unscored.iter().take(most) {
        table.push('\n');
        push_line(&mut table, &known.sentence_cell(&limits.text(&one.text)));
    }
    for line in plan_effects::more(plan).iter().take(most) {
        table.push('\n');
        push_line(&mut table, &known.sentence_cell(&limits.text(line)));
    }
    let values = match plan.effects.len() {
        0 => String::new(),
        many => {
            let more: u64 = plan.more_effects.iter().map(|it| it.count).sum();
            count(many.saturating_add(size(more)), "value", "values")
        }
    };
    let mut counted = vec![values, counted];
    counted.retain(|words| !words.is_empty());
    if counted.is_empty() {
        counted.push("levels are not computed".to_owned());
    }
    details(
        out,
        &format!("also changes: {}", counted.join(", ")),
        &table,
    );
}

/// Deletions and creations that may be renames.
pub(crate) fn renames(out: &mut String, plan: &PlanFile, limits: Limits) {
    let lines = plan_definitions::renames(plan);
    // A few are told one by one before the steps.
    if lines.len() <= 5 {
        return;
    }
    let head = format!("likely renames, without movedFrom: {}", number(lines.len()));
    listing(out, &head, &lines, limits);
}

/// What changed definitions say otherwise, each path or the first of them.
pub(crate) fn definitions(out: &mut String, plan: &PlanFile, listed: Listed, limits: Limits) {
    let lines = plan_definitions::lines(plan, listed);
    if lines.is_empty() {
        return;
    }
    let limits = match listed {
        Listed::Each => limits,
        Listed::Grouped => Limits {
            lines: ROWS.min(limits.lines),
            ..limits
        },
    };
    listing(out, "what definitions say otherwise", &lines, limits);
}

/// Lines in a fence, as many as may be, and how many more there are.
fn listing(out: &mut String, head: &str, lines: &[String], limits: Limits) {
    let most = limits.lines;
    let shown = lines.iter().take(most).map(|line| limits.text(line));
    let mut shown: Vec<String> = shown.collect();
    if lines.len() > most {
        let more = count(lines.len() - most, "more line", "more lines");
        shown.push(format!("{more}, all in plan.json and plan.html"));
    }
    let text = fence("text", &(shown.join("\n") + "\n"));
    details(out, head, &text);
}

/// What changed since an earlier plan.
pub(crate) fn since(out: &mut String, plan: &PlanFile, limits: Limits) {
    const MOST: usize = 20;
    let Some(since) = &plan.since else {
        return;
    };
    let lines = plan_since::lines(plan, since);
    let most = MOST.min(limits.lines);
    let mut text = format!("{}\n", limits.text(&plan_since::head(since)));
    for (glyph, line) in lines.iter().take(most) {
        push_line(&mut text, &format!("{glyph} {}", limits.text(line)));
    }
    if lines.len() > most {
        let more = count(lines.len() - most, "more line", "more lines");
        push_line(
            &mut text,
            &format!("! {more}, all in plan.json and plan.html"),
        );
    }
    out.push_str(&fence("diff", &text));
}

/// A line for each step, where the lines above tell some as one.
pub(crate) fn every_step(out: &mut String, plan: &PlanFile, shown: usize, lines: &str) {
    let all = count(plan.steps.len(), "step", "steps");
    let summary = if shown < plan.steps.len() {
        format!("the first {} of {all}, a line each", number(shown))
    } else {
        format!("all {all}, a line each")
    };
    details(out, &summary, lines);
}

/// Who may do what after the merge and could not before, and the other way round.
pub(crate) fn rights(out: &mut String, plan: &PlanFile) {
    let (Some(head), Some(rights)) = (plan_rights::head(plan), &plan.rights) else {
        return;
    };
    let mut text = format!("{head}\n");
    for (glyph, line) in plan_rights::lines(plan, Shown::First) {
        push_line(&mut text, &format!("{glyph} {line}"));
    }
    let counted = plan_rights::counted(rights);
    details(
        out,
        &format!("who may do what: {counted}"),
        &fence("diff", &text),
    );
}

/// Entities that are taken over as they are.
pub(crate) fn adopted(out: &mut String, plan: &PlanFile) {
    let named = plan.adopted.entities.iter().take(ROWS * 2);
    let lines: Vec<String> = named
        .map(|it| format!("{} {}", leading(&it.blueprint), safe(&it.entity)))
        .collect();
    if lines.is_empty() {
        return;
    }
    let all = size(plan.adopted.count);
    let more = match all.saturating_sub(lines.len()) {
        0 => String::new(),
        more => format!(" (the first {}, {} more)", lines.len(), number(more)),
    };
    let entities = count(all, "entity", "entities");
    let text = fence("text", &(lines.join("\n") + "\n"));
    details(out, &format!("adopted: {entities}{more}"), &text);
}

/// Files that are in neither commit.
pub(crate) fn merged(out: &mut String, plan: &PlanFile) {
    if plan.merged.is_empty() {
        return;
    }
    let mut files = String::new();
    for file in &plan.merged {
        push_line(&mut files, &format!("- {}", code(file)));
    }
    let n = count(plan.merged.len(), "file", "files");
    details(
        out,
        &format!("merged as text, in neither commit: {n}"),
        &files,
    );
}

/// What would be done outside.
pub(crate) fn calls(out: &mut String, plan: &PlanFile) {
    let lines = plan_calls::table(plan);
    if lines.is_empty() {
        return;
    }
    let runs = || {
        plan.steps
            .iter()
            .filter(|s| s.outcome != Outcome::Denied && !s.calls.is_empty())
    };
    let stages: BTreeSet<u32> = runs().map(|step| step.stage).collect();
    let stages = count(stages.len(), "stage", "stages");
    let calls = count(lines.len(), "call", "calls");
    let text = fence("text", &lines.join("\n"));
    details(out, &format!("would run: {calls} in {stages}"), &text);
}

/// All that is known of each step.
pub(crate) fn each_step(out: &mut String, plan: &PlanFile) {
    if plan.steps.is_empty() && plan.coverage.is_empty() {
        return;
    }
    let view = View {
        detail: Detail::Full,
        color: Color::Off,
        stale: None,
    };
    let all = Columns::of(plan);
    let mut text = String::new();
    for group in Group::ALL {
        for step in group.steps(plan) {
            step_line(&mut text, (plan, all), step, &view);
            for line in plan_full::block(plan, step, Color::Off) {
                push_line(&mut text, &line);
            }
        }
        for (glyph, line) in covered_lines(plan, group, Listed::Grouped) {
            push_line(&mut text, &format!("{glyph} {line}"));
        }
    }
    let text = fence("text", &text);
    details(out, "each step: rule, facts, inputs, calls", &text);
}

//! A plan for people at a terminal.
//!
//! In: a plan file and how much of it is wanted. Out: the verdict, the steps in groups with
//! their reasons, what else changes, what would run and what can be done now.

use crate::plan::file::Covered;
use crate::plan::file::Decision;
use crate::plan::file::Outcome;
use crate::plan::file::PlanFile;
use crate::plan::file::Step;
use crate::plan::file::short;

use super::paint::{Color, Style};
use super::plan_effects::Listed;
use super::plan_fold::{Fold, Limits, folds, singles};
use super::plan_lines::{covered_lines, short_lines};
use super::plan_people::{given, missing, telling, uncounted, waived, who_may};
use super::plan_steps::summary;
use super::plan_steps::{Columns, VALUE, glass_text, glyph, is_grant};
use super::plan_words;
use super::plan_words::{Group, adopted, is_empty, line_of, loud, next, placed};
use super::plan_words::{plan_line, verdict};
use super::words::{WIDTH, columns, leading, push_line, safe, wrap};
use super::{plan_calls, plan_definitions, plan_full, plan_rights, plan_since};

/// How much of a plan is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// The verdict and one line a step.
    Short,
    /// What a reviewer needs.
    Normal,
    /// Every rule, fact, input and call.
    Full,
}

/// How a plan is shown.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// How much of it.
    pub detail: Detail,
    /// In colour or not.
    pub color: Color,
    /// Why it is not true any more: `step 3 relied on CartService, changed in main since`.
    pub stale: Option<&'a str>,
}

/// The plan, ending with what can be done now.
pub fn plan_text(plan: &PlanFile, view: &View<'_>) -> String {
    let color = view.color;
    let mut out = String::new();
    if let Some(stale) = view.stale {
        out.push_str(&color.first_line("stale", &format!(": {}\n", safe(stale))));
    }
    if is_empty(plan) {
        nothing(&mut out, plan, color);
        push_adopted(&mut out, plan, view);
        return out;
    }
    head(&mut out, plan, color);
    if view.detail == Detail::Short {
        for (glyph, line) in short_lines(plan) {
            push_row(&mut out, glyph, &line, color);
        }
        return out;
    }
    push_line(&mut out, &plan_line(plan));
    push_since(&mut out, plan, color);
    out.push('\n');
    for group in Group::ALL {
        group_lines(&mut out, plan, group, view);
    }
    plan_rights::push_rights(&mut out, plan, view);
    let listed = match view.detail {
        Detail::Full => Listed::Each,
        _ => Listed::Grouped,
    };
    plan_definitions::push_changes(&mut out, plan, listed, color);
    if !plan.merged.is_empty() {
        push_head(&mut out, "merged as text, in neither commit", color);
        for file in &plan.merged {
            push_row(&mut out, '~', &safe(file), color);
        }
    }
    push_adopted(&mut out, plan, view);
    let calls = plan_calls::table(plan);
    if !calls.is_empty() {
        push_head(&mut out, would_run(plan), color);
        for line in calls {
            push_line(&mut out, &line);
        }
    }
    if plan.effects.is_empty() && plan.merged.is_empty() && plan_calls::table(plan).is_empty() {
        out.push('\n');
    }
    push_uncounted(&mut out, plan, color);
    let more = match view.detail {
        Detail::Full => "",
        _ => "; --full shows rules, inputs and calls",
    };
    let told = format!("next: {}{more}", next(plan));
    for (n, line) in wrap(&told, WIDTH, WIDTH - 6).iter().enumerate() {
        let gap = if n == 0 { "" } else { "      " };
        push_line(&mut out, &format!("{gap}{line}"));
    }
    out
}

/// What changed since an earlier plan.
fn push_since(out: &mut String, plan: &PlanFile, color: Color) {
    if let Some(since) = &plan.since {
        push_line(out, &plan_since::head(since));
        for (glyph, line) in plan_since::lines(plan, since) {
            push_wrapped(out, &color.glyph(glyph), " ", &line);
        }
    }
}

/// All that is adopted and named in the plan, where all is asked for.
fn push_adopted(out: &mut String, plan: &PlanFile, view: &View<'_>) {
    if view.detail == Detail::Full
        && let Some(line) = adopted(plan, usize::MAX)
    {
        out.push('\n');
        push_wrapped(out, " ", " ", &line);
    }
}

/// Approvals that were said and count for nothing, each with its reason.
pub(crate) fn push_uncounted(out: &mut String, plan: &PlanFile, color: Color) {
    for one in uncounted(plan) {
        let (who, commit) = (safe(&one.login), safe(short(&one.commit)));
        let line = format!("not counted: {who} at {commit}, {}", safe(&one.why));
        push_wrapped(out, &color.glyph('!'), " ", &line);
    }
}

/// The head of what would run.
fn would_run(plan: &PlanFile) -> &'static str {
    match plan.verdict() {
        Outcome::Allowed => "would run",
        _ => "would run, once nothing is denied or missing",
    }
}

/// Line 1, and what must be known before anything else.
fn head(out: &mut String, plan: &PlanFile, color: Color) {
    let (word, parts) = verdict(plan);
    first_line(out, word, &parts, color);
    push_loud(out, plan, color);
}

/// What must be known before anything else.
pub(crate) fn push_loud(out: &mut String, plan: &PlanFile, color: Color) {
    for line in loud(plan) {
        push_wrapped(out, &color.glyph('!'), " ", &line);
    }
}

/// Line 1 of these words.
pub(crate) fn first_line(out: &mut String, word: &str, parts: &[String], color: Color) {
    let gap = if word.is_empty() { "" } else { ": " };
    let rest = format!("{gap}{}", parts.join(", "));
    out.push_str(&color.first_line(word, &rest));
    out.push('\n');
}

fn nothing(out: &mut String, plan: &PlanFile, color: Color) {
    let rest = format!(": {}\n", plan_words::nothing(plan));
    out.push_str(&color.first_line("ok", &rest));
    push_loud(out, plan, color);
}

fn group_lines(out: &mut String, plan: &PlanFile, group: Group, view: &View<'_>) {
    let color = view.color;
    let steps = match view.detail {
        Detail::Full => singles(plan, group),
        _ => folds(plan, group),
    };
    let quiet = if group.is_settled() && view.detail != Detail::Full {
        covered_lines(plan, group, Listed::Grouped)
    } else {
        Vec::new()
    };
    let others: Vec<&Covered> = group.covered(plan).collect();
    if steps.is_empty() && others.is_empty() {
        return;
    }
    push_line(out, &color.paint(&[Style::Bold], group.head(plan)));
    let all = Columns::of(plan);
    for fold in steps {
        fold_lines(out, plan, (&fold, all), view);
    }
    for (glyph, line) in &quiet {
        push_row(out, *glyph, line, color);
    }
    for one in others {
        if quiet.is_empty() {
            covered_line(out, one, color);
        }
        plan_rights::push_own(out, plan_rights::of_file(plan, &one.path), color);
    }
}

/// A step and what is said of it, or steps that are alike.
fn fold_lines(
    out: &mut String,
    plan: &PlanFile,
    (fold, all): (&Fold<'_>, Columns),
    view: &View<'_>,
) {
    let (step, color) = (fold.first, view.color);
    if fold.is_one() {
        step_line(out, (plan, all), step, view);
    } else {
        let head = fold.head(all);
        let what = fold.what(plan, WIDTH.saturating_sub(2 + columns(&head)).max(VALUE));
        push_row(
            out,
            glyph(step),
            &format!("{head}{}", color.word(&what)),
            color,
        );
        let lines = if fold.is_told_whole() { usize::MAX } else { 1 };
        let limits = Limits {
            lines,
            ..Limits::NONE
        };
        for line in fold.names(limits, WIDTH - 6).0 {
            push_row(out, glyph(step), &format!("    {line}"), color);
        }
    }
    if view.detail == Detail::Full {
        for line in plan_full::block(plan, step, color) {
            push_line(out, &line);
        }
    } else {
        decisions(out, &step.decisions, color);
        if step.outcome == Outcome::Denied && !plan.actors.is_empty() {
            detail(out, "next", &fold.remedy(), color);
        }
        approvals(out, plan, step, color);
    }
    if fold.is_one() {
        plan_rights::push_own(out, plan_rights::of_step(plan, step), color);
    }
}

/// What is no step and is not allowed as it is.
pub(crate) fn covered_at_gate(out: &mut String, plan: &PlanFile, group: Group, color: Color) {
    // What is defined anew is told whatever is decided about it.
    let is_told = |one: &&Covered| one.outcome != Outcome::Allowed || one.digest.is_some();
    for one in group.covered(plan).filter(is_told) {
        covered_line(out, one, color);
    }
}

fn covered_line(out: &mut String, one: &Covered, color: Color) {
    let glyph = if one.outcome == Outcome::Allowed && !one.breaks_glass() {
        ' '
    } else {
        '!'
    };
    let text = format!(
        "{}  {}  {}",
        leading(&one.action),
        safe(&one.path),
        safe(&one.text)
    );
    push_row(out, glyph, &text, color);
    decisions(out, &one.decisions, color);
    if let Some(glass) = glass_text(&one.decisions) {
        detail(out, "next", &glass, color);
    }
}

/// The line of a step.
pub(crate) fn step_line(
    out: &mut String,
    (plan, all): (&PlanFile, Columns),
    step: &Step,
    view: &View<'_>,
) {
    let head = all.head(step);
    let (width, longest) = if view.detail == Detail::Full {
        (usize::MAX, usize::MAX)
    } else {
        // Behind a name that fills the line, what is done with it still has room.
        (WIDTH.saturating_sub(2 + columns(&head)).max(VALUE), WIDTH)
    };
    let what = summary(plan, step, width, longest);
    // What makes somebody a member is cut nowhere.
    let is_long = is_grant(step) && columns(&what) > width;
    if view.detail == Detail::Full || is_long {
        let indent = 2 + columns(&head);
        let lines = wrap(&what, WIDTH.saturating_sub(indent).max(VALUE), WIDTH - 8);
        push_row(
            out,
            glyph(step),
            &format!("{head}{}", lines.join("\n        ")),
            view.color,
        );
    } else {
        push_row(
            out,
            glyph(step),
            &format!("{head}{}", view.color.word(&what)),
            view.color,
        );
    }
}

/// What the rules said to each actor, or who may where nobody is named.
pub(crate) fn decisions(out: &mut String, decisions: &[Decision], color: Color) {
    for decision in decisions {
        let first = decision.reasons.first();
        let place = first.and_then(|reason| reason.place.as_deref());
        let Some(actor) = &decision.actor else {
            let may = who_may(std::slice::from_ref(decision));
            let rule = place.map(|place| format!(" ({})", safe(line_of(place))));
            detail(out, "may", &(may + &rule.unwrap_or_default()), color);
            continue;
        };
        let word = if decision.allowed {
            "allowed"
        } else {
            "denied"
        };
        match first {
            None => detail(out, word, &safe(actor), color),
            Some(_) => reasons(out, word, telling(decision), color),
        }
    }
}

fn reasons(out: &mut String, word: &str, reasons: &[crate::plan::file::Notice], color: Color) {
    for (n, reason) in reasons.iter().enumerate() {
        let word = if n == 0 { word } else { "" };
        detail(
            out,
            word,
            &placed(&reason.text, reason.place.as_deref()),
            color,
        );
    }
}

/// Who agreed, what is waived, then who is asked.
pub(crate) fn approvals(out: &mut String, plan: &PlanFile, step: &Step, color: Color) {
    for text in step.approvals.iter().filter_map(|need| given(plan, need)) {
        detail(out, "given", &text, color);
    }
    for text in step.approvals.iter().filter_map(waived) {
        detail(out, "waived", &text, color);
    }
    for text in step.approvals.iter().filter_map(missing) {
        detail(out, "missing", &text, color);
    }
}

/// A line below a step: a word, then what it says, wrapped.
pub(crate) fn detail(out: &mut String, word: &str, text: &str, color: Color) {
    let text = if word.is_empty() {
        leading(text)
    } else {
        text.into()
    };
    let word = color.word(word) + &" ".repeat(7_usize.saturating_sub(word.len()));
    push_wrapped(out, &format!("    {word}"), "  ", &text);
}

/// `text` behind `before` and `gap`, its further lines below its first.
pub(crate) fn push_wrapped(out: &mut String, before: &str, gap: &str, text: &str) {
    let plain = if gap.len() == 1 { 1 } else { 11 };
    let indent = plain + gap.len();
    let lines = wrap(text, WIDTH - indent, WIDTH - indent);
    let below = format!("\n{}", " ".repeat(indent));
    push_line(out, &format!("{before}{gap}{}", lines.join(&below)));
}

/// The head of a group, after a blank line.
pub(crate) fn push_head(out: &mut String, head: &str, color: Color) {
    push_line(out, &format!("\n{}", color.paint(&[Style::Bold], head)));
}

pub(crate) fn push_row(out: &mut String, glyph: char, text: &str, color: Color) {
    push_line(out, &format!("{} {text}", color.glyph(glyph)));
}

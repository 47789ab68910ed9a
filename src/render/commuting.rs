//! Two plans beside each other: whether they go in any order, and where they meet.
//!
//! In: both plans and their clashes. Out: lines, or JSON of version 1, a format that only grows.

use serde::Serialize;

use crate::plan::commute::{Clash, have_one_target};
use crate::plan::file::{PlanFile, Step, short};
use crate::render::Color;
use crate::render::json::document;
use crate::render::words::{count, left, push_line, safe};

/// The most clashes that are listed in words.
const LISTED: usize = 50;

/// Whether the two go in any order, in words.
pub fn commuting_text(plans: [&PlanFile; 2], clashes: &[Clash<'_>], color: Color) -> String {
    let [first, second] = plans;
    let names = plans.map(|plan| safe(&plan.head.name).into_owned());
    let [one, other] = &names;
    let mut out = if clashes.is_empty() {
        let rest = format!(": {one} and {other} may be merged and run in any order\n");
        color.first_line("commute", &rest)
    } else {
        let places = count(clashes.len(), "place", "places");
        let rest = format!(": {one} and {other} meet at {places}, so their order matters\n");
        color.first_line("conflict", &rest)
    };
    for plan in plans {
        let words = format!(
            "plan {}: {} into {}, {}",
            short(&plan.id),
            safe(&plan.head.words()),
            safe(&plan.target.words()),
            count(plan.steps.len(), "step", "steps")
        );
        push_line(&mut out, &words);
    }
    let rows: Vec<[String; 3]> = clashes
        .iter()
        .take(LISTED)
        .map(|clash| {
            let [first, second] = clash.folded.unwrap_or([1, 1]);
            let (first, second) = (named(clash.first, first), named(clash.second, second));
            [first, second, clash.fact.clone()]
        })
        .collect();
    let wide = |n: usize| {
        let cells = rows.iter().filter_map(|row| row.get(n));
        cells.map(|cell| safe(cell).chars().count()).max()
    };
    let (own, others) = (wide(0).unwrap_or(0), wide(1).unwrap_or(0));
    for (clash, [one, other, fact]) in clashes.iter().zip(&rows) {
        let line = format!(
            "{} {}  {}  {}: {}",
            color.glyph('!'),
            left(&safe(one), own),
            left(&safe(other), others),
            safe(fact),
            clash.why.words()
        );
        push_line(&mut out, &line);
    }
    if let Some(more @ 1..) = clashes.len().checked_sub(LISTED) {
        push_line(&mut out, &format!("{more} more, all are in --format json"));
    }
    for note in notes(first, second) {
        push_line(&mut out, note);
    }
    if !clashes.is_empty() {
        let next =
            "next: merge one of them, then plan the other again with `--previous` and its plan";
        push_line(&mut out, next);
    }
    out
}

/// What a reader must know of the comparison.
fn notes(first: &PlanFile, second: &PlanFile) -> Vec<&'static str> {
    let mut notes = Vec::new();
    if !have_one_target(first, second) {
        notes.push(
            "their targets differ: it holds where `catalogc verify PLAN --against REV` finds both true on one",
        );
    }
    if first.actors.is_empty() || second.actors.is_empty() {
        notes.push("nobody is named in one of them: who may do it is not compared");
    }
    notes
}

/// A step as it is named beside others, and how many more there are like it; what is no step is
/// its files and definitions.
fn named(step: Option<&Step>, of: usize) -> String {
    let name = step.map_or_else(
        || "- beside its steps".to_owned(),
        |step| format!("{} {} {}", step.number, step.action, step.entity),
    );
    match of.saturating_sub(1) {
        0 => name,
        more => format!("{name} and {}", count(more, "other", "others")),
    }
}

/// What two plans are to each other.
#[derive(Serialize)]
struct Document<'d> {
    version: u32,
    commute: bool,
    one_target: bool,
    first: Side<'d>,
    second: Side<'d>,
    conflicts: Vec<Row<'d>>,
}

/// A plan.
#[derive(Serialize)]
struct Side<'d> {
    plan: &'d str,
    head: &'d str,
    target: &'d str,
}

/// Where they meet.
#[derive(Serialize)]
struct Row<'d> {
    first: Option<Named<'d>>,
    second: Option<Named<'d>>,
    fact: &'d str,
    /// How many steps of each plan meet so, where the first two stand for all.
    folded: Option<[usize; 2]>,
    reason: &'static str,
    words: &'static str,
}

/// A step.
#[derive(Serialize)]
struct Named<'d> {
    number: u32,
    action: &'d str,
    blueprint: &'d str,
    entity: &'d str,
}

fn side(plan: &PlanFile) -> Side<'_> {
    Side {
        plan: &plan.id,
        head: &plan.head.name,
        target: &plan.target.name,
    }
}

fn step(step: &Step) -> Named<'_> {
    Named {
        number: step.number,
        action: &step.action,
        blueprint: &step.blueprint,
        entity: &step.entity,
    }
}

/// The same for programs.
pub fn commuting_json(plans: [&PlanFile; 2], clashes: &[Clash<'_>]) -> String {
    let [first, second] = plans;
    let rows = clashes.iter().map(|clash| Row {
        first: clash.first.map(step),
        second: clash.second.map(step),
        fact: &clash.fact,
        folded: clash.folded,
        reason: clash.why.word(),
        words: clash.why.words(),
    });
    document(&Document {
        version: 1,
        commute: clashes.is_empty(),
        one_target: have_one_target(first, second),
        first: side(first),
        second: side(second),
        conflicts: rows.collect(),
    })
}

//! What changes besides the steps: what definitions say, values of other entities, levels; and
//! which deletions and creations may be renames.
//!
//! In: a plan. Out: a line for each, before and after, under a head for definitions and one for
//! the rest.

use crate::plan::file::{Change, Covered, LikelyRename, PlanFile};

use super::paint::Color;
use super::plan_effects::Listed;
use super::plan_inside::inside;
use super::plan_text::{push_head, push_row, push_wrapped};
use super::plan_words::line_of;
use super::words::{count, leading, safe};
use super::{plan_change, plan_effects, plan_levels};

/// How many paths of a definition are shown where not everything is asked for.
const MOST: usize = 8;

/// The widest value shown where not everything is asked for.
const LONGEST: usize = 40;

/// The definitions that say something else, each with its paths; a line of them may stand alone.
pub(crate) fn lines(plan: &PlanFile, listed: Listed) -> Vec<String> {
    let changed = plan.coverage.iter().filter(|it| !it.changes.is_empty());
    changed.flat_map(|one| of_one(one, listed)).collect()
}

/// The likely renames, a line each: `Service cart -> basket (catalog/entities/basket.yaml:1)`.
pub(crate) fn renames(plan: &PlanFile) -> Vec<String> {
    let line = |one: &LikelyRename| {
        let (from, to) = (safe(&one.from), safe(&one.to));
        let place = safe(line_of(&one.place));
        format!("{} {from} -> {to} ({place})", leading(&one.blueprint))
    };
    plan.renames.iter().map(line).collect()
}

/// Everything that changes besides the steps.
pub(crate) fn push_changes(out: &mut String, plan: &PlanFile, listed: Listed, color: Color) {
    let renames = renames(plan);
    if listed == Listed::Each && !renames.is_empty() {
        push_head(out, "likely renames, without `movedFrom`", color);
        for line in renames {
            push_wrapped(out, &color.glyph('~'), " ", &line);
        }
    }
    let definitions = lines(plan, listed);
    if !definitions.is_empty() {
        push_head(out, "definitions say otherwise", color);
    }
    for line in definitions {
        match listed {
            Listed::Each => push_wrapped(out, &color.glyph('~'), " ", &line),
            Listed::Grouped => push_row(out, '~', &line, color),
        }
    }
    let effects = plan_effects::lines(plan, listed);
    let levels = plan_levels::lines(plan, listed);
    if !effects.is_empty() || !levels.is_empty() {
        push_head(out, "also changes", color);
    }
    for line in effects {
        push_row(out, '~', &line, color);
    }
    for (glyph, line) in levels {
        push_row(out, glyph, &line, color);
    }
}

fn of_one(covered: &Covered, listed: Listed) -> Vec<String> {
    let (most, longest) = match listed {
        Listed::Each => (usize::MAX, usize::MAX),
        Listed::Grouped => (MOST, LONGEST),
    };
    let line = |change: &Change| {
        let (path, place) = (leading(&change.path), safe(&change.place));
        let (before, after) = (change.before.as_ref(), change.after.as_ref());
        let both = before.zip(after);
        if let Some(inside) = both.and_then(|(a, b)| inside(a, b, longest)) {
            return format!("{path} {inside} ({place})");
        }
        let (before, after) = plan_change::cut_apart(before, after, longest);
        format!("{path} {before} -> {after} ({place})")
    };
    let mut lines: Vec<String> = covered.changes.iter().take(most).map(line).collect();
    let more = covered.changes.len().saturating_sub(most);
    if more > 0 {
        let more = count(more, "more path", "more paths");
        lines.push(format!(
            "{more} of {}, all are in plan.json and plan.html",
            safe(&covered.path)
        ));
    }
    lines
}

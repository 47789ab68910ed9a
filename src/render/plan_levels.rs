//! Levels of scorecards that fall or rise with a plan.
//!
//! In: the levels of a plan. Out: a line each, with the glyph of a level that falls, and what is
//! not computed.

use crate::plan::file::{FlippedRule, LevelMove, LevelTurn, PlanFile};

use super::plan_effects::{Listed, steps};
use super::words::{columns, count, left, safe};

/// A level that moves, ready to be put into columns.
pub(crate) struct Row {
    /// `!` where it falls.
    pub(crate) glyph: char,
    /// Kind, entity, scorecard, before and after.
    pub(crate) cells: [String; 5],
    /// The steps: `2, 3`.
    pub(crate) steps: String,
    /// The rules: `has_runbook is not met`.
    pub(crate) why: String,
}

/// How many rules of a level are named.
const RULES: usize = 6;

/// The most lines that are shown where not everything is asked for.
const MOST: usize = 50;

/// The levels, those that fall first.
pub(crate) fn rows(plan: &PlanFile, listed: Listed) -> Vec<Row> {
    let mut levels: Vec<&LevelMove> = plan.levels.iter().collect();
    levels.sort_by_key(|level| !is_worse(level.turn));
    levels.into_iter().map(|level| row(level, listed)).collect()
}

fn row(level: &LevelMove, listed: Listed) -> Row {
    let most = match listed {
        Listed::Each => usize::MAX,
        Listed::Grouped => RULES,
    };
    let name = |level: Option<&str>| level.map_or("none".to_owned(), |it| safe(it).into_owned());
    let text = |text: &str| safe(text).into_owned();
    let rule = |rule: &FlippedRule| {
        let is = if rule.met { "is met" } else { "is not met" };
        format!("{} {is}", safe(&rule.rule))
    };
    let mut why: Vec<String> = level.rules.iter().take(most).map(rule).collect();
    if let Some(more) = level.rules.len().checked_sub(most).filter(|more| *more > 0) {
        why.push(count(more, "more rule", "more rules"));
    }
    Row {
        glyph: if is_worse(level.turn) { '!' } else { '~' },
        cells: [
            text(&level.blueprint),
            text(&level.entity),
            text(&level.scorecard),
            name(level.before.as_deref()),
            name(level.after.as_deref()),
        ],
        steps: steps(&level.by),
        why: why.join(", "),
    }
}

/// Whether a level is worse than before, or there is none any more.
const fn is_worse(turn: LevelTurn) -> bool {
    matches!(turn, LevelTurn::Falls | LevelTurn::Lost)
}

/// `2 levels fall, 1 level is lost`: what of all moves must not be missed.
pub(crate) fn worse(plan: &PlanFile) -> String {
    counted_of(plan, is_worse)
}

/// A line for each level that is worse.
pub(crate) fn worse_lines(plan: &PlanFile) -> Vec<(char, String)> {
    let all = lines(plan, Listed::Each).into_iter();
    all.take(plan.levels.iter().filter(|it| is_worse(it.turn)).count())
        .collect()
}

/// `by 3, has_runbook is not met`; a definition has no number.
pub(crate) fn because(row: &Row) -> String {
    let by = if row.steps.is_empty() {
        "by a definition".to_owned()
    } else {
        format!("by {}", row.steps)
    };
    if row.why.is_empty() {
        return by;
    }
    format!("{by}, {}", row.why)
}

/// `1 level falls`, `2 levels fall, 1 level rises`; empty where none moves.
pub(crate) fn counted(plan: &PlanFile) -> String {
    counted_of(plan, |_| true)
}

fn counted_of(plan: &PlanFile, is_meant: impl Fn(LevelTurn) -> bool) -> String {
    let of = |turn: LevelTurn| {
        let levels = plan.levels.iter().filter(|it| is_meant(it.turn));
        levels.filter(|it| it.turn == turn).count()
    };
    let said = [
        (of(LevelTurn::Falls), "level falls", "levels fall"),
        (of(LevelTurn::Lost), "level is lost", "levels are lost"),
        (of(LevelTurn::Rises), "level rises", "levels rise"),
        (of(LevelTurn::Other), "level moves", "levels move"),
    ];
    let said = said.iter().filter(|(many, ..)| *many > 0);
    let said: Vec<String> = said
        .map(|(many, one, more)| count(*many, one, more))
        .collect();
    said.join(", ")
}

/// A line for each level that moves, with its glyph, and one for each scorecard that was not
/// asked.
pub(crate) fn lines(plan: &PlanFile, listed: Listed) -> Vec<(char, String)> {
    let most = match listed {
        Listed::Each => usize::MAX,
        Listed::Grouped => MOST,
    };
    let rows = rows(plan, listed);
    let shown = || rows.iter().take(most);
    let widths: [usize; 5] = std::array::from_fn(|n| {
        let cells = shown().filter_map(|row| row.cells.get(n));
        cells.map(|cell| columns(cell)).max().unwrap_or(0)
    });
    let line = |row: &Row| {
        let mut cells = row.cells.iter().zip(widths);
        let mut next = || {
            cells
                .next()
                .map_or(String::new(), |(text, wide)| left(text, wide))
        };
        let (kind, entity, card, before, after) = (next(), next(), next(), next(), next());
        let text = format!(
            "{kind}  {entity}  {card}  {before} -> {after}  {}",
            because(row)
        );
        (row.glyph, text)
    };
    let mut lines: Vec<(char, String)> = shown().map(line).collect();
    if let Some(more) = rows.len().checked_sub(most).filter(|more| *more > 0) {
        let more = count(more, "level more moves", "levels more move");
        lines.push(('~', format!("{more}, all are in plan.json and plan.html")));
    }
    let unscored = plan.unscored.iter();
    lines.extend(unscored.map(|one| ('!', safe(&one.text).into_owned())));
    lines
}

//! How entities do on scorecards: a table a scorecard, or every rule for one entity.
//!
//! In: [`Scores`], which the command fills. Out: lines, or JSON of version 1, a format that only
//! grows.

use serde::Serialize;
use serde_json::Value as Json;

use super::paint::{Color, Style};
use super::table::{Align, Table};
use super::words::{columns, count, cut, leading, left, names, number, push_line, safe};

/// How entities do on scorecards.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Scores {
    /// The version of the format.
    pub version: u32,
    /// The scorecards, by blueprint and name.
    pub scorecards: Vec<Scored>,
    /// What can be done now, for people.
    #[serde(skip)]
    pub next: String,
}

/// A scorecard and the entities that it is for.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Scored {
    /// Its name.
    pub scorecard: String,
    /// The blueprint of the entities.
    pub blueprint: String,
    /// Whether a part of it could not be read, so that nobody has a level.
    pub broken: bool,
    /// Its levels, the lowest first.
    pub levels: Vec<String>,
    /// The entities, by their names.
    pub entities: Vec<Standing>,
}

/// Where an entity stands.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Standing {
    /// The entity.
    pub entity: String,
    /// Its level.
    pub level: String,
    /// The rules, in the order of the file.
    pub rules: Vec<Ruled>,
}

/// A rule and an entity.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ruled {
    /// The rule.
    pub rule: String,
    /// The level that cannot be reached without it.
    pub level: String,
    /// Whether the entity meets it.
    pub met: bool,
    /// Its conditions; only where one entity was asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<Condition>,
}

/// A condition and what it saw.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Condition {
    /// The condition: `replicas >= 2`.
    pub asks: String,
    /// What the entity has there; none where it is absent.
    pub is: Option<Json>,
    /// Whether it holds.
    pub holds: bool,
}

impl Standing {
    /// Whether its rules say what they saw.
    fn is_told(&self) -> bool {
        self.rules.iter().any(|rule| !rule.conditions.is_empty())
    }
}

/// How much of a scorecard is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// The entities that something keeps from the highest level, the first of them.
    Concise,
    /// Every entity.
    Full,
}

/// The entities of a scorecard that are listed where not all are.
const LISTED: usize = 20;
/// The columns that a value, and that a condition may take.
const VALUE: usize = 40;
const ASKS: usize = 44;
/// The columns of the longest bar.
const BAR: usize = 40;

/// The scorecards as tables.
pub fn score_text(scores: &Scores, detail: Detail, color: Color) -> String {
    let mut out = String::new();
    for scored in &scores.scorecards {
        let title = format!("{} of {}", safe(&scored.scorecard), safe(&scored.blueprint));
        let verdict = match scored.entities.as_slice() {
            _ if scored.broken => {
                "it could not be read as a whole, so nobody has a level".to_owned()
            }
            [one] if one.is_told() => {
                let top = scored.levels.last().map_or("", String::as_str);
                let (entity, level) = (safe(&one.entity), safe(&one.level));
                format!("{entity} has {level}, the highest is {}", safe(top))
            }
            all => count(all.len(), "entity", "entities"),
        };
        let head = leading(&format!("{title}: {verdict}")).into_owned();
        push_line(&mut out, &color.paint(&[Style::Bold], &head));
        match scored.entities.as_slice() {
            [] => {}
            [one] if one.is_told() => standing(one, color, &mut out),
            all => {
                bars(scored, &mut out);
                list(scored, all, detail, &mut out);
            }
        }
    }
    push_line(&mut out, &format!("next: {}", safe(&scores.next)));
    out
}

/// The scorecards as JSON of two blanks a level, with a line end.
pub fn score_json(scores: &Scores) -> String {
    super::json::document(scores)
}

/// How many entities each level has, the highest first.
fn bars(scored: &Scored, out: &mut String) {
    let wide = scored.levels.iter().map(|it| columns(&safe(it))).max();
    let all = scored.entities.len().max(1);
    for level in scored.levels.iter().rev() {
        let here = scored.entities.iter().filter(|it| it.level == *level);
        let here = here.count();
        // Whoever is there is seen: a bar of one entity has one sign at least.
        let bar = (here * BAR / all).max(usize::from(here > 0));
        let line = format!(
            "    {}  {:>7}  {}",
            left(&safe(level), wide.unwrap_or(0)),
            number(here),
            "#".repeat(bar)
        );
        push_line(out, &line);
    }
}

/// The entities and what keeps them from the next level.
fn list(scored: &Scored, all: &[Standing], detail: Detail, out: &mut String) {
    let top = scored.levels.last();
    let below = all.iter().filter(|it| Some(&it.level) != top);
    let listed: Vec<&Standing> = match detail {
        Detail::Full => all.iter().collect(),
        Detail::Concise => below.clone().take(LISTED).collect(),
    };
    if listed.is_empty() {
        return;
    }
    let heads = ["entity", "level", "not met for the next"];
    let mut table = Table::new(&heads.map(|head| (head, Align::Left)));
    for standing in &listed {
        let missing = names(&bars_next(scored, standing), "and");
        table.row([standing.entity.as_str(), &standing.level, &missing]);
    }
    for line in table.text().lines() {
        push_line(out, &format!("  {line}"));
    }
    if detail == Detail::Concise {
        let more = below.count() - listed.len();
        if more > 0 {
            push_line(out, &format!("  (+{}, `--full` lists all)", number(more)));
        }
    }
}

/// The rules that keep an entity from the level above its own.
fn bars_next<'s>(scored: &Scored, standing: &'s Standing) -> Vec<&'s str> {
    let here = scored.levels.iter().position(|it| *it == standing.level);
    let next = here.and_then(|here| scored.levels.get(here + 1));
    let rules = standing.rules.iter();
    rules
        .filter(|rule| !rule.met && Some(&rule.level) == next)
        .map(|rule| rule.rule.as_str())
        .collect()
}

/// One entity: every rule with its conditions and what they saw.
fn standing(one: &Standing, color: Color, out: &mut String) {
    let wide = |text: fn(&Ruled) -> &str| {
        let texts = one.rules.iter().map(|rule| columns(&safe(text(rule))));
        texts.max().unwrap_or(0)
    };
    let (level, rule) = (wide(|rule| &rule.level), wide(|rule| &rule.rule));
    for ruled in &one.rules {
        let (glyph, word) = if ruled.met {
            (" ".to_owned(), "met")
        } else {
            (color.glyph('!'), "not met")
        };
        let line = format!(
            "  {glyph} {}  {}  {word}",
            left(&safe(&ruled.level), level),
            left(&safe(&ruled.rule), rule)
        );
        push_line(out, &line);
        for condition in &ruled.conditions {
            let is = condition.is.as_ref().map_or_else(
                || "absent".to_owned(),
                |is| cut(&safe(&is.to_string()), VALUE).into_owned(),
            );
            let word = if condition.holds { "yes" } else { "no" };
            let asks = cut(&safe(&condition.asks), ASKS).into_owned();
            push_line(out, &format!("        {asks}: {word}, it is {is}"));
        }
    }
}

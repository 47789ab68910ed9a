//! Values of other entities that change because of a plan's steps.
//!
//! In: the effects of a plan. Out: a line each, before and after in columns of their own; where a
//! value changes in many entities, these are one line that counts them.

use std::collections::BTreeMap;

use crate::plan::file::PlanFile;
use crate::plan::file::{Effect, MoreEffects};

use super::plan_rights::plural;
use super::plan_steps::value;
use super::words::{columns, count, left, number, right, safe, size};

/// An effect, ready to be put into columns.
pub(crate) struct Row {
    /// The entity's blueprint.
    pub(crate) kind: String,
    /// The entity.
    pub(crate) entity: String,
    /// The property.
    pub(crate) path: String,
    /// Before.
    pub(crate) before: String,
    /// After.
    pub(crate) after: String,
    /// The steps: `2, 3`.
    pub(crate) steps: String,
    /// What links them.
    pub(crate) through: String,
    is_number: bool,
}

/// How many effects of one value are told apart.
const APART: usize = 8;

/// The widest value shown where not each effect is listed.
const LONGEST: usize = 20;

/// The widest column of values in a list; a longer one pushes the rest of its own line only.
const WIDEST: usize = 40;

/// How effects are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Listed {
    /// Those of one kind and path together, where they are many; by the last value on the way.
    Grouped,
    /// Each, uncut, with all that is on the way.
    Each,
}

/// The effects, in the order of the plan; a group stands where its first effect does.
pub(crate) fn rows(plan: &PlanFile, listed: Listed) -> Vec<Row> {
    let mut alike: BTreeMap<(&str, &str), Vec<&Effect>> = BTreeMap::new();
    for effect in &plan.effects {
        let key = (effect.blueprint.as_str(), effect.path.as_str());
        alike.entry(key).or_default().push(effect);
    }
    let mut rows = Vec::new();
    for effect in &plan.effects {
        let key = (effect.blueprint.as_str(), effect.path.as_str());
        let group = alike.get(&key).map(Vec::as_slice).unwrap_or_default();
        match group.first() {
            Some(first) if listed == Listed::Grouped && group.len() > APART => {
                if std::ptr::eq(*first, effect) {
                    rows.push(together(first, group));
                }
            }
            _ if listed == Listed::Each => rows.push(Row {
                through: through(effect),
                steps: numbers(&effect.by),
                ..row(effect, usize::MAX)
            }),
            _ => rows.push(row(effect, LONGEST)),
        }
    }
    rows
}

fn row(effect: &Effect, longest: usize) -> Row {
    let path = effect.path.strip_prefix("properties.");
    Row {
        kind: safe(&effect.blueprint).into_owned(),
        entity: safe(&effect.entity).into_owned(),
        path: safe(path.unwrap_or(&effect.path)).into_owned(),
        before: value(effect.before.as_ref(), longest),
        after: value(effect.after.as_ref(), longest),
        steps: steps(&effect.by),
        through: first_causes(&effect.through),
        is_number: effect
            .after
            .as_ref()
            .is_some_and(serde_json::Value::is_number),
    }
}

/// The first of what links a value to steps, and how many links more there are.
fn first_causes(through: &str) -> String {
    const NAMED: usize = 3;
    let all: Vec<&str> = through.split(", ").collect();
    let shown = all.get(..NAMED).filter(|_| all.len() > NAMED + 1);
    match shown {
        None => safe(through).into_owned(),
        Some(shown) => {
            let more = number(all.len() - NAMED);
            format!("{} and {more} more", safe(&shown.join(", ")))
        }
    }
}

/// `CartService.cost via Cart.cost`: the last value that a step changes, and those on the way.
fn through(effect: &Effect) -> String {
    let chain = effect.via.iter().max_by_key(|chain| chain.len());
    let chain = chain.map_or(&[][..], Vec::as_slice);
    let own = chain.iter().rposition(|words| *words == effect.through);
    let way = own.and_then(|at| chain.get(at + 1..));
    let way: Vec<&str> = way.unwrap_or_default().iter().map(String::as_str).collect();
    if way.is_empty() {
        return safe(&effect.through).into_owned();
    }
    format!("{} via {}", safe(&effect.through), safe(&way.join(", ")))
}

/// Values that a definition moves beyond those of the rows: `Service cost of 1,182 more entities,
/// by definition Service.cost`.
pub(crate) fn more(plan: &PlanFile) -> Vec<String> {
    let line = |more: &MoreEffects| {
        let entities = count(size(more.count), "more entity", "more entities");
        let (kind, path) = (safe(&more.blueprint), safe(&more.path));
        format!("{kind} {path} of {entities}, by {}", safe(&more.through))
    };
    plan.more_effects.iter().map(line).collect()
}

/// `2, CartService.replicas`, or `definition Service.cost`.
pub(crate) fn because(row: &Row) -> String {
    if row.steps.is_empty() {
        return row.through.clone();
    }
    format!("{}, {}", row.steps, row.through)
}

/// Effects of one kind and path as one row; a cell in which they differ says so.
fn together(first: &Effect, group: &[&Effect]) -> Row {
    const NAMED: usize = 2;
    let alike = row(first, LONGEST);
    let same = |cell: &dyn Fn(&Row) -> String, shown: String| {
        let is_same = group
            .iter()
            .all(|effect| cell(&row(effect, LONGEST)) == shown);
        if is_same { shown } else { "various".to_owned() }
    };
    let named: Vec<_> = group
        .iter()
        .take(NAMED)
        .map(|effect| safe(&effect.entity))
        .collect();
    let mut by: Vec<u32> = group.iter().flat_map(|effect| effect.by.clone()).collect();
    by.sort_unstable();
    by.dedup();
    Row {
        entity: format!(
            "{} {} ({}, ...)",
            number(group.len()),
            plural(&alike.kind),
            named.join(", ")
        ),
        before: same(&|row| row.before.clone(), alike.before.clone()),
        after: same(&|row| row.after.clone(), alike.after.clone()),
        through: same(&|row| row.through.clone(), alike.through.clone()),
        steps: steps(&by),
        is_number: false,
        ..alike
    }
}

/// The steps that cause something: `2, 3`.
pub(crate) fn steps(by: &[u32]) -> String {
    const MOST: usize = 6;
    if by.len() > MOST {
        return count(by.len(), "step", "steps");
    }
    numbers(by)
}

fn numbers(by: &[u32]) -> String {
    let by: Vec<String> = by.iter().map(u32::to_string).collect();
    by.join(", ")
}

/// A line for each row, without its glyph.
pub(crate) fn lines(plan: &PlanFile, listed: Listed) -> Vec<String> {
    let rows = rows(plan, listed);
    let widest = |cell: fn(&Row) -> &str| rows.iter().map(|row| columns(cell(row))).max();
    let width = |cell: fn(&Row) -> &str| widest(cell).unwrap_or(0);
    let numbers = rows.iter().filter(|row| row.is_number);
    let number = numbers
        .map(|row| columns(&row.after).min(WIDEST))
        .max()
        .unwrap_or(0);
    let (kind, entity) = (width(|row| &row.kind), width(|row| &row.entity));
    let (path, before) = (width(|row| &row.path), width(|row| &row.before).min(WIDEST));
    let after = width(|row| &row.after).min(WIDEST);
    let line = |row: &Row| {
        let to = if row.is_number {
            right(&row.after, number)
        } else {
            row.after.clone()
        };
        format!(
            "{}  {}  {}  {} -> {}  by {}",
            left(&row.kind, kind),
            left(&row.entity, entity),
            left(&row.path, path),
            right(&row.before, before),
            left(&to, after),
            because(row),
        )
    };
    rows.iter().map(line).chain(more(plan)).collect()
}

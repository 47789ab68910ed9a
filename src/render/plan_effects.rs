//! Values of other entities that change because of a plan's steps.
//!
//! In: the effects of a plan. Out: a line each, before and after in columns of their own.

use crate::plan::file::PlanFile;
use crate::plan::file::{Effect, MoreEffects};

use super::plan_steps::value;
use super::words::{columns, count, left, right, safe};

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
    number: bool,
}

/// The effects, in the order of the plan.
pub(crate) fn rows(plan: &PlanFile) -> Vec<Row> {
    let row = |effect: &Effect| Row {
        kind: safe(&effect.blueprint).into_owned(),
        entity: safe(&effect.entity).into_owned(),
        path: safe(
            effect
                .path
                .strip_prefix("properties.")
                .unwrap_or(&effect.path),
        )
        .into_owned(),
        before: value(effect.before.as_ref(), LONGEST),
        after: value(effect.after.as_ref(), LONGEST),
        steps: effect
            .by
            .iter()
            .map(u32::to_string)
            .collect::<Vec<_>>()
            .join(", "),
        through: through(effect),
        number: effect
            .after
            .as_ref()
            .is_some_and(serde_json::Value::is_number),
    };
    plan.effects.iter().map(row).collect()
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
        let entities = count(size64(more.count), "more entity", "more entities");
        let (kind, path) = (safe(&more.blueprint), safe(&more.path));
        format!("{kind} {path} of {entities}, by {}", safe(&more.through))
    };
    plan.more_effects.iter().map(line).collect()
}

fn size64(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// `by 2, CartService.replicas`, or `by definition Service.cost`.
pub(crate) fn because(row: &Row) -> String {
    if row.steps.is_empty() {
        return format!("by {}", row.through);
    }
    format!("by {}, {}", row.steps, row.through)
}

/// The widest value shown.
const LONGEST: usize = 20;

/// A line for each effect, without its glyph.
pub(crate) fn lines(plan: &PlanFile) -> Vec<String> {
    let rows = rows(plan);
    let widest = |cell: fn(&Row) -> &str| rows.iter().map(|row| columns(cell(row))).max();
    let width = |cell: fn(&Row) -> &str| widest(cell).unwrap_or(0);
    let numbers = rows.iter().filter(|row| row.number);
    let number = numbers.map(|row| columns(&row.after)).max().unwrap_or(0);
    let (kind, entity) = (width(|row| &row.kind), width(|row| &row.entity));
    let (path, before) = (width(|row| &row.path), width(|row| &row.before));
    let after = width(|row| &row.after);
    let line = |row: &Row| {
        let to = if row.number {
            right(&row.after, number)
        } else {
            row.after.clone()
        };
        format!(
            "{}  {}  {}  {} -> {}  {}",
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

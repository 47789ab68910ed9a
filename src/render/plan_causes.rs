//! Which changes of a step matter beyond it.
//!
//! In: a plan and one of its steps. Out: a rank for each of its changes; nothing is decided here,
//! only what is told first where there is no room for all.

use std::collections::BTreeSet;

use crate::plan::file::{LevelTurn, PlanFile, Step};

use super::plan_change::name;

/// For each change of a step, in order: 0 where a level falls by it, 1 where another level or
/// value moves by it, else 2.
pub(crate) fn ranks(plan: &PlanFile, step: &Step) -> Vec<u8> {
    let levels = plan.levels.iter();
    let levels = levels.filter(|it| {
        it.blueprint == step.blueprint && it.entity == step.entity && it.by.contains(&step.number)
    });
    let (falls, moves): (Vec<_>, Vec<_>) = levels.partition(|it| it.turn == LevelTurn::Falls);
    let effects = plan.effects.iter();
    let effects = effects.filter(|it| it.by.binary_search(&step.number).is_ok());
    let links: BTreeSet<&str> = effects
        .flat_map(|it| it.via.iter().filter_map(|way| way.first()))
        .map(String::as_str)
        .collect();
    let changes = step.changes.iter();
    changes
        .map(|change| {
            let link = format!("{}.{}", step.entity, name(step, &change.path));
            if falls.iter().any(|it| it.paths.contains(&change.path)) {
                0
            } else if links.contains(link.as_str())
                || moves.iter().any(|it| it.paths.contains(&change.path))
            {
                1
            } else {
                2
            }
        })
        .collect()
}

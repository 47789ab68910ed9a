//! Steps of a landing that the present tip does not let go together, though its target did.
//!
//! In: the plan of the landing, and the present definitions. Out: why all of it is stopped.

use std::collections::BTreeMap;

use crate::model::Catalog;
use crate::plan::file::{PlanFile, Step};

/// Why the present definitions stop it: an action of it names another in `conflicts`.
pub(super) fn stops(plan: &PlanFile, present: &Catalog) -> Option<String> {
    let mut by_entity: BTreeMap<(&str, &str), Vec<&Step>> = BTreeMap::new();
    for step in &plan.steps {
        let of = by_entity
            .entry((&step.blueprint, &step.entity))
            .or_default();
        of.push(step);
    }
    by_entity.values().find_map(|steps| pair(steps, present))
}

fn pair(steps: &[&Step], present: &Catalog) -> Option<String> {
    steps.iter().find_map(|step| {
        let action = present.find_action(&step.action)?;
        let other = steps.iter().find(|other| {
            let mut names = action.conflicts.iter();
            other.action != step.action && names.any(|name| name.value == other.action.as_str())
        })?;
        Some(format!(
            "{} and {} of {} conflict now",
            step.action, other.action, step.entity
        ))
    })
}

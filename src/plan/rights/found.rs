//! Relations that lead somewhere on one side alone, though nobody changed them: what they name
//! comes or goes with the pull request.
//!
//! In: both sides and what differs. Out: each entity that stays, with the name of such a relation.
//! A catalog may let them lead nowhere; somebody is then in a team from the day on which it is there.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use crate::model::EntityId;
use crate::plan::diff::{Difference, Side};
use crate::plan::rights::pair::{Both, Pairs};
use crate::policy::Rules;

const SIDES: [Side; 2] = [Side::Before, Side::After];

/// The relations that lead somewhere on one side alone, by the entities that have them.
pub(super) fn found(
    rules: &Both<&Rules<'_>>,
    pairs: &Pairs,
    differences: &[Difference],
) -> Vec<(Both<EntityId>, String)> {
    let named = Both {
        before: naming(rules, Side::Before, differences),
        after: naming(rules, Side::After, differences),
    };
    if named.before.is_empty() && named.after.is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for pair in pairs.kinds.iter().flat_map(|kind| &kind.entities) {
        let paths = SIDES
            .into_iter()
            .filter_map(|side| named.on(side).get(pair.on(side)));
        found.extend(paths.flatten().map(|path| (*pair, path.clone())));
    }
    found
}

/// Who names on a side what is on that side alone, and by which relations.
fn naming(
    rules: &Both<&Rules<'_>>,
    side: Side,
    differences: &[Difference],
) -> FxHashMap<EntityId, BTreeSet<String>> {
    let (graph, catalog) = (rules.on(side).graph(), rules.on(side).catalog());
    let changed: BTreeSet<(EntityId, &str)> = differences
        .iter()
        .filter_map(|difference| Some((on(difference, side)?, difference)))
        .flat_map(|(id, it)| {
            it.changes
                .iter()
                .map(move |change| (id, change.path.as_str()))
        })
        .collect();
    let alone = differences
        .iter()
        .filter(|it| it.before.is_none() != it.after.is_none());
    let alone = alone.filter_map(|difference| on(difference, side));
    let mut naming: FxHashMap<EntityId, BTreeSet<String>> = FxHashMap::default();
    for edge in alone.flat_map(|id| graph.incoming(id)) {
        let kind = catalog
            .entity(edge.from)
            .and_then(|it| catalog.blueprint(it.blueprint));
        let relation = kind.and_then(|kind| kind.relations.get(usize::from(edge.relation)));
        let Some(relation) = relation else { continue };
        let path = format!("relations.{}", relation.name.value);
        if !changed.contains(&(edge.from, path.as_str())) {
            naming.entry(edge.from).or_default().insert(path);
        }
    }
    naming
}

fn on(difference: &Difference, side: Side) -> Option<EntityId> {
    match side {
        Side::Before => difference.before,
        Side::After => difference.after,
    }
}

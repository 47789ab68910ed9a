//! Who owns an entity.

use std::collections::BTreeSet;

use crate::derive::route::Ground;
use crate::model::BlueprintId;
use crate::model::Entity;
use crate::model::EntityId;
use crate::model::blueprint::Ownership;

/// The owners by `ownership`. One may be inherited over many entities, and in a circle: each is
/// looked at once, on a stack of our own.
pub(super) fn owner(ground: Ground<'_>, entity: EntityId) -> Vec<EntityId> {
    let mut owners = BTreeSet::new();
    let mut seen = BTreeSet::from([entity]);
    let mut open = vec![entity];
    while let Some(id) = open.pop() {
        let Some(entity) = ground.catalog.entity(id) else {
            continue;
        };
        let Some(blueprint) = ground.catalog.blueprint(entity.blueprint) else {
            continue;
        };
        let follow = |path: &str| {
            let path: Vec<&str> = path.split('.').collect();
            ground.graph.follow(ground.catalog, id, &path)
        };
        match &blueprint.ownership {
            None => {}
            Some(Ownership::Direct) => owners.extend(teams(ground, entity)),
            Some(Ownership::Path(path)) => owners.extend(follow(&path.value)),
            Some(Ownership::Inherited(path)) => {
                let next = follow(&path.value);
                open.extend(next.into_iter().filter(|next| seen.insert(*next)));
            }
        }
    }
    owners.into_iter().collect()
}

/// The entities that `team` names.
fn teams(ground: Ground<'_>, entity: &Entity) -> Vec<EntityId> {
    if entity.team.is_empty() {
        return Vec::new();
    }
    let kinds = ground.catalog.team_kinds();
    let names = entity.team.iter();
    names
        .flat_map(|name| {
            let find = |kind: &BlueprintId| ground.catalog.find_entity(*kind, &name.value);
            kinds.iter().filter_map(find).collect::<Vec<_>>()
        })
        .collect()
}

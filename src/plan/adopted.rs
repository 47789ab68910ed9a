//! The entities that a plan adopts, by name.
//!
//! In: the result, and which of its entities are adopted. Out: what the plan file says of them,
//! no more names than a reader could use.

use crate::compile::Compiled;
use crate::model::{Entity, EntityId};
use crate::plan::file::{Adopted, AdoptedEntity};

/// How many are named.
const NAMED: usize = 1_000;

/// All entities where the target has no catalog, else those that are found to be adopted.
pub(super) fn adopted(after: &Compiled, has_target: bool, ids: &[EntityId]) -> Adopted {
    let catalog = &after.catalog;
    let all: Vec<&Entity> = if has_target {
        ids.iter().filter_map(|id| catalog.entity(*id)).collect()
    } else {
        catalog.entities.iter().collect()
    };
    let named = all.iter().map(|entity| AdoptedEntity {
        blueprint: catalog
            .blueprint(entity.blueprint)
            .map_or_else(String::new, |kind| kind.identifier.value.to_string()),
        entity: entity.identifier.value.to_string(),
    });
    let mut entities: Vec<AdoptedEntity> = named.collect();
    entities.sort();
    entities.truncate(NAMED);
    Adopted {
        count: all.len() as u64,
        entities,
    }
}

//! Entities that nothing connects with the rest, where their like are connected.

use rayon::prelude::*;

use crate::check::Subject;
use crate::finding::Finding;
use crate::finding::codes::E0309;
use crate::model::{Blueprint, Catalog, Entity, EntityId};

/// Connected entities of a kind for each that is not, at least: otherwise it is the kind's way.
const CONNECTED: usize = 2;

/// Entities without a relation that no relation leads to.
pub(super) fn orphans(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let catalog = subject.catalog;
    // What could not be read may be what leads to them.
    if !catalog.unread.is_empty() {
        return;
    }
    for (id, blueprint) in catalog.kinds() {
        let is_broken = subject
            .kinds
            .get(id.0 as usize)
            .is_none_or(|kind| kind.broken);
        if is_broken || !is_meant_to_be_connected(catalog, blueprint) {
            continue;
        }
        let first = catalog.entities.partition_point(|it| it.blueprint < id);
        let entities = catalog.entities_of(id);
        let orphans: Vec<&Entity> = entities
            .par_iter()
            .enumerate()
            .filter(|(at, entity)| {
                let number = EntityId(u32::try_from(first + at).unwrap_or(u32::MAX));
                !is_connected(subject, number, entity)
            })
            .map(|(_, entity)| entity)
            .collect();
        if entities.len() - orphans.len() < CONNECTED * orphans.len() {
            continue;
        }
        findings.extend(orphans.into_iter().map(|entity| finding(blueprint, entity)));
    }
}

/// Whether an entity of this kind that stands alone was forgotten. People and what they are
/// members of may be alone; what must have a relation is told so; and what others belong to one
/// of each (a domain, an owner, an environment) is there before the first that belongs to it.
fn is_meant_to_be_connected(catalog: &Catalog, blueprint: &Blueprint) -> bool {
    let name = &blueprint.identifier.value;
    let people = catalog.settings.people.as_ref();
    let is_people = people.is_some_and(|people| people.blueprint.value == *name);
    let mut own = blueprint.relations.iter();
    if is_people || own.any(|relation| relation.required || relation.member_of) {
        return false;
    }
    let incoming: Vec<_> = catalog
        .blueprints
        .iter()
        .flat_map(|other| &other.relations)
        .filter(|relation| relation.target.value == *name)
        .collect();
    if incoming.iter().any(|relation| relation.member_of) {
        return false;
    }
    let is_used = !incoming.is_empty() && incoming.iter().all(|relation| relation.many);
    !blueprint.relations.is_empty() || is_used
}

/// Whether something is said about an entity's place among others; also if it is wrong.
fn is_connected(subject: &Subject<'_>, number: EntityId, entity: &Entity) -> bool {
    let writes = entity.broken || !entity.relations.is_empty() || !entity.team.is_empty();
    writes || subject.graph.incoming(number).next().is_some()
}

fn finding(blueprint: &Blueprint, entity: &Entity) -> Finding {
    let relation = blueprint.relations.first();
    Finding::new(
        &E0309,
        entity.identifier.span,
        format!(
            "{} `{}` is related to nothing",
            blueprint.identifier.value, entity.identifier.value
        ),
    )
    .label("no relation, and none leads here")
    .help(match relation {
        Some(relation) => format!(
            "add a relation, as `{}`, or delete the entity if nothing uses it",
            relation.name.value
        ),
        None => "name it where it is used, or delete it if nothing uses it".to_owned(),
    })
}

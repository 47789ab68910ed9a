//! Who owns an entity, found by names along the path of its blueprint's `ownership`.
//!
//! In: a catalog and one of its entities, or an entity that claims to become one. Knows
//! nothing of rules.

use std::collections::BTreeSet;

use crate::model::blueprint::Ownership;
use crate::model::{Blueprint, BlueprintId, Catalog, Entity, EntityId};

/// How often ownership may be inherited on.
const DEPTH: usize = 16;

/// What a new entity says of its own owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Claims {
    /// It is believed: the entity is a fact of the catalog.
    Count,
    /// It is not: only what other entities say counts.
    Discard,
}

/// The owners of `entity`, which is of `blueprint` of `catalog`; all are entities of `catalog`.
pub(super) fn owners(
    catalog: &Catalog,
    blueprint: &Blueprint,
    entity: &Entity,
    claims: Claims,
) -> BTreeSet<EntityId> {
    owners_by(catalog, (catalog, blueprint), entity, claims)
}

/// The same, where the blueprints of another catalog say how owners are found: who owns something
/// after a merge is found as the target says, whatever the pull request says of it. `blueprint` is
/// one of theirs.
pub(super) fn owners_by(
    definitions: &Catalog,
    (catalog, blueprint): (&Catalog, &Blueprint),
    entity: &Entity,
    claims: Claims,
) -> BTreeSet<EntityId> {
    let mut found = BTreeSet::new();
    let of = (definitions, catalog);
    collect(of, blueprint, entity, claims, DEPTH, &mut found);
    found
}

/// The blueprint of an entity in the catalog that says how owners are found; that of its own where
/// there is none.
fn blueprint_of<'c>(
    (definitions, catalog): (&'c Catalog, &'c Catalog),
    entity: &Entity,
) -> Option<&'c Blueprint> {
    let own = catalog.blueprint(entity.blueprint)?;
    if std::ptr::eq(definitions, catalog) {
        return Some(own);
    }
    let theirs = definitions.find_blueprint(&own.identifier.value);
    Some(theirs.map_or(own, |(_, blueprint)| blueprint))
}

fn collect(
    of: (&Catalog, &Catalog),
    blueprint: &Blueprint,
    entity: &Entity,
    claims: Claims,
    depth: usize,
    found: &mut BTreeSet<EntityId>,
) {
    let (definitions, catalog) = of;
    match &blueprint.ownership {
        None => {}
        Some(Ownership::Direct) => {
            let teams = team_blueprint(definitions).and_then(|teams| definitions.blueprint(teams));
            let teams = teams.and_then(|teams| catalog.find_blueprint(&teams.identifier.value));
            if claims == Claims::Count
                && let Some((teams, _)) = teams
            {
                let names = entity.team.iter();
                found.extend(names.filter_map(|name| catalog.find_entity(teams, &name.value)));
            }
        }
        Some(Ownership::Path(path)) => {
            let path: Vec<&str> = path.value.split('.').collect();
            if claims == Claims::Count || path.len() > 1 {
                found.extend(follow(of, blueprint, entity, &path));
            }
        }
        Some(Ownership::Inherited(path)) => {
            let path: Vec<&str> = path.value.split('.').collect();
            for id in follow(of, blueprint, entity, &path) {
                if let Some(entity) = catalog.entity(id)
                    && let Some(blueprint) = blueprint_of(of, entity)
                    && depth > 0
                {
                    collect(of, blueprint, entity, Claims::Count, depth - 1, found);
                }
            }
        }
    }
}

fn follow(
    of: (&Catalog, &Catalog),
    blueprint: &Blueprint,
    entity: &Entity,
    path: &[&str],
) -> BTreeSet<EntityId> {
    let Some((first, rest)) = path.split_first() else {
        return BTreeSet::new();
    };
    let (_, catalog) = of;
    let mut here = targets(catalog, blueprint, entity, first);
    for relation in rest {
        here = here
            .into_iter()
            .filter_map(|id| {
                let entity = catalog.entity(id)?;
                let blueprint = blueprint_of(of, entity)?;
                Some(targets(catalog, blueprint, entity, relation))
            })
            .flatten()
            .collect();
    }
    here
}

/// The relation of a blueprint by which the owner of its entities is found first.
pub(super) fn first_relation(blueprint: &Blueprint) -> Option<&str> {
    match blueprint.ownership.as_ref()? {
        Ownership::Direct => None,
        Ownership::Path(path) | Ownership::Inherited(path) => path.value.split('.').next(),
    }
}

/// Whether all entities are there that `entity` names itself to say who owns it.
pub(super) fn is_settled(catalog: &Catalog, blueprint: &Blueprint, entity: &Entity) -> bool {
    let (kind, names) = match first_relation(blueprint) {
        None => (team_blueprint(catalog), &entity.team[..]),
        Some(name) => {
            let found = blueprint.relation(name);
            let kind = found.and_then(|(_, it)| catalog.find_blueprint(&it.target.value));
            let named = entity.relation(name).map(|related| &related.targets[..]);
            (kind.map(|(kind, _)| kind), named.unwrap_or_default())
        }
    };
    let is_there = |name: &str| kind.is_some_and(|kind| catalog.find_entity(kind, name).is_some());
    names.iter().all(|name| is_there(&name.value))
}

/// The entities of `catalog` that a relation of `entity` names.
pub(super) fn targets(
    catalog: &Catalog,
    blueprint: &Blueprint,
    entity: &Entity,
    relation: &str,
) -> BTreeSet<EntityId> {
    let target = blueprint
        .relation(relation)
        .and_then(|(_, relation)| catalog.find_blueprint(&relation.target.value));
    let (Some((target, _)), Some(related)) = (target, entity.relation(relation)) else {
        return BTreeSet::new();
    };
    let names = related.targets.iter();
    names
        .filter_map(|name| catalog.find_entity(target, &name.value))
        .collect()
}

/// What kind of entity owns those of a blueprint, and whether several may own one together.
pub(super) fn kind(catalog: &Catalog, blueprint: &Blueprint) -> Option<(BlueprintId, bool)> {
    kind_within(catalog, blueprint, DEPTH)
}

fn kind_within(
    catalog: &Catalog,
    blueprint: &Blueprint,
    depth: usize,
) -> Option<(BlueprintId, bool)> {
    let along = |path: &str| {
        let mut at = (None, blueprint);
        let mut many = false;
        for name in path.split('.') {
            let (_, relation) = at.1.relation(name)?;
            many |= relation.many;
            let (id, next) = catalog.find_blueprint(&relation.target.value)?;
            at = (Some(id), next);
        }
        Some((at.0?, at.1, many))
    };
    match blueprint.ownership.as_ref()? {
        Ownership::Direct => Some((team_blueprint(catalog)?, true)),
        Ownership::Path(path) => along(&path.value).map(|(id, _, many)| (id, many)),
        Ownership::Inherited(path) => {
            let (_, next, many) = along(&path.value)?;
            let (id, more) = kind_within(catalog, next, depth.checked_sub(1)?)?;
            Some((id, many || more))
        }
    }
}

/// The blueprint of the teams that `team:` of an entity names; nobody's without people.
fn team_blueprint(catalog: &Catalog) -> Option<BlueprintId> {
    catalog.settings.people.as_ref()?;
    catalog.team_kinds().first().copied()
}

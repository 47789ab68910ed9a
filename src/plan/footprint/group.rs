//! What people are members of, and what is theirs, looked up once for a side.
//!
//! In: a catalog. Out: the kinds of its groups, and the entities that name a group as their team.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use crate::model::{Catalog, EntityId};

/// The groups of one side.
pub(super) struct Groups<'c> {
    /// The kinds, and whether the side has each of them.
    kinds: BTreeMap<&'c str, bool>,
    owned: FxHashMap<&'c str, Vec<EntityId>>,
}

impl<'c> Groups<'c> {
    /// Those of a catalog.
    pub(super) fn of(catalog: &'c Catalog) -> Self {
        let relations = catalog.blueprints.iter().flat_map(|it| &it.relations);
        let memberships = relations.filter(|relation| relation.member_of);
        let kinds = memberships.map(|relation| relation.target.value.as_str());
        let kinds = kinds.map(|kind| (kind, catalog.find_blueprint(kind).is_some()));
        let mut owned: FxHashMap<&str, Vec<EntityId>> = FxHashMap::default();
        for (id, entity) in catalog.entities() {
            let names: BTreeSet<&str> = entity.team.iter().map(|it| it.value.as_str()).collect();
            for name in names {
                owned.entry(name).or_default().push(id);
            }
        }
        Self {
            kinds: kinds.collect(),
            owned,
        }
    }

    /// Their kinds, as far as they are there.
    pub(super) fn kinds(&self) -> impl Iterator<Item = &'c str> {
        let there = self.kinds.iter().filter(|(_, is_there)| **is_there);
        there.map(|(kind, _)| *kind)
    }

    /// Whether one can be a member of entities of a kind.
    pub(super) fn has(&self, kind: &str) -> bool {
        self.kinds.contains_key(kind)
    }

    /// The entities that name a group as their team.
    pub(super) fn owned(&self, name: &str) -> &[EntityId] {
        self.owned.get(name).map_or(&[], Vec::as_slice)
    }
}

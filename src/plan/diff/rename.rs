//! Entities of the result that are entities of the target under another name.
//!
//! In: both catalogs. Out: who is whom where `movedFrom` counts: the target has the old name and
//! not the new one, the result the new one and not the old one. What names a renamed entity by
//! its new name says what it said before.

use std::collections::BTreeMap;

use crate::model::{BlueprintId, Catalog, EntityId};
use crate::text::Text;

/// Who is whom.
#[derive(Debug, Default)]
pub struct Renames {
    /// The old names by blueprint and new name.
    names: BTreeMap<Text, BTreeMap<Text, Text>>,
    /// The old names of what `team` can name.
    teams: BTreeMap<Text, Text>,
    before: BTreeMap<EntityId, EntityId>,
    after: BTreeMap<EntityId, EntityId>,
}

impl Renames {
    /// Of a target and a result.
    pub fn of(before: &Catalog, after: &Catalog) -> Self {
        let mut renames = Self::default();
        let mut moved: Vec<(&Text, &Text, &Text, EntityId)> = after
            .entities()
            .filter_map(|(id, now)| {
                let from = now.moved_from.as_ref()?;
                let blueprint = &after.blueprint(now.blueprint)?.identifier.value;
                Some((blueprint, &now.identifier.value, &from.value, id))
            })
            .collect();
        moved.sort_unstable();
        for (blueprint, name, from, id) in moved {
            let Some((old_kind, _)) = before.find_blueprint(blueprint) else {
                continue;
            };
            let Some((kind, _)) = after.find_blueprint(blueprint) else {
                continue;
            };
            let is_new = before.find_entity(old_kind, name).is_none();
            let is_gone = after.find_entity(kind, from).is_none();
            let Some(old) = before.find_entity(old_kind, from) else {
                continue;
            };
            // Of two that say that they were the same, the first is it.
            if !is_new || !is_gone || renames.after.contains_key(&old) {
                continue;
            }
            let names = renames.names.entry(blueprint.clone()).or_default();
            names.insert(name.clone(), from.clone());
            renames.before.insert(id, old);
            renames.after.insert(old, id);
        }
        renames.teams = renames.teams_of(before, after);
        renames
    }

    /// The names of what `team` can name on both sides, where they are of one kind alone.
    fn teams_of(&self, before: &Catalog, after: &Catalog) -> BTreeMap<Text, Text> {
        if self.names.is_empty() {
            return BTreeMap::new();
        }
        let (old_kinds, kinds) = (before.team_kinds(), after.team_kinds());
        let is_one = |catalog: &Catalog, kinds: &[BlueprintId], name: &str| {
            let found = kinds.iter();
            found
                .filter(|kind| catalog.find_entity(**kind, name).is_some())
                .count()
                == 1
        };
        let mut teams = BTreeMap::new();
        for kind in kinds.iter().filter_map(|kind| after.blueprint(*kind)) {
            let kind = &kind.identifier.value;
            let was_one = before.find_blueprint(kind);
            // What only is called alike was not meant.
            if !was_one.is_some_and(|(old, _)| old_kinds.contains(&old)) {
                continue;
            }
            for (name, old) in self.names.get(kind).into_iter().flatten() {
                if is_one(after, &kinds, name) && is_one(before, &old_kinds, old) {
                    teams.insert(name.clone(), old.clone());
                }
            }
        }
        teams
    }

    /// What an entity of the target is in the result, where it is renamed.
    pub fn after(&self, before: EntityId) -> Option<EntityId> {
        self.after.get(&before).copied()
    }

    /// What an entity of the result was on the target, where it is renamed.
    pub fn before(&self, after: EntityId) -> Option<EntityId> {
        self.before.get(&after).copied()
    }

    /// What the target calls an entity that the result calls `name`.
    pub(super) fn old_name<'n>(&'n self, blueprint: &str, name: &'n str) -> &'n str {
        let names = self.names.get(blueprint);
        names
            .and_then(|names| names.get(name))
            .map_or(name, |old| old.as_str())
    }

    /// What the target calls a group that `team` names.
    pub(super) fn old_team<'n>(&'n self, name: &'n str) -> &'n str {
        self.teams.get(name).map_or(name, |old| old.as_str())
    }
}

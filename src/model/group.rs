//! Which kinds of entities are groups: what people can be members of, and what `team` of an
//! entity names.
//!
//! In: the settings and the blueprints. Out: the kinds. Everything that asks who owns something
//! asks here, so that what a catalog shows and what rules decide by are the same.

use std::collections::BTreeSet;

use crate::model::{Blueprint, BlueprintId, Catalog};

/// What people can be members of.
#[derive(Debug, Clone, Default)]
pub struct Groups {
    /// Blueprints that `teams` of a rule means.
    pub teams: Vec<BlueprintId>,
    /// Blueprints that `roles` of a rule means.
    pub roles: Vec<BlueprintId>,
}

impl Catalog {
    /// What the entities of a blueprint can be members of, by `memberOf` relations and on.
    pub fn groups_above(&self, blueprint: &Blueprint) -> Vec<BlueprintId> {
        let mut all: Vec<BlueprintId> = Vec::new();
        let mut next = vec![blueprint];
        let mut at = 0;
        while let Some(blueprint) = next.get(at).copied() {
            at += 1;
            for relation in blueprint.relations.iter().filter(|it| it.member_of) {
                if let Some((id, target)) = self.find_blueprint(&relation.target.value)
                    && !all.contains(&id)
                {
                    all.push(id);
                    next.push(target);
                }
            }
        }
        all
    }

    /// What people can be members of: `roles` means those that have `role` in their name, and
    /// `teams` the others. None where the settings name no people.
    pub fn groups(&self) -> Groups {
        let people = self.settings.people.as_ref();
        let people = people.and_then(|people| self.find_blueprint(&people.blueprint.value));
        let Some((_, people)) = people else {
            return Groups::default();
        };
        let is_role = |id: &BlueprintId| {
            self.blueprint(*id)
                .is_some_and(|it| it.identifier.value.to_ascii_lowercase().contains("role"))
        };
        let all = self.groups_above(people).into_iter();
        let (roles, teams) = all.partition(is_role);
        Groups { teams, roles }
    }

    /// The kinds that `team` of an entity names: what people are members of, the first that is no
    /// role. Where the settings name no people, everything that something is a member of.
    pub fn team_kinds(&self) -> Vec<BlueprintId> {
        if self.settings.people.is_some() {
            return self.groups().teams.into_iter().take(1).collect();
        }
        self.kinds_of_groups().into_iter().collect()
    }

    /// Everything that something is a member of, whether or not people can be in it.
    pub fn kinds_of_groups(&self) -> BTreeSet<BlueprintId> {
        let relations = self.blueprints.iter().flat_map(|it| &it.relations);
        let groups = relations.filter(|relation| relation.member_of);
        let kinds = groups.filter_map(|relation| self.find_blueprint(&relation.target.value));
        kinds.map(|(id, _)| id).collect()
    }
}

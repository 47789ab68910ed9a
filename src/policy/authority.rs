//! What of an entity says who is what: a change of it is a `grant`, and `update` never covers it.
//!
//! In: the catalogs of both sides, and what happens to an entity. Out: the paths of its kind by
//! which somebody becomes, or is taken for, a member or a person.

use crate::model::path::{covers, segment};
use crate::model::{Action, Blueprint, Catalog};
use crate::policy::BuiltIn;

/// What happens to an entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happens {
    /// It is new.
    Appears,
    /// It goes away.
    Disappears,
    /// It stays, and paths of it change.
    Changes,
}

/// What of a kind of entities says who is what: `memberOf` relations, a person's login and id,
/// names by which rules and relations mean somebody, and all of an entity that makes somebody a
/// member.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Authority {
    paths: Vec<String>,
    /// Whether the entity itself is somebody's membership.
    is_whole: bool,
}

impl Authority {
    /// Of a blueprint of the target, which may be another one in the result.
    pub fn of(target: &Catalog, result: &Catalog, blueprint: &str, happens: Happens) -> Self {
        let mut authority = Self::default();
        for catalog in [target, result] {
            let Some((_, blueprint)) = catalog.find_blueprint(blueprint) else {
                continue;
            };
            let members = blueprint.relations.iter().filter(|it| it.member_of);
            let members = members.map(|relation| format!("relations.{}", relation.name.value));
            authority.paths.extend(members);
            authority.is_whole |= blueprint.membership.is_some();
        }
        let is_there_still = happens == Happens::Changes;
        // What the result takes for a login becomes one with it.
        for catalog in [target, result] {
            let people = catalog.settings.people.as_ref();
            let Some(people) = people.filter(|people| people.blueprint.value == blueprint) else {
                continue;
            };
            let names = people.login.iter().chain(&people.id);
            let names = names.map(|name| format!("properties{}", segment(&name.value)));
            authority.paths.extend(names);
            if people.login.is_none() || is_there_still {
                authority.paths.push("identifier".to_owned());
            }
        }
        // Rules and relations name people and groups: who takes a name takes what it may.
        let mut kinds = target.blueprints.iter();
        if is_there_still && kinds.any(|kind| has_members(kind, blueprint)) {
            authority.paths.push("identifier".to_owned());
        }
        authority
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.paths.is_empty() && !self.is_whole
    }

    /// Whether all of the entity is: no action takes such a change over.
    pub const fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// Whether a path is one of them or below one.
    pub fn has(&self, path: &str) -> bool {
        self.is_whole || self.paths.iter().any(|own| covers(own, path))
    }

    /// The built-in action of a changed path that nobody claims.
    pub fn built_in(&self, path: &str) -> BuiltIn {
        match path {
            path if self.has(path) => BuiltIn::Grant,
            "identifier" => BuiltIn::Rename,
            _ => BuiltIn::Update,
        }
    }

    /// Whether a path of an entity that appears or disappears needs `grant` beside what makes or
    /// removes it. An action that makes people may give them a login, as its author meant it; who
    /// may make people may not thereby make them members, whatever action makes them.
    pub fn grants(&self, path: &str, happens: Happens, by: Option<&Action>) -> bool {
        self.has(path)
            && match (by, happens) {
                (None, _) => true,
                _ if self.is_whole => true,
                (Some(_), Happens::Appears) => path.starts_with("relations."),
                (Some(_), _) => false,
            }
    }
}

/// Whether entities of a blueprint can be groups that those of `kind` are members of, or that
/// they make somebody a member of.
fn has_members(kind: &Blueprint, group: &str) -> bool {
    let mut relations = kind.relations.iter();
    let membership = kind.membership.as_ref();
    relations.any(|relation| {
        let is_group = membership.is_some_and(|it| it.group.value == relation.name.value);
        (relation.member_of || is_group) && relation.target.value == group
    })
}

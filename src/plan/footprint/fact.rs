//! Names of facts, which a person understands and a program compares.
//!
//! In: what a fact is of. Out: its name, and a sorted collection of facts with their digests. Of
//! very many facts of one kind of entity it is one fact: all of that kind.

use std::collections::BTreeMap;

use serde_json::json;

use crate::plan::file::{Fact, digest};

/// What is read where nothing more exact can be said.
pub(in crate::plan) const EVERYTHING: &str = "everything";
/// Which entities there are, by name.
pub(in crate::plan) const NAMES: &str = "names";
/// Who is a person, and which groups there are.
pub(in crate::plan) const PEOPLE: &str = "people";
/// Who is a member of what.
pub(in crate::plan) const MEMBERSHIPS: &str = "memberships";
/// All that is defined.
pub(in crate::plan) const DEFINITIONS: &str = "definitions";
/// How kinds of entities are related, and which of their values are derived.
pub(in crate::plan) const LINKS: &str = "links";
/// The settings.
pub(in crate::plan) const SETTINGS: &str = "settings";

/// The most facts of one kind of entity that are told one by one.
const TOLD: usize = 500;

/// An entity: `Component/CartService`.
pub(super) fn entity(kind: &str, name: &str) -> String {
    format!("{kind}/{name}")
}

/// A part of an entity: `Component/CartService relations.owner`.
pub(super) fn part(kind: &str, name: &str, path: &str) -> String {
    format!("{kind}/{name} {path}")
}

/// Who points at an entity: `to System/Cart`, `to System/Cart by Component.system`.
pub(super) fn to(kind: &str, name: &str, by: Option<&str>) -> String {
    match by {
        Some(by) => format!("to {kind}/{name} by {by}"),
        None => format!("to {kind}/{name}"),
    }
}

/// That an entity has a name, in whatever case it is written.
pub(super) fn name(kind: &str, name: &str) -> String {
    format!("name {kind} {}", name.to_lowercase())
}

/// How many entities there are of a kind.
pub(super) fn count(kind: &str) -> String {
    format!("count {kind}")
}

/// A value that no other entity of the kind may have: `unique Component.port 8080`.
pub(super) fn unique(kind: &str, property: &str, value: &str) -> String {
    format!("unique {kind}.{property} {value}")
}

/// Where a relation that may not lead back leads on from an entity.
pub(super) fn acyclic(kind: &str, relation: &str, name: &str) -> String {
    format!("acyclic {kind}.{relation} {name}")
}

/// The same from any entity of a kind.
pub(super) fn all_acyclic(kind: &str, relation: &str) -> String {
    acyclic(kind, relation, "*")
}

/// Whose a login or an id is.
pub(super) fn login(login: &str) -> String {
    format!("login {}", login.to_lowercase())
}

/// The groups that a person or group is in by itself.
pub(super) fn groups(kind: &str, name: &str) -> String {
    format!("groups {kind}/{name}")
}

/// The actions of a kind, with their triggers.
pub(super) fn actions(kind: &str) -> String {
    format!("actions {kind}")
}

/// A definition: `action/scale`, `blueprint/Component`.
pub(super) fn definition(kind: &str, name: &str) -> String {
    if kind == SETTINGS {
        SETTINGS.to_owned()
    } else {
        format!("{kind}/{name}")
    }
}

/// What the rules about an action say: `rules scale`, `rules update:Component`.
pub(super) fn rules(action: &str) -> String {
    format!("rules {action}")
}

/// A file.
pub(in crate::plan) fn file(path: &str) -> String {
    format!("file {path}")
}

/// A folder that is there no more.
pub(in crate::plan) fn folder(path: &str) -> String {
    format!("folder {path}")
}

/// A request, which runs once for ever.
pub(super) fn request(id: &str) -> String {
    format!("request {id}")
}

/// Facts with their digests.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// Those of entities, by kind.
    entities: BTreeMap<String, BTreeMap<String, String>>,
    others: BTreeMap<String, String>,
}

impl Facts {
    /// Adds a fact about an entity of a kind.
    pub(super) fn add_of(&mut self, kind: &str, what: String, digest: String) {
        let of = self.entities.entry(kind.to_owned()).or_default();
        of.insert(what, digest);
    }

    /// Adds another fact.
    pub(super) fn add(&mut self, what: impl Into<String>, digest: String) {
        self.others.insert(what.into(), digest);
    }

    /// The facts, sorted.
    pub(super) fn told(self) -> Vec<Fact> {
        let mut told = Vec::new();
        let fact = |(what, digest)| Fact { what, digest };
        for (kind, facts) in self.entities {
            if facts.len() <= TOLD {
                told.extend(facts.into_iter().map(fact));
                continue;
            }
            let all = digest(&json!(facts));
            told.push(fact((entity(&kind, "*"), all.clone())));
            told.push(fact((to(&kind, "*", None), all)));
        }
        told.extend(self.others.into_iter().map(fact));
        told.sort();
        told
    }
}

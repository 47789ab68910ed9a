//! What people do to catalogs, and histories of it.

use std::collections::BTreeSet;

use super::rule::Rule;
use super::world::{Action, Blueprint, Entity, Id, Ownership, Property, Request, Settings};
use super::world::{TEAM, Value, World};

/// Something that somebody does to a catalog; on a catalog that lacks what it is about, nothing.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Change {
    Set(Id, String, Option<Value>),
    Title(Id, String),
    Team(Id, Option<String>),
    Relate(Id, String, BTreeSet<String>),
    Create(Entity),
    Delete(Id),
    Rename(Id, String),
    Move(Id, String),
    /// A `movedFrom` that counts for nothing.
    Inert(Id, String),
    Policy(String, Option<Vec<Rule>>),
    Act(Box<Action>),
    Drop(String),
    Define(Blueprint),
    Extend(String, Property),
    Own(String, Ownership),
    Ask(Request),
    Forget(String),
    Comment(String),
    Note(String, Option<String>),
    Settings(Settings),
}

impl Change {
    pub(crate) fn apply(&self, world: &mut World) {
        match self {
            Self::Set(..) | Self::Title(..) | Self::Team(..) | Self::Relate(..) => {
                self.edit(world);
            }
            Self::Move(..) | Self::Inert(..) => self.edit(world),
            Self::Create(entity) => {
                let is_known = world.entity(&entity.blueprint, &entity.name).is_some();
                if !is_known && world.blueprint(&entity.blueprint).is_some() {
                    world.entities.push(entity.clone());
                }
            }
            Self::Delete(id) => {
                world.entities.retain(|entity| entity.id() != *id);
                tidy(world, id);
                replace(world, id, None);
            }
            Self::Rename(id, name) => {
                if world.entity(&id.0, name).is_none()
                    && let Some(entity) = world.entity_mut(id)
                {
                    entity.moved_from = Some(id.1.clone());
                    entity.name.clone_from(name);
                    tidy(world, id);
                    replace(world, id, Some(name));
                }
            }
            Self::Policy(name, Some(rules)) => {
                world.policies.insert(name.clone(), rules.clone());
            }
            Self::Policy(name, None) => {
                world.policies.remove(name);
            }
            Self::Act(action) => {
                world.actions.retain(|it| it.name != action.name);
                world.actions.push(action.as_ref().clone());
            }
            Self::Drop(name) => world.actions.retain(|it| it.name != *name),
            Self::Define(blueprint) => {
                world.blueprints.retain(|it| it.name != blueprint.name);
                world.blueprints.push(blueprint.clone());
            }
            Self::Extend(..) | Self::Own(..) => self.redefine(world),
            Self::Ask(request) => {
                if world.requests.iter().all(|it| it.id != request.id) {
                    world.requests.push(request.clone());
                }
            }
            Self::Forget(id) => world.requests.retain(|it| it.id != *id),
            Self::Comment(path) => *world.comments.entry(path.clone()).or_default() += 1,
            Self::Note(path, text) => match text {
                Some(text) => drop(world.others.insert(path.clone(), text.clone())),
                None => drop(world.others.remove(path)),
            },
            Self::Settings(settings) => world.settings = settings.clone(),
        }
    }

    fn edit(&self, world: &mut World) {
        let (Self::Set(id, ..)
        | Self::Title(id, _)
        | Self::Team(id, _)
        | Self::Relate(id, ..)
        | Self::Move(id, _)
        | Self::Inert(id, _)) = self
        else {
            return;
        };
        let Some(entity) = world.entity_mut(id) else {
            return;
        };
        match self {
            Self::Set(_, path, Some(value)) => {
                entity.properties.insert(path.clone(), value.clone());
            }
            Self::Set(_, path, None) => {
                entity.properties.remove(path);
            }
            Self::Title(_, title) => entity.title = Some(title.clone()),
            Self::Team(_, team) => entity.team.clone_from(team),
            Self::Relate(_, name, related) if related.is_empty() => {
                entity.relations.remove(name);
            }
            Self::Relate(_, name, related) => {
                entity.relations.insert(name.clone(), related.clone());
            }
            Self::Move(_, file) => entity.file.clone_from(file),
            Self::Inert(_, from) => entity.moved_from = Some(from.clone()),
            _ => {}
        }
    }

    fn redefine(&self, world: &mut World) {
        let (Self::Extend(name, _) | Self::Own(name, _)) = self else {
            return;
        };
        let blueprints = world.blueprints.iter_mut();
        for blueprint in blueprints.filter(|blueprint| blueprint.name == *name) {
            match self {
                Self::Extend(_, property) => {
                    blueprint.properties.retain(|it| it.path != property.path);
                    blueprint.properties.push(property.clone());
                }
                Self::Own(_, ownership) => blueprint.ownership = Some(ownership.clone()),
                _ => {}
            }
        }
    }
}

/// Requests of before go with what they are about, or the catalog has an error.
fn tidy(world: &mut World, id: &Id) {
    let is_about = |of: &Option<Id>| of.as_ref() == Some(id);
    let requests = &mut world.requests;
    requests.retain(|request| request.action == "record" || !is_about(&request.of));
}

/// Puts another name, or none, wherever entities name one.
fn replace(world: &mut World, id: &Id, name: Option<&String>) {
    let blueprints = world.blueprints.clone();
    for entity in &mut world.entities {
        let blueprint = blueprints.iter().find(|it| it.name == entity.blueprint);
        for (relation, related) in &mut entity.relations {
            let target = blueprint.and_then(|blueprint| blueprint.relation(relation));
            if target.is_some_and(|it| it.target == id.0) && related.remove(&id.1) {
                related.extend(name.cloned());
            }
        }
        entity.relations.retain(|_, related| !related.is_empty());
        if id.0 == TEAM && entity.team.as_ref() == Some(&id.1) {
            entity.team = name.cloned();
        }
    }
}

/// A world after some changes.
pub(crate) fn after(world: &World, changes: &[&[Change]]) -> World {
    let mut world = world.clone();
    for change in changes.iter().copied().flatten() {
        change.apply(&mut world);
    }
    world
}

/// Which commit of the pull request somebody saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Commit {
    First,
    Second,
}

/// Who asks for the merge and who agreed to which commit.
#[derive(Debug, Clone)]
pub(crate) struct Ask {
    pub(crate) actors: Vec<String>,
    /// Who wrote the commits of the pull request: they can only exclude.
    pub(crate) author: Option<String>,
    pub(crate) approvals: Vec<(String, Commit)>,
}

/// A catalog, what its target branch gained, and a pull request of two commits.
#[derive(Debug, Clone)]
pub(crate) struct History {
    pub(crate) fork: World,
    pub(crate) gains: Vec<Change>,
    pub(crate) first: Vec<Change>,
    pub(crate) second: Vec<Change>,
    pub(crate) asks: Vec<Ask>,
}

//! A change of owner, which both sides must agree to.
//!
//! In: a question, or entities that get another owner by what leads to it. Out: who owned and who
//! would own, and their approvals. Who somebody is and in which team is judged on the target
//! alone, and so is which relations lead to an owner.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::action::{Operation, Side};
use crate::model::blueprint::Ownership;
use crate::model::{Blueprint, BlueprintId, Catalog, Entity, EntityId};
use crate::policy::approve::Group;
use crate::policy::owner::{self, Claims};
use crate::policy::{ActionName, BuiltIn, Need, Question, Resource, Rules};
use crate::text::Span;

/// What owners are called, and who of the target they are.
type Owners = (Vec<String>, BTreeSet<EntityId>);

impl Rules<'_> {
    /// Where both owners must agree as soon as they are two: what says who owns an entity
    /// changes, and the action says nothing of approvals. The place is that of the ownership.
    pub fn hand_over(&self, question: &Question<'_>) -> Option<Span> {
        let is_change = match question.action {
            ActionName::Catalog(_) => true,
            // What says who is a member of what may say who owns it too.
            ActionName::BuiltIn(built_in) => {
                matches!(built_in, BuiltIn::Update | BuiltIn::Record | BuiltIn::Grant)
            }
        };
        if !is_change || self.asking(question.action).is_some() {
            return None;
        }
        self.owner_changed(question)
    }

    /// The approvals of both sides where entities get another owner by what leads to it, each
    /// once. Where nobody owned or nobody would own, that side has nobody who could be asked.
    pub fn handed_along<'e>(
        &self,
        result: &'e Catalog,
        entities: impl IntoIterator<Item = (EntityId, &'e Entity)>,
    ) -> Vec<Need> {
        let mut all: BTreeMap<(Side, Owners), Span> = BTreeMap::new();
        for (id, entity) in entities {
            let kind = self.catalog.entity(id).map(|entity| entity.blueprint);
            let Some((_, place)) = kind.and_then(|kind| self.owned_by(kind)) else {
                continue;
            };
            let before = self.owners_here(id);
            let after = self.owners_there(result, Some(entity));
            // From nobody nothing is taken, and who is new has nobody yet who could agree.
            let is_found = before.0.is_empty() && after.1.is_empty();
            if before == after || is_found {
                continue;
            }
            let sides = [
                (Side::Before, moving(&before, &after)),
                (Side::After, moving(&after, &before)),
            ];
            for (side, owners) in sides {
                if !owners.0.is_empty() {
                    all.entry((side, owners)).or_insert(place);
                }
            }
        }
        let all = all.into_iter();
        all.map(|((side, owners), place)| {
            self.need(vec![group(side, owners)], Some(side), 1, place)
        })
        .collect()
    }

    /// The sides that are asked where what says who owns an entity changes: those that have an
    /// owner. What is named and is not there is somebody whom nobody knows: that side is asked.
    pub(super) fn sides_asked(&self, question: &Question<'_>) -> Vec<Side> {
        let (before, after) = (self.owners_before(question), self.owners_after(question));
        let was_nobodys = before.0.is_empty() && self.is_settled(Side::Before, question);
        // From nobody nothing is taken, and who is new has nobody yet who could agree.
        let is_found = was_nobodys && !after.0.is_empty() && after.1.is_empty();
        if before == after || is_found {
            return Vec::new();
        }
        let is_nobodys = after.0.is_empty() && self.is_settled(Side::After, question);
        let sides = [(Side::Before, was_nobodys), (Side::After, is_nobodys)];
        let asked = sides.into_iter().filter(|(_, is_nobodys)| !is_nobodys);
        asked.map(|(side, _)| side).collect()
    }

    /// Whether all is there that an entity names as the way to its owner.
    fn is_settled(&self, side: Side, question: &Question<'_>) -> bool {
        let found = match side {
            Side::Before => match question.resource {
                Resource::Entity(id) => self.catalog.entity(id).map(|it| (self.catalog, it)),
                Resource::Proposed(..) | Resource::Root { .. } => None,
            },
            Side::After => question.after,
        };
        found.is_some_and(|(catalog, entity)| {
            let kind = catalog.blueprint(entity.blueprint);
            let kind = kind.and_then(|kind| self.catalog.find_blueprint(&kind.identifier.value));
            kind.is_some_and(|(_, blueprint)| owner::is_settled(catalog, blueprint, entity))
        })
    }

    /// Whether an action says for itself who approves.
    pub fn says_who_approves(&self, action: &str) -> bool {
        self.asking(ActionName::Catalog(action)).is_some()
    }

    /// The owner of a side, as far as the target knows it. Where it is the owner that changes, it
    /// is who gives up or who gets.
    pub(super) fn owners(&self, side: Side, question: &Question<'_>) -> Group {
        let (before, after) = (self.owners_before(question), self.owners_after(question));
        let (own, other) = match side {
            Side::Before => (before, after),
            Side::After => (after, before),
        };
        let is_change = self.owner_changed(question).is_some();
        group(side, if is_change { moving(&own, &other) } else { own })
    }

    pub(super) fn owners_before(&self, question: &Question<'_>) -> Owners {
        let Resource::Entity(id) = question.resource else {
            return (Vec::new(), BTreeSet::new());
        };
        self.owners_here(id)
    }

    fn owners_here(&self, id: EntityId) -> Owners {
        let found = owners_of(self.catalog, self.catalog.entity(id));
        let names = found
            .iter()
            .map(|id| self.name_of(*id).to_owned())
            .collect();
        (names, found)
    }

    pub(super) fn owners_after(&self, question: &Question<'_>) -> Owners {
        let (result, entity) = match question.resource {
            Resource::Proposed(result, entity) => (result, Some(entity)),
            Resource::Entity(id) => match question.after {
                Some((result, entity)) => (result, Some(entity)),
                // A request changes nothing in the catalog; what is deleted has no owner after.
                None if !self.deletes(question) => (self.catalog, self.catalog.entity(id)),
                None => return (Vec::new(), BTreeSet::new()),
            },
            Resource::Root { .. } => return (Vec::new(), BTreeSet::new()),
        };
        self.owners_there(result, entity)
    }

    /// The owners that an entity of the result has there, as far as the target knows them.
    fn owners_there(&self, result: &Catalog, entity: Option<&Entity>) -> Owners {
        let mut names = Vec::new();
        let mut by = BTreeSet::new();
        // Which relations lead to the owner is the target's word, not that of the change.
        let kind = entity.and_then(|entity| result.blueprint(entity.blueprint));
        let kind = kind.and_then(|kind| self.catalog.find_blueprint(&kind.identifier.value));
        let found = entity.zip(kind).map(|(entity, (_, blueprint))| {
            owner::owners_by(self.catalog, (result, blueprint), entity, Claims::Count)
        });
        for id in found.unwrap_or_default() {
            let Some(owner) = result.entity(id) else {
                continue;
            };
            // An owner that the target does not have yet has no members there.
            let known = self.known(result, owner);
            let name = known.map_or(owner.identifier.value.as_str(), |id| self.name_of(id));
            names.push(name.to_owned());
            by.extend(known);
        }
        (names, by)
    }

    /// An entity of the result as the target knows it: by its name or, where it is renamed, by
    /// the name that it has there. Who is renamed owns what they owned, and agrees to nothing.
    fn known(&self, result: &Catalog, entity: &Entity) -> Option<EntityId> {
        let kind = result.blueprint(entity.blueprint)?;
        let (kind, _) = self.catalog.find_blueprint(&kind.identifier.value)?;
        let named = self.catalog.find_entity(kind, &entity.identifier.value);
        named.or_else(|| {
            let from = &entity.moved_from.as_ref()?.value;
            let others = result.entities_of(entity.blueprint).iter();
            let moved = others.filter_map(|other| Some(&other.moved_from.as_ref()?.value));
            // What two say that they were is neither of them.
            let is_certain = result.find_entity(entity.blueprint, from).is_none()
                && moved.filter(|other| *other == from).count() == 1;
            is_certain.then(|| self.catalog.find_entity(kind, from))?
        })
    }

    fn deletes(&self, question: &Question<'_>) -> bool {
        match question.action {
            ActionName::Catalog(name) => self
                .catalog
                .find_action(name)
                .is_none_or(|action| action.operation.value == Operation::Delete),
            ActionName::BuiltIn(built_in) => built_in == BuiltIn::Delete,
        }
    }

    /// Whether that of an entity that stays is changed which says who owns it: where the blueprint
    /// names it.
    fn owner_changed(&self, question: &Question<'_>) -> Option<Span> {
        let Resource::Entity(id) = question.resource else {
            return None;
        };
        question.after?;
        let (path, place) = self.owned_by(self.catalog.entity(id)?.blueprint)?;
        question.changed.contains(&path).then_some(place)
    }

    /// What of an entity says who owns it, as `changed` has it, and where its blueprint says so.
    pub fn owned_by(&self, blueprint: BlueprintId) -> Option<(String, Span)> {
        let blueprint = self.catalog.blueprint(blueprint)?;
        Some(match blueprint.ownership.as_ref()? {
            Ownership::Direct => ("team".to_owned(), blueprint.identifier.span),
            Ownership::Path(path) | Ownership::Inherited(path) => {
                let first = path.value.split('.').next().unwrap_or_default();
                (format!("relations.{first}"), path.span)
            }
        })
    }
}

/// The owners of a side that the other has not: from who owns it on both nothing is taken and to
/// them nothing is given, so they do not agree in another's place. All, where there is none.
fn moving(own: &Owners, other: &Owners) -> Owners {
    let names = own.0.iter().filter(|name| !other.0.contains(name));
    let names: Vec<String> = names.cloned().collect();
    let known: BTreeSet<EntityId> = own.1.difference(&other.1).copied().collect();
    match (names.is_empty(), known.is_empty()) {
        (true, true) => own.clone(),
        // A person may be called as a team is.
        (true, false) => (own.0.clone(), known),
        (false, _) => (names, known),
    }
}

/// The owners of a side as those who approve.
fn group(side: Side, (names, by): Owners) -> Group {
    let word = match side {
        Side::Before => "before",
        Side::After => "after",
    };
    let words = if names.is_empty() {
        format!("the owner {word}, who is not known")
    } else {
        format!("{}, the owner {word}", names.join(" and "))
    };
    Group { words, by }
}

fn owners_of(catalog: &Catalog, entity: Option<&Entity>) -> BTreeSet<EntityId> {
    let found = entity.and_then(|entity| {
        let blueprint: &Blueprint = catalog.blueprint(entity.blueprint)?;
        Some(owner::owners(catalog, blueprint, entity, Claims::Count))
    });
    found.unwrap_or_default()
}

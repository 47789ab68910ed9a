//! The few entities that rules can see in one question.
//!
//! In: where the rules begin to look (the principal, the resource, what the context names) and
//! how far they look, and the names that they read. Out: these entities for Cedar, each with what
//! the rules name of it and with all of its ancestors as parents, so that `in` and
//! `!(... in ...)` are right although the groups between are not there.
//! An entity that does not fit its blueprint is an error, and an error is a denial.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::{Arc, PoisonError};

use cedar_policy::{Entities, EntityUid};
use cedar_policy_core::ast::{EntityUID, PartialValue, Value};
use cedar_policy_core::entities::{NoEntitiesSchema, TCComputation};
use cedar_policy_core::extensions::Extensions;
use serde_json::Value as Json;

use crate::derive::Outcome;
use crate::model::{Blueprint, Catalog, Entity, EntityId};
use crate::policy::Rules;
use crate::policy::attribute::{Attribute, Of};
use crate::policy::dangling;
use crate::policy::owner::{self, Claims};
use crate::policy::shape::{self, Field, Shape};
use crate::policy::shelf::Shelf;
use crate::policy::vocabulary::{Kind, Vocabulary};
use crate::text::Text;

/// Whether an entity is a fact of the target or comes from a pull request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// What it points at must exist.
    Fact,
    /// What it points at may not exist on the target; rules that look there fail.
    Claim,
}

/// Collects the entities of one question.
pub(super) struct Slice<'s, 'c> {
    pub(super) rules: &'s Rules<'c>,
    pub(super) vocabulary: &'s Vocabulary,
    /// What rules can see of an entity.
    pub(super) sight: Sight<'s>,
    roots: BTreeSet<EntityId>,
    /// The resource, where it is on the target.
    resource: Option<EntityId>,
    built: BTreeMap<EntityId, Arc<Face>>,
    proposed: Option<Arc<CedarEntity>>,
}

type CedarEntity = cedar_policy_core::ast::Entity;

/// What rules can see of an entity of the target.
#[derive(Debug)]
pub(super) struct Face {
    /// For Cedar.
    entity: Arc<CedarEntity>,
    /// The entities that it names.
    seen: BTreeSet<EntityId>,
}

/// What the rules that are asked can see of an entity, by name.
#[derive(Clone, Copy)]
pub(super) struct Sight<'s> {
    /// The rules.
    pub(super) shelf: &'s Shelf,
    /// How much of it they are shown.
    pub(super) shown: Shown,
}

/// How much of an entity rules are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    /// What they name.
    Named,
    /// All, to prove that it changes nothing.
    #[cfg(test)]
    All,
}

impl Sight<'_> {
    /// Whether something of this name can be seen.
    pub(super) fn has(self, name: &str) -> bool {
        match self.shown {
            Shown::Named => self.shelf.reads.shows(name),
            #[cfg(test)]
            Shown::All => true,
        }
    }
}

/// Named values for Cedar.
pub(super) type Pairs = Vec<(Text, Value)>;

impl<'s, 'c> Slice<'s, 'c> {
    pub(super) fn new(rules: &'s Rules<'c>, vocabulary: &'s Vocabulary, sight: Sight<'s>) -> Self {
        Self {
            rules,
            vocabulary,
            sight,
            roots: BTreeSet::new(),
            resource: None,
            built: BTreeMap::new(),
            proposed: None,
        }
    }

    /// Rules begin to look at these entities of the target.
    pub(super) fn roots(&mut self, ids: impl IntoIterator<Item = EntityId>) {
        self.roots.extend(ids);
    }

    /// The resource is this entity of the target.
    pub(super) fn resource(&mut self, id: EntityId) {
        self.roots.insert(id);
        self.resource = Some(id);
    }

    /// The entity of the target in Cedar's words.
    pub(super) fn uid(&self, id: EntityId) -> Option<EntityUid> {
        self.vocabulary.uid(self.rules.catalog, id)
    }

    /// The resource is `entity`, which does not exist on the target.
    pub(super) fn propose(
        &mut self,
        blueprint: &Blueprint,
        kind: &Kind,
        entity: &Entity,
    ) -> Result<EntityUid, String> {
        let uid = shape::uid(&kind.name, &entity.identifier.value);
        let pairs = self.record(blueprint, kind, entity)?;
        let mut parents = HashSet::new();
        for relation in blueprint.relations.iter().filter(|r| r.member_of) {
            for id in owner::targets(self.rules.catalog, blueprint, entity, &relation.name.value) {
                parents.extend(self.uid(id).map(EntityUID::from));
                parents.extend(self.ancestors(id));
            }
        }
        self.proposed = Some(Arc::new(for_cedar(uid.clone(), pairs, parents)));
        Ok(uid)
    }

    /// The attributes of an entity of the target that are no computed values; what they point at
    /// is looked at next.
    pub(super) fn before(&mut self, kind: &Kind, id: EntityId) -> Result<Value, String> {
        let face = self.face(id)?;
        self.roots.extend(&face.seen);
        let is_own = |name: &str| !kind.attributes.computed().any(|computed| computed == name);
        let all = face.entity.attrs().filter_map(|(name, value)| match value {
            PartialValue::Value(value) if is_own(name) => Some((name.clone(), value.clone())),
            PartialValue::Value(_) | PartialValue::Residual(_) => None,
        });
        Ok(Value::record(all, None))
    }

    /// The attributes of an entity that a pull request brings; what they point at is looked at
    /// next.
    pub(super) fn record(
        &mut self,
        blueprint: &Blueprint,
        kind: &Kind,
        entity: &Entity,
    ) -> Result<Pairs, String> {
        let own = kind.attributes.own();
        let (pairs, seen) = self.attributes(own, (blueprint, None), entity, Standing::Claim)?;
        self.roots.extend(seen);
        Ok(pairs)
    }

    /// All that rules see when they look `level` times into entities: these, and the action that
    /// is asked for with the group that it is in.
    pub(super) fn finish(mut self, level: u32, actions: &[EntityUid]) -> Result<Entities, String> {
        let mut next = std::mem::take(&mut self.roots);
        let mut shown = BTreeMap::new();
        for _ in 0..level.max(1) {
            let mut seen = BTreeSet::new();
            for id in std::mem::take(&mut next) {
                if let Entry::Vacant(free) = shown.entry(id) {
                    let face = self.face(id)?;
                    seen.extend(&face.seen);
                    free.insert(Arc::clone(&face.entity));
                }
            }
            next = seen;
        }
        let action = actions.split_first().map(|(action, groups)| {
            let groups = groups.iter().cloned().map(EntityUID::from).collect();
            Arc::new(for_cedar(action.clone(), Pairs::new(), groups))
        });
        let entities = shown.into_values().chain(self.proposed).chain(action);
        // They are made from the types of the schema, so they are not compared with them again,
        // and each has all of its ancestors.
        cedar_policy_core::entities::Entities::new()
            .add_entities(
                entities,
                None::<&NoEntitiesSchema>,
                TCComputation::AssumeAlreadyComputed,
                Extensions::all_available(),
            )
            .map(Entities::from)
            .map_err(|error| first_line(&error.to_string()).to_owned())
    }

    /// What rules can see of an entity of the target.
    fn face(&mut self, id: EntityId) -> Result<Arc<Face>, String> {
        if let Some(face) = self.built.get(&id) {
            return Ok(Arc::clone(face));
        }
        // Each resource is another one.
        let is_kept = self.sight.shown == Shown::Named && self.resource != Some(id);
        let kept = is_kept.then_some(&self.sight.shelf.faces);
        let face = if let Some(face) = kept.and_then(|faces| faces.get(id)) {
            face
        } else {
            let face = Arc::new(self.build(id)?);
            if let Some(faces) = kept {
                faces.keep(id, &face);
            }
            face
        };
        self.built.insert(id, Arc::clone(&face));
        Ok(face)
    }

    fn build(&self, id: EntityId) -> Result<Face, String> {
        let unknown = || "an entity has no type in rules".to_owned();
        let catalog = self.rules.catalog;
        let entity = catalog.entity(id).ok_or_else(unknown)?;
        let blueprint = catalog.blueprint(entity.blueprint).ok_or_else(unknown)?;
        let kind = self.vocabulary.kind(entity.blueprint).ok_or_else(unknown)?;
        let all = kind.attributes.all.iter();
        let (pairs, seen) = self.attributes(all, (blueprint, Some(id)), entity, Standing::Fact)?;
        let uid = shape::uid(&kind.name, &entity.identifier.value);
        let entity = Arc::new(for_cedar(uid, pairs, self.ancestors(id)));
        Ok(Face { entity, seen })
    }

    fn ancestors(&self, id: EntityId) -> HashSet<EntityUID> {
        let ancestors = self.rules.ancestors(id).into_iter();
        let uids = ancestors.filter_map(|id| self.uid(id));
        uids.map(EntityUID::from).collect()
    }

    /// The attributes of an entity and the entities of the target that they name; `id` is that of
    /// an entity of the target, for which values are computed.
    fn attributes<'k>(
        &self,
        attributes: impl Iterator<Item = &'k Attribute>,
        (blueprint, id): (&Blueprint, Option<EntityId>),
        entity: &Entity,
        standing: Standing,
    ) -> Result<(Pairs, BTreeSet<EntityId>), String> {
        let catalog = self.rules.catalog;
        let name = &entity.identifier.value;
        if entity.broken {
            return Err(format!("a part of `{name}` cannot be read"));
        }
        let mut pairs = Vec::new();
        let mut seen = BTreeSet::new();
        for Attribute { field, of } in attributes {
            let is_seen = self.sight.has(&field.name);
            let value = match of {
                Of::Identifier => Some(Json::from(name.as_str())),
                Of::Title => entity
                    .title
                    .as_ref()
                    .map(|title| Json::from(title.value.as_str())),
                // What no rule looks at decides nothing: a value of another type can be mended.
                _ if !is_seen && *of != Of::Relation => continue,
                Of::Owner => {
                    let owners = owner::owners(catalog, blueprint, entity, Claims::Count);
                    let value = names(catalog, &owners, &field.shape);
                    seen.extend(owners);
                    value
                }
                Of::Relation => {
                    let found = match id {
                        Some(id) => self.targets(id, &field.name),
                        None => owner::targets(catalog, blueprint, entity, &field.name),
                    };
                    if standing == Standing::Fact {
                        dangling::refused(self, (blueprint, entity), field, &found)?;
                    }
                    let value = related(entity, field)?;
                    if is_seen {
                        seen.extend(found);
                    }
                    value
                }
                Of::Property => {
                    let entry = entity.property(&field.name);
                    entry.map(|entry| entry.node.to_json())
                }
                Of::Derived => match id {
                    Some(id) => self.computed(id, field, name)?,
                    None => None,
                },
            };
            if !is_seen {
                continue;
            }
            let Some(value) = value.filter(|value| !value.is_null()) else {
                if field.required {
                    return Err(unfit(&format!("`{name}` has no `{}`", field.name)));
                }
                continue;
            };
            let value = field.shape.value(&value).ok_or_else(|| {
                let words = field.shape.words();
                unfit(&format!("`{}` of `{name}` is not {words}", field.name))
            })?;
            pairs.push((field.name.clone(), value));
        }
        Ok((pairs, seen))
    }

    /// The entities that a relation of an entity of the target names.
    fn targets(&self, id: EntityId, relation: &str) -> BTreeSet<EntityId> {
        let Rules { graph, catalog, .. } = self.rules;
        graph.targets(catalog, id, relation).into_iter().collect()
    }

    /// A computed value, where a rule may read it.
    fn computed(&self, id: EntityId, field: &Field, name: &str) -> Result<Option<Json>, String> {
        let derived = match &self.rules.derived {
            Some(derived) if self.rules.reads.is_named(&field.name) => derived,
            _ => return Ok(None),
        };
        let derived = derived.lock().unwrap_or_else(PoisonError::into_inner);
        match derived.outcome(id, &field.name) {
            Some(Outcome::Value(value)) => Ok(Some(value)),
            Some(Outcome::Absent) | None => Ok(None),
            Some(Outcome::Failed(_) | Outcome::Lost) => {
                Err(format!("`{}` of `{name}` cannot be computed", field.name))
            }
        }
    }
}

/// An entity for Cedar, with all of its ancestors as parents.
fn for_cedar(uid: EntityUid, pairs: Pairs, parents: HashSet<EntityUID>) -> CedarEntity {
    let pairs = pairs.into_iter();
    let attributes = pairs.map(|(name, value)| (name.as_str().into(), PartialValue::Value(value)));
    CedarEntity::new_with_attr_partial_value(uid.into(), attributes, HashSet::new(), parents, [])
}

/// The first line of a message of Cedar's.
pub(super) fn first_line(message: &str) -> &str {
    message.lines().next().unwrap_or_default()
}

/// The names of entities, one or a list as the shape asks for.
fn names(catalog: &Catalog, entities: &BTreeSet<EntityId>, shape: &Shape) -> Option<Json> {
    let mut names = entities
        .iter()
        .filter_map(|id| Some(Json::from(catalog.entity(*id)?.identifier.value.as_str())));
    match shape {
        Shape::Set(_) => Some(names.collect()),
        _ => names.next(),
    }
}

/// What a relation names.
fn related(entity: &Entity, field: &Field) -> Result<Option<Json>, String> {
    let Some(related) = entity.relation(&field.name) else {
        return Ok(None);
    };
    let name = &entity.identifier.value;
    let mut targets: Vec<&str> = related.targets.iter().map(|t| t.value.as_str()).collect();
    targets.sort_unstable();
    targets.dedup();
    if related.broken {
        return Err(format!(
            "relation `{}` of `{name}` leads to nothing",
            field.name
        ));
    }
    match (&field.shape, targets.as_slice()) {
        (Shape::Set(_), targets) => Ok(Some(targets.iter().copied().collect())),
        (_, []) => Ok(None),
        (_, [one]) => Ok(Some(Json::from(*one))),
        _ => Err(format!(
            "relation `{}` of `{name}` names several",
            field.name
        )),
    }
}

/// That nobody can be asked, and who can help.
fn unfit(why: &str) -> String {
    format!("{why}, and a rule reads it: whoever may `define` changes the rule first")
}

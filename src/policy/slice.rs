//! The few entities that rules can see in one question.
//!
//! In: where the rules begin to look (the principal, the resource, what the context names) and
//! how far they look, and the names that they read. Out: these entities for Cedar, each with what
//! the rules name of it and with all of its ancestors as parents, so that `in` and
//! `!(... in ...)` are right although the groups between are not there.
//! An entity that does not fit its blueprint is an error, and an error is a denial.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::PoisonError;

use cedar_policy::{Entities, EntityUid, RestrictedExpression};
use serde_json::Value as Json;

use crate::derive::Outcome;
use crate::model::{Blueprint, Catalog, Entity, EntityId};
use crate::policy::Rules;
use crate::policy::attribute::{Attribute, Of};
use crate::policy::owner::{self, Claims};
use crate::policy::reads::Reads;
use crate::policy::shape::{self, Field, Shape};
use crate::policy::vocabulary::{Kind, Vocabulary};

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
    rules: &'s Rules<'c>,
    vocabulary: &'s Vocabulary,
    /// What rules can see of an entity.
    pub(super) sight: Sight<'s>,
    roots: BTreeSet<EntityId>,
    built: BTreeMap<EntityId, cedar_policy::Entity>,
    proposed: Option<cedar_policy::Entity>,
}

/// What the rules that are asked can see of an entity, by name.
#[derive(Clone, Copy)]
pub(super) struct Sight<'s> {
    /// What they name.
    pub(super) reads: &'s Reads,
    /// How it is looked up there.
    pub(super) shows: fn(&Reads, &str) -> bool,
}

impl Sight<'_> {
    /// Whether something of this name can be seen.
    pub(super) fn has(&self, name: &str) -> bool {
        (self.shows)(self.reads, name)
    }
}

/// Named values for Cedar.
pub(super) type Pairs = Vec<(String, RestrictedExpression)>;

impl<'s, 'c> Slice<'s, 'c> {
    pub(super) fn new(rules: &'s Rules<'c>, vocabulary: &'s Vocabulary, sight: Sight<'s>) -> Self {
        Self {
            rules,
            vocabulary,
            sight,
            roots: BTreeSet::new(),
            built: BTreeMap::new(),
            proposed: None,
        }
    }

    /// Rules begin to look at these entities of the target.
    pub(super) fn roots(&mut self, ids: impl IntoIterator<Item = EntityId>) {
        self.roots.extend(ids);
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
        let pairs = self.record(blueprint, kind, entity, Standing::Claim)?;
        let mut parents = HashSet::new();
        for relation in blueprint.relations.iter().filter(|r| r.member_of) {
            for id in owner::targets(self.rules.catalog, blueprint, entity, &relation.name.value) {
                parents.extend(self.uid(id));
                parents.extend(self.ancestors(id));
            }
        }
        let attributes: HashMap<_, _> = pairs.into_iter().collect();
        let built = cedar_policy::Entity::new(uid.clone(), attributes, parents)
            .map_err(|error| error.to_string())?;
        self.proposed = Some(built);
        Ok(uid)
    }

    /// The attributes of an entity; what they point at is looked at next.
    pub(super) fn record(
        &mut self,
        blueprint: &Blueprint,
        kind: &Kind,
        entity: &Entity,
        standing: Standing,
    ) -> Result<Pairs, String> {
        let own = kind.attributes.own();
        let (pairs, seen) = self.attributes(own, (blueprint, None), entity, standing)?;
        self.roots.extend(seen);
        Ok(pairs)
    }

    /// All that rules see when they look `level` times into entities: these, and the action that
    /// is asked for with the group that it is in.
    pub(super) fn finish(mut self, level: u32, actions: &[EntityUid]) -> Result<Entities, String> {
        let mut next = std::mem::take(&mut self.roots);
        for _ in 0..level.max(1) {
            let mut seen = BTreeSet::new();
            for id in std::mem::take(&mut next) {
                if !self.built.contains_key(&id) {
                    let built = self.build(id, &mut seen)?;
                    self.built.insert(id, built);
                }
            }
            next = seen;
        }
        let action = actions.split_first().map(|(action, groups)| {
            let groups = groups.iter().cloned().collect();
            cedar_policy::Entity::new_no_attrs(action.clone(), groups)
        });
        let entities = self.built.into_values().chain(self.proposed).chain(action);
        // They are made from the types of the schema, so they are not compared with them again.
        Entities::from_entities(entities, None)
            .map_err(|error| first_line(&error.to_string()).to_owned())
    }

    fn build(
        &self,
        id: EntityId,
        seen: &mut BTreeSet<EntityId>,
    ) -> Result<cedar_policy::Entity, String> {
        let unknown = || "an entity has no type in rules".to_owned();
        let catalog = self.rules.catalog;
        let entity = catalog.entity(id).ok_or_else(unknown)?;
        let blueprint = catalog.blueprint(entity.blueprint).ok_or_else(unknown)?;
        let kind = self.vocabulary.kind(entity.blueprint).ok_or_else(unknown)?;
        let all = kind.attributes.all.iter();
        let (pairs, found) = self.attributes(all, (blueprint, Some(id)), entity, Standing::Fact)?;
        seen.extend(found);
        let uid = shape::uid(&kind.name, &entity.identifier.value);
        cedar_policy::Entity::new(uid, pairs.into_iter().collect(), self.ancestors(id))
            .map_err(|error| error.to_string())
    }

    fn ancestors(&self, id: EntityId) -> HashSet<EntityUid> {
        let ancestors = self.rules.ancestors(id);
        ancestors
            .into_iter()
            .filter_map(|id| self.uid(id))
            .collect()
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
                Of::Owner | Of::Derived if !is_seen => continue,
                Of::Owner => {
                    let owners = owner::owners(catalog, blueprint, entity, Claims::Count);
                    let value = names(catalog, &owners, &field.shape);
                    seen.extend(owners);
                    value
                }
                Of::Relation => {
                    let found = owner::targets(catalog, blueprint, entity, &field.name);
                    let value = related(entity, field, found.len(), standing)?;
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
            let Some(value) = value.filter(|value| !value.is_null()) else {
                if field.required {
                    return Err(format!("`{name}` has no `{}`", field.name));
                }
                continue;
            };
            let misfit = || {
                let words = field.shape.words();
                format!("`{}` of `{name}` is not {words}", field.name)
            };
            if is_seen {
                let expression = field.shape.expression(&value).ok_or_else(misfit)?;
                pairs.push((field.name.to_string(), expression));
            } else if !field.shape.fits(&value) {
                return Err(misfit());
            }
        }
        Ok((pairs, seen))
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

/// What a relation names; `found` is how many of these exist on the target.
fn related(
    entity: &Entity,
    field: &Field,
    found: usize,
    standing: Standing,
) -> Result<Option<Json>, String> {
    let Some(related) = entity.relation(&field.name) else {
        return Ok(None);
    };
    let name = &entity.identifier.value;
    let mut targets: Vec<&str> = related.targets.iter().map(|t| t.value.as_str()).collect();
    targets.sort_unstable();
    targets.dedup();
    if related.broken || (standing == Standing::Fact && found != targets.len()) {
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

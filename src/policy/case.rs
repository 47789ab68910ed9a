//! A question in Cedar's words: the action, the resource, the context and the entities.
//!
//! In: a [`Question`]. Out: a [`Case`], or the reason why there is none; that is a denial.

use std::collections::BTreeSet;
use std::sync::Arc;

use cedar_policy::{Entities, EntityUid, Request};
use cedar_policy_core::ast::{self, EntityUID, RequestSchemaAllPass, Value};
use cedar_policy_core::extensions::Extensions;
use serde_json::Value as Json;

use crate::model::action::Operation;
use crate::model::{Blueprint, BlueprintId, Entity, EntityId};
use crate::policy::owner::{self, Claims};
use crate::policy::shape::{self, Shape};
use crate::policy::shelf::Shelf;
use crate::policy::slice::{Pairs, Shown, Sight, Slice};
use crate::policy::subject::Subject;
use crate::policy::vocabulary::{Kind, Vocabulary};
use crate::policy::{ActionName, OWNERS, Principal, Question, Resource, Rules};
use crate::text::Text;

/// A question in Cedar's words.
pub(super) struct Case {
    /// The action's name in rules.
    pub(super) name: String,
    /// The action and the group that it is in.
    pub(super) actions: Vec<EntityUid>,
    /// On what.
    pub(super) resource: EntityUid,
    /// The owners on which a right can rest.
    pub(super) owners: BTreeSet<EntityId>,
    /// What was asked.
    pub(super) request: Request,
    /// What rules can see.
    pub(super) entities: Entities,
    /// The rules that can be about it.
    pub(super) shelf: Arc<Shelf>,
}

impl Rules<'_> {
    /// The case of a question.
    pub(super) fn case(&self, question: &Question<'_>) -> Result<Case, String> {
        let vocabulary = self.vocabulary.as_ref().ok_or("the rules cannot be read")?;
        let case = self.case_of(question, vocabulary, Shown::Named);
        #[cfg(test)]
        if let (Ok(case), Ok(whole)) = (&case, self.case_of(question, vocabulary, Shown::All)) {
            use crate::policy::tests::{IsAsked, are_alike, conforms};
            let is_whole = self.now.is_some() && matches!(question.actor, Principal::Person(_));
            let is_asked = if is_whole {
                IsAsked::ByAPersonAtAMoment
            } else {
                IsAsked::Otherwise
            };
            conforms(vocabulary, &whole, is_asked);
            are_alike(case, &whole);
        }
        case
    }

    /// The case, with as much as the rules are shown.
    fn case_of(
        &self,
        question: &Question<'_>,
        vocabulary: &Vocabulary,
        shown: Shown,
    ) -> Result<Case, String> {
        if vocabulary.schemas.is_err() {
            return Err("the blueprints give no types for rules".to_owned());
        }
        let (actor, principal) = self.principal(question.actor, vocabulary)?;
        if let Resource::Root { kind, path } = question.resource {
            return self.root_case(question, (kind, path), (actor, principal), shown);
        }
        let id = self.blueprint_of(question)?;
        let (Some(blueprint), Some(kind)) = (self.catalog.blueprint(id), vocabulary.kind(id))
        else {
            return Err("the blueprint has no type in rules".to_owned());
        };
        let subject = Subject::of(question, id, kind, vocabulary)?;
        let on_shelf = self.shelf(&subject.name, &subject.actions, &kind.name);
        let sight = Sight {
            shelf: &on_shelf,
            shown,
        };
        let mut slice = Slice::new(self, vocabulary, sight);
        slice.roots(actor);
        let of = (blueprint, kind);
        let (resource, owners, pairs) = self.resource(question, &subject, of, &mut slice)?;
        let action = subject
            .actions
            .first()
            .ok_or("the action has no name")?
            .clone();
        let request = request(principal, action, resource.clone(), pairs)?;
        let entities = slice.finish(on_shelf.level, &subject.actions)?;
        Ok(Case {
            name: subject.name,
            actions: subject.actions,
            resource,
            owners,
            request,
            entities,
            shelf: on_shelf,
        })
    }

    /// The resource, the owners on which a right can rest, and the context.
    fn resource(
        &self,
        question: &Question<'_>,
        subject: &Subject<'_>,
        (blueprint, kind): (&Blueprint, &Kind),
        slice: &mut Slice<'_, '_>,
    ) -> Result<(EntityUid, BTreeSet<EntityId>, Pairs), String> {
        subject.fits(&question.resource)?;
        let mut pairs = self.context(question, subject, kind)?;
        pairs.extend(self.now_pair(slice.sight));
        let has_sides = self.reads.sides();
        let (resource, owners) = match question.resource {
            Resource::Entity(id) => {
                slice.resource(id);
                let entity = self.catalog.entity(id).ok_or("there is no such entity")?;
                let owners = owner::owners(self.catalog, blueprint, entity, Claims::Count);
                let has_side = has_sides && slice.sight.has("before");
                if has_side && subject.operation != Operation::Create {
                    pairs.push(("before".into(), slice.before(kind, id)?));
                }
                let uid = slice.uid(id).ok_or("the entity has no type in rules")?;
                (uid, owners)
            }
            Resource::Proposed(_, entity) => {
                self.nothing_computed(kind, &subject.actions)?;
                let owners = owner::owners(self.catalog, blueprint, entity, Claims::Discard);
                (slice.propose(blueprint, kind, entity)?, owners)
            }
            Resource::Root { .. } => return Err("the catalog itself has no blueprint".to_owned()),
        };
        if has_sides
            && slice.sight.has("after")
            && subject.operation != Operation::Delete
            && let Some(entity) = after(question)
        {
            let side = slice.record(blueprint, kind, entity)?;
            pairs.push(("after".into(), record(side)));
        }
        if let Some((owner, _)) = &kind.owner
            && slice.sight.has(OWNERS)
        {
            slice.roots(owners.iter().copied());
            let uids = owners.iter().filter_map(|id| slice.uid(*id));
            let uids = uids.filter(|uid| uid.type_name() == owner);
            let owners = Value::set(uids.map(shape::reference), None);
            pairs.push((OWNERS.into(), owners));
        }
        Ok((resource, owners, pairs))
    }

    fn root_case(
        &self,
        question: &Question<'_>,
        (kind, path): (&str, &str),
        (actor, principal): (Option<EntityId>, EntityUid),
        shown: Shown,
    ) -> Result<Case, String> {
        let vocabulary = self.vocabulary.as_ref().ok_or("the rules cannot be read")?;
        let ActionName::BuiltIn(built_in) = question.action else {
            return Err("an action of the catalog needs an entity".to_owned());
        };
        if !built_in.is_on_root() {
            return Err(format!("`{}` needs an entity", built_in.word()));
        }
        let action = vocabulary.action_uid(built_in.word());
        let resource = shape::uid(&vocabulary.catalog, "root");
        let of = resource.type_name();
        let on_shelf = self.shelf(built_in.word(), std::slice::from_ref(&action), of);
        let sight = Sight {
            shelf: &on_shelf,
            shown,
        };
        let mut slice = Slice::new(self, vocabulary, sight);
        slice.roots(actor);
        let mut pairs = vec![
            ("kind".into(), Value::new(kind, None)),
            ("path".into(), Value::new(path, None)),
        ];
        pairs.extend(self.now_pair(slice.sight));
        let request = request(principal, action.clone(), resource.clone(), pairs)?;
        let entities = slice.finish(on_shelf.level, &[])?;
        Ok(Case {
            name: built_in.word().to_owned(),
            actions: vec![action],
            resource,
            owners: BTreeSet::new(),
            request,
            entities,
            shelf: on_shelf,
        })
    }

    /// `context.now`, where it is known and read.
    fn now_pair(&self, sight: Sight<'_>) -> Option<(Text, Value)> {
        let now = self.now.filter(|_| sight.has("now"))?;
        Some(("now".into(), shape::instant(now)?))
    }

    /// The principal, and the entity that it is.
    fn principal(
        &self,
        actor: &Principal,
        vocabulary: &Vocabulary,
    ) -> Result<(Option<EntityId>, EntityUid), String> {
        match actor {
            Principal::Person(id) => {
                let people = self.people.as_ref().map(|people| people.blueprint);
                let blueprint = self.catalog.entity(*id).map(|entity| entity.blueprint);
                if blueprint.is_none() || blueprint != people {
                    return Err("the actor is no person of the catalog".to_owned());
                }
                let uid = vocabulary.uid(self.catalog, *id);
                Ok((Some(*id), uid.ok_or("the actor has no type in rules")?))
            }
            Principal::System(name) => Ok((None, shape::uid(&vocabulary.system, name))),
            // No entity has an empty name, so nobody is mistaken for somebody.
            Principal::Unknown(_) | Principal::Stranger { .. } => {
                Ok((None, shape::uid(&vocabulary.system, "")))
            }
        }
    }

    /// The blueprint of the target that the resource is of.
    pub(super) fn blueprint_of(&self, question: &Question<'_>) -> Result<BlueprintId, String> {
        match question.resource {
            Resource::Entity(id) => {
                let entity = self.catalog.entity(id).ok_or("there is no such entity")?;
                Ok(entity.blueprint)
            }
            Resource::Proposed(result, entity) => {
                let name = result
                    .blueprint(entity.blueprint)
                    .map(|blueprint| &blueprint.identifier.value)
                    .ok_or("the entity has no blueprint")?;
                let (id, _) = self
                    .catalog
                    .find_blueprint(name)
                    .ok_or_else(|| format!("the blueprint `{name}` is not on the target"))?;
                match self.catalog.find_entity(id, &entity.identifier.value) {
                    Some(_) => Err(format!("`{}` is on the target", entity.identifier.value)),
                    None => Ok(id),
                }
            }
            Resource::Root { .. } => Err("the catalog itself has no blueprint".to_owned()),
        }
    }

    /// Inputs and changed paths.
    fn context(
        &self,
        question: &Question<'_>,
        subject: &Subject<'_>,
        kind: &Kind,
    ) -> Result<Pairs, String> {
        let mut pairs = Pairs::new();
        if let Some(fields) = subject.inputs {
            let action = self.catalog.find_action(&subject.name);
            let mut inputs = Pairs::new();
            for (name, value) in question.inputs {
                if value.is_null() {
                    continue;
                }
                match fields.iter().find(|field| field.name == *name) {
                    Some(field) => {
                        let value = field.shape.value(value).ok_or_else(|| {
                            format!("the input `{name}` is not {}", field.shape.words())
                        })?;
                        inputs.push((field.name.clone(), value));
                    }
                    // An input of a type that rules do not have.
                    None if action.is_some_and(|a| a.inputs.schema(name).is_some()) => {}
                    None => return Err(format!("there is no input `{name}`")),
                }
            }
            let is_given = |name: &str| inputs.iter().any(|(given, _)| given == name);
            let mut required = fields.iter().filter(|field| field.required);
            if let Some(missing) = required.find(|field| !is_given(&field.name)) {
                return Err(format!("the input `{}` is missing", missing.name));
            }
            pairs.push(("inputs".into(), record(inputs)));
            let cause = question
                .cause
                .filter(|_| subject.operation == Operation::Day2);
            pairs.extend(cause.map(|cause| ("cause".into(), Value::new(cause, None))));
        }
        let paths: BTreeSet<&str> = question
            .changed
            .iter()
            .map(|path| kind.path(path))
            .collect();
        let paths: Json = paths.into_iter().collect();
        let changed: Shape = kind.changed_shape();
        let changed = changed
            .value(&paths)
            .ok_or("the changed paths have no names")?;
        pairs.push(("changed".into(), changed));
        Ok(pairs)
    }
}

/// What the resource becomes.
fn after<'q>(question: &Question<'q>) -> Option<&'q Entity> {
    match question.resource {
        Resource::Proposed(_, entity) => Some(entity),
        Resource::Entity(_) => question.after.map(|(_, entity)| entity),
        Resource::Root { .. } => None,
    }
}

fn record(pairs: Pairs) -> Value {
    let pairs = pairs.into_iter();
    let pairs = pairs.map(|(name, value)| (String::from(name), value));
    Value::record(pairs, None)
}

fn request(
    principal: EntityUid,
    action: EntityUid,
    resource: EntityUid,
    pairs: Pairs,
) -> Result<Request, String> {
    let known = |uid: EntityUid| (EntityUID::from(uid), None);
    let pairs = pairs.into_iter();
    let context = pairs.map(|(name, value)| (name.as_str().into(), value));
    // The context is made from the types of the schema, so it is not compared with them again.
    let request = ast::Request::new(
        known(principal),
        known(action),
        known(resource),
        ast::Context::Value(Arc::new(context.collect())),
        None::<&RequestSchemaAllPass>,
        Extensions::all_available(),
    );
    let request = request.map_err(|error| format!("the question does not fit the rules: {error}"));
    request.map(Request::from)
}

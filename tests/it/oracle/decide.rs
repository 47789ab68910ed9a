//! The oracle's answer to one question, by the sentences of the design under *Deciding*.
//!
//! Rules are gone through one by one. There is no index, no slice and no schema here, so that
//! nothing can be wrong in the same way.

use std::collections::{BTreeMap, BTreeSet};

use super::rule::{Effect, Expression, Of, On, Rule, What, Who};
use super::world::{
    Action, Block, Entity, Id, Ownership, ROLE, Side, TEAM, Trigger, USER, Value, World,
};

/// What is asked about.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Resource<'q> {
    /// What the target has.
    There(&'q Entity),
    /// What does not exist yet: its fields are claims.
    Proposed(&'q Entity),
    /// `Catalog::"root"` with `context.kind` and `context.path`.
    Root { kind: &'q str, path: &'q str },
}

#[derive(Debug, Clone)]
pub(crate) struct Question<'q> {
    pub(crate) action: String,
    pub(crate) is_built_in: bool,
    pub(crate) resource: Resource<'q>,
    pub(crate) inputs: BTreeMap<String, i64>,
    pub(crate) changed: BTreeSet<String>,
    pub(crate) before: Option<&'q Entity>,
    pub(crate) after: Option<&'q Entity>,
}

/// A rule that cannot be decided.
struct Error;

/// The blueprint of a question's resource.
fn kind<'q>(question: &Question<'q>) -> Option<&'q str> {
    match question.resource {
        Resource::There(entity) | Resource::Proposed(entity) => Some(&entity.blueprint),
        Resource::Root { .. } => None,
    }
}

/// All that an entity is a member of, through any number of groups; itself too.
pub(crate) fn memberships(target: &World, of: &Id) -> BTreeSet<Id> {
    let mut all = BTreeSet::from([of.clone()]);
    let mut next = vec![of.clone()];
    while let Some(id) = next.pop() {
        let Some(entity) = target.entity(&id.0, &id.1) else {
            continue;
        };
        let blueprint = target.blueprint(&id.0);
        let relations = blueprint.iter().flat_map(|blueprint| &blueprint.relations);
        for relation in relations.filter(|relation| relation.member_of) {
            for name in entity.relations.get(&relation.name).into_iter().flatten() {
                let group = (relation.target.clone(), name.clone());
                if all.insert(group.clone()) {
                    next.push(group);
                }
            }
        }
    }
    all
}

/// Who owns an entity by the target's blueprints, where the relations of others are those of
/// `world`.
pub(crate) fn owners(target: &World, world: &World, entity: &Entity) -> BTreeSet<Id> {
    let Some(blueprint) = target.blueprint(&entity.blueprint) else {
        return BTreeSet::new();
    };
    let related = |entity: &Entity, name: &str| -> Vec<Id> {
        let blueprint = target.blueprint(&entity.blueprint);
        let relation = blueprint.and_then(|blueprint| blueprint.relation(name));
        let names = entity.relations.get(name).into_iter().flatten();
        relation
            .map(|relation| names.map(|name| (relation.target.clone(), name.clone())))
            .map(Iterator::collect)
            .unwrap_or_default()
    };
    let found = |id: &Id| world.entity(&id.0, &id.1);
    match &blueprint.ownership {
        None => BTreeSet::new(),
        Some(Ownership::Direct) => {
            let team = entity.team.iter();
            team.map(|name| (TEAM.to_owned(), name.clone())).collect()
        }
        Some(Ownership::Path(path)) => {
            let (first, rest) = path.split_first().unwrap();
            let mut at = related(entity, first);
            for name in rest {
                let next = at.iter().filter_map(found);
                at = next.flat_map(|entity| related(entity, name)).collect();
            }
            at.into_iter().collect()
        }
        Some(Ownership::Inherited(name)) => related(entity, name)
            .iter()
            .filter_map(found)
            .flat_map(|entity| owners(target, world, entity))
            .collect(),
    }
}

/// The owners on which a right may rest: of something new only those that others give it.
fn trusted_owners(target: &World, resource: Resource<'_>) -> BTreeSet<Id> {
    match resource {
        Resource::There(entity) => owners(target, target, entity),
        Resource::Proposed(entity) => {
            let blueprint = target.blueprint(&entity.blueprint);
            match blueprint.and_then(|blueprint| blueprint.ownership.as_ref()) {
                Some(Ownership::Path(path)) if path.len() > 1 => owners(target, target, entity),
                Some(Ownership::Inherited(_)) => owners(target, target, entity),
                _ => BTreeSet::new(),
            }
        }
        Resource::Root { .. } => BTreeSet::new(),
    }
}

/// A question of one person, or of nobody whom the catalog knows.
struct Asking<'a> {
    target: &'a World,
    person: Option<&'a Entity>,
    groups: BTreeSet<Id>,
    question: &'a Question<'a>,
}

impl Asking<'_> {
    fn entity(&self, of: Of) -> Option<&Entity> {
        match (of, self.question.resource) {
            (Of::Context(Side::Before), _) => self.question.before,
            (Of::Context(Side::After), _) => self.question.after,
            (Of::Resource, Resource::There(entity) | Resource::Proposed(entity)) => Some(entity),
            (Of::Resource, Resource::Root { .. }) => None,
        }
    }

    fn value(&self, of: Of, path: &str) -> Option<&Value> {
        self.entity(of)?.properties.get(path)
    }

    fn is_true(&self, expression: &Expression) -> Result<bool, Error> {
        Ok(match expression {
            Expression::PrincipalIs(name) => self.person.is_some_and(|person| person.name == *name),
            Expression::PrincipalIn(id) => self.groups.contains(id),
            Expression::PrincipalInRelated(name) => self.is_in_related(name),
            Expression::AtMost(of, path, most) => {
                matches!(self.value(*of, path), Some(Value::Number(n)) if n <= most)
            }
            Expression::Is(of, path, text) => {
                matches!(self.value(*of, path), Some(Value::Text(is)) if is == text)
            }
            Expression::Has(of, path) => self.value(*of, path).is_some(),
            Expression::InputAtMost(name, most) => {
                let input = self.question.inputs.get(name);
                input.is_some_and(|input| input <= most)
            }
            Expression::Changed(_, path) => self.question.changed.contains(path),
            Expression::KindIs(word) => {
                matches!(self.question.resource, Resource::Root { kind, .. } if kind == word)
            }
            Expression::PathIs(is) => {
                matches!(self.question.resource, Resource::Root { path, .. } if path == is)
            }
            Expression::Overflows(of, path) => match self.value(*of, path) {
                Some(Value::Number(n)) => n.checked_mul(i64::MAX).ok_or(Error)? > 0,
                _ => false,
            },
            Expression::And(left, right) => self.is_true(left)? && self.is_true(right)?,
            Expression::Or(left, right) => self.is_true(left)? || self.is_true(right)?,
            Expression::Not(inner) => !self.is_true(inner)?,
        })
    }

    fn is_in_related(&self, name: &str) -> bool {
        let Some(entity) = self.entity(Of::Resource) else {
            return false;
        };
        let blueprint = self.target.blueprint(&entity.blueprint);
        let Some(relation) = blueprint.and_then(|blueprint| blueprint.relation(name)) else {
            return false;
        };
        let mut related = entity.relations.get(name).into_iter().flatten();
        related.any(|name| {
            self.groups
                .contains(&(relation.target.clone(), name.clone()))
        })
    }

    /// Whether a rule is about the action and the resource, whoever asks.
    fn concerns(&self, rule: &Rule) -> bool {
        let question = self.question;
        let what = match &rule.what {
            What::Anything => true,
            What::One(name) => match (name.split_once(':'), kind(question)) {
                (Some((word, of)), Some(kind)) => {
                    question.is_built_in && word == question.action && of == kind
                }
                (Some(_), None) => false,
                (None, _) => *name == question.action,
            },
            What::Groups(names) => question.is_built_in && names.contains(&question.action),
        };
        let on = match (&rule.on, question.resource) {
            (On::Anything, _) => true,
            (_, Resource::Root { .. }) => false,
            (On::Kind(of), _) => kind(question) == Some(of),
            (On::Entity(id), Resource::There(entity) | Resource::Proposed(entity)) => {
                entity.id() == *id
            }
        };
        what && on
    }

    fn is_for(&self, rule: &Rule) -> bool {
        match &rule.who {
            Who::Anyone => true,
            Who::Person(name) => self.person.is_some_and(|person| person.name == *name),
            Who::In(id) => self.groups.contains(id),
        }
    }

    /// Whether a rule holds.
    fn holds(&self, rule: &Rule) -> Result<bool, Error> {
        if !self.concerns(rule) || !self.is_for(rule) {
            return Ok(false);
        }
        rule.when
            .as_ref()
            .map_or(Ok(true), |when| self.is_true(when))
    }

    /// Whether a block of an action holds: one of its names, narrowed by its condition.
    fn block_holds(&self, block: &Block) -> Result<bool, Error> {
        let Some(person) = self.person else {
            return Ok(false);
        };
        let is_in = |kind: &str, names: &BTreeSet<String>| {
            let mut names = names.iter();
            names.any(|name| self.groups.contains(&(kind.to_owned(), name.clone())))
        };
        let owns = || {
            let owners = trusted_owners(self.target, self.question.resource);
            owners.iter().any(|owner| self.groups.contains(owner))
        };
        let names_nobody = block.users.is_empty()
            && block.teams.is_empty()
            && block.roles.is_empty()
            && !block.owned_by_team;
        let is_named = names_nobody
            || block.users.contains(&person.name)
            || is_in(TEAM, &block.teams)
            || is_in(ROLE, &block.roles)
            || (block.owned_by_team && owns());
        if !is_named {
            return Ok(false);
        }
        block
            .when
            .as_ref()
            .map_or(Ok(true), |when| self.is_true(when))
    }

    fn action(&self) -> Option<&Action> {
        let name = &self.question.action;
        (!self.question.is_built_in).then(|| self.target.action(name))?
    }

    /// Only what creates is for something new: "the entity must exist on the target".
    fn fits(&self) -> bool {
        let is_new = matches!(self.question.resource, Resource::Proposed(_));
        self.action()
            .is_none_or(|action| is_new == (action.trigger == Trigger::Created))
    }

    /// Undefined is deny, an error in any rule is deny, and `forbid` wins.
    fn is_allowed(&self) -> Result<bool, Error> {
        if !self.fits() {
            return Ok(false);
        }
        let mut permitted = false;
        let mut forbidden = false;
        let blocks = self.action().and_then(|action| action.execute.as_ref());
        for block in blocks.into_iter().flatten() {
            permitted |= self.block_holds(block)?;
        }
        let mut is_bound = blocks.is_some();
        for rule in self.target.policies.values().flatten() {
            let holds = self.holds(rule)?;
            match rule.effect {
                // No permit makes a person of somebody whom nobody knows.
                Effect::Permit => permitted |= holds && self.person.is_some(),
                Effect::Forbid => forbidden |= holds,
            }
            // A permission that names the action binds; one for every action names none.
            is_bound |=
                rule.effect == Effect::Permit && rule.what != What::Anything && self.concerns(rule);
        }
        if forbidden || permitted {
            return Ok(!forbidden);
        }
        let is_open = !self.target.settings.enforced;
        let is_known = self.person.is_some();
        if self.question.is_built_in && self.question.action == "meta" {
            return Ok(is_known || is_open);
        }
        Ok(is_open && !is_bound)
    }
}

/// The person of a login; logins are the same in capitals.
pub(crate) fn person<'w>(target: &'w World, login: &str) -> Option<&'w Entity> {
    let is_it = |person: &&Entity| {
        let own = target.login(person);
        own.is_some_and(|own| own.eq_ignore_ascii_case(login))
    };
    target.of(USER).find(is_it)
}

fn asking<'a>(
    target: &'a World,
    person: Option<&'a Entity>,
    question: &'a Question<'a>,
) -> Asking<'a> {
    let groups = person.map(|person| memberships(target, &person.id()));
    Asking {
        target,
        person,
        groups: groups.unwrap_or_default(),
        question,
    }
}

/// Whether somebody may; nobody is `None`.
pub(crate) fn may(target: &World, person: Option<&Entity>, question: &Question<'_>) -> bool {
    asking(target, person, question)
        .is_allowed()
        .unwrap_or(false)
}

/// The logins of all who may.
pub(crate) fn who_may(target: &World, question: &Question<'_>) -> BTreeSet<String> {
    let people = target.of(USER).filter(|it| may(target, Some(it), question));
    people
        .filter_map(|person| target.login(person).map(str::to_owned))
        .collect()
}

/// Whether an approval is asked for: also where that cannot be decided.
pub(crate) fn is_asked_for(
    target: &World,
    person: Option<&Entity>,
    question: &Question<'_>,
    when: Option<&Expression>,
) -> bool {
    let asking = asking(target, person, question);
    when.is_none_or(|when| asking.is_true(when).unwrap_or(true))
}

//! The rules by the action that they are about: what a decision has to look at.
//!
//! In: the rules and an action's name. Out: the [`Shelf`] of the action, made when it is asked
//! for first. A rule for another kind of resource or another action is on none of its shelves.

use std::sync::{Arc, Mutex, PoisonError};

use cedar_policy::{Effect, EntityTypeName, EntityUid, PolicyId, PolicySet, ResourceConstraint};
use rustc_hash::FxHashMap;

use crate::model::EntityId;
use crate::policy::Rules;
use crate::policy::decide::Asked;
use crate::policy::reads::Reads;
use crate::policy::rule::{Origin, Rule};
use crate::policy::slice::Face;

/// What a decision about one action looks at.
#[derive(Debug)]
pub(super) struct Shelf {
    /// How many times these rules look into entities, one after the other.
    pub(super) level: u32,
    /// What these rules name, those of the action's approvals too.
    pub(super) reads: Reads,
    /// The rules that name anything, by their names, each with what it names.
    pub(super) readers: Vec<(String, Reads)>,
    /// The numbers of the rules with an error.
    pub(super) broken: Vec<usize>,
    /// The other rules of every day, by their numbers.
    ordinary: PolicySet,
    /// Those that permit in an emergency alone, and all that forbid.
    glass: PolicySet,
    /// Those of them that forbid: no permit is for an actor who is no person.
    forbids: PolicySet,
    /// The entities that they saw last.
    pub(super) faces: Faces,
}

/// How many entities a shelf remembers.
const FACES: usize = 256;

/// Entities as these rules see them: most decisions are about the same few people and groups.
#[derive(Debug, Default)]
pub(super) struct Faces(Mutex<FxHashMap<EntityId, Arc<Face>>>);

impl Faces {
    /// What is remembered of an entity.
    pub(super) fn get(&self, id: EntityId) -> Option<Arc<Face>> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&id).cloned()
    }

    /// Remembers what rules see of an entity.
    pub(super) fn keep(&self, id: EntityId, face: &Arc<Face>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= FACES {
            known.clear();
        }
        known.insert(id, Arc::clone(face));
    }
}

impl Shelf {
    /// The rules that are asked.
    pub(super) const fn set(&self, asked: Asked) -> &PolicySet {
        match asked {
            Asked::Ordinary => &self.ordinary,
            Asked::Glass => &self.glass,
            Asked::Forbids => &self.forbids,
        }
    }
}

/// The shelves that were asked for.
#[derive(Debug, Default)]
pub(super) struct Shelves(Mutex<FxHashMap<String, Arc<Shelf>>>);

impl Rule {
    /// Whether it can be about resources of a kind.
    pub(super) fn is_about(&self, kind: &EntityTypeName) -> bool {
        match self
            .policy
            .as_ref()
            .map(cedar_policy::Policy::resource_constraint)
        {
            Some(ResourceConstraint::Is(one) | ResourceConstraint::IsIn(one, _)) => one == *kind,
            Some(ResourceConstraint::Eq(uid)) => uid.type_name() == kind,
            _ => true,
        }
    }
}

impl Rules<'_> {
    /// The shelf of an action, known by itself and its groups, on resources of a kind. `name` is
    /// that of the action, which has resources of this one kind.
    pub(super) fn shelf(
        &self,
        name: &str,
        actions: &[EntityUid],
        kind: &EntityTypeName,
    ) -> Arc<Shelf> {
        let Shelves(known) = &self.shelves;
        let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(shelf) = known.get(name) {
            return Arc::clone(shelf);
        }
        let filled = Arc::new(self.fill(name, actions, kind));
        known.insert(name.to_owned(), Arc::clone(&filled));
        filled
    }

    fn fill(&self, name: &str, actions: &[EntityUid], kind: &EntityTypeName) -> Shelf {
        let mut filled = Shelf {
            level: 1,
            reads: Reads::default(),
            readers: Vec::new(),
            broken: Vec::new(),
            ordinary: PolicySet::new(),
            glass: PolicySet::new(),
            forbids: PolicySet::new(),
            faces: Faces::default(),
        };
        let mut asked: Vec<&Rule> = Vec::new();
        for (number, rule) in self.book.permissions.iter().enumerate() {
            if !rule.scope.covers(actions) || !rule.is_about(kind) {
                continue;
            }
            let Some(policy) = rule.policy.as_ref().filter(|_| !rule.broken) else {
                filled.broken.push(number);
                continue;
            };
            asked.push(rule);
            let policy = policy.new_id(PolicyId::new(number.to_string()));
            // Numbers are unique and no policy is a template, so adding cannot fail.
            if rule.effect == Effect::Forbid {
                let _ = filled.forbids.add(policy.clone());
                let _ = filled.glass.add(policy.clone());
                let _ = filled.ordinary.add(policy);
            } else if rule.glass.is_some() {
                let _ = filled.glass.add(policy);
            } else {
                let _ = filled.ordinary.add(policy);
            }
        }
        for rule in &self.book.approvals {
            if let Origin::Approval { action, .. } = rule.origin
                && let Some(action) = self.catalog.actions.get(action)
                && action.identifier.value == name
            {
                asked.push(rule);
            }
        }
        for rule in &asked {
            filled.level = filled.level.max(rule.level);
        }
        let readers = asked
            .iter()
            .map(|rule| (rule.name.clone(), rule.reads.clone()));
        filled.readers = readers.collect();
        filled.reads = Reads::of(asked.into_iter());
        filled
    }
}

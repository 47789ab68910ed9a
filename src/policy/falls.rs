//! What falls to the built-in actions on entities, and what is asked for in their place.
//!
//! In: a catalog and a kind of its entities. Out: for a built-in action, and for a path that it
//! could change, what a plan asks for instead, whichever entity it is: an action that claims it,
//! or `grant` where it says who is who. An action with a condition takes only what meets it.

use crate::model::path::claims;
use crate::model::{Action, Catalog};
use crate::policy::{Authority, BuiltIn, Happens};

/// What a plan asks for in the place of a built-in action.
#[derive(Debug, Clone, Copy)]
pub enum Instead<'c> {
    /// An action of the catalog, which claims it.
    Action(&'c Action),
    /// Another built-in one.
    BuiltIn(BuiltIn),
    /// Nothing: there is no such change.
    Nothing,
}

/// A kind of entities, and who takes over what changes of them.
#[derive(Debug, Clone)]
pub struct Falls<'c> {
    /// The actions of the kind that take what they claim in any case.
    actions: Vec<&'c Action>,
    authority: Authority,
}

impl<'c> Falls<'c> {
    /// Of the entities of a blueprint.
    pub fn of(catalog: &'c Catalog, blueprint: &str) -> Self {
        let actions = catalog.actions.iter();
        let of_kind = actions.filter(|action| {
            action.blueprint.value == blueprint && action.trigger.condition.is_none()
        });
        Self {
            actions: of_kind.collect(),
            authority: Authority::of(catalog, catalog, blueprint, Happens::Changes),
        }
    }

    /// What is asked for in the place of all that a built-in action could be; `None` where it is
    /// asked for of some change.
    pub fn whole(&self, built_in: BuiltIn) -> Option<Instead<'c>> {
        let by = |is_it: &dyn Fn(&Action) -> bool| {
            let action = self.actions.iter().find(|action| is_it(action));
            action.map(|action| Instead::Action(action))
        };
        match built_in {
            BuiltIn::Create => by(&|action| action.trigger.created.is_some()),
            BuiltIn::Delete => by(&|action| action.trigger.deleted.is_some()),
            BuiltIn::Rename => self.path(built_in, "identifier"),
            BuiltIn::Update if self.authority.is_whole() => Some(Instead::BuiltIn(BuiltIn::Grant)),
            BuiltIn::Grant if self.authority.is_empty() => Some(Instead::Nothing),
            _ => None,
        }
    }

    /// What is asked for where a path of an entity that stays changes, in the place of a built-in
    /// action; `None` where that is asked for.
    pub fn path(&self, built_in: BuiltIn, path: &str) -> Option<Instead<'c>> {
        match built_in {
            // These are asked for without paths.
            BuiltIn::Create | BuiltIn::Delete => return Some(Instead::Nothing),
            BuiltIn::Grant | BuiltIn::Update | BuiltIn::Rename => {}
            _ => return None,
        }
        let action = self.actions.iter().find(|action| claims(action, path));
        if let Some(action) = action.filter(|_| !self.authority.is_whole()) {
            return Some(Instead::Action(action));
        }
        let falls_to = self.authority.built_in(path);
        (falls_to != built_in).then_some(Instead::BuiltIn(falls_to))
    }

    /// Whether a path says who is who: of what appears it is a grant, also where an action claims
    /// it of what stays.
    pub fn is_grant(&self, path: &str) -> bool {
        self.authority.has(path)
    }
}

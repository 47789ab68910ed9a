//! Whether a catalog still says what a step of an old landing would do.
//!
//! In: the catalog that the landing left, the catalog of now, the step. Out: the first thing that
//! the step writes and that is another now. What was changed and changed back is no other thing.

use std::cell::OnceCell;

use serde_json::Value as Json;

use crate::compile::Compiled;
use crate::derive::{Derived, Secrecy};
use crate::model::{Action, Blueprint, EntityId};
use crate::plan::claim::shared;
use crate::plan::diff::changes;
use crate::plan::file::{Effectuation, Step, show};
use crate::plan::hide::{Hidden, hide_marked_at};
use crate::text::visible;

/// Two catalogs that are compared, with what is computed of them once.
pub struct Between<'a> {
    then: &'a Compiled,
    now: &'a Compiled,
    derived: [Derived<'a>; 2],
    secret: OnceCell<Secret<'a>>,
}

/// What is shown of neither.
struct Secret<'a> {
    hidden: Hidden<'a>,
    marked: [Secrecy<'a>; 2],
}

impl<'a> Between<'a> {
    /// An old one and one of now.
    pub fn new(then: &'a Compiled, now: &'a Compiled) -> Self {
        Self {
            then,
            now,
            derived: [then, now].map(|it| Derived::new(&it.catalog, &it.graph)),
            secret: OnceCell::new(),
        }
    }
}

/// What of an entity is another between two catalogs.
#[derive(Debug, Clone, PartialEq)]
pub enum Moved {
    /// It is not there any more; its new name, where it got one.
    Gone(Option<String>),
    /// It is there again.
    There,
    /// One of its values.
    Value {
        /// `properties.replicas`
        path: String,
        /// What it was.
        was: Option<Json>,
        /// What it is.
        is: Option<Json>,
    },
}

/// What a step is of, and which of its paths count.
pub struct Writes<'a> {
    step: &'a Step,
    action: Option<&'a Action>,
}

impl<'a> Writes<'a> {
    /// What a step writes, by the action as the landing left it.
    pub fn of(step: &'a Step, landed: &'a Compiled) -> Self {
        let action = landed.catalog.find_action(&step.action);
        Self {
            step,
            action: action.filter(|_| !step.built_in),
        }
    }

    /// What of it is another now than then.
    pub fn moved(&self, between: &Between<'_>) -> Option<Moved> {
        let (then, now) = (between.then, between.now);
        let (a, b) = match (self.find(then), self.find(now)) {
            (None, None) => return None,
            (None, Some(_)) => return Some(Moved::There),
            (Some(_), None) => return Some(Moved::Gone(self.new_name(now))),
            (Some(a), Some(b)) => (a, b),
        };
        let (old, new) = (then.catalog.entity(a)?, now.catalog.entity(b)?);
        let kinds = [
            then.catalog.blueprint(old.blueprint),
            now.catalog.blueprint(new.blueprint),
        ];
        let own = changes(kinds, old, new).into_iter();
        let mut own = own.filter(|change| self.writes(&change.path));
        if let Some(change) = own.next() {
            return Some(Moved::Value {
                path: change.path,
                was: change.before,
                is: change.after,
            });
        }
        let [was, is] = &between.derived;
        let names = kinds[0].into_iter().flat_map(Blueprint::derived);
        names
            .map(|name| (format!("properties.{}", name.value), &name.value))
            .filter(|(path, _)| self.step.changes.iter().any(|change| change.path == *path))
            .find_map(|(path, name)| {
                let (was, is) = (was.value(a, name), is.value(b, name));
                (was != is).then_some(Moved::Value { path, was, is })
            })
    }

    /// The same in words, without secrets.
    pub fn words(&self, moved: &Moved, between: &Between<'_>) -> String {
        let secret = || Secret {
            hidden: Hidden::of([between.then, between.now]),
            marked: [between.then, between.now].map(|it| Secrecy::of(&it.catalog)),
        };
        let secret = between.secret.get_or_init(secret);
        let (kind, entity) = (self.step.blueprint.as_str(), self.step.entity.as_str());
        let name = format!("{kind} {entity}");
        let shown = |path: &str, value: &Option<Json>| {
            let mut value = value.clone();
            if let Some(value) = &mut value {
                hide_marked_at(
                    (&secret.marked, &secret.hidden.masks),
                    (kind, entity),
                    path,
                    value,
                );
            }
            show(value.as_ref())
        };
        let mut words = match moved {
            Moved::Gone(None) => format!("{name} is not there any more"),
            Moved::Gone(Some(new)) => format!("{name} is called {new} now"),
            Moved::There => format!("{name} is there again"),
            Moved::Value { path, was, is } => format!(
                "{path} is {} now, and the step would make it {}",
                shown(path, is),
                shown(path, was)
            ),
        };
        secret.hidden.hide_in(&mut words);
        visible(&words).into_owned()
    }

    fn find(&self, compiled: &Compiled) -> Option<EntityId> {
        let (kind, _) = compiled.catalog.find_blueprint(&self.step.blueprint)?;
        compiled.catalog.find_entity(kind, &self.step.entity)
    }

    fn new_name(&self, now: &Compiled) -> Option<String> {
        let (kind, _) = now.catalog.find_blueprint(&self.step.blueprint)?;
        let mut entities = now.catalog.entities_of(kind).iter();
        let is_it = |from: &str| from == self.step.entity;
        let found = entities.find(|it| it.moved_from.as_ref().is_some_and(|it| is_it(&it.value)));
        found.map(|entity| entity.identifier.value.to_string())
    }

    /// Whether the step writes a path: its own, one above or below it, or one that the same claim
    /// of its action covers, for the action is given all of that. What creates writes everything.
    fn writes(&self, path: &str) -> bool {
        match self.step.does {
            Effectuation::Create => true,
            Effectuation::Delete | Effectuation::Run => false,
            Effectuation::Change | Effectuation::Rename => self.step.changes.iter().any(|own| {
                let is_hidden = own.path.contains("***");
                is_hidden || shared(self.action, &own.path, path)
            }),
        }
    }
}

//! What a conversation is about: the actions and entities that somebody may ask for, and the inputs.
//!
//! In: a catalog with its rules, and a person or nobody. Out: names with what is said beside them.
//! Who may is asked of the rules; where that cannot be told, everything is offered.

use serde_json::Value as Json;

use crate::cli::Failure;
use crate::cli::ask::ahead::{Start, ahead, is_time};
use crate::cli::ask::fill::filled;
use crate::cli::ask::name::{self, entity_of, one};
use crate::cli::ask::{Asking, Claim};
use crate::cli::can::{on_entity, rights};
use crate::cli::look::Look;
use crate::cli::new::said;
use crate::cli::request::born::{Born, creates};
use crate::cli::request::lacking::{input, longer, standing, subject, takes};
use crate::cli::request::secret::HOW;
use crate::cli::request::way::Way;
use crate::cli::talk::{Book, Choice, Field};
use crate::model::{Action, Catalog, EntityId, Moment, is_secret};
use crate::policy::Principal;
use crate::policy::What;
use crate::syntax::Node;

/// The most people of whom it is told which of them may do what somebody may not.
const PEOPLE: usize = 50;

/// What a time takes where one stands already.
const LATER: &str = ", or as +3d later than it is";

/// A catalog as a book.
pub(super) struct Pages<'a, 'c> {
    asking: &'a Asking<'c>,
    look: Look<'c>,
    /// Who asks, where the rules can say what they may.
    actor: Option<&'a Principal>,
    /// From when `3d` counts.
    now: Moment,
    /// The files here, of which not all is merged.
    here: &'a Catalog,
}

impl<'a, 'c> Pages<'a, 'c> {
    pub(super) fn new(
        asking: &'a Asking<'c>,
        actor: Option<&'a Principal>,
        (here, now): (&'a Catalog, Moment),
    ) -> Self {
        Self {
            now,
            here,
            asking,
            look: Look::of(asking.compiled),
            actor: actor.filter(|_| asking.is_certain().is_ok()),
        }
    }

    /// What an action creates, where it creates something.
    fn born(&self, action: &'c Action) -> Option<Born<'c>> {
        Born::of(&self.asking.compiled.catalog, action)
    }

    /// Whether the catalog has actions that create.
    fn creates(&self) -> bool {
        let mut actions = self.asking.compiled.catalog.actions.iter();
        actions.any(creates)
    }

    /// Whether no entity of any kind has the name.
    fn is_nowhere(&self, name: &str) -> bool {
        let catalog = &self.asking.compiled.catalog;
        let name = name.split_once('/').map_or(name, |(_, name)| name);
        let mut kinds = catalog.kinds();
        kinds.all(|(kind, _)| catalog.find_entity(kind, name).is_none())
    }

    fn action(&self, name: &str) -> Option<&'c Action> {
        self.asking.compiled.catalog.find_action(name)
    }

    fn entity(&self, action: &Action, name: &str) -> Option<EntityId> {
        let catalog = &self.asking.compiled.catalog;
        let (kind, _) = catalog.find_blueprint(&action.blueprint.value)?;
        entity_of(catalog, kind, name).ok()
    }

    /// The entities on which the person may do it; none where everybody is offered everything.
    fn permitted(&self, action: &Action) -> Option<Vec<String>> {
        let what = What::Catalog(action);
        let rights = rights(self.asking, self.actor?, Some(what), None);
        let rows = rights.rights.into_iter();
        Some(rows.flat_map(|right| right.entities).collect())
    }

    fn may(&self, action: &Action, entity: Option<EntityId>) -> bool {
        self.actor
            .is_none_or(|actor| self.can(actor, action, entity))
    }

    /// Whether somebody may do it, on an entity or on any.
    fn can(&self, actor: &Principal, action: &Action, entity: Option<EntityId>) -> bool {
        let rights = match entity {
            Some(entity) => on_entity(self.asking, actor, entity),
            None => rights(self.asking, actor, Some(What::Catalog(action)), None).rights,
        };
        let mut rights = rights.iter();
        rights.any(|right| right.action == action.identifier.value.as_str())
    }

    /// What an input is now.
    fn present(&self, action: &Action, entity: &str, input: &str) -> Option<String> {
        let (_, path) = filled(action).find(|(name, _)| *name == input)?;
        let id = self.entity(action, entity)?;
        let blueprint = self.look.blueprint(id)?;
        let entity = self.asking.compiled.catalog.entity(id)?;
        let value = Claim::of(blueprint, entity, path)?;
        Some(match self.look.hider.value(&value) {
            Json::String(text) => text,
            other => other.to_string(),
        })
    }
}

impl Book for Pages<'_, '_> {
    fn new_name(&self, action: &str) -> Option<String> {
        let born = self.born(self.action(action)?)?;
        said::new_name(&self.asking.compiled.catalog, born.kind)
    }

    fn actions(&self, entity: Option<&str>) -> Vec<Choice> {
        let actions = self.asking.compiled.catalog.actions.iter();
        let actions = actions.filter(|action| Way::any(action).is_some());
        // What nothing is called may be a slip of the name, or the name of what is new.
        let entity = entity.filter(|name| !self.is_nowhere(name));
        let choices = actions.filter_map(|action| {
            let born = self.born(action);
            let id = entity.map(|name| match born {
                Some(_) => None,
                None => self.entity(action, name),
            });
            let is_new = born.is_some()
                && entity.is_none_or(|name| subject(self.asking, action, name).is_ok());
            if id == Some(None) && !is_new {
                return None;
            }
            Some(Choice {
                name: action.identifier.value.to_string(),
                about: title(action).unwrap_or_default().to_owned(),
                owners: Vec::new(),
                is_open: self.may(action, id.flatten()),
            })
        });
        choices.collect()
    }

    fn wrong_action(&self, action: &str) -> Option<String> {
        let told = name::action(&self.asking.compiled.catalog, action);
        if let (Ok(What::BuiltIn(_)), Some(longer)) = (&told, longer(self.asking, action)) {
            return Some(format!(
                "`{action}` is no action of the catalog's: did you mean `{longer}`?"
            ));
        }
        told.err().map(Failure::in_one_line)
    }

    fn wrong_entity(&self, action: Option<&str>, entity: &str) -> Option<String> {
        let found = match action.and_then(|action| self.action(action)) {
            Some(action) => subject(self.asking, action, entity).and_then(|()| {
                let Some(born) = self.born(action) else {
                    return Ok(());
                };
                let kind = self.here.find_blueprint(&action.blueprint.value);
                kind.map_or(Ok(()), |(kind, _)| {
                    said::is_free(self.here, kind, born.name(entity))
                })
            }),
            None if self.is_nowhere(entity) && self.creates() => Ok(()),
            None => name::entity(&self.asking.compiled.catalog, entity).map(|_| ()),
        };
        found.err().map(Failure::in_one_line)
    }

    fn who_else(&self, action: &str, entity: Option<&str>) -> Vec<String> {
        let Some(action) = self.action(action) else {
            return Vec::new();
        };
        let people = self.asking.rules.people();
        if people.len() > PEOPLE {
            return Vec::new();
        }
        let entity = entity.and_then(|name| self.entity(action, name));
        let people = people.into_iter();
        let others = people.filter(|(_, id)| self.can(&Principal::Person(*id), action, entity));
        others.map(|(login, _)| login.to_string()).collect()
    }

    fn head(&self, action: &str) -> String {
        let Some(action) = self.action(action) else {
            return String::new();
        };
        let title = title(action).map_or_else(String::new, |it| format!(" {it},"));
        let kind = match self.born(action) {
            Some(_) => format!("makes {}", one(&action.blueprint.value)),
            None => format!("on {}", one(&action.blueprint.value)),
        };
        format!("{}:{title} {kind}\n", action.identifier.value)
    }

    fn entities(&self, action: &str) -> Vec<Choice> {
        let catalog = &self.asking.compiled.catalog;
        let Some(action) = self.action(action) else {
            return Vec::new();
        };
        let Some((kind, _)) = catalog.find_blueprint(&action.blueprint.value) else {
            return Vec::new();
        };
        let mut permitted = self.permitted(action);
        if let Some(permitted) = &mut permitted {
            permitted.sort();
        }
        let mut choices = said::choices(&self.look, kind);
        for choice in &mut choices {
            let permitted = permitted.as_ref();
            choice.is_open = permitted.is_none_or(|all| all.binary_search(&choice.name).is_ok());
        }
        choices
    }

    fn fields(&self, action: &str, entity: &str, given: &[(String, String)]) -> Vec<Field> {
        let Some(action) = self.action(action) else {
            return Vec::new();
        };
        if let Some(born) = self.born(action) {
            return born.fields(&self.look, (self.asking, self.actor), given);
        }
        let way = Way::any(action);
        if way == Some(Way::Gone) {
            return Vec::new();
        }
        let is_edit = way == Some(Way::Edit);
        let all = action.inputs.properties.iter();
        let open = all.filter(|entry| {
            let name = entry.key.value.as_str();
            let is_own = filled(action).any(|(input, _)| input == name);
            let is_given = given.iter().any(|(given, _)| given == name);
            !is_given
                && if is_edit {
                    is_own
                } else {
                    !action.inputs.is_made(name)
                }
        });
        let fields = open.map(|entry| {
            let name = entry.key.value.as_str();
            let text = |key: &str| {
                entry
                    .node
                    .get(key)
                    .and_then(Node::as_str)
                    .map(str::to_owned)
            };
            let default = entry.node.get("default").map(|it| match it.as_str() {
                Some(text) => text.to_owned(),
                None => it.to_json().to_string(),
            });
            let present = is_edit
                .then(|| self.present(action, entity, name))
                .flatten();
            let mut required = action.inputs.required.iter();
            let is_secret = is_secret(&entry.node);
            let help = text("description").or_else(|| text("title"));
            let mut takes = takes(&entry.node);
            if is_time(&entry.node) && present.is_some() {
                takes.push_str(LATER);
            }
            Field {
                name: name.to_owned(),
                takes,
                help: help.or_else(|| is_secret.then(|| HOW.to_owned())),
                is_secret,
                default: present.or(default),
                is_required: required.any(|it| it.value == name),
                choices: said::named(&self.look, &entry.node),
                says_default: false,
            }
        });
        fields.collect()
    }

    fn check(
        &self,
        action: &str,
        entity: Option<&str>,
        (field, value): (&str, &str),
    ) -> Result<(), String> {
        let Some(action) = self.action(action) else {
            return Ok(());
        };
        let schema = match self.born(action) {
            Some(born) => born.schema(field),
            None => action.inputs.schema(field),
        };
        let start = Start {
            now: self.now,
            standing: standing(self.asking, action, entity, field),
        };
        let made = schema.and_then(|schema| ahead(schema, value, start));
        let value = made.as_ref().map_or(value, |made| &made.time);
        input(self.asking, action, field, value).map_err(Failure::in_one_line)
    }
}

fn title(action: &Action) -> Option<&str> {
    action.title.as_ref().map(|title| title.value.as_str())
}

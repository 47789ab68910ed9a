//! What is asked about: an action, an entity and its inputs, made whole from what was written.
//!
//! In: a [`Wish`], as somebody typed it. Out: a [`Matter`], from which questions are made. Inputs
//! that an edited entity would fill are filled, and an input that an entity fills edits a copy
//! of it, so that rules see what they would see in a pull request.

use serde_json::{Map, Value as Json};

use crate::cli::Failure;
use crate::cli::ask::Asking;
use crate::cli::ask::claim::{Claim, blank, unknown};
use crate::cli::ask::name::What;
use crate::cli::ask::subject::{Subject, Written};
use crate::cli::ask::value::typed;
use crate::model::action::Operation;
use crate::model::{Action, Blueprint, BlueprintId, Catalog, Entity, EntityId};
use crate::plan::rights::candidate::{is_secret, paths};
use crate::policy::{BuiltIn, Principal, Question, Resource};
use crate::text::{choose, visible};

/// What somebody wants to know, with values of the right types.
#[derive(Debug, Clone)]
pub(in crate::cli) struct Wish<'c> {
    pub(in crate::cli) what: What<'c>,
    pub(in crate::cli) subject: Subject,
    pub(in crate::cli) inputs: Map<String, Json>,
    pub(in crate::cli) claims: Vec<Claim>,
    pub(in crate::cli) changed: Vec<String>,
}

/// A question without who asks.
#[derive(Debug)]
pub(in crate::cli) struct Matter<'c> {
    pub(in crate::cli) what: What<'c>,
    pub(in crate::cli) inputs: Map<String, Json>,
    pub(in crate::cli) changed: Vec<String>,
    resource: Owned,
    /// The catalog with the edited entity, where rules could see the difference.
    after: Option<Box<Catalog>>,
}

#[derive(Debug)]
enum Owned {
    Entity(EntityId),
    New(Box<Entity>),
    Root(&'static str, String),
}

impl<'c> Wish<'c> {
    /// Reads what is wished.
    pub(in crate::cli) fn read(
        asking: &Asking<'c>,
        what: What<'c>,
        written: Written<'_>,
    ) -> Result<Self, Failure> {
        let catalog = &asking.compiled.catalog;
        let subject = Subject::read(catalog, what, written)?;
        let mut wish = Self {
            what,
            subject,
            inputs: Map::new(),
            claims: Vec::new(),
            changed: Vec::new(),
        };
        let blueprint = wish.blueprint(catalog);
        for (key, value) in written.set {
            wish.set(catalog, blueprint, key, value)?;
        }
        for path in written.changed {
            let Some(blueprint) = blueprint else {
                return Err(Failure::new("only entities have paths that change"));
            };
            let derived = blueprint
                .derived()
                .map(|it| format!("properties.{}", it.value));
            let is_known = paths(blueprint).into_iter().chain(derived).any(|known| {
                let rest = path.strip_prefix(known.as_str());
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
            });
            if !is_known {
                return Err(unknown(blueprint, path));
            }
            wish.changed.push(path.clone());
        }
        Ok(wish)
    }

    fn set(
        &mut self,
        catalog: &Catalog,
        blueprint: Option<&Blueprint>,
        key: &str,
        value: &str,
    ) -> Result<(), Failure> {
        if let Some(action) = self.what.action()
            && let Some(schema) = action.inputs.schema(key)
        {
            let value = typed(&action.identifier.value, key, schema, value)?;
            self.inputs.insert(key.to_owned(), value);
            return Ok(());
        }
        let Some(blueprint) = blueprint else {
            return Err(Failure::new(format!(
                "`{}` takes no inputs",
                self.what.word()
            )));
        };
        if key.contains('.') || matches!(key, "title" | "team") || self.what.action().is_none() {
            self.claims
                .push(Claim::read(catalog, blueprint, key, value)?);
            return Ok(());
        }
        let names: Vec<&str> = self
            .what
            .action()
            .map(|action| input_names(action))
            .unwrap_or_default();
        let message = format!("`{}` has no input `{}`", self.what.word(), visible(key));
        let help = if names.is_empty() {
            "it has none".to_owned()
        } else {
            choose(key, &names)
        };
        Err(Failure::new(message).help(help))
    }

    fn kind(&self, catalog: &Catalog) -> Option<BlueprintId> {
        match &self.subject {
            Subject::Entity(id) => Some(catalog.entity(*id)?.blueprint),
            Subject::New(id, _) => Some(*id),
            Subject::Root(..) => None,
        }
    }

    /// The blueprint of what it is about.
    pub(in crate::cli) fn blueprint<'k>(&self, catalog: &'k Catalog) -> Option<&'k Blueprint> {
        catalog.blueprint(self.kind(catalog)?)
    }

    /// The blueprint's number.
    pub(in crate::cli) fn blueprint_id(&self, catalog: &Catalog) -> Option<BlueprintId> {
        self.kind(catalog)
    }

    /// Makes it whole.
    pub(in crate::cli) fn matter(&self, asking: &Asking<'c>) -> Result<Matter<'c>, Failure> {
        let catalog = &asking.compiled.catalog;
        let (Some(blueprint), Some(base)) = (self.blueprint(catalog), self.base(catalog)) else {
            let Subject::Root(kind, path) = &self.subject else {
                return Err(Failure::new("the entity has no blueprint"));
            };
            return Ok(Matter {
                what: self.what,
                inputs: Map::new(),
                changed: Vec::new(),
                resource: Owned::Root(kind, path.clone()),
                after: None,
            });
        };
        let mut claims = self.claims.clone();
        let mut inputs = self.inputs.clone();
        if let Some(action) = self.what.action() {
            for (input, path) in filled(action) {
                let is_claimed = claims.iter().any(|claim| claim.path == path);
                if let Some(value) = self.inputs.get(input)
                    && !is_claimed
                {
                    let (path, value) = (path.to_owned(), value.clone());
                    claims.push(Claim { path, value });
                }
            }
        }
        let mut edited = base;
        for claim in &claims {
            claim.write(&mut edited);
        }
        if let Some(action) = self.what.action() {
            for (input, path) in filled(action) {
                if !inputs.contains_key(input)
                    && let Some(value) = Claim::of(blueprint, &edited, path)
                {
                    inputs.insert(input.to_owned(), value);
                }
            }
            missing_input(action, &inputs)?;
        }
        let changed = self.changed(&claims);
        let (resource, after) = match &self.subject {
            Subject::New(..) => {
                missing_claim(blueprint, &edited)?;
                (Owned::New(Box::new(edited)), None)
            }
            Subject::Entity(id) => {
                let is_seen = asking.rules.reads_sides()
                    || claims.iter().any(|it| !it.path.starts_with("properties."));
                let after = (is_seen && !claims.is_empty()).then(|| {
                    let mut after = Box::new(catalog.clone());
                    if let Some(entity) = after.entities.get_mut(id.0 as usize) {
                        *entity = edited;
                    }
                    after
                });
                (Owned::Entity(*id), after)
            }
            Subject::Root(kind, path) => (Owned::Root(kind, path.clone()), None),
        };
        Ok(Matter {
            what: self.what,
            inputs,
            changed,
            resource,
            after,
        })
    }

    fn base(&self, catalog: &Catalog) -> Option<Entity> {
        match &self.subject {
            Subject::Entity(id) => catalog.entity(*id).cloned(),
            Subject::New(kind, name) => Some(blank(*kind, name)),
            Subject::Root(..) => None,
        }
    }

    /// The paths that change: those that were named, those that are set, or what the action is
    /// started by.
    fn changed(&self, claims: &[Claim]) -> Vec<String> {
        if !matches!(self.subject, Subject::Entity(_)) {
            return Vec::new();
        }
        let set = claims.iter().map(|claim| claim.path.clone());
        let mut changed: Vec<String> = self.changed.iter().cloned().chain(set).collect();
        if let Some(action) = self.what.action()
            && changed.is_empty()
        {
            let first = action.trigger.changed.first();
            changed.extend(first.map(|path| path.value.to_string()));
        }
        changed.sort();
        changed.dedup();
        changed
    }
}

impl Matter<'_> {
    /// The question of one person.
    pub(in crate::cli) fn question<'q>(
        &'q self,
        catalog: &'q Catalog,
        actor: &'q Principal,
    ) -> Question<'q> {
        let is_delete = match self.what {
            What::Catalog(action) => action.operation.value == Operation::Delete,
            What::BuiltIn(built_in) => built_in == BuiltIn::Delete,
        };
        let (resource, after) = match &self.resource {
            Owned::Entity(id) => {
                let result = self.after.as_deref().unwrap_or(catalog);
                (Resource::Entity(*id), (!is_delete).then_some((result, *id)))
            }
            Owned::New(entity) => (Resource::Proposed(catalog, entity), None),
            Owned::Root(kind, path) => (Resource::Root { kind, path }, None),
        };
        Question {
            actor,
            action: self.what.name(),
            resource,
            inputs: &self.inputs,
            changed: &self.changed,
            after,
            cause: None,
        }
    }

    /// The inputs as they may be shown: a secret is not.
    pub(in crate::cli) fn shown_inputs(&self) -> Map<String, Json> {
        let inputs = self.inputs.iter().map(|(name, value)| {
            let action = self.what.action();
            let schema = action.and_then(|action| action.inputs.schema(name));
            let is_hidden = schema.is_some_and(is_secret);
            let value = if is_hidden {
                Json::from("***")
            } else {
                value.clone()
            };
            (name.clone(), value)
        });
        inputs.collect()
    }
}

/// The inputs that an edited entity fills by a value of its own, each with that value's path.
pub(in crate::cli) fn filled(action: &Action) -> impl Iterator<Item = (&str, &str)> {
    action.inputs.from.iter().filter_map(|(input, source)| {
        let path = source.value.trim().strip_prefix(".after.")?;
        let (group, name) = path.split_once('.')?;
        let is_plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        let is_own = matches!(group, "properties" | "relations");
        (is_plain && is_own).then_some((input.value.as_str(), path))
    })
}

fn input_names(action: &Action) -> Vec<&str> {
    let inputs = action.inputs.properties.iter();
    inputs.map(|entry| entry.key.value.as_str()).collect()
}

fn missing_input(action: &Action, inputs: &Map<String, Json>) -> Result<(), Failure> {
    let mut required = action.inputs.required.iter();
    let Some(missing) = required.find(|name| !inputs.contains_key(name.value.as_str())) else {
        return Ok(());
    };
    let name = visible(&missing.value);
    let message = format!(
        "`{}` needs the input `{name}`",
        visible(&action.identifier.value)
    );
    let words = action.inputs.schema(&missing.value).and_then(|schema| {
        let words = schema.get("enum")?.as_sequence()?.iter();
        let words: Option<Vec<&str>> = words.map(crate::syntax::Node::as_str).collect();
        Some(words?.join(" or "))
    });
    let words = words.map_or_else(String::new, |words| format!(": {}", visible(&words)));
    Err(Failure::new(message).help(format!("add `--set {name}=...`{words}")))
}

fn missing_claim(blueprint: &Blueprint, entity: &Entity) -> Result<(), Failure> {
    let properties = blueprint.required.iter().map(|name| &name.value);
    let properties = properties
        .filter(|name| entity.property(name).is_none())
        .map(|name| format!("properties.{name}"));
    let relations = blueprint.relations.iter().filter(|it| it.required);
    let relations = relations
        .map(|relation| &relation.name.value)
        .filter(|name| entity.relation(name).is_none())
        .map(|name| format!("relations.{name}"));
    let Some(missing) = properties.chain(relations).next() else {
        return Ok(());
    };
    let kind = visible(&blueprint.identifier.value);
    let missing = visible(&missing);
    Err(Failure::new(format!("a new {kind} needs `{missing}`"))
        .help(format!("add `--set {missing}=...`")))
}

//! Actions that create: what is asked for is the entity itself.
//!
//! In: an action that runs when an entity appears, and what somebody says by its inputs or by the
//! names of the blueprint. Out: what the entity says, by its paths, and what it must say yet. What
//! only one value makes this action of, by its condition, has that value.

use serde_json::json;

use crate::cli::Failure;
use crate::cli::ask::fill::{filled, input_names};
use crate::cli::ask::value::typed;
use crate::cli::ask::{Asking, Claim, Wish, blank};
use crate::cli::can::change::own_names;
use crate::cli::desk::Desk;
use crate::cli::look::Look;
use crate::cli::new;
use crate::cli::new::said;
use crate::cli::set::path;
use crate::cli::talk::Field;
use crate::derive;
use crate::edit::tried::Texts;
use crate::model::action::Operation;
use crate::model::{Action, Blueprint, BlueprintId, Catalog, is_secret};
use crate::plan::claim;
use crate::policy::Principal;
use crate::syntax::Node;
use crate::text::{choose, visible};

/// What an action creates.
#[derive(Clone, Copy)]
pub(super) struct Born<'c> {
    catalog: &'c Catalog,
    action: &'c Action,
    pub(super) kind: BlueprintId,
    blueprint: &'c Blueprint,
}

/// Whether it is asked for by the entity that it creates.
pub(in crate::cli) fn creates(action: &Action) -> bool {
    let trigger = &action.trigger;
    let is_made = trigger.created.is_some() && action.operation.value == Operation::Create;
    is_made && trigger.request.is_none()
}

impl<'c> Born<'c> {
    /// None where an action creates nothing.
    pub(super) fn of(catalog: &'c Catalog, action: &'c Action) -> Option<Self> {
        let (kind, blueprint) = catalog.find_blueprint(&action.blueprint.value)?;
        creates(action).then_some(Self {
            catalog,
            action,
            kind,
            blueprint,
        })
    }

    /// The identifier that is meant: `Component/cart` is `cart`.
    pub(super) fn name<'n>(&self, written: &'n str) -> &'n str {
        let own = written.strip_prefix(self.blueprint.identifier.value.as_str());
        own.and_then(|rest| rest.strip_prefix('/'))
            .unwrap_or(written)
    }

    /// The path that an input fills, or that the blueprint has by that name.
    pub(super) fn path(&self, name: &str) -> Result<String, Failure> {
        let id = visible(&self.action.identifier.value);
        let shown = visible(name);
        if let Some((_, path)) = filled(self.action).find(|(input, _)| *input == name) {
            return Ok(path.to_owned());
        }
        if let Some(path) = said::path_of(self.blueprint, name) {
            return Ok(path);
        }
        if self.action.inputs.schema(name).is_some() {
            let mut from = self.action.inputs.from.iter();
            let source = from.find(|(input, _)| input.value == name);
            let by = source.map_or_else(String::new, |(_, it)| {
                format!(", by {}", visible(&it.value))
            });
            let message = format!("`{shown}` of `{id}` is not set: the new entity gives it{by}");
            return Err(Failure::new(message).help("leave it out"));
        }
        let own = self.own_names();
        let mut names = input_names(self.action);
        names.extend(own.iter().map(String::as_str));
        names.dedup();
        let kind = visible(&self.blueprint.identifier.value);
        let message = format!("`{id}` has no input `{shown}`, and {kind} has none by that name");
        Err(Failure::new(message).help(choose(name, &names)))
    }

    /// What the blueprint has, by its short names.
    fn own_names(&self) -> Vec<String> {
        let properties = self.blueprint.properties.iter().map(|it| &it.name.value);
        let relations = self.blueprint.relations.iter().map(|it| &it.name.value);
        let all = properties.chain(relations).map(ToString::to_string);
        let inputs = input_names(self.action);
        all.filter(|name| !inputs.contains(&name.as_str()))
            .collect()
    }

    /// The schema of what a name stands for.
    pub(super) fn schema(&self, name: &str) -> Option<&'c Node> {
        if let Some(schema) = self.action.inputs.schema(name) {
            return Some(schema);
        }
        let path = self.path(name).ok()?;
        let property = self.blueprint.property(path.strip_prefix("properties.")?)?;
        Some(&property.schema)
    }

    /// That a name takes a value.
    pub(super) fn check(&self, name: &str, value: &str) -> Result<(), Failure> {
        let path = self.path(name)?;
        if let Some(schema) = self.action.inputs.schema(name)
            && !is_secret(schema)
        {
            typed(&self.action.identifier.value, name, schema, value)?;
        }
        said::check(self.catalog, self.blueprint, &path, value)
    }

    /// What is to be said yet: inputs that are needed, then what the blueprint needs. Each by the
    /// name of its input, or by its own.
    pub(super) fn missing(&self, set: &[(String, String)]) -> Vec<String> {
        let set = self.whole(set);
        let given: Vec<String> = set
            .iter()
            .filter_map(|(it, _)| self.path(it).ok())
            .collect();
        let required = said::required(self.blueprint);
        let is_needed = |input: &str, path: &str| {
            let mut needed = self.action.inputs.required.iter();
            required.iter().any(|it| it == path) || needed.any(|it| it.value == input)
        };
        let has_default = |name: &str| {
            let schema = self.schema(name);
            schema.is_some_and(|it| it.get("default").is_some())
        };
        let inputs = input_names(self.action).into_iter().filter_map(|input| {
            let (_, path) = filled(self.action).find(|(it, _)| *it == input)?;
            Some((input.to_owned(), path.to_owned()))
        });
        let inputs: Vec<(String, String)> = inputs
            .filter(|(input, path)| is_needed(input, path) && !has_default(input))
            .collect();
        let others = required.iter().filter_map(|path| {
            let is_input = inputs.iter().any(|(_, it)| it == path);
            let name = path.split_once('.')?.1;
            // Where an input of that name is something else the whole path says it.
            let is_other = self.path(name).ok().as_ref() != Some(path);
            let name = if is_other { path.as_str() } else { name };
            (!is_input).then(|| (name.to_owned(), path.clone()))
        });
        let all: Vec<(String, String)> = inputs.iter().cloned().chain(others).collect();
        let open = all.into_iter().filter(|(_, path)| !given.contains(path));
        open.map(|(name, _)| name).collect()
    }

    /// What is said, and what follows from it: the default of an input that nothing gives, and the
    /// only value of a property for which the action is the one that runs.
    pub(super) fn whole(&self, set: &[(String, String)]) -> Vec<(String, String)> {
        let mut all = set.to_vec();
        let path = |name: &str| self.path(name).ok();
        let is_given = |all: &[(String, String)], own: &str| {
            let mut all = all.iter();
            all.any(|(name, _)| path(name).as_deref() == Some(own))
        };
        for (input, own) in filled(self.action) {
            let default = self
                .action
                .inputs
                .schema(input)
                .and_then(|it| it.get("default"));
            if let (Some(default), false) = (default, is_given(&all, own)) {
                all.push((input.to_owned(), plain(default)));
            }
        }
        for own in said::required(self.blueprint) {
            if let (Some(only), false) = (self.only(&all, &own), is_given(&all, &own)) {
                all.push((own, only));
            }
        }
        all
    }

    /// The only value of a property for which the condition of the action is true.
    fn only(&self, set: &[(String, String)], path: &str) -> Option<String> {
        self.action.trigger.condition.as_ref()?;
        let name = path.strip_prefix("properties.")?;
        let choices = self.blueprint.property(name)?.choices()?;
        let holds = |value: &str| {
            let mut entity = blank(self.kind, "");
            let own = [(path.to_owned(), value.to_owned())];
            for (name, value) in set.iter().chain(&own) {
                let path = self.path(name).ok();
                let claim = path
                    .and_then(|path| Claim::read(self.catalog, self.blueprint, &path, value).ok());
                if let Some(claim) = claim {
                    claim.write(&mut entity);
                }
            }
            let after = derive::whole(self.blueprint, &entity);
            let context = || json!({"before": null, "after": after});
            claim::condition(self.action, context) == Ok(Some(true))
        };
        let mut right = choices.into_iter().filter(|it| holds(it));
        match (right.next(), right.next()) {
            (Some(only), None) => Some(only.to_owned()),
            _ => None,
        }
    }

    /// What is asked for, as the rules read it: inputs by their names, all else by its path.
    pub(super) fn told(&self, set: &[(String, String)]) -> Vec<(String, String)> {
        let told = self.whole(set).into_iter().map(|(name, value)| {
            if filled(self.action).any(|(input, _)| input == name) {
                return (name, value);
            }
            (self.path(&name).unwrap_or(name), value)
        });
        told.collect()
    }

    /// Puts into a wish what the file will say without being told.
    pub(super) fn add_defaults(&self, wish: &mut Wish<'_>) {
        let is_told = |wish: &Wish<'_>, own: &str| {
            let mut inputs = filled(self.action);
            wish.claims.iter().any(|it| it.path == own)
                || inputs.any(|(input, path)| path == own && wish.inputs.contains_key(input))
        };
        for property in &self.blueprint.properties {
            let path = format!("properties.{}", property.name.value);
            if let Some(default) = property.schema.get("default")
                && !is_told(wish, &path)
            {
                let value = default.to_json();
                wish.claims.push(Claim { path, value });
            }
        }
    }

    /// The questions for what is to be said yet; an input that is not needed is asked for, too.
    pub(super) fn fields(
        &self,
        look: &Look<'_>,
        (asking, actor): (&Asking<'_>, Option<&Principal>),
        set: &[(String, String)],
    ) -> Vec<Field> {
        let missing = self.missing(set);
        let is_open = |name: &str| {
            let own = self.path(name).ok();
            let mut given = set.iter();
            own.is_some() && !given.any(|(it, _)| self.path(it).ok() == own)
        };
        let inputs = filled(self.action).map(|(input, _)| input.to_owned());
        let inputs: Vec<String> = inputs
            .filter(|it| is_open(it) && !missing.contains(it))
            .collect();
        let all = missing.iter().chain(&inputs);
        let fields = all.filter_map(|name| {
            let path = self.path(name).ok()?;
            let own = actor.map_or_else(Vec::new, |actor| {
                own_names(asking, self.blueprint, &path, actor)
            });
            let mut field = said::field(look, self.blueprint, &path);
            if let Some(schema) = self.action.inputs.schema(name) {
                narrow(&mut field, schema);
            }
            let own = own.first().and_then(|it| it.as_str());
            if let (Some(own), true) = (own, field.default.is_none()) {
                field.default = Some(own.to_owned());
                field.says_default = true;
            }
            field.is_required = missing.contains(name);
            field.name.clone_from(name);
            Some(field)
        });
        fields.collect()
    }

    /// What a name takes, in words.
    pub(super) fn takes(&self, look: &Look<'_>, name: &str) -> Option<String> {
        let mut field = said::field(look, self.blueprint, &self.path(name).ok()?);
        if let Some(schema) = self.action.inputs.schema(name) {
            narrow(&mut field, schema);
        }
        Some(field.takes)
    }

    /// The file of the entity.
    pub(super) fn texts(
        &self,
        desk: &Desk<'_>,
        name: &str,
        set: &[(String, String)],
    ) -> Result<Texts, Failure> {
        let here = &desk.before.catalog;
        let kind = here.find_blueprint(&self.blueprint.identifier.value);
        if let Some(found) = kind.and_then(|(kind, _)| here.find_entity(kind, name))
            && let Some(entity) = here.entity(found)
        {
            let (path, _) = desk.file(entity.span.file);
            let message = format!("`{}` asks for it already", visible(&path));
            return Err(Failure::new(message)
                .help("commit it and open a pull request; `catalogc set` changes what it says"));
        }
        let wishes = self
            .whole(set)
            .into_iter()
            .map(|(name, value)| path::Wish::read(&format!("{}={value}", self.path(&name)?)));
        let wishes = wishes.collect::<Result<Vec<_>, _>>()?;
        let kind = self.blueprint.identifier.value.as_str();
        let (path, text) = new::file(desk, (kind, name), &wishes, None)?;
        Ok([(path, Some(text))].into_iter().collect())
    }
}

/// What an input says of its value besides.
fn narrow(field: &mut Field, schema: &Node) {
    let text = |key: &str| schema.get(key).and_then(Node::as_str);
    if let Some(help) = text("description").or_else(|| text("title")) {
        field.help = Some(help.to_owned());
    }
    if schema.get("enum").is_some() {
        field.takes = crate::cli::ask::words::words(schema);
    }
    if let Some(default) = schema.get("default") {
        field.default = Some(plain(default));
        field.says_default = true;
    }
}

/// A value as it is typed.
fn plain(value: &Node) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_json().to_string(), str::to_owned)
}

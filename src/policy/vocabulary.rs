//! What rules can speak of: the schema of Cedar, made from blueprints and actions.
//!
//! In: a catalog. Out: the [`Vocabulary`], the types of every blueprint and action, and the
//! schema of the same; the two cannot differ, for one is written from the other.

use std::collections::BTreeSet;
use std::str::FromStr;

use cedar_policy::{EntityTypeName, EntityUid, Schema};
use serde_json::Value as Json;
use serde_json::json;

use crate::finding::Finding;
use crate::finding::codes::E0210;
use crate::model::action::Operation;
use crate::model::{Action, Blueprint, BlueprintId, Catalog};
use crate::policy::BuiltIn;
use crate::policy::names;
use crate::policy::owner;
use crate::policy::shape::{self, Field, Shape};
use crate::text::Text;

/// The path of `context.changed` that stands for every path which has no name of its own.
pub(super) const OTHER_PATH: &str = "other";

/// The types of a blueprint.
#[derive(Debug, Clone)]
pub(super) struct Kind {
    /// The name of the blueprint.
    pub(super) blueprint: Text,
    /// The entity type.
    pub(super) name: EntityTypeName,
    /// The attributes of its entities.
    pub(super) attributes: Vec<Field>,
    /// The enumerated type of its paths.
    path_type: EntityTypeName,
    /// The paths that have a name.
    pub(super) paths: BTreeSet<String>,
    /// The type of its owners and whether there may be several.
    pub(super) owner: Option<(EntityTypeName, bool)>,
    /// Whether `owner` is an attribute that no relation and no property gives.
    pub(super) owner_is_added: bool,
    /// The types that its entities are members of.
    groups: Vec<EntityTypeName>,
}

impl Kind {
    /// The name that a changed path has in rules: its own, or that of what it is a part of.
    pub(super) fn path(&self, changed: &str) -> &str {
        let covers = |path: &&String| {
            changed
                .strip_prefix(path.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        };
        let longest = self
            .paths
            .iter()
            .filter(covers)
            .max_by_key(|path| path.len());
        longest.map_or(OTHER_PATH, String::as_str)
    }

    /// The shape of `context.changed`.
    pub(super) fn changed_shape(&self) -> Shape {
        Shape::Set(Box::new(Shape::Choice(self.path_type.clone())))
    }
}

/// The types of a catalog's action.
#[derive(Debug, Clone)]
pub(super) struct ActionKind {
    /// The action's name.
    pub(super) name: Text,
    /// The blueprint of its entities.
    pub(super) blueprint: BlueprintId,
    /// Its inputs, those that have a shape.
    pub(super) inputs: Vec<Field>,
    /// When it happens.
    pub(super) operation: Operation,
}

/// What rules can speak of.
#[derive(Debug)]
pub(super) struct Vocabulary {
    /// By the number of the blueprint.
    pub(super) kinds: Vec<Option<Kind>>,
    /// By name.
    pub(super) actions: Vec<ActionKind>,
    /// The type of people.
    pub(super) person: Option<EntityTypeName>,
    /// The type of `System::"expiry"` and of those whom nobody knows.
    pub(super) system: EntityTypeName,
    /// The type of `Catalog::"root"`.
    pub(super) catalog: EntityTypeName,
    /// The type of actions.
    action: EntityTypeName,
    /// All of it, as Cedar reads it; without one every decision fails.
    pub(super) schema: Result<Schema, String>,
}

impl Vocabulary {
    /// The types of a blueprint.
    pub(super) fn kind(&self, id: BlueprintId) -> Option<&Kind> {
        self.kinds.get(id.0 as usize)?.as_ref()
    }

    /// The types of an action.
    pub(super) fn action(&self, name: &str) -> Option<&ActionKind> {
        let at = self
            .actions
            .binary_search_by(|action| action.name.as_str().cmp(name))
            .ok()?;
        self.actions.get(at)
    }

    /// The entity of an action's name.
    pub(super) fn action_uid(&self, name: &str) -> EntityUid {
        shape::uid(&self.action, name)
    }
}

/// Types that no blueprint has to have; parsing a constant name does not fail.
fn constant(name: &str) -> Option<EntityTypeName> {
    EntityTypeName::from_str(name).ok()
}

/// Makes the vocabulary of a catalog.
pub(super) fn build(
    catalog: &Catalog,
    people: Option<BlueprintId>,
    findings: &mut Vec<Finding>,
) -> Option<Vocabulary> {
    let types = names::types(catalog, findings);
    let mut taken: BTreeSet<String> = types.iter().flatten().map(ToString::to_string).collect();
    taken.extend((0..catalog.blueprints.len()).map(record_name));
    let mut enumerated = Vec::new();
    let kinds: Vec<Option<Kind>> = catalog
        .blueprints
        .iter()
        .zip(&types)
        .map(|(blueprint, name)| {
            let mut words = Words {
                taken: &mut taken,
                enumerated: &mut enumerated,
            };
            kind(catalog, blueprint, name.as_ref()?, &types, &mut words)
        })
        .collect();
    let mut actions = Vec::new();
    for action in &catalog.actions {
        let name = action.identifier.value.as_str();
        let built_in = name.split(':').next().unwrap_or(name);
        if BuiltIn::ALL.iter().any(|kind| kind.word() == built_in) {
            findings.push(
                Finding::new(
                    &E0210,
                    action.identifier.span,
                    format!("`{name}` is the name of a built-in action"),
                )
                .label("taken")
                .help("give the action another identifier"),
            );
            continue;
        }
        let mut words = Words {
            taken: &mut taken,
            enumerated: &mut enumerated,
        };
        actions.extend(action_kind(catalog, action, &kinds, &mut words));
    }
    let person = people.and_then(|id| types.get(id.0 as usize)?.clone());
    let mut vocabulary = Vocabulary {
        kinds,
        actions,
        person,
        system: constant("System")?,
        catalog: constant("Catalog")?,
        action: constant("Action")?,
        schema: Err(String::new()),
    };
    let json = schema(&vocabulary, &enumerated);
    vocabulary.schema = Schema::from_json_value(json).map_err(|error| error.to_string());
    Some(vocabulary)
}

/// Enumerated types while they are made. A type whose name is taken stays text.
struct Words<'w> {
    taken: &'w mut BTreeSet<String>,
    enumerated: &'w mut Vec<(EntityTypeName, Vec<String>)>,
}

impl Words<'_> {
    fn add(&mut self, owner: &str, name: &str, words: &[&str]) -> Option<EntityTypeName> {
        let full = format!("{}__{}", names::identifier(owner), names::identifier(name));
        let parsed = EntityTypeName::from_str(&full).ok()?;
        if !self.taken.insert(full) {
            return None;
        }
        let words = words.iter().map(|word| (*word).to_owned()).collect();
        self.enumerated.push((parsed.clone(), words));
        Some(parsed)
    }
}

fn kind(
    catalog: &Catalog,
    blueprint: &Blueprint,
    name: &EntityTypeName,
    types: &[Option<EntityTypeName>],
    words: &mut Words<'_>,
) -> Option<Kind> {
    let type_of = |target: &str| {
        let (id, _) = catalog.find_blueprint(target)?;
        types.get(id.0 as usize)?.clone()
    };
    let mut paths: BTreeSet<String> = ["identifier", "title", "icon", "team"]
        .map(str::to_owned)
        .into();
    let properties = blueprint.properties.iter().map(|p| &p.name.value);
    let derived = blueprint.derived().map(|name| &name.value);
    paths.extend(
        properties
            .chain(derived)
            .map(|name| format!("properties.{name}")),
    );
    let relations = blueprint.relations.iter().map(|r| &r.name.value);
    paths.extend(relations.map(|name| format!("relations.{name}")));
    let mut listed: Vec<&str> = paths.iter().map(String::as_str).collect();
    listed.push(OTHER_PATH);
    let path_type = words.add(&name.to_string(), "path", &listed)?;
    let mut attributes = vec![
        field("identifier", Shape::Text, true),
        field("title", Shape::Text, false),
    ];
    for property in &blueprint.properties {
        let own = &property.name.value;
        if attributes.iter().any(|field| field.name == *own) {
            // `identifier` and `title` are always the entity's own.
            continue;
        }
        let mut choice = |choices: &[&str]| words.add(&name.to_string(), own, choices);
        if let Some(shape) = shape::of_schema(&property.schema, &mut choice) {
            let required = blueprint.required.iter().any(|name| name.value == *own);
            attributes.push(field(own, shape, required));
        }
    }
    for relation in &blueprint.relations {
        if let Some(target) = type_of(&relation.target.value)
            && !attributes.iter().any(|f| f.name == relation.name.value)
        {
            let shape = entity_shape(target, relation.many);
            attributes.push(field(&relation.name.value, shape, relation.required));
        }
    }
    let owner = owner::kind(catalog, blueprint)
        .and_then(|(id, many)| Some((types.get(id.0 as usize)?.clone()?, many)));
    let is_named = blueprint.property("owner").is_some()
        || blueprint.relation("owner").is_some()
        || blueprint.derived().any(|name| name.value == "owner");
    if let Some((target, many)) = &owner
        && !is_named
    {
        attributes.push(field("owner", entity_shape(target.clone(), *many), false));
    }
    let members = blueprint.relations.iter().filter(|r| r.member_of);
    Some(Kind {
        blueprint: blueprint.identifier.value.clone(),
        name: name.clone(),
        attributes,
        path_type,
        paths,
        owner_is_added: owner.is_some() && !is_named,
        owner,
        groups: members.filter_map(|r| type_of(&r.target.value)).collect(),
    })
}

fn field(name: &str, shape: Shape, required: bool) -> Field {
    Field {
        name: Text::from(name),
        shape,
        required,
    }
}

fn entity_shape(target: EntityTypeName, many: bool) -> Shape {
    match many {
        true => Shape::Set(Box::new(Shape::Entity(target))),
        false => Shape::Entity(target),
    }
}

fn action_kind(
    catalog: &Catalog,
    action: &Action,
    kinds: &[Option<Kind>],
    words: &mut Words<'_>,
) -> Option<ActionKind> {
    let (blueprint, _) = catalog.find_blueprint(&action.blueprint.value)?;
    kinds.get(blueprint.0 as usize)?.as_ref()?;
    let name = &action.identifier.value;
    let inputs = action
        .inputs
        .properties
        .iter()
        .filter_map(|entry| {
            let own = &entry.key.value;
            let mut choice = |choices: &[&str]| words.add(name, own, choices);
            let shape = shape::of_schema(&entry.node, &mut choice)?;
            let required = action.inputs.required.iter().any(|r| r.value == *own);
            Some(field(own, shape, required))
        })
        .collect();
    Some(ActionKind {
        name: name.clone(),
        blueprint,
        inputs,
        operation: action.operation.value,
    })
}

/// All of it in Cedar's JSON form.
fn schema(vocabulary: &Vocabulary, enumerated: &[(EntityTypeName, Vec<String>)]) -> Json {
    let mut types = serde_json::Map::new();
    let mut records = serde_json::Map::new();
    types.insert(vocabulary.system.to_string(), json!({}));
    types.insert(vocabulary.catalog.to_string(), json!({}));
    for (name, words) in enumerated {
        types.insert(name.to_string(), json!({"enum": words}));
    }
    for (number, kind) in vocabulary.kinds.iter().enumerate() {
        let Some(kind) = kind else { continue };
        records.insert(record_name(number), shape::record_schema(&kind.attributes));
        let groups: BTreeSet<String> = kind.groups.iter().map(ToString::to_string).collect();
        types.insert(
            kind.name.to_string(),
            json!({"memberOfTypes": groups, "shape": {"type": record_name(number)}}),
        );
    }
    json!({"": {
        "commonTypes": records,
        "entityTypes": types,
        "actions": actions(vocabulary),
    }})
}

/// The common type of a blueprint's attributes; no other type can have a name like it.
fn record_name(number: usize) -> String {
    format!("r__{number}")
}

fn actions(vocabulary: &Vocabulary) -> Json {
    let mut actions = serde_json::Map::new();
    let person = vocabulary.person.as_ref().unwrap_or(&vocabulary.system);
    let applies = |resource: &EntityTypeName, context: Json| {
        json!({
            "principalTypes": [person.to_string()],
            "resourceTypes": [resource.to_string()],
            "context": context,
        })
    };
    for built_in in BuiltIn::ALL {
        if built_in.is_on_root() {
            let context = shape::record_schema(&[
                field("kind", Shape::Text, true),
                field("path", Shape::Text, true),
            ]);
            let applies = applies(&vocabulary.catalog, context);
            actions.insert(built_in.word().to_owned(), json!({"appliesTo": applies}));
            continue;
        }
        actions.insert(built_in.word().to_owned(), json!({}));
        for (number, kind) in vocabulary.kinds.iter().enumerate() {
            let Some(kind) = kind else { continue };
            let sides = match built_in {
                BuiltIn::Create => Operation::Create,
                BuiltIn::Delete => Operation::Delete,
                _ => Operation::Day2,
            };
            let context = context(number, kind, None, sides);
            actions.insert(
                built_in.name_for(&kind.blueprint),
                json!({
                    "memberOf": [{"id": built_in.word()}],
                    "appliesTo": applies(&kind.name, context),
                }),
            );
        }
    }
    for action in &vocabulary.actions {
        let Some(kind) = vocabulary.kind(action.blueprint) else {
            continue;
        };
        let number = action.blueprint.0 as usize;
        let context = context(number, kind, Some(&action.inputs), action.operation);
        actions.insert(
            action.name.to_string(),
            json!({"appliesTo": applies(&kind.name, context)}),
        );
    }
    Json::Object(actions)
}

/// The context of an action on entities of a blueprint.
fn context(number: usize, kind: &Kind, inputs: Option<&[Field]>, operation: Operation) -> Json {
    let mut attributes = serde_json::Map::new();
    if let Some(inputs) = inputs {
        attributes.insert("inputs".to_owned(), shape::record_schema(inputs));
    }
    attributes.insert("changed".to_owned(), kind.changed_shape().to_schema());
    if let Some((owner, _)) = &kind.owner {
        let owners = entity_shape(owner.clone(), true);
        attributes.insert("owners".to_owned(), owners.to_schema());
    }
    let side = json!({"type": record_name(number), "required": false});
    if operation != Operation::Create {
        attributes.insert("before".to_owned(), side.clone());
    }
    if operation != Operation::Delete {
        attributes.insert("after".to_owned(), side);
    }
    json!({"type": "Record", "attributes": attributes})
}

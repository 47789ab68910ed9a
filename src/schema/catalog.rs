//! The JSON Schemas of one catalog: its blueprints, its actions, the names in it.
//!
//! In: a catalog. Out: schemas of draft 07, which is what editors know best, each whole in
//! itself. Names are proposed and not demanded where a file may be edited before the schema is
//! made again.

use serde_json::{Map, Value, json};

use crate::model::{Blueprint, BlueprintId, Catalog};
use crate::policy::BuiltIn;
use crate::schema::{Draft, Kind, schema};

mod action;
mod entity;
mod seven;

/// Names that one schema proposes at most; editors slow down with more.
pub const NAMES_MAX: usize = 2_000;

/// Where editors and validators learn which draft a schema is in.
const DRAFT: &str = "http://json-schema.org/draft-07/schema#";

/// The schema of a kind of document in this catalog.
pub fn of(catalog: &Catalog, kind: Kind) -> Value {
    match kind {
        Kind::Entity => entity::any(catalog),
        Kind::Request => action::request(catalog),
        Kind::Action => action::action(catalog),
        Kind::Blueprint => blueprint(catalog),
        Kind::Scorecard => scorecard(catalog),
        Kind::Test => trial(catalog),
        Kind::Baseline | Kind::Connector | Kind::Settings => schema(kind, Draft::Seven),
    }
}

/// The schema of the entities of one blueprint.
pub fn of_entities(catalog: &Catalog, blueprint: &Blueprint) -> Value {
    entity::only(catalog, blueprint)
}

/// A blueprint, with the names of the others where it names one.
fn blueprint(catalog: &Catalog) -> Value {
    let mut schema = schema(Kind::Blueprint, Draft::Seven);
    let names = names(blueprint_names(catalog), "a blueprint of this catalog");
    for place in [
        "/definitions/Relation/properties/target",
        "/definitions/Aggregation/properties/target",
    ] {
        put(&mut schema, place, &names);
    }
    schema
}

/// A scorecard, with the blueprints; its blueprint decides what conditions ask about.
fn scorecard(catalog: &Catalog) -> Value {
    let mut schema = schema(Kind::Scorecard, Draft::Seven);
    put(
        &mut schema,
        "/properties/blueprint",
        &one_of(&blueprint_names(catalog)),
    );
    schema
}

/// A rule test, with the names of people, actions and entities.
fn trial(catalog: &Catalog) -> Value {
    let mut schema = schema(Kind::Test, Draft::Seven);
    let people = catalog.settings.people.as_ref();
    let people = people.and_then(|people| catalog.find_blueprint(&people.blueprint.value));
    let people = people.map_or_else(Vec::new, |(id, _)| identifiers(catalog, id));
    let people = one_or_many(&names(people, "a person of this catalog"));
    put(&mut schema, "/properties/actor", &people);
    let mut actions: Vec<&str> = BuiltIn::ALL.map(BuiltIn::word).to_vec();
    let own = catalog.actions.iter();
    actions.extend(own.map(|action| action.identifier.value.as_str()));
    let actions = names(actions, "an action of this catalog, or a built-in one");
    let all = catalog.entities.iter();
    let mut entities: Vec<&str> = all.map(|it| it.identifier.value.as_str()).collect();
    entities.sort_unstable();
    entities.dedup();
    let entities = names(entities, "an entity of this catalog");
    for (name, value) in [("action", &actions), ("entity", &entities)] {
        put(&mut schema, &format!("/properties/{name}"), value);
        let place = format!("/definitions/ExpectedStep/properties/{name}");
        put(&mut schema, &place, value);
    }
    one_or_list(schema)
}

/// The schema of a file that is one document or a list of them, which editors see as a whole.
fn one_or_list(mut one: Value) -> Value {
    let definitions = one.as_object_mut().and_then(|it| it.remove("definitions"));
    json!({
        "$schema": DRAFT,
        "title": one.get("title"),
        "anyOf": [one, {"type": "array", "items": one}],
        "definitions": definitions.unwrap_or_default(),
    })
}

/// Puts `value` at a place of a schema and keeps the description that stands there.
fn put(schema: &mut Value, place: &str, value: &Value) {
    let Some(there) = schema.pointer_mut(place) else {
        return;
    };
    let description = there.get("description").cloned();
    *there = value.clone();
    if let (Some(object), Some(description)) = (there.as_object_mut(), description) {
        object.insert("description".to_owned(), description);
    }
}

fn blueprint_names(catalog: &Catalog) -> Vec<&str> {
    let blueprints = catalog.blueprints.iter();
    blueprints
        .map(|blueprint| blueprint.identifier.value.as_str())
        .collect()
}

/// One of some names; any text where there are none.
fn one_of(names: &[&str]) -> Value {
    if names.is_empty() {
        return json!({"type": "string"});
    }
    json!({"enum": names})
}

/// Adds that all of these hold.
fn all_of(schema: &mut Value, cases: Vec<Value>) {
    if let (Some(words), false) = (schema.as_object_mut(), cases.is_empty()) {
        words.insert("allOf".to_owned(), Value::Array(cases));
    }
}

/// A text for which names are proposed.
fn names(names: Vec<&str>, what: &str) -> Value {
    let all = names.len();
    let shown: Vec<&str> = names.into_iter().take(NAMES_MAX).collect();
    if shown.is_empty() {
        return json!({"type": "string", "description": what});
    }
    let description = if all > shown.len() {
        format!("{what}; {} of {all} are proposed", shown.len())
    } else {
        what.to_owned()
    };
    json!({"description": description, "anyOf": [{"enum": shown}, {"type": "string"}]})
}

/// One of some names, or a list of them.
fn one_or_many(names: &Value) -> Value {
    json!({"anyOf": [names, {"type": "array", "items": names}, {"type": "null"}]})
}

/// The identifiers of a blueprint's entities.
fn identifiers(catalog: &Catalog, blueprint: BlueprintId) -> Vec<&str> {
    let entities = catalog.entities_of(blueprint).iter();
    entities
        .map(|entity| entity.identifier.value.as_str())
        .collect()
}

/// The identifiers of teams: what people are members of.
fn teams(catalog: &Catalog) -> Vec<&str> {
    let people = catalog.settings.people.as_ref();
    let blueprint = people.and_then(|people| catalog.find_blueprint(&people.blueprint.value));
    let relations = blueprint.map_or(&[][..], |(_, blueprint)| &blueprint.relations[..]);
    let memberships = relations.iter().filter(|relation| relation.member_of);
    let mut teams: Vec<&str> = memberships
        .filter_map(|relation| catalog.find_blueprint(&relation.target.value))
        .flat_map(|(id, _)| identifiers(catalog, id))
        .collect();
    teams.sort_unstable();
    teams.dedup();
    teams
}

/// A mapping with these keys and no others.
fn closed(properties: Map<String, Value>, required: &[&str]) -> Value {
    let mut schema = json!({"type": "object", "additionalProperties": false});
    set(&mut schema, "properties", Value::Object(properties));
    if !required.is_empty() {
        set(&mut schema, "required", json!(required));
    }
    schema
}

/// Puts a word into a schema.
fn set(schema: &mut Value, word: &str, value: Value) {
    if let Some(words) = schema.as_object_mut() {
        words.insert(word.to_owned(), value);
    }
}

/// What holds where `key` is `value`.
fn when(key: &str, value: &str, then: &Value) -> Value {
    json!({
        "if": {"required": [key], "properties": {key: {"const": value}}},
        "then": then,
    })
}

/// A part of a JSON pointer.
fn part(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// A JSON pointer in a reference, where only some characters stand for themselves.
fn reference(pointer: &str) -> String {
    let mut reference = String::from("#");
    for byte in pointer.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~$".contains(&byte) {
            reference.push(char::from(byte));
        } else {
            reference.push_str(&format!("%{byte:02X}"));
        }
    }
    reference
}

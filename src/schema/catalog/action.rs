//! The actions of a catalog and the requests for them.

use serde_json::{Map, Value, json};

use super::seven::{lowered, or_null, untold};
use super::{
    DRAFT, all_of, blueprint_names, closed, identifiers, names, one_of, one_or_many, part, put,
    reference, set,
};
use super::{teams, when};
use crate::model::{Action, Blueprint, Catalog, Connector};
use crate::schema::{Draft, Kind, schema};
use crate::syntax::Node;

/// Actions that every catalog has and that a request may ask for.
const BUILT_IN: [&str; 3] = ["break_glass", "override", "record"];

/// A request: its action decides which inputs it has.
pub(super) fn request(catalog: &Catalog) -> Value {
    let actions: Vec<&Action> = catalog
        .actions
        .iter()
        .filter(|action| action.trigger.request.is_some())
        .collect();
    let mut definitions = Map::new();
    let mut cases = Vec::new();
    for action in &actions {
        let name = action.identifier.value.as_str();
        let key = format!("request.{name}");
        let pointer = format!("/definitions/{}", part(&key));
        cases.push(when("action", name, &json!({"$ref": reference(&pointer)})));
        definitions.insert(key, request_for(catalog, action, &pointer));
    }
    let mut schema = schema(Kind::Request, Draft::Seven);
    let mut known: Vec<&str> = actions
        .iter()
        .map(|action| action.identifier.value.as_str())
        .chain(BUILT_IN)
        .collect();
    known.sort_unstable();
    put(&mut schema, "/properties/action", &one_of(&known));
    put(
        &mut schema,
        "/properties/blueprint",
        &json!({"anyOf": [one_of(&blueprint_names(catalog)), {"type": "null"}]}),
    );
    all_of(&mut schema, cases);
    set(&mut schema, "definitions", Value::Object(definitions));
    schema
}

/// What a request for one action has beside what all have.
fn request_for(catalog: &Catalog, action: &Action, home: &str) -> Value {
    let blueprint = action.blueprint.value.as_str();
    let known = catalog.find_blueprint(blueprint);
    let entities = known.map_or(Vec::new(), |(id, _)| identifiers(catalog, id));
    let what = format!("the identifier of an entity of {blueprint}");
    let required: Vec<&str> = action
        .inputs
        .required
        .iter()
        .map(|name| name.value.as_str())
        .collect();
    let inputs = action.inputs.properties.iter().map(|entry| {
        let name = entry.key.value.as_str();
        let place = format!("{home}/properties/inputs/properties/{}", part(name));
        let told = untold(&entry.node.to_json(), false);
        (name.to_owned(), lowered(&told, &place))
    });
    let mut inputs = closed(inputs.collect(), &required);
    let title = action.title.as_ref().map_or("", |title| &title.value);
    set(
        &mut inputs,
        "title",
        json!(format!("inputs of {}", action.identifier.value)),
    );
    set(
        &mut inputs,
        "description",
        json!(format!("what the action needs to know: {title}")),
    );
    let mut needed = vec!["action", "entity"];
    if required.is_empty() {
        set(&mut inputs, "type", json!(["object", "null"]));
    } else {
        needed.push("inputs");
    }
    json!({
        "required": needed,
        "properties": {"entity": names(entities, &what), "inputs": inputs},
    })
}

/// An action: its blueprint decides which paths change, each connector what its calls take.
pub(super) fn action(catalog: &Catalog) -> Value {
    let mut schema = schema(Kind::Action, Draft::Seven);
    let blueprints = one_of(&blueprint_names(catalog));
    put(&mut schema, "/properties/blueprint", &blueprints);
    let actions = catalog.actions.iter();
    let actions: Vec<&str> = actions
        .map(|action| action.identifier.value.as_str())
        .collect();
    let actions = names(actions, "an action of this catalog");
    let undo = json!({"anyOf": [actions, {"type": "null"}]});
    put(&mut schema, "/properties/undo", &undo);
    for key in ["after", "conflicts"] {
        let place = format!("/properties/{key}");
        put(&mut schema, &place, &one_or_many(&actions));
    }
    let teams = one_or_many(&names(teams(catalog), "a team"));
    for place in ["Permission", "By"] {
        put(
            &mut schema,
            &format!("/definitions/{place}/properties/teams"),
            &teams,
        );
    }
    let paths = catalog.blueprints.iter().map(|blueprint| {
        when(
            "blueprint",
            &blueprint.identifier.value,
            &changed(blueprint),
        )
    });
    all_of(&mut schema, paths.collect());
    let connectors = catalog.connectors.iter();
    let known: Vec<&str> = connectors
        .clone()
        .map(|connector| connector.identifier.value.as_str())
        .collect();
    let mut definitions = Map::new();
    let mut cases = Vec::new();
    for connector in connectors {
        let name = connector.identifier.value.as_str();
        let key = format!("with.{name}");
        let pointer = format!("/definitions/{}", part(&key));
        let with = json!({"properties": {"with": {"$ref": reference(&pointer)}}});
        cases.push(when("connector", name, &with));
        definitions.insert(key, with_of(connector, &pointer));
    }
    for call in ["Call", "ShortCall"] {
        let place = format!("/definitions/{call}");
        put(
            &mut schema,
            &format!("{place}/properties/connector"),
            &one_of(&known),
        );
        if let Some(call) = schema.pointer_mut(&place) {
            all_of(call, cases.clone());
        }
    }
    if let Some(Value::Object(all)) = schema.get_mut("definitions") {
        all.extend(definitions);
    }
    set(&mut schema, "$schema", json!(DRAFT));
    schema
}

/// The paths of a blueprint's entities that an action can be about.
fn changed(blueprint: &Blueprint) -> Value {
    let properties = blueprint.properties.iter().map(|property| &property.name);
    let mut paths: Vec<String> = properties
        .chain(blueprint.derived())
        .map(|name| format!("properties.{}", name.value))
        .collect();
    let relations = blueprint.relations.iter();
    paths.extend(relations.map(|relation| format!("relations.{}", relation.name.value)));
    paths.extend(["title", "icon", "team"].map(str::to_owned));
    let paths = paths.iter().map(String::as_str).collect();
    let kind = blueprint.identifier.value.as_str();
    let paths = one_or_many(&names(paths, &format!("a path of {kind}")));
    json!({"properties": {"trigger": {"properties": {"changed": paths}}}})
}

/// What a connector takes; a template or a secret may stand in the place of every value.
fn with_of(connector: &Connector, home: &str) -> Value {
    let properties = connector.with.get("properties");
    let properties = properties.and_then(Node::as_mapping).unwrap_or_default();
    let known = properties.iter().map(|entry| {
        let name = entry.key.value.as_str();
        let place = format!("{home}/properties/{}/anyOf/0", part(name));
        let schema = or_null(lowered(&open(&entry.node.to_json()), &place));
        let template = json!({"type": "string", "pattern": "\\{\\{"});
        let secret = json!({
            "type": "object",
            "required": ["fromEnv"],
            "properties": {"fromEnv": {"type": "string"}, "prefix": {"type": "string"}},
            "additionalProperties": false,
        });
        let mut either = json!({"anyOf": [schema, template, secret]});
        if let Some(text) = entry.node.get("description").and_then(Node::as_str) {
            set(&mut either, "description", json!(text));
        }
        (name.to_owned(), either)
    });
    let required = connector.with.get("required");
    let required = required.and_then(Node::as_sequence).unwrap_or_default();
    let required: Vec<&str> = required.iter().filter_map(Node::as_str).collect();
    let mut with = closed(known.collect(), &required);
    let name = connector.identifier.value.as_str();
    set(&mut with, "title", json!(format!("what {name} takes")));
    with
}

/// Of a list or mapping only that it is one: templates may stand anywhere inside it.
fn open(schema: &Value) -> Value {
    match schema.get("type").and_then(Value::as_str) {
        Some(word @ ("object" | "array")) => json!({"type": word}),
        _ => schema.clone(),
    }
}

//! The entities of a catalog: what each blueprint says that they have.

use serde_json::{Map, Value, json};

use super::seven::{lowered, or_null, untold};
use super::{
    DRAFT, all_of, blueprint_names, closed, identifiers, names, one_of, one_or_many, part,
    reference, set,
};
use super::{teams, when};
use crate::model::blueprint::Relation;
use crate::model::{Blueprint, BlueprintId, Catalog};
use crate::schema::{Draft, Kind, schema};

/// An entity of any blueprint: which one decides what it has.
pub(super) fn any(catalog: &Catalog) -> Value {
    let mut definitions = Map::new();
    let mut cases = Vec::new();
    for blueprint in &catalog.blueprints {
        let name = blueprint.identifier.value.as_str();
        let key = format!("entity.{name}");
        let pointer = format!("/definitions/{}", part(&key));
        cases.push(when(
            "blueprint",
            name,
            &json!({"$ref": reference(&pointer)}),
        ));
        definitions.insert(key, of(catalog, blueprint, &pointer));
    }
    definitions.extend(targets(catalog, &catalog.blueprints));
    let base = schema(Kind::Entity, Draft::Seven);
    let mut properties = described(&base);
    let mut blueprints = one_of(&blueprint_names(catalog));
    set(&mut blueprints, "description", json!("its kind"));
    properties.insert("blueprint".to_owned(), blueprints);
    let mut schema = json!({
        "$schema": DRAFT,
        "title": "entity",
        "description": "one thing of the catalog; `blueprint` says what it has",
        "type": "object",
        "required": ["identifier"],
        "properties": properties,
        "definitions": definitions,
    });
    all_of(&mut schema, cases);
    schema
}

/// An entity of one blueprint.
pub(super) fn only(catalog: &Catalog, blueprint: &Blueprint) -> Value {
    let mut schema = of(catalog, blueprint, "");
    let definitions = targets(catalog, std::slice::from_ref(blueprint));
    if let Some(root) = schema.as_object_mut() {
        root.insert("$schema".to_owned(), json!(DRAFT));
        root.insert("definitions".to_owned(), Value::Object(definitions));
    }
    schema
}

/// The schema of a blueprint's entities, which stands at the pointer `home`.
fn of(catalog: &Catalog, blueprint: &Blueprint, home: &str) -> Value {
    let name = blueprint.identifier.value.as_str();
    let base = schema(Kind::Entity, Draft::Seven);
    let mut keys = described(&base);
    keys.insert(
        "blueprint".to_owned(),
        json!({"description": "its kind", "const": name}),
    );
    let team = names(teams(catalog), "the owner, a team");
    keys.insert("team".to_owned(), one_or_many(&team));
    let mut required = vec!["identifier"];
    let mut title = blueprint.title.as_ref().map_or(name, |title| &title.value);
    if title.is_empty() {
        title = name;
    }
    // Of a blueprint that contradicts itself nothing is demanded.
    if !blueprint.broken {
        keys.insert("properties".to_owned(), properties(blueprint, home));
        keys.insert("relations".to_owned(), relations(blueprint));
        if !blueprint.required.is_empty() {
            required.push("properties");
        }
        if blueprint.relations.iter().any(|relation| relation.required) {
            required.push("relations");
        }
    }
    let mut schema = closed(keys, &required);
    if let Some(root) = schema.as_object_mut() {
        root.insert("title".to_owned(), json!(title));
        if let Some(text) = blueprint
            .root
            .get("description")
            .and_then(|node| node.as_str())
        {
            root.insert("description".to_owned(), json!(text));
        }
    }
    schema
}

/// The keys of an entity, with their descriptions.
fn described(base: &Value) -> Map<String, Value> {
    let keys = base.get("properties").and_then(Value::as_object);
    let keys = keys.into_iter().flatten();
    keys.filter(|(key, _)| *key != "team")
        .map(|(key, schema)| {
            let is_mapping = matches!(key.as_str(), "properties" | "relations");
            let mut schema = schema.clone();
            if let (Some(words), true) = (schema.as_object_mut(), is_mapping) {
                words.remove("additionalProperties");
            }
            (key.clone(), schema)
        })
        .collect()
}

fn properties(blueprint: &Blueprint, home: &str) -> Value {
    let kind = blueprint.identifier.value.as_str();
    let mut properties = Map::new();
    for derived in blueprint.derived() {
        // `not: {}` refuses every value; `doNotSuggest` keeps editors from proposing it.
        let refused = json!({
            "description": format!("computed by {kind}: delete it"),
            "not": {},
            "doNotSuggest": true,
        });
        properties.insert(derived.value.to_string(), refused);
    }
    let required: Vec<&str> = blueprint
        .required
        .iter()
        .map(|name| name.value.as_str())
        .collect();
    for property in &blueprint.properties {
        let name = property.name.value.as_str();
        let place = format!("{home}/properties/properties/properties/{}", part(name));
        let is_required = required.contains(&name);
        // Where null is allowed beside it, the schema may stand one level deeper.
        let told = untold(&property.schema.to_json(), false);
        let mut schema = lowered(&told, &place);
        if !is_required {
            let nullable = or_null(schema.clone());
            schema = if nullable.pointer("/anyOf/0") == Some(&schema) {
                or_null(lowered(&told, &format!("{place}/anyOf/0")))
            } else {
                nullable
            };
        }
        let is_told = ["title", "description"]
            .iter()
            .any(|word| schema.get(word).is_some());
        if let (Some(words), false) = (schema.as_object_mut(), is_told) {
            words.insert(
                "description".to_owned(),
                json!(format!("a property of {kind}")),
            );
        }
        properties.insert(name.to_owned(), schema);
    }
    let mut schema = closed(properties, &required);
    if let Some(words) = schema.as_object_mut() {
        let text = format!("values by the names that {kind} gives them");
        words.insert("description".to_owned(), json!(text));
        if required.is_empty() {
            words.insert("type".to_owned(), json!(["object", "null"]));
        }
    }
    schema
}

fn relations(blueprint: &Blueprint) -> Value {
    let kind = blueprint.identifier.value.as_str();
    let relations = blueprint.relations.iter();
    let schemas = relations
        .clone()
        .map(|relation| (relation.name.value.to_string(), one_relation(relation)));
    let required: Vec<&str> = relations
        .filter(|relation| relation.required)
        .map(|relation| relation.name.value.as_str())
        .collect();
    let mut schema = closed(schemas.collect(), &required);
    if let Some(words) = schema.as_object_mut() {
        let text = format!("identifiers of other entities by the names that {kind} gives");
        words.insert("description".to_owned(), json!(text));
        if required.is_empty() {
            words.insert("type".to_owned(), json!(["object", "null"]));
        }
    }
    schema
}

fn one_relation(relation: &Relation) -> Value {
    let target = relation.target.value.as_str();
    let pointer = format!("/definitions/{}", part(&format!("names.{target}")));
    let name = json!({"$ref": reference(&pointer)});
    let mut shape = if relation.many {
        json!({"type": "array", "items": name})
    } else {
        json!({"anyOf": [name]})
    };
    if relation.many && relation.required {
        set(&mut shape, "minItems", json!(1));
    }
    if !relation.required {
        shape = match shape.get_mut("anyOf").and_then(Value::as_array_mut) {
            Some(branches) => {
                branches.push(json!({"type": "null"}));
                shape
            }
            None => json!({"type": ["array", "null"], "items": name}),
        };
    }
    let how = if relation.many {
        "entities"
    } else {
        "one entity"
    };
    set(
        &mut shape,
        "description",
        json!(format!("{how} of {target}")),
    );
    shape
}

/// The names that the relations of these blueprints can have, by target.
fn targets(catalog: &Catalog, blueprints: &[Blueprint]) -> Map<String, Value> {
    let relations = blueprints.iter().flat_map(|blueprint| &blueprint.relations);
    let mut targets = Map::new();
    for relation in relations {
        let target = relation.target.value.as_str();
        let known = catalog.find_blueprint(target);
        let known = known.map_or(Vec::new(), |(id, _): (BlueprintId, _)| {
            identifiers(catalog, id)
        });
        let what = format!("the identifier of an entity of {target}");
        targets.insert(format!("names.{target}"), names(known, &what));
    }
    targets
}

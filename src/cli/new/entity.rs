//! The text of a new entity.
//!
//! In: its blueprint, its name and values that somebody typed. Out: YAML with all that is required
//! and with the defaults; what may be said besides stands in comments. What is required and
//! unknown is named, all at once.

use serde_json::{Map, Value as Json};

use crate::cli::Failure;
use crate::cli::ask::{blank, unknown};
use crate::cli::set::path::{How, Wish};
use crate::cli::set::target::Target;
use crate::edit::{Change, lines};
use crate::model::blueprint::{Property, Relation};
use crate::model::{Blueprint, BlueprintId, Catalog, is_secret};
use crate::syntax::Node;
use crate::text::visible;

/// The text of an entity.
pub(super) fn text(
    catalog: &Catalog,
    kind: BlueprintId,
    name: &str,
    wishes: &[Wish],
) -> Result<String, Failure> {
    let Some(blueprint) = catalog.blueprint(kind) else {
        return Err(Failure::new("the kind has no blueprint"));
    };
    let word = blueprint.identifier.value.as_str();
    if let Some(other) = catalog.find_entity(kind, name) {
        let what = crate::cli::ask::name::full(catalog, other);
        return Err(Failure::new(format!("`{what}` is there already"))
            .help("`catalogc set` changes what it says"));
    }
    let entity = blank(kind, name);
    let mut given: Map<String, Json> = Map::new();
    for wish in wishes {
        let target = Target::find(blueprint, &entity, wish)?;
        let (How::Set(_), Change::Set(value), true) =
            (&wish.how, target.change(catalog, wish)?, target.is_whole())
        else {
            return Err(unknown(blueprint, &wish.path));
        };
        given.insert(target.name(), value);
    }
    let missing = missing(blueprint, &given);
    if !missing.is_empty() {
        let names: Vec<String> = missing.iter().map(|it| format!("`{it}`")).collect();
        let sets: Vec<String> = missing.iter().map(|it| format!("--set {it}=...")).collect();
        let message = format!("{} needs {}", visible(word), names.join(", "));
        return Err(Failure::new(message).help(format!("add {}", sets.join(" "))));
    }
    let mut text = Vec::new();
    let mut own = |key: &str, value: &Json| {
        let one = Json::Object([(key.to_owned(), value.clone())].into_iter().collect());
        text.extend(lines(&one, ""));
    };
    own("identifier", &Json::from(name));
    own("blueprint", &Json::from(word));
    for key in ["title", "icon", "team"] {
        if let Some(value) = given.get(key) {
            own(key, value);
        }
    }
    let properties = blueprint.properties.iter().map(|property| {
        let value = given.get(property.name.value.as_str()).cloned();
        let value = value.or_else(|| property.schema.get("default").map(Node::to_json));
        (property.name.value.as_str(), value, of_property(property))
    });
    section(&mut text, "properties", properties);
    let relations = blueprint.relations.iter().map(|relation| {
        let value = given.get(relation.name.value.as_str()).cloned();
        (relation.name.value.as_str(), value, of_relation(relation))
    });
    section(&mut text, "relations", relations);
    text.push(String::new());
    Ok(text.join("\n"))
}

/// The names of what is required and neither given nor known.
fn missing(blueprint: &Blueprint, given: &Map<String, Json>) -> Vec<String> {
    let has_default = |name: &str| {
        let property = blueprint.property(name);
        property.is_some_and(|it| it.schema.get("default").is_some())
    };
    let required = blueprint.required.iter().map(|it| it.value.as_str());
    let relations = blueprint.relations.iter().filter(|it| it.required);
    let relations = relations.map(|it| it.name.value.as_str());
    required
        .chain(relations)
        .filter(|name| !given.contains_key(*name) && !has_default(name))
        .map(|name| visible(name).into_owned())
        .collect()
}

/// `properties` or `relations`: what is said, then what may be.
fn section<'a>(
    text: &mut Vec<String>,
    key: &str,
    all: impl Iterator<Item = (&'a str, Option<Json>, String)>,
) {
    let (said, open): (Vec<_>, Vec<_>) = all.partition(|(_, value, _)| value.is_some());
    if said.is_empty() && open.is_empty() {
        if key == "properties" {
            text.push("properties: {}".to_owned());
        }
        return;
    }
    text.push(if said.is_empty() {
        format!("{key}: {{}}")
    } else {
        format!("{key}:")
    });
    for (name, value, _) in said {
        let one = Json::Object(
            [(name.to_owned(), value.unwrap_or_default())]
                .into_iter()
                .collect(),
        );
        text.extend(lines(&one, "  "));
    }
    for (name, _, words) in open {
        text.push(format!("  # {}: {}", one_line(name), one_line(&words)));
    }
}

/// What a property takes: `integer, 0 to 50; how many run`.
fn of_property(property: &Property) -> String {
    let schema = &property.schema;
    let number = |key: &str| schema.get(key).map(|it| it.to_json().to_string());
    let mut words = vec![property.type_word().unwrap_or("any value").to_owned()];
    if let Some(format) = property.format() {
        words.push(format.to_owned());
    }
    if let Some(choices) = property.choices() {
        words = vec![format!("one of {}", choices.join(", "))];
    }
    match (number("minimum"), number("maximum")) {
        (Some(least), Some(most)) => words.push(format!("{least} to {most}")),
        (Some(least), None) => words.push(format!("at least {least}")),
        (None, Some(most)) => words.push(format!("at most {most}")),
        (None, None) => {}
    }
    if is_secret(schema) {
        words.push("encrypted".to_owned());
    }
    let about = schema.get("description").or(schema.get("title"));
    match about.and_then(Node::as_str) {
        Some(about) => format!("{}; {about}", words.join(", ")),
        None => words.join(", "),
    }
}

fn of_relation(relation: &Relation) -> String {
    let target = &relation.target.value;
    if relation.many {
        format!("list of {target}")
    } else {
        target.to_string()
    }
}

/// A text that stays in the line of its comment.
fn one_line(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    visible(&line).into_owned()
}

//! What a new entity says, as questions: a property with what its schema takes, a relation with the
//! entities that it may name.

use crate::cli::Failure;
use crate::cli::ask::Claim;
use crate::cli::ask::name::{full, one};
use crate::cli::ask::value::known;
use crate::cli::ask::words::words;
use crate::cli::look::Look;
use crate::cli::talk::{Choice, Field};
use crate::model::{Blueprint, BlueprintId, Catalog, is_secret};
use crate::syntax::Node;
use crate::text::visible;

/// The path of what an entity says by a name: `properties.tier` is `tier`, too.
pub(in crate::cli) fn path_of(blueprint: &Blueprint, name: &str) -> Option<String> {
    let (property, relation) = (
        name.strip_prefix("properties.").unwrap_or(name),
        name.strip_prefix("relations.").unwrap_or(name),
    );
    if name == "title" || name == "team" {
        return Some(name.to_owned());
    }
    if !name.starts_with("relations.") && blueprint.property(property).is_some() {
        return Some(format!("properties.{property}"));
    }
    let is_relation = blueprint.relation(relation).is_some();
    is_relation.then(|| format!("relations.{relation}"))
}

/// The paths of what an entity must say, and has no value without being said.
pub(in crate::cli) fn required(blueprint: &Blueprint) -> Vec<String> {
    let has_default = |name: &str| {
        let property = blueprint.property(name);
        property.is_some_and(|it| it.schema.get("default").is_some())
    };
    let properties = blueprint.required.iter().map(|it| it.value.as_str());
    let properties = properties
        .filter(|name| !has_default(name))
        .map(|name| format!("properties.{name}"));
    let relations = blueprint.relations.iter().filter(|it| it.required);
    let relations = relations.map(|it| format!("relations.{}", it.name.value));
    properties.chain(relations).collect()
}

/// The question for what stands at a path.
pub(in crate::cli) fn field(look: &Look<'_>, blueprint: &Blueprint, path: &str) -> Field {
    let catalog = &look.compiled.catalog;
    let name = path.split_once('.').map_or(path, |(_, name)| name);
    let relation = path.strip_prefix("relations.");
    if let Some((_, relation)) = relation.and_then(|name| blueprint.relation(name)) {
        let target = &relation.target.value;
        let kind = catalog.find_blueprint(target).map(|(kind, _)| kind);
        return Field {
            name: name.to_owned(),
            takes: takes(target, relation.many),
            choices: kind
                .filter(|_| !relation.many)
                .map_or_else(Vec::new, |kind| choices(look, kind)),
            is_required: relation.required,
            ..Field::default()
        };
    }
    let Some(property) = blueprint.property(name) else {
        return Field::default();
    };
    let schema = &property.schema;
    let text = |key: &str| schema.get(key).and_then(Node::as_str);
    let help = text("description").or_else(|| text("title"));
    let default = schema.get("default").map(|it| match it.as_str() {
        Some(text) => text.to_owned(),
        None => it.to_json().to_string(),
    });
    Field {
        name: name.to_owned(),
        takes: words(schema),
        help: help.map(str::to_owned),
        default,
        is_required: blueprint.required.iter().any(|it| it.value == name),
        is_secret: is_secret(schema),
        choices: named(look, schema),
        ..Field::default()
    }
}

/// `a Team`, `a list of API as a,b`.
pub(in crate::cli) fn takes(target: &str, is_many: bool) -> String {
    if is_many {
        return format!("a list of {target} as a,b");
    }
    one(target)
}

/// The entities of which a schema takes the name of one.
pub(in crate::cli) fn named(look: &Look<'_>, schema: &Node) -> Vec<Choice> {
    let text = |key: &str| schema.get(key).and_then(Node::as_str);
    let kind = (text("format") == Some("entity")).then(|| text("blueprint"));
    let catalog = &look.compiled.catalog;
    let kind = kind.flatten().and_then(|kind| catalog.find_blueprint(kind));
    kind.map_or_else(Vec::new, |(kind, _)| choices(look, kind))
}

/// The entities of a kind, to choose one.
pub(in crate::cli) fn choices(look: &Look<'_>, kind: BlueprintId) -> Vec<Choice> {
    let all = look.compiled.catalog.numbered(kind);
    let choices = all.map(|(id, entity)| {
        let owners = look.owners(id);
        let own = (!owners.is_empty()).then(|| format!("owner {}", owners.join(", ")));
        let about: Vec<String> = look.title(id).into_iter().chain(own).collect();
        Choice {
            name: entity.identifier.value.to_string(),
            about: about.join(", "),
            owners,
            is_open: true,
        }
    });
    choices.collect()
}

/// That what stands at a path takes a value.
pub(in crate::cli) fn check(
    catalog: &Catalog,
    blueprint: &Blueprint,
    path: &str,
    value: &str,
) -> Result<(), Failure> {
    let claim = Claim::read(catalog, blueprint, path, value)?;
    let property = path.strip_prefix("properties.");
    match property.and_then(|name| blueprint.property(name)) {
        Some(property) => known(catalog, &property.schema, &claim.value),
        None => Ok(()),
    }
}

/// That nothing of the kind has the name.
pub(in crate::cli) fn is_free(
    catalog: &Catalog,
    kind: BlueprintId,
    name: &str,
) -> Result<(), Failure> {
    match catalog.find_entity(kind, name) {
        None => Ok(()),
        Some(other) => Err(
            Failure::new(format!("`{}` is there already", full(catalog, other)))
                .help("`catalogc set` changes what it says"),
        ),
    }
}

/// The question for a name that nothing of a kind has, with one that something has.
pub(in crate::cli) fn new_name(catalog: &Catalog, kind: BlueprintId) -> Option<String> {
    let word = visible(&catalog.blueprint(kind)?.identifier.value).into_owned();
    let like = catalog.entities_of(kind).first();
    let like = like.map_or_else(String::new, |it| {
        format!(", as {} is", visible(&it.identifier.value))
    });
    Some(format!("name of the new {word}{like}"))
}

//! Entities of a kind, all or those that `--where` takes.

use serde_json::{Map, Value as Json};

use crate::check::entity_shape;
use crate::cli::Failure;
use crate::cli::look::Look;
use crate::cli::look::select::Where;
use crate::expression::Shape;
use crate::model::blueprint::{Ownership, Property};
use crate::model::{Blueprint, BlueprintId};
use crate::render::asked::At;
use crate::render::listing::{Listed, Listing};

/// The entities of a kind.
pub(super) fn list(
    look: &Look<'_>,
    (id, blueprint): (BlueprintId, &Blueprint),
    written: Option<&str>,
    at: Option<At>,
) -> Result<Listing, Failure> {
    let catalog = &look.compiled.catalog;
    // What a broken blueprint has is not known.
    let shape = if blueprint.broken {
        Shape::Any
    } else {
        entity_shape(catalog, blueprint)
    };
    let chosen_by = written
        .map(|written| Where::read(written, &shape))
        .transpose()?;
    let mut entities = Vec::new();
    for (id, entity) in catalog.numbered(id) {
        let whole = look.whole(id);
        let mut whole = Json::Object(whole);
        if let Some(chosen_by) = &chosen_by
            && !chosen_by.takes(&whole, &entity.identifier.value)?
        {
            continue;
        }
        let mut part = |name: &str| match whole.get_mut(name).map(Json::take) {
            Some(Json::Object(part)) => part,
            _ => Map::new(),
        };
        entities.push(Listed {
            identifier: look.name(id),
            title: look.title(id),
            owner: look.owners(id),
            properties: part("properties"),
            relations: part("relations"),
        });
    }
    let mut derived: Vec<String> = blueprint
        .derived()
        .map(|name| name.value.to_string())
        .collect();
    derived.sort();
    Ok(Listing {
        version: 1,
        blueprint: blueprint.identifier.value.to_string(),
        at,
        of: catalog.entities_of(id).len(),
        chosen_by: written.map(|written| look.hider.text(written)),
        derived,
        errors: look.errors(),
        entities,
        columns: columns(look, blueprint),
    })
}

/// What a table may show, the most telling first: what is required, what has few values, numbers,
/// what is derived, relations, then texts. The owner has a column of its own, and a secret has none.
fn columns(look: &Look<'_>, blueprint: &Blueprint) -> Vec<String> {
    let kind = blueprint.identifier.value.as_str();
    let mut all: Vec<(u8, String)> = Vec::new();
    for property in &blueprint.properties {
        let is_required = |name: &&crate::text::Located<_>| name.value == property.name.value;
        let is_required = blueprint.required.iter().any(|name| is_required(&name));
        let rank = rank(property) + u8::from(!is_required);
        all.push((rank, property.name.value.to_string()));
    }
    all.extend(blueprint.derived().map(|name| (3, name.value.to_string())));
    let owner = match &blueprint.ownership {
        Some(Ownership::Path(path)) => path.value.as_str(),
        _ => "",
    };
    for relation in &blueprint.relations {
        let rank = if relation.required { 2 } else { 5 };
        if relation.name.value != owner {
            all.push((rank, relation.name.value.to_string()));
        }
    }
    all.retain(|(_, name)| !look.hider.marks(kind, name));
    // Within a rank the order of the file stays.
    all.sort_by_key(|(rank, _)| *rank);
    all.into_iter().map(|(_, name)| name).collect()
}

fn rank(property: &Property) -> u8 {
    let is_long = matches!(
        property.format(),
        Some("url" | "markdown" | "yaml" | "proto")
    );
    match property.type_word() {
        _ if property.choices().is_some() => 0,
        Some("integer" | "number" | "boolean") => 1,
        Some("string") if !is_long => 3,
        _ => 6,
    }
}

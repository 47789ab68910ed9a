//! New entities to ask about: like those that are there, and like them but the person's own.

use serde_json::{Map, Value as Json};

use crate::cli::ask::fill::filled;
use crate::cli::ask::{Asking, Claim, blank};
use crate::cli::can::change::own_names;
use crate::model::{Blueprint, BlueprintId, Catalog, Entity};
use crate::plan::rights::candidate::placeholder;
use crate::policy::Principal;
use crate::policy::What;
use crate::render::asked_text::named;

/// How many entities of a blueprint are examples: a new one is like one of them, or like none.
const EXAMPLES: usize = 20;

/// An example, and what a new entity like it would be.
pub(super) struct Template {
    /// The entity that is the example.
    pub(super) name: String,
    /// As it is, and with the person or a group of theirs in its relations; each with words.
    pub(super) variants: Vec<(String, Entity)>,
}

/// The examples of a blueprint: its entities, or one that is made up where it has none.
pub(super) fn templates(
    asking: &Asking<'_>,
    actor: &Principal,
    kind: BlueprintId,
) -> Vec<Template> {
    let catalog = &asking.compiled.catalog;
    let Some(blueprint) = catalog.blueprint(kind) else {
        return Vec::new();
    };
    // Of one name more than there are entities, one is free.
    let name = (0..=catalog.entities_of(kind).len())
        .map(|n| format!("new-{n}"))
        .find(|name| catalog.find_entity(kind, name).is_none())
        .unwrap_or_default();
    let claims: Vec<Claim> = blueprint
        .relations
        .iter()
        .map(|relation| format!("relations.{}", relation.name.value))
        .flat_map(|path| {
            let own = own_names(asking, blueprint, &path, actor);
            let claim = move |value| Claim {
                path: path.clone(),
                value,
            };
            own.into_iter().map(claim)
        })
        .collect();
    let variants = |entity: &Entity| {
        let mut base = entity.clone();
        base.identifier = blank(kind, &name).identifier;
        let own = claims.iter().map(|claim| {
            let mut entity = base.clone();
            claim.write(&mut entity);
            (named(&claim.path, &claim.value), entity)
        });
        let own: Vec<(String, Entity)> = own.collect();
        std::iter::once((String::new(), base)).chain(own).collect()
    };
    let entities = catalog.entities_of(kind);
    if entities.is_empty() {
        return vec![Template {
            name: name.clone(),
            variants: variants(&made_up(catalog, kind, blueprint)),
        }];
    }
    let examples = entities.iter().take(EXAMPLES).map(|entity| Template {
        name: entity.identifier.value.to_string(),
        variants: variants(entity),
    });
    examples.collect()
}

/// An entity that has what it must have.
fn made_up(catalog: &Catalog, kind: BlueprintId, blueprint: &Blueprint) -> Entity {
    let mut entity = blank(kind, "");
    for required in &blueprint.required {
        if let Some(property) = blueprint.property(&required.value) {
            let claim = Claim {
                path: format!("properties.{}", required.value),
                value: placeholder(&property.schema),
            };
            claim.write(&mut entity);
        }
    }
    for relation in blueprint.relations.iter().filter(|it| it.required) {
        let target = catalog.find_blueprint(&relation.target.value);
        let first = target.and_then(|(id, _)| catalog.entities_of(id).first());
        if let Some(first) = first {
            let claim = Claim {
                path: format!("relations.{}", relation.name.value),
                value: Json::from(first.identifier.value.as_str()),
            };
            claim.write(&mut entity);
        }
    }
    entity
}

/// Inputs that the new entity fills; those that samples give stay.
pub(super) fn fill(
    what: What<'_>,
    catalog: &Catalog,
    entity: &Entity,
    inputs: &mut Map<String, Json>,
) {
    let (Some(action), Some(blueprint)) = (what.action(), catalog.blueprint(entity.blueprint))
    else {
        return;
    };
    for (input, path) in filled(action) {
        if let Some(value) = Claim::of(blueprint, entity, path) {
            inputs.entry(input.to_owned()).or_insert(value);
        }
    }
}

//! Names of actions and entities, as they are written in arguments.

use crate::cli::Failure;
use crate::model::{Blueprint, BlueprintId, Catalog, EntityId};
use crate::policy::What;
use crate::text::{choose, visible};

/// The action of a name.
pub(in crate::cli) fn action<'c>(catalog: &'c Catalog, written: &str) -> Result<What<'c>, Failure> {
    if let Some(what) = What::named(catalog, written) {
        return Ok(what);
    }
    let names = What::names(catalog);
    let message = format!("no action is called `{}`", visible(written));
    // `rollback` for `rollback_service`: far in letters, and what was meant.
    let longer = |name: &&&str| {
        let behind = name.strip_prefix(written);
        !written.is_empty() && behind.is_some_and(|it| it.starts_with(['_', '-']))
    };
    let mut longer = names.iter().filter(longer);
    Err(
        Failure::new(message).help(match (longer.next(), longer.next()) {
            (Some(only), None) => format!("did you mean `{}`?", visible(only)),
            _ => choose(written, &names).words,
        }),
    )
}

/// The blueprint of a name.
pub(in crate::cli) fn blueprint<'c>(
    catalog: &'c Catalog,
    written: &str,
) -> Result<(BlueprintId, &'c Blueprint), Failure> {
    catalog.find_blueprint(written).ok_or_else(|| {
        let blueprints = catalog.blueprints.iter();
        let names: Vec<&str> = blueprints.map(|it| it.identifier.value.as_str()).collect();
        let message = format!("no blueprint is called `{}`", visible(written));
        Failure::new(message).help(choose(written, &names))
    })
}

/// The entity of a name, of any blueprint: `CartService` or `Component/CartService`.
pub(in crate::cli) fn entity(catalog: &Catalog, written: &str) -> Result<EntityId, Failure> {
    if let Some((kind, identifier)) = written.split_once('/')
        && let Some((id, _)) = catalog.find_blueprint(kind)
    {
        return entity_of(catalog, id, identifier);
    }
    let kinds = (0..).take(catalog.blueprints.len()).map(BlueprintId);
    let found: Vec<EntityId> = kinds
        .filter_map(|kind| catalog.find_entity(kind, written))
        .collect();
    match found.as_slice() {
        [one] => Ok(*one),
        [] => {
            let entities = catalog.entities.iter();
            let names: Vec<&str> = entities.map(|it| it.identifier.value.as_str()).collect();
            let message = format!("no entity is called `{}`", visible(written));
            Err(Failure::new(message).help(choose(written, &names)))
        }
        several => {
            let names: Vec<String> = several.iter().map(|id| full(catalog, *id)).collect();
            let first = names.first().cloned().unwrap_or_default();
            let message = format!(
                "`{}` is {} entities: {}",
                visible(written),
                several.len(),
                names.join(", ")
            );
            Err(Failure::new(message).help(format!("write one of them, as `{first}`")))
        }
    }
}

/// The entity of a name, of one blueprint, which may stand before it.
pub(in crate::cli) fn entity_of(
    catalog: &Catalog,
    kind: BlueprintId,
    written: &str,
) -> Result<EntityId, Failure> {
    let blueprint = catalog.blueprint(kind);
    let name = blueprint.map_or("entity", |it| it.identifier.value.as_str());
    let own = written
        .strip_prefix(name)
        .and_then(|rest| rest.strip_prefix('/'));
    let identifier = own.unwrap_or(written);
    if let Some(found) = catalog.find_entity(kind, identifier) {
        return Ok(found);
    }
    if own.is_none()
        && let Ok(other) = entity(catalog, written)
    {
        let message = format!("`{}` is no {}", full(catalog, other), visible(name));
        return Err(Failure::new(message).help(format!("name {}", one(&visible(name)))));
    }
    Err(none_called(catalog, kind, identifier))
}

/// That no entity of a blueprint has a name, with the nearest, or with how there comes to be one.
pub(super) fn none_called(catalog: &Catalog, kind: BlueprintId, written: &str) -> Failure {
    let blueprint = catalog.blueprint(kind);
    let kind_name = visible(blueprint.map_or("entity", |it| &it.identifier.value));
    let entities = catalog.entities_of(kind).iter();
    let names: Vec<&str> = entities.map(|it| it.identifier.value.as_str()).collect();
    let message = format!("no {kind_name} is called `{}`", visible(written));
    let failure = Failure::new(message);
    if names.is_empty() {
        return failure.help(format!(
            "there is none yet: `catalogc new {kind_name} NAME` adds one"
        ));
    }
    failure.help(choose(written, &names))
}

/// `an API`, `a Component`, `a User`.
pub(in crate::cli) fn one(kind: &str) -> String {
    let small = kind.to_lowercase();
    let is_vowel = small.starts_with(['a', 'e', 'i', 'o', 'u']);
    let is_spoken_otherwise = ["us", "uni", "eu"].iter().any(|it| small.starts_with(it));
    let article = if is_vowel && !is_spoken_otherwise {
        "an"
    } else {
        "a"
    };
    format!("{article} {kind}")
}

/// `Component/CartService`.
pub(in crate::cli) fn full(catalog: &Catalog, id: EntityId) -> String {
    let Some(entity) = catalog.entity(id) else {
        return String::new();
    };
    let kind = catalog.blueprint(entity.blueprint);
    let kind = kind.map_or("", |kind| kind.identifier.value.as_str());
    visible(&format!("{kind}/{}", entity.identifier.value)).into_owned()
}

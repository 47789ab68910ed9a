//! What a person may do on one entity.
//!
//! In: a person and an entity. Out: a row for each action of its kind.

use serde_json::Map;

use crate::cli::ask::Asking;
use crate::cli::can::rights::Asker;
use crate::model::EntityId;
use crate::policy::What;
use crate::policy::{BuiltIn, Principal};
use crate::render::rights::Right;

/// Actions of the catalog, then built-in ones.
pub(in crate::cli) fn on_entity(
    asking: &Asking<'_>,
    actor: &Principal,
    id: EntityId,
) -> Vec<Right> {
    let catalog = &asking.compiled.catalog;
    let Some(kind) = catalog.entity(id).map(|entity| entity.blueprint) else {
        return Vec::new();
    };
    let name = catalog.blueprint(kind).map(|it| &it.identifier.value);
    let own = catalog.actions.iter();
    let own = own.filter(|action| Some(&action.blueprint.value) == name);
    let built_in = BuiltIn::ALL.into_iter().filter(|it| !it.is_on_root());
    let mut not_now = Vec::new();
    own.map(What::Catalog)
        .chain(built_in.map(What::BuiltIn))
        .flat_map(|what| {
            let asker = Asker {
                asking,
                actor,
                what,
                nothing: Map::new(),
                one: Some(id),
            };
            if asker.is_creation() {
                return Vec::new();
            }
            asker.on(kind, &mut not_now)
        })
        .collect()
}

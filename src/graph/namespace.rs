//! The words for names that have namespaces, as Backstage's references do.
//!
//! In: a name that was looked for and an entity that may be meant. Out: what is to be written,
//! which is another thing than the identifier: a name alone is one of the namespace of the
//! entity that writes it.

use rustc_hash::FxHashMap;

use crate::model::{BlueprintId, Catalog, EntityId};

/// The namespace that identifiers do not write.
const DEFAULT: &str = "default";

/// The namespace of an identifier.
pub(super) fn of(identifier: &str) -> &str {
    identifier
        .rsplit_once('/')
        .map_or(DEFAULT, |(namespace, _)| namespace)
}

/// The name of an identifier without its namespace.
pub(super) fn name_of(identifier: &str) -> &str {
    identifier.rsplit('/').next().unwrap_or(identifier)
}

/// The reference that means an entity, for whoever looked for `wanted`.
pub(super) fn reference(catalog: &Catalog, entity: EntityId, wanted: &str) -> Option<String> {
    let entity = catalog.entity(entity)?;
    let kind = &catalog.blueprint(entity.blueprint)?.identifier.value;
    let kind = kind.to_lowercase();
    let identifier = entity.identifier.value.as_str();
    let (namespace, name) = (of(identifier), name_of(identifier));
    Some(if namespace.eq_ignore_ascii_case(of(wanted)) {
        format!("{kind}:{name}")
    } else {
        format!("{kind}:{namespace}/{name}")
    })
}

/// Entities by their names alone, in lower case; of several the first.
#[derive(Default)]
pub(super) struct ByName(Option<FxHashMap<(BlueprintId, String), EntityId>>);

impl ByName {
    /// The entity that has the name of `wanted` in another namespace.
    pub(super) fn elsewhere(
        &mut self,
        catalog: &Catalog,
        blueprint: BlueprintId,
        wanted: &str,
    ) -> Option<EntityId> {
        let names = self.0.get_or_insert_with(|| {
            let mut names = FxHashMap::default();
            for (id, entity) in catalog.entities() {
                let name = name_of(&entity.identifier.value).to_lowercase();
                names.entry((entity.blueprint, name)).or_insert(id);
            }
            names
        });
        names
            .get(&(blueprint, name_of(wanted).to_lowercase()))
            .copied()
    }
}

//! What changes hands along with an entity: kinds whose owners are found by way of it.
//!
//! In: a kind and a path that changes. Out: the kinds whose `ownership` leads over that path.

use crate::model::blueprint::Ownership;
use crate::model::{Blueprint, Catalog};

/// The kinds whose owner is found by way of a relation of another kind, in the order of the catalog.
pub(super) fn owned_along<'c>(
    catalog: &'c Catalog,
    over: &Blueprint,
    path: &str,
) -> Vec<&'c Blueprint> {
    let name = path.strip_prefix("relations.").unwrap_or(path);
    let is_over = |kind: &Blueprint| kind.identifier.value == over.identifier.value;
    let leads = |kind: &&Blueprint| {
        let (path, is_inherited) = match &kind.ownership {
            Some(Ownership::Path(path)) => (path, false),
            Some(Ownership::Inherited(path)) => (path, true),
            Some(Ownership::Direct) | None => return false,
        };
        let mut here = *kind;
        for (n, step) in path.value.split('.').enumerate() {
            // Its own first step is what it says itself.
            if n > 0 && is_over(here) && step == name {
                return true;
            }
            let target = here.relation(step).map(|(_, it)| &it.target.value);
            let Some((_, next)) = target.and_then(|it| catalog.find_blueprint(it)) else {
                return false;
            };
            here = next;
        }
        is_inherited && is_over(here) && says_owner(here, name)
    };
    catalog.blueprints.iter().filter(leads).collect()
}

/// Whether a key of an entity is where the way to its owner begins.
fn says_owner(kind: &Blueprint, name: &str) -> bool {
    match &kind.ownership {
        Some(Ownership::Direct) => name == "team",
        Some(Ownership::Path(path) | Ownership::Inherited(path)) => {
            path.value.split('.').next() == Some(name)
        }
        None => false,
    }
}

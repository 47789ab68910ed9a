//! Who points at an entity that goes, in words: for whoever has no pull request to look at.
//!
//! In: a catalog and the entity. Out: what becomes of those, by `onDelete` of its blueprint.

use std::collections::BTreeSet;

use crate::compile::Compiled;
use crate::model::EntityId;
use crate::model::blueprint::OnDelete;
use crate::text::few;

/// Names that are written out.
const NAMED: usize = 3;

/// Who points at it and does not go by itself, and what becomes of them; `None` where nobody does.
pub fn pointing(of: &Compiled, id: EntityId, going: &BTreeSet<EntityId>) -> Option<String> {
    let catalog = &of.catalog;
    let kind = catalog.blueprint(catalog.entity(id)?.blueprint)?;
    let edges = of.graph.incoming(id).map(|edge| edge.from);
    let users: BTreeSet<EntityId> = edges
        .filter(|user| *user != id && !going.contains(user))
        .collect();
    let names = users.iter().filter_map(|user| catalog.entity(*user));
    let names: Vec<&str> = names.map(|it| it.identifier.value.as_str()).collect();
    let verb = |one: &'static str, many: &'static str| if users.len() == 1 { one } else { many };
    let loses = verb("loses", "lose");
    (!users.is_empty()).then(|| {
        let names = few(&names, NAMED);
        match kind.on_delete {
            OnDelete::Restrict => format!(
                "{names} {} at it: a pull request that deletes it alone is refused",
                verb("points", "point")
            ),
            OnDelete::Cascade => format!(
                "{names} {} with it or {loses} its name, and that is decided by itself",
                verb("goes", "go")
            ),
            OnDelete::Nullify => {
                format!("{names} {loses} its name by it, and that is decided by itself")
            }
        }
    })
}

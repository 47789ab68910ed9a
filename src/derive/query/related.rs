//! Whether an entity is related to one that a rule names: `relatedTo`, and `matchAny` along a path.
//!
//! In: the ways that a rule asks about, and the names at their other ends. Out: which entities are
//! so related, and over which relations. A scheme belongs to one catalog, so who is related is
//! found once, from the named ends, for all that is asked about.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use crate::derive::route::{Ground, Place, Route};
use crate::model::EntityId;
use crate::text::Text;

/// A rule about relations.
#[derive(Debug)]
pub(in crate::derive) struct Related {
    /// The ways from what is asked about; one of them is enough.
    routes: Vec<Route>,
    /// The identifiers of which one must stand at the end of a way.
    names: Vec<Text>,
    found: OnceLock<BTreeSet<EntityId>>,
}

impl Related {
    /// A rule that holds where one of the ways leads to one of the names.
    pub(super) const fn new(routes: Vec<Route>, names: Vec<Text>) -> Self {
        Self {
            routes,
            names,
            found: OnceLock::new(),
        }
    }

    /// The ways that are asked about.
    pub(in crate::derive) fn routes(&self) -> &[Route] {
        &self.routes
    }

    /// Whether it holds of an entity. Nothing is related to itself.
    pub(super) fn takes(&self, ground: Ground<'_>, entity: EntityId) -> bool {
        let found = self.found.get_or_init(|| {
            let ends = self.routes.iter().flat_map(|route| {
                let ends = self.ends(ground, route).into_iter();
                ends.map(move |end| (route, end))
            });
            ends.flat_map(|(route, end)| {
                let starts = route.starts(ground, end, Place::There).into_iter();
                starts.filter(move |start| *start != end)
            })
            .collect()
        });
        found.contains(&entity)
    }

    /// Who has which relation on the ways by which it holds of an entity.
    pub(in crate::derive) fn trail(
        &self,
        ground: Ground<'_>,
        entity: EntityId,
    ) -> BTreeSet<(EntityId, u16)> {
        let mut trail = BTreeSet::new();
        for route in &self.routes {
            let mut ends = route.reach(ground, entity);
            let named = self.ends(ground, route);
            ends.retain(|end| *end != entity && named.contains(end));
            if !ends.is_empty() {
                trail.append(&mut route.trail(ground, entity, &ends));
            }
        }
        trail
    }

    /// The named entities that a way may lead to.
    fn ends(&self, ground: Ground<'_>, route: &Route) -> BTreeSet<EntityId> {
        let names = self.names.iter();
        names
            .filter_map(|name| ground.catalog.find_entity(route.there, name))
            .collect()
    }
}

//! Tables of decisions over small catalogs.

use serde_json::Map;
use serde_json::Value as Json;
use serde_json::json;

use crate::finding::Finding;
use crate::graph::Graph;
use crate::model::{Catalog, Entity, EntityId};
use crate::policy::{ActionName, BuiltIn, Decision, Need, Principal, Question, Resource, Rules};
use crate::source::{Selection, Snapshot};

/// A catalog with all that rules are read from.
struct World {
    snapshot: Snapshot,
    catalog: Catalog,
    graph: Graph,
}

impl World {
    fn new<'f>(files: impl IntoIterator<Item = (&'f str, &'f str)>) -> Self {
        let snapshot = crate::source::memory::snapshot(files);
        let selection = Selection::new(Some("catalogc.yaml"), "catalog", &[]).unwrap();
        let (catalog, _) = crate::model::lower(&snapshot, &selection);
        let (graph, _) = crate::graph::build(&catalog);
        Self {
            snapshot,
            catalog,
            graph,
        }
    }

    fn rules(&self) -> (Rules<'_>, Vec<Finding>) {
        crate::policy::compile(&self.catalog, &self.graph, &self.snapshot)
    }

    fn id(&self, blueprint: &str, identifier: &str) -> EntityId {
        let (blueprint, _) = self.catalog.find_blueprint(blueprint).unwrap();
        self.catalog.find_entity(blueprint, identifier).unwrap()
    }

    fn entity(&self, blueprint: &str, identifier: &str) -> &Entity {
        self.catalog.entity(self.id(blueprint, identifier)).unwrap()
    }
}

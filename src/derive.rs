//! Stub.
use crate::graph::Graph;
use crate::model::{Catalog, EntityId};
use serde_json::Value as Json;
/// x
pub struct Derived<'c> {
    catalog: &'c Catalog,
    _g: &'c Graph,
}
impl<'c> Derived<'c> {
    /// x
    pub fn new(catalog: &'c Catalog, graph: &'c Graph) -> Self {
        Self { catalog, _g: graph }
    }
    /// x
    pub fn value(&self, _e: EntityId, _n: &str) -> Option<Json> {
        None
    }
    /// x
    pub fn entity(&self, _e: EntityId) -> Json {
        let _ = self.catalog;
        Json::Null
    }
    /// x
    pub fn owner(&self, _e: EntityId) -> Vec<EntityId> {
        Vec::new()
    }
    /// x
    pub fn dependents(&self, _e: EntityId, _p: &str) -> Vec<(EntityId, String)> {
        Vec::new()
    }
}

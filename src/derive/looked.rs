//! What computing a value looks at, whether or not it finds something there.
//!
//! In: an entity and one of its derived values. Out: every part of every entity that the
//! computation reads, and every entity for which it asks who points there. As long as none of
//! these changes, the value stays what it is.

use std::collections::BTreeSet;

use crate::derive::Derived;
use crate::derive::query::Related;
use crate::derive::route::{Direction, Route, Ways};
use crate::derive::scheme::{DefinitionId, Rule};
use crate::model::EntityId;

/// What was looked at.
#[derive(Debug, Default)]
pub struct Looked {
    /// Parts of entities, `relations.system`; with an empty name all of the entity.
    pub parts: BTreeSet<(EntityId, String)>,
    /// Entities for which it is asked who points there: by which relation of which blueprint.
    pub pointed: BTreeSet<(EntityId, String)>,
    done: BTreeSet<(EntityId, DefinitionId)>,
}

impl Derived<'_> {
    /// Adds what all derived values of an entity look at.
    pub fn look_at_all(&self, entity: EntityId, looked: &mut Looked) {
        if let Some(kind) = self.ground.kind(entity) {
            let all = self.scheme.of_blueprint(kind).map(|id| (entity, id));
            self.look(all.collect(), looked);
        }
    }

    /// Adds what one derived value looks at.
    pub fn look_at(&self, entity: EntityId, name: &str, looked: &mut Looked) {
        let kind = self.ground.kind(entity);
        let found = kind.and_then(|kind| self.scheme.find(kind, name));
        self.look(found.map(|id| (entity, id)).into_iter().collect(), looked);
    }

    /// Whether a derived value can fail, so that a catalog that has it is wrong.
    pub fn may_fail(&self, entity: EntityId, name: &str) -> bool {
        let kind = self.ground.kind(entity);
        let found = kind.and_then(|kind| self.scheme.find(kind, name));
        let rule = found.and_then(|id| self.scheme.get(id)).map(|it| &it.rule);
        matches!(rule, Some(Rule::Calculation { .. }))
    }

    fn look(&self, mut open: Vec<(EntityId, DefinitionId)>, looked: &mut Looked) {
        while let Some((entity, id)) = open.pop() {
            if !looked.done.insert((entity, id)) {
                continue;
            }
            let Some(definition) = self.scheme.get(id) else {
                continue;
            };
            if let Rule::Calculation { .. } | Rule::Formula { .. } = definition.rule {
                looked.parts.insert((entity, String::new()));
            }
            self.look_along(entity, &definition.route, looked);
            for end in self.reach(entity, definition) {
                for route in definition.related().into_iter().flat_map(Related::routes) {
                    self.look_along(end, route, looked);
                }
                let parts = definition.parts.iter();
                looked
                    .parts
                    .extend(parts.map(|part| (end, part.to_string())));
                open.extend(definition.needs.iter().map(|need| (end, *need)));
            }
        }
    }

    /// The relations on the way, and who is asked for at each place of it.
    fn look_along(&self, entity: EntityId, route: &Route, looked: &mut Looked) {
        let (Ways::Path(steps) | Ways::Web(steps)) = &route.ways;
        let catalog = self.ground.catalog;
        for node in route.passed(self.ground, entity) {
            let Some(kind) = self.ground.kind(node) else {
                continue;
            };
            for step in steps {
                let whose = catalog.blueprint(step.blueprint);
                let relation = whose.and_then(|it| it.relations.get(usize::from(step.relation)));
                let (Some(whose), Some(relation)) = (whose, relation) else {
                    continue;
                };
                let leads_to = catalog.find_blueprint(&relation.target.value);
                match route.direction {
                    Direction::Forward if step.blueprint == kind => {
                        let part = format!("relations.{}", relation.name.value);
                        looked.parts.insert((node, part));
                    }
                    Direction::Backward if leads_to.is_some_and(|(to, _)| to == kind) => {
                        let by = format!("{}.{}", whose.identifier.value, relation.name.value);
                        looked.pointed.insert((node, by));
                    }
                    Direction::Forward | Direction::Backward => {}
                }
            }
        }
    }
}

//! Which steps follow from deletions, as `onDelete` of the target's blueprints says.
//!
//! In: the drafts. Out: for each the deleted entities with which it goes, or whose name it
//! loses; whether the pull request says so itself or it was only foreseen is the same.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::model::EntityId;
use crate::model::blueprint::OnDelete;
use crate::plan::draft::Draft;
use crate::plan::file::{Effectuation, Gone};
use crate::plan::value::States;

/// What is deleted.
pub(super) struct Going<'s, 'a> {
    states: &'s States<'a>,
    entities: BTreeSet<EntityId>,
}

impl<'s, 'a> Going<'s, 'a> {
    /// Of all drafts.
    pub(super) fn of(states: &'s States<'a>, drafts: &[Draft<'_>]) -> Self {
        let gone = drafts.iter().filter(|it| it.does == Effectuation::Delete);
        Self {
            states,
            entities: gone.filter_map(|draft| draft.before).collect(),
        }
    }

    /// What a draft follows from.
    pub(super) fn with(&self, draft: &Draft<'_>) -> Vec<Gone> {
        let Some(id) = draft.before.filter(|_| !self.entities.is_empty()) else {
            return Vec::new();
        };
        let before = self.states.before;
        let mut with = BTreeSet::new();
        let outgoing = before.graph.outgoing(id).iter();
        let stays = outgoing.filter(|edge| edge.to == id || !self.entities.contains(&edge.to));
        let left: BTreeSet<u16> = stays.map(|edge| edge.relation).collect();
        for edge in before.graph.outgoing(id) {
            if edge.to == id || !self.entities.contains(&edge.to) {
                continue;
            }
            let Some((entity, kind)) = before
                .catalog
                .entity(edge.to)
                .and_then(|entity| Some((entity, before.catalog.blueprint(entity.blueprint)?)))
            else {
                continue;
            };
            let name = entity.identifier.value.as_str();
            let follows = match (draft.does, kind.on_delete) {
                // Who names others too in the same list stays, and loses the one.
                (Effectuation::Delete, OnDelete::Cascade) => !left.contains(&edge.relation),
                (
                    Effectuation::Change | Effectuation::Rename,
                    OnDelete::Cascade | OnDelete::Nullify,
                ) => {
                    let relation = before.catalog.relation_of(id, edge.relation);
                    relation.is_some_and(|it| loses(draft, &it.name.value, name))
                }
                _ => false,
            };
            if follows {
                with.insert(Gone {
                    blueprint: kind.identifier.value.to_string(),
                    entity: name.to_owned(),
                });
            }
        }
        with.into_iter().collect()
    }
}

/// Whether a draft takes a name out of a relation and puts no other there.
fn loses(draft: &Draft<'_>, relation: &str, name: &str) -> bool {
    let path = format!("relations.{relation}");
    let mut changes = draft.changes.iter().filter(|change| change.path == path);
    changes.any(|change| {
        let had = change.before.as_ref().is_some_and(|it| names(it, name));
        let is_less = match (&change.before, &change.after) {
            (_, None) => true,
            (Some(Json::Array(before)), Some(Json::Array(after))) => {
                after.iter().all(|it| before.contains(it))
            }
            _ => false,
        };
        had && is_less
    })
}

fn names(value: &Json, name: &str) -> bool {
    match value {
        Json::Array(all) => all.iter().any(|it| it == name),
        one => one == name,
    }
}

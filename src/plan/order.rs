//! What must come before what: creations and renames before what points at them, deletions
//! before what they point at, updates between, then the actions' own `after`.

use std::collections::{BTreeMap, BTreeSet};

use crate::graph::stages;
use crate::model::EntityId;
use crate::plan::draft::{Doer, Draft};
use crate::plan::file::Effectuation;
use crate::plan::value::States;

/// Where a draft ends up: its stage, from 1, and the drafts that it waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Slot {
    /// The draft.
    pub(super) draft: usize,
    /// Its stage.
    pub(super) stage: u32,
    /// The drafts that must end well before it.
    pub(super) after: Vec<usize>,
}

/// The drafts in the order of running: by stage, then deletions, edits, requests, then entity.
pub(super) fn order(states: &States<'_>, drafts: &[Draft<'_>]) -> Vec<Slot> {
    let edges = edges(states, drafts);
    let mut slots: Vec<Slot> = Vec::new();
    for (n, stage) in stages(drafts.len(), &edges).iter().enumerate() {
        let mut members = stage.members.clone();
        members.sort_by_key(|member| drafts.get(*member).map(|draft| rank(states, draft)));
        slots.extend(members.into_iter().map(|draft| {
            Slot {
                draft,
                stage: u32::try_from(n + 1).unwrap_or(u32::MAX),
                // Members of a knot wait for each other; they share a stage and run together.
                after: edges
                    .iter()
                    .filter(|(first, then)| *then == draft && !stage.members.contains(first))
                    .map(|(first, _)| *first)
                    .collect(),
            }
        }));
    }
    slots
}

type Rank = (
    u8,
    String,
    String,
    Option<(crate::plan::diff::Side, crate::text::Span)>,
    String,
);

fn rank(states: &States<'_>, draft: &Draft<'_>) -> Rank {
    let class = match draft.does {
        Effectuation::Delete => 0,
        _ if draft.requests.is_empty() => 1,
        _ => 2,
    };
    let entity = states
        .entity(draft.before, draft.after)
        .map_or("", |entity| entity.identifier.value.as_str());
    let place = draft.changes.first().map(|change| change.place);
    (
        class,
        draft.blueprint.to_string(),
        entity.to_owned(),
        place,
        draft.doer.name().to_owned(),
    )
}

fn edges(states: &States<'_>, drafts: &[Draft<'_>]) -> BTreeSet<(usize, usize)> {
    let mut named: BTreeMap<EntityId, Vec<usize>> = BTreeMap::new();
    let mut deleted: BTreeMap<EntityId, Vec<usize>> = BTreeMap::new();
    for (n, draft) in drafts.iter().enumerate() {
        match (draft.does, draft.before, draft.after) {
            // What names something by its new name comes after it has that name.
            (Effectuation::Create | Effectuation::Rename, _, Some(id)) => {
                named.entry(id).or_default().push(n);
            }
            (Effectuation::Delete, Some(id), _) => deleted.entry(id).or_default().push(n),
            _ => {}
        }
    }
    let mut edges = BTreeSet::new();
    for (n, draft) in drafts.iter().enumerate() {
        let needed = draft
            .after
            .map(|id| states.after.graph.outgoing(id))
            .unwrap_or_default();
        for edge in needed {
            edges.extend(
                named
                    .get(&edge.to)
                    .into_iter()
                    .flatten()
                    .filter(|first| **first != n)
                    .map(|first| (*first, n)),
            );
        }
        let left = draft
            .before
            .map(|id| states.before.graph.outgoing(id))
            .unwrap_or_default();
        for edge in left {
            edges.extend(
                deleted
                    .get(&edge.to)
                    .into_iter()
                    .flatten()
                    .filter(|then| **then != n)
                    .map(|then| (n, *then)),
            );
        }
    }
    edges.extend(asked_by_name(drafts, &named));
    edges.extend(declared(drafts));
    edges
}

/// What a request asks of an entity by its new name comes after it has that name.
fn asked_by_name(
    drafts: &[Draft<'_>],
    named: &BTreeMap<EntityId, Vec<usize>>,
) -> Vec<(usize, usize)> {
    let asked = drafts.iter().enumerate();
    let asked = asked.filter(|(_, draft)| draft.does == Effectuation::Run);
    asked
        .filter(|(_, draft)| !draft.requests.is_empty())
        .filter_map(|(n, draft)| Some((n, named.get(&draft.after?)?)))
        .flat_map(|(n, first)| first.iter().map(move |first| (*first, n)))
        .collect()
}

/// `after` of the actions, on the same entity.
fn declared(drafts: &[Draft<'_>]) -> Vec<(usize, usize)> {
    let mut by_entity: BTreeMap<(Option<EntityId>, Option<EntityId>), Vec<usize>> = BTreeMap::new();
    for (n, draft) in drafts.iter().enumerate() {
        by_entity
            .entry((draft.before, draft.after))
            .or_default()
            .push(n);
    }
    let mut edges = Vec::new();
    for members in by_entity.values() {
        for then in members {
            let Some(Doer::Action(action)) = drafts.get(*then).map(|draft| draft.doer) else {
                continue;
            };
            let is_first = |first: &&usize| {
                **first != *then
                    && drafts.get(**first).is_some_and(|draft| {
                        action
                            .after
                            .iter()
                            .any(|name| name.value == draft.doer.name())
                    })
            };
            edges.extend(members.iter().filter(is_first).map(|first| (*first, *then)));
        }
    }
    edges
}

//! What must come before what: creations and renames before what points at them, deletions
//! before what they point at, updates between, then the actions' own `after`.

use std::collections::{BTreeMap, BTreeSet};

use crate::graph::{Edge, shortest_cycles, stages};
use crate::model::EntityId;
use crate::plan::draft::{Doer, Draft};
use crate::plan::file::{Effectuation, Notice};
use crate::plan::value::States;
use crate::text::{FileId, Span};

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
    let all = stages(drafts.len(), &edges);
    let mut stage_of = vec![0_usize; drafts.len()];
    for (n, stage) in all.iter().enumerate() {
        for member in &stage.members {
            if let Some(of) = stage_of.get_mut(*member) {
                *of = n;
            }
        }
    }
    let mut firsts: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (first, then) in &edges {
        // Members of a knot wait for each other; they share a stage and run together.
        if stage_of.get(*first) != stage_of.get(*then) {
            firsts.entry(*then).or_default().push(*first);
        }
    }
    for (n, stage) in all.iter().enumerate() {
        let mut members = stage.members.clone();
        members.sort_by_key(|member| drafts.get(*member).map(|draft| rank(states, draft)));
        slots.extend(members.into_iter().map(|draft| Slot {
            draft,
            stage: u32::try_from(n + 1).unwrap_or(u32::MAX),
            after: firsts.remove(&draft).unwrap_or_default(),
        }));
    }
    slots
}

/// How many circles are named.
const NAMED: usize = 5;
/// How many entities of a circle are named.
const AROUND: usize = 8;

/// The steps that wait for each other in a circle, which share a stage: who, in words.
pub(super) fn circles(states: &States<'_>, drafts: &[Draft<'_>], slots: &[Slot]) -> Vec<Notice> {
    let number = |n: usize| EntityId(u32::try_from(n).unwrap_or(u32::MAX));
    let edges: Vec<Edge> = edges(states, drafts)
        .into_iter()
        .map(|(first, then)| Edge {
            from: number(first),
            relation: 0,
            to: number(then),
            span: Span::whole_file(FileId(0)),
        })
        .collect();
    let is_circle = |circle: &Vec<Edge>| circle.len() > 1;
    let circles: Vec<Vec<Edge>> = shortest_cycles(&edges)
        .into_iter()
        .filter(is_circle)
        .collect();
    let numbers: BTreeMap<usize, u32> = slots.iter().map(|it| (it.draft, it.stage)).collect();
    let mut told: Vec<(Option<u32>, String)> = circles
        .iter()
        .map(|circle| {
            let stage = circle
                .first()
                .and_then(|it| numbers.get(&(it.from.0 as usize)));
            (stage.copied(), around(states, drafts, circle))
        })
        .collect();
    told.sort();
    let more = told.len().saturating_sub(NAMED);
    let named = told
        .into_iter()
        .take(NAMED)
        .map(|(stage, names)| format!("stage {} is a cycle: {names}", stage.unwrap_or_default()));
    let more = (more > 0).then(|| format!("{more} more cycles are each in one stage"));
    let texts = named.chain(more);
    texts.map(|text| Notice { text, place: None }).collect()
}

/// `a -> b -> a`, by the names of the entities.
fn around(states: &States<'_>, drafts: &[Draft<'_>], circle: &[Edge]) -> String {
    let name = |edge: &Edge| {
        let draft = drafts.get(edge.from.0 as usize);
        let entity = draft.and_then(|draft| states.entity(draft.before, draft.after));
        entity.map_or_else(String::new, |entity| entity.identifier.value.to_string())
    };
    let mut names: Vec<String> = circle.iter().take(AROUND).map(name).collect();
    if circle.len() > AROUND {
        names.push("...".to_owned());
    }
    names.extend(circle.first().map(name));
    names.join(" -> ")
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
        // What is gone for one step may still be there for another, and is the same entity.
        let after = draft.after.filter(|_| draft.before.is_none());
        by_entity.entry((draft.before, after)).or_default().push(n);
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

//! Derived values of other entities that change with a plan, and what causes them.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde_json::Value as Json;

use crate::model::EntityId;
use crate::plan::diff::{Difference, PathChange, Side};
use crate::plan::draft::Draft;
use crate::plan::file::{self, canonical};
use crate::plan::order::Slot;
use crate::plan::value::States;
use crate::text::Text;

pub(super) mod defined;
pub(super) mod owner;

/// What a derived value changes through.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cause {
    /// The number of the difference.
    pub(super) difference: usize,
    /// The path of it; empty where the entity appears or disappears.
    pub(super) path: String,
    /// The last value on the way that the changed entity itself has, in words.
    pub(super) through: String,
    /// The values on the way, from what changed on.
    pub(super) via: Vec<String>,
}

/// Derived values that may change, by the entity in the result, and what may change them.
pub(super) type Reached = BTreeMap<(EntityId, String), BTreeSet<Cause>>;

/// A derived value that changes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Effect {
    pub(super) blueprint: Text,
    pub(super) entity: Text,
    /// The entity on the target and in the result.
    pub(super) before: EntityId,
    pub(super) after: EntityId,
    /// The derived property.
    pub(super) property: String,
    pub(super) was: Option<Json>,
    pub(super) is: Option<Json>,
    /// What causes it.
    pub(super) causes: BTreeSet<Cause>,
    /// The definition that moves it, where nothing else does: `definition Service.cost`.
    pub(super) definition: Option<String>,
}

/// The most derived values that are followed; a larger change is told in full by its steps.
const FOLLOWED: usize = 100_000;

/// Whether there may be more of them than are followed.
pub(super) fn is_too_much(reached: &Reached) -> bool {
    reached.len() > FOLLOWED
}

/// The derived values that the differences may change in entities that are there before and after.
pub(super) fn reached(states: &States<'_>, differences: &[Difference]) -> Reached {
    let mut reached = Reached::new();
    for (number, difference) in differences.iter().enumerate() {
        for (side, id) in [
            (Side::Before, difference.before),
            (Side::After, difference.after),
        ] {
            let Some(id) = id else { continue };
            let mut paths: Vec<&str> = difference
                .changes
                .iter()
                .map(|change| change.path.as_str())
                .collect();
            if paths.is_empty() {
                paths.push("");
            }
            for path in paths {
                let start = Start { id, path, number };
                follow(states, side, &[start], &mut reached);
            }
        }
        if reached.len() > FOLLOWED {
            break;
        }
    }
    reached
}

/// Those of them that do change.
pub(super) fn effects(states: &States<'_>, reached: &Reached) -> Vec<Effect> {
    let effects = reached
        .iter()
        .filter_map(|((after, property), causes)| effect(states, *after, property, causes));
    let mut effects: Vec<Effect> = effects.collect();
    sort(&mut effects);
    effects
}

/// By blueprint, entity and property.
pub(super) fn sort(effects: &mut [Effect]) {
    effects.sort_by(|a, b| {
        (&a.blueprint, &a.entity, &a.property).cmp(&(&b.blueprint, &b.entity, &b.property))
    });
}

/// What causes the changes of an entity's derived values.
pub(super) fn causes<'e>(
    effects: &'e [Effect],
    after: Option<EntityId>,
    changes: &[PathChange],
) -> BTreeSet<&'e Cause> {
    let is_meant = |effect: &&Effect| {
        let path = format!("properties.{}", effect.property);
        Some(effect.after) == after && changes.iter().any(|change| change.path == path)
    };
    effects
        .iter()
        .filter(is_meant)
        .flat_map(|effect| &effect.causes)
        .collect()
}

/// A change that values are followed from.
struct Start<'p> {
    id: EntityId,
    path: &'p str,
    /// The number of its difference.
    number: usize,
}

/// Notes every derived value, by its entity in the result, that changed paths may reach.
fn follow(states: &States<'_>, side: Side, starts: &[Start<'_>], reached: &mut Reached) {
    let mut seen: BTreeSet<(EntityId, String)> = BTreeSet::new();
    let mut way = Way::default();
    let mut queue: VecDeque<(EntityId, String, &Start<'_>, String, usize)> = VecDeque::new();
    for start in starts {
        let here = words(states, side, start.id, start.path);
        let link = way.add(here.clone(), None);
        queue.push_back((start.id, start.path.to_owned(), start, here, link));
    }
    while let Some((id, here, start, through, link)) = queue.pop_front() {
        if seen.len() > FOLLOWED {
            return;
        }
        for (dependent, property) in states.derived(side).dependents(id, &here) {
            if !seen.insert((dependent, property.clone())) {
                continue;
            }
            if let Some(after) = in_result(states, side, dependent) {
                let causes = reached.entry((after, property.clone())).or_default();
                causes.insert(Cause {
                    difference: start.number,
                    path: start.path.to_owned(),
                    through: through.clone(),
                    via: way.to(link),
                });
            }
            let next = format!("properties.{property}");
            let here = words(states, side, dependent, &next);
            let through = if dependent == start.id {
                here.clone()
            } else {
                through.clone()
            };
            let link = way.add(here, Some(link));
            queue.push_back((dependent, next, start, through, link));
        }
    }
}

/// The values that were met, each with the one before it.
#[derive(Default)]
struct Way(Vec<(String, Option<usize>)>);

/// The most values of a chain that are told: its end, after what it began with.
const TOLD: usize = 12;

impl Way {
    fn add(&mut self, words: String, from: Option<usize>) -> usize {
        self.0.push((words, from));
        self.0.len() - 1
    }

    /// The values up to one of them, from the first on; of a long chain what is next to it.
    fn to(&self, link: usize) -> Vec<String> {
        let mut way = Vec::new();
        let mut next = Some(link);
        while let Some((words, from)) = next.and_then(|link| self.0.get(link)) {
            if way.len() == TOLD {
                way.push("...".to_owned());
                break;
            }
            way.push(words.clone());
            next = *from;
        }
        way.reverse();
        way
    }
}

/// `CartService.replicas`, or `env-lin-7 is deleted`.
fn words(states: &States<'_>, side: Side, start: EntityId, path: &str) -> String {
    let name = states
        .of(side)
        .catalog
        .entity(start)
        .map_or("", |entity| entity.identifier.value.as_str());
    let mut fields = ["properties", "relations"].into_iter();
    let field = fields.find_map(|field| path.strip_prefix(field));
    match (path, side, field) {
        ("", Side::Before, _) => format!("{name} is deleted"),
        ("", Side::After, _) => format!("{name} is created"),
        (_, _, Some(rest)) => format!("{name}{rest}"),
        _ => format!("{name}.{path}"),
    }
}

fn in_result(states: &States<'_>, side: Side, id: EntityId) -> Option<EntityId> {
    if side == Side::After {
        return Some(id);
    }
    twin(states, Side::Before, id)
}

/// The entity of the same identity on the other side.
pub(super) fn twin(states: &States<'_>, side: Side, id: EntityId) -> Option<EntityId> {
    let other = if side == Side::Before {
        Side::After
    } else {
        Side::Before
    };
    let renamed = match side {
        Side::Before => states.renames.after(id),
        Side::After => states.renames.before(id),
    };
    if renamed.is_some() {
        return renamed;
    }
    let catalog = &states.of(side).catalog;
    let entity = catalog.entity(id)?;
    let kind = catalog.blueprint(entity.blueprint)?;
    let (blueprint, _) = states
        .of(other)
        .catalog
        .find_blueprint(&kind.identifier.value)?;
    states
        .of(other)
        .catalog
        .find_entity(blueprint, &entity.identifier.value)
}

fn effect(
    states: &States<'_>,
    after: EntityId,
    property: &str,
    causes: &BTreeSet<Cause>,
) -> Option<Effect> {
    let before = twin(states, Side::After, after)?;
    let was = states.derived(Side::Before).value(before, property);
    let is = states.derived(Side::After).value(after, property);
    let causes = causes.clone();
    changed(
        states,
        (before, after),
        property.to_owned(),
        (was, is),
        causes,
    )
}

/// An effect, where a value is another than before.
fn changed(
    states: &States<'_>,
    (before, after): (EntityId, EntityId),
    property: String,
    (was, is): (Option<Json>, Option<Json>),
    causes: BTreeSet<Cause>,
) -> Option<Effect> {
    if was.as_ref().map(canonical) == is.as_ref().map(canonical) {
        return None;
    }
    let catalog = &states.after.catalog;
    let entity = catalog.entity(after)?;
    let blueprint = &catalog.blueprint(entity.blueprint)?.identifier.value;
    Some(Effect {
        blueprint: blueprint.clone(),
        entity: entity.identifier.value.clone(),
        before,
        after,
        property,
        was,
        is,
        causes,
        definition: None,
    })
}

/// The effects with the numbers of the steps that cause them.
pub(super) fn told(
    effects: &[Effect],
    differences: &[Difference],
    drafts: &[Draft<'_>],
    slots: &[Slot],
) -> Vec<file::Effect> {
    // The steps of each path of each difference; what appears or disappears has the path "".
    let mut causes: BTreeMap<(usize, &str), BTreeSet<u32>> = BTreeMap::new();
    let of: BTreeMap<_, usize> = (differences.iter().enumerate())
        .map(|(n, it)| ((it.before, it.after), n))
        .collect();
    for (n, slot) in slots.iter().enumerate() {
        let number = u32::try_from(n + 1).unwrap_or(u32::MAX);
        let Some(draft) = drafts
            .get(slot.draft)
            .filter(|draft| draft.requests.is_empty() || !draft.changes.is_empty())
        else {
            continue;
        };
        let Some(of) = of.get(&(draft.before, draft.after)).copied() else {
            continue;
        };
        if draft.changes.is_empty() {
            causes.entry((of, "")).or_default().insert(number);
        }
        for change in &draft.changes {
            causes.entry((of, &change.path)).or_default().insert(number);
        }
    }
    let tell = |effect: &Effect| {
        let by = effect
            .causes
            .iter()
            .filter_map(|cause| causes.get(&(cause.difference, cause.path.as_str())));
        let by: BTreeSet<u32> = by.flatten().copied().collect();
        let words = effect.causes.iter().map(|cause| cause.through.as_str());
        let through: BTreeSet<&str> = words.collect();
        let through = through.into_iter().collect::<Vec<_>>().join(", ");
        let via: BTreeSet<Vec<String>> = effect.causes.iter().map(|it| it.via.clone()).collect();
        file::Effect {
            blueprint: effect.blueprint.to_string(),
            entity: effect.entity.to_string(),
            path: effect.property.clone(),
            before: effect.was.clone(),
            after: effect.is.clone(),
            by: by.into_iter().collect(),
            through: effect.definition.clone().unwrap_or(through),
            via: via.into_iter().take(CHAINS).collect(),
        }
    };
    effects.iter().map(tell).collect()
}

/// The most chains that are told of one value.
const CHAINS: usize = 5;

/// The effects as differences, so that actions may be triggered by them.
pub(super) fn as_differences(states: &States<'_>, effects: &[Effect]) -> Vec<Difference> {
    let mut differences: BTreeMap<EntityId, Difference> = BTreeMap::new();
    for effect in effects {
        let place = states
            .after
            .catalog
            .entity(effect.after)
            .map(|entity| (Side::After, entity.identifier.span));
        let Some(place) = place else { continue };
        let difference = differences
            .entry(effect.after)
            .or_insert_with(|| Difference {
                blueprint: effect.blueprint.clone(),
                before: Some(effect.before),
                after: Some(effect.after),
                changes: Vec::new(),
            });
        difference.changes.push(PathChange {
            path: format!("properties.{}", effect.property),
            before: effect.was.clone(),
            after: effect.is.clone(),
            place,
        });
    }
    differences.into_values().collect()
}

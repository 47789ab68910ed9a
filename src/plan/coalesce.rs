//! One action on one entity is one step, however many ask for it.
//!
//! In: the drafts. Out: the drafts without those that another one says already, each with all
//! the requests and changes that asked for it; and why the plan is refused, where what is asked
//! for differs in its inputs.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use crate::model::EntityId;
use crate::plan::conflict::asked_at;
use crate::plan::diff::Side;
use crate::plan::draft::{Doer, Draft};
use crate::plan::file::{Effectuation, Notice, canonical};
use crate::plan::input::{as_map, inputs};
use crate::plan::value::States;

/// The inputs of a step, each in its one form.
type Given = BTreeMap<String, String>;

/// What an action is done to: a renamed entity may be asked for by either of its names.
type Subject<'a> = (&'a str, Side, EntityId);

/// A step, and where its inputs may be compared.
struct Kept<'a> {
    draft: Draft<'a>,
    given: Option<Given>,
}

/// Makes one of the drafts that are the same.
pub(super) fn coalesced<'a>(
    states: &States<'_>,
    drafts: Vec<Draft<'a>>,
) -> (Vec<Draft<'a>>, Vec<Notice>) {
    let mut kept: Vec<Kept<'a>> = Vec::new();
    let mut first: BTreeMap<Subject<'a>, usize> = BTreeMap::new();
    let mut refusals = BTreeSet::new();
    for draft in drafts {
        let subjects = subjects(&draft);
        let earlier = subjects.iter().find_map(|subject| first.get(subject));
        let Some(earlier) = earlier.and_then(|n| kept.get_mut(*n)) else {
            for subject in subjects {
                first.entry(subject).or_insert(kept.len());
            }
            kept.push(Kept { draft, given: None });
            continue;
        };
        let given = |draft: &Draft<'_>| given(states, draft);
        let known = earlier.given.get_or_insert_with(|| given(&earlier.draft));
        let other = given(&draft);
        let differing = differing(known, &other);
        if differing.is_empty() {
            join(&mut earlier.draft, draft);
        } else {
            refusals.insert(refusal(states, &earlier.draft, &draft, &differing));
            kept.push(Kept { draft, given: None });
        }
    }
    let drafts = kept.into_iter().map(|kept| kept.draft).collect();
    (drafts, refusals.into_iter().collect())
}

/// What a step is of; nothing for what is built in, which asks once for each path.
fn subjects<'a>(draft: &Draft<'a>) -> Vec<Subject<'a>> {
    let Doer::Action(action) = draft.doer else {
        return Vec::new();
    };
    let name = action.identifier.value.as_str();
    let before = draft.before.map(|id| (name, Side::Before, id));
    let after = draft.after.map(|id| (name, Side::After, id));
    before.into_iter().chain(after).collect()
}

/// What cannot be filled in stops the plan later, where the step itself is made.
fn given(states: &States<'_>, draft: &Draft<'_>) -> Given {
    let inputs = draft
        .doer
        .action()
        .map(|action| inputs(states, draft, action, &mut Vec::new()));
    let values = as_map(&inputs.unwrap_or_default());
    let values = values.into_iter();
    values
        .map(|(name, value): (String, Json)| (name, canonical(&value)))
        .collect()
}

/// The inputs that two steps do not have alike.
fn differing<'g>(one: &'g Given, other: &'g Given) -> BTreeSet<&'g str> {
    let names = one.keys().chain(other.keys());
    names
        .filter(|name| one.get(*name) != other.get(*name))
        .map(String::as_str)
        .collect()
}

/// Adds to a step what else asks for it.
fn join<'a>(step: &mut Draft<'a>, other: Draft<'a>) {
    if step.does == Effectuation::Run {
        step.does = other.does;
    }
    step.before = step.before.or(other.before);
    step.after = step.after.or(other.after);
    for change in other.changes {
        if !step.changes.iter().any(|known| known.path == change.path) {
            step.changes.push(change);
        }
    }
    step.requests.extend(other.requests);
    step.requests
        .sort_by(|one, two| one.id.value.cmp(&two.id.value));
    for why in other.because {
        if !step.because.contains(&why) {
            step.because.push(why);
        }
    }
    step.unmet = step.unmet.take().or(other.unmet);
    // What somebody asks for themselves, no decision about a cause permits.
    if step.cause.is_some() && other.cause.is_some() {
        step.caused_by.extend(other.caused_by);
    } else {
        step.cause = None;
        step.caused_by.clear();
    }
}

fn refusal(
    states: &States<'_>,
    one: &Draft<'_>,
    other: &Draft<'_>,
    differing: &BTreeSet<&str>,
) -> Notice {
    let entity = states.entity(one.before, one.after);
    let names: Vec<&str> = differing.iter().copied().collect();
    Notice {
        text: format!(
            "{} is asked for twice of {}, and not with the same {}, at {} and here: make two pull requests of it",
            one.doer.name(),
            entity.map_or("", |entity| entity.identifier.value.as_str()),
            names.join(", "),
            asked_at(states, one),
        ),
        place: Some(asked_at(states, other)),
    }
}

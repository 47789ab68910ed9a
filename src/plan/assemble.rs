//! Puts a plan together: drafts become steps with inputs, calls, decisions, order and digests.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use crate::finding::Finding;
use crate::finding::codes::E0509;
use crate::model::request::Lifts;
use crate::model::settings;
use crate::model::{Action, Request};
use crate::plan::call::{self, Roots};
use crate::plan::decide::{Judge, Matter, refuse};
use crate::plan::delegated::{self, Decided, leaves_it};
use crate::plan::diff::Side;
use crate::plan::draft::{Doer, Draft};
use crate::plan::expired::{allow_done, expiry};
use crate::plan::file::{self, Call, Change, Effectuation, Glass, GlassUse, Notice, Outcome};
use crate::plan::file::{RequestRef, Step, digest};
use crate::plan::freeze::Frozen;
use crate::plan::handed::Handed;
use crate::plan::hide::Secrets;
use crate::plan::input::{as_map, inputs, place};
use crate::plan::order::Slot;
use crate::plan::rendered::Rendered;
use crate::plan::unmet::unmet;
use crate::plan::value::States;
use crate::plan::with::Going;
use crate::policy::BuiltIn;
use crate::text::visible;

/// The steps of the drafts, numbered in the order of their slots. Findings say which of them
/// cannot be made; such a plan is not made. Notices say which may not be run.
pub(super) fn steps(
    states: &States<'_>,
    drafts: &[Draft<'_>],
    slots: &[Slot],
    (judge, lifts, handed): (&Judge<'_, '_>, &[Lifts], &Handed),
    secrets: &Secrets<'_>,
    findings: &mut Vec<Finding>,
) -> (Vec<Step>, Vec<Notice>) {
    let numbers: BTreeMap<usize, u32> = slots
        .iter()
        .enumerate()
        .map(|(n, slot)| (slot.draft, u32::try_from(n + 1).unwrap_or(u32::MAX)))
        .collect();
    let frozen = Frozen::now(states, drafts, judge, lifts);
    let gone = Going::of(states, drafts);
    let mut made = Vec::with_capacity(slots.len());
    let mut refusals = Vec::new();
    for slot in slots {
        let Some(draft) = drafts.get(slot.draft) else {
            continue;
        };
        let mut decided = step(
            states,
            (slot.draft, draft),
            (judge, &frozen, handed),
            findings,
        );
        let step = &mut decided.step;
        step.number = numbers.get(&slot.draft).copied().unwrap_or_default();
        step.stage = slot.stage;
        step.with = gone.with(draft);
        step.after = slot
            .after
            .iter()
            .filter_map(|first| numbers.get(first).copied())
            .collect();
        step.after.sort_unstable();
        refusals.extend(secrets.hide(step, states));
        step.expiry = expiry(states, draft, (&step.lasting_digest(), judge.spent));
        made.push(decided);
    }
    delegated::allow(states, drafts, &mut made);
    let steps = made.into_iter().map(|mut one| {
        agree(judge, &mut one.step, one.waivers);
        one.step
    });
    (steps.collect(), refusals)
}

fn step(
    states: &States<'_>,
    (number, draft): (usize, &Draft<'_>),
    (judge, frozen, handed): (&Judge<'_, '_>, &Frozen<'_>, &Handed),
    findings: &mut Vec<Finding>,
) -> Decided {
    let action = draft.doer.action();
    let inputs = action
        .map(|action| inputs(states, draft, action, findings))
        .unwrap_or_default();
    let values = as_map(&inputs);
    let calls = action
        .map(|action| calls(states, draft, action, &values, judge, findings))
        .unwrap_or_default();
    let paths = draft.changes.iter().map(|change| change.path.clone());
    let changed: Vec<String> = paths.collect();
    let path = blueprint_path(states, draft);
    let matter = matter(states, draft, &path, (&values, &changed));
    let mut decisions = matter
        .as_ref()
        .map(|matter| judge.decisions(states, matter))
        .unwrap_or_default();
    let unmet = unmet(states, draft, (judge, frozen));
    if let Some(unmet) = &unmet {
        refuse(&mut decisions, unmet);
    }
    let mut approvals = matter
        .as_ref()
        .map(|matter| judge.needs(states, matter))
        .unwrap_or_default();
    approvals.extend(handed.needs(states, judge, number, &approvals));
    // What is wrong with the entity is wrong in an emergency too.
    let waivers = matter
        .as_ref()
        .filter(|_| unmet.is_none() && !approvals.is_empty())
        .map(|matter| judge.waivers(matter))
        .unwrap_or_default();
    let left = matter
        .as_ref()
        .filter(|_| unmet.is_none() && leaves_it(draft).is_some());
    let free = left.map(|matter| judge.free(matter)).unwrap_or_default();
    let identifier = identifier(states, draft);
    let step = Step {
        number: 0,
        stage: 0,
        digest: String::new(),
        action: draft.doer.name().to_owned(),
        title: title(&draft.doer),
        built_in: action.is_none(),
        definition: definition(states, draft.doer),
        does: draft.does,
        hidden: None,
        blueprint: draft.blueprint.to_string(),
        owners: states.owners(draft.before, draft.after),
        requests: requests(states, draft),
        changes: changes(states, draft),
        lost: lost(states, draft),
        because: draft.because.clone(),
        with: Vec::new(),
        expiry: None,
        inputs,
        outcome: Outcome::Denied,
        decisions,
        approvals,
        calls,
        after: Vec::new(),
        undo: undo(states, draft, action),
        // Its footprint is of all of the plan, which is not made yet.
        reads: Vec::new(),
        writes: Vec::new(),
        entity: identifier,
    };
    Decided {
        step,
        draft: number,
        waivers,
        free,
    }
}

/// What a step is about, as rules are asked.
fn matter<'q>(
    states: &States<'q>,
    draft: &'q Draft<'q>,
    path: &'q str,
    (values, changed): (&'q Map<String, Json>, &'q [String]),
) -> Option<Matter<'q>> {
    let known = states.before.catalog.find_blueprint(&draft.blueprint);
    match draft.doer {
        // What is of a kind that the target does not know comes with the kind's definition.
        Doer::BuiltIn(_) if known.is_none() => {
            let file = ("blueprint", path);
            Some(Matter::root(states, BuiltIn::Define, file, values))
        }
        _ => Matter::step(states, draft, values, changed),
    }
}

fn requests(states: &States<'_>, draft: &Draft<'_>) -> Vec<RequestRef> {
    let named = |request: &&Request| RequestRef {
        id: request.id.value.to_string(),
        file: visible(states.after.snapshot.path(request.span.file)).into_owned(),
    };
    draft.requests.iter().map(named).collect()
}

fn identifier(states: &States<'_>, draft: &Draft<'_>) -> String {
    let entity = states.entity(draft.before, draft.after);
    entity.map_or_else(String::new, |entity| entity.identifier.value.to_string())
}

/// The digest, who agreed to it, what is waived, and how all of it is decided. `waivers` are the
/// break-glass rules that waive what is missing, one for each actor.
fn agree(judge: &Judge<'_, '_>, step: &mut Step, waivers: Vec<String>) {
    step.digest = step.digest_of();
    for need in &mut step.approvals {
        need.given = judge.given(need, &step.digest);
    }
    let is_allowed = step.decisions.iter().all(|decision| decision.allowed);
    let is_missing = step.approvals.iter().any(|need| need.missing() > 0);
    if is_allowed && is_missing && !waivers.is_empty() {
        for need in &mut step.approvals {
            need.waived = need.missing();
        }
        for (decision, rule) in step.decisions.iter_mut().zip(waivers) {
            let is_for = GlassUse::Waives;
            decision.break_glass.get_or_insert(Glass { rule, is_for });
        }
    }
    allow_done(step);
    step.outcome = Outcome::of(&step.decisions, &step.approvals);
}

fn title(doer: &Doer<'_>) -> String {
    match doer {
        Doer::Action(action) => action
            .title
            .as_ref()
            .map_or_else(|| doer.name().to_owned(), |title| title.value.to_string()),
        Doer::BuiltIn(_) => doer.name().to_owned(),
    }
}

fn blueprint_path(states: &States<'_>, draft: &Draft<'_>) -> String {
    let blueprint = states.after.catalog.find_blueprint(&draft.blueprint);
    match blueprint {
        None => String::new(),
        // What is built in is there because the settings say so.
        Some((_, blueprint)) if blueprint.is_built_in() => settings::FILE.to_owned(),
        Some((_, blueprint)) => states
            .after
            .snapshot
            .path(blueprint.identifier.span.file)
            .to_owned(),
    }
}

/// The digest of an action and of the connectors it calls, as the target has them.
fn definition(states: &States<'_>, doer: Doer<'_>) -> String {
    let Doer::Action(action) = doer else {
        return digest(&Json::from(doer.name()));
    };
    let connectors: Vec<Json> = action
        .calls
        .iter()
        .filter_map(|call| states.before.catalog.find_connector(&call.connector.value))
        .map(|connector| connector.root.to_json())
        .collect();
    digest(&serde_json::json!([action.root.to_json(), connectors]))
}

/// What a step changes. An entity that appears is shown whole: its digest, which approvals are
/// of, is then that of all it says, and not only of what its calls happen to read.
fn changes(states: &States<'_>, draft: &Draft<'_>) -> Vec<Change> {
    let new = draft
        .after
        .filter(|_| draft.does == Effectuation::Create && draft.changes.is_empty())
        .and_then(|id| states.after.catalog.entity(id));
    let created = new.map(crate::plan::diff::created);
    let changes = created.as_ref().unwrap_or(&draft.changes).iter();
    changes.map(|change| written(states, change)).collect()
}

/// What goes with an entity that a step deletes. A grant beside says its own.
fn lost(states: &States<'_>, draft: &Draft<'_>) -> Vec<Change> {
    let is_grant = matches!(draft.doer, Doer::BuiltIn(BuiltIn::Grant));
    let is_deleted = draft.does == Effectuation::Delete && !is_grant;
    let gone = draft.before.filter(|_| is_deleted);
    let gone = gone.and_then(|id| states.before.catalog.entity(id));
    let lost = gone.map(crate::plan::draft::lost).unwrap_or_default();
    lost.iter().map(|change| written(states, change)).collect()
}

fn written(states: &States<'_>, change: &crate::plan::diff::PathChange) -> Change {
    Change {
        path: change.path.clone(),
        before: change.before.clone(),
        after: change.after.clone(),
        place: states.place(change.place.0, change.place.1),
    }
}

/// Renders the calls of an action for this step.
fn calls(
    states: &States<'_>,
    draft: &Draft<'_>,
    action: &Action,
    inputs: &Map<String, Json>,
    judge: &Judge<'_, '_>,
    findings: &mut Vec<Finding>,
) -> Vec<Call> {
    let roots = roots(states, draft, inputs, judge);
    let mut calls = Vec::new();
    for written in &action.calls {
        let Some(connector) = states
            .before
            .catalog
            .find_connector(&written.connector.value)
        else {
            continue;
        };
        match call::render(written, connector, &roots) {
            Ok(call) => calls.push(call),
            Err(problem) => findings.push(
                Finding::new(
                    &E0509,
                    place(states, draft),
                    format!(
                        "call `{}` of `{}` cannot be made: {}",
                        written.id.value, action.identifier.value, problem.message
                    ),
                )
                .label("asks for it")
                .help(format!(
                    "the call stands at {}",
                    states.place(Side::Before, problem.span)
                )),
            ),
        }
    }
    calls
}

/// What templates read: `entity` is the state after, or before where the entity is gone.
fn roots(
    states: &States<'_>,
    draft: &Draft<'_>,
    inputs: &Map<String, Json>,
    judge: &Judge<'_, '_>,
) -> Roots {
    let context = states.context(draft.before, draft.after);
    let side = |name: &str| context.get(name).cloned().unwrap_or_default();
    let entity = if draft.after.is_some() {
        side("after")
    } else {
        side("before")
    };
    let known = |value: Json| Rendered::Known(value);
    Roots::from([
        ("entity".to_owned(), known(entity)),
        ("before".to_owned(), known(side("before"))),
        ("after".to_owned(), known(side("after"))),
        ("inputs".to_owned(), known(Json::Object(inputs.clone()))),
        (
            "actor".to_owned(),
            known(judge.actor(&states.before.catalog)),
        ),
    ])
}

fn undo(states: &States<'_>, draft: &Draft<'_>, action: Option<&Action>) -> Option<String> {
    let name = &action?.undo.as_ref()?.value;
    let back: Vec<String> = draft
        .changes
        .iter()
        .map(|change| {
            let name = change.path.rsplit('.').next().unwrap_or(&change.path);
            let mut before = change.before.clone();
            if let Some(value) = &mut before {
                for secrecy in states.secrecy() {
                    let unsaid = |_: &Json| Json::from("as it was");
                    secrecy.hide(&draft.blueprint, &change.path, value, &unsaid);
                }
            }
            format!("{name} {}", file::show(before.as_ref()))
        })
        .collect();
    Some(if back.is_empty() {
        name.to_string()
    } else {
        format!("{name} with {}", back.join(", "))
    })
}

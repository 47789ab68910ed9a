//! The plan of what has expired: the clock asks for it, and nobody else.
//!
//! In: the target's catalog and its rules, and the moment. Out: a plan of the actions with the
//! trigger `expired`, on each entity whose time is over; what has no such action is named. The
//! catalog stays as it is here: that an entity goes follows when its calls are done.

use std::collections::{BTreeMap, BTreeSet};

use crate::compile::Compiled;
use crate::finding::Finding;
use crate::model::action::Operation;
use crate::model::{EntityId, Moment};
use crate::plan::diff::Side;
use crate::plan::draft::{Doer, Draft, holding};
use crate::plan::file::{CLOCK, Effectuation, Ended, Expired, Expiry, Notice, PlanFile, Step};
use crate::plan::footprint::Ground;
use crate::plan::gone::pointing;
use crate::plan::handed::Handed;
use crate::plan::hide::Secrets;
use crate::plan::value::States;
use crate::plan::{Asked, assemble, blank, effect, footprint, judge_of, limit, order, touched};
use crate::policy::{Principal, Rules};
use crate::text::Text;

/// What is asked for.
pub struct Wanted<'w> {
    /// What ended at it or before.
    pub now: Moment,
    /// One entity alone, by blueprint, name and instant.
    pub only: Option<(&'w str, &'w str, &'w str)>,
}

/// An entity whose time is over.
struct Over {
    id: EntityId,
    blueprint: Text,
    entity: Text,
    at: Moment,
    place: String,
}

/// Makes the plan of what has expired in a catalog without errors.
///
/// Errors: what stops it from being made.
pub fn expired(
    catalog: &Compiled,
    rules: &Rules<'_>,
    asked: &Asked<'_>,
    wanted: &Wanted<'_>,
) -> Result<PlanFile, Vec<Finding>> {
    let states = States::new(catalog, catalog, asked.apart, rules.now());
    let secrets = Secrets::of(&states, asked.masks);
    let mut judge = judge_of(rules, asked);
    for (login, actor) in &mut judge.actors {
        if login == CLOCK {
            *actor = Principal::System(Text::from("expiry"));
        }
    }
    let over = over(&states, wanted);
    let mut findings = Vec::new();
    let mut drafts = Vec::new();
    for one in &over {
        drafts.extend(of(&states, one, &mut findings));
    }
    limit::steps(&states, &drafts)?;
    let slots = order::order(&states, &drafts);
    let (mut steps, refusals) = assemble::steps(
        &states,
        &drafts,
        &slots,
        (&judge, &[], &Handed::default()),
        &secrets,
        &mut findings,
    );
    if !findings.is_empty() {
        return Err(secrets.hidden(findings));
    }
    let ends = drafts.iter().filter(|draft| draft.after.is_none());
    let gone = footprint::ended::gone(&states, ends.filter_map(|draft| draft.before));
    let reached = effect::Reached::new();
    let ground = Ground::new(&states, (&judge, &secrets), (&gone, &[]), &reached);
    let footprint = ground.fill_expired((&drafts, &slots), &mut steps);
    let entities: Vec<Ended> = over.iter().map(|one| ended(one, &steps)).collect();
    let plan = PlanFile {
        id: PlanFile::id_of(&steps, &[]),
        refusals,
        notices: notices(catalog, (&over, &entities), &drafts),
        graph: Some(touched::touched(&states, &steps, &[])),
        steps,
        footprint,
        expired: Some(Expired {
            now: wanted.now.to_string(),
            entities,
        }),
        ..blank::blank((catalog, catalog), asked, &[])
    };
    limit::bytes(catalog, catalog, plan).map_err(|finding| vec![*finding])
}

/// When an entity's time is over, where its blueprint says so.
pub(super) fn end(states: &States<'_>, side: Side, id: EntityId) -> Option<(Moment, String)> {
    let catalog = &states.of(side).catalog;
    let entity = catalog.entity(id)?;
    let blueprint = catalog.blueprint(entity.blueprint)?;
    let property = &blueprint.expiry.as_ref()?.value;
    let at = blueprint.moment(entity, property)??;
    let span = entity.property(property)?.node.span;
    Some((at, states.place(side, span)))
}

/// The end of what a draft deletes, and the run that did it then.
pub(super) fn expiry(
    states: &States<'_>,
    draft: &Draft<'_>,
    (digest, spent): (&str, &BTreeMap<String, String>),
) -> Option<Expiry> {
    if draft.does != Effectuation::Delete {
        return None;
    }
    let (at, _) = end(states, Side::Before, draft.before?)?;
    let at = at.to_string();
    // The digest is of all that the step does: another person in the grant is another step.
    let action = draft.doer.action();
    let is_for_clock = action.is_some_and(|action| action.trigger.expired.is_some());
    let ran = spent.get(&super::file::spent(&at, digest));
    let ran = ran.filter(|_| is_for_clock).cloned();
    Some(Expiry { at, ran })
}

/// Everybody may do what was done when its entity expired: only what the ledger proves to be so
/// comes here with a run, and nothing is called again.
pub(super) fn allow_done(step: &mut Step) {
    let Some(ran) = step.expiry.as_ref().and_then(|expiry| expiry.ran.as_ref()) else {
        return;
    };
    let text = format!(
        "its time is over, and {} was run then as {ran}",
        step.action
    );
    for decision in &mut step.decisions {
        decision.allowed = true;
        decision.reasons = vec![Notice {
            text: text.clone(),
            place: None,
        }];
        decision.could.clear();
        decision.break_glass = None;
    }
}

/// The entities whose time is over, by blueprint and name.
fn over(states: &States<'_>, wanted: &Wanted<'_>) -> Vec<Over> {
    let catalog = &states.before.catalog;
    let mut over = Vec::new();
    for (id, entity) in catalog.entities() {
        let Some(kind) = catalog.blueprint(entity.blueprint) else {
            continue;
        };
        let Some((at, place)) = end(states, Side::Before, id).filter(|(at, _)| *at <= wanted.now)
        else {
            continue;
        };
        let (blueprint, name) = (&kind.identifier.value, &entity.identifier.value);
        let is_wanted = wanted.only.is_none_or(|(kind, wanted, instant)| {
            *blueprint == kind && *name == wanted && at.to_string() == instant
        });
        if is_wanted {
            over.push(Over {
                id,
                blueprint: blueprint.clone(),
                entity: name.clone(),
                at,
                place,
            });
        }
    }
    over.sort_by(|a, b| (&a.blueprint, &a.entity).cmp(&(&b.blueprint, &b.entity)));
    over
}

/// The steps that follow from the end of an entity.
fn of<'a>(states: &States<'a>, over: &Over, findings: &mut Vec<Finding>) -> Vec<Draft<'a>> {
    let mut drafts = Vec::new();
    for action in &states.before.catalog.actions {
        let Some(trigger) = action.trigger.expired else {
            continue;
        };
        if action.blueprint.value != over.blueprint {
            continue;
        }
        let (does, after) = match action.operation.value {
            Operation::Delete => (Effectuation::Delete, None),
            _ => (Effectuation::Run, Some(over.id)),
        };
        match holding(states, action, Some(over.id), after) {
            Ok(None | Some(true)) => {}
            Ok(Some(false)) => continue,
            Err(finding) => {
                findings.push(*finding);
                continue;
            }
        }
        let because = [
            (
                "expired: true".to_owned(),
                states.place(Side::Before, trigger),
            ),
            (
                format!("its time was over {}", over.at.words()),
                over.place.clone(),
            ),
        ];
        drafts.push(Draft {
            doer: Doer::Action(action),
            does,
            blueprint: over.blueprint.clone(),
            before: Some(over.id),
            after,
            changes: Vec::new(),
            requests: Vec::new(),
            because: because
                .into_iter()
                .map(|(text, place)| Notice {
                    text,
                    place: Some(place),
                })
                .collect(),
            unmet: None,
            cause: None,
            caused_by: Vec::new(),
        });
    }
    drafts
}

fn ended(over: &Over, steps: &[Step]) -> Ended {
    let is_own = |step: &&Step| over.blueprint == step.blueprint && over.entity == step.entity;
    Ended {
        blueprint: over.blueprint.to_string(),
        entity: over.entity.to_string(),
        at: over.at.to_string(),
        steps: steps
            .iter()
            .filter(is_own)
            .map(|step| step.number)
            .collect(),
    }
}

/// The entities for which nothing is done, and those that point at what is deleted: a pull request
/// takes them out, which is asked of the rules.
fn notices(
    catalog: &Compiled,
    (over, entities): (&[Over], &[Ended]),
    drafts: &[Draft<'_>],
) -> Vec<Notice> {
    let alone = over
        .iter()
        .zip(entities)
        .filter(|(_, it)| it.steps.is_empty());
    let notice = |(over, _): (&Over, &Ended)| Notice {
        text: format!(
            "{} {} expired {}, and no action with the trigger `expired` is for it",
            over.blueprint,
            over.entity,
            over.at.words()
        ),
        place: Some(over.place.clone()),
    };
    let ends = drafts.iter().filter(|draft| draft.after.is_none());
    let going: BTreeSet<EntityId> = ends.filter_map(|draft| draft.before).collect();
    let with = over.iter().filter(|over| going.contains(&over.id));
    let with = with.filter_map(|over| {
        let words = pointing(catalog, over.id, &going)?;
        Some(Notice {
            text: format!("with {} {}: {words}", over.blueprint, over.entity),
            place: Some(over.place.clone()),
        })
    });
    alone.map(notice).chain(with).collect()
}

//! What a step rests on besides who decides it: its entity, what it names, what is derived.
//!
//! In: a draft and the difference that it is of. Out: facts of the target, those also that say
//! that something is not there.

use std::collections::BTreeSet;

use serde_json::json;

use crate::derive::Looked;
use crate::model::blueprint::Ownership;
use crate::model::path::covers;
use crate::model::{Blueprint, EntityId, Request};
use crate::plan::diff::{Difference, Side};
use crate::plan::draft::{Doer, Draft};
use crate::plan::file::{Effectuation, digest};
use crate::plan::footprint::Ground;
use crate::plan::footprint::fact::{self, Facts};

/// The most entities that one relation leads on to and that are told one by one: of a long chain
/// each link leads to all that follow.
const LED_TO: usize = 50;

const SIDES: [Side; 2] = [Side::Before, Side::After];

/// What a draft rests on; `number` is that of its difference.
pub(super) fn of_step(
    ground: &Ground<'_, '_, '_>,
    draft: &Draft<'_>,
    number: Option<usize>,
) -> Facts {
    let mut facts = Facts::default();
    for (side, id) in [(Side::Before, draft.before), (Side::After, draft.after)] {
        let Some(id) = id else { continue };
        match ground.on_target(side, id) {
            Some(there) => ground.whole(there, &mut facts),
            None => new(ground, id, &mut facts),
        }
        let mut looked = Looked::default();
        ground.states.derived(side).look_at_all(id, &mut looked);
        told(ground, side, looked, &mut facts);
        owners(ground, side, id, &mut facts);
    }
    definitions(ground, draft, &mut facts);
    if let Some(difference) = number.and_then(|n| ground.differences.get(n)) {
        names(ground, difference, &mut facts);
        acyclic(ground, difference, &mut facts);
    }
    if let Some(number) = number {
        derived(ground, number, &mut facts);
    }
    let kind = draft.blueprint.as_str();
    let deleted = ground.deletes.get(kind).copied().unwrap_or_default();
    if draft.does == Effectuation::Delete && deleted > 1 {
        let catalog = &ground.states.before.catalog;
        let found = catalog.find_blueprint(kind);
        let count = found.map_or(0, |(id, _)| catalog.entities_of(id).len());
        facts.add(fact::count(kind), digest(&json!(count)));
    }
    facts
}

/// That there is no such entity yet.
fn new(ground: &Ground<'_, '_, '_>, id: EntityId, facts: &mut Facts) {
    if let Some((kind, name)) = ground.called(Side::After, id) {
        facts.add_of(kind, fact::entity(kind, name), ground.nothing());
        ground.named(kind, name, facts);
    }
}

/// What a request rests on, whether or not there is a step for it.
pub(super) fn of_request(ground: &Ground<'_, '_, '_>, request: &Request, facts: &mut Facts) {
    let name = request.action.value.as_str();
    let action = ground.states.before.catalog.find_action(name);
    let form = action.map(|action| action.root.to_json());
    facts.add(fact::definition("action", name), digest(&json!(form)));
}

/// What is said of all kinds: the settings, and how kinds are related.
pub(super) fn of_all_kinds(ground: &Ground<'_, '_, '_>, facts: &mut Facts) {
    let catalog = &ground.states.before.catalog;
    let settings = catalog.settings.root.as_ref();
    let settings = ground.digest(fact::SETTINGS, || {
        json!(settings.map(crate::syntax::Node::to_json))
    });
    facts.add(fact::SETTINGS, settings);
    facts.add(fact::LINKS, links(ground));
}

/// The definitions that a step is made by.
fn definitions(ground: &Ground<'_, '_, '_>, draft: &Draft<'_>, facts: &mut Facts) {
    let catalog = &ground.states.before.catalog;
    of_all_kinds(ground, facts);
    blueprint(ground, &draft.blueprint, facts);
    actions(ground, &draft.blueprint, facts);
    let Doer::Action(action) = draft.doer else {
        return;
    };
    let what = fact::definition("action", &action.identifier.value);
    let own = ground.digest(&what, || action.root.to_json());
    facts.add(what, own);
    for call in &action.calls {
        let name = &call.connector.value;
        let what = fact::definition("connector", name);
        let connector = || json!(catalog.find_connector(name).map(|it| it.root.to_json()));
        let own = ground.digest(&what, connector);
        facts.add(what, own);
    }
}

/// What the target says of a kind.
pub(super) fn blueprint(ground: &Ground<'_, '_, '_>, kind: &str, facts: &mut Facts) {
    let what = fact::definition("blueprint", kind);
    let found = ground.states.before.catalog.find_blueprint(kind);
    let own = ground.digest(&what, || json!(found.map(|(_, it)| it.root.to_json())));
    facts.add(what, own);
}

/// The actions of a kind: which of them a change starts.
pub(super) fn actions(ground: &Ground<'_, '_, '_>, kind: &str, facts: &mut Facts) {
    let what = fact::actions(kind);
    let all = ground.states.before.catalog.actions.iter();
    let own = all.filter(|action| action.blueprint.value == kind);
    let own = ground.digest(&what, || own.map(|it| it.root.to_json()).collect());
    facts.add(what, own);
}

/// How kinds are related and what is derived, of all of them.
fn links(ground: &Ground<'_, '_, '_>) -> String {
    let all = ground.states.before.catalog.blueprints.iter();
    ground.digest(fact::LINKS, || all.map(linked).collect())
}

/// All that a blueprint says, but for what its own properties may be.
pub(super) fn linked(blueprint: &Blueprint) -> serde_json::Value {
    let mut form = blueprint.root.to_json();
    if let Some(form) = form.as_object_mut() {
        for key in ["schema", "title", "icon", "description"] {
            form.remove(key);
        }
    }
    form
}

/// What was looked at, as far as it is on the target.
pub(super) fn told(ground: &Ground<'_, '_, '_>, side: Side, looked: Looked, facts: &mut Facts) {
    for (id, part) in looked.parts {
        if let Some(id) = ground.on_target(side, id) {
            ground.part(id, &part, facts);
        }
    }
    for (id, by) in looked.pointed {
        if let Some(id) = ground.on_target(side, id) {
            ground.pointed(id, &by, facts);
        }
    }
}

/// The ways by which the owners of an entity are found.
pub(super) fn owners(ground: &Ground<'_, '_, '_>, side: Side, id: EntityId, facts: &mut Facts) {
    let groups = ground.groups(side);
    let mut seen = BTreeSet::from([(side, id)]);
    let mut open = vec![(side, id)];
    while let Some((side, id)) = open.pop() {
        let catalog = &ground.states.of(side).catalog;
        let entity = catalog.entity(id);
        let kind = entity.and_then(|entity| catalog.blueprint(entity.blueprint));
        let (Some(entity), Some(kind)) = (entity, kind) else {
            continue;
        };
        match &kind.ownership {
            None => {}
            Some(Ownership::Direct) => {
                if let Some(there) = ground.on_target(side, id) {
                    ground.part(there, "team", facts);
                }
                for group in groups.kinds() {
                    for team in &entity.team {
                        ground.named(group, &team.value, facts);
                    }
                }
            }
            Some(Ownership::Path(path)) => drop(along(ground, side, id, &path.value, facts)),
            Some(Ownership::Inherited(path)) => {
                let ends = along(ground, side, id, &path.value, facts);
                open.extend(ends.into_iter().filter(|end| seen.insert(*end)));
            }
        }
    }
}

/// The entities at the end of a path. What the result says of an entity leads on over what the
/// target says of the next: both are looked at.
fn along(
    ground: &Ground<'_, '_, '_>,
    side: Side,
    id: EntityId,
    path: &str,
    facts: &mut Facts,
) -> BTreeSet<(Side, EntityId)> {
    let mut layer = BTreeSet::from([(side, id)]);
    for relation in path.split('.') {
        let mut next = BTreeSet::new();
        for (side, id) in layer {
            let compiled = ground.states.of(side);
            if let Some(there) = ground.on_target(side, id) {
                ground.part(there, &format!("relations.{relation}"), facts);
            }
            for to in compiled.graph.targets(&compiled.catalog, id, relation) {
                next.insert((side, to));
                next.extend(ground.on_target(side, to).map(|to| (Side::Before, to)));
            }
        }
        layer = next;
    }
    layer
}

/// What an entity names now and did not name before: it must be there.
fn names(ground: &Ground<'_, '_, '_>, difference: &Difference, facts: &mut Facts) {
    let compiled = ground.states.after;
    let Some(id) = difference.after else { return };
    let Some(entity) = compiled.catalog.entity(id) else {
        return;
    };
    let kind = compiled.catalog.blueprint(entity.blueprint);
    let is_told = |path: &str| {
        let mut changes = difference.changes.iter();
        difference.before.is_none()
            || changes.any(|it| covers(path, &it.path) || covers(&it.path, path))
    };
    for related in &entity.relations {
        let relation = kind.and_then(|kind| kind.relation(&related.name.value));
        let Some((_, relation)) = relation else {
            continue;
        };
        if is_told(&format!("relations.{}", related.name.value)) {
            for target in &related.targets {
                ground.named(&relation.target.value, &target.value, facts);
            }
        }
    }
    if let (Some(old), Some(kind)) = (&entity.moved_from, kind) {
        ground.named(&kind.identifier.value, &old.value, facts);
    }
    let mut properties = kind.iter().flat_map(|kind| &kind.properties);
    let names_people = properties.any(|it| {
        is_told(&format!("properties.{}", it.name.value))
            && schema_names_people(&it.schema.to_json())
    });
    if names_people || !entity.team.is_empty() && is_told("team") {
        facts.add(fact::PEOPLE, ground.nothing());
    }
    let places = crate::plan::origin::values(entity);
    for text in places.flat_map(|place| compiled.catalog.taken_in(place)) {
        let path = compiled.snapshot.path(text.file);
        facts.add(fact::file(path), ground.nothing());
    }
}

/// Whether values of a schema may name a person or a team.
fn schema_names_people(schema: &serde_json::Value) -> bool {
    match schema {
        serde_json::Value::Object(keys) => keys.iter().any(|(key, value)| {
            let is_format = key == "format" && matches!(value.as_str(), Some("user" | "team"));
            is_format || schema_names_people(value)
        }),
        serde_json::Value::Array(items) => items.iter().any(schema_names_people),
        _ => false,
    }
}

/// Where relations that may not lead back lead on from what is named now.
fn acyclic(ground: &Ground<'_, '_, '_>, difference: &Difference, facts: &mut Facts) {
    let compiled = ground.states.after;
    let Some(id) = difference.after else { return };
    let kind = difference.blueprint.as_str();
    let Some((_, blueprint)) = compiled.catalog.find_blueprint(kind) else {
        return;
    };
    let is_one = |it: &&crate::model::blueprint::Relation| it.acyclic || it.member_of;
    for relation in blueprint.relations.iter().filter(is_one) {
        let name = relation.name.value.as_str();
        let path = format!("relations.{name}");
        let is_told = difference.before.is_none()
            || difference.changes.iter().any(|it| covers(&path, &it.path));
        if !is_told {
            continue;
        }
        let targets = |id| compiled.graph.targets(&compiled.catalog, id, name);
        let mut seen: BTreeSet<EntityId> = targets(id).into_iter().collect();
        let mut open: Vec<EntityId> = seen.iter().copied().collect();
        while let Some(next) = open.pop().filter(|_| seen.len() <= LED_TO) {
            open.extend(targets(next).into_iter().filter(|it| seen.insert(*it)));
        }
        if seen.len() > LED_TO {
            let all = compiled.catalog.blueprints.iter();
            for of in all.filter(|of| of.relation(name).is_some()) {
                let what = fact::all_acyclic(&of.identifier.value, name);
                facts.add(what, ground.nothing());
            }
            continue;
        }
        for (of, own) in seen
            .into_iter()
            .filter_map(|it| ground.called(Side::After, it))
        {
            facts.add(fact::acyclic(of, name, own), ground.nothing());
        }
    }
}

/// What is derived from a difference, where that starts an action or may be wrong.
fn derived(ground: &Ground<'_, '_, '_>, number: usize, facts: &mut Facts) {
    let catalog = &ground.states.before.catalog;
    for (after, property) in ground.caused(number) {
        let Some((kind, _)) = ground.called(Side::After, *after) else {
            continue;
        };
        actions(ground, kind, facts);
        let path = format!("properties.{property}");
        let is_of = |claim: &str| covers(claim, &path) || covers(&path, claim);
        let starts = catalog.actions.iter().any(|action| {
            let mut claims = action.trigger.changed.iter();
            action.blueprint.value == kind && claims.any(|claim| is_of(&claim.value))
        });
        let may_fail = ground
            .states
            .derived(Side::After)
            .may_fail(*after, property);
        if !starts && !may_fail {
            continue;
        }
        for side in SIDES {
            let id = match side {
                Side::After => Some(*after),
                Side::Before => ground.on_target(Side::After, *after),
            };
            if let Some(id) = id {
                let mut looked = Looked::default();
                let derived = ground.states.derived(side);
                derived.look_at(id, property, &mut looked);
                told(ground, side, looked, facts);
            }
        }
    }
}

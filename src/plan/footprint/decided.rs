//! What the decision about a step rests on: the rules, who asks, and what the rules look at.
//!
//! In: a draft and its step. Out: facts of the target. What rules may see is found as they see
//! it, from the actor and the entity on over the relations that they name, as far as they look.

use std::collections::BTreeSet;

use serde_json::json;

use crate::derive::Looked;
use crate::graph::Edge;
use crate::model::EntityId;
use crate::plan::diff::Side;
use crate::plan::draft::{Doer, Draft};
use crate::plan::file::{Covered, Step, digest};
use crate::plan::footprint::Ground;
use crate::plan::footprint::fact::{self, Facts};
use crate::plan::footprint::reads;
use crate::policy::{ActionName, BuiltIn, Form, OWNERS, Principal};

/// What the decision about a step rests on.
pub(super) fn of_step(
    ground: &Ground<'_, '_, '_>,
    draft: &Draft<'_>,
    step: &Step,
    facts: &mut Facts,
) {
    let kind = draft.blueprint.as_str();
    let is_known = ground.states.before.catalog.find_blueprint(kind).is_some();
    let (action, of) = match draft.doer {
        Doer::Action(action) => (ActionName::Catalog(&action.identifier.value), Some(kind)),
        // What is of a kind that the target does not know comes with the kind's definition.
        Doer::BuiltIn(_) if !is_known => (ActionName::BuiltIn(BuiltIn::Define), None),
        Doer::BuiltIn(built_in) => (ActionName::BuiltIn(built_in), Some(kind)),
    };
    let mut roots: BTreeSet<EntityId> = draft.before.into_iter().collect();
    if let Some(after) = draft.after {
        let (_, form) = ground.form(action, of);
        let result = ground.states.after;
        // Of what it becomes, rules see what they name; of something new also whose member it is.
        let is_seen = |edge: &&Edge| {
            let relation = result.catalog.relation_of(edge.from, edge.relation);
            relation.is_some_and(|it| it.member_of || form.0.may_read(&it.name.value))
        };
        let seen = result.graph.outgoing(after).iter().filter(is_seen);
        roots.extend(seen.filter_map(|edge| ground.on_target(Side::After, edge.to)));
        if reads_owners(&form.0) {
            roots.extend(ground.rules().owners_claimed(&result.catalog, after));
        }
    }
    roots.extend(draft.before.iter().flat_map(|id| owners(ground, *id)));
    asked(ground, (action, of), roots, facts);
    if !step.approvals.is_empty() {
        facts.add(fact::PEOPLE, people(ground));
        facts.add(fact::MEMBERSHIPS, memberships(ground));
    }
}

/// What the decisions about what is no step rest on.
pub(super) fn of_coverage(ground: &Ground<'_, '_, '_>, coverage: &[Covered], facts: &mut Facts) {
    for built_in in [BuiltIn::Define, BuiltIn::Meta, BuiltIn::Override] {
        if coverage.iter().any(|it| it.action == built_in.word()) {
            let action = ActionName::BuiltIn(built_in);
            asked(ground, (action, None), BTreeSet::new(), facts);
        }
    }
}

/// The rules about an action, and what they look at from some entities and the actors on.
fn asked(
    ground: &Ground<'_, '_, '_>,
    (action, kind): (ActionName<'_>, Option<&str>),
    mut roots: BTreeSet<EntityId>,
    facts: &mut Facts,
) {
    let settings = ground.states.before.catalog.settings.root.as_ref();
    let settings = ground.digest(fact::SETTINGS, || {
        json!(settings.map(crate::syntax::Node::to_json))
    });
    facts.add(fact::SETTINGS, settings);
    let (name, form) = ground.form(action, kind);
    facts.add(fact::rules(&name), form.1.clone());
    for (login, actor) in &ground.judge.actors {
        let person = match actor {
            Principal::Person(id) => Some(*id),
            _ => None,
        };
        let who = person.and_then(|id| ground.called(Side::Before, id));
        facts.add(fact::login(login), digest(&json!(who)));
        roots.extend(person);
    }
    look(ground, &form.0, roots, facts);
}

/// What rules see from some entities on.
fn look(ground: &Ground<'_, '_, '_>, form: &Form, mut next: BTreeSet<EntityId>, facts: &mut Facts) {
    let computed = ground.rules().computed_reads();
    let mut seen = BTreeSet::new();
    for _ in 0..=form.level() {
        let mut further = BTreeSet::new();
        for id in next {
            if !seen.insert(id) {
                continue;
            }
            ground.whole(id, facts);
            groups(ground, id, facts);
            if let Some((kind, _)) = ground.called(Side::Before, id) {
                reads::blueprint(ground, kind, facts);
            }
            let mut looked = Looked::default();
            for name in computed.iter().filter(|name| form.may_read(name)) {
                let derived = ground.states.derived(Side::Before);
                derived.look_at(id, name, &mut looked);
            }
            reads::told(ground, Side::Before, looked, facts);
            if reads_owners(form) {
                reads::owners(ground, Side::Before, id, facts);
                further.extend(owners(ground, id));
            }
            let before = ground.states.before;
            for edge in before.graph.outgoing(id) {
                let relation = before.catalog.relation_of(edge.from, edge.relation);
                if relation.is_some_and(|it| form.may_read(&it.name.value)) {
                    further.insert(edge.to);
                }
            }
        }
        next = further;
    }
}

/// Whether rules look at who owns something.
fn reads_owners(form: &Form) -> bool {
    form.may_read(OWNERS) || form.may_read("owner")
}

fn owners(ground: &Ground<'_, '_, '_>, id: EntityId) -> BTreeSet<EntityId> {
    ground.rules().owners_of(id)
}

/// The groups that an entity is in, and those that these are in.
fn groups(ground: &Ground<'_, '_, '_>, id: EntityId, facts: &mut Facts) {
    let above = ground.rules().groups_of(id);
    for group in above.into_iter().chain([id]) {
        let Some((kind, name)) = ground.called(Side::Before, group) else {
            continue;
        };
        let what = fact::groups(kind, name);
        let own = ground.digest(&what, || {
            let all = ground.rules().groups_of(group).into_iter();
            json!(
                all.map(|it| ground.called(Side::Before, it))
                    .collect::<Vec<_>>()
            )
        });
        facts.add(what, own);
    }
}

/// Who the people of the target are.
fn people(ground: &Ground<'_, '_, '_>) -> String {
    ground.digest(fact::PEOPLE, || {
        let people = ground.rules().people().into_iter();
        json!(
            people
                .map(|(login, id)| (login.to_string(), ground.called(Side::Before, id)))
                .collect::<Vec<_>>()
        )
    })
}

/// What the people of the target are members of.
fn memberships(ground: &Ground<'_, '_, '_>) -> String {
    ground.digest(fact::MEMBERSHIPS, || {
        let people = ground.rules().people().into_iter();
        let groups = |id| {
            let all = ground.rules().groups_of(id).into_iter();
            all.map(|it| ground.called(Side::Before, it))
                .collect::<Vec<_>>()
        };
        json!(
            people
                .map(|(login, id)| (login.to_string(), groups(id)))
                .collect::<Vec<_>>()
        )
    })
}

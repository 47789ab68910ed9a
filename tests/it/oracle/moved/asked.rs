//! Each question of the comparison, asked of one side.
//!
//! In: rules, a person, an action, an entity and inputs. Out: how far the person gets, who must
//! agree and whether they are among those.

use std::collections::BTreeSet;

use catalogc::model::action::Operation;
use catalogc::model::blueprint::Ownership;
use catalogc::model::{Action, Catalog, Entity, EntityId};
use catalogc::plan::rights::sample::Sample;
use catalogc::policy::{ActionName, BuiltIn, Principal, Question, Resource, Rules};
use catalogc::text::Text;
use serde_json::Map;

use super::elsewhere::left;

/// What the rules say: how far somebody gets, who must agree, whether they may agree.
#[derive(PartialEq)]
pub(super) struct Said {
    pub(super) level: u8,
    pub(super) needs: Vec<String>,
    pub(super) agrees: bool,
}

/// An action, as a side has it.
#[derive(Clone, Copy)]
pub(super) struct What<'q> {
    pub(super) name: ActionName<'q>,
    pub(super) word: &'q str,
}

pub(super) const KINDS: [&str; 10] = [
    "action",
    "baseline",
    "blueprint",
    "connector",
    "entities",
    "mapping",
    "policy",
    "scorecard",
    "settings",
    "test",
];

pub(super) fn is_on_root(name: ActionName<'_>) -> bool {
    matches!(name, ActionName::BuiltIn(it) if it.is_on_root())
}

pub(super) fn of_kind<'c>(catalog: &'c Catalog, name: &str, kind: &str) -> Option<&'c Action> {
    let action = catalog.find_action(name);
    action.filter(|action| action.blueprint.value == kind)
}

pub(super) fn on_root(
    rules: &Rules<'_>,
    login: &str,
    what: What<'_>,
    (kind, path): (&str, &str),
) -> Said {
    let actor = actor(rules, login);
    let question = Question {
        actor: &actor,
        action: what.name,
        resource: Resource::Root { kind, path },
        inputs: &Map::new(),
        changed: &[],
        after: None,
        cause: None,
    };
    answer(rules, &question)
}

fn actor(rules: &Rules<'_>, login: &str) -> Principal {
    if login.is_empty() {
        Principal::Unknown(Text::default())
    } else {
        rules.person(login, None)
    }
}

const NOTHING: Said = Said {
    level: 0,
    needs: Vec::new(),
    agrees: false,
};

/// What the rules of one side say about an entity, or a new one like it.
pub(super) fn said(
    rules: &Rules<'_>,
    login: &str,
    what: What<'_>,
    id: EntityId,
    (sample, side): (&Sample, usize),
    made: Option<&Entity>,
) -> Said {
    let catalog = rules.catalog();
    let entity = catalog.entity(id).unwrap();
    let kind = catalog.blueprint(entity.blueprint).unwrap();
    let operation = match what.name {
        ActionName::Catalog(name) => match of_kind(catalog, name, &kind.identifier.value) {
            Some(action) => action.operation.value,
            None => return NOTHING,
        },
        ActionName::BuiltIn(BuiltIn::Create) => Operation::Create,
        ActionName::BuiltIn(BuiltIn::Delete) => Operation::Delete,
        ActionName::BuiltIn(_) => Operation::Day2,
    };
    let Some(changed) = left(catalog, &kind.identifier.value, what.name, &sample.changed) else {
        return NOTHING;
    };
    let Some(inputs) = &sample.inputs[side] else {
        return NOTHING;
    };
    let mut new = entity.clone();
    new.identifier.value = Text::from("new-0");
    let actor = actor(rules, login);
    let is_new = operation == Operation::Create;
    let question = Question {
        actor: &actor,
        action: what.name,
        resource: if is_new {
            Resource::Proposed(catalog, &new)
        } else {
            Resource::Entity(id)
        },
        inputs,
        changed: &changed,
        after: made
            .or(catalog.entity(id))
            .filter(|_| operation == Operation::Day2)
            .map(|entity| (catalog, entity)),
        cause: None,
    };
    answer(rules, &question)
}

/// Whether it changes what says who owns the entity, and no approval of its own is written: then
/// both owners have to agree.
fn gives_away(catalog: &Catalog, question: &Question<'_>) -> bool {
    let Resource::Entity(id) = question.resource else {
        return false;
    };
    let is_free = match question.action {
        ActionName::Catalog(name) => {
            let action = catalog.find_action(name).unwrap();
            action.operation.value == Operation::Day2 && action.root.get("approval").is_none()
        }
        ActionName::BuiltIn(it) => matches!(it, BuiltIn::Update | BuiltIn::Record),
    };
    let kind = catalog.entity(id).unwrap().blueprint;
    let way = match &catalog.blueprint(kind).unwrap().ownership {
        None => return false,
        Some(Ownership::Direct) => "team".to_owned(),
        Some(Ownership::Path(path) | Ownership::Inherited(path)) => {
            format!("relations.{}", path.value.split('.').next().unwrap())
        }
    };
    is_free && question.changed.contains(&way)
}

fn answer(rules: &Rules<'_>, question: &Question<'_>) -> Said {
    let is_allowed = rules.judge(question).is_allowed();
    let gives_away = gives_away(rules.catalog(), question);
    // Who gets it, and so who must agree, is left to the day.
    let needs = if gives_away {
        Vec::new()
    } else {
        rules.approvals(question)
    };
    let in_emergency = !rules.break_glass(question).is_empty();
    let names = |ids: &[EntityId]| {
        let names = ids.iter().filter_map(|id| rules.catalog().entity(*id));
        // The same by another name is the same.
        let names: BTreeSet<&str> = names
            .map(|it| {
                let moved = it.moved_from.as_ref().map(|from| from.value.as_str());
                moved.unwrap_or(&it.identifier.value)
            })
            .collect();
        names.into_iter().collect::<Vec<_>>().join(" ")
    };
    let both = ["Before", "After"].map(|side| format!("{side} asks"));
    let mut keys: Vec<String> = needs
        .iter()
        .map(|it| {
            let by = names(&it.by);
            format!("{:?} {} {by} {}", it.side, it.count, it.undecided.is_some())
        })
        .chain(both.into_iter().filter(|_| gives_away))
        .collect();
    keys.sort();
    Said {
        level: match (is_allowed, needs.is_empty() && !gives_away, in_emergency) {
            (true, true, _) => 4,
            (true, false, true) => 3,
            (true, false, false) => 2,
            (false, _, true) => 1,
            (false, _, false) => 0,
        },
        needs: keys,
        agrees: match question.actor {
            Principal::Person(person) => {
                let mut all = needs.iter().flat_map(|it| &it.candidates);
                all.any(|(_, id)| id == person)
            }
            _ => false,
        },
    }
}

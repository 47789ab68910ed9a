//! Kinds without entities: what would be the first of them, and what nobody can compare.
//!
//! In: the rules of both sides. Out: a new entity that has what it must have, to ask who may create
//! it; and in words what is not compared, for there is nothing to ask about.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json, json};

use crate::model::action::Side as OwnerSide;
use crate::model::{Action, BlueprintId, Catalog, Entity, given};
use crate::plan::diff::Side;
use crate::plan::rights::candidate::placeholder;
use crate::plan::rights::pair::{Both, Pairs};
use crate::plan::rights::subject::Subject;
use crate::plan::value::States;
use crate::policy::Rules;
use crate::syntax::{MergeKeys, Node, parse};
use crate::text::FileId;

/// The first entity of a kind: the properties that it must have, and of every relation the first
/// entity that it could lead to on this side and on the `other`.
pub(super) fn first(catalog: &Catalog, other: &Catalog, kind: BlueprintId) -> Option<Entity> {
    let blueprint = catalog.blueprint(kind)?;
    let property = |name: &str| Some(placeholder(&blueprint.property(name)?.schema));
    let required = blueprint.required.iter();
    let properties: Map<String, Json> = required
        .filter_map(|name| Some((name.value.to_string(), property(&name.value)?)))
        .collect();
    let relations: Map<String, Json> = blueprint
        .relations
        .iter()
        .filter_map(|relation| {
            let (target, _) = catalog.find_blueprint(&relation.target.value)?;
            let (twin, _) = other.find_blueprint(&relation.target.value)?;
            let mut entities = catalog.entities_of(target).iter();
            let first = entities.find(|it| {
                let name = &it.identifier.value;
                other.find_entity(twin, name).is_some()
            })?;
            let name = Json::from(first.identifier.value.as_str());
            let value = if relation.many {
                Json::from(vec![name])
            } else {
                name
            };
            Some((relation.name.value.to_string(), value))
        })
        .collect();
    let whole = json!({
        "identifier": "new-0",
        "blueprint": blueprint.identifier.value.as_str(),
        "properties": properties,
        "relations": relations,
    });
    let (documents, _) = parse(FileId(0), &whole.to_string(), MergeKeys::Refused);
    let (mut entity, _) = given(&documents.first()?.root, None, &mut Vec::new())?;
    entity.blueprint = kind;
    Some(entity)
}

/// The actions of which a changed rule reads what an entity becomes, in words: each entity is asked
/// about with the values that rules name, and nobody knows what else it may become.
pub(super) fn unfolded(pairs: &Pairs, subjects: &[Subject<'_>]) -> Option<String> {
    let reads = |subject: &&Subject<'_>| {
        let forms = &subject.forms;
        forms.before.differs_in(&forms.after, "after")
    };
    let mut by_action: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for subject in subjects.iter().filter(reads) {
        let kind = subject.kind.and_then(|n| pairs.kinds.get(n));
        let kinds = by_action.entry(subject.what.word()).or_default();
        kinds.extend(kind.map(|kind| kind.name.as_str()));
    }
    let said = |(action, kinds): (&&str, &BTreeSet<&str>)| {
        let mut kinds = kinds.iter();
        match (kinds.next(), kinds.len()) {
            (Some(kind), 0) => format!("{action} of {kind}"),
            (_, 0) => (*action).to_owned(),
            (_, more) => format!("{action} of {} kinds", more + 1),
        }
    };
    let all: Vec<String> = by_action.iter().map(said).collect();
    (!all.is_empty()).then(|| {
        format!(
            "a changed rule reads what is made of an entity (`context.after`): {} is asked with the values that such rules name, not with others",
            all.join(", ")
        )
    })
}

/// What of an action changes and decides with the rules, and is no part of a question: what fills
/// its inputs, when it is asked for and what must hold then.
const BESIDE: [&[&str]; 8] = [
    &["inputs", "from"],
    &["trigger", "created"],
    &["trigger", "deleted"],
    &["trigger", "condition"],
    &["trigger", "expired"],
    &["precondition"],
    &["conflicts"],
    &["causedBy"],
];

/// In words, what of an action that both sides have is others and not compared.
fn unasked(subject: &Subject<'_>) -> Vec<String> {
    let [before, after] = [Side::Before, Side::After].map(|side| subject.what.action(side));
    let Some((before, after)) = before.zip(after) else {
        return Vec::new();
    };
    let said = |action: &Action, path: &[&str]| {
        let node = path
            .iter()
            .try_fold(&action.root, |node, key| node.get(key));
        node.map(Node::to_json)
    };
    let changed = BESIDE
        .iter()
        .filter(|path| said(before, path) != said(after, path));
    let name = subject.what.word();
    changed
        .map(|path| {
            let path = path.join(".");
            format!("`{path}` of {name} changes: what follows from that is not compared")
        })
        .collect()
}

/// What of the settings stops plans whatever the rules say.
const STOPS: [&str; 2] = ["freezes", "guards"];

/// In words, what of the settings changes and is not compared.
pub(super) fn unstopped(states: &States<'_>) -> impl Iterator<Item = String> {
    let (target, result) = (&states.before.catalog, &states.after.catalog);
    let said = |catalog: &Catalog, key: &str| {
        let root = catalog.settings.root.as_ref();
        root.and_then(|root| root.get(key)).map(Node::to_json)
    };
    let changed = STOPS
        .into_iter()
        .filter(move |key| said(target, key) != said(result, key));
    changed.map(|key| format!("`{key}` of the settings change: what they stop is not compared"))
}

/// What is not compared though its rules are others.
pub(super) fn untold(
    rules: &Both<&Rules<'_>>,
    pairs: &Pairs,
    subjects: &[Subject<'_>],
) -> BTreeSet<String> {
    let (target, result) = (rules.before.catalog(), rules.after.catalog());
    let mut untold = BTreeSet::new();
    let new = result.blueprints.iter().filter(|kind| {
        !kind.is_built_in() && target.find_blueprint(&kind.identifier.value).is_none()
    });
    untold.extend(new.map(|kind| {
        let name = &kind.identifier.value;
        format!("the kind {name} is new: who may do what to it is not compared")
    }));
    for subject in subjects.iter().filter(|subject| !subject.is_ruled_alike()) {
        let kind = subject.kind.and_then(|n| pairs.kinds.get(n));
        if let Some(kind) = kind.filter(|kind| kind.entities.is_empty()) {
            let name = &kind.name;
            untold.insert(format!(
                "{name} has no entity on both sides: who may create one is asked for an example, what else may be done is not compared"
            ));
        }
        untold.extend(unasked(subject));
        let asks_after = [Side::Before, Side::After].into_iter().any(|side| {
            let action = subject.what.action(side);
            let mut approvals = action.iter().flat_map(|action| &action.approvals);
            approvals.any(|it| {
                it.owners
                    .iter()
                    .any(|owner| owner.value == OwnerSide::After)
            })
        });
        if asks_after {
            let name = subject.what.word();
            untold.insert(format!(
                "{name} asks the owner after: to whom something goes later is not known, and who agrees then is not compared"
            ));
        }
    }
    untold
}

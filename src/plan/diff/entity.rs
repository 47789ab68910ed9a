//! Two states of one entity, and the paths at which they differ.
//!
//! In: an entity before and after, each with its blueprint. Out: its changed paths, in the order
//! in which they stand.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::keyed::Shapes;
use super::rename::Renames;
use super::value::mappings;
use super::{PathChange, Side};
use crate::model::entity::Related;
use crate::model::{Blueprint, Entity};
use crate::syntax::{Entry, Node, Value};
use crate::text::{Located, Span, Text};

/// All that an entity says when it appears: what agrees to it agrees to this.
pub(in crate::plan) fn created(now: &Entity) -> Vec<PathChange> {
    let nothing = Entity {
        title: None,
        icon: None,
        team: Vec::new(),
        properties: std::sync::Arc::default(),
        relations: Box::default(),
        ..now.clone()
    };
    changes([None, None], &nothing, now)
}

/// The paths at which two states of an entity differ; its blueprint before and after.
pub fn changes(kinds: [Option<&Blueprint>; 2], old: &Entity, now: &Entity) -> Vec<PathChange> {
    differing(kinds, old, now, &Renames::default())
}

/// The same where entities that they name have other names in the result.
pub(super) fn differing(
    kinds: [Option<&Blueprint>; 2],
    old: &Entity,
    now: &Entity,
    renames: &Renames,
) -> Vec<PathChange> {
    let mut changes = Vec::new();
    if is_written_alike(old, now) {
        return changes;
    }
    let texts = [
        ("title", &old.title, &now.title),
        ("icon", &old.icon, &now.icon),
    ];
    for (path, old_text, now_text) in texts {
        let (a, b) = (old_text.as_ref(), now_text.as_ref());
        if a.map(|text| &text.value) != b.map(|text| &text.value) {
            let value = |text: &Located<Text>| Json::from(text.value.as_str());
            let place = place(a.map(|text| text.span), b.map(|text| text.span), old.span);
            changes.push(PathChange {
                path: path.to_owned(),
                before: a.map(value),
                after: b.map(value),
                place,
            });
        }
    }
    changes.extend(team(old, now, renames));
    let by_name = |entries: &'_ [Entry]| -> BTreeMap<Text, Node> {
        entries
            .iter()
            .map(|entry| (entry.key.value.clone(), entry.node.clone()))
            .collect()
    };
    let (a, b) = (by_name(&old.properties), by_name(&now.properties));
    let shapes = |name: &str| Shapes::of(kinds, name);
    mappings("properties", &a, &b, &shapes, &mut changes);
    relations(kinds, (old, now), renames, &mut changes);
    changes.sort_by(|a, b| (a.place.0, a.place.1, &a.path).cmp(&(b.place.0, b.place.1, &b.path)));
    changes
}

/// Another owner, where the field `team` says who it is.
fn team(old: &Entity, now: &Entity, renames: &Renames) -> Option<PathChange> {
    let names = |entity: &Entity, called: &dyn Fn(&str) -> String| -> Option<Json> {
        let names = entity.team.iter();
        let mut names: Vec<String> = names.map(|name| called(&name.value)).collect();
        names.sort_unstable();
        (!names.is_empty()).then(|| Json::from(names))
    };
    let before = names(old, &str::to_owned);
    if before == names(now, &|name| renames.old_team(name).to_owned()) {
        return None;
    }
    let first = |entity: &Entity| entity.team.first().map(|name| name.span);
    Some(PathChange {
        path: "team".to_owned(),
        before,
        after: names(now, &str::to_owned),
        place: place(first(old), first(now), old.span),
    })
}

/// Whether two states are the same value by value in the same order: nearly all are, and this
/// is quick.
fn is_written_alike(old: &Entity, now: &Entity) -> bool {
    type Written = Option<Located<Text>>;
    let text =
        |a: &Written, b: &Written| a.as_ref().map(|a| &a.value) == b.as_ref().map(|b| &b.value);
    let names = |a: &[Located<Text>], b: &[Located<Text>]| {
        a.iter()
            .map(|name| &name.value)
            .eq(b.iter().map(|name| &name.value))
    };
    let related = |a: &Related, b: &Related| {
        a.name.value == b.name.value && a.is_list == b.is_list && names(&a.targets, &b.targets)
    };
    text(&old.title, &now.title)
        && text(&old.icon, &now.icon)
        && names(&old.team, &now.team)
        && is_same_mapping(&old.properties, &now.properties)
        && old.relations.len() == now.relations.len()
        && old
            .relations
            .iter()
            .zip(&now.relations)
            .all(|(a, b)| related(a, b))
}

fn is_same_mapping(a: &[Entry], b: &[Entry]) -> bool {
    a.len() == b.len()
        && a.iter()
            .zip(b)
            .all(|(a, b)| a.key.value == b.key.value && is_same(&a.node, &b.node))
}

fn is_same(a: &Node, b: &Node) -> bool {
    match (&a.value, &b.value) {
        (Value::Mapping(a), Value::Mapping(b)) => is_same_mapping(a, b),
        (Value::Sequence(a), Value::Sequence(b)) => {
            a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| is_same(a, b))
        }
        (a, b) => a == b,
    }
}

pub(super) fn place(old: Option<Span>, now: Option<Span>, whole: Span) -> (Side, Span) {
    match (now, old) {
        (Some(now), _) => (Side::After, now),
        (None, old) => (Side::Before, old.unwrap_or(whole)),
    }
}

fn relations(
    kinds: [Option<&Blueprint>; 2],
    (old, now): (&Entity, &Entity),
    renames: &Renames,
    changes: &mut Vec<PathChange>,
) {
    let mut names: Vec<&Text> = old
        .relations
        .iter()
        .chain(&now.relations)
        .map(|related| &related.name.value)
        .collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        let (a, b) = (old.relation(name), now.relation(name));
        let [old_kind, kind] = kinds.map(|kind| {
            let (_, relation) = kind?.relation(name)?;
            Some(relation.target.value.as_str())
        });
        let is_of_kind = |kind: &&str| old_kind == Some(*kind);
        let called = |name: &str| match kind.filter(is_of_kind) {
            Some(kind) => renames.old_name(kind, name).to_owned(),
            None => name.to_owned(),
        };
        let targets = |side: Option<&Related>| targets(side?, &str::to_owned);
        let was = targets(a);
        if was != b.and_then(|related| self::targets(related, &called)) {
            let place = place(
                a.map(|related| related.span),
                b.map(|related| related.span),
                old.span,
            );
            changes.push(PathChange {
                path: format!("relations.{name}"),
                before: was,
                after: targets(b),
                place,
            });
        }
    }
}

/// What a relation names: a name, or a sorted list where a list is written.
fn targets(related: &Related, called: &dyn Fn(&str) -> String) -> Option<Json> {
    let mut names: Vec<String> = related
        .targets
        .iter()
        .map(|name| called(&name.value))
        .collect();
    if !related.is_list {
        return names.first().map(|name| Json::from(name.as_str()));
    }
    names.sort_unstable();
    names.dedup();
    (!names.is_empty()).then(|| Json::from(names))
}

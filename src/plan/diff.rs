//! The difference of two catalogs, entity by entity and path by path.
//!
//! What means the same is no difference: comments, the order of keys and of sets, quoting, the
//! file that an entity stands in, 1 and 1.0.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::model::entity::Related;
use crate::model::{Blueprint, Catalog, Entity, EntityId};
use crate::plan::file::canonical;
use crate::syntax::{Entry, Node, Value};
use crate::text::{Span, Text};

/// Which of the two catalogs a place is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// The target.
    Before,
    /// The result of the merge.
    After,
}

/// What happened to an entity.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// The name of its blueprint.
    pub blueprint: Text,
    /// The entity on the target, if it was there.
    pub before: Option<EntityId>,
    /// The entity in the result, if it is there.
    pub after: Option<EntityId>,
    /// The paths that differ, in order; empty for what appears or disappears.
    pub changes: Vec<PathChange>,
}

/// A path of an entity that differs.
#[derive(Debug, Clone, PartialEq)]
pub struct PathChange {
    /// `properties.replicas`, `relations.owner`, `title`, `identifier`.
    pub path: String,
    /// Before.
    pub before: Option<Json>,
    /// After.
    pub after: Option<Json>,
    /// Where the value stands: after, or before if it is gone.
    pub place: (Side, Span),
}

impl Difference {
    /// Whether the entity got another identifier.
    pub fn is_rename(&self) -> bool {
        self.changes
            .iter()
            .any(|change| change.path == "identifier")
    }
}

/// All differences, by blueprint and identifier of the result (of the target for what is gone).
pub fn diff(before: &Catalog, after: &Catalog) -> Vec<Difference> {
    let mut gone: BTreeMap<(Text, Text), EntityId> = BTreeMap::new();
    let mut new: BTreeMap<(Text, Text), EntityId> = BTreeMap::new();
    let mut differences = Vec::new();
    let (mut left, mut right) = (before.entities().peekable(), after.entities().peekable());
    loop {
        let order = match (left.peek(), right.peek()) {
            (None, None) => break,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some((_, a)), Some((_, b))) => key(before, a).cmp(&key(after, b)),
        };
        let old = if order == Ordering::Greater {
            None
        } else {
            left.next()
        };
        let now = if order == Ordering::Less {
            None
        } else {
            right.next()
        };
        match (old, now) {
            (Some((a, old)), Some((b, now))) => {
                let changes = differing((before, old), (after, now));
                if !changes.is_empty() {
                    let blueprint = Text::from(key(after, now).0);
                    differences.push(Difference {
                        blueprint,
                        before: Some(a),
                        after: Some(b),
                        changes,
                    });
                }
            }
            (Some((a, old)), None) => {
                gone.insert(owned_key(before, old), a);
            }
            (None, Some((b, now))) => {
                new.insert(owned_key(after, now), b);
            }
            (None, None) => break,
        }
    }
    renames(before, after, &mut gone, &mut new, &mut differences);
    let alone = |(blueprint, _): (Text, Text), before, after| Difference {
        blueprint,
        before,
        after,
        changes: Vec::new(),
    };
    differences.extend(gone.into_iter().map(|(key, id)| alone(key, Some(id), None)));
    differences.extend(new.into_iter().map(|(key, id)| alone(key, None, Some(id))));
    let name = |difference: &Difference| {
        let now = difference.after.and_then(|id| after.entity(id));
        let entity = now.or_else(|| difference.before.and_then(|id| before.entity(id)));
        entity.map(|entity| entity.identifier.value.clone())
    };
    differences.sort_by(|a, b| (&a.blueprint, name(a)).cmp(&(&b.blueprint, name(b))));
    differences
}

fn key<'c>(catalog: &'c Catalog, entity: &'c Entity) -> (&'c str, &'c str) {
    let blueprint = catalog
        .blueprint(entity.blueprint)
        .map_or("", |blueprint| &blueprint.identifier.value);
    (blueprint, &entity.identifier.value)
}

fn owned_key(catalog: &Catalog, entity: &Entity) -> (Text, Text) {
    let (blueprint, identifier) = key(catalog, entity);
    (Text::from(blueprint), Text::from(identifier))
}

/// Pairs what is new with what is gone where `movedFrom` says so.
fn renames(
    before: &Catalog,
    after: &Catalog,
    gone: &mut BTreeMap<(Text, Text), EntityId>,
    new: &mut BTreeMap<(Text, Text), EntityId>,
    differences: &mut Vec<Difference>,
) {
    new.retain(|(blueprint, name), id| {
        let Some(now) = after.entity(*id) else {
            return true;
        };
        let Some(from) = &now.moved_from else {
            return true;
        };
        let old_key = (blueprint.clone(), from.value.clone());
        let Some((old_id, old)) = gone
            .get(&old_key)
            .and_then(|id| Some((*id, before.entity(*id)?)))
        else {
            return true;
        };
        let mut changes = differing((before, old), (after, now));
        changes.insert(
            0,
            PathChange {
                path: "identifier".to_owned(),
                before: Some(Json::from(from.value.as_str())),
                after: Some(Json::from(name.as_str())),
                place: (Side::After, now.identifier.span),
            },
        );
        gone.remove(&old_key);
        differences.push(Difference {
            blueprint: blueprint.clone(),
            before: Some(old_id),
            after: Some(*id),
            changes,
        });
        false
    });
}

/// All that an entity says when it appears: what agrees to it agrees to this.
pub(super) fn created(now: &Entity) -> Vec<PathChange> {
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

/// The paths at which an entity of one catalog differs from its state in another.
fn differing(before: (&Catalog, &Entity), after: (&Catalog, &Entity)) -> Vec<PathChange> {
    let kinds = [before, after].map(|(catalog, entity)| catalog.blueprint(entity.blueprint));
    changes(kinds, before.1, after.1)
}

/// The paths at which two states of an entity differ; its blueprint before and after.
pub fn changes(kinds: [Option<&Blueprint>; 2], old: &Entity, now: &Entity) -> Vec<PathChange> {
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
            let value = |text: &crate::text::Located<Text>| Json::from(text.value.as_str());
            let place = place(a.map(|text| text.span), b.map(|text| text.span), old.span);
            changes.push(PathChange {
                path: path.to_owned(),
                before: a.map(value),
                after: b.map(value),
                place,
            });
        }
    }
    let names = |entity: &Entity| -> Option<Json> {
        let mut names: Vec<&str> = entity.team.iter().map(|name| name.value.as_str()).collect();
        names.sort_unstable();
        (!names.is_empty()).then(|| Json::from(names))
    };
    if names(old) != names(now) {
        let first = |entity: &Entity| entity.team.first().map(|name| name.span);
        let place = place(first(old), first(now), old.span);
        changes.push(PathChange {
            path: "team".to_owned(),
            before: names(old),
            after: names(now),
            place,
        });
    }
    // What was a list on the target does not become a set by the change itself.
    let is_set = |name: &str| {
        kinds.iter().all(|blueprint| {
            let property = blueprint.and_then(|blueprint| blueprint.property(name));
            property
                .and_then(|property| property.schema.get("uniqueItems"))
                .is_some_and(|unique| unique.value == Value::Bool(true))
        })
    };
    let by_name = |entries: &'_ [Entry]| -> BTreeMap<Text, Node> {
        entries
            .iter()
            .map(|entry| (entry.key.value.clone(), entry.node.clone()))
            .collect()
    };
    let (a, b) = (by_name(&old.properties), by_name(&now.properties));
    mappings("properties", &a, &b, &is_set, &mut changes);
    relations(old, now, &mut changes);
    changes.sort_by(|a, b| (a.place.0, a.place.1, &a.path).cmp(&(b.place.0, b.place.1, &b.path)));
    changes
}

/// Whether two states are the same value by value in the same order: nearly all are, and this
/// is quick.
fn is_written_alike(old: &Entity, now: &Entity) -> bool {
    type Written = Option<crate::text::Located<Text>>;
    let text =
        |a: &Written, b: &Written| a.as_ref().map(|a| &a.value) == b.as_ref().map(|b| &b.value);
    let names = |a: &[crate::text::Located<Text>], b: &[crate::text::Located<Text>]| {
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

fn place(old: Option<Span>, now: Option<Span>, whole: Span) -> (Side, Span) {
    match (now, old) {
        (Some(now), _) => (Side::After, now),
        (None, old) => (Side::Before, old.unwrap_or(whole)),
    }
}

fn relations(old: &Entity, now: &Entity, changes: &mut Vec<PathChange>) {
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
        let (was, is) = (a.and_then(targets), b.and_then(targets));
        if was != is {
            let place = place(
                a.map(|related| related.span),
                b.map(|related| related.span),
                old.span,
            );
            changes.push(PathChange {
                path: format!("relations.{name}"),
                before: was,
                after: is,
                place,
            });
        }
    }
}

/// What a relation names: a name, or a sorted list where a list is written.
pub(super) fn targets(related: &Related) -> Option<Json> {
    let mut names: Vec<&str> = related
        .targets
        .iter()
        .map(|name| name.value.as_str())
        .collect();
    if !related.is_list {
        return names.first().map(|name| Json::from(*name));
    }
    names.sort_unstable();
    names.dedup();
    (!names.is_empty()).then(|| Json::from(names))
}

type Named = BTreeMap<Text, Node>;

/// Compares two mappings; nested mappings are compared key by key, lists as a whole.
fn mappings(
    path: &str,
    old: &Named,
    now: &Named,
    is_set: &dyn Fn(&str) -> bool,
    changes: &mut Vec<PathChange>,
) {
    let mut names: Vec<&Text> = old.keys().chain(now.keys()).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        let path = format!("{path}{}", segment(name));
        let set = is_set(name);
        values(&path, old.get(name), now.get(name), set, changes);
    }
}

/// A key as a part of a path. One that reads like several keys is quoted: it stands below none
/// of them, and what claims them does not claim it.
pub(super) fn segment(key: &str) -> String {
    if key.contains(['.', '[', ']', '"']) {
        return format!("[{}]", Json::from(key));
    }
    format!(".{key}")
}

fn values(
    path: &str,
    old: Option<&Node>,
    now: Option<&Node>,
    is_set: bool,
    changes: &mut Vec<PathChange>,
) {
    let inner = |node: &Node| -> Option<Named> {
        let entries = node.as_mapping().filter(|entries| !entries.is_empty())?;
        Some(
            entries
                .iter()
                .map(|entry| (entry.key.value.clone(), entry.node.clone()))
                .collect(),
        )
    };
    // What is absent on one side is compared as an empty mapping, so that every leaf is a path.
    let nested = match (old.map(inner), now.map(inner)) {
        (Some(Some(old)), Some(Some(now))) => Some((old, now)),
        (Some(Some(old)), None) => Some((old, Named::new())),
        (None, Some(Some(now))) => Some((Named::new(), now)),
        _ => None,
    };
    if let Some((old, now)) = nested {
        mappings(path, &old, &now, &|_| false, changes);
        return;
    }
    let form = |node: &Node| {
        let mut value = node.to_json();
        if let (true, Json::Array(items)) = (is_set, &mut value) {
            items.sort_by_key(canonical);
        }
        value
    };
    let (before, after) = (old.map(form), now.map(form));
    if before.as_ref().map(canonical) == after.as_ref().map(canonical) {
        return;
    }
    let whole = Span::whole_file(crate::text::FileId(0));
    let place = place(old.map(|node| node.span), now.map(|node| node.span), whole);
    changes.push(PathChange {
        path: path.to_owned(),
        before,
        after,
        place,
    });
}

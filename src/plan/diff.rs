//! The difference of two catalogs, entity by entity and path by path.
//!
//! What means the same is no difference: comments, the order of keys and of sets, quoting, the
//! file that an entity stands in, 1 and 1.0.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::model::{Catalog, Entity, EntityId};
use crate::text::{Span, Text};

mod entity;
mod keyed;
mod rename;
mod value;

pub use entity::changes;
pub(super) use entity::created;
pub(super) use keyed::elements;
pub use rename::Renames;

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
pub fn diff(before: &Catalog, after: &Catalog, names: &Renames) -> Vec<Difference> {
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
                let changes = differing((before, old), (after, now), names);
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
    renames(before, after, names, &mut gone, &mut new, &mut differences);
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

/// Pairs what is new with what is gone where it is the same entity.
fn renames(
    before: &Catalog,
    after: &Catalog,
    names: &Renames,
    gone: &mut BTreeMap<(Text, Text), EntityId>,
    new: &mut BTreeMap<(Text, Text), EntityId>,
    differences: &mut Vec<Difference>,
) {
    new.retain(|(blueprint, name), id| {
        let old_id = names.before(*id);
        let Some((old_id, old)) = old_id.and_then(|id| Some((id, before.entity(id)?))) else {
            return true;
        };
        let Some(now) = after.entity(*id) else {
            return true;
        };
        let mut changes = differing((before, old), (after, now), names);
        changes.insert(
            0,
            PathChange {
                path: "identifier".to_owned(),
                before: Some(Json::from(old.identifier.value.as_str())),
                after: Some(Json::from(name.as_str())),
                place: (Side::After, now.identifier.span),
            },
        );
        gone.remove(&owned_key(before, old));
        differences.push(Difference {
            blueprint: blueprint.clone(),
            before: Some(old_id),
            after: Some(*id),
            changes,
        });
        false
    });
}

/// The paths at which an entity of one catalog differs from its state in another.
fn differing(
    before: (&Catalog, &Entity),
    after: (&Catalog, &Entity),
    names: &Renames,
) -> Vec<PathChange> {
    let kinds = [before, after].map(|(catalog, entity)| catalog.blueprint(entity.blueprint));
    entity::differing(kinds, before.1, after.1, names)
}

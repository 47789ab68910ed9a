//! Owners that change because something on the way to them does.
//!
//! In: a step, the target and the result. Out: who owned and who would own what the step does not
//! change itself; both have to agree.

use std::collections::BTreeSet;

use super::decide;
use super::difference::{Draft, Oracle};
use super::world::{Entity, Id, Ownership, Side, World};

/// A field of an entity.
type Field = (Id, String);

impl Oracle<'_> {
    /// The owners of both sides of all that a step hands over in passing, each once.
    pub(crate) fn along(&self, draft: &Draft<'_>) -> BTreeSet<(Side, BTreeSet<Id>)> {
        let mut asked = BTreeSet::new();
        let own = (draft.before.map(Entity::id), draft.after.map(Entity::id));
        let is_meant = |id: &Option<Id>, (of, field): &Field| {
            let mut changed = draft.changes.iter().map(|(path, ..)| path);
            // Of what appears or disappears all is another.
            let is_whole = draft.changes.is_empty() && (own.0.is_none() || own.1.is_none());
            id.as_ref() == Some(of) && (is_whole || changed.any(|path| path == field))
        };
        for there in &self.target.entities {
            let mut others = self.result.of(&there.blueprint);
            let is_same =
                |other: &&Entity| self.old_name(&other.blueprint, &other.name) == there.name;
            let Some(then) = others.find(is_same) else {
                continue;
            };
            if own.0 == Some(there.id()) || own.1 == Some(then.id()) {
                continue;
            }
            let (before, after) = (
                decide::owners(self.target, self.target, there),
                self.owners_after(then),
            );
            let mut was = BTreeSet::new();
            let mut is = BTreeSet::new();
            fields(self.target, self.target, there, &mut was);
            fields(self.target, self.result, then, &mut is);
            let leads = was.iter().any(|field| is_meant(&own.0, field))
                || is.iter().any(|field| is_meant(&own.1, field));
            let is_known = |owner: &Id| self.target.entities.iter().any(|it| it.id() == *owner);
            // From nobody nothing is taken, and who is new has nobody yet who could agree.
            let is_found = before.is_empty() && !after.iter().any(is_known);
            if before != after && leads && !is_found {
                let both = [
                    (Side::Before, moving(&before, &after)),
                    (Side::After, moving(&after, &before)),
                ];
                asked.extend(both.into_iter().filter(|(_, owners)| !owners.is_empty()));
            }
        }
        asked
    }
}

/// The owners of a side who are none on the other: from who owns it on both nothing is taken, and
/// nothing is given to them. All, where there is none.
pub(crate) fn moving(own: &BTreeSet<Id>, other: &BTreeSet<Id>) -> BTreeSet<Id> {
    let some: BTreeSet<Id> = own.difference(other).cloned().collect();
    if some.is_empty() { own.clone() } else { some }
}

/// The fields by which the owners of an entity are found, its own first; of owners no field.
fn fields(target: &World, world: &World, entity: &Entity, found: &mut BTreeSet<Field>) {
    let Some(blueprint) = target.blueprint(&entity.blueprint) else {
        return;
    };
    let path = match &blueprint.ownership {
        None => return,
        Some(Ownership::Direct) => {
            found.insert((entity.id(), "team".to_owned()));
            return;
        }
        Some(Ownership::Path(path)) => path.clone(),
        Some(Ownership::Inherited(name)) => vec![name.clone()],
    };
    let mut here = vec![entity];
    for name in path {
        let mut next = Vec::new();
        for entity in here {
            found.insert((entity.id(), format!("relations.{name}")));
            let kind = target.blueprint(&entity.blueprint);
            let Some(relation) = kind.and_then(|kind| kind.relation(&name)) else {
                continue;
            };
            let names = entity.relations.get(&name).into_iter().flatten();
            next.extend(names.filter_map(|it| world.entity(&relation.target, it)));
        }
        here = next;
    }
    // Where an owner appears or disappears, that hands over what was theirs.
    found.extend(here.iter().map(|owner| (owner.id(), String::new())));
    if matches!(blueprint.ownership, Some(Ownership::Inherited(_))) {
        for entity in here {
            fields(target, world, entity, found);
        }
    }
}

//! Relations of the target that lead to nothing.
//!
//! In: an entity of the target, one of its relations and what of it is there. Out: that a question
//! cannot be decided, where a rule that is asked looks at the relation. A fault of the target that
//! no rule reads decides nothing: whoever comes by did not make it.

use std::collections::BTreeSet;

use crate::model::{Blueprint, Catalog, Entity, EntityId};
use crate::policy::OWNERS;
use crate::policy::attribute::Of;
use crate::policy::owner;
use crate::policy::shape::Field;
use crate::policy::slice::Slice;

/// Errors: the relation leads to nothing, and what is asked needs it.
pub(super) fn refused(
    slice: &Slice<'_, '_>,
    (blueprint, entity): (&Blueprint, &Entity),
    field: &Field,
    found: &BTreeSet<EntityId>,
) -> Result<(), String> {
    let relation = field.name.as_str();
    let Some(missing) = missing(slice.rules.catalog, entity, relation, found) else {
        return Ok(());
    };
    let Some(who) = needed(slice, (blueprint, entity), relation) else {
        return Ok(());
    };
    let target = blueprint.relation(relation);
    let target = target.map_or("entity", |(_, relation)| relation.target.value.as_str());
    let name = &entity.identifier.value;
    Err(format!(
        "relation `{relation}` of `{name}` leads to nothing, and {who}; first mend it on the target: add {target} `{missing}` in a pull request of its own"
    ))
}

/// The first name in a relation that nothing on the target has; `found` is what the others mean.
fn missing<'e>(
    catalog: &Catalog,
    entity: &'e Entity,
    relation: &str,
    found: &BTreeSet<EntityId>,
) -> Option<&'e str> {
    let related = entity.relation(relation)?;
    let names = related.targets.iter().map(|target| target.value.as_str());
    let names: BTreeSet<&str> = names.collect();
    if found.len() == names.len() {
        return None;
    }
    let found = found.iter().filter_map(|id| catalog.entity(*id));
    let found = found.map(|entity| entity.identifier.value.as_str());
    let found: BTreeSet<&str> = found.collect();
    let missing = names.iter().find(|name| !found.contains(*name));
    missing.or(names.first()).copied()
}

/// What needs a relation to be whole, in words.
fn needed(
    slice: &Slice<'_, '_>,
    (blueprint, entity): (&Blueprint, &Entity),
    relation: &str,
) -> Option<String> {
    let sight = slice.sight;
    let readers = sight.shelf.readers.iter();
    let readers = readers.filter(|(_, reads)| reads.shows(relation));
    let names: BTreeSet<&str> = readers.map(|(name, _)| name.as_str()).collect();
    let names: Vec<&str> = names.into_iter().collect();
    match names.as_slice() {
        [] if sight.has(relation) => return Some("the rules read it".to_owned()),
        [] => {}
        [one] => return Some(format!("{one} reads it")),
        several => return Some(format!("{} read it", several.join(" and "))),
    }
    if blueprint
        .relation(relation)
        .is_some_and(|(_, it)| it.member_of)
    {
        return Some("it says who is a member of what".to_owned());
    }
    let kind = slice.vocabulary.kind(entity.blueprint)?;
    let read = |of: Of| {
        let mut all = kind.attributes.all.iter();
        let found = all.find(|one| one.of == of && sight.has(&one.field.name));
        found.map(|one| &one.field.name)
    };
    let is_way = owner::first_relation(blueprint) == Some(relation);
    if is_way && (sight.has(OWNERS) || read(Of::Owner).is_some()) {
        return Some("the rules ask for the owner".to_owned());
    }
    let name = read(Of::Derived)?;
    Some(format!(
        "the rules read `{name}`, which may be computed of it"
    ))
}

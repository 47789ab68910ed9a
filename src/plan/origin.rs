//! Which differences a changed mapping makes, and not a change of what it reads.
//!
//! In: the two sides and all differences. Out: those of entities in files without a changed byte,
//! whose mapping is another: they are listed and fire nothing; and whether both changed at once.

use std::collections::BTreeSet;

use crate::compile::Compiled;
use crate::model::Entity;
use crate::plan::cover;
use crate::plan::diff::Difference;
use crate::plan::value::States;
use crate::text::{FileId, Span, Text};

/// Differences by what made them.
pub(super) struct Origins {
    /// Made by whoever changed a file, or not to be told apart.
    pub(super) authored: Vec<Difference>,
    /// Made by a definition alone.
    pub(super) defined: Vec<Difference>,
    /// The mappings that changed together with what they read.
    pub(super) mixed: BTreeSet<Text>,
}

/// Tells the differences apart.
pub(super) fn origins(states: &States<'_>, differences: Vec<Difference>) -> Origins {
    let mut origins = Origins {
        authored: Vec::new(),
        defined: Vec::new(),
        mixed: BTreeSet::new(),
    };
    if states.before.catalog.mapped.is_empty() && states.after.catalog.mapped.is_empty() {
        origins.authored = differences;
        return origins;
    }
    let changed = cover::mappings_changed(states);
    for difference in differences {
        let paths = paths(states, &difference);
        let others: Vec<&Text> = paths
            .iter()
            .filter_map(|path| another(states, path, &changed))
            .collect();
        if others.is_empty() {
            origins.authored.push(difference);
        } else if paths.iter().all(|path| is_same(states, path)) {
            origins.defined.push(difference);
        } else {
            origins.mixed.extend(others.into_iter().cloned());
            origins.authored.push(difference);
        }
    }
    origins
}

/// The files that an entity stands in, on both sides.
fn paths<'s>(states: &States<'s>, difference: &Difference) -> BTreeSet<&'s str> {
    let mut paths = BTreeSet::new();
    for (compiled, id) in [
        (states.before, difference.before),
        (states.after, difference.after),
    ] {
        if let Some(entity) = id.and_then(|id| compiled.catalog.entity(id)) {
            paths.extend(
                files(entity)
                    .into_iter()
                    .map(|file| compiled.snapshot.path(file)),
            );
        }
    }
    paths
}

/// The places that say something of an entity.
pub(super) fn places(entity: &Entity) -> impl Iterator<Item = Span> {
    let texts = [&entity.title, &entity.icon].into_iter().flatten();
    let properties = entity.properties.iter().map(|entry| entry.node.span);
    let targets = entity.relations.iter().flat_map(|related| &related.targets);
    let names = texts.chain(&entity.team).chain(targets);
    names
        .map(|name| name.span)
        .chain(properties)
        .chain([entity.span, entity.identifier.span])
}

/// The files that say something of an entity.
fn files(entity: &Entity) -> BTreeSet<FileId> {
    places(entity).map(|span| span.file).collect()
}

/// The mapping that reads the file at `path` otherwise than before, if one does.
fn another<'s>(states: &States<'s>, path: &str, changed: &BTreeSet<String>) -> Option<&'s Text> {
    let mapping = |compiled: &'s Compiled| {
        let file = compiled.snapshot.find(path)?;
        Some(compiled.catalog.mapped.get(&file))
    };
    let (before, after) = (mapping(states.before), mapping(states.after));
    let used = after.or(before)?.or(before.flatten())?;
    let is_swapped = before
        .zip(after)
        .is_some_and(|(before, after)| before != after);
    (is_swapped || changed.contains(used.as_str())).then_some(used)
}

/// Whether a file has the same bytes on both sides.
fn is_same(states: &States<'_>, path: &str) -> bool {
    let text = |compiled: &'_ Compiled| {
        let file = compiled.snapshot.find(path)?;
        Some(compiled.snapshot.file(file)?.text.clone())
    };
    let (before, after) = (text(states.before), text(states.after));
    before.is_some() && before == after
}

//! Which differences a definition makes, and which whoever changed a file.
//!
//! In: the two sides and all differences. Out: those that follow from a definition alone, which
//! are listed and fire nothing; and those where a file and how it is read changed at once.
//!
//! One rule: what an entity is follows from the bytes of its files and from how they are read.
//! Where the bytes are still in the repository as they were, and are read otherwise, only the
//! reading can have made the difference, whichever key of the settings or line of a mapping it
//! was. So a source that is narrowed deletes nothing that its author would have deleted.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Catalog, Entity, EntityId, Reading};
use crate::plan::definition;
use crate::plan::diff::{Difference, Side};
use crate::plan::effect::Effect;
use crate::plan::value::States;
use crate::policy::BuiltIn;
use crate::text::{FileId, Span};

/// An entity by its numbers on both sides.
type Pair = (Option<EntityId>, Option<EntityId>);

/// Differences by what made them.
pub(super) struct Origins {
    /// Made by whoever changed a file, or not to be told apart.
    pub(super) authored: Vec<Difference>,
    /// Made by a definition alone.
    pub(super) defined: Vec<Difference>,
    /// Of the authored ones those that cannot be told apart, and why.
    pub(super) mixed: Mixed,
}

/// Differences that a file and a definition may have made, and which of them in words.
#[derive(Default)]
pub(super) struct Mixed(BTreeMap<Pair, String>);

impl Mixed {
    /// Why it cannot be told what made a difference.
    pub(super) fn why(&self, pair: Pair) -> Option<&str> {
        self.0.get(&pair).map(String::as_str)
    }

    /// Adds what is derived from such differences.
    pub(super) fn follow(&mut self, differences: &[Difference], effects: &[Effect]) {
        for effect in effects {
            let mut causes = effect.causes.iter();
            let why = causes.find_map(|cause| {
                let difference = differences.get(cause.difference)?;
                self.0.get(&(difference.before, difference.after)).cloned()
            });
            if let Some(why) = why {
                let pair = (Some(effect.before), Some(effect.after));
                self.0.entry(pair).or_insert(why);
            }
        }
    }
}

/// Tells the differences apart.
pub(super) fn origins(states: &States<'_>, differences: Vec<Difference>) -> Origins {
    let mut origins = Origins {
        authored: Vec::new(),
        defined: Vec::new(),
        mixed: Mixed::default(),
    };
    let changed = Changed::of(states);
    if changed.names.is_empty() {
        origins.authored = differences;
        return origins;
    }
    let moves = Moves::of(states);
    for difference in differences {
        let files: Vec<Place<'_>> = paths(states, &difference)
            .into_iter()
            .map(|path| moves.place(states, path))
            .collect();
        let is_same = files.iter().all(|file| file.is_same(states));
        let why = files.iter().find_map(|file| changed.why(states, file));
        // What is gone with its kind is left out, and that is no deletion.
        let is_other_kind = difference.before.is_some()
            && difference.after.is_some()
            && changed.has("blueprint", &difference.blueprint);
        match why {
            Some(_) if is_same => origins.defined.push(difference),
            Some(why) => {
                let pair = (difference.before, difference.after);
                origins.mixed.0.insert(pair, why);
                origins.authored.push(difference);
            }
            None if is_same && is_other_kind => origins.defined.push(difference),
            None => origins.authored.push(difference),
        }
    }
    origins
}

/// The definitions that change and say what a file means.
struct Changed {
    names: BTreeSet<(&'static str, String)>,
}

impl Changed {
    fn of(states: &States<'_>) -> Self {
        let all = definition::definitions_changed(states).into_iter();
        let names = all
            .filter(|change| change.built_in == BuiltIn::Define)
            .filter(|change| ["settings", "mapping", "blueprint"].contains(&change.kind))
            .map(|change| (change.kind, change.name));
        Self {
            names: names.collect(),
        }
    }

    fn has(&self, kind: &'static str, name: &str) -> bool {
        self.names.contains(&(kind, name.to_owned()))
    }

    /// What reads a file otherwise than before, in words, if anything does.
    fn why(&self, states: &States<'_>, file: &Place<'_>) -> Option<String> {
        let before = states.before.catalog.files.reading(file.before);
        let after = states.after.catalog.files.reading(file.after);
        let mapping = after.iter().chain(&before).find_map(Reading::mapping);
        if let Some(mapping) = mapping.filter(|mapping| self.has("mapping", mapping)) {
            return Some(format!(
                "the mapping {mapping} changes together with what it reads: make two pull requests of it, the mapping first"
            ));
        }
        (before != after).then(|| {
            format!(
                "the settings read {} otherwise, which changes too: make two pull requests of it, the settings first",
                file.after
            )
        })
    }
}

/// Where the bytes of a file stand, or would stand, on both sides.
struct Place<'s> {
    before: &'s str,
    after: &'s str,
}

impl Place<'_> {
    /// Whether there is such a file on both sides, and nothing of it differs that may be read: no
    /// byte, and no path where that is read too.
    fn is_same(&self, states: &States<'_>) -> bool {
        let reading = states.before.catalog.files.reading(self.before);
        if self.before != self.after && reading.is_some_and(|it| it.reads_its_path()) {
            return false;
        }
        let text = |side, path| states.file(side, path)?.text.as_deref().ok();
        let before = text(Side::Before, self.before);
        before.is_some() && before == text(Side::After, self.after)
    }
}

/// Files that one side has alone, by their bytes: what was moved as it is stands among them.
struct Moves<'s> {
    gone: BTreeMap<&'s str, Vec<&'s str>>,
    new: BTreeMap<&'s str, Vec<&'s str>>,
}

impl<'s> Moves<'s> {
    fn of(states: &States<'s>) -> Self {
        let alone = |side: Side, other: Side| {
            let mut alone: BTreeMap<&'s str, Vec<&'s str>> = BTreeMap::new();
            let files = states.files(side);
            for file in files.filter(|file| states.file(other, &file.path).is_none()) {
                if let Ok(text) = &file.text {
                    alone.entry(text).or_default().push(&file.path);
                }
            }
            alone
        };
        Self {
            gone: alone(Side::Before, Side::After),
            new: alone(Side::After, Side::Before),
        }
    }

    /// Where the file at `path` stands on both sides. One that was moved to where it would have
    /// been read alike is the same file; one that was moved out of reach was taken away.
    fn place(&self, states: &States<'s>, path: &'s str) -> Place<'s> {
        let there = |side| states.file(side, path);
        let (side, file, others) = match (there(Side::Before), there(Side::After)) {
            (Some(file), None) => (Side::Before, file, &self.new),
            (None, Some(file)) => (Side::After, file, &self.gone),
            _ => {
                return Place {
                    before: path,
                    after: path,
                };
            }
        };
        let map = &states.of(side).catalog.files;
        let text = file.text.as_deref().unwrap_or_default();
        let mut others = others.get(text).into_iter().flatten();
        let other = others.find(|other| map.reading(other) == map.reading(path));
        let other = other.copied().unwrap_or(path);
        match side {
            Side::Before => Place {
                before: path,
                after: other,
            },
            Side::After => Place {
                before: other,
                after: path,
            },
        }
    }
}

/// The files that an entity stands in, on both sides.
fn paths<'s>(states: &States<'s>, difference: &Difference) -> BTreeSet<&'s str> {
    let mut paths = paths_on(states, Side::Before, difference);
    paths.extend(paths_on(states, Side::After, difference));
    paths
}

/// The files that an entity stands in, on one side.
pub(super) fn paths_on<'s>(
    states: &States<'s>,
    side: Side,
    difference: &Difference,
) -> BTreeSet<&'s str> {
    let id = match side {
        Side::Before => difference.before,
        Side::After => difference.after,
    };
    let compiled = states.of(side);
    let entity = id.and_then(|id| compiled.catalog.entity(id));
    let files = entity.map(|entity| files(&compiled.catalog, entity));
    let files = files.unwrap_or_default().into_iter();
    files.map(|file| compiled.snapshot.path(file)).collect()
}

/// The places that say something of an entity.
fn places(entity: &Entity) -> impl Iterator<Item = Span> {
    values(entity).chain([entity.span, entity.identifier.span])
}

/// The places of the values of an entity, and where else it is named.
pub(super) fn values(entity: &Entity) -> impl Iterator<Item = Span> {
    let texts = [&entity.title, &entity.icon].into_iter().flatten();
    let properties = entity.properties.iter().map(|entry| entry.node.span);
    let targets = entity.relations.iter().flat_map(|related| &related.targets);
    let names = texts.chain(&entity.team).chain(targets);
    let also = entity.also.iter().copied();
    names.map(|name| name.span).chain(properties).chain(also)
}

/// The files that say something of an entity, also those whose texts it takes in.
fn files(catalog: &Catalog, entity: &Entity) -> BTreeSet<FileId> {
    let taken_in = places(entity)
        .flat_map(|place| catalog.taken_in(place))
        .map(|text| text.file);
    let written = places(entity).map(|place| place.file);
    written.chain(taken_in).collect()
}

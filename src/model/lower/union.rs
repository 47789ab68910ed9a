//! Entities of which several places say a part, made one.
//!
//! In: all drafts. Out: one draft for each identity that may be said in parts, in which lists of
//! a relation are put together and all else must agree. The first in order of paths stands, but
//! for the identity where case makes no difference: that is in lower case. Any spelling that a
//! file has could be another one once a file is added before it, or one goes; what all spellings
//! have in common cannot, so that no file renames what others say something of.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::finding::Finding;
use crate::finding::codes::E0242;
use crate::model::Entity;
use crate::model::entity::{Draft, Related};
use crate::model::reader::mapping::Union;
use crate::syntax::Entry;
use crate::text::{Located, Span, Text};

/// Makes one of all drafts that are parts of one entity.
pub(super) fn unite(drafts: &mut Vec<Draft>, findings: &mut Vec<Finding>) {
    if drafts.iter().all(|draft| draft.union == Union::Refused) {
        return;
    }
    let all = std::mem::take(drafts);
    let (mut parts, whole): (Vec<Draft>, Vec<Draft>) = all
        .into_iter()
        .partition(|draft| draft.union != Union::Refused);
    *drafts = whole;
    parts.sort_by_key(|draft| draft.entity.identifier.span);
    // Rules of one blueprint may differ in how they compare: the lenient one decides.
    let lenient: BTreeSet<Text> = parts
        .iter()
        .filter(|draft| draft.union == Union::IgnoreCase)
        .map(|draft| draft.blueprint.value.clone())
        .collect();
    let mut first: FxHashMap<(Text, Text), usize> = FxHashMap::default();
    let mut united: Vec<Parts> = Vec::new();
    for mut draft in parts {
        let blueprint = draft.blueprint.value.clone();
        let name = &draft.entity.identifier.value;
        let name = if lenient.contains(&blueprint) {
            Text::from(name.to_lowercase())
        } else {
            name.clone()
        };
        let key = (blueprint, name.clone());
        let at = *first.entry(key).or_insert(united.len());
        if let Some(parts) = united.get_mut(at) {
            parts.add(draft.entity, findings);
        } else {
            draft.entity.identifier.value = name;
            united.push(Parts::new(draft));
        }
    }
    drafts.extend(united.into_iter().map(Parts::finish));
}

/// An entity while its parts are put together.
struct Parts {
    draft: Draft,
    properties: BTreeMap<Text, Entry>,
    relations: BTreeMap<Text, List>,
    /// The other places that name it, or repeat what one said before.
    also: Vec<Span>,
}

/// A relation while its parts are put together: names in the order in which they are said.
struct List {
    related: Related,
    targets: Vec<Located<Text>>,
    known: FxHashSet<Text>,
}

impl List {
    fn new(mut related: Related) -> Self {
        let targets = std::mem::take(&mut related.targets);
        let mut list = Self {
            related,
            targets: Vec::new(),
            known: FxHashSet::default(),
        };
        list.extend(targets, &mut Vec::new());
        list
    }

    fn extend(&mut self, targets: Box<[Located<Text>]>, repeated: &mut Vec<Span>) {
        for target in targets {
            if self.known.insert(target.value.clone()) {
                self.targets.push(target);
            } else {
                repeated.push(target.span);
            }
        }
    }
}

impl Parts {
    fn new(mut draft: Draft) -> Self {
        let entity = &mut draft.entity;
        let properties = std::mem::take(&mut entity.properties);
        let relations = std::mem::take(&mut entity.relations).into_iter();
        Self {
            properties: properties
                .iter()
                .map(|entry| (entry.key.value.clone(), entry.clone()))
                .collect(),
            relations: relations
                .map(|related| (related.name.value.clone(), List::new(related)))
                .collect(),
            also: Vec::new(),
            draft,
        }
    }

    fn add(&mut self, other: Entity, findings: &mut Vec<Finding>) {
        let entity = &mut self.draft.entity;
        entity.broken |= other.broken;
        self.also.push(other.identifier.span);
        let mut differ = |name: &str, first: Span, second: Span| {
            let identifier = &entity.identifier.value;
            findings.push(differing(identifier, name, first, second));
        };
        for (name, mine, other) in [
            ("title", &mut entity.title, other.title),
            ("icon", &mut entity.icon, other.icon),
        ] {
            match (&*mine, other) {
                (None, other) => *mine = other,
                (Some(mine), Some(other)) if mine.value != other.value => {
                    differ(name, mine.span, other.span);
                }
                _ => {}
            }
        }
        for name in other.team {
            if !entity.team.iter().any(|mine| mine.value == name.value) {
                entity.team.push(name);
            }
        }
        for entry in other.properties.iter().cloned() {
            let name = entry.key.value.clone();
            match self.properties.get(&name) {
                Some(mine) if mine.node.to_json() != entry.node.to_json() => {
                    differ(&name, mine.node.span, entry.node.span);
                }
                Some(_) => {}
                None => {
                    self.properties.insert(name, entry);
                }
            }
        }
        for related in other.relations {
            match self.relations.get_mut(&related.name.value) {
                None => {
                    let name = related.name.value.clone();
                    self.relations.insert(name, List::new(related));
                }
                Some(mine) if mine.related.is_list && related.is_list => {
                    mine.related.broken |= related.broken;
                    mine.extend(related.targets, &mut self.also);
                }
                Some(mine) => {
                    let names = |targets: &[Located<Text>]| -> Vec<Text> {
                        targets.iter().map(|target| target.value.clone()).collect()
                    };
                    if names(&mine.targets) != names(&related.targets) {
                        differ(&related.name.value, mine.related.span, related.span);
                    }
                }
            }
        }
    }

    fn finish(self) -> Draft {
        let mut draft = self.draft;
        draft.entity.properties = self.properties.into_values().collect();
        let relations = self.relations.into_values().map(|list| Related {
            targets: list.targets.into_boxed_slice(),
            ..list.related
        });
        draft.entity.relations = relations.collect();
        draft.entity.also = self.also.into_boxed_slice();
        draft
    }
}

/// The finding that two places say different things of one entity.
fn differing(identifier: &str, name: &str, first: Span, second: Span) -> Finding {
    Finding::new(
        &E0242,
        second,
        format!("two places say different things of `{identifier}`: `{name}` differs"),
    )
    .label("differs")
    .related(first, "the first, which stands")
    .help("write the same in both, or let the mapping take it from one of them")
}

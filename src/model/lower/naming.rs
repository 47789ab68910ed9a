//! Names that are meant in any case of letters: one identity, and what is matched without case.
//!
//! In: the entities of a catalog with their blueprints. Out: the same, each name of a relation in
//! the spelling of the entity that it means, so that later stages compare to the letter. Names
//! that mean nothing stay as they are; that is for `graph`.

use std::collections::BTreeSet;
use std::collections::hash_map::Entry;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::finding::Finding;
use crate::finding::codes::{E0230, E0233, E0302};
use crate::model::blueprint::Relation;
use crate::model::entity::{Naming, Related};
use crate::model::lost::{LostEntity, LostName};
use crate::model::{BlueprintId, Catalog, Entity};
use crate::text::did_you_mean;
use crate::text::slip;
use crate::text::{Located, Text};

/// Names of one blueprint's entities in lower case, with their spellings.
type Spellings = FxHashMap<(BlueprintId, Text), Vec<Located<Text>>>;

/// Of two entities whose language knows no case, the first in order of paths stands.
pub(super) fn set_twins_aside(catalog: &mut Catalog, findings: &mut Vec<Finding>) {
    let entities = &catalog.entities;
    if entities.iter().all(|entity| entity.naming == Naming::Exact) {
        return;
    }
    let mut first: FxHashMap<(BlueprintId, Text), usize> = FxHashMap::default();
    let mut aside: BTreeSet<usize> = BTreeSet::new();
    for (n, entity) in entities.iter().enumerate() {
        let key = (entity.blueprint, entity.identifier.value.to_lowercase());
        let mut slot = match first.entry(key) {
            Entry::Vacant(slot) => {
                slot.insert(n);
                continue;
            }
            Entry::Occupied(slot) => slot,
        };
        let at = *slot.get();
        let Some(other) = entities.get(at) else {
            continue;
        };
        if [other, entity].iter().all(|e| e.naming == Naming::Exact) {
            continue;
        }
        let is_in_order = other.span <= entity.span;
        let (stands, falls) = if is_in_order {
            (other, entity)
        } else {
            (entity, other)
        };
        findings.push(twin(catalog, stands, falls));
        aside.insert(if is_in_order { n } else { at });
        if !is_in_order {
            slot.insert(n);
        }
    }
    if aside.is_empty() {
        return;
    }
    let all = std::mem::take(&mut catalog.entities);
    for (n, entity) in all.into_iter().enumerate() {
        if aside.contains(&n) {
            catalog.shadowed.push(entity);
        } else {
            catalog.entities.push(entity);
        }
    }
}

fn twin(catalog: &Catalog, stands: &Entity, falls: &Entity) -> Finding {
    let kind = catalog
        .blueprint(stands.blueprint)
        .map_or("", |blueprint| blueprint.identifier.value.as_str());
    Finding::new(
        &E0302,
        falls.identifier.span,
        format!(
            "{kind} `{}` is defined twice: the case of letters makes no other name",
            falls.identifier.value
        ),
    )
    .label("second")
    .related(stands.identifier.span, "first")
    .help("delete one of the two, or give one another name")
}

/// The finding that no blueprint is for an entity; a descriptor may well be of a kind that means
/// nothing here.
pub(super) fn unknown(catalog: &Catalog, naming: Naming, kind: &Located<Text>) -> Finding {
    if naming == Naming::Exact {
        return catalog.unknown_blueprint(kind);
    }
    let names = || {
        let kinds = catalog.blueprints.iter();
        kinds.map(|blueprint| blueprint.identifier.value.as_str())
    };
    if slip(&kind.value, names()).is_some() {
        return catalog.unknown_blueprint(kind);
    }
    let near = nearest(&kind.value, names());
    Finding::new(
        &E0233,
        kind.span,
        format!(
            "no blueprint is for the kind `{}`: this descriptor is left out",
            kind.value
        ),
    )
    .label("not known")
    .help(format!(
        "add a blueprint with the identifier `{}`",
        kind.value
    ))
    .maybe_help(near.map(did_you_mean))
}

/// Notes what an entity of an unknown blueprint is, for those that name it: it is there, and only
/// left out.
pub(super) fn note_lost(catalog: &mut Catalog, entity: &Entity, kind: &str) {
    if let Some(lost) = lost(catalog, entity, kind) {
        catalog.lost.note(entity.identifier.span.file, lost);
    }
}

fn lost(catalog: &Catalog, entity: &Entity, kind: &str) -> Option<LostEntity> {
    let kinds = catalog.blueprints.iter();
    let names = kinds.map(|blueprint| blueprint.identifier.value.as_str());
    let near = nearest(kind, names).map(Text::from);
    // A descriptor may well be of a kind that is for nothing here.
    if near.is_none() && entity.naming == Naming::Backstage {
        return None;
    }
    let name = &entity.identifier.value;
    let name = match entity.naming {
        Naming::Exact => LostName::Exact(name.clone()),
        Naming::Backstage => {
            let alone = name.rsplit('/').next().unwrap_or(name);
            LostName::Folded(Text::from(alone.to_lowercase()))
        }
    };
    Some(LostEntity {
        blueprint: near,
        name: Some(name),
    })
}

/// Writes each name that is meant in any case as its entity spells it.
pub(super) fn spell(catalog: &mut Catalog, findings: &mut Vec<Finding>) {
    let spellings = spellings(catalog);
    if spellings.is_empty() {
        return;
    }
    let mut entities = std::mem::take(&mut catalog.entities);
    let mut shadowed = std::mem::take(&mut catalog.shadowed);
    for entity in entities.iter_mut().chain(&mut shadowed) {
        let Some(blueprint) = catalog.blueprint(entity.blueprint) else {
            continue;
        };
        for related in &mut entity.relations {
            let Some((_, relation)) = blueprint.relation(&related.name.value) else {
                continue;
            };
            if relation.ignore_case || entity.naming == Naming::Backstage {
                spell_related(catalog, relation, &spellings, related, findings);
            }
        }
    }
    catalog.entities = entities;
    catalog.shadowed = shadowed;
}

/// The names of all blueprints that are looked for in any case.
fn spellings(catalog: &Catalog) -> Spellings {
    let folding: FxHashSet<BlueprintId> = catalog
        .entities
        .iter()
        .chain(&catalog.shadowed)
        .filter(|entity| entity.naming == Naming::Backstage)
        .map(|entity| entity.blueprint)
        .collect();
    let mut targets: FxHashSet<BlueprintId> = FxHashSet::default();
    for (id, blueprint) in catalog.kinds() {
        let is_foreign = folding.contains(&id);
        let relations = blueprint.relations.iter();
        targets.extend(
            relations
                .filter(|relation| relation.ignore_case || is_foreign)
                .filter_map(|relation| catalog.find_blueprint(&relation.target.value))
                .map(|(id, _)| id),
        );
    }
    let mut spellings = Spellings::default();
    for entity in &catalog.entities {
        if targets.contains(&entity.blueprint) {
            spellings
                .entry((entity.blueprint, entity.identifier.value.to_lowercase()))
                .or_default()
                .push(entity.identifier.clone());
        }
    }
    spellings
}

fn spell_related(
    catalog: &Catalog,
    relation: &Relation,
    spellings: &Spellings,
    related: &mut Related,
    findings: &mut Vec<Finding>,
) {
    let Some((target, _)) = catalog.find_blueprint(&relation.target.value) else {
        return;
    };
    let mut is_certain = true;
    for name in &mut related.targets {
        if catalog.find_entity(target, &name.value).is_some() {
            continue;
        }
        let found = spellings.get(&(target, name.value.to_lowercase()));
        match found.map(Vec::as_slice) {
            None | Some([]) => {}
            Some([one]) => name.value.clone_from(&one.value),
            Some(several) => {
                findings.push(ambiguous(name, &relation.target.value, several));
                name.value = Text::default();
                is_certain = false;
            }
        }
    }
    if !is_certain {
        // What is meant is not known, and nothing else is said about it.
        related.broken = true;
        let targets = std::mem::take(&mut related.targets);
        related.targets = targets
            .into_iter()
            .filter(|name| !name.value.is_empty())
            .collect();
    }
}

fn ambiguous(name: &Located<Text>, kind: &str, several: &[Located<Text>]) -> Finding {
    let names: Vec<String> = several
        .iter()
        .map(|one| format!("`{}`", one.value))
        .collect();
    let finding = Finding::new(
        &E0230,
        name.span,
        format!(
            "`{}` is the name of {} entities of {kind}",
            name.value,
            several.len()
        ),
    )
    .label("in any case of letters")
    .help(format!("write one of them: {}", names.join(", ")));
    several.iter().take(2).fold(finding, |finding, one| {
        finding.related(one.span, "one of them")
    })
}

/// The name that is nearest to a kind; one word more is no misspelling: an `AiResource` is a kind
/// of its own, and no `Resource`.
fn nearest<'n>(kind: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let near = crate::text::nearest(kind, names)?;
    let is_longer = kind.len() > near.len();
    let is_own = is_longer && kind.ends_with(near) && near.starts_with(char::is_uppercase);
    (!is_own).then_some(near)
}

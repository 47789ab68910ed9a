//! Looks up what each relation names.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::finding::Finding;
use crate::finding::Fix;
use crate::finding::Many;
use crate::finding::codes::{E0301, E0307};
use crate::graph::namespace::{self, ByName};
use crate::graph::{Edge, Graph, Unchecked};
use crate::model::blueprint::Relation;
use crate::model::entity::{Naming, Related};
use crate::model::{Blueprint, BlueprintId, Catalog, Entity, EntityId};
use crate::text::article;
use crate::text::did_you_mean;
use crate::text::{Located, Text, near};

/// Names that are compared to find the nearest of a wrong one, in one run; after that only
/// names that differ in case alone are proposed, so that many wrong names stay cheap.
const COMPARED: usize = 4_000_000;

/// The label of a name that an expression made of an element.
pub const MADE: &str = "made of this element";

/// Resolves all relations of a catalog.
pub fn build(catalog: &Catalog) -> (Graph, Vec<Finding>) {
    let targets: Vec<Vec<Option<BlueprintId>>> = catalog
        .blueprints
        .iter()
        .map(|b| target_ids(catalog, b))
        .collect();
    let entities: Vec<(EntityId, &Entity)> = catalog.entities().collect();
    let resolved: Vec<Resolved<'_>> = entities
        .par_chunks(1024)
        .map(|chunk| {
            let mut resolved = Resolved::default();
            for (id, entity) in chunk {
                resolve(catalog, &targets, *id, entity, &mut resolved);
            }
            resolved
        })
        .collect();
    let mut edges = Vec::new();
    let mut unchecked = Vec::new();
    let mut wording = Wording::new(catalog);
    let mut findings = Vec::new();
    for part in resolved {
        edges.extend(part.edges);
        unchecked.extend(part.unchecked);
        for lost in part.lost.chunk_by(|a, b| a.entity == b.entity) {
            wording.tell(lost, &mut findings);
        }
    }
    for entity in &catalog.shadowed {
        // One that is set aside for the case of its letters has no number, and needs none.
        let id = catalog
            .find_entity(entity.blueprint, &entity.identifier.value)
            .unwrap_or(EntityId(u32::MAX));
        let mut resolved = Resolved::default();
        resolve(catalog, &targets, id, entity, &mut resolved);
        unchecked.extend(resolved.unchecked);
        wording.tell(&resolved.lost, &mut findings);
    }
    let graph = Graph {
        unchecked,
        ..Graph::new(edges, catalog.entities.len())
    };
    (graph, findings)
}

/// The blueprints that the relations of a blueprint point at.
fn target_ids(catalog: &Catalog, blueprint: &Blueprint) -> Vec<Option<BlueprintId>> {
    blueprint
        .relations
        .iter()
        .map(|relation| {
            catalog
                .find_blueprint(&relation.target.value)
                .map(|(id, _)| id)
        })
        .collect()
}

/// A name that no entity of the relation's target has.
struct Lost<'c> {
    entity: EntityId,
    naming: Naming,
    relation: &'c Relation,
    target: BlueprintId,
    name: &'c Located<Text>,
}

/// What became of the names that some entities relate to.
#[derive(Default)]
struct Resolved<'c> {
    edges: Vec<Edge>,
    lost: Vec<Lost<'c>>,
    unchecked: Vec<Unchecked>,
}

fn resolve<'c>(
    catalog: &'c Catalog,
    targets: &[Vec<Option<BlueprintId>>],
    id: EntityId,
    entity: &'c Entity,
    resolved: &mut Resolved<'c>,
) {
    let Some(blueprint) = catalog.blueprint(entity.blueprint) else {
        return;
    };
    for Related {
        name,
        targets: names,
        ..
    } in &entity.relations
    {
        let Some((number, relation)) = blueprint.relation(&name.value) else {
            continue;
        };
        let Some(Some(target)) = targets
            .get(entity.blueprint.0 as usize)
            .and_then(|targets| targets.get(number))
        else {
            continue;
        };
        for name in names {
            if let Some(to) = catalog.find_entity(*target, &name.value) {
                resolved.edges.push(Edge {
                    from: id,
                    relation: u16::try_from(number).unwrap_or(u16::MAX),
                    to,
                    span: name.span,
                });
            } else if blueprint.broken {
                // What is wrong there was said, and this may come of it.
            } else if let Some(file) = catalog.lost.may_hold(&relation.target.value, &name.value) {
                let span = name.span;
                resolved.unchecked.push(Unchecked { file, span });
            } else {
                resolved.lost.push(Lost {
                    entity: id,
                    naming: entity.naming,
                    relation,
                    target: *target,
                    name,
                });
            }
        }
    }
}

/// What has a name in lower case.
struct Folded {
    entity: EntityId,
    /// Whether nothing else has it.
    is_only: bool,
}

/// Finds the words for what is lost.
struct Wording<'c> {
    catalog: &'c Catalog,
    /// Entities by their names in lower case, made when the first name is lost.
    folded: Option<FxHashMap<(BlueprintId, String), Folded>>,
    /// Entities by the names that they had, where only one says so.
    moved: Option<FxHashMap<(BlueprintId, &'c str), Option<EntityId>>>,
    by_name: ByName,
    compared: usize,
}

impl<'c> Wording<'c> {
    fn new(catalog: &'c Catalog) -> Self {
        Self {
            catalog,
            folded: None,
            moved: None,
            by_name: ByName::default(),
            compared: 0,
        }
    }

    /// Tells the names that one entity has lost.
    fn tell(&mut self, lost: &[Lost<'_>], findings: &mut Vec<Finding>) {
        let mut many = Many::new(findings);
        for lost in lost {
            if many.tells(findings) {
                let finding = self.finding(lost);
                findings.push(finding);
            }
        }
        many.end(findings, "in this entity");
        crate::finding::bound(findings);
    }

    fn finding(&mut self, lost: &Lost<'_>) -> Finding {
        let name = lost.name.value.as_str();
        let kind = self.kind_name(lost.target);
        let is_made = self.is_made(lost);
        if let Some(other) = self.other_kind(lost) {
            let is = self
                .catalog
                .entity(other)
                .map_or(lost.target, |entity| entity.blueprint);
            let meant = self.meant(lost, other, is);
            let is = self.kind_name(is);
            let finding = Finding::new(
                &E0307,
                lost.name.span,
                format!(
                    "`{name}` is {} {is}, not {} {kind}",
                    article(is),
                    article(kind)
                ),
            )
            .label(if is_made {
                MADE.to_owned()
            } else {
                format!("must be {} {kind}", article(kind))
            })
            .help(format!("write the identifier of {} {kind}", article(kind)))
            .maybe_help(meant)
            .made_of(is_made.then_some(name));
            return self.with_place(finding, other, &format!("{} {is}", article(is)));
        }
        let finding = Finding::new(
            &E0301,
            lost.name.span,
            format!("no {kind} is called `{name}`"),
        )
        .label(if is_made { MADE } else { "not found" })
        .made_of(is_made.then_some(name));
        if lost.naming == Naming::Backstage {
            return self.of_namespace(lost, finding, kind);
        }
        if let Some(now) = self.moved(lost)
            && let Some(entity) = self.catalog.entity(now)
        {
            let meant = &entity.identifier.value;
            let fix = (!is_made).then(|| Fix::name(lost.name.span, name, meant));
            let finding = finding.help(did_you_mean(meant)).maybe_fix(fix);
            return self.with_place(finding, now, "its name now");
        }
        let Some((near, certain)) = self.nearest(lost) else {
            return finding.help(format!(
                "write the identifier of {} {kind}, or add `{name}`",
                article(kind)
            ));
        };
        let meant = self
            .catalog
            .entity(near)
            .map(|entity| &entity.identifier.value);
        let help = meant.map(|meant| did_you_mean(meant));
        let fix = meant
            .filter(|_| certain && !is_made)
            .map(|meant| Fix::name(lost.name.span, name, meant));
        let finding = finding.maybe_help(help).maybe_fix(fix);
        self.with_place(finding, near, "the nearest name")
    }

    /// The entity that had the name that is lost.
    fn moved(&mut self, lost: &Lost<'_>) -> Option<EntityId> {
        let catalog = self.catalog;
        let moved = self.moved.get_or_insert_with(|| {
            let mut moved = FxHashMap::default();
            for (id, entity) in catalog.entities() {
                if let Some(from) = &entity.moved_from {
                    let of = moved.entry((entity.blueprint, from.value.as_str()));
                    of.and_modify(|it| *it = None).or_insert(Some(id));
                }
            }
            moved
        });
        moved
            .get(&(lost.target, lost.name.value.as_str()))
            .copied()
            .flatten()
    }

    /// Whether the name stands nowhere: what an expression made stands at its entity.
    fn is_made(&self, lost: &Lost<'_>) -> bool {
        let entity = self.catalog.entity(lost.entity);
        entity.is_some_and(|it| it.is_made(lost.name.span, &lost.name.value))
    }

    /// A name that has a namespace: it is often there, in another one.
    fn of_namespace(&mut self, lost: &Lost<'_>, finding: Finding, kind: &str) -> Finding {
        let name = lost.name.value.as_str();
        let namespace = namespace::of(name);
        let finding = finding.label(format!("not in the namespace `{namespace}`"));
        if let Some(other) = self.by_name.elsewhere(self.catalog, lost.target, name)
            && let Some(reference) = namespace::reference(self.catalog, other, name)
        {
            let help = format!(
                "write `{reference}`: a name alone is looked for in the namespace of its own entity"
            );
            return self.with_place(finding.help(help), other, "in another namespace");
        }
        let near = self.nearest(lost).map(|(near, _)| near);
        let reference = near.and_then(|near| namespace::reference(self.catalog, near, name));
        let Some((near, reference)) = near.zip(reference) else {
            return finding.help(format!(
                "write the name of {} {kind}, or add a descriptor of `{}`",
                article(kind),
                namespace::name_of(name)
            ));
        };
        let finding = finding.help(did_you_mean(&reference));
        self.with_place(finding, near, "the nearest name")
    }

    /// What to write where another relation of the same key leads to what was found.
    fn meant(&self, lost: &Lost<'_>, other: EntityId, is: BlueprintId) -> Option<String> {
        if lost.naming != Naming::Backstage {
            return None;
        }
        let entity = self.catalog.entity(lost.entity)?;
        let key = key_of(&lost.relation.name.value);
        let kind = self.kind_name(is);
        let relations = &self.catalog.blueprint(entity.blueprint)?.relations;
        let leads_there = relations
            .iter()
            .any(|one| one.target.value == kind && key_of(&one.name.value) == key);
        let reference = namespace::reference(self.catalog, other, &lost.name.value)?;
        leads_there.then(|| format!("write `{reference}`"))
    }

    fn with_place(&self, finding: Finding, entity: EntityId, label: &str) -> Finding {
        match self.catalog.entity(entity) {
            Some(entity) => finding.related(entity.identifier.span, label),
            None => finding,
        }
    }

    fn kind_name(&self, id: BlueprintId) -> &'c str {
        self.catalog
            .blueprint(id)
            .map_or("entity", |blueprint| &blueprint.identifier.value)
    }

    /// The entity of another blueprint that has the name.
    fn other_kind(&self, lost: &Lost<'_>) -> Option<EntityId> {
        (0..self.catalog.blueprints.len())
            .filter_map(|n| u32::try_from(n).ok().map(BlueprintId))
            .filter(|id| *id != lost.target)
            .find_map(|id| self.catalog.find_entity(id, &lost.name.value))
            .filter(|found| *found != lost.entity)
    }

    /// The entity that was most likely meant, and whether no other could be.
    fn nearest(&mut self, lost: &Lost<'_>) -> Option<(EntityId, bool)> {
        let catalog = self.catalog;
        let folded = self.folded.get_or_insert_with(|| fold(catalog));
        let name = lost.name.value.as_str();
        if let Some(found) = folded.get(&(lost.target, name.to_lowercase())) {
            return Some((found.entity, found.is_only));
        }
        let names = catalog.entities_of(lost.target);
        self.compared += names.len();
        if self.compared > COMPARED {
            return None;
        }
        let near = near(
            name,
            names.iter().map(|entity| entity.identifier.value.as_str()),
        )?;
        let found = catalog.find_entity(lost.target, near.name)?;
        Some((found, near.certain))
    }
}

/// The entities by blueprint and their names in lower case.
fn fold(catalog: &Catalog) -> FxHashMap<(BlueprintId, String), Folded> {
    let mut folded = FxHashMap::default();
    for (entity, e) in catalog.entities() {
        let key = (e.blueprint, e.identifier.value.to_lowercase().to_string());
        let is_only = !folded.contains_key(&key);
        folded.insert(key, Folded { entity, is_only });
    }
    folded
}

/// What the relations of one key begin with: `owner` of `ownerUser`, `dependsOn` of
/// `dependsOnResources`.
fn key_of(relation: &str) -> &str {
    let end = relation.rfind(|c: char| c.is_ascii_uppercase());
    let key = end.and_then(|end| relation.get(..end));
    match key {
        Some(key) if key.starts_with("owner") || key.starts_with("depend") => key,
        _ => relation,
    }
}

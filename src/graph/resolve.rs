//! Looks up what each relation names.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::finding::Finding;
use crate::finding::codes::{E0301, E0307};
use crate::graph::{Edge, Graph};
use crate::model::entity::Related;
use crate::model::{Blueprint, BlueprintId, Catalog, Entity, EntityId};
use crate::text::{Located, Text, nearest};

/// Names that are compared to find the nearest of a wrong one, in one run; after that only
/// names that differ in case alone are proposed, so that many wrong names stay cheap.
const COMPARED: usize = 4_000_000;

/// Resolves all relations of a catalog.
pub fn build(catalog: &Catalog) -> (Graph, Vec<Finding>) {
    let targets: Vec<Vec<Option<BlueprintId>>> = catalog
        .blueprints
        .iter()
        .map(|b| target_ids(catalog, b))
        .collect();
    let entities: Vec<(EntityId, &Entity)> = catalog.entities().collect();
    let resolved: Vec<(Vec<Edge>, Vec<Lost<'_>>)> = entities
        .par_chunks(1024)
        .map(|chunk| {
            let (mut edges, mut lost) = (Vec::new(), Vec::new());
            for (id, entity) in chunk {
                resolve(catalog, &targets, *id, entity, &mut edges, &mut lost);
            }
            (edges, lost)
        })
        .collect();
    let mut edges = Vec::new();
    let mut wording = Wording::new(catalog);
    let mut findings = Vec::new();
    for (part, lost) in resolved {
        edges.extend(part);
        findings.extend(lost.iter().map(|lost| wording.finding(lost)));
    }
    for entity in &catalog.shadowed {
        // One that is set aside for the case of its letters has no number, and needs none.
        let id = catalog
            .find_entity(entity.blueprint, &entity.identifier.value)
            .unwrap_or(EntityId(u32::MAX));
        let mut lost = Vec::new();
        resolve(catalog, &targets, id, entity, &mut Vec::new(), &mut lost);
        findings.extend(lost.iter().map(|lost| wording.finding(lost)));
    }
    (Graph::new(edges, catalog.entities.len()), findings)
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
    target: BlueprintId,
    name: &'c Located<Text>,
}

fn resolve<'c>(
    catalog: &'c Catalog,
    targets: &[Vec<Option<BlueprintId>>],
    id: EntityId,
    entity: &'c Entity,
    edges: &mut Vec<Edge>,
    lost: &mut Vec<Lost<'c>>,
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
        let Some((number, _)) = blueprint.relation(&name.value) else {
            continue;
        };
        let Some(Some(target)) = targets
            .get(entity.blueprint.0 as usize)
            .and_then(|targets| targets.get(number))
        else {
            continue;
        };
        for name in names {
            match catalog.find_entity(*target, &name.value) {
                Some(to) => edges.push(Edge {
                    from: id,
                    relation: u16::try_from(number).unwrap_or(u16::MAX),
                    to,
                    span: name.span,
                }),
                None if blueprint.broken => {}
                None if catalog.half_read_names.contains(&name.value) => {}
                None => lost.push(Lost {
                    entity: id,
                    target: *target,
                    name,
                }),
            }
        }
    }
}

/// Finds the words for what is lost.
struct Wording<'c> {
    catalog: &'c Catalog,
    /// Entities by their names in lower case, made when the first name is lost.
    folded: Option<FxHashMap<(BlueprintId, String), EntityId>>,
    compared: usize,
}

impl<'c> Wording<'c> {
    fn new(catalog: &'c Catalog) -> Self {
        Self {
            catalog,
            folded: None,
            compared: 0,
        }
    }

    fn finding(&mut self, lost: &Lost<'_>) -> Finding {
        let name = lost.name.value.as_str();
        let kind = self.kind_name(lost.target);
        if let Some(other) = self.other_kind(lost) {
            let is = self
                .catalog
                .entity(other)
                .map_or(lost.target, |entity| entity.blueprint);
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
            .label(format!("must be {} {kind}", article(kind)))
            .help(format!("write the identifier of {} {kind}", article(kind)));
            return self.with_place(finding, other, &format!("{} {is}", article(is)));
        }
        let finding = Finding::new(
            &E0301,
            lost.name.span,
            format!("no {kind} is called `{name}`"),
        )
        .label("not found");
        let Some(near) = self.nearest(lost) else {
            return finding.help(format!(
                "write the identifier of {} {kind}, or add `{name}`",
                article(kind)
            ));
        };
        let help = self
            .catalog
            .entity(near)
            .map(|entity| format!("did you mean `{}`?", entity.identifier.value));
        self.with_place(finding.maybe_help(help), near, "the nearest name")
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

    fn nearest(&mut self, lost: &Lost<'_>) -> Option<EntityId> {
        let catalog = self.catalog;
        let folded = self.folded.get_or_insert_with(|| {
            catalog
                .entities()
                .map(|(id, e)| {
                    (
                        (e.blueprint, e.identifier.value.to_lowercase().to_string()),
                        id,
                    )
                })
                .collect()
        });
        let name = lost.name.value.as_str();
        if let Some(id) = folded.get(&(lost.target, name.to_lowercase())) {
            return Some(*id);
        }
        let names = catalog.entities_of(lost.target);
        self.compared += names.len();
        if self.compared > COMPARED {
            return None;
        }
        let near = nearest(
            name,
            names.iter().map(|entity| entity.identifier.value.as_str()),
        )?;
        catalog.find_entity(lost.target, near)
    }
}

fn article(kind: &str) -> &'static str {
    if kind.starts_with(['A', 'E', 'I', 'O', 'a', 'e', 'i', 'o']) {
        "an"
    } else {
        "a"
    }
}

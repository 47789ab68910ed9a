//! Relations of entities against their blueprints; what they name was resolved by `graph`.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::check::Subject;
use crate::finding::Finding;
use crate::finding::Fix;
use crate::finding::Many;
use crate::finding::Part;
use crate::finding::codes::{E0303, E0304, E0305, E0315};
use crate::finding::fix::Change;
use crate::model::Blueprint;
use crate::model::Entity;
use crate::model::entity::Related;
use crate::text::Span;

/// Relations that the blueprint does not define.
pub(super) fn names(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    each(subject, findings, |entity, blueprint, findings| {
        let kind = blueprint.identifier.value.as_str();
        let written = entity.relations.iter().map(|related| &related.name);
        let null = entity.null_relations.iter().map(|entry| &entry.key);
        for key in written.chain(null) {
            let name = key.value.as_str();
            if blueprint.relation(name).is_some() {
                continue;
            }
            let finding =
                Finding::new(&E0303, key.span, format!("{kind} has no relation `{name}`"))
                    .label("not known");
            findings.push(if let Some(property) = blueprint.property(name) {
                finding
                    .related(property.name.span, "it is a property")
                    .help("move it to `properties`")
            } else {
                let names: Vec<&str> = blueprint
                    .relations
                    .iter()
                    .map(|relation| relation.name.value.as_str())
                    .collect();
                finding.choose_or(
                    name,
                    &names,
                    &format!(
                        "add `{name}` to the relations of {}",
                        blueprint.identifier.value
                    ),
                )
            });
        }
    });
}

/// A list where one name belongs, or one name where a list belongs.
pub(super) fn shapes(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    each(subject, findings, |entity, blueprint, findings| {
        for related in &entity.relations {
            let Some((_, relation)) = blueprint.relation(&related.name.value) else {
                continue;
            };
            if related.broken || relation.many == related.is_list {
                continue;
            }
            let name = &relation.name.value;
            let is_written = related.span != entity.identifier.span;
            // `{teams: admins, checkout}`: what stands behind it may belong into the brackets.
            let strays = || stray(entity, blueprint, related);
            let (message, help) = if relation.many {
                (
                    format!(
                        "`{name}` must be a list of {}, not one name",
                        relation.target.value
                    ),
                    match &*related.targets {
                        [only] => {
                            let all = std::iter::once(only.value.as_str()).chain(strays());
                            format!(
                                "put it in brackets: `[{}]`",
                                all.collect::<Vec<_>>().join(", ")
                            )
                        }
                        _ => "put it in brackets: `[...]`".to_owned(),
                    },
                )
            } else {
                (
                    format!("`{name}` must be one {}, not a list", relation.target.value),
                    match &*related.targets {
                        [only] => format!("write `{}` without brackets", only.value),
                        _ => "write one name without brackets".to_owned(),
                    },
                )
            };
            findings.push(
                Finding::new(&E0304, related.span, message)
                    .label(if related.is_list {
                        "a list"
                    } else {
                        "one name"
                    })
                    .related(relation.name.span, "defined here")
                    .help(help)
                    .maybe_fix(
                        reshaped(related, relation.many)
                            .filter(|_| is_written && strays().next().is_none()),
                    ),
            );
        }
    });
}

/// Names that stand twice in the list of a relation, which is a set.
pub(super) fn doubled(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    each(subject, findings, |entity, blueprint, findings| {
        let kind = &blueprint.identifier.value;
        for related in entity.relations.iter().filter(|it| it.targets.len() > 1) {
            let mut first: FxHashMap<&str, Span> = FxHashMap::default();
            for target in &related.targets {
                let span = *first.entry(&target.value).or_insert(target.span);
                if span == target.span || span.file != target.span.file {
                    continue;
                }
                let message = format!(
                    "`{}` stands twice in `{}` of {kind} `{}`",
                    target.value, related.name.value, entity.identifier.value
                );
                findings.push(
                    Finding::new(&E0315, target.span, message)
                        .label("second")
                        .related(span, "first")
                        .help("delete one of the two")
                        .fix(Fix::new(target.span, Change::Deleted(target.span))),
                );
            }
        }
    });
}

/// Names behind a relation, without a colon and a value, that are no relations.
fn stray<'e>(
    entity: &'e Entity,
    blueprint: &'e Blueprint,
    related: &Related,
) -> impl Iterator<Item = &'e str> + use<'e> {
    let (file, end) = (related.span.file, related.span.end);
    let null = entity.null_relations.iter().map(|entry| &entry.key);
    null.filter(move |key| {
        key.span.file == file && key.span.start > end && blueprint.relation(&key.value).is_none()
    })
    .map(|key| key.value.as_str())
}

/// One name in brackets, or a list of one without them.
fn reshaped(related: &Related, many: bool) -> Option<Fix> {
    let change = match &*related.targets {
        [only] if !many => Change::Alone(only.span),
        [_] => Change::Listed,
        _ => return None,
    };
    Some(Fix::new(related.span, change))
}

/// Relations that must be there.
pub(super) fn required(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    each(subject, findings, |entity, blueprint, findings| {
        for relation in blueprint
            .relations
            .iter()
            .filter(|relation| relation.required)
        {
            let name = relation.name.value.as_str();
            let has = entity
                .relation(name)
                .is_some_and(|related| related.broken || !related.targets.is_empty());
            if has {
                continue;
            }
            let null = crate::syntax::entry(&entity.null_relations, name);
            let empty = entity
                .relation(name)
                .map(|related| related.span)
                .or_else(|| null.map(|entry| entry.node.span));
            let part = empty.map_or(Part::Relation, |_| Part::Target);
            findings.push(
                Finding::new(
                    &E0305,
                    empty.unwrap_or(entity.relations_place),
                    format!(
                        "{} `{}` needs the relation `{name}`",
                        blueprint.identifier.value, entity.identifier.value
                    ),
                )
                .misses(part, name)
                .label(if empty.is_some() {
                    "names nothing".to_owned()
                } else {
                    format!("`{name}` is missing")
                })
                .related(relation.name.span, "required here")
                .help(format!(
                    "add `{name}` with the identifier of a {}",
                    relation.target.value
                )),
            );
        }
    });
}

fn each(
    subject: &Subject<'_>,
    findings: &mut Vec<Finding>,
    look: impl Fn(&Entity, &Blueprint, &mut Vec<Finding>) + Sync,
) {
    let catalog = subject.catalog;
    let found: Vec<Vec<Finding>> = catalog
        .entities
        .par_chunks(1024)
        .chain(catalog.shadowed.par_chunks(1024))
        .map(|entities| {
            let mut findings = Vec::new();
            for entity in entities.iter().filter(|entity| !entity.broken) {
                let is_broken = subject
                    .kinds
                    .get(entity.blueprint.0 as usize)
                    .is_none_or(|kind| kind.broken);
                if let Some(blueprint) = catalog.blueprint(entity.blueprint).filter(|_| !is_broken)
                {
                    let many = Many::new(&findings);
                    look(entity, blueprint, &mut findings);
                    many.end(&mut findings, "in this entity");
                }
            }
            findings
        })
        .collect();
    findings.extend(found.into_iter().flatten());
}

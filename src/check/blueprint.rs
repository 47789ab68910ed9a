//! What blueprints name: other blueprints, and paths through them.

use crate::check::Subject;
use crate::derive;
use crate::finding::Finding;
use crate::finding::Fix;
use crate::finding::Severity;
use crate::finding::codes::{E0209, E0212, E0213};
use crate::model::Blueprint;
use crate::model::Catalog;
use crate::model::DocumentKind;
use crate::model::blueprint::{OnDelete, Ownership, Relation};
use crate::text::near;
use crate::text::{Located, Text};

/// Meta-properties that a path may end in.
pub(super) const META: &[&str] = &[
    "$identifier",
    "$title",
    "$team",
    "$icon",
    "$blueprint",
    "$createdAt",
    "$updatedAt",
    "$createdBy",
    "$updatedBy",
];

/// Blueprints that relations and aggregations name.
pub(super) fn targets(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for blueprint in &subject.catalog.blueprints {
        let relations = blueprint.relations.iter().map(|relation| &relation.target);
        let aggregations = blueprint
            .aggregations
            .iter()
            .map(|aggregation| &aggregation.target);
        for target in relations.chain(aggregations) {
            let is_there = subject.catalog.find_blueprint(&target.value).is_some();
            if !is_there && !subject.is_half_read(DocumentKind::Blueprints) {
                findings.push(subject.catalog.unknown_blueprint(target));
            }
        }
        for aggregation in &blueprint.aggregations {
            const FUNCS: &[&str] = &["count", "sum", "min", "max", "median", "average"];
            if !FUNCS.contains(&aggregation.func.value.as_str()) {
                findings.push(
                    Finding::new(
                        &E0209,
                        aggregation.func.span,
                        format!("`{}` is no way to aggregate", aggregation.func.value),
                    )
                    .label("not known")
                    .choose(&aggregation.func.value, FUNCS),
                );
            }
            let target = subject.catalog.find_blueprint(&aggregation.target.value);
            let by_property = aggregation
                .by
                .as_ref()
                .is_none_or(|by| by.value == "property");
            if let (Some(property), Some((_, target)), true) =
                (&aggregation.property, target, by_property)
                && !has_value(target, &property.value)
            {
                findings.push(unknown(property, &property.value, target, &values(target)));
            }
        }
    }
}

/// Only entities of one kind can lead to each other by one relation.
fn never_circles(blueprint: &Blueprint, findings: &mut Vec<Finding>) {
    let elsewhere = |it: &&Relation| it.acyclic && it.target.value != blueprint.identifier.value;
    for relation in blueprint.relations.iter().filter(elsewhere) {
        findings.push(
            Finding::new(
                &E0213,
                relation.name.span,
                format!(
                    "`acyclic` says nothing about a relation to {}",
                    relation.target.value
                ),
            )
            .label("cannot lead back here")
            .help("delete `acyclic`"),
        );
    }
}

/// What relations cannot do: lead back from elsewhere, or be emptied where they are required.
pub(super) fn relations(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for blueprint in &subject.catalog.blueprints {
        never_circles(blueprint, findings);
        let (OnDelete::Nullify, Some(span)) = (blueprint.on_delete, blueprint.on_delete_span)
        else {
            continue;
        };
        for other in &subject.catalog.blueprints {
            let required = other
                .relations
                .iter()
                .find(|it| it.required && it.target.value == blueprint.identifier.value);
            let Some(relation) = required else { continue };
            let from = &other.identifier.value;
            findings.push(
                Finding::new(
                    &E0209,
                    span,
                    format!(
                        "{from} cannot be without `{}`, which this would empty",
                        relation.name.value
                    ),
                )
                .label("empties a required relation")
                .related(relation.name.span, "required here")
                .help("write `restrict` or `cascade`, or let the relation be optional"),
            );
        }
    }
}

/// Paths of mirrors, ownership, expiry and `unique`.
pub(super) fn paths(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for blueprint in &subject.catalog.blueprints {
        for mirror in &blueprint.mirrors {
            path(
                subject.catalog,
                blueprint,
                &mirror.path,
                Ends::Value,
                findings,
            );
        }
        match &blueprint.ownership {
            Some(Ownership::Path(owner) | Ownership::Inherited(owner)) => {
                path(subject.catalog, blueprint, owner, Ends::Relation, findings);
            }
            Some(Ownership::Direct) | None => {}
        }
        if let Some(expiry) = &blueprint.expiry {
            match blueprint.property(&expiry.value) {
                Some(property) if matches!(property.format(), Some("timer" | "date-time")) => {}
                Some(property) => findings.push(
                    Finding::new(
                        &E0209,
                        expiry.span,
                        format!("`{}` is no time that could pass", expiry.value),
                    )
                    .label("not a timer")
                    .related(property.name.span, "defined here")
                    .help("give the property `format: timer`"),
                ),
                None => findings.push(unknown(
                    expiry,
                    &expiry.value,
                    blueprint,
                    &values(blueprint),
                )),
            }
        }
        for unique in &blueprint.unique {
            let name = unique
                .value
                .strip_prefix("properties.")
                .unwrap_or(&unique.value);
            if blueprint.property(name).is_none() || name.len() == unique.value.len() {
                let names: Vec<String> = blueprint
                    .properties
                    .iter()
                    .map(|p| format!("properties.{}", p.name.value))
                    .collect();
                findings.push(unknown(unique, &unique.value, blueprint, &names));
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Ends {
    /// In a property or a meta-property.
    Value,
    /// In a relation.
    Relation,
}

/// Walks a dotted path through the blueprints and reports the first part that leads nowhere.
fn path(
    catalog: &Catalog,
    blueprint: &Blueprint,
    path: &Located<Text>,
    ends: Ends,
    findings: &mut Vec<Finding>,
) {
    let mut here = blueprint;
    let parts: Vec<&str> = path.value.split('.').collect();
    for (n, part) in parts.iter().enumerate() {
        let is_last = n + 1 == parts.len();
        if is_last && ends == Ends::Value {
            if derive::is_unwritten(part) {
                findings.push(derive::unwritten(part, path.span));
                return;
            }
            if META.contains(part) || has_value(here, part) {
                findings.extend(object_shown(here, part, path));
                return;
            }
        }
        if let Some(finding) = through_value(here, part, path, ends) {
            findings.push(finding);
            return;
        }
        let Some((_, relation)) = here.relation(part) else {
            let mut names: Vec<String> = here
                .relations
                .iter()
                .map(|relation| relation.name.value.to_string())
                .collect();
            if is_last && ends == Ends::Value {
                names = values(here);
                names.extend(META.iter().map(|name| (*name).to_owned()));
            }
            findings.push(unknown(path, part, here, &names));
            return;
        };
        if is_last && ends == Ends::Value {
            findings.push(
                Finding::new(
                    &E0212,
                    path.span,
                    format!(
                        "`{part}` is a relation of {}, the path must end in a value",
                        here.identifier.value
                    ),
                )
                .label("ends in a relation")
                .help(format!(
                    "write `{}.$identifier` or `{}.$title`",
                    path.value, path.value
                )),
            );
            return;
        }
        match catalog.find_blueprint(&relation.target.value) {
            Some((_, target)) => here = target,
            // That the target is missing is said at the relation.
            None => return,
        }
    }
}

/// A mirror shows one value; of an object it is all of it.
fn object_shown(blueprint: &Blueprint, name: &str, path: &Located<Text>) -> Option<Finding> {
    let property = blueprint.property(name)?;
    if property.type_word() != Some("object") || property.format() == Some("labeled-url") {
        return None;
    }
    let finding = Finding::new(
        &E0209,
        path.span,
        format!("`{name}` is an object, and a mirror shows one value"),
    )
    .label("ends in an object")
    .related(property.name.span, "defined here")
    .help(format!(
        "mirror a value that {} computes from it with a calculation",
        blueprint.identifier.value
    ));
    Some(Finding {
        severity: Severity::Warning,
        ..finding
    })
}

/// A path goes through relations: a property on its way is where it ends too early.
fn through_value(
    blueprint: &Blueprint,
    part: &str,
    path: &Located<Text>,
    ends: Ends,
) -> Option<Finding> {
    if !has_value(blueprint, part) || blueprint.relation(part).is_some() {
        return None;
    }
    let kind = &blueprint.identifier.value;
    let help = match ends {
        Ends::Relation => "name relations only, the last one leads to the owner".to_owned(),
        Ends::Value => format!("end the path in `{part}`"),
    };
    Some(
        Finding::new(
            &E0212,
            path.span,
            format!("`{part}` is a property of {kind}, and a path goes through relations"),
        )
        .label(format!("`{part}` leads nowhere"))
        .help(help),
    )
}

fn has_value(blueprint: &Blueprint, name: &str) -> bool {
    blueprint.property(name).is_some() || blueprint.derived().any(|derived| derived.value == name)
}

fn values(blueprint: &Blueprint) -> Vec<String> {
    let properties = blueprint
        .properties
        .iter()
        .map(|property| property.name.value.to_string());
    properties
        .chain(blueprint.derived().map(|derived| derived.value.to_string()))
        .collect()
}

fn unknown(path: &Located<Text>, part: &str, blueprint: &Blueprint, names: &[String]) -> Finding {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let fix = near(part, names.iter().copied())
        .filter(|near| near.certain && path.value.split('.').filter(|p| p == &part).count() == 1)
        .map(|near| {
            let parts = path.value.split('.');
            let parts: Vec<&str> = parts
                .map(|p| if p == part { near.name } else { p })
                .collect();
            Fix::name(path.span, &path.value, &parts.join("."))
        });
    Finding::new(
        &E0212,
        path.span,
        format!("{} has no `{part}`", blueprint.identifier.value),
    )
    .label(format!("`{part}` leads nowhere"))
    .choose(part, &names)
    .maybe_fix(fix)
}

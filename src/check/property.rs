//! Properties of entities against the schemas of their blueprints.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::check::Subject;
use crate::check::schema::Kind;
use crate::derive::has_secret;
use crate::finding::Finding;
use crate::finding::Part;
use crate::finding::codes::{E0205, E0206, E0211};
use crate::finding::{Many, Related, bound};
use crate::model::Blueprint;
use crate::model::Entity;
use crate::model::blueprint::Property;
use crate::model::entity::Naming;
use crate::syntax::Entry;
use crate::syntax::Node;
use crate::syntax::Value;
use crate::text::{FileId, Span, visible};

/// Unknown, missing and unfitting properties.
pub(super) fn properties(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let of = |entities: &[Entity]| {
        let mut findings = Vec::new();
        for entity in entities.iter().filter(|entity| !entity.broken) {
            let blueprint = subject.catalog.blueprint(entity.blueprint);
            let kind = subject.kinds.get(entity.blueprint.0 as usize);
            if let (Some(blueprint), Some(kind)) = (blueprint, kind) {
                entity_properties(entity, blueprint, kind, &mut findings);
            }
        }
        findings
    };
    let catalog = subject.catalog;
    for all in [&catalog.entities, &catalog.shadowed] {
        for some in all.chunks(AT_ONCE) {
            let found: Vec<Vec<Finding>> = some.par_chunks(32).map(of).collect();
            findings.extend(found.into_iter().flatten());
            bound(findings);
        }
    }
}

/// Entities that are looked at before findings of which there are too many are left out.
const AT_ONCE: usize = 1 << 10;

/// Unknown, missing and unfitting properties of one entity.
pub(super) fn entity_properties(
    entity: &Entity,
    blueprint: &Blueprint,
    kind: &Kind,
    findings: &mut Vec<Finding>,
) {
    let owner = blueprint.identifier.value.as_str();
    let mut many = Many::new(findings);
    for entry in entity.properties.iter() {
        let name = entry.key.value.as_str();
        let Some(at) = blueprint
            .properties
            .iter()
            .position(|property| property.name.value == name)
        else {
            if !kind.broken && many.tells(findings) {
                findings.push(unknown(name, entry.key.span, blueprint));
            }
            continue;
        };
        let (Some(Some(schema)), Some(property)) =
            (kind.properties.get(at), blueprint.properties.get(at))
        else {
            continue;
        };
        if !schema.fits(&entry.node.to_json()) {
            let told = findings.len();
            schema.findings(name, owner, entry, &property.schema, findings);
            let own = findings.get_mut(told..).unwrap_or_default();
            made(entity, entry, own);
            if has_secret(&property.schema) {
                silence(name, property, own);
            }
            many.cut(findings);
        }
    }
    if kind.broken {
        // Which names there are is not known.
        many.end(findings, "in this entity");
        return;
    }
    for entry in &entity.null_properties {
        let name = entry.key.value.as_str();
        if blueprint.property(name).is_none() && many.tells(findings) {
            findings.push(unknown(name, entry.key.span, blueprint));
        }
    }
    many.end(findings, "in this entity");
    for required in &blueprint.required {
        let name = required.value.as_str();
        if entity.property(name).is_none() {
            let null = crate::syntax::entry(&entity.null_properties, name);
            findings.push(
                Finding::new(
                    &E0205,
                    null.map_or(entity.properties_place, |entry| entry.node.span),
                    format!("{owner} `{}` needs `{name}`", entity.identifier.value),
                )
                .misses(Part::Property, name)
                .label(format!("`{name}` is missing"))
                .related(required.span, "required here")
                .help(match entity.naming {
                    Naming::Exact => format!("add `{name}` to its properties"),
                    Naming::Backstage => format!("add `{name}` to `spec`"),
                }),
            );
        }
    }
}

/// Says of a value that an expression made that it stands nowhere, and changes nothing there.
fn made(entity: &Entity, entry: &Entry, findings: &mut [Finding]) {
    let text = entry.node.as_str().unwrap_or_default();
    if !entity.is_made(entry.node.span, text) {
        return;
    }
    let name = &entry.key.value;
    for finding in findings.iter_mut().filter(|it| it.span == entry.node.span) {
        let of = format!("`{name}` is made of this element");
        finding.label = format!("{of}: {}", finding.label);
        finding.fix = None;
        if entry.key.span != entry.node.span {
            finding.related.push(Related {
                span: entry.key.span,
                label: "by this expression".to_owned(),
            });
        }
    }
}

/// What a secret is, is repeated nowhere, and neither is what it nearly is.
fn silence(name: &str, property: &Property, findings: &mut [Finding]) {
    for finding in findings {
        finding.message = format!("`{name}` does not fit its schema, and is a secret");
        "not shown".clone_into(&mut finding.label);
        finding.help = Some(format!("compare it with the schema of `{name}`"));
        finding.near = None;
        finding.related.clear();
        finding.fix = None;
        finding.hides = true;
        if property.name.span.file != FileId::BUILT_IN {
            finding.related.push(Related {
                span: property.name.span,
                label: "its schema".to_owned(),
            });
        }
    }
}

fn unknown(name: &str, span: Span, blueprint: &Blueprint) -> Finding {
    let kind = blueprint.identifier.value.as_str();
    let finding =
        Finding::new(&E0206, span, format!("{kind} has no property `{name}`")).label("not known");
    if let Some(derived) = blueprint.derived().find(|derived| derived.value == name) {
        return finding
            .related(derived.span, "it is derived here")
            .help("delete it: its value is computed");
    }
    if let Some((_, relation)) = blueprint.relation(name) {
        return finding
            .related(relation.name.span, "it is a relation")
            .help("move it to `relations`");
    }
    let names: Vec<&str> = blueprint
        .properties
        .iter()
        .map(|property| property.name.value.as_str())
        .collect();
    let add = format!("add `{name}` to the properties of {kind}");
    finding.choose_or(name, &names, &add)
}

/// Values that must differ between the entities of a blueprint.
pub(super) fn unique(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (id, blueprint) in subject.catalog.kinds() {
        for path in &blueprint.unique {
            let Some(name) = path.value.strip_prefix("properties.") else {
                continue;
            };
            let property = blueprint.property(name);
            let is_shown = !property.is_some_and(|property| has_secret(&property.schema));
            let mut first: BTreeMap<String, &Node> = BTreeMap::new();
            for entity in subject.catalog.entities_of(id) {
                let Some(entry) = entity.property(name) else {
                    continue;
                };
                let value = spelling(&entry.node);
                if let Some(first) = first.get(&value) {
                    let (first, second) = if first.span < entry.node.span {
                        (*first, &entry.node)
                    } else {
                        (&entry.node, *first)
                    };
                    findings.push(
                        Finding::new(
                            &E0211,
                            second.span,
                            format!(
                                "two entities of {} have the {name} {}",
                                blueprint.identifier.value,
                                if is_shown {
                                    shown(second)
                                } else {
                                    "`***`".to_owned()
                                }
                            ),
                        )
                        .label("second")
                        .related(first.span, "first")
                        .related(path.span, "must be unique")
                        .help("give one of the two another value"),
                    );
                    continue;
                }
                first.insert(value, &entry.node);
            }
        }
    }
}

/// One spelling for equal values: 1 equals 1.0, and the order of keys says nothing.
fn spelling(node: &Node) -> String {
    match &node.value {
        Value::Float(number) if number.fract() == 0.0 => format!("{number:.0}"),
        Value::Sequence(nodes) => {
            let all: Vec<String> = nodes.iter().map(spelling).collect();
            format!("[{}]", all.join(","))
        }
        Value::Mapping(entries) => {
            let all: BTreeMap<&str, String> = entries
                .iter()
                .map(|entry| (entry.key.value.as_str(), spelling(&entry.node)))
                .collect();
            format!("{all:?}")
        }
        _ => node.to_json().to_string(),
    }
}

/// The longest value that a message repeats, in characters.
const SHOWN: usize = 60;

/// A value in backticks, cut where it is long.
pub(super) fn shown(node: &Node) -> String {
    let text = match &node.value {
        Value::String(text) => text.to_string(),
        _ => node.to_json().to_string(),
    };
    let is_long = text.chars().count() > SHOWN;
    let mut shown = String::new();
    for c in visible(&text.chars().take(SHOWN).collect::<String>()).chars() {
        // A blank that is none looks like one.
        if c.is_whitespace() && !c.is_ascii() {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    format!("`{shown}{}`", if is_long { "..." } else { "" })
}

//! Entities as a test changes or gives them.

use serde_json::{Map, Value as Json};

use crate::check::Subject;
use crate::check::property::entity_properties;
use crate::check::trial::name;
use crate::finding::Finding;
use crate::finding::codes::{E0208, E0414, E0415, E0416};
use crate::model::entity::Related;
use crate::model::trial::Edit;
use crate::model::{Blueprint, BlueprintId, Catalog, Entity, given as read_given};
use crate::policy::{BuiltIn, What};
use crate::syntax::Entry;
use crate::syntax::Node;
use crate::text::{Located, Text, choose};

/// The path that a rename changes.
const NAME: &str = "identifier";

/// The entity with these changes; a change whose value is not told leaves it as it is.
pub(super) fn edited(
    subject: &Subject<'_>,
    (entity, what): (&Entity, What<'_>),
    edits: &[Edit],
    findings: &mut Vec<Finding>,
) -> Entity {
    let mut edited = entity.clone();
    let Some(blueprint) = subject.catalog.blueprint(entity.blueprint) else {
        return edited;
    };
    for edit in edits {
        if edit.path.value == NAME {
            match renamed(subject, (entity, what), edit) {
                Ok(name) => edited.identifier = name,
                Err(finding) => findings.push(*finding),
            }
            continue;
        }
        if !is_path(blueprint, &edit.path, edit.to.is_some(), findings) {
            continue;
        }
        if let Some(to) = &edit.to {
            put(&mut edited, &edit.path, to);
        }
    }
    if edits.iter().any(|edit| edit.to.is_some()) {
        let own: Vec<&Edit> = edits.iter().filter(|edit| edit.to.is_some()).collect();
        values(subject, blueprint, &edited, &own, findings);
    }
    edited
}

/// The other name that a rename gives an entity.
///
/// Errors: a finding about a name that cannot be, or that nothing changes.
fn renamed(
    subject: &Subject<'_>,
    (entity, what): (&Entity, What<'_>),
    edit: &Edit,
) -> Result<Located<Text>, Box<Finding>> {
    let refused = |place, message: String, help: &str| {
        let finding = Finding::new(&E0416, place, message).label("cannot be");
        Box::new(finding.help(help))
    };
    if !matches!(what, What::BuiltIn(BuiltIn::Rename)) {
        let message = format!("`{}` leaves an entity its name", what.word());
        return Err(refused(edit.path.span, message, "ask for `rename`"));
    }
    let told = edit.to.as_ref().and_then(|to| Some((to, to.as_str()?)));
    let Some((to, name)) = told.filter(|(_, name)| !name.is_empty()) else {
        let message = "nothing says the new name".to_owned();
        let help = "write it as a text: `changed: {identifier: CartService}`";
        return Err(refused(edit.path.span, message, help));
    };
    if let Some(there) = subject.catalog.find_entity(entity.blueprint, name) {
        let there = subject.catalog.entity(there);
        let place = there.map(|there| there.identifier.span);
        let message = format!("`{name}` is the name of an entity already");
        let finding = *refused(to.span, message, "write another name");
        return Err(Box::new(match place {
            Some(place) => finding.related(place, "is there"),
            None => finding,
        }));
    }
    Ok(Located::new(Text::from(name), to.span))
}

/// Whether what an entity would say fits its blueprint; what the catalog says of it is told where
/// it stands.
fn values(
    subject: &Subject<'_>,
    blueprint: &Blueprint,
    edited: &Entity,
    edits: &[&Edit],
    findings: &mut Vec<Finding>,
) {
    let Some(kind) = subject.kinds.get(edited.blueprint.0 as usize) else {
        return;
    };
    let mut found = Vec::new();
    entity_properties(edited, blueprint, kind, &mut found);
    let is_own = |finding: &Finding| {
        edits.iter().any(|edit| {
            let place = edit.to.as_ref().map_or(edit.path.span, |to| to.span);
            finding.span.file == place.file
                && (place.start..=place.end).contains(&finding.span.start)
        })
    };
    findings.extend(found.into_iter().filter(is_own));
    for edit in edits {
        let name = edit.path.value.strip_prefix("relations.");
        let Some(related) = name.and_then(|name| edited.relation(name)) else {
            continue;
        };
        if let Some((_, relation)) = blueprint.relation(&related.name.value) {
            targets(subject, related, &relation.target.value, findings);
        }
    }
}

/// The entities that a relation names.
fn targets(subject: &Subject<'_>, related: &Related, kind: &str, findings: &mut Vec<Finding>) {
    let Some((id, _)) = subject.catalog.find_blueprint(kind) else {
        return;
    };
    for target in &related.targets {
        if let Err(finding) = name::entity(subject.catalog, Some(id), target) {
            findings.push(*finding);
        }
    }
}

/// Whether an entity has a path; with a value it is a whole property or relation.
fn is_path(
    blueprint: &Blueprint,
    path: &Located<Text>,
    has_value: bool,
    findings: &mut Vec<Finding>,
) -> bool {
    let properties = blueprint.properties.iter();
    let mut names: Vec<String> = properties
        .map(|it| format!("properties.{}", it.name.value))
        .collect();
    let relations = blueprint.relations.iter();
    names.extend(relations.map(|it| format!("relations.{}", it.name.value)));
    names.extend(["team", "title"].map(str::to_owned));
    if !has_value {
        let derived = blueprint.derived();
        names.extend(derived.map(|name| format!("properties.{}", name.value)));
    }
    let written = path.value.as_str();
    let is_known = names.iter().any(|known| {
        let rest = written.strip_prefix(known.as_str());
        rest.is_some_and(|rest| rest.is_empty() || (!has_value && rest.starts_with(['.', '['])))
    });
    if is_known {
        return true;
    }
    let ending = format!(".{written}");
    let known: Vec<&str> = names.iter().map(String::as_str).collect();
    let full = known.iter().find(|known| known.ends_with(&ending));
    let help = match full {
        Some(full) => format!("write `{full}`").into(),
        None => choose(written, &known),
    };
    let kind = &blueprint.identifier.value;
    findings.push(
        Finding::new(&E0414, path.span, format!("{kind} has no `{written}`"))
            .label("no path of it")
            .help(help),
    );
    false
}

/// Puts a value into an entity; null takes it out.
fn put(entity: &mut Entity, path: &Located<Text>, to: &Node) {
    let name = |name: &str| Located::new(Text::from(name), path.span);
    match path.value.split_once('.') {
        Some(("properties", property)) => {
            let others = entity.properties.iter();
            let others = others.filter(|entry| entry.key.value != property).cloned();
            let own = (!to.is_null()).then(|| Entry {
                key: name(property),
                node: to.clone(),
            });
            entity.properties = others.chain(own).collect();
        }
        Some((_, relation)) => {
            let own = (!to.is_null()).then(|| Related {
                name: name(relation),
                is_list: to.as_sequence().is_some(),
                broken: false,
                span: to.span,
                targets: texts(to).into(),
            });
            let others = entity.relations.iter();
            let others = others.filter(|it| it.name.value != relation).cloned();
            entity.relations = others.chain(own).collect();
        }
        None if path.value == "title" => entity.title = texts(to).into_iter().next(),
        None => entity.team = texts(to),
    }
}

fn texts(node: &Node) -> Vec<Located<Text>> {
    let one = std::slice::from_ref(node);
    let nodes = node.as_sequence().unwrap_or(one).iter();
    nodes
        .filter_map(|node| Some(Located::new(Text::from(node.as_str()?), node.span)))
        .collect()
}

/// The entity that a test gives; `of` is the blueprint where the action says it.
pub(super) fn given(
    subject: &Subject<'_>,
    node: &Node,
    of: Option<BlueprintId>,
    findings: &mut Vec<Finding>,
) -> Option<Box<Entity>> {
    let catalog = subject.catalog;
    let default = of.and_then(|of| catalog.blueprint(of));
    let default = default.map(|kind| kind.identifier.value.as_str());
    let (mut entity, kind) = read_given(node, default, findings)?;
    let Some((id, blueprint)) = catalog.find_blueprint(&kind.value) else {
        findings.push(catalog.unknown_blueprint(&kind));
        return None;
    };
    if of.is_some_and(|of| of != id) {
        let message = format!("the action is not for a {}", kind.value);
        let help = format!("write `blueprint: {}`", default.unwrap_or_default());
        findings.push(
            Finding::new(&E0208, kind.span, message)
                .label("of another blueprint")
                .help(help),
        );
        return None;
    }
    entity.blueprint = id;
    if let Some(there) = catalog.find_entity(id, &entity.identifier.value) {
        let message = format!(
            "{} `{}` is there already",
            kind.value, entity.identifier.value
        );
        let mut finding = Finding::new(&E0416, entity.identifier.span, message)
            .label("not new")
            .help("give it a name that no entity has");
        if let Some(there) = catalog.entity(there) {
            finding = finding.related(there.identifier.span, "is there");
        }
        findings.push(finding);
        return None;
    }
    if let Some(kind) = subject.kinds.get(id.0 as usize) {
        entity_properties(&entity, blueprint, kind, findings);
    }
    for related in &entity.relations {
        let path = format!("relations.{}", related.name.value);
        let path = Located::new(Text::from(path), related.name.span);
        if is_path(blueprint, &path, true, findings)
            && let Some((_, relation)) = blueprint.relation(&related.name.value)
        {
            targets(subject, related, &relation.target.value, findings);
        }
    }
    Some(Box::new(entity))
}

/// An entity as expressions read it, without what is computed.
pub(super) fn json(catalog: &Catalog, entity: &Entity) -> Json {
    let kind = catalog.blueprint(entity.blueprint);
    let relation = |related: &Related| {
        let mut names = related
            .targets
            .iter()
            .map(|it| Json::from(it.value.as_str()));
        let value = if related.is_list {
            names.collect()
        } else {
            names.next().unwrap_or_default()
        };
        (related.name.value.to_string(), value)
    };
    let relations: Map<String, Json> = entity.relations.iter().map(relation).collect();
    let team: Vec<&str> = entity.team.iter().map(|it| it.value.as_str()).collect();
    serde_json::json!({
        "identifier": entity.identifier.value.as_str(),
        "blueprint": kind.map(|kind| kind.identifier.value.as_str()),
        "title": entity.title(),
        "team": team,
        "properties": crate::syntax::to_json_object(&entity.properties),
        "relations": relations,
    })
}

/// That a file or an entity which a patch names is not there.
pub(super) fn nothing_there(written: &Located<Text>, what: &str, names: &[&str]) -> Finding {
    let message = format!("there is no {what} `{}`", written.value);
    Finding::new(&E0415, written.span, message)
        .label("not found")
        .help(choose(&written.value, names))
}

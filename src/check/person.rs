//! People and teams that values name: properties of the format `user` or `team`, and the `team`
//! of an entity that its team owns.
//!
//! In: the settings' `people`, and what people are members of. Out: a finding for each name that
//! stands for nobody. Where the settings name no people, these are texts like others.

use std::collections::BTreeSet;

use crate::check::Subject;
use crate::finding::Finding;
use crate::finding::bound;
use crate::finding::codes::E0216;
use crate::model::Blueprint;
use crate::model::BlueprintId;
use crate::model::Catalog;
use crate::model::DocumentKind;
use crate::model::blueprint::Ownership;
use crate::syntax::Node;
use crate::text::{Span, choose};

/// The names that values may have.
struct Known<'c> {
    /// Identifiers and logins; nothing where the settings name no people.
    people: Option<BTreeSet<&'c str>>,
    /// Identifiers of what one can be a member of; nothing where there is no such kind.
    teams: Option<BTreeSet<&'c str>>,
    /// Names that wrong ones were compared with.
    compared: usize,
}

/// Names that wrong ones are compared with in one run: very many wrong names stay cheap.
const COMPARED: usize = 4_000_000;

/// Names of people and teams that no file defines.
pub(super) fn known(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let catalog = subject.catalog;
    if subject.is_half_read(DocumentKind::Entities)
        || subject.is_half_read(DocumentKind::Blueprints)
    {
        return;
    }
    let mut known = Known {
        people: people(catalog),
        teams: teams(catalog),
        compared: 0,
    };
    for blueprint in catalog.blueprints.iter().filter(|it| !it.broken) {
        let Some((id, _)) = catalog.find_blueprint(&blueprint.identifier.value) else {
            continue;
        };
        let named: Vec<(&str, &str)> = blueprint
            .properties
            .iter()
            .filter_map(|property| Some((property.name.value.as_str(), format(&property.schema)?)))
            .collect();
        for entity in catalog.entities_of(id).iter().filter(|it| !it.broken) {
            for (name, format) in &named {
                let Some(entry) = entity.property(name) else {
                    continue;
                };
                for node in entry
                    .node
                    .as_sequence()
                    .unwrap_or(std::slice::from_ref(&entry.node))
                {
                    if let Some(text) = node.as_str() {
                        known.look(format, text, node.span, findings);
                        bound(findings);
                    }
                }
            }
            if is_direct(blueprint) {
                for team in &entity.team {
                    known.look("team", &team.value, team.span, findings);
                }
            }
        }
    }
}

fn is_direct(blueprint: &Blueprint) -> bool {
    matches!(blueprint.ownership, Some(Ownership::Direct))
}

/// `user` or `team`, where a property or the elements of it are of that format.
fn format(schema: &Node) -> Option<&str> {
    let own = schema.get("format");
    let elements = || schema.get("items").and_then(|items| items.get("format"));
    let format = own.or_else(elements).and_then(Node::as_str)?;
    ["user", "team"].contains(&format).then_some(format)
}

impl Known<'_> {
    fn look(&mut self, format: &str, name: &str, span: Span, findings: &mut Vec<Finding>) {
        let (names, what) = if format == "user" {
            (&self.people, "person")
        } else {
            (&self.teams, "team")
        };
        let Some(names) = names else { return };
        if names.contains(name) {
            return;
        }
        self.compared += names.len();
        let help = if self.compared > COMPARED {
            format!("write the name of a {what} of this catalog")
        } else {
            let all: Vec<&str> = names.iter().copied().collect();
            choose(name, &all)
        };
        findings.push(
            Finding::new(&E0216, span, format!("no {what} is called `{name}`"))
                .label("not found")
                .help(help),
        );
    }
}

fn people(catalog: &Catalog) -> Option<BTreeSet<&str>> {
    let people = catalog.settings.people.as_ref()?;
    let (id, _) = catalog.find_blueprint(&people.blueprint.value)?;
    let mut names = BTreeSet::new();
    for entity in catalog.entities_of(id) {
        names.insert(entity.identifier.value.as_str());
        // People are also known by their login, and in Port by their mail.
        for property in entity.properties.iter() {
            let login = people.login.as_ref();
            let is_login = login.is_some_and(|path| {
                let name = path
                    .value
                    .strip_prefix("properties.")
                    .unwrap_or(&path.value);
                name == property.key.value
            });
            let text = property.node.as_str();
            names.extend(text.filter(|text| is_login || text.contains('@')));
        }
    }
    Some(names)
}

fn teams(catalog: &Catalog) -> Option<BTreeSet<&str>> {
    catalog.settings.people.as_ref()?;
    let kinds: BTreeSet<BlueprintId> = catalog
        .blueprints
        .iter()
        .flat_map(|blueprint| &blueprint.relations)
        .filter(|relation| relation.member_of)
        .filter_map(|relation| catalog.find_blueprint(&relation.target.value))
        .map(|(id, _)| id)
        .collect();
    let entities = || kinds.iter().flat_map(|id| catalog.entities_of(*id));
    let is_there = !kinds.is_empty();
    is_there.then(|| entities().map(|it| it.identifier.value.as_str()).collect())
}

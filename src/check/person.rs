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
use crate::graph::Unchecked;
use crate::model::Blueprint;
use crate::model::BlueprintId;
use crate::model::Catalog;
use crate::model::DocumentKind;
use crate::model::Lost;
use crate::model::blueprint::Ownership;
use crate::syntax::Node;
use crate::text::{FileId, Span, article, choose};

/// The names that values may have.
struct Known<'c> {
    /// Identifiers and logins; nothing where the settings name no people.
    people: Option<Named<'c>>,
    /// Identifiers of what one can be a member of; nothing where there is no such kind.
    teams: Option<Named<'c>>,
    /// Those of them that `team` of an entity means.
    owners: Option<Named<'c>>,
}

/// Names that values may have, and the blueprints of what they name.
struct Named<'c> {
    names: BTreeSet<&'c str>,
    kinds: Vec<&'c str>,
    lost: &'c Lost,
    /// The file that may hold one of them who is known by another name than the identifier.
    other: Option<FileId>,
}

/// The format of `team`, which no property has.
const OWNER: &str = "owner";

/// Names that wrong ones are compared with in one run: very many wrong names stay cheap.
const COMPARED: usize = 4_000_000;

/// Names of people and teams that no file defines.
pub(super) fn known(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let mut compared = 0;
    each(subject, |known, format, name, span| {
        findings.extend(known.look(format, name, span, &mut compared));
        bound(findings);
    });
}

/// Names of people and teams that may stand in what could not be read.
pub(super) fn unchecked(subject: &Subject<'_>) -> Vec<Unchecked> {
    let mut unchecked = Vec::new();
    each(subject, |known, format, name, span| {
        let file = known.of(format).and_then(|of| of.unread(name));
        unchecked.extend(file.map(|file| Unchecked { file, span }));
    });
    unchecked
}

/// Does something with each name that a value has for a person or a team, told by `format`.
fn each(subject: &Subject<'_>, mut look: impl FnMut(&Known<'_>, &str, &str, Span)) {
    let catalog = subject.catalog;
    if subject.is_half_read(DocumentKind::Blueprints) {
        return;
    }
    let known = Known {
        people: people(catalog),
        teams: of_kinds(catalog, catalog.kinds_of_groups()),
        owners: of_kinds(catalog, catalog.team_kinds()),
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
                        look(&known, format, text, node.span);
                    }
                }
            }
            if is_direct(blueprint) {
                for team in &entity.team {
                    look(&known, OWNER, &team.value, team.span);
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

impl<'c> Known<'c> {
    /// Who may be named by a value of a format; nothing where the settings do not say it.
    fn of(&self, format: &str) -> Option<&Named<'c>> {
        match format {
            "user" => self.people.as_ref(),
            OWNER => self.owners.as_ref(),
            _ => self.teams.as_ref(),
        }
    }

    /// The finding that a name stands for nobody; `compared` counts the names that wrong ones
    /// were compared with.
    fn look(&self, format: &str, name: &str, span: Span, compared: &mut usize) -> Option<Finding> {
        let named = self.of(format)?;
        if named.names.contains(name) || named.unread(name).is_some() {
            return None;
        }
        let what = if format == "user" { "person" } else { "team" };
        *compared += named.names.len();
        let another = self.teams.as_ref().filter(|_| format == OWNER);
        let help = if another.is_some_and(|all| all.names.contains(name)) {
            let kinds = named.kinds.join(" or ");
            format!(
                "`team` names {} {kinds}, and `{name}` is none",
                article(&kinds)
            )
            .into()
        } else if *compared > COMPARED {
            format!("write the name of a {what} of this catalog").into()
        } else {
            let all: Vec<&str> = named.names.iter().copied().collect();
            choose(name, &all)
        };
        Some(
            Finding::new(&E0216, span, format!("no {what} is called `{name}`"))
                .label("not found")
                .help(help),
        )
    }
}

impl Named<'_> {
    /// The file that may hold a name which could not be read.
    fn unread(&self, name: &str) -> Option<FileId> {
        if self.names.contains(name) {
            return None;
        }
        let of = |kind: &&str| self.lost.may_hold(kind, name);
        self.kinds.iter().find_map(of).or(self.other)
    }
}

fn people(catalog: &Catalog) -> Option<Named<'_>> {
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
    Some(Named {
        names,
        kinds: vec![&people.blueprint.value],
        lost: &catalog.lost,
        other: catalog.lost.may_hold_any(&people.blueprint.value),
    })
}

fn of_kinds(catalog: &Catalog, kinds: impl IntoIterator<Item = BlueprintId>) -> Option<Named<'_>> {
    catalog.settings.people.as_ref()?;
    let kinds: Vec<BlueprintId> = kinds.into_iter().collect();
    let entities = || kinds.iter().flat_map(|id| catalog.entities_of(*id));
    let blueprints = kinds.iter().filter_map(|id| catalog.blueprint(*id));
    let is_there = !kinds.is_empty();
    is_there.then(|| Named {
        names: entities().map(|it| it.identifier.value.as_str()).collect(),
        kinds: blueprints.map(|it| it.identifier.value.as_str()).collect(),
        lost: &catalog.lost,
        other: None,
    })
}

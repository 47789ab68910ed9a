//! The names of a catalog and its repository that an argument may be.
//!
//! In: a line and an argument, known by its value's name. Out: candidates. Definitions are read and
//! nothing is checked; entities not even that, where their lines tell what they are.

use std::collections::BTreeSet;

use clap::Arg;

use crate::cli::ask::fill::filled;
use crate::cli::complete::Candidate;
use crate::cli::complete::line::Line;
use crate::cli::complete::plain::{self, Plain};
use crate::cli::open::{self, Opened};
use crate::cli::request::{creates, is_asked};
use crate::finding::codes;
use crate::model::{Action, Blueprint, Catalog, Entity, lower};
use crate::policy::BuiltIn;
use crate::source::Snapshot;
use crate::source::git::Repository;
use crate::syntax::Node;

/// What `catalogc new` makes besides entities.
const DEFINITIONS: [&str; 5] = ["blueprint", "action", "connector", "scorecard", "test"];

/// Where names are looked for.
pub(super) struct Names<'l> {
    line: &'l Line<'l>,
    opened: Option<Opened>,
    /// The entities by their lines alone.
    plain: Option<Vec<Plain>>,
}

impl<'l> Names<'l> {
    pub(super) fn of(line: &'l Line<'l>) -> Self {
        let Ok(folder) = open::folder(&line.dir);
        let opened = open::at_directory(&folder);
        let opened = opened.ok().flatten();
        Self {
            line,
            plain: opened.as_ref().and_then(plain::entities),
            opened,
        }
    }

    /// What the documents say; of entities only those of a kind where their lines tell them all.
    fn catalog(&self, kind: Option<&str>) -> Option<Catalog> {
        let opened = self.opened.as_ref()?;
        let Some(plain) = &self.plain else {
            return Some(lower(&opened.snapshot, &opened.selection).0);
        };
        let of_kind = plain.iter().filter(|it| Some(it.kind.as_str()) == kind);
        let wanted: BTreeSet<&str> = of_kind.map(|it| it.path.as_str()).collect();
        let folder = plain::folder(opened);
        let files = opened.snapshot.as_slice().iter();
        let files = files
            .filter(|file| !file.path.starts_with(&folder) || wanted.contains(file.path.as_str()));
        let snapshot = Snapshot::new(files.cloned().collect());
        Some(lower(&snapshot, &opened.selection).0)
    }

    /// The entities, of one kind or of all.
    fn entities(&self, catalog: &Catalog, kind: Option<&str>) -> Vec<Candidate> {
        if let Some(plain) = &self.plain {
            let fitting = plain
                .iter()
                .filter(|it| kind.is_none_or(|kind| it.kind == kind));
            return fitting
                .map(|it| Candidate::new(it.identifier.as_str(), it.title.as_str()))
                .collect();
        }
        let kind = kind.map(|kind| catalog.find_blueprint(kind).map(|(id, _)| id));
        match kind {
            None => catalog.entities.iter().map(candidate).collect(),
            Some(None) => Vec::new(),
            Some(Some(kind)) => catalog.entities_of(kind).iter().map(candidate).collect(),
        }
    }

    /// The kind of an entity, as it is named.
    fn kind_of<'k>(&self, catalog: &'k Catalog, written: &str) -> Option<&'k Blueprint> {
        let name = match written.split_once('/') {
            Some((kind, _)) if catalog.find_blueprint(kind).is_some() => {
                return catalog.find_blueprint(kind).map(|(_, it)| it);
            }
            _ => written,
        };
        if let Some(plain) = &self.plain {
            let found = plain.iter().find(|it| it.identifier == name)?;
            return catalog.find_blueprint(&found.kind).map(|(_, it)| it);
        }
        let found = catalog
            .entities
            .iter()
            .find(|it| it.identifier.value == name)?;
        catalog.blueprint(found.blueprint)
    }

    /// What an argument may be.
    pub(super) fn values(&self, argument: &Arg) -> Vec<Candidate> {
        let names = argument.get_value_names().unwrap_or_default();
        let name = names.first().map_or("", |it| it.as_str());
        match name {
            "REV" => return self.revisions(),
            "CODE" => {
                let all = codes::ALL.iter();
                return all.map(|it| Candidate::new(it.id, it.name)).collect();
            }
            "DIR" | "FILE" => return Vec::new(),
            _ => {}
        }
        let people = matches!(name, "ACTOR" | "LOGIN" | "LOGIN@REV").then(|| {
            let settings = self.catalog(None)?.settings;
            Some(settings.people?.blueprint.value)
        });
        let people = people.flatten();
        let Some(catalog) = self.catalog(people.as_deref()) else {
            return Vec::new();
        };
        match name {
            "ACTION" => self.actions(&catalog),
            "ENTITY" => {
                let action = self.action(&catalog);
                if action.is_some_and(creates) {
                    // A name that nothing has is nobody's to know.
                    return Vec::new();
                }
                self.entities(&catalog, action.map(|it| it.blueprint.value.as_str()))
            }
            "KIND|ENTITY" => {
                let mut all = kinds(&catalog);
                all.extend(self.entities(&catalog, None));
                all
            }
            "KIND" if self.line.command == "new" => {
                let mut all = kinds(&catalog);
                all.extend(DEFINITIONS.map(|it| Candidate::new(it, "a definition")));
                all
            }
            "BLUEPRINT" | "KIND" => kinds(&catalog),
            "ACTOR" | "LOGIN" => logins(&catalog),
            "LOGIN@REV" => with_end(logins(&catalog), "@"),
            "NAME=VALUE" => self.inputs(&catalog),
            "PATH=VALUE" | "PATH" => self.paths(&catalog, name),
            _ => Vec::new(),
        }
    }

    /// The place of the action among the words.
    fn action_at(&self) -> Option<usize> {
        match self.line.command {
            "request" | "who-can" => Some(0),
            "can" => Some(1),
            _ => None,
        }
    }

    fn action<'k>(&self, catalog: &'k Catalog) -> Option<&'k Action> {
        catalog.find_action(self.line.places.get(self.action_at()?)?)
    }

    fn actions(&self, catalog: &Catalog) -> Vec<Candidate> {
        let is_request = self.line.command == "request";
        let own = catalog.actions.iter();
        let own = own.filter(|action| !is_request || is_asked(action));
        let own = own.map(|action| {
            let title = action.title.as_ref().map_or("", |it| it.value.as_str());
            Candidate::new(action.identifier.value.as_str(), title)
        });
        let built_in = BuiltIn::ALL.into_iter().filter(|_| !is_request);
        own.chain(built_in.map(|it| Candidate::new(it.word(), "")))
            .collect()
    }

    /// The inputs of the action, or the values of one.
    fn inputs(&self, catalog: &Catalog) -> Vec<Candidate> {
        let Some(action) = self.action(catalog) else {
            return Vec::new();
        };
        let all = action.inputs.properties.iter();
        let kind = catalog.find_blueprint(&action.blueprint.value);
        // What an action creates is said by the names of its kind, too.
        let kind = kind.filter(|_| creates(action)).map(|(_, kind)| kind);
        match self.line.typed.split_once('=') {
            None => {
                let own = kind.map_or_else(Vec::new, |kind| with_end(paths(kind), "="));
                all.map(|it| Candidate::new(format!("{}=", it.key.value), title(&it.node)))
                    .chain(own)
                    .collect()
            }
            Some((name, _)) => {
                let schema = action.inputs.schema(name);
                let mut found = schema.map_or_else(Vec::new, |it| self.words(catalog, it));
                if found.is_empty() {
                    found = self.related(catalog, action, name);
                }
                if let (true, Some(kind)) = (found.is_empty(), kind) {
                    found = self.values_of(catalog, kind, name);
                }
                with_begin(found, name)
            }
        }
    }

    /// What an input may be that a property or relation of the entity gives.
    fn related(&self, catalog: &Catalog, action: &Action, name: &str) -> Vec<Candidate> {
        let mut all = filled(action);
        let path = all.find(|(input, _)| *input == name).map(|(_, path)| path);
        let kind = catalog.find_blueprint(&action.blueprint.value);
        let (Some(path), Some((_, kind))) = (path, kind) else {
            return Vec::new();
        };
        self.values_of(catalog, kind, path)
    }

    /// What a property or relation may be.
    fn values_of(&self, catalog: &Catalog, kind: &Blueprint, path: &str) -> Vec<Candidate> {
        let own = path.rsplit('.').next().unwrap_or(path);
        match (kind.property(own), kind.relation(own)) {
            (Some(property), _) => self.words(catalog, &property.schema),
            (None, Some((_, relation))) => self.entities(catalog, Some(&relation.target.value)),
            _ => Vec::new(),
        }
    }

    /// The paths of the entity, or the values of one.
    fn paths(&self, catalog: &Catalog, name: &str) -> Vec<Candidate> {
        let kind = self.line.places.first().and_then(|word| {
            if self.line.command == "new" {
                return catalog.find_blueprint(word).map(|(_, it)| it);
            }
            self.kind_of(catalog, word)
        });
        let Some(kind) = kind else {
            return Vec::new();
        };
        let ending = if name == "PATH" { "" } else { "=" };
        match self.line.typed.split_once('=') {
            None => with_end(paths(kind), ending),
            Some((path, _)) => with_begin(self.values_of(catalog, kind, path), path),
        }
    }

    fn revisions(&self) -> Vec<Candidate> {
        let repository = Repository::discover(std::path::Path::new(&self.line.dir));
        let names = repository.map(|it| it.names()).unwrap_or_default();
        names.into_iter().map(|it| Candidate::new(it, "")).collect()
    }

    /// What a schema lists.
    fn words(&self, catalog: &Catalog, schema: &Node) -> Vec<Candidate> {
        let text = |key: &str| schema.get(key).and_then(Node::as_str);
        if let Some(words) = schema.get("enum").and_then(Node::as_sequence) {
            let words = words.iter().map(|it| match it.as_str() {
                Some(word) => word.to_owned(),
                None => it.to_json().to_string(),
            });
            return words.map(|it| Candidate::new(it, "")).collect();
        }
        match (text("type"), text("format")) {
            (Some("boolean"), _) => ["true", "false"].map(|it| Candidate::new(it, "")).into(),
            (_, Some("entity")) => self.entities(catalog, text("blueprint")),
            _ => Vec::new(),
        }
    }
}

fn kinds(catalog: &Catalog) -> Vec<Candidate> {
    let all = catalog.blueprints.iter().filter(|it| !it.is_built_in());
    all.map(|it| {
        let title = it.title.as_ref().map_or("", |title| title.value.as_str());
        Candidate::new(it.identifier.value.as_str(), title)
    })
    .collect()
}

fn candidate(entity: &Entity) -> Candidate {
    let title = entity.title.as_ref().map_or("", |it| it.value.as_str());
    Candidate::new(entity.identifier.value.as_str(), title)
}

fn logins(catalog: &Catalog) -> Vec<Candidate> {
    let Some(people) = &catalog.settings.people else {
        return Vec::new();
    };
    let Some((kind, _)) = catalog.find_blueprint(&people.blueprint.value) else {
        return Vec::new();
    };
    let all = catalog.entities_of(kind).iter();
    let logins = all.filter_map(|entity| {
        let about = candidate(entity).about;
        let login = match &people.login {
            None => entity.identifier.value.as_str(),
            Some(login) => {
                let name = login.value.as_str();
                let name = name.strip_prefix("properties.").unwrap_or(name);
                entity.property(name)?.node.as_str()?
            }
        };
        Some(Candidate::new(login, about))
    });
    logins.collect()
}

fn paths(kind: &Blueprint) -> Vec<Candidate> {
    let properties = kind.properties.iter();
    let properties = properties.map(|it| Candidate::new(it.name.value.as_str(), title(&it.schema)));
    let relations = kind.relations.iter();
    let relations =
        relations.map(|it| Candidate::new(it.name.value.as_str(), it.target.value.as_str()));
    let own = ["title", "team"].map(|it| Candidate::new(it, ""));
    properties.chain(relations).chain(own).collect()
}

fn title(schema: &Node) -> String {
    let words = schema.get("title").or_else(|| schema.get("description"));
    words.and_then(Node::as_str).unwrap_or_default().to_owned()
}

fn with_begin(all: Vec<Candidate>, name: &str) -> Vec<Candidate> {
    all.into_iter()
        .map(|it| Candidate::new(format!("{name}={}", it.word), it.about))
        .collect()
}

fn with_end(all: Vec<Candidate>, ending: &str) -> Vec<Candidate> {
    all.into_iter()
        .map(|it| Candidate::new(format!("{}{ending}", it.word), it.about))
        .collect()
}

//! The names of a catalog and its repository that an argument may be.
//!
//! In: a line and an argument, known by its value's name. Out: candidates. The documents are read
//! and nothing is checked; for identifiers alone not even that, where the files are plain.

use clap::Arg;

use crate::cli::complete::Candidate;
use crate::cli::complete::line::Line;
use crate::cli::open::{self, Opened};
use crate::cli::request::is_asked;
use crate::finding::codes;
use crate::model::{Action, Blueprint, Catalog, Entity, lower};
use crate::policy::BuiltIn;
use crate::source::git::Repository;
use crate::syntax::Node;

/// Where names are looked for.
pub(super) struct Names<'l> {
    line: &'l Line<'l>,
    opened: Option<Opened>,
}

impl<'l> Names<'l> {
    pub(super) fn of(line: &'l Line<'l>) -> Self {
        let opened = open::at_directory(std::path::Path::new(&line.dir));
        Self {
            line,
            opened: opened.ok().flatten(),
        }
    }

    fn catalog(&self) -> Option<Catalog> {
        let opened = self.opened.as_ref()?;
        Some(lower(&opened.snapshot, &opened.selection).0)
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
            "ENTITY" if !self.has_action() => {
                if let Some(found) = self.identifiers() {
                    return found;
                }
            }
            "DIR" | "FILE" => return Vec::new(),
            _ => {}
        }
        let Some(catalog) = self.catalog() else {
            return Vec::new();
        };
        match name {
            "ACTION" => self.actions(&catalog),
            "ENTITY" => match self.action(&catalog) {
                Some(action) => of_kind(&catalog, &action.blueprint.value),
                None => entities(&catalog),
            },
            "KIND|ENTITY" => {
                let mut all = kinds(&catalog);
                all.extend(entities(&catalog));
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

    fn has_action(&self) -> bool {
        let at = self.action_at();
        at.is_some_and(|at| self.line.places.get(at).is_some())
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
        match self.line.typed.split_once('=') {
            None => all
                .map(|it| Candidate::new(format!("{}=", it.key.value), title(&it.node)))
                .collect(),
            Some((name, _)) => {
                let schema = action.inputs.schema(name);
                with_begin(schema.map_or_else(Vec::new, |it| values(catalog, it)), name)
            }
        }
    }

    /// The paths of the entity, or the values of one.
    fn paths(&self, catalog: &Catalog, name: &str) -> Vec<Candidate> {
        let kind = self.line.places.first().and_then(|word| {
            if self.line.command == "new" {
                return catalog.find_blueprint(word).map(|(_, it)| it);
            }
            let word = word.rsplit('/').next().unwrap_or(word);
            let mut all = catalog.entities.iter();
            let found = all.find(|it| it.identifier.value == word)?;
            catalog.blueprint(found.blueprint)
        });
        let Some(kind) = kind else {
            return Vec::new();
        };
        let ending = if name == "PATH" { "" } else { "=" };
        match self.line.typed.split_once('=') {
            None => with_end(paths(kind), ending),
            Some((path, _)) => {
                let own = path.rsplit('.').next().unwrap_or(path);
                let found = match (kind.property(own), kind.relation(own)) {
                    (Some(property), _) => values(catalog, &property.schema),
                    (None, Some((_, relation))) => of_kind(catalog, &relation.target.value),
                    _ => Vec::new(),
                };
                with_begin(found, path)
            }
        }
    }

    fn revisions(&self) -> Vec<Candidate> {
        let repository = Repository::discover(std::path::Path::new(&self.line.dir));
        let names = repository.map(|it| it.names()).unwrap_or_default();
        names.into_iter().map(|it| Candidate::new(it, "")).collect()
    }

    /// The identifiers of entities by their lines alone; nothing where a file is not as plain as
    /// that, or others than the entities' folder may have some.
    fn identifiers(&self) -> Option<Vec<Candidate>> {
        let opened = self.opened.as_ref()?;
        let root = match opened.selection.root() {
            "" => String::new(),
            root => format!("{root}/"),
        };
        let folder = format!("{root}entities/");
        let mut found = Vec::new();
        for file in opened.snapshot.as_slice() {
            let Ok(text) = file.text.as_deref() else {
                continue;
            };
            let is_settings = file.path.ends_with(crate::model::settings::FILE);
            if is_settings && text.lines().any(|line| line.starts_with("sources")) {
                return None;
            }
            if !file.path.starts_with(&folder) {
                continue;
            }
            let before = found.len();
            let mut documents = 1;
            for line in text.lines() {
                documents += usize::from(line == "---");
                let Some(written) = line.strip_prefix("identifier: ") else {
                    continue;
                };
                let written = written.split(" #").next().unwrap_or(written).trim();
                let is_plain = |c: char| c.is_alphanumeric() || "-_./@".contains(c);
                if written.is_empty() || !written.chars().all(is_plain) {
                    return None;
                }
                found.push(Candidate::new(written, ""));
            }
            let is_begun_by_line = text.starts_with("---");
            if found.len() - before != documents - usize::from(is_begun_by_line) {
                return None;
            }
        }
        Some(found)
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

fn entities(catalog: &Catalog) -> Vec<Candidate> {
    catalog.entities.iter().map(candidate).collect()
}

fn of_kind(catalog: &Catalog, kind: &str) -> Vec<Candidate> {
    let kind = catalog.find_blueprint(kind).map(|(id, _)| id);
    let all = kind.map(|kind| catalog.entities_of(kind).iter());
    all.into_iter().flatten().map(candidate).collect()
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

/// What a schema lists.
fn values(catalog: &Catalog, schema: &Node) -> Vec<Candidate> {
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
        (_, Some("entity")) => match text("blueprint") {
            Some(kind) => of_kind(catalog, kind),
            None => entities(catalog),
        },
        _ => Vec::new(),
    }
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

//! `catalogc init --from`: what another catalog holds becomes files of this one.
//!
//! In: an export, a file or a folder. Out: a file for each blueprint, entity, action and the
//! rest, the settings, and everything that is wrong: with the export, then with what is written.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value as Json;

use crate::cli::init::remarks::Remarks;
use crate::cli::init::{Files, descriptors, native};
use crate::cli::{Failure, failure};
use crate::finding::Finding;
use crate::model::DocumentKind;
use crate::model::is_document;
use crate::model::natives;
use crate::model::settings::Reader;
use crate::source::Selection;
use crate::source::Snapshot;
use crate::source::disk;

/// The language of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    /// What Port's API and command line export, and `port.yml`
    Port,
    /// Backstage's descriptors, `catalog-info.yaml`
    Backstage,
}

impl Language {
    /// The language of a name.
    pub(super) fn named(name: &Path) -> Result<Self, Failure> {
        match name.to_str() {
            Some("port") => Ok(Self::Port),
            Some("backstage") => Ok(Self::Backstage),
            _ => Err(
                Failure::new(format!("`{}` is no language of an export", name.display()))
                    .help("write `port` or `backstage`"),
            ),
        }
    }

    fn reader(self) -> Reader {
        match self {
            Self::Port => Reader::Port,
            Self::Backstage => Reader::Backstage,
        }
    }
}

/// What was read of an export.
pub(super) struct Imported {
    /// The files of the export.
    pub(super) snapshot: Snapshot,
    /// What of it is wrong or not carried over.
    pub(super) findings: Vec<Finding>,
    /// All that is written, by path.
    pub(super) files: Files,
    /// What is to be said of it after all that.
    pub(super) told: String,
}

/// The keys of a blueprint whose values are computed.
const DERIVED: [&str; 4] = [
    "aggregationProperties",
    "calculationProperties",
    "formulaProperties",
    "mirrorProperties",
];

/// Reads the export at `path`.
pub(super) fn import(language: Language, path: &Path) -> Result<Imported, Failure> {
    let (snapshot, is_read) = match language {
        Language::Port => (snapshot(path)?, None),
        Language::Backstage => {
            let (snapshot, files) = descriptors::snapshot(path)?;
            (snapshot, Some(files))
        }
    };
    let takes = |file| is_read.as_ref().is_none_or(|files| files.contains(&file));
    let (documents, findings) = natives(&snapshot, &language.reader(), takes);
    if documents.is_empty() {
        let help = "name a file or a folder with `.json` or `.yaml` files";
        let why = findings.first().map(|finding| finding.message.clone());
        return Err(
            Failure::new(format!("nothing to import is in `{}`", path.display()))
                .help(why.unwrap_or_else(|| help.to_owned())),
        );
    }
    let mut remarks = Remarks::of(&snapshot, &documents);
    let mut natives: Vec<(DocumentKind, String, Json)> = documents
        .into_iter()
        .map(|(kind, document)| {
            let value = document.root.to_json();
            let name = value.get("identifier").and_then(Json::as_str);
            (kind, name.unwrap_or_default().to_owned(), value)
        })
        .collect();
    // An object without either is no entity of Port's; what it says is told not to be carried over.
    natives.retain(|(kind, name, value)| {
        *kind != DocumentKind::Entities || !name.is_empty() || value.get("blueprint").is_some()
    });
    drop_derived(&mut natives);
    let mut told = String::new();
    let mut blueprints = Files::new();
    if let Some(files) = is_read {
        let locations = descriptors::leave_out_locations(&mut natives);
        told = descriptors::unknown_kinds(&natives);
        told.push_str(&descriptors::told(&snapshot, &files, locations));
        blueprints = descriptors::blueprints(&natives);
    }
    let mut files = native::files(natives, &mut remarks);
    told.push_str(&remarks.told());
    files.extend(blueprints);
    files.push(("catalogc.yaml".to_owned(), settings(&files)));
    Ok(Imported {
        snapshot,
        findings,
        files,
        told,
    })
}

/// The files of the export. What cannot be read and would be looked at ends the import.
fn snapshot(path: &Path) -> Result<Snapshot, Failure> {
    let read = if path.is_dir() {
        let selection = Selection::new(None, "", &[])
            .and_then(|selection| selection.with_large(&["**/*"]))
            .map_err(Failure::new)?;
        disk::read(path, &selection).map_err(failure)?
    } else {
        let name = path.file_name().and_then(|name| name.to_str());
        let folder = path.parent().unwrap_or(Path::new(""));
        let file = name.and_then(|name| disk::read_large(folder, name));
        let file = file.ok_or_else(|| {
            Failure::new(format!("there is no export `{}`", path.display()))
                .help("name a file or a folder")
        })?;
        Snapshot::new(vec![file])
    };
    let unreadable = read
        .as_slice()
        .iter()
        .find(|file| is_document(&file.path) && file.text.is_err());
    match unreadable {
        Some(file) => Err(Failure::new(format!("`{}` cannot be read", file.path))
            .help("an export is regular files of UTF-8 text, of 64 MiB at the most")),
        None => Ok(read),
    }
}

/// An export has the values that are computed among the properties; here they are computed.
fn drop_derived(natives: &mut [(DocumentKind, String, Json)]) {
    let derived: BTreeSet<(String, String)> = natives
        .iter()
        .filter(|(kind, ..)| *kind == DocumentKind::Blueprints)
        .flat_map(|(_, blueprint, value)| {
            let names = DERIVED
                .iter()
                .filter_map(|key| value.get(key)?.as_object())
                .flat_map(|names| names.keys());
            names.map(|name| (blueprint.clone(), name.clone()))
        })
        .collect();
    for (kind, _, value) in natives {
        let blueprint = value.get("blueprint").and_then(Json::as_str);
        let Some(blueprint) = blueprint.map(ToOwned::to_owned) else {
            continue;
        };
        if *kind == DocumentKind::Entities
            && let Some(Json::Object(properties)) = value.get_mut("properties")
        {
            properties.retain(|name, _| !derived.contains(&(blueprint.clone(), name.clone())));
        }
    }
}

/// The settings: open, as a catalog without rules is, and with the hosts that the calls name.
fn settings(files: &Files) -> String {
    let mut hosts: BTreeSet<String> = BTreeSet::new();
    for (path, text) in files {
        if !path.starts_with("catalog/actions/") {
            continue;
        }
        for (_, rest) in text.match_indices("https://").map(|(at, start)| {
            let end = at + start.len();
            (at, text.get(end..).unwrap_or_default())
        }) {
            let is_host = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
            let host = rest.split(|c| !is_host(c)).next().unwrap_or_default();
            hosts.extend((!host.is_empty()).then(|| host.to_ascii_lowercase()));
        }
        for (connector, host) in [
            ("connector: github-workflow", "api.github.com"),
            ("connector: gitlab-pipeline", "gitlab.com"),
        ] {
            hosts.extend(text.contains(connector).then(|| host.to_owned()));
        }
    }
    let hosts: Vec<String> = hosts.iter().map(|host| format!("\"{host}\"")).collect();
    let hosts = match hosts.as_slice() {
        [] => String::new(),
        hosts => format!("hosts: [{}]\n", hosts.join(", ")),
    };
    format!("version: 1\npermissions: open\n{hosts}")
}

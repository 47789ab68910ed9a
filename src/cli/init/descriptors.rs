//! `catalogc init --from backstage`: which files are descriptors, and what else there is to say.
//!
//! In: a folder, or one descriptor that leads to others. Out: all files below it, those that are
//! descriptors, what is written beside their entities, and the settings that would read them
//! where they are.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use serde_json::Value as Json;

use crate::cli::{Failure, failure};
use crate::model::BACKSTAGE_BLUEPRINTS;
use crate::model::DocumentKind;
use crate::model::descriptors;
use crate::source::Selection;
use crate::source::Snapshot;
use crate::source::disk;
use crate::text::FileId;

/// What every catalog has of itself, and which descriptor of it is no entity here.
const LOCATION: &str = "Location";

/// The blueprints that are written only where something is of them.
const RARE: [&str; 1] = ["Template"];

/// The owner in a blueprint of Backstage's, and where everything has one.
const OWNER: &str = "  owner: {target: Group, ignoreCase: true}";
const OWNER_REQUIRED: &str = "  owner: {target: Group, required: true, ignoreCase: true}";

/// All files below a folder, and those that are descriptors.
pub(super) fn snapshot(path: &Path) -> Result<(Snapshot, BTreeSet<FileId>), Failure> {
    let (folder, named) = if path.is_dir() {
        (path, None)
    } else {
        let name = path.file_name().and_then(|name| name.to_str());
        let folder = path.parent().filter(|folder| folder.is_dir());
        let folder = folder.unwrap_or(Path::new("."));
        if name.is_none() || !path.is_file() {
            return Err(nothing(path));
        }
        (folder, name)
    };
    let selection = Selection::new(None, "", &[])
        .and_then(|selection| selection.with_large(&["**/*"]))
        .map_err(Failure::new)?;
    let snapshot = disk::read(folder, &selection).map_err(failure)?;
    let files = descriptors(&snapshot, named);
    if files.is_empty() {
        return Err(nothing(path));
    }
    let unreadable = files
        .iter()
        .filter_map(|file| snapshot.file(*file))
        .find(|file| file.text.is_err());
    match unreadable {
        Some(file) => Err(Failure::new(format!("`{}` cannot be read", file.path))
            .help("descriptors are regular files of UTF-8 text, of 64 MiB at the most")),
        None => Ok((snapshot, files)),
    }
}

fn nothing(path: &Path) -> Failure {
    Failure::new(format!("no descriptor is in `{}`", path.display()))
        .help("name a folder with `catalog-info.yaml` files, or a file that leads to descriptors")
}

/// Leaves out the Locations, for the files of a catalog need none; gives how many there were.
pub(super) fn leave_out_locations(natives: &mut Vec<(DocumentKind, String, Json)>) -> usize {
    let all = natives.len();
    natives.retain(|(_, _, value)| blueprint(value) != Some(LOCATION));
    all - natives.len()
}

fn blueprint(value: &Json) -> Option<&str> {
    value.get("blueprint").and_then(Json::as_str)
}

/// The files of the blueprints, by path.
pub(super) fn blueprints(natives: &[(DocumentKind, String, Json)]) -> Vec<(String, String)> {
    let used: BTreeSet<&str> = natives.iter().filter_map(|it| blueprint(&it.2)).collect();
    let is_needed = |file: &str| {
        let is = |name: &str| file == format!("{}.yaml", name.to_lowercase());
        !is(LOCATION) && RARE.iter().all(|name| !is(name) || used.contains(name))
    };
    BACKSTAGE_BLUEPRINTS
        .iter()
        .filter(|(file, _)| is_needed(file))
        .map(|(file, text)| {
            let text = if is_owned(natives, file) {
                text.replace(OWNER, OWNER_REQUIRED)
            } else {
                (*text).to_owned()
            };
            (format!("catalog/blueprints/{file}"), text)
        })
        .collect()
}

/// Whether each of the entities of a blueprint's file has a group as its owner, and there is one:
/// a person who owns stands in a relation of another name.
fn is_owned(natives: &[(DocumentKind, String, Json)], file: &str) -> bool {
    let is_of = |value: &Json| {
        blueprint(value).is_some_and(|kind| file == format!("{}.yaml", kind.to_lowercase()))
    };
    let mut owned = natives
        .iter()
        .filter(|(_, _, value)| is_of(value))
        .map(|(_, _, value)| value.pointer("/relations/owner").is_some())
        .peekable();
    owned.peek().is_some() && owned.all(|is_owned| is_owned)
}

/// What is told of descriptors whose kind has no blueprint, kind by kind.
pub(super) fn unknown_kinds(natives: &[(DocumentKind, String, Json)]) -> String {
    let mut unknown: BTreeMap<&str, usize> = BTreeMap::new();
    for kind in natives.iter().filter_map(|it| blueprint(&it.2)) {
        let line = format!("identifier: {kind}");
        let is_it = |text: &str| text.lines().any(|other| other == line);
        if !BACKSTAGE_BLUEPRINTS.iter().any(|(_, text)| is_it(text)) {
            *unknown.entry(kind).or_default() += 1;
        }
    }
    let mut text = String::new();
    for (kind, count) in unknown {
        let descriptors = if count == 1 {
            "descriptor"
        } else {
            "descriptors"
        };
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "! {count} {descriptors} of the kind `{}`, which has no blueprint: write `catalog/blueprints/{}.yaml`",
            kind.escape_debug(),
            kind.to_lowercase().escape_debug()
        );
    }
    text
}

/// What is told after the import: what is left out, and that nothing need be written at all.
pub(super) fn told(snapshot: &Snapshot, files: &BTreeSet<FileId>, locations: usize) -> String {
    let mut text = String::new();
    let is_one = locations == 1;
    if locations > 0 {
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "! {locations} {} carried over: the files of a catalog need none",
            if is_one {
                "Location is not"
            } else {
                "Locations are not"
            }
        );
    }
    text.push_str(
        "or change nothing: this `catalogc.yaml` beside the descriptors reads them where they are\n\
         \x20 version: 1\n\x20 sources:\n",
    );
    for glob in globs(snapshot, files) {
        let _ = writeln!(text, "    - {{glob: \"{glob}\", reader: backstage}}");
    }
    text
}

/// Globs that match the descriptors: one for those of the usual name, one for each other folder.
fn globs(snapshot: &Snapshot, files: &BTreeSet<FileId>) -> Vec<String> {
    let mut globs: BTreeSet<String> = BTreeSet::new();
    let mut folders: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for path in files.iter().map(|file| snapshot.path(*file)) {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        match name {
            "catalog-info.yaml" | "catalog-info.yml" => {
                globs.insert(format!("**/{name}"));
            }
            _ => folders.entry(folder).or_default().push(name),
        }
    }
    for (folder, names) in folders {
        let slash = if folder.is_empty() { "" } else { "/" };
        globs.insert(match names.as_slice() {
            [name] => format!("{folder}{slash}{name}"),
            names => format!("{folder}{slash}{{{}}}", names.join(",")),
        });
    }
    globs.into_iter().collect()
}

//! Changes that are no step: definitions, and bytes without meaning. Each is covered by a
//! decision, so that no byte of a catalog changes unasked.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use crate::compile::Compiled;
use crate::model::is_document;
use crate::plan::beside::{self, Written};
use crate::plan::diff::{Difference, Side};
use crate::plan::draft::new_requests;
use crate::plan::file::canonical;
use crate::plan::origin;
use crate::plan::value::States;
use crate::policy::BuiltIn;
use crate::source::Snapshot;
use crate::syntax::MergeKeys;
use crate::syntax::{Entry, Node, Value};
use crate::text::{FileId, Span};

/// A change that needs a decision of its own.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Change {
    pub(super) built_in: BuiltIn,
    /// `blueprint`, `action`, `policy`, `baseline`, `settings`, `file`.
    pub(super) kind: &'static str,
    /// What is defined; empty for files.
    pub(super) name: String,
    /// The file.
    pub(super) path: String,
    /// In words.
    pub(super) text: String,
}

/// What one definition says, without places.
struct Definition {
    path: String,
    form: String,
}

type Definitions = BTreeMap<(&'static str, String), Definition>;

/// Folders whose files are definitions that are not compiled.
const FOLDERS: [(&str, &str); 2] = [("tests", "test"), ("mappings", "mapping")];

/// The definitions that change, and the files that change without meaning.
pub(super) fn cover(states: &States<'_>, differences: &[Difference], root: &str) -> Vec<Change> {
    let mut changes = definitions_changed(states);
    let mut explained: BTreeSet<&str> = changes.iter().map(|change| change.path.as_str()).collect();
    explained.extend(
        new_requests(states)
            .iter()
            .map(|request| states.after.snapshot.path(request.span.file)),
    );
    let mappings = |compiled: &Compiled| -> Vec<String> {
        let mappings = mappings(compiled).into_iter();
        mappings.map(|(_, path)| path).collect()
    };
    let compiled = [mappings(states.before), mappings(states.after)].concat();
    let stepped = stepped(states, differences);
    let mut files = Vec::new();
    for path in changed_files(states) {
        if explained.contains(path.as_str()) {
            continue;
        }
        let (built_in, kind, text) = match stepped.get(path.as_str()) {
            Some(places) if !is_changed_beside(states, &path, places) => continue,
            Some(_) => (BuiltIn::Meta, "file", "changes beside its steps"),
            None => {
                let (built_in, kind) = file_kind(&path, root, &compiled);
                (built_in, kind, how(states, &path, built_in))
            }
        };
        files.push(Change {
            built_in,
            kind,
            name: String::new(),
            path,
            text: text.to_owned(),
        });
    }
    changes.extend(files);
    changes.sort();
    changes
}

/// What decides about a changed file that nothing explains.
fn file_kind(path: &str, root: &str, compiled: &[String]) -> (BuiltIn, &'static str) {
    let below = path.strip_prefix(root).unwrap_or(path);
    let below = below.trim_start_matches('/');
    let folder = below.split_once('/').map_or("", |(folder, _)| folder);
    match FOLDERS.iter().find(|(name, _)| *name == folder) {
        // A mapping that is used and says the same was only written otherwise.
        Some((_, kind)) if !compiled.iter().any(|one| one == path) => (BuiltIn::Define, *kind),
        _ => (BuiltIn::Meta, "file"),
    }
}

fn how(states: &States<'_>, path: &str, built_in: BuiltIn) -> &'static str {
    let is_in = |side: Side| states.file(side, path).is_some();
    match (is_in(Side::Before), is_in(Side::After)) {
        (false, _) => "appears",
        (_, false) => "disappears",
        _ if built_in == BuiltIn::Meta => "changes without meaning",
        _ => "changes",
    }
}

/// Where in a file the entities stand that steps are about, on the target and in the result.
type Places = [Vec<Span>; 2];

/// The files that steps are about.
fn stepped<'s>(states: &States<'s>, differences: &[Difference]) -> BTreeMap<&'s str, Places> {
    let mut stepped: BTreeMap<&str, Places> = BTreeMap::new();
    for difference in differences {
        for (side, id) in [
            (Side::Before, difference.before),
            (Side::After, difference.after),
        ] {
            let compiled = states.of(side);
            let Some(entity) = id.and_then(|id| compiled.catalog.entity(id)) else {
                continue;
            };
            for place in origin::places(entity) {
                let path = compiled.snapshot.path(place.file);
                let [before, after] = stepped.entry(path).or_default();
                let places = if side == Side::Before { before } else { after };
                places.push(place);
            }
        }
    }
    stepped
}

/// Whether a file of which there are steps changes in more than these. What appears or disappears
/// whole is shown whole.
fn is_changed_beside(states: &States<'_>, path: &str, places: &Places) -> bool {
    // Another file is one value: a text that a property names.
    if !is_document(path) {
        return false;
    }
    let written = |side: Side, shown: &Vec<Span>| {
        let snapshot = &states.of(side).snapshot;
        let file = snapshot.find(path)?;
        Some(Written {
            file,
            text: snapshot.text(file),
            shown: shown.clone(),
        })
    };
    let [before, after] = places;
    let sides = (written(Side::Before, before), written(Side::After, after));
    matches!(sides, (Some(before), Some(after)) if beside::changes(&before, &after))
}

/// The paths whose bytes differ, sorted.
fn changed_files(states: &States<'_>) -> Vec<String> {
    let mut changed = changed_snapshots(states);
    // What is only read otherwise has no byte that changed.
    let text = |side, path: &String| states.file(side, path).map(|file| &file.text);
    changed.retain(|path| text(Side::Before, path) != text(Side::After, path));
    changed
}

/// The paths that are in one snapshot alone, or have other bytes in the other, sorted.
fn changed_snapshots(states: &States<'_>) -> Vec<String> {
    let (before, after) = (
        states.before.snapshot.as_slice(),
        states.after.snapshot.as_slice(),
    );
    let mut changed = Vec::new();
    let (mut left, mut right) = (before.iter().peekable(), after.iter().peekable());
    loop {
        match (left.peek(), right.peek()) {
            (None, None) => return changed,
            (Some(a), Some(b)) if a.path == b.path => {
                if a.text != b.text {
                    changed.push(a.path.clone());
                }
                left.next();
                right.next();
            }
            (Some(a), b) if b.is_none_or(|b| a.path < b.path) => {
                changed.push(a.path.clone());
                left.next();
            }
            (_, Some(b)) => {
                changed.push(b.path.clone());
                right.next();
            }
            (Some(_), None) => {
                left.next();
            }
        }
    }
}

/// The kinds and paths of all definitions and other files of both sides.
pub(super) fn files(states: &States<'_>) -> BTreeSet<(&'static str, String)> {
    let mut files = BTreeSet::new();
    for compiled in [states.before, states.after] {
        let known = definitions(compiled).into_iter();
        files.extend(known.map(|((kind, _), definition)| (kind, definition.path)));
        let all = compiled.snapshot.as_slice().iter();
        files.extend(all.map(|file| ("file", file.path.clone())));
    }
    files
}

/// The definitions that appear, change or disappear.
pub(super) fn definitions_changed(states: &States<'_>) -> Vec<Change> {
    let (before, after) = (definitions(states.before), definitions(states.after));
    let mut keys: Vec<&(&'static str, String)> = before.keys().chain(after.keys()).collect();
    keys.sort_unstable();
    keys.dedup();
    let mut changes = Vec::new();
    for key in keys {
        let (old, now) = (before.get(key), after.get(key));
        if old.map(|old| &old.form) == now.map(|now| &now.form) {
            continue;
        }
        let text = match (old, now) {
            (None, _) => "appears",
            (_, None) => "disappears",
            _ => "changes",
        };
        let Some(path) = now.or(old).map(|definition| definition.path.clone()) else {
            continue;
        };
        changes.push(Change {
            built_in: BuiltIn::Define,
            kind: key.0,
            name: key.1.clone(),
            path,
            text: text.to_owned(),
        });
    }
    changes
}

/// All that a definition says, in its order: the first relation to a group says what a team is,
/// so the order of keys has a meaning too.
fn written(node: &Node) -> String {
    match &node.value {
        Value::Mapping(entries) => {
            let entry = |entry: &Entry| {
                let key = Json::from(entry.key.value.as_str());
                format!("{key}:{}", written(&entry.node))
            };
            let entries: Vec<String> = entries.iter().map(entry).collect();
            format!("{{{}}}", entries.join(","))
        }
        Value::Sequence(items) => {
            let items: Vec<String> = items.iter().map(written).collect();
            format!("[{}]", items.join(","))
        }
        _ => canonical(&node.to_json()),
    }
}

/// All that a mapping says; where it cannot be read, its bytes.
fn said(file: FileId, snapshot: &Snapshot) -> String {
    let text = snapshot.text(file);
    let (documents, found) = crate::syntax::parse(file, text, MergeKeys::Refused);
    if !found.is_empty() {
        return text.to_owned();
    }
    let all = documents.iter().map(|document| written(&document.root));
    all.collect::<Vec<_>>().join("\n")
}

/// The mappings that the settings name, and their paths.
fn mappings(compiled: &Compiled) -> BTreeSet<(String, String)> {
    let named = compiled.catalog.settings.mappings();
    named
        .map(|name| (name.to_owned(), format!("{}{name}", compiled.prefix)))
        .collect()
}

/// The mappings of a catalog as definitions: a file is one of them.
fn definitions_of_mappings(compiled: &Compiled) -> Definitions {
    let definition = |(name, path): (String, String)| {
        let file = compiled.snapshot.find(&path)?;
        let form = said(file, &compiled.snapshot);
        Some((("mapping", name), Definition { path, form }))
    };
    mappings(compiled)
        .into_iter()
        .filter_map(definition)
        .collect()
}

/// All that the documents of a file say.
fn all_written(roots: &[Node]) -> String {
    let roots: Vec<String> = roots.iter().map(written).collect();
    roots.join("\n")
}

/// The definitions of a catalog by kind and name.
fn definitions(compiled: &Compiled) -> Definitions {
    let mut all = Definitions::new();
    let path = |file: FileId| compiled.snapshot.path(file).to_owned();
    let mut add = |kind, name: &str, file, form: String| {
        let definition = Definition {
            path: path(file),
            form,
        };
        all.insert((kind, name.to_owned()), definition);
    };
    let catalog = &compiled.catalog;
    for blueprint in catalog.blueprints.iter().filter(|it| !it.is_built_in()) {
        let (name, form) = (&blueprint.identifier, written(&blueprint.root));
        add("blueprint", &name.value, name.span.file, form);
    }
    for action in &catalog.actions {
        let name = &action.identifier;
        add("action", &name.value, name.span.file, written(&action.root));
    }
    for connector in catalog
        .connectors
        .iter()
        .filter(|connector| !connector.is_built_in())
    {
        let name = &connector.identifier;
        add(
            "connector",
            &name.value,
            name.span.file,
            written(&connector.root),
        );
    }
    for scorecard in &catalog.scorecards {
        let name = &scorecard.identifier;
        add(
            "scorecard",
            &format!("{}.{}", scorecard.blueprint.value, name.value),
            name.span.file,
            written(&scorecard.root),
        );
    }
    for (kind, name, file, form) in whole_files(compiled) {
        add(kind, name, file, form);
    }
    all.extend(definitions_of_mappings(compiled));
    all
}

/// The files that are one definition each: their kind, name and what they say.
fn whole_files(compiled: &Compiled) -> Vec<(&'static str, &str, FileId, String)> {
    let (catalog, snapshot) = (&compiled.catalog, &compiled.snapshot);
    let policies = catalog.policies.iter().map(|policy| {
        let text = snapshot.text(policy.file).to_owned();
        ("policy", snapshot.path(policy.file), policy.file, text)
    });
    let baseline = catalog.baseline.as_ref().map(|baseline| {
        let name = catalog.settings.baseline.as_str();
        (
            "baseline",
            name,
            baseline.file,
            all_written(&baseline.roots),
        )
    });
    let settings = catalog.settings.root.as_ref().map(|root| {
        let name = crate::model::settings::FILE;
        ("settings", name, root.span.file, written(root))
    });
    let files: BTreeSet<FileId> = catalog.trials.iter().map(|it| it.span.file).collect();
    let tests = files.into_iter().map(|file| {
        let form = said(file, snapshot);
        ("test", snapshot.path(file), file, form)
    });
    let whole = policies.chain(baseline).chain(settings);
    whole.chain(tests).collect()
}

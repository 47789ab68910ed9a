//! The definitions of a catalog by what they say, and which of them a merge changes.
//!
//! In: the two sides. Out: each definition that appears, changes, disappears or moves, by kind and
//! name; where it stands within a file is no change of it. What moves changes at two paths, and a
//! rule that keeps one of them must be asked about it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};

use crate::compile::Compiled;
use crate::model::settings;
use crate::plan::cover::Change;
use crate::plan::diff::Side;
use crate::plan::file::{canonical, digest};
use crate::plan::value::States;
use crate::policy::BuiltIn;
use crate::source::Snapshot;
use crate::syntax::MergeKeys;
use crate::syntax::{Entry, Node, Value};
use crate::text::FileId;
use crate::text::visible;

pub(super) mod difference;
pub(super) mod marked;
mod policies;

/// What one definition says, without places.
struct Definition {
    path: String,
    form: String,
}

type Definitions = BTreeMap<(&'static str, String), Definition>;

/// The kinds of all definitions and other files of both sides, and their paths as rules name them.
pub(super) fn files(states: &States<'_>) -> BTreeSet<(&'static str, String)> {
    let mut files = BTreeSet::new();
    for compiled in [states.before, states.after] {
        let known = definitions(compiled).into_iter();
        let below = |path: &str| compiled.catalog.files.below(path).to_owned();
        files.extend(known.map(|((kind, _), definition)| (kind, below(&definition.path))));
        let all = compiled.snapshot.as_slice().iter();
        files.extend(all.map(|file| ("file", below(&file.path))));
    }
    files
}

/// The definitions of each file, by kind and name, with all that each says.
pub fn definitions_by_file(compiled: &Compiled) -> BTreeMap<String, BTreeMap<Key, String>> {
    let mut files: BTreeMap<String, BTreeMap<Key, String>> = BTreeMap::new();
    for (key, definition) in definitions(compiled) {
        let of = files.entry(definition.path).or_default();
        of.insert(key, definition.form);
    }
    files
}

/// The definitions that appear, change or disappear.
pub(super) fn definitions_changed(states: &States<'_>) -> Vec<Change> {
    let mut changes: Vec<Change> = both(states)
        .into_iter()
        .filter(|(_, [old, now])| {
            let form = |side: &Option<Definition>| side.as_ref().map(|it| it.form.clone());
            form(old) != form(now)
        })
        .filter_map(|(key, sides)| changed(&key, sides))
        .collect();
    changes.extend(folder_changed(states, &changes));
    changes
}

/// The definitions that appear, change, disappear or stand in another file: those that move are
/// told at both files, and the digest is at the new one.
pub(super) fn definitions_written(states: &States<'_>) -> Vec<Change> {
    let mut changes = definitions_changed(states);
    for (key, sides) in both(states) {
        let [Some(old), Some(now)] = &sides else {
            continue;
        };
        if old.path == now.path {
            continue;
        }
        let moved = digest(&json!([
            key.0, key.1, old.form, now.form, old.path, now.path
        ]));
        let is_own = |change: &&mut Change| (change.kind, &change.name) == (key.0, &key.1);
        let from = format!("moves here from {}", visible(&old.path));
        if let Some(change) = changes.iter_mut().find(is_own) {
            change.text = format!("{} and {from}", change.text);
            change.digest = Some(moved);
        } else {
            changes.push(Change {
                text: from,
                digest: Some(moved),
                ..told(&key, &now.path)
            });
        }
        changes.push(Change {
            text: format!("moves to {}", visible(&now.path)),
            ..told(&key, &old.path)
        });
    }
    changes
}

/// A definition by its kind and name.
type Key = (&'static str, String);

/// All definitions, as both sides have them.
fn both(states: &States<'_>) -> BTreeMap<Key, [Option<Definition>; 2]> {
    let mut both: BTreeMap<Key, [Option<Definition>; 2]> = BTreeMap::new();
    for (key, old) in definitions(states.before) {
        both.insert(key, [Some(old), None]);
    }
    for (key, now) in definitions(states.after) {
        let [_, after] = both.entry(key).or_default();
        *after = Some(now);
    }
    both
}

/// What is said of a definition at a path.
fn told((kind, name): &Key, path: &str) -> Change {
    Change {
        built_in: BuiltIn::Define,
        kind,
        name: name.clone(),
        path: path.to_owned(),
        text: String::new(),
        digest: None,
    }
}

fn changed(key: &Key, [old, now]: [Option<Definition>; 2]) -> Option<Change> {
    let text = match (&old, &now) {
        (None, _) => "appears",
        (_, None) => "disappears",
        _ => "changes",
    };
    let form = |side: &Option<Definition>| side.as_ref().map(|it| it.form.clone());
    let said = digest(&json!([key.0, key.1, form(&old), form(&now)]));
    let path = now.or(old)?.path;
    Some(Change {
        text: text.to_owned(),
        digest: Some(said),
        ..told(key, &path)
    })
}

/// Without settings a folder says by its name that it is the catalog: another one is as if the
/// settings named another.
fn folder_changed(states: &States<'_>, changes: &[Change]) -> Option<Change> {
    let root = |side: Side| states.of(side).catalog.files.root();
    let is_said = changes.iter().any(|change| change.kind == "settings");
    let is_other = root(Side::Before) != root(Side::After) && !is_said;
    let folders = json!([root(Side::Before), root(Side::After)]);
    is_other.then(|| Change {
        built_in: BuiltIn::Define,
        kind: "settings",
        name: String::new(),
        path: settings::FILE.to_owned(),
        text: "find the catalog in another folder".to_owned(),
        digest: Some(digest(&folders)),
    })
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
pub(super) fn mappings(compiled: &Compiled) -> BTreeSet<(String, String)> {
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
            &scorecard.full_name(),
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
        let name = settings::FILE;
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

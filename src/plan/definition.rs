//! The definitions of a catalog by what they say, and which of them a merge changes.
//!
//! In: the two sides. Out: each definition that appears, changes or disappears, by kind and name;
//! where it stands in a file and in which is no change of it.

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

pub(super) mod difference;
pub(super) mod marked;
mod policies;

/// What one definition says, without places.
struct Definition {
    path: String,
    form: String,
}

type Definitions = BTreeMap<(&'static str, String), Definition>;

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
            digest: Some(digest(&json!([
                key.0,
                key.1,
                old.map(|old| &old.form),
                now.map(|now| &now.form)
            ]))),
        });
    }
    changes.extend(folder_changed(states, &changes));
    changes
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

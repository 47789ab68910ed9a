//! What the files of one export say about each other.
//!
//! In: the files of a run. Out: what an action takes from those beside it: who may do it, and
//! what its entities have. Each file is read once for a run, whoever asks; what all of them may
//! have together is bounded, by their order and not by who asks first.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rustc_hash::{FxHashMap, FxHashSet};

use super::Reading;
use super::permission;
use super::shape;
use super::shape::Shape;
use crate::finding::Finding;
use crate::finding::codes::E0005;
use crate::model::reader::Foreign;
use crate::model::settings::{Reader, Settings};
use crate::source::Snapshot;
use crate::source::path::folder_of;
use crate::syntax::Entry;
use crate::syntax::MergeKeys;
use crate::syntax::Node;
use crate::text::{FileId, Span, Text};

/// Bytes that the files which others look into may have together.
const MOST: usize = 128 << 20;

/// The files which others look into, by their names without the ending.
const NAMES: [&str; 4] = [PERMISSIONS, "actions", "automations", "blueprints"];

/// The file that says who may do actions.
const PERMISSIONS: &str = "action_permissions";

/// The endings of a file, those that are looked for first at the front.
const ENDINGS: [&str; 3] = ["json", "yaml", "yml"];

/// The names of a blueprint's properties and relations.
#[derive(Debug, Clone)]
pub(super) struct Known {
    identifier: Text,
    properties: Vec<Text>,
    relations: Vec<Text>,
}

/// What the files of all folders say, read when it is needed.
#[derive(Debug, Default)]
pub(in crate::model) struct Exports {
    /// The files that are not looked into: those before them fill the bound.
    beyond: FxHashSet<FileId>,
    folders: Mutex<FxHashMap<String, Arc<Folder>>>,
}

/// What the files of one folder say.
#[derive(Debug, Default)]
struct Folder {
    permissions: OnceLock<FxHashMap<Text, Node>>,
    actions: OnceLock<FxHashSet<Text>>,
    blueprints: OnceLock<Vec<Known>>,
}

impl Exports {
    /// Of the files of a catalog, where its settings read something of Port's.
    pub(in crate::model) fn of(
        snapshot: &Snapshot,
        settings: &Settings,
        findings: &mut Vec<Finding>,
    ) -> Self {
        let sources = &settings.sources;
        if sources.iter().any(|source| source.reader == Reader::Port) {
            Self::of_all(snapshot, findings)
        } else {
            Self::default()
        }
    }

    /// Of all files; those beyond the bound are findings.
    pub(in crate::model) fn of_all(snapshot: &Snapshot, findings: &mut Vec<Finding>) -> Self {
        let mut left = MOST;
        let mut beyond = FxHashSet::default();
        for (file, source) in snapshot.files() {
            let Some(stem) = looked_into(&source.path) else {
                continue;
            };
            let Ok(text) = &source.text else { continue };
            if let Some(less) = left.checked_sub(text.len()) {
                left = less;
                continue;
            }
            beyond.insert(file);
            findings.push(
                Finding::new(
                    &E0005,
                    Span::whole_file(file),
                    format!("the files `{stem}` of exports have more than {MOST} bytes together with this one"),
                )
                .label("what it says of the files beside it is not read")
                .help("read fewer exports in one catalog"),
            );
        }
        Self {
            beyond,
            folders: Mutex::default(),
        }
    }

    /// The files beside a file.
    pub(super) fn beside<'s>(&'s self, foreign: &'s Foreign<'s>) -> Beside<'s> {
        let name = folder_of(foreign.snapshot.path(foreign.file));
        // A reader that panicked has left nothing half made: each part is made at once.
        let mut folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = match folders.get(name) {
            Some(folder) => Arc::clone(folder),
            None => Arc::clone(folders.entry(name.to_owned()).or_default()),
        };
        Beside {
            exports: self,
            snapshot: foreign.snapshot,
            name,
            folder,
        }
    }
}

/// The name of a file without folder and ending, where others look into such a file.
fn looked_into(path: &str) -> Option<&str> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let (stem, ending) = name.rsplit_once('.')?;
    (NAMES.contains(&stem) && ENDINGS.contains(&ending)).then_some(stem)
}

/// The files of one folder.
pub(super) struct Beside<'s> {
    exports: &'s Exports,
    snapshot: &'s Snapshot,
    name: &'s str,
    folder: Arc<Folder>,
}

impl Beside<'_> {
    /// Whether one of them has an action of this name.
    pub(super) fn has_action(&self, action: &str) -> bool {
        let names = self.folder.actions.get_or_init(|| {
            let roots = ["actions", "automations"].map(|stem| self.roots(stem));
            let names = roots.iter().flatten().flat_map(objects);
            names
                .filter_map(|node| Some(Text::from(node.get("identifier")?.as_str()?)))
                .collect()
        });
        names.contains(action)
    }

    /// Who may do an action; of two that say it the first stands.
    fn permissions(&self, action: &str) -> Option<Node> {
        let all = self.folder.permissions.get_or_init(|| {
            let mut all = FxHashMap::default();
            for root in self.roots(PERMISSIONS) {
                for entry in permission::by_action(&root) {
                    all.entry(entry.key.value).or_insert(entry.node);
                }
            }
            all
        });
        all.get(action).cloned()
    }

    /// What is known of a blueprint.
    fn blueprint(&self, name: &str) -> Option<&Known> {
        let all = self.folder.blueprints.get_or_init(|| {
            let roots = self.roots("blueprints");
            roots.iter().flat_map(known).collect()
        });
        all.iter().find(|known| known.identifier == name)
    }

    /// The documents of the files of this name.
    fn roots(&self, stem: &str) -> Vec<Node> {
        ENDINGS
            .iter()
            .filter_map(|ending| self.snapshot.find(&path(self.name, stem, ending)))
            .filter(|file| !self.exports.beyond.contains(file))
            .flat_map(|file| {
                let text = self.snapshot.text(file);
                crate::syntax::parse_large(file, text, MergeKeys::Resolved).0
            })
            .map(|document| document.root)
            .collect()
    }
}

/// The path of a file in a folder.
fn path(folder: &str, stem: &str, ending: &str) -> String {
    match folder {
        "" => format!("{stem}.{ending}"),
        folder => format!("{folder}/{stem}.{ending}"),
    }
}

/// The file beside that permissions are looked for in.
pub(super) fn permissions_file(foreign: &Foreign<'_>) -> String {
    let of = foreign.snapshot.path(foreign.file);
    let folder = folder_of(of);
    path(folder, PERMISSIONS, "json")
}

/// What the same file says of blueprints and permissions.
#[derive(Debug, Default)]
pub(super) struct Siblings {
    permissions: Option<Vec<Entry>>,
    blueprints: Option<Vec<Known>>,
}

impl Siblings {
    /// Remembers it.
    pub(super) fn of_answer(entries: &[Entry]) -> Self {
        let find = |key| crate::syntax::entry(entries, key).map(|entry| &entry.node);
        Self {
            permissions: find(PERMISSIONS).map(permission::by_action),
            blueprints: find("blueprints").map(|node| known(node).collect()),
        }
    }
}

/// Who may do an action, where the same file or one beside says it.
pub(super) fn permissions(action: &str, reading: &Reading<'_>) -> Option<Node> {
    match &reading.siblings.permissions {
        Some(all) => crate::syntax::entry(all, action).map(|entry| entry.node.clone()),
        None => reading
            .foreign
            .exports
            .beside(reading.foreign)
            .permissions(action),
    }
}

/// The path of what a created entity has under the name of an input.
pub(super) fn path_of(blueprint: &str, input: &str, reading: &Reading<'_>) -> Option<String> {
    if matches!(input, "identifier" | "title") {
        return Some(format!(".after.{input}"));
    }
    let is_plain = !input.is_empty()
        && !input.starts_with(|c: char| c.is_ascii_digit())
        && input
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let path = |known: &Known| {
        let has = |names: &[Text]| is_plain && names.iter().any(|name| name == input);
        if has(&known.properties) {
            Some(format!(".after.properties.{input}"))
        } else if has(&known.relations) {
            Some(format!(".after.relations.{input}"))
        } else {
            None
        }
    };
    if let Some(all) = &reading.siblings.blueprints {
        return path(all.iter().find(|known| known.identifier == blueprint)?);
    }
    let beside = reading.foreign.exports.beside(reading.foreign);
    path(beside.blueprint(blueprint)?)
}

/// The objects of a document: of a list, of an answer, or itself.
fn objects(root: &Node) -> impl Iterator<Item = &Node> {
    let entries = root
        .as_mapping()
        .filter(|entries| shape::is_answer(entries));
    let nodes: Vec<&Node> = match entries {
        Some(entries) => entries
            .iter()
            .filter(|entry| shape::collection(&entry.key.value).is_some())
            .map(|entry| &entry.node)
            .collect(),
        None => vec![root],
    };
    nodes
        .into_iter()
        .flat_map(|node| node.as_sequence().unwrap_or(std::slice::from_ref(node)))
}

/// What is known of the blueprints of a document.
fn known(root: &Node) -> impl Iterator<Item = Known> {
    objects(root)
        .filter(|node| shape::of(node) == Some(Shape::Blueprint))
        .filter_map(|node| {
            let names = |node: Option<&Node>| -> Vec<Text> {
                let entries = node.and_then(Node::as_mapping).unwrap_or_default();
                entries
                    .iter()
                    .map(|entry| entry.key.value.clone())
                    .collect()
            };
            let schema = node
                .get("schema")
                .and_then(|schema| schema.get("properties"));
            Some(Known {
                identifier: Text::from(node.get("identifier")?.as_str()?),
                properties: names(schema),
                relations: names(node.get("relations")),
            })
        })
}

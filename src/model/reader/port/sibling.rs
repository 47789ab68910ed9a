//! What the files of one export say about each other.
//!
//! In: the name of a file beside the one that is read. Out: its documents, read for what an
//! action takes from them: who may do it, and what its entities have.

use super::Reading;
use super::permission;
use super::shape;
use super::shape::Shape;
use crate::model::reader::Foreign;
use crate::syntax::Entry;
use crate::syntax::MergeKeys;
use crate::syntax::Node;
use crate::text::Text;

/// The names of a blueprint's properties and relations.
#[derive(Debug, Clone)]
pub(super) struct Known {
    identifier: Text,
    properties: Vec<Text>,
    relations: Vec<Text>,
}

/// What was read of the files beside, once it was needed.
#[derive(Debug, Default)]
pub(super) struct Siblings {
    permissions: Option<Vec<Entry>>,
    blueprints: Option<Vec<Known>>,
}

impl Siblings {
    /// Remembers what the same file says of blueprints and permissions.
    pub(super) fn of_answer(entries: &[Entry]) -> Self {
        let find = |key| crate::syntax::entry(entries, key).map(|entry| &entry.node);
        Self {
            permissions: find("action_permissions").map(permission::by_action),
            blueprints: find("blueprints").map(|node| known(node).collect()),
        }
    }
}

/// Who may do an action, where a file beside says it.
pub(super) fn permissions(action: &str, reading: &mut Reading<'_>) -> Option<Node> {
    let foreign = reading.foreign;
    let all = reading.siblings.permissions.get_or_insert_with(|| {
        roots(foreign, "action_permissions")
            .flat_map(|root| permission::by_action(&root))
            .collect()
    });
    crate::syntax::entry(all, action).map(|entry| entry.node.clone())
}

/// The path of what a created entity has under the name of an input.
pub(super) fn path_of(blueprint: &str, input: &str, reading: &mut Reading<'_>) -> Option<String> {
    if matches!(input, "identifier" | "title") {
        return Some(format!(".after.{input}"));
    }
    let foreign = reading.foreign;
    let all = reading.siblings.blueprints.get_or_insert_with(|| {
        let roots: Vec<Node> = roots(foreign, "blueprints").collect();
        roots.iter().flat_map(known).collect()
    });
    let known = all.iter().find(|known| known.identifier == blueprint)?;
    let is_plain = !input.is_empty()
        && !input.starts_with(|c: char| c.is_ascii_digit())
        && input
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let has = |names: &[Text]| is_plain && names.iter().any(|name| name == input);
    if has(&known.properties) {
        Some(format!(".after.properties.{input}"))
    } else if has(&known.relations) {
        Some(format!(".after.relations.{input}"))
    } else {
        None
    }
}

/// Whether a file beside has an action of this name.
pub(super) fn has_action(action: &str, foreign: &Foreign<'_>) -> bool {
    ["actions", "automations"].iter().any(|stem| {
        roots(foreign, stem).any(|root| {
            objects(&root).any(|node| node.get("identifier").and_then(Node::as_str) == Some(action))
        })
    })
}

/// The documents of the file of this name in the same folder.
fn roots(foreign: &Foreign<'_>, stem: &str) -> impl Iterator<Item = Node> {
    let path = foreign.snapshot.path(foreign.file);
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let start = if folder.is_empty() {
        stem.to_owned()
    } else {
        format!("{folder}/{stem}")
    };
    let files: Vec<_> = ["json", "yaml", "yml"]
        .iter()
        .filter_map(|ending| foreign.snapshot.find(&format!("{start}.{ending}")))
        .collect();
    let documents: Vec<_> = files
        .into_iter()
        .flat_map(|file| {
            let text = foreign.snapshot.text(file);
            crate::syntax::parse_large(file, text, MergeKeys::Resolved).0
        })
        .collect();
    documents.into_iter().map(|document| document.root)
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

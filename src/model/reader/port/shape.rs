//! What an object of Port is, told by its keys.
//!
//! In: a foreign object, a key of an answer or the name of a file. Out: a [`Shape`], where there
//! is one.

use crate::model::settings::DocumentKind;
use crate::syntax::Entry;
use crate::syntax::Node;
use crate::syntax::Value;

/// What an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Blueprint,
    Entity,
    /// A self-service action or an automation, of either version.
    Action,
    Scorecard,
    /// Who may do an action.
    Permissions,
}

/// The keys under which an answer has its objects.
const COLLECTIONS: [(&str, Shape); 10] = [
    ("blueprints", Shape::Blueprint),
    ("blueprint", Shape::Blueprint),
    ("entities", Shape::Entity),
    ("entity", Shape::Entity),
    ("actions", Shape::Action),
    ("action", Shape::Action),
    ("automations", Shape::Action),
    ("automation", Shape::Action),
    ("scorecards", Shape::Scorecard),
    ("scorecard", Shape::Scorecard),
];

/// What an integration of Port's makes entities of, in words.
const MAPPING: &str = "the mapping of an integration, which fills Port and not this catalog";

/// What exports have beside, by the name of the file or the key, in words.
const LEFT_OUT: [(&str, &str); 12] = [
    ("_folders", "folders of pages"),
    ("blueprint_permissions", "permissions of blueprints"),
    ("folders", "folders of pages"),
    ("integrations", "integrations"),
    ("page_permissions", "permissions of pages"),
    ("pages", "pages"),
    ("port-app-config", MAPPING),
    ("roles", "roles"),
    ("teams", "teams, which are entities of a blueprint here"),
    ("users", "users, who are entities of a blueprint here"),
    ("webhooks", "webhooks"),
    ("workflows", "workflows"),
];

impl Shape {
    /// The shape of a kind that the settings name.
    pub(super) fn of_kind(kind: DocumentKind) -> Option<Self> {
        match kind {
            DocumentKind::Blueprints => Some(Self::Blueprint),
            DocumentKind::Entities => Some(Self::Entity),
            DocumentKind::Actions => Some(Self::Action),
            DocumentKind::Scorecards => Some(Self::Scorecard),
            _ => None,
        }
    }
}

/// What the objects are that an answer has under a key.
pub(super) fn collection(key: &str) -> Option<Shape> {
    let found = COLLECTIONS.iter().find(|(word, _)| *word == key);
    found.map(|(_, shape)| *shape)
}

/// What a file or a key of an answer holds, if it has no place in a catalog.
pub(super) fn left_out(name: &str) -> Option<&'static str> {
    let found = LEFT_OUT.iter().find(|(word, _)| *word == name);
    found.map(|(_, words)| *words)
}

/// What a document is that no object of Port's looks like, in words: the mapping of an integration
/// has a list of `resources`, each of which says how a `kind` becomes an entity of `port`.
pub(super) fn left_out_by_keys(root: &Node) -> Option<&'static str> {
    let resources = root.get("resources")?.as_sequence()?;
    let is_rule = |node: &Node| node.get("kind").is_some() && node.get("port").is_some();
    let is_alone = root.get("identifier").is_none() && !resources.is_empty();
    (is_alone && resources.iter().all(is_rule)).then_some(MAPPING)
}

/// Whether a file of this name has the permissions of all actions.
pub(super) fn permissions_file(stem: &str) -> bool {
    stem == "action_permissions"
}

/// Whether a mapping is an answer of the API or a whole export, and no object.
pub(super) fn is_answer(entries: &[Entry]) -> bool {
    let has = |key: &str| entries.iter().any(|entry| entry.key.value == key);
    if has("identifier") {
        return false;
    }
    has("ok")
        || entries.iter().any(|entry| {
            let is_object = matches!(entry.node.value, Value::Sequence(_) | Value::Mapping(_));
            collection(&entry.key.value).is_some() && is_object
        })
}

/// Whether there is nothing in a value.
pub(super) fn is_empty(node: &Node) -> bool {
    match &node.value {
        Value::Null => true,
        Value::Sequence(nodes) => nodes.is_empty(),
        Value::Mapping(entries) => entries.is_empty(),
        Value::String(text) => text.is_empty(),
        Value::Bool(_) | Value::Integer(_) | Value::Float(_) => false,
    }
}

/// The objects of a group that names their blueprint once: `{blueprint: x, data: [...]}`. What is
/// no group is itself.
pub(super) fn unwrapped(node: Node) -> Vec<Node> {
    let objects = node.get("data").and_then(Node::as_sequence);
    let (Some(objects), Some(blueprint), None) =
        (objects, node.entry("blueprint"), node.get("identifier"))
    else {
        return vec![node];
    };
    let with_blueprint = |object: &Node| {
        let mut object = object.clone();
        if let Value::Mapping(entries) = &mut object.value
            && crate::syntax::entry(entries, "blueprint").is_none()
        {
            let mut all = std::mem::take(entries).to_vec();
            all.push(blueprint.clone());
            *entries = all.into();
        }
        object
    };
    objects.iter().map(with_blueprint).collect()
}

/// What an object looks like.
pub(super) fn of(node: &Node) -> Option<Shape> {
    let has = |key: &str| node.get(key).is_some_and(|value| !value.is_null());
    let is_mapping = |key: &str| {
        node.get(key)
            .is_some_and(|value| value.as_mapping().is_some())
    };
    if is_mapping("schema") || is_mapping("mirrorProperties") || is_mapping("calculationProperties")
    {
        return Some(Shape::Blueprint);
    }
    if has("invocationMethod") || has("trigger") || has("userInputs") {
        return Some(Shape::Action);
    }
    let is_list = |key: &str| {
        node.get(key)
            .is_some_and(|value| value.as_sequence().is_some())
    };
    if is_list("rules") || is_list("levels") {
        return Some(Shape::Scorecard);
    }
    if is_mapping("execute") || is_mapping("approve") {
        return Some(Shape::Permissions);
    }
    let is_entity = has("blueprint") || has("properties") || has("relations");
    (is_entity || has("identifier")).then_some(Shape::Entity)
}

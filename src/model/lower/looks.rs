//! What a document is that stands where documents of another kind are read.
//!
//! In: a document, and what its folder says that it is. Out: one finding that names what it looks
//! like, in place of one for each key that it has and each that it lacks.

use crate::finding::Finding;
use crate::finding::codes::E0217;
use crate::model::settings::DocumentKind;
use crate::syntax::Document;
use crate::syntax::{Entry, Node};
use crate::text::nearest;

/// What a document is, in words, and what to do with it.
type Told = (String, String);

/// The finding that a whole document is of another kind than the one that is read here, where
/// its keys leave no doubt.
pub(super) fn other(document: &Document, kind: DocumentKind) -> Option<Finding> {
    let root = &document.root;
    let first = root.as_mapping()?.first().filter(|_| document.complete)?;
    let (what, help) = native(root, kind)
        .or_else(|| foreign(root))
        .or_else(|| nothing(root, kind))?;
    let message = format!("this is {what}, and not {}", article(kind));
    Some(
        Finding::new(&E0217, first.key.span, message)
            .label("begins here")
            .help(help),
    )
}

/// A document of this catalog, which has another folder.
fn native(root: &Node, kind: DocumentKind) -> Option<Told> {
    let is = of(root).filter(|is| *is != kind)?;
    // What has the parts of both has them misplaced; that is told at each.
    let own = match kind {
        DocumentKind::Entities => has_any(root, &["properties"]),
        DocumentKind::Blueprints => has_any(root, &["schema"]),
        DocumentKind::Requests => has_any(root, &["action"]),
        DocumentKind::Tests => has_any(root, &["expect", "name", "actor"]),
        _ => false,
    };
    (!own).then(|| {
        let word = is.word();
        let help = format!(
            "move it to `{word}/`, or say `documents: {word}` for its file under `sources` in catalogc.yaml"
        );
        (article(is).to_owned(), help)
    })
}

/// The kind that the keys of a document are those of.
fn of(root: &Node) -> Option<DocumentKind> {
    let has = |key: &str| root.get(key).is_some();
    if has("expect") && has_any(root, &["actor", "action", "patch"]) {
        return Some(DocumentKind::Tests);
    }
    if has("action") && has_any(root, &["entity", "inputs"]) && !has("identifier") {
        return Some(DocumentKind::Requests);
    }
    if !has("identifier") {
        return None;
    }
    let does = ["operation", "inputs", "permissions", "call", "calls"];
    if has("trigger") && has_any(root, &does) {
        return Some(DocumentKind::Actions);
    }
    if has("contract") && has_any(root, &["request", "process"]) {
        return Some(DocumentKind::Connectors);
    }
    let is_mapping = |key: &str| root.get(key).is_some_and(|it| it.as_mapping().is_some());
    if is_mapping("schema") && !has("blueprint") {
        return Some(DocumentKind::Blueprints);
    }
    let is_list = |key: &str| root.get(key).is_some_and(|it| it.as_sequence().is_some());
    if is_list("rules") && has("blueprint") {
        return Some(DocumentKind::Scorecards);
    }
    let is_only = |key: &&str| ENTITY.contains(key) || nearest(key, ENTITY).is_some();
    let is_entity = keys(root).all(|key| is_only(&key)) && has("blueprint");
    (is_entity && has_any(root, &["properties", "relations"])).then_some(DocumentKind::Entities)
}

/// The keys of an entity.
const ENTITY: [&str; 8] = [
    "identifier",
    "blueprint",
    "title",
    "icon",
    "team",
    "properties",
    "relations",
    "movedFrom",
];

/// A document of another tool.
fn foreign(root: &Node) -> Option<Told> {
    let text = |key: &str| root.get(key).and_then(Node::as_str);
    let has = |key: &str| root.get(key).is_some();
    if has_any(root, &["identifier", "blueprint"]) {
        return None;
    }
    let away = |what: &str| {
        let help = "move it out of this folder; to make entities of it, read it by a mapping: `reader: mapping` under `sources` in catalogc.yaml";
        Some((what.to_owned(), help.to_owned()))
    };
    if let (Some(version), Some(kind)) = (text("apiVersion"), text("kind")) {
        if version.starts_with("backstage.io/") {
            let help = "name its files under `sources` in catalogc.yaml, with `reader: backstage`";
            return Some(("a descriptor of Backstage".to_owned(), help.to_owned()));
        }
        return away(&format!("a manifest of Kubernetes, a `{kind}`"));
    }
    if has("apiVersion") && has("version") && has("name") {
        return away("a chart of Helm");
    }
    if has_any(root, &["openapi", "swagger"]) {
        return away("a description of an API in OpenAPI");
    }
    if has("asyncapi") {
        return away("a description of an API in AsyncAPI");
    }
    if has("on") && has("jobs") {
        return away("a workflow of GitHub");
    }
    let services = root.get("services").and_then(Node::as_mapping);
    let is_built = |entry: &Entry| has_any(&entry.node, &["image", "build"]);
    if services.is_some_and(|all| all.iter().any(is_built)) {
        return away("a file of Docker Compose");
    }
    if has("$schema") && has_any(root, &["type", "properties", "$defs", "$ref"]) {
        return away("a JSON Schema");
    }
    if has("name") && has("version") && has_any(root, &["dependencies", "scripts"]) {
        return away("a package of JavaScript");
    }
    if has("version") && has_any(root, &["people", "hosts", "guards", "ledger", "sources"]) {
        let help =
            "settings stand in one file alone, `catalogc.yaml` beside the folder of the catalog";
        return Some(("a file of settings".to_owned(), help.to_owned()));
    }
    None
}

/// A document that has nothing of what its kind has.
fn nothing(root: &Node, kind: DocumentKind) -> Option<Told> {
    let known: &[&str] = match kind {
        DocumentKind::Entities => &ENTITY,
        DocumentKind::Blueprints => &["identifier", "schema", "relations", "title", "properties"],
        DocumentKind::Actions => &[
            "identifier",
            "blueprint",
            "trigger",
            "operation",
            "inputs",
            "permissions",
            "call",
            "calls",
            "invocationMethod",
            "userInputs",
        ],
        DocumentKind::Scorecards => &["identifier", "blueprint", "rules", "levels", "title"],
        // A request may be short, and a test or a connector has keys of every sort.
        _ => return None,
    };
    // With one key it may be a misspelt one.
    let is_known =
        |key: &str| known.contains(&key) || nearest(key, known.iter().copied()).is_some();
    let is_called = |word: &str| root.get(word).is_some_and(|it| it.as_str().is_some());
    let is_meant = ["name", "id"].into_iter().any(is_called) && is_called("kind");
    if keys(root).count() < 2 || keys(root).any(is_known) || is_meant {
        return None;
    }
    let names: Vec<String> = known.iter().take(4).map(|it| format!("`{it}`")).collect();
    let help = format!(
        "it has none of the keys {} and so on: move it out of this folder, or write them",
        names.join(", ")
    );
    Some(("a document of something else".to_owned(), help))
}

fn keys(root: &Node) -> impl Iterator<Item = &str> {
    let entries = root.as_mapping().unwrap_or_default();
    entries.iter().map(|entry| entry.key.value.as_str())
}

fn has_any(node: &Node, keys: &[&str]) -> bool {
    keys.iter().any(|key| node.get(key).is_some())
}

/// A kind of document in words.
fn article(kind: DocumentKind) -> &'static str {
    match kind {
        DocumentKind::Blueprints => "a blueprint",
        DocumentKind::Entities => "an entity",
        DocumentKind::Actions => "an action",
        DocumentKind::Connectors => "a connector",
        DocumentKind::Policies => "a policy",
        DocumentKind::Requests => "a request",
        DocumentKind::Scorecards => "a scorecard",
        DocumentKind::Tests => "a rule test",
    }
}

//! An entity: one thing of the catalog, as it is written.

use std::sync::Arc;

use crate::finding::Finding;
use crate::finding::Part;
use crate::finding::codes::{E0201, E0202};
use crate::model::Blueprint;
use crate::model::BlueprintId;
use crate::model::fields::{Fields, text_of, texts_of, wrong_type};
use crate::model::lost::{LostEntity, LostName};
use crate::model::reader::mapping::Union;
use crate::syntax::Document;
use crate::syntax::Entry;
use crate::syntax::Node;
use crate::syntax::Value;
use crate::text::{Located, Span, Text, did_you_mean, nearest};

/// One thing of the catalog. Identity is blueprint and identifier; the file means nothing.
#[derive(Debug, Clone)]
pub struct Entity {
    /// Its blueprint.
    pub blueprint: BlueprintId,
    /// Its name among the entities of its blueprint.
    pub identifier: Located<Text>,
    /// What people call it.
    pub title: Option<Located<Text>>,
    /// A picture's name.
    pub icon: Option<Located<Text>>,
    /// The owner, where the blueprint says `ownership: {type: Direct}`.
    pub team: Vec<Located<Text>>,
    /// Its properties without the null ones.
    pub properties: Arc<[Entry]>,
    /// Its properties that are written as null, which is to say absent.
    pub null_properties: Box<[Entry]>,
    /// Where a missing property is reported: the key `properties`, or the document.
    pub properties_place: Span,
    /// Its relations without the null ones.
    pub relations: Box<[Related]>,
    /// Its relations that are written as null, which is to say absent.
    pub null_relations: Box<[Entry]>,
    /// Where a missing relation is reported: the key `relations`, or the document.
    pub relations_place: Span,
    /// The name that it had before.
    pub moved_from: Option<Located<Text>>,
    /// Where the key of that name stands.
    pub moved_from_key: Option<Span>,
    /// All of the document.
    pub span: Span,
    /// Where else it is named or repeated, where several places say a part of it.
    pub also: Box<[Span]>,
    /// Whether a part of it could not be read: nothing else is said about it.
    pub broken: bool,
    /// How its name and those that it writes are meant.
    pub naming: Naming,
}

/// How names are meant; the language of a file says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Naming {
    /// To the letter.
    #[default]
    Exact,
    /// As Backstage does: in any case, and as `namespace/name` outside of the default namespace.
    Backstage,
}

/// A relation as an entity has it.
#[derive(Debug, Clone)]
pub struct Related {
    /// The relation's name.
    pub name: Located<Text>,
    /// Whether a list stands there.
    pub is_list: bool,
    /// Whether something stands there that is no name: nothing else is said about it.
    pub broken: bool,
    /// Where the value stands.
    pub span: Span,
    /// The identifiers, in the order of the file.
    pub targets: Box<[Located<Text>]>,
}

impl Entity {
    /// The value of a property.
    pub fn property(&self, name: &str) -> Option<&Entry> {
        crate::syntax::entry(&self.properties, name)
    }

    /// Leaves out the properties that the blueprint computes.
    pub(super) fn drop_derived(&mut self, blueprint: &Blueprint) {
        let is_own = |entry: &Entry| {
            blueprint
                .derived()
                .all(|name| name.value != entry.key.value)
        };
        if !self.properties.iter().all(is_own) {
            let all = std::mem::take(&mut self.properties).to_vec();
            self.properties = all.into_iter().filter(is_own).collect();
        }
    }

    /// The relation of a name.
    pub fn relation(&self, name: &str) -> Option<&Related> {
        self.relations
            .iter()
            .find(|related| related.name.value == name)
    }

    /// Whether a value that stands at `span` is written nowhere: what a mapping makes of an
    /// element stands at the entity's own name.
    pub fn is_made(&self, span: Span, value: &str) -> bool {
        span == self.identifier.span && value != self.identifier.value
    }

    /// What people call it: the title, or the identifier.
    pub fn title(&self) -> &str {
        self.title
            .as_ref()
            .map_or(self.identifier.value.as_str(), |title| &title.value)
    }
}

/// An entity before its blueprint is known to exist.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    /// The blueprint that it names, or that the settings name for its file.
    pub(super) blueprint: Located<Text>,
    /// Whether the settings name it, and are where it is reported.
    pub(super) is_default: bool,
    /// Whether properties that are computed are left out.
    pub(super) drops_derived: bool,
    /// Whether others may say more of the same entity.
    pub(super) union: Union,
    pub(super) entity: Entity,
}

/// Reads an entity; `None` when it has no identity. The properties are moved out of the document.
pub(super) fn read(
    document: &mut Document,
    default_blueprint: Option<&str>,
    findings: &mut Vec<Finding>,
) -> Option<Draft> {
    let root = &document.root;
    let place = Span::new(root.span.file, root.span.start, root.span.start);
    if is_webhook(document, findings) {
        return None;
    }
    let mut fields = Fields::of("an entity", root, place, findings)?;
    let identifier = fields.text("identifier");
    let written = fields.text("blueprint");
    let is_default = written.is_none();
    let blueprint =
        written.or_else(|| default_blueprint.map(|name| Located::new(Text::from(name), place)));
    if document.complete {
        // Only of a whole document can be said that a key is missing.
        for (key, is_there) in [
            ("identifier", identifier.is_some()),
            ("blueprint", blueprint.is_some()),
        ] {
            if !is_there && root.get(key).is_none_or(Node::is_null) {
                fields.findings.push(key_missing(key, root));
            }
        }
    }
    let (title, icon) = (fields.text("title"), fields.text("icon"));
    let team = fields.texts("team");
    let moved_from = fields.text("movedFrom");
    let moved_from_key = fields.entry("movedFrom").map(|entry| entry.key.span);
    let properties = fields.entry("properties");
    let relations = fields.entry("relations");
    let spans = (
        properties.map_or(place, |e| e.key.span),
        relations.map_or(place, |e| e.key.span),
    );
    fields.mapping("properties");
    let written = fields.mapping("relations");
    let relations = written
        .iter()
        .filter(|entry| !entry.node.is_null())
        .map(|entry| read_related(entry, fields.findings))
        .collect();
    fields.done();
    name_synonyms(root, findings);
    let is_whole = |key| is_mapping(root, key);
    let broken = !document.complete || !["properties", "relations"].into_iter().all(is_whole);
    let nulls = written.iter().filter(|entry| entry.node.is_null());
    let null_relations = nulls.cloned().collect();
    let (properties, null_properties) = take_properties(&document.root);
    Some(Draft {
        blueprint: blueprint?,
        is_default,
        drops_derived: false,
        union: Union::Refused,
        entity: Entity {
            blueprint: BlueprintId(0),
            identifier: identifier?,
            title,
            icon,
            team,
            properties,
            null_properties,
            properties_place: spans.0,
            relations,
            null_relations,
            relations_place: spans.1,
            moved_from,
            moved_from_key,
            span: document.root.span,
            also: Box::default(),
            broken,
            naming: Naming::Exact,
        },
    })
}

/// The entity of a document that does not say who it is, or of what kind: the key is missing or
/// misspelt, or something else stands behind it. Those that name it are not to blame.
pub(super) fn unnamed(document: &Document, default_blueprint: Option<&str>) -> Option<LostEntity> {
    let root = &document.root;
    let entries = root.as_mapping()?;
    let is_key = |key: &str| ["properties", "relations"].contains(&key) || meant(key).is_some();
    let is_entity = entries.iter().any(|entry| is_key(&entry.key.value));
    if !is_entity || root.get("mappings").is_some() {
        return None;
    }
    let says = |wanted: &str| {
        let is_meant = |entry: &&Entry| meant(&entry.key.value) == Some(wanted);
        let written = root.entry(wanted);
        let found = written.or_else(|| entries.iter().find(is_meant))?;
        found.node.as_str()
    };
    let name = says("identifier").map(|name| LostName::Exact(Text::from(name)));
    let blueprint = says("blueprint").or(default_blueprint).map(Text::from);
    Some(LostEntity { blueprint, name })
}

/// Words that others have for the name and the kind of a thing.
const SYNONYMS: [(&str, &str); 5] = [
    ("name", "identifier"),
    ("id", "identifier"),
    ("slug", "identifier"),
    ("kind", "blueprint"),
    ("type", "blueprint"),
];

/// The key of an entity's identity that is written, or meant by another one.
fn meant(key: &str) -> Option<&'static str> {
    const KEYS: [&str; 2] = ["identifier", "blueprint"];
    let same = KEYS.into_iter().find(|known| *known == key);
    let other = || SYNONYMS.into_iter().find(|(word, _)| *word == key);
    same.or_else(|| nearest(key, KEYS))
        .or_else(|| other().map(|(_, known)| known))
}

/// Says of keys that nobody knows which of those of an identity they mean, where that is missing.
fn name_synonyms(root: &Node, findings: &mut [Finding]) {
    for (word, known) in SYNONYMS {
        let Some(entry) = root.entry(word).filter(|_| root.get(known).is_none()) else {
            continue;
        };
        let told = |it: &&mut Finding| *it.code == E0201 && it.span == entry.key.span;
        if entry.node.as_str().is_some()
            && let Some(finding) = findings.iter_mut().find(told)
        {
            let help = did_you_mean(known);
            finding.help = Some(help.words);
            finding.near = help.near;
        }
    }
}

/// Whether a mapping stands behind a key, or nothing.
fn is_mapping(root: &Node, key: &str) -> bool {
    let node = root.get(key);
    node.is_none_or(|node| node.is_null() || node.as_mapping().is_some())
}

/// Reads an entity that stands within another document, and the name of its blueprint.
pub fn given(
    node: &Node,
    default_blueprint: Option<&str>,
    findings: &mut Vec<Finding>,
) -> Option<(Entity, Located<Text>)> {
    let mut document = Document {
        file: node.span.file,
        root: node.clone(),
        complete: true,
        aliases: Box::default(),
    };
    let draft = read(&mut document, default_blueprint, findings)?;
    Some((draft.entity, draft.blueprint))
}

/// Whether a document is what Port calls a webhook, which makes entities and is none; it is said.
fn is_webhook(document: &Document, findings: &mut Vec<Finding>) -> bool {
    let Some(mappings) = document.root.entry("mappings") else {
        return false;
    };
    let nodes = mappings.node.as_sequence().unwrap_or_default();
    let makes = |node: &Node| node.get("entity").is_some() && node.get("blueprint").is_some();
    let is_entity = document.root.get("blueprint").is_some();
    if !document.complete || is_entity || !nodes.iter().any(makes) {
        return false;
    }
    let message = "this is a webhook of Port, and an entity needs `blueprint`";
    findings.push(
        Finding::new(&E0202, mappings.key.span, message)
            .misses(Part::Key, "blueprint")
            .label("makes entities, and is none")
            .help("move it out of the entities: what it makes is written as entities, or read by a mapping"),
    );
    true
}

/// The finding that an entity lacks a part of its identity, at its first key.
fn key_missing(key: &str, root: &Node) -> Finding {
    let place = Span::new(root.span.file, root.span.start, root.span.start);
    let first = root
        .as_mapping()
        .and_then(<[Entry]>::first)
        .map_or(place, |entry| entry.key.span);
    Finding::new(&E0202, first, format!("an entity needs `{key}`"))
        .misses(Part::Key, key)
        .label(format!("`{key}` is missing in this document"))
        .help(format!("add `{key}`"))
}

/// The properties, and apart from them the null ones.
fn take_properties(root: &Node) -> (Arc<[Entry]>, Box<[Entry]>) {
    let none = (Arc::default(), Box::default());
    let Some(Value::Mapping(properties)) = root.get("properties").map(|node| &node.value) else {
        return none;
    };
    if !properties.iter().any(|entry| entry.node.is_null()) {
        return (Arc::clone(properties), Box::default());
    }
    let all = properties.iter().cloned();
    let (null, there): (Vec<Entry>, Vec<Entry>) = all.partition(|entry| entry.node.is_null());
    (there.into(), null.into_boxed_slice())
}

fn read_related(entry: &Entry, findings: &mut Vec<Finding>) -> Related {
    let node = &entry.node;
    let before = findings.len();
    let (is_list, targets) = match &node.value {
        Value::Sequence(_) => (true, texts_of(node, &entry.key.value, findings)),
        Value::Mapping(_) => {
            let what = format!("relation `{}` is", entry.key.value);
            findings.push(wrong_type(node, "an identifier or a list of them", &what));
            (false, Vec::new())
        }
        _ => (
            false,
            text_of(node, &entry.key.value, findings)
                .into_iter()
                .collect(),
        ),
    };
    Related {
        name: entry.key.clone(),
        is_list,
        broken: findings.len() > before,
        span: node.span,
        targets: targets.into_boxed_slice(),
    }
}

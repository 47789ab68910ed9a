//! Reads Backstage's descriptors, `catalog-info.yaml`.
//!
//! In: the documents of a file. Out: for each an entity of the blueprint that has the name of
//! its kind. `metadata` and `spec` become properties, references become relations; what neither
//! Backstage's model nor this knows is kept together under `metadata` and `spec`.

use std::collections::BTreeSet;

use super::{Foreign, Native, tree};
use crate::finding::Finding;
use crate::finding::Part;
use crate::finding::codes::{E0202, E0204, E0237};
use crate::model::fields::{Fields, take_back_missing};
use crate::model::settings::DocumentKind;
use crate::source::Snapshot;
use crate::syntax::Document;
use crate::syntax::Entry;
use crate::syntax::Node;
use crate::text::{FileId, Located, Span, Text};
use kind::{Kind, OF_ANY};
use placeholder::Placeholders;

pub(crate) mod built_in;
mod format;
mod key;
mod kind;
mod location;
mod path;
mod placeholder;
mod reference;

/// The keys of `metadata` that are properties; the others are kept together.
const METADATA: [&str; 6] = [
    "namespace",
    "description",
    "labels",
    "annotations",
    "tags",
    "links",
];

/// Reads the documents of a file.
pub(super) fn read(
    foreign: &Foreign<'_>,
    documents: Vec<Document>,
    findings: &mut Vec<Finding>,
) -> Vec<Native> {
    let mut placeholders = Placeholders::new(foreign);
    documents
        .into_iter()
        .filter(|document| !document.root.is_null() || !document.complete)
        .filter_map(|mut document| {
            if let Some(skeleton) = skeleton(&document.root) {
                findings.push(skeleton);
                return None;
            }
            if document.complete {
                key::settle(&mut document.root, findings);
            }
            let before = findings.len();
            placeholders.fill(&mut document.root, findings);
            let root = entity(foreign, &document, findings);
            if !document.complete {
                take_back_missing(findings, before);
            }
            Some(Native {
                kind: DocumentKind::Entities,
                document: tree::document(root?, document.complete),
            })
        })
        .collect()
}

/// Whether descriptors of this text may take in other files.
pub(super) fn may_take_in(text: &str) -> bool {
    placeholder::may_be_in(text)
}

/// The files of a snapshot that have descriptors: those that are called `catalog-info.yaml`, or
/// the one that is named, and what their Locations lead to.
pub(super) fn files(snapshot: &Snapshot, named: Option<&str>) -> BTreeSet<FileId> {
    let is_first = |path: &str| {
        let name = path.rsplit('/').next().unwrap_or(path);
        named.map_or(
            matches!(name, "catalog-info.yaml" | "catalog-info.yml"),
            |named| named == path,
        )
    };
    let first = snapshot.files().filter(|(_, file)| is_first(&file.path));
    location::reached(snapshot, first.map(|(file, _)| file).collect())
}

/// What of a descriptor is needed to make an entity of it.
struct Descriptor<'n> {
    kind: Located<Text>,
    known: Option<&'static Kind>,
    version: Option<&'n Entry>,
    metadata: &'n Entry,
    spec: Option<&'n Entry>,
}

/// The entity that a descriptor is; `None` where it says neither what nor who.
fn entity(foreign: &Foreign<'_>, document: &Document, findings: &mut Vec<Finding>) -> Option<Node> {
    let descriptor = descriptor(document, findings)?;
    let metadata = &descriptor.metadata.node;
    let place = descriptor.metadata.key.span;
    let mut fields = Fields::of("`metadata`", metadata, place, findings)?;
    let name = fields.required_text("name");
    let namespace = fields.text("namespace");
    let name_key = fields.entry("name").map_or(place, |entry| entry.key.span);
    key::check_metadata(metadata, findings);
    format::check(metadata, findings);
    let spec = spec(&descriptor, findings);
    if let Some(spec) = spec
        && descriptor.kind.value == "Location"
    {
        location::check(foreign, &spec.node, findings);
    }
    let name = name?;
    let namespace = namespace
        .map(|namespace| namespace.value)
        .unwrap_or_default();
    let identifier = reference::identifier(&namespace, &name.value);
    let mut entries = vec![
        tree::entry("identifier", name_key, tree::text(&identifier, name.span)),
        tree::entry(
            "blueprint",
            descriptor.kind.span,
            tree::text(&descriptor.kind.value, descriptor.kind.span),
        ),
    ];
    entries.extend(metadata.entry("title").cloned());
    let anchor = spec.map_or(place, |spec| spec.key.span);
    let properties = properties(&descriptor, spec);
    let relations = relations(&descriptor, spec, &namespace, findings);
    entries.push(tree::entry(
        "properties",
        anchor,
        tree::mapping(anchor, properties),
    ));
    entries.push(tree::entry(
        "relations",
        anchor,
        tree::mapping(anchor, relations),
    ));
    Some(tree::mapping(document.root.span, entries))
}

/// The finding that a name is filled in later: a template makes descriptors of this file.
fn skeleton(root: &Node) -> Option<Finding> {
    let metadata = root.get("metadata")?;
    let names = ["name", "namespace"].into_iter();
    let (name, written) = names
        .filter_map(|key| metadata.get(key))
        .filter_map(|node| Some((node, node.as_str()?)))
        .find(|(_, written)| written.contains("{{"))?;
    Some(
        Finding::new(
            &E0237,
            name.span,
            format!("`{written}` is filled in by a template: this is no descriptor yet"),
        )
        .label("left out")
        .help("name its folder in `exclude` of the source in catalogc.yaml: `exclude: [\"**/skeleton/**\"]`"),
    )
}

/// The envelope of a descriptor: its version, kind, metadata and spec.
fn descriptor<'n>(document: &'n Document, findings: &mut Vec<Finding>) -> Option<Descriptor<'n>> {
    let root = &document.root;
    let first = root.as_mapping().and_then(<[Entry]>::first);
    let start = Span::new(root.span.file, root.span.start, root.span.start);
    let place = first.map_or(start, |entry| entry.key.span);
    let keys = root.as_mapping().unwrap_or_default();
    let says = |name: &str| {
        let mut keys = keys.iter().map(|entry| entry.key.value.as_str());
        keys.any(|key| key.eq_ignore_ascii_case(name))
    };
    if document.complete && first.is_some() && !says("apiVersion") && !says("kind") {
        findings.push(no_descriptor(place));
        return None;
    }
    let mut fields = Fields::of("a descriptor", root, place, findings)?;
    let version_text = fields.required_text("apiVersion");
    let version = fields.entry("apiVersion");
    let kind = fields.required_text("kind");
    let metadata = fields.entry("metadata");
    if metadata.is_none() {
        fields.missing("metadata");
    }
    let spec = fields.entry("spec");
    let known = kind.as_ref().and_then(|kind| Kind::of(&kind.value));
    if spec.is_none() && known.is_some() {
        fields.missing("spec");
    }
    // What Backstage itself adds when a descriptor is read from it; it says nothing of its own.
    for key in ["relations", "status"] {
        fields.entry(key);
    }
    if known.is_some() || kind.is_none() {
        fields.done();
    }
    if let (Some(known), Some(version)) = (known, version_text)
        && let Some(today) = known.wrong_version(&version.value)
    {
        findings.push(
            Finding::new(
                &E0204,
                version.span,
                format!("`{}` is no `apiVersion` of {}", version.value, known.name),
            )
            .label("not one of Backstage's")
            .help(format!("write `{today}`")),
        );
    }
    Some(Descriptor {
        kind: kind?,
        known,
        version,
        metadata: metadata?,
        spec,
    })
}

/// The finding that a document is something else altogether.
fn no_descriptor(place: Span) -> Finding {
    Finding::new(
        &E0202,
        place,
        "this is no descriptor of Backstage: it has neither `apiVersion` nor `kind`",
    )
    .label("the document begins here")
    .help("let the source's `glob` in catalogc.yaml match descriptors alone, or name others in `exclude`")
}

/// The key `spec` where it is a mapping; what it lacks is said.
fn spec<'n>(descriptor: &Descriptor<'n>, findings: &mut Vec<Finding>) -> Option<&'n Entry> {
    let spec = descriptor.spec?;
    Fields::of("`spec`", &spec.node, spec.key.span, findings)?;
    let Some(kind) = descriptor.known else {
        return Some(spec);
    };
    for key in kind.needs {
        if spec.node.get(key).is_none_or(Node::is_null) {
            let value = if *key == "owner" { "NAME" } else { "[]" };
            findings.push(
                Finding::new(
                    &E0202,
                    spec.key.span,
                    format!("{} needs `{key}`", kind.with_article()),
                )
                .misses(Part::Key, *key)
                .label(format!("`{key}` is missing"))
                .help(format!("add `{key}: {value}` to `spec`")),
            );
        }
    }
    key::check_spec(kind, &spec.node, findings);
    Some(spec)
}

/// The properties of a descriptor, in the order of the file.
fn properties(descriptor: &Descriptor<'_>, spec: Option<&Entry>) -> Vec<Entry> {
    let mut properties = Vec::new();
    if descriptor.kind.value == "Template" {
        properties.extend(descriptor.version.cloned());
    }
    let metadata = descriptor.metadata;
    let (known, rest) = divided(&metadata.node, |key| METADATA.contains(&key));
    properties.extend(known);
    let rest: Vec<Entry> = rest
        .into_iter()
        .filter(|entry| entry.key.value != "name" && entry.key.value != "title")
        .collect();
    properties.extend(kept_together(metadata, rest));
    let Some(spec) = spec else {
        return properties;
    };
    // A kind of a company's own has what its blueprint has, under the same names.
    let is_property = |key: &str| {
        descriptor
            .known
            .is_none_or(|kind| kind.properties.contains(&key))
    };
    let (known, rest) = divided(&spec.node, |key| {
        is_property(key) && !is_reference(descriptor, key)
    });
    properties.extend(known);
    let rest: Vec<Entry> = rest
        .into_iter()
        .filter(|entry| !is_reference(descriptor, &entry.key.value))
        .collect();
    properties.extend(kept_together(spec, rest));
    properties
}

/// The entries of a mapping: those that are asked for, and the others.
fn divided(node: &Node, is_known: impl Fn(&str) -> bool) -> (Vec<Entry>, Vec<Entry>) {
    let entries = node.as_mapping().unwrap_or_default();
    entries
        .iter()
        .cloned()
        .partition(|entry| is_known(&entry.key.value))
}

/// What has no property of its own, as one under the name of where it stands.
fn kept_together(under: &Entry, rest: Vec<Entry>) -> Option<Entry> {
    (!rest.is_empty()).then(|| Entry {
        key: under.key.clone(),
        node: tree::mapping(under.node.span, rest),
    })
}

fn references(descriptor: &Descriptor<'_>) -> &'static [kind::Reference] {
    descriptor.known.map_or(&OF_ANY, |kind| kind.references)
}

fn is_reference(descriptor: &Descriptor<'_>, key: &str) -> bool {
    references(descriptor)
        .iter()
        .any(|reference| reference.key == key)
}

/// The relations of a descriptor, in the order of the file.
fn relations(
    descriptor: &Descriptor<'_>,
    spec: Option<&Entry>,
    namespace: &str,
    findings: &mut Vec<Finding>,
) -> Vec<Entry> {
    let entries = spec
        .and_then(|spec| spec.node.as_mapping())
        .unwrap_or_default();
    let references = references(descriptor);
    entries
        .iter()
        .filter(|entry| !entry.node.is_null())
        .filter_map(|entry| {
            let reference = references
                .iter()
                .find(|reference| reference.key == entry.key.value)?;
            Some(reference::relations(reference, entry, namespace, findings))
        })
        .flatten()
        .collect()
}

//! Blueprints: their words are the catalog's own, but for a few.
//!
//! In: a foreign blueprint. Out: a native one. A calculation in words of jq that the catalog does
//! not evaluate becomes a property, so that the values of the export stay; the one timer of a
//! blueprint is its expiry.

use std::sync::Arc;

use super::Reading;
use super::key;
use super::shape::is_empty;
use crate::expression::Expression;
use crate::finding::Finding;
use crate::finding::codes::E0223;
use crate::model::reader::tree;
use crate::model::settings::DocumentKind;
use crate::syntax::Entry;
use crate::syntax::Node;
use crate::syntax::Value;
use crate::text::Span;

/// The keys of a blueprint.
const KEYS: [&str; 13] = [
    "aggregationProperties",
    "calculationProperties",
    "changelogDestination",
    "description",
    "formulaProperties",
    "icon",
    "identifier",
    "mirrorProperties",
    "ownership",
    "relations",
    "schema",
    "teamInheritance",
    "title",
];

/// The types that Port knows, and those of JSON Schema that it does not.
const TYPES: [&str; 5] = ["string", "number", "boolean", "object", "array"];
const OTHER_TYPES: [&str; 2] = ["integer", "null"];

/// Formats that are read here and that Port refuses.
const OTHER_FORMATS: [&str; 15] = [
    "date",
    "duration",
    "hostname",
    "idn-hostname",
    "iri",
    "iri-reference",
    "json-pointer",
    "regex",
    "relative-json-pointer",
    "time",
    "uri",
    "uri-reference",
    "uri-template",
    "uuid",
    "multi-line",
];

/// Reads a blueprint.
pub(super) fn read(node: Node, reading: &mut Reading<'_>) {
    let span = node.span;
    let mut entries: Vec<Entry> = Vec::new();
    let foreign = key::of_object(node).collect();
    for mut entry in key::settled(foreign, &KEYS, "a blueprint", reading) {
        match entry.key.value.as_str() {
            "changelogDestination" => {
                if !is_empty(&entry.node) {
                    let help = "let the pipeline that applies plans tell who wants to know";
                    reading.lost(entry.key.span, "who is told of changes", help);
                }
                continue;
            }
            "relations" => relations(&entry.node, reading),
            "schema" => schema(&mut entry.node, reading),
            _ => {}
        }
        entries.push(entry);
    }
    let uncomputed = uncomputed(&mut entries, reading);
    add_properties(&mut entries, uncomputed);
    entries.extend(expiry(&entries));
    reading.give(DocumentKind::Blueprints, tree::mapping(span, entries));
}

/// What Port refuses though it can be read.
fn refused(span: Span, message: String, label: &str, help: &str, reading: &mut Reading<'_>) {
    reading
        .findings
        .push(Finding::new(&E0223, span, message).label(label).help(help));
}

fn relations(node: &Node, reading: &mut Reading<'_>) {
    let is = |node: &Node, key| {
        node.get(key)
            .is_some_and(|it| it.value == Value::Bool(true))
    };
    for entry in node.as_mapping().unwrap_or_default() {
        if let Some(required) = entry.node.entry("required")
            && is(&entry.node, "required")
            && is(&entry.node, "many")
        {
            refused(
                required.node.span,
                format!(
                    "Port refuses the relation `{}`, which is both `many` and `required`",
                    entry.key.value
                ),
                "read as: one at least",
                "write `required: false`, or leave it so if Port is left behind",
                reading,
            );
        }
    }
}

/// The properties without keys that are null, and what of them Port refuses.
fn schema(node: &mut Node, reading: &mut Reading<'_>) {
    let Value::Mapping(entries) = &mut node.value else {
        return;
    };
    let properties = Arc::make_mut(entries)
        .iter_mut()
        .find(|entry| entry.key.value == "properties");
    let Some(Value::Mapping(properties)) = properties.map(|entry| &mut entry.node.value) else {
        return;
    };
    for property in Arc::make_mut(properties) {
        if let Some(kind) = property.node.get("type")
            && let Some(word) = kind.as_str().filter(|word| OTHER_TYPES.contains(word))
        {
            let help = format!("one of {} is what Port takes", TYPES.join(", "));
            let message = format!("Port refuses the type `{word}`");
            refused(
                kind.span,
                message,
                "read as JSON Schema has it",
                &help,
                reading,
            );
        }
        if let Some(format) = property.node.get("format")
            && let Some(word) = format.as_str().filter(|word| OTHER_FORMATS.contains(word))
        {
            let message = format!("Port refuses the format `{word}`");
            let help = "`date-time`, `url` and `email` are some that Port takes";
            refused(
                format.span,
                message,
                "read as JSON Schema has it",
                help,
                reading,
            );
        }
        drop_nulls(&mut property.node);
    }
}

/// An answer writes what is not set as null.
fn drop_nulls(definition: &mut Node) {
    if let Value::Mapping(entries) = &mut definition.value
        && entries.iter().any(|entry| entry.node.is_null())
    {
        let all = std::mem::take(entries).to_vec();
        let set = all.into_iter().filter(|entry| !entry.node.is_null());
        *entries = set.collect();
    }
}

/// Takes out the calculations that nothing here can evaluate, as the properties they become.
fn uncomputed(entries: &mut [Entry], reading: &mut Reading<'_>) -> Vec<Entry> {
    let found = entries
        .iter_mut()
        .find(|entry| entry.key.value == "calculationProperties");
    let Some(Value::Mapping(calculations)) = found.map(|entry| &mut entry.node.value) else {
        return Vec::new();
    };
    let mut properties = Vec::new();
    let mut kept = Vec::new();
    for mut entry in std::mem::take(calculations).to_vec() {
        drop_nulls(&mut entry.node);
        match entry.node.get("calculation").and_then(cannot_evaluate) {
            Some((span, why)) => {
                let what = format!("the calculation of `{}`, for {why}", entry.key.value);
                let help = "it stays as a property with the values of the export; write it in the jq that `catalogc explain E0505` lists";
                reading.lost(span, what, help);
                properties.push(as_property(entry));
            }
            None => kept.push(entry),
        }
    }
    *calculations = kept.into();
    properties
}

/// Why an expression cannot be evaluated, and where it stands.
fn cannot_evaluate(node: &Node) -> Option<(Span, String)> {
    let problems = Expression::parse(node.as_str()?).err()?;
    let first = problems.first()?;
    Some((node.span, first.message.clone()))
}

fn as_property(mut entry: Entry) -> Entry {
    if let Value::Mapping(keys) = &mut entry.node.value {
        let of_calculation = ["calculation", "colorized", "colors"];
        let all = std::mem::take(keys).to_vec();
        let rest = all
            .into_iter()
            .filter(|entry| !of_calculation.contains(&entry.key.value.as_str()));
        *keys = rest.collect();
    }
    entry
}

fn add_properties(entries: &mut [Entry], more: Vec<Entry>) {
    if more.is_empty() {
        return;
    }
    let schema = entries.iter_mut().find(|entry| entry.key.value == "schema");
    let Some(Value::Mapping(keys)) = schema.map(|entry| &mut entry.node.value) else {
        return;
    };
    let properties = Arc::make_mut(keys)
        .iter_mut()
        .find(|entry| entry.key.value == "properties");
    if let Some(Value::Mapping(properties)) = properties.map(|entry| &mut entry.node.value) {
        let mut all = std::mem::take(properties).to_vec();
        all.extend(more);
        *properties = all.into();
    }
}

/// The property whose time ends an entity, where there is no doubt which one it is.
fn expiry(entries: &[Entry]) -> Option<Entry> {
    let schema = &crate::syntax::entry(entries, "schema")?.node;
    let properties = schema.get("properties")?.as_mapping()?;
    let is_timer =
        |entry: &&Entry| entry.node.get("format").and_then(Node::as_str) == Some("timer");
    let mut timers = properties.iter().filter(is_timer);
    let (Some(timer), None) = (timers.next(), timers.next()) else {
        return None;
    };
    let span = timer.key.span;
    let name = tree::text(&timer.key.value, span);
    let property = tree::mapping(span, vec![tree::entry("property", span, name)]);
    Some(tree::entry("expiry", span, property))
}

//! The words of a schema: keywords, types, formats, colours, and where each may stand.
//!
//! In: a schema as it is written. Out: a finding for each word that no validator knows, for a
//! misspelt keyword would otherwise allow everything. What the words say together is for `lint`.

use super::annotation;
use super::formats;
use super::{Within, within};
use crate::finding::Finding;
use crate::finding::Severity;
use crate::finding::codes::{E0201, E0204, E0209};
use crate::syntax::Entry;
use crate::syntax::Node;
use crate::syntax::Value;
use crate::text::did_you_mean;
use crate::text::{Span, nearest};

/// The keywords of draft 2020-12 that have a meaning in a property's schema, and Port's
/// annotations.
pub(crate) const KEYWORDS: &[&str] = &[
    "$anchor",
    "$comment",
    "$defs",
    "$dynamicAnchor",
    "$dynamicRef",
    "$id",
    "$ref",
    "$schema",
    "additionalProperties",
    "allOf",
    "anyOf",
    "blueprint",
    "colorized",
    "colors",
    "const",
    "contains",
    "contentEncoding",
    "contentMediaType",
    "contentSchema",
    "default",
    "dependentRequired",
    "dependentSchemas",
    "deprecated",
    "description",
    "else",
    "enum",
    "enumColors",
    "examples",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "icon",
    "if",
    "items",
    "listKey",
    "maxContains",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minContains",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "not",
    "oneOf",
    "pattern",
    "patternProperties",
    "prefixItems",
    "properties",
    "propertyNames",
    "readOnly",
    "required",
    "secret",
    "spec",
    "specAuthentication",
    "then",
    "title",
    "type",
    "unevaluatedItems",
    "unevaluatedProperties",
    "uniqueItems",
    "visible",
    "writeOnly",
];

/// Keywords of other dialects and of haste, and what is written here.
const ELSEWHERE: &[(&str, &str)] = &[
    ("additionalItems", "write `items` beside `prefixItems`"),
    ("choices", "write `enum`"),
    ("definitions", "write `$defs`"),
    (
        "dependencies",
        "write `dependentRequired`, or `dependentSchemas`",
    ),
    ("desc", "write `description`"),
    (
        "discriminator",
        "delete it: a `const` in each branch of `oneOf` tells them apart",
    ),
    ("divisibleBy", "write `multipleOf`"),
    ("example", "write `examples`, a list"),
    ("extends", "write `allOf`"),
    ("externalDocs", "delete it, or say it in `description`"),
    ("id", "delete it: a schema here has no address"),
    ("max", "write `maximum`, `maxLength` or `maxItems`"),
    ("min", "write `minimum`, `minLength` or `minItems`"),
    (
        "nullable",
        "delete it: a property that is null is absent, unless it is required",
    ),
    (
        "optional",
        "delete it: what `required` does not name is optional",
    ),
    ("options", "write `enum`"),
    ("regex", "write `pattern`"),
    (
        "unique",
        "write `unique: [properties.x]` on the blueprint, or `uniqueItems` for a list",
    ),
    ("values", "write `enum`"),
    ("xml", "delete it: values are YAML and JSON"),
    ("$recursiveAnchor", "write `$dynamicAnchor`"),
    ("$recursiveRef", "write `$dynamicRef`"),
    (
        "$vocabulary",
        "delete it: the vocabulary is that of draft 2020-12",
    ),
];

/// Types of JSON Schema.
pub(super) const TYPES: &[&str] = &[
    "array", "boolean", "integer", "null", "number", "object", "string",
];

/// The draft that is meant.
const DRAFT: &str = "https://json-schema.org/draft/2020-12/schema";

/// Calls `see` for a schema and for each one in it; what stands where a value is meant is none.
pub(super) fn each(schema: &Node, see: &mut dyn FnMut(&Node, &[Entry])) {
    let Some(entries) = schema.as_mapping() else {
        return;
    };
    see(schema, entries);
    for entry in entries {
        match within(&entry.key.value) {
            Some(Within::Itself) => each(&entry.node, see),
            Some(Within::Named) => {
                for property in entry.node.as_mapping().unwrap_or_default() {
                    each(&property.node, see);
                }
            }
            Some(Within::Listed) => {
                for branch in entry.node.as_sequence().unwrap_or_default() {
                    each(branch, see);
                }
            }
            None => {}
        }
    }
}

/// Looks for unknown words, and for references that lead out of the schema.
pub(super) fn keywords(schema: &Node, findings: &mut Vec<Finding>) {
    let mut has_address = false;
    each(schema, &mut |_, entries| {
        has_address |= entries.iter().any(|entry| entry.key.value == "$id");
    });
    each(schema, &mut |_, entries| {
        for entry in entries {
            keyword(entry, findings);
            if matches!(entry.key.value.as_str(), "$ref" | "$dynamicRef") && !has_address {
                reference(schema, &entry.node, findings);
            }
        }
        annotation::colours_of(entries, findings);
    });
}

fn keyword(entry: &Entry, findings: &mut Vec<Finding>) {
    let key = entry.key.value.as_str();
    if !KEYWORDS.contains(&key) {
        let elsewhere = ELSEWHERE.iter().find(|(word, _)| *word == key);
        let help = match (elsewhere, nearest(key, KEYWORDS.iter().copied())) {
            (Some((_, help)), _) => (*help).into(),
            (None, Some(near)) => did_you_mean(near),
            (None, None) => "delete it".into(),
        };
        findings.push(
            Finding::new(
                &E0201,
                entry.key.span,
                format!("a schema has no keyword `{key}`"),
            )
            .label("not known")
            .choose(key, KEYWORDS)
            .help(help),
        );
    }
    match key {
        "type" => types(&entry.node, findings),
        "format" => format(&entry.node, findings),
        "spec" => annotation::word(&entry.node, "spec", annotation::SPECS, findings),
        "specAuthentication" => annotation::authentication(&entry.node, findings),
        "colorized" => annotation::boolean(entry, findings),
        "icon" | "listKey" => annotation::text(entry, findings),
        "required" => required(entry, findings),
        "exclusiveMinimum" | "exclusiveMaximum" => bound(entry, findings),
        "items" if entry.node.as_sequence().is_some() => findings.push(
            wrong(entry, "`items` is one schema for all elements, not a list")
                .label("a list")
                .help("write `prefixItems` for a schema an element"),
        ),
        "$schema"
            if entry
                .node
                .as_str()
                .is_none_or(|it| it.trim_end_matches('#') != DRAFT) =>
        {
            findings.push(
                wrong(entry, "schemas here are of draft 2020-12")
                    .label("another draft")
                    .help("delete it"),
            );
        }
        _ => {}
    }
}

fn wrong(entry: &Entry, message: impl Into<String>) -> Finding {
    Finding::new(&E0209, entry.node.span, message)
}

/// In draft 4 a bound had a flag beside it.
fn bound(entry: &Entry, findings: &mut Vec<Finding>) {
    let key = entry.key.value.as_str();
    if !matches!(entry.node.value, Value::Integer(_) | Value::Float(_)) {
        let plain = key.replace("exclusiveM", "m");
        let is = entry.node.type_words();
        findings.push(
            wrong(entry, format!("`{key}` must be a number, not {is}"))
                .label(is)
                .help(format!(
                    "write the bound itself as `{key}`, and no `{plain}`"
                )),
        );
    }
}

/// In draft 3 and in forms a property says of itself that it is required.
fn required(entry: &Entry, findings: &mut Vec<Finding>) {
    if entry.node.as_sequence().is_none() {
        let is = entry.node.type_words();
        findings.push(
            wrong(
                entry,
                format!("`required` lists names of properties, it is not {is}"),
            )
            .label(is)
            .help("name the property in the `required` beside the `properties` that it is one of"),
        );
    }
}

/// A reference that leads out of the schema, or to nothing in it. Where a schema has addresses of
/// its own, what they mean is for the validator to find out; it fetches nothing either.
fn reference(schema: &Node, node: &Node, findings: &mut Vec<Finding>) {
    let target = node.as_str().unwrap_or_default();
    if let Some(pointer) = target.strip_prefix("#/") {
        let is_plain = !pointer.contains(['%', '~']) && !pointer.contains("//");
        if is_plain && schema.follow(pointer.split('/')).is_none() {
            let defined = schema.get("$defs").and_then(Node::as_mapping);
            let names: Vec<String> = defined
                .unwrap_or_default()
                .iter()
                .map(|entry| format!("#/$defs/{}", entry.key.value))
                .collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            findings.push(
                Finding::new(
                    &E0209,
                    node.span,
                    format!("`{target}` leads to nothing in this schema"),
                )
                .label("leads nowhere")
                .choose(target, &names),
            );
        }
        return;
    }
    if !target.starts_with('#') && !target.starts_with(DRAFT) {
        findings.push(leads_out(node.span));
    }
}

/// The finding that a reference leads out of its schema.
pub(super) fn leads_out(place: Span) -> Finding {
    Finding::new(
        &E0209,
        place,
        "a schema refers to itself only: nothing is fetched",
    )
    .label("leads out of this schema")
    .help("write the schema here, or in `$defs` beside it")
}

/// The first reference to something that has an address.
pub(super) fn first_reference(schema: &Node) -> Option<Span> {
    let mut place = None;
    each(schema, &mut |_, entries| {
        let mut references = entries
            .iter()
            .filter(|entry| matches!(entry.key.value.as_str(), "$ref" | "$dynamicRef"))
            .filter(|entry| entry.node.as_str().is_some_and(|it| !it.starts_with('#')));
        place = place.or(references.next().map(|entry| entry.node.span));
    });
    place
}

fn types(node: &Node, findings: &mut Vec<Finding>) {
    for word in node.as_sequence().unwrap_or(std::slice::from_ref(node)) {
        let known = word.as_str().is_some_and(|word| TYPES.contains(&word));
        if !known {
            let written = word.as_str().unwrap_or("");
            let near = nearest(written, TYPES.iter().copied());
            findings.push(
                Finding::new(
                    &E0204,
                    word.span,
                    format!("`{written}` is no type of a value"),
                )
                .label("not a type")
                .choose(written, TYPES)
                .help(near.map_or_else(
                    || format!("write one of `{}`", TYPES.join("`, `")).into(),
                    did_you_mean,
                )),
            );
        }
    }
}

/// A misspelt format would be kept by every value; one that is meant for others is a warning.
fn format(node: &Node, findings: &mut Vec<Finding>) {
    let known = formats::FORMATS;
    let Some(written) = node.as_str().filter(|word| !known.contains(word)) else {
        return;
    };
    let message = format!("`{written}` is no format that is checked");
    let finding = Finding::new(&E0204, node.span, message)
        .label("not known")
        .choose(written, known);
    let near = nearest(written, known.iter().copied());
    findings.push(match near {
        Some(near) => finding.help(did_you_mean(near)),
        None => Finding {
            severity: Severity::Warning,
            ..finding.help("write a `pattern`, or delete it")
        },
    });
}

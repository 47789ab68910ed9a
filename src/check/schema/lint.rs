//! What the words of a schema say together: bounds that no value can keep, lists of values that
//! another keyword refuses, keywords that say nothing about values of the type.
//!
//! In: a schema as it is written. Out: findings. That each word is known is for `keywords`.

use serde_json::Value as Json;

use super::keywords::{TYPES, each};
use super::listed;
use super::pattern;
use crate::check::property::shown;
use crate::finding::Finding;
use crate::finding::codes::{E0209, E0213};
use crate::syntax::Entry;
use crate::syntax::Node;
use crate::syntax::Value;
use crate::syntax::entry;

/// Two bounds of one thing; the first must not be above the second.
const BOUNDS: &[(&str, &str)] = &[
    ("minimum", "maximum"),
    ("minLength", "maxLength"),
    ("minItems", "maxItems"),
    ("minProperties", "maxProperties"),
    ("minContains", "maxContains"),
];

/// Bounds that must stand apart.
const STRICT: &[(&str, &str)] = &[
    ("exclusiveMinimum", "exclusiveMaximum"),
    ("exclusiveMinimum", "maximum"),
    ("minimum", "exclusiveMaximum"),
];

/// Keywords that say something about values of one type only.
const ABOUT: &[(&str, &[&str])] = &[
    (
        "number",
        &[
            "minimum",
            "maximum",
            "exclusiveMinimum",
            "exclusiveMaximum",
            "multipleOf",
        ],
    ),
    (
        "string",
        &[
            "minLength",
            "maxLength",
            "pattern",
            "contentEncoding",
            "contentMediaType",
            "contentSchema",
        ],
    ),
    (
        "array",
        &[
            "items",
            "prefixItems",
            "contains",
            "minContains",
            "maxContains",
            "minItems",
            "maxItems",
            "uniqueItems",
            "unevaluatedItems",
            "listKey",
        ],
    ),
    (
        "object",
        &[
            "properties",
            "patternProperties",
            "additionalProperties",
            "propertyNames",
            "minProperties",
            "maxProperties",
            "required",
            "dependentRequired",
            "dependentSchemas",
            "unevaluatedProperties",
        ],
    ),
];

/// Keywords that say nothing without another.
const NEEDS: &[(&str, &str)] = &[
    ("then", "if"),
    ("else", "if"),
    ("minContains", "contains"),
    ("maxContains", "contains"),
    ("enumColors", "enum"),
    ("specAuthentication", "spec"),
];

/// Looks at a schema and at all in it.
pub(super) fn lint(schema: &Node, findings: &mut Vec<Finding>) {
    each(schema, &mut |_, entries| {
        bounds(entries, findings);
        values(entries, findings);
        pattern::patterns(entries, findings);
        required(entries, findings);
        listed::key(entries, findings);
        without_effect(entries, findings);
    });
}

fn bounds(entries: &[Entry], findings: &mut Vec<Finding>) {
    for (pairs, is_strict) in [(BOUNDS, false), (STRICT, true)] {
        for (least, most) in pairs {
            let (Some(least), Some(most)) = (entry(entries, least), entry(entries, most)) else {
                continue;
            };
            let (Some(from), Some(upto)) = (number(&least.node), number(&most.node)) else {
                continue;
            };
            let is_empty = if is_strict { from >= upto } else { from > upto };
            if !is_empty {
                continue;
            }
            let (least_key, most_key) = (&least.key.value, &most.key.value);
            let (from, upto) = (least.node.to_json(), most.node.to_json());
            findings.push(
                Finding::new(
                    &E0209,
                    least.node.span,
                    format!("no value has `{least_key}` {from} and `{most_key}` {upto}"),
                )
                .label("above the other bound")
                .related(most.node.span, "the other bound")
                .help("exchange the two, or correct one"),
            );
        }
    }
    if let Some(of) = entry(entries, "multipleOf")
        && number(&of.node).is_some_and(|of| of <= 0.0)
    {
        findings.push(
            Finding::new(
                &E0209,
                of.node.span,
                format!("no number is a multiple of {}", of.node.to_json()),
            )
            .label("not above zero")
            .help("write a number above 0, or delete it"),
        );
    }
}

fn number(node: &Node) -> Option<f64> {
    match node.value {
        #[expect(
            clippy::cast_precision_loss,
            reason = "bounds beyond 53 bits that differ by less than a float shows are fine"
        )]
        Value::Integer(number) => Some(number as f64),
        Value::Float(number) => Some(number),
        _ => None,
    }
}

/// `enum` and `const` against `type`.
fn values(entries: &[Entry], findings: &mut Vec<Finding>) {
    let list = entry(entries, "enum");
    if let Some(list) = list {
        // Elsewhere an expression may stand here; the validator says what it thinks of that.
        if list.node.as_sequence().is_some_and(<[Node]>::is_empty) {
            findings.push(
                Finding::new(&E0209, list.node.span, "no value is in an empty `enum`")
                    .label("empty")
                    .help("list the values, or delete it"),
            );
        }
    }
    if let Some(list) = list {
        listed::doubled(list.node.as_sequence().unwrap_or_default(), findings);
    }
    let (Some(types), Some(written)) = (types(entries), entry(entries, "type")) else {
        return;
    };
    let listed = list.and_then(|list| list.node.as_sequence());
    let constant = entry(entries, "const").map(|entry| &entry.node);
    for value in listed.unwrap_or_default().iter().chain(constant) {
        if types.iter().any(|word| is_of(&value.to_json(), word)) {
            continue;
        }
        let help = match (value.is_null(), types.first()) {
            (true, _) => "delete it: a property that is null is absent".to_owned(),
            (false, Some(&"string")) => "put it in quotes".to_owned(),
            _ => "write a value of the type, or correct `type`".to_owned(),
        };
        findings.push(
            Finding::new(
                &E0209,
                value.span,
                format!("{} is not of `type` {}", shown(value), types.join(" or ")),
            )
            .label(value.type_words())
            .related(written.node.span, "the type")
            .help(help),
        );
    }
}

/// The words of `type`.
fn types(entries: &[Entry]) -> Option<Vec<&str>> {
    let node = &entry(entries, "type")?.node;
    let words = node.as_sequence().unwrap_or(std::slice::from_ref(node));
    words.iter().map(Node::as_str).collect()
}

fn is_of(value: &Json, word: &str) -> bool {
    match word {
        "array" => value.is_array(),
        "boolean" => value.is_boolean(),
        "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        "null" => value.is_null(),
        "number" => value.is_number(),
        "object" => value.is_object(),
        "string" => value.is_string(),
        // That the word is no type was said.
        _ => true,
    }
}

/// Names that must be there and may not.
fn required(entries: &[Entry], findings: &mut Vec<Finding>) {
    let is_closed = ["additionalProperties", "unevaluatedProperties"]
        .iter()
        .filter_map(|key| entry(entries, key))
        .any(|entry| entry.node.value == Value::Bool(false));
    let is_plain = ["allOf", "anyOf", "oneOf", "$ref", "patternProperties", "if"]
        .iter()
        .all(|key| entry(entries, key).is_none());
    let names = entry(entries, "required").and_then(|entry| entry.node.as_sequence());
    let (true, true, Some(names)) = (is_closed, is_plain, names) else {
        return;
    };
    let known = entry(entries, "properties").and_then(|entry| entry.node.as_mapping());
    let known: Vec<&str> = known
        .unwrap_or_default()
        .iter()
        .map(|entry| entry.key.value.as_str())
        .collect();
    for name in names {
        let Some(written) = name.as_str().filter(|name| !known.contains(name)) else {
            continue;
        };
        findings.push(
            Finding::new(
                &E0209,
                name.span,
                format!("`{written}` is required and may not be there"),
            )
            .label("not in `properties`")
            .help(crate::text::choose(written, &known)),
        );
    }
}

/// Keywords that say nothing here.
fn without_effect(entries: &[Entry], findings: &mut Vec<Finding>) {
    let told = beside_type(entries, findings);
    for (key, needed) in NEEDS {
        if let Some(found) = entry(entries, key)
            && entry(entries, needed).is_none()
            && !told.contains(key)
        {
            findings.push(
                Finding::new(
                    &E0213,
                    found.key.span,
                    format!("`{key}` says nothing without `{needed}`"),
                )
                .label("has no effect")
                .help(format!("add `{needed}`, or delete it")),
            );
        }
    }
}

/// Keywords about values of another type than `type` says; gives their names.
fn beside_type<'e>(entries: &'e [Entry], findings: &mut Vec<Finding>) -> Vec<&'e str> {
    let (Some(types), Some(written)) = (types(entries), entry(entries, "type")) else {
        return Vec::new();
    };
    // What a misspelt type would have is not known.
    if types.iter().any(|word| !TYPES.contains(word)) {
        return Vec::new();
    }
    let is_about = |about: &str| {
        types
            .iter()
            .any(|word| *word == about || (about == "number" && *word == "integer"))
    };
    let mut told = Vec::new();
    for found in entries {
        let key = found.key.value.as_str();
        let about = match (key, found.node.as_str()) {
            ("format", Some("labeled-url")) if types.contains(&"object") => None,
            ("format", _) => Some("string"),
            // A flag is told for what it is.
            ("required", _) if found.node.as_sequence().is_none() => None,
            _ => {
                let mut groups = ABOUT.iter().filter(|(_, keys)| keys.contains(&key));
                groups.next().map(|(about, _)| *about)
            }
        };
        if let Some(about) = about.filter(|about| !is_about(about)) {
            findings.push(nothing_about(found, &types, written, about));
            told.push(key);
        }
    }
    told
}

fn nothing_about(found: &Entry, types: &[&str], written: &Entry, about: &str) -> Finding {
    let key = &found.key.value;
    let help = match (key.as_str(), types) {
        ("minLength" | "maxLength", ["number" | "integer"]) => {
            format!(
                "write `{}`",
                if key == "minLength" {
                    "minimum"
                } else {
                    "maximum"
                }
            )
        }
        ("minLength" | "maxLength", ["array"]) => {
            format!(
                "write `{}`",
                if key == "minLength" {
                    "minItems"
                } else {
                    "maxItems"
                }
            )
        }
        ("minimum" | "maximum", ["string"]) => {
            format!(
                "write `{}`",
                if key == "minimum" {
                    "minLength"
                } else {
                    "maxLength"
                }
            )
        }
        ("format" | "pattern", ["array"]) => {
            format!("write it in `items`: `items: {{{key}: ...}}`")
        }
        _ => "delete it, or correct `type`".to_owned(),
    };
    Finding::new(
        &E0213,
        found.key.span,
        format!(
            "`{key}` says nothing about a value of `type` {}",
            types.join(" or ")
        ),
    )
    .label(format!("is about {}", plural(about)))
    .related(written.node.span, "the type")
    .help(help)
}

fn plural(about: &str) -> &'static str {
    match about {
        "number" => "numbers",
        "array" => "lists",
        "object" => "mappings",
        _ => "texts",
    }
}

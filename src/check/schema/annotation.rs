//! Port's annotations of a schema: specifications, colours, icons.
//!
//! In: the value of an annotation as it is written. Out: a finding for each word that is none of
//! Port's. Annotations say how a value is shown, and refuse none.

use crate::finding::Finding;
use crate::finding::codes::{E0201, E0203, E0204};
use crate::model::scorecard::COLORS;
use crate::syntax::Entry;
use crate::syntax::Node;
use crate::syntax::Value;
use crate::text::choose;

/// What `spec` may say of a property.
pub(super) const SPECS: &[&str] = &["async-api", "embedded-url", "open-api"];

/// The keys of `specAuthentication`.
const AUTHENTICATION: &[&str] = &[
    "authorizationScope",
    "authorizationUrl",
    "clientId",
    "tokenUrl",
];

/// One of some words.
pub(super) fn word(node: &Node, key: &str, words: &[&str], findings: &mut Vec<Finding>) {
    let written = node.as_str().unwrap_or("");
    if !words.contains(&written) {
        findings.push(
            Finding::new(&E0204, node.span, format!("`{written}` is no `{key}`"))
                .label("not one of the words")
                .choose(written, words),
        );
    }
}

/// A string.
pub(super) fn text(entry: &Entry, findings: &mut Vec<Finding>) {
    if entry.node.as_str().is_none() {
        findings.push(mistyped(&entry.node, &entry.key.value, "a string"));
    }
}

/// True or false.
pub(super) fn boolean(entry: &Entry, findings: &mut Vec<Finding>) {
    if !matches!(entry.node.value, Value::Bool(_)) {
        findings.push(mistyped(&entry.node, &entry.key.value, "true or false"));
    }
}

fn mistyped(node: &Node, key: &str, wanted: &str) -> Finding {
    let is = node.type_words();
    Finding::new(
        &E0203,
        node.span,
        format!("`{key}` must be {wanted}, not {is}"),
    )
    .label(is)
    .help(format!("write {wanted}"))
}

/// The keys of `specAuthentication`.
pub(super) fn authentication(node: &Node, findings: &mut Vec<Finding>) {
    let Some(entries) = node.as_mapping() else {
        findings.push(mistyped(node, "specAuthentication", "a mapping"));
        return;
    };
    for entry in entries {
        let key = entry.key.value.as_str();
        if !AUTHENTICATION.contains(&key) {
            let message = format!("`specAuthentication` has no key `{key}`");
            findings.push(
                Finding::new(&E0201, entry.key.span, message)
                    .label("not known")
                    .choose(key, AUTHENTICATION),
            );
        } else if key == "authorizationScope" {
            if entry.node.as_sequence().is_none() {
                findings.push(mistyped(&entry.node, key, "a list"));
            }
        } else {
            text(entry, findings);
        }
    }
}

/// `enumColors` and `colors`: a colour for each value, of those that `enum` lists where it does.
pub(super) fn colours_of(entries: &[Entry], findings: &mut Vec<Finding>) {
    let list = crate::syntax::entry(entries, "enum");
    let values: Option<Vec<String>> = list.and_then(|list| {
        let values = list.node.as_sequence()?.iter();
        Some(values.map(plain).collect())
    });
    for entry in entries {
        if ["enumColors", "colors"].contains(&entry.key.value.as_str()) {
            colours(&entry.key.value, &entry.node, findings);
        }
        if entry.key.value != "enumColors" {
            continue;
        }
        let (Some(values), Some(list)) = (&values, list) else {
            continue;
        };
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        for colour in entry.node.as_mapping().unwrap_or_default() {
            let key = colour.key.value.as_str();
            if !values.contains(&key) {
                findings.push(
                    Finding::new(
                        &E0204,
                        colour.key.span,
                        format!("`{key}` has a colour and is no value of the `enum`"),
                    )
                    .label_see("not in the list of", list.node.span)
                    // Which of the two is misspelt, the colour does not say.
                    .help(choose(key, &values)),
                );
            }
        }
    }
}

/// The colours of a mapping from values to them.
pub(in crate::check) fn colours(key: &str, node: &Node, findings: &mut Vec<Finding>) {
    let Some(entries) = node.as_mapping() else {
        findings.push(mistyped(node, key, "a mapping"));
        return;
    };
    for entry in entries {
        let written = entry.node.as_str().unwrap_or("");
        if !COLORS.contains(&written) {
            let shown = plain(&entry.node);
            findings.push(
                Finding::new(&E0204, entry.node.span, format!("`{shown}` is no colour"))
                    .label("not one of the colours")
                    .choose(written, &COLORS),
            );
        }
    }
}

/// A value as a key would be written for it.
fn plain(node: &Node) -> String {
    match node.as_str() {
        Some(text) => text.to_owned(),
        None => node.to_json().to_string(),
    }
}

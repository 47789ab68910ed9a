//! Formats of values: those of JSON Schema, which the validator has, and Port's.
//!
//! In: a text. Out: whether it is of the format. Knows no catalog: whether a `user` exists is
//! asked elsewhere.

use jsonschema::ValidationOptions;
use serde_json::Value as Json;
use serde_json::json;

use super::{Within, within};
use crate::finding::Severity;
use crate::model::Moment;
use crate::syntax::MergeKeys;
use crate::text::FileId;

/// Formats of JSON Schema and of Port; others say nothing that anyone checks.
pub(crate) const FORMATS: &[&str] = &[
    "blueprints",
    "date",
    "date-time",
    "duration",
    "email",
    "entity",
    "hostname",
    "idn-email",
    "idn-hostname",
    "ipv4",
    "ipv6",
    "iri",
    "iri-reference",
    "json-pointer",
    "labeled-url",
    "markdown",
    "multi-line",
    "proto",
    "regex",
    "relative-json-pointer",
    "team",
    "time",
    "timer",
    "uri",
    "uri-reference",
    "uri-template",
    "url",
    "user",
    "uuid",
    "yaml",
];

/// Adds Port's formats to a validator's.
pub(super) fn with_ours(options: ValidationOptions<'_>) -> ValidationOptions<'_> {
    options
        .with_format("date-time", is_moment)
        .with_format("idn-email", is_mail)
        .with_format("idn-hostname", is_hostname)
        .with_format("url", is_url)
        .with_format("labeled-url", is_url)
        .with_format("yaml", is_yaml)
}

/// What is a moment here is one to whoever asks for the end of something: a value that passes
/// and cannot be read would be no end.
fn is_moment(text: &str) -> bool {
    Moment::parse(text).is_some()
}

/// A local part, an at sign and a host; what letters are in them is left to the mail servers.
fn is_mail(text: &str) -> bool {
    let is_blank = |c: char| c.is_whitespace() || c.is_control();
    text.rsplit_once('@').is_some_and(|(name, host)| {
        !name.is_empty() && !name.contains('@') && !host.is_empty() && !text.contains(is_blank)
    })
}

/// Labels of letters, digits and dashes of any script. Which letters may follow each other is
/// not looked at: that is in tables of IDNA that change with Unicode.
fn is_hostname(text: &str) -> bool {
    let is_dot = |c: char| matches!(c, '.' | '\u{3002}' | '\u{ff0e}' | '\u{ff61}');
    let is_label = |label: &str| {
        let dashed = label.chars().skip(2).take(2).all(|c| c == '-') && label.chars().count() >= 4;
        (1..64).contains(&label.chars().count())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && (!dashed || label.to_ascii_lowercase().starts_with("xn--"))
            && !label.contains(|c: char| c != '-' && c.is_ascii() && !c.is_ascii_alphanumeric())
            && !label.contains(|c: char| c.is_whitespace() || c.is_control())
    };
    text.chars().count() < 254 && text.split(is_dot).all(is_label)
}

fn is_url(text: &str) -> bool {
    text.split_once("://").is_some_and(|(scheme, rest)| {
        !rest.is_empty()
            && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && !text.contains(|c: char| c.is_whitespace() || c.is_control())
    })
}

fn is_yaml(text: &str) -> bool {
    let (_, findings) = crate::syntax::parse(FileId(0), text, MergeKeys::Resolved);
    !findings
        .iter()
        .any(|finding| finding.severity == Severity::Error)
}

/// Says Port's formats in the validator's words: a timer is a `date-time`, RFC 3339 with its zone,
/// and a labeled URL is an object with a `url` and what is shown in its place.
pub(super) fn expand(schema: &mut Json) {
    let Some(entries) = schema.as_object_mut() else {
        return;
    };
    for (key, below) in entries.iter_mut() {
        match (within(key), below) {
            (Some(Within::Itself), below) => expand(below),
            (Some(Within::Named), Json::Object(schemas)) => {
                schemas.values_mut().for_each(expand);
            }
            (Some(Within::Listed), Json::Array(schemas)) => schemas.iter_mut().for_each(expand),
            _ => {}
        }
    }
    let format = entries.get("format").and_then(Json::as_str);
    if format == Some("timer") {
        entries.insert("format".to_owned(), json!("date-time"));
    } else if format == Some("labeled-url") {
        let all = entries.entry("allOf").or_insert_with(|| json!([]));
        if let Some(all) = all.as_array_mut() {
            all.push(json!({
                "properties": {
                    "url": {"type": "string", "format": "url"},
                    "displayText": {"type": "string"},
                },
                "required": ["url"],
            }));
        }
    }
}

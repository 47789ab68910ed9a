//! JSON Schemas of properties and inputs, compiled once and used for every value. The
//! validator is named here and where its errors are worded only.

use jsonschema::{PatternOptions, ValidationError, Validator};
use serde_json::Value as Json;

use crate::finding::Finding;
use crate::finding::Severity;
use crate::finding::codes::{E0201, E0204, E0209};
use crate::model::Blueprint;
use crate::syntax::Entry;
use crate::syntax::Node;
use crate::text::nearest;

mod words;

/// The keywords of draft 2020-12 that have a meaning in a property's schema, and Port's
/// annotations.
pub(crate) const KEYWORDS: &[&str] = &[
    "$comment",
    "$defs",
    "$ref",
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

/// Types of JSON Schema.
const TYPES: &[&str] = &[
    "array", "boolean", "integer", "null", "number", "object", "string",
];

/// Formats of JSON Schema and of Port; others say nothing that anyone checks.
pub(crate) const FORMATS: &[&str] = &[
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

/// The compiled schemas of a blueprint's properties.
#[derive(Debug)]
pub struct Kind {
    /// By the order of the blueprint's properties; `None` where the schema is broken.
    pub(super) properties: Vec<Option<Schema>>,
    /// Whether the blueprint contradicts itself: what depends on it is not checked.
    pub broken: bool,
}

/// A compiled schema.
#[derive(Debug)]
pub struct Schema {
    validator: Validator,
}

/// Compiles a blueprint's properties.
pub(super) fn compile(blueprint: &Blueprint, findings: &mut Vec<Finding>) -> Kind {
    let before = findings.len();
    let properties = blueprint
        .properties
        .iter()
        .map(|property| Schema::compile(&property.name.value, &property.schema, findings))
        .collect();
    Kind {
        properties,
        broken: blueprint.broken || has_errors(findings, before),
    }
}

/// Whether one of the findings from number `from` on is an error.
fn has_errors(findings: &[Finding], from: usize) -> bool {
    let new = findings.get(from..).unwrap_or_default();
    new.iter()
        .any(|finding| finding.severity == Severity::Error)
}

impl Schema {
    /// Compiles the schema of the property or input `name`, after looking for words that no
    /// validator knows: a misspelt keyword would otherwise allow everything.
    pub fn compile(name: &str, schema: &Node, findings: &mut Vec<Finding>) -> Option<Self> {
        let before = findings.len();
        keywords(schema, findings);
        if has_errors(findings, before) {
            return None;
        }
        match build(&schema.to_json()) {
            Ok(validator) => Some(Self { validator }),
            Err(error) => {
                let parts = pointer_parts(error.instance_path().as_str());
                let place = schema
                    .follow(parts.iter().map(String::as_str))
                    .map_or(schema.span, |(node, _)| node.span);
                findings.push(
                    Finding::new(
                        &E0209,
                        place,
                        format!("the schema of `{name}` cannot be used: {}", error.masked()),
                    )
                    .label("not JSON Schema")
                    .help("correct the schema; draft 2020-12 is meant"),
                );
                None
            }
        }
    }

    /// Whether `value` fits.
    pub fn fits(&self, value: &Json) -> bool {
        self.validator.is_valid(value)
    }

    /// What is wrong with `node`, the value of `name`; `owner` is whose it is, for messages,
    /// and `schema` what it must fit.
    pub fn findings(
        &self,
        name: &str,
        owner: &str,
        entry: &Entry,
        schema: &Node,
        findings: &mut Vec<Finding>,
    ) {
        let value = entry.node.to_json();
        let errors: Vec<ValidationError<'_>> = self.validator.iter_errors(&value).collect();
        findings.extend(words::findings(name, owner, entry, schema, &errors));
    }
}

fn build(schema: &Json) -> Result<Validator, ValidationError<'static>> {
    let is_time = |text: &str| text.parse::<jiff::Timestamp>().is_ok();
    let is_url = |text: &str| {
        text.split_once("://").is_some_and(|(scheme, rest)| {
            !rest.is_empty()
                && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
                && !text.contains(|c: char| c.is_whitespace() || c.is_control())
        })
    };
    let is_mail = |text: &str| {
        text.split_once('@')
            .is_some_and(|(name, host)| !name.is_empty() && !host.is_empty() && !text.contains(' '))
    };
    jsonschema::draft202012::options()
        .should_validate_formats(true)
        .with_pattern_options(PatternOptions::regex())
        .with_format("timer", is_time)
        .with_format("url", is_url)
        .with_format("idn-email", is_mail)
        .build(schema)
}

/// Looks for unknown keywords and types, and for references that lead out of the schema.
fn keywords(schema: &Node, findings: &mut Vec<Finding>) {
    let Some(entries) = schema.as_mapping() else {
        return;
    };
    for entry in entries {
        let key = entry.key.value.as_str();
        if !KEYWORDS.contains(&key) {
            findings.push(
                Finding::new(
                    &E0201,
                    entry.key.span,
                    format!("a schema has no keyword `{key}`"),
                )
                .label("not known")
                .choose(key, KEYWORDS)
                .help(nearest(key, KEYWORDS.iter().copied()).map_or_else(
                    || "delete it".to_owned(),
                    |near| format!("did you mean `{near}`?"),
                )),
            );
        }
        match key {
            "type" => types(&entry.node, findings),
            "format" => format(&entry.node, findings),
            "$ref"
                if !entry
                    .node
                    .as_str()
                    .is_some_and(|target| target.starts_with('#')) =>
            {
                findings.push(
                    Finding::new(
                        &E0209,
                        entry.node.span,
                        "a schema refers to itself only: nothing is fetched",
                    )
                    .label("leads out of this schema")
                    .help("write the schema here, or in `$defs` beside it"),
                );
            }
            "items"
            | "additionalProperties"
            | "contains"
            | "if"
            | "then"
            | "else"
            | "not"
            | "propertyNames"
            | "unevaluatedItems"
            | "unevaluatedProperties" => keywords(&entry.node, findings),
            "properties" | "patternProperties" | "$defs" | "dependentSchemas" => {
                for property in entry.node.as_mapping().unwrap_or_default() {
                    keywords(&property.node, findings);
                }
            }
            "anyOf" | "allOf" | "oneOf" | "prefixItems" => {
                for branch in entry.node.as_sequence().unwrap_or_default() {
                    keywords(branch, findings);
                }
            }
            _ => {}
        }
    }
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
                    || format!("write one of {}", TYPES.join(", ")),
                    |near| format!("did you mean `{near}`?"),
                )),
            );
        }
    }
}

/// A misspelt format would be kept by every value; one that is meant for others is a warning.
fn format(node: &Node, findings: &mut Vec<Finding>) {
    let Some(written) = node.as_str().filter(|word| !FORMATS.contains(word)) else {
        return;
    };
    let message = format!("`{written}` is no format that is checked");
    let finding = Finding::new(&E0204, node.span, message)
        .label("not known")
        .choose(written, FORMATS);
    let near = nearest(written, FORMATS.iter().copied());
    findings.push(match near {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None => Finding {
            severity: Severity::Warning,
            ..finding.help("write a `pattern`, or delete it")
        },
    });
}

/// The parts of a JSON pointer.
fn pointer_parts(pointer: &str) -> Vec<String> {
    pointer
        .split('/')
        .skip(1)
        .map(|part| part.replace("~1", "/").replace("~0", "~"))
        .collect()
}

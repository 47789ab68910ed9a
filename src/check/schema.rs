//! JSON Schemas of properties and inputs, compiled once and used for every value. The
//! validator is named in this file only.

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{PatternOptions, ValidationError, Validator};
use serde_json::Value as Json;

use crate::finding::Finding;
use crate::finding::codes::{E0201, E0203, E0204, E0205, E0206, E0207, E0209};
use crate::model::Blueprint;
use crate::syntax::Entry;
use crate::syntax::Node;
use crate::text::{Span, nearest};

/// The keywords of draft 2020-12 that have a meaning in a property's schema, and Port's
/// annotations.
const KEYWORDS: &[&str] = &[
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
        broken: blueprint.broken || findings.len() > before,
    }
}

impl Schema {
    /// Compiles the schema of the property or input `name`, after looking for words that no
    /// validator knows: a misspelt keyword would otherwise allow everything.
    pub fn compile(name: &str, schema: &Node, findings: &mut Vec<Finding>) -> Option<Self> {
        let before = findings.len();
        keywords(schema, findings);
        if findings.len() > before {
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
        for error in self.validator.iter_errors(&value) {
            let words = Words {
                name,
                owner,
                entry,
                schema,
                error: &error,
            };
            findings.push(words.finding());
        }
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
                .help(nearest(key, KEYWORDS.iter().copied()).map_or_else(
                    || "delete it".to_owned(),
                    |near| format!("did you mean `{near}`?"),
                )),
            );
        }
        match key {
            "type" => types(&entry.node, findings),
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
                .help(near.map_or_else(
                    || format!("write one of {}", TYPES.join(", ")),
                    |near| format!("did you mean `{near}`?"),
                )),
            );
        }
    }
}

/// The parts of a JSON pointer.
fn pointer_parts(pointer: &str) -> Vec<String> {
    pointer
        .split('/')
        .skip(1)
        .map(|part| part.replace("~1", "/").replace("~0", "~"))
        .collect()
}

/// Puts a validator's error into the words of a finding, at its exact place.
struct Words<'a> {
    name: &'a str,
    owner: &'a str,
    entry: &'a Entry,
    schema: &'a Node,
    error: &'a ValidationError<'a>,
}

impl Words<'_> {
    fn finding(&self) -> Finding {
        let parts = pointer_parts(self.error.instance_path().as_str());
        let (node, key) = match self.entry.node.follow(parts.iter().map(String::as_str)) {
            Some((node, _)) if parts.is_empty() => (node, self.entry.key.span),
            Some(found) => found,
            None => (&self.entry.node, self.entry.key.span),
        };
        let name = match parts.last() {
            Some(part) if part.parse::<usize>().is_ok() => {
                format!("element {part} of `{}`", self.name)
            }
            Some(part) => format!("`{part}`"),
            None => format!("`{}`", self.name),
        };
        self.by_kind(node, key, &name)
    }

    fn by_kind(&self, node: &Node, key: Span, name: &str) -> Finding {
        match self.error.kind() {
            ValidationErrorKind::Type { kind } => {
                let wanted = type_words(kind);
                let is = node.type_words();
                let finding =
                    Finding::new(&E0203, node.span, format!("{name} is {wanted}, not {is}"))
                        .label(is);
                match node.as_str() {
                    Some(text) if wanted != "a string" && text.parse::<f64>().is_ok() => {
                        finding.help(format!("write {text} without quotes"))
                    }
                    None if wanted == "a string" && is != "a list" && is != "a mapping" => {
                        finding.help("put it in quotes")
                    }
                    _ => finding.help(format!("write {wanted}")),
                }
            }
            ValidationErrorKind::Enum { .. } | ValidationErrorKind::Constant { .. } => {
                self.not_listed(node, name)
            }
            ValidationErrorKind::Required { property } => {
                let missing = property.as_str().unwrap_or_default();
                Finding::new(&E0205, key, format!("{name} needs `{missing}`"))
                    .label(format!("`{missing}` is missing"))
                    .help(format!("add `{missing}`"))
            }
            ValidationErrorKind::AdditionalProperties { unexpected }
            | ValidationErrorKind::UnevaluatedProperties { unexpected } => {
                self.unexpected(node, name, unexpected)
            }
            _ => self.out_of_bounds(node, name),
        }
    }

    fn not_listed(&self, node: &Node, name: &str) -> Finding {
        let list = self.schema_node();
        let written = super::property::shown(node);
        let is_whole = name.starts_with('`');
        let message = if is_whole {
            format!("{written} is not a {name} of {}", self.owner)
        } else {
            format!("{written} is not allowed as {name} of {}", self.owner)
        };
        let choices: Vec<String> = match list {
            Some(list) => list
                .as_sequence()
                .unwrap_or(std::slice::from_ref(list))
                .iter()
                .map(super::property::shown)
                .collect(),
            None => Vec::new(),
        };
        let bare: Vec<&str> = choices
            .iter()
            .map(|choice| choice.trim_matches('`'))
            .collect();
        let help = super::property::choose(written.trim_matches('`'), &bare);
        let finding = Finding::new(&E0204, node.span, message).help(help);
        match list {
            Some(list) => finding.label_see("not in the list of", list.span),
            None => finding.label("not in the list"),
        }
    }

    fn unexpected(&self, node: &Node, name: &str, unexpected: &[String]) -> Finding {
        let first = unexpected.first().map_or("", String::as_str);
        let place = node.entry(first).map_or(node.span, |entry| entry.key.span);
        let more = match unexpected.len() {
            0 | 1 => String::new(),
            n => format!(" and {} more", n - 1),
        };
        // Beside the keyword that forbids them stands what there may be.
        let mut parts = pointer_parts(self.error.schema_path().as_str());
        parts.pop();
        let parent = self.schema.follow(parts.iter().map(String::as_str));
        let known: Vec<&str> = parent
            .and_then(|(parent, _)| parent.get("properties"))
            .and_then(Node::as_mapping)
            .unwrap_or_default()
            .iter()
            .map(|entry| entry.key.value.as_str())
            .collect();
        Finding::new(
            &E0206,
            place,
            format!("{name} has no property `{first}`{more}"),
        )
        .label("not known")
        .help(super::property::choose(first, &known))
    }

    fn out_of_bounds(&self, node: &Node, name: &str) -> Finding {
        let bound = |limit: &Json| limit.to_string();
        let why = match self.error.kind() {
            ValidationErrorKind::Minimum { limit } => {
                format!("{name} is at least {}", bound(limit))
            }
            ValidationErrorKind::Maximum { limit } => format!("{name} is at most {}", bound(limit)),
            ValidationErrorKind::ExclusiveMinimum { limit } => {
                format!("{name} is more than {}", bound(limit))
            }
            ValidationErrorKind::ExclusiveMaximum { limit } => {
                format!("{name} is less than {}", bound(limit))
            }
            ValidationErrorKind::MinLength { limit } => {
                format!("{name} has at least {limit} characters")
            }
            ValidationErrorKind::MaxLength { limit } => {
                format!("{name} has at most {limit} characters")
            }
            ValidationErrorKind::MinItems { limit } => {
                format!("{name} has at least {limit} elements")
            }
            ValidationErrorKind::MaxItems { limit } => {
                format!("{name} has at most {limit} elements")
            }
            ValidationErrorKind::Pattern { pattern } => {
                format!("{name} does not match `{pattern}`")
            }
            ValidationErrorKind::Format { format } => format!("{name} is no {format}"),
            ValidationErrorKind::MultipleOf { multiple_of } => {
                format!("{name} is a multiple of {multiple_of}")
            }
            ValidationErrorKind::UniqueItems => format!("{name} has an element twice"),
            other => format!("{name} does not fit `{}`", other.keyword()),
        };
        let finding = Finding::new(&E0207, node.span, why);
        match self.schema_node() {
            Some(rule) => finding.label_see("against the rule of", rule.span),
            None => finding.label("against the blueprint"),
        }
        .help("write a value that fits")
    }

    /// The keyword of the schema that the value breaks.
    fn schema_node(&self) -> Option<&Node> {
        let parts = pointer_parts(self.error.schema_path().as_str());
        self.schema
            .follow(parts.iter().map(String::as_str))
            .map(|(node, _)| node)
    }
}

fn type_words(kind: &TypeKind) -> &'static str {
    let word = |name: &str| match name {
        "array" => "a list",
        "boolean" => "a boolean",
        "integer" => "an integer",
        "null" => "nothing",
        "number" => "a number",
        "object" => "a mapping",
        _ => "a string",
    };
    match kind {
        TypeKind::Single(single) => word(single.as_str()),
        TypeKind::Multiple(_) => "of another type",
    }
}

//! JSON Schemas of properties and inputs, compiled once and used for every value. The
//! validator is named here and where its errors are worded only.

use jsonschema::error::ValidationErrorKind;
use jsonschema::{PatternOptions, ValidationError, Validator};
use serde_json::Value as Json;

use crate::finding::Finding;
use crate::finding::Severity;
use crate::finding::codes::{E0207, E0209};
use crate::model::Blueprint;
use crate::syntax::Entry;
use crate::syntax::Node;

mod annotation;
mod bounds;
mod branch;
mod defaults;
mod formats;
mod keywords;
mod lint;
mod listed;
mod pattern;
mod quotable;
mod within;
mod words;

pub(super) use annotation::colours;
pub(crate) use formats::FORMATS;
#[cfg(test)]
pub(crate) use keywords::KEYWORDS;
pub(crate) use within::{Within, within};

/// The compiled schemas of a blueprint's properties.
#[derive(Debug)]
pub struct Kind {
    /// By the order of the blueprint's properties; `None` where the schema is broken, which
    /// silences the values of this property alone.
    pub(super) properties: Vec<Option<Schema>>,
    /// Whether the blueprint contradicts itself: which names it has is not known.
    pub broken: bool,
}

/// A compiled schema.
#[derive(Debug)]
pub struct Schema {
    validator: Validator,
}

/// Compiles a blueprint's properties.
pub(super) fn compile(blueprint: &Blueprint, findings: &mut Vec<Finding>) -> Kind {
    let properties = blueprint
        .properties
        .iter()
        .map(|property| {
            property.schema.as_mapping()?;
            Schema::compile(&property.name.value, &property.schema, findings)
        })
        // The last schema before a mistake may be a part of what was meant.
        .map(|schema| schema.filter(|_| !blueprint.cut))
        .collect();
    Kind {
        properties,
        broken: blueprint.broken,
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
        keywords::keywords(schema, findings);
        lint::lint(schema, findings);
        if has_errors(findings, before) {
            return None;
        }
        let mut json = schema.to_json();
        formats::expand(&mut json);
        match build(&json) {
            Ok(validator) => {
                let compiled = Self { validator };
                defaults::defaults(name, schema, &compiled, findings);
                (!has_errors(findings, before)).then_some(compiled)
            }
            Err(error) => {
                findings.push(unusable(name, schema, &error));
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
        let work = entry.node.size().saturating_mul(schema.size());
        if work <= TOLD {
            let errors: Vec<ValidationError<'_>> = self.validator.iter_errors(&value).collect();
            let mut told = words::findings(name, owner, entry, schema, &errors);
            quotable::quotable(&self.validator, &mut told, entry, schema);
            findings.extend(told);
            return;
        }
        // The validator makes all errors before it gives the first, and those of all branches.
        let first = (!has_branches(schema)).then(|| self.validator.validate(&value));
        let told = findings.len();
        if let Some(Err(first)) = first {
            findings.extend(words::findings(name, owner, entry, schema, &[first]));
        }
        match findings.get_mut(told) {
            Some(first) => {
                first.label = format!("{}; only this is told of so long a value", first.label);
            }
            None => findings.push(too_long(name, entry)),
        }
    }
}

/// Up to this many values, times the words of their schema, all that is wrong is told: an error
/// of the validator is large, and a value of the catalog has up to 250,000 values in it.
const TOLD: usize = 40_000;

/// Whether a schema has forms of which a value may have any.
fn has_branches(schema: &Node) -> bool {
    let entries = schema.as_mapping().unwrap_or_default();
    let nodes = schema.as_sequence().unwrap_or_default();
    entries.iter().any(|entry| {
        matches!(entry.key.value.as_str(), "anyOf" | "oneOf") || has_branches(&entry.node)
    }) || nodes.iter().any(has_branches)
}

/// The finding that a value does not fit, where nobody can say what of it.
fn too_long(name: &str, entry: &Entry) -> Finding {
    let message = format!("`{name}` does not fit its schema, and is too long to say where");
    Finding::new(&E0207, entry.key.span, message)
        .label("does not fit")
        .help("shorten it: what is wrong with a shorter value is told at its place")
}

/// The finding that a schema of known words is none.
fn unusable(name: &str, schema: &Node, error: &ValidationError<'_>) -> Finding {
    if let ValidationErrorKind::Referencing(_) = error.kind() {
        return keywords::leads_out(keywords::first_reference(schema).unwrap_or(schema.span));
    }
    let parts = pointer_parts(error.instance_path().as_str());
    let place = schema
        .follow(parts.iter().map(String::as_str))
        .map_or(schema.span, |(node, _)| node.span);
    if let (ValidationErrorKind::Type { kind }, Some(key)) = (error.kind(), parts.last()) {
        let wanted = match words::type_words(kind).as_str() {
            "a boolean or a mapping" => "a schema".to_owned(),
            wanted => wanted.to_owned(),
        };
        let is = schema
            .follow(parts.iter().map(String::as_str))
            .map_or("this", |(node, _)| node.type_words());
        let message = format!("`{key}` of the property `{name}` must be {wanted}, not {is}");
        let finding = Finding::new(&E0209, place, message).label(is);
        return finding.help(match wanted.as_str() {
            "a schema" => "write a schema: `{type: string}`".to_owned(),
            _ => format!("write {wanted}"),
        });
    }
    let message = format!("the schema of `{name}` cannot be used: {}", error.masked());
    Finding::new(&E0209, place, message)
        .label("not JSON Schema")
        .help("correct the schema; draft 2020-12 is meant")
}

fn build(schema: &Json) -> Result<Validator, ValidationError<'static>> {
    let options = jsonschema::draft202012::options()
        .should_validate_formats(true)
        .with_pattern_options(PatternOptions::regex());
    formats::with_ours(options).build(schema)
}

/// The parts of a JSON pointer.
fn pointer_parts(pointer: &str) -> Vec<String> {
    pointer
        .split('/')
        .skip(1)
        .map(|part| part.replace("~1", "/").replace("~0", "~"))
        .collect()
}

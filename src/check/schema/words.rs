//! The words for what a validator finds wrong with a value, at the exact place.
//!
//! In: a value, what it must fit, and the validator's errors. Out: findings.

use std::collections::BTreeSet;

use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind};
use serde_json::Value as Json;

use super::pointer_parts;
use crate::check::property;
use crate::finding::Finding;
use crate::finding::Wanted;
use crate::finding::codes::{E0203, E0204, E0205, E0206, E0207};
use crate::finding::fix::Change;
use crate::syntax::Entry;
use crate::syntax::Node;
use crate::syntax::retyped;
use crate::text::Span;

/// Puts a validator's error into the words of a finding, at its exact place.
struct Words<'a> {
    name: &'a str,
    owner: &'a str,
    entry: &'a Entry,
    schema: &'a Node,
    error: &'a ValidationError<'a>,
}

/// What is wrong with the value of `name` that a validator has errors about.
pub(super) fn findings(
    name: &str,
    owner: &str,
    entry: &Entry,
    schema: &Node,
    errors: &[ValidationError<'_>],
) -> Vec<Finding> {
    let is_type =
        |error: &ValidationError<'_>| matches!(error.kind(), ValidationErrorKind::Type { .. });
    // Of a value of the wrong type nothing else is worth saying.
    let mistyped: BTreeSet<&str> = errors
        .iter()
        .filter(|error| is_type(error))
        .map(|error| error.instance_path().as_str())
        .collect();
    errors
        .iter()
        .filter(|error| is_type(error) || !mistyped.contains(error.instance_path().as_str()))
        .map(|error| {
            let words = Words {
                name,
                owner,
                entry,
                schema,
                error,
            };
            words.finding()
        })
        .collect()
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
                format!("`{}[{part}]`", self.name)
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
                        .label(is)
                        .maybe_fix(retyped(node, wanted));
                let help = match wanted {
                    "a boolean" => "write `true` or `false`".to_owned(),
                    _ => format!("write {wanted}"),
                };
                finding.help(help).wants(match wanted {
                    "a string" => Some(Wanted::Text),
                    "a boolean" => Some(Wanted::Boolean),
                    _ if is_number(wanted) => Some(Wanted::Number),
                    _ => None,
                })
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
            ValidationErrorKind::OneOfNotValid { context }
            | ValidationErrorKind::AnyOf { context } => match self.nearest_branch(context) {
                Some(finding) => finding,
                None => self.out_of_bounds(node, name),
            },
            _ => self.out_of_bounds(node, name),
        }
    }

    /// The words of the only thing that keeps the value from fitting the branch that was meant;
    /// `None` where no branch is nearer than the others.
    fn nearest_branch(&self, branches: &[Vec<ValidationError<'static>>]) -> Option<Finding> {
        let here = self.error.instance_path().as_str();
        // A branch for another type of value is not the one that was meant.
        let mut meant = branches.iter().filter(|errors| {
            !errors.iter().any(|error| {
                matches!(error.kind(), ValidationErrorKind::Type { .. })
                    && error.instance_path().as_str() == here
            })
        });
        let (Some(branch), None) = (meant.next(), meant.next()) else {
            return None;
        };
        let error = branch.first()?;
        Some(Words { error, ..*self }.finding())
    }

    fn not_listed(&self, node: &Node, name: &str) -> Finding {
        let list = self.schema_node();
        let written = property::shown(node);
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
                .map(property::shown)
                .collect(),
            None => Vec::new(),
        };
        let bare: Vec<&str> = choices
            .iter()
            .map(|choice| choice.trim_matches('`'))
            .collect();
        let mut finding =
            Finding::new(&E0204, node.span, message).choose(written.trim_matches('`'), &bare);
        // A long choice is shown cut, and what is no text is written in other characters.
        let nodes = list.and_then(Node::as_sequence).unwrap_or_default();
        let is_whole = |to: &str| nodes.iter().any(|node| node.as_str() == Some(to));
        finding.fix = finding
            .fix
            .filter(|fix| matches!(&fix.change, Change::Name { to, .. } if is_whole(to)));
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
        .choose(first, &known)
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
            ValidationErrorKind::Format { format } => {
                format!("{} is no `{format}`", property::shown(node))
            }
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
        .help(self.advice())
        .wants(match self.error.kind() {
            ValidationErrorKind::Format { format } if format == "date" => Some(Wanted::Date),
            ValidationErrorKind::Format { format }
                if matches!(format.as_str(), "date-time" | "timer") =>
            {
                Some(Wanted::DateTime)
            }
            _ => None,
        })
    }

    /// What to write where a bound or a format is broken.
    fn advice(&self) -> String {
        match self.error.kind() {
            ValidationErrorKind::Minimum { limit } => format!("write {limit} or more"),
            ValidationErrorKind::Maximum { limit } => format!("write {limit} or less"),
            ValidationErrorKind::ExclusiveMinimum { limit } => format!("write more than {limit}"),
            ValidationErrorKind::ExclusiveMaximum { limit } => format!("write less than {limit}"),
            ValidationErrorKind::MinLength { limit } => {
                format!("write {limit} characters or more")
            }
            ValidationErrorKind::MaxLength { limit } => {
                format!("write {limit} characters or fewer")
            }
            ValidationErrorKind::MinItems { limit } => format!("list {limit} or more"),
            ValidationErrorKind::MaxItems { limit } => format!("list {limit} or fewer"),
            ValidationErrorKind::UniqueItems => "list each element once".to_owned(),
            ValidationErrorKind::MultipleOf { multiple_of } => {
                format!("write a number that {multiple_of} divides")
            }
            ValidationErrorKind::Format { format } => match example(format) {
                Some(example) => format!("write it as `{example}`"),
                None => format!("write a value of the format `{format}`"),
            },
            _ => "write a value that fits the rule".to_owned(),
        }
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

fn is_number(wanted: &str) -> bool {
    matches!(wanted, "an integer" | "a number")
}

/// A value of a format, for people who have not seen one.
fn example(format: &str) -> Option<&'static str> {
    Some(match format {
        "date" => "2026-11-21",
        "date-time" | "timer" => "2026-11-21T14:03:07Z",
        "duration" => "P3DT4H",
        "email" | "idn-email" => "lin@example.com",
        "hostname" => "api.example.com",
        "ipv4" => "192.0.2.7",
        "ipv6" => "2001:db8::7",
        "time" => "14:03:07Z",
        "uri" | "url" => "https://example.com/page",
        "uuid" => "0f8fad5b-d9cb-469f-a165-70867728950e",
        _ => return None,
    })
}

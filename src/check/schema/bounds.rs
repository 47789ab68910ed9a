//! The words for bounds, formats and other rules that a value breaks, and what to write instead.
//!
//! In: a validator's error. Out: one finding. Which of several errors are worth saying is for
//! `words` and `branch`.

use jsonschema::error::ValidationErrorKind;
use serde_json::Value as Json;

use super::words::Words;
use crate::check::property;
use crate::check::trap::alike;
use crate::finding::Finding;
use crate::finding::Wanted;
use crate::finding::codes::E0207;
use crate::syntax::Node;

impl Words<'_> {
    /// A bound, a format or another rule that the value breaks.
    pub(super) fn out_of_bounds(&self, node: &Node, name: &str) -> Finding {
        if let Some(finding) = self.of_text(node, name) {
            return finding;
        }
        let bound = |limit: &Json| limit.to_string();
        let why = match self.error.kind() {
            ValidationErrorKind::Minimum { limit } => {
                format!("{name} must be at least {}", bound(limit))
            }
            ValidationErrorKind::Maximum { limit } => {
                format!("{name} must be at most {}", bound(limit))
            }
            ValidationErrorKind::ExclusiveMinimum { limit } => {
                format!("{name} must be more than {}", bound(limit))
            }
            ValidationErrorKind::ExclusiveMaximum { limit } => {
                format!("{name} must be less than {}", bound(limit))
            }
            ValidationErrorKind::MinLength { limit } => {
                format!("{name} must have at least {}", many(*limit, "character"))
            }
            ValidationErrorKind::MaxLength { limit } => {
                format!("{name} must have at most {}", many(*limit, "character"))
            }
            ValidationErrorKind::MinItems { limit } => {
                format!("{name} must have at least {}", many(*limit, "element"))
            }
            ValidationErrorKind::MaxItems { limit } => {
                format!("{name} must have at most {}", many(*limit, "element"))
            }
            ValidationErrorKind::MinProperties { limit } => {
                format!("{name} must have at least {}", many(*limit, "key"))
            }
            ValidationErrorKind::MaxProperties { limit } => {
                format!("{name} must have at most {}", many(*limit, "key"))
            }
            ValidationErrorKind::Contains => {
                format!("{name} lacks an element that it needs")
            }
            ValidationErrorKind::Not { .. } => {
                format!("{name} must not be {}", property::shown(node))
            }
            ValidationErrorKind::OneOfMultipleValid { .. } => {
                format!("{name} fits more than one form of `oneOf`")
            }
            ValidationErrorKind::OneOfNotValid { .. } | ValidationErrorKind::AnyOf { .. } => {
                format!("{name} has none of the forms that it may have")
            }
            ValidationErrorKind::Pattern { pattern } => {
                format!("{name} does not match `{pattern}`")
            }
            ValidationErrorKind::Format { format } => self.no_format(node, format),
            ValidationErrorKind::MultipleOf { multiple_of } => {
                format!("{name} must be a multiple of {multiple_of}")
            }
            ValidationErrorKind::UniqueItems => format!("{name} has an element twice"),
            other => format!("{name} does not fit `{}`", other.keyword()),
        };
        let place = match self.error.kind() {
            ValidationErrorKind::UniqueItems => repeated(node).map_or(node.span, |node| node.span),
            _ => node.span,
        };
        let finding = Finding::new(&E0207, place, why);
        match self.schema_node() {
            Some(rule) => finding.label_see("against the rule of", rule.span),
            None => finding.label("against the blueprint"),
        }
        .help(self.advice())
        .wants(self.wanted())
    }

    /// That a value is not of a format, which is named as the blueprint does.
    fn no_format(&self, node: &Node, format: &str) -> String {
        let written = self.schema_node().and_then(Node::as_str);
        let format = written.unwrap_or(format);
        format!("{} is no `{format}`", property::shown(node))
    }

    /// A text that is no value of its format because nothing is in it, or a blank that is none.
    fn of_text(&self, node: &Node, name: &str) -> Option<Finding> {
        let ValidationErrorKind::Format { format } = self.error.kind() else {
            return None;
        };
        let text = node.as_str()?;
        let written = self.schema_node().and_then(Node::as_str);
        let format = written.unwrap_or(format);
        if text.is_empty() {
            let message = format!("{name} is empty, which is no `{format}`");
            let finding = Finding::new(&E0207, node.span, message).label("empty");
            return Some(finding.help(format!("leave the key out, or {}", self.advice())));
        }
        let label = alike::blank(text)?;
        let is_blank = |c: char| c != ' ' && c.is_whitespace();
        let help = match Some(text.trim()).filter(|text| !text.contains(is_blank)) {
            Some(text) => format!("write `{text}`"),
            None => "delete it".to_owned(),
        };
        let finding = Finding::new(&E0207, node.span, self.no_format(node, format));
        Some(finding.label(label).help(help))
    }

    /// What a text should have been whose format is a day or a moment.
    fn wanted(&self) -> Option<Wanted> {
        let ValidationErrorKind::Format { format } = self.error.kind() else {
            return None;
        };
        match format.as_str() {
            "date" => Some(Wanted::Date),
            "date-time" | "timer" => Some(Wanted::DateTime),
            _ => None,
        }
    }

    /// What to write where a bound or a format is broken.
    fn advice(&self) -> String {
        match self.error.kind() {
            ValidationErrorKind::Minimum { limit } => format!("write {limit} or more"),
            ValidationErrorKind::Maximum { limit } => format!("write {limit} or less"),
            ValidationErrorKind::ExclusiveMinimum { limit } => format!("write more than {limit}"),
            ValidationErrorKind::ExclusiveMaximum { limit } => format!("write less than {limit}"),
            ValidationErrorKind::MinLength { limit } => {
                format!("write {} or more", many(*limit, "character"))
            }
            ValidationErrorKind::MaxLength { limit } => {
                format!("write {} or fewer", many(*limit, "character"))
            }
            ValidationErrorKind::MinItems { limit } => {
                format!("list {} or more", many(*limit, "element"))
            }
            ValidationErrorKind::MaxItems { limit } => {
                format!("list {} or fewer", many(*limit, "element"))
            }
            ValidationErrorKind::UniqueItems => "list each element once".to_owned(),
            ValidationErrorKind::MultipleOf { multiple_of } => {
                format!("write a number that {multiple_of} divides")
            }
            ValidationErrorKind::Format { format } => match example(format) {
                Some(example) => format!("write it like `{example}`"),
                None => format!("write a value of the format `{format}`"),
            },
            ValidationErrorKind::MinProperties { limit } => {
                format!("write {} or more", many(*limit, "key"))
            }
            ValidationErrorKind::MaxProperties { limit } => {
                format!("write {} or fewer", many(*limit, "key"))
            }
            ValidationErrorKind::Contains => match self.asked("const") {
                Some(value) => format!("add {}", property::shown(value)),
                None => "add an element that fits `contains`".to_owned(),
            },
            ValidationErrorKind::Not { .. } => match self.asked("enum") {
                Some(list) => {
                    let values = list.as_sequence().unwrap_or_default().iter();
                    let values: Vec<String> = values.take(5).map(property::shown).collect();
                    format!("write another value than {}", values.join(" or "))
                }
                None => "write a value that the rule does not take".to_owned(),
            },
            ValidationErrorKind::OneOfMultipleValid { .. } => {
                "write a value of one form only; in the blueprint `anyOf` takes several".to_owned()
            }
            ValidationErrorKind::OneOfNotValid { .. } | ValidationErrorKind::AnyOf { .. } => {
                self.forms()
            }
            _ => "write a value that fits the rule".to_owned(),
        }
    }

    /// A keyword of the schema that the broken keyword holds.
    fn asked(&self, key: &str) -> Option<&Node> {
        self.schema_node()?.get(key)
    }

    /// What the branches of `oneOf` or `anyOf` ask for, as far as a line can say it.
    fn forms(&self) -> String {
        let branches = self.schema_node().and_then(Node::as_sequence);
        let forms: Vec<String> = branches
            .unwrap_or_default()
            .iter()
            .filter_map(form)
            .collect();
        let mut distinct = forms.clone();
        distinct.sort_unstable();
        distinct.dedup();
        if forms.is_empty() || distinct.len() != branches.map_or(0, <[Node]>::len) {
            return "write a value that fits one of the forms".to_owned();
        }
        format!("write {}", forms.join(", or "))
    }
}

/// A number of things in words: `1 element`, `2 elements`.
fn many(limit: u64, what: &str) -> String {
    format!("{limit} {what}{}", if limit == 1 { "" } else { "s" })
}

/// A form in a few words: `a mapping with kind and side`.
fn form(branch: &Node) -> Option<String> {
    if let Some(title) = branch.get("title").and_then(Node::as_str) {
        return Some(format!("a `{title}`"));
    }
    let names: Vec<String> = branch
        .get("required")
        .and_then(Node::as_sequence)
        .unwrap_or_default()
        .iter()
        .filter_map(Node::as_str)
        .map(|name| format!("`{name}`"))
        .collect();
    match branch.get("type").and_then(Node::as_str) {
        Some("object") | None if !names.is_empty() => {
            Some(format!("a mapping with {}", names.join(" and ")))
        }
        Some("object") => Some("a mapping".to_owned()),
        Some("array") => Some("a list".to_owned()),
        Some("integer") => Some("an integer".to_owned()),
        Some(word @ ("string" | "number" | "boolean")) => Some(format!("a {word}")),
        _ => None,
    }
}

/// The first element of a list that another before it equals.
fn repeated(list: &Node) -> Option<&Node> {
    let nodes = list.as_sequence()?;
    let values: Vec<Json> = nodes.iter().map(Node::to_json).collect();
    let again = (1..values.len()).find(|n| {
        let (before, rest) = values.split_at(*n);
        rest.first().is_some_and(|value| before.contains(value))
    })?;
    nodes.get(again)
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
        "labeled-url" | "uri" | "url" => "https://example.com/page",
        "json-pointer" => "/key/0",
        "yaml" => "key: value",
        "uuid" => "0f8fad5b-d9cb-469f-a165-70867728950e",
        _ => return None,
    })
}

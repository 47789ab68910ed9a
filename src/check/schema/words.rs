//! The words for what a validator finds wrong with a value, at the exact place.
//!
//! In: a value, what it must fit, and the validator's errors. Out: findings.

use std::collections::BTreeSet;

use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind};

use super::pointer_parts;
use crate::check::property;
use crate::finding::Finding;
use crate::finding::Part;
use crate::finding::Wanted;
use crate::finding::codes::{E0203, E0204, E0205, E0206, E0207};
use crate::finding::fix::Change;
use crate::syntax::Entry;
use crate::syntax::Node;
use crate::syntax::Value;
use crate::syntax::retyped;
use crate::text::{Span, choose, nearest};

/// Puts a validator's error into the words of findings, at its exact place.
#[derive(Clone, Copy)]
pub(super) struct Words<'a> {
    pub(super) name: &'a str,
    pub(super) owner: &'a str,
    pub(super) entry: &'a Entry,
    pub(super) schema: &'a Node,
    pub(super) error: &'a ValidationError<'a>,
}

/// What is wrong with the value of `name` that a validator has errors about.
pub(super) fn findings(
    name: &str,
    owner: &str,
    entry: &Entry,
    schema: &Node,
    errors: &[ValidationError<'_>],
) -> Vec<Finding> {
    let worth = worth_saying(errors.iter());
    let findings = worth.into_iter().flat_map(|error| {
        let words = Words {
            name,
            owner,
            entry,
            schema,
            error,
        };
        words.findings()
    });
    findings.collect()
}

/// The errors without those that only follow from another: of a value of the wrong type nothing
/// else is worth saying, and what is misspelt is not also missing.
pub(super) fn worth_saying<'e, 'v: 'e>(
    errors: impl Iterator<Item = &'e ValidationError<'v>>,
) -> Vec<&'e ValidationError<'v>> {
    let errors: Vec<&ValidationError<'_>> = errors.collect();
    let is_type =
        |error: &ValidationError<'_>| matches!(error.kind(), ValidationErrorKind::Type { .. });
    let mistyped: BTreeSet<&str> = errors
        .iter()
        .filter(|error| is_type(error))
        .map(|error| error.instance_path().as_str())
        .collect();
    let mut misspelt: BTreeSet<(&str, &str)> = BTreeSet::new();
    for error in &errors {
        if let ValidationErrorKind::AdditionalProperties { unexpected }
        | ValidationErrorKind::UnevaluatedProperties { unexpected } = error.kind()
        {
            let here = error.instance_path().as_str();
            misspelt.extend(unexpected.iter().map(|name| (here, name.as_str())));
        }
    }
    let is_misspelt = |error: &ValidationError<'_>| {
        let ValidationErrorKind::Required { property } = error.kind() else {
            return false;
        };
        let here = error.instance_path().as_str();
        let names = misspelt.iter().filter(|(path, _)| *path == here);
        let missing = property.as_str().unwrap_or_default();
        names
            .into_iter()
            .any(|(_, name)| nearest(name, [missing]).is_some())
    };
    errors
        .iter()
        .filter(|error| is_type(error) || !mistyped.contains(error.instance_path().as_str()))
        .filter(|error| !is_misspelt(error))
        .copied()
        .collect()
}

impl<'a> Words<'a> {
    /// The findings of the error; several where it is about several places.
    pub(super) fn findings(&self) -> Vec<Finding> {
        let parts = pointer_parts(self.error.instance_path().as_str());
        let (node, key) = match self.entry.node.follow(parts.iter().map(String::as_str)) {
            Some((node, _)) if parts.is_empty() => (node, self.entry.key.span),
            Some(found) => found,
            None => (&self.entry.node, self.entry.key.span),
        };
        let name = format!("`{}`", self.name_of(&parts));
        match self.error.kind() {
            ValidationErrorKind::AdditionalProperties { unexpected }
            | ValidationErrorKind::UnevaluatedProperties { unexpected } => {
                let all = unexpected.iter();
                all.map(|key| self.unexpected(node, &name, key)).collect()
            }
            ValidationErrorKind::OneOfNotValid { context }
            | ValidationErrorKind::AnyOf { context } => self
                .of_branches(node, &name, context)
                .unwrap_or_else(|| vec![self.out_of_bounds(node, &name)]),
            ValidationErrorKind::PropertyNames { error } => vec![self.of_key(node, &name, error)],
            _ => vec![self.by_kind(node, key, &name)],
        }
    }

    /// The last name on the way to a value, with the numbers behind it: `kids[0]`.
    fn name_of(&self, parts: &[String]) -> String {
        let is_number = |part: &&String| part.parse::<usize>().is_ok();
        let numbers = parts.iter().rev().take_while(is_number).count();
        let (names, numbers) = parts.split_at(parts.len() - numbers);
        let name = names.last().map_or(self.name, String::as_str);
        let numbers: String = numbers.iter().map(|part| format!("[{part}]")).collect();
        format!("{name}{numbers}")
    }

    /// The words that are allowed in the place of a value of another type, where what is written
    /// would be none of them in quotes either.
    fn unlisted_words(&self, node: &Node) -> Option<Vec<&'a str>> {
        let is_whole = self.error.instance_path().as_str().is_empty();
        let listed = self.schema.get("enum").filter(|_| is_whole)?;
        let words = listed.as_sequence()?.iter().map(Node::as_str);
        let words: Vec<&str> = words.collect::<Option<_>>()?;
        let is_scalar = matches!(
            node.value,
            Value::Bool(_) | Value::Integer(_) | Value::Float(_)
        );
        let written = node.to_json().to_string();
        (is_scalar && !words.contains(&written.as_str())).then_some(words)
    }

    fn by_kind(&self, node: &Node, key: Span, name: &str) -> Finding {
        match self.error.kind() {
            ValidationErrorKind::Type { kind } => {
                let wanted = type_words(kind);
                let is = node.type_words();
                let finding = Finding::new(
                    &E0203,
                    node.span,
                    format!("{name} must be {wanted}, not {is}"),
                )
                .label(is);
                if let Some(words) = self.unlisted_words(node) {
                    return finding.help(choose(&node.to_json().to_string(), &words));
                }
                let finding = finding.maybe_fix(retyped(node, &wanted));
                let help = match wanted.as_str() {
                    "a boolean" => "write `true` or `false`".to_owned(),
                    _ => format!("write {wanted}"),
                };
                finding.help(help).wants(match wanted.as_str() {
                    "a string" => Some(Wanted::Text),
                    "a boolean" => Some(Wanted::Boolean),
                    "an integer" => Some(Wanted::Whole),
                    _ if is_number(&wanted) => Some(Wanted::Number),
                    _ => None,
                })
            }
            ValidationErrorKind::Enum { .. } | ValidationErrorKind::Constant { .. } => {
                self.not_listed(node, name)
            }
            ValidationErrorKind::Required { property } => {
                let missing = property.as_str().unwrap_or_default();
                Finding::new(&E0205, key, format!("{name} needs `{missing}`"))
                    .misses(Part::Property, missing)
                    .label(format!("`{missing}` is missing"))
                    .help(format!("add `{missing}`"))
            }
            ValidationErrorKind::FalseSchema | ValidationErrorKind::UnevaluatedItems { .. } => {
                Self::not_there(node, key, name)
            }
            _ => self.out_of_bounds(node, name),
        }
    }

    /// A value where the schema takes none.
    fn not_there(node: &Node, key: Span, name: &str) -> Finding {
        if name.ends_with("]`") {
            return Finding::new(&E0207, node.span, format!("{name} is one element too many"))
                .label("not allowed here")
                .help("delete it");
        }
        Finding::new(&E0206, key, format!("{name} may not be there"))
            .label("not allowed here")
            .help("delete it, or change what it depends on")
    }

    /// A key that `propertyNames` refuses.
    fn of_key(&self, node: &Node, name: &str, error: &ValidationError<'_>) -> Finding {
        let instance = error.instance();
        let key = instance.as_str().unwrap_or_default();
        let place = node.entry(key).map_or(node.span, |entry| entry.key.span);
        let why = match error.kind() {
            ValidationErrorKind::Pattern { pattern } => format!("does not match `{pattern}`"),
            ValidationErrorKind::MaxLength { limit } => {
                format!("has more than {limit} characters")
            }
            ValidationErrorKind::MinLength { limit } => {
                format!("has fewer than {limit} characters")
            }
            _ => "is none of those that are allowed".to_owned(),
        };
        let finding = Finding::new(&E0207, place, format!("the key `{key}` of {name} {why}"))
            .help("give it another name");
        match self.schema_node() {
            Some(rule) => finding.label_see("against the rule of", rule.span),
            None => finding.label("against the blueprint"),
        }
    }

    fn not_listed(&self, node: &Node, name: &str) -> Finding {
        let list = self.schema_node();
        let written = property::shown(node);
        let is_whole = name.starts_with('`');
        let element = name
            .strip_suffix("]`")
            .and_then(|name| name.split_once('['));
        let message = if let Some((list, _)) = element {
            format!("{written} is not allowed in {list}` of {}", self.owner)
        } else if is_whole {
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

    fn unexpected(&self, node: &Node, name: &str, unexpected: &str) -> Finding {
        let place = node
            .entry(unexpected)
            .map_or(node.span, |entry| entry.key.span);
        // Beside the keyword that forbids it stands what there may be.
        let mut parts = pointer_parts(self.error.schema_path().as_str());
        parts.pop();
        let parent = self.schema.follow(parts.iter().map(String::as_str));
        let mut known = Vec::new();
        if let Some((parent, _)) = parent {
            properties(parent, &mut known);
        }
        Finding::new(
            &E0206,
            place,
            format!("{name} has no property `{unexpected}`"),
        )
        .label("not known")
        .choose(unexpected, &known)
    }

    /// The keyword of the schema that the value breaks.
    pub(super) fn schema_node(&self) -> Option<&'a Node> {
        let parts = pointer_parts(self.error.schema_path().as_str());
        self.schema
            .follow(parts.iter().map(String::as_str))
            .map(|(node, _)| node)
    }
}

/// The properties that a schema names, those of what it combines included.
fn properties<'s>(schema: &'s Node, known: &mut Vec<&'s str>) {
    let own = schema.get("properties").and_then(Node::as_mapping);
    known.extend(
        own.unwrap_or_default()
            .iter()
            .map(|entry| entry.key.value.as_str()),
    );
    for key in ["allOf", "anyOf", "oneOf"] {
        let branches = schema.get(key).and_then(Node::as_sequence);
        for branch in branches.unwrap_or_default() {
            properties(branch, known);
        }
    }
    for key in ["if", "then", "else"] {
        if let Some(branch) = schema.get(key) {
            properties(branch, known);
        }
    }
}

/// The types that a value may have: `a string or an integer`.
pub(super) fn type_words(kind: &TypeKind) -> String {
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
        TypeKind::Single(single) => word(single.as_str()).to_owned(),
        TypeKind::Multiple(several) => {
            let words: Vec<&str> = several.iter().map(|one| word(one.as_str())).collect();
            words.join(" or ")
        }
    }
}

fn is_number(wanted: &str) -> bool {
    matches!(wanted, "an integer" | "a number")
}

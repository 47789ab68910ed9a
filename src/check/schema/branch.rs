//! Of several forms that a value may have, the one that was meant.
//!
//! In: the errors of each branch of `oneOf` or `anyOf`. Out: the findings of the branch that the
//! value is nearest to, or what all branches ask for. A branch for another type of value was not
//! meant; neither is one whose `const` or `enum` names another form.

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind;
use serde_json::Value as Json;

use super::pointer_parts;
use super::words::{Words, type_words, worth_saying};
use crate::check::property::shown;
use crate::finding::Finding;
use crate::finding::codes::{E0203, E0204};
use crate::syntax::Node;
use crate::text::choose;

/// The errors of a branch.
type Branch = Vec<ValidationError<'static>>;

impl Words<'_> {
    /// The findings of the branch that was meant; `None` where no branch is nearer than others.
    pub(super) fn of_branches(
        &self,
        node: &Node,
        name: &str,
        branches: &[Branch],
    ) -> Option<Vec<Finding>> {
        let here = self.error.instance_path().as_str();
        let (other_types, meant): (Vec<&Branch>, Vec<&Branch>) = branches
            .iter()
            .partition(|errors| wanted_types(errors, here).is_some());
        if meant.is_empty() {
            return Some(vec![of_types(node, name, &other_types, here)]);
        }
        let (told_apart, same_form): (Vec<&Branch>, Vec<&Branch>) = meant
            .into_iter()
            .partition(|errors| errors.iter().any(|error| is_told_apart(error, here)));
        let branch = match same_form.as_slice() {
            [] if told_apart.len() > 1 => return self.of_forms(&told_apart, here),
            [] => told_apart.first().copied(),
            [one] => Some(*one),
            several => nearest(several),
        }?;
        let findings = worth_saying(branch.iter())
            .into_iter()
            .flat_map(|error| Words { error, ..*self }.findings());
        Some(findings.collect())
    }

    /// That a value names a form and there is none of this name.
    fn of_forms(&self, branches: &[&Branch], here: &str) -> Option<Vec<Finding>> {
        let first = branches
            .first()?
            .iter()
            .find(|error| is_told_apart(error, here))?;
        let path = first.instance_path().as_str();
        let mut names = Vec::new();
        for branch in branches {
            let error = branch.iter().find(|error| {
                is_told_apart(error, here) && error.instance_path().as_str() == path
            })?;
            match error.kind() {
                ValidationErrorKind::Constant { expected_value } => {
                    names.push(word(expected_value));
                }
                ValidationErrorKind::Enum { options } => {
                    names.extend(options.as_array()?.iter().map(word));
                }
                _ => return None,
            }
        }
        let parts = pointer_parts(path);
        let (node, _) = self.entry.node.follow(parts.iter().map(String::as_str))?;
        let key = parts.last().map_or(self.name, String::as_str);
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let written = shown(node);
        let message = format!("{written} is not a `{key}` of {}", self.owner);
        let finding = Finding::new(&E0204, node.span, message)
            .help(choose(written.trim_matches('`'), &names));
        Some(vec![match self.schema_node() {
            Some(rule) => finding.label_see("no form of", rule.span),
            None => finding.label("no form of it"),
        }])
    }
}

/// The types that a branch is for, where the value is of none of them.
fn wanted_types(errors: &[ValidationError<'_>], here: &str) -> Option<Vec<String>> {
    errors.iter().find_map(|error| {
        if error.instance_path().as_str() != here {
            return None;
        }
        match error.kind() {
            ValidationErrorKind::Type { kind } => Some(vec![type_words(kind)]),
            ValidationErrorKind::OneOfNotValid { context }
            | ValidationErrorKind::AnyOf { context } => {
                let inner = context.iter().map(|branch| wanted_types(branch, here));
                let inner: Option<Vec<Vec<String>>> = inner.collect();
                inner.map(|all| all.into_iter().flatten().collect())
            }
            _ => None,
        }
    })
}

/// The value is of a type that no branch is for.
fn of_types(node: &Node, name: &str, branches: &[&Branch], here: &str) -> Finding {
    let mut wanted: Vec<String> = Vec::new();
    for word in branches
        .iter()
        .filter_map(|errors| wanted_types(errors, here))
        .flatten()
    {
        if !wanted.contains(&word) {
            wanted.push(word);
        }
    }
    let wanted = wanted.join(" or ");
    let is = node.type_words();
    Finding::new(
        &E0203,
        node.span,
        format!("{name} must be {wanted}, not {is}"),
    )
    .label(is)
    .help(format!("write {wanted}"))
}

/// Whether an error is that a key of the value names another form.
fn is_told_apart(error: &ValidationError<'_>, here: &str) -> bool {
    let path = error.instance_path().as_str();
    let key = path
        .strip_prefix(here)
        .and_then(|rest| rest.strip_prefix('/'));
    let is_own_key = key.is_some_and(|key| !key.contains('/'));
    is_own_key
        && matches!(
            error.kind(),
            ValidationErrorKind::Constant { .. } | ValidationErrorKind::Enum { .. }
        )
}

/// The branch with the fewest errors, if it is one alone.
fn nearest<'b>(branches: &[&'b Branch]) -> Option<&'b Branch> {
    let fewest = branches.iter().map(|errors| errors.len()).min()?;
    let mut found = branches.iter().filter(|errors| errors.len() == fewest);
    match (found.next(), found.next()) {
        (Some(one), None) => Some(one),
        _ => None,
    }
}

fn word(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}

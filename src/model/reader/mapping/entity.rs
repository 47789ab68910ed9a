//! One element as an entity in the words of the catalog.
//!
//! In: a rule and the element that it is at. Out: a native tree. What is nowhere written stands
//! at the element's identifier, or at its first key.

use serde_json::Value as Json;

use super::Mapped;
use super::formula::{Form, Formula, Found};
use super::rule::Rule;
use super::run::Run;
use crate::model::reader::tree;
use crate::syntax::Entry;
use crate::syntax::Node;
use crate::syntax::Value;
use crate::text::{Located, Text};

/// Makes the entity of the element that a rule is at; one without identity is a finding, and
/// then the answer is false.
pub(super) fn make(run: &mut Run<'_, '_>, rule: &Rule) -> bool {
    let failures = run.failures.count();
    let outer = run.place;
    let Some(identifier) = name(run, &rule.identifier, "identifier") else {
        return false;
    };
    run.place = identifier.span;
    let Some(blueprint) = name(run, &rule.blueprint, "blueprint") else {
        run.place = outer;
        return false;
    };
    let place = run.place;
    let mut entries = vec![
        tree::entry("identifier", place, identifier),
        tree::entry("blueprint", place, blueprint),
    ];
    for (key, formula) in &rule.meta {
        if let Some(node) = node(run, formula, key) {
            entries.push(tree::entry(key, place, node));
        }
    }
    for (key, formulas) in [
        ("properties", &rule.properties),
        ("relations", &rule.relations),
    ] {
        let values = mapping(run, formulas);
        if !values.is_empty() {
            entries.push(tree::entry(key, place, tree::mapping(place, values)));
        }
    }
    let root = tree::mapping(run.input.span(), entries);
    run.place = outer;
    run.input.budget.kept(&root);
    if run.input.budget.spent().is_some() {
        return false;
    }
    let complete = run.is_complete && run.failures.count() == failures;
    run.made.push(Mapped {
        document: tree::document(root, complete),
        guessed: std::mem::take(&mut run.input.guessed),
        union: rule.union,
    });
    true
}

fn mapping(run: &mut Run<'_, '_>, formulas: &[(Located<Text>, Formula)]) -> Vec<Entry> {
    let place = run.place;
    formulas
        .iter()
        .filter_map(|(key, formula)| {
            let node = node(run, formula, &key.value)?;
            // What nobody wrote has its key where the expression has it.
            let is_made = node.span == place && !matches!(formula.form, Form::Way(_));
            let key_place = if is_made { formula.written.span } else { place };
            Some(tree::entry(&key.value, key_place, node))
        })
        .collect()
}

/// The value of an expression; `None` where there is none, or where it fails.
fn node(run: &mut Run<'_, '_>, formula: &Formula, what: &str) -> Option<Node> {
    match run.value(formula, what)? {
        Found::Nothing => None,
        Found::Written(node) => Some(node),
        Found::Entries(entries) => {
            let items = entries.into_iter().map(|entry| {
                let place = entry.key.span;
                let key = tree::entry("key", place, tree::text(&entry.key.value, place));
                let value = tree::entry("value", place, entry.node);
                tree::mapping(place, vec![key, value])
            });
            Some(tree::sequence(run.place, items.collect()))
        }
        Found::Made(json) => Some(tree::value(&json, run.place)),
    }
}

/// The text that an expression gives, which must be there.
fn name(run: &mut Run<'_, '_>, formula: &Formula, what: &str) -> Option<Node> {
    let found = run.value(formula, what)?;
    let (wrong, is_number) = match &found {
        Found::Written(node) => match &node.value {
            Value::String(text) if !text.is_empty() => {
                // What is known of the file stands nowhere in it.
                let is_written = node.span.start < node.span.end;
                let place = if is_written { node.span } else { run.place };
                return Some(tree::text(text, place));
            }
            Value::String(_) => ("an empty text", false),
            Value::Integer(_) | Value::Float(_) => (node.type_words(), true),
            _ => (node.type_words(), false),
        },
        Found::Made(Json::String(text)) if !text.is_empty() => {
            return Some(tree::text(text, run.place));
        }
        Found::Made(Json::String(_)) => ("an empty text", false),
        Found::Made(Json::Number(_)) => ("a number", true),
        Found::Made(Json::Bool(_)) => ("a boolean", false),
        Found::Made(_) | Found::Entries(_) => ("several values", false),
        Found::Nothing => ("nothing", false),
    };
    let outer = run.place;
    if let Found::Written(node) = &found {
        run.place = node.span;
    }
    let help = if is_number {
        "put it in quotes, or write `| tostring` behind the expression".to_owned()
    } else {
        format!("let every element that is selected have one text as `{what}`")
    };
    run.refuse(
        formula,
        &format!("gives {wrong}, and `{what}` needs a text"),
        Some(help),
    );
    run.place = outer;
    None
}

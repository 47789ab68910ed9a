//! The inputs of an action.
//!
//! In: `userInputs` of Port. Out: `inputs`. How a form looks (`steps`, `titles`, `visible`,
//! `sort`, `icon`) has no counterpart and needs none; what narrows the values that may be given
//! and has none is a finding.

use super::Reading;
use super::key;
use super::sibling;
use crate::finding::Finding;
use crate::finding::codes::E0502;
use crate::model::reader::tree;
use crate::syntax::Entry;
use crate::syntax::Node;
use crate::syntax::Value;
use crate::text::{Text, choose};

/// The keys of a form.
const FORM: [&str; 5] = ["order", "properties", "required", "steps", "titles"];

/// The keys of a step of a form.
const STEP: [&str; 3] = ["order", "title", "visible"];

/// How an input looks in a form.
const LOOKS: [&str; 5] = ["dependsOn", "disabled", "order", "sort", "visible"];

/// The inputs of an action in the words of the catalog.
pub(super) struct Inputs {
    /// The native `inputs`, if there are any.
    pub(super) entry: Option<Entry>,
    /// The names of those that name entities.
    pub(super) entities: Vec<Text>,
    /// The names of all.
    pub(super) names: Vec<Text>,
}

/// How inputs get their values.
pub(super) enum Filled<'a> {
    /// A request gives them.
    ByRequest,
    /// The entity of this blueprint has them.
    ByEntity(&'a str),
}

/// Reads the inputs.
pub(super) fn read(
    user_inputs: Option<&Entry>,
    filled: &Filled<'_>,
    reading: &mut Reading<'_>,
) -> Inputs {
    let mut inputs = Inputs {
        entry: None,
        entities: Vec::new(),
        names: Vec::new(),
    };
    let Some(form) = user_inputs else {
        return inputs;
    };
    let form = &key::settled_below(form, &FORM, reading);
    let properties = form.node.get("properties").and_then(Node::as_mapping);
    let mut kept: Vec<Entry> = Vec::new();
    for entry in properties.unwrap_or_default() {
        inputs.names.push(entry.key.value.clone());
        if entry.node.get("format").and_then(Node::as_str) == Some("entity") {
            inputs.entities.push(entry.key.value.clone());
        }
        kept.push(tree::entry(
            &entry.key.value,
            entry.key.span,
            input(entry, reading),
        ));
    }
    orders(&form.node, &inputs.names, reading);
    let required = required(&form.node, reading);
    if kept.is_empty() {
        return inputs;
    }
    let span = form.node.span;
    let mut entries = vec![tree::entry(
        "properties",
        form.key.span,
        tree::mapping(span, kept),
    )];
    match filled {
        Filled::ByRequest => entries.extend(required),
        Filled::ByEntity(blueprint) => {
            let names: Vec<Entry> = properties.unwrap_or_default().to_vec();
            entries.extend(from_entity(&names, blueprint, required, reading));
        }
    }
    inputs.entry = Some(tree::entry(
        "inputs",
        form.key.span,
        tree::mapping(span, entries),
    ));
    inputs
}

/// The schema of an input.
fn input(entry: &Entry, reading: &mut Reading<'_>) -> Node {
    let name = &entry.key.value;
    let mut kept = Vec::new();
    for key in entry.node.as_mapping().unwrap_or_default() {
        let word = key.key.value.as_str();
        let is_query = key.node.get("jqQuery").is_some();
        match word {
            _ if key.node.is_null() || LOOKS.contains(&word) => {}
            "dataset" => reading.lost(
                key.key.span,
                format!("which entities `{name}` may name"),
                "narrow it with a condition of the action's permission",
            ),
            "enum" if is_query => reading.lost(
                key.key.span,
                format!("the list of values for `{name}`, which is computed"),
                "write the values out, or narrow them with a condition",
            ),
            // A form begins with it; a request says what it wants.
            "default" if is_query => {}
            "encryption" => {
                let secret = tree::flag(true, key.node.span);
                kept.push(tree::entry("secret", key.key.span, secret));
            }
            _ => kept.push(key.clone()),
        }
    }
    if entry.node.as_mapping().is_none() {
        return entry.node.clone();
    }
    tree::mapping(entry.node.span, kept)
}

/// `order` and the `order` of `steps` name inputs.
fn orders(form: &Node, names: &[Text], reading: &mut Reading<'_>) {
    let steps = form.get("steps").and_then(Node::as_sequence);
    let steps: Vec<Node> = steps
        .unwrap_or_default()
        .iter()
        .map(|step| key::settled_in(step, &STEP, "a step", reading))
        .collect();
    let orders = form
        .get("order")
        .into_iter()
        .chain(steps.iter().filter_map(|step| step.get("order")));
    for node in orders.flat_map(|order| order.as_sequence().unwrap_or_default()) {
        let Some(name) = node
            .as_str()
            .filter(|name| names.iter().all(|known| known != name))
        else {
            continue;
        };
        let known: Vec<&str> = names.iter().map(Text::as_str).collect();
        reading.findings.push(
            Finding::new(&E0502, node.span, format!("there is no input `{name}`"))
                .label("not in `properties`")
                .help(choose(name, &known)),
        );
    }
}

/// `required`, where it is a list.
fn required(form: &Node, reading: &mut Reading<'_>) -> Option<Entry> {
    let required = form
        .entry("required")
        .filter(|entry| !entry.node.is_null())?;
    if required.node.as_mapping().is_none() {
        return Some(required.clone());
    }
    reading.lost(
        required.key.span,
        "which inputs are required, which is computed",
        "list those that are always required",
    );
    None
}

/// How the entity that appears or disappears fills the inputs. Of those that it does not have,
/// none can be required.
fn from_entity(
    names: &[Entry],
    blueprint: &str,
    required: Option<Entry>,
    reading: &mut Reading<'_>,
) -> Vec<Entry> {
    let mut from = Vec::new();
    for entry in names {
        let (name, span) = (&entry.key.value, entry.key.span);
        match sibling::path_of(blueprint, name, reading) {
            Some(path) => from.push(tree::entry(name, span, tree::text(&path, span))),
            None => reading.lost(
                span,
                format!("the form that asks for `{name}`: adding the entity asks for it, which has no such property"),
                "give the blueprint the property, or say in `inputs.from` what fills it",
            ),
        }
    }
    let mut entries = Vec::new();
    if let Some(mut required) = required {
        if let Value::Sequence(nodes) = &mut required.node.value {
            let is_filled = |node: &Node| {
                let is_from = |entry: &Entry| node.as_str() == Some(&entry.key.value);
                from.iter().any(is_from) || names.iter().all(|entry| !is_from(entry))
            };
            let all = std::mem::take(nodes).to_vec();
            *nodes = all.into_iter().filter(is_filled).collect();
        }
        entries.push(required);
    }
    if let Some(first) = from.first() {
        let span = first.key.span;
        entries.push(tree::entry("from", span, tree::mapping(span, from)));
    }
    entries
}

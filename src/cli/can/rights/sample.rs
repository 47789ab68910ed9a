//! Inputs to ask with: one of each kind that rules tell apart, and what the allowed ones share.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use crate::cli::ask::name::What;
use crate::cli::ask::{Asking, fits};
use crate::cli::can::change::candidates;
use crate::cli::can::rights::placeholder;
use crate::model::{BlueprintId, is_secret};
use crate::render::asked_text::named;
use crate::syntax::Node;

/// How many samples there are at most, and how many values of one input.
const MOST: (usize, usize) = (64, 12);

/// The name under which a changed path is a value like any other.
const CHANGED: &str = "changing";

/// What one question is asked with.
#[derive(Debug, Clone, Default)]
pub(super) struct Sample {
    /// The inputs of the action.
    pub(super) inputs: Map<String, Json>,
    /// The paths that change.
    pub(super) changed: Vec<String>,
    /// The values that differ between samples.
    point: BTreeMap<String, Json>,
}

/// All that are asked with.
#[derive(Debug)]
pub(super) struct Samples {
    pub(super) all: Vec<Sample>,
    /// The values of each input that differs, in order.
    values: BTreeMap<String, Vec<Json>>,
    /// Whether some were left out.
    is_cut: bool,
}

impl Samples {
    /// The samples of an action on entities of a blueprint.
    pub(super) fn new(asking: &Asking<'_>, what: What<'_>, kind: BlueprintId) -> Self {
        let looks = asking.rules.looks(what.name(), kind);
        let mut values: BTreeMap<String, Vec<Json>> = BTreeMap::new();
        let mut base = Sample::default();
        let mut is_cut = false;
        if let Some(action) = what.action() {
            let first = action.trigger.changed.first();
            base.changed
                .extend(first.map(|path| path.value.to_string()));
            for entry in &action.inputs.properties {
                let name = entry.key.value.as_str();
                let is_required = action.inputs.required.iter().any(|it| it.value == name);
                match looks.inputs.get(name) {
                    Some(constants) if !is_secret(&entry.node) => {
                        let known = several(&entry.node, name, constants, is_required);
                        is_cut |= known.len() > MOST.1;
                        values.insert(name.to_owned(), known.into_iter().take(MOST.1).collect());
                    }
                    _ if is_required => {
                        base.inputs
                            .insert(name.to_owned(), placeholder(&entry.node));
                    }
                    _ => {}
                }
            }
        } else if looks.changed
            && let Some(blueprint) = asking.compiled.catalog.blueprint(kind)
        {
            let paths = crate::cli::ask::paths(blueprint);
            values.insert(
                CHANGED.to_owned(),
                paths.into_iter().map(Json::from).collect(),
            );
        }
        let mut all = vec![base];
        for (name, values) in &values {
            all = all
                .iter()
                .flat_map(|sample| values.iter().map(|value| sample.with(name, value)))
                .collect();
            is_cut |= all.len() > MOST.0;
            all.truncate(MOST.0);
        }
        Self {
            all,
            values,
            is_cut,
        }
    }
}

impl Sample {
    fn with(&self, name: &str, value: &Json) -> Self {
        let mut sample = self.clone();
        sample.point.insert(name.to_owned(), value.clone());
        if name == CHANGED {
            sample.changed = value.as_str().map(ToOwned::to_owned).into_iter().collect();
        } else if !value.is_null() {
            sample.inputs.insert(name.to_owned(), value.clone());
        }
        sample
    }
}

/// The values of an input that rules tell apart; null where it may be left out.
fn several(schema: &Node, name: &str, constants: &[Json], is_required: bool) -> Vec<Json> {
    let mut known = candidates(schema, constants, None);
    known.retain(|value| fits(name, schema, value));
    if schema.get("type").and_then(Node::as_str) == Some("string") && schema.get("enum").is_none() {
        // A text that no rule names.
        known.push(Json::from("other"));
    }
    if known.is_empty() {
        known.push(placeholder(schema));
    }
    if known.iter().all(Json::is_i64) {
        known.sort_by_key(Json::as_i64);
    }
    if !is_required {
        known.push(Json::Null);
    }
    known
}

/// What narrows something: what the samples that hit share, or what those share that do not.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Narrowed {
    /// `environment staging`.
    pub(super) only: String,
    /// `enabled true, rollout from 51`.
    pub(super) but: String,
}

/// What the samples that hit have in common and others have not; nothing where all hit.
pub(super) fn narrowed(samples: &Samples, is_hit: &[bool]) -> Narrowed {
    let of = |wanted: bool| -> Vec<&Sample> {
        let all = samples.all.iter().zip(is_hit);
        let all = all.filter(|(_, is_hit)| **is_hit == wanted);
        all.map(|(sample, _)| sample).collect()
    };
    let (hits, others) = (of(true), of(false));
    let mut narrowed = Narrowed::default();
    if others.is_empty() {
        return narrowed;
    }
    if let Some(words) = shared(samples, &hits) {
        narrowed.only = words;
    } else if let Some(words) = shared(samples, &others) {
        narrowed.but = words;
    } else {
        let names: Vec<&str> = samples.values.keys().map(String::as_str).collect();
        narrowed.only = format!("some values of {}", names.join(" and "));
    }
    narrowed
}

/// The values that some samples have and no other one has, where that is all about them.
fn shared(samples: &Samples, some: &[&Sample]) -> Option<String> {
    let mut words = Vec::new();
    let mut product = 1;
    for (name, values) in &samples.values {
        let own: Vec<&Json> = values
            .iter()
            .filter(|value| some.iter().any(|one| one.point.get(name) == Some(value)))
            .collect();
        product *= own.len();
        if own.len() < values.len() {
            words.push(range(name, values, &own));
        }
    }
    let is_all = product == some.len() && !samples.is_cut && !words.is_empty();
    is_all.then(|| words.join(", "))
}

/// `replicas up to 20`, `environment staging`.
fn range(name: &str, values: &[Json], own: &[&Json]) -> String {
    let is_numbers = values.iter().all(Json::is_i64);
    if let (true, Some(first), Some(last)) = (is_numbers, own.first(), own.last()) {
        let is_run = values
            .windows(own.len())
            .any(|run| run.iter().eq(own.iter().copied()));
        let (is_lowest, is_highest) = (values.first() == Some(first), values.last() == Some(last));
        match (is_run, is_lowest, is_highest) {
            (true, true, _) => return format!("{name} up to {last}"),
            (true, _, true) => return format!("{name} from {first}"),
            (true, ..) => return format!("{name} {first} to {last}"),
            _ => {}
        }
    }
    let mut words: Vec<String> = own.iter().map(|value| named(name, value)).collect();
    for word in words.iter_mut().skip(1) {
        let short = word
            .strip_prefix(name)
            .map(|rest| rest.trim_start().to_owned());
        if let Some(short) = short {
            *word = short;
        }
    }
    match words.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => String::new(),
    }
}

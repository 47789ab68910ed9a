//! Inputs to ask with: one of each kind that rules tell apart, and what the allowed ones share.
//!
//! In: an action as one catalog has it or as two have it, and what their rules look at. Out:
//! [`Samples`]; each is asked of every side in that side's own words.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json};

use crate::model::{Action, Blueprint, Entity, is_secret};
use crate::plan::rights::candidate::{candidates, fits, paths, placeholder};
use crate::plan::rights::changing::{becoming, changing};
use crate::plan::rights::made;
use crate::policy::{BuiltIn, Falls, Looks};
use crate::syntax::Node;

/// How many samples there are at most, and how many values of one input.
const MOST: (usize, usize) = (64, 12);

/// What stands before the path of what an entity becomes, as a value like any other.
pub(super) const AFTER: &str = "after.";

/// The value of such a path where the entity stays as it is.
pub(super) const AS_IT_IS: &str = "as it is";

/// The name under which a changed path is a value like any other.
const CHANGED: &str = "changing";

/// An action on entities of a blueprint, as one catalog has them.
#[derive(Debug, Clone, Copy)]
pub struct Sampled<'c> {
    /// The action; none where it is a built-in one.
    pub action: Option<&'c Action>,
    /// The kind of the entities.
    pub blueprint: Option<&'c Blueprint>,
    /// What the rules about it look at.
    pub looks: &'c Looks,
    /// The built-in action, and what of the kind falls to it.
    pub falls: Option<(BuiltIn, &'c Falls<'c>)>,
}

impl Sampled<'_> {
    /// Whether it may be asked for where a path of an entity changes.
    pub(super) fn may_change(&self, path: &str) -> bool {
        let instead = self.falls.and_then(|(it, falls)| falls.path(it, path));
        self.action.is_some() || instead.is_none()
    }

    /// The paths that an argument can set and for which it is asked.
    pub(super) fn own_paths(&self) -> BTreeSet<String> {
        let all = self.blueprint.into_iter().flat_map(paths);
        all.filter(|path| self.may_change(path)).collect()
    }
}

/// What one question is asked with.
#[derive(Debug, Clone, Default)]
pub struct Sample {
    /// The inputs of the action as each side takes them; none where that side takes them not.
    pub inputs: Vec<Option<Map<String, Json>>>,
    /// The paths that change.
    pub changed: Vec<String>,
    /// What the entity becomes, by the paths.
    becomes: Vec<(String, Json)>,
    /// The values that differ between samples.
    point: BTreeMap<String, Json>,
}

/// All that are asked with.
#[derive(Debug)]
pub struct Samples {
    /// Each of them.
    pub all: Vec<Sample>,
    /// The values of each input that differs, in order.
    values: BTreeMap<String, Vec<Json>>,
    /// Whether some were left out.
    is_cut: bool,
}

impl Samples {
    /// The samples of an action. Where `sides` are two, each is asked with the values that the
    /// rules of any tell apart.
    pub fn new(sides: &[Sampled<'_>]) -> Self {
        let mut values: BTreeMap<String, Vec<Json>> = BTreeMap::new();
        let mut base = Sample::default();
        let mut is_cut = false;
        for side in sides {
            let Some(action) = side.action else {
                continue;
            };
            let first = action.trigger.changed.first();
            if base.changed.is_empty() {
                base.changed
                    .extend(first.map(|path| path.value.to_string()));
            }
            for entry in &action.inputs.properties {
                let name = entry.key.value.as_str();
                let mut constants = sides.iter().filter_map(|side| side.looks.inputs.get(name));
                if is_secret(&entry.node) || constants.clone().next().is_none() {
                    continue;
                }
                let all: Vec<Json> = constants.by_ref().flatten().cloned().collect();
                let known = several(&entry.node, name, &all, requires(action, name));
                let own = values.entry(name.to_owned()).or_default();
                for value in known {
                    if !own.contains(&value) {
                        own.push(value);
                    }
                }
            }
        }
        values.extend(becoming(sides));
        if sides
            .iter()
            .any(|side| matches!(side.falls, Some((BuiltIn::Rename, _))))
        {
            base.changed.push("identifier".to_owned());
        }
        for own in values.values_mut() {
            own.sort_by_key(Json::is_null);
            if own.iter().filter(|it| !it.is_null()).all(Json::is_i64) {
                own.sort_by_key(|it| (it.is_null(), it.as_i64()));
            }
            is_cut |= own.len() > MOST.1;
            own.truncate(MOST.1);
        }
        values.extend(changing(sides).map(|paths| (CHANGED.to_owned(), paths)));
        let mut all = vec![base];
        for (name, values) in &values {
            all = all
                .iter()
                .flat_map(|sample| values.iter().map(|value| sample.with(name, value)))
                .collect();
            is_cut |= all.len() > MOST.0;
            all.truncate(MOST.0);
        }
        for sample in &mut all {
            let inputs = sides.iter().map(|side| sample.taken(side.action));
            sample.inputs = inputs.collect();
        }
        Self {
            all,
            values,
            is_cut,
        }
    }
}

/// Whether a text is a pattern of `like`, which stands for texts that fit it.
pub(super) fn is_pattern(value: &Json) -> bool {
    value.as_str().is_some_and(|text| text.contains('*'))
}

fn requires(action: &Action, name: &str) -> bool {
    action.inputs.required.iter().any(|it| it.value == name)
}

impl Sample {
    fn with(&self, name: &str, value: &Json) -> Self {
        let mut sample = self.clone();
        sample.point.insert(name.to_owned(), value.clone());
        let path = name.strip_prefix(AFTER).map(str::to_owned);
        if let Some(path) = path.filter(|_| value != AS_IT_IS) {
            sample.changed.retain(|it| *it != path);
            sample.changed.push(path.clone());
            sample.becomes.push((path, value.clone()));
        } else if name == CHANGED {
            let path = value.as_str().map(ToOwned::to_owned);
            sample.changed.extend(path);
        }
        sample
    }

    /// An entity of a side, of which `both` are as they stand, as it would become; nothing where it
    /// stays as it is. What changes becomes the same on both sides, else they are asked for two
    /// things: where they differ in it, what the result says, or alone the target.
    pub fn made(&self, both: [&Entity; 2], side: usize) -> Option<Entity> {
        let own = *both.get(side)?;
        let [before, after] = both;
        let is_told = |path: &str| self.becomes.iter().any(|(told, _)| told == path);
        let changed = self.changed.iter().map(|path| made::whole(path));
        let alike = changed.filter(|path| !is_told(path)).filter_map(|path| {
            let value = made::value(after, path).or_else(|| made::value(before, path))?;
            (made::value(own, path).as_ref() != Some(&value)).then(|| (path.to_owned(), value))
        });
        let values: Vec<(String, Json)> = alike.chain(self.becomes.iter().cloned()).collect();
        (!values.is_empty()).then(|| {
            let mut made = own.clone();
            for (path, value) in &values {
                made::set(&mut made, path, value);
            }
            made
        })
    }

    /// The inputs as an action takes them: without what it does not know, with what it requires
    /// besides. None where it does not take one of the values.
    fn taken(&self, action: Option<&Action>) -> Option<Map<String, Json>> {
        let mut inputs = Map::new();
        let Some(action) = action else {
            return Some(inputs);
        };
        for entry in &action.inputs.properties {
            let name = entry.key.value.as_str();
            match self.point.get(name).filter(|value| !value.is_null()) {
                Some(value) if takes(name, &entry.node, value) => {
                    inputs.insert(name.to_owned(), value.clone());
                }
                Some(_) => return None,
                None if requires(action, name) => {
                    inputs.insert(name.to_owned(), placeholder(&entry.node));
                }
                None => {}
            }
        }
        Some(inputs)
    }
}

/// Whether an input takes a value. A text that stands for any other may have another form than
/// the input asks for, as rules see no form.
fn takes(name: &str, schema: &Node, value: &Json) -> bool {
    let is_text = schema.get("type").and_then(Node::as_str) == Some("string");
    let is_any = value.is_string() && is_text && schema.get("enum").is_none();
    is_any || *value == placeholder(schema) || fits(name, schema, value)
}

/// The values of an input that rules tell apart; null where it may be left out.
fn several(schema: &Node, name: &str, constants: &[Json], is_required: bool) -> Vec<Json> {
    let mut known = candidates(schema, constants, None);
    known.retain(|value| fits(name, schema, value) || is_pattern(value));
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
pub struct Narrowed {
    /// `environment staging`.
    pub only: String,
    /// `enabled true, rollout from 51`.
    pub but: String,
}

/// Words for a value of an input: `environment production`.
pub type Named = fn(&str, &Json) -> String;

/// What the samples that hit have in common and others have not; nothing where all hit.
pub fn narrowed(samples: &Samples, is_hit: &[bool], named: Named) -> Narrowed {
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
    if let Some(words) = shared(samples, &hits, named) {
        narrowed.only = words;
    } else if let Some(words) = shared(samples, &others, named) {
        narrowed.but = words;
    } else {
        let inputs: Vec<&str> = samples.values.keys().map(|name| bare(name)).collect();
        narrowed.only = format!("some values of {}", inputs.join(" and "));
    }
    narrowed
}

/// The values that some samples have and no other one has, where that is all about them.
fn shared(samples: &Samples, some: &[&Sample], named: Named) -> Option<String> {
    let mut words = Vec::new();
    let mut product = 1;
    for (name, values) in &samples.values {
        let own: Vec<&Json> = values
            .iter()
            .filter(|value| some.iter().any(|one| one.point.get(name) == Some(value)))
            .collect();
        product *= own.len();
        if own.len() < values.len() {
            words.push(range(name, values, &own, named));
        }
    }
    let is_all = product == some.len() && !samples.is_cut && !words.is_empty();
    is_all.then(|| words.join(", "))
}

/// A path as people say it: `replicas` of `after.properties.replicas`.
pub(super) fn bare(name: &str) -> &str {
    let name = name.strip_prefix(AFTER).unwrap_or(name);
    let name = name.strip_prefix("properties.").unwrap_or(name);
    name.strip_prefix("relations.").unwrap_or(name)
}

/// Numbers that follow each other among all that were asked with.
fn run_of_numbers(name: &str, all: &[&Json], own: &[&Json]) -> Option<String> {
    let (first, last) = (own.first()?, own.last()?);
    let is_run = all.windows(own.len()).any(|run| run == own);
    let (is_lowest, is_highest) = (all.first() == Some(first), all.last() == Some(last));
    match (is_run, is_lowest, is_highest) {
        (false, ..) => None,
        (_, true, true) => Some(format!("any {name}")),
        (_, true, _) => Some(format!("{name} up to {last}")),
        (_, _, true) => Some(format!("{name} from {first}")),
        _ => Some(format!("{name} {first} to {last}")),
    }
}

/// `replicas up to 20`, `environment staging`, `budget from 1001 or without budget`.
fn range(name: &str, values: &[Json], own: &[&Json], named: Named) -> String {
    let numbers: Vec<&Json> = values.iter().filter(|it| !it.is_null()).collect();
    let run: Vec<&Json> = own.iter().copied().filter(|it| !it.is_null()).collect();
    if let (true, Some(words)) = (
        numbers.iter().all(|it| it.is_i64()),
        run_of_numbers(bare(name), &numbers, &run),
    ) {
        let absent = own.iter().find(|it| it.is_null());
        return match absent {
            Some(absent) => format!("{words} or {}", named(name, absent)),
            None => words,
        };
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

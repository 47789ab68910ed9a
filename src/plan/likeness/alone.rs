//! Entities that are on one side only, as they are compared.
//!
//! In: both sides and who is alone. Out: each with numbers in the place of all that it says and
//! of all that leads to it: equal numbers say the same, on either side. What it points at and is
//! alone too has no number yet; it is told apart by its kind alone.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;
use serde_json::{Value as Json, json};

use crate::graph::Edge;
use crate::model::EntityId;
use crate::plan::diff::Side;
use crate::plan::effect::twin;
use crate::plan::file::canonical;
use crate::plan::value::States;
use crate::syntax::to_json_object;
use crate::text::Text;

/// A relation to or from another that is alone.
#[derive(Debug, Clone, Copy)]
pub(super) struct Link {
    /// The number of the relation's name.
    pub(super) relation: u32,
    /// The other, by its place in the list.
    pub(super) other: usize,
}

/// An entity that is on one side only.
#[derive(Debug)]
pub(super) struct Alone {
    pub(super) side: Side,
    pub(super) id: EntityId,
    /// The number of its blueprint's name.
    pub(super) kind: u32,
    pub(super) name: Text,
    /// All that it says besides its names; none where that is nothing.
    pub(super) says: Option<u32>,
    /// The same where its values do not repeat its name.
    pub(super) says_of_itself: Option<u32>,
    /// The same with or without values.
    pub(super) bare: u32,
    /// What leads to it from those that are on both sides.
    pub(super) led: u32,
    /// Whether anything of that kind does.
    pub(super) is_led_to: bool,
    pub(super) out: Vec<Link>,
    pub(super) into: Vec<Link>,
}

/// Numbers of texts.
#[derive(Debug, Default)]
pub(super) struct Known {
    numbers: FxHashMap<String, u32>,
}

impl Known {
    fn number(&mut self, text: String) -> u32 {
        let next = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
        *self.numbers.entry(text).or_insert(next)
    }

    /// All that are alone.
    pub(super) fn alone(&mut self, states: &States<'_>, all: &[(Side, EntityId)]) -> Vec<Alone> {
        let places = all.iter().enumerate().map(|(n, one)| (*one, n)).collect();
        let all = all.iter();
        all.filter_map(|(side, id)| self.one(states, &places, *side, *id))
            .collect()
    }

    fn one(
        &mut self,
        states: &States<'_>,
        places: &BTreeMap<(Side, EntityId), usize>,
        side: Side,
        id: EntityId,
    ) -> Option<Alone> {
        let compiled = states.of(side);
        let entity = compiled.catalog.entity(id)?;
        let kind = &compiled.catalog.blueprint(entity.blueprint)?.identifier;
        let (kind, name) = (kind.value.as_str(), &entity.identifier.value);
        let graph = &compiled.graph;
        let (out, points) = self.links(states, places, side, graph.outgoing(id), |it| it.to);
        let (into, led) = self.links(states, places, side, graph.incoming(id), |it| it.from);
        let values = Json::Object(to_json_object(&entity.properties));
        let mut without = values.clone();
        let mut says = Says::default();
        without_name(&mut without, name, &mut says);
        let mut said =
            |values: Json| self.number(canonical(&json!([kind, values, points, out.len()])));
        let bare = said(values.clone());
        let of_itself = said(without);
        let is_led_to = !led.is_empty();
        Some(Alone {
            side,
            id,
            kind: self.number(kind.to_owned()),
            name: name.clone(),
            // What says no more than where it belongs is like all that belongs there.
            says: (!entity.properties.is_empty()).then_some(bare),
            says_of_itself: (says.more && says.name).then_some(of_itself),
            bare,
            led: self.number(canonical(&json!([kind, "led", led]))),
            is_led_to,
            out,
            into,
        })
    }

    /// The others that are alone too; and by relation the names of those that are not.
    fn links<'e>(
        &mut self,
        states: &States<'_>,
        places: &BTreeMap<(Side, EntityId), usize>,
        side: Side,
        edges: impl IntoIterator<Item = &'e Edge>,
        end: impl Fn(&Edge) -> EntityId,
    ) -> (Vec<Link>, BTreeMap<String, Vec<String>>) {
        let catalog = &states.of(side).catalog;
        let mut links = Vec::new();
        let mut named: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for edge in edges {
            let Some(relation) = catalog.relation_of(edge.from, edge.relation) else {
                continue;
            };
            let relation = relation.name.value.as_str();
            let other = end(edge);
            if let Some(other) = places.get(&(side, other)) {
                let relation = self.number(format!("relation {relation}"));
                let other = *other;
                links.push(Link { relation, other });
            } else if let Some(name) = on_both(states, side, other) {
                named.entry(relation.to_owned()).or_default().push(name);
            }
        }
        for names in named.values_mut() {
            names.sort_unstable();
        }
        (links, named)
    }
}

/// The kind and name in the result of what is on both sides.
fn on_both(states: &States<'_>, side: Side, id: EntityId) -> Option<String> {
    let there = twin(states, side, id)?;
    let after = match side {
        Side::Before => there,
        Side::After => id,
    };
    let catalog = &states.after.catalog;
    let entity = catalog.entity(after)?;
    let kind = catalog
        .blueprint(entity.blueprint)?
        .identifier
        .value
        .as_str();
    let names = [kind, entity.identifier.value.as_str()];
    Some(canonical(&json!(names)))
}

/// What values say.
#[derive(Default)]
struct Says {
    /// The name.
    name: bool,
    /// Anything besides it.
    more: bool,
}

/// Takes the name out of texts where it stands as a word.
fn without_name(value: &mut Json, name: &str, says: &mut Says) {
    match value {
        Json::String(text) => match replaced(text, name) {
            Some(other) => {
                says.name = true;
                says.more |= other.len() > MARK.len();
                *text = other;
            }
            None => says.more = true,
        },
        Json::Array(items) => {
            for item in items {
                without_name(item, name, says);
            }
        }
        Json::Object(entries) => {
            for entry in entries.values_mut() {
                without_name(entry, name, says);
            }
        }
        Json::Null => {}
        Json::Bool(_) | Json::Number(_) => says.more = true,
    }
}

/// What stands in the place of a name: no value can have it.
const MARK: &str = "\0";

fn replaced(text: &str, name: &str) -> Option<String> {
    if name.is_empty() || !text.contains(name) {
        return None;
    }
    let mut out = String::new();
    let mut rest = text;
    let is_in_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    while let Some((before, behind)) = rest.split_once(name) {
        out.push_str(before);
        if is_in_word(out.chars().next_back()) || is_in_word(behind.chars().next()) {
            out.push_str(name);
        } else {
            out.push_str(MARK);
        }
        rest = behind;
    }
    out.push_str(rest);
    out.contains(MARK).then_some(out)
}

//! Texts and numbers that are found again in the input.
//!
//! In: what a function gave, and what it was given with where that stands. Out: for each text and
//! number of the result the first place that has the same: a guess, and told as one.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::Value;

use super::Named;
use super::Names;
use super::Origin;
use super::Out;
use super::Traced;
use super::scope;
use crate::expression::evaluate::Done;
use crate::expression::evaluate::Run;
use crate::expression::reads::Turn;
use crate::expression::tree::Kind;
use crate::expression::tree::Node;
use crate::expression::value;

impl Run {
    /// What anything else gives: its texts and numbers are looked for in what it was given.
    pub(super) fn found_again<'v>(
        &mut self,
        node: &'v Node,
        at: &Traced<'v>,
        names: Names<'_, 'v>,
        out: &mut Out<'v>,
    ) -> Done {
        let results: Vec<Value> = {
            let all = self.all(node, &at.value, scope(names))?;
            self.keep_all(all)?
        };
        let is_chosen = matches!(
            node.kind,
            Kind::OnInput(_) | Kind::OnPair(..) | Kind::Keyed(..) | Kind::Object(_)
        );
        let mut known = BTreeMap::new();
        if is_chosen {
            self.pay(value::size(&at.value).saturating_mul(2))?;
            if let Origin::Value(way) = &at.origin {
                note(&at.value, &mut way.clone(), &mut known);
            } else {
                note_traced(&at.value, &at.origin, &mut known);
            }
            let mut around = names;
            while let Some(Named { traced, outer, .. }) = around {
                self.pay(value::size(&traced.value).saturating_mul(2))?;
                note_traced(&traced.value, &traced.origin, &mut known);
                around = *outer;
            }
        }
        for result in results {
            self.pay(value::size(&result))?;
            // A number alone is a count or a sum as often as it is one that was chosen.
            let origin = match &result {
                Value::Number(_) => Origin::Made,
                result => again(result, &known),
            };
            out.push(Traced {
                value: Cow::Owned(result),
                origin,
            });
        }
        Ok(())
    }
}

/// Where each text and number of a value stands; keys before values, the first before others.
type Known = BTreeMap<String, Origin>;

/// Notes the keys, texts and numbers of a value of the input.
fn note(value: &Value, way: &mut Vec<Turn>, known: &mut Known) {
    match value {
        Value::Object(map) => {
            for key in map.keys() {
                way.push(Turn::Key(key.clone()));
                let origin = || Origin::Key(way.clone());
                known
                    .entry(spelt(&Value::from(key.as_str())))
                    .or_insert_with(origin);
                way.pop();
            }
            for (key, value) in map {
                way.push(Turn::Key(key.clone()));
                note(value, way, known);
                way.pop();
            }
        }
        Value::Array(all) => {
            for (at, value) in all.iter().enumerate() {
                way.push(Turn::Index(at));
                note(value, way, known);
                way.pop();
            }
        }
        Value::String(_) | Value::Number(_) => {
            let origin = || Origin::Value(way.clone());
            known.entry(spelt(value)).or_insert_with(origin);
        }
        Value::Null | Value::Bool(_) => {}
    }
}

/// The same of a value that is put together of some.
fn note_traced(value: &Value, origin: &Origin, known: &mut Known) {
    match (value, origin) {
        (value, Origin::Value(way)) => note(value, &mut way.clone(), known),
        (value, Origin::Alike(origin)) => note_traced(value, origin, known),
        (Value::Array(all), Origin::List(origins)) => {
            for (value, origin) in all.iter().zip(origins) {
                note_traced(value, origin, known);
            }
        }
        (Value::Object(map), Origin::Fields(origins)) => {
            for (key, origin) in origins {
                if let Some(below) = map.get(key) {
                    note_traced(below, origin, known);
                }
            }
        }
        (value @ Value::String(_), origin @ Origin::Key(_)) => {
            known.entry(spelt(value)).or_insert_with(|| origin.clone());
        }
        _ => {}
    }
}

/// Where the parts of a result stand, by what is known.
fn again(result: &Value, known: &Known) -> Origin {
    match result {
        Value::Array(all) => Origin::List(all.iter().map(|it| again(it, known)).collect()),
        Value::Object(map) => {
            let below = map.iter().map(|(key, it)| (key.clone(), again(it, known)));
            Origin::Fields(below.collect())
        }
        Value::String(_) | Value::Number(_) => {
            let found = known.get(&spelt(result)).cloned();
            found.map_or(Origin::Made, |origin| Origin::Alike(Box::new(origin)))
        }
        Value::Null | Value::Bool(_) => Origin::Made,
    }
}

/// One spelling for a text or a number; a text never is one of a number.
fn spelt(value: &Value) -> String {
    value.to_string()
}

//! The functions that ask their argument about each element: `sort_by` and its relatives.
//!
//! Part of evaluation. The key of an element is the list of all that the argument gives for it.

use std::borrow::Cow;
use std::cmp::Ordering;

use serde_json::Value;

use super::Bound;
use super::Done;
use super::Out;
use super::Run;
use super::Stop;
use super::fault;
use crate::expression::tree::Keyed;
use crate::expression::tree::Node;
use crate::expression::tree::Place;
use crate::expression::value;

/// A key and its element.
type Entry = (Value, Value);

impl Run {
    pub(super) fn keyed<'a>(
        &mut self,
        keyed: Keyed,
        place: Place,
        by: &'a Node,
        input: &'a Value,
        scope: Bound<'a>,
        out: &mut Out<'a>,
    ) -> Done {
        if keyed == Keyed::MapValues {
            let changed = self.map_values(place, by, input, scope)?;
            out.push(Cow::Owned(changed));
            return Ok(());
        }
        let Value::Array(elements) = input else {
            let message = format!("this is {}, not an array", value::described(input));
            return Err(fault(place, message));
        };
        let mut entries: Vec<Entry> = Vec::new();
        for element in elements {
            let key = self.all(by, element, scope)?;
            let key = self.keep_all(key)?;
            let element = self.keep(Cow::Borrowed(element))?;
            entries.push((Value::Array(key), element));
        }
        out.push(Cow::Owned(arranged(keyed, entries)));
        Ok(())
    }

    fn map_values<'a>(
        &mut self,
        place: Place,
        by: &'a Node,
        input: &'a Value,
        scope: Bound<'a>,
    ) -> Result<Value, Stop> {
        let mut first = |item: &'a Value| {
            let found = self.all(by, item, scope)?;
            let first = found.into_iter().next();
            first.map(|first| self.keep(first)).transpose()
        };
        match input {
            Value::Array(all) => {
                let changed: Result<Vec<_>, Stop> = all.iter().map(&mut first).collect();
                Ok(changed?.into_iter().flatten().collect())
            }
            Value::Object(map) => {
                let mut changed = serde_json::Map::new();
                for (key, item) in map {
                    if let Some(item) = first(item)? {
                        changed.insert(key.clone(), item);
                    }
                }
                Ok(Value::Object(changed))
            }
            other => {
                let message = format!("{} has no elements", value::described(other));
                Err(fault(place, message))
            }
        }
    }
}

/// The elements in the order of their keys, or what is asked of them.
fn arranged(keyed: Keyed, mut entries: Vec<Entry>) -> Value {
    let order = |a: &Entry, b: &Entry| value::compare(&a.0, &b.0);
    match keyed {
        Keyed::Least => element(entries.into_iter().min_by(order)),
        Keyed::Greatest => element(entries.into_iter().max_by(order)),
        Keyed::Sort | Keyed::MapValues => {
            entries.sort_by(order);
            entries.into_iter().map(|entry| entry.1).collect()
        }
        Keyed::Unique => {
            entries.sort_by(order);
            entries.dedup_by(|a, b| order(a, b) == Ordering::Equal);
            entries.into_iter().map(|entry| entry.1).collect()
        }
        Keyed::Group => {
            entries.sort_by(order);
            let mut groups: Vec<(Value, Vec<Value>)> = Vec::new();
            for (key, element) in entries {
                match groups.last_mut() {
                    Some(group) if value::compare(&group.0, &key).is_eq() => group.1.push(element),
                    _ => groups.push((key, vec![element])),
                }
            }
            groups
                .into_iter()
                .map(|group| Value::Array(group.1))
                .collect()
        }
    }
}

fn element(entry: Option<Entry>) -> Value {
    entry.map_or(Value::Null, |entry| entry.1)
}

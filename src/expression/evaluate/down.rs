//! The way down into a value: keys, indices, elements, slices.
//!
//! Part of evaluation; null has every key and no elements, as in jq.

use std::borrow::Cow;
use std::ops::Range;

use serde_json::Value;

use super::Bound;
use super::Done;
use super::Out;
use super::Run;
use super::Stop;
use super::fault;
use crate::expression::tree::Link;
use crate::expression::tree::Node;
use crate::expression::tree::Part;
use crate::expression::value;

static NULL: Value = Value::Null;

impl Run {
    pub(super) fn path<'a>(
        &mut self,
        head: &'a Node,
        links: &'a [Link],
        input: &'a Value,
        scope: Bound<'a>,
        out: &mut Out<'a>,
    ) -> Done {
        let mut values = Vec::new();
        let mut end = self.eval(head, input, scope, &mut values);
        for link in links {
            let mut next = Vec::new();
            for it in values {
                let done = self.link(link, it, input, scope, &mut next);
                match done {
                    Err(Stop::Fault(_)) if link.optional => {}
                    Err(stop) => {
                        end = Err(stop);
                        break;
                    }
                    Ok(()) => {}
                }
            }
            values = next;
        }
        out.extend(values);
        end
    }

    /// What `link` leads to from `it`; an index is evaluated on the input of the whole path.
    fn link<'a>(
        &mut self,
        link: &'a Link,
        it: Cow<'a, Value>,
        input: &'a Value,
        scope: Bound<'a>,
        out: &mut Out<'a>,
    ) -> Done {
        self.pay(1)?;
        let refuse = |message: String| fault(link.place, message);
        match &link.part {
            Part::Key(key) => {
                let found = match it {
                    Cow::Borrowed(it) => key_of(it, key).map_err(refuse)?,
                    Cow::Owned(Value::Object(mut map)) => {
                        Cow::Owned(map.remove(key).unwrap_or(Value::Null))
                    }
                    Cow::Owned(it) => Cow::Owned(key_of(&it, key).map_err(refuse)?.into_owned()),
                };
                out.push(found);
            }
            Part::Each => {
                let length = elements(&it).map_err(refuse)?;
                self.pay(length as u64)?;
                each(it, out);
            }
            Part::Index(index) => {
                for index in self.all(index, input, scope)? {
                    let found = match &it {
                        Cow::Borrowed(it) => indexed(it, &index).map_err(refuse)?,
                        Cow::Owned(it) => {
                            let found = indexed(it, &index).map_err(refuse)?;
                            Cow::Owned(self.keep(found)?)
                        }
                    };
                    out.push(found);
                }
            }
            Part::Slice(from, upto) => {
                let from = self.bounds(from.as_ref(), input, scope)?;
                let upto = self.bounds(upto.as_ref(), input, scope)?;
                for upto in &upto {
                    for from in &from {
                        self.pay(value::size(&it))?;
                        let slice =
                            sliced(&it, from.as_deref(), upto.as_deref()).map_err(refuse)?;
                        out.push(Cow::Owned(slice));
                    }
                }
            }
        }
        Ok(())
    }

    pub(super) fn bounds<'a>(
        &mut self,
        bound: Option<&'a Node>,
        input: &'a Value,
        scope: Bound<'a>,
    ) -> Result<Vec<Option<Cow<'a, Value>>>, Stop> {
        match bound {
            Some(bound) => Ok(self
                .all(bound, input, scope)?
                .into_iter()
                .map(Some)
                .collect()),
            None => Ok(vec![None]),
        }
    }
}

/// How many elements or values there are.
fn elements(it: &Value) -> Result<usize, String> {
    match it {
        Value::Array(all) => Ok(all.len()),
        Value::Object(map) => Ok(map.len()),
        other => Err(format!("{} has no elements", value::described(other))),
    }
}

fn each<'a>(it: Cow<'a, Value>, out: &mut Out<'a>) {
    match it {
        Cow::Borrowed(Value::Array(all)) => out.extend(all.iter().map(Cow::Borrowed)),
        Cow::Borrowed(Value::Object(map)) => out.extend(map.values().map(Cow::Borrowed)),
        Cow::Owned(Value::Array(all)) => out.extend(all.into_iter().map(Cow::Owned)),
        Cow::Owned(Value::Object(map)) => {
            out.extend(map.into_iter().map(|(_, item)| Cow::Owned(item)));
        }
        Cow::Borrowed(_) | Cow::Owned(_) => {}
    }
}

fn key_of<'a>(it: &'a Value, key: &str) -> Result<Cow<'a, Value>, String> {
    match it {
        Value::Object(map) => Ok(Cow::Borrowed(map.get(key).unwrap_or(&NULL))),
        Value::Null => Ok(Cow::Borrowed(&NULL)),
        other => Err(format!("{} has no key `{key}`", value::described(other))),
    }
}

fn indexed<'a>(it: &'a Value, index: &Value) -> Result<Cow<'a, Value>, String> {
    match (it, index) {
        (_, Value::String(key)) => key_of(it, key),
        (Value::Array(all), Value::Number(_)) => {
            let found = position(index, all.len()).and_then(|at| all.get(at));
            Ok(Cow::Borrowed(found.unwrap_or(&NULL)))
        }
        (Value::Null, Value::Number(_)) => Ok(Cow::Borrowed(&NULL)),
        _ => {
            let (it, index) = (value::described(it), value::described(index));
            Err(format!("{it} has nothing at {index}"))
        }
    }
}

/// The place that a number means, counted from the end if it is negative; none outside.
pub(super) fn position(index: &Value, length: usize) -> Option<usize> {
    let whole = value::rounded(index, f64::floor).ok()?.as_i64()?;
    let length = i64::try_from(length).ok()?;
    let from_start = if whole < 0 {
        whole.checked_add(length)?
    } else {
        whole
    };
    usize::try_from(from_start).ok()
}

fn sliced(it: &Value, from: Option<&Value>, upto: Option<&Value>) -> Result<Value, String> {
    let length = match it {
        Value::Null => return Ok(Value::Null),
        Value::Array(all) => all.len(),
        Value::String(text) => text.chars().count(),
        other => return Err(format!("{} cannot be cut", value::described(other))),
    };
    let range = range(from, upto, length)?;
    let (from, many) = (range.start, range.len());
    Ok(match it {
        Value::Array(all) => all.iter().skip(from).take(many).cloned().collect(),
        Value::String(text) => text
            .chars()
            .skip(from)
            .take(many)
            .collect::<String>()
            .into(),
        _ => Value::Null,
    })
}

/// What a slice takes of so many.
pub(super) fn range(
    from: Option<&Value>,
    upto: Option<&Value>,
    length: usize,
) -> Result<Range<usize>, String> {
    let from = edge(from, length, f64::floor)?.unwrap_or(0);
    let upto = edge(upto, length, f64::ceil)?.unwrap_or(length);
    Ok(from..upto.max(from))
}

/// Where a slice begins or ends, within the value; nothing for an edge that is not given.
fn edge(
    edge: Option<&Value>,
    length: usize,
    round: fn(f64) -> f64,
) -> Result<Option<usize>, String> {
    let number = match edge {
        None | Some(Value::Null) => return Ok(None),
        Some(number @ Value::Number(_)) => value::rounded(number, round)?,
        Some(other) => return Err(format!("{} is no place to cut at", value::described(other))),
    };
    let is_negative = number.as_f64().is_some_and(|number| number < 0.0);
    let inside = position(&number, length).unwrap_or(if is_negative { 0 } else { length });
    Ok(Some(inside.min(length)))
}

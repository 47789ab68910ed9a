//! Strings and objects put together from parts.
//!
//! Part of evaluation. Where parts give several values there is a result for every choice.

use std::borrow::Cow;

use serde_json::Map;
use serde_json::Value;

use super::Bound;
use super::Done;
use super::Out;
use super::Run;
use super::Stop;
use super::fault;
use crate::expression::tree::Node;
use crate::expression::tree::TextPart;
use crate::expression::value;

impl Run {
    pub(super) fn text<'a>(
        &mut self,
        parts: &'a [TextPart],
        write: &dyn Fn(&Value) -> String,
        input: &'a Value,
        scope: Bound<'a>,
        out: &mut Out<'a>,
    ) -> Done {
        let mut texts = vec![String::new()];
        for part in parts {
            let pieces = match part {
                TextPart::Fixed(fixed) => vec![Cow::Borrowed(fixed.as_str())],
                TextPart::Hole(hole) => {
                    let mut pieces = Vec::new();
                    for it in self.all(hole, input, scope)? {
                        self.pay(value::size(&it))?;
                        pieces.push(Cow::Owned(write(&it)));
                    }
                    pieces
                }
            };
            let mut longer = Vec::with_capacity(pieces.len().min(texts.len()));
            for piece in &pieces {
                for text in &texts {
                    self.pay(1 + (text.len() + piece.len()) as u64 / 8)?;
                    longer.push(format!("{text}{piece}"));
                }
            }
            texts = longer;
        }
        out.extend(texts.into_iter().map(Value::String).map(Cow::Owned));
        Ok(())
    }

    pub(super) fn object<'a>(
        &mut self,
        entries: &'a [(Node, Node)],
        input: &'a Value,
        scope: Bound<'a>,
        out: &mut Out<'a>,
    ) -> Done {
        let mut objects = vec![Map::new()];
        for (key, item) in entries {
            let place = key.place;
            let items = self.all(item, input, scope)?;
            let items = self.keep_all(items)?;
            let mut keys = Vec::new();
            for key in self.all(key, input, scope)? {
                let Value::String(key) = &*key else {
                    let message = format!("a key must be a string, not {}", value::described(&key));
                    return Err(fault(place, message));
                };
                keys.push(key.clone());
            }
            objects = self.extended(objects, &keys, items)?;
        }
        out.extend(objects.into_iter().map(Value::Object).map(Cow::Owned));
        Ok(())
    }

    /// Every object with every key and every value; the usual one of each is not copied.
    fn extended(
        &mut self,
        mut objects: Vec<Map<String, Value>>,
        keys: &[String],
        mut items: Vec<Value>,
    ) -> Result<Vec<Map<String, Value>>, Stop> {
        if let (1, [key], 1) = (objects.len(), keys, items.len()) {
            for object in &mut objects {
                object.extend(items.pop().map(|item| (key.clone(), item)));
            }
            return Ok(objects);
        }
        let mut larger = Vec::new();
        for key in keys {
            for item in &items {
                for object in &objects {
                    let whole = object.values().map(value::size).sum::<u64>();
                    self.pay(1 + whole + value::size(item))?;
                    let mut object = object.clone();
                    object.insert(key.clone(), item.clone());
                    larger.push(object);
                }
            }
        }
        Ok(larger)
    }
}

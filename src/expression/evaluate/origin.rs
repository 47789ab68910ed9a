//! Where the parts of a result stand in the input.
//!
//! In: a tree, its input, and the result that it gave. Out: for each part of the result the way
//! to the value of the input that it is, or that nobody wrote it. Paths, brackets, pipes, names
//! bound by `as`, `//` and `if` are followed as they choose; what a function gives is looked for
//! in what it was given. It is a guide for messages only: the result itself is made by evaluation alone, and
//! where the two disagree nothing is known.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use serde_json::Map;
use serde_json::Value;

use super::Bound;
use super::Done;
use super::Run;
use super::Scope;
use super::Stop;
use super::down::{position, range};
use super::fault;
use crate::expression::reads::Turn;
use crate::expression::tree::Kind;
use crate::expression::tree::Link;
use crate::expression::tree::Node;
use crate::expression::tree::Part;
use crate::expression::value;

mod again;

/// Where a part of a result stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// It is the value at the end of this way.
    Value(Vec<Turn>),
    /// It is the key at the end of this way.
    Key(Vec<Turn>),
    /// It is an array of these.
    List(Vec<Origin>),
    /// It is an object of these.
    Fields(BTreeMap<String, Origin>),
    /// It is the same text or number as what stands there: a guess, and no proof.
    Alike(Box<Origin>),
    /// Nowhere.
    Made,
}

/// Where `result`, which `tree` gave of `input`, stands in it; takes its steps off `budget`.
pub(in crate::expression) fn of(
    tree: &Node,
    input: &Value,
    result: &Value,
    budget: &mut u64,
) -> Origin {
    let mut run = Run { left: *budget };
    let start = Traced {
        value: Cow::Borrowed(input),
        origin: Origin::Value(Vec::new()),
    };
    let mut out = Vec::new();
    let done = run.trace(tree, &start, None, &mut out);
    let is_paid = done.is_ok() && run.pay(value::size(result)).is_ok();
    *budget = run.left;
    match (out.pop(), out.is_empty()) {
        (Some(one), true) if is_paid && *one.value == *result => one.origin,
        _ => Origin::Made,
    }
}

/// A value, and where it stands in the input of the whole expression.
#[derive(Clone)]
struct Traced<'v> {
    value: Cow<'v, Value>,
    origin: Origin,
}

type Out<'v> = Vec<Traced<'v>>;

/// A value bound by `as`, for what follows it and for evaluation.
struct Named<'n, 'v> {
    traced: &'n Traced<'v>,
    scope: Scope<'n>,
    outer: Names<'n, 'v>,
}

/// The values bound by `as`, innermost first.
type Names<'n, 'v> = Option<&'n Named<'n, 'v>>;

fn scope<'n>(names: Names<'n, '_>) -> Bound<'n> {
    names.map(|named| &named.scope)
}

impl Run {
    /// Puts the results of `node` on the value `at` into `out`, up to a fault.
    fn trace<'v>(
        &mut self,
        node: &'v Node,
        at: &Traced<'v>,
        names: Names<'_, 'v>,
        out: &mut Out<'v>,
    ) -> Done {
        self.pay(1)?;
        match &node.kind {
            Kind::Input => out.push(at.clone()),
            Kind::Comma(all) => {
                for one in all {
                    self.trace(one, at, names, out)?;
                }
            }
            Kind::Pipe(stages) => return self.stages(stages, at, names, out),
            Kind::Path(head, links) => {
                let mut values = Vec::new();
                self.trace(head, at, names, &mut values)?;
                for link in links {
                    let mut next = Vec::new();
                    for it in &values {
                        match self.follow(link, it, (at, names), &mut next) {
                            Err(Stop::Fault(_)) if link.optional => {}
                            done => done?,
                        }
                    }
                    values = next;
                }
                out.extend(values);
            }
            Kind::Array(Some(inner)) => out.push(self.list(inner, at, names)?),
            Kind::Alternative(first, second) => {
                let mut found = Vec::new();
                if let Err(Stop::Spent) = self.trace(first, at, names, &mut found) {
                    return Err(Stop::Spent);
                }
                found.retain(|it| value::is_true(&it.value));
                if found.is_empty() {
                    return self.trace(second, at, names, out);
                }
                out.extend(found);
            }
            Kind::Try(body, None) => {
                if let Err(Stop::Spent) = self.trace(body, at, names, out) {
                    return Err(Stop::Spent);
                }
            }
            Kind::If(branches, rest) => {
                for (when, then) in branches {
                    let conditions = self.all(when, &at.value, scope(names))?;
                    let [condition] = conditions.as_slice() else {
                        return Err(fault(node.place, "more than one way"));
                    };
                    if value::is_true(condition) {
                        return self.trace(then, at, names, out);
                    }
                }
                match rest {
                    Some(rest) => return self.trace(rest, at, names, out),
                    None => out.push(at.clone()),
                }
            }
            Kind::Bind(source, body) => return self.bind((source, body), at, names, out),
            Kind::Variable(distance) => return self.variable(*distance, names, out),
            Kind::Object(entries) => match self.fields(entries, at, names)? {
                Some(object) => out.push(object),
                None => return self.found_again(node, at, names, out),
            },
            _ => return self.found_again(node, at, names, out),
        }
        Ok(())
    }

    /// What follows a name, once for each value that it is bound to.
    fn bind<'v>(
        &mut self,
        (source, body): (&'v Node, &'v Node),
        at: &Traced<'v>,
        names: Names<'_, 'v>,
        out: &mut Out<'v>,
    ) -> Done {
        let mut sources = Vec::new();
        self.trace(source, at, names, &mut sources)?;
        for traced in &sources {
            let bound = Named {
                traced,
                scope: Scope {
                    value: &traced.value,
                    outer: scope(names),
                },
                outer: names,
            };
            self.trace(body, at, Some(&bound), out)?;
        }
        Ok(())
    }

    /// What a name is bound to.
    fn variable<'v>(&mut self, distance: usize, names: Names<'_, 'v>, out: &mut Out<'v>) -> Done {
        let mut around = names;
        for _ in 0..distance {
            around = around.and_then(|named| named.outer);
        }
        if let Some(Named { traced, .. }) = around {
            if let Cow::Owned(value) = &traced.value {
                self.pay(value::size(value))?;
            }
            out.push(Traced::clone(traced));
        }
        Ok(())
    }

    /// What brackets put together.
    fn list<'v>(
        &mut self,
        inner: &'v Node,
        at: &Traced<'v>,
        names: Names<'_, 'v>,
    ) -> Result<Traced<'v>, Stop> {
        let mut all = Vec::new();
        self.trace(inner, at, names, &mut all)?;
        self.together(all)
    }

    /// What braces put together; `None` where they make more than one object.
    fn fields<'v>(
        &mut self,
        entries: &'v [(Node, Node)],
        at: &Traced<'v>,
        names: Names<'_, 'v>,
    ) -> Result<Option<Traced<'v>>, Stop> {
        let (mut values, mut origins) = (Map::new(), BTreeMap::new());
        for (key, item) in entries {
            let (mut keys, mut items) = (Vec::new(), Vec::new());
            self.trace(key, at, names, &mut keys)?;
            self.trace(item, at, names, &mut items)?;
            let (Some(item), true, [key]) = (items.pop(), items.is_empty(), keys.as_slice()) else {
                return Ok(None);
            };
            let Value::String(key) = &*key.value else {
                return Ok(None);
            };
            self.pay(value::size(&item.value))?;
            values.insert(key.clone(), item.value.into_owned());
            origins.insert(key.clone(), item.origin);
        }
        Ok(Some(Traced {
            value: Cow::Owned(Value::Object(values)),
            origin: Origin::Fields(origins),
        }))
    }

    /// Values as one list, each with where it comes from.
    fn together<'v>(&mut self, all: Vec<Traced<'v>>) -> Result<Traced<'v>, Stop> {
        let (mut values, mut origins) = (Vec::new(), Vec::new());
        for one in all {
            self.pay(value::size(&one.value))?;
            values.push(one.value.into_owned());
            origins.push(one.origin);
        }
        Ok(Traced {
            value: Cow::Owned(Value::Array(values)),
            origin: Origin::List(origins),
        })
    }

    fn stages<'v>(
        &mut self,
        stages: &'v [Node],
        at: &Traced<'v>,
        names: Names<'_, 'v>,
        out: &mut Out<'v>,
    ) -> Done {
        let mut values = vec![at.clone()];
        for stage in stages {
            let mut next = Vec::new();
            for it in &values {
                self.trace(stage, it, names, &mut next)?;
            }
            values = next;
        }
        out.extend(values);
        Ok(())
    }

    /// What `link` leads to from `it`, on a path whose input is `at` and which may use `names`.
    fn follow<'v>(
        &mut self,
        link: &'v Link,
        it: &Traced<'v>,
        (at, names): (&Traced<'v>, Names<'_, 'v>),
        out: &mut Out<'v>,
    ) -> Done {
        self.pay(1)?;
        let turns = match &link.part {
            Part::Key(key) => vec![Turn::Key(key.clone())],
            Part::Each => match &*it.value {
                Value::Array(all) => (0..all.len()).map(Turn::Index).collect(),
                Value::Object(map) => map.keys().cloned().map(Turn::Key).collect(),
                _ => return Err(fault(link.place, "no elements")),
            },
            Part::Index(index) => {
                let indices = self.all(index, &at.value, scope(names))?;
                let turn = |index: &Cow<'_, Value>| match (&**index, &*it.value) {
                    (Value::String(key), _) => Some(Turn::Key(key.clone())),
                    (index, Value::Array(all)) => position(index, all.len()).map(Turn::Index),
                    _ => None,
                };
                let turns: Option<Vec<Turn>> = indices.iter().map(turn).collect();
                turns.ok_or_else(|| fault(link.place, "no such element"))?
            }
            Part::Slice(from, upto) => {
                let from = self.bounds(from.as_ref(), &at.value, scope(names))?;
                let upto = self.bounds(upto.as_ref(), &at.value, scope(names))?;
                let ([from], [upto]) = (from.as_slice(), upto.as_slice()) else {
                    return Err(fault(link.place, "more than one part"));
                };
                let length = it.value.as_array().map_or(0, Vec::len);
                let range = range(from.as_deref(), upto.as_deref(), length);
                let range = range.map_err(|message| fault(link.place, message))?;
                out.push(self.sliced(it, range, link)?);
                return Ok(());
            }
        };
        for turn in turns {
            out.push(self.one_down(it, turn, link)?);
        }
        Ok(())
    }

    /// The elements of a list from one place to another, as a list of their own.
    fn sliced<'v>(
        &mut self,
        it: &Traced<'v>,
        range: Range<usize>,
        link: &Link,
    ) -> Result<Traced<'v>, Stop> {
        if !it.value.is_array() {
            return Err(fault(link.place, "a part of no list"));
        }
        let all = range.map(|at| self.one_down(it, Turn::Index(at), link));
        let all = all.collect::<Result<_, _>>()?;
        self.together(all)
    }

    fn one_down<'v>(
        &mut self,
        it: &Traced<'v>,
        turn: Turn,
        link: &Link,
    ) -> Result<Traced<'v>, Stop> {
        fn below<'a>(it: &'a Value, turn: &Turn) -> Option<&'a Value> {
            match turn {
                Turn::Key(key) => it.get(key),
                Turn::Index(at) => it.get(at),
            }
        }
        let is_fitting = matches!(
            (&*it.value, &turn),
            (Value::Null, _) | (Value::Object(_), Turn::Key(_)) | (Value::Array(_), Turn::Index(_))
        );
        if !is_fitting {
            return Err(fault(link.place, "leads nowhere"));
        }
        let value = match &it.value {
            Cow::Borrowed(value) => below(value, &turn).map(Cow::Borrowed),
            Cow::Owned(value) => below(value, &turn).cloned().map(Cow::Owned),
        };
        if let Some(Cow::Owned(value)) = &value {
            self.pay(value::size(value))?;
        }
        let origin = match (&it.origin, turn) {
            (Origin::Value(way), turn) => {
                self.pay(way.len() as u64)?;
                let mut way = way.clone();
                way.push(turn);
                Origin::Value(way)
            }
            (Origin::List(all), Turn::Index(at)) => all.get(at).cloned().unwrap_or(Origin::Made),
            (Origin::Fields(all), Turn::Key(key)) => all.get(&key).cloned().unwrap_or(Origin::Made),
            _ => Origin::Made,
        };
        Ok(Traced {
            value: value.unwrap_or(Cow::Owned(Value::Null)),
            origin,
        })
    }
}

#[cfg(test)]
mod tests;

//! Lists whose elements a key tells apart: `properties.env[name=PORT]`.
//!
//! In: a list before and after, and what both blueprints say of it. Out: the elements by their
//! part of a path, in which their order means nothing.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::model::Blueprint;
use crate::model::shape::{Shape, element};
use crate::syntax::{Node, Value};

/// What the blueprints of both sides say of a value. What was a list on the target does not
/// become a set by the change itself, so only what both say is said.
#[derive(Clone, Copy)]
pub(super) struct Shapes<'s>(Option<[Shape<'s>; 2]>);

impl<'s> Shapes<'s> {
    /// Of a property.
    pub(super) fn of(kinds: [Option<&'s Blueprint>; 2], name: &str) -> Self {
        let shape = |kind: Option<&'s Blueprint>| Some(Shape::of(&kind?.property(name)?.schema));
        Self::both(kinds.map(shape))
    }

    fn both([old, now]: [Option<Shape<'s>>; 2]) -> Self {
        Self(old.zip(now).map(|(old, now)| [old, now]))
    }

    fn below(self, part: impl Fn(Shape<'s>) -> Option<Shape<'s>>) -> Self {
        self.0
            .map_or(Self(None), |shapes| Self::both(shapes.map(part)))
    }

    pub(super) fn key(self, key: &str) -> Self {
        self.below(|shape| shape.key(key))
    }

    pub(super) fn element(self) -> Self {
        self.below(Shape::element)
    }

    /// Where one side says that order means nothing, its list is sorted and the other may not be:
    /// that is a change of the definition.
    pub(super) fn is_set(self) -> bool {
        self.0.is_some_and(|all| all.iter().any(|it| it.is_set()))
    }

    /// The key that tells elements apart.
    pub(super) fn list_key(self) -> Option<&'s str> {
        match self.0?.map(Shape::list_key) {
            [Some(old), Some(now)] => (old == now).then_some(old),
            [old, now] => old.or(now),
        }
    }
}

/// An element on both sides.
type Pair<'n> = (Option<&'n Node>, Option<&'n Node>);

/// The elements of two lists by their part of a path; `None` where one of the two is no list, or
/// has an element without the key or two with the same: then the list is one value.
pub(super) fn pairs<'n>(key: &str, sides: Pair<'n>) -> Option<BTreeMap<String, Pair<'n>>> {
    let list = |side: Option<&'n Node>| match side {
        Some(node) => elements(key, node),
        // A list that comes or goes is one whose elements do.
        None => Some(BTreeMap::new()),
    };
    let (old, now) = (list(sides.0)?, list(sides.1)?);
    if old.is_empty() && now.is_empty() {
        return None;
    }
    let mut pairs: BTreeMap<String, Pair<'n>> = BTreeMap::new();
    for (part, node) in old {
        pairs.entry(part).or_default().0 = Some(node);
    }
    for (part, node) in now {
        pairs.entry(part).or_default().1 = Some(node);
    }
    Some(pairs)
}

/// The elements of a list by their part of a path.
pub(in crate::plan) fn elements<'n>(
    key: &str,
    list: &'n Node,
) -> Option<BTreeMap<String, &'n Node>> {
    let mut elements = BTreeMap::new();
    for item in list.as_sequence()? {
        let value = item.get(key)?;
        let is_name = !matches!(
            value.value,
            Value::Null | Value::Mapping(_) | Value::Sequence(_)
        );
        let value: Json = is_name.then(|| value.to_json())?;
        if elements
            .insert(element(key, &number(value)), item)
            .is_some()
        {
            return None;
        }
    }
    Some(elements)
}

/// 1.0 is 1.
fn number(value: Json) -> Json {
    let canonical = crate::plan::file::canonical(&value);
    serde_json::from_str(&canonical).unwrap_or(value)
}

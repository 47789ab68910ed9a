//! What a definition says of values that are marked as secrets: those that a schema allows them or
//! gives them, and those that conditions and expressions compare them with.
//!
//! In: a definition on both sides, and which values are secret. Out: the same two, in which each
//! such part is a mask, so that it is shown where it changes. What either side marks is secret on
//! both. Of an expression its form stays: it is a rule that somebody has to read.

use std::collections::BTreeSet;

use crate::derive::{SAYS, Secrecy};
use crate::model::is_secret;
use crate::model::path::segment;
use crate::plan::mask::Masks;
use crate::syntax::{Entry, Node, Value};
use crate::text::{Text, masked};

/// Hides what is secret in both sides of the definition of this kind and name.
pub(super) fn hidden(
    (secrecy, masks): (&[Secrecy<'_>], &Masks<'_>),
    definition: (&str, &str),
    sides: [&Node; 2],
) -> [Node; 2] {
    let mut found = Marks::default();
    for side in sides {
        found.find(side, Place::Schema("", None));
    }
    if found.marked.is_empty() && secrecy.iter().all(Secrecy::is_empty) {
        return sides.map(Node::clone);
    }
    let hiding = Hiding {
        secrecy,
        masks,
        definition,
        marks: found,
    };
    sides.map(|side| hiding.copy(side, Place::Schema("", None), false))
}

/// Where a value stands.
#[derive(Clone, Copy)]
enum Place<'p> {
    /// Its path, and that of the schema of the property or the elements that it is a part of.
    Schema(&'p str, Option<&'p str>),
    /// A mapping whose keys are names of properties.
    Names(&'p str),
}

impl<'p> Place<'p> {
    const fn path(self) -> &'p str {
        match self {
            Self::Schema(path, _) | Self::Names(path) => path,
        }
    }

    /// Where the value of a key stands, which has this path.
    fn below<'b>(self, key: &str, path: &'b str) -> Place<'b>
    where
        'p: 'b,
    {
        match self {
            Self::Schema(..) if key == "properties" => Place::Names(path),
            Self::Schema(_, Some(_)) if key == "items" => Place::Schema(path, Some(path)),
            Self::Schema(_, of) => Place::Schema(path, of),
            Self::Names(_) => Place::Schema(path, Some(path)),
        }
    }
}

/// The schemas that are marked, by their paths.
#[derive(Default)]
struct Marks {
    marked: BTreeSet<String>,
    /// The paths above them: what stands there may repeat a part that is secret.
    above: BTreeSet<String>,
}

impl Marks {
    /// Whether anything in a value is marked.
    fn find(&mut self, node: &Node, place: Place<'_>) -> bool {
        let mut is_found = false;
        if let Place::Schema(path, of) = place
            && is_secret(node)
        {
            // A mark that stands elsewhere in the schema of a property is of all of it.
            self.marked.insert(of.unwrap_or(path).to_owned());
            is_found = true;
        }
        for (key, path, node) in parts(node, place.path()) {
            is_found |= self.find(node, place.below(key, &path));
        }
        if is_found {
            self.above.insert(place.path().to_owned());
        }
        is_found
    }
}

/// The parts of a value, each with its key and its path.
fn parts<'n>(node: &'n Node, path: &str) -> Vec<(&'n str, String, &'n Node)> {
    match &node.value {
        Value::Mapping(entries) => {
            let part = |entry: &'n Entry| {
                let key = entry.key.value.as_str();
                (key, format!("{path}{}", segment(key)), &entry.node)
            };
            entries.iter().map(part).collect()
        }
        Value::Sequence(items) => {
            let items = items.iter().enumerate();
            items
                .map(|(at, item)| ("", format!("{path}[{at}]"), item))
                .collect()
        }
        _ => Vec::new(),
    }
}

/// What is hidden in one definition.
struct Hiding<'s> {
    secrecy: &'s [Secrecy<'s>],
    masks: &'s Masks<'s>,
    definition: (&'s str, &'s str),
    marks: Marks,
}

impl Hiding<'_> {
    /// A value without what is hidden; `is_inside` says whether it is a part of a marked schema.
    fn copy(&self, node: &Node, place: Place<'_>, is_inside: bool) -> Node {
        let is_inside = is_inside || self.marks.marked.contains(place.path());
        let is_marked = is_inside || self.marks.above.contains(place.path());
        let is_compared = self.is_compared(node);
        let parts = parts(node, place.path());
        let copies = parts.iter().map(|(key, path, part)| {
            let is_hidden = matches!(place, Place::Schema(..))
                && (is_marked && SAYS.contains(key) || is_compared && *key == "value");
            if is_hidden {
                let instead = self.masks.at(self.definition, path, &part.to_json());
                let text = instead.as_str().unwrap_or("***");
                return Node {
                    span: part.span,
                    value: Value::String(Text::from(text)),
                };
            }
            self.copy(part, place.below(key, path), is_inside)
        });
        let value = match &node.value {
            Value::Mapping(entries) => {
                let entries = entries.iter().zip(copies);
                let copy = |(entry, node): (&Entry, Node)| Entry {
                    key: entry.key.clone(),
                    node,
                };
                Value::Mapping(entries.map(copy).collect())
            }
            Value::Sequence(_) => Value::Sequence(copies.collect()),
            Value::String(text) if is_expression_of_secrets(self.secrecy, text) => {
                let mask = |literal: &str| self.masks.text(literal);
                Value::String(Text::from(masked(text, &mask)))
            }
            other => other.clone(),
        };
        Node {
            span: node.span,
            value,
        }
    }

    /// Whether a condition is about a value that is secret, of whatever blueprint.
    fn is_compared(&self, condition: &Node) -> bool {
        let property = condition.get("property").and_then(Node::as_str);
        property.is_some_and(|property| {
            let mut names = property.split('.').chain([property]);
            names.any(|name| self.secrecy.iter().any(|it| it.marks_anywhere(name)))
        })
    }
}

/// Whether a text names what is secret, or is an expression that reads it.
pub(in crate::plan) fn is_expression_of_secrets(secrecy: &[Secrecy<'_>], text: &str) -> bool {
    secrecy.iter().any(|it| it.is_told_by(text))
}

/// Whether a piece of a policy names what is secret.
pub(in crate::plan) fn is_policy_of_secrets(secrecy: &[Secrecy<'_>], text: &str) -> bool {
    secrecy.iter().any(|it| it.is_told_by_policy(text))
}

//! Where the parts of a computed value stand in the file.
//!
//! In: a value that an expression made, and where its parts come from. Out: nodes, each at the
//! value or key of the file that it is; what nobody wrote stands at the element.

use serde_json::Value as Json;

use super::input::Input;
use crate::expression::Origin;
use crate::expression::Turn;
use crate::model::reader::tree;
use crate::syntax::Node;
use crate::syntax::Value;
use crate::text::Span;

impl Input<'_> {
    /// A value as a node; what comes from nowhere stands at `place`.
    pub(super) fn placed(
        &mut self,
        value: &Json,
        origin: &Origin,
        place: Span,
        allowance: &mut u64,
    ) -> Node {
        match (origin, value) {
            (Origin::Value(way), _) => {
                let found = self.follow(way).ok().flatten();
                found.unwrap_or_else(|| tree::value(value, place))
            }
            (Origin::Key(way), Json::String(text)) => {
                tree::text(text, self.key_at(way).unwrap_or(place))
            }
            (Origin::Alike(origin), _) => {
                let node = self.placed(value, origin, place, allowance);
                self.guessed.push(node.span);
                node
            }
            (Origin::List(origins), Json::Array(items)) => {
                let items = items.iter().zip(origins);
                let nodes = items.map(|(item, origin)| self.placed(item, origin, place, allowance));
                let nodes = nodes.collect();
                tree::sequence(place, nodes)
            }
            (Origin::Fields(origins), Json::Object(items)) => {
                let items = items.iter().map(|(key, item)| {
                    let origin = origins.get(key).unwrap_or(&Origin::Made);
                    let node = self.placed(item, origin, place, allowance);
                    tree::entry(key, node.span, node)
                });
                let items = items.collect();
                tree::mapping(place, items)
            }
            _ => {
                let found = self.written_once(value, allowance);
                self.guessed.extend(found.iter().map(|node| node.span));
                found.unwrap_or_else(|| tree::value(value, place))
            }
        }
    }

    /// The one value of the element that is this text, where there is one alone. A number may be
    /// the same by chance.
    fn written_once(&self, value: &Json, allowance: &mut u64) -> Option<Node> {
        let text = value.as_str()?;
        let mut found = None;
        let is_one = one(self.element(), text, &mut found, allowance).is_some();
        found.filter(|_| is_one).cloned()
    }

    /// The key that a way ends with.
    fn key_at(&mut self, way: &[Turn]) -> Option<Span> {
        let (Turn::Key(key), above) = way.split_last()? else {
            return None;
        };
        let node = self.follow(above).ok().flatten()?;
        node.entry(key).map(|entry| entry.key.span)
    }
}

/// Looks for a text; nothing where there is a second one, or the allowance is used up.
fn one<'n>(
    node: &'n Node,
    text: &str,
    found: &mut Option<&'n Node>,
    allowance: &mut u64,
) -> Option<()> {
    *allowance = allowance.checked_sub(1)?;
    match &node.value {
        Value::Sequence(nodes) => nodes
            .iter()
            .try_for_each(|node| one(node, text, found, allowance)),
        Value::Mapping(entries) => entries
            .iter()
            .try_for_each(|entry| one(&entry.node, text, found, allowance)),
        Value::String(other) if other == text => {
            let is_first = found.is_none();
            *found = Some(node);
            is_first.then_some(())
        }
        _ => Some(()),
    }
}

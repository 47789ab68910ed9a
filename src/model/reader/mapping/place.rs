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
use crate::text::Span;

impl Input<'_> {
    /// A value as a node; what comes from nowhere stands at `place`.
    pub(super) fn placed(&mut self, value: &Json, origin: &Origin, place: Span) -> Node {
        match (origin, value) {
            (Origin::Value(way), _) => {
                let found = self.follow(way).ok().flatten();
                found.unwrap_or_else(|| tree::value(value, place))
            }
            (Origin::Key(way), Json::String(text)) => {
                tree::text(text, self.key_at(way).unwrap_or(place))
            }
            (Origin::Alike(origin), _) => {
                let node = self.placed(value, origin, place);
                self.guessed.push(node.span);
                node
            }
            (Origin::List(origins), Json::Array(items)) => {
                let items = items.iter().zip(origins);
                let nodes = items.map(|(item, origin)| self.placed(item, origin, place));
                let nodes = nodes.collect();
                tree::sequence(place, nodes)
            }
            (Origin::Fields(origins), Json::Object(items)) => {
                let items = items.iter().map(|(key, item)| {
                    let origin = origins.get(key).unwrap_or(&Origin::Made);
                    let node = self.placed(item, origin, place);
                    tree::entry(key, node.span, node)
                });
                let items = items.collect();
                tree::mapping(place, items)
            }
            _ => tree::value(value, place),
        }
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

//! Entities that are alike, as one box.
//!
//! In: a picture. Out: its boxes and the lines between them. More than a few entities of one kind
//! with the same relations to the same others are one box, for nothing tells them apart but their
//! names; what was asked for has a box of its own.

use std::collections::{BTreeMap, BTreeSet};

use super::{Line, Picture};

/// How many entities that are alike have a box each.
const TOGETHER: usize = 5;

/// A box of a picture.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Box<'p> {
    /// The kind of its entities.
    pub(super) blueprint: &'p str,
    /// Their names, in the order of the picture.
    pub(super) names: Vec<&'p str>,
    /// Whether it is what was asked for.
    pub(super) is_asked: bool,
}

/// What is drawn of a picture.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Folded<'p> {
    /// The boxes: the nearest first.
    pub(super) boxes: Vec<Box<'p>>,
    /// The lines between them, each once.
    pub(super) lines: Vec<Line>,
}

/// The boxes of a picture.
pub(super) fn folded(picture: &Picture) -> Folded<'_> {
    let mut relations: Vec<BTreeSet<(bool, usize, &str)>> = Vec::new();
    relations.resize(picture.nodes.len(), BTreeSet::new());
    for edge in &picture.edges {
        let relation = edge.relation.as_str();
        for (own, other, leads) in [(edge.from, edge.to, true), (edge.to, edge.from, false)] {
            if let Some(known) = relations.get_mut(own) {
                known.insert((leads, other, relation));
            }
        }
    }
    let nodes = picture.nodes.iter().zip(&relations);
    let keys: Vec<_> = nodes
        .map(|(node, own)| (node.blueprint.as_str(), node.distance, own))
        .collect();
    let mut times: BTreeMap<_, usize> = BTreeMap::new();
    for key in &keys {
        *times.entry(key).or_default() += 1;
    }
    let mut boxes: Vec<Box<'_>> = Vec::new();
    let mut alike = BTreeMap::new();
    let mut of = Vec::with_capacity(keys.len());
    for (node, key) in picture.nodes.iter().zip(&keys) {
        let is_asked = node.distance == Some(0);
        let is_many = times.get(key).is_some_and(|times| *times > TOGETHER);
        let new = boxes.len();
        let at = if is_many && !is_asked {
            *alike.entry(key).or_insert(new)
        } else {
            new
        };
        of.push(at);
        match boxes.get_mut(at) {
            Some(one) => one.names.push(&node.identifier),
            None => boxes.push(Box {
                blueprint: &node.blueprint,
                names: vec![&node.identifier],
                is_asked,
            }),
        }
    }
    let mut drawn = BTreeSet::new();
    let mut lines = Vec::new();
    for edge in &picture.edges {
        let (Some(from), Some(to)) = (of.get(edge.from), of.get(edge.to)) else {
            continue;
        };
        if drawn.insert((*from, *to, edge.relation.as_str())) {
            lines.push(Line {
                from: *from,
                to: *to,
                relation: edge.relation.clone(),
            });
        }
    }
    Folded { boxes, lines }
}

#[cfg(test)]
mod tests {
    use super::folded;
    use crate::render::picture::{Line, Node, Picture};

    /// A hub and so many parts that point at it; the first points at itself too.
    fn picture(parts: usize) -> Picture {
        let node = |identifier: String, distance| Node {
            blueprint: "Part".to_owned(),
            identifier,
            distance: Some(distance),
        };
        let line = |from, to| Line {
            from,
            to,
            relation: "of".to_owned(),
        };
        let hub = [node("hub".to_owned(), 0)];
        Picture {
            version: 1,
            about: String::new(),
            nodes: hub
                .into_iter()
                .chain((1..=parts).map(|n| node(format!("p{n}"), 1)))
                .collect(),
            edges: (1..=parts)
                .map(|n| line(n, 0))
                .chain([line(1, 1)])
                .collect(),
            left_out: 0,
            left_out_edges: 0,
            errors: 0,
            next: String::new(),
        }
    }

    #[test]
    fn entities_that_nothing_tells_apart_are_one_box() {
        let many = picture(8);
        let drawn = folded(&many);
        let names: Vec<_> = drawn.boxes.iter().map(|it| it.names.join(" ")).collect();
        assert_eq!(names, ["hub", "p1", "p2 p3 p4 p5 p6 p7 p8"]);
        let ends: Vec<_> = drawn.lines.iter().map(|it| (it.from, it.to)).collect();
        assert_eq!(ends, [(1, 0), (2, 0), (1, 1)]);
    }

    #[test]
    fn a_few_have_a_box_each() {
        let few = picture(6);
        assert_eq!(folded(&few).boxes.len(), 7);
    }
}

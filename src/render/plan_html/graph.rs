//! The picture of what a plan touches: entities in layers, what is needed to the left of what
//! needs it.
//!
//! In: the graph of a plan. Out: an SVG whose colours come from the style of the page, and the
//! same relations as a list for who cannot see it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::plan::file::PlanFile;
use crate::plan::file::graph::{Graph, There, Touched};

use super::super::html::escape;
use super::super::plan_rights::plural;
use super::super::plan_steps::glyph;
use super::super::words::{count, cut, names, number, safe, size};
use super::look;

/// The size of a box, and the room around it.
const WIDE: usize = 184;
const HIGH: usize = 36;
const BETWEEN_COLUMNS: usize = 56;
const BETWEEN_ROWS: usize = 8;
/// The most boxes above each other.
const ROWS: usize = 26;
/// The columns of a name.
const NAME: usize = 21;
/// The columns of a kind, which is in smaller letters.
const KIND: usize = 26;
/// How many entities that are alike have a box each.
const TOGETHER: usize = 5;

/// Where a node stands.
#[derive(Clone, Copy, Default)]
struct Place {
    x: usize,
    y: usize,
}

/// The picture and the list, or nothing where a plan has none.
pub(super) fn picture(plan: &PlanFile) -> String {
    let Some(graph) = plan.graph.as_ref().filter(|graph| !graph.nodes.is_empty()) else {
        return String::new();
    };
    let drawn = Drawn::of(plan, graph);
    let (places, width, height) = layout(&drawn);
    let mut svg = String::new();
    for edge in &drawn.edges {
        if let (Some(from), Some(to)) = (places.get(edge.from), places.get(edge.to)) {
            svg.push_str(&path(*edge, (*from, *to)));
        }
    }
    for (n, (one, at)) in drawn.boxes.iter().zip(&places).enumerate() {
        svg.push_str(&one.draw(n, *at));
    }
    format!(
        "<h2 id=\"picture\">What is touched</h2>\n\
         <p class=\"legend\">Thick: has steps. Dashed: values follow. Thin: a neighbour{}. \
         Lines go left to what is needed; green is new, red and dashed goes.</p>\n\
         <div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"picture\">\n\
         <svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"group\" aria-labelledby=\"picture\">\n{svg}</svg></div>\n{}",
        left_out(graph),
        list(graph),
    )
}

/// What is drawn: entities, those that are alike and have the same relations in one box.
struct Drawn {
    boxes: Vec<Box>,
    edges: Vec<Line>,
}

/// A box of a picture.
struct Box {
    touched: Touched,
    mark: char,
    kind: String,
    names: Vec<String>,
    /// The step that it leads to.
    step: Option<u32>,
}

/// A line between two boxes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Line {
    from: usize,
    to: usize,
    there: There,
}

impl Drawn {
    fn of(plan: &PlanFile, graph: &Graph) -> Self {
        let mut relations: Vec<BTreeSet<String>> = vec![BTreeSet::new(); graph.nodes.len()];
        for edge in &graph.edges {
            for (own, other, way) in [(edge.from, edge.to, '>'), (edge.to, edge.from, '<')] {
                if let Some(known) = relations.get_mut(size(own)) {
                    known.insert(format!("{way}{other} {:?} {}", edge.there, edge.relation));
                }
            }
        }
        let marks: BTreeMap<u32, char> = plan
            .steps
            .iter()
            .map(|step| (step.number, glyph(step)))
            .collect();
        let mut boxes: Vec<Box> = Vec::new();
        let mut alike = BTreeMap::new();
        let mut times: BTreeMap<_, usize> = BTreeMap::new();
        let keys: Vec<_> = graph
            .nodes
            .iter()
            .zip(&relations)
            .map(|(node, own)| {
                let marks = node.steps.iter().filter_map(|step| marks.get(step));
                let mark = match node.touched {
                    Touched::Steps => worst(marks.copied()),
                    Touched::Values => '~',
                    Touched::Neighbour => ' ',
                };
                (&node.blueprint, node.touched, mark, own)
            })
            .collect();
        for key in &keys {
            *times.entry(key).or_default() += 1;
        }
        let mut of = Vec::with_capacity(keys.len());
        for (node, key) in graph.nodes.iter().zip(&keys) {
            let new = boxes.len();
            let is_many = times.get(key).is_some_and(|times| *times > TOGETHER);
            let at = if is_many {
                *alike.entry(key).or_insert(new)
            } else {
                new
            };
            of.push(at);
            if let Some(one) = boxes.get_mut(at) {
                one.names.push(node.entity.clone());
            } else {
                boxes.push(Box {
                    touched: key.1,
                    mark: key.2,
                    kind: node.blueprint.clone(),
                    names: vec![node.entity.clone()],
                    step: node.steps.first().copied(),
                });
            }
        }
        let place = |node: u32| of.get(size(node)).copied();
        let lines = graph.edges.iter().filter_map(|edge| {
            Some(Line {
                from: place(edge.from)?,
                to: place(edge.to)?,
                there: edge.there,
            })
        });
        let lines: BTreeSet<Line> = lines.collect();
        Self {
            boxes,
            edges: lines.into_iter().collect(),
        }
    }
}

impl Box {
    fn draw(&self, n: usize, at: Place) -> String {
        let touched = match self.touched {
            Touched::Steps => "steps",
            Touched::Values => "values",
            Touched::Neighbour => "neighbour",
        };
        let first = self.names.first().map(|name| safe(name));
        let (name, kind) = match (first, self.names.len()) {
            (first, 0 | 1) => (
                first.unwrap_or_default().into_owned(),
                safe(&self.kind).into_owned(),
            ),
            (first, all) => (
                format!("{} {}", number(all), plural(&safe(&self.kind))),
                format!("{} ...", first.unwrap_or_default()),
            ),
        };
        let names = names(&self.names, "and");
        let inner = format!(
            "<title>{}</title><rect x=\"{}\" y=\"{}\" width=\"{WIDE}\" height=\"{HIGH}\" rx=\"6\"/>\
             <text class=\"mark\" x=\"{}\" y=\"{}\">{}</text>\
             <text x=\"{}\" y=\"{}\">{}</text><text class=\"kind\" x=\"{}\" y=\"{}\">{}</text>",
            escape(&format!("{} {names}", safe(&self.kind))),
            at.x,
            at.y,
            at.x + 8,
            at.y + 15,
            escape(&self.mark.to_string()),
            at.x + 22,
            at.y + 15,
            escape(&cut(&name, NAME)),
            at.x + 22,
            at.y + 29,
            escape(&cut(&kind, KIND)),
        );
        let class = format!("{touched} {}", look(self.mark));
        match self.step.filter(|_| self.touched != Touched::Neighbour) {
            Some(number) => {
                format!("<a class=\"{class}\" data-node=\"{n}\" href=\"#s{number}\">{inner}</a>\n")
            }
            None => format!("<g class=\"{class}\" data-node=\"{n}\">{inner}</g>\n"),
        }
    }
}

fn left_out(graph: &Graph) -> String {
    match size(graph.left_out) {
        0 => String::new(),
        n => format!("; {} not drawn", count(n, "entity is", "entities are")),
    }
}

/// The mark that a reviewer must see of several.
fn worst(marks: impl Iterator<Item = char>) -> char {
    let rank = |mark: &char| ['!', '-', '+', '~'].iter().position(|one| one == mark);
    marks
        .min_by_key(|mark| rank(mark).unwrap_or(usize::MAX))
        .unwrap_or('~')
}

/// A curve from the left of who needs to the right of what is needed.
fn path(line: Line, (a, b): (Place, Place)) -> String {
    let Line { from, to, there } = line;
    let class = match there {
        There::Both => "is-both",
        There::New => "is-new",
        There::Gone => "is-gone",
    };
    let (x1, y1) = (a.x, a.y + HIGH / 2);
    let (x2, y2) = (b.x + WIDE, b.y + HIGH / 2);
    let half = BETWEEN_COLUMNS / 2;
    format!(
        "<path class=\"{class}\" data-from=\"{from}\" data-to=\"{to}\" \
         d=\"M{x1} {y1}C{} {y1} {} {y2} {x2} {y2}\"/>\n",
        x1.saturating_sub(half),
        x2 + half,
    )
}

/// The relations in words.
fn list(graph: &Graph) -> String {
    let mut items = String::new();
    for edge in &graph.edges {
        let node = |at: u32| graph.nodes.get(size(at)).map(|node| escape(&node.entity));
        if let (Some(from), Some(to)) = (node(edge.from), node(edge.to)) {
            let there = match edge.there {
                There::Both => "",
                There::New => " (new)",
                There::Gone => " (goes)",
            };
            let relation = escape(&edge.relation);
            // Writing to a String cannot fail.
            let _ = writeln!(
                items,
                "<li><code>{from}</code> {relation} <code>{to}</code>{there}</li>"
            );
        }
    }
    let relations = count(graph.edges.len(), "relation", "relations");
    format!("<details><summary>{relations} as a list</summary>\n<ul>\n{items}</ul></details>\n")
}

/// The place of each node, and the size of the picture.
fn layout(graph: &Drawn) -> (Vec<Place>, usize, usize) {
    let layers = layers(graph.boxes.len(), &graph.edges);
    let mut columns: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (node, layer) in layers.iter().enumerate() {
        columns.entry(*layer).or_default().push(node);
    }
    let mut rank = vec![0_usize; graph.boxes.len()];
    let mut places = vec![Place::default(); graph.boxes.len()];
    let (mut x, mut deepest) = (BETWEEN_ROWS, 0);
    for nodes in columns.values_mut() {
        nodes.sort_by_key(|node| (middle(graph, *node, &rank), *node));
        for (at, node) in nodes.iter().enumerate() {
            if let Some(rank) = rank.get_mut(*node) {
                *rank = at;
            }
        }
        for column in nodes.chunks(ROWS) {
            for (row, node) in column.iter().enumerate() {
                let y = BETWEEN_ROWS + row * (HIGH + BETWEEN_ROWS);
                deepest = deepest.max(y + HIGH);
                if let Some(place) = places.get_mut(*node) {
                    *place = Place { x, y };
                }
            }
            x += WIDE + BETWEEN_COLUMNS;
        }
    }
    let width = x.saturating_sub(BETWEEN_COLUMNS) + BETWEEN_ROWS;
    (places, width, deepest + BETWEEN_ROWS)
}

/// Where the middle of what a node needs stands, so that lines cross little.
fn middle(graph: &Drawn, node: usize, rank: &[usize]) -> usize {
    let needed = graph.edges.iter().filter(|edge| edge.from == node);
    let ranks: Vec<usize> = needed
        .filter_map(|edge| rank.get(edge.to).copied())
        .collect();
    if ranks.is_empty() {
        return 0;
    }
    ranks.iter().sum::<usize>() * 16 / ranks.len()
}

/// The layer of each node: one more than the deepest of what it needs. Where nodes need each other
/// in a circle, the first of them stands as if what is left open were not there.
fn layers(n: usize, edges: &[Line]) -> Vec<usize> {
    let mut layers: Vec<Option<usize>> = vec![None; n];
    let mut needs: Vec<Vec<usize>> = vec![Vec::new(); n];
    for edge in edges {
        if let Some(own) = needs.get_mut(edge.from) {
            own.push(edge.to);
        }
    }
    loop {
        let settled = layers.clone();
        let layer_of = |node: usize| settled.get(node).copied().flatten();
        let is_open = |node: &usize| layer_of(*node).is_none();
        let open: Vec<usize> = (0..n).filter(is_open).collect();
        let Some(first) = open.first() else {
            break;
        };
        let own = |node: usize| needs.get(node).map(Vec::as_slice).unwrap_or_default();
        let is_ready = |node: &usize| {
            own(*node)
                .iter()
                .all(|to| to == node || layer_of(*to).is_some())
        };
        let mut ready: Vec<usize> = open.iter().copied().filter(is_ready).collect();
        if ready.is_empty() {
            ready.push(*first);
        }
        for node in ready {
            let deepest = own(node).iter().filter_map(|to| layer_of(*to)).max();
            if let Some(layer) = layers.get_mut(node) {
                *layer = Some(deepest.map_or(0, |deepest| deepest + 1));
            }
        }
    }
    layers.into_iter().map(Option::unwrap_or_default).collect()
}

#[cfg(test)]
mod tests {
    use super::{Line, layers};
    use crate::plan::file::graph::There;

    #[test]
    fn what_is_needed_stands_left_also_in_a_circle() {
        let there = There::Both;
        let lines = [(0, 1), (1, 2), (3, 4), (4, 3), (5, 5), (0, 2)];
        let lines = lines.map(|(from, to)| Line { from, to, there });
        assert_eq!(layers(6, &lines), [2, 1, 0, 0, 1, 0]);
    }
}

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
use super::super::layers::{BETWEEN_COLUMNS, HIGH, Need, Place, WIDE, curve, layout};
use super::super::plan_rights::plural;
use super::super::plan_steps::glyph;
use super::super::words::{count, cut, names, number, safe, size};
use super::look;

/// The columns of a name.
const NAME: usize = 21;
/// The columns of a kind, which is in smaller letters.
const KIND: usize = 26;
/// How many entities that are alike have a box each.
const TOGETHER: usize = 5;

/// The picture and the list, or nothing where a plan has none.
pub(super) fn picture(plan: &PlanFile) -> String {
    let Some(graph) = plan.graph.as_ref().filter(|graph| !graph.nodes.is_empty()) else {
        return String::new();
    };
    let drawn = Drawn::of(plan, graph);
    let needs: Vec<Need> = drawn
        .edges
        .iter()
        .map(|edge| (edge.from, edge.to))
        .collect();
    let (places, width, height) = layout(drawn.boxes.len(), &needs, BETWEEN_COLUMNS);
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

/// A curve from who needs to what is needed.
fn path(line: Line, places: (Place, Place)) -> String {
    let Line { from, to, there } = line;
    let class = match there {
        There::Both => "is-both",
        There::New => "is-new",
        There::Gone => "is-gone",
    };
    let curve = curve(places, BETWEEN_COLUMNS);
    format!("<path class=\"{class}\" data-from=\"{from}\" data-to=\"{to}\" d=\"{curve}\"/>\n")
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

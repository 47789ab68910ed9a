//! Entities and their relations: a table, JSON, and pictures as text for other tools or as SVG.
//!
//! In: a [`Picture`], which the commands fill, as large as its format bears. Out: text. What is left
//! out is said in each of the formats. JSON is of version 1, a format that only grows.

use serde::Serialize;

use super::listing::push_errors;
use super::paint::{Color, Style};
use super::table::{Align, Table};
use super::words::{count, is_or_are, leading, push_line, safe};

mod dot;
mod folded;
mod mermaid;
mod svg;

pub use dot::picture_dot;
pub use mermaid::picture_mermaid;
pub use svg::picture_svg;

/// Entities and their relations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Picture {
    /// The version of the format.
    pub version: u32,
    /// What it is about, in words: `Component CartService and what lies around it`.
    pub about: String,
    /// The entities: the nearest first.
    pub nodes: Vec<Node>,
    /// The relations between them.
    pub edges: Vec<Line>,
    /// How many entities more there would be.
    pub left_out: usize,
    /// How many relations more there would be between these entities.
    pub left_out_edges: usize,
    /// How many errors the catalog has.
    pub errors: usize,
    /// What can be done now, for people.
    #[serde(skip)]
    pub next: String,
}

/// An entity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Node {
    /// Its kind.
    pub blueprint: String,
    /// Its name.
    pub identifier: String,
    /// How many relations lie between it and what was asked for; none where nothing was.
    pub distance: Option<usize>,
}

/// A relation: the first has it, and points at the second.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Who has it: the place of a node, from 0.
    pub from: usize,
    /// What it points at.
    pub to: usize,
    /// Its name.
    pub relation: String,
}

impl Picture {
    /// What is not in it, in words; nothing where all is.
    fn cut(&self) -> Option<String> {
        let (nodes, edges) = (self.left_out, self.left_out_edges);
        let entities = count(nodes, "entity", "entities");
        let relations = count(edges, "relation", "relations");
        match (nodes, edges) {
            (0, 0) => None,
            (_, 0) => Some(format!("{entities} more {} left out", is_or_are(nodes))),
            (0, _) => Some(format!("{relations} more {} left out", is_or_are(edges))),
            _ => Some(format!("{entities} and {relations} more are left out")),
        }
    }
}

/// The relations as a table.
pub fn picture_text(picture: &Picture, color: Color) -> String {
    let mut out = String::new();
    let first = format!(
        "{}: {}, {}",
        safe(&picture.about),
        count(picture.nodes.len(), "entity", "entities"),
        count(picture.edges.len(), "relation", "relations")
    );
    push_line(&mut out, &color.paint(&[Style::Bold], &leading(&first)));
    let name = |at: usize| {
        let node = picture.nodes.get(at);
        node.map_or_else(String::new, |it| {
            format!("{}/{}", it.blueprint, it.identifier)
        })
    };
    let mut table = Table::new(&[
        ("entity", Align::Left),
        ("relation", Align::Left),
        ("to", Align::Left),
    ]);
    for edge in &picture.edges {
        let from = leading(&name(edge.from)).into_owned();
        table.row([from, edge.relation.clone(), name(edge.to)]);
    }
    if picture.edges.is_empty() {
        for node in &picture.nodes {
            let name = format!("{}/{}", node.blueprint, node.identifier);
            push_line(&mut out, &format!("    {}", safe(&name)));
        }
    } else {
        out.push_str(&table.text());
    }
    if let Some(cut) = picture.cut() {
        push_line(&mut out, &format!("{} {cut}", color.glyph('!')));
    }
    push_errors(&mut out, picture.errors, color);
    push_line(&mut out, &format!("next: {}", safe(&picture.next)));
    out
}

/// The same as JSON of two blanks a level, with a line end.
pub fn picture_json(picture: &Picture) -> String {
    super::json::document(picture)
}

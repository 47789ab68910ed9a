//! A picture for Graphviz: `catalogc graph --format dot | dot -Tsvg`.
//!
//! Nodes have names of our own, so that no name of a catalog is a word of the language; labels are
//! strings in quotes, in which Graphviz reads backslashes and entities of HTML.

use super::Picture;
use crate::render::words::safe;

/// The picture in the language of Graphviz.
pub fn picture_dot(picture: &Picture) -> String {
    let mut out = String::from(
        "digraph catalog {\n  rankdir=RL;\n  node [shape=box, fontname=\"monospace\"];\n  edge [fontname=\"monospace\", fontsize=10];\n",
    );
    out.push_str(&format!("  label={};\n", string(&picture.about)));
    for (n, node) in picture.nodes.iter().enumerate() {
        let label = format!(
            "\"{}\\n{}\"",
            inner(&node.blueprint),
            inner(&node.identifier)
        );
        let style = match node.distance {
            Some(0) => ", penwidth=3",
            _ => "",
        };
        out.push_str(&format!("  n{n} [label={label}{style}];\n"));
    }
    for edge in &picture.edges {
        let (from, to) = (edge.from, edge.to);
        let label = string(&edge.relation);
        out.push_str(&format!("  n{from} -> n{to} [label={label}];\n"));
    }
    if let Some(cut) = picture.cut() {
        out.push_str(&format!(
            "  left_out [shape=plaintext, label={}];\n",
            string(&cut)
        ));
    }
    out.push_str("}\n");
    out
}

fn string(text: &str) -> String {
    format!("\"{}\"", inner(text))
}

/// A text between quotes: one line, in which nothing is a command.
fn inner(text: &str) -> String {
    let text = safe(text);
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '"' => out.push_str("\\\""),
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            c => out.push(c),
        }
    }
    out
}

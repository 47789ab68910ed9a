//! A picture in Markdown: forges and wikis draw a fence of the language `mermaid`.
//!
//! Nodes have names of our own, for `end` and others are words of the language. In a label every sign
//! that is no letter, digit or plain mark is its number: neither a quote, nor a directive, nor HTML,
//! nor Markdown can come from a name.

use super::Picture;
use crate::render::words::safe;

/// The picture in the language of Mermaid.
pub fn picture_mermaid(picture: &Picture) -> String {
    let mut out = String::from("flowchart RL\n");
    for (n, node) in picture.nodes.iter().enumerate() {
        let (kind, name) = (label(&node.blueprint), label(&node.identifier));
        out.push_str(&format!("  n{n}[\"{kind}<br>{name}\"]\n"));
        if node.distance == Some(0) {
            out.push_str(&format!("  style n{n} stroke-width:3px\n"));
        }
    }
    for edge in &picture.edges {
        let (from, to) = (edge.from, edge.to);
        let relation = label(&edge.relation);
        out.push_str(&format!("  n{from} -->|\"{relation}\"| n{to}\n"));
    }
    if let Some(cut) = picture.cut() {
        out.push_str(&format!("  cut[\"{}\"]\n", label(&cut)));
    }
    out
}

fn label(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in safe(text).chars() {
        if c.is_alphanumeric() || matches!(c, ' ' | '_' | '-' | '.' | ',' | '/' | '+') {
            out.push(c);
        } else {
            out.push_str(&format!("#{};", u32::from(c)));
        }
    }
    // A label cannot be empty.
    if out.trim().is_empty() {
        out.push_str("#8203;");
    }
    out
}

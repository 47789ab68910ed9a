//! What of a list or mapping is written in it, and what comes from elsewhere.
//!
//! In: a node and the text. Out: its parts with their bytes, from the key or dash to the end of
//! the value. An alias has the place of what it names, so that its own bytes are looked up.

use crate::edit::sheet::Sheet;
use crate::syntax::{Entry, Node};

/// Where a part comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// It is written there.
    Own,
    /// An alias is.
    Alias,
    /// Nothing is: the value is absent.
    Absent,
}

/// A key with its value, or an element of a list.
#[derive(Debug, Clone, Copy)]
pub(super) struct Item {
    /// Its number among the parts of the node.
    pub(super) number: usize,
    /// Where the key begins, or the dash, or the element of a list in brackets.
    pub(super) start: usize,
    /// Where its value may begin: behind the colon or the dash.
    pub(super) value: usize,
    /// Where it ends.
    pub(super) end: usize,
    pub(super) origin: Origin,
}

/// The parts of a node that are written in it, in their order; nothing where they are not plain
/// to see.
pub(super) fn items(sheet: &Sheet<'_>, node: &Node) -> Option<Vec<Item>> {
    if let Some(entries) = node.as_mapping() {
        let mut sorted: Vec<(usize, &Entry)> = entries.iter().enumerate().collect();
        sorted.sort_by_key(|(_, entry)| entry.key.span.start);
        let mut items: Vec<Item> = Vec::new();
        for (number, entry) in sorted {
            let key = entry.key.span;
            // What a merge brings stands before, or within another value of the same mapping.
            let done = items
                .last()
                .map_or(node.span.start as usize, |last| last.end);
            if (key.start as usize) < done || key.end > node.span.end {
                continue;
            }
            let value = colon(sheet, key.end as usize)?;
            let origin = match entry.node.span {
                span if span == key => Origin::Absent,
                span if span.start < key.end => Origin::Alias,
                _ => Origin::Own,
            };
            items.push(item(
                sheet,
                &entry.node,
                number,
                (key.start as usize, value),
                origin,
            )?);
        }
        return Some(items);
    }
    let nodes = node.as_sequence()?;
    if sheet.is_flow(node) {
        let mut done = node.span.start as usize + 1;
        let mut items = Vec::new();
        for (number, node) in nodes.iter().enumerate() {
            let start = node.span.start as usize;
            if start < done {
                return None;
            }
            let item = item(sheet, node, number, (start, start), Origin::Own)?;
            done = item.end;
            items.push(item);
        }
        return Some(items);
    }
    dashed(sheet, node, nodes)
}

/// The elements of a list with dashes.
fn dashed(sheet: &Sheet<'_>, list: &Node, nodes: &[Node]) -> Option<Vec<Item>> {
    let mut at = first_dash(sheet, list)?;
    let indent = sheet.indent(at);
    let mut items: Vec<Item> = Vec::new();
    for (number, node) in nodes.iter().enumerate() {
        if number > 0 {
            at = next_dash(sheet, at, &indent)?;
        }
        if !sheet.slice(at, at + 1).starts_with('-') {
            return None;
        }
        let after = items.last().map_or(0, |last| last.end);
        let origin = match node.span.start as usize {
            _ if sheet
                .slice(at + 1, sheet.line_end(at))
                .trim_start()
                .starts_with('*') =>
            {
                Origin::Alias
            }
            start if start < at || start < after => return None,
            _ if node.is_null() && node.span.start == node.span.end => Origin::Absent,
            _ => Origin::Own,
        };
        let item = item(sheet, node, number, (at, at + 1), origin)?;
        at = item.end.max(at + 1);
        items.push(item);
    }
    Some(items)
}

/// The dash of a list's first element: a list may begin there or behind it.
pub(super) fn first_dash(sheet: &Sheet<'_>, list: &Node) -> Option<usize> {
    let start = list.span.start as usize;
    let first = list.as_sequence()?.first()?;
    let rest = sheet.text.get(start..)?;
    let is_dash = rest.starts_with('-')
        && rest
            .get(1..)
            .is_some_and(|it| it.is_empty() || it.starts_with(char::is_whitespace));
    if is_dash && first.span.start as usize != start {
        return Some(start);
    }
    let before = sheet.slice(0, start).trim_end();
    before.ends_with('-').then(|| before.len() - 1)
}

/// The next dash below a list's first one.
fn next_dash(sheet: &Sheet<'_>, from: usize, indent: &str) -> Option<usize> {
    let mut line = sheet.next_line(from);
    while line < sheet.text.len() {
        let text = sheet.slice(line, sheet.line_end(line));
        if let Some(rest) = text.strip_prefix(indent)
            && rest.starts_with('-')
            && rest
                .get(1..)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
        {
            return Some(line + indent.len());
        }
        let content = text.trim();
        if !content.is_empty() && !content.starts_with('#') {
            return None;
        }
        line = sheet.next_line(line);
    }
    None
}

fn item(
    sheet: &Sheet<'_>,
    node: &Node,
    number: usize,
    (start, value): (usize, usize),
    origin: Origin,
) -> Option<Item> {
    let end = match origin {
        Origin::Own => end(sheet, node)?,
        Origin::Alias => {
            let rest = sheet.text.get(value..)?;
            let at = value + rest.len() - rest.trim_start().len();
            let name = sheet.text.get(at..)?;
            name.strip_prefix('*')?;
            at + name
                .find(|c: char| c.is_whitespace() || matches!(c, ',' | ']' | '}' | '['))
                .unwrap_or(name.len())
        }
        Origin::Absent => value,
    };
    Some(Item {
        number,
        start,
        value,
        end,
        origin,
    })
}

/// Where a value ends, without the comments behind it.
pub(super) fn end(sheet: &Sheet<'_>, node: &Node) -> Option<usize> {
    let (start, end) = (node.span.start as usize, node.span.end as usize);
    let is_collection = node.as_mapping().is_some() || node.as_sequence().is_some();
    if is_collection && !sheet.is_flow(node) {
        return match items(sheet, node)?.last() {
            Some(last) => Some(last.end),
            // All of it is merged.
            None => Some(sheet.line_end(start)),
        };
    }
    let written = sheet.text.get(start..end)?;
    Some(start + written.trim_end().len())
}

/// Where the sign of a block scalar stands, whose value has the place of its lines alone.
pub(super) fn sign(sheet: &Sheet<'_>, item: &Item, node: &Node) -> Option<usize> {
    let head = sheet.line_end(item.value);
    node.as_str()?;
    if item.origin != Origin::Own || node.span.start as usize <= head {
        return None;
    }
    let line = sheet.slice(item.value, head);
    let before = line
        .find(" #")
        .and_then(|end| line.get(..end))
        .unwrap_or(line);
    let token = before.split_whitespace().next_back()?;
    let at = before.rfind(token)?;
    token.starts_with(['|', '>']).then_some(item.value + at)
}

/// Where the value of a key may begin: behind its colon.
fn colon(sheet: &Sheet<'_>, key_end: usize) -> Option<usize> {
    let rest = sheet.text.get(key_end..)?;
    let mut at = key_end + rest.len() - rest.trim_start().len();
    // Behind a key with a question mark the colon stands in a line of its own.
    while sheet.text.get(at..)?.starts_with('#') {
        at = sheet.next_line(at);
        let rest = sheet.text.get(at..)?;
        at += rest.len() - rest.trim_start().len();
    }
    sheet.text.get(at..)?.starts_with(':').then_some(at + 1)
}

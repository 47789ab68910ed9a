//! Adds a key to a mapping, or an element to a list, behind those that are there.
//!
//! In: the list or mapping. Out: the ways to write the new part, the best first: indented and
//! separated as its neighbours are.

use serde_json::Value as Json;

use crate::edit::Form;
use crate::edit::own::{Item, items};
use crate::edit::put;
use crate::edit::reach::Seat;
use crate::edit::sheet::Sheet;
use crate::edit::words::{self, Around};
use crate::syntax::Node;
use crate::text::Splice;

/// A key that a mapping has not.
pub(super) fn key(
    sheet: &Sheet<'_>,
    holder: &Seat<'_>,
    name: &str,
    value: &Json,
) -> Vec<Vec<Splice>> {
    let whole = Json::Object([(name.to_owned(), value.clone())].into_iter().collect());
    if holder.node.is_null() {
        return put::ways(sheet, holder, &whole);
    }
    let Some(all) = items(sheet, holder.node) else {
        return Vec::new();
    };
    if sheet.is_flow(holder.node) {
        let key = words::key(sheet.form, Around::Flow, name);
        let colon = colon(sheet, holder.node, all.last());
        return flow(sheet, holder, &all, &|indent| match indent {
            None => format!("{key}{colon}{}", words::flow(sheet.form, value)),
            Some(indent) => format!("{key}{colon}{}", words::spread(sheet, value, indent)),
        });
    }
    let first = holder.node.span.start as usize;
    let indent = sheet.indent(first);
    let newline = sheet.newline;
    let lines = words::block(sheet, &whole, &indent).join(newline);
    let end = all.last().map_or(first, |last| last.end);
    let end = sheet.line_end(end);
    vec![
        vec![Splice::new(end, end, format!("{newline}{lines}"))],
        vec![Splice::new(
            first,
            first,
            format!("{}{newline}{indent}", lines.trim_start()),
        )],
    ]
}

/// An element behind the others of a list.
pub(super) fn element(
    sheet: &Sheet<'_>,
    holder: &Seat<'_>,
    value: &Json,
) -> Result<Vec<Vec<Splice>>, crate::edit::Refused> {
    let place = || sheet.merged(holder.node.span);
    let all = items(sheet, holder.node).ok_or_else(place)?;
    let old = all.last().map_or("", |last| {
        let written = sheet.slice(last.value, last.end).trim_start();
        if written.starts_with(['"', '\'']) {
            written
        } else {
            ""
        }
    });
    if sheet.is_flow(holder.node) {
        return Ok(flow(sheet, holder, &all, &|indent| match (value, indent) {
            (Json::Array(_) | Json::Object(_), Some(indent)) if sheet.form == Form::Json => {
                words::spread(sheet, value, indent)
            }
            (Json::Array(_) | Json::Object(_), _) => words::flow(sheet.form, value),
            _ => quoted(sheet, Around::Flow, old, value),
        }));
    }
    let Some(last) = all.last() else {
        return Ok(Vec::new());
    };
    let indent = sheet.indent(last.start);
    let lines = if value.is_array() || value.is_object() {
        words::dashed(sheet, value, &indent).join(sheet.newline)
    } else {
        format!("{indent}- {}", quoted(sheet, Around::Block, old, value))
    };
    let end = sheet.line_end(last.end);
    let text = format!("{}{lines}", sheet.newline);
    Ok(vec![vec![Splice::new(end, end, text)]])
}

/// A scalar in the quotes of its neighbour.
fn quoted(sheet: &Sheet<'_>, around: Around, old: &str, value: &Json) -> String {
    let mut ways = words::scalars(sheet.form, around, old, value).into_iter();
    ways.next().unwrap_or_default()
}

/// What stands between a key and its value.
fn colon<'t>(sheet: &Sheet<'t>, mapping: &Node, last: Option<&Item>) -> &'t str {
    let entry = last.and_then(|last| mapping.as_mapping()?.get(last.number));
    let between =
        entry.map(|entry| sheet.slice(entry.key.span.end as usize, entry.node.span.start as usize));
    let is_plain = |between: &&str| between.trim() == ":" && !between.contains('\n');
    between.filter(is_plain).unwrap_or(": ")
}

/// A part behind the others in brackets. `part` is it on one line, or on several lines of which the
/// later ones are indented.
fn flow(
    sheet: &Sheet<'_>,
    seat: &Seat<'_>,
    all: &[Item],
    part: &dyn Fn(Option<&str>) -> String,
) -> Vec<Vec<Splice>> {
    let newline = sheet.newline;
    let (open, close) = (
        seat.node.span.start as usize,
        (seat.node.span.end as usize).saturating_sub(1),
    );
    let Some(last) = all.last() else {
        let inside = sheet.slice(open + 1, close);
        if !inside.trim().is_empty() {
            // Only a merge stands there.
            let at = open + 1 + inside.trim_end().len();
            return vec![vec![Splice::new(at, at, format!(", {}", part(None)))]];
        }
        let line = seat.item.map_or(open, |item| item.start);
        if sheet.form == Form::Json && sheet.is_first(line) {
            let own = sheet.indent_of_line(line);
            let inner = format!("{own}{}", sheet.unit);
            let text = format!("{newline}{inner}{}{newline}{own}", part(Some(&inner)));
            return vec![vec![Splice::new(open + 1, close, text)]];
        }
        return vec![vec![Splice::new(open + 1, close, part(None))]];
    };
    let behind = sheet.slice(last.end, close);
    let comma = behind.trim_start().starts_with(',');
    let comma = comma.then(|| last.end + behind.find(',').unwrap_or_default() + 1);
    if sheet.is_first(last.start) && sheet.line_start(last.start) > open {
        let indent = sheet.indent(last.start);
        let spread = (sheet.form == Form::Json).then_some(indent.as_str());
        let line = sheet.line_end(comma.unwrap_or(last.end));
        // The bracket may close on the line of the last part.
        let line = line.min(close);
        let text = part(spread);
        let end = if comma.is_some() { "," } else { "" };
        let mut splices = vec![Splice::new(
            line,
            line,
            format!("{newline}{indent}{text}{end}"),
        )];
        if comma.is_none() {
            splices.insert(0, Splice::new(last.end, last.end, ","));
        }
        return vec![splices];
    }
    let before = all.len().checked_sub(2).and_then(|at| all.get(at));
    let is_tight = sheet.form == Form::Json && !sheet.text.contains("\": ");
    let usual = if is_tight { "," } else { ", " };
    let between = before.map_or(usual, |before| sheet.slice(before.end, last.start));
    let is_plain = between.trim() == "," && !between.contains('\n');
    let between = if is_plain { between } else { usual };
    vec![vec![Splice::new(
        last.end,
        last.end,
        format!("{between}{}", part(None)),
    )]]
}

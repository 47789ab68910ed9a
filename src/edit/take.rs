//! Takes a key or an element out, with its own comment and with nothing else.
//!
//! In: where it sits. Out: the ways to take it out, the best first. It is never the only one.

use crate::edit::own::Item;
use crate::edit::reach::Seat;
use crate::edit::sheet::{Sheet, is_blank};
use crate::text::Splice;

/// The ways to take what sits there out.
pub(super) fn ways(sheet: &Sheet<'_>, seat: &Seat<'_>) -> Vec<Vec<Splice>> {
    let (Some(item), Some((around, all))) = (seat.item, &seat.around) else {
        return Vec::new();
    };
    let at = all.iter().position(|other| other.start == item.start);
    let at = at.unwrap_or_default();
    let before = at.checked_sub(1).and_then(|at| all.get(at));
    let next = all.get(at + 1);
    if sheet.is_flow(around) {
        return flow(
            sheet,
            &item,
            before,
            next,
            (around.span.end as usize).saturating_sub(1),
        );
    }
    if sheet.is_first(item.start) {
        let is_head = before.is_none() && is_root(sheet, around.span.start);
        return vec![vec![lines(sheet, &item, is_head)]];
    }
    // It stands behind a dash: what follows comes in its place.
    let Some(next) = next else {
        return Vec::new();
    };
    let between = sheet.slice(item.end, next.start);
    let has_comment = between.lines().skip(1).any(|line| line.contains('#'));
    if has_comment {
        return Vec::new();
    }
    vec![vec![Splice::new(item.start, next.start, "")]]
}

/// Whether a mapping is a whole document: a comment above its first key is about the document.
fn is_root(sheet: &Sheet<'_>, start: u32) -> bool {
    let mut documents = sheet.documents.iter();
    documents.any(|document| document.root.span.start == start)
}

/// The lines of a part, with the comment lines right above it.
fn lines(sheet: &Sheet<'_>, item: &Item, is_head: bool) -> Splice {
    let indent = sheet.indent(item.start);
    let mut start = sheet.line_start(item.start);
    while !is_head && let Some(above) = start.checked_sub(1) {
        let line = sheet.line_start(above);
        let text = sheet.slice(line, above);
        let own = text.strip_prefix(indent.as_str());
        if line >= start || !own.is_some_and(|text| text.starts_with('#')) {
            break;
        }
        start = line;
    }
    let end = sheet.next_line(item.end);
    let is_last_line = end == sheet.text.len() && !sheet.text.ends_with('\n');
    // A file without a line end at its end has none afterwards, and no empty lines there.
    let line_end = if is_last_line {
        let before = sheet.slice(0, start);
        before.len() - before.trim_end_matches(['\n', '\r']).len()
    } else {
        0
    };
    Splice::new(start - line_end, end, "")
}

fn flow(
    sheet: &Sheet<'_>,
    item: &Item,
    before: Option<&Item>,
    next: Option<&Item>,
    close: usize,
) -> Vec<Vec<Splice>> {
    let rest = sheet.slice(item.end, close);
    let comma = rest
        .trim_start()
        .starts_with(',')
        .then(|| item.end + rest.find(',').unwrap_or_default() + 1);
    let end = comma.unwrap_or(item.end);
    let behind = sheet.slice(end, sheet.line_end(end).min(close));
    let behind = behind.trim_start_matches(is_blank);
    let is_alone = sheet.is_first(item.start)
        && (behind.is_empty() || behind.starts_with('#'))
        && sheet.line_end(end) <= close;
    let own = if is_alone {
        lines(sheet, item, false)
    } else {
        match (next, before) {
            (Some(next), _) => Splice::new(item.start, next.start, ""),
            (None, Some(before)) => {
                return vec![vec![Splice::new(before.end, item.end, "")]];
            }
            (None, None) => return Vec::new(),
        }
    };
    let mut splices = vec![own];
    // The last one leaves no comma behind, unless one stood behind itself.
    if let (None, None, Some(before)) = (next, comma, before) {
        let between = sheet.slice(before.end, item.start);
        if let Some(at) = between.find(',') {
            let at = before.end + at;
            splices.insert(0, Splice::new(at, at + 1, ""));
        }
    }
    vec![splices]
}

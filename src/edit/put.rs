//! Writes a value in the place of another one.
//!
//! In: where the old value sits, and the new one. Out: the ways to write it, the best first: in
//! the same quotes, with the comment behind it in the same column.

use serde_json::Value as Json;

use crate::edit::Form;
use crate::edit::own::{self, Origin};
use crate::edit::reach::Seat;
use crate::edit::sheet::Sheet;
use crate::edit::words::{self, Around};
use crate::text::Splice;

/// The ways to write `value` in a seat.
pub(super) fn ways(sheet: &Sheet<'_>, seat: &Seat<'_>, value: &Json) -> Vec<Vec<Splice>> {
    let Some((start, end)) = place(sheet, seat) else {
        return Vec::new();
    };
    let is_block = is_block(sheet, seat);
    if !value.is_array() && !value.is_object() {
        return scalars(sheet, seat, (start, end), value, is_block);
    }
    let mut ways = Vec::new();
    let was_flow = sheet.is_flow(seat.node) && !is_block;
    let one_line = words::flow(sheet.form, value);
    if sheet.form == Form::Json || seat.is_in_flow || was_flow {
        let indent = sheet.indent_of_line(start);
        let spread = words::spread(sheet, value, &indent);
        let is_spread = sheet.slice(start, end).contains('\n');
        let (first, second) = if is_spread && sheet.form == Form::Json {
            (spread, one_line)
        } else {
            (one_line, spread)
        };
        ways.push(inline(sheet, seat, (start, end), &first, is_block));
        ways.push(inline(sheet, seat, (start, end), &second, is_block));
        return ways;
    }
    let short = inline(sheet, seat, (start, end), &one_line, is_block);
    let long = block(sheet, seat, (start, end), value, is_block);
    if words::is_on_one_line(value) && !is_block {
        ways.push(short);
        ways.extend(long);
    } else {
        ways.extend(long);
        ways.push(short);
    }
    ways
}

/// Whether the old value is a list or mapping without brackets.
fn is_block(sheet: &Sheet<'_>, seat: &Seat<'_>) -> bool {
    let is_collection = seat.node.as_mapping().is_some() || seat.node.as_sequence().is_some();
    let is_own = seat.item.is_none_or(|item| item.origin == Origin::Own);
    is_own && is_collection && !sheet.is_flow(seat.node)
}

/// The bytes of the old value.
fn place(sheet: &Sheet<'_>, seat: &Seat<'_>) -> Option<(usize, usize)> {
    let Some(item) = seat.item else {
        return Some((seat.node.span.start as usize, own::end(sheet, seat.node)?));
    };
    Some(match item.origin {
        Origin::Own => {
            let sign = own::sign(sheet, &item, seat.node);
            let start = own::first_dash(sheet, seat.node).filter(|_| is_block(sheet, seat));
            let start = sign.or(start).unwrap_or(seat.node.span.start as usize);
            (start, item.end)
        }
        Origin::Alias => {
            let token = sheet.slice(item.value, item.end);
            (item.end - token.trim_start().len(), item.end)
        }
        Origin::Absent => (item.value, item.value),
    })
}

fn scalars(
    sheet: &Sheet<'_>,
    seat: &Seat<'_>,
    (start, end): (usize, usize),
    value: &Json,
    is_block: bool,
) -> Vec<Vec<Splice>> {
    let around = if seat.is_in_flow {
        Around::Flow
    } else {
        Around::Block
    };
    let old = sheet.slice(start, end);
    let mut ways = Vec::new();
    if let Json::String(text) = value
        && around == Around::Block
        && sheet.form == Form::Yaml
    {
        let sign = old.chars().next().filter(|c| matches!(c, '|' | '>'));
        let wants_lines = text.trim_end_matches('\n').contains('\n');
        let is_fit = sign.is_some() || (wants_lines && !old.starts_with(['"', '\'']));
        let signs = match sign {
            Some('>') => vec!['>', '|'],
            _ if is_fit => vec!['|'],
            _ => Vec::new(),
        };
        for sign in signs {
            ways.extend(scroll(sheet, seat, (start, end), sign, text));
        }
    }
    let written = if is_block { "" } else { old };
    for text in words::scalars(sheet.form, around, written, value) {
        ways.push(inline(sheet, seat, (start, end), &text, is_block));
    }
    ways
}

/// A block scalar in the place of the old value.
fn scroll(
    sheet: &Sheet<'_>,
    seat: &Seat<'_>,
    (start, end): (usize, usize),
    sign: char,
    text: &str,
) -> Option<Vec<Splice>> {
    let old = sheet.slice(start, end);
    let was_block = old.starts_with(['|', '>']);
    let head = sheet.line_end(start);
    let old_lines = sheet.slice(head, end).lines().skip(1);
    let first = old_lines.map(str::trim_end).find(|line| !line.is_empty());
    let own = match first {
        Some(line) if was_block => line.chars().take_while(|c| *c == ' ').collect(),
        _ => {
            let key = seat.item.map_or(start, |item| item.start);
            format!("{}{}", sheet.indent(key), sheet.unit)
        }
    };
    let (token, body) = words::scroll(sheet, sign, text, &own)?;
    let newline = sheet.newline;
    if !was_block {
        let is_alone = sheet.slice(end, sheet.line_end(end)).trim().is_empty();
        let gap = if start == end { " " } else { "" };
        return is_alone.then(|| {
            vec![Splice::new(
                start,
                end,
                format!("{gap}{token}{newline}{body}"),
            )]
        });
    }
    let header = sheet.slice(start, head);
    let written = header.split_whitespace().next().unwrap_or_default();
    // The blank lines at its end are a part of it.
    let all = seat.node.span.end as usize;
    let kept = sheet.slice(0, all).strip_suffix('\n').map_or(all, str::len);
    let end = if written.contains('+') { kept } else { end };
    Some(vec![
        Splice::new(start, start + written.len(), token),
        Splice::new(head, end.max(head), format!("{newline}{body}")),
    ])
}

/// Words on one line in the place of the old value.
fn inline(
    sheet: &Sheet<'_>,
    seat: &Seat<'_>,
    (start, end): (usize, usize),
    text: &str,
    is_block: bool,
) -> Vec<Splice> {
    let is_below = |value: usize| sheet.line_start(value) < sheet.line_start(start);
    match seat.item {
        Some(item) if is_block && is_below(item.value) => {
            // A comment behind the key stays there.
            let head = sheet.line_end(item.value);
            return vec![
                Splice::new(item.value, item.value, format!(" {text}")),
                Splice::new(head, sheet.line_end(end), ""),
            ];
        }
        Some(item) if start == end && item.origin == Origin::Absent => {
            let mut splices = vec![Splice::new(start, start, format!(" {text}"))];
            splices.extend(aligned(sheet, end, 0, text.chars().count() + 1));
            return splices;
        }
        _ => {}
    }
    let old = sheet.slice(start, end);
    // Of a block scalar the words come to the line of its sign, before the comment there.
    if old.starts_with(['|', '>']) && old.contains('\n') {
        let sign = old.split_whitespace().next().map_or(0, str::len);
        return vec![
            Splice::new(start, start + sign, text),
            Splice::new(sheet.line_end(start), end, ""),
        ];
    }
    let mut splices = vec![Splice::new(start, end, text)];
    if !old.contains('\n') && !text.contains('\n') {
        splices.extend(aligned(
            sheet,
            end,
            old.chars().count(),
            text.chars().count(),
        ));
    }
    splices
}

/// Blanks more or less before the comment behind a value, where it stands in a column of its own.
fn aligned(sheet: &Sheet<'_>, end: usize, old: usize, new: usize) -> Option<Splice> {
    let rest = sheet.slice(end, sheet.line_end(end));
    let gap = rest.len() - rest.trim_start_matches(' ').len();
    if gap < 2 || !rest.get(gap..)?.starts_with('#') || old == new {
        return None;
    }
    let column = comment_column(sheet, end)?;
    let above = sheet.line_start(end).checked_sub(1);
    let below = Some(sheet.next_line(end)).filter(|at| *at < sheet.text.len());
    let neighbours = [above, below].into_iter().flatten();
    let mut columns = neighbours.filter_map(|at| comment_column(sheet, at));
    // Two blanks are a habit, more of them or a neighbour in the same column are a table.
    if gap == 2 && !columns.any(|other| other == column) {
        return None;
    }
    let wanted = (gap + old).saturating_sub(new).max(1);
    Some(Splice::new(end, end + gap, " ".repeat(wanted)))
}

/// The column of the comment of a line that has something before it.
fn comment_column(sheet: &Sheet<'_>, at: usize) -> Option<usize> {
    let line = sheet.slice(sheet.line_start(at), sheet.line_end(at));
    let hash = line.find(" #")?;
    let before = line.get(..hash)?;
    (!before.trim().is_empty()).then(|| before.chars().count())
}

/// The lines of a block in the place of the old value.
fn block(
    sheet: &Sheet<'_>,
    seat: &Seat<'_>,
    (start, end): (usize, usize),
    value: &Json,
    is_block: bool,
) -> Option<Vec<Splice>> {
    let newline = sheet.newline;
    let Some(item) = seat.item else {
        let lines = words::block(sheet, value, "").join(newline);
        return Some(vec![Splice::new(start, end, lines)]);
    };
    let is_element = seat.around.as_ref()?.0.as_sequence().is_some();
    let indent = sheet.indent(item.start);
    if is_element {
        let lines = words::dashed(sheet, value, &indent).join(newline);
        return Some(vec![Splice::new(item.start, end, lines.trim_start())]);
    }
    let mut lines = words::behind(sheet, "", value, &indent);
    if is_block && lines.len() > 1 {
        // The new lines are indented as the old ones are.
        let inner = sheet.indent(start);
        lines = words::block(sheet, value, &inner);
        let head = sheet.line_end(item.value);
        let body = format!("{newline}{}", lines.join(newline));
        return Some(vec![Splice::new(head, sheet.line_end(end), body)]);
    }
    if lines.len() < 2 {
        return None;
    }
    lines.remove(0);
    let body = format!("{newline}{}", lines.join(newline));
    let is_absent = seat.node.is_null() && start == end;
    let from = if is_absent { start } else { item.value };
    let line = sheet.line_end(end);
    Some(vec![
        Splice::new(from, end, ""),
        Splice::new(line, line, body),
    ])
}

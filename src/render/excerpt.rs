//! A line of source with marks under its characters.
//!
//! In: a line and the marked bytes of it. Out: the line behind its number, and below it carets
//! or dashes with their labels, nothing wider than a screen. Knows neither files nor findings.

use super::paint::Color;
use super::paint::Style;
use super::words::{WIDTH, columns, push_safe, right, wrap};

/// Before the source: two blanks, the number, ` | `.
const NUMBER: usize = 6;
/// What is left for the source.
const ROOM: usize = WIDTH - NUMBER - 3;
/// Stands where a line goes on beyond what is shown.
const MORE: &str = "...";

/// A marked part of a line.
#[derive(Debug, Clone)]
pub(super) struct Mark {
    /// The first byte, in the line.
    pub(super) start: usize,
    /// One past the last byte.
    pub(super) end: usize,
    /// The character that stands under it.
    pub(super) with: char,
    /// Its colours.
    pub(super) styles: &'static [Style],
    /// What stands behind it; already safe to show.
    pub(super) label: String,
}

/// What of a line is on the screen.
struct Window {
    shown: String,
    /// The first byte of each character shown and its column; at the end, one past the last.
    stops: Vec<(usize, usize)>,
}

/// Writes line `number` with `marks`, which stand in the order of their columns. Marks that do
/// not fit on a screen together get the line once each.
pub(super) fn draw(out: &mut String, number: u32, line: &str, marks: &[Mark], color: Color) {
    let together = Window::around(line, marks);
    match together {
        Some(window) => rows(out, number, &window, marks, color),
        None => {
            for mark in marks {
                let alone = std::slice::from_ref(mark);
                if let Some(window) = Window::around(line, alone) {
                    rows(out, number, &window, alone, color);
                }
            }
        }
    }
}

/// Writes a label where there is no line to show.
pub(super) fn draw_label(out: &mut String, label: &str) {
    for line in wrap(label, ROOM, ROOM) {
        row(out, "", &line);
    }
}

fn rows(out: &mut String, number: u32, window: &Window, marks: &[Mark], color: Color) {
    row(out, &number.to_string(), &window.shown);
    for mark in marks {
        let from = window.column(mark.start);
        let to = window.column(mark.end).max(from + 1);
        let line: String = std::iter::repeat_n(mark.with, to - from).collect();
        let indent = " ".repeat(from);
        let painted = color.paint(mark.styles, &line);
        let wide = columns(&mark.label);
        if wide == 0 || to + 1 + wide <= ROOM {
            row(out, "", &format!("{indent}{painted} {}", mark.label));
            continue;
        }
        row(out, "", &format!("{indent}{painted}"));
        let indent = " ".repeat(from.min(ROOM.saturating_sub(wide)));
        for part in wrap(&mark.label, ROOM, ROOM) {
            row(out, "", &format!("{indent}{part}"));
        }
    }
}

fn row(out: &mut String, number: &str, text: &str) {
    let gutter = format!("{} |", right(number, NUMBER));
    out.push_str(&gutter);
    let text = text.trim_end_matches(' ');
    if !text.is_empty() {
        out.push(' ');
        out.push_str(text);
    }
    out.push('\n');
}

impl Window {
    /// The part of `line` that has all `marks` in it; none where they are too far apart.
    fn around(line: &str, marks: &[Mark]) -> Option<Self> {
        let first = marks.iter().map(|mark| mark.start).min()?.min(line.len());
        let last = marks.iter().map(|mark| mark.end).max()?.min(line.len());
        let (from, to) = (back(line, first), forward(line, first));
        let mut cells = Vec::new();
        for (at, c) in line.get(from..to).unwrap_or_default().char_indices() {
            let mut text = String::new();
            if c == '\t' {
                text.push(' ');
            } else {
                push_safe(&mut text, line, from + at, c);
            }
            cells.push((from + at, text));
        }
        let before: usize = cells
            .iter()
            .filter(|cell| cell.0 < first)
            .map(|cell| columns(&cell.1))
            .sum();
        let all: usize = cells.iter().map(|cell| columns(&cell.1)).sum();
        let marked: usize = cells
            .iter()
            .filter(|cell| first <= cell.0 && cell.0 < last)
            .map(|cell| columns(&cell.1))
            .sum();
        if from == 0 && to == line.len() && all <= ROOM {
            return Some(Self::of(&cells, 0, cells.len(), line));
        }
        if marks.len() > 1 && (last > to || marked + 2 * MORE.len() > ROOM) {
            return None;
        }
        let label = marks
            .iter()
            .map(|mark| columns(&mark.label))
            .max()
            .unwrap_or(0);
        let wished = ROOM
            .saturating_sub(marked.max(1) + 1 + label + MORE.len())
            .min(ROOM.saturating_sub(marked) / 2)
            .max(MORE.len());
        let begin = if from == 0 && before <= wished {
            0
        } else {
            begin_of(&cells, first, wished - MORE.len())
        };
        let end = end_of(&cells, begin, line);
        Some(Self::of(&cells, begin, end, line))
    }

    /// The cells `begin..end` of a line, with dots where something is left out.
    fn of(cells: &[(usize, String)], begin: usize, end: usize, line: &str) -> Self {
        let mut shown = String::new();
        let mut stops = Vec::new();
        let chosen = cells.get(begin..end).unwrap_or_default();
        let starts_at = chosen.first().map_or(0, |cell| cell.0);
        let mut column = 0;
        if starts_at > 0 {
            shown.push_str(MORE);
            column = MORE.len();
        }
        for (at, text) in chosen {
            stops.push((*at, column));
            shown.push_str(text);
            column += columns(text);
        }
        let next = cells
            .get(end)
            .map_or_else(|| after_last(chosen, line), |cell| cell.0);
        stops.push((next, column));
        if next < line.len() {
            shown.push_str(MORE);
        }
        Self { shown, stops }
    }

    /// The column under which byte `at` of the line is shown, or the nearest that is.
    fn column(&self, at: usize) -> usize {
        let next = self.stops.partition_point(|stop| stop.0 < at);
        self.stops
            .get(next)
            .or(self.stops.last())
            .map_or(0, |stop| stop.1)
    }
}

/// The first cell to show, so that what stands at byte `first` has `room` columns before it.
fn begin_of(cells: &[(usize, String)], first: usize, room: usize) -> usize {
    let mark = cells.partition_point(|cell| cell.0 < first);
    let mut used = 0;
    let before = cells.get(..mark).unwrap_or_default();
    let taken = before
        .iter()
        .rev()
        .take_while(|cell| {
            used += columns(&cell.1);
            used <= room
        })
        .count();
    mark - taken
}

/// One past the last cell that fits on the screen when `begin` is the first.
fn end_of(cells: &[(usize, String)], begin: usize, line: &str) -> usize {
    let mut used = if cells.get(begin).is_some_and(|cell| cell.0 > 0) {
        MORE.len()
    } else {
        0
    };
    let chosen = cells.get(begin..).unwrap_or_default();
    let rest: usize = chosen.iter().map(|cell| columns(&cell.1)).sum();
    if used + rest <= ROOM && after_last(chosen, line) == line.len() {
        return cells.len();
    }
    let taken = chosen
        .iter()
        .take_while(|cell| {
            used += columns(&cell.1);
            used + MORE.len() <= ROOM
        })
        .count();
    begin + taken
}

/// The byte of the line that follows these cells.
fn after_last(cells: &[(usize, String)], line: &str) -> usize {
    let Some((at, _)) = cells.last() else {
        return line.len();
    };
    let rest = line.get(*at..).and_then(|rest| rest.chars().next());
    at + rest.map_or(0, char::len_utf8)
}

/// The byte that is a screen of characters before `at`.
fn back(line: &str, at: usize) -> usize {
    line.get(..at)
        .and_then(|before| before.char_indices().rev().nth(ROOM))
        .map_or(0, |(start, _)| start)
}

/// The byte that is a screen of characters behind `at`.
fn forward(line: &str, at: usize) -> usize {
    line.get(at..)
        .and_then(|after| after.char_indices().nth(ROOM))
        .map_or(line.len(), |(end, _)| at + end)
}

#[cfg(test)]
mod tests {
    use super::{Mark, draw};
    use crate::render::paint::Color;
    use crate::render::paint::Style;
    use crate::render::words::columns;

    fn drawn(line: &str, marked: &[&str], label: &str) -> String {
        let marks: Vec<Mark> = marked
            .iter()
            .map(|text| {
                let start = line.find(text).unwrap();
                Mark {
                    start,
                    end: start + text.len(),
                    with: '^',
                    styles: &[Style::Red],
                    label: label.to_owned(),
                }
            })
            .collect();
        let mut out = String::new();
        draw(&mut out, 7, line, &marks, Color::Off);
        out
    }

    #[test]
    fn tabs_and_hidden_characters_keep_carets_in_place() {
        assert_eq!(
            drawn("\ta: \u{202e}b\u{1b} c", &["c"], "here"),
            "     7 |  a: \\u{202e}b\\u{1b} c\n       |                     ^ here\n"
        );
        assert_eq!(
            drawn("\u{202e}: 1", &["\u{202e}"], "hidden"),
            "     7 | \\u{202e}: 1\n       | ^^^^^^^^ hidden\n"
        );
    }

    #[test]
    fn a_long_line_is_a_window_around_its_mark() {
        let line = format!("{}MARK{}", "a ".repeat(4_000), " b".repeat(4_000));
        let text = drawn(&line, &["MARK"], "what this is");
        let rows: Vec<&str> = text.lines().collect();
        assert!(rows.iter().all(|row| columns(row) <= 100), "{text}");
        let source = rows[0].find("MARK").unwrap();
        assert_eq!(rows[1].find("^^^^ what this is"), Some(source), "{text}");
        assert!(
            rows[0].contains("| ...") && rows[0].ends_with("..."),
            "{text}"
        );
    }

    #[test]
    fn a_mark_longer_than_the_screen_is_marked_as_far_as_it_is_seen() {
        let line = format!("key: {}", "x".repeat(500));
        let text = drawn(&line, &[&"x".repeat(500)], "too long");
        assert!(text.lines().all(|row| columns(row) <= 100), "{text}");
        assert!(text.contains("xxx...\n") && text.contains("^^^\n") && text.contains("too long"));
    }

    #[test]
    fn marks_far_apart_show_the_line_once_each() {
        let line = format!("ONE{}TWO", " ".repeat(300));
        let text = drawn(&line, &["ONE", "TWO"], "l");
        assert_eq!(text.matches("     7 |").count(), 2, "{text}");
        assert!(text.lines().all(|row| columns(row) <= 100), "{text}");
    }

    #[test]
    fn a_label_without_room_stands_below_and_ends_at_the_edge() {
        let line = format!("{}MARK", "a".repeat(80));
        let text = drawn(
            &line,
            &["MARK"],
            "not in the list of catalog/blueprints/x.yaml:6:32",
        );
        assert!(text.lines().all(|row| columns(row) <= 100), "{text}");
        assert_eq!(text.lines().count(), 3, "{text}");
    }
}

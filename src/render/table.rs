//! Tables in text: names to the left, numbers to the right, two blanks between columns.
//!
//! In: heads and cells. Out: a line for the heads and one a row, hidden characters shown.

use super::words::{columns, left, right, safe};

/// On which side of its column a cell stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// Names.
    Left,
    /// Numbers and durations.
    Right,
}

/// A table that is filled row by row.
#[derive(Debug, Clone)]
pub struct Table {
    heads: Vec<(String, Align)>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with these columns.
    pub fn new(heads: &[(&str, Align)]) -> Self {
        let heads = heads
            .iter()
            .map(|(head, align)| ((*head).to_owned(), *align));
        Self {
            heads: heads.collect(),
            rows: Vec::new(),
        }
    }

    /// Adds a row; a cell that is missing is empty, one too many has no head.
    pub fn row<T: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = T>) {
        let cells = cells
            .into_iter()
            .map(|cell| safe(cell.as_ref()).into_owned());
        self.rows.push(cells.collect());
    }

    /// The lines of the table.
    pub fn text(&self) -> String {
        let heads: Vec<String> = self.heads.iter().map(|(head, _)| head.clone()).collect();
        let all = || std::iter::once(&heads).chain(&self.rows);
        let wide = all().map(Vec::len).max().unwrap_or(0);
        let widths: Vec<usize> = (0..wide)
            .map(|n| {
                all()
                    .filter_map(|row| row.get(n))
                    .map(|cell| columns(cell))
                    .max()
                    .unwrap_or(0)
            })
            .collect();
        let mut out = String::new();
        for row in all() {
            let cells: Vec<String> = row
                .iter()
                .zip(&widths)
                .enumerate()
                .map(|(n, (cell, width))| match self.heads.get(n) {
                    Some((_, Align::Right)) => right(cell, *width),
                    _ => left(cell, *width),
                })
                .collect();
            out.push_str(cells.join("  ").trim_end_matches(' '));
            out.push('\n');
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::{Align, Table};

    #[test]
    fn numbers_stand_right_and_names_left() {
        let mut table = Table::new(&[
            ("step", Align::Left),
            ("result", Align::Left),
            ("took", Align::Right),
        ]);
        table.row(["7c41e09.2", "done", "9s"]);
        table.row(["7c41e09.2", "failed", "2m 11s"]);
        table.row(["\u{1b}[2J", "done", "-"]);
        assert_eq!(
            table.text(),
            "step       result    took\n\
             7c41e09.2  done        9s\n\
             7c41e09.2  failed  2m 11s\n\
             \\u{1b}[2J  done         -\n"
        );
    }
}

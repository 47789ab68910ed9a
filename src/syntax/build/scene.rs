//! What stands around a place where the reading stopped: its line, and those above it.
//!
//! In: a text and a byte of it. Out: lines, keys and indentations, for messages.

/// A place in a text.
pub(super) struct Scene<'t> {
    text: &'t str,
    /// Where the document begins, as far as that is known.
    pub(super) base: usize,
    /// Where the reading stopped.
    pub(super) at: usize,
}

/// A line of the text.
#[derive(Clone, Copy)]
pub(super) struct Line<'t> {
    /// Its first byte.
    pub(super) start: usize,
    /// Its characters, without the line end.
    pub(super) text: &'t str,
}

impl<'t> Line<'t> {
    /// Its characters without blanks around them.
    pub(super) fn content(self) -> &'t str {
        self.text.trim()
    }

    /// The bytes of white space that it begins with.
    pub(super) fn indent(self) -> usize {
        self.text.len() - self.text.trim_start().len()
    }

    /// Where its content begins.
    pub(super) fn content_start(self) -> usize {
        self.start + self.indent()
    }

    /// The part behind the dashes of a list.
    pub(super) fn behind_dashes(self) -> &'t str {
        let mut content = self.content();
        while let Some(rest) = content.strip_prefix("- ") {
            content = rest.trim_start();
        }
        content
    }

    /// The key of the line, plain or in quotes, and how long it is as it is written.
    pub(super) fn key(self) -> Option<&'t str> {
        let content = self.behind_dashes();
        let end = content
            .match_indices(':')
            .map(|(at, _)| at)
            .find(|at| matches!(content.as_bytes().get(at + 1), None | Some(b' ' | b'\t')))?;
        content.get(..end).filter(|key| !key.is_empty())
    }
}

impl<'t> Scene<'t> {
    pub(super) fn new(text: &'t str, base: usize, at: usize) -> Self {
        let mut at = at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        Self { text, base, at }
    }

    /// The text from `start` on.
    pub(super) fn from(&self, start: usize) -> &'t str {
        self.text.get(start..).unwrap_or("")
    }

    /// The text from `start` to where the reading stopped.
    pub(super) fn since(&self, start: usize) -> &'t str {
        self.text.get(start..self.at).unwrap_or("")
    }

    /// The text from the document's beginning to where the reading stopped.
    pub(super) fn before(&self) -> &'t str {
        self.text.get(self.base..self.at).unwrap_or("")
    }

    /// The character where the reading stopped.
    pub(super) fn char(&self) -> Option<char> {
        self.from(self.at).chars().next()
    }

    /// The line that has byte `at`.
    pub(super) fn line_at(&self, at: usize) -> Line<'t> {
        let is_end = |c: char| c == '\n' || c == '\r';
        let before = self.text.get(..at).unwrap_or("");
        let start = before.rfind(is_end).map_or(0, |end| end + 1);
        let is_marked = start == 0 && self.text.starts_with('\u{feff}');
        let start = if is_marked {
            '\u{feff}'.len_utf8()
        } else {
            start
        };
        let rest = self.from(start);
        let len = rest.find(is_end).unwrap_or(rest.len());
        Line {
            start,
            text: rest.get(..len).unwrap_or(""),
        }
    }

    /// The line where the reading stopped.
    pub(super) fn line(&self) -> Line<'t> {
        self.line_at(self.at)
    }

    /// The lines of the document above the one where the reading stopped, upwards, without
    /// blank ones and comments.
    pub(super) fn above(&self) -> impl Iterator<Item = Line<'t>> + '_ {
        let mut next = self.line().start;
        std::iter::from_fn(move || {
            while next > self.base {
                let line = self.line_at(next - 1);
                if line.start >= next {
                    // Behind the byte order mark is nothing more.
                    return None;
                }
                next = line.start;
                let content = line.content();
                if !content.is_empty() && !content.starts_with('#') {
                    return Some(line);
                }
            }
            None
        })
    }

    /// Whether the line has nothing but its indentation and dashes before the place.
    pub(super) fn is_first_on_line(&self) -> bool {
        let line = self.line();
        let before = self.text.get(line.start..self.at).unwrap_or("");
        before.chars().all(|c| matches!(c, ' ' | '\t' | '-'))
    }
}

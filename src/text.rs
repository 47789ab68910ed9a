//! Where a value stands in the user's files.
//!
//! A [`Span`] is a half-open range of bytes in one file of one snapshot; whoever holds a
//! span needs that snapshot to turn it into words. Knows nothing of YAML or git.

use std::borrow::Cow;
use std::fmt::Write as _;

mod advice;
mod few;
mod literal;
mod near;
mod shell;
mod slip;
mod splice;

pub use advice::{Advice, did_you_mean};
pub use few::few;
pub use literal::{literals, masked, quoted};
pub use near::{Near, choose, choose_or, near, nearest};
pub use shell::shell_word;
pub use slip::slip;
pub use splice::{Splice, origin, spliced};

/// A short string of the catalog; up to 24 bytes live inline.
pub type Text = compact_str::CompactString;

/// The number of a file in its snapshot; snapshots number their files in path order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

impl FileId {
    /// Where built-in definitions stand: in no snapshot.
    pub const BUILT_IN: Self = Self(u32::MAX);
}

/// Bytes `start..end` of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file, in the snapshot that was read.
    pub file: FileId,
    /// The first byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The span of bytes `start..end` of `file`.
    pub const fn new(file: FileId, start: u32, end: u32) -> Self {
        Self { file, start, end }
    }

    /// The place that stands for the whole of a file: its first byte, nothing of it.
    pub const fn whole_file(file: FileId) -> Self {
        Self::new(file, 0, 0)
    }

    /// The part of this span that begins `from` bytes after its start and is `len` long.
    pub const fn part(self, from: u32, len: u32) -> Self {
        Self::new(self.file, self.start + from, self.start + from + len)
    }

    /// Whether `part` is within this span, or all of it.
    pub fn covers(self, part: Self) -> bool {
        self.file == part.file && self.start <= part.start && part.end <= self.end
    }
}

/// A value and where it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located<T> {
    /// What is written there.
    pub value: T,
    /// Where.
    pub span: Span,
}

impl<T> Located<T> {
    /// `value`, written at `span`.
    pub const fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }
}

/// A line and a column, both counted from 1; columns count Unicode scalar values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Lines end at `\n`, at `\r\n`, and as in YAML at a `\r` alone.
    pub line: u32,
    /// 1 is the first character of the line.
    pub column: u32,
}

/// The position of byte `offset` of `text`; past the end it is the end, and a byte inside a
/// character is that character. A byte order mark takes no column.
pub fn position(text: &str, offset: u32) -> Position {
    let mut end = text.len().min(offset as usize);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let before = text.get(..end).unwrap_or_default();
    let behind = text.as_bytes().get(end).copied();
    let bytes = before.as_bytes();
    let next = bytes.iter().copied().skip(1).map(Some).chain([behind]);
    let ends = bytes.iter().zip(next).enumerate();
    let ends = ends.filter(|(_, (byte, next))| ends_line(**byte, *next));
    let (line, start) = ends.fold((0, 0), |(lines, _), (at, _)| (lines + 1, at + 1));
    let column = before
        .get(start..)
        .unwrap_or_default()
        .chars()
        .filter(|c| *c != '\u{feff}' || start != 0)
        .count();
    let one_based = |n: usize| u32::try_from(n).unwrap_or(u32::MAX - 1) + 1;
    Position {
        line: one_based(line),
        column: one_based(column),
    }
}

/// Where the lines of a text begin, for whoever looks up many places of it.
#[derive(Debug, Clone)]
pub struct Lines(Vec<u32>);

impl Lines {
    /// Those of a text.
    pub fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let next = bytes.iter().copied().skip(1).map(Some).chain([None]);
        let ends = (1..).zip(bytes.iter().zip(next));
        let ends = ends.filter(|(_, (byte, next))| ends_line(**byte, *next));
        Self(ends.map(|(start, _)| start).collect())
    }

    /// The line of a byte, as [`position`] tells it.
    pub fn line(&self, offset: u32) -> u32 {
        let before = self.0.partition_point(|start| *start <= offset);
        u32::try_from(before).unwrap_or(u32::MAX - 1) + 1
    }
}

/// Whether a line ends with `byte`, before `next`.
pub const fn ends_line(byte: u8, next: Option<u8>) -> bool {
    byte == b'\n' || (byte == b'\r' && !matches!(next, Some(b'\n')))
}

/// Whether `c` would not be seen, or would change how its neighbours are seen: controls, zero
/// width and invisible characters, bidirectional marks, variation selectors and tags.
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// Whether `text` has a character that [`is_hidden`].
pub fn has_hidden(text: &str) -> bool {
    // Nearly all text is plain ASCII, which bytes alone tell.
    !text.bytes().all(|byte| matches!(byte, b' '..=b'~')) && text.contains(is_hidden)
}

/// `text` as it may be shown anywhere: what [`is_hidden`] is written as `\u{202e}`, so that
/// catalog text can neither drive a terminal nor hide from a reviewer.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !has_hidden(text) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if is_hidden(c) {
            // Writing to a String cannot fail.
            let _ = write!(shown, "\\u{{{:x}}}", u32::from(c));
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

/// The article of a kind's name: `an API`, `a User`.
pub fn article(kind: &str) -> &'static str {
    if kind.starts_with(['A', 'E', 'I', 'O', 'a', 'e', 'i', 'o']) {
        "an"
    } else {
        "a"
    }
}

#[cfg(test)]
mod tests {
    use super::{Lines, position, visible};

    #[test]
    fn columns_count_characters_and_a_byte_order_mark_is_none() {
        let text = "\u{feff}a: \u{fc}x\nb: 1";
        let at = |needle: &str| {
            let place = position(text, u32::try_from(text.find(needle).unwrap()).unwrap());
            (place.line, place.column)
        };
        assert_eq!(at("a"), (1, 1));
        assert_eq!(at("x"), (1, 5));
        assert_eq!(at("1"), (2, 4));
        assert_eq!(position(text, 9_999).line, 2);
    }

    #[test]
    fn lines_end_as_in_yaml() {
        let text = "a\r\nb\rc\nd\r";
        let at = |offset| {
            let place = position(text, offset);
            (place.line, place.column)
        };
        assert_eq!(at(1), (1, 2));
        assert_eq!(at(2), (1, 3));
        assert_eq!(at(3), (2, 1));
        assert_eq!(at(5), (3, 1));
        assert_eq!(at(7), (4, 1));
        assert_eq!(at(9), (5, 1));
        let lines = Lines::of(text);
        for offset in 0..12 {
            assert_eq!(lines.line(offset), position(text, offset).line, "{offset}");
        }
    }

    #[test]
    fn hidden_characters_are_shown() {
        assert_eq!(visible("a\u{202e}b\u{1b}[1m"), "a\\u{202e}b\\u{1b}[1m");
        assert_eq!(visible("pl\u{e4}in"), "pl\u{e4}in");
    }
}

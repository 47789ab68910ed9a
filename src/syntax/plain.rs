//! A quick way through the plainest files: most of a catalog's files are a mapping of scalars,
//! one-line lists and one more level, in ASCII.
//!
//! In: the text of a file. Out: the tree that the parser would give, to the byte, or nothing
//! where the file has anything else; the parser then reads it. What is accepted here is decided
//! by what is certain, not by what YAML allows: no anchors, tags, documents, escapes, folded
//! lines, or keys that stand twice. A test compares both ways on every file that there is.

use super::{Document, Entry, Node, Value, scalar};
use crate::text::{FileId, Located, Span, Text};

/// Larger files are for the parser.
const BYTES: usize = 64 << 10;
/// Deeper mappings are for the parser.
const DEPTH: usize = 8;
/// Mappings of more keys are for the parser, which finds keys that stand twice by an index.
const KEYS: usize = 32;

/// A line with something on it.
#[derive(Clone, Copy)]
struct Line {
    indent: usize,
    /// The first byte behind the indentation.
    start: usize,
    /// The end of the line.
    end: usize,
}

/// The one document of a plain file; nothing where it is not plain.
pub(super) fn parse(file: FileId, text: &str) -> Option<Document> {
    let is_plain = |byte: u8| matches!(byte, b' '..=b'~' | b'\n');
    if text.len() > BYTES || !text.bytes().all(is_plain) {
        return None;
    }
    let mut reader = Reader {
        file,
        text,
        lines: lines(text)?,
        next: 0,
    };
    let first = *reader.lines.first()?;
    let root = (first.indent == 0)
        .then(|| reader.mapping(0, 0))
        .flatten()?;
    (reader.next == reader.lines.len()).then_some(Document {
        file,
        root,
        complete: true,
        aliases: Box::default(),
    })
}

/// The lines that are neither blank nor a comment.
fn lines(text: &str) -> Option<Vec<Line>> {
    let mut lines = Vec::with_capacity(32);
    let mut at = 0;
    for line in text.split('\n') {
        let content = line.trim_start_matches(' ');
        let indent = line.len() - content.len();
        if content.is_empty() && indent > 0 {
            return None;
        }
        if !content.is_empty() && !content.starts_with('#') {
            if content.starts_with(['%', '.']) || content.starts_with("---") {
                return None;
            }
            lines.push(Line {
                indent,
                start: at + indent,
                end: at + line.len(),
            });
        }
        at += line.len() + 1;
    }
    Some(lines)
}

/// What stands behind a key on its line.
enum Behind {
    Nothing,
    /// A value, which begins here.
    Value(usize),
}

struct Reader<'t> {
    file: FileId,
    text: &'t str,
    lines: Vec<Line>,
    next: usize,
}

impl<'t> Reader<'t> {
    fn span(&self, start: usize, end: usize) -> Span {
        let offset = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Span::new(self.file, offset(start), offset(end))
    }

    fn slice(&self, start: usize, end: usize) -> &'t str {
        self.text.get(start..end).unwrap_or("")
    }

    fn peek(&self) -> Option<Line> {
        self.lines.get(self.next).copied()
    }

    /// Where a block that began at `start` ends: before what comes next, without blanks.
    fn block_end(&self, start: usize) -> usize {
        let next = self.peek().map_or(self.text.len(), |line| line.start);
        start + self.slice(start, next).trim_end().len()
    }

    fn mapping(&mut self, indent: usize, depth: usize) -> Option<Node> {
        let start = self.peek()?.start;
        let mut entries: Vec<Entry> = Vec::with_capacity(8);
        while let Some(line) = self.peek().filter(|line| line.indent >= indent) {
            if line.indent > indent || entries.len() >= KEYS {
                return None;
            }
            let (key, value_at) = self.key(line)?;
            if entries.iter().any(|entry| entry.key.value == key.value) {
                return None;
            }
            self.next += 1;
            let node = match self.behind(value_at, line.end)? {
                Behind::Value(at) => self.value(at, line.end, indent)?,
                Behind::Nothing => self.block(&key, indent, depth)?,
            };
            entries.push(Entry { key, node });
        }
        let span = self.span(start, self.block_end(start));
        Some(Node {
            span,
            value: Value::Mapping(entries.into()),
        })
    }

    /// The key of a line, and where its colon ends.
    fn key(&self, line: Line) -> Option<(Located<Text>, usize)> {
        let content = self.slice(line.start, line.end);
        let is_key = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '$' | '/');
        let length = content.find(|c| !is_key(c))?;
        let name = content.get(..length)?;
        let begins = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        if !begins || !content.get(length..)?.starts_with(':') || name.len() > 100 {
            return None;
        }
        let Ok(Value::String(text)) = scalar::plain(name) else {
            return None;
        };
        let span = self.span(line.start, line.start + length);
        Some((Located::new(text, span), line.start + length + 1))
    }

    /// What stands behind a colon, or behind the dash of an element.
    fn behind(&self, colon_end: usize, end: usize) -> Option<Behind> {
        let rest = self.slice(colon_end, end);
        let value = rest.trim_start_matches(' ');
        if value.is_empty() {
            // Blanks at the end of a line are rare; the parser knows what they are.
            return rest.is_empty().then_some(Behind::Nothing);
        }
        let blanks = rest.len() - value.len();
        if blanks == 0 || value.starts_with('#') {
            return None;
        }
        Some(Behind::Value(colon_end + blanks))
    }

    /// What stands below a key without a value of its own.
    fn block(&mut self, key: &Located<Text>, indent: usize, depth: usize) -> Option<Node> {
        let Some(line) = self.peek().filter(|line| line.indent >= indent) else {
            return Some(Node {
                span: key.span,
                value: Value::Null,
            });
        };
        let is_item = self.slice(line.start, line.end).starts_with("- ");
        match (line.indent > indent, is_item) {
            (true, true) => self.sequence(line.indent, indent),
            (true, false) if depth < DEPTH => self.mapping(line.indent, depth + 1),
            (false, false) => Some(Node {
                span: key.span,
                value: Value::Null,
            }),
            _ => None,
        }
    }

    /// A list of scalars, one a line.
    fn sequence(&mut self, indent: usize, outer: usize) -> Option<Node> {
        let start = self.peek()?.start;
        let mut nodes = Vec::with_capacity(4);
        while let Some(line) = self.peek().filter(|line| line.indent > outer) {
            if line.indent != indent || !self.slice(line.start, line.end).starts_with("- ") {
                return None;
            }
            self.next += 1;
            let Behind::Value(at) = self.behind(line.start + 1, line.end)? else {
                return None;
            };
            if self.slice(at, line.end).starts_with('-') {
                return None;
            }
            nodes.push(self.value(at, line.end, indent)?);
        }
        let span = self.span(start, self.block_end(start));
        Some(Node {
            span,
            value: Value::Sequence(nodes.into()),
        })
    }

    /// A value on one line. A line below that is indented more would belong to it.
    fn value(&mut self, at: usize, end: usize, indent: usize) -> Option<Node> {
        if self.peek().is_some_and(|line| line.indent > indent) {
            return None;
        }
        let rest = self.slice(at, end);
        match rest.bytes().next()? {
            b'[' => self.flow(at, rest),
            b'"' => self.quoted(at, rest, '"'),
            b'\'' => self.quoted(at, rest, '\''),
            byte if begins_plain(byte, rest) => {
                let written = without_comment(rest);
                let is_one =
                    !written.contains(": ") && !written.ends_with(':') && !written.is_empty();
                is_one.then(|| self.plain(at, written)).flatten()
            }
            _ => None,
        }
    }

    fn plain(&self, at: usize, written: &str) -> Option<Node> {
        let value = scalar::plain(written).ok()?;
        Some(Node {
            span: self.span(at, at + written.len()),
            value,
        })
    }

    /// A text in quotes, in which nothing is escaped.
    fn quoted(&self, at: usize, rest: &str, quote: char) -> Option<Node> {
        let inner = rest.get(1..)?;
        let length = inner.find(quote)?;
        let text = inner.get(..length)?;
        let behind = inner.get(length + 1..)?;
        if text.contains('\\') || !is_only_comment(behind) {
            return None;
        }
        let span = self.span(at, at + length + 2);
        Some(Node {
            span,
            value: Value::String(Text::from(text)),
        })
    }

    /// A list of plain scalars in brackets.
    fn flow(&self, at: usize, rest: &str) -> Option<Node> {
        let close = rest.find(']')?;
        let inner = rest.get(1..close)?;
        if !is_only_comment(rest.get(close + 1..)?) {
            return None;
        }
        let mut nodes = Vec::with_capacity(4);
        let mut from = at + 1;
        for part in inner.split(',').filter(|_| !inner.is_empty()) {
            let word = part.trim_matches(' ');
            let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/');
            let begins = word.starts_with(|c: char| c.is_ascii_alphanumeric());
            if !begins || !word.chars().all(is_word) {
                return None;
            }
            let blanks = part.len() - part.trim_start_matches(' ').len();
            nodes.push(self.plain(from + blanks, word)?);
            from += part.len() + 1;
        }
        let span = self.span(at, at + close + 1);
        Some(Node {
            span,
            value: Value::Sequence(nodes.into()),
        })
    }
}

/// Whether a plain scalar begins here, beyond all doubt.
fn begins_plain(byte: u8, rest: &str) -> bool {
    let second = rest.as_bytes().get(1).copied().unwrap_or(b' ');
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'_' | b'/')
        || (byte == b'-' && second.is_ascii_digit())
}

/// A plain scalar's text without the comment and the blanks behind it.
fn without_comment(rest: &str) -> &str {
    let written = rest
        .find(" #")
        .and_then(|at| rest.get(..at))
        .unwrap_or(rest);
    written.trim_end_matches(' ')
}

/// Whether nothing but a comment stands behind a value.
fn is_only_comment(behind: &str) -> bool {
    let text = behind.trim_start_matches(' ');
    text.is_empty() || (text.starts_with('#') && text.len() < behind.len())
}

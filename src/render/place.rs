//! Lines and columns of many spans.
//!
//! In: a snapshot and the findings about it. Out: the position and the line of any of their
//! places, without counting a file from its start for each. Agrees with
//! [`crate::text::position`].

use std::collections::BTreeMap;

use crate::finding::Finding;
use crate::source::Snapshot;
use crate::text::{FileId, Position, Span, ends_line};

use super::words::safe;

/// A checkpoint is kept for every so many bytes; lines may be as long as a file.
const STRIDE: usize = 512;

/// The most bytes of texts in which secrets are covered.
const COPIED: usize = 64 << 20;

/// Where the lines of a snapshot's files begin.
#[derive(Debug)]
pub struct Places<'a> {
    snapshot: &'a Snapshot,
    files: BTreeMap<FileId, Lines>,
    /// The texts of files that have secrets, with these covered; none where these texts would be
    /// too many, and no line of the file is shown.
    covered: BTreeMap<FileId, Option<String>>,
    /// The bytes of these texts.
    copied: usize,
}

/// A line of a file, without what ends it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line<'a> {
    /// The byte of the file at which it begins; a byte order mark stands before it.
    pub(crate) start: usize,
    /// Its text.
    pub(crate) text: &'a str,
}

/// What is before each multiple of [`STRIDE`]. Where each line begins is not kept: a file of
/// empty lines would take many times its size.
#[derive(Debug, Default)]
struct Lines {
    /// How many lines have ended.
    ends: Vec<u32>,
    /// Where the line begins.
    starts: Vec<u32>,
    /// How many characters have begun.
    characters: Vec<u32>,
}

impl<'a> Places<'a> {
    /// The lines of the files that these findings name.
    pub fn new<'f>(
        snapshot: &'a Snapshot,
        findings: impl IntoIterator<Item = &'f Finding>,
    ) -> Self {
        let mut files = BTreeMap::new();
        let covered = BTreeMap::new();
        let mut secrets = Vec::new();
        for finding in findings {
            for span in spans(finding) {
                files.entry(span.file).or_insert_with(|| {
                    Lines::new(snapshot.readable(span.file).unwrap_or_default())
                });
            }
            if finding.hides {
                secrets.push(finding.span);
            }
        }
        Self {
            snapshot,
            files,
            covered,
            copied: 0,
        }
        .covering(&secrets)
    }

    /// The same with these secrets covered too: their findings are not among those shown.
    pub(crate) fn covering(mut self, secrets: &[Span]) -> Self {
        for Span { file, start, end } in secrets {
            let covered = self.covered.entry(*file).or_insert_with(|| {
                let text = self.snapshot.readable(*file).unwrap_or_default();
                self.copied += text.len();
                (self.copied <= COPIED).then(|| text.to_owned())
            });
            if let Some(text) = covered {
                cover(text, *start as usize, *end as usize);
            }
        }
        self
    }

    /// The position of byte `offset` of a file.
    pub fn position(&self, file: FileId, offset: u32) -> Position {
        let text = self.snapshot.readable(file).unwrap_or_default();
        let Some(lines) = self.files.get(&file) else {
            return crate::text::position(text, offset);
        };
        let offset = floor(text, offset as usize);
        let (line, start) = lines.line_at(text, offset);
        let mark = usize::from(line == 0 && offset > 0 && text.starts_with('\u{feff}'));
        let column =
            lines.characters_before(text, offset) - lines.characters_before(text, start) - mark;
        Position {
            line: one_based(line),
            column: one_based(column),
        }
    }

    /// The positions of a span's start and end.
    pub fn range(&self, span: Span) -> (Position, Position) {
        let start = self.position(span.file, span.start);
        (start, self.position(span.file, span.end).max(start))
    }

    /// The path of a span's file.
    pub fn path(&self, span: Span) -> &'a str {
        self.snapshot.path(span.file)
    }

    /// Whether a merge of two texts made the file of a span.
    pub(crate) fn is_merged(&self, span: Span) -> bool {
        self.snapshot
            .file(span.file)
            .is_some_and(|file| file.merged)
    }

    /// The line in which byte `offset` of a file stands; none where the file has no text.
    pub(crate) fn line(&self, file: FileId, offset: usize) -> Option<Line<'_>> {
        let text = self.snapshot.readable(file)?;
        let lines = self.files.get(&file)?;
        let (line, mut start) = lines.line_at(text, floor(text, offset));
        if line == 0 && text.starts_with('\u{feff}') {
            start = '\u{feff}'.len_utf8();
        }
        let end = lines.end_of(text, line, start);
        let shown = match self.covered.get(&file) {
            Some(covered) => covered.as_deref()?,
            None => text,
        };
        let text = shown.get(start..end)?;
        Some(Line {
            start,
            text: text.strip_suffix('\r').unwrap_or(text),
        })
    }

    /// `catalog/a.yaml:6:32`, as it is written inside a line.
    pub(crate) fn words(&self, span: Span) -> String {
        let Position { line, column } = self.position(span.file, span.start);
        format!("{}:{line}:{column}", safe(self.path(span)))
    }
}

impl Lines {
    fn new(text: &str) -> Self {
        let mut lines = Self::default();
        let (mut ended, mut seen, mut start) = (0, 0, 0);
        let mut next = text.bytes().skip(1);
        for (at, byte) in text.bytes().enumerate() {
            if at.is_multiple_of(STRIDE) {
                lines.keep(ended, seen, start);
            }
            seen += u32::from(begins_character(byte));
            if ends_line(byte, next.next()) {
                ended += 1;
                start = u32::try_from(at + 1).unwrap_or(u32::MAX);
            }
        }
        if text.len().is_multiple_of(STRIDE) {
            lines.keep(ended, seen, start);
        }
        lines
    }

    fn keep(&mut self, ended: u32, seen: u32, start: u32) {
        self.ends.push(ended);
        self.characters.push(seen);
        self.starts.push(start);
    }

    /// The number of the line of byte `offset`, from 0, and where it begins.
    fn line_at(&self, text: &str, offset: usize) -> (usize, usize) {
        let checkpoint = offset / STRIDE;
        let mut line = self.ends.get(checkpoint).copied().unwrap_or(0) as usize;
        let mut start = self.starts.get(checkpoint).copied().unwrap_or(0) as usize;
        for at in (checkpoint * STRIDE..offset).filter(|at| is_end(text, *at)) {
            (line, start) = (line + 1, at + 1);
        }
        (line, start)
    }

    /// Where a line ends.
    fn end_of(&self, text: &str, line: usize, start: usize) -> usize {
        // The first checkpoint of a later line: the end stands in the stride before it.
        let later = self.ends.partition_point(|ended| *ended as usize <= line);
        let from = start.max(later.saturating_sub(1) * STRIDE);
        (from..text.len())
            .find(|at| is_end(text, *at))
            .unwrap_or(text.len())
    }

    fn characters_before(&self, text: &str, offset: usize) -> usize {
        let checkpoint = offset / STRIDE;
        let before = self.characters.get(checkpoint).copied().unwrap_or(0) as usize;
        let rest = text
            .as_bytes()
            .get(checkpoint * STRIDE..offset)
            .unwrap_or_default();
        before + rest.iter().filter(|byte| begins_character(**byte)).count()
    }
}

/// Whether a line ends with byte `at`.
fn is_end(text: &str, at: usize) -> bool {
    let bytes = text.as_bytes();
    let byte = bytes.get(at).copied().unwrap_or(0);
    ends_line(byte, bytes.get(at + 1).copied())
}

/// Writes stars over bytes `start..end`, so that all others stay where they are.
fn cover(text: &mut String, start: usize, end: usize) {
    let (start, end) = (floor(text, start), floor(text, end));
    let covering: String = text
        .get(start..end)
        .unwrap_or_default()
        .bytes()
        .map(|byte| {
            if matches!(byte, b'\n' | b'\r') {
                char::from(byte)
            } else {
                '*'
            }
        })
        .collect();
    text.replace_range(start..end.max(start), &covering);
}

/// Every place that a finding names.
fn spans(finding: &Finding) -> impl Iterator<Item = Span> {
    let related = finding.related.iter().map(|related| related.span);
    std::iter::once(finding.span)
        .chain(finding.see)
        .chain(related)
}

/// The start of the character at `offset`, or the end of the text.
pub(super) fn floor(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

/// Whether a byte of UTF-8 is the first of its character.
const fn begins_character(byte: u8) -> bool {
    byte & 0b1100_0000 != 0b1000_0000
}

fn one_based(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX - 1) + 1
}

#[cfg(test)]
mod tests {
    use super::Places;
    use crate::finding::Finding;
    use crate::finding::codes::E0301;
    use crate::source::memory::snapshot;
    use crate::text::{FileId, Span, position};

    #[test]
    fn every_byte_has_the_position_that_counting_gives() {
        let long = "\u{fc}x\u{1f6f6}".repeat(300);
        let texts = [
            String::new(),
            "\u{feff}a: 1\r\nb: \u{fc}2\n\n".to_owned(),
            format!("\u{feff}{long}\n{long}\r\n{long}"),
            "x".repeat(1024),
        ];
        for text in texts {
            let files = snapshot([("a.yaml", text.as_str())]);
            let findings = [Finding::new(&E0301, Span::whole_file(FileId(0)), "m")];
            let places = Places::new(&files, &findings);
            for offset in 0..=u32::try_from(text.len()).unwrap() + 3 {
                let place = places.position(FileId(0), offset);
                assert_eq!(place, position(&text, offset), "byte {offset}");
            }
        }
    }

    #[test]
    fn lines_have_no_line_end_and_no_byte_order_mark() {
        let files = snapshot([("a.yaml", "\u{feff}a: 1\r\nb: 2")]);
        let findings = [Finding::new(&E0301, Span::whole_file(FileId(0)), "m")];
        let places = Places::new(&files, &findings);
        let line = |offset| places.line(FileId(0), offset).unwrap();
        assert_eq!((line(0).text, line(0).start), ("a: 1", 3));
        assert_eq!((line(99).text, line(99).start), ("b: 2", 9));
    }
}

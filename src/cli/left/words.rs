//! A name in a text that is not read as anything.
//!
//! In: a text and a name. Out: where it stands alone, and where it stands between quotes.

use crate::cli::left::Name;
use crate::text::{FileId, Span};

/// A name as it stands in a text.
#[derive(Debug, Clone, Copy)]
pub(in crate::cli) struct Word {
    /// Its first byte.
    pub(super) at: usize,
    len: usize,
}

impl Word {
    /// Where a name stands that is no part of a longer one.
    pub(super) fn all<'t>(text: &'t str, name: &'t str) -> impl Iterator<Item = Self> + 't {
        let is_more = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
        let all = text.match_indices(name).map(|(at, _)| Self {
            at,
            len: name.len(),
        });
        all.filter(move |word| {
            let (before, behind) = word.around(text);
            let is_alone = !before.is_some_and(is_more) && !behind.is_some_and(is_more);
            is_alone && word.len > 0
        })
    }

    /// The characters before and behind it.
    fn around(self, text: &str) -> (Option<char>, Option<char>) {
        let before = text.get(..self.at);
        let behind = text.get(self.at + self.len..);
        (
            before.and_then(|it| it.chars().next_back()),
            behind.and_then(|it| it.chars().next()),
        )
    }

    /// The same, counted from where the text begins in a longer one.
    pub(super) const fn after(self, start: usize) -> Self {
        Self {
            at: self.at + start,
            len: self.len,
        }
    }

    pub(in crate::cli) fn span(self, file: FileId) -> Option<Span> {
        let (start, end) = (u32::try_from(self.at), u32::try_from(self.at + self.len));
        Some(Span::new(file, start.ok()?, end.ok()?))
    }
}

/// Where a name stands alone in a part of a text that begins at a byte of it, but in comments.
pub(in crate::cli) fn words_in<'t>(
    text: &'t str,
    (start, part): (usize, &'t str),
    name: &'t str,
) -> impl Iterator<Item = Word> + 't {
    let words = Word::all(part, name).map(move |word| word.after(start));
    words.filter(move |word| !is_comment(text, word.at))
}

/// Whether a byte stands in a line that is a comment, or behind the sign of one.
pub(super) fn is_comment(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    let start = line.trim_start();
    let is_quoted = line.contains(['"', '\'']);
    start.starts_with('#') || start.starts_with("//") || (!is_quoted && line.contains(" #"))
}

/// Where a name stands between quotes, also with its blueprint before it, or between quotes that
/// are written as in a text between quotes.
pub(super) fn quoted(file: FileId, text: &str, name: &Name<'_>) -> Vec<Span> {
    let mut spans = Vec::new();
    for word in Word::all(text, name.old) {
        let before = text.get(..word.at).unwrap_or_default();
        let behind = text.get(word.at + word.len..).unwrap_or_default();
        let before = before
            .strip_suffix('/')
            .and_then(|it| it.strip_suffix(name.kind))
            .unwrap_or(before);
        let is_between = ["\\\"", "\"", "\\'", "'"]
            .iter()
            .any(|quote| before.ends_with(quote) && behind.starts_with(quote));
        let line = before.rsplit('\n').next().unwrap_or_default().trim_start();
        let is_comment = line.starts_with('#') || line.starts_with("//");
        if is_between && !is_comment {
            spans.extend(word.span(file));
        }
    }
    spans
}

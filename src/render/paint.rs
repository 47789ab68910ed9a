//! Colour, or none.
//!
//! Colour repeats a word or a glyph and never replaces it: with and without it the characters
//! of an output are the same.

use std::fmt::Write as _;

/// Whether an output is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Color {
    /// A terminal that shows it.
    On,
    /// A pipe, CI, or somebody who does not want it.
    Off,
}

/// What a colour means; nothing else is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// Errors, denials, failures and deletions.
    Red,
    /// What a person must look at.
    Yellow,
    /// What is well.
    Green,
    /// What changes or runs.
    Cyan,
    /// Line 1 and the heads of groups.
    Bold,
    /// Places and digests.
    Dim,
}

impl Style {
    const fn sequence(self) -> u8 {
        match self {
            Self::Bold => 1,
            Self::Dim => 2,
            Self::Red => 31,
            Self::Green => 32,
            Self::Yellow => 33,
            Self::Cyan => 36,
        }
    }
}

impl Color {
    /// `text` in these styles.
    pub(crate) fn paint(self, styles: &[Style], text: &str) -> String {
        if self == Self::Off || styles.is_empty() || text.is_empty() {
            return text.to_owned();
        }
        let mut painted = String::with_capacity(text.len() + 12);
        for style in styles {
            // Writing to a String cannot fail.
            let _ = write!(painted, "\u{1b}[{}m", style.sequence());
        }
        painted.push_str(text);
        painted.push_str("\u{1b}[0m");
        painted
    }

    /// What is there and not to be taken.
    pub(crate) fn dim(self, text: &str) -> String {
        self.paint(&[Style::Dim], text)
    }

    /// A glyph of the glyph column.
    pub(crate) fn glyph(self, glyph: char) -> String {
        let style: &[Style] = match glyph {
            '-' => &[Style::Red],
            '!' => &[Style::Yellow],
            '+' => &[Style::Green],
            '~' | '>' => &[Style::Cyan],
            _ => &[],
        };
        self.paint(style, glyph.encode_utf8(&mut [0; 4]))
    }

    /// A word that says how something is or was decided, and what stands beside it.
    pub(crate) fn word(self, word: &str) -> String {
        self.paint(word_style(word), word)
    }

    /// Line 1: bold, its first word in the colour of its meaning.
    pub(crate) fn first_line(self, word: &str, rest: &str) -> String {
        let mut styles = vec![Style::Bold];
        styles.extend_from_slice(word_style(word));
        self.paint(&styles, word) + &self.paint(&[Style::Bold], rest)
    }
}

fn word_style(word: &str) -> &'static [Style] {
    match word {
        "error" | "denied" | "failed" | "deleted" => &[Style::Red],
        "warning" | "needs approval" | "missing" | "skipped" | "superseded" | "unknown"
        | "stale" => &[Style::Yellow],
        "ok" | "allowed" | "done" => &[Style::Green],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::{Color, Style};

    #[test]
    fn without_colour_nothing_is_added() {
        assert_eq!(Color::Off.paint(&[Style::Red], "denied"), "denied");
        assert_eq!(Color::Off.glyph('!'), "!");
        assert_eq!(Color::On.glyph('!'), "\u{1b}[33m!\u{1b}[0m");
        assert_eq!(Color::On.word("carrots"), "carrots");
    }
}

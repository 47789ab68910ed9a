//! A rule: one policy of a file, one block of an action's permissions, or the condition of an
//! approval; its Cedar text, and where each byte of that text is written.

use std::ops::Range;

use cedar_policy::{Effect, EntityUid, Policy};

use crate::finding::Finding;
use crate::policy::reads::Reads;
use crate::text::{Span, Text};

/// Where a rule is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Origin {
    /// A policy of a `.cedar` file; `@title` has the words that a decision uses.
    Policy {
        /// The words, where there are any.
        title: Option<String>,
    },
    /// A block of the permissions of an action, by their numbers in the catalog.
    Block {
        /// The action.
        action: usize,
        /// The block.
        block: usize,
    },
    /// The condition of an approval of an action, by their numbers in the catalog.
    Approval {
        /// The action.
        action: usize,
        /// The entry of its approvals.
        entry: usize,
    },
}

impl Origin {
    /// The number of the action that it is a part of.
    pub(super) const fn action(&self) -> Option<usize> {
        match *self {
            Self::Policy { .. } => None,
            Self::Block { action, .. } | Self::Approval { action, .. } => Some(action),
        }
    }
}

/// The annotation by which a policy is told.
pub(super) const TITLE: &str = "title";

/// Which actions a rule is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Scope {
    /// All, or it is not known.
    All,
    /// These and what is in them.
    In(Vec<EntityUid>),
}

impl Scope {
    /// Whether an action, known by itself and its groups, is among them.
    pub(super) fn covers(&self, action: &[EntityUid]) -> bool {
        match self {
            Self::All => true,
            Self::In(actions) => actions.iter().any(|one| action.contains(one)),
        }
    }
}

/// A rule of the catalog.
#[derive(Debug, Clone)]
pub(super) struct Rule {
    /// Where people find it.
    pub(super) place: Span,
    /// `FILE:LINE` of it.
    pub(super) name: String,
    /// How many lines it has below its first.
    pub(super) lines: u32,
    /// What it is.
    pub(super) origin: Origin,
    /// Its Cedar text.
    pub(super) text: String,
    /// What the text names.
    pub(super) reads: Reads,
    /// Where the text is written.
    pub(super) map: Map,
    /// Whether it permits or forbids; what cannot be read forbids unless it says `permit`.
    pub(super) effect: Effect,
    /// Which actions it is about.
    pub(super) scope: Scope,
    /// What it is for, where it counts only when the glass is broken.
    pub(super) glass: Option<String>,
    /// As Cedar has it; `None` where it cannot be read.
    pub(super) policy: Option<Policy>,
    /// How many times it looks into entities, one after the other.
    pub(super) level: u32,
    /// Whether an error was found in it: it denies what it is about.
    pub(super) broken: bool,
    /// The first error, in words.
    pub(super) wrong: Option<String>,
}

impl Rule {
    /// The same rule, with what was found first when it was read.
    pub(super) fn wrong_by(self, finding: Option<&Finding>) -> Self {
        let wrong = finding.filter(|_| self.broken);
        Self {
            wrong: wrong.map(|finding| finding.message.clone()),
            ..self
        }
    }

    /// Whether a user wrote Cedar in it; else all of its text is made from names.
    pub(super) fn has_condition(&self) -> bool {
        match &self.map {
            Map::Whole(_) => true,
            Map::Condition { at, .. } => !at.is_empty(),
        }
    }
}

/// Where the bytes of a Cedar text stand in the user's files.
#[derive(Debug, Clone)]
pub(super) enum Map {
    /// The text is a part of a file that begins here.
    Whole(Span),
    /// The text is made; the condition within it is a value of YAML.
    Condition {
        /// The bytes of the condition in the made text.
        at: Range<usize>,
        /// Where it is written.
        written: Written,
        /// What all other bytes stand for.
        block: Span,
    },
}

impl Map {
    /// The place of bytes of the text.
    pub(super) fn span(&self, range: &Range<usize>) -> Span {
        match self {
            Self::Whole(span) => {
                let last = (span.end - span.start) as usize;
                let from = range.start.min(last);
                let to = range.end.clamp(from, last);
                span.part(number(from), number(to - from))
            }
            Self::Condition { at, written, block } => {
                if range.start < at.start || range.end > at.end {
                    return *block;
                }
                written.span(&(range.start - at.start..range.end - at.start))
            }
        }
    }
}

/// A string of YAML and where each of its bytes is written.
#[derive(Debug, Clone)]
pub(super) struct Written {
    span: Span,
    /// For each byte of the value its offset in the span; empty where that is not known.
    offsets: Vec<u32>,
}

impl Written {
    /// Finds the bytes of `value` in `source`, the characters of its `span`: quotes, escapes,
    /// the head of a block and the breaks of folded lines are passed over.
    pub(super) fn new(value: &Text, source: &str, span: Span) -> Self {
        // The content of a block may itself begin with a quote, so that is tried first.
        let offsets = align(value, source, None)
            .or_else(|| align(value, source, source.chars().next()))
            .unwrap_or_default();
        Self { span, offsets }
    }

    /// The place of bytes of the value; all of it where single bytes are not known.
    pub(super) fn span(&self, range: &Range<usize>) -> Span {
        let from = self.offsets.get(range.start).copied();
        let last = self
            .offsets
            .get(range.end.max(range.start + 1) - 1)
            .copied();
        match (from, last) {
            (Some(from), Some(last)) if from <= last => self.span.part(from, last + 1 - from),
            _ => self.span,
        }
    }
}

fn align(value: &str, source: &str, quote: Option<char>) -> Option<Vec<u32>> {
    let mut at = match quote {
        Some('|' | '>') => source.find('\n')?,
        Some('"' | '\'') => 1,
        _ => 0,
    };
    let mut offsets = Vec::with_capacity(value.len());
    for c in value.chars() {
        let rest = source.get(at..).unwrap_or_default();
        if c.is_whitespace() {
            // Breaks are folded and blanks trimmed: any run of blanks stands for any other.
            let len = rest
                .chars()
                .next()
                .filter(|c| c.is_whitespace())
                .map_or(0, char::len_utf8);
            offsets.extend(std::iter::repeat_n(number(at), c.len_utf8()));
            at += len;
            continue;
        }
        let blanks = rest.len() - rest.trim_start().len();
        at += blanks;
        let rest = source.get(at..)?;
        let is_escaped = match quote {
            Some('"') => rest.starts_with('\\'),
            Some('\'') => rest.starts_with("''"),
            _ => false,
        };
        at += usize::from(is_escaped);
        if !source.get(at..)?.starts_with(c) {
            return None;
        }
        offsets.extend((0..c.len_utf8()).map(|n| number(at + n)));
        at += c.len_utf8();
    }
    Some(offsets)
}

fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::Written;
    use crate::text::{FileId, Span, Text};

    #[test]
    fn bytes_of_a_value_are_found_in_every_style_of_yaml() {
        for (source, value) in [
            ("a <= \"20\"", "a <= \"20\""),
            ("\"\u{fc} a <= \\\"20\\\"\"", "\u{fc} a <= \"20\""),
            ("'it''s a <= \"20\"'", "it's a <= \"20\""),
            ("\"x\" ==\n  b <= \"20\"", "\"x\" == b <= \"20\""),
            ("|\n    a &&\n      b <= \"20\"\n", "a &&\n  b <= \"20\"\n"),
            (">-\n    a\n    <= \"20\"", "a <= \"20\""),
        ] {
            let span = Span::new(FileId(0), 100, 100 + u32::try_from(source.len()).unwrap());
            let written = Written::new(&Text::from(value), source, span);
            let at = value.find("20").unwrap();
            let found = written.span(&(at..at + 2));
            let from = source.find("20").unwrap();
            let expected = span.part(u32::try_from(from).unwrap(), 2);
            assert_eq!(found, expected, "{source}");
        }
    }
}

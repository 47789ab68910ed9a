//! Bytes of a text that are replaced by others.
//!
//! In: a text and what is replaced in it. Out: the new text; and where bytes of the new one were
//! in the old one. Knows nothing of what a text says.

use std::ops::Range;

/// Bytes of a text, and what stands in their place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Splice {
    /// The first byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// What stands there then.
    pub text: String,
}

impl Splice {
    /// That `text` stands in the place of bytes `start..end`.
    pub fn new(start: usize, end: usize, text: impl Into<String>) -> Self {
        let text = text.into();
        Self { start, end, text }
    }

    /// What one text has where another one differs from it, as a single place.
    pub fn between(before: &str, after: &str) -> Self {
        let same = |(one, other): &(char, char)| one == other;
        let head = before.chars().zip(after.chars()).take_while(same);
        let head: usize = head.map(|(c, _)| c.len_utf8()).sum();
        let rest = |text: &str| text.get(head..).unwrap_or_default().to_owned();
        let (old, new) = (rest(before), rest(after));
        let tail = old.chars().rev().zip(new.chars().rev()).take_while(same);
        let tail: usize = tail.map(|(c, _)| c.len_utf8()).sum();
        let text = new.get(..new.len() - tail).unwrap_or_default();
        Self::new(head, before.len() - tail, text)
    }
}

/// A text with bytes replaced; nothing where two of the places meet.
pub fn spliced(text: &str, splices: &[Splice]) -> Option<String> {
    let mut sorted: Vec<&Splice> = splices.iter().collect();
    sorted.sort_by_key(|it| (it.start, it.end));
    let mut new = String::with_capacity(text.len() + 64);
    let mut done = 0;
    for splice in sorted {
        new.push_str(text.get(done..splice.start)?);
        new.push_str(&splice.text);
        done = splice.end;
    }
    new.push_str(text.get(done..)?);
    Some(new)
}

/// Where bytes of the new text were in the old one: the whole of a place that was replaced, where
/// they are within what replaced it. Nothing where they are a part of both.
pub fn origin(splices: &[Splice], bytes: &Range<usize>) -> Option<Range<usize>> {
    let mut sorted: Vec<&Splice> = splices.iter().collect();
    sorted.sort_by_key(|it| (it.start, it.end));
    // How far the text before is longer or shorter than it was.
    let (mut old, mut new) = (0, 0);
    for splice in sorted {
        let start = new + (splice.start - old);
        let end = start + splice.text.len();
        if bytes.end <= start && bytes.start < start {
            break;
        }
        if bytes.start >= start && bytes.end <= end {
            return Some(splice.start..splice.end);
        }
        if bytes.start < end {
            return None;
        }
        (old, new) = (splice.end, end);
    }
    let at = |byte: usize| Some(old + byte.checked_sub(new)?);
    Some(at(bytes.start)?..at(bytes.end)?)
}

#[cfg(test)]
mod tests {
    use super::{Splice, origin, spliced};

    #[test]
    fn bytes_are_found_where_they_were() {
        let splices = [Splice::new(4, 7, "longer"), Splice::new(9, 10, "")];
        let new = spliced("abc old d,e", &splices).unwrap();
        assert_eq!(new, "abc longer de");
        assert_eq!(origin(&splices, &(0..3)), Some(0..3));
        assert_eq!(origin(&splices, &(4..10)), Some(4..7));
        assert_eq!(origin(&splices, &(12..13)), Some(10..11));
        assert_eq!(origin(&splices, &(2..6)), None);
        assert_eq!(
            spliced("abc", &[Splice::new(0, 2, ""), Splice::new(1, 3, "")]),
            None
        );
    }

    #[test]
    fn one_place_is_what_differs() {
        assert_eq!(
            Splice::between("a: ä\n", "a: b\nc: ä\n"),
            Splice::new(3, 3, "b\nc: ")
        );
        assert_eq!(Splice::between("aaa", "aa"), Splice::new(2, 3, ""));
    }
}

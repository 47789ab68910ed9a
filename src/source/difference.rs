//! Where two texts differ, by lines.
//!
//! In: a text before and after. Out: the lines that changed, or the difference in the form that
//! `patch` and `git apply` read. Knows no files.

use std::fmt::Write as _;
use std::ops::Range;

use similar::{DiffTag, TextDiff};

/// Lines before and behind a change that are shown with it.
const CONTEXT: usize = 3;

/// The lines that are not as they were, by their numbers in the text after it; where lines only
/// went, the line that stands there now.
pub fn changed_lines(before: &str, after: &str) -> Vec<usize> {
    let difference = TextDiff::from_lines(before, after);
    let last = after.lines().count().max(1);
    let changes = difference.ops().iter();
    let mut lines: Vec<usize> = changes
        .filter(|op| op.tag() != DiffTag::Equal)
        .flat_map(|op| {
            let new = op.new_range();
            new.start..new.end.max(new.start + 1)
        })
        .map(|line| (line + 1).min(last))
        .collect();
    lines.dedup();
    lines
}

/// Lines of two texts that differ, by their numbers from 0: those that were there, and those that
/// stand in their place. Of very long texts all lines are one difference.
pub fn replaced(before: &str, after: &str) -> Vec<(Range<usize>, Range<usize>)> {
    /// The most lines that are compared one by one: what it takes grows with their square.
    const MOST: usize = 2_000;
    let all = [before, after].map(|text| 0..text.split_inclusive('\n').count());
    if all.iter().any(|lines| lines.len() > MOST) {
        let [old, new] = all;
        return vec![(old, new)];
    }
    let old: Vec<&str> = before.split_inclusive('\n').collect();
    let new: Vec<&str> = after.split_inclusive('\n').collect();
    let difference = TextDiff::from_slices(&old, &new);
    let ops = difference.ops().iter();
    let ops = ops.filter(|op| op.tag() != DiffTag::Equal);
    ops.map(|op| (op.old_range(), op.new_range())).collect()
}

/// A text that is compared, and what may be shown of it, line for line.
#[derive(Debug, Clone, Copy)]
pub struct Side<'t> {
    text: &'t str,
    shown: &'t str,
}

impl<'t> Side<'t> {
    /// A text and what is shown of it. Where that has other lines, it alone is compared.
    pub fn new(text: &'t str, shown: &'t str) -> Self {
        let lines = |text: &str| text.split_inclusive('\n').count();
        let is_alike = lines(text) == lines(shown);
        Self {
            text: if is_alike { text } else { shown },
            shown,
        }
    }

    /// What is shown.
    pub const fn shown(self) -> &'t str {
        self.shown
    }

    fn lines(self) -> [Vec<&'t str>; 2] {
        [self.text, self.shown].map(|text| text.split_inclusive('\n').collect())
    }
}

impl<'t> From<&'t str> for Side<'t> {
    fn from(text: &'t str) -> Self {
        Self { text, shown: text }
    }
}

/// The difference of the file at `path`. Lines end at `\n` alone, as `patch` counts them. A line
/// that differs in what is not shown is told as one that changed.
pub fn unified(path: &str, before: Side<'_>, after: Side<'_>) -> String {
    compared(path, &name("b", path), before, after)
}

/// The difference that takes the file at `path` away.
pub fn removal(path: &str, before: &str) -> String {
    compared(path, "/dev/null", before.into(), "".into())
}

fn compared(path: &str, now: &str, before: Side<'_>, after: Side<'_>) -> String {
    let ([old, old_shown], [new, new_shown]) = (before.lines(), after.lines());
    let difference = TextDiff::from_slices(&old, &new);
    let mut out = format!("--- {}\n+++ {}\n", name("a", path), now);
    for hunk in difference.grouped_ops(CONTEXT) {
        let (Some(first), Some(last)) = (hunk.first(), hunk.last()) else {
            continue;
        };
        let old = first.old_range().start..last.old_range().end;
        let new = first.new_range().start..last.new_range().end;
        // Writing to a String cannot fail.
        let _ = writeln!(out, "@@ -{} +{} @@", lines(&old), lines(&new));
        let changes = hunk.iter().flat_map(|op| difference.iter_changes(op));
        for change in changes {
            // Of a line that stayed, what either side hides is hidden.
            let old = change.old_index().and_then(|at| old_shown.get(at).copied());
            let new = change.new_index().and_then(|at| new_shown.get(at).copied());
            let line = match (old, new) {
                (Some(old), Some(_)) if old != change.value() => old,
                (_, Some(new)) => new,
                (old, None) => old.unwrap_or_default(),
            };
            let _ = write!(out, "{}{line}", change.tag());
            if !line.ends_with('\n') {
                out.push_str("\n\\ No newline at end of file\n");
            }
        }
    }
    out
}

/// A range of lines as the head of a hunk names it: the first line, and how many.
fn lines(range: &Range<usize>) -> String {
    let first = range.start + usize::from(!range.is_empty());
    match range.len() {
        1 => first.to_string(),
        n => format!("{first},{n}"),
    }
}

/// A path as `git apply` reads it: a tab ends one with blanks, and one with quotes, backslashes
/// or other letters than those of ASCII is written as in C.
fn name(side: &str, path: &str) -> String {
    let is_plain = |byte: u8| (b' '..=b'~').contains(&byte) && !matches!(byte, b'"' | b'\\');
    if path.bytes().all(is_plain) {
        let end = if path.contains(' ') { "\t" } else { "" };
        return format!("{side}/{path}{end}");
    }
    let mut quoted = format!("\"{side}/");
    for byte in path.bytes() {
        match byte {
            b'"' | b'\\' => quoted.extend(['\\', char::from(byte)]),
            b' '..=b'~' => quoted.push(char::from(byte)),
            _ => {
                let _ = write!(quoted, "\\{byte:03o}");
            }
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::{Side, changed_lines, replaced, unified};

    #[test]
    fn changes_are_told_by_the_lines_of_the_new_text() {
        assert_eq!(changed_lines("a\nb\nc\n", "a\nx\nc\n"), [2]);
        assert_eq!(changed_lines("a\nb\n", "a\n"), [1]);
        assert_eq!(changed_lines("a\nb\nc\nd\n", "x\nb\nc\ny\n"), [1, 4]);
        assert_eq!(changed_lines("a\nb\nc\n", "x\ny\nc\n"), [1, 2]);
        assert_eq!(changed_lines("a", "a"), [0; 0]);
    }

    #[test]
    fn lines_that_differ_are_told_on_both_sides() {
        assert_eq!(replaced("a\nb\nc", "a\nx\ny\nc"), [(1..2, 1..3)]);
        assert_eq!(replaced("a\nb\n", "a\n"), [(1..2, 1..1)]);
        assert_eq!(replaced("a\n", "a\n"), []);
        let long = |word: &str| format!("{word}\n").repeat(2_001);
        assert_eq!(replaced(&long("a"), &long("b")), [(0..2_001, 0..2_001)]);
    }

    #[test]
    fn a_line_that_differs_in_what_is_hidden_is_told_without_it() {
        let before = Side::new("a: one\nb: x\n", "a: ***\nb: x\n");
        let after = Side::new("a: two\nb: x\n", "a: ***\nb: x\n");
        assert_eq!(
            unified("x.yaml", before, after),
            "--- a/x.yaml\n+++ b/x.yaml\n@@ -1,2 +1,2 @@\n-a: ***\n+a: ***\n b: x\n"
        );
        // What one side hides is hidden in lines that stayed, and other lines are never paired.
        let plain = "a: one\nb: y\n".into();
        let text = unified("x.yaml", before, plain);
        assert!(text.contains(" a: ***\n-b: x\n+b: y\n"), "{text}");
        let text = unified("x.yaml", plain, before);
        assert!(text.contains(" a: ***\n-b: y\n+b: x\n"), "{text}");
        let odd = Side::new("a: one\nb: x\n", "***\n");
        assert!(!unified("x.yaml", odd, after).contains("one"));
    }

    #[test]
    fn a_difference_can_be_applied() {
        let text = unified("x.yaml", "a\r\nb".into(), "a\r\nc".into());
        assert_eq!(
            text,
            "--- a/x.yaml\n+++ b/x.yaml\n@@ -1,2 +1,2 @@\n a\r\n-b\n\\ No newline at end of file\n+c\n\\ No newline at end of file\n"
        );
        // A carriage return alone ends no line for `git apply`.
        let text = unified("x y.yaml", "a\rb\n".into(), "a\rc\n".into());
        assert_eq!(
            text,
            "--- a/x y.yaml\t\n+++ b/x y.yaml\t\n@@ -1 +1 @@\n-a\rb\n+a\rc\n"
        );
        let text = unified("\u{fc}\".yaml", "".into(), "a\n".into());
        assert_eq!(
            text,
            "--- \"a/\\303\\274\\\".yaml\"\n+++ \"b/\\303\\274\\\".yaml\"\n@@ -0,0 +1 @@\n+a\n"
        );
    }
}

//! Where two texts differ, by lines.
//!
//! In: a text before and after. Out: the lines that changed, or the difference in the form that
//! `patch` and `git apply` read. Knows no files.

use similar::{DiffTag, TextDiff};

/// Lines before and behind a change that are shown with it.
const CONTEXT: usize = 3;

/// The first line of each change, by its number in the text after it.
pub fn changed_lines(before: &str, after: &str) -> Vec<usize> {
    let difference = TextDiff::from_lines(before, after);
    let last = after.lines().count().max(1);
    difference
        .ops()
        .iter()
        .filter(|op| op.tag() != DiffTag::Equal)
        .map(|op| (op.new_range().start + 1).min(last))
        .collect()
}

/// The difference of the file at `path`.
pub fn unified(path: &str, before: &str, after: &str) -> String {
    TextDiff::from_lines(before, after)
        .unified_diff()
        .context_radius(CONTEXT)
        .header(&format!("a/{path}"), &format!("b/{path}"))
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::{changed_lines, unified};

    #[test]
    fn changes_are_told_by_the_lines_of_the_new_text() {
        assert_eq!(changed_lines("a\nb\nc\n", "a\nx\nc\n"), [2]);
        assert_eq!(changed_lines("a\nb\n", "a\n"), [1]);
        assert_eq!(changed_lines("a\nb\nc\nd\n", "x\nb\nc\ny\n"), [1, 4]);
        assert_eq!(changed_lines("a", "a"), [0; 0]);
    }

    #[test]
    fn a_difference_can_be_applied() {
        let text = unified("x.yaml", "a\r\nb", "a\r\nc");
        assert_eq!(
            text,
            "--- a/x.yaml\n+++ b/x.yaml\n@@ -1,2 +1,2 @@\n a\r\n-b\n\\ No newline at end of file\n+c\n\\ No newline at end of file\n"
        );
    }
}

//! The changes of a file as `patch` and `git apply` read them.
//!
//! In: a path and the text before and after. Out: the difference. Characters that cannot be
//! seen are shown, for catalog text must not drive a terminal; line ends, tabs and a byte order
//! mark stay, so that the difference of every file that `check` takes can be applied.

use crate::source::difference::{self, Side};
use crate::text::is_hidden;

/// Stands in the place of a secret; the patch then cannot be applied, and shows nothing.
pub(super) const MASK: &str = "***";
/// The byte order mark, which may stand before the first line of a text.
const MARK: char = '\u{feff}';

/// The difference of the file at `path`, without the texts in `secrets`.
pub fn patch(path: &str, before: Side<'_>, after: Side<'_>, secrets: &[&str]) -> String {
    shown(
        difference::unified(path, before, after),
        (before.shown(), after.shown()),
        secrets,
    )
}

/// The difference that takes the file at `path` away.
pub fn removal(path: &str, before: &str, secrets: &[&str]) -> String {
    shown(difference::removal(path, before), (before, ""), secrets)
}

/// A difference without secrets, and with what cannot be seen.
fn shown(mut difference: String, (before, after): (&str, &str), secrets: &[&str]) -> String {
    // A secret of several lines is known by each of them, for a `+` or `-` stands between.
    let lines = secrets.iter().flat_map(|secret| secret.lines());
    for secret in lines.map(str::trim).filter(|line| !line.is_empty()) {
        difference = difference.replace(secret, MASK);
    }
    let mut shown = String::with_capacity(difference.len());
    // The first hunk may have the first line, once for each side or once for both.
    let mut marks = if before.starts_with(MARK) || after.starts_with(MARK) {
        2
    } else {
        0
    };
    for line in difference.split_inclusive('\n') {
        let (sign, text) = line.split_at(line.len().min(1));
        shown.push_str(sign);
        let behind = text.strip_prefix(MARK).filter(|_| marks > 0);
        if behind.is_some() {
            shown.push(MARK);
            marks -= 1;
        }
        show(behind.unwrap_or(text), &mut shown);
    }
    shown
}

/// Adds a line to what is shown.
fn show(line: &str, shown: &mut String) {
    let mut letters = line.chars().peekable();
    while let Some(c) = letters.next() {
        let is_line_end = c == '\n' || (c == '\r' && letters.peek() == Some(&'\n'));
        if is_hidden(c) && !is_line_end && c != '\t' {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{patch, removal};

    #[test]
    fn a_file_that_goes_is_nothing_afterwards() {
        let text = removal("a.yaml", "a: b\nc: d\n", &[]);
        assert_eq!(
            text,
            "--- a/a.yaml\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-a: b\n-c: d\n"
        );
    }

    #[test]
    fn line_ends_stay_and_what_is_hidden_is_shown() {
        let text = patch(
            "a.yaml",
            "a\u{202e}\r\n\tb\n".into(),
            "a\u{202e}\r\n\tc\n".into(),
            &[],
        );
        assert!(text.contains(" a\\u{202e}\r\n-\tb\n+\tc\n"), "{text}");
    }

    #[test]
    fn a_secret_is_not_shown() {
        let text = patch(
            "a.yaml",
            "a: s3cret\nb: c\n".into(),
            "a: s3cret\nb: d\n".into(),
            &["s3cret"],
        );
        assert!(text.contains(" a: ***\n-b: c\n+b: d\n"), "{text}");
    }
}

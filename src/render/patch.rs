//! The changes of a file as `patch` and `git apply` read them.
//!
//! In: a path and the text before and after. Out: the difference. Characters that cannot be
//! seen are shown, for catalog text must not drive a terminal; line ends and tabs stay.

use crate::source::difference;
use crate::text::is_hidden;

/// Stands in the place of a secret; the patch then cannot be applied, and shows nothing.
const MASK: &str = "***";

/// The difference of the file at `path`, without the texts in `secrets`.
pub fn patch(path: &str, before: &str, after: &str, secrets: &[&str]) -> String {
    let mut difference = difference::unified(path, before, after);
    // A secret of several lines is known by each of them, for a `+` or `-` stands between.
    let lines = secrets.iter().flat_map(|secret| secret.lines());
    for secret in lines.map(str::trim).filter(|line| !line.is_empty()) {
        difference = difference.replace(secret, MASK);
    }
    let mut shown = String::with_capacity(difference.len());
    let mut letters = difference.chars().peekable();
    while let Some(c) = letters.next() {
        let is_line_end = c == '\n' || (c == '\r' && letters.peek() == Some(&'\n'));
        if is_hidden(c) && !is_line_end && c != '\t' {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::patch;

    #[test]
    fn line_ends_stay_and_what_is_hidden_is_shown() {
        let text = patch("a.yaml", "a\u{202e}\r\n\tb\n", "a\u{202e}\r\n\tc\n", &[]);
        assert!(text.contains(" a\\u{202e}\r\n-\tb\n+\tc\n"), "{text}");
    }

    #[test]
    fn a_secret_is_not_shown() {
        let text = patch(
            "a.yaml",
            "a: s3cret\nb: c\n",
            "a: s3cret\nb: d\n",
            &["s3cret"],
        );
        assert!(text.contains(" a: ***\n-b: c\n+b: d\n"), "{text}");
    }
}

//! Words and numbers of every rendering: counts, lists, durations, widths, and the user's
//! text made harmless.
//!
//! Nothing here knows what a finding or a plan is.

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::text::is_hidden;

/// The columns that no line goes beyond, unless a name would have to be cut.
pub(crate) const WIDTH: usize = 100;

/// The user's text as any output may carry it: hidden characters are shown, so that it is one
/// line, and the marks by which CI systems find commands inside a line are broken.
pub(crate) fn safe(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hidden) && !text.contains("##") {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for (at, c) in text.char_indices() {
        push_safe(&mut shown, text, at, c);
    }
    Cow::Owned(shown)
}

/// Writes `c`, which stands at byte `at` of `text`, as [`safe`] shows it.
pub(crate) fn push_safe(shown: &mut String, text: &str, at: usize, c: char) {
    if is_hidden(c) || (c == '#' && starts_a_command(text, at)) {
        // Writing to a String cannot fail.
        let _ = write!(shown, "\\u{{{:x}}}", u32::from(c));
    } else {
        shown.push(c);
    }
}

/// Whether the `#` at byte `at` is the second of `##[` or `##vso[`: runners of GitHub and of
/// Azure look for these anywhere in a line.
fn starts_a_command(text: &str, at: usize) -> bool {
    let after = text.get(at + 1..).unwrap_or_default();
    text.get(..at).is_some_and(|before| before.ends_with('#'))
        && (after.starts_with('[') || after.starts_with("vso["))
}

/// Whether a line that begins with `word` would be a command to a CI system.
fn is_command(word: &str) -> bool {
    word.starts_with("::") || word.starts_with("##")
}

/// The user's text where nothing of ours stands before it in its line: safe, and not to be
/// taken for a command.
pub(crate) fn leading(text: &str) -> Cow<'_, str> {
    let text = safe(text);
    match text.chars().next() {
        Some(first) if is_command(&text) => {
            let rest = text.get(first.len_utf8()..).unwrap_or_default();
            Cow::Owned(format!("\\u{{{:x}}}{rest}", u32::from(first)))
        }
        _ => text,
    }
}

/// A line without blanks at its end.
pub(crate) fn push_line(out: &mut String, line: &str) {
    out.push_str(line.trim_end_matches(' '));
    out.push('\n');
}

/// The columns of a text; a character is one.
pub(crate) fn columns(text: &str) -> usize {
    text.chars().count()
}

/// `text` with blanks behind it up to `width`.
pub(crate) fn left(text: &str, width: usize) -> String {
    format!("{text:<width$}")
}

/// `text` with blanks before it up to `width`.
pub(crate) fn right(text: &str, width: usize) -> String {
    format!("{text:>width$}")
}

/// A number with commas: `1,000`.
pub(crate) fn number(n: usize) -> String {
    let digits = n.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A length or a count as a number of this machine.
pub(crate) fn size(n: impl TryInto<usize>) -> usize {
    n.try_into().unwrap_or(usize::MAX)
}

/// `1 step`, `5 steps`.
pub(crate) fn count(n: usize, one: &str, many: &str) -> String {
    format!("{} {}", number(n), if n == 1 { one } else { many })
}

/// `is` after one, `are` after several.
pub(crate) const fn is_or_are(n: usize) -> &'static str {
    if n == 1 { "is" } else { "are" }
}

/// `ada`, `ada and lin`, `ada, lin and sam`; the word between the last two is `last`.
pub(crate) fn list<T: AsRef<str>>(items: &[T], last: &str) -> String {
    match items.split_last() {
        None => String::new(),
        Some((only, [])) => only.as_ref().to_owned(),
        Some((end, rest)) => {
            let rest: Vec<&str> = rest.iter().map(AsRef::as_ref).collect();
            format!("{} {last} {}", rest.join(", "), end.as_ref())
        }
    }
}

/// The user's names in a list: safe, and no more than eight of them.
pub(crate) fn names<T: AsRef<str>>(items: &[T], last: &str) -> String {
    const MOST: usize = 8;
    let mut shown: Vec<String> = items
        .iter()
        .take(MOST)
        .map(|item| safe(item.as_ref()).into_owned())
        .collect();
    if items.len() > MOST {
        shown.push(count(items.len() - MOST, "other", "others"));
    }
    list(&shown, last)
}

/// Seconds as people write them: `30s`, `15m`, `2m 11s`, `1h 30m`.
pub fn duration(seconds: u64) -> String {
    let parts = [
        (seconds / 86_400, 'd'),
        (seconds / 3_600 % 24, 'h'),
        (seconds / 60 % 60, 'm'),
        (seconds % 60, 's'),
    ];
    let shown: Vec<String> = parts
        .iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, unit)| format!("{n}{unit}"))
        .collect();
    if shown.is_empty() {
        return "0s".to_owned();
    }
    shown.join(" ")
}

/// A value cut to `width` columns: `"memory leak... (+19)"`; the number is how many
/// characters are not shown. A quote at the end stays.
pub(crate) fn cut(value: &str, width: usize) -> Cow<'_, str> {
    let all = columns(value);
    if all <= width {
        return Cow::Borrowed(value);
    }
    let quote = if all > 1 && value.starts_with('"') && value.ends_with('"') {
        "\""
    } else {
        ""
    };
    let taken = columns("... (+)") + columns(&all.to_string()) + quote.len();
    let kept: String = value
        .chars()
        .take(width.saturating_sub(taken).max(1 + quote.len()))
        .collect();
    // A cut after a blank or a comma would read as if something stood there.
    let trimmed = kept.trim_end_matches(|c: char| !c.is_alphanumeric() && c != '"');
    let kept = if trimmed.len() > quote.len() {
        trimmed
    } else {
        &kept
    };
    let gone = all - columns(kept) - quote.len();
    Cow::Owned(format!("{kept}... (+{gone}){quote}"))
}

/// The lines of `text`, broken at blanks: the first of at most `first` columns, the others of
/// at most `rest`. A longer word stays whole.
pub(crate) fn wrap(text: &str, first: usize, rest: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    for word in text.split(' ') {
        let room = if lines.is_empty() { first } else { rest };
        let wide = columns(word);
        // A line must not begin with what a CI system takes for a command.
        if used > 0 && used + 1 + wide > room && !is_command(word) && !word.is_empty() {
            lines.push(std::mem::take(&mut line));
            used = 0;
        } else if !line.is_empty() || used > 0 {
            line.push(' ');
            used += 1;
        }
        line.push_str(word);
        used += wide;
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::{columns, cut, duration, leading, list, number, safe, wrap};

    #[test]
    fn a_cut_value_says_how_much_is_missing() {
        let reason = "\"memory leak, see incident 4711\"";
        assert_eq!(cut(reason, 24), "\"memory leak... (+19)\"");
        assert_eq!(cut(reason, 32), reason);
        assert_eq!(cut("[1, 2, 3, 4, 5, 6, 7]", 14), "[1, 2... (+16)");
        assert_eq!(cut(&"\u{1f6f6}".repeat(40), 20).chars().count(), 20);
    }

    #[test]
    fn counts_lists_and_durations_read_well() {
        assert_eq!(number(1_234_567), "1,234,567");
        assert_eq!(number(412), "412");
        assert_eq!(list(&["a", "b", "c"], "and"), "a, b and c");
        assert_eq!(duration(131), "2m 11s");
        assert_eq!(duration(900), "15m");
        assert_eq!(duration(5_400), "1h 30m");
    }

    #[test]
    fn what_ci_systems_take_for_commands_is_broken() {
        assert_eq!(
            safe("a ##[add-mask]b ##vso[x] ## c"),
            "a #\\u{23}[add-mask]b #\\u{23}vso[x] ## c"
        );
        assert_eq!(leading("::error::x.yaml"), "\\u{3a}:error::x.yaml");
        let lines = wrap("one two ::add-mask::three four", 8, 8);
        assert_eq!(lines, ["one two ::add-mask::three", "four"]);
    }

    #[test]
    fn wrapping_loses_no_character() {
        let text = "a fact about  two blanks and_a_very_long_name_that_stays_whole here";
        let lines = wrap(text, 20, 12);
        assert_eq!(lines.join(" "), text);
        assert!(lines.iter().any(|line| columns(line) > 20));
    }
}

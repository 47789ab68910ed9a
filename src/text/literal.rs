//! Expressions without what they compare with: texts, numbers and truth values.
//!
//! In: an expression, of jq or of Cedar, or a text that has some. Out: the same in which a mask
//! stands for every literal, so that its form can be read. It is no parser: what cannot be told
//! apart is hidden whole.

use std::ops::Range;

/// The expression with `mask` of every literal in its place.
pub fn masked(source: &str, mask: &dyn Fn(&str) -> String) -> String {
    let mut out = String::new();
    let mut done = 0;
    for range in literals(source) {
        out.push_str(source.get(done..range.start).unwrap_or_default());
        out.push_str(&mask(source.get(range.clone()).unwrap_or_default()));
        done = range.end;
    }
    out.push_str(source.get(done..).unwrap_or_default());
    out
}

/// Where the literals of an expression stand in it, in order.
pub fn literals(source: &str) -> Vec<Range<usize>> {
    // What stands between the quotes of such a text is an expression with texts of its own.
    if source.contains("\\(") {
        return std::iter::once(0..source.len()).collect();
    }
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(rest) = source.get(at..)
        && let Some(first) = rest.chars().next()
    {
        let (long, is_literal) = match first {
            '"' => (quoted(rest), true),
            '0'..='9' => (number(rest), true),
            c if is_name(c) => {
                let end = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
                (end, matches!(rest.get(..end), Some("true" | "false")))
            }
            c => (c.len_utf8(), false),
        };
        if is_literal {
            found.push(at..at + long);
        }
        at += long;
    }
    found
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The length of the text in quotes that `text` begins with, these included; without its end it is
/// all that is left.
pub fn quoted(text: &str) -> usize {
    let mut is_escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The length of a number, its fraction and its exponent.
fn number(text: &str) -> usize {
    let mut before = '0';
    let mut is_part = |c: char| {
        let is_sign = matches!(c, '+' | '-') && matches!(before, 'e' | 'E');
        before = c;
        is_sign || c.is_alphanumeric() || matches!(c, '.' | '_')
    };
    text.find(|c| !is_part(c)).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn every_literal_goes_and_the_form_stays() {
        let cases = [
            (".properties.pin == 4711", ".properties.pin == *"),
            (".a[0] and (.b2 != \"x \\\" y\")", ".a[*] and (.b2 != *)"),
            ("resource.pin == 1.5e-7 || true", "resource.pin == * || *"),
            (".x == \"no end", ".x == *"),
            (".x == -12", ".x == -*"),
            ("\"\\(.x == \"4711\")\"", "*"),
            ("ä.\"ß\"", "ä.*"),
        ];
        for (source, shown) in cases {
            assert_eq!(masked(source, &|_| "*".to_owned()), shown, "{source}");
        }
    }
}

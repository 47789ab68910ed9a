//! Secrets within texts: `password=...` and `token: ...`, in words and in addresses.
//!
//! In: a text. Out: where the values are that such a word gives and that look as if they were
//! one; places for a value, examples and words of people are none.

use super::keyed::{is_random, is_secret_key};
use super::{Hidden, is_told};
use crate::source::Snapshot;
use crate::syntax::Node;
use crate::text::Span;

/// The fewest characters that a text with a pair has.
const LEAST: usize = 10;
/// The fewest characters of a value that stand together.
const RUN: usize = 6;
/// The longest that a word before a value may be.
const WORD: usize = 40;

/// What says of a value that it is none, in small letters.
const PLACES: [&str; 18] = [
    "password",
    "passwd",
    "passphrase",
    "secret",
    "token",
    "changeme",
    "example",
    "redacted",
    "xxx",
    "***",
    "...",
    "hidden",
    "placeholder",
    "your",
    "dummy",
    "sample",
    "abc123",
    "123456",
];

/// Tells the first byte and the end of each value, and its name.
fn find<'t>(text: &'t str, tell: &mut dyn FnMut(usize, usize, &'t str)) {
    if text.len() < LEAST {
        return;
    }
    let mut done = 0;
    for (at, sign) in text.match_indices([':', '=']) {
        if at < done {
            continue;
        }
        let name = word_before(text.get(..at).unwrap_or_default());
        if name.is_empty() || !is_secret_key(name) {
            continue;
        }
        let behind = text.get(at + sign.len()..).unwrap_or_default();
        let value = behind.trim_start_matches([' ', '"', '\'']);
        let from = text.len() - value.len();
        let is_end = |c: char| c.is_whitespace() || "&\"'`,;)]}|".contains(c);
        let value = value.split(is_end).next().unwrap_or_default();
        if is_value(value) {
            done = from + value.len();
            tell(from, done, name);
        }
    }
}

/// Looks for pairs within a text. Where its characters are not simply those of the file, all of it
/// is meant.
pub(super) fn pairs<'c>(
    snapshot: &Snapshot,
    node: &Node,
    text: &'c str,
    told: &Hidden,
    found: &mut Vec<(Span, &'c str)>,
) {
    find(text, &mut |from, to, name| {
        let at = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let span = snapshot.within(node.span, text, at(from), at(to));
        if !is_told(told, span) && found.last().is_none_or(|(last, _)| *last != span) {
            found.push((span, name));
        }
    });
}

/// The name that a text ends with.
fn word_before(text: &str) -> &str {
    let text = text.trim_end_matches(['"', '\'']);
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let from = text
        .char_indices()
        .rev()
        .take(WORD)
        .take_while(|(_, c)| is_part(*c))
        .last();
    from.and_then(|(at, _)| text.get(at..)).unwrap_or_default()
}

/// Whether a value is a secret: letters and digits that stand together, and no place for one. What
/// could be a path must look as if it was made by chance.
fn is_value(value: &str) -> bool {
    let small = value.to_ascii_lowercase();
    let is_open = value.contains(['$', '{', '<', '>', '%', '[', '(', '*'])
        || value.contains('/') && !is_random(value);
    if is_open || PLACES.iter().any(|place| small.contains(place)) {
        return false;
    }
    let mut runs = value.split(|c: char| !c.is_ascii_alphanumeric());
    runs.any(|run| {
        let has = |is: fn(&u8) -> bool| run.bytes().any(|byte| is(&byte));
        run.len() >= RUN && has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic)
    })
}

#[cfg(test)]
mod tests {
    use super::find;

    fn values(text: &str) -> Vec<&str> {
        let mut found = Vec::new();
        find(text, &mut |from, to, _| found.push(&text[from..to]));
        found
    }

    #[test]
    fn a_pair_is_found_in_words_and_in_addresses() {
        for (text, value) in [
            ("log in with password=hunter22 please", "hunter22"),
            ("token: 4f9c2a77be", "4f9c2a77be"),
            (
                "https://ci.acme.io/run?job=1&token=4f9c2a77be&x=y",
                "4f9c2a77be",
            ),
            ("Server=db;Password=\"Sommer2024!\";", "Sommer2024!"),
            ("API_KEY='q8Zr2LxV'", "q8Zr2LxV"),
            (
                "aws_secret_access_key=wJalrXUtnFEMI/K7MDENG/bPxRfiCYzq8Zr2L",
                "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzq8Zr2L",
            ),
            ("{\"client_secret\": \"q8Zr2LxV\"}", "q8Zr2LxV"),
        ] {
            assert_eq!(values(text), [value], "{text}");
        }
    }

    #[test]
    fn places_for_a_value_and_words_are_none() {
        for text in [
            "the token: ask the platform team",
            "password=$DB_PASSWORD1",
            "token={{ .inputs.Token1 }}",
            "password=<your-password-1>",
            "password: changeme1",
            "password=example12",
            "secret: cart-db-2",
            "token=***",
            "https://acme.io/?token_type=bearer12",
            "secret: projects/acme1234/secrets/x",
            "password=123456",
        ] {
            assert!(values(text).is_empty(), "{text}");
        }
    }
}

//! YAML that may be printed anywhere, for people who read and write it all day.
//!
//! In: a struct of a format. Out: the same data as its JSON, in blocks of two blanks a level. A text
//! stands plain only where every reader of YAML takes it for that text.

use std::fmt::Write as _;

use serde::Serialize;
use serde_json::Value as Json;

use crate::text::is_hidden;

/// The text of a document.
pub(super) fn document<T: Serialize>(document: &T) -> String {
    // Plain data without maps of odd keys always serializes.
    let value = serde_json::to_value(document).unwrap_or_default();
    let mut out = String::new();
    block(&value, 0, &mut out);
    out
}

/// A value on lines of its own, and the end of the last of them.
fn block(value: &Json, level: usize, out: &mut String) {
    match value {
        Json::Object(items) if !items.is_empty() => {
            for (key, value) in items {
                let _ = write!(out, "{}{}:", "  ".repeat(level), text(key));
                beside(value, level, out);
            }
        }
        Json::Array(items) if !items.is_empty() => {
            for item in items {
                let _ = write!(out, "{}-", "  ".repeat(level));
                if is_flat(item) {
                    let _ = writeln!(out, " {}", flat(item));
                } else {
                    let mut below = String::new();
                    block(item, level + 1, &mut below);
                    // The first line of what is below stands beside the dash.
                    out.push(' ');
                    out.push_str(below.trim_start_matches(' '));
                }
            }
        }
        other => {
            let _ = writeln!(out, "{}{}", "  ".repeat(level), flat(other));
        }
    }
}

/// A value behind its key.
fn beside(value: &Json, level: usize, out: &mut String) {
    if is_flat(value) {
        let _ = writeln!(out, " {}", flat(value));
    } else {
        out.push('\n');
        block(value, level + 1, out);
    }
}

fn is_flat(value: &Json) -> bool {
    match value {
        Json::Object(items) => items.is_empty(),
        Json::Array(items) => items.is_empty(),
        _ => true,
    }
}

fn flat(value: &Json) -> String {
    match value {
        Json::String(value) => text(value),
        other => other.to_string(),
    }
}

/// A text, in quotes unless it is a plain word to every reader.
fn text(text: &str) -> String {
    // What YAML 1.1 takes for something else is quoted too.
    const WORDS: [&str; 9] = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    let is_plain = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/'))
        && !WORDS.contains(&text.to_ascii_lowercase().as_str());
    if is_plain {
        text.to_owned()
    } else {
        quoted(text)
    }
}

/// A text in quotes: as in JSON, but a character beyond the first 65,536 is one escape.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    for c in Json::from(text).to_string().chars() {
        match u32::from(c) {
            // The last two are no characters, and YAML takes neither as it is.
            _ if !is_hidden(c) && !matches!(c, '\u{fffe}' | '\u{ffff}') => out.push(c),
            code @ ..=0xffff => out.push_str(&format!("\\u{code:04x}")),
            code => out.push_str(&format!("\\U{code:08x}")),
        }
    }
    out.replace("##", "#\\u0023")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::document;

    #[test]
    fn blocks_stand_below_their_keys() {
        let value =
            json!({"a": [], "b": [1, {"c": {}, "d": [true, null]}, [["x"], []]], "e": {"f": "no"}});
        assert_eq!(
            document(&value),
            "a: []\nb:\n  - 1\n  - c: {}\n    d:\n      - true\n      - null\n  - - - x\n    - []\ne:\n  f: \"no\"\n"
        );
        assert_eq!(document(&json!("a b")), "\"a b\"\n");
    }

    #[test]
    fn every_reader_of_yaml_reads_the_same_data_again() {
        for text in [
            "no",
            "~",
            "1e3",
            "0x1F",
            "012",
            "2026-11-22",
            "- a",
            "a: b",
            "#x",
            "a #b",
            "'",
            "\"",
            "\u{202e}\n\u{85}\u{2028}",
            "",
            " ",
            "<<",
            "=",
            "!x",
            "&a",
            "*a",
            "end",
            "\u{1f600}",
            "\u{e0041}",
            "a/b.c-d_e",
            "yes",
            "##[x]",
        ] {
            let value = json!({"key": text, "list": [text, [text]], text: {"x": text}});
            let written = document(&value);
            let read: Json = serde_yaml::from_str(&written).unwrap();
            assert_eq!(read, value, "{written}");
            assert!(!written.contains("##["), "{written}");
        }
    }
}

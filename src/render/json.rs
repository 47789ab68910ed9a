//! JSON that may be printed anywhere.
//!
//! In: a struct of a format. Out: its JSON of two blanks a level, with a line end, in which no
//! character is hidden and nothing is a command to a CI system.

use std::fmt::Write as _;

use serde::Serialize;

use crate::text::is_hidden;

/// The text of a document.
pub(super) fn document<T: Serialize>(document: &T) -> String {
    // Plain data without maps of odd keys always serializes.
    let json = serde_json::to_string_pretty(document).unwrap_or_default();
    escape_hidden(&json) + "\n"
}

/// The same JSON with every hidden character written as `\u202e`, and without the `##[` by
/// which CI systems find commands: this is printed to terminals and logs too.
fn escape_hidden(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for c in json.chars() {
        if is_hidden(c) && c != '\n' {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a String cannot fail.
                let _ = write!(escaped, "\\u{unit:04x}");
            }
        } else {
            escaped.push(c);
        }
    }
    escaped.replace("##", "#\\u0023")
}

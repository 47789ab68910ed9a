//! The text forms that `@uri` and its relatives give a value.
//!
//! In goes text or a value, out comes text for another language. Knows nothing of expressions.

use std::fmt::Write as _;

use serde_json::Value;

use super::value;

/// How an interpolated value is written into a string: `@uri "..\(x).."`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Text,
    Json,
    Uri,
    Base64,
    Html,
}

impl Format {
    /// The format of this name, if it may be used on a string.
    pub(super) fn of(name: &str) -> Option<Self> {
        Some(match name {
            "@text" => Self::Text,
            "@json" => Self::Json,
            "@uri" => Self::Uri,
            "@base64" => Self::Base64,
            "@html" => Self::Html,
            _ => return None,
        })
    }

    /// `it` in this format.
    pub(super) fn write(self, it: &Value) -> String {
        match self {
            Self::Text => value::text(it).into_owned(),
            Self::Json => it.to_string(),
            Self::Uri => uri(&value::text(it)),
            Self::Base64 => base64(&value::text(it)),
            Self::Html => html(&value::text(it)),
        }
    }
}

/// `text` with all but unreserved characters in per cent form.
pub(super) fn uri(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                out.push(char::from(byte));
            }
            // Writing to a String cannot fail.
            _ => drop(write!(out, "%{byte:02X}")),
        }
    }
    out
}

/// `text` with the characters that mean something in HTML as entities.
pub(super) fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\'' => out.push_str("&#39;"),
            '"' => out.push_str("&quot;"),
            _ => out.push(c),
        }
    }
    out
}

/// `text` in base64, padded.
pub(super) fn base64(text: &str) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(text.len().div_ceil(3) * 4);
    for group in text.as_bytes().chunks(3) {
        let byte = |at: usize| u32::from(group.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            let sign = SIGNS.get((bits >> (18 - 6 * place)) as usize & 63).copied();
            let is_padding = place > group.len();
            out.push(if is_padding {
                '='
            } else {
                char::from(sign.unwrap_or(b'='))
            });
        }
    }
    out
}

/// An array of scalars as one line of comma-separated values.
pub(super) fn csv(it: &Value) -> Result<String, String> {
    let Value::Array(all) = it else {
        return Err(format!("this is {}, not an array", value::described(it)));
    };
    let mut cells = Vec::with_capacity(all.len());
    for one in all {
        cells.push(match one {
            Value::Null => String::new(),
            Value::String(text) => format!("\"{}\"", text.replace('"', "\"\"")),
            Value::Bool(_) | Value::Number(_) => one.to_string(),
            Value::Array(_) | Value::Object(_) => {
                return Err(format!(
                    "{} does not fit into a cell",
                    value::described(one)
                ));
            }
        });
    }
    Ok(cells.join(","))
}

#[cfg(test)]
mod tests {
    use super::{base64, csv, html, uri};

    #[test]
    fn texts_are_written_for_other_languages() {
        assert_eq!(uri("a b/\u{fc}?~"), "a%20b%2F%C3%BC%3F~");
        assert_eq!(
            html("<a href='x'>&\"</a>"),
            "&lt;a href=&#39;x&#39;&gt;&amp;&quot;&lt;/a&gt;"
        );
        for (text, encoded) in [("", ""), ("a", "YQ=="), ("ab", "YWI="), ("abc", "YWJj")] {
            assert_eq!(base64(text), encoded);
        }
        assert_eq!(base64("\u{ff}~?>"), "w79+Pz4=");
        let row = serde_json::json!(["a\"b", 1.5, true, null]);
        assert_eq!(csv(&row).unwrap(), "\"a\"\"b\",1.5,true,");
        assert!(
            csv(&serde_json::json!([[1]]))
                .unwrap_err()
                .contains("an array")
        );
    }
}

//! Values in a plan file: their one form, their digest, and how they are shown.
//!
//! In: any JSON. Out: texts; what a value is a value of is not known here.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};
use serde_json::Value as Json;
use sha2::{Digest as _, Sha256};

/// Reads a value whose key is there: a null is one, and a missing key is none.
pub(super) fn there<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Json>, D::Error> {
    Json::deserialize(from).map(Some)
}

/// The first seven characters of a digest or commit.
pub fn short(id: &str) -> &str {
    id.get(..7).unwrap_or(id)
}

/// A value in a line: words as they are, `none` for nothing, `null` for a null that is written,
/// lists in brackets.
pub fn show(value: Option<&Json>) -> String {
    match value {
        None => "none".to_owned(),
        Some(Json::String(text)) if is_word(text) => text.clone(),
        Some(Json::Array(items)) => {
            let items: Vec<String> = items.iter().map(|item| show(Some(item))).collect();
            format!("[{}]", items.join(", "))
        }
        Some(other) => canonical(other),
    }
}

/// Whether a text reads as one word, so that it needs no quotes.
fn is_word(text: &str) -> bool {
    !text.is_empty()
        && !matches!(text, "none" | "null")
        && !text.contains(|c: char| c.is_whitespace() || matches!(c, '"' | ',' | '[' | ']'))
}

/// The SHA-256 of a value's canonical bytes, in hexadecimal.
pub fn digest(value: &Json) -> String {
    let hash = Sha256::digest(canonical(value).as_bytes());
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A value as text in its one form: sorted keys, no blanks, whole numbers without a point.
pub fn canonical(value: &Json) -> String {
    let mut text = String::new();
    write_canonical(value, &mut text);
    text
}

fn write_canonical(value: &Json, out: &mut String) {
    match value {
        Json::Object(entries) => {
            let sorted: BTreeMap<&String, &Json> = entries.iter().collect();
            out.push('{');
            for (n, (key, value)) in sorted.into_iter().enumerate() {
                if n > 0 {
                    out.push(',');
                }
                out.push_str(&Json::from(key.as_str()).to_string());
                out.push(':');
                write_canonical(value, out);
            }
            out.push('}');
        }
        Json::Array(items) => {
            out.push('[');
            for (n, item) in items.iter().enumerate() {
                if n > 0 {
                    out.push(',');
                }
                write_canonical(item, out);
            }
            out.push(']');
        }
        Json::Number(number) => out.push_str(&canonical_number(number)),
        other => out.push_str(&other.to_string()),
    }
}

/// 1.0 is 1: the same number has one form.
fn canonical_number(number: &serde_json::Number) -> String {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match number.as_f64() {
        Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() < EXACT => {
            format!("{float:.0}")
        }
        _ => number.to_string(),
    }
}

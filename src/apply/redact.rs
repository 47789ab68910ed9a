//! Keeps secrets out of everything that leaves: records, events, errors.
//!
//! In: the secrets of a run. Out: texts and values in which none of them stands, neither as it
//! is nor in the forms that a backend's answer may carry it in: escaped as JSON, encoded for a
//! URL, in hexadecimal, or in base 64 at any of its three alignments within other bytes.
//! What a backend does to a secret beyond that cannot be found.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::Map;
use serde_json::Value as Json;

use crate::text::visible;

/// What stands where a secret was.
const MASK: &str = "***";

/// Shorter secrets are looked for as they are only: their encodings are in every text.
const ENCODED_FROM: usize = 4;

const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const URL_SAFE: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Knows the secrets of a run.
#[derive(Clone, Default)]
pub(super) struct Redactor {
    forms: BTreeSet<String>,
}

impl Redactor {
    /// One that knows these secrets in all their forms.
    pub(super) fn new<'a>(secrets: impl IntoIterator<Item = &'a str>) -> Self {
        let mut forms = BTreeSet::new();
        for secret in secrets {
            add_forms(secret, &mut forms);
            add_forms(secret.trim(), &mut forms);
            // A key of several lines is often shown line by line.
            for line in secret.lines().map(str::trim) {
                if line.len() >= ENCODED_FROM {
                    add_forms(line, &mut forms);
                }
            }
        }
        forms.remove("");
        Self { forms }
    }

    /// `text` without secrets.
    pub(super) fn text(&self, text: &str) -> String {
        let mut hits: Vec<(usize, usize)> = Vec::new();
        for form in &self.forms {
            let mut from = 0;
            while let Some(found) = text.get(from..).and_then(|rest| rest.find(form.as_str())) {
                let start = from + found;
                hits.push((start, start + form.len()));
                // One character further, for a secret may overlap itself.
                let width = text.get(start..).and_then(|rest| rest.chars().next());
                from = start + width.map_or(1, char::len_utf8);
            }
        }
        hits.sort_unstable();
        let mut clean = String::with_capacity(text.len());
        let mut end = 0;
        for (start, stop) in hits {
            if start >= end {
                clean.push_str(text.get(end..start).unwrap_or_default());
                clean.push_str(MASK);
            }
            end = end.max(stop);
        }
        clean.push_str(text.get(end..).unwrap_or_default());
        clean
    }

    /// `text` without secrets and without characters that are not seen, in one line.
    pub(super) fn line(&self, text: &str) -> String {
        visible(&self.text(text)).into_owned()
    }

    /// `value` without secrets, in keys as in values; a number that is a secret becomes a text.
    pub(super) fn value(&self, value: Json) -> Json {
        match value {
            Json::String(text) => Json::String(self.text(&text)),
            Json::Number(number) => {
                let text = number.to_string();
                if self.text(&text) == text {
                    Json::Number(number)
                } else {
                    Json::String(self.text(&text))
                }
            }
            Json::Array(items) => items.into_iter().map(|item| self.value(item)).collect(),
            Json::Object(fields) => Json::Object(self.fields(fields)),
            Json::Null | Json::Bool(_) => value,
        }
    }

    /// The same of a mapping.
    pub(super) fn fields(&self, fields: Map<String, Json>) -> Map<String, Json> {
        fields
            .into_iter()
            .map(|(key, value)| (self.text(&key), self.value(value)))
            .collect()
    }
}

fn add_forms(secret: &str, forms: &mut BTreeSet<String>) {
    forms.insert(secret.to_owned());
    if secret.len() < ENCODED_FROM {
        return;
    }
    let quoted = Json::from(secret).to_string();
    let escaped = quoted.strip_prefix('"').unwrap_or(&quoted);
    let escaped = escaped.strip_suffix('"').unwrap_or(escaped);
    forms.insert(escaped.to_owned());
    forms.insert(escaped.replace('/', "\\/"));
    forms.insert(ascii_only(escaped));
    let url = percent_encoded(secret);
    forms.insert(lower_escapes(&url));
    forms.insert(url.replace("%20", "+"));
    forms.insert(url);
    let hexadecimal = secret.bytes().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    });
    forms.insert(hexadecimal.to_uppercase());
    forms.insert(hexadecimal);
    for alphabet in [STANDARD, URL_SAFE] {
        for alignment in 0..3 {
            forms.insert(base64_within(secret.as_bytes(), alignment, alphabet));
        }
    }
}

/// Every byte but the unreserved characters of RFC 3986 as `%XX`.
pub(super) fn percent_encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            encoded.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

/// The same with the digits of escapes in lower case.
fn lower_escapes(encoded: &str) -> String {
    let mut parts = encoded.split('%');
    let mut lower = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (digits, rest) = part.split_at_checked(2).unwrap_or((part, ""));
        lower.push('%');
        lower.push_str(&digits.to_lowercase());
        lower.push_str(rest);
    }
    lower
}

/// As JSON writers do that keep to ASCII: `\u00e9`, with pairs of surrogates.
fn ascii_only(text: &str) -> String {
    let mut ascii = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii() {
            ascii.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a String cannot fail.
                let _ = write!(ascii, "\\u{unit:04x}");
            }
        }
    }
    ascii
}

/// The letters of base 64 that depend on these bytes alone, where `alignment` bytes stand
/// before them in their group of three.
fn base64_within(bytes: &[u8], alignment: usize, alphabet: &[u8; 64]) -> String {
    let shifted: Vec<u8> = std::iter::repeat_n(0, alignment)
        .chain(bytes.iter().copied())
        .collect();
    let mut letters = String::new();
    let (mut held, mut bits) = (0_u32, 0);
    for byte in shifted {
        held = ((held << 8) | u32::from(byte)) & 0xffff;
        bits += 8;
        while bits >= 6 {
            bits -= 6;
            let letter = alphabet.get(((held >> bits) & 63) as usize);
            letters.push(char::from(letter.copied().unwrap_or_default()));
        }
    }
    // The first letters are made from the bytes before as well.
    let foreign = (alignment * 8).div_ceil(6);
    letters.get(foreign..).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Redactor;

    const SECRET: &str = "s3cr\u{e9}t/\"key+1=";

    fn redactor() -> Redactor {
        Redactor::new([SECRET, "1234567"])
    }

    #[test]
    fn a_secret_is_found_in_every_form() {
        // The forms are those that Python's json, urllib, binascii and base64 make.
        for form in [
            "s3cr\u{e9}t/\"key+1=",
            "s3cr\u{e9}t/\\\"key+1=",
            "s3cr\u{e9}t\\/\\\"key+1=",
            "s3cr\\u00e9t/\\\"key+1=",
            "s3cr%C3%A9t%2F%22key%2B1%3D",
            "s3cr%c3%a9t%2f%22key%2b1%3d",
            "73336372c3a9742f226b65792b313d",
            "73336372C3A9742F226B65792B313D",
            "czNjcsOpdC8ia2V5KzE9",
        ] {
            let clean = redactor().text(&format!("before {form} after"));
            assert_eq!(clean, "before *** after", "{form}");
        }
    }

    #[test]
    fn a_secret_is_found_in_base_64_at_every_alignment() {
        // Of "user:", "use:" and "us:" with the secret and "tail" behind. What is left of the
        // letters at its borders is less than a byte of it.
        for (within, clean) in [
            ("dXNlcjpzM2Nyw6l0LyJrZXkrMT10YWls", "dXNlcjp***10YWls"),
            ("dXNlOnMzY3LDqXQvImtleSsxPXRhaWw=", "dXNlOn***XRhaWw="),
            ("dXM6czNjcsOpdC8ia2V5KzE9dGFpbA==", "dXM6***dGFpbA=="),
        ] {
            assert_eq!(redactor().text(within), clean);
        }
    }

    #[test]
    fn overlapping_secrets_leave_nothing_of_either() {
        let redactor = Redactor::new(["abcabc", "cxyz"]);
        assert_eq!(redactor.text("-abcabcabcxyz-"), "-***-");
    }

    #[test]
    fn keys_numbers_and_lines_of_a_key_are_clean_too() {
        let redactor = Redactor::new(["1234567", "-----BEGIN\nline one\nline two\n"]);
        let dirty = json!({"k1234567": 1_234_567, "a": ["has line two in it", 3, null, true]});
        let clean = json!({"k***": "***", "a": ["has *** in it", 3, null, true]});
        assert_eq!(redactor.value(dirty), clean);
    }

    #[test]
    fn nothing_else_is_changed() {
        let text = "plain \u{fc} text with 12345";
        assert_eq!(redactor().text(text), text);
        assert_eq!(Redactor::new([""]).text(text), text);
        assert_eq!(redactor().line("a\nb"), "a\\u{a}b");
    }
}

//! Values as they are written.
//!
//! In: a value, and how its neighbours are written. Out: the ways in which it may be written, the
//! best first. A text that would be read as another type, here or by readers of YAML 1.1, is put
//! in quotes; what cannot be seen is written as an escape.

use serde_json::Value as Json;

use crate::edit::Form;
use crate::edit::sheet::Sheet;
use crate::syntax::{self, MergeKeys, Node};
use crate::text::is_hidden;

/// Where a value is to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Around {
    /// Behind a key or a dash.
    Block,
    /// In brackets.
    Flow,
}

/// A scalar on one line, in the quotes of `old` where they will do.
pub(super) fn scalars(form: Form, around: Around, old: &str, value: &Json) -> Vec<String> {
    let Json::String(text) = value else {
        let is_tilde = value.is_null() && old == "~";
        return vec![if is_tilde {
            old.to_owned()
        } else {
            value.to_string()
        }];
    };
    if form == Form::Json {
        return vec![json(text)];
    }
    let mut ways = Vec::new();
    match old.chars().next() {
        Some('\'') if !text.contains(|c: char| is_hidden(c)) => {
            ways.push(format!("'{}'", text.replace('\'', "''")));
        }
        Some('"' | '\'') => {}
        // A day in the place of one is read as the one that was there.
        _ if is_plain(around, text) && (!is_day(text) || is_day(old)) => ways.push(text.clone()),
        _ => {}
    }
    ways.push(double(text));
    ways
}

/// Whether a text means itself without quotes.
fn is_plain(around: Around, text: &str) -> bool {
    if text.contains(is_hidden) || is_other_in_old_yaml(text) {
        return false;
    }
    let within = match around {
        Around::Block => format!("k: {text}\n"),
        Around::Flow => format!("{{k: {text}}}\n"),
    };
    let (documents, findings) =
        syntax::parse(crate::text::FileId::BUILT_IN, &within, MergeKeys::Refused);
    let value = match documents.as_slice() {
        [document] if findings.is_empty() => document.root.get("k"),
        _ => None,
    };
    value.and_then(Node::as_str) == Some(text)
}

/// Whether a reader of YAML 1.1 takes a text for a truth value, a number or a time of day, or for a
/// sign of its own.
fn is_other_in_old_yaml(text: &str) -> bool {
    const WORDS: [&str; 8] = ["yes", "no", "on", "off", "y", "n", "=", "<<"];
    let is_number = text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.'))
        && text
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '_' | ':' | '.' | '+' | '-'))
        && text.contains(|c: char| c.is_ascii_digit())
        && !text.trim_start_matches(['+', '-']).contains('-')
        && text.matches('.').count() < 2;
    let small = text.trim_start_matches(['+', '-']).to_ascii_lowercase();
    let is_based = ["0b", "0o", "0x"].iter().any(|base| {
        let rest = small.strip_prefix(base);
        rest.is_some_and(|rest| rest.chars().all(|c| c.is_ascii_hexdigit() || c == '_'))
    });
    let is_word = WORDS.contains(&text.to_ascii_lowercase().as_str());
    // Blanks that no key of a keyboard writes are lost by who reads it as words.
    let is_framed = text.trim() != text;
    is_word || is_number || is_based || is_framed
}

/// Whether a reader of YAML 1.1 takes a text for a day.
fn is_day(text: &str) -> bool {
    let parts = text.split_once('-');
    parts.is_some_and(|(year, rest)| {
        year.len() == 4 && year.chars().all(is_digit) && rest.starts_with(is_digit)
    })
}

const fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
}

/// A text in double quotes, as YAML has it.
fn double(text: &str) -> String {
    let mut quoted = String::from('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            c if is_hidden(c) => match u32::from(c) {
                code @ 0..=0xff => quoted.push_str(&format!("\\x{code:02x}")),
                code @ 0x100..=0xffff => quoted.push_str(&format!("\\u{code:04x}")),
                code => quoted.push_str(&format!("\\U{code:08x}")),
            },
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// A text as JSON has it.
fn json(text: &str) -> String {
    let mut quoted = String::new();
    for c in Json::from(text).to_string().chars() {
        if is_hidden(c) {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                quoted.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            quoted.push(c);
        }
    }
    quoted
}

/// The best way to write a scalar where nothing stood.
fn scalar(form: Form, around: Around, value: &Json) -> String {
    let mut ways = scalars(form, around, "", value).into_iter();
    ways.next().unwrap_or_default()
}

/// A key.
pub(super) fn key(form: Form, around: Around, key: &str) -> String {
    let is_merge = key == "<<";
    match form {
        Form::Yaml if is_merge => double(key),
        _ => scalar(form, around, &Json::from(key)),
    }
}

/// A value on one line, between brackets where it needs some.
pub(super) fn flow(form: Form, value: &Json) -> String {
    match value {
        Json::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| flow(form, item)).collect();
            format!("[{}]", items.join(", "))
        }
        Json::Object(entries) => {
            let entries = entries.iter().map(|(name, value)| {
                format!("{}: {}", key(form, Around::Flow, name), flow(form, value))
            });
            let entries: Vec<String> = entries.collect();
            format!("{{{}}}", entries.join(", "))
        }
        scalar => self::scalar(form, Around::Flow, scalar),
    }
}

/// A value of JSON on several lines, the first of which begins where it is put.
pub(super) fn spread(sheet: &Sheet<'_>, value: &Json, indent: &str) -> String {
    let inner = format!("{indent}{}", sheet.unit);
    let (open, close, parts): (char, char, Vec<String>) = match value {
        Json::Array(items) if !items.is_empty() => {
            let items = items.iter().map(|item| spread(sheet, item, &inner));
            ('[', ']', items.collect())
        }
        Json::Object(entries) if !entries.is_empty() => {
            let entries = entries.iter().map(|(name, value)| {
                let name = key(sheet.form, Around::Flow, name);
                format!("{name}: {}", spread(sheet, value, &inner))
            });
            ('{', '}', entries.collect())
        }
        other => return flow(sheet.form, other),
    };
    let newline = sheet.newline;
    let parts = parts.join(&format!(",{newline}{inner}"));
    format!("{open}{newline}{inner}{parts}{newline}{indent}{close}")
}

/// A list or mapping as the lines of a block.
pub(super) fn block(sheet: &Sheet<'_>, value: &Json, indent: &str) -> Vec<String> {
    let mut lines = Vec::new();
    match value {
        Json::Object(entries) if !entries.is_empty() => {
            for (name, value) in entries {
                let name = key(sheet.form, Around::Block, name);
                let head = format!("{indent}{name}:");
                lines.extend(behind(sheet, &head, value, indent));
            }
        }
        Json::Array(items) if !items.is_empty() => {
            for item in items {
                lines.extend(dashed(sheet, item, indent));
            }
        }
        other => lines.push(format!("{indent}{}", flow(sheet.form, other))),
    }
    lines
}

/// An element of a list with its dash.
pub(super) fn dashed(sheet: &Sheet<'_>, item: &Json, indent: &str) -> Vec<String> {
    if is_on_one_line(item) {
        return vec![format!("{indent}- {}", inline(sheet, item))];
    }
    let mut lines = block(sheet, item, &format!("{indent}  "));
    if let Some(first) = lines.first_mut() {
        *first = format!("{indent}- {}", first.trim_start());
    }
    lines
}

/// A value behind a key that is written as `head`.
pub(super) fn behind(sheet: &Sheet<'_>, head: &str, value: &Json, indent: &str) -> Vec<String> {
    if is_on_one_line(value) {
        return vec![format!("{head} {}", inline(sheet, value))];
    }
    let inner = match value {
        Json::Array(_) if sheet.is_flush => indent.to_owned(),
        _ => format!("{indent}{}", sheet.unit),
    };
    let mut lines = vec![head.to_owned()];
    lines.extend(block(sheet, value, &inner));
    lines
}

fn inline(sheet: &Sheet<'_>, value: &Json) -> String {
    match value {
        Json::Array(_) | Json::Object(_) => flow(sheet.form, value),
        scalar => self::scalar(sheet.form, Around::Block, scalar),
    }
}

/// Whether a value is short enough to be written on one line: scalars, and short lists of them.
pub(super) fn is_on_one_line(value: &Json) -> bool {
    const WIDTH: usize = 72;
    let is_scalar = |value: &Json| !value.is_array() && !value.is_object();
    match value {
        Json::Array(items) => {
            items.is_empty()
                || items.iter().all(is_scalar) && flow(Form::Yaml, value).chars().count() <= WIDTH
        }
        Json::Object(entries) => entries.is_empty(),
        _ => true,
    }
}

/// A text of several lines as a block scalar with this sign, behind which its lines stand.
pub(super) fn scroll(
    sheet: &Sheet<'_>,
    sign: char,
    text: &str,
    indent: &str,
) -> Option<(String, String)> {
    let is_seen = |c: char| c == '\n' || c == '\t' || !is_hidden(c);
    if text.trim().is_empty() || !text.chars().all(is_seen) {
        return None;
    }
    let body = text.trim_end_matches('\n');
    let (chomp, kept) = match text.len() - body.len() {
        0 => ("-", body),
        1 => ("", body),
        _ => ("+", text.get(..text.len() - 1)?),
    };
    let mut lines: Vec<String> = Vec::new();
    for line in kept.split('\n') {
        if sign == '>' && !lines.is_empty() {
            lines.push(String::new());
        }
        let is_empty = line.is_empty();
        lines.push(if is_empty {
            String::new()
        } else {
            format!("{indent}{line}")
        });
    }
    Some((format!("{sign}{chomp}"), lines.join(sheet.newline)))
}

//! The words for signs of other languages within brackets: typographic quotes beside straight
//! ones, and expressions that nobody put in quotes.
//!
//! In: a place where the reading stopped. Out: the sign that is at fault, and what to write.

use super::Builder;
use super::scene::Scene;
use super::words::{Told, cut};
use crate::finding::Finding;
use crate::finding::codes::E0104;
use crate::text::Span;

/// The most bytes between a bracket and where the reading stopped that are looked through.
const FAR: usize = 4_096;

fn is_typographic(c: char) -> bool {
    matches!(c, '\u{201c}'..='\u{201f}')
}

impl Builder<'_> {
    /// Says of a value in typographic quotes that they belong to it, where JSON was meant: its key
    /// is in straight ones, within brackets.
    pub(super) fn misquoted(&mut self, key: Span, value: Span) {
        let written = self.slice(value);
        let inner = written
            .strip_prefix(is_typographic)
            .and_then(|inner| inner.strip_suffix(is_typographic));
        let Some(inner) = inner else { return };
        let outer = self.open.last().map_or(0, |open| open.start as usize);
        let is_json = self.slice(key).starts_with('"')
            && self.text.get(outer..).is_some_and(|it| it.starts_with('{'));
        if self.typographic || !is_json {
            return;
        }
        let message = format!(
            "`{}` is in typographic quotes, which belong to the text",
            cut(written)
        );
        let help = format!("write straight quotes: `\"{}\"`", cut(inner));
        self.tell(
            Finding::new(&E0104, value, message)
                .label("not the quotes of YAML or JSON")
                .help(help),
        );
    }
}

/// A typographic quote that begins a value within the bracket at `innermost`.
pub(super) fn within(scene: &Scene<'_>, innermost: usize) -> Option<Told> {
    let line = scene.line();
    let end = (line.start + line.text.len()).min(innermost + FAR);
    let part = scene.from(innermost);
    let mut end = end.saturating_sub(innermost).min(part.len());
    while !part.is_char_boundary(end) {
        end -= 1;
    }
    let part = part.get(..end)?;
    let mut before = ' ';
    for (at, c) in part.char_indices() {
        if is_typographic(c) && matches!(before, ':' | ',' | '[' | '{') {
            let inner = part.get(at + c.len_utf8()..)?;
            let inner = inner.split(|c| is_typographic(c) || matches!(c, '"' | ',' | '\n'));
            let inner = inner.into_iter().next().unwrap_or_default();
            return Some(Told::new(
                innermost + at,
                c.len_utf8(),
                format!("`{c}` opens no text: it is a typographic quote"),
                format!("U+{:04X}, no quote of YAML", u32::from(c)),
                format!("write straight quotes: `\"{}\"`", cut(inner.trim_end())),
            ));
        }
        if !c.is_whitespace() {
            before = c;
        }
    }
    None
}

/// A text that begins with a straight quote and was meant to end at a typographic one; `quoted` is
/// all of it up to the next straight quote, and begins at `start`.
pub(super) fn closed_late(start: usize, quoted: &str) -> Option<Told> {
    let mut wrong = quoted.char_indices().filter(|(_, c)| is_typographic(*c));
    let (at, c) = wrong.find(|(at, c)| {
        let behind = quoted.get(at + c.len_utf8()..).unwrap_or_default();
        behind.trim_start().starts_with([',', ':', '}', ']'])
    })?;
    Some(Told::new(
        start + at,
        c.len_utf8(),
        format!("`{c}` closes no text: it is a typographic quote"),
        format!("U+{:04X}, a part of the text", u32::from(c)),
        format!("write a straight quote: `\"{}\"`", cut(quoted.get(1..at)?)),
    ))
}

/// An expression of jq that is the value of the line's key, and in no quotes.
pub(super) fn expression(scene: &Scene<'_>) -> Option<Told> {
    let line = scene.line();
    let key = line.key()?;
    let key_at = line.text.find(key)?;
    let behind = line.text.get(key_at + key.len() + 1..)?;
    let value = behind.trim();
    let start = line.start + key_at + key.len() + 1 + behind.find(value)?;
    let (start, value) = match in_flow(value, scene.at.saturating_sub(start)) {
        Some((at, inner)) => (start + at, inner),
        None => (start, value),
    };
    // What is behind belongs to the mapping around it, or is a comment.
    let value = value.split(" #").next().unwrap_or(value).trim_end();
    let value = value.trim_end_matches(',');
    let begins = value.starts_with(['[', '{', '.', '(']);
    if !begins
        || !(has_path(value) || is_piped(value))
        || !(start..=start + value.len()).contains(&scene.at)
    {
        return None;
    }
    let written = format!("'{}'", cut(&value.replace('\'', "''")));
    Some(Told::new(
        start,
        value.len(),
        "an expression stands here without quotes, and YAML reads its brackets",
        "not in quotes",
        format!("put all of it in quotes: `{written}`"),
    ))
}

/// The value of a key of a mapping in braces in which byte `at` of the mapping stands, and where it
/// begins; of a mapping in it, that of the innermost.
fn in_flow(mapping: &str, at: usize) -> Option<(usize, &str)> {
    let (mut start, mut value) = (0, mapping);
    let mut found = None;
    while let Some((inner, text)) = entry_in(value, at.saturating_sub(start)) {
        (start, value) = (start + inner, text);
        found = Some((start, value));
    }
    found
}

/// The same of the outermost mapping.
fn entry_in(mapping: &str, at: usize) -> Option<(usize, &str)> {
    if !mapping.starts_with('{') {
        return None;
    }
    // Behind each `{` or `,` of the mapping itself may stand a key; the last value ends with it.
    let mut starts: Vec<(usize, usize)> = Vec::new();
    let mut depth = 0_usize;
    let mut quote = None;
    let mut end = mapping.len();
    for (n, c) in mapping.char_indices() {
        match (quote, c) {
            (Some(open), c) => quote = Some(open).filter(|open| *open != c),
            (None, '"' | '\'') => quote = Some(c),
            (None, '{' | '[' | '(') => depth += 1,
            (None, '}' | ']' | ')') => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    end = n;
                    break;
                }
            }
            _ => {}
        }
        if quote.is_none() && depth == 1 && matches!(c, '{' | ',') {
            let behind = mapping.get(n + 1..)?;
            let name = behind.trim_start();
            let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '"');
            let key = name.find(|c| !is_part(c)).unwrap_or(name.len());
            if key > 0 && name.get(key..)?.starts_with(": ") {
                starts.push((n, mapping.len() - name.len() + key + 2));
            }
        }
    }
    if at > end {
        return None;
    }
    let here = starts.iter().rposition(|(_, start)| *start <= at)?;
    let (_, start) = *starts.get(here)?;
    let end = starts.get(here + 1).map_or(end, |(comma, _)| *comma);
    let value = mapping.get(start..end)?;
    let trimmed = value.trim();
    Some((start + value.len() - value.trim_start().len(), trimmed))
}

/// Whether what a bracket encloses is given on: `[range(3)] | length`.
fn is_piped(value: &str) -> bool {
    value.match_indices('|').any(|(at, _)| {
        let before = value.get(..at).unwrap_or_default().trim_end();
        before.ends_with([']', '}', ')'])
    })
}

/// Whether a text has a path of jq in it: `.name`, `.["name"]`, `.[]`.
fn has_path(value: &str) -> bool {
    let mut before = ' ';
    value.char_indices().any(|(at, c)| {
        let is_free = before.is_whitespace() || matches!(before, '[' | '{' | '(' | ',' | '|' | ':');
        before = c;
        let next = value.get(at + 1..).and_then(|rest| rest.chars().next());
        let goes_on = |c: char| c.is_ascii_alphabetic() || matches!(c, '_' | '[' | '"');
        c == '.' && is_free && next.is_some_and(goes_on)
    })
}

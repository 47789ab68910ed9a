//! Formulas: a text with the entity's own values in it, as Port had them before calculations.
//!
//! In: `https://x/{{$identifier}}`. Out: its pieces, and the names between `{{ }}` with their
//! bytes. `{{version}}` is `{{properties.version}}`.

use serde_json::Value as Json;

use crate::derive::part::Parts;
use crate::text::Text;

/// A piece of a formula.
#[derive(Debug)]
pub(super) enum Piece {
    /// What stands there.
    Fixed(Text),
    /// A part of the entity.
    Part(Text),
}

/// A name between `{{ }}`, or what is wrong there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hole<'t> {
    /// The name, without `properties.`; `None` where the braces are not closed.
    pub name: Option<&'t str>,
    /// The first byte of what is written.
    pub start: u32,
    /// One past the last.
    pub end: u32,
}

/// The holes of a formula, in their order.
pub fn holes(text: &str) -> Vec<Hole<'_>> {
    let clamp = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let mut holes = Vec::new();
    let mut from = 0;
    while let Some(open) = text.get(from..).and_then(|rest| rest.find("{{")) {
        let inside = from + open + 2;
        let rest = text.get(inside..).unwrap_or_default();
        let Some(close) = rest.find("}}") else {
            holes.push(Hole {
                name: None,
                start: clamp(from + open),
                end: clamp(text.len()),
            });
            break;
        };
        let written = rest.get(..close).unwrap_or_default();
        let name = written.trim();
        let start = inside + (written.len() - written.trim_start().len());
        holes.push(Hole {
            name: Some(name.strip_prefix("properties.").unwrap_or(name)),
            start: clamp(start),
            end: clamp(start + name.len()),
        });
        from = inside + close + 2;
    }
    holes
}

/// The pieces of a formula; `None` where a name stands for nothing.
pub(super) fn pieces(text: &str, parts: Parts<'_>) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("{{") {
        let (written, after) = behind.split_once("}}")?;
        let name = written.trim();
        let name = name.strip_prefix("properties.").unwrap_or(name);
        if !before.is_empty() {
            pieces.push(Piece::Fixed(Text::from(before)));
        }
        pieces.push(Piece::Part(parts.get(name)?));
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Fixed(Text::from(rest)));
    }
    Some(pieces)
}

/// The parts that a formula reads; sorted.
pub(super) fn parts(pieces: &[Piece]) -> Vec<Text> {
    let named = pieces.iter().filter_map(|piece| match piece {
        Piece::Part(part) => Some(part.clone()),
        Piece::Fixed(_) => None,
    });
    let mut parts: Vec<Text> = named.collect();
    parts.sort_unstable();
    parts.dedup();
    parts
}

/// The longest text of a formula, in bytes. Formulas that name formulas double it each time.
const LONGEST: usize = 64 << 10;

/// The text; absent where a part is, or where it would be too long.
pub(super) fn value(pieces: &[Piece], part: impl Fn(&str) -> Option<Json>) -> Option<Json> {
    let mut text = String::new();
    for piece in pieces {
        match piece {
            Piece::Fixed(fixed) => text.push_str(fixed),
            Piece::Part(name) => text.push_str(&shown(&part(name)?)),
        }
        if text.len() > LONGEST {
            return None;
        }
    }
    Some(Json::String(text))
}

fn shown(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        Json::Array(values) => {
            let all: Vec<String> = values.iter().map(shown).collect();
            all.join(", ")
        }
        other => other.to_string(),
    }
}

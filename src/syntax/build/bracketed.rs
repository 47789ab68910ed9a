//! A text with a bracket in it that has no quotes.
//!
//! In: the place where a parser stopped within brackets. Out: what to tell about it.

use super::scene::Scene;
use super::words::Told;

/// A text with a bracket in it and no quotes, which ends before the bracket: `{a: b[c]}`.
pub(super) fn bracketed(scene: &Scene<'_>, innermost: usize) -> Option<Told> {
    scene.char().filter(|c| matches!(c, '[' | '{'))?;
    let inside = scene.since(innermost + 1);
    let begin = inside.rfind([',', '[', '{', '\n']).map_or(0, |at| at + 1);
    let text = inside.get(begin..)?;
    let word = text.rsplit_once(": ").map_or(text, |(_, value)| value);
    let word = word.trim_start();
    if word.is_empty() || word.ends_with(':') {
        return None;
    }
    let text = format!("{word}{}", own(scene.from(scene.at)));
    let help = if text.contains(['"', '\\']) {
        "put the text in quotes".to_owned()
    } else {
        format!("put the text in quotes: `\"{text}\"`")
    };
    Some(Told::new(
        scene.at,
        1,
        "a bracket stands in a text without quotes",
        "the text ends before it",
        help,
    ))
}

/// The most of a text that is repeated.
const LONGEST: usize = 100;

/// What of the rest belongs to a text: up to a comma, or what closes more than it opens.
fn own(rest: &str) -> &str {
    let mut depth = 0_usize;
    let mut end = 0;
    for (at, c) in rest.char_indices().take(LONGEST) {
        match c {
            '[' | '{' => depth += 1,
            ']' | '}' if depth == 0 => break,
            ']' | '}' => depth -= 1,
            ',' | '\n' | '#' => break,
            _ => {}
        }
        end = at + c.len_utf8();
    }
    rest.get(..end).unwrap_or_default().trim_end()
}

//! The words for brackets and quotes that do not close, and for what stands between them.

use super::bracketed::bracketed;
use super::misquoted;
use super::rough;
use super::scene::Scene;
use super::words::Told;
use crate::finding::fix::Change;

/// A quote that is open where the reading stopped.
pub(super) fn quote_open(scene: &Scene<'_>) -> Option<Told> {
    let rough = rough::read(scene.before());
    let start = scene.base + rough.quote?;
    let quote = scene.from(start).chars().next()?;
    if let Some(told) = quoted_outdented(scene, start) {
        return Some(told);
    }
    Some(Told::new(
        start,
        1,
        format!("the quote `{quote}` is not closed"),
        "opened here",
        format!("put `{quote}` at the end of the text, or indent the lines that belong to it"),
    ))
}

/// A line of a text in quotes that is not indented deeper than what the text belongs to, where the
/// text is closed all the same.
fn quoted_outdented(scene: &Scene<'_>, start: usize) -> Option<Told> {
    let rest = scene.from(start);
    let end = rough::close(rest.as_bytes(), 0)?;
    let behind = rest.get(end..)?.lines().next().unwrap_or_default().trim();
    let is_end = behind.is_empty() || behind.starts_with([',', ']', '}', '#']);
    if !is_end || end > LONGEST_QUOTED {
        return None;
    }
    let first = scene.line_at(start);
    let mut next = first.start + first.text.len() + 1;
    while next < start + end {
        let line = scene.line_at(next);
        if !line.content().is_empty() && line.indent() <= first.indent() {
            let missing = first.indent() + 1 - line.indent();
            return Some(Told::new(
                line.content_start(),
                line.content().chars().next().map_or(0, char::len_utf8),
                "a line of this text in quotes is not indented",
                format!("indented by {}", line.indent()),
                format!("indent it by {} more", blanks(missing)),
            ));
        }
        next = line.start + line.text.len() + 1;
    }
    None
}

/// The longest text in quotes whose end is looked for, in bytes.
const LONGEST_QUOTED: usize = 4_096;

/// A number of blanks in words.
fn blanks(count: usize) -> String {
    if count == 1 {
        "one blank".to_owned()
    } else {
        format!("{count} blanks")
    }
}

/// What stands behind a closing quote.
pub(super) fn behind_quote(scene: &Scene<'_>) -> Option<Told> {
    let rough = rough::read(scene.before());
    let (start, end) = rough.quoted?;
    let (start, end) = (scene.base + start, scene.base + end);
    let quoted = scene.from(start).get(..end - start)?;
    let quote = quoted.chars().next()?;
    if quoted.contains('\n') {
        // It closes where the next text was meant to open.
        return Some(Told::new(
            start,
            1,
            format!("the quote `{quote}` is not closed on its line"),
            "opened here",
            format!("put `{quote}` at the end of the text"),
        ));
    }
    if let Some(told) = misquoted::closed_late(start, quoted) {
        return Some(told);
    }
    let is_next = !rough.brackets.is_empty() && matches!(scene.char(), Some('"' | '\''));
    if is_next {
        return Some(comma_missing(scene));
    }
    if let Some(second @ ('"' | '\'')) = scene.char() {
        let rest = scene.from(scene.at + 1).lines().next().unwrap_or_default();
        if rest.trim().is_empty() || rest.trim_start().starts_with("# ") {
            return Some(Told::new(
                scene.at,
                1,
                "one quote too many stands behind the text",
                "opens nothing",
                "delete it",
            ));
        }
        let len = rest.find(second).map_or(rest.len(), |end| end + 1);
        return Some(Told::new(
            scene.at,
            1 + len,
            "a second text in quotes stands behind the first",
            "the second",
            "put all of it in one pair of quotes; or, for several values, write a list: `[\"a\", \"b\"]`",
        ));
    }
    let help = if quote == '\'' {
        "put the whole value in one pair of quotes; within them write `''` for `'`"
    } else {
        "put the whole value in one pair of quotes; within them write `\\\"` for `\"`"
    };
    let len = scene.char().map_or(0, char::len_utf8);
    Some(Told::new(
        scene.at,
        len,
        "text stands behind the closing quote",
        "behind the quote",
        help,
    ))
}

/// A bracket that is not closed, closed by another, or closes nothing.
pub(super) fn bracket(scene: &Scene<'_>) -> Option<Told> {
    match scene.char()? {
        open @ ('[' | '{') => {
            let outer = rough::read(scene.before()).brackets.last().copied();
            let outer = outer.map_or(scene.at, |at| scene.base + at);
            if let Some(told) = misquoted::within(scene, outer) {
                return Some(told);
            }
            let close = if open == '[' { ']' } else { '}' };
            if let Some(told) = crossed(scene, open, close) {
                return Some(told);
            }
            Some(Told::new(
                scene.at,
                1,
                format!("the bracket `{open}` is not closed"),
                "opened here",
                format!("put `{close}` where it ends, or put the text in quotes"),
            ))
        }
        close @ (']' | '}') => Some(Told::new(
            scene.at,
            1,
            format!("the bracket `{close}` closes nothing"),
            "closes nothing",
            "delete it, or put the text in quotes",
        )),
        _ => None,
    }
}

/// An open bracket that one of the other kind closes, where no outer one is open for it.
fn crossed(scene: &Scene<'_>, open: char, close: char) -> Option<Told> {
    let rest = scene.from(scene.at + 1);
    let at = rest.find(['[', ']', '{', '}', '"', '\'', '\n'])?;
    let found = rest.get(at..)?.chars().next()?;
    let is_other = matches!(found, ']' | '}') && found != close;
    let is_outer_open = !rough::read(scene.before()).brackets.is_empty();
    (is_other && !is_outer_open).then(|| {
        Told::new(
            scene.at + 1 + at,
            1,
            format!("the bracket `{open}` is closed by `{found}`"),
            format!("must be `{close}`"),
            format!("write `{close}` in its place"),
        )
    })
}

/// What is wrong within brackets.
pub(super) fn within(scene: &Scene<'_>) -> Option<Told> {
    let rough = rough::read(scene.before());
    let innermost = scene.base + *rough.brackets.last()?;
    let line = scene.line();
    if let Some(told) = misquoted::within(scene, innermost) {
        return Some(told);
    }
    if scene.char() == Some(',') {
        return Some(value_missing(scene.at));
    }
    if let Some(told) = bracketed(scene, innermost) {
        return Some(told);
    }
    let content = line.content();
    let is_element = content.starts_with("- ") && innermost < line.start;
    if is_element || scene.char() == Some('-') {
        return Some(Told::new(
            scene.at,
            1,
            "a `-` stands within brackets",
            "begins an element of a list without brackets",
            "write the elements with commas between them, without `-`",
        ));
    }
    let is_first = scene.is_first_on_line() && innermost < line.start;
    let is_key = line.key().is_some_and(|key| !key.starts_with(['"', '\'']));
    if let (Some(close @ ('}' | ']')), true, true) =
        (scene.char(), is_first, is_outdented(scene, innermost))
    {
        let missing = scene.line_at(innermost).indent() + 1 - line.indent();
        let told = Told::new(
            scene.at,
            1,
            format!("the closing bracket `{close}` is not indented"),
            format!("indented by {}", line.indent()),
            format!("indent the closing bracket by {} more", blanks(missing)),
        );
        // Around others a second one may have to follow it: then nothing is certain.
        return Some(if rough.brackets.len() == 1 {
            told.fixed_by(Change::Indented(missing))
        } else {
            told
        });
    }
    if is_first && !is_key && is_outdented(scene, innermost) {
        return Some(Told::new(
            scene.at,
            scene.char().map_or(0, char::len_utf8),
            "a line within brackets is not indented",
            format!("indented by {}", line.indent()),
            "indent it deeper than the key that the brackets belong to",
        ));
    }
    if is_first && is_outdented(scene, innermost) {
        return bracket(&Scene::new(scene.from(0), scene.base, innermost));
    }
    let above = scene.above().next()?;
    let is_cut = above.start >= innermost || above.start + above.text.len() > innermost;
    if is_cut && !above.content().ends_with([',', '[', '{', ':']) {
        return Some(comma_missing(scene));
    }
    None
}

/// Whether the line of the place is indented no deeper than the one with the bracket.
fn is_outdented(scene: &Scene<'_>, bracket: usize) -> bool {
    scene.line().indent() <= scene.line_at(bracket).indent()
}

/// The comma that is missing before the line of the place, or before the place on it.
fn comma_missing(scene: &Scene<'_>) -> Told {
    let line = scene.line();
    let above = scene.above().next();
    let is_line = above.is_some_and(|above| {
        let content = above.content();
        !content.ends_with([',', '[', '{', ':']) && above.start >= scene.base
    });
    let start = if is_line {
        line.content_start()
    } else {
        scene.at
    };
    let rest = scene.from(start);
    let len = match rest.chars().next() {
        Some(quote @ ('"' | '\'')) => rest
            .get(1..)
            .and_then(|rest| rest.find(quote))
            .map_or(1, |end| end + 2),
        Some(c) => c.len_utf8(),
        None => 0,
    };
    let help = if is_line {
        "put `,` at the end of the line above"
    } else {
        "put `,` before it"
    };
    Told::new(
        start,
        len,
        "a comma is missing before this",
        "begins without a comma",
        help,
    )
}

/// A comma with nothing before it.
pub(super) fn value_missing(at: usize) -> Told {
    Told::new(
        at,
        1,
        "a value is missing before this comma",
        "nothing before it",
        "write the value, or delete the comma",
    )
}

/// An escape that double quotes do not know; the place is the text that has it.
pub(super) fn escape(scene: &Scene<'_>) -> Option<Told> {
    let text = scene.from(scene.at);
    let Some((at, len)) = wrong_escape(text) else {
        return Some(Told::new(
            scene.at,
            1,
            "this quote is not closed",
            "opened here",
            "put a quote at the end of the text",
        ));
    };
    let written = text.get(at..at + len)?;
    Some(Told::new(
        scene.at + at,
        len,
        format!("`{written}` is no escape in double quotes"),
        "not known",
        "write `\\\\` for a backslash, or put the text in single quotes",
    ))
}

/// The first escape of a text in double quotes that means nothing: its place and length.
fn wrong_escape(text: &str) -> Option<(usize, usize)> {
    let mut chars = text.char_indices().skip(1);
    let digits = |from: usize, count: usize| {
        let digits = text.get(from..from + count)?;
        u32::from_str_radix(digits, 16)
            .ok()
            .filter(|_| !digits.starts_with('+'))
    };
    while let Some((at, c)) = chars.next() {
        if c == '"' {
            return None;
        }
        if c != '\\' {
            continue;
        }
        let (_, escape) = chars.next()?;
        let count = match escape {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            '0' | 'a' | 'b' | 't' | '\t' | 'n' | 'v' | 'f' | 'r' | 'e' | ' ' | '"' | '/' | '\\'
            | 'N' | '_' | 'L' | 'P' | '\n' | '\r' => continue,
            _ => return Some((at, 1 + escape.len_utf8())),
        };
        let Some(code) = digits(at + 2, count) else {
            let rest = text.get(at + 2..)?;
            let is_digit = |c: &char| c.is_ascii_hexdigit();
            return Some((
                at,
                2 + rest.chars().take(count).take_while(is_digit).count(),
            ));
        };
        if (0xd800..0xdc00).contains(&code) && escape == 'u' {
            let next = text.get(at + 6..at + 8) == Some("\\u");
            if !next || !digits(at + 8, 4).is_some_and(|low| (0xdc00..0xe000).contains(&low)) {
                return Some((at, 6));
            }
            for _ in 0..10 {
                chars.next();
            }
        } else if char::from_u32(code).is_none() {
            return Some((at, 2 + count));
        } else {
            for _ in 0..count {
                chars.next();
            }
        }
    }
    None
}

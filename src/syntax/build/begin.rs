//! The words for texts that begin with a character that YAML keeps for itself.

use super::scene::Scene;
use super::words::{Told, cut, quoted};
use super::{flow, rough};

/// A character that may not stand where it does.
pub(super) fn unexpected(scene: &Scene<'_>, c: char) -> Option<Told> {
    if !c.is_control() {
        return begins_wrong(scene);
    }
    // The parser may name the beginning of the text that has it.
    let at = scene.at + scene.from(scene.at).find(c)?;
    Some(Told::new(
        at,
        c.len_utf8(),
        format!(
            "a control character stands here, `\\u{{{:x}}}`",
            u32::from(c)
        ),
        "not allowed in YAML",
        format!(
            "delete it; in double quotes it can be written as `\\x{:02x}`",
            u32::from(c)
        ),
    ))
}

/// A text that begins with a character that YAML keeps for itself.
pub(super) fn begins_wrong(scene: &Scene<'_>) -> Option<Told> {
    let c = scene.char().filter(|c| !c.is_whitespace())?;
    let line = scene.line();
    let rest = scene
        .from(scene.at)
        .get(..line.start + line.text.len() - scene.at)?;
    if !rough::read(scene.before()).brackets.is_empty() {
        return Some(match c {
            ',' => flow::value_missing(scene.at),
            _ => Told::new(
                scene.at,
                c.len_utf8(),
                format!("a text cannot begin with `{c}`"),
                "has a meaning of its own in YAML",
                "put the text in quotes",
            ),
        });
    }
    if c == '`' {
        return Some(Told::new(
            scene.at,
            1,
            "a text cannot begin with a backtick",
            "has a meaning of its own in YAML",
            "put the text in quotes",
        ));
    }
    let written = line
        .key()
        .filter(|key| rest.starts_with(key))
        .unwrap_or(rest);
    Some(Told::new(
        scene.at,
        c.len_utf8(),
        format!("a text cannot begin with `{c}`"),
        "has a meaning of its own in YAML",
        format!("put the text in quotes: `{}`", quoted(written)),
    ))
}

/// An alias that names nothing, which is often a text.
pub(super) fn unknown_anchor(scene: &Scene<'_>) -> Option<Told> {
    let rest = scene.from(scene.at);
    let end = rest
        .find(|c: char| c.is_whitespace() || matches!(c, ',' | '[' | ']' | '{' | '}'))
        .unwrap_or(rest.len());
    let alias = rest.get(..end)?.trim_end_matches(':');
    let name = alias.trim_start_matches('*');
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    let line = scene.line();
    let written = scene
        .from(scene.at)
        .get(..line.start + line.text.len() - scene.at)?;
    let help = if !name.is_empty()
        && name.len() < 40
        && name.chars().all(is_name)
        && written.trim() == alias
    {
        format!(
            "write `&{name}` before the value that is meant; or put the text in quotes: `\"{alias}\"`"
        )
    } else {
        format!("put the text in quotes: `{}`", quoted(alias))
    };
    Some(Told::new(
        scene.at,
        alias.len(),
        format!(
            "`{}` is read as an alias, and no anchor before it has its name",
            cut(alias)
        ),
        "an alias without its anchor",
        help,
    ))
}

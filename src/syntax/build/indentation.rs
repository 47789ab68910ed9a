//! The words for lines that do not fit those above them: indentation, tabs, colons, dashes.

use super::Builder;
use super::scene::{Line, Scene};
use super::words::{Told, cut, quoted};
use crate::finding::Finding;
use crate::finding::codes::E0108;
use crate::text::Span;

/// What the parser looked for where a line does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// A key with a colon.
    Key,
    /// Anything but a colon.
    NoColon,
    /// Anything but the dash of a list.
    NoDash,
    /// An element of a list.
    Element,
    /// The end of the document.
    End,
}

/// A tab in the indentation of a line, from the line where the reading stopped on.
pub(super) fn tab(scene: &Scene<'_>) -> Option<Told> {
    let mut line = scene.line();
    for _ in 0..3 {
        let indent = line.text.get(..line.indent())?;
        let content = line.text.get(line.indent()..)?;
        // Behind a dash the indentation of what it begins goes on.
        let dash = content.strip_prefix('-').and_then(|rest| {
            let gap = rest.len() - rest.trim_start().len();
            rest.get(..gap)?.find('\t').map(|at| line.indent() + 1 + at)
        });
        if let Some(at) = indent.find('\t').or(dash) {
            return Some(Told::new(
                line.start + at,
                1,
                "a tab stands in the indentation",
                "a tab",
                "indent with spaces",
            ));
        }
        let next = line.start + line.text.len() + 1;
        if scene.from(next).is_empty() {
            break;
        }
        line = scene.line_at(next);
    }
    None
}

/// A line that is neither what was looked for nor a part of what stands above it.
pub(super) fn line(scene: &Scene<'_>, wanted: Wanted) -> Option<Told> {
    let line = scene.line();
    let above = scene.above().next();
    if let Some(told) = [Some(line), above]
        .into_iter()
        .flatten()
        .find_map(blank_missing)
    {
        return Some(told);
    }
    match wanted {
        Wanted::NoColon => colon(scene, line, above),
        Wanted::NoDash => Some(list_on_line(scene, line)),
        Wanted::Element => Some(braced(line, above).unwrap_or_else(|| {
            Told::new(
                line.content_start(),
                line.key().map_or(1, str::len),
                "a key stands among the elements of a list",
                "not an element",
                "begin it with `- `, or indent it below an element",
            )
        })),
        Wanted::Key | Wanted::End => misfit(scene, line),
    }
}

/// A key below an element that is a mapping in braces, and is closed: it was meant to be in it.
fn braced(line: Line<'_>, above: Option<Line<'_>>) -> Option<Told> {
    let key = line.key()?;
    let above = above.filter(|above| above.indent() < line.indent())?;
    let element = above.content().strip_prefix("- ")?.trim_start();
    element.starts_with('{').then(|| {
        Told::new(
            line.content_start(),
            key.len(),
            "a key stands below an element that ends with its brace",
            "outside of the braces",
            format!("write `{key}` within the braces, or the whole element without braces, a line for each key"),
        )
    })
}

impl Builder<'_> {
    /// Warns of a line of a plain text that looks like an element of a list and is none.
    pub(super) fn text_goes_on(&mut self, span: Span) {
        let is_element = |line: &str| line.trim_start().starts_with("- ");
        let text = self.slice(span);
        let Some(line) = text.split('\n').skip(1).find(|line| is_element(line)) else {
            return;
        };
        let at = line.as_ptr() as usize - text.as_ptr() as usize;
        let dash = at + line.len() - line.trim_start().len();
        let start = span.start + super::offset(dash);
        self.tell(
            Finding::new(
                &E0108,
                Span::new(self.file, start, start + 1),
                "this line is part of the text above it, not an element of a list",
            )
            .label("read as text")
            .related(span.part(0, 1), "the text begins here")
            .help("indent it like the elements of the list; if it is text, write `|` or quotes"),
        );
    }
}

/// A key with its value directly behind the colon, or a dash with its element.
fn blank_missing(line: Line<'_>) -> Option<Told> {
    let content = line.behind_dashes();
    let start = line.start + line.text.find(content)?;
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '$');
    if line.key().is_none() {
        let end = content.find(|c| !is_name(c))?;
        let (key, rest) = content.split_at_checked(end)?;
        let value = rest.strip_prefix(':')?.trim();
        if key.is_empty() || value.is_empty() || value.starts_with("//") {
            return None;
        }
        return Some(Told::new(
            start + end,
            1,
            format!("a blank is missing behind the colon of `{}`", cut(key)),
            "no blank behind it",
            format!("write `{}: {}`", cut(key), cut(value)),
        ));
    }
    None
}

/// A colon where none may be.
fn colon(scene: &Scene<'_>, line: Line<'_>, above: Option<Line<'_>>) -> Option<Told> {
    let key = line.key().filter(|key| key.len() < 200)?;
    let key_start = line.start + line.text.find(line.behind_dashes())?;
    let is_first = key_start + key.len() >= scene.at;
    if !is_first {
        let value_start = key_start + key.len() + 1;
        let rest = scene.from(value_start).lines().next()?;
        let value = rest.trim();
        if let Some(told) = typographic(key, value, value_start + rest.find(value)?) {
            return Some(told);
        }
        return Some(Told::new(
            scene.at,
            1,
            "a colon and a blank stand in a text without quotes",
            "begins a value for YAML",
            format!("put the text in quotes: `{key}: {}`", quoted(value)),
        ));
    }
    let above = above?;
    let Some(outer) = above.key().map(cut) else {
        let content = above.behind_dashes();
        if let Some(rest) = content
            .strip_prefix('-')
            .filter(|rest| !rest.starts_with('-'))
        {
            return Some(Told::new(
                above.content_start(),
                1,
                "a blank is missing behind this dash",
                "no blank behind it",
                format!("write `- {}`", cut(rest)),
            ));
        }
        return Some(Told::new(
            above.content_start(),
            above.content().len(),
            "this line has no colon, and a key stands below it",
            "neither a key nor a part of a text",
            format!(
                "write `{}: ` and its value, or delete the line",
                cut(content)
            ),
        ));
    };
    (line.indent() > above.indent()).then(|| {
        Told::new(
            key_start,
            key.len(),
            format!("`{key}` is indented below `{outer}`, which has a value on its line"),
            format!("indented by {}", line.indent()),
            format!("give it the indentation of `{outer}`, or delete the value of `{outer}`"),
        )
    })
}

/// A text in typographic quotes, which are none for YAML.
fn typographic(key: &str, value: &str, at: usize) -> Option<Told> {
    let is_quote = |c: char| matches!(c, '\u{201c}'..='\u{201f}');
    let rest = value.strip_prefix(is_quote)?;
    let inner = rest.strip_suffix(is_quote).unwrap_or(rest);
    Some(Told::new(
        at,
        value.len() - rest.len(),
        "a typographic quote is no quote in YAML",
        "part of the text",
        format!("write straight quotes: `{key}: {}`", quoted(inner)),
    ))
}

/// A list that begins on the line of its key.
fn list_on_line(scene: &Scene<'_>, line: Line<'_>) -> Told {
    let rest = scene.from(scene.at).lines().next().unwrap_or("").trim();
    match line.key() {
        Some(key) if !scene.is_first_on_line() => Told::new(
            scene.at,
            1,
            format!("a list begins on the line of its key `{}`", cut(key)),
            "an element of a list",
            format!(
                "put `{}` on a line of its own; or, if it is text, in quotes: `{}`",
                cut(rest),
                quoted(rest)
            ),
        ),
        _ => Told::new(
            scene.at,
            1,
            "an element of a list stands where none can be",
            "an element of a list",
            "indent it like the elements above it",
        ),
    }
}

/// A line whose indentation fits none above it, or that has no key where one is needed.
fn misfit(scene: &Scene<'_>, line: Line<'_>) -> Option<Told> {
    let start = line.content_start();
    let content = line.content();
    let is_element = content.starts_with("- ") || content == "-";
    let what = if is_element {
        "-"
    } else {
        line.key().unwrap_or(content)
    };
    let len = if is_element { 1 } else { what.len() };
    if start + len < scene.at && !is_element {
        return behind_value(scene, line);
    }
    let here = line.indent();
    if let Some(help) = nearest_level(scene, here) {
        return Some(Told::new(
            start,
            len,
            format!("this line is indented by {here}, which fits no line above it"),
            format!("indented by {here}"),
            help,
        ));
    }
    if scene.char() == Some(',') {
        return Some(Told::new(
            scene.at,
            1,
            "a comma stands between two documents",
            "behind the end of a document",
            "put `[` and `]` around all of them, or `---` between them",
        ));
    }
    if is_element {
        return Some(Told::new(
            start,
            1,
            "an element of a list stands among keys",
            "not a key",
            "indent it below the key that it belongs to, or write a key",
        ));
    }
    if line.key().is_some() {
        return Some(Told::new(
            start,
            len,
            "this key stands where none can be",
            "not expected here",
            "correct the indentation of the line, or what stands above it",
        ));
    }
    if content.len() > 1 && content.bytes().all(|byte| byte == b'-') {
        let label = if content.len() > 3 {
            "too many of `-`"
        } else {
            "too few of `-`"
        };
        return Some(Told::new(
            start,
            content.len(),
            format!("`{content}` parts no documents"),
            label,
            "write `---`",
        ));
    }
    Some(Told::new(
        start,
        content.len(),
        "this line is neither a key with a value nor a part of a text",
        "no colon behind it",
        "write `key: value`; or, if it belongs to the text above, indent it",
    ))
}

/// Something behind a value that is complete.
fn behind_value(scene: &Scene<'_>, line: Line<'_>) -> Option<Told> {
    let end = line.start + line.text.len();
    let len = scene
        .from(scene.at)
        .get(..end.checked_sub(scene.at)?)?
        .trim_end()
        .len();
    Some(Told::new(
        scene.at,
        len,
        "this stands behind a value that is complete",
        "not expected here",
        "put the whole value in quotes, or delete this",
    ))
}

/// How a line must be indented that is indented by `here`, where no line above is.
fn nearest_level(scene: &Scene<'_>, here: usize) -> Option<String> {
    let levels = levels(scene);
    if levels.iter().any(|(column, _)| *column == here) {
        return None;
    }
    let distance = levels
        .iter()
        .map(|(column, _)| column.abs_diff(here))
        .min()?;
    let near: Vec<String> = levels
        .iter()
        .filter(|(column, _)| column.abs_diff(here) == distance)
        .map(|(column, word)| format!("by {column} like `{word}`"))
        .collect();
    Some(format!("indent it {}", near.join(", or ")))
}

/// The indentations that are open above the line, and a word of the line that has each.
fn levels(scene: &Scene<'_>) -> Vec<(usize, String)> {
    let mut levels: Vec<(usize, String)> = Vec::new();
    for line in scene.above() {
        let column = line.indent();
        if levels.last().is_some_and(|(last, _)| *last <= column) {
            continue;
        }
        let word = line.key().unwrap_or(line.content());
        levels.push((column, word.chars().take(40).collect()));
        if column == 0 {
            break;
        }
    }
    levels
}

//! Where a value comes from: a tree of values, each with what it was made of below it.
//!
//! In: a [`Why`], which the command fills. Out: lines, or JSON of version 1, a format that only
//! grows.

use serde::Serialize;
use serde_json::Value as Json;

use super::paint::{Color, Style};
use super::words::{WIDTH, columns, cut, leading, left, number, push_line, safe};
use crate::source::Snapshot;
use crate::text::{Span, is_hidden, position};

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Why {
    /// The version of the format.
    pub version: u32,
    /// The value that was asked for.
    #[serde(flatten)]
    pub traced: Traced,
    /// What can be done now, for people.
    #[serde(skip)]
    pub next: String,
}

/// A value and what it was made of.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Traced {
    /// The entity whose value it is.
    pub entity: String,
    /// The entity's blueprint.
    pub blueprint: String,
    /// The name of the value: `cost`, `title`.
    pub name: String,
    /// The value; none where it is absent.
    pub value: Option<Json>,
    /// How it was made: `written`, `mirror`, `calculation`, `formula`, `aggregation`, `owner`,
    /// `circle`, `broken`, `absent`.
    pub kind: &'static str,
    /// The same in words, with the expression or the path.
    pub how: String,
    /// Where that is written.
    pub place: Option<Place>,
    /// Why there is no value, where that is known.
    pub problem: Option<String>,
    /// The values that it was made of.
    pub inputs: Vec<Traced>,
    /// How many more there are that are not shown.
    pub left_out: usize,
}

/// A place in a file, counted from 1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The file.
    pub file: String,
    /// The line.
    pub line: u32,
    /// The character of the line.
    pub column: u32,
}

impl Place {
    /// Where something is written.
    pub fn of(snapshot: &Snapshot, span: Span) -> Self {
        let at = position(snapshot.text(span.file), span.start);
        Self {
            file: snapshot.path(span.file).to_owned(),
            line: at.line,
            column: at.column,
        }
    }

    fn words(&self) -> String {
        format!("{}:{}:{}", safe(&self.file), self.line, self.column)
    }
}

impl Traced {
    fn title(&self) -> String {
        let Self {
            name,
            blueprint,
            entity,
            ..
        } = self;
        format!("{} of {} {}", safe(name), safe(blueprint), safe(entity))
    }

    /// The value in few words.
    fn shown(&self) -> String {
        match &self.value {
            Some(value) => cut(&safe(&value.to_string()), VALUE).into_owned(),
            None => "absent".to_owned(),
        }
    }
}

/// The columns that a value may take.
const VALUE: usize = 44;
/// The blanks of a level; deeper than this no line goes further to the right.
const LEVEL: usize = 4;
const DEEPEST: usize = 6;

/// The tree as lines.
pub fn why_text(why: &Why, color: Color) -> String {
    let root = &why.traced;
    let mut out = String::new();
    let first = match (&root.value, root.kind) {
        (Some(value), _) => format!(
            "{} is {}",
            root.title(),
            cut(&safe(&value.to_string()), VALUE)
        ),
        (None, "circle" | "broken") => format!("{} cannot be computed", root.title()),
        (None, _) if root.problem.is_some() => format!("{} has no value", root.title()),
        (None, _) => format!("{} is absent", root.title()),
    };
    push_line(&mut out, &color.paint(&[Style::Bold], &leading(&first)));
    how(root, 1, color, &mut out);
    below(root, 1, color, &mut out);
    push_line(&mut out, &format!("next: {}", safe(&why.next)));
    out
}

/// The tree as JSON of two blanks a level, with a line end.
pub fn why_json(why: &Why) -> String {
    // Plain data always serializes.
    let json = serde_json::to_string_pretty(why).unwrap_or_default();
    let mut shown = String::with_capacity(json.len() + 1);
    for c in json.chars() {
        if is_hidden(c) && c != '\n' {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                shown.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            shown.push(c);
        }
    }
    shown + "\n"
}

fn indent(level: usize) -> String {
    " ".repeat(LEVEL * level.min(DEEPEST))
}

/// How a value was made, where, and what went wrong; a line each.
fn how(traced: &Traced, level: usize, color: Color, out: &mut String) {
    let place = traced.place.as_ref().map(Place::words);
    let lead = indent(level);
    let room = WIDTH.saturating_sub(lead.len() + place.as_ref().map_or(0, |it| columns(it) + 3));
    let words = cut(&safe(&traced.how), room.max(VALUE)).into_owned();
    push_line(out, &format!("{lead}{words}{}", in_brackets(place, color)));
    if let Some(problem) = &traced.problem {
        push_line(
            out,
            &format!("{lead}{} {}", color.glyph('!'), safe(problem)),
        );
    }
}

fn in_brackets(place: Option<String>, color: Color) -> String {
    place.map_or_else(String::new, |place| {
        format!(" {}", color.paint(&[Style::Dim], &format!("({place})")))
    })
}

/// The values below, their names and values in columns; a written one has its place beside it.
fn below(traced: &Traced, level: usize, color: Color, out: &mut String) {
    let titles: Vec<String> = traced.inputs.iter().map(Traced::title).collect();
    let wide = titles.iter().map(|title| columns(title)).max().unwrap_or(0);
    let values = traced.inputs.iter().map(Traced::shown);
    let value_wide = values.map(|value| columns(&value)).max().unwrap_or(0);
    for (input, title) in traced.inputs.iter().zip(titles) {
        let line = format!(
            "{}{}  {}",
            indent(level),
            left(&title, wide),
            left(&input.shown(), value_wide)
        );
        if matches!(input.kind, "written" | "absent") {
            let place = input.place.as_ref().map(Place::words);
            let wide = columns(&line) + place.as_ref().map_or(0, |place| columns(place) + 4);
            let place = in_brackets(place, color);
            if wide <= WIDTH {
                push_line(out, &format!("{line} {place}"));
            } else {
                push_line(out, &line);
                push_line(out, &format!("{}{}", indent(level + 1), place.trim_start()));
            }
            continue;
        }
        push_line(out, &line);
        how(input, level + 1, color, out);
        below(input, level + 1, color, out);
    }
    if traced.left_out > 0 {
        let lead = indent(level);
        push_line(out, &format!("{lead}and {} more", number(traced.left_out)));
    }
}

//! What was found by a text: the best first.
//!
//! In: a [`Search`], which the command fills. Out: lines, or documents of version 1, a format that
//! only grows.

use serde::Serialize;

use super::listing::push_errors;
use super::paint::{Color, Style};
use super::table::{Align, Table};
use super::words::{WIDTH, columns, count, cut, leading, number, push_line, safe};

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Search {
    /// The version of the format.
    pub version: u32,
    /// What was looked for.
    pub text: String,
    /// How many entities there are in all.
    pub of: usize,
    /// How many errors the catalog has.
    pub errors: usize,
    /// The entities, the best first.
    pub found: Vec<Found>,
    /// The nearest name, in words, where nothing was found.
    #[serde(skip)]
    pub near: Option<String>,
}

/// An entity that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Found {
    /// Its kind.
    pub blueprint: String,
    /// Its name.
    pub identifier: String,
    /// What people call it, where that is something else.
    pub title: Option<String>,
    /// Where the text stands: `identifier`, `title`, `properties.url`.
    pub path: String,
    /// What stands there.
    pub value: String,
}

/// How many a table lists, where not all are wanted.
const LISTED: usize = 20;

/// The entities that were found as a table, the first of them or all.
pub fn search_text(search: &Search, is_full: bool, color: Color) -> String {
    let mut out = String::new();
    let shown = safe(&search.text);
    if search.found.is_empty() {
        let of = count(search.of, "entity", "entities");
        let first = format!("nothing found: `{shown}` is in no name, title or value of {of}");
        push_line(&mut out, &color.paint(&[Style::Bold], &first));
        push_errors(&mut out, search.errors, color);
        let near = search.near.as_deref().map(safe);
        let next = near.unwrap_or("`catalogc ls` lists the kinds".into());
        push_line(&mut out, &format!("next: {next}"));
        return out;
    }
    let all = search.found.len();
    let first = format!("{} with `{shown}`", count(all, "entity", "entities"));
    push_line(&mut out, &color.paint(&[Style::Bold], &first));
    let listed = if is_full { all } else { all.min(LISTED) };
    let listed: Vec<&Found> = search.found.iter().take(listed).collect();
    let names = |found: &Found| format!("{}/{}", found.blueprint, found.identifier);
    let wide = |text: &dyn Fn(&Found) -> String| {
        let texts = listed.iter().map(|found| columns(&safe(&text(found))));
        texts.max().unwrap_or(0)
    };
    let used = wide(&names) + wide(&|found: &Found| found.path.clone()) + 4;
    let room = WIDTH.saturating_sub(used).max(20);
    let mut table = Table::new(&[
        ("entity", Align::Left),
        ("where", Align::Left),
        ("what", Align::Left),
    ]);
    for found in &listed {
        let value = cut(&safe(&found.value), room).into_owned();
        table.row([
            leading(&names(found)).into_owned(),
            found.path.clone(),
            value,
        ]);
    }
    out.push_str(&table.text());
    if all > listed.len() {
        let more = number(all - listed.len());
        push_line(&mut out, &format!("(+{more}, `--full` lists all)"));
    }
    push_errors(&mut out, search.errors, color);
    if let Some(first) = listed.first() {
        let name = names(first);
        push_line(
            &mut out,
            &format!("next: `catalogc get {}` shows all of one", safe(&name)),
        );
    }
    out
}

/// What was found as JSON of two blanks a level, with a line end.
pub fn search_json(search: &Search) -> String {
    super::json::document(search)
}

/// The same as YAML.
pub fn search_yaml(search: &Search) -> String {
    super::yaml::document(search)
}

//! Entities of a kind, and kinds with how many entities they have: tables, JSON, YAML.
//!
//! In: a [`Listing`] or [`Kinds`], which the commands fill. Out: lines, or documents of version 1, a
//! format that only grows. A table has the columns that tell entities apart, as many as fit.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Map, Value as Json};

use super::asked::At;
use super::paint::{Color, Style};
use super::table::{Align, Table};
use super::words::{WIDTH, columns, count, cut, leading, push_line, safe};

/// Entities of a kind.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Listing {
    /// The version of the format.
    pub version: u32,
    /// The kind.
    pub blueprint: String,
    /// The commit, or none where the files on disk are those of none.
    pub at: Option<At>,
    /// How many entities of the kind there are.
    pub of: usize,
    /// What they are chosen by, as it was written.
    pub chosen_by: Option<String>,
    /// The names of the values that are derived.
    pub derived: Vec<String>,
    /// How many errors the catalog has.
    pub errors: usize,
    /// The entities, by identifier.
    pub entities: Vec<Listed>,
    /// The values and relations that a table may show, the most telling first.
    #[serde(skip)]
    pub columns: Vec<String>,
}

/// An entity of a kind.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Listed {
    /// Its name.
    pub identifier: String,
    /// What people call it, where that is something else.
    pub title: Option<String>,
    /// Who owns it.
    pub owner: Vec<String>,
    /// Its values, the derived ones too; a secret is `***`.
    pub properties: Map<String, Json>,
    /// What it is related to, by relation.
    pub relations: Map<String, Json>,
}

/// The kinds of a catalog.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Kinds {
    /// The version of the format.
    pub version: u32,
    /// How many errors the catalog has.
    pub errors: usize,
    /// The kinds, by name.
    pub kinds: Vec<Kind>,
}

/// A kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Kind {
    /// Its name.
    pub blueprint: String,
    /// What people call it, where that is something else.
    pub title: Option<String>,
    /// How many entities it has.
    pub entities: usize,
    /// The kinds that its relations lead to, each once.
    pub related: Vec<String>,
}

/// The columns that a value may take.
const VALUE: usize = 28;

/// The table of entities.
pub fn listing_text(listing: &Listing, color: Color) -> String {
    let mut out = String::new();
    let kind = safe(&listing.blueprint);
    let (some, all) = (listing.entities.len(), listing.of);
    let first = match &listing.chosen_by {
        Some(by) => format!("{some} of {all} {kind}, where {}", safe(by)),
        None => format!("{all} {kind}"),
    };
    push_line(&mut out, &color.paint(&[Style::Bold], &leading(&first)));
    if !listing.entities.is_empty() {
        out.push_str(&table(listing));
    }
    push_errors(&mut out, listing.errors, color);
    let next = match listing.entities.first() {
        Some(first) => format!(
            "`catalogc get {kind} {}` shows all of one",
            safe(&first.identifier)
        ),
        None if all > 0 => format!("`catalogc get {kind}` lists all"),
        None => format!("add a file below `entities/` with `blueprint: {kind}`"),
    };
    push_line(&mut out, &format!("next: {next}"));
    out
}

/// The entities as JSON of two blanks a level, with a line end.
pub fn listing_json(listing: &Listing) -> String {
    super::json::document(listing)
}

/// The same as YAML.
pub fn listing_yaml(listing: &Listing) -> String {
    super::yaml::document(listing)
}

/// The table of kinds.
pub fn kinds_text(kinds: &Kinds, color: Color) -> String {
    let mut out = String::new();
    let entities = kinds.kinds.iter().map(|kind| kind.entities).sum();
    let first = format!(
        "{} of {}",
        count(entities, "entity", "entities"),
        count(kinds.kinds.len(), "kind", "kinds")
    );
    push_line(&mut out, &color.paint(&[Style::Bold], &first));
    let mut table = Table::new(&[
        ("kind", Align::Left),
        ("entities", Align::Right),
        ("title", Align::Left),
        ("related to", Align::Left),
    ]);
    for kind in &kinds.kinds {
        table.row([
            leading(&kind.blueprint).into_owned(),
            super::words::number(kind.entities),
            cut(&safe(kind.title.as_deref().unwrap_or("")), VALUE).into_owned(),
            cut(&safe(&kind.related.join(", ")), VALUE).into_owned(),
        ]);
    }
    if !kinds.kinds.is_empty() {
        out.push_str(&table.text());
    }
    push_errors(&mut out, kinds.errors, color);
    let next = match kinds.kinds.iter().max_by_key(|kind| kind.entities) {
        Some(kind) => format!("`catalogc get {}` lists them", safe(&kind.blueprint)),
        None => "write a blueprint, `catalogc init` has some".to_owned(),
    };
    push_line(&mut out, &format!("next: {next}"));
    out
}

/// The kinds as JSON of two blanks a level, with a line end.
pub fn kinds_json(kinds: &Kinds) -> String {
    super::json::document(kinds)
}

/// The same as YAML.
pub fn kinds_yaml(kinds: &Kinds) -> String {
    super::yaml::document(kinds)
}

/// That something may be missing, where files are broken.
pub(super) fn push_errors(out: &mut String, errors: usize, color: Color) {
    if errors > 0 {
        let errors = count(errors, "error", "errors");
        let line = format!(
            "{} the catalog has {errors}: what broken files say may be missing, see `catalogc check`",
            color.glyph('!')
        );
        push_line(out, &line);
    }
}

/// A column of a table: its head and a cell a row.
struct Column {
    head: String,
    align: Align,
    cells: Vec<String>,
}

impl Column {
    fn wide(&self) -> usize {
        let cells = self.cells.iter().map(|cell| columns(cell));
        cells.max().unwrap_or(0).max(columns(&self.head))
    }
}

fn table(listing: &Listing) -> String {
    let rows = &listing.entities;
    let left = |head: &str, cell: &dyn Fn(&Listed) -> String| Column {
        head: head.to_owned(),
        align: Align::Left,
        cells: rows.iter().map(cell).collect(),
    };
    // A name is never cut; nothing of ours stands before it in its line.
    let mut chosen = vec![left("entity", &|row| leading(&row.identifier).into_owned())];
    let mut used = chosen.iter().map(Column::wide).sum::<usize>();
    let title = left("title", &|row| {
        cut(&safe(row.title.as_deref().unwrap_or("")), VALUE).into_owned()
    });
    let owner = left("owner", &|row| {
        cut(&safe(&row.owner.join(", ")), VALUE).into_owned()
    });
    let values = listing.columns.iter().map(|name| column(name, rows));
    for column in [title, owner].into_iter().chain(values) {
        let is_empty = column.cells.iter().all(String::is_empty);
        // What is the same everywhere tells nothing apart.
        let different: BTreeSet<&String> = column.cells.iter().take(1_000).collect();
        let is_telling = different.len() > 1 || rows.len() == 1 || column.head == "owner";
        let wide = 2 + column.wide();
        if !is_empty && is_telling && used + wide <= WIDTH {
            used += wide;
            chosen.push(column);
        }
    }
    let heads: Vec<(&str, Align)> = chosen
        .iter()
        .map(|column| (column.head.as_str(), column.align))
        .collect();
    let mut table = Table::new(&heads);
    for n in 0..rows.len() {
        table.row(chosen.iter().filter_map(|column| column.cells.get(n)));
    }
    table.text()
}

/// The column of a value or relation.
fn column(name: &str, rows: &[Listed]) -> Column {
    let value = |row: &Listed| {
        let value = row.properties.get(name).or_else(|| row.relations.get(name));
        value.cloned()
    };
    let values: Vec<Option<Json>> = rows.iter().map(value).collect();
    let mut there = values.iter().flatten().peekable();
    let is_number = there.peek().is_some() && there.all(Json::is_number);
    Column {
        head: safe(name).into_owned(),
        align: if is_number { Align::Right } else { Align::Left },
        cells: values.iter().map(|value| cell(value.as_ref())).collect(),
    }
}

/// A value in few words: a text as it is, a list as its members.
fn cell(value: Option<&Json>) -> String {
    let words = match value {
        None | Some(Json::Null) => String::new(),
        Some(Json::String(text)) => text.clone(),
        Some(Json::Array(items)) if items.iter().all(Json::is_string) => {
            let items: Vec<&str> = items.iter().filter_map(Json::as_str).collect();
            items.join(", ")
        }
        Some(other) => other.to_string(),
    };
    cut(&safe(&words), VALUE).into_owned()
}

//! The ledger as a table, newest first: at a terminal, or for a page that reads Markdown.

use crate::render::markdown::cell;
use crate::render::table::{Align, Table};
use crate::render::words::duration;
use crate::render::words::push_line;
use crate::render::words::safe;

/// A step that ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    /// To the minute, UTC.
    pub time: String,
    /// `7c41e09.2`.
    pub step: String,
    /// The action.
    pub action: String,
    /// The entity.
    pub entity: String,
    /// Who asked.
    pub asked: String,
    /// Who approved.
    pub approved: Vec<String>,
    /// How it ended.
    pub result: String,
    /// How long it took, where that says something.
    pub took_seconds: Option<u64>,
}

/// The table of what was done, to one entity where it is named, or that there is nothing yet.
pub fn audit_table(rows: &[AuditRow], entity: Option<&str>) -> String {
    if rows.is_empty() {
        let to = entity.map(|entity| format!(" to `{}`", safe(entity)));
        return format!("ok: nothing was done{} yet\n", to.unwrap_or_default());
    }
    let mut table = Table::new(&HEAD.map(|name| (name, align(name))));
    for row in rows {
        let cells = cells(row);
        table.row(cells.each_ref());
    }
    table.text()
}

/// The same as a Markdown table.
pub fn audit_markdown(rows: &[AuditRow], entity: Option<&str>) -> String {
    if rows.is_empty() {
        return audit_table(rows, entity);
    }
    let lines = HEAD.map(|name| match align(name) {
        Align::Left => "---",
        Align::Right => "--:",
    });
    let mut out = format!("| {} |\n|{}|\n", HEAD.join(" | "), lines.join("|"));
    for row in rows {
        let cells = cells(row).map(|text| cell(&text));
        push_line(&mut out, &format!("| {} |", cells.join(" | ")));
    }
    out
}

const HEAD: [&str; 8] = [
    "time (UTC)",
    "step",
    "action",
    "entity",
    "asked",
    "approved",
    "result",
    "took",
];

fn align(column: &str) -> Align {
    match column {
        "took" => Align::Right,
        _ => Align::Left,
    }
}

fn cells(row: &AuditRow) -> [String; 8] {
    let approved = if row.approved.is_empty() {
        "-".to_owned()
    } else {
        row.approved.join(", ")
    };
    [
        row.time.clone(),
        row.step.clone(),
        row.action.clone(),
        row.entity.clone(),
        row.asked.clone(),
        approved,
        row.result.clone(),
        row.took_seconds.map_or_else(|| "-".to_owned(), duration),
    ]
}

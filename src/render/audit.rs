//! The ledger as a table, newest first.

use crate::render::table::{Align, Table};
use crate::render::words::duration;
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
    let mut table = Table::new(&[
        ("time (UTC)", Align::Left),
        ("step", Align::Left),
        ("action", Align::Left),
        ("entity", Align::Left),
        ("asked", Align::Left),
        ("approved", Align::Left),
        ("result", Align::Left),
        ("took", Align::Right),
    ]);
    for row in rows {
        let approved = if row.approved.is_empty() {
            "-".to_owned()
        } else {
            row.approved.join(", ")
        };
        let took = row.took_seconds.map_or_else(|| "-".to_owned(), duration);
        let cells = [
            &row.time,
            &row.step,
            &row.action,
            &row.entity,
            &row.asked,
            &approved,
            &row.result,
            &took,
        ];
        table.row(cells);
    }
    table.text()
}

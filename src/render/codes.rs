//! All codes by subject, for the terminal and for programs.

use serde::Serialize;

use crate::finding::{Code, Severity, subject};

use super::json;
use super::paint::{Color, Style};
use super::words::{WIDTH, columns, left, push_line, wrap};

#[derive(Serialize)]
struct Document {
    version: u32,
    codes: Vec<Entry>,
}

#[derive(Serialize)]
struct Entry {
    code: &'static str,
    name: &'static str,
    severity: &'static str,
    /// Whether the settings may change the severity, and a baseline may let it pass.
    changeable: bool,
    subject: &'static str,
    title: &'static str,
}

/// The table: a head a subject, a line a code.
pub fn codes_table(color: Color) -> String {
    let all = || subject::groups().flatten();
    let wide = all().map(|code| columns(code.name)).max().unwrap_or(0);
    let margin = "E0000  warning  ".len() + wide + 2;
    let mut out = String::new();
    for group in subject::groups() {
        let head = group.first().map_or("", |code| subject::of(code));
        push_line(&mut out, &color.paint(&[Style::Bold], head));
        for code in group {
            let styles: &[Style] = match code.severity {
                Severity::Error => &[Style::Red],
                Severity::Warning => &[Style::Yellow],
            };
            let severity = color.paint(styles, &left(code.severity.word(), 7));
            let room = WIDTH.saturating_sub(margin);
            let title = wrap(code.title, room, room).join(&format!("\n{}", " ".repeat(margin)));
            let name = left(code.name, wide);
            push_line(
                &mut out,
                &format!("{}  {severity}  {name}  {title}", code.id),
            );
        }
        out.push('\n');
    }
    let first = all().next().map_or("", |code| code.id);
    push_line(
        &mut out,
        &format!(
            "next: `catalogc explain {first}`, or any other code, gives the reason and a repaired example"
        ),
    );
    out
}

/// The same for programs; one code where one is asked for.
pub fn codes_json(only: Option<&Code>) -> String {
    let codes = subject::groups().flatten();
    let codes = codes.filter(|code| only.is_none_or(|only| only == **code));
    json::document(&Document {
        version: 1,
        codes: codes
            .map(|code| Entry {
                code: code.id,
                name: code.name,
                severity: code.severity.word(),
                changeable: !code.fixed,
                subject: subject::of(code),
                title: code.title,
            })
            .collect(),
    })
}

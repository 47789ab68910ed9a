//! All codes by subject, for the terminal and for programs.

use schemars::JsonSchema;
use serde::Serialize;

use crate::finding::explain::{Example, page};
use crate::finding::{Code, Severity, subject};

use super::json;
use super::paint::{Color, Style};
use super::words::{WIDTH, columns, left, push_line, wrap};

/// What `catalogc explain --format json` prints.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Document {
    /// The version of this format.
    #[schemars(range(min = 1, max = 1))]
    version: u32,
    /// By subject; the only one where one was asked for.
    codes: Vec<Entry>,
}

/// A code.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Entry {
    /// Stable for ever.
    #[schemars(regex(pattern = "^E[0-9]{4}$"))]
    code: &'static str,
    /// What a severity setting calls it.
    #[schemars(regex(pattern = "^[a-z0-9]+(-[a-z0-9]+)*$"))]
    name: &'static str,
    /// How bad it is where the settings do not say otherwise.
    #[schemars(extend("enum" = ["error", "warning"]))]
    severity: &'static str,
    /// Whether the settings may change the severity.
    changeable: bool,
    /// Whether the settings may switch it off.
    off: bool,
    /// What it is about.
    subject: &'static str,
    /// In one line.
    title: &'static str,
    /// What `catalogc explain` says of it.
    page: Text,
}

/// A page.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Text {
    /// All of it, as Markdown.
    markdown: &'static str,
    /// Why it is refused.
    why: &'static str,
    /// What has the finding.
    fails: Side,
    /// The same, repaired.
    fixed: Side,
}

/// One side of the example of a page.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Side {
    /// In words, as Markdown, where files cannot show it.
    words: Option<&'static str>,
    /// The files of a catalog.
    files: Vec<File>,
}

/// A file of an example.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct File {
    /// The path in the repository.
    path: &'static str,
    /// What is in it.
    text: &'static str,
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

/// The JSON Schema, draft 2020-12, of what [`codes_json`] gives.
pub fn codes_schema() -> serde_json::Value {
    crate::schema::written::<Document>("codes, version 1")
}

/// The same for programs, with the pages; one code where one is asked for.
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
                off: code.may_be_off(),
                subject: subject::of(code),
                title: code.title,
                page: text(code.page),
            })
            .collect(),
    })
}

fn text(markdown: &'static str) -> Text {
    let page = page(markdown);
    Text {
        markdown,
        why: page.why,
        fails: side(page.situation, &page.fails),
        fixed: side(page.way_out, &page.fixed),
    }
}

fn side(words: &'static str, files: &[Example<'static>]) -> Side {
    let files = files.iter().map(|file| File {
        path: file.path,
        text: file.text,
    });
    Side {
        words: (!words.is_empty()).then_some(words),
        files: files.collect(),
    }
}

//! A finding's page for the terminal: why, an example that fails with its live finding, the
//! same repaired.

use std::fmt::Write as _;

use crate::finding::Code;
use crate::finding::Finding;
use crate::finding::explain::{Example, Page};
use crate::render::Color;
use crate::render::paint::Style;
use crate::render::words::{WIDTH, safe, wrap};
use crate::source::Snapshot;
use crate::text::position;

/// The width of the first column.
const MARGIN: usize = 8;
/// What stands before the lines of a file.
const INDENT: &str = "          ";

/// The page of a code. `example` is the finding that the failing files give.
pub fn explain(
    code: &Code,
    page: &Page<'_>,
    example: Option<(&Snapshot, &Finding)>,
    color: Color,
) -> String {
    let mut out = format!(
        "{}\n\n",
        color.paint(
            &[Style::Bold],
            &format!("{} {}: {}", code.id, code.name, code.title)
        )
    );
    out.push_str(&section("Why", page.why));
    let file = example.map(|(snapshot, finding)| snapshot.path(finding.span.file));
    let first = file
        .and_then(|path| page.fails.iter().find(|fails| fails.path == path))
        .or(page.fails.first());
    // A repair in another file than that of the finding needs that file beside it.
    let others = page.fails.iter().filter(|fails| {
        Some(*fails) != first && page.fixed.iter().any(|fixed| fixed.path == fails.path)
    });
    for fails in others.chain(first) {
        out.push_str(&format!("Fails   {}\n", fails.path));
        fails
            .text
            .lines()
            .for_each(|line| out.push_str(&line_at(INDENT, line)));
    }
    out.push_str(&section("Fails", page.situation));
    if let Some((snapshot, finding)) = example {
        let at = position(
            snapshot.readable(finding.span.file).unwrap_or_default(),
            finding.span.start,
        );
        let path = snapshot.path(finding.span.file);
        let word = finding.severity.word();
        out.push_str(&format!(
            "        {}[{}]: {}\n",
            word,
            code.id,
            safe(&finding.message)
        ));
        out.push_str(&format!("{INDENT}{path}:{}:{}\n", at.line, at.column));
    }
    for fixed in &page.fixed {
        let old = page.fails.iter().find(|fails| fails.path == fixed.path);
        out.push_str(&repaired(old, fixed));
    }
    out.push_str(&section("Fixed", page.way_out));
    out.push_str("next: `catalogc check` lists what your catalog has of it\n");
    out
}

/// Markdown behind the name of its section: text is wrapped, what stands in a fence is kept.
fn section(name: &str, markdown: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut is_fenced = false;
    for line in markdown.lines() {
        if line.starts_with("```") {
            is_fenced = !is_fenced;
        } else if is_fenced {
            lines.push(format!("  {line}"));
        } else if !line.is_empty() {
            let room = WIDTH - MARGIN;
            lines.extend(wrap(line, room, room));
        }
    }
    let mut out = String::new();
    for (n, line) in lines.iter().enumerate() {
        let name = if n == 0 { name } else { "" };
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{name:MARGIN$}{line}");
    }
    out
}

fn line_at(indent: &str, line: &str) -> String {
    if line.is_empty() {
        "\n".to_owned()
    } else {
        format!("{indent}{line}\n")
    }
}

/// The lines of a repaired file that are new; all of them where the repair only takes away.
fn repaired(old: Option<&Example<'_>>, fixed: &Example<'_>) -> String {
    let is_new = |line: &&str| !old.is_some_and(|old| old.text.lines().any(|other| other == *line));
    let mut lines: Vec<&str> = fixed.text.lines().filter(is_new).collect();
    if lines.is_empty() {
        lines = fixed.text.lines().collect();
    }
    let mut out = format!("Fixed   {}\n", fixed.path);
    for line in lines {
        out.push_str(&line_at(INDENT, line));
    }
    out
}

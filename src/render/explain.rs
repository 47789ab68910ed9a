//! A finding's page for the terminal: why, an example that fails with its live finding, the
//! same repaired.

use crate::finding::Code;
use crate::finding::Finding;
use crate::finding::explain::{Example, Page};
use crate::render::Color;
use crate::render::paint::Style;
use crate::render::words::safe;
use crate::source::Snapshot;
use crate::text::position;

/// The width of the first column.
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
    let mut why = page.why.lines();
    out.push_str(&format!("Why     {}\n", why.next().unwrap_or("")));
    for line in why {
        out.push_str(&line_at("        ", line));
    }
    let file = example.map(|(snapshot, finding)| snapshot.path(finding.span.file));
    let fails = file
        .and_then(|path| page.fails.iter().find(|fails| fails.path == path))
        .or(page.fails.first());
    if let Some(fails) = fails {
        out.push_str(&format!("Fails   {}\n", fails.path));
        fails
            .text
            .lines()
            .for_each(|line| out.push_str(&line_at(INDENT, line)));
    }
    if let Some((snapshot, finding)) = example {
        let at = position(snapshot.text(finding.span.file), finding.span.start);
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
    out.push_str("next: `catalogc check` lists what your catalog has of it\n");
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
    lines
        .iter()
        .for_each(|line| out.push_str(&line_at(INDENT, line)));
    out
}

//! Errors that stop a plan, as the comment under a pull request.
//!
//! In: what a check of the merge's result found. Out: Markdown that takes the place of the
//! comment with the plan before, so that nobody reads a verdict that is not true any more.

use crate::finding::Severity;

use super::checked::Checked;
use super::markdown::{code, fence};
use super::paint::Color;
use super::plan_markdown::marker;
use super::report;
use super::words::{count, cut, number, push_line, safe};

/// Characters of what is drawn.
const CHARACTERS: usize = 50_000;
/// Columns of a line that is drawn, and of the name of a revision.
const WIDEST: usize = 1_000;

/// The comment where no plan could be made at all: why, and what can be done, as the log has it.
pub fn unmade_markdown(why: &str, help: Option<&str>) -> String {
    let shown = |text: &str| cut(&safe(text), 20 * WIDEST).into_owned();
    let mut text = format!("error: {}\n", shown(why));
    if let Some(help) = help {
        push_line(&mut text, &format!("  help: {}", shown(help)));
    }
    format!(
        "<!-- catalogc:plan -->\n### no plan: it could not be made\nNothing is allowed and nothing \
         would run\n\n{}",
        fence("text", &text)
    )
}

/// The comment. `catalog` is the folder compiled, `sides` are the head and the target as they
/// were named.
pub fn findings_markdown(checked: &Checked<'_>, catalog: &str, sides: (&str, &str)) -> String {
    let places = checked.places();
    let errors = checked.count(Severity::Error);
    let (mut drawn, mut listed) = (String::new(), 0);
    let findings = checked.findings.iter();
    for finding in findings.filter(|finding| finding.severity == Severity::Error) {
        let drawing = report::draw(finding, &places, Color::Off);
        let lines = drawing.lines().map(|line| cut(line, WIDEST));
        let drawing: String = lines.map(|line| format!("{line}\n")).collect();
        if drawn.len() + drawing.len() > CHARACTERS {
            break;
        }
        drawn.push_str(&drawing);
        drawn.push('\n');
        listed += 1;
    }
    let mut out = format!("{}\n", marker(catalog));
    let told = count(errors, "error", "errors");
    push_line(&mut out, &format!("### no plan: {told}"));
    let (head, target) = (code(&cut(sides.0, WIDEST)), code(&cut(sides.1, WIDEST)));
    push_line(
        &mut out,
        &format!(
            "Nothing is allowed and nothing would run: {head} merged into {target} has {told}. \
             Mend {} and push again",
            if errors == 1 { "it" } else { "them" }
        ),
    );
    if listed < errors {
        let (listed, all) = (number(listed), number(errors));
        push_line(
            &mut out,
            &format!("{listed} of {all} errors are listed here, `catalogc check` prints all"),
        );
    }
    out.push('\n');
    out.push_str(&fence("text", drawn.trim_end_matches('\n')));
    out
}

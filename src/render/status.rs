//! What is open in the ledger: steps whose effect is not known to be in the world, commits that are
//! held; each with what to do next.
//!
//! In: a [`Status`], which the command fills. Out: lines, or JSON of version 1, a format that only
//! grows.

use serde::Serialize;

use super::paint::Color;
use super::words::{WIDTH, columns, count, left, push_line, safe, wrap};

/// What is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Status {
    /// The version of the format.
    pub version: u32,
    /// How many landings the ledger has.
    pub landings: usize,
    /// The unsettled steps, in the order of the ledger.
    pub steps: Vec<Open>,
    /// The commits that are held.
    pub held: Vec<Held>,
    /// What was merged and never run.
    pub missed: Vec<Missed>,
}

/// An unsettled step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Open {
    /// Its name: `7c41e09.2`.
    pub step: String,
    /// The landing that it belongs to, a commit.
    pub landing: String,
    /// The action.
    pub action: String,
    /// The kind of the entity.
    pub blueprint: String,
    /// The entity.
    pub entity: String,
    /// Whether the catalog has it now.
    pub in_catalog: bool,
    /// What the step does, in one line.
    pub summary: String,
    /// `failed`, `refused`, `superseded`, `skipped`, `unknown`, `running`, `waiting`.
    pub state: &'static str,
    /// Since when, in UTC.
    pub since: String,
    /// Why, in one line; may be empty.
    pub why: String,
    /// Where backends show the runs of its open calls.
    pub runs: Vec<String>,
    /// What to do.
    pub next: String,
}

/// A commit that is not run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Held {
    /// The commit.
    pub commit: String,
    /// Why.
    pub why: String,
    /// What to do.
    pub next: String,
}

/// A merge that the ledger never heard of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Missed {
    /// The tip of the branch after it.
    pub commit: String,
    /// The tip before it.
    pub before: String,
    /// How many steps it has; null where its result has errors.
    pub steps: Option<usize>,
    /// What to do.
    pub next: String,
}

/// What is open as lines.
pub fn status_text(status: &Status, color: Color) -> String {
    let mut out = String::new();
    if status.steps.is_empty() && status.held.is_empty() && status.missed.is_empty() {
        let all = match status.landings {
            0 => "nothing was run yet".to_owned(),
            n => format!("{}, nothing is open", count(n, "landing", "landings")),
        };
        push_line(&mut out, &color.first_line("ok", &format!(": {all}")));
        return out;
    }
    let rest = counted(status);
    push_line(
        &mut out,
        &color.first_line("open", &format!(": {}", rest.join(", "))),
    );
    let wide = |text: &dyn Fn(&Open) -> &str| {
        let texts = status.steps.iter().map(|it| columns(&safe(text(it))));
        texts.max().unwrap_or(0)
    };
    let (step, action) = (wide(&|it| &it.step), wide(&|it| &it.action));
    let entity = wide(&|it| &it.entity);
    for one in &status.steps {
        let line = format!(
            "{} {}  {}  {}  {}  since {}",
            color.glyph('!'),
            left(&safe(&one.step), step),
            left(&safe(&one.action), action),
            left(&safe(&one.entity), entity),
            color.word(one.state),
            safe(&one.since)
        );
        push_line(&mut out, &line);
        below(&mut out, "does", &one.summary);
        below(&mut out, "because", &one.why);
        for run in &one.runs {
            below(&mut out, "run", run);
        }
        if !one.in_catalog {
            below(&mut out, "entity", "is not in the catalog now");
        }
        below(&mut out, "next", &one.next);
    }
    for one in &status.held {
        let commit = safe(&one.commit);
        push_line(&mut out, &format!("{} {commit}  held", color.glyph('!')));
        below(&mut out, "because", &one.why);
        below(&mut out, "next", &one.next);
    }
    for one in &status.missed {
        missed(&mut out, one, color);
    }
    push_line(
        &mut out,
        "next: settle the first; `catalogc audit STEP` tells all of one",
    );
    out
}

/// How many there are of each sort.
fn counted(status: &Status) -> Vec<String> {
    let mut rest: Vec<String> = Vec::new();
    for state in [
        "unknown",
        "running",
        "waiting",
        "failed",
        "refused",
        "superseded",
        "skipped",
    ] {
        let here = status.steps.iter().filter(|it| it.state == state).count();
        if here > 0 {
            rest.push(format!("{} {state}", count(here, "step", "steps")));
        }
    }
    if !status.held.is_empty() {
        let n = status.held.len();
        rest.push(format!("{} held", count(n, "commit", "commits")));
    }
    if !status.missed.is_empty() {
        let n = count(status.missed.len(), "merge was", "merges were");
        rest.push(format!("{n} never run"));
    }
    rest
}

fn missed(out: &mut String, one: &Missed, color: Color) {
    let commit = safe(&one.commit);
    push_line(out, &format!("{} {commit}  never run", color.glyph('!')));
    let steps = match one.steps {
        Some(steps) => count(steps, "step", "steps"),
        None => "its result has errors".to_owned(),
    };
    below(out, "does", &steps);
    below(out, "next", &one.next);
}

/// What is open as JSON of two blanks a level, with a line end.
pub fn status_json(status: &Status) -> String {
    super::json::document(status)
}

fn below(out: &mut String, head: &str, text: &str) {
    if text.is_empty() {
        return;
    }
    let room = WIDTH - 13;
    for (n, row) in wrap(&safe(text), room, room).iter().enumerate() {
        let head = if n == 0 { head } else { "" };
        push_line(out, &format!("    {}{row}", left(head, 9)));
    }
}

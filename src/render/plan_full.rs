//! All that a plan knows of one step: changes, reasons, inputs, rules, calls, footprint.
//!
//! In: a step. Out: lines that are wrapped and never cut.

use crate::plan::file::ApprovalNeed;
use crate::plan::file::Call;
use crate::plan::file::Decision;
use crate::plan::file::Outcome;
use crate::plan::file::PlanFile;
use crate::plan::file::Step;

use super::paint::Color;
use super::plan_calls::{arguments, full_target, reference};
use super::plan_people::{excluded, given, missing, undecided, waived, who_may};
use super::plan_steps::{remedy_text, value};
use super::plan_words::placed;
use super::words::{WIDTH, columns, count, duration, leading, left, names, safe, size, wrap};

/// The word in front of a line, with what stands before and behind it.
const WORD: usize = 9;
const INDENT: usize = 4 + WORD + 2;

/// The lines below the first of a step. A name alone does not say of which kind it is.
pub(crate) fn block(plan: &PlanFile, step: &Step, color: Color) -> Vec<String> {
    let mut block = Block {
        lines: Vec::new(),
        color,
    };
    let (kind, entity) = (safe(&step.blueprint), safe(&step.entity));
    block.line("entity", &format!("{kind} {entity}"));
    for change in &step.changes {
        let before = value(change.before.as_ref(), usize::MAX);
        let after = value(change.after.as_ref(), usize::MAX);
        let place = safe(&change.place);
        block.line(
            "change",
            &format!("{} {before} -> {after} ({place})", safe(&change.path)),
        );
    }
    for gone in &step.lost {
        let before = value(gone.before.as_ref(), usize::MAX);
        let place = safe(&gone.place);
        block.line("lost", &format!("{} {before} ({place})", safe(&gone.path)));
    }
    let mut lines = block.lines;
    lines.extend(rest(plan, step, color));
    lines
}

/// The same without the changes.
pub(crate) fn rest(plan: &PlanFile, step: &Step, color: Color) -> Vec<String> {
    let mut block = Block {
        lines: Vec::new(),
        color,
    };
    for (n, because) in step.because.iter().enumerate() {
        let word = if n == 0 { "because" } else { "" };
        block.line(word, &placed(&because.text, because.place.as_deref()));
    }
    inputs(&mut block, step);
    for decision in &step.decisions {
        decided(&mut block, plan, decision);
    }
    if step.outcome == Outcome::Denied && !plan.actors.is_empty() {
        block.line("next", &remedy_text(step));
    }
    approvals(&mut block, plan, step);
    for (n, call) in step.calls.iter().enumerate() {
        outside(&mut block, n + 1, step, call);
    }
    if let Some(undo) = &step.undo {
        block.line("undo", &safe(undo));
    }
    if !step.reads.is_empty() {
        block.line("holds for", &relied_on(step));
    }
    block.lines
}

/// What a step relied on: entities and definitions by name, and how many facts more.
fn relied_on(step: &Step) -> String {
    let reads = step.reads.iter().map(|fact| fact.what.as_str());
    let (first, others): (Vec<&str>, Vec<&str>) = reads.partition(|what| is_named(what));
    let first = first.into_iter().map(|what| {
        let name = what.split_once('/').map_or(what, |(_, name)| name);
        safe(name).into_owned()
    });
    let mut names: Vec<String> = first.collect();
    match others.len() {
        0 => {}
        1 => names.push("1 fact more".to_owned()),
        more => names.push(format!("{more} facts more")),
    }
    let which = if step.reads.len() == 1 {
        "it"
    } else {
        "one of these"
    };
    format!("{}: stale when {which} changes", names.join(", "))
}

/// Whether a fact is of all of an entity, or of an action: what people look for first.
fn is_named(what: &str) -> bool {
    let definitions = ["blueprint/", "connector/"];
    let is_whole = what.contains('/') && !what.contains(' ') && !what.ends_with("/*");
    is_whole && !definitions.iter().any(|kind| what.starts_with(kind))
}

struct Block {
    lines: Vec<String>,
    color: Color,
}

impl Block {
    /// A line behind its word, wrapped.
    fn line(&mut self, word: &str, text: &str) {
        let painted = self.color.word(word) + &" ".repeat(WORD.saturating_sub(word.len()));
        let text = if word.is_empty() {
            leading(text)
        } else {
            text.into()
        };
        let wrapped = wrap(&text, WIDTH - INDENT, WIDTH - INDENT);
        for (n, part) in wrapped.iter().enumerate() {
            let before = if n == 0 {
                painted.clone()
            } else {
                " ".repeat(WORD)
            };
            let line = format!("    {before}  {part}");
            self.lines.push(line.trim_end().to_owned());
        }
    }
}

fn inputs(block: &mut Block, step: &Step) {
    let shown: Vec<(String, String)> = step
        .inputs
        .iter()
        .map(|input| {
            let value = if input.secret {
                "(hidden)".to_owned()
            } else {
                value(Some(&input.value), usize::MAX)
            };
            (safe(&input.name).into_owned(), value)
        })
        .collect();
    let widest = shown
        .iter()
        .map(|(name, _)| columns(name))
        .max()
        .unwrap_or(0);
    for (n, (input, (name, value))) in step.inputs.iter().zip(&shown).enumerate() {
        let word = if n == 0 { "inputs" } else { "" };
        let from = input
            .from
            .as_deref()
            .map(|from| format!("  from {}", safe(from)));
        let text = format!(
            "{}  {value}{}",
            left(name, widest),
            from.unwrap_or_default()
        );
        block.line(word, &text);
    }
}

/// The rules that decided about an actor, in the target, and the facts that they used.
fn decided(block: &mut Block, plan: &PlanFile, decision: &Decision) {
    let word = if decision.actor.is_none() {
        block.line("may", &who_may(std::slice::from_ref(decision)));
        ""
    } else if decision.allowed {
        "allowed"
    } else {
        "denied"
    };
    if decision.reasons.is_empty() && !word.is_empty() {
        let actor = decision.actor.as_deref().unwrap_or_default();
        block.line(word, &safe(actor));
    }
    for (n, reason) in decision.reasons.iter().enumerate() {
        let word = if n == 0 { word } else { "" };
        match &reason.place {
            Some(place) => {
                let rule = safe(super::plan_words::line_of(place));
                block.line(
                    word,
                    &format!("by {rule} in {}", safe(&plan.target.words())),
                );
                block.line("", &safe(&reason.text));
            }
            None => block.line(word, &safe(&reason.text)),
        }
    }
}

fn approvals(block: &mut Block, plan: &PlanFile, step: &Step) {
    if step.approvals.is_empty() {
        block.line("approval", "none needed");
    }
    for need in &step.approvals {
        let text = format!("{} from {}", need.count, need.by);
        block.line("approval", &placed(&text, Some(&need.place)));
        candidates(block, need);
        if let Some(given) = given(plan, need) {
            block.line("given", &given);
        }
        if let Some(waived) = waived(need) {
            block.line("waived", &waived);
        }
        if let Some(missing) = missing(need) {
            block.line("missing", &missing);
            continue;
        }
        for text in [excluded(need), undecided(need)].into_iter().flatten() {
            block.line("", &text);
        }
    }
}

/// Everyone who counts, where a missing approval does not name them all.
fn candidates(block: &mut Block, need: &ApprovalNeed) {
    if need.candidates.len() > size(need.count) {
        let all: Vec<String> = need
            .candidates
            .iter()
            .map(|c| safe(c).into_owned())
            .collect();
        block.line("", &format!("of {}", all.join(", ")));
    }
}

fn outside(block: &mut Block, number: usize, step: &Step, call: &Call) {
    let ids = step.calls.iter().map(|call| columns(&safe(&call.id)));
    let id = left(&safe(&call.id), ids.max().unwrap_or(0));
    let on = reference(call).map(|branch| format!(" on {branch}"));
    let mut clauses = vec![
        format!(
            "{id}  {}  {}{}",
            safe(&call.connector),
            full_target(call),
            on.unwrap_or_default()
        ),
        format!("up to {}", duration(call.timeout_seconds)),
    ];
    if call.retries > 0 {
        clauses.push(count(size(call.retries), "retry", "retries"));
    }
    if !call.needs.is_empty() {
        clauses.push(format!("after {}", names(&call.needs, "and")));
    }
    let text = clauses.join(", ");
    block.line(&format!("call {number}"), &text);
    let arguments = arguments(call).join(",  ");
    if !arguments.is_empty() {
        for part in wrap(&leading(&arguments), WIDTH - INDENT - 2, WIDTH - INDENT - 2) {
            block.lines.push(
                format!("{}{part}", " ".repeat(INDENT + 2))
                    .trim_end()
                    .to_owned(),
            );
        }
    }
}

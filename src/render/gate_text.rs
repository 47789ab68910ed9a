//! Whether a pull request may be merged now, for people at a terminal.
//!
//! In: a plan file with the approvals that were given. Out: the verdict, what stands in the
//! way and who can move it. The exit code is decided elsewhere.

use crate::plan::file::Outcome;
use crate::plan::file::PlanFile;

use super::paint::Color;
use super::plan_steps::{Columns, remedy_text};
use super::plan_text::{Detail, View, approvals, covered_in_the_way, decisions, detail};
use super::plan_text::{first_line, push_loud, step_line};
use super::plan_words::{Group, in_the_way, next, plan_line, verdict};
use super::words::push_line;

/// The verdict and what stands in the way.
pub fn gate_text(plan: &PlanFile, color: Color) -> String {
    let view = View {
        detail: Detail::Normal,
        color,
        stale: None,
    };
    let mut out = String::new();
    let (word, parts) = verdict(plan);
    match plan.verdict() {
        Outcome::Allowed => first_line(&mut out, word, &parts, color),
        _ if in_the_way(plan).is_empty() || word.is_empty() => {
            first_line(&mut out, word, &parts, color);
        }
        _ => first_line(&mut out, word, &in_the_way(plan), color),
    }
    push_loud(&mut out, plan, color);
    push_line(&mut out, &plan_line(plan));
    let all = Columns::of(plan);
    for group in Group::ALL {
        for step in group.steps(plan) {
            match step.outcome {
                Outcome::Allowed => continue,
                Outcome::Denied => {
                    step_line(&mut out, all, step, &view);
                    decisions(&mut out, &step.decisions, color);
                    detail(&mut out, "next", &remedy_text(step), color);
                }
                Outcome::NeedsApproval => step_line(&mut out, all, step, &view),
            }
            approvals(&mut out, plan, step, color);
        }
        covered_in_the_way(&mut out, plan, group, color);
    }
    push_line(&mut out, &format!("next: {}", next(plan)));
    out
}

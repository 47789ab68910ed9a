//! Whether a pull request may be merged now, for people at a terminal.
//!
//! In: a plan file with the approvals that were given. Out: the verdict, what stands in the
//! way and who can move it. The exit code is decided elsewhere.

use crate::plan::file::Effectuation;
use crate::plan::file::Outcome;
use crate::plan::file::PlanFile;
use crate::plan::file::short;

use super::paint::{Color, Style};
use super::plan_people::approving;
use super::plan_rights::push_rights;
use super::plan_steps::{Columns, remedy_text, summary};
use super::plan_text::{Detail, View, approvals, covered_at_gate, decisions, detail};
use super::plan_text::{first_line, push_loud, push_uncounted, step_line};
use super::plan_words::{Group, in_the_way, next, plan_line, verdict};
use super::words::{WIDTH, count, list, names, push_line, safe, wrap};

/// How many of the deletions that are allowed are named.
const DELETES: usize = 20;

/// The verdict and what stands in the way.
pub fn gate_text(plan: &PlanFile, view: &View<'_>) -> String {
    let color = view.color;
    // Steps are told by what stands in their way, however much is asked for.
    let step_view = View {
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
    let mut deletes = 0;
    for group in Group::ALL {
        for step in group.steps(plan) {
            match step.outcome {
                // What goes is named, also where nothing stands in its way.
                Outcome::Allowed if !step.breaks_glass() && step.does == Effectuation::Delete => {
                    deletes += 1;
                    if deletes <= DELETES {
                        step_line(&mut out, (plan, all), step, &step_view);
                    }
                    continue;
                }
                Outcome::Allowed if !step.breaks_glass() => continue,
                Outcome::Allowed => {
                    step_line(&mut out, (plan, all), step, &step_view);
                    decisions(&mut out, &step.decisions, color);
                }
                Outcome::Denied => {
                    step_line(&mut out, (plan, all), step, &step_view);
                    decisions(&mut out, &step.decisions, color);
                    detail(&mut out, "next", &remedy_text(step), color);
                }
                Outcome::NeedsApproval => step_line(&mut out, (plan, all), step, &step_view),
            }
            approvals(&mut out, plan, step, color);
        }
        covered_at_gate(&mut out, plan, group, view);
    }
    if deletes > DELETES {
        let more = count(deletes - DELETES, "more is deleted", "more are deleted");
        push_line(&mut out, &format!("{} {more}", color.glyph('-')));
    }
    push_rights(&mut out, plan, view);
    push_approving(&mut out, plan, color);
    push_uncounted(&mut out, plan, color);
    push_line(&mut out, &format!("next: {}", next(plan)));
    out
}

/// What each person would approve: the steps, what they change, and the digest that the approval
/// is of. Whoever approves agrees to all of theirs at once.
fn push_approving(out: &mut String, plan: &PlanFile, color: Color) {
    let all = Columns::of(plan);
    for one in approving(plan) {
        let at = plan.head.commit.as_deref().map(short);
        let at = at.map(|commit| format!(" at {}", safe(commit)));
        let who = names(&one.who, "or");
        // A line does not begin with a name: runners of CI take `::` there for a command.
        let head = format!("approval by {who}{}", at.unwrap_or_default());
        push_line(out, &color.paint(&[Style::Bold], &head));
        for (step, needs) in one.steps {
            let needs: Vec<String> = needs.iter().map(|by| safe(by).into_owned()).collect();
            let head = all.head(step);
            let what = summary(plan, step, WIDTH, WIDTH);
            let digest = safe(short(&step.digest));
            push_line(out, &format!("    {head}{what}"));
            let of = format!("for {}, digest {digest}", list(&needs, "and for"));
            for line in wrap(&of, WIDTH - 8, WIDTH - 8) {
                push_line(out, &format!("        {line}"));
            }
        }
    }
}

//! A run: the line it begins with, a line a step at its end, the verdict and what to do next.

use crate::plan::file::{PlanFile, Step, short};
use crate::render::Color;
use crate::render::plan_steps::Columns;
use crate::render::plan_words::is_done;
use crate::render::words::{count, duration, list, right, safe};

/// How a step ended, in data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// Its number in the plan.
    pub number: u32,
    /// `done`, `already done`, `failed`, `skipped`, `refused`, `superseded`, `unknown`,
    /// `interrupted`.
    pub word: &'static str,
    /// How long it took in this run, in seconds.
    pub took_seconds: u64,
    /// Why, in a few words; may be empty.
    pub detail: String,
    /// One line for each call that did not end well.
    pub problems: Vec<String>,
    /// Its calls that are done.
    pub done: Vec<String>,
    /// Where backends show the runs of its calls: the call, and the address.
    pub runs: Vec<(String, String)>,
}

/// `plan 7c41e09: derived again from git, the same; 4 steps, 5 calls`.
pub fn applying(plan: &PlanFile, compared: &str) -> String {
    let steps = plan.steps.iter().filter(|step| !is_done(step));
    let calls: usize = steps.map(|step| step.calls.len()).sum();
    let steps = count(plan.steps.len(), "step", "steps");
    let mut lines = format!(
        "plan {}: {compared}; {steps}, {}",
        short(&plan.id),
        count(calls, "call", "calls")
    );
    let breaks_glass = plan.steps.iter().any(Step::breaks_glass);
    let is_loud = |text: &str| {
        text.starts_with("OVERRIDE: ") || breaks_glass && text.starts_with("BREAK GLASS: ")
    };
    let loud = plan.notices.iter().filter(|notice| is_loud(&notice.text));
    lines.extend(loud.map(|notice| format!("\n! {}", safe(&notice.text))));
    lines
}

/// `plan 7c41e09: 2 of 4 steps already done, going on with 2 and 4`.
pub fn going_on(plan: &PlanFile, done: usize, again: &[u32]) -> String {
    let numbers: Vec<String> = again.iter().map(u32::to_string).collect();
    let all = count(plan.steps.len(), "step", "steps");
    let rest = if numbers.is_empty() {
        "nothing is left".to_owned()
    } else {
        format!("going on with {}", list(&numbers, "and"))
    };
    format!(
        "plan {}: {done} of {all} already done, {rest}",
        short(&plan.id)
    )
}

/// How a run ended; what gives a step's number the name by which the ledger finds it.
pub fn applied(
    (plan, name): (&PlanFile, &dyn Fn(u32) -> String),
    ends: &[Ended],
    headline: &str,
    interrupted: Option<&str>,
    color: Color,
) -> String {
    let mut out = String::new();
    let layout = Columns::of(plan);
    let wide = ends.iter().map(|end| end.word.len()).max().unwrap_or(0);
    for end in ends {
        let Some(step) = plan.steps.iter().find(|step| step.number == end.number) else {
            continue;
        };
        let is_good = matches!(end.word, "done" | "already done");
        let glyph = if is_good {
            crate::render::plan_steps::glyph(step)
        } else {
            '!'
        };
        let time = match end.word {
            "done" | "failed" => duration(end.took_seconds),
            "already done" => String::new(),
            _ => "-".to_owned(),
        };
        let padding = " ".repeat(wide - end.word.len());
        let line = format!(
            "{} {}{}{padding}  {}  {}",
            color.glyph(glyph),
            layout.head(step),
            color.word(end.word),
            right(&time, 6),
            safe(&end.detail)
        );
        out.push_str(line.trim_end());
        out.push('\n');
    }
    let (word, rest) = headline.split_once(':').unwrap_or((headline, ""));
    out.push_str(&color.first_line(word, &format!(":{rest}\n")));
    if let Some(why) = interrupted {
        out.push_str(&format!("    {}\n", safe(why)));
    }
    for end in ends {
        for problem in &end.problems {
            out.push_str(&format!("    {} {}\n", end.number, safe(problem)));
        }
    }
    out.push_str(&next(ends, name));
    out
}

/// What can be done now.
pub(super) fn next(ends: &[Ended], name: &dyn Fn(u32) -> String) -> String {
    let superseded = ends.iter().filter(|end| end.word == "superseded");
    let superseded: Vec<String> = superseded.map(|end| name(end.number)).collect();
    if superseded.is_empty() {
        return first(ends, name);
    }
    let names = list(&superseded, "and");
    let new = format!(
        "a newer merge set what {names} would set: open a new change for what is wanted now\n"
    );
    let is_bad = |end: &Ended| matches!(end.word, "unknown" | "failed" | "refused" | "interrupted");
    if ends.iter().any(is_bad) {
        format!("{}; {new}", first(ends, name).trim_end())
    } else {
        format!("next: {new}")
    }
}

/// The first thing that can be done where nothing is superseded.
fn first(ends: &[Ended], name: &dyn Fn(u32) -> String) -> String {
    let found = |word: &str| ends.iter().find(|end| end.word == word);
    let named = |end: &Ended| name(end.number);
    if let Some(end) = found("unknown") {
        let step = named(end);
        return format!(
            "next: look at its runs, then catalogc resolve {step} --done or --failed\n"
        );
    }
    if let Some(end) = found("failed").or_else(|| found("refused")) {
        let done: Vec<String> = end.done.iter().map(|id| safe(id).into_owned()).collect();
        let kept = match done.len() {
            0 => String::new(),
            1 => format!("; {} is not run again", list(&done, "and")),
            _ => format!("; {} are not run again", list(&done, "and")),
        };
        return format!(
            "next: repair the cause, then `catalogc retry {}`{kept}\n",
            named(end)
        );
    }
    if found("interrupted").is_some() {
        return "next: run the same command again, it goes on where this run was\n".to_owned();
    }
    "next: `catalogc audit` shows what was done, by whom\n".to_owned()
}

#[cfg(test)]
mod tests {
    use super::{Color, Ended, applied};
    use crate::render::cast::pr_412;

    #[test]
    fn what_is_done_of_a_failed_step_is_named_as_not_run_again() {
        let last = |done: &[&str]| {
            let end = Ended {
                number: 2,
                word: "failed",
                took_seconds: 131,
                detail: "verify: 503 three times".to_owned(),
                problems: Vec::new(),
                runs: Vec::new(),
                done: done.iter().map(ToString::to_string).collect(),
            };
            let name = |number: u32| format!("7c41e09.{number}");
            let ends = [end];
            let text = applied(
                (&pr_412(), &name),
                &ends,
                "failed: 1 of 5 steps",
                None,
                Color::Off,
            );
            text.lines().last().unwrap_or_default().to_owned()
        };
        let repair = "next: repair the cause, then `catalogc retry 7c41e09.2`".to_owned();
        assert_eq!(last(&[]), repair);
        assert_eq!(
            last(&["scale"]),
            format!("{repair}; scale is not run again")
        );
        assert_eq!(
            last(&["scale", "drain"]),
            format!("{repair}; scale and drain are not run again")
        );
    }
}

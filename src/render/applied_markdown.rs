//! How a run ended, as the comment under a pull request: it takes the place of the plan.
//!
//! In: a plan, how its steps ended and where backends show their runs. Out: Markdown. Text of a
//! catalog and of a backend stands in code alone; a run is a link where its address is a plain one of
//! https, which is then shown whole.

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::plan::file::{PlanFile, Step, short};
use crate::render::applied::{Ended, next};
use crate::render::markdown::{cell, code, fence};
use crate::render::plan_markdown::{MARKER, marker};
use crate::render::plan_names::Known;
use crate::render::plan_steps::{Columns, glyph};
use crate::render::words::{count, cut, duration, number, push_line, safe};

/// What a comment may have, below what forges accept.
const CHARACTERS: usize = 60_000;
/// The columns that a reason may take.
const DETAIL: usize = 200;
/// The longest address that is a link.
const ADDRESS: usize = 400;

/// The comment.
pub fn applied_markdown(
    (plan, name): (&PlanFile, &dyn Fn(u32) -> String),
    ends: &[Ended],
    headline: &str,
    interrupted: Option<&str>,
) -> String {
    let mut head = format!("{}\n### {headline}\n", marker(&plan.catalog));
    let asked = match plan.actors.first() {
        Some(actor) => format!("asked for by {}, ", code(actor)),
        None => String::new(),
    };
    push_line(
        &mut head,
        &format!(
            "The run of what was merged, {asked}plan {}",
            code(short(&plan.id))
        ),
    );
    if let Some(why) = interrupted {
        push_line(&mut head, &format!("Cut off: {}", code(&cut(why, DETAIL))));
    }
    // What did not end well stands first and is never cut before what did.
    let is_good = |end: &&Ended| matches!(end.word, "done" | "already done");
    let (good, bad): (Vec<&Ended>, Vec<&Ended>) = ends.iter().partition(is_good);
    let ordered: Vec<&Ended> = bad.into_iter().chain(good).collect();
    let next = next(ends, name);
    let next = next.trim_end().strip_prefix("next: ").unwrap_or_default();
    let next = next
        .replace("catalogc resolve ", "`catalogc resolve ")
        .replace(" --done or --failed", " --done` or `--failed`");
    let below = format!("Next: {}\n", Known::of(plan).sentence(&next));
    let mut most = ordered.len();
    loop {
        let listed = ordered.get(..most).unwrap_or_default();
        let mut out = head.clone();
        if most < ordered.len() {
            let (most, all) = (number(most), count(ordered.len(), "step", "steps"));
            push_line(
                &mut out,
                &format!("{most} of {all} are listed here, `catalogc audit` lists all"),
            );
        }
        out.push_str(&lines(plan, listed));
        out.push_str(&problems(listed));
        out.push_str(&runs(listed, plan));
        out.push_str(&below);
        if out.chars().count() <= CHARACTERS || most == 0 {
            return out;
        }
        most /= 2;
    }
}

/// The comment for what came of a landing: how its run ended as it is, and what is no comment, as
/// it was not run, said as that.
pub fn landed_markdown(output: &str) -> Cow<'_, str> {
    if output.starts_with(MARKER) {
        return Cow::Borrowed(output);
    }
    let shown = cut(output, CHARACTERS / 2);
    Cow::Owned(format!(
        "{MARKER} -->\n### not run: what was merged waits\n\n{}",
        fence("text", &shown)
    ))
}

fn step(plan: &PlanFile, end: &Ended) -> Option<Step> {
    plan.steps
        .iter()
        .find(|it| it.number == end.number)
        .cloned()
}

/// The steps in the fence that forges colour.
fn lines(plan: &PlanFile, ends: &[&Ended]) -> String {
    let layout = Columns::of(plan);
    let mut lines = String::new();
    for end in ends {
        let Some(step) = step(plan, end) else {
            continue;
        };
        let is_good = matches!(end.word, "done" | "already done");
        let glyph = if is_good { glyph(&step) } else { '!' };
        let took = match end.word {
            "done" | "failed" => format!(" in {}", duration(end.took_seconds)),
            _ => String::new(),
        };
        let detail = match end.detail.as_str() {
            "" => String::new(),
            detail => format!(", {}", cut(&safe(detail), DETAIL)),
        };
        let head = layout.head(&step);
        push_line(
            &mut lines,
            &format!("{glyph} {head}{}{took}{detail}", end.word),
        );
    }
    if lines.is_empty() {
        return String::new();
    }
    fence("diff", &lines)
}

/// What went wrong, a line for each call.
fn problems(ends: &[&Ended]) -> String {
    let mut out = String::new();
    for end in ends {
        for problem in &end.problems {
            let problem = code(&cut(problem, 2 * DETAIL));
            push_line(&mut out, &format!("- {}: {problem}", end.number));
        }
    }
    if !out.is_empty() {
        out.insert_str(0, "\n**What went wrong**\n");
        out.push('\n');
    }
    out
}

/// Where the runs are.
fn runs(ends: &[&Ended], plan: &PlanFile) -> String {
    let all: usize = ends.iter().map(|end| end.runs.len()).sum();
    if all == 0 {
        return String::new();
    }
    let mut out = format!(
        "\n<details open><summary>{}</summary>\n\n| step | entity | call | run |\n|--:|---|---|---|\n",
        count(all, "run", "runs")
    );
    for end in ends {
        let entity = step(plan, end).map_or_else(String::new, |step| step.entity);
        for (call, url) in &end.runs {
            // Writing to a String cannot fail.
            let _ = writeln!(
                out,
                "| {} | {} | {} | {} |",
                end.number,
                cell(&entity),
                cell(call),
                link(url)
            );
        }
    }
    out.push_str("\n</details>\n\n");
    out
}

/// A link that shows where it leads, or the text of what is none.
fn link(url: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._~/?=&%+:".contains(c);
    let rest = url.strip_prefix("https://").filter(|rest| {
        let host = rest.split('/').next().unwrap_or_default();
        host.contains('.') && rest.chars().all(is_plain) && url.len() <= ADDRESS
    });
    match rest {
        Some(_) => format!("<{url}>"),
        None => cell(&cut(url, DETAIL)),
    }
}

#[cfg(test)]
mod tests {
    use super::{applied_markdown, landed_markdown, link};
    use crate::render::applied::Ended;
    use crate::render::cast::pr_412;

    fn end(number: u32, word: &'static str, run: &str) -> Ended {
        Ended {
            number,
            word,
            took_seconds: 61,
            detail: String::new(),
            problems: Vec::new(),
            done: Vec::new(),
            runs: vec![("scale".to_owned(), run.to_owned())],
        }
    }

    #[test]
    fn what_was_not_run_is_said_where_the_plan_stood() {
        let told = landed_markdown("held: 9c0d7e1: nobody said who asked for it\n```\n");
        let first =
            "<!-- catalogc:plan -->\n### not run: what was merged waits\n\n````text\nheld: 9c0d7e1";
        assert!(told.starts_with(first), "{told}");
        assert_eq!(landed_markdown(&told), told);
    }

    #[test]
    fn what_failed_stands_before_what_is_done_and_runs_are_links() {
        let run = "https://github.com/acme/ops/actions/runs/9182735";
        let ends = [end(1, "done", run), end(2, "failed", run)];
        let name = |n: u32| format!("7c41e09.{n}");
        let text = applied_markdown((&pr_412(), &name), &ends, "failed: 1 of 2 steps done", None);
        let at = |words: &str| text.find(words).expect(words);
        assert!(text.starts_with("<!-- catalogc:plan catalog=catalog -->\n### failed: 1 of 2"));
        assert!(at("failed in 1m 1s") < at("done in 1m 1s"));
        assert!(at(&format!("| <{run}> |")) < at("catalogc retry 7c41e09.2"));
    }

    #[test]
    fn only_a_plain_address_is_a_link() {
        for other in [
            "javascript:alert(1)",
            "http://x.example/a",
            "https://x.example/a)[b](c",
            "https://x.example/@acme",
            "https://x.example/a b",
            "https://user@x.example/",
            "https://nowhere",
            "https://x.example/\u{202e}",
        ] {
            assert!(link(other).starts_with('`'), "{other}");
        }
    }

    #[test]
    fn a_long_run_is_cut_and_says_so() {
        let mut plan = pr_412();
        let first = plan.steps[0].clone();
        plan.steps = (1..4_000)
            .map(|number| crate::plan::file::Step {
                number,
                ..first.clone()
            })
            .collect();
        let ends: Vec<Ended> = (1..4_000)
            .map(|n| end(n, if n == 3_999 { "failed" } else { "done" }, ""))
            .collect();
        let text = applied_markdown((&plan, &|n| n.to_string()), &ends, "failed: x", None);
        assert!(text.chars().count() <= super::CHARACTERS);
        assert!(
            text.contains(" of 3,999 steps are listed here"),
            "{}",
            &text[..400]
        );
        assert!(text.contains("! 3999 "));
    }
}

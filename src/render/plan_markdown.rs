//! A plan as the comment under a pull request.
//!
//! In: a plan file. Out: Markdown that a forge accepts, its verdict and what is deleted first.
//! What is too long goes block by block from the end, then lines and words; what is left out is
//! counted in the comment, and where it stands.

use std::fmt::Write as _;

use crate::plan::file::PlanFile;
use crate::plan::file::short;

use super::markdown::code;
use super::plan_blocks::{adopted, calls, definitions, each_step, effects, every_step};
use super::plan_blocks::{merged, renames, rights, since};
use super::plan_bullets::{codes, in_the_way};
use super::plan_effects::Listed;
use super::plan_fence::{Rows, deleted, listed};
use super::plan_fold::{Limits, Told};
use super::plan_levels;
use super::plan_repeat::repeat;
use super::plan_words::{self, verdict};
use super::words::{count, number, push_line};

/// What a comment may have, below what forges accept.
const CHARACTERS: usize = 60_000;
/// The same in bytes.
const BYTES: usize = 240_000;
/// The columns of a name where everything else was not enough.
const NARROW: usize = 100;

/// With more steps than this a comment never has room for what each of them rests on.
const EACH: usize = 1_000;

/// How much of a plan a comment has.
#[derive(Debug, Clone, Copy)]
struct Parts {
    /// What each step rests on.
    each: bool,
    calls: bool,
    rights: bool,
    /// Whether each changed path of definitions is told.
    definitions: Listed,
    /// How many of the steps have a line of their own, where many are told as one.
    listed: usize,
    /// How much of everything else is told.
    limits: Limits,
}

impl Parts {
    const ALL: Self = Self {
        each: true,
        calls: true,
        rights: true,
        definitions: Listed::Each,
        listed: usize::MAX,
        limits: Limits::NONE,
    };
}

/// The comment.
pub fn plan_markdown(plan: &PlanFile) -> String {
    let all = Parts::ALL;
    let no_steps = Parts { each: false, ..all };
    let no_calls = Parts {
        calls: false,
        ..no_steps
    };
    let few_paths = Parts {
        definitions: Listed::Grouped,
        ..no_calls
    };
    let no_rights = Parts {
        rights: false,
        ..few_paths
    };
    let told = Told::of(plan);
    let comment = |parts| comment(plan, &told, parts);
    let skipped = usize::from(plan.steps.len() > EACH);
    for parts in [all, no_steps, no_calls, few_paths, no_rights]
        .into_iter()
        .skip(skipped)
    {
        let comment = comment(parts);
        if fits(&comment) {
            return comment;
        }
    }
    let listing = |listed| Parts {
        listed,
        ..no_rights
    };
    if fits(&comment(listing(0))) {
        return longest(plan.steps.len(), |listed| comment(listing(listed)));
    }
    let limiting = |lines: usize| Parts {
        limits: Limits {
            lines: lines + 1,
            wide: NARROW,
        },
        ..listing(0)
    };
    longest(1_000, |lines| comment(limiting(lines)))
}

/// The longest comment that fits, of those with 0 to `most` of something.
fn longest(most: usize, comment: impl Fn(usize) -> String) -> String {
    let (mut few, mut many) = (0, most + 1);
    let mut best = comment(few);
    while few + 1 < many {
        let middle = few.midpoint(many);
        let comment = comment(middle);
        if fits(&comment) {
            few = middle;
            best = comment;
        } else {
            many = middle;
        }
    }
    best
}

fn fits(comment: &str) -> bool {
    comment.len() <= BYTES && (comment.len() <= CHARACTERS || comment.chars().count() <= CHARACTERS)
}

fn comment(plan: &PlanFile, told: &Told<'_>, parts: Parts) -> String {
    let limits = parts.limits;
    let rows = Rows::of(plan, told, limits);
    let mut body = String::new();
    since(&mut body, plan, limits);
    body.push_str(&rows.fence());
    let unsaid = in_the_way(&mut body, plan, told, limits) + rows.left_out;
    body.push('\n');
    let mut on_steps = 0;
    if rows.is_folded(plan) && parts.listed > 0 {
        let (shown, lines) = listed(plan, told, parts.listed);
        on_steps = shown;
        every_step(&mut body, plan, shown, &lines);
    }
    if parts.rights {
        rights(&mut body, plan);
        renames(&mut body, plan, limits);
        definitions(&mut body, plan, parts.definitions, limits);
    }
    effects(&mut body, plan, limits);
    if parts.rights {
        adopted(&mut body, plan);
        merged(&mut body, plan);
    }
    if parts.calls {
        calls(&mut body, plan);
    }
    if parts.each {
        each_step(&mut body, plan);
    }
    if body.ends_with("</details>\n") {
        body.push('\n');
    }
    let mut out = format!("{}\n", marker(&plan.catalog));
    head(&mut out, plan, limits);
    let unnamed = rows.unnamed(plan, on_steps);
    let missing = left_out(plan, parts, unnamed, unsaid);
    if let Some(line) = missing {
        push_line(&mut out, &line);
    }
    out.push_str(&body);
    if plan.approvals().1 > 0 {
        out.push_str(
            "An approval counts for what it saw: a push that leaves a step as it is keeps it.\n",
        );
    }
    let repeat = repeat(plan);
    if repeat.len() < limits.wide.saturating_mul(20) {
        push_line(&mut out, &format!("Repeat: {}", code(&repeat)));
    }
    out
}

/// What the first line of every comment begins with.
pub(crate) const MARKER: &str = "<!-- catalogc:plan";

/// The line by which a poster finds the comment that it wrote before.
pub(crate) fn marker(catalog: &str) -> String {
    format!("{MARKER} catalog={} -->", in_marker(catalog))
}

/// What the comment does not have and the plan has, by count.
fn left_out(plan: &PlanFile, parts: Parts, unnamed: usize, unsaid: usize) -> Option<String> {
    let mut what = Vec::new();
    if unnamed > 0 {
        let all = count(plan.steps.len(), "step", "steps");
        what.push(format!("{} of {all}", number(unnamed)));
    }
    if unsaid > 0 {
        let lines = count(unsaid, "line", "lines");
        what.push(format!("{lines} of what is in the way or must be known"));
    }
    if parts.limits != Limits::NONE {
        what.push(format!(
            "ends of names and texts beyond {NARROW} characters"
        ));
    }
    if let (false, Some(rights)) = (parts.rights, &plan.rights) {
        let moves = rights.moves.len();
        if moves > 0 {
            what.push(count(
                moves,
                "line of who may do what",
                "lines of who may do what",
            ));
        }
    }
    let paths = plan.coverage.iter().map(|it| it.changes.len()).sum();
    if !parts.rights && paths > 0 {
        what.push(count(
            paths,
            "changed path of definitions",
            "changed paths of definitions",
        ));
    }
    if !parts.rights && !plan.merged.is_empty() {
        what.push(count(plan.merged.len(), "merged file", "merged files"));
    }
    let calls = plan_words::calls(plan);
    if !parts.calls && calls > 0 {
        what.push(count(calls, "call", "calls"));
    }
    if !parts.each && !plan.steps.is_empty() {
        what.push("what each step rests on".to_owned());
    }
    (!what.is_empty()).then(|| {
        format!(
            "Not listed here, all in plan.json and plan.html: {}",
            what.join(", ")
        )
    })
}

/// The heading and the lines below it.
fn head(out: &mut String, plan: &PlanFile, limits: Limits) {
    let (word, parts) = verdict(plan);
    let gap = if word.is_empty() { "" } else { ": " };
    let (first, rest) = parts
        .split_first()
        .map_or(("", [].as_slice()), |(f, r)| (f.as_str(), r));
    if plan_words::is_empty(plan) {
        push_line(out, &format!("### ok: {}", plan_words::nothing(plan)));
    } else {
        push_line(out, &format!("### {word}{gap}{first}"));
    }
    let mut sentences = Vec::new();
    let worse = plan_levels::worse(plan);
    let mut rest = rest.to_vec();
    rest.extend((!worse.is_empty()).then_some(worse));
    if !rest.is_empty() {
        sentences.push(rest.join(", "));
    }
    let commit = plan
        .head
        .commit
        .as_deref()
        .map_or(plan.head.name.as_str(), short);
    let made = format!(
        "lan {} of {} with {}",
        code(short(&plan.id)),
        code(&limits.text(commit)),
        count(plan.steps.len(), "step", "steps")
    );
    let logins = |logins: &[String]| {
        let names: Vec<&str> = logins.iter().map(String::as_str).collect();
        codes(&names, limits).join(", ")
    };
    sentences.push(match plan.actors.split_at_checked(1) {
        None => format!("P{made}"),
        Some((asked, [])) => format!("Asked for by {}, p{made}", logins(asked)),
        Some((asked, pushed)) => format!(
            "Asked for by {}, pushed by {}, p{made}",
            logins(asked),
            logins(pushed)
        ),
    });
    out.push_str(&sentences.join(". "));
    out.push('\n');
    if let Some(line) = deleted(plan, limits) {
        push_line(out, &line);
    }
}

/// A path inside an HTML comment: what could end the comment is percent-encoded.
fn in_marker(path: &str) -> String {
    let mut out = String::new();
    for byte in path.bytes() {
        let plain = byte.is_ascii_alphanumeric()
            || matches!(byte, b'.' | b'_' | b'/')
            || (byte == b'-' && !out.ends_with('-') && !out.is_empty());
        if plain {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

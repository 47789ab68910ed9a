//! A plan as the comment under a pull request.
//!
//! In: a plan file. Out: Markdown that a forge accepts: what is too long goes block by block
//! from the end, but never the verdict, a denial, a deletion or what is missing.

use std::fmt::Write as _;

use crate::plan::file::PlanFile;
use crate::plan::file::Step;
use crate::plan::file::short;

use super::markdown::{code, fence, sentence};
use super::plan_blocks::{calls, definitions, each_step, effects, merged, rights};
use super::plan_people::{approving, could, excluded, telling, uncounted, undecided, whom};
use super::plan_repeat::repeat;
use super::plan_steps::{VALUE, glass_offered, remedy, summary};
use super::plan_text::short_group;
use super::plan_words::{Group, line_of, loud, verdict};
use super::words::{WIDTH, count, is_or_are, number, push_line, size};

/// What a comment may have, below what forges accept.
const CHARACTERS: usize = 60_000;
/// The same in bytes.
const BYTES: usize = 240_000;

/// How much of a plan a comment has.
#[derive(Debug, Clone, Copy)]
struct Parts {
    steps: bool,
    calls: bool,
    effects: bool,
    /// How many lines of what is allowed and deletes nothing.
    allowed: usize,
}

/// The comment.
pub fn plan_markdown(plan: &PlanFile) -> String {
    let all = Parts {
        steps: true,
        calls: true,
        effects: true,
        allowed: usize::MAX,
    };
    let no_steps = Parts {
        steps: false,
        ..all
    };
    let no_calls = Parts {
        calls: false,
        ..no_steps
    };
    let no_effects = Parts {
        effects: false,
        ..no_calls
    };
    for parts in [all, no_steps, no_calls, no_effects] {
        let comment = comment(plan, parts);
        if fits(&comment) {
            return comment;
        }
    }
    // Half the rest until it fits, or until only what is never cut is left.
    let mut few = Parts {
        allowed: 0,
        ..no_effects
    };
    let mut many = short_group(plan, Group::Allowed).len();
    let mut best = comment(plan, few);
    while few.allowed + 1 < many {
        let middle = Parts {
            allowed: few.allowed.midpoint(many),
            ..few
        };
        let comment = comment(plan, middle);
        if fits(&comment) {
            few = middle;
            best = comment;
        } else {
            many = middle.allowed;
        }
    }
    best
}

fn fits(comment: &str) -> bool {
    comment.len() <= BYTES && (comment.len() <= CHARACTERS || comment.chars().count() <= CHARACTERS)
}

fn comment(plan: &PlanFile, parts: Parts) -> String {
    let mut out = format!(
        "<!-- catalogc:plan catalog={} -->\n",
        in_marker(&plan.catalog)
    );
    let (lines, cut) = step_lines(plan, parts);
    head(&mut out, plan, cut.as_deref());
    if !lines.is_empty() {
        out.push_str(&fence("diff", &lines));
    }
    in_the_way(&mut out, plan);
    out.push('\n');
    if parts.effects {
        rights(&mut out, plan);
        definitions(&mut out, plan);
        effects(&mut out, plan);
        merged(&mut out, plan);
    }
    if parts.calls {
        calls(&mut out, plan);
    }
    if parts.steps {
        each_step(&mut out, plan);
    }
    if out.ends_with("</details>\n") {
        out.push('\n');
    }
    if plan.approvals().1 > 0 {
        out.push_str(
            "An approval counts for what it saw: a push that leaves a step as it is keeps it.\n",
        );
    }
    push_line(&mut out, &format!("Repeat: {}", code(&repeat(plan))));
    out
}

/// The heading and the line below it.
fn head(out: &mut String, plan: &PlanFile, cut: Option<&str>) {
    let (word, parts) = verdict(plan);
    let gap = if word.is_empty() { "" } else { ": " };
    let (first, rest) = parts
        .split_first()
        .map_or(("", [].as_slice()), |(f, r)| (f.as_str(), r));
    if is_empty(plan) {
        let entities = count(size(plan.entities), "entity", "entities");
        let verb = is_or_are(size(plan.entities));
        push_line(
            out,
            &format!("### ok: nothing to do, {entities} {verb} the same"),
        );
    } else {
        push_line(out, &format!("### {word}{gap}{first}"));
    }
    let mut sentences = Vec::new();
    sentences.extend(cut.map(str::to_owned));
    if !rest.is_empty() {
        sentences.push(rest.join(", "));
    }
    let commit = plan
        .head
        .commit
        .as_deref()
        .map_or(plan.head.name.as_str(), short);
    let made = format!("lan {} of {}", code(short(&plan.id)), code(commit));
    sentences.push(match plan.actors.split_first() {
        None => format!("P{made}"),
        Some((asked, [])) => format!("Asked for by {}, p{made}", code(asked)),
        Some((asked, pushed)) => {
            let pushed: Vec<String> = pushed.iter().map(|login| code(login)).collect();
            format!(
                "Asked for by {}, pushed by {}, p{made}",
                code(asked),
                pushed.join(", ")
            )
        }
    });
    out.push_str(&sentences.join(". "));
    out.push('\n');
}

fn is_empty(plan: &PlanFile) -> bool {
    plan.steps.is_empty() && plan.coverage.is_empty() && plan.refusals.is_empty()
}

/// The lines of the fence, and what to say where some are left out.
fn step_lines(plan: &PlanFile, parts: Parts) -> (String, Option<String>) {
    let mut lines: Vec<(char, String)> = loud(plan).into_iter().map(|line| ('!', line)).collect();
    for group in [Group::Denied, Group::Deletes, Group::NeedsApproval] {
        lines.extend(short_group(plan, group));
    }
    let allowed = short_group(plan, Group::Allowed);
    let shown = parts.allowed.min(allowed.len());
    let steps = Group::Allowed.steps(plan).count();
    let left_out = steps.saturating_sub(shown);
    lines.extend(allowed.into_iter().take(parts.allowed));
    let all = plan.steps.len();
    let cut = if left_out > 0 {
        let of = count(all, "step is", "steps are");
        Some(format!(
            "{} of {of} listed here, all are in plan.json",
            number(all - left_out)
        ))
    } else if !(parts.steps && parts.calls && parts.effects && parts.allowed == usize::MAX) {
        let of = count(all, "step is", "steps are");
        Some(format!(
            "{} of {of} listed here, the rest is in plan.json",
            number(all)
        ))
    } else {
        None
    };
    let mut text = String::new();
    for (glyph, line) in lines {
        push_line(&mut text, &format!("{glyph} {line}"));
    }
    (text, cut)
}

/// A bullet for everything that somebody must settle or agree to.
fn in_the_way(out: &mut String, plan: &PlanFile) {
    let mut bullets = Vec::new();
    for refusal in &plan.refusals {
        bullets.push(reason(&refusal.text, refusal.place.as_deref()));
    }
    for step in Group::Denied.steps(plan) {
        denied(&mut bullets, step);
    }
    for covered in Group::Denied.covered(plan) {
        let what = code(&format!("{} {}", covered.action, covered.path));
        for decision in covered
            .decisions
            .iter()
            .filter(|decision| !decision.allowed)
        {
            let reasons = reasons(telling(decision));
            bullets.push(format!("{what} {reasons}"));
        }
        if covered.decisions.iter().all(|decision| decision.allowed) {
            bullets.push(what);
        }
    }
    for step in &plan.steps {
        for need in step.approvals.iter().filter(|need| need.missing() > 0) {
            let what = name(step);
            let approvals = count(size(need.missing()), "approval", "approvals");
            let who = whom(need, &|logins| {
                let logins: Vec<String> = logins.iter().map(|login| code(login)).collect();
                logins.join(", ")
            });
            let more = [excluded(need), undecided(need)].into_iter().flatten();
            let more: String = more.map(|why| format!("; {}", sentence(&why))).collect();
            bullets.push(format!(
                "{what} needs {approvals} from {}: {who}{more}",
                whose(&need.by)
            ));
        }
    }
    for one in uncounted(plan) {
        let (who, commit) = (code(&one.login), code(short(&one.commit)));
        bullets.push(format!(
            "not counted: {who} at {commit}, {}",
            sentence(&one.why)
        ));
    }
    if !bullets.is_empty() {
        out.push_str("**In the way**\n");
        for bullet in bullets {
            push_line(out, &format!("- {bullet}"));
        }
    }
    who_approves_what(out, plan);
}

/// A bullet for those who can approve, with the steps that they would approve.
fn who_approves_what(out: &mut String, plan: &PlanFile) {
    const MOST: usize = 20;
    let all = approving(plan);
    if all.is_empty() {
        return;
    }
    out.push_str("\n**Who approves what**\n");
    for one in all {
        let who: Vec<String> = one.who.iter().map(|who| code(who)).collect();
        let mut steps: Vec<String> = one
            .steps
            .iter()
            .take(MOST)
            .map(|(step, _)| {
                let what = format!("{}  {}", step.entity, summary(step, WIDTH, VALUE));
                let digest = code(short(&step.digest));
                format!("{} {} ({digest})", name(step), code(&what))
            })
            .collect();
        if one.steps.len() > MOST {
            steps.push(count(one.steps.len() - MOST, "other step", "other steps"));
        }
        push_line(
            out,
            &format!("- {}: {}", who.join(" or "), steps.join(", ")),
        );
    }
}

/// `5 deploy`, as the lines of the fence begin.
fn name(step: &Step) -> String {
    code(&format!("{} {}", step.number, step.action))
}

/// `platform, the owner before`, its name in a code span.
fn whose(by: &str) -> String {
    for role in [", the owner before", ", the owner after"] {
        if let Some(name) = by.strip_suffix(role) {
            return code(name) + role;
        }
    }
    code(by)
}

fn denied(bullets: &mut Vec<String>, step: &Step) {
    let (before, what, after) = remedy(step).parts();
    let could: Vec<String> = could(&step.decisions).iter().map(|who| code(who)).collect();
    let who = if could.is_empty() {
        "nobody may ask for it".to_owned()
    } else {
        format!("{} may ask now", could.join(", "))
    };
    let mut first = before.chars();
    let start = first.next().map(|c| c.to_ascii_uppercase()).into_iter();
    let before: String = start.chain(first).collect();
    let glass = glass_offered(&step.decisions).map(|rules| {
        let (rules, action) = (code(&rules), code("action: break_glass"));
        let reason = code("reason");
        format!("; in an emergency {rules} permits it to a request {action} with a {reason}")
    });
    let glass = glass.unwrap_or_default();
    let next = format!("{before} {}{after}; {who}{glass}", code(what));
    let no: Vec<String> = step
        .decisions
        .iter()
        .filter(|decision| !decision.allowed)
        .map(|decision| reasons(telling(decision)))
        .collect();
    bullets.push(format!("{} {}\n  {next}", name(step), no.join("; ")));
}

fn reasons(reasons: &[crate::plan::file::Notice]) -> String {
    let all: Vec<String> = reasons
        .iter()
        .map(|r| reason(&r.text, r.place.as_deref()))
        .collect();
    if all.is_empty() {
        "is not allowed".to_owned()
    } else {
        all.join("; ")
    }
}

fn reason(text: &str, place: Option<&str>) -> String {
    let place = place.map(|place| format!(" ({})", code(line_of(place))));
    sentence(text) + &place.unwrap_or_default()
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

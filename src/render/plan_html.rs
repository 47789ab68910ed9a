//! A plan as one page that needs nothing else: no network, no server, readable without scripts.
//!
//! In: a plan file. Out: HTML with its own style and script, which its policy names by their
//! digests, so that a browser runs nothing that a catalog could bring in.

use std::fmt::Write as _;

use crate::plan::file::Outcome;
use crate::plan::file::PlanFile;
use crate::plan::file::short;

use super::html::{escape, lines, policy};
use super::plan_bullets::what_is_missing;
use super::plan_repeat::repeat;
use super::plan_rights::Shown;
use super::plan_words::{deletes, is_empty, loud, next, nothing, plan_line, verdict};
use super::words::{count, number, push_line, size};
use super::{plan_calls, plan_rights, plan_since};

mod besides;
mod graph;
mod steps;

use steps::Names;

const STYLE: &str = include_str!("plan_html/style.css");
const SCRIPT: &str = include_str!("plan_html/script.js");

/// The page.
pub fn plan_html(plan: &PlanFile) -> String {
    let names = Names::of(plan);
    let (word, parts) = verdict(plan);
    let title = format!("{word} {}: plan {}", parts.join(", "), short(&plan.id));
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <title>{}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n\
         <a class=\"skip\" href=\"#steps\">To the steps</a>\n<div class=\"page\">\n",
        policy(STYLE, SCRIPT),
        escape(title.trim()),
    );
    head(&mut out, plan);
    first(&mut out, plan);
    if !plan.steps.is_empty() {
        out.push_str(&filters(plan, &names));
    }
    let picture = graph::picture(plan);
    let steps = steps::steps(plan, &names);
    // Writing to a String cannot fail.
    let _ = write!(
        out,
        "<main id=\"steps\" tabindex=\"-1\">\n{steps}</main>\n\
         <aside class=\"picture\" aria-label=\"What is touched\">\n{picture}</aside>\n"
    );
    below(&mut out, plan);
    let digest = escape(&plan_line(plan));
    let _ = write!(
        out,
        "<footer>{digest}<br>Repeat: <code>{}</code></footer>\n\
         <p class=\"sheet\" aria-hidden=\"true\">{} {}</p>\n</div>\n\
         <script>{SCRIPT}</script>\n</body>\n</html>\n",
        escape(&repeat(plan)),
        escape(word),
        digest,
    );
    out
}

/// The class of a glyph.
fn look(glyph: char) -> &'static str {
    match glyph {
        '!' => "g-look",
        '-' => "g-del",
        '+' => "g-new",
        '~' => "g-mod",
        '>' => "g-run",
        _ => "g-none",
    }
}

/// The verdict, and what is deleted.
fn head(out: &mut String, plan: &PlanFile) {
    let (mut word, parts) = verdict(plan);
    let mut said = parts.join(", ");
    if is_empty(plan) {
        (word, said) = ("ok", nothing(plan));
    }
    let class = match plan.verdict() {
        Outcome::Denied => "denied",
        Outcome::NeedsApproval => "needs",
        Outcome::Allowed => "allowed",
    };
    let gap = if word.is_empty() { "" } else { ": " };
    let steps = count(plan.steps.len(), "step", "steps");
    // Writing to a String cannot fail.
    let _ = write!(
        out,
        "<header class=\"{class}\">\n<h1><span class=\"word\">{}</span>{gap}{}</h1>\n\
         <p class=\"dim wrap\">{}, {steps}</p>\n",
        escape(word),
        escape(&said),
        escape(&plan_line(plan)),
    );
    let deleted = deletes(plan);
    if !deleted.is_empty() {
        let names: Vec<String> = deleted
            .iter()
            .map(|(kind, entity)| format!("{} <code>{}</code>", escape(kind), escape(entity)))
            .collect();
        let names = names.join(", ");
        if deleted.len() > 20 {
            let n = count(deleted.len(), "entity", "entities");
            let _ = writeln!(
                out,
                "<details class=\"wrap\"><summary class=\"red\">Deleted: {n}</summary>{names}</details>"
            );
        } else {
            let _ = writeln!(
                out,
                "<p class=\"wrap\"><strong class=\"red\">Deleted:</strong> {names}</p>"
            );
        }
    }
    out.push_str("</header>\n");
}

/// What must be known and settled before anything else.
fn first(out: &mut String, plan: &PlanFile) {
    let mut items: Vec<String> = loud(plan);
    items.extend(what_is_missing(plan));
    if !items.is_empty() || !plan.steps.is_empty() {
        let head = match plan.verdict() {
            Outcome::Allowed if items.is_empty() => "Nothing is in the way",
            Outcome::Allowed => "To be known",
            Outcome::Denied | Outcome::NeedsApproval => "In the way",
        };
        push_line(
            out,
            &format!("<section class=\"box\" aria-labelledby=\"way\">\n<h2 id=\"way\">{head}</h2>"),
        );
        if !items.is_empty() {
            out.push_str("<ul>\n");
            for item in items {
                push_line(out, &format!("<li>{}</li>", escape(&item)));
            }
            out.push_str("</ul>\n");
        }
        push_line(
            out,
            &format!("<p><strong>Next:</strong> {}</p>", escape(&next(plan))),
        );
        out.push_str("</section>\n");
    }
    if let Some(since) = &plan.since {
        let head = escape(&plan_since::head(since));
        let told = plan_since::lines(plan, since).into_iter();
        let told: Vec<String> = told
            .map(|(glyph, line)| format!("{glyph} {line}"))
            .collect();
        let told = lines(told.iter().map(String::as_str));
        push_line(
            out,
            &format!("<section class=\"box\"><h2>{head}</h2><pre>{told}</pre></section>"),
        );
    }
}

/// What the script filters by; without it this is not shown.
fn filters(plan: &PlanFile, names: &Names) -> String {
    let options = |all: &[String]| -> String {
        let all = all.iter().enumerate();
        all.map(|(n, name)| format!("<option value=\"{n}\">{}</option>", escape(name)))
            .collect()
    };
    let all = count(plan.steps.len(), "step", "steps");
    format!(
        "<form class=\"filters\" id=\"filters\" role=\"search\" aria-label=\"Filter the steps\">\n\
         <label>what<select name=\"kind\"><option value=\"\">all {all}</option>\
         <option value=\"delete\">- deleted</option><option value=\"create\">+ created</option>\
         <option value=\"change\">~ changed</option><option value=\"rename\">~ renamed</option>\
         <option value=\"run\">&gt; run</option></select></label>\n\
         <label>verdict<select name=\"verdict\"><option value=\"\">any</option>\
         <option value=\"denied\">denied</option><option value=\"needs\">needs approval</option>\
         <option value=\"allowed\">allowed</option></select></label>\n\
         <label>team<select name=\"team\"><option value=\"\">any</option>{}</select></label>\n\
         <label>approver<select name=\"approver\"><option value=\"\">any</option>{}</select></label>\n\
         <label class=\"find\">find<input name=\"find\" type=\"search\" autocomplete=\"off\"></label>\n\
         <output id=\"shown\" role=\"status\"></output>\n</form>\n\
         <details class=\"keys dim\" id=\"keys\"><summary>Keys</summary><p><kbd>j</kbd> <kbd>k</kbd> \
         next and previous step, <kbd>Enter</kbd> opens, <kbd>/</kbd> finds, <kbd>!</kbd> the next \
         that needs a person, <kbd>?</kbd> this list</p></details>\n",
        options(&names.teams),
        options(&names.approvers),
    )
}

/// What else changes, what would run, who may do what, and files that are in neither commit.
fn below(out: &mut String, plan: &PlanFile) {
    besides::sections(out, plan);
    let calls = plan_calls::table(plan);
    if !calls.is_empty() {
        let head = format!("would run: {}", count(calls.len(), "call", "calls"));
        let text = lines(calls.iter().map(String::as_str));
        section(out, &head, &format!("<pre>{text}</pre>"));
    }
    if let (Some(_), Some(rights)) = (plan_rights::head(plan), &plan.rights) {
        let told = plan_rights::lines(plan, Shown::All).into_iter();
        let told: Vec<String> = told
            .map(|(glyph, line)| format!("{glyph} {line}"))
            .collect();
        let text = lines(told.iter().map(String::as_str));
        let head = format!("who may do what: {}", plan_rights::counted(rights));
        section(out, &head, &format!("<pre>{text}</pre>"));
    }
    adopted(out, plan);
    if !plan.merged.is_empty() {
        let text = lines(plan.merged.iter().map(String::as_str));
        section(
            out,
            "merged as text, in neither commit",
            &format!("<pre>{text}</pre>"),
        );
    }
}

/// Entities that are taken over as they are.
fn adopted(out: &mut String, plan: &PlanFile) {
    let named: Vec<String> = plan
        .adopted
        .entities
        .iter()
        .map(|it| format!("{} {}", it.blueprint, it.entity))
        .collect();
    if named.is_empty() {
        return;
    }
    let all = size(plan.adopted.count);
    let more = match all.saturating_sub(named.len()) {
        0 => String::new(),
        more => format!("<p>{} more</p>", number(more)),
    };
    let head = format!("adopted: {}", count(all, "entity", "entities"));
    let text = lines(named.iter().map(String::as_str));
    section(out, &head, &format!("<pre>{text}</pre>{more}"));
}

fn section(out: &mut String, summary: &str, content: &str) {
    push_line(
        out,
        &format!("<section><details><summary>{summary}</summary>\n{content}</details></section>"),
    );
}

//! The steps of a plan as parts of a page that open: before and after side by side, and all else
//! that is known of each.
//!
//! In: a plan file. Out: HTML whose text is escaped; whom a step is about is told to the filters
//! by numbers, so that no text stands in an attribute.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::Value as Json;

use crate::plan::file::Change;
use crate::plan::file::Effectuation;
use crate::plan::file::Outcome;
use crate::plan::file::PlanFile;
use crate::plan::file::Step;
use crate::plan::file::show;

use super::super::html::{escape, lines};
use super::super::paint::Color;
use super::super::plan_effects::Listed;
use super::super::plan_full;
use super::super::plan_lines::covered_lines;
use super::super::plan_people::open_candidates;
use super::super::plan_steps::{VALUE, glyph, result, summary};
use super::super::plan_words::Group;
use super::super::words::WIDTH;
use super::look;

/// The names that steps can be filtered by, sorted.
pub(super) struct Names {
    /// Teams: owners before and after, and whose agreement is needed.
    pub(super) teams: Vec<String>,
    /// People who still can agree.
    pub(super) approvers: Vec<String>,
}

impl Names {
    /// Of all steps.
    pub(super) fn of(plan: &PlanFile) -> Self {
        let all = |of: fn(&Step) -> BTreeSet<String>| -> Vec<String> {
            let names: BTreeSet<String> = plan.steps.iter().flat_map(of).collect();
            names.into_iter().collect()
        };
        Self {
            teams: all(teams),
            approvers: all(approvers),
        }
    }
}

/// The teams that a step is about.
fn teams(step: &Step) -> BTreeSet<String> {
    let asked = step.approvals.iter().map(|need| {
        let by = need.by.split_once(", the owner ");
        by.map_or(need.by.as_str(), |(team, _)| team).to_owned()
    });
    asked.chain(step.owners.iter().cloned()).collect()
}

fn approvers(step: &Step) -> BTreeSet<String> {
    let needs = step.approvals.iter().filter(|need| need.missing() > 0);
    needs.flat_map(open_candidates).map(str::to_owned).collect()
}

/// All groups with their steps.
pub(super) fn steps(plan: &PlanFile, names: &Names) -> String {
    let mut out = String::new();
    for group in Group::ALL {
        let others = covered_lines(plan, group, Listed::Each);
        let mut steps = group.steps(plan).peekable();
        if steps.peek().is_none() && others.is_empty() {
            continue;
        }
        let head = escape(group.head(plan));
        // Writing to a String cannot fail.
        let _ = writeln!(out, "<h2>{head}</h2>");
        for step in steps {
            out.push_str(&one(plan, step, names));
        }
        if !others.is_empty() {
            let others: Vec<String> = others
                .into_iter()
                .map(|(glyph, line)| format!("{glyph} {line}"))
                .collect();
            let text = lines(others.iter().map(String::as_str));
            let _ = writeln!(out, "<pre>{text}</pre>");
        }
    }
    out
}

fn one(plan: &PlanFile, step: &Step, names: &Names) -> String {
    let mark = glyph(step);
    let kind = match step.does {
        Effectuation::Create => "create",
        Effectuation::Change => "change",
        Effectuation::Rename => "rename",
        Effectuation::Delete => "delete",
        Effectuation::Run => "run",
    };
    let (verdict, color) = match step.outcome {
        Outcome::Denied => ("denied", "red"),
        Outcome::NeedsApproval => ("needs", "yellow"),
        Outcome::Allowed => ("allowed", "green"),
    };
    let person = if mark == '!' { "yes" } else { "no" };
    let n = step.number;
    let what = summary(plan, step, WIDTH, VALUE * 2);
    let red = if step.does == Effectuation::Delete {
        " red"
    } else {
        ""
    };
    let block = plan_full::rest(plan, step, Color::Off);
    let block = lines(block.iter().map(String::as_str));
    format!(
        "<details class=\"step\" id=\"s{n}\" data-kind=\"{kind}\" data-verdict=\"{verdict}\" \
         data-person=\"{person}\" data-teams=\"{}\" data-approvers=\"{}\">\n\
         <summary><span class=\"glyph {}\">{}</span><span class=\"number\">{n}</span>\
         <span class=\"mono\">{}</span><span class=\"entity\">{} \
         <span class=\"dim\">{}</span></span><span class=\"what{red}\">{}</span><span class=\"result {color}\">{}</span></summary>\n\
         <div class=\"body\">{}<pre>{block}</pre></div></details>\n",
        places(&names.teams, &teams(step)),
        places(&names.approvers, &approvers(step)),
        look(mark),
        escape(&mark.to_string()),
        escape(&step.action),
        escape(&step.entity),
        escape(&step.blueprint),
        escape(&what),
        escape(&result(plan, step)),
        sides(step),
    )
}

/// The places of names in a sorted list.
fn places(all: &[String], own: &BTreeSet<String>) -> String {
    let places = own.iter().filter_map(|name| all.binary_search(name).ok());
    places
        .map(|place| place.to_string())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Before and after, side by side.
fn sides(step: &Step) -> String {
    let changes = [step.changes.as_slice(), step.lost.as_slice()];
    let tables = changes.into_iter().filter(|changes| !changes.is_empty());
    tables.map(|changes| table(&step.entity, changes)).collect()
}

/// Each of some changes: its path, before and after, none of it cut.
pub(super) fn table(of: &str, changes: &[Change]) -> String {
    let mut rows = String::new();
    for change in changes {
        // Writing to a String cannot fail.
        let _ = writeln!(rows, "{}", row(change));
    }
    format!(
        "<table class=\"sides\"><caption>{}: before and after</caption><thead><tr>\
         <th scope=\"col\">path</th><th scope=\"col\">before</th><th scope=\"col\">after</th>\
         </tr></thead><tbody>\n{rows}</tbody></table>",
        escape(of)
    )
}

fn row(change: &Change) -> String {
    let cell = |value: Option<&Json>| lines(pretty(value).lines());
    format!(
        "<tr><th scope=\"row\"><code>{}</code><br><span class=\"dim\">{}</span></th>\
         <td class=\"old\"><pre>{}</pre></td><td class=\"new\"><pre>{}</pre></td></tr>",
        escape(&change.path),
        escape(&change.place),
        cell(change.before.as_ref()),
        cell(change.after.as_ref()),
    )
}

/// A value over several lines: an element or an entry each, and texts as they are.
fn pretty(value: Option<&Json>) -> String {
    match value {
        Some(Json::String(text)) if text.contains('\n') => text.clone(),
        Some(Json::Array(items)) if !items.is_empty() => {
            let items = items.iter().map(|item| show(Some(item)));
            items.collect::<Vec<_>>().join("\n")
        }
        Some(Json::Object(entries)) if !entries.is_empty() => {
            let entries = entries.iter();
            let entries = entries.map(|(key, value)| format!("{key}: {}", show(Some(value))));
            entries.collect::<Vec<_>>().join("\n")
        }
        other => show(other),
    }
}

//! A saved plan beside one of today: whether it is still true, and which of its steps are not.

use serde_json::Value as Json;

use crate::plan::file::{Covered, PlanFile, Step, short};
use crate::plan::stale::{Turn, Why};
use crate::render::Color;
use crate::render::plan_repeat::anew;
use crate::render::plan_steps::{VALUE, value};
use crate::render::words::{count, push_line, safe};

/// The saved plan's state: `ok` and what it was compared with, or `stale`, why, and a line for
/// each thing that is said otherwise.
pub fn verified(saved: &PlanFile, today: &PlanFile, turns: &[Turn<'_>], color: Color) -> String {
    let mut out = String::new();
    let Some(first) = turns.first() else {
        let steps = match saved.steps.len() {
            0 => "its changes of definitions are the same".to_owned(),
            1 => "its step is the same".to_owned(),
            n => format!("its {} are the same", count(n, "step", "steps")),
        };
        let rest = format!(
            ": plan {} holds on {}, {steps}\n",
            short(&saved.id),
            safe(&today.target.words())
        );
        out.push_str(&color.first_line("ok", &rest));
        return out;
    };
    let why = stale(first, &today.target.name);
    out.push_str(&color.first_line("stale", &format!(": {}\n", safe(&why))));
    for turn in turns {
        let (glyph, words) = line(turn);
        push_line(
            &mut out,
            &format!("{} {}", color.glyph(glyph), safe(&words)),
        );
    }
    push_line(
        &mut out,
        &format!(
            "next: make the plan again with `{}`; steps that changed need their approvals anew",
            safe(&anew(today))
        ),
    );
    out
}

/// Why a plan is not true any more, for its first line.
pub fn stale(turn: &Turn<'_>, target: &str) -> String {
    match turn {
        Turn::Gone(step) => format!(
            "step {} is not in a plan against {target} any more",
            step.number
        ),
        Turn::Other(step, _, Why::Fact(fact)) => format!(
            "step {} relied on {}, changed in {target} since",
            step.number,
            fact_words(fact)
        ),
        Turn::Other(step, _, Why::Value { .. }) => format!(
            "step {} relied on {}, changed in {target} since",
            step.number, step.entity
        ),
        Turn::Other(step, _, Why::Definition) => format!(
            "step {} relied on how {} is defined, changed in {target} since",
            step.number, step.action
        ),
        Turn::Other(step, _, Why::Meant) => {
            format!(
                "step {} is planned otherwise against {target} now",
                step.number
            )
        }
        Turn::Decided(step, now, _) => format!(
            "step {} was {}, and is {} now",
            step.number,
            step.outcome.words(),
            now.outcome.words()
        ),
        Turn::New(step) => format!(
            "a plan against {target} has a new step now, {} {}",
            step.action, step.entity
        ),
        Turn::Covered(now) => format!(
            "the change of {} is another one against {target} now, or decided otherwise",
            now.path
        ),
        Turn::Uncovered(was) => format!("{} is changed already in {target}", was.path),
        Turn::Reordered => "its steps are done in another order now".to_owned(),
        Turn::Refused(notice) => notice.text.clone(),
        Turn::Unlike(..) => "this plan file is not what its commits say".to_owned(),
    }
}

/// What is said otherwise, with its sign.
fn line(turn: &Turn<'_>) -> (char, String) {
    match turn {
        Turn::Gone(step) => ('-', format!("{}: not planned any more", numbered(step))),
        Turn::Other(step, now, why) => {
            let decided = if now.outcome == step.outcome {
                String::new()
            } else {
                format!("; {}", decided(step, now))
            };
            ('~', format!("{}: {}{decided}", numbered(step), other(why)))
        }
        Turn::Decided(step, now, fact) => {
            let fact = fact.map(|fact| format!("; {} changed", fact_words(fact)));
            let words = decided(step, now);
            let fact = fact.unwrap_or_default();
            ('!', format!("{}: {words}{fact}", numbered(step)))
        }
        Turn::New(now) => (
            '+',
            format!(
                "{} {}: new, {}",
                now.action,
                now.entity,
                now.outcome.words()
            ),
        ),
        Turn::Covered(Covered {
            action,
            path,
            text,
            outcome,
            ..
        }) => (
            '~',
            format!("{action} {path}: {text}, {} now", outcome.words()),
        ),
        Turn::Uncovered(was) => (
            '-',
            format!("{} {}: is no change any more", was.action, was.path),
        ),
        Turn::Reordered => ('~', "the same steps, in another order".to_owned()),
        Turn::Refused(notice) => ('!', notice.text.clone()),
        Turn::Unlike(step, part) => {
            let whose = step.map_or_else(String::new, |step| format!(" of step {step}"));
            let why = "edited by hand, or made by another version";
            ('!', format!("`{part}`{whose}: {why}"))
        }
    }
}

/// What a fact is of, in words: `the groups of User/lin`, `relations.owner of System/Cart`.
fn fact_words(fact: &str) -> String {
    let (first, rest) = fact.split_once(' ').unwrap_or((fact, ""));
    match first {
        "rules" => format!("the rules about {rest}"),
        "groups" => format!("the groups of {rest}"),
        "login" => format!("who {rest} is"),
        "actions" => format!("the actions of {rest}"),
        "count" => format!("how many {rest} there are"),
        "to" => format!("what points at {rest}"),
        "name" => format!("whether there is {rest}"),
        "links" => "how kinds are related and derived".to_owned(),
        "people" => "who the people are".to_owned(),
        "memberships" => "who is a member of what".to_owned(),
        first if first.contains('/') && !rest.is_empty() => format!("{rest} of {first}"),
        _ => fact.to_owned(),
    }
}

fn numbered(step: &Step) -> String {
    format!("{} {} {}", step.number, step.action, step.entity)
}

/// Whether a mask stands in the place of a value.
fn is_hidden(value: Option<&Json>) -> bool {
    let text = value.and_then(Json::as_str);
    text.is_some_and(|text| text.starts_with("*** (") && text.ends_with(')'))
}

fn other(why: &Why) -> String {
    match why {
        Why::Fact(fact) => format!("{} changed on the target", fact_words(fact)),
        Why::Value { path, was, is } if is_hidden(was.as_ref()) && is_hidden(is.as_ref()) => {
            format!("the hidden value of {path} is another one on the target now")
        }
        Why::Value { path, was, is } => format!(
            "{path} is {} on the target now, was {}",
            value(is.as_ref(), VALUE),
            value(was.as_ref(), VALUE)
        ),
        Why::Definition => {
            "the action or what it calls is defined otherwise on the target now".to_owned()
        }
        Why::Meant => {
            "its changes, inputs, calls or needed approvals are not the same now".to_owned()
        }
    }
}

fn decided(was: &Step, now: &Step) -> String {
    let denial = now.decisions.iter().find(|one| !one.allowed);
    let why = denial.and_then(|one| one.reasons.first());
    let why = why.map(|why| format!(": {}", why.text)).unwrap_or_default();
    format!(
        "was {}, is {} now{why}",
        was.outcome.words(),
        now.outcome.words()
    )
}

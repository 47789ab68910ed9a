//! The part of a comment that says what stands in the way, and who can move it.
//!
//! In: a plan file and how much may be told. Out: bullets, a denial or a missing approval each;
//! what many steps have in common is one of them.

use std::collections::BTreeMap;

use crate::plan::file::ApprovalNeed;
use crate::plan::file::Decision;
use crate::plan::file::Notice;
use crate::plan::file::PlanFile;
use crate::plan::file::Step;
use crate::plan::file::short;

use super::markdown::code;
use super::plan_fold::{Fold, Limits, Told, folds};
use super::plan_names::Known;
use super::plan_people::missing as words_of;
use super::plan_people::{could, excluded, telling, uncounted, undecided, whom};
use super::plan_steps::{VALUE, glass_offered, is_denied_to_all, remedy, summary};
use super::plan_stuck::Missing;
use super::plan_words::{Group, line_of, placed};
use super::words::{WIDTH, count, cut, list, push_line, size};

/// How many logins are named in one place.
const LOGINS: usize = 20;

/// A bullet for everything that somebody must settle or agree to; gives how many are left out.
pub(crate) fn in_the_way(
    out: &mut String,
    plan: &PlanFile,
    told: &Told<'_>,
    limits: Limits,
) -> usize {
    let known = &told.known;
    let mut bullets = Vec::new();
    let refusals = plan.refusals.iter();
    bullets.extend(refusals.map(|it| reason(&it.text, it.place.as_deref(), (known, limits))));
    for fold in told.folds(Group::Denied) {
        bullets.push(denied(fold, (known, limits)));
    }
    for covered in Group::Denied.covered(plan) {
        let what = code(&limits.text(&format!("{} {}", covered.action, covered.path)));
        let denials = covered.decisions.iter().filter(|one| !one.allowed);
        let before = bullets.len();
        bullets.extend(
            denials.map(|one| format!("{what} {}", reasons(telling(one), (known, limits)))),
        );
        if bullets.len() == before {
            bullets.push(what);
        }
    }
    bullets.extend(needs(plan, (known, limits)));
    let each = |teams: &[&str]| list(&codes(teams, limits), "and of");
    let stuck = Missing::of(plan).remedy(&each);
    bullets.extend(stuck.map(|stuck| format!("**{stuck}**")));
    for one in uncounted(plan) {
        let who = code(&limits.text(&one.login));
        let commit = code(short(&one.commit));
        let why = known.sentence(&limits.text(&one.why));
        bullets.push(format!("not counted: {who} at {commit}, {why}"));
    }
    push(out, "**In the way**\n", &bullets, limits) + who_approves_what(out, told, limits)
}

/// Bullets below a head, as many as may be.
fn push(out: &mut String, head: &str, bullets: &[String], limits: Limits) -> usize {
    if bullets.is_empty() {
        return 0;
    }
    out.push_str(head);
    let left_out = bullets.len().saturating_sub(limits.lines);
    for bullet in bullets.iter().take(limits.lines) {
        push_line(out, &format!("- {bullet}"));
    }
    if left_out > 0 {
        push_line(
            out,
            &format!("- {}", count(left_out, "more line", "more lines")),
        );
    }
    left_out
}

/// An approval that is missing, and the steps that miss it alike.
struct Lacking<'p> {
    need: &'p ApprovalNeed,
    steps: Vec<&'p Step>,
}

/// The approvals that are missing, by their first step; where many steps miss the same one, it is
/// told once.
fn missing(plan: &PlanFile) -> Vec<Lacking<'_>> {
    const MOST: usize = 3;
    let mut alike: Vec<Lacking<'_>> = Vec::new();
    let mut places = BTreeMap::new();
    for step in &plan.steps {
        for need in step.approvals.iter().filter(|need| need.missing() > 0) {
            let who = (&need.candidates, &need.excluded, &need.given);
            let key = (need.missing(), &need.by, who, &need.undecided);
            let place = *places.entry(key).or_insert_with(|| {
                let steps = Vec::new();
                alike.push(Lacking { need, steps });
                alike.len() - 1
            });
            if let Some(missing) = alike.get_mut(place) {
                missing.steps.push(step);
            }
        }
    }
    let mut all = Vec::new();
    for Lacking { need, steps } in alike {
        if steps.len() > MOST {
            all.push(Lacking { need, steps });
        } else {
            let apart = steps.into_iter().map(|step| Lacking {
                need,
                steps: vec![step],
            });
            all.extend(apart);
        }
    }
    all.sort_by_key(|missing| missing.steps.first().map(|step| step.number));
    all
}

/// A bullet for each approval that is missing.
fn needs(plan: &PlanFile, (known, limits): (&Known<'_>, Limits)) -> Vec<String> {
    let bullet = |missing: &Lacking<'_>| {
        let approvals = count(size(missing.need.missing()), "approval", "approvals");
        let words = from_whom(missing.need, (known, limits));
        let named = missing.steps.iter().take(2).map(|step| name(step, limits));
        let named: Vec<String> = named.collect();
        let what = named.join(", ");
        match missing.steps.len() - named.len() {
            0 => format!("{what} needs {approvals} {words}"),
            others => {
                let others = count(others, "other step", "other steps");
                format!("{what} and {others} need {approvals} each {words}")
            }
        }
    };
    let all = missing(plan);
    // The words of what is only counted are of no use.
    let mut bullets: Vec<String> = all.iter().take(limits.lines).map(bullet).collect();
    bullets.resize(all.len(), String::new());
    bullets
}

/// What is denied and what is missing, as plain lines: `5 deploy CartService: lin is not in ...`.
pub(crate) fn what_is_missing(plan: &PlanFile) -> Vec<String> {
    let mut lines = Vec::new();
    for fold in folds(plan, Group::Denied) {
        let step = fold.first;
        let denials = step.decisions.iter().filter(|one| !one.allowed);
        let why: Vec<String> = denials
            .flat_map(telling)
            .map(|it| placed(&it.text, it.place.as_deref()))
            .collect();
        let what = if fold.is_one() {
            format!("{} {} {}", step.number, step.action, step.entity)
        } else {
            format!("{} {}", step.action, fold.kind())
        };
        let next = fold.remedy();
        lines.push(format!("{what}: {}; {next}", why.join("; ")));
    }
    for missing in missing(plan) {
        let Some((first, words)) = missing.steps.first().zip(words_of(missing.need)) else {
            continue;
        };
        let others = match missing.steps.len() - 1 {
            0 => String::new(),
            others => format!(" and {}", count(others, "other step", "other steps")),
        };
        let what = format!("{} {} {}", first.number, first.action, first.entity);
        lines.push(format!("{what}{others}: missing {words}"));
    }
    lines
}

/// `from platform, the owner before: sam`.
fn from_whom(need: &ApprovalNeed, (known, limits): (&Known<'_>, Limits)) -> String {
    let who = whom(need, &|logins| codes(logins, limits).join(", "));
    let more = [excluded(need), undecided(need)].into_iter().flatten();
    let more: String = more
        .map(|why| format!("; {}", known.sentence(&cut(&why, limits.wide))))
        .collect();
    format!("from {}: {who}{more}", whose(&need.by, limits))
}

/// Logins in code spans, no more of them than can be read.
pub(crate) fn codes(logins: &[&str], limits: Limits) -> Vec<String> {
    let most = LOGINS.min(limits.lines);
    let mut shown: Vec<String> = logins
        .iter()
        .take(most)
        .map(|login| code(&limits.text(login)))
        .collect();
    if logins.len() > most {
        shown.push(count(logins.len() - most, "other", "others"));
    }
    shown
}

/// A bullet for those who can approve, with the steps that they would approve.
fn who_approves_what(out: &mut String, told: &Told<'_>, limits: Limits) -> usize {
    const MOST: usize = 20;
    let most = MOST.min(limits.lines);
    let bullets = told.approving.iter().map(|one| {
        let who = codes(&one.who, limits);
        let shown = one.steps.iter().take(most);
        let mut steps: Vec<String> = shown
            .map(|(step, _)| {
                let entity = limits.text(&step.entity);
                let what = format!("{entity}  {}", summary(told.plan, step, WIDTH, VALUE));
                let digest = code(short(&step.digest));
                format!("{} {} ({digest})", name(step, limits), code(&what))
            })
            .collect();
        if one.steps.len() > most {
            steps.push(count(one.steps.len() - most, "other step", "other steps"));
        }
        format!("{}: {}", who.join(" or "), steps.join(", "))
    });
    let bullets: Vec<String> = bullets.collect();
    push(out, "\n**Who approves what**\n", &bullets, limits)
}

/// `5 deploy`, as the lines of the fence begin.
fn name(step: &Step, limits: Limits) -> String {
    code(&limits.text(&format!("{} {}", step.number, step.action)))
}

/// `platform, the owner before`, its name in a code span.
fn whose(by: &str, limits: Limits) -> String {
    for role in [", the owner before", ", the owner after"] {
        if let Some(name) = by.strip_suffix(role) {
            return code(&limits.text(name)) + role;
        }
    }
    code(&limits.text(by))
}

/// Why steps are denied and what can be done about it.
fn denied(fold: &Fold<'_>, (known, limits): (&Known<'_>, Limits)) -> String {
    let step = fold.first;
    let remedy = fold.together().unwrap_or_else(|| {
        let each = |names: &[&str]| list(&codes(names, limits), "and");
        remedy(step).words(each)
    });
    let mut first = remedy.chars();
    let start = first.next().map(|c| c.to_ascii_uppercase()).into_iter();
    let remedy: String = start.chain(first).collect();
    let who = match could(&step.decisions).as_slice() {
        _ if is_denied_to_all(step) => String::new(),
        [] => "; nobody may ask for it".to_owned(),
        could => format!("; {} may ask now", codes(could, limits).join(", ")),
    };
    let next = format!("{remedy}{who}{}", glass(&step.decisions, limits));
    let denials = step.decisions.iter().filter(|decision| !decision.allowed);
    let no: Vec<String> = denials
        .map(|decision| reasons(telling(decision), (known, limits)))
        .collect();
    let what = if fold.is_one() {
        name(step, limits)
    } else {
        let what = format!("{} {}", step.action, fold.kind());
        code(&cut(&what, limits.wide))
    };
    format!("{what} {}\n  {next}", no.join("; "))
}

/// How the glass is broken for it.
fn glass(decisions: &[Decision], limits: Limits) -> String {
    let Some(rules) = glass_offered(decisions) else {
        return String::new();
    };
    let rules = code(&limits.text(&rules));
    let (action, reason) = (code("action: break_glass"), code("reason"));
    format!("; in an emergency {rules} permits it to a request {action} with a {reason}")
}

fn reasons(reasons: &[Notice], (known, limits): (&Known<'_>, Limits)) -> String {
    let all: Vec<String> = reasons
        .iter()
        .map(|it| reason(&it.text, it.place.as_deref(), (known, limits)))
        .collect();
    if all.is_empty() {
        "is not allowed".to_owned()
    } else {
        all.join("; ")
    }
}

fn reason(text: &str, place: Option<&str>, (known, limits): (&Known<'_>, Limits)) -> String {
    let place = place.map(|place| format!(" ({})", code(&limits.text(line_of(place)))));
    known.sentence(&limits.text(text)) + &place.unwrap_or_default()
}

//! Whether a saved plan is still true: what of it a plan of today does not say.
//!
//! In: two plans of the same pull request. Out: the [`Turn`]s, those of the saved plan's steps
//! first and in their order. A step is the same where its digest is; footprints say which fact
//! moved where it is not. Pure: how today's plan is made is not known here.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use crate::plan::file::{Change, Covered, Fact, Notice, Outcome, PlanFile, Step};
use crate::plan::since::{Paired, paired};

/// Something of which the two plans do not say the same.
#[derive(Debug, Clone, PartialEq)]
pub enum Turn<'p> {
    /// A step of the saved plan is none any more.
    Gone(&'p Step),
    /// A step is another one: the saved one, and that of today.
    Other(&'p Step, &'p Step, Why),
    /// A step is the same and decided otherwise: the saved one, that of today, and the fact that
    /// moved, where one is known.
    Decided(&'p Step, &'p Step, Option<&'p str>),
    /// A step that the saved plan does not have.
    New(&'p Step),
    /// A change of a definition, or of bytes without meaning, that is another or decided
    /// otherwise.
    Covered(&'p Covered),
    /// A change that is no step, and that is none any more.
    Uncovered(&'p Covered),
    /// The same steps in another order.
    Reordered,
    /// What refuses all of today's plan and did not refuse the saved one.
    Refused(&'p Notice),
    /// A part of the saved plan that is in no digest and that its own commits do not say, with
    /// the number of the step that has it.
    Unlike(Option<u32>, &'static str),
}

/// What made a step another one.
#[derive(Debug, Clone, PartialEq)]
pub enum Why {
    /// A fact that it relied on: `Component/CartService`.
    Fact(String),
    /// The target has another value at a path: what it was, and what it is.
    Value {
        /// The path.
        path: String,
        /// What the saved plan found there.
        was: Option<Json>,
        /// What is there now.
        is: Option<Json>,
    },
    /// The action or what it calls is defined otherwise.
    Definition,
    /// Something else of what an approval is of.
    Meant,
}

/// What a plan of today says otherwise than a saved one.
pub fn turns<'p>(saved: &'p PlanFile, today: &'p PlanFile) -> Vec<Turn<'p>> {
    let mut turns = steps(saved, today);
    let was: BTreeMap<_, Outcome> = saved
        .coverage
        .iter()
        .map(|one| (meant(one), one.outcome))
        .collect();
    let is_new = |now: &&Covered| was.get(&meant(now)) != Some(&now.outcome);
    turns.extend(today.coverage.iter().filter(is_new).map(Turn::Covered));
    let about = |one: &'p Covered| (one.action.as_str(), one.path.as_str());
    let still: BTreeSet<_> = today.coverage.iter().map(about).collect();
    let gone = saved.coverage.iter();
    let gone = gone.filter(|was| !still.contains(&(was.action.as_str(), was.path.as_str())));
    turns.extend(gone.map(Turn::Uncovered));
    let refused: BTreeSet<&str> = saved.refusals.iter().map(|it| it.text.as_str()).collect();
    let is_new = |now: &&Notice| !refused.contains(now.text.as_str());
    turns.extend(today.refusals.iter().filter(is_new).map(Turn::Refused));
    if turns.is_empty() && saved.id != today.id {
        turns.push(Turn::Reordered);
    }
    if turns.is_empty() && is_of_same(saved, today) {
        turns = unlike(saved, today);
    }
    turns
}

/// Whether both are of the same commits, asked for the same moment.
fn is_of_same(saved: &PlanFile, today: &PlanFile) -> bool {
    let commits = |plan: &PlanFile| plan.target.commit.clone().zip(plan.head.commit.clone());
    let (was, is) = (commits(saved), commits(today));
    was.is_some() && was == is && saved.now == today.now
}

/// What no digest seals, and what two plans of the same commits must have in common all the same.
fn unlike<'p>(saved: &PlanFile, today: &PlanFile) -> Vec<Turn<'p>> {
    let of_step = |(was, is): (&Step, &Step)| {
        let parts = [
            ("owners", was.owners == is.owners),
            ("lost", was.lost == is.lost),
            ("expiry", was.expiry == is.expiry),
            ("decisions", was.decisions == is.decisions),
            ("reads", was.reads == is.reads),
            ("writes", was.writes == is.writes),
        ];
        parts.map(|(part, is_same)| (Some(was.number), part, is_same))
    };
    let steps = saved.steps.iter().zip(&today.steps).flat_map(of_step);
    let is_told = saved.rights.is_none() || saved.rights == today.rights;
    let parts = [
        ("effects", saved.effects == today.effects),
        ("more_effects", saved.more_effects == today.more_effects),
        ("levels", saved.levels == today.levels),
        ("coverage", saved.coverage == today.coverage),
        ("rights", is_told),
        ("footprint", saved.footprint == today.footprint),
        ("merged", saved.merged == today.merged),
        ("outside", saved.outside == today.outside),
    ];
    let parts = parts.map(|(part, is_same)| (None, part, is_same));
    let all = steps.chain(parts).filter(|(.., is_same)| !is_same);
    all.map(|(step, part, _)| Turn::Unlike(step, part))
        .collect()
}

fn steps<'p>(saved: &'p PlanFile, today: &'p PlanFile) -> Vec<Turn<'p>> {
    let Paired { pairs, gone, new } = paired(saved, today);
    let mut turns = Vec::new();
    for (step, now) in pairs {
        if step.digest != now.digest {
            turns.push(Turn::Other(step, now, why(step, now)));
        } else if step.outcome != now.outcome {
            turns.push(Turn::Decided(step, now, decided_by(step, now)));
        }
    }
    turns.extend(gone.into_iter().map(Turn::Gone));
    turns.sort_by_key(number);
    turns.extend(new.into_iter().map(Turn::New));
    turns
}

/// What of a change that is no step makes it the same.
fn meant(one: &Covered) -> (&str, &str, Option<&str>) {
    (&one.action, &one.path, one.digest.as_deref())
}

/// The step's number in the saved plan.
const fn number(turn: &Turn<'_>) -> u32 {
    match turn {
        Turn::Gone(step) | Turn::Other(step, ..) | Turn::Decided(step, ..) => step.number,
        Turn::New(_)
        | Turn::Covered(_)
        | Turn::Uncovered(_)
        | Turn::Reordered
        | Turn::Refused(_)
        | Turn::Unlike(..) => u32::MAX,
    }
}

/// The nearest reason why a step is another: a value at a path that it changes says more than the
/// entity's digest, and that more than the definition's.
fn why(was: &Step, now: &Step) -> Why {
    let before = |step: &Step, path: &str| -> Option<Option<Json>> {
        let change = step.changes.iter().find(|change| change.path == path)?;
        Some(change.before.clone())
    };
    let moved = was.changes.iter().find_map(
        |Change {
             path, before: old, ..
         }| {
            let new = before(now, path)?;
            (new != *old).then(|| Why::Value {
                path: path.clone(),
                was: old.clone(),
                is: new,
            })
        },
    );
    if let Some(moved) = moved {
        return moved;
    }
    if was.definition != now.definition {
        return Why::Definition;
    }
    let fact = moved_facts(was, now).next();
    fact.map_or(Why::Meant, |fact| Why::Fact(fact.to_owned()))
}

/// The facts that a step relied on and that are others now.
fn moved_facts<'p>(was: &'p Step, now: &'p Step) -> impl Iterator<Item = &'p str> {
    let known: BTreeSet<&Fact> = now.reads.iter().collect();
    let moved = was.reads.iter().filter(move |fact| !known.contains(fact));
    moved.map(|fact| fact.what.as_str())
}

/// The fact that most likely made a decision another one: rules, then people, then the rest.
fn decided_by<'p>(was: &'p Step, now: &'p Step) -> Option<&'p str> {
    const FIRST: [&str; 4] = ["rules ", "groups ", "login ", "settings"];
    let rank = |fact: &&str| {
        let mut first = FIRST.iter();
        first
            .position(|start| fact.starts_with(start))
            .unwrap_or(FIRST.len())
    };
    moved_facts(was, now).min_by_key(rank)
}

//! What moves later: rules that name a moment say something else from then on.
//!
//! In: both sides, and what moves now. Out: for each moment that a rule names, what moves then and
//! not now, in words. Without it a right that begins tomorrow would be told by nobody.

use std::collections::BTreeSet;

use crate::compile::Compiled;
use crate::model::Moment;
use crate::plan::Apart;
use crate::plan::file::rights::{On, RightsMove, Turn, Way, WhoSort};
use crate::plan::rights::pair::Both;
use crate::plan::rights::{Limits, Said, compared};
use crate::plan::value::States;
use crate::policy::Rules;
use crate::policy::turn::turned;

/// For how many moments both sides are asked.
const MOMENTS: usize = 12;
/// How many moves of a moment are named.
const NAMED: usize = 3;

/// What moves at a later moment and not at that of the rules, a line for each moment.
pub(super) fn told(
    sides: Both<&Compiled>,
    rules: Both<&Rules<'_>>,
    said: &Said,
    actors: &[String],
    limits: Limits,
    now: &[RightsMove],
) -> Vec<String> {
    let mut moments: BTreeSet<Moment> = rules.before.turns();
    moments.extend(rules.after.turns());
    let (mut before, mut after) = (
        beside(rules.before, sides.before),
        beside(rules.before, sides.after),
    );
    let mut lines = Vec::new();
    let mut last: Vec<RightsMove> = now.to_vec();
    for moment in moments.iter().take(MOMENTS) {
        before = before.at(Some(turned(*moment)));
        after = after.at(Some(turned(*moment)));
        let apart = Apart::default();
        let states = States::new(sides.before, sides.after, &apart, Some(turned(*moment)));
        let both = Both {
            before: &before,
            after: &after,
        };
        let (rights, _) = compared(both, &states, said, actors, limits);
        let new = |one: &&RightsMove| !now.contains(one) && !last.contains(one);
        let new: Vec<&RightsMove> = rights.moves.iter().filter(new).collect();
        lines.extend(line(*moment, &new));
        last = rights.moves;
    }
    lines.extend(untold(rules));
    let left = moments.len().saturating_sub(MOMENTS);
    if left > 0 {
        lines.push(format!(
            "rules name {left} more moments: what moves then was not asked"
        ));
    }
    lines
}

/// Rules of one side alone that read the time, and say nothing of when that is another answer.
fn untold(rules: Both<&Rules<'_>>) -> BTreeSet<String> {
    let texts = |rules: &Rules<'_>| -> BTreeSet<String> {
        let timed = rules.timed_by_others();
        timed.map(|(text, _)| text.to_owned()).collect()
    };
    let (before, after) = (texts(rules.before), texts(rules.after));
    let gone = rules.before.timed_by_others();
    let gone = gone.filter(|(text, _)| !after.contains(*text));
    let new = rules.after.timed_by_others();
    let new = new.filter(|(text, _)| !before.contains(*text));
    let own = gone.chain(new);
    own.map(|(_, name)| {
        format!("{name} reads the time: what it says at another moment is not told")
    })
    .collect()
}

fn beside<'o>(rules: &Rules<'_>, side: &'o Compiled) -> Rules<'o> {
    rules.beside(&side.catalog, &side.graph, &side.snapshot)
}

fn line(moment: Moment, moves: &[&RightsMove]) -> Option<String> {
    if moves.is_empty() {
        return None;
    }
    let first: Vec<String> = moves.iter().take(NAMED).map(|one| words(one)).collect();
    let more = match moves.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!("; {more} more"),
    };
    Some(format!(
        "from {} on: {}{more}",
        moment.words(),
        first.join("; ")
    ))
}

/// `lin gains update on Component (20), Team (3)`.
fn words(one: &RightsMove) -> String {
    let names = one.who.iter().map(|who| match who.sort {
        WhoSort::Everyone => "everyone",
        WhoSort::Anyone => "anyone who is not in the catalog",
        WhoSort::Group | WhoSort::Person => &who.name,
    });
    let names: Vec<&str> = names.collect();
    let others = match one.others {
        0 => String::new(),
        others => format!(" and {others} others"),
    };
    let turn = match one.turn {
        Turn::Gains => "gains",
        Turn::Loses => "loses",
        Turn::Changes => "needs others for",
    };
    let way = match one.way {
        Way::Alone | Way::Approvals => "",
        Way::WithApproval => " with approval",
        Way::WithoutApproval => " without approval",
        Way::InEmergency | Way::WithoutApprovalInEmergency => " in an emergency",
        Way::Approving => " as who approves",
    };
    let on: Vec<String> = one.on.iter().map(on).collect();
    let mut text = format!(
        "{}{others} {turn} {}{way} on {}",
        names.join(", "),
        one.actions.join(", "),
        on.join(", ")
    );
    for (word, with) in [("only", &one.only), ("but not", &one.but)] {
        if !with.is_empty() {
            text.push_str(&format!(", {word} with {with}"));
        }
    }
    text
}

fn on(on: &On) -> String {
    match &on.blueprint {
        Some(kind) if on.new => format!("new {kind}"),
        Some(kind) => format!("{kind} ({})", on.count),
        None => on.examples.join(", "),
    }
}

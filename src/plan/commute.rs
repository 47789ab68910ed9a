//! Whether two plans may be merged and run in any order.
//!
//! In: two plans of one target. Out: the [`Clash`]es between them; none where in either order
//! both have the steps, the verdicts and the calls that they were planned with, and leave the
//! same catalog. Footprints alone are compared: what one plan writes and the other reads, and what
//! both write and only one may. It may find a clash that would be none, and never leaves one out.

use std::collections::{BTreeMap, BTreeSet};

use crate::plan::file::{Effectuation, Fact, PlanFile, Step};
use crate::plan::footprint::fact;

mod reason;

pub use reason::Reason;

/// Why two plans do not commute.
#[derive(Debug, Clone, PartialEq)]
pub struct Clash<'p> {
    /// The step of the first plan; none where it is of what is no step: a definition, a file.
    pub first: Option<&'p Step>,
    /// The step of the second plan.
    pub second: Option<&'p Step>,
    /// What they meet at.
    pub fact: String,
    /// How.
    pub why: Reason,
}

/// Whose a fact is.
type Party<'p> = Option<&'p Step>;

/// Facts and whose they are, by what they are of.
type Index<'p> = BTreeMap<&'p str, Vec<(Party<'p>, &'p str)>>;

/// Which of the two plans is looked at first.
#[derive(Clone, Copy)]
enum Turned {
    No,
    Yes,
}

/// Clashes by the numbers of their steps and their reasons, each with the first fact.
type Found<'p> = BTreeMap<(u32, u32, Reason), Clash<'p>>;

/// The clashes of two plans, by their steps; of each pair and reason the first fact.
pub fn clashes<'p>(first: &'p PlanFile, second: &'p PlanFile) -> Vec<Clash<'p>> {
    let mut found = Found::new();
    let writes = [first, second].map(|plan| index(plan, Sort::Writes));
    let reads = [first, second].map(|plan| index(plan, Sort::Reads));
    let [of_first, of_second] = &writes;
    let [read_first, read_second] = &reads;
    both_write(of_first, of_second, &mut found);
    read_and_written(read_first, of_second, Turned::No, &mut found);
    read_and_written(read_second, of_first, Turned::Yes, &mut found);
    files(of_first, of_second, Turned::No, &mut found);
    files(of_second, of_first, Turned::Yes, &mut found);
    guards(first, second, &mut found);
    if !have_one_target(first, second) {
        moved(first, second, &mut found);
    }
    found.into_values().collect()
}

/// Whether two plans are of the same state of the target.
pub fn have_one_target(first: &PlanFile, second: &PlanFile) -> bool {
    first.catalog == second.catalog
        && first.target.commit == second.target.commit
        && (first.target.commit.is_some() || first.target.name == second.target.name)
}

#[derive(Clone, Copy)]
enum Sort {
    Reads,
    Writes,
}

fn index(plan: &PlanFile, sort: Sort) -> Index<'_> {
    let mut index = Index::new();
    for step in &plan.steps {
        let facts = match sort {
            Sort::Reads => &step.reads,
            Sort::Writes => &step.writes,
        };
        for fact in facts {
            let all = index.entry(anchor(&fact.what)).or_default();
            all.push((Some(step), fact.what.as_str()));
        }
    }
    let facts = match sort {
        Sort::Reads => &plan.footprint.reads,
        Sort::Writes => &plan.footprint.writes,
    };
    for fact in facts {
        let all = index.entry(anchor(&fact.what)).or_default();
        all.push((None, fact.what.as_str()));
    }
    index
}

/// The part of a fact's name that it shares with all facts of one entity: `Component/CartService`,
/// `to Component/CartService`. All of another fact.
fn anchor(what: &str) -> &str {
    let start = if what.starts_with("to ") { 3 } else { 0 };
    let rest = what.get(start..).unwrap_or_default();
    let end = rest.find(' ').unwrap_or(rest.len());
    let is_entity = rest.get(..end).is_some_and(|it| it.contains('/'));
    if is_entity {
        what.get(..start + end).unwrap_or(what)
    } else {
        what
    }
}

/// Whether two facts are one, or one is a part of the other.
fn meet(one: &str, other: &str) -> bool {
    let is_part = |whole: &str, part: &str| {
        let rest = part.strip_prefix(whole);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '.', '[']))
    };
    is_part(one, other) || is_part(other, one) || is_kind(one, other) || is_kind(other, one)
}

/// Whether one fact is of all entities of the kind that the other is of.
fn is_kind(all: &str, one: &str) -> bool {
    kind(all).is_some_and(|kind| one.starts_with(kind))
}

/// How all begin that a fact is of, where it is of all of a kind: `Component/*`, or of all that a
/// relation leads on from: `acyclic Component.uses *`.
fn kind(what: &str) -> Option<&str> {
    let kind = what.strip_suffix('*');
    kind.filter(|kind| kind.ends_with(['/', ' ']))
}

/// What is found at the anchors that a fact may meet.
fn at<'i, 'p>(
    index: &'i Index<'p>,
    what: &'i str,
) -> impl Iterator<Item = &'i (Party<'p>, &'p str)> {
    let own = anchor(what);
    let kind = kind(own);
    // All of a kind: every anchor of it. One of a kind: also all of it.
    let from = kind.unwrap_or(own);
    let below = index.range(from..);
    let below = below.take_while(move |(key, _)| match kind {
        Some(kind) => key.starts_with(kind),
        None => **key == own,
    });
    // Names of kinds may have slashes too, so each may be where the kind ends.
    let ends = own
        .match_indices(['/', ' '])
        .filter(move |_| kind.is_none());
    let whole = ends.filter_map(move |(at, end)| {
        let whole = format!("{}{end}*", own.get(..at)?);
        index.get(whole.as_str())
    });
    let found = below.map(|(_, all)| all).chain(whole);
    found.flatten().filter(move |(_, other)| meet(what, other))
}

/// What only one of them may write.
fn both_write<'p>(first: &Index<'p>, second: &Index<'p>, found: &mut Found<'p>) {
    for (party, what) in first.values().flatten() {
        if !is_exclusive(what) {
            continue;
        }
        for (other, their) in at(second, what) {
            let why = Reason::of_writes(what, (does(*party), does(*other)));
            let fact = if what.len() > their.len() {
                what
            } else {
                their
            };
            note((*party, *other), fact, why, Turned::No, found);
        }
    }
}

/// Whether two may not write a fact, though neither of them reads it.
fn is_exclusive(what: &str) -> bool {
    let word = what.split(' ').next().unwrap_or_default();
    match word {
        "name"
        | "unique"
        | "login"
        | "request"
        | "file"
        | fact::DEFINITIONS
        | fact::MEMBERSHIPS
        | fact::SETTINGS => true,
        "to" => false,
        word => word.contains('/'),
    }
}

fn does(party: Party<'_>) -> Option<Effectuation> {
    party.map(|step| step.does)
}

/// What one reads and the other writes; `turned` where the one who reads is the second plan.
fn read_and_written<'p>(
    reads: &Index<'p>,
    writes: &Index<'p>,
    turned: Turned,
    found: &mut Found<'p>,
) {
    let anything = writes.values().flatten().next();
    for (reader, what) in reads.values().flatten() {
        if *what == fact::EVERYTHING {
            if let Some((writer, their)) = anything {
                note((*reader, *writer), their, Reason::Unknown, turned, found);
            }
            continue;
        }
        for (writer, their) in at(writes, what) {
            let why = Reason::of_read(what, does(*writer));
            let fact = if what.len() > their.len() {
                what
            } else {
                their
            };
            note((*reader, *writer), fact, why, turned, found);
        }
    }
}

/// A file where the other has a folder, or in a folder that the other takes away: git may take the
/// folder for moved.
fn files<'p>(own: &Index<'p>, others: &Index<'p>, turned: Turned, found: &mut Found<'p>) {
    for (party, what) in own.values().flatten() {
        let Some(path) = what.strip_prefix("file ") else {
            continue;
        };
        for (end, _) in path.match_indices('/') {
            let above = path.get(..end).unwrap_or_default();
            for fact in [fact::file(above), fact::folder(above)] {
                for (other, _) in others.get(fact.as_str()).into_iter().flatten() {
                    note((*party, *other), what, Reason::Files, turned, found);
                }
            }
        }
    }
}

/// Counts that each plan may have, and not both together.
fn guards<'p>(first: &'p PlanFile, second: &'p PlanFile, found: &mut Found<'p>) {
    for one in &first.footprint.guards {
        let other = second.footprint.guards.iter();
        let Some(other) = other.clone().find(|other| other.what == one.what) else {
            continue;
        };
        let most = one.most.min(other.most);
        let is_alone = one.adds <= most && other.adds <= most;
        let sum = one.adds.saturating_add(other.adds);
        if is_alone && sum > most {
            let fact = format!("guard {}: {sum}, the guard is {most}", one.what);
            note((None, None), &fact, Reason::Guards, Turned::No, found);
        }
    }
}

/// What both rely on and is not the same on their targets.
fn moved<'p>(first: &'p PlanFile, second: &'p PlanFile, found: &mut Found<'p>) {
    let all = |plan: &'p PlanFile| {
        let steps = plan.steps.iter();
        let own = steps.flat_map(|step| step.reads.iter().map(move |fact| (Some(step), fact)));
        own.chain(plan.footprint.reads.iter().map(|fact| (None, fact)))
    };
    let known: BTreeMap<&str, (Party<'p>, &Fact)> = all(first)
        .map(|(party, fact)| (fact.what.as_str(), (party, fact)))
        .collect();
    let mut told = BTreeSet::new();
    for (other, fact) in all(second) {
        let Some((party, was)) = known.get(fact.what.as_str()) else {
            continue;
        };
        if was.digest != fact.digest && told.insert(&fact.what) {
            let pair = (*party, other);
            note(pair, &fact.what, Reason::OtherTarget, Turned::No, found);
        }
    }
}

fn note<'p>(
    (own, other): (Party<'p>, Party<'p>),
    fact: &str,
    why: Reason,
    turned: Turned,
    found: &mut Found<'p>,
) {
    let (first, second) = match turned {
        Turned::No => (own, other),
        Turned::Yes => (other, own),
    };
    let number = |party: Party<'_>| party.map_or(u32::MAX, |step| step.number);
    let clash = Clash {
        first,
        second,
        fact: fact.to_owned(),
        why,
    };
    let kept = found.entry((number(first), number(second), why));
    let kept = kept.or_insert_with(|| clash.clone());
    if clash.fact < kept.fact {
        *kept = clash;
    }
}

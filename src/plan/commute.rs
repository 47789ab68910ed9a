//! Whether two plans may be merged and run in any order.
//!
//! In: two plans of one target. Out: the [`Clash`]es between them; none where in either order
//! both have the steps, the verdicts and the calls that they were planned with, and leave the
//! same catalog. Footprints alone are compared: what one plan writes and the other reads, and what
//! both write and only one may. It may find a clash that would be none, and never leaves one out.

use std::collections::{BTreeMap, BTreeSet};

use crate::plan::file::{Effectuation, Fact, PlanFile, Step};
use crate::plan::footprint::fact;

mod found;
mod reason;

use found::Found;
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
    /// How many steps of each plan meet like this, where they are too many to be told one by one.
    pub folded: Option<[usize; 2]>,
}

/// Whose a fact is.
type Party<'p> = Option<&'p Step>;

/// Whose a fact is, by what they do: so do they meet others.
type Parties<'p> = BTreeMap<u8, Vec<Party<'p>>>;

/// Facts with those whose they are.
type Facts<'p> = BTreeMap<&'p str, Parties<'p>>;

/// Facts and whose they are, by what they are of.
type Index<'p> = BTreeMap<&'p str, Facts<'p>>;

/// Which of the two plans is looked at first.
#[derive(Clone, Copy)]
enum Turned {
    No,
    Yes,
}

/// The clashes of two plans, by their steps; of each pair and reason the first fact. Very many
/// that have one reason are one, which counts their steps.
pub fn clashes<'p>(first: &'p PlanFile, second: &'p PlanFile) -> Vec<Clash<'p>> {
    let mut found = Found::default();
    let writes = [first, second].map(|plan| index(plan, Sort::Writes));
    let reads = [first, second].map(|plan| index(plan, Sort::Reads));
    let [of_first, of_second] = &writes;
    let [read_first, read_second] = &reads;
    both_write(of_first, of_second, &mut found);
    read_and_written((first, read_first), of_second, Turned::No, &mut found);
    read_and_written((second, read_second), of_first, Turned::Yes, &mut found);
    files(of_first, of_second, Turned::No, &mut found);
    files(of_second, of_first, Turned::Yes, &mut found);
    guards(first, second, &mut found);
    if !have_one_target(first, second) {
        moved(first, second, &mut found);
    }
    found.told()
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
    let of_steps = plan.steps.iter().flat_map(|step| {
        let facts = match sort {
            Sort::Reads => &step.reads,
            Sort::Writes => &step.writes,
        };
        facts.iter().map(move |fact| (Some(step), fact))
    });
    let rest = match sort {
        Sort::Reads => &plan.footprint.reads,
        Sort::Writes => &plan.footprint.writes,
    };
    for (party, fact) in of_steps.chain(rest.iter().map(|fact| (None, fact))) {
        let all = index.entry(anchor(&fact.what)).or_default();
        let parties = all.entry(fact.what.as_str()).or_default();
        parties.entry(sort_of(party)).or_default().push(party);
    }
    index
}

/// What somebody does, as a number; of what is no step the first.
fn sort_of(party: Party<'_>) -> u8 {
    match does(party) {
        None => 0,
        Some(Effectuation::Create) => CREATES,
        Some(Effectuation::Change) => 2,
        Some(Effectuation::Rename) => 3,
        Some(Effectuation::Delete) => 4,
        Some(Effectuation::Run) => 5,
    }
}

/// The number of those who create.
const CREATES: u8 = 1;

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
) -> impl Iterator<Item = (&'p str, &'i Parties<'p>)> {
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
    let found = below.map(|(_, all)| all).chain(whole).flatten();
    let found = found.filter(move |(other, _)| meet(what, other));
    found.map(|(other, parties)| (*other, parties))
}

/// What only one of them may write.
fn both_write<'p>(first: &Index<'p>, second: &Index<'p>, found: &mut Found<'p>) {
    for (what, parties) in first.values().flatten() {
        if !is_exclusive(what) {
            continue;
        }
        for (their, others) in at(second, what) {
            let why = |party, other| Reason::of_writes(what, (does(party), does(other)));
            found.meet((what, parties), (their, others), &why, Turned::No);
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
    (plan, reads): (&PlanFile, &Index<'p>),
    writes: &Index<'p>,
    turned: Turned,
    found: &mut Found<'p>,
) {
    let anything = writes.values().flatten().next();
    let is_within = is_within_guards(plan);
    for (what, readers) in reads.values().flatten() {
        if *what == fact::EVERYTHING {
            if let Some((their, writers)) = anything {
                let why = |_, _| Reason::Unknown;
                found.meet((their, readers), (their, writers), &why, turned);
            }
            continue;
        }
        for (their, writers) in at(writes, what) {
            let why = |_, writer| Reason::of_read(what, does(writer));
            if is_within && what.starts_with("count ") {
                let mut others = writers.clone();
                others.remove(&CREATES);
                found.meet((what, readers), (their, &others), &why, turned);
                continue;
            }
            found.meet((what, readers), (their, writers), &why, turned);
        }
    }
}

/// Whether a plan breaks no guard and counts entities for nothing else: then it breaks none where
/// there are more of them either, for a part of more is more.
fn is_within_guards(plan: &PlanFile) -> bool {
    let mut guards = plan.footprint.guards.iter();
    plan.expired.is_none()
        && plan.overrides.is_empty()
        && guards.all(|guard| guard.adds <= guard.most)
}

/// A file where the other has a folder, or in a folder that the other takes away: git may take the
/// folder for moved.
fn files<'p>(own: &Index<'p>, others: &Index<'p>, turned: Turned, found: &mut Found<'p>) {
    for (what, parties) in own.values().flatten() {
        let Some(path) = what.strip_prefix("file ") else {
            continue;
        };
        for (end, _) in path.match_indices('/') {
            let above = path.get(..end).unwrap_or_default();
            for fact in [fact::file(above), fact::folder(above)] {
                for (_, theirs) in others.get(fact.as_str()).into_iter().flatten() {
                    let why = |_, _| Reason::Files;
                    found.meet((what, parties), (what, theirs), &why, turned);
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
            found.note((None, None), &fact, Reason::Guards);
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
            found.note((*party, other), &fact.what, Reason::OtherTarget);
        }
    }
}

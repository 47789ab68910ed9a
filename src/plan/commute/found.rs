//! The clashes that are found, each pair of steps once for each reason.
//!
//! In: who meets whom, where and how. Out: the clashes in order. Of a reason that very many pairs
//! have, the pairs are not gone through: one clash says how many steps of each plan they are.

use std::collections::{BTreeMap, BTreeSet};

use super::{Clash, Parties, Party, Reason, Turned};

/// The most pairs that are told one by one for one reason.
const PAIRS: usize = 50;

/// What has one reason.
#[derive(Default)]
struct Alike<'p> {
    /// By the numbers of the steps; no more of them than are told, and one.
    pairs: BTreeMap<(u32, u32), Clash<'p>>,
    /// The numbers of the steps of each plan.
    steps: [BTreeSet<u32>; 2],
    /// The facts whose steps are counted, each once.
    counted: BTreeSet<(usize, &'p str, u8)>,
}

/// The clashes by their reasons.
#[derive(Default)]
pub(super) struct Found<'p> {
    alike: BTreeMap<Reason, Alike<'p>>,
}

fn number(party: Party<'_>) -> u32 {
    party.map_or(u32::MAX, |step| step.number)
}

impl<'p> Found<'p> {
    /// All that one fact is of meet all that another is of; `turned` where the first of them are of
    /// the second plan. Whoever does the same meets the others in the same way.
    pub(super) fn meet(
        &mut self,
        (what, own): (&'p str, &Parties<'p>),
        (their, others): (&'p str, &Parties<'p>),
        why: &dyn Fn(Party<'p>, Party<'p>) -> Reason,
        turned: Turned,
    ) {
        for (sort, mine) in own {
            for (other_sort, theirs) in others {
                let (Some(one), Some(other)) = (mine.first(), theirs.first()) else {
                    continue;
                };
                let why = why(*one, *other);
                let sides = [(what, *sort, mine), (their, *other_sort, theirs)];
                self.meet_alike(sides, why, turned);
            }
        }
    }

    fn meet_alike(
        &mut self,
        sides: [(&'p str, u8, &Vec<Party<'p>>); 2],
        why: Reason,
        turned: Turned,
    ) {
        let [(what, _, mine), (their, _, theirs)] = sides;
        let fact = if what.len() > their.len() {
            what
        } else {
            their
        };
        let alike = self.alike.entry(why).or_default();
        for (n, (what, sort, parties)) in sides.into_iter().enumerate() {
            let side = match turned {
                Turned::No => n,
                Turned::Yes => 1 - n,
            };
            if alike.counted.insert((side, what, sort))
                && let Some(steps) = alike.steps.get_mut(side)
            {
                steps.extend(parties.iter().copied().map(number));
            }
        }
        let pairs = mine
            .iter()
            .flat_map(|one| theirs.iter().map(move |it| (*one, *it)));
        for (one, other) in pairs {
            if alike.pairs.len() > PAIRS {
                return;
            }
            alike.note(in_order((one, other), turned), fact, why);
        }
    }

    /// One meets another, in the order of the plans.
    pub(super) fn note(&mut self, pair: (Party<'p>, Party<'p>), fact: &str, why: Reason) {
        let alike = self.alike.entry(why).or_default();
        let [first, second] = &mut alike.steps;
        first.insert(number(pair.0));
        second.insert(number(pair.1));
        if alike.pairs.len() <= PAIRS {
            alike.note(pair, fact, why);
        }
    }

    /// The clashes by the numbers of their steps and their reasons.
    pub(super) fn told(self) -> Vec<Clash<'p>> {
        let mut told: BTreeMap<((u32, u32), Reason), Clash<'p>> = BTreeMap::new();
        for (why, alike) in self.alike {
            let is_folded = alike.pairs.len() > PAIRS;
            let steps = alike.steps.map(|steps| steps.len());
            let most = if is_folded { 1 } else { PAIRS };
            for (pair, mut clash) in alike.pairs.into_iter().take(most) {
                clash.folded = is_folded.then_some(steps);
                told.insert((pair, why), clash);
            }
        }
        told.into_values().collect()
    }
}

impl<'p> Alike<'p> {
    fn note(&mut self, (first, second): (Party<'p>, Party<'p>), fact: &str, why: Reason) {
        let key = (number(first), number(second));
        let kept = self.pairs.entry(key).or_insert_with(|| Clash {
            first,
            second,
            fact: fact.to_owned(),
            why,
            folded: None,
        });
        if fact < kept.fact.as_str() {
            fact.clone_into(&mut kept.fact);
        }
    }
}

fn in_order<'p>(pair: (Party<'p>, Party<'p>), turned: Turned) -> (Party<'p>, Party<'p>) {
    match turned {
        Turned::No => pair,
        Turned::Yes => (pair.1, pair.0),
    }
}

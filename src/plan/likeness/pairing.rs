//! Pairs of what goes and what comes, found in rounds.
//!
//! In: all that are alone. Out: the pairs. Who is alike shares a bucket; a bucket with one of
//! each side is a pair. What a pair points at and what points at it then says more than before,
//! and its bucket is split: each relation is looked at once, and each round looks at those
//! buckets alone that changed.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use super::alone::Alone;
use crate::plan::diff::Side;

/// In how many ways they are compared, the most certain first.
const WAYS: usize = 5;

type Key = (u32, u32);

/// Who is alike in one way.
#[derive(Debug, Default)]
struct Alike {
    gone: BTreeSet<usize>,
    new: BTreeSet<usize>,
}

/// What one says, as far as it is known by now.
#[derive(Debug, Clone, Copy)]
struct Said {
    values: Option<u32>,
    of_itself: Option<u32>,
    bare: u32,
    led: u32,
    is_led_to: bool,
}

impl Said {
    /// By what it is compared in each of the ways.
    fn keys(&self) -> [Option<Key>; WAYS] {
        let alone = |said: Option<u32>| Some((said?, u32::MAX));
        let led = |said: Option<u32>| Some((said?, self.led)).filter(|_| self.is_led_to);
        [
            alone(self.values),
            led(Some(self.bare)),
            alone(self.of_itself),
            led(self.of_itself),
            alone(Some(self.led).filter(|_| self.is_led_to)),
        ]
    }
}

/// What is found, and what is still open.
#[derive(Debug)]
pub(super) struct Pairing {
    said: Vec<Said>,
    open: BTreeSet<usize>,
    buckets: [FxHashMap<Key, Alike>; WAYS],
    changed: [BTreeSet<Key>; WAYS],
    /// Numbers of what was said before and is said more now.
    more: FxHashMap<(u32, Vec<(u32, usize)>), u32>,
    next: u32,
    pairs: Vec<(usize, usize)>,
}

impl Pairing {
    /// All of them, none paired.
    pub(super) fn of(all: &[Alone]) -> Self {
        let said = all.iter().map(|one| Said {
            values: one.says,
            of_itself: one.says_of_itself,
            bare: one.bare,
            led: one.led,
            is_led_to: one.is_led_to,
        });
        let numbers = all.iter().map(|one| one.bare.max(one.led).max(one.kind));
        let itself = all.iter().filter_map(|one| one.says_of_itself);
        let mut pairing = Self {
            said: said.collect(),
            open: (0..all.len()).collect(),
            buckets: Default::default(),
            changed: Default::default(),
            more: FxHashMap::default(),
            next: numbers.chain(itself).max().unwrap_or_default() + 1,
            pairs: Vec::new(),
        };
        for (n, one) in all.iter().enumerate() {
            pairing.put(n, one.side);
        }
        pairing
    }

    /// What is found by now: who goes and who comes.
    pub(super) fn pairs(&self) -> &[(usize, usize)] {
        &self.pairs
    }

    /// Whether one has no pair.
    pub(super) fn is_open(&self, n: usize) -> bool {
        self.open.contains(&n)
    }

    /// Whether two say the same as far as it is known.
    pub(super) fn is_alike(&self, a: usize, b: usize) -> bool {
        let (Some(a), Some(b)) = (self.said.get(a), self.said.get(b)) else {
            return false;
        };
        a.bare == b.bare || a.of_itself.is_some() && a.of_itself == b.of_itself
    }

    /// Pairs whatever can be, until nothing more can.
    pub(super) fn settle(&mut self, all: &[Alone]) {
        while let Some(found) = (0..WAYS)
            .map(|way| self.found(way))
            .find(|it| !it.is_empty())
        {
            self.pair(all, &found);
        }
    }

    /// The pairs of the buckets that changed, compared in one way.
    fn found(&mut self, way: usize) -> Vec<(usize, usize)> {
        let (Some(changed), Some(buckets)) = (self.changed.get_mut(way), self.buckets.get(way))
        else {
            return Vec::new();
        };
        let keys = std::mem::take(changed).into_iter();
        let buckets = keys.filter_map(|key| buckets.get(&key));
        let pairs = buckets.filter(|it| it.gone.len() == 1 && it.new.len() == 1);
        let pairs = pairs.filter_map(|it| Some((*it.gone.first()?, *it.new.first()?)));
        pairs.collect()
    }

    /// Notes pairs, and what they say of others.
    pub(super) fn pair(&mut self, all: &[Alone], found: &[(usize, usize)]) {
        let first = self.pairs.len();
        for (gone, new) in found {
            for (n, side) in [(*gone, Side::Before), (*new, Side::After)] {
                self.take(n, side);
                self.open.remove(&n);
            }
            self.pairs.push((*gone, *new));
        }
        // By who says more: what it says, through which relation, of which pair.
        let mut out: BTreeMap<usize, Vec<(u32, usize)>> = BTreeMap::new();
        let mut into: BTreeMap<usize, Vec<(u32, usize)>> = BTreeMap::new();
        for (number, (gone, new)) in self.pairs.iter().enumerate().skip(first) {
            for one in [gone, new].into_iter().filter_map(|n| all.get(*n)) {
                for link in &one.into {
                    let said = out.entry(link.other).or_default();
                    said.push((link.relation, number));
                }
                for link in &one.out {
                    let said = into.entry(link.other).or_default();
                    said.push((link.relation, number));
                }
            }
        }
        let mut touched: BTreeSet<usize> = out.keys().chain(into.keys()).copied().collect();
        touched.retain(|n| self.open.contains(n));
        for n in touched {
            let Some(side) = all.get(n).map(|one| one.side) else {
                continue;
            };
            self.take(n, side);
            let (out, into) = (out.remove(&n), into.remove(&n));
            self.say(n, out.unwrap_or_default(), into.unwrap_or_default());
            self.put(n, side);
        }
    }

    fn say(&mut self, n: usize, mut out: Vec<(u32, usize)>, mut into: Vec<(u32, usize)>) {
        let Some(mut said) = self.said.get(n).copied() else {
            return;
        };
        if !out.is_empty() {
            out.sort_unstable();
            said.bare = self.number(said.bare, &out);
            // They are the same number at first, and stay so.
            said.values = said.values.map(|_| said.bare);
            said.of_itself = said.of_itself.map(|of| self.number(of, &out));
        }
        if !into.is_empty() {
            into.sort_unstable();
            said.led = self.number(said.led, &into);
            said.is_led_to = true;
        }
        if let Some(place) = self.said.get_mut(n) {
            *place = said;
        }
    }

    fn number(&mut self, before: u32, more: &[(u32, usize)]) -> u32 {
        let next = self.next;
        let number = *self.more.entry((before, more.to_vec())).or_insert(next);
        if number == next {
            self.next = self.next.saturating_add(1);
        }
        number
    }

    fn take(&mut self, n: usize, side: Side) {
        self.at(n, side, |members| {
            members.remove(&n);
        });
    }

    fn put(&mut self, n: usize, side: Side) {
        self.at(n, side, |members| {
            members.insert(n);
        });
    }

    /// Changes the buckets that one is in.
    fn at(&mut self, n: usize, side: Side, change: impl Fn(&mut BTreeSet<usize>)) {
        let Some(said) = self.said.get(n) else {
            return;
        };
        let ways = self.buckets.iter_mut().zip(&mut self.changed);
        for ((buckets, changed), key) in ways.zip(said.keys()) {
            let Some(key) = key else { continue };
            let bucket = buckets.entry(key).or_default();
            change(match side {
                Side::Before => &mut bucket.gone,
                Side::After => &mut bucket.new,
            });
            changed.insert(key);
        }
    }
}

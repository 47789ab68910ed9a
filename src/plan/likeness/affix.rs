//! Renames by a rule: the same is put before or behind many names, or taken away there.
//!
//! In: who is alone, and the pairs that are certain. Out: more pairs, whose names the same rule
//! leads to each other: those that say the same, and all of a kind where most of it follows.

use std::collections::{BTreeMap, BTreeSet};

use super::alone::Alone;
use super::pairing::Pairing;
use crate::plan::diff::Side;

/// How many names rules are guessed from, and how many rules of a kind are tried.
const TRIED: usize = 8;

/// How many must follow a rule that nothing else speaks for.
const ENOUGH: usize = 3;

/// What becomes of names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Rule {
    /// Another beginning.
    Start(String, String),
    /// Another end.
    End(String, String),
}

impl Rule {
    /// The rule that leads from one name to the other, where only one end of them differs.
    fn of(from: &str, to: &str) -> Option<Self> {
        let same = |a: &mut dyn Iterator<Item = char>, b: &mut dyn Iterator<Item = char>| {
            let same = a.zip(b).take_while(|(a, b)| a == b);
            same.map(|(c, _)| c.len_utf8()).sum::<usize>()
        };
        let start = same(&mut from.chars(), &mut to.chars());
        let end = same(&mut from.chars().rev(), &mut to.chars().rev());
        if start.max(end) == 0 {
            return None;
        }
        Some(if start >= end {
            let rest = (from.get(start..)?, to.get(start..)?);
            Self::End(rest.0.to_owned(), rest.1.to_owned())
        } else {
            let till = |name: &str| Some(name.get(..name.len().checked_sub(end)?)?.to_owned());
            Self::Start(till(from)?, till(to)?)
        })
    }

    /// What it makes of a name.
    fn applied(&self, name: &str) -> Option<String> {
        match self {
            Self::Start(old, new) => Some(format!("{new}{}", name.strip_prefix(old.as_str())?)),
            Self::End(old, new) => Some(format!("{}{new}", name.strip_suffix(old.as_str())?)),
        }
    }

    /// Whether it only puts something there or takes it away.
    fn is_plain(&self) -> bool {
        let (Self::Start(old, new) | Self::End(old, new)) = self;
        old.is_empty() || new.is_empty()
    }
}

/// Those of one kind that have no pair, by name.
#[derive(Default)]
struct Kind<'a> {
    gone: BTreeMap<&'a str, usize>,
    new: BTreeMap<&'a str, usize>,
    /// How many pairs speak for a rule.
    rules: BTreeMap<Rule, usize>,
}

/// The pairs that rules lead to.
pub(super) fn pairs(all: &[Alone], pairing: &Pairing) -> Vec<(usize, usize)> {
    let mut kinds: BTreeMap<u32, Kind<'_>> = BTreeMap::new();
    for (n, one) in all.iter().enumerate().filter(|(n, _)| pairing.is_open(*n)) {
        let kind = kinds.entry(one.kind).or_default();
        match one.side {
            Side::Before => kind.gone.insert(&one.name, n),
            Side::After => kind.new.insert(&one.name, n),
        };
    }
    for (gone, new) in pairing.pairs() {
        let (Some(gone), Some(new)) = (all.get(*gone), all.get(*new)) else {
            continue;
        };
        let rule = Rule::of(&gone.name, &new.name);
        if let (Some(rule), Some(kind)) = (rule, kinds.get_mut(&gone.kind)) {
            *kind.rules.entry(rule).or_default() += 1;
        }
    }
    let kinds = kinds.values();
    kinds.flat_map(|kind| kind.pairs(pairing)).collect()
}

impl Kind<'_> {
    fn pairs(&self, pairing: &Pairing) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        let mut taken: BTreeSet<usize> = BTreeSet::new();
        for (rule, known) in self.tried() {
            let matches = self.gone.iter().filter_map(|(name, gone)| {
                let new = self.new.get(rule.applied(name)?.as_str())?;
                Some((*gone, *new))
            });
            let is_free = |(a, b): &(usize, usize)| !taken.contains(a) && !taken.contains(b);
            let mut matches: Vec<(usize, usize)> = matches.filter(is_free).collect();
            let support = known + matches.len();
            let follows = known > 0 || rule.is_plain();
            let is_rule = follows && support >= ENOUGH && 2 * matches.len() >= self.gone.len();
            if !is_rule {
                matches.retain(|(a, b)| support > 1 && pairing.is_alike(*a, *b));
            }
            taken.extend(matches.iter().flat_map(|(a, b)| [*a, *b]));
            found.extend(matches);
        }
        found
    }

    /// The rules that pairs speak for, and those that names alone suggest; the best first.
    fn tried(&self) -> Vec<(Rule, usize)> {
        let mut rules: BTreeMap<Rule, (usize, usize)> = BTreeMap::new();
        for (rule, known) in &self.rules {
            rules.insert(rule.clone(), (*known, 0));
        }
        for from in self.gone.keys().take(TRIED) {
            let suggested = self.new.keys().filter_map(|to| Rule::of(from, to));
            for rule in suggested.filter(Rule::is_plain) {
                rules.entry(rule).or_default().1 += 1;
            }
        }
        let mut rules: Vec<(Rule, (usize, usize))> = rules.into_iter().collect();
        rules.sort_by(|(a, one), (b, other)| other.cmp(one).then_with(|| a.cmp(b)));
        let best = rules.into_iter().take(TRIED);
        best.map(|(rule, (known, _))| (rule, known)).collect()
    }
}

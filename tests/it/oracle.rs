//! The permission engine against an oracle that was written from the design alone.
//!
//! A number makes a catalog of chance, what its target branch gained, a pull request and the
//! people who ask. The product plans it, the oracle judges it, and both must say the same of
//! every step, of every other change and of the whole: who may, who could, who must agree and
//! who has. `CATALOGC_ORACLE_CASES` asks more questions, `CATALOGC_ORACLE_SEED` starts elsewhere,
//! `CATALOGC_ORACLE_CUTS` says how long a difference is made smaller.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rayon::iter::{IntoParallelIterator, ParallelIterator};

mod action;
mod along;
mod cedar;
mod change;
mod cover;
mod decide;
mod difference;
mod history;
mod judge;
mod make;
mod merged;
mod moved;
mod rule;
mod run;
mod shrink;
mod world;
mod write;

use history::ASKS;
use judge::Outcome;
use merged::Ended;

/// How many questions an ordinary run asks, and where it starts.
const CASES: u64 = 300;
const SEED: u64 = 1;

/// What the environment says instead of a number.
#[expect(clippy::disallowed_methods, reason = "a nightly run asks for more")]
fn number(name: &str, usual: u64) -> u64 {
    let other = std::env::var(name).ok();
    other.map_or(usual, |other| other.parse().expect("a number"))
}

/// What the histories of a run were like.
#[derive(Default)]
struct Tally {
    outcomes: BTreeMap<Outcome, usize>,
    built_in: BTreeSet<String>,
    histories: usize,
    unread: Vec<String>,
}

impl Tally {
    /// Errors: the seed, where the two do not agree.
    fn of(seed: u64) -> Result<Self, u64> {
        let mut tally = Self {
            histories: 1,
            ..Self::default()
        };
        let history = history::history(seed);
        let Some(all) = run::answers(&history) else {
            let why = run::why_unread(&history).join(", ");
            tally.unread.push(format!("{seed}: {why}"));
            return Ok(tally);
        };
        for answers in all {
            if !run::differences(&answers).is_empty() {
                return Err(seed);
            }
            *tally.outcomes.entry(answers.oracle.outcome).or_default() += 1;
            let steps = answers.oracle.steps.into_keys();
            let steps = steps.filter(|key| key.is_built_in).map(|key| key.action);
            tally.built_in.extend(steps);
            let covered = answers.oracle.covered.into_keys();
            tally.built_in.extend(covered.map(|(action, _)| action));
        }
        Ok(tally)
    }

    fn and(mut self, other: Self) -> Self {
        for (outcome, count) in other.outcomes {
            *self.outcomes.entry(outcome).or_default() += count;
        }
        self.built_in.extend(other.built_in);
        self.histories += other.histories;
        self.unread.extend(other.unread);
        self
    }
}

#[test]
fn the_product_decides_as_the_oracle_does() {
    let first = number("CATALOGC_ORACLE_SEED", SEED);
    let histories = number("CATALOGC_ORACLE_CASES", CASES).div_ceil(ASKS as u64);
    let seeds = (first..first + histories).into_par_iter();
    let all = seeds
        .map(Tally::of)
        .try_reduce(Tally::default, |one, other| Ok(one.and(other)));
    let tally = all.unwrap_or_else(|seed| panic!("{}", shrink::report(seed)));
    // What cannot be read proves nothing, and neither does what is always denied.
    let unread = tally.unread.join("\n");
    let most = tally.histories.div_ceil(10);
    assert!(tally.unread.len() <= most, "{unread}");
    if tally.histories >= 200 {
        assert_eq!(tally.outcomes.len(), 3, "{:?}", tally.outcomes);
        let mut every = rule::ON_ENTITIES.iter().chain(&rule::ON_ROOT);
        assert!(
            every.all(|word| tally.built_in.contains(*word)),
            "{:?}",
            tally.built_in
        );
    }
}

#[test]
fn the_program_decides_in_a_repository_as_the_oracle_does() {
    let first = number("CATALOGC_ORACLE_SEED", SEED);
    let histories = (number("CATALOGC_ORACLE_CASES", CASES) / 100).max(4);
    let seeds = first..first + histories;
    let ended: Result<Vec<Ended>, String> = seeds.into_par_iter().map(merged::ended).collect();
    let ended = ended.unwrap_or_else(|difference| panic!("{difference}"));
    let compared = ended.iter().filter(|ended| **ended == Ended::Compared);
    assert!(compared.count() * 2 > ended.len(), "{ended:?}");
}

#[test]
fn what_a_plan_tells_of_rights_is_what_all_questions_show() {
    let first = number("CATALOGC_ORACLE_SEED", SEED);
    let histories = (number("CATALOGC_ORACLE_CASES", CASES) / 25).max(12);
    let all = (first..first + histories)
        .into_par_iter()
        .filter_map(|seed| {
            let compared = moved::compared(seed)?;
            Some(compared.map_err(|difference| format!("seed {seed}\n{difference}")))
        });
    let all: Result<Vec<usize>, String> = all.collect();
    let all = all.unwrap_or_else(|difference| panic!("{difference}"));
    // Where nothing moves nothing is proven.
    let moving = all.iter().filter(|moved| **moved > 0).count();
    assert!(moving * 3 >= all.len(), "{all:?}");
}

/// Histories in which the two once said something else.
const DIFFERED: [u64; 6] = [
    20_261_123_570,
    20_261_123_745,
    20_261_123_845,
    20_261_124_063,
    20_261_125_018,
    20_261_128_117,
];

/// A history whose pull request sets a value to what it is, which the target changed since.
const NOT_A_MERGE: u64 = 20_261_124_096;

#[test]
fn what_once_differed_does_so_no_more() {
    for seed in DIFFERED {
        Tally::of(seed).unwrap_or_else(|seed| panic!("{}", shrink::report(seed)));
        if let Some(Err(difference)) = moved::compared(seed) {
            panic!("seed {seed}\n{difference}");
        }
    }
    assert_eq!(merged::ended(NOT_A_MERGE), Ok(Ended::Another));
}

#[test]
fn the_oracle_knows_nothing_of_the_product() {
    for text in [
        include_str!("oracle/action.rs"),
        include_str!("oracle/along.rs"),
        include_str!("oracle/cedar.rs"),
        include_str!("oracle/change.rs"),
        include_str!("oracle/cover.rs"),
        include_str!("oracle/decide.rs"),
        include_str!("oracle/difference.rs"),
        include_str!("oracle/history.rs"),
        include_str!("oracle/judge.rs"),
        include_str!("oracle/make.rs"),
        include_str!("oracle/rule.rs"),
        include_str!("oracle/world.rs"),
        include_str!("oracle/write.rs"),
    ] {
        assert!(!text.contains(concat!("catalogc", "::")), "{text}");
        assert!(!text.contains(concat!("super::", "run")), "{text}");
        assert!(!text.contains(concat!("cedar_", "policy")), "{text}");
    }
}

/// The mutants of `.ci/mutants` must be of the sources as they are, or they test nothing.
#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "the patches lie in the repository"
)]
fn the_mutants_fit_the_sources() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = std::fs::read_dir(root.join("tests/mutants")).unwrap();
    let patches: Vec<PathBuf> = folder.map(|entry| entry.unwrap().path()).collect();
    assert!(patches.len() >= 10, "{patches:?}");
    for patch in patches {
        let text = std::fs::read_to_string(&patch).unwrap();
        let path = text.lines().find_map(|line| line.strip_prefix("--- a/"));
        let source = std::fs::read_to_string(root.join(path.unwrap())).unwrap();
        let body = text.lines().skip_while(|line| !line.starts_with("@@"));
        let old: String = body
            .filter(|line| line.starts_with([' ', '-']))
            .map(|line| format!("{}\n", &line[1..]))
            .collect();
        assert!(source.contains(&old), "{} is out of date", patch.display());
    }
}

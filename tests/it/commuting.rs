//! No two plans are said to commute that do not: changes of one catalog, each pair of them made
//! in both orders and compared with what `conflicts` said of their plans.
//!
//! `CATALOGC_COMMUTE_CHANGES` says how many changes, `CATALOGC_COMMUTE_SEED` of which numbers:
//! the nightly run makes more of both.

use std::collections::{BTreeMap, BTreeSet};

use catalogc::check::has_errors;
use catalogc::compile::{Compiled, compile};
use catalogc::plan::account::Accounts;
use catalogc::plan::agreement::Approval;
use catalogc::plan::commute::{Reason, clashes};
use catalogc::plan::file::{ApprovalNeed, PlanFile, Revision};
use catalogc::plan::{Apart, Asked, Spent, plan};
use catalogc::policy::{self, Rules};
use catalogc::source::Selection;
use catalogc::source::memory::snapshot;
use rayon::prelude::*;
use serde_json::{Value as Json, json};

mod change;
mod folded;
mod met;
mod world;

use crate::shop::{self, CART, PAY, Shop};

use world::{Files, Numbers};

/// How many changes the tests make by themselves.
const CHANGES: usize = 20;
/// The numbers that they are made of.
const SEED: u64 = 1;

/// Another number, where the environment gives one.
#[expect(clippy::disallowed_methods, reason = "a nightly run makes more")]
fn given(name: &str, usual: u64) -> u64 {
    let given = std::env::var(name).ok();
    given.map_or(usual, |number| number.parse().expect("a number"))
}

/// What a change makes of files; nothing of those that it takes away.
type Edits = BTreeMap<String, Option<String>>;

/// A change that can be planned.
struct Change {
    sort: &'static str,
    edits: Edits,
    actor: String,
    approvals: Vec<Approval>,
    /// The catalog with this change alone.
    alone: Compiled,
    plan: PlanFile,
}

fn compiled(files: &Files) -> Compiled {
    let selection = Selection::new(Some("catalogc.yaml"), "catalog", &[]).unwrap();
    compile(snapshot(files.clone()), &selection)
}

fn edits(before: &Files, after: &Files) -> Edits {
    let paths: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let differ = paths
        .into_iter()
        .filter(|path| before.get(*path) != after.get(*path));
    differ
        .map(|path| (path.clone(), after.get(path).cloned()))
        .collect()
}

fn with(files: &Files, edits: &Edits) -> Files {
    let mut files = files.clone();
    for (path, text) in edits {
        match text {
            Some(text) => drop(files.insert(path.clone(), text.clone())),
            None => drop(files.remove(path)),
        }
    }
    files
}

fn rules(compiled: &Compiled) -> Rules<'_> {
    policy::compile(&compiled.catalog, &compiled.graph, &compiled.snapshot).0
}

/// The plan of a result on a target, where the result is without errors.
fn planned(
    (before, rules): (&Compiled, &Rules<'_>),
    after: &Compiled,
    actor: &str,
    approvals: &[Approval],
) -> Option<PlanFile> {
    if has_errors(&after.findings) {
        return None;
    }
    let revision = |name: &str| Revision {
        name: name.to_owned(),
        commit: None,
    };
    let asked = Asked {
        target: revision("main"),
        head: revision("head"),
        actors: &[actor.to_owned()],
        approvals,
        accounts: &Accounts::default(),
        excluded: &[],
        merged: Vec::new(),
        outside: &[],
        apart: &Apart::default(),
        root: "catalog",
        has_target: true,
        spent: &Spent::default(),
        incomplete: None,
        masks: None,
    };
    plan(before, after, rules, &asked).ok()
}

/// All that must stay as it was planned: steps, verdicts and calls.
fn meant(plan: &PlanFile) -> Json {
    let steps = plan.steps.iter().map(|step| {
        let approvals: Vec<_> = step.approvals.iter().map(ApprovalNeed::missing).collect();
        json!([step.digest, step.outcome.words(), step.calls, approvals])
    });
    // Steps that are independent are numbered by where they stand.
    let mut steps: Vec<String> = steps.map(|step| step.to_string()).collect();
    steps.sort();
    let coverage = plan.coverage.iter();
    let coverage: Vec<Json> = coverage
        .map(|it| json!([it.action, it.path, it.digest, it.outcome.words()]))
        .collect();
    let refusals: Vec<&str> = plan.refusals.iter().map(|it| it.text.as_str()).collect();
    json!([steps, coverage, refusals, plan.verdict().words()])
}

/// Changes of one catalog, each of which can be planned by itself.
fn changes(
    base: (&world::World, &Files, &Compiled),
    count: usize,
    numbers: &mut Numbers,
) -> Vec<Change> {
    let (world, files, compiled_base) = base;
    let rules = rules(compiled_base);
    let people = world.names("User");
    let mut changes = Vec::new();
    let mut number = 0;
    while changes.len() < count {
        number += 1;
        assert!(number < count * 20, "hardly any change can be planned");
        let (sort, after) = change::change(world, number, numbers);
        let edits = edits(files, &after.files());
        let actor = match numbers.below(3) {
            0 => numbers.one(&people).clone(),
            _ => format!("user{}", numbers.below(3)),
        };
        let approver = numbers.one(&people).clone();
        let alone = compiled(&with(files, &edits));
        let target = (compiled_base, &rules);
        let Some(first) = planned(target, &alone, &actor, &[]) else {
            continue;
        };
        if edits.is_empty() {
            continue;
        }
        let approvals = vec![Approval {
            login: approver,
            commit: "head".to_owned(),
            digests: Some(first.steps.iter().map(|step| step.digest.clone()).collect()),
            writers: Vec::new(),
        }];
        let plan = planned(target, &alone, &actor, &approvals).unwrap();
        changes.push(Change {
            sort,
            edits,
            actor,
            approvals,
            alone,
            plan,
        });
    }
    changes
}

/// What became of a pair.
struct Pair {
    of: [usize; 2],
    /// Why they do not commute, by what `conflicts` says.
    reasons: BTreeSet<Reason>,
    /// Why they do not, where they were made in both orders.
    truth: Option<String>,
    words: String,
}

/// Makes two changes in both orders.
fn really<'c>(
    files: &Files,
    (one, on_one): (&Change, &Rules<'c>),
    (other, on_other): (&Change, &Rules<'c>),
) -> Option<String> {
    let differ = |path: &&String| one.edits.get(*path) != other.edits.get(*path);
    if one
        .edits
        .keys()
        .filter(|it| other.edits.contains_key(*it))
        .any(|it| differ(&it))
    {
        return Some("git merges a text, or does not".to_owned());
    }
    let both = with(&with(files, &one.edits), &other.edits);
    let again = with(&with(files, &other.edits), &one.edits);
    assert_eq!(both, again, "files that differ are merged in any order");
    let both = compiled(&both);
    if let Some(finding) = both
        .findings
        .iter()
        .find(|it| it.severity == catalogc::finding::Severity::Error)
    {
        return Some(format!("together: {}", finding.message));
    }
    for (first, rules, second) in [(one, on_one, other), (other, on_other, one)] {
        let target = (&first.alone, rules);
        let later = planned(target, &both, &second.actor, &second.approvals);
        let Some(later) = later else {
            return Some("it cannot be planned any more".to_owned());
        };
        let (was, is) = (meant(&second.plan), meant(&later));
        if was != is {
            return Some(format!("{was}\nis\n{is}"));
        }
    }
    None
}

fn pairs(files: &Files, changes: &[Change]) -> Vec<Pair> {
    let rules: Vec<Rules<'_>> = changes.iter().map(|it| rules(&it.alone)).collect();
    let count = changes.len();
    let is_counted = count > CHANGES;
    let all: Vec<(usize, usize)> = (0..count)
        .flat_map(|one| (one + 1..count).map(move |other| (one, other)))
        .collect();
    all.par_iter()
        .map(|(one, other)| {
            let (a, b) = (&changes[*one], &changes[*other]);
            let found = clashes(&a.plan, &b.plan);
            let mirrored = clashes(&b.plan, &a.plan);
            assert_eq!(
                found.len(),
                mirrored.len(),
                "the order of the two says nothing"
            );
            Pair {
                of: [*one, *other],
                reasons: found.iter().map(|clash| clash.why).collect(),
                // What is said not to commute is made only to count how often that is needless.
                truth: if found.is_empty() || is_counted {
                    really(files, (a, &rules[*one]), (b, &rules[*other]))
                } else {
                    Some("it was not made".to_owned())
                },
                words: format!(
                    "{} {} by {} {:?}\n{} {} by {} {:?}\n{}",
                    one,
                    a.sort,
                    a.actor,
                    a.edits,
                    other,
                    b.sort,
                    b.actor,
                    b.edits,
                    found.first().map_or("", |it| it.fact.as_str())
                ),
            }
        })
        .collect()
}

#[test]
fn no_two_plans_are_said_to_commute_that_do_not() {
    let count = usize::try_from(given("CATALOGC_COMMUTE_CHANGES", CHANGES as u64)).unwrap();
    let seed = given("CATALOGC_COMMUTE_SEED", SEED);
    let mut numbers = Numbers(seed);
    let world = world::world(&mut numbers);
    let files = world.files();
    let base = compiled(&files);
    let wrong: Vec<_> = base.findings.iter().map(|it| &it.message).collect();
    assert!(!has_errors(&base.findings), "{wrong:?}");
    let changes = changes((&world, &files, &base), count, &mut numbers);
    let pairs = pairs(&files, &changes);
    let mut of: BTreeMap<Reason, usize> = BTreeMap::new();
    let (mut commute, mut needless, mut wrong) = (0, 0, Vec::new());
    let refused = pairs.iter().filter(|pair| !pair.reasons.is_empty());
    let in_conflict: BTreeSet<usize> = refused.flat_map(|pair| pair.of).collect();
    for pair in &pairs {
        for reason in &pair.reasons {
            *of.entry(*reason).or_default() += 1;
        }
        match (&pair.truth, pair.reasons.is_empty()) {
            (None, true) => commute += 1,
            (None, false) => {
                needless += 1;
                if given("CATALOGC_COMMUTE_TELL", 0) == 1 {
                    println!("needless {:?}\n{}\n", pair.reasons, pair.words);
                }
            }
            (Some(why), true) => wrong.push(format!("{}\n{why}", pair.words)),
            (Some(_), false) => {}
        }
    }
    println!(
        "seed {seed}: {count} changes, {} pairs, {commute} commute, {} do not, and of these {needless} would have (0 where it is not counted), {of:?}",
        pairs.len(),
        pairs.len() - commute,
    );
    assert!(
        wrong.is_empty(),
        "seed {seed}: {} pairs are said to commute and do not:\n{}",
        wrong.len(),
        wrong.join("\n\n")
    );
    let some = in_conflict.len() * 10 >= count * 3;
    assert!(some, "too few are in conflict: {in_conflict:?}");
    assert!(of.len() >= 5, "the changes meet in too few ways: {of:?}");
    assert!(
        commute * 2 >= pairs.len(),
        "too little commutes: {commute} of {}",
        pairs.len()
    );
}

/// Two pull requests of the shop: lin scales `cart`, and somebody commits a file.
fn beside(path: &str, text: &str) -> Shop {
    let shop = Shop::new();
    let git = shop.git.branch("one", "main");
    git.commit_file(CART, &shop::service("cart", "checkout", 7));
    let git = shop.git.branch("other", "main");
    git.commit_file(path, text);
    shop
}

/// What the program says of both, planned for lin.
fn said(shop: &Shop, more: &[&str]) -> crate::program::Ran {
    let asked = [
        "conflicts",
        "one",
        "other",
        "--base",
        "main",
        "--actor",
        "lin",
    ];
    shop.run(&[&asked[..], more].concat())
}

#[test]
fn pull_requests_of_two_services_commute() {
    let shop = beside(PAY, &shop::service("pay", "platform", 5));
    said(&shop, &[])
        .says("commute: one and other may be merged and run in any order")
        .exits(0);
}

#[test]
fn a_pull_request_that_reads_what_the_other_writes_is_named_with_the_fact() {
    let restart = "action: restart\nentity: cart\n";
    let shop = beside("catalog/requests/again.yaml", restart);
    said(&shop, &[])
        .says("conflict: one and other meet at 1 place, so their order matters")
        .says("1 scale cart  1 restart cart  Service/cart")
        .says("one reads what the other writes")
        .exits(1);
    said(&shop, &["--format", "json"])
        .says("\"commute\": false")
        .says("\"reason\": \"reads-what-is-written\"")
        .exits(1);
}

#[test]
fn plans_of_different_targets_say_so() {
    let shop = beside(PAY, &shop::service("pay", "platform", 5));
    for head in ["one", "other"] {
        let out = format!("{head}.json");
        let plan = ["plan", "--base", "main", "--head", head, "--actor", "lin"];
        shop.run(&[&plan[..], &["--out", &out]].concat()).exits(0);
        shop.git.switch("main");
        shop.git.commit_file("README.md", head);
    }
    shop.run(&["conflicts", "one.json", "other.json"])
        .says("commute: ")
        .says("their targets differ")
        .exits(0);
}

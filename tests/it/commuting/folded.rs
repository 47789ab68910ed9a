//! Very many pairs with one reason are one, and what is provably harmless is no clash.

use catalogc::plan::commute::{Reason, clashes};
use catalogc::plan::file::PlanFile;

use super::world::Files;
use super::{compiled, planned, rules, said};
use crate::shop::{self, Shop};

/// The plans of two results of one catalog of nodes in a row, each of which points at others.
fn nodes(
    one: impl Fn(usize) -> Option<usize>,
    other: impl Fn(usize) -> Option<usize>,
) -> [PlanFile; 2] {
    let node = |n: usize, next: Option<usize>| {
        let next = next.map_or(String::new(), |next| {
            format!("relations: {{next: n{next:03}}}\n")
        });
        let path = format!("catalog/entities/n{n:03}.yaml");
        (
            path,
            format!("identifier: n{n:03}\nblueprint: Node\n{next}"),
        )
    };
    let kind = "identifier: Node\nschema: {properties: {}}\nrelations: {next: {target: Node, acyclic: true}}\n";
    let files = |next: &dyn Fn(usize) -> Option<usize>| -> Files {
        let mut files: Files = (0..120).map(|n| node(n, next(n))).collect();
        files.insert("catalog/blueprints/node.yaml".to_owned(), kind.to_owned());
        files
    };
    let base = compiled(&files(&|_| None));
    let rules = rules(&base);
    let plan = |next: &dyn Fn(usize) -> Option<usize>| {
        planned((&base, &rules), &compiled(&files(next)), "lin", &[]).unwrap()
    };
    [plan(&one), plan(&other)]
}

#[test]
fn very_many_pairs_with_one_reason_are_one_with_counts() {
    let first = |n: usize| (n < 60).then_some(n + 60);
    let [one, other] = nodes(first, |n| (n >= 60).then(|| n - 60));
    let found = clashes(&one, &other);
    let cycles = found.iter().filter(|it| it.why == Reason::Cycle);
    let folded: Vec<_> = cycles.map(|it| it.folded).collect();
    assert_eq!(folded, [Some([60, 60])]);
    // A few are told one by one.
    let [one, other] = nodes(first, |n| (n >= 110).then(|| n - 60));
    let found = clashes(&one, &other);
    let cycles = found.iter().filter(|it| it.why == Reason::Cycle);
    assert_eq!(cycles.filter(|it| it.folded.is_none()).count(), 10);
}

#[test]
fn a_deletion_of_several_and_a_creation_of_the_kind_commute() {
    let shop = Shop::new();
    let main = shop.git.switch("main");
    for name in ["a", "b", "c", "d"] {
        main.write(
            &format!("catalog/entities/{name}.yaml"),
            shop::service(name, "checkout", 1),
        );
    }
    let settings = main.read("catalogc.yaml");
    main.write(
        "catalogc.yaml",
        format!("{settings}guards: {{deletes: 50, deletes_percent: 100}}\n"),
    );
    main.commit("more services");
    let git = shop.git.branch("one", "main");
    git.remove("catalog/entities/a.yaml")
        .remove("catalog/entities/b.yaml")
        .commit("two less");
    let git = shop.git.branch("other", "main");
    git.write(
        "catalog/entities/e/e.yaml",
        shop::service("e", "checkout", 1),
    )
    .commit("one more");
    said(&shop, &[]).says("commute: ").exits(0);
}

//! The pages that tell their example in words: the situation gives the finding, the way out none.

use crate::repository::Git;
use crate::shop::{self, CART, Shop};

const KIND: &str = "identifier: Component\nschema: {properties: {}}\n";

#[test]
fn two_branches_that_change_one_line_are_a_conflict_until_one_is_merged_into_the_other() {
    let shop = Shop::new();
    shop.pull_request()
        .commit_file(CART, &shop::service("cart", "checkout", 5));
    shop.git.switch("main");
    shop.git
        .commit_file(CART, &shop::service("cart", "checkout", 4));
    shop.plan("lin").says("error[E0004]").exits(1);
    shop.git.switch("pr");
    shop.git.run(&[
        "merge",
        "--quiet",
        "--no-edit",
        "--strategy-option=ours",
        "main",
    ]);
    shop.plan("lin").does_not_say("E0004").exits(0);
}

#[test]
fn a_file_that_is_too_large_is_read_when_it_is_split() {
    let git = Git::new();
    let entity = |n: usize| {
        let note = "x".repeat(1_000);
        format!("identifier: C{n}\nblueprint: Component\n# {note}\n")
    };
    let all: Vec<String> = (0..1_100).map(entity).collect();
    git.write("catalog/blueprints/component.yaml", KIND)
        .write("catalog/entities/all.yaml", all.join("---\n"));
    let check = || crate::program::run(git.root(), &["check"]);
    check().says("error[E0005]").exits(1);
    git.remove("catalog/entities/all.yaml");
    for (n, part) in all.chunks(90).enumerate() {
        git.write(&format!("catalog/entities/{n}.yaml"), part.join("---\n"));
    }
    check().says("1,100 entities").exits(0);
}

#[test]
fn a_merged_request_that_changes_is_refused_and_a_new_one_is_not() {
    const FIRST: &str = "catalog/requests/restart-1.yaml";
    let shop = Shop::new();
    shop.git.switch("main");
    shop.git
        .commit_file(FIRST, "action: restart\nentity: cart\n");
    shop.pull_request()
        .commit_file(FIRST, "action: restart\nentity: pay\n");
    shop.plan("lin").says("error[E0508]").exits(1);
    shop.git
        .write(FIRST, "action: restart\nentity: cart\n")
        .write(
            "catalog/requests/restart-2.yaml",
            "action: restart\nentity: pay\n",
        )
        .commit("a request of its own");
    shop.plan("lin").does_not_say("E0508").exits(0);
}

#[test]
fn what_follows_from_settings_that_are_removed_is_one_error_until_they_are_back() {
    let shop = Shop::new();
    let settings = shop.git.read("catalogc.yaml");
    let git = shop.pull_request();
    git.remove("catalogc.yaml").commit("no settings");
    shop.plan("kim")
        .says("error[E0518]: catalogc.yaml of the target is removed, and ")
        .says("found 1 error in 1 of ")
        .exits(1);
    // What is wrong on the target already is no consequence.
    shop.git.switch("main");
    let cart = shop::service("cart", "checkout", 3).replace("replicas: 3", "replicas: many");
    shop.git.commit_file(CART, &cart);
    shop.plan("kim")
        .says("error[E0518]")
        .says("error[E0203]")
        .says("found 2 errors")
        .exits(1);
    shop.git
        .commit_file(CART, &shop::service("cart", "checkout", 3));
    shop.git
        .switch("pr")
        .commit_file("catalogc.yaml", &settings);
    shop.plan("kim").does_not_say("E0518").exits(0);
}

#[test]
fn a_ledger_that_somebody_rewrote_is_told_until_it_is_brought_back() {
    let shop = Shop::new();
    shop.pull_request()
        .write(
            "catalog/entities/services/cart.yaml",
            shop::service("cart", "platform", 3),
        )
        .commit("cart goes to platform");
    shop.git.switch("main");
    shop.git.merge("pr");
    // Also that a step was refused is on record.
    shop.run(&[
        "apply", "--base", "main~1", "--head", "main", "--actor", "kim",
    ])
    .exits(4);
    shop.run(&["audit", "verify"]).says("chain whole").exits(0);
    let tip = shop.git.id("catalogc-ledger");
    shop.git.switch("catalogc-ledger");
    let record = shop.git.run(&["ls-tree", "-r", "--name-only", "HEAD"]);
    let record = record.lines().next_back().unwrap();
    shop.git.commit_file(record, "{}\n");
    shop.git.switch("main");
    shop.run(&["audit", "verify"])
        .says("catalogc explain E0602")
        .exits(2);
    shop.git
        .run(&["branch", "--force", "catalogc-ledger", &tip]);
    shop.run(&["audit", "verify"]).says("chain whole").exits(0);
}

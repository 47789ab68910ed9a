//! Landings that are given as facts: each has one account, and the gate answers for all of them.

use crate::backend::Backend;
use crate::outdated::run;
use crate::shop::{self, CART, PAY, Shop};

const FILE: &str = ".git/facts.json";

/// Writes facts: before, after, who asked.
fn facts(shop: &Shop, landings: &[(&str, &str, &str)]) {
    let landings: Vec<_> = landings
        .iter()
        .map(|(before, after, actor)| {
            serde_json::json!({"before": before, "after": after, "actors": [actor]})
        })
        .collect();
    let text = serde_json::json!({"version": 1, "landings": landings});
    shop.git.write(FILE, text.to_string());
}

#[test]
fn a_landing_has_one_account() {
    let backend = Backend::start();
    let shop = Shop::with(&backend);
    let before = shop.git.id("main");
    let after = shop
        .git
        .commit_file(CART, &shop::service("cart", "checkout", 5));
    let apply = |more: &[&str]| {
        let sides = ["apply", "--base", &before, "--head", &after];
        run(&shop, &[&sides[..], more].concat())
    };
    apply(&["--actor", "lin"]).exits(0);
    let sent = backend.received().len();
    let other = "is in the ledger as asked for by lin, approved by nobody; here it is asked for by";
    apply(&["--actor", "sam"])
        .says(&format!("{other} sam, approved by nobody"))
        .exits(2);
    apply(&["--actor", "lin", "--actor", "mia"])
        .says(&format!("{other} lin, pushed by mia, approved by nobody"))
        .exits(2);
    apply(&["--actor", "lin", "--approval", &format!("sam@{after}")])
        .says(&format!("approved by sam at {}", &after[..7]))
        .exits(2);
    facts(&shop, &[(&before, &after, "mia")]);
    run(&shop, &["apply", "--facts", FILE])
        .says(&format!("{other} mia"))
        .exits(2);
    // The same account again is no other one, however the forge writes a login.
    apply(&["--actor", "LIN"]).exits(0);
    assert_eq!(backend.received().len(), sent);
}

#[test]
fn the_gate_answers_for_all_merges_of_a_file() {
    let shop = Shop::new();
    let main = shop.git.id("main");
    let git = shop.pull_request();
    let one = git.commit_file(CART, &shop::service("cart", "checkout", 5));
    let two = git.commit_file(PAY, &shop::service("pay", "platform", 4));
    let gate = |more: &[&str]| shop.run(&[&["gate", "--facts", FILE][..], more].concat());
    facts(&shop, &[(&main, &one, "lin"), (&one, &two, "sam")]);
    let both = gate(&[]);
    assert_eq!(both.exits(0).matches("allowed: 1 step").count(), 2);
    gate(&["--format", "json"])
        .says("the facts are of 2 merges")
        .exits(2);
    gate(&["--actor", "lin"]).exits(2);
    // One that is denied denies all of them, and the others are told all the same.
    facts(&shop, &[(&main, &one, "kim"), (&one, &two, "sam")]);
    gate(&[])
        .says("denied")
        .says("allowed: 1 step")
        .says("asked for by sam")
        .exits(1);
    facts(&shop, &[(&main, &two, "lin")]);
    gate(&["--format", "json"])
        .says("\"actors\":[\"lin\"]")
        .exits(0);
}

#[test]
fn the_gate_names_what_is_deleted_also_where_it_is_allowed() {
    let shop = Shop::new();
    let git = shop.pull_request();
    git.remove(CART)
        .write(PAY, shop::service("pay", "platform", 4));
    for n in 0..3 {
        git.write(
            &format!("catalog/entities/services/new-{n}.yaml"),
            shop::service(&format!("new-{n}"), "checkout", 1),
        );
    }
    git.commit("a pull request");
    let gate = shop.gate("lin", &[]);
    let line = gate.exits(0).lines().find(|line| line.starts_with('-'));
    let line = line.unwrap_or_else(|| panic!("{gate}"));
    assert!(line.contains("delete") && line.contains("cart"), "{gate}");
    gate.does_not_say("new-1");
}

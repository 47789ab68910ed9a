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
fn each_landing_is_told_in_the_comment_of_its_pull_request() {
    let backend = Backend::start();
    let shop = Shop::with(&backend);
    let commit = |path, of: &str, replicas| {
        let before = shop.git.id("main");
        let owner = if of == "cart" { "checkout" } else { "platform" };
        let after = shop
            .git
            .commit_file(path, &shop::service(of, owner, replicas));
        (before, after)
    };
    let one = commit(CART, "cart", 5);
    let two = commit(PAY, "pay", 4);
    let three = commit(CART, "cart", 6);
    let landing = |of: &(String, String), actors: &[&str], number: Option<u32>| {
        let mut fact = serde_json::json!({"before": of.0, "after": of.1, "actors": actors});
        if let Some(number) = number {
            fact["number"] = number.into();
        }
        fact
    };
    let landings = [
        landing(&one, &["lin"], Some(7)),
        landing(&two, &[], Some(8)),
        landing(&three, &["lin"], None),
    ];
    let text = serde_json::json!({"version": 1, "landings": landings});
    shop.git.write(FILE, text.to_string());
    let apply = ["apply", "--facts", FILE, "--comments", ".git/told"];
    let ran = run(&shop, &apply);
    ran.says("### done: 1 of 1").says("held: ").exits(1);
    let told = shop.git.read(".git/told/7.md");
    let done = "<!-- catalogc:plan catalog=catalog -->\n### done: 1 of 1";
    assert!(told.starts_with(done), "{told}");
    let told = shop.git.read(".git/told/8.md");
    assert!(
        told.starts_with("<!-- catalogc:plan -->\n### not run"),
        "{told}"
    );
    assert!(told.contains("nobody said who asked for it"), "{told}");
    let folder = shop.git.root().join(".git/told");
    assert_eq!(folder.read_dir().unwrap().count(), 2);
    run(&shop, &[&apply[..], &["--format", "text"]].concat())
        .says("a comment is markdown")
        .exits(2);
}

#[test]
fn the_gate_answers_for_all_merges_of_a_file() {
    let shop = Shop::new();
    let main = shop.git.id("main");
    let git = shop.pull_request();
    let one = git.commit_file(CART, &shop::service("cart", "checkout", 5));
    let two = git.commit_file(PAY, &shop::service("pay", "platform", 4));
    let gate = |more: &[&str]| shop.run(&[&["gate", "--facts", FILE][..], more].concat());
    facts(&shop, &[]);
    gate(&[]).says("names no merge").exits(2);
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

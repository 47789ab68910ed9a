//! Requests that lift guards, after they did: the ledger knows them, and they lift once.

use crate::program::Ran;
use crate::shop::{self, CART, PAY, Shop, person, person_text};

const LIFT: &str = "catalog/requests/lift.yaml";

fn request(updates: u32) -> String {
    format!("action: override\ninputs: {{updates: {updates}, reason: the prices move}}\n")
}

/// A shop in which one entity may change at a time.
fn shop() -> Shop {
    let shop = Shop::new();
    let settings = shop.git.read("catalogc.yaml");
    shop.git
        .write("catalogc.yaml", settings + "guards: {updates: 1}\n")
        .commit("a guard");
    shop
}

fn note(name: &str, owner: &str, note: &str) -> String {
    let text = shop::service(name, owner, if name == "cart" { 3 } else { 2 });
    text.replace("relations", &format!("  note: {note}\nrelations"))
}

/// kim notes something at both services.
fn noted(shop: &Shop, text: &str) {
    shop.pull_request()
        .write(CART, note("cart", "checkout", text))
        .write(PAY, note("pay", "platform", text))
        .commit(text);
}

/// Merges `pr` into main and applies it.
fn land(shop: &Shop, actor: &str) -> Ran {
    land_after(shop, actor, || {})
}

/// The same, where main goes on by `since` in the meantime.
fn land_after(shop: &Shop, actor: &str, since: impl Fn()) -> Ran {
    let before = shop.git.switch("main").id("main");
    let after = shop.git.merge("pr");
    shop.git.run(&["branch", "--quiet", "-D", "pr"]);
    since();
    shop.run(&[
        "apply", "--base", &before, "--head", &after, "--actor", actor,
    ])
}

#[test]
fn the_ledger_keeps_what_was_lifted_and_the_audit_shows_it() {
    let shop = shop();
    noted(&shop, "one");
    shop.git.commit_file(LIFT, &request(2));
    land(&shop, "kim").exits(0);
    let table = shop.run(&["audit"]);
    table
        .says("override  the guard updates: 2")
        .says("lifted")
        .exits(0);
    let mut lines = table.stdout.lines();
    let line = lines.find(|line| line.contains("  cart ")).unwrap();
    let step = line.split_whitespace().nth(2).unwrap();
    shop.run(&["audit", step])
        .says("lifted    the guard updates: 2 by kim, because: the prices move")
        .says("refused without it: 2 entities are changed, the guard is 1")
        .says("catalog/policies/rules.cedar:")
        .says("catalog/requests/lift.yaml:1:9 (lift)")
        .exits(0);
    shop.run(&["audit", "verify"])
        .says("1 plan derived again")
        .exits(0);
}

#[test]
fn an_override_that_still_stands_lifts_nothing_more() {
    let shop = shop();
    noted(&shop, "one");
    shop.git.commit_file(LIFT, &request(2));
    land(&shop, "kim").exits(0);
    noted(&shop, "two");
    shop.gate("kim", &[])
        .says("2 entities are changed, the guard is 1")
        .exits(1);
}

#[test]
fn an_override_that_is_brought_back_is_spent() {
    let shop = shop();
    noted(&shop, "one");
    shop.git.commit_file(LIFT, &request(2));
    land(&shop, "kim").exits(0);
    shop.git.remove(LIFT).commit("tidy");
    noted(&shop, "two");
    shop.git.commit_file(LIFT, &request(2));
    let words = "the request lift ran already as";
    shop.gate("kim", &[]).says(words).exits(1);
    land(&shop, "kim").says(words).exits(1);
}

#[test]
fn an_override_that_had_nothing_to_lift_is_spent_too() {
    let shop = shop();
    shop.pull_request().commit_file(LIFT, &request(2));
    land(&shop, "kim").exits(0);
    shop.run(&["audit"]).says("idle").exits(0);
    shop.git.remove(LIFT).commit("tidy");
    noted(&shop, "one");
    shop.git.commit_file(LIFT, &request(2));
    shop.gate("kim", &[]).says("ran already").exits(1);
}

#[test]
fn who_may_lift_a_guard_no_more_when_it_is_run_lifts_none() {
    let shop = shop();
    noted(&shop, "one");
    shop.git.commit_file(LIFT, &request(2));
    shop.gate("kim", &[]).exits(0);
    let kim_leaves = || {
        let rules = "catalog/policies/kim.cedar";
        let services = "permit (principal == User::\"kim\", action in [Action::\"create\", Action::\"update\"], resource);\n";
        shop.git
            .write(rules, services)
            .write(&person("kim"), person_text("kim", "checkout"))
            .write(&person("mia"), person_text("mia", "admins"))
            .commit("kim leaves");
    };
    land_after(&shop, "kim", kim_leaves)
        .says("a guard stops it now, and nobody lifts it who may: updates: 2, the guard is 1")
        .exits(4);
}

#[test]
fn what_became_of_others_since_counts_for_no_guard_of_a_landing() {
    for lift in [false, true] {
        let shop = shop();
        if lift {
            noted(&shop, "one");
            shop.git.commit_file(LIFT, &request(2));
        } else {
            let git = shop.pull_request();
            git.write(CART, note("cart", "checkout", "one"));
            git.commit("one");
        }
        let moved = || {
            for name in ["mia", "sam"] {
                shop.git
                    .write(&person(name), person_text(name, "checkout, platform"));
            }
            shop.git.commit("they move");
        };
        land_after(&shop, "kim", moved).exits(0);
    }
}

#[test]
fn a_guard_that_got_stricter_stops_what_was_merged_before() {
    let shop = shop();
    shop.pull_request()
        .write(CART, note("cart", "checkout", "one"))
        .commit("one");
    let stricter = || {
        let text = shop
            .git
            .read("catalogc.yaml")
            .replace("updates: 1", "updates: 0");
        shop.git.commit_file("catalogc.yaml", &text);
    };
    land_after(&shop, "lin", stricter)
        .says("a guard stops it now")
        .exits(4);
}

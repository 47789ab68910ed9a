//! What refuses a plan whatever the rules say of its steps.

use crate::shop::{CART, Shop, service};

/// An action that holds a service still, and the one that may not be in a plan with it.
const LOCK: &str = "identifier: lock
title: Lock
operation: day-2
blueprint: Service
trigger: {request: true}
permissions:
  execute: {teams: [checkout, platform]}
conflicts: [scale]
";

/// The shop with the action.
fn locked() -> Shop {
    let shop = Shop::new();
    let path = "catalog/actions/lock.yaml";
    shop.git.switch("main").commit_file(path, LOCK);
    shop
}

/// Asks for an action in a file of that name.
fn ask(shop: &Shop, name: &str, text: &str) {
    shop.git
        .write(&format!("catalog/requests/{name}.yaml"), text);
}

#[test]
fn a_request_and_a_change_that_conflict_are_refused_with_both_places() {
    let shop = locked();
    shop.pull_request()
        .write(CART, service("cart", "checkout", 5));
    ask(&shop, "still", "action: lock\nentity: cart\n");
    shop.git.commit("scaled and locked");
    let words = "two steps of cart conflict, scale at catalog/entities/services/cart.yaml:4:13";
    let asked = "and lock at catalog/requests/still.yaml:1:9: make two pull requests of it";
    let ran = shop.gate("lin", &[]);
    ran.says("denied").says(words).says(asked).exits(1);
    ran.says("catalog/actions/lock.yaml:8");
}

#[test]
fn what_conflicts_on_one_entity_goes_together_on_two() {
    let shop = locked();
    shop.pull_request()
        .write(CART, service("cart", "checkout", 5));
    ask(&shop, "still", "action: lock\nentity: pay\n");
    shop.git.commit("one scaled, the other locked");
    shop.gate("lin", &[]).says("allowed: 2 steps").exits(0);
}

#[test]
fn a_conflict_is_found_through_a_rename() {
    let shop = locked();
    let renamed = service("basket", "checkout", 5) + "movedFrom: cart\n";
    shop.pull_request().write(CART, renamed);
    ask(&shop, "still", "action: lock\nentity: basket\n");
    shop.git.commit("renamed, scaled and locked");
    shop.gate("kim", &[])
        .says("two steps of basket conflict")
        .exits(1);
}

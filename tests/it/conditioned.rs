//! What an action claims from then on, or claims no more, because an entity meets its condition
//! otherwise.

use crate::shop::{CART, Shop, service};

const SCALE: &str = "catalog/actions/scale.yaml";

/// `scale` claims the replicas of what has no note.
fn shop(condition: &str) -> Shop {
    let shop = Shop::new();
    let text = shop.git.read(SCALE).replacen(
        "trigger: {changed: [properties.replicas]}",
        &format!("trigger: {{changed: [properties.replicas], condition: '{condition}'}}"),
        1,
    );
    shop.git.write(SCALE, text).commit("on a condition");
    shop.run(&["check"]).exits(0);
    shop
}

fn noted() -> String {
    service("cart", "checkout", 3).replace("relations", "  note: x\nrelations")
}

#[test]
fn an_action_that_claims_nothing_of_an_entity_any_more_is_told() {
    let shop = shop(".before.properties.note == null");
    shop.pull_request().write(CART, noted()).commit("a note");
    let told = "from then on `scale` claims nothing of cart: its condition is not true of it";
    shop.gate("lin", &[]).says(told).exits(0);
    shop.plan("lin").says(told);
    // And so it is.
    shop.git
        .write(CART, noted().replace("replicas: 3", "replicas: 30"))
        .commit("much more");
    shop.gate("lin", &[])
        .says("scale")
        .says("from platform")
        .exits(1);
    let git = shop.git.switch("main");
    git.commit_file(CART, &noted());
    git.branch("other", "main")
        .write(CART, noted().replace("replicas: 3", "replicas: 30"))
        .commit("by an update");
    let gate = [
        "gate", "--base", "main", "--head", "other", "--actor", "lin",
    ];
    shop.run(&gate).exits(0);
    // The way back is told too.
    git.branch("back", "main")
        .write(CART, service("cart", "checkout", 3))
        .commit("no note");
    let gate = ["gate", "--base", "main", "--head", "back", "--actor", "lin"];
    shop.run(&gate)
        .says("from then on `scale` claims what it names of cart: its condition is true of it");
}

#[test]
fn a_condition_about_the_change_itself_is_not_told() {
    let shop = shop(".after.properties.replicas > 4");
    shop.pull_request()
        .write(CART, service("cart", "checkout", 5))
        .commit("more");
    shop.gate("lin", &[]).does_not_say("from then on").exits(0);
    // Nor is one that reads what does not change.
    let shop = self::shop(".before.title != \"x\"");
    shop.pull_request().write(CART, noted()).commit("a note");
    shop.gate("lin", &[]).does_not_say("from then on").exits(0);
}

#[test]
fn a_request_that_nobody_can_make_any_more_is_told() {
    let shop = Shop::new();
    let restart = "catalog/actions/restart.yaml";
    let text = shop.git.read(restart).replacen(
        "trigger: {request: true}",
        "trigger: {request: true, condition: .before.properties.note == null}",
        1,
    );
    shop.git.commit_file(restart, &text);
    shop.pull_request().write(CART, noted()).commit("a note");
    shop.gate("lin", &[])
        .says("from then on nobody can ask for `restart` of cart: its condition is not true of it")
        .exits(0);
}

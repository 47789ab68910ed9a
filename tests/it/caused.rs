//! An action that a computed value fires, and `causedBy: permitted`, which leaves the decision to
//! what caused it.

use crate::program::Ran;
use crate::shop::{CART, PAY, Shop, service};

const KINDS: &str = "catalog/blueprints/kinds.yaml";
const WATCH: &str = "catalog/actions/watch.yaml";

/// `cart` uses `pay`; when `pay` is scaled, `watch` is fired for `cart`, which sam may not do.
fn shop(caused_by: &str, more: &str) -> Shop {
    let shop = Shop::new();
    let kinds = shop.git.read(KINDS);
    let mirrored = "ownership: {path: owner}\nmirrorProperties: {theirs: {path: uses.replicas}}\n";
    let watch = format!(
        "identifier: watch\noperation: day-2\nblueprint: Service\n\
         trigger: {{changed: [properties.theirs]}}\n\
         permissions: {{execute: {{users: kim}}}}\n{caused_by}"
    );
    let cart = service("cart", "checkout", 2)
        .replace("{owner: checkout}", "{owner: checkout, uses: [pay]}");
    let rules = "catalog/policies/rules.cedar";
    let text = shop.git.read(rules) + more;
    shop.git
        .write(
            KINDS,
            kinds.replacen("ownership: {path: owner}\n", mirrored, 1),
        )
        .write(WATCH, watch)
        .write(CART, cart)
        .write(rules, text)
        .commit("cart looks at pay");
    shop.pull_request()
        .write(PAY, service("pay", "platform", 5))
        .commit("pay is scaled");
    shop
}

fn gate(shop: &Shop, actor: &str) -> Ran {
    shop.run(&["check"]).exits(0);
    shop.gate(actor, &[])
}

#[test]
fn what_a_computed_value_fires_needs_a_right_of_its_own() {
    gate(&shop("", ""), "sam")
        .says("watch")
        .says("denied   for kim, not for sam")
        .exits(1);
}

#[test]
fn what_is_left_to_its_cause_is_allowed_with_it() {
    let left = shop("causedBy: permitted\n", "");
    gate(&left, "sam").exits(0);
    left.run(&[
        "plan", "--base", "main", "--head", "pr", "--actor", "sam", "--full",
    ])
    .says("what causes it is allowed, step 2");
    // Who may not scale pay may not do what follows from it either.
    gate(&left, "vera")
        .says("2 of 2 steps are not allowed")
        .exits(1);
}

#[test]
fn what_is_left_to_its_cause_can_be_forbidden() {
    let forbid =
        "@title(\"watching\") forbid (principal, action == Action::\"watch\", resource);\n";
    gate(&shop("causedBy: permitted\n", forbid), "sam")
        .says("forbidden")
        .exits(1);
    let own = "permissions: {execute: {users: kim}}\n";
    let asked = shop("causedBy: permitted\n", "");
    // By itself it is as any other action.
    let watch = asked.git.read(WATCH).replace(
        "trigger: {changed: [properties.theirs]}",
        "trigger: {changed: [properties.note]}",
    );
    assert!(watch.contains(own), "{watch}");
    asked
        .git
        .switch("main")
        .write(WATCH, watch)
        .commit("watch a note");
    let cart = asked
        .git
        .read(CART)
        .replace("properties:\n", "properties:\n  note: x\n");
    asked
        .git
        .branch("other", "main")
        .write(CART, cart)
        .commit("a note");
    asked
        .run(&[
            "gate", "--base", "main", "--head", "other", "--actor", "lin",
        ])
        .says("for kim, not for lin")
        .exits(1);
}

//! An action that a computed value fires, and `causedBy: permitted`, which leaves the decision to
//! what caused it.

use crate::program::Ran;
use crate::shop::{CART, PAY, Shop, person, person_text, service};

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

/// Merges `pr` into main, changes main by `since`, and applies it for somebody.
fn applied(shop: &Shop, (actor, more): (&str, &[&str]), since: impl Fn()) -> Ran {
    let before = shop.git.switch("main").id("main");
    let after = shop.git.merge("pr");
    since();
    let apply = [
        "apply", "--base", &before, "--head", &after, "--actor", actor,
    ];
    let mut command = crate::program::catalogc(shop.git.root(), &[&apply[..], more].concat());
    command.env("DEPLOY_TOKEN", "x");
    crate::program::end(command)
}

/// What scales `pay` beyond 20 needs an approval of platform, and `watch` follows from it.
fn much() -> Shop {
    let shop = shop("causedBy: permitted\n", "");
    shop.git
        .write(PAY, service("pay", "platform", 30))
        .commit("much more");
    shop
}

#[test]
fn what_is_left_to_its_cause_needs_whose_agreement_that_needs() {
    let much = much();
    let gate = gate(&much, "sam");
    gate.says("2 approvals are missing").exits(1);
    let by = format!("ines@{}", much.git.id("pr"));
    much.gate("sam", &["--approval", &by]).exits(0);
    // Merged past the gate, neither is run.
    applied(&much, ("sam", &[]), || {})
        .says("1 watch  cart  refused")
        .says("2 scale  pay   refused")
        .exits(4);
}

#[test]
fn what_is_left_to_its_cause_ends_with_the_agreement_of_who_left() {
    let much = much();
    let by = format!("ines@{}", much.git.id("pr"));
    let left = || {
        much.git
            .commit_file(&person("ines"), &person_text("ines", "checkout"));
    };
    applied(&much, ("sam", &["--approval", &by]), left)
        .says("1 watch  cart  refused")
        .says("an approval does not count any more")
        .exits(4);
}

#[test]
fn what_is_left_to_a_cause_on_broken_glass_stands_on_it_too() {
    let much = much();
    let scale = "catalog/actions/scale.yaml";
    let text = much.git.read(scale).replace(
        "execute: {teams: [checkout, platform]}",
        "execute: [{teams: [checkout, platform]}, {users: sam, breakGlass: the shop is down}]",
    );
    much.git
        .switch("main")
        .write(scale, text)
        .commit("the glass");
    much.git.switch("pr").run(&["rebase", "--quiet", "main"]);
    much.git.commit_file(
        "catalog/requests/now.yaml",
        "action: break_glass\ninputs: {reason: the shop is down}\n",
    );
    much.run(&["check"]).exits(0);
    much.gate("sam", &[])
        .says("BREAK GLASS: sam takes 2 steps")
        .exits(0);
}

#[test]
fn what_somebody_asks_for_too_is_not_left_to_its_cause() {
    let shop = shop("causedBy: permitted\n", "");
    let text = shop
        .git
        .switch("main")
        .read(WATCH)
        .replace("trigger: {", "trigger: {request: true, ");
    shop.git.write(WATCH, text).commit("watch on request");
    shop.git.switch("pr").run(&["rebase", "--quiet", "main"]);
    gate(&shop, "sam").exits(0);
    shop.git
        .commit_file("catalog/requests/w.yaml", "action: watch\nentity: cart\n");
    gate(&shop, "sam")
        .says("denied   for kim, not for sam")
        .exits(1);
}

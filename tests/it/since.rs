//! What a landing is judged by beside rules: definitions of an export that has entities too, and
//! conflicts that are declared since it was merged.

use crate::program::Ran;
use crate::shop::{CART, Shop, service};

const EXPORT: &str = "export/all.json";

/// Merges `pr` into main, lets main go on, and applies it.
fn landed(shop: &Shop, since: impl Fn()) -> Ran {
    let before = shop.git.switch("main").id("main");
    let after = shop.git.merge("pr");
    since();
    shop.run(&[
        "apply", "--base", &before, "--head", &after, "--actor", "lin",
    ])
}

/// Jobs, as somebody else's portal exports them: who may `poke` one stands beside them.
fn export(who: &str, n: u32) -> String {
    serde_json::json!({
        "blueprints": [{
            "identifier": "Job",
            "schema": {"properties": {"n": {"type": "number"}}},
        }],
        "entities": [{"identifier": "night", "blueprint": "Job", "properties": {"n": n}}],
        "actions": [{
            "identifier": "poke",
            "trigger": {
                "type": "self-service",
                "operation": "DAY-2",
                "blueprintIdentifier": "Job",
                "userInputs": {"properties": {}, "required": []},
            },
            "invocationMethod": {"type": "WEBHOOK", "url": "https://deploy.example/poke"},
            "permissions": {"execute": {"users": [who]}},
        }],
    })
    .to_string()
}

fn exported() -> Shop {
    let shop = Shop::new();
    let settings =
        shop.git.read("catalogc.yaml") + "sources:\n  - {glob: \"export/*.json\", reader: port}\n";
    shop.git
        .write("catalogc.yaml", settings)
        .write(EXPORT, export("lin", 1))
        .commit("an export");
    shop.run(&["check"]).exits(0);
    shop.pull_request().commit_file(
        "catalog/requests/poke.yaml",
        "action: poke\nentity: night\n",
    );
    shop.gate("lin", &[]).says("allowed: 1 step").exits(0);
    shop
}

#[test]
fn definitions_beside_entities_that_changed_since_are_not_those_of_the_gate() {
    let shop = exported();
    let other = || _ = shop.git.commit_file(EXPORT, &export("kim", 1));
    landed(&shop, other)
        .says("export/all.json has definitions beside entities, and its definitions are others by now")
        .exits(4);
}

#[test]
fn entities_beside_definitions_that_changed_since_are_those_of_the_gate() {
    let shop = exported();
    let other = || _ = shop.git.commit_file(EXPORT, &export("lin", 2));
    // It is called: that nobody is there who answers is another matter.
    landed(&shop, other)
        .says("failed: 0 of 1 steps done, 1 failed")
        .exits(4);
}

#[test]
fn what_conflicts_by_now_does_not_run_together() {
    let shop = Shop::new();
    let note = "identifier: noted\noperation: day-2\nblueprint: Service\n\
        trigger: {changed: [properties.note]}\npermissions: {execute: {teams: checkout}}\n";
    let path = "catalog/actions/noted.yaml";
    shop.git.commit_file(path, note);
    let text = service("cart", "checkout", 5).replace("relations", "  note: x\nrelations");
    shop.pull_request().commit_file(CART, &text);
    shop.gate("lin", &[]).says("allowed: 2 steps").exits(0);
    let other = format!("{note}conflicts: [scale]\n");
    let other = || _ = shop.git.commit_file(path, &other);
    landed(&shop, other)
        .says("noted and scale of cart conflict now")
        .says("2 refused")
        .exits(4);
}

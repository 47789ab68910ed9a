//! Whether a saved plan is still true, as `catalogc verify` says it.

use crate::program::Ran;
use crate::shop::{self, CART, PAY, Shop};

const SCALE: &str = "catalog/actions/scale.yaml";

/// A pull request of lin's that scales cart to 7, planned and saved.
fn planned() -> Shop {
    let shop = Shop::new();
    let git = shop.pull_request();
    git.commit_file(CART, &shop::service("cart", "checkout", 7));
    git.switch("main");
    let plan = ["plan", "--base", "main", "--head", "pr", "--actor", "lin"];
    shop.run(&[&plan[..], &["--out", "plan.json"]].concat())
        .exits(0);
    shop
}

fn verify(shop: &Shop) -> Ran {
    shop.run(&["verify", "plan.json", "--against", "main"])
}

#[test]
fn what_has_nothing_to_do_with_it_leaves_a_plan_true() {
    let shop = planned();
    verify(&shop).says("ok: plan ").exits(0);
    shop.git
        .commit_file(PAY, &shop::service("pay", "platform", 9));
    verify(&shop)
        .says(" holds on main at ")
        .says("its step is the same")
        .exits(0);
}

#[test]
fn a_fact_that_moved_is_named_with_its_step() {
    let shop = planned();
    let titled = shop::service("cart", "checkout", 3) + "title: The cart\n";
    shop.git.commit_file(CART, &titled);
    verify(&shop).says("ok: plan ").exits(0);
    let text = shop.git.read(SCALE);
    shop.git
        .commit_file(SCALE, &text.replace("timeout: 2m", "timeout: 3m"));
    verify(&shop)
        .says("stale: step 1 relied on how scale is defined, changed in main since")
        .says("~ 1 scale cart: the action or what it calls is defined otherwise")
        .exits(3);
}

#[test]
fn a_verdict_that_moved_is_told_with_its_reason() {
    let shop = planned();
    shop.git
        .commit_file(&shop::person("lin"), &shop::person_text("lin", ""));
    verify(&shop)
        .says("stale: step 1 was allowed, and is denied now")
        .says("! 1 scale cart: was allowed, is denied now: for checkout or platform, not for lin")
        .exits(3);
}

#[test]
fn what_was_merged_since_is_not_planned_any_more() {
    let shop = planned();
    shop.git.merge("pr");
    verify(&shop)
        .says("stale: step 1 is not in a plan against main any more")
        .says("- 1 scale cart: not planned any more")
        .says("next: make the plan again with `catalogc plan --base main --head ")
        .says(" --actor lin --out plan.json`; ")
        .exits(3);
}

#[test]
fn a_result_with_mistakes_is_told_as_such() {
    let shop = planned();
    shop.git
        .commit_file(CART, &shop::service("cart", "checkout", 4));
    verify(&shop).says("E0004").exits(1);
}

#[test]
fn a_definition_that_the_target_has_by_now_is_no_change_any_more() {
    let shop = Shop::new();
    let (old, new) = ("timeout: 2m", "timeout: 3m");
    let text = shop.git.read(SCALE).replace(old, new);
    shop.pull_request().commit_file(SCALE, &text);
    shop.git.switch("main");
    let plan = ["plan", "--base", "main", "--head", "pr", "--actor", "kim"];
    shop.run(&[&plan[..], &["--out", "plan.json"]].concat())
        .exits(0);
    verify(&shop).says("ok: plan ").exits(0);
    shop.git.commit_file(SCALE, &text);
    verify(&shop)
        .says("stale: catalog/actions/scale.yaml is changed already in main")
        .exits(3);
}

#[test]
fn a_hidden_value_that_did_not_change_leaves_a_plan_true() {
    let shop = Shop::new();
    let kinds = "catalog/blueprints/kinds.yaml";
    let text = shop.git.read(kinds);
    let marked = "note: {type: string}\n    token: {type: string, secret: true}";
    shop.git
        .commit_file(kinds, &text.replace("note: {type: string}", marked));
    let cart = shop::service("cart", "checkout", 7);
    let git = shop.pull_request();
    git.commit_file(
        CART,
        &cart.replace("replicas: 7", "replicas: 7\n  token: quite-some-words-81"),
    );
    git.switch("main");
    let plan = ["plan", "--base", "main", "--head", "pr", "--actor", "lin"];
    shop.run(&[&plan[..], &["--out", "plan.json"]].concat())
        .says("***")
        .exits(0);
    shop.git
        .commit_file(PAY, &shop::service("pay", "platform", 9));
    verify(&shop).says("ok: plan ").exits(0);
}

#[test]
fn what_no_digest_seals_is_compared_with_its_commits() {
    let shop = planned();
    let plan = shop.git.read("plan.json");
    let mut edits = Vec::new();
    let mut edited: serde_json::Value = serde_json::from_str(&plan).unwrap();
    edited["footprint"]["reads"] = serde_json::json!([{"what": "settings", "digest": "0"}]);
    edits.push(("`footprint`: edited by hand", edited));
    let mut edited: serde_json::Value = serde_json::from_str(&plan).unwrap();
    edited["steps"][0]["decisions"][0]["reasons"] = serde_json::json!([]);
    edits.push(("`decisions` of step 1: edited by hand", edited));
    let mut edited: serde_json::Value = serde_json::from_str(&plan).unwrap();
    edited["steps"][0]["writes"] = serde_json::json!([]);
    edits.push(("`writes` of step 1: edited by hand", edited));
    let mut edited: serde_json::Value = serde_json::from_str(&plan).unwrap();
    edited["rights"]["asked"] = serde_json::json!(7);
    edits.push(("`rights`: edited by hand", edited));
    for (words, edited) in edits {
        shop.git.write("plan.json", format!("{edited}\n"));
        verify(&shop)
            .says("stale: this plan file is not what its commits say")
            .says(words)
            .exits(3);
    }
    shop.git.write("plan.json", &plan);
    verify(&shop).says("ok: plan ").exits(0);
}

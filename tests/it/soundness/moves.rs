//! Rules about paths, and what moves from one path to another.

use crate::shop::{CART, Shop, service};

const SCALE: &str = "catalog/actions/scale.yaml";

/// A shop with a further rule on main.
fn ruled(rule: &str) -> Shop {
    let shop = Shop::new();
    shop.git.commit_file("catalog/policies/lin.cedar", rule);
    shop
}

/// lin may define what stands in one folder.
const FOLDER: &str = "permit (principal == User::\"lin\", action == Action::\"define\", resource)\nwhen { context.path like \"catalog/actions/shop/*\" };\n";

/// lin may define all but one action.
const ALL_BUT_SCALE: &str = "permit (principal == User::\"lin\", action == Action::\"define\", resource);\nforbid (principal == User::\"lin\", action == Action::\"define\", resource)\nwhen { context.path == \"catalog/actions/scale.yaml\" };\n";

#[test]
fn a_definition_that_moves_is_defined_at_both_paths() {
    let moved = "catalog/actions/shop/scale.yaml";
    for (rule, is_edited) in [
        (FOLDER, true),
        (FOLDER, false),
        (ALL_BUT_SCALE, true),
        (ALL_BUT_SCALE, false),
    ] {
        let shop = ruled(rule);
        let text = shop.git.read(SCALE);
        let text = if is_edited {
            text.replace("deploy.example/scale", "deploy.example/other")
        } else {
            text
        };
        shop.pull_request().remove(SCALE).commit_file(moved, &text);
        let ran = shop.gate("lin", &[]);
        ran.says("action scale moves to catalog/actions/shop/scale.yaml")
            .says("moves here from catalog/actions/scale.yaml")
            .exits(1);
        // Who may define both may move it.
        shop.gate("kim", &[]).says("1 definition changes").exits(0);
    }
}

#[test]
fn a_definition_that_moves_behind_another_document_is_defined_at_both_paths() {
    let shop = ruled(ALL_BUT_SCALE);
    let restart = "catalog/actions/restart.yaml";
    let both = format!("{}---\n{}", shop.git.read(restart), shop.git.read(SCALE));
    shop.pull_request()
        .remove(SCALE)
        .commit_file(restart, &both.replace("replicas > 20", "replicas > 40"));
    let said = "action scale moves to catalog/actions/restart.yaml";
    shop.gate("lin", &[]).says(said).exits(1);
    shop.gate("kim", &[]).exits(0);
}

#[test]
fn a_blueprint_that_moves_is_defined_at_both_paths() {
    let forbid = ALL_BUT_SCALE.replace("actions/scale", "blueprints/kinds");
    let shop = ruled(&forbid);
    let kinds = "catalog/blueprints/kinds.yaml";
    let text = shop.git.read(kinds).replace("maximum: 50", "maximum: 5000");
    shop.pull_request()
        .remove(kinds)
        .commit_file("catalog/blueprints/k.yaml", &text);
    shop.gate("lin", &[])
        .says("blueprint Service moves to catalog/blueprints/k.yaml")
        .exits(1);
}

/// The file of an entity is no part of its step: where it moves, both paths are `meta`.
#[test]
fn the_file_of_an_entity_moves_where_nothing_forbids_it() {
    let moved = "catalog/entities/services/c.yaml";
    let keep = "forbid (principal == User::\"lin\", action == Action::\"meta\", resource)\nwhen { context.path == \"catalog/entities/services/cart.yaml\" };\n";
    for replicas in [3, 5] {
        for (rule, code) in [("", 0), (keep, 1)] {
            let shop = ruled(rule);
            shop.pull_request()
                .remove(CART)
                .commit_file(moved, &service("cart", "checkout", replicas));
            let ran = shop.gate("lin", &["--full"]);
            assert_eq!(ran.code, Some(code), "{replicas} {rule:?}: {ran}");
            ran.says(CART);
        }
    }
}

//! Keys of an action one level too high, and names where it is to be said what they name.

use crate::shop::Shop;

const RESTART: &str = "catalog/actions/restart.yaml";

#[test]
fn a_key_one_level_too_high_is_told_where_it_stands() {
    let shop = Shop::new();
    let whole = shop.git.read(RESTART);
    let permissions = "permissions:\n  execute: {teams: [checkout, platform]}";
    for (written, help) in [
        (
            "permissions: {teams: [checkout]}",
            "write it below `execute`",
        ),
        (
            "permissions: {execute: [checkout]}",
            "write `{teams: [checkout]}` or `{users: [checkout]}`",
        ),
        (
            "permissions: {execute: {teams: ['Team::\"checkout\"']}}",
            "write `checkout`: a list of names has identifiers alone",
        ),
        (
            "execute: {teams: [checkout]}",
            "write it below `permissions`",
        ),
        ("from: {words: .after.title}", "write it below `inputs`"),
        ("approval: [{teams: [platform]}]", "write it below `by`"),
        (
            "approval: [{by: platform}]",
            "write `{teams: [platform]}` or `{users: [platform]}`",
        ),
        (
            "approval: [{by: {owners: both}}]",
            "write `[before, after]`",
        ),
    ] {
        assert!(whole.contains(permissions), "the shop has no such action");
        shop.git.write(RESTART, whole.replace(permissions, written));
        shop.run(&["check"]).says(help).exits(1);
    }
}

#[test]
fn an_input_that_nothing_fills_is_filled_by_what_the_entity_has() {
    let shop = Shop::new();
    let path = "catalog/actions/scale.yaml";
    let whole = shop.git.read(path);
    let from = "  from: {replicas: .after.properties.replicas}\n";
    shop.git.write(path, whole.replace(from, ""));
    shop.run(&["check"])
        .says("write `from: {replicas: .after.properties.replicas}` below `inputs`")
        .exits(1);
}

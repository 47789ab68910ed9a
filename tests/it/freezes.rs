//! Times in which some steps are not taken, whoever asks, and what lifts them.

use crate::shop::{CART, PAY, Shop, lines, service};

/// Asks for an action in a file of that name.
fn ask(shop: &Shop, name: &str, text: &str) {
    shop.git
        .write(&format!("catalog/requests/{name}.yaml"), text);
}

/// The shop with a freeze of what changes the services of checkout.
fn frozen() -> Shop {
    let shop = Shop::new();
    let freezes = "freezes:\n  - name: holidays\n    windows:\n      - {from: 2026-12-20T00:00:00Z, until: 2027-01-04T08:00:00Z}\n    reason: nobody is there\n    blueprints: [Service]\n    teams: [checkout]\n";
    let settings = shop.git.read("catalogc.yaml") + freezes;
    shop.git
        .switch("main")
        .commit_file("catalogc.yaml", &settings);
    shop
}

#[test]
fn what_is_frozen_is_not_done_until_the_end_or_an_override() {
    let shop = frozen();
    shop.pull_request()
        .commit_file(CART, &service("cart", "checkout", 5));
    let at = |now| ["--now", now];
    let in_it = at("2026-12-24T12:00:00Z");
    let ran = shop.gate("lin", &in_it);
    ran.exits(1);
    let said = ran.said().split_whitespace().collect::<Vec<_>>().join(" ");
    let words = "the freeze holidays ends 2027-01-04 08:00 UTC, nobody is there; kim or vera may lift it with a request `action: override`, `inputs: {freezes: [holidays]}`";
    assert!(said.contains(words), "{said}");
    shop.gate("lin", &at("2026-12-19T23:59:59Z")).exits(0);
    shop.gate("lin", &at("2027-01-04T08:00:00Z")).exits(0);
    // Nobody can tell without knowing which moment it is.
    shop.gate("lin", &[])
        .says("the freeze `holidays`")
        .says("--now")
        .exits(2);
    // Who may scale may not therefore lift it.
    ask(
        &shop,
        "lift",
        "action: override\ninputs: {freezes: [holidays], reason: it is down}\n",
    );
    shop.git.commit("lifted");
    let words = "OVERRIDE: lin may not lift the freeze holidays, which ends 2027-01-04 08:00 UTC, because: it is down; without it 1 step is denied: scale on cart";
    let says = |actor: &str, words: &str| {
        let ran = shop.gate(actor, &in_it);
        let said = ran.said().split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains(words), "{said}");
        assert!(!said.contains("nobody may ask"), "{said}");
        ran
    };
    says("lin", words).exits(1);
    says("kim", "OVERRIDE: kim lifts the freeze holidays");
}

#[test]
fn what_is_not_frozen_is_done() {
    let shop = frozen();
    shop.pull_request()
        .commit_file(PAY, &service("pay", "platform", 5));
    shop.gate("sam", &["--now", "2026-12-24T12:00:00Z"])
        .exits(0);
}

#[test]
fn what_is_handed_over_to_the_frozen_is_frozen() {
    let shop = frozen();
    shop.pull_request()
        .commit_file(PAY, &service("pay", "checkout", 2));
    let ran = shop.gate("sam", &["--now", "2026-12-24T12:00:00Z"]);
    ran.says("the freeze holidays").exits(1);
}

#[test]
fn what_is_merged_before_a_freeze_is_not_run_in_it() {
    let shop = Shop::new();
    let freezes = "freezes: [{name: always, windows: {from: 2000-01-01T00:00:00Z, until: 2999-01-01T00:00:00Z}, actions: announce}]\n";
    let settings = shop.git.read("catalogc.yaml") + freezes;
    shop.git
        .switch("main")
        .commit_file("catalogc.yaml", &settings);
    shop.pull_request();
    ask(
        &shop,
        "one",
        "action: announce\nentity: cart\ninputs: {words: all is well}\n",
    );
    shop.git.commit("asked");
    shop.gate("lin", &["--now", "1999-01-01T00:00:00Z"])
        .exits(0);
    let before = shop.git.switch("main").id("main");
    let after = shop.git.merge("pr");
    let ran = shop.run(&[
        "apply", "--base", &before, "--head", &after, "--actor", "lin",
    ]);
    ran.says("the freeze always");
    assert_ne!(ran.code, Some(0), "{ran}");
    assert_eq!(lines(&shop.announced), 0);
}

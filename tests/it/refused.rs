//! What refuses a plan whatever the rules say of its steps.

use crate::shop::{CART, PAY, Shop, lines, person, person_text, service};

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

/// That the plan of somebody is refused with these words, wherever their lines end.
fn is_refused(shop: &Shop, actor: &str, words: &[&str]) {
    let ran = shop.gate(actor, &[]);
    ran.exits(1);
    let said = ran.said();
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    for words in words {
        assert!(said.contains(words), "no `{words}` in: {said}");
    }
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
    is_refused(
        &shop,
        "lin",
        &["denied", words, asked, "catalog/actions/lock.yaml:8"],
    );
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
    is_refused(&shop, "kim", &["two steps of basket conflict"]);
}

#[test]
fn what_two_requests_ask_for_alike_is_one_step_with_both() {
    let shop = Shop::new();
    shop.pull_request();
    ask(
        &shop,
        "one",
        "action: announce\nentity: cart\ninputs: {words: all is well}\n",
    );
    ask(
        &shop,
        "two",
        "action: announce\nentity: cart\ninputs: {words: all is well}\n",
    );
    shop.git.commit("asked twice");
    let plan = shop.planned("lin");
    let [step] = plan.steps.as_slice() else {
        panic!("{:?}", plan.steps);
    };
    assert_eq!(step.request_ids().collect::<Vec<_>>(), ["one", "two"]);
    assert_eq!(plan.requests().collect::<Vec<_>>(), ["one", "two"]);
    let before = shop.git.switch("main").id("main");
    let after = shop.git.merge("pr");
    let merged = [
        "apply", "--base", &before, "--head", &after, "--actor", "lin",
    ];
    shop.run(&merged).exits(0);
    assert_eq!(lines(&shop.announced), 1);
    // Each of the ids is spent: neither file asks again, wherever it is written.
    for (n, name) in ["one", "two"].into_iter().enumerate() {
        shop.git
            .switch("main")
            .remove(&format!("catalog/requests/{name}.yaml"));
        shop.git.commit("tidied up");
        shop.git.branch(&format!("again-{n}"), "main");
        let text = format!("id: {name}\naction: announce\nentity: pay\n");
        shop.git.commit_file("catalog/requests/other.yaml", &text);
        let head = format!("again-{n}");
        let gate = ["gate", "--base", "main", "--head", &head, "--actor", "lin"];
        let spent = format!("the request {name} ran already");
        shop.run(&gate).says(&spent).exits(1);
    }
}

#[test]
fn a_change_and_a_request_that_ask_for_the_same_are_one_step() {
    let shop = scaled_by_request();
    shop.pull_request()
        .write(CART, service("cart", "checkout", 5));
    ask(
        &shop,
        "more",
        "action: scale\nentity: cart\ninputs: {replicas: 5.0}\n",
    );
    shop.git.commit("changed and asked for");
    let plan = shop.planned("lin");
    let [step] = plan.steps.as_slice() else {
        panic!("{:?}", plan.steps);
    };
    assert_eq!(step.changes.len(), 1);
    assert_eq!(step.request_ids().collect::<Vec<_>>(), ["more"]);
    assert_eq!(step.because.len(), 2, "{:?}", step.because);
    shop.gate("lin", &[]).says("allowed: 1 step").exits(0);
}

#[test]
fn what_is_asked_for_with_other_inputs_is_refused_with_both_places() {
    let shop = scaled_by_request();
    shop.pull_request()
        .write(CART, service("cart", "checkout", 5));
    ask(
        &shop,
        "more",
        "action: scale\nentity: cart\ninputs: {replicas: 6}\n",
    );
    shop.git.commit("changed and asked for");
    let words = "scale is asked for twice of cart, and not with the same replicas, at catalog/entities/services/cart.yaml:4:13 and here";
    is_refused(&shop, "lin", &[words, "(catalog/requests/more.yaml:1)"]);
}

/// The shop, whose services are scaled by requests too.
fn scaled_by_request() -> Shop {
    let shop = Shop::new();
    let path = "catalog/actions/scale.yaml";
    let scale = shop.git.read(path);
    let scale = scale.replace("trigger: {", "trigger: {request: true, ");
    shop.git.switch("main").commit_file(path, &scale);
    shop
}

/// The shop with these guards.
fn guarded(guards: &str) -> Shop {
    let shop = Shop::new();
    let settings = shop.git.read("catalogc.yaml") + guards;
    shop.git
        .switch("main")
        .commit_file("catalogc.yaml", &settings);
    shop
}

#[test]
fn each_guard_is_lifted_by_its_own_exact_number() {
    let shop = guarded(
        "guards:\n  updates: 1\n  per_team: {checkout: {updates: 0}}\n  per_blueprint: {Service: {updates: 5}}\n",
    );
    shop.pull_request()
        .write(CART, service("cart", "checkout", 5))
        .write(PAY, service("pay", "platform", 5));
    shop.git.commit("two change");
    let words = [
        "2 entities are changed, the guard is 1",
        "1 entity of checkout is changed, the guard is 0; ask for it with a request `action: override`, `inputs: {updates: 2, per_team: {checkout: {updates: 1}}}`",
    ];
    is_refused(&shop, "kim", &words);
    let lift = "catalog/requests/lift.yaml";
    let all = "action: override\ninputs: {updates: 2}\n";
    shop.git.commit_file(lift, all);
    is_refused(&shop, "kim", &[words[1].split_once(';').unwrap().0]);
    let both = "action: override\ninputs: {updates: 2, per_team: {checkout: {updates: 1}}}\n";
    shop.git.commit_file(lift, both);
    shop.gate("sam", &[]).does_not_say("the guard is").exits(1);
    assert!(shop.planned("kim").refusals.is_empty());
}

#[test]
fn creations_and_changes_of_authority_have_guards() {
    let shop = guarded("guards: {creates: 0, authority: 0}\n");
    shop.pull_request()
        .write(&person("new"), person_text("new", "checkout"));
    shop.git.commit("one more");
    let words = [
        "1 entity is created, the guard is 0",
        "1 entity is let in, let out, or given another login, the guard is 0",
        "`inputs: {creates: 1, authority: 1}`",
    ];
    is_refused(&shop, "kim", &words);
}

#[test]
fn an_override_that_names_no_guard_is_an_error() {
    let shop = Shop::new();
    shop.pull_request();
    ask(&shop, "lift", "action: override\ninputs: {delets: 3}\n");
    shop.git.commit("lifted");
    shop.run(&["check"])
        .says("E0502")
        .says("`deletes`")
        .exits(1);
}

#[test]
fn a_plan_has_no_more_steps_and_bytes_than_the_target_says() {
    let shop = guarded("limits: {plan_steps: 1}\n");
    shop.pull_request()
        .write(CART, service("cart", "checkout", 5))
        .write(PAY, service("pay", "platform", 5));
    shop.git.commit("two change");
    shop.gate("kim", &[])
        .says("E0516")
        .says("the plan has 2 steps, the limit is 1")
        .exits(1);
    let small = guarded("limits: {plan_bytes: 100}\n");
    small
        .pull_request()
        .commit_file(CART, &service("cart", "checkout", 5));
    small
        .plan("lin")
        .says("the plan has more than 100 bytes")
        .exits(1);
}

/// The shop, whose services are scaled and restarted only while they are small.
fn small_alone() -> Shop {
    let shop = Shop::new();
    for name in ["scale", "restart"] {
        let path = format!("catalog/actions/{name}.yaml");
        let text = shop.git.read(&path);
        let asked = "precondition:\n  - when: .entity.properties.replicas <= 10\n    message: more than 10 are scaled by hand, ask platform\n";
        shop.git.switch("main").commit_file(&path, &(text + asked));
    }
    shop
}

#[test]
fn a_precondition_is_asked_of_the_result() {
    let shop = small_alone();
    shop.pull_request()
        .commit_file(CART, &service("cart", "checkout", 11));
    let words = "more than 10 are scaled by hand, ask platform (in the result: replicas 11)";
    is_refused(
        &shop,
        "lin",
        &["denied", words, "catalog/actions/scale.yaml:"],
    );
    shop.git.commit_file(CART, &service("cart", "checkout", 10));
    shop.gate("lin", &[]).exits(0);
}

#[test]
fn a_precondition_is_asked_of_the_target_too() {
    let shop = small_alone();
    shop.git
        .switch("main")
        .commit_file(CART, &service("cart", "checkout", 30));
    shop.pull_request()
        .write(CART, service("cart", "checkout", 5));
    ask(&shop, "again", "action: restart\nentity: cart\n");
    shop.git.commit("fewer, and again");
    let words = "more than 10 are scaled by hand, ask platform (on the target: replicas 30)";
    is_refused(&shop, "kim", &[words]);
    is_refused(&shop, "lin", &[words, "nobody may ask for it"]);
    shop.git.switch("main");
    shop.run(&["can", "lin", "restart", "cart"])
        .says("more than 10")
        .exits(1);
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
    shop.gate("lin", &in_it)
        .says("denied")
        .does_not_say("the freeze")
        .exits(1);
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

#[test]
fn a_deletion_of_what_is_used_is_one_finding_with_all_its_users() {
    let shop = Shop::new();
    let using = |name: &str| {
        service(name, "checkout", 3).replace("{owner: checkout}", "{owner: checkout, uses: [pay]}")
    };
    let main = shop.git.switch("main");
    main.write(CART, using("cart"));
    main.write("catalog/entities/services/list.yaml", using("list"));
    main.commit("both use pay");
    shop.pull_request().remove(PAY).commit("no pay");
    let words = "Service `pay` of catalog/entities/services/pay.yaml:1 is deleted here, and 2 places still point at it";
    let users = ["error[E0517]", words, "uses of cart", "uses of list"];
    is_refused(&shop, "kim", &users);
    shop.plan("kim").does_not_say("E0301").exits(1);
}

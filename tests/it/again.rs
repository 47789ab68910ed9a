//! `retry` and `resolve` are decided too: by the rules and people of the present tip, for whoever
//! asks for them.

use crate::apply::{Asks, SECRETS, killed};
use crate::backend::{Backend, Fault};
use crate::program::{Ran, catalogc, end};
use crate::shop::{self, CART, Shop, person, person_text};

/// A landing of somebody's whose second call failed, and the name of its step.
fn failed(shop: &Shop, backend: &Backend, actor: &str) -> String {
    backend.fail("/verify", Fault::Status(422), 1);
    let before = shop.git.switch("main").id("main");
    let after = shop.git.merge("pr");
    let ran = run(
        shop,
        &[
            "apply", "--base", &before, "--head", &after, "--actor", actor,
        ],
    );
    ran.exits(4);
    let step = ran.stdout.split("`catalogc retry ").nth(1);
    let step = step.and_then(|rest| rest.split('`').next());
    step.unwrap_or_else(|| panic!("{ran}")).to_owned()
}

fn run(shop: &Shop, arguments: &[&str]) -> Ran {
    let mut command = catalogc(shop.git.root(), arguments);
    command.envs(SECRETS).env("CATALOGC_TEST_AHEAD", "60");
    end(command)
}

#[test]
fn who_runs_a_step_again_must_be_allowed_it_now() {
    let backend = Backend::start();
    let shop = Shop::with(&backend);
    shop.pull_request()
        .commit_file(CART, &shop::service("cart", "checkout", 5));
    let step = failed(&shop, &backend, "lin");
    let received = backend.received().len();
    run(&shop, &["retry", &step, "--actor", "kim"])
        .says(&format!(
            "denied: kim may not run {step} again, scale on cart"
        ))
        .says("for checkout or platform, not for kim")
        .says("ask ines or lin or mia or sam, who may")
        .exits(1);
    run(&shop, &["retry", &step, "--actor", "mallory"])
        .says("mallory is nobody in the catalog")
        .exits(1);
    run(&shop, &["retry", &step, "--actor-id", "sam=4"]).exits(2);
    // mia left since, and what the tip says counts.
    shop.git
        .commit_file(&person("mia"), &person_text("mia", ""));
    run(&shop, &["retry", &step, "--actor", "mia"]).exits(1);
    assert_eq!(backend.received().len(), received);
    run(
        &shop,
        &["retry", &step, "--actor", "sam", "--actor-id", "sam=4"],
    )
    .exits(0);
    let audit = run(&shop, &["audit", &step]);
    audit.says("retried   by sam; sam is in platform").exits(0);
}

#[test]
fn what_was_merged_with_an_account_is_run_again_by_it() {
    let backend = Backend::start();
    let shop = Shop::with(&backend);
    shop.pull_request()
        .commit_file(CART, &shop::service("cart", "checkout", 5));
    backend.fail("/verify", Fault::Status(422), 1);
    let before = shop.git.switch("main").id("main");
    let after = shop.git.merge("pr");
    let apply = [
        "apply", "--base", &before, "--head", &after, "--actor", "lin",
    ];
    let ran = run(&shop, &[&apply[..], &["--actor-id", "lin=4"]].concat());
    let step = ran.exits(4).split("`catalogc retry ").nth(1).unwrap();
    let step = step.split('`').next().unwrap().to_owned();
    run(&shop, &["retry", &step, "--actor-id", "lin=7"])
        .says("lin has the id 7 here and had 4 when it was merged")
        .exits(2);
    run(&shop, &["retry", &step, "--actor-id", "lin=4"]).exits(0);
    run(&shop, &["audit", "verify"]).exits(0);
}

#[test]
fn a_broken_glass_lets_the_same_people_run_it_again_and_no_others() {
    let backend = Backend::start();
    let shop = Shop::with(&backend);
    let rule = "@break_glass(\"when production is down\")\npermit (principal == User::\"kim\", action in [Action::\"scale\", Action::\"override\"], resource);\n";
    shop.git.commit_file("catalog/policies/glass.cedar", rule);
    shop.pull_request()
        .write(CART, shop::service("cart", "checkout", 5))
        .write(
            "catalog/requests/incident.yaml",
            "action: break_glass\ninputs: {reason: incident 4711}\n",
        )
        .commit("more replicas, at once");
    let step = failed(&shop, &backend, "kim");
    run(&shop, &["retry", &step, "--actor", "vera"])
        .says("vera may not run")
        .exits(1);
    run(&shop, &["retry", &step, "--actor", "kim"]).exits(0);
    run(&shop, &["audit", &step])
        .says("retried   by kim;")
        .says("break glass")
        .exits(0);
    // What stood on the ordinary rules is not run again by a broken glass.
    let shop = Shop::with(&backend);
    shop.git.commit_file("catalog/policies/glass.cedar", rule);
    shop.pull_request()
        .write(CART, shop::service("cart", "checkout", 6))
        .write(
            "catalog/requests/incident.yaml",
            "action: break_glass\ninputs: {reason: incident 4711}\n",
        )
        .commit("more replicas, as every day");
    let step = failed(&shop, &backend, "lin");
    run(&shop, &["retry", &step, "--actor", "kim"])
        .says("allowed by breaking the glass only")
        .exits(1);
    run(&shop, &["retry", &step]).exits(0);
}

#[test]
fn nobody_settles_a_call_where_a_rule_cannot_be_read() {
    let (world, last) = killed(Asks::Announce, "after-intent", 1).unwrap();
    let step = last.exits(5).split("catalogc resolve ").nth(1);
    let step = step.and_then(|rest| rest.split(' ').next()).unwrap();
    let job = world.job();
    let settle = [
        "resolve", step, "--done", "--actor", "kim", "--reason", "seen",
    ];
    let unread = b"forbid (principal, action == Action::\"override\", resource);\n\xff\xfe";
    job.write("catalog/policies/forbid.cedar", unread)
        .commit("a rule that is no text");
    crate::program::run(job.root(), &settle)
        .says(&format!("denied: kim may not settle {step}"))
        .says("the present definitions are broken: the file is not UTF-8")
        .exits(1);
    // Where it stands as it was, the same is allowed.
    let before = [&settle[..], &["--target", "HEAD~1"]].concat();
    crate::program::run(job.root(), &before).exits(0);
}

//! `catalogc status`, and what `get`, `plan` and the comment after a run say of what is open.

use serde_json::Value as Json;

use crate::apply::{AHEAD, Asks, KILL_AT, LATER, SECRETS, World};
use crate::backend::{Backend, Fault};
use crate::program::{Ran, catalogc, end};
use crate::shop::{self, CART, Shop};

/// A shop in which lin asked for more replicas and a restart of `cart`, and the second call of the
/// first failed.
fn failed(backend: &Backend) -> (Shop, Ran) {
    let shop = Shop::with(backend);
    backend.fail("/verify", Fault::Status(422), 1);
    let git = shop.pull_request();
    git.write(CART, shop::service("cart", "checkout", 5));
    git.write(
        "catalog/requests/restart-1.yaml",
        "action: restart\nentity: cart\n",
    );
    git.commit("a pull request");
    shop.git.switch("main").merge("pr");
    let ran = ask(
        &shop,
        &[
            "apply", "--base", "main~1", "--head", "main", "--actor", "lin", "--format", "markdown",
        ],
    );
    (shop, ran)
}

fn ask(shop: &Shop, arguments: &[&str]) -> Ran {
    let mut command = catalogc(shop.git.root(), arguments);
    command.envs(SECRETS).envs([LATER]);
    end(command)
}

#[test]
fn what_failed_is_open_until_it_is_done_again() {
    let backend = Backend::start();
    let (shop, ran) = failed(&backend);
    ran.exits(4);
    let status = ask(&shop, &["status"]);
    status.exits(4);
    status
        .says("open: 1 step failed, 1 step skipped\n")
        .says("scale    cart  failed  since 20")
        .says("restart  cart  skipped  since 20")
        .says("    next     repair the cause, then `catalogc retry ")
        .says(".1` runs it too\n");
    let json = ask(&shop, &["status", "--format", "json"]);
    let json: Json = serde_json::from_str(json.exits(4)).unwrap();
    let step = json["steps"][0]["step"].as_str().unwrap().to_owned();
    assert_eq!(json["steps"][0]["state"], "failed");
    assert_eq!(json["steps"][0]["in_catalog"], true);
    ask(&shop, &["get", "cart"])
        .says("! unsettled  ")
        .says("scale is failed since 20")
        .says("next: `catalogc status` says what to do")
        .exits(0);
    ask(&shop, &["get", "pay"]).does_not_say("unsettled");
    // A plan is of two commits; what is unsettled is said beside it.
    let plan = [
        "plan", "--base", "main~1", "--head", "main", "--actor", "lin",
    ];
    let planned = ask(&shop, &plan);
    planned.exits(0);
    assert!(
        planned.stderr.contains("! cart is unsettled: "),
        "{planned}"
    );
    assert!(!planned.stdout.contains("unsettled"), "{planned}");
    ask(&shop, &["retry", &step, "--format", "markdown"])
        .says("<!-- catalogc:plan catalog=catalog -->\n### done: 2 of 2 steps")
        .exits(0);
    ask(&shop, &["status"])
        .says("ok: 1 landing, nothing is open\n")
        .exits(0);
    ask(&shop, &["get", "cart"]).does_not_say("unsettled");
}

#[test]
fn the_comment_after_a_run_says_how_each_step_ended_and_where_it_ran() {
    let backend = Backend::start();
    let (_, ran) = failed(&backend);
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert_eq!(lines[0], "<!-- catalogc:plan catalog=catalog -->", "{ran}");
    assert_eq!(
        lines[1], "### failed: 0 of 2 steps done, 1 failed, 1 skipped",
        "{ran}"
    );
    ran.says("asked for by `lin`, plan `")
        .says("```diff\n! 1 scale    cart  failed in ")
        .says("! 2 restart  cart  skipped, needs 1\n```")
        .says("**What went wrong**\n- 1: `verify")
        .says("Next: `repair the cause, then catalogc retry ");
    let world = World::new(Asks::Restart);
    let job = world.job();
    let mut command = world.command(job.root(), &[LATER]);
    command.args(["--format", "markdown"]);
    end(command)
        .says("### done: 1 of 1 steps")
        .says("| 1 | `cart` | `restart` | ")
        .exits(0);
}

#[test]
fn what_is_cut_off_is_running_and_nothing_is_open_before_the_first_run() {
    let world = World::new(Asks::Restart);
    let status = || crate::program::run(world.job().root(), &["status"]);
    status().says("ok: nothing was run yet\n").exits(0);
    let first = world.apply(&[(AHEAD, "0"), (KILL_AT, "before-poll:1")]);
    assert_eq!(first.code, None, "{first}");
    status()
        .says("open: 1 step running\n")
        .says("where no run is at work any more, `catalogc retry ")
        .exits(5);
    world.apply(&[LATER]).exits(0);
    status().says("ok: 1 landing, nothing is open\n").exits(0);
}

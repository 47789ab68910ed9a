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
    planned.says("! cart is unsettled: ");
    let form = |format: &str| ask(&shop, &[&plan[..], &["--format", format]].concat());
    form("markdown").says("! cart is unsettled: ");
    form("html").says("cart is unsettled: ");
    form("json").does_not_say("unsettled");
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
        .says("Next: repair the cause, then `catalogc retry ");
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

/// Merges a pull request that gives `cart` so many replicas; the tips before and after.
fn scaled(shop: &Shop, replicas: u32) -> [String; 2] {
    let before = shop.git.switch("main").id("main");
    let git = shop.git.branch("scale", "main");
    git.commit_file(CART, &shop::service("cart", "checkout", replicas));
    let after = shop.git.switch("main").merge("scale");
    shop.git.run(&["branch", "-q", "-D", "scale"]);
    [before, after]
}

#[test]
fn what_was_merged_and_never_run_is_told_held_and_caught_up_with() {
    let backend = Backend::start();
    let shop = Shop::with(&backend);
    let [before, after] = scaled(&shop, 5);
    let apply = [
        "apply", "--base", &before, "--head", &after, "--actor", "lin",
    ];
    ask(&shop, &apply).exits(0);
    ask(&shop, &["status"]).says("nothing is open").exits(0);
    ask(&shop, &["apply", "--catch-up"])
        .says("ok: nothing to catch up with")
        .exits(0);
    shop.git.commit_file("README.md", "nothing to run");
    let [before, after] = scaled(&shop, 6);
    let next = format!(
        "catalogc apply --base {} --head {}",
        &before[..7],
        &after[..7]
    );
    ask(&shop, &["status"])
        .says("open: 1 merge was never run")
        .says(&next)
        .exits(1);
    // Who asked is never guessed.
    for _ in 0..2 {
        ask(&shop, &["apply", "--catch-up"])
            .says(&format!(
                "held: {}: nobody said who asked for it",
                &after[..7]
            ))
            .exits(1);
    }
    ask(&shop, &["status"]).says("1 commit held").exits(1);
    let facts = format!(
        "{{\"version\": 1, \"landings\": [{{\"before\": \"{before}\", \"after\": \"{after}\", \"actors\": [\"lin\"]}}]}}"
    );
    let file = ".git/facts.json";
    shop.git.write(file, facts.replace("actors", "actor"));
    let caught = ["apply", "--catch-up", "--facts", file];
    ask(&shop, &caught).says("unknown field `actor`").exits(2);
    shop.git.write(file, &facts);
    ask(&shop, &caught).says("done: ").exits(0);
    ask(&shop, &["status"]).says("nothing is open").exits(0);
    ask(&shop, &["apply", "--facts", file]).exits(0);
    ask(&shop, &["audit", "--format", "markdown"])
        .says("| time (UTC) | step | action |")
        .says("| `scale` | `cart` | `lin` |")
        .exits(0);
}

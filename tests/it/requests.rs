//! A request runs once ever, wherever its file goes.

use crate::backend::Backend;
use crate::program::{Ran, catalogc, end};
use crate::shop::{self, CART, Shop};

const RESTART: &str = "catalog/requests/restart-1.yaml";
const TEXT: &str = "action: restart\nentity: cart\n";

/// A repository whose `main` has a request that ran.
struct World {
    shop: Shop,
    backend: Backend,
}

impl World {
    fn new() -> Self {
        let backend = Backend::start();
        let shop = Shop::with(&backend);
        let world = Self { shop, backend };
        world.shop.pull_request().commit_file(RESTART, TEXT);
        world.land().exits(0);
        assert_eq!(world.restarts(), 1);
        world
    }

    /// Merges `pr` into main and applies it.
    fn land(&self) -> Ran {
        let before = self.shop.git.switch("main").id("main");
        let after = self.shop.git.merge("pr");
        self.shop.git.run(&["branch", "--quiet", "-D", "pr"]);
        let mut command = catalogc(
            self.shop.git.root(),
            &[
                "apply", "--base", &before, "--head", &after, "--actor", "lin",
            ],
        );
        command.env("GITHUB_TOKEN", "x").env("DEPLOY_TOKEN", "x");
        command.env("CATALOGC_TEST_AHEAD", "600");
        end(command)
    }

    fn restarts(&self) -> usize {
        self.backend.effects().values().flatten().sum()
    }

    /// Merges `pr` into main and lets nobody know.
    fn merge(&self) {
        self.shop.git.switch("main").merge("pr");
        self.shop.git.run(&["branch", "--quiet", "-D", "pr"]);
    }

    /// Takes back what the last merge brought, as another merge.
    fn revert(&self) -> Ran {
        self.shop
            .pull_request()
            .run(&["revert", "--no-edit", "-m", "1", "main"]);
        self.land()
    }
}

#[test]
fn a_revert_of_a_revert_runs_nothing() {
    let world = World::new();
    world.revert().says("allowed: 0 steps").exits(0);
    let again = world.revert();
    again.says("ran already as").says("ask again in a new file");
    again.exits(1);
    assert_eq!(world.restarts(), 1);
}

#[test]
fn a_cherry_pick_runs_nothing() {
    let world = World::new();
    let picked = world.shop.git.id("main^2");
    world.revert().exits(0);
    let git = world.shop.pull_request();
    git.run(&["cherry-pick", "--allow-empty", &picked]);
    // Before the merge as well: who asks is told in time.
    world.shop.gate("lin", &[]).says("ran already as").exits(1);
    world.land().says("ran already as").exits(1);
    assert_eq!(world.restarts(), 1);
}

#[test]
fn a_request_that_moves_runs_nothing() {
    let world = World::new();
    world.shop.pull_request().remove(RESTART);
    world
        .shop
        .git
        .commit_file("catalog/requests/2026/restart-1.yaml", TEXT);
    world.shop.gate("lin", &[]).exits(0);
    world.land().exits(0);
    assert_eq!(world.restarts(), 1);
}

#[test]
fn a_request_whose_file_is_called_otherwise_does_not_run_again() {
    let world = World::new();
    let git = world.shop.pull_request();
    git.run(&["mv", RESTART, "catalog/requests/again.yaml"]);
    git.commit("another name");
    world
        .land()
        .says("the request `restart-1` is merged, as `again` it would run once more")
        .says("add `id: restart-1`")
        .exits(1);
    assert_eq!(world.restarts(), 1);
}

#[test]
fn a_request_that_is_written_with_other_line_ends_runs_nothing() {
    let world = World::new();
    let text = TEXT.replace('\n', "\r\n");
    world.shop.pull_request().commit_file(RESTART, &text);
    world.land().exits(0);
    assert_eq!(world.restarts(), 1);
}

#[test]
fn a_request_that_changes_after_it_was_merged_is_refused() {
    let world = World::new();
    let text = TEXT.replace("cart", "pay");
    world.shop.pull_request().commit_file(RESTART, &text);
    world.shop.plan("lin").says("E0508").exits(1);
    assert_eq!(world.restarts(), 1);
}

#[test]
fn asking_again_in_a_new_file_runs_again() {
    let world = World::new();
    world
        .shop
        .pull_request()
        .commit_file("catalog/requests/restart-2.yaml", TEXT);
    world.shop.gate("lin", &[]).exits(0);
    world.land().exits(0);
    assert_eq!(world.restarts(), 2);
}

#[test]
fn what_is_not_merged_is_not_run() {
    let world = World::new();
    world
        .shop
        .pull_request()
        .commit_file("catalog/requests/restart-2.yaml", TEXT);
    let git = &world.shop.git;
    let (main, pr) = (git.id("main"), git.id("pr"));
    let old = git.id("main~1");
    git.switch("main");
    for (base, head, why) in [
        (&main, &pr, "is not merged: it is no part of HEAD"),
        (&pr, &main, "does not lead to"),
        (&main, &old, "does not lead to"),
    ] {
        let apply = ["apply", "--base", base, "--head", head, "--actor", "lin"];
        world.shop.run(&apply).says(why).exits(2);
    }
    assert_eq!(world.restarts(), 1);
}

#[test]
fn what_was_applied_is_not_applied_again_as_a_part_of_more() {
    let world = World::new();
    let git = &world.shop.git;
    world.shop.pull_request();
    git.commit_file(CART, &shop::service("cart", "checkout", 4));
    world.land().exits(0);
    world.shop.pull_request();
    git.commit_file(CART, &shop::service("cart", "checkout", 5));
    git.switch("main").merge("pr");
    let happened = world.backend.effects();
    let apply = |base: &str, head: &str| {
        let (base, head) = (git.id(base), git.id(head));
        let asked = ["apply", "--base", &base, "--head", &head, "--actor", "lin"];
        let mut command = catalogc(git.root(), &asked);
        command.env("CATALOGC_TEST_AHEAD", "600");
        command.env("DEPLOY_TOKEN", "x");
        end(command)
    };
    apply("main~2", "main").says("was applied already").exits(2);
    assert_eq!(world.backend.effects(), happened);
    apply("main~1", "main").exits(0);
    apply("main~2", "main~1").exits(0);
    assert_eq!(world.backend.effects()["POST /scale"], [1, 1]);
}

#[test]
fn what_was_merged_and_taken_out_before_it_ran_is_not_brought_back() {
    let world = World::new();
    let again = "catalog/requests/restart-2.yaml";
    world.shop.pull_request().commit_file(again, TEXT);
    world.merge();
    world.shop.pull_request().remove(again).commit("not now");
    world.merge();
    let git = &world.shop.git;
    let out = git.id("main")[..7].to_owned();
    let words = format!("the request restart-2 was merged before, and {out} took it out");
    // Under its name, and under another name with its id.
    world.shop.pull_request().commit_file(again, TEXT);
    world.shop.gate("lin", &[]).says(&words).exits(1);
    world.land().says(&words).exits(1);
    world.shop.pull_request().remove(again).commit("out");
    world.merge();
    let other = "catalog/requests/2026/other.yaml";
    let text = format!("id: restart-2\n{TEXT}");
    world.shop.pull_request().commit_file(other, &text);
    world
        .shop
        .gate("lin", &[])
        .says("the request restart-2 ran already as")
        .says(", which was refused: ask again in a new file")
        .exits(1);
    assert_eq!(world.restarts(), 1);
    git.remove(other);
    git.commit_file("catalog/requests/restart-3.yaml", TEXT);
    world.shop.gate("lin", &[]).exits(0);
    world.land().exits(0);
    assert_eq!(world.restarts(), 2);
}

#[test]
fn ps21_what_was_taken_out_is_not_brought_back_where_the_settings_changed_since() {
    let world = World::new();
    let again = "catalog/requests/restart-2.yaml";
    world.shop.pull_request().commit_file(again, TEXT);
    world.merge();
    world.shop.pull_request().remove(again).commit("not now");
    world.merge();
    // The catalog has another folder since.
    let git = world.shop.pull_request();
    let settings = git.read("catalogc.yaml");
    git.run(&["mv", "catalog", "world"]);
    git.write("catalogc.yaml", settings + "catalog: world\n")
        .commit("moved");
    world.merge();
    let again = again.replace("catalog/", "world/");
    world.shop.pull_request().commit_file(&again, TEXT);
    world
        .shop
        .gate("lin", &[])
        .says("the request restart-2 was merged before")
        .exits(1);
    // A new one is asked for as ever.
    let git = &world.shop.git;
    git.remove(&again);
    git.commit_file("world/requests/restart-3.yaml", TEXT);
    world.shop.gate("lin", &[]).exits(0);
}

#[test]
fn a_request_is_not_judged_where_the_history_is_cut_off() {
    let world = World::new();
    let again = "catalog/requests/restart-2.yaml";
    let cart = shop::service("cart", "checkout", 3);
    world.shop.git.commit_file(CART, &format!("# one\n{cart}"));
    world.shop.git.commit_file(CART, &format!("# two\n{cart}"));
    world.shop.pull_request().commit_file(again, TEXT);
    world.shop.gate("lin", &[]).exits(0);
    // The cut is behind the commit that both sides have, so that all else is known.
    let clone = world
        .shop
        .git
        .clone_with(&["--depth=2", "--no-single-branch"]);
    let gate = [
        "gate",
        "--base",
        "origin/main",
        "--head",
        "origin/pr",
        "--actor",
        "lin",
    ];
    crate::program::run(clone.root(), &gate)
        .says("run `git fetch --unshallow origin`")
        .exits(2);
}

#[test]
fn a_request_that_is_taken_out_is_told() {
    let world = World::new();
    world.shop.pull_request().remove(RESTART);
    world.shop.git.commit("no request any more");
    world
        .shop
        .gate("lin", &[])
        .says("request restart-1 (restart of cart) is taken out: what has not run of it never will")
        .exits(0);
}

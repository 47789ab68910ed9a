//! What may happen to the files of a catalog on the way to a plan: nothing that cannot be read
//! or merged is ever taken for a deletion.

use crate::program::run;
use crate::shop::{self, CART, PAY, Shop, settings};

#[test]
fn an_unreadable_file_is_an_error_and_no_deletion() {
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n";
    for (broken, code) in [
        (pointer, "E0001"),
        ("identifier: cart\nblueprint: [\n", "E0101"),
    ] {
        let shop = Shop::new();
        shop.pull_request().commit_file(CART, broken);
        let plan = shop.plan("kim");
        plan.says(&format!("error[{code}]")).does_not_say("deleted");
        plan.exits(1);
        shop.gate("kim", &[]).does_not_say("deleted").exits(1);
    }
}

#[cfg(unix)]
#[test]
fn a_link_is_an_error_and_no_deletion() {
    let shop = Shop::new();
    let git = shop.pull_request();
    git.remove(CART);
    std::os::unix::fs::symlink("pay.yaml", git.root().join(CART)).unwrap();
    git.commit("cart is a link");
    let plan = shop.plan("kim");
    plan.says("symbolic link").does_not_say("deleted").exits(1);
}

#[test]
fn a_root_that_moves_is_refused() {
    let shop = Shop::new();
    let git = shop.pull_request();
    git.run(&["mv", "catalog", "portal"]);
    git.commit("the catalog moves");
    let plan = shop.plan("kim");
    plan.says("error[E0003]").does_not_say("deleted").exits(1);
    // Where the settings say where it is now, they change, and each definition moves.
    let text = git.read("catalogc.yaml");
    git.write("catalogc.yaml", format!("{text}catalog: portal\n"));
    git.commit("and the settings say so");
    shop.gate("kim", &[])
        .says("allowed: 10 definitions change")
        .does_not_say("deleted")
        .exits(0);
    shop.gate("lin", &[]).says("denied").exits(1);
}

#[test]
fn a_target_without_a_catalog_adopts_and_fires_nothing() {
    let shop = Shop::new();
    let git = &shop.git;
    git.run(&["branch", "--quiet", "-m", "main", "pr"]);
    git.run(&["switch", "--quiet", "--orphan", "main"]);
    git.commit("nothing yet");
    git.switch("pr");
    git.run(&["rebase", "--quiet", "main"]);
    let plan = shop.plan("kim");
    plan.says("everything is adopted, nothing is run")
        .does_not_say("would run")
        .exits(0);
}

#[test]
fn what_the_target_gained_since_the_fork_is_not_deleted() {
    let shop = Shop::new();
    shop.pull_request()
        .write(CART, shop::service("cart", "checkout", 4))
        .commit("more replicas");
    shop.git.switch("main");
    shop.git
        .write(
            "catalog/entities/services/new.yaml",
            shop::service("new", "platform", 1),
        )
        .commit("a service is born");
    let plan = shop.plan("lin");
    plan.says("allowed: 1 step").does_not_say("deleted");
    plan.does_not_say("new").exits(0);
}

#[test]
fn two_pull_requests_that_break_one_another_are_caught() {
    let shop = Shop::new();
    shop.pull_request().remove(PAY).commit("pay is gone");
    shop.gate("kim", &[]).exits(0);
    let text = shop::service("cart", "checkout", 3)
        .replace("owner: checkout", "owner: checkout, uses: [pay]");
    shop.git
        .branch("other", "main")
        .write(CART, &text)
        .commit("cart uses pay");
    let gate = [
        "gate", "--base", "main", "--head", "other", "--actor", "lin",
    ];
    shop.run(&gate).exits(0);
    shop.git.switch("main").merge("pr");
    shop.run(&gate).says("error[E0301]").says("pay").exits(1);
}

#[test]
fn a_rename_is_no_deletion() {
    let shop = Shop::new();
    let git = shop.pull_request();
    git.remove(CART);
    let text = shop::service("basket", "checkout", 3);
    git.commit_file(
        "catalog/entities/services/basket.yaml",
        &format!("{text}movedFrom: cart\n"),
    );
    let gate = shop.gate("lin", &[]);
    gate.says("allowed: 1 step").exits(0);
    let plan = shop.plan("lin");
    plan.says("rename").says("cart -> basket");
    plan.does_not_say("delete").exits(0);
}

#[test]
fn a_comment_needs_no_step() {
    let shop = Shop::new();
    let text = shop.git.read(CART);
    shop.pull_request()
        .commit_file(CART, &format!("# the shop's own\n{text}"));
    shop.gate("lin", &[]).says("allowed: 0 steps").exits(0);
}

#[test]
fn a_broken_target_can_be_repaired_by_who_may_define() {
    let shop = Shop::new();
    let good = shop.git.read(PAY);
    shop.git.commit_file(PAY, "identifier: pay\nblueprint: [\n");
    shop.pull_request().commit_file(PAY, &good);
    shop.gate("kim", &[])
        .says("allowed: 1 definition changes")
        .exits(0);
    shop.gate("lin", &[]).says("denied").exits(1);
    // Anything else is stopped by what is broken.
    shop.git
        .branch("other", "main")
        .commit_file(CART, &shop::service("cart", "checkout", 4));
    let gate = [
        "gate", "--base", "main", "--head", "other", "--actor", "lin",
    ];
    shop.run(&gate).says("error[E0101]").exits(1);
}

#[test]
fn where_definitions_are_broken_only_their_repair_passes() {
    let shop = Shop::new();
    let path = "catalog/actions/scale.yaml";
    let good = shop.git.read(path);
    shop.git.commit_file(
        path,
        &good.replace("blueprint: Service", "blueprint: Servce"),
    );
    shop.pull_request().commit_file(path, &good);
    shop.gate("kim", &[]).exits(0);
    shop.gate("lin", &[]).exits(1);
    shop.git
        .commit_file(CART, &shop::service("cart", "checkout", 4));
    shop.gate("kim", &[])
        .says("only their repair may be merged")
        .exits(1);
}

#[test]
fn a_shallow_clone_is_told_to_fetch_all() {
    let shop = Shop::new();
    shop.pull_request()
        .commit_file(CART, &shop::service("cart", "checkout", 4));
    shop.git.switch("main").commit_file("README.md", "hello\n");
    let clone = shop.git.clone_with(&["--depth=1", "--no-single-branch"]);
    let asked = ["plan", "--base", "origin/main", "--head", "origin/pr"];
    let plan = run(clone.root(), &asked);
    plan.says("fetch-depth: 0").exits(2);
}

#[test]
fn histories_that_cross_are_to_be_merged_first() {
    let shop = Shop::new();
    let git = &shop.git;
    git.branch("a", "main").commit_file("a.txt", "a");
    git.branch("b", "main").commit_file("b.txt", "b");
    let (a, b) = (git.id("a"), git.id("b"));
    git.switch("a").merge(&b);
    git.switch("b").merge(&a);
    git.commit_file(CART, &shop::service("cart", "checkout", 4));
    let plan = shop.run(&["plan", "--base", "a", "--head", "b"]);
    plan.says("merge the target into your branch").exits(2);
}

#[test]
fn an_open_catalog_says_so_first() {
    let shop = Shop::new();
    let open = settings(9).replace("permissions: enforced\n", "");
    shop.git.write("catalogc.yaml", open);
    shop.git.remove("catalog/policies/rules.cedar");
    for action in ["scale", "restart", "announce", "hand_over"] {
        shop.git.remove(&format!("catalog/actions/{action}.yaml"));
    }
    shop.git.commit("no rules");
    shop.pull_request()
        .commit_file(CART, &shop::service("cart", "checkout", 4));
    let plan = shop.plan("mallory");
    let second = plan.exits(0).lines().nth(1).unwrap_or_default();
    assert_eq!(
        second, "! open catalog: no rule exists, everyone may do everything",
        "{plan}"
    );
}

/// A shop with ten more services of checkout, of which the pull request removes eleven in all.
fn mass_deletion() -> Shop {
    let shop = Shop::new();
    let path = |n: u32| format!("catalog/entities/services/s{n}.yaml");
    for n in 0..11 {
        shop.git
            .write(&path(n), shop::service(&format!("s{n}"), "checkout", 1));
    }
    shop.git.commit("more services");
    shop.pull_request();
    for n in 0..11 {
        shop.git.remove(&path(n));
    }
    shop.git.commit("fewer services");
    shop
}

#[test]
fn a_mass_deletion_needs_a_request_with_its_exact_number() {
    let shop = mass_deletion();
    let gate = shop.gate("kim", &[]);
    gate.says("11 entities are deleted, the guard is 10")
        .says("override");
    gate.exits(1);
    let lift = "catalog/requests/lift-1.yaml";
    for (deletes, code) in [(10, 1), (12, 1), (11, 0)] {
        let text = format!(
            "action: override\ninputs: {{deletes: {deletes}, per_blueprint: {{Service: {deletes}}}}}\n"
        );
        shop.git.commit_file(lift, &text);
        let gate = shop.gate("kim", &[]);
        assert_eq!(gate.code, Some(code), "{deletes}: {gate}");
    }
    // Who may delete may not therefore lift the guard.
    shop.gate("lin", &[]).says("denied").exits(1);
}

#[test]
fn settings_under_another_name_are_told_and_not_passed_over() {
    let shop = Shop::new();
    let git = &shop.git;
    for name in ["catalogc.yml", "catalogc.json"] {
        git.run(&["mv", "catalogc.yaml", name]);
        let told = shop.run(&["check"]);
        told.says(&format!("`{name}` is not read")).exits(2);
        git.run(&["mv", name, "catalogc.yaml"]);
    }
    shop.run(&["check"]).exits(0);
}

#[test]
fn a_folder_in_the_place_of_the_settings_is_told() {
    let shop = Shop::new();
    shop.git
        .remove("catalogc.yaml")
        .write("catalogc.yaml/settings.yaml", "version: 1\n");
    let told = shop.run(&["check"]);
    told.says("`catalogc.yaml` is a folder").exits(1);
}

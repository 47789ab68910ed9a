//! Who may, and who agreed: asked of the program on real histories. The target decides, and an
//! approval is of what was seen.

use crate::repository::Git;
use crate::shop::{self, CART, PAY, Shop, person, person_text};

/// Commits all that there is in somebody's name.
fn commit_as(git: &Git, who: &str, message: &str) {
    let author = format!("{who} <{who}@acme.example>");
    git.run(&["add", "--all"]);
    git.run(&["commit", "--quiet", "-m", message, "--author", &author]);
}

/// A pull request of lin's that scales `cart`, for which somebody of platform must agree where
/// it is above 20.
fn scaled(replicas: u32) -> Shop {
    let shop = Shop::new();
    shop.pull_request()
        .write(CART, shop::service("cart", "checkout", replicas))
        .commit("more replicas");
    shop
}

/// Nobody may scale before noon.
const NOON: &str = "forbid (principal, action == Action::\"scale\", resource)\n\
    when { context.now.toTime() < duration(\"12h\") };\n";

#[test]
fn a_rule_about_the_time_is_asked_at_a_moment_that_is_given() {
    let shop = scaled(5);
    shop.git.switch("main");
    shop.git
        .write("catalog/policies/noon.cedar", NOON)
        .commit("nobody scales before noon");
    shop.gate("lin", &[])
        .says("catalog/policies/noon.cedar:1 reads `context.now`")
        .says("--now")
        .exits(2);
    let early = shop.gate("lin", &["--now", "2026-11-22T11:59:59Z"]);
    early.says("forbidden by the policy").exits(1);
    shop.gate("lin", &["--now", "2026-11-22T12:00:00Z"])
        .exits(0);
    // The time is in no digest: the plan is the same at any.
    let plan = |now: &str| {
        let base = ["plan", "--base", "main", "--head", "pr", "--actor", "lin"];
        let ran = shop.run(&[&base[..], &["--format", "json", "--now", now]].concat());
        let plan: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
        plan["id"].clone()
    };
    assert_eq!(
        plan("2026-11-22T11:00:00Z"),
        plan("2026-11-23T12:00:00+01:00")
    );
}

#[test]
fn who_left_the_team_since_the_fork_is_denied() {
    let shop = scaled(5);
    shop.gate("lin", &[]).exits(0);
    shop.git.switch("main");
    shop.git
        .write(&person("lin"), person_text("lin", ""))
        .commit("lin leaves checkout");
    shop.gate("lin", &[]).says("denied: 1 of 1").exits(1);
    // The person is the one that CI names, whoever wrote the commits.
    shop.gate("mia", &[]).exits(0);
}

#[test]
fn who_joins_the_team_in_the_same_pull_request_is_denied() {
    let shop = Shop::new();
    shop.pull_request()
        .write(PAY, shop::service("pay", "platform", 4))
        .write(&person("kim"), person_text("kim", "admins, platform"))
        .commit("kim joins platform and scales pay");
    let gate = shop.gate("kim", &[]);
    gate.says("denied: 1 of 2 steps").says("scale").exits(1);
}

#[test]
fn a_member_cannot_grant_itself_a_team() {
    let shop = Shop::new();
    shop.pull_request()
        .write(&person("lin"), person_text("lin", "checkout, admins"))
        .commit("lin becomes an administrator");
    shop.gate("lin", &[]).says("grant").says("denied").exits(1);
    shop.gate("kim", &[]).exits(0);
}

#[test]
fn an_actor_whom_nobody_knows_is_denied() {
    let shop = scaled(5);
    shop.gate("mallory", &[]).says("denied").exits(1);
    // All who pushed must be permitted.
    shop.gate("lin", &["--actor", "mallory"])
        .says("denied")
        .exits(1);
    shop.run(&["gate", "--base", "main", "--head", "pr"])
        .says("--actor")
        .exits(2);
}

#[test]
fn a_rule_of_the_pull_request_itself_allows_nothing() {
    let shop = scaled(5);
    let rule = "permit (principal, action, resource);\n";
    shop.git
        .write("catalog/policies/all.cedar", rule)
        .commit("everyone may everything");
    shop.gate("lin", &[]).says("denied").exits(1);
    // Also whoever may write rules does not use them in the same breath.
    shop.gate("kim", &[])
        .says("scale is asked for while the policy")
        .exits(1);
}

#[test]
fn an_action_is_not_used_and_changed_at_once() {
    let shop = scaled(5);
    let path = "catalog/actions/scale.yaml";
    let text = shop.git.read(path);
    shop.git
        .write(
            path,
            text.replace("deploy.example/scale", "deploy.example/other"),
        )
        .commit("another address for scale");
    shop.gate("lin", &[])
        .says("the action scale is used and changed at once")
        .says("make two pull requests")
        .exits(1);
}

#[test]
fn an_approval_counts_for_what_was_seen() {
    let shop = scaled(30);
    let seen = shop.git.id("pr");
    let approval = format!("sam@{seen}");
    shop.gate("lin", &[]).says("missing").exits(1);
    shop.gate("lin", &["--approval", &approval]).exits(0);
    // What leaves the step as it is keeps the approval.
    shop.git
        .write(
            "catalog/entities/services/cart2.yaml",
            shop::service("cart2", "checkout", 1),
        )
        .commit("one more service");
    shop.gate("lin", &["--approval", &approval]).exits(0);
    // What changes it voids the approval, and going back does not.
    shop.git
        .write(CART, shop::service("cart", "checkout", 31))
        .commit("one more replica");
    shop.gate("lin", &["--approval", &approval])
        .says("missing")
        .exits(1);
    let now = format!("sam@{}", shop.git.id("pr"));
    shop.gate("lin", &["--approval", &now]).exits(0);
}

#[test]
fn an_approval_survives_what_the_target_gains() {
    let shop = scaled(30);
    let approval = format!("sam@{}", shop.git.id("pr"));
    shop.git.switch("main");
    shop.git
        .write(PAY, shop::service("pay", "platform", 3))
        .commit("pay is scaled");
    shop.gate("lin", &["--approval", &approval]).exits(0);
    // But not what the target makes of the same step.
    shop.git
        .write(CART, shop::service("cart", "checkout", 30))
        .commit("somebody else did it");
    let gate = shop.gate("lin", &["--approval", &approval]);
    gate.says("allowed: 0 steps").exits(0);
}

#[test]
fn requester_and_pushers_do_not_approve_for_themselves() {
    let shop = scaled(30);
    let tip = shop.git.id("pr");
    let by = |who: &str| format!("{who}@{tip}");
    shop.gate("sam", &["--approval", &by("sam")])
        .says("missing")
        .exits(1);
    shop.gate("lin", &["--actor", "sam", "--approval", &by("sam")])
        .says("missing")
        .exits(1);
    shop.gate("lin", &["--actor", "sam", "--approval", &by("ines")])
        .exits(0);
    // Nor does anybody whose agreement was not asked for.
    shop.gate("lin", &["--approval", &by("kim")])
        .says("missing")
        .exits(1);
    shop.gate("lin", &["--approval", &by("mia")])
        .says("missing")
        .exits(1);
}

#[test]
fn the_author_of_a_commit_does_not_approve_it() {
    let shop = Shop::new();
    shop.pull_request()
        .write(CART, shop::service("cart", "checkout", 30));
    commit_as(&shop.git, "sam", "written by sam, asked for by lin");
    let tip = shop.git.id("pr");
    shop.gate("lin", &["--approval", &format!("sam@{tip}")])
        .says("missing")
        .exits(1);
    shop.gate("lin", &["--approval", &format!("ines@{tip}")])
        .exits(0);
}

#[test]
fn who_approves_may_merge() {
    let shop = scaled(30);
    let seen = format!("sam@{}", shop.git.id("pr"));
    shop.gate("lin", &["--approval", &seen]).exits(0);
    let before = shop.git.switch("main").id("main");
    shop.git
        .run(&["merge", "--quiet", "--no-ff", "--no-commit", "pr"]);
    commit_as(&shop.git, "sam", "merged by sam, who had approved");
    let landed = shop.run(&[
        "apply",
        "--base",
        &before,
        "--head",
        "main",
        "--actor",
        "lin",
        "--approval",
        &seen,
        "--dry-run",
    ]);
    landed.says("allowed: 1 step").exits(0);
}

#[test]
fn an_approval_survives_squashing_and_rebasing() {
    for merging in [
        &["merge", "--quiet", "--squash", "pr"][..],
        &["cherry-pick", "--no-commit", "main..pr"],
    ] {
        let shop = scaled(30);
        let seen = format!("sam@{}", shop.git.id("pr"));
        let before = shop.git.switch("main").id("main");
        shop.git.run(merging);
        commit_as(&shop.git, "lin", "merged without a merge");
        let landed = shop.run(&[
            "apply",
            "--base",
            &before,
            "--head",
            "main",
            "--actor",
            "lin",
            "--approval",
            &seen,
            "--dry-run",
        ]);
        landed.says("allowed: 1 step").exits(0);
    }
}

#[test]
fn what_was_allowed_before_the_merge_must_be_allowed_after_it() {
    let shop = scaled(5);
    let before = shop.git.switch("main").id("main");
    let after = shop.git.merge("pr");
    shop.git
        .write(&person("lin"), person_text("lin", ""))
        .commit("lin leaves checkout");
    let apply = [
        "apply", "--base", &before, "--head", &after, "--actor", "lin",
    ];
    // Nothing is sent, or the run would meet a port where nobody listens.
    let ran = shop.run(&apply);
    ran.says("refused").says("not allowed any more").exits(4);
}

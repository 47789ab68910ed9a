//! What somebody wants is understood as they write it, and what they typed is not lost.

use crate::changing::small;
use crate::drawings::shipped;
use crate::program::run;

#[test]
fn what_was_typed_stands_in_the_command_that_is_proposed() {
    let git = shipped();
    let ask = [
        "request",
        "grant_temporary_access",
        "lin-sql",
        "--set",
        "resource=cart-sql-sb",
        "--set",
        "reason=look at a bug",
        "--set",
        "level=read",
        "--set",
        "expires_at=2026-11-24T10:00:00Z",
        "--actor",
        "lin",
    ];
    run(git.root(), &ask)
        .says("needs `person`")
        .says("--set resource=cart-sql-sb --set 'reason=look at a bug' --set level=read")
        .says("--set person=...")
        .exits(2);
}

#[test]
fn names_that_are_proposed_can_be_asked_for() {
    let git = shipped();
    run(git.root(), &["request", "nonsense"])
        .says("no action is called `nonsense`")
        .says("and 9 more")
        .exits(2);
    run(git.root(), &["request", "break_glass"])
        .says("write it by hand: `docs/approvals.md` shows how")
        .exits(2);
}

#[test]
fn a_time_of_another_zone_is_written_in_utc() {
    let git = shipped();
    let ask = [
        "request",
        "extend_environment_ttl",
        "env-lin-7",
        "--set",
        "expires_at=2026-11-30T10:00:00+02:00",
        "--actor",
        "lin",
    ];
    run(git.root(), &ask)
        .says("`2026-11-30T10:00:00+02:00` is 2026-11-30T08:00:00Z")
        .exits(0);
    let text = git.read("catalog/entities/environments/env-lin-7.yaml");
    assert!(
        text.contains("expires_at: \"2026-11-30T08:00:00Z\""),
        "{text}"
    );
}

#[test]
fn a_change_that_is_denied_is_not_said_to_be_ready() {
    let git = shipped();
    run(
        git.root(),
        &["set", "CartService", "title=Basket", "--actor", "jonas"],
    )
    .says("denied")
    .says("next: the gate refuses it: let somebody ask who may")
    .exits(0);
}

#[test]
fn who_may_in_an_emergency_is_named() {
    let git = shipped();
    let ask = [
        "can",
        "kim",
        "restart_service",
        "CorePaymentLibrary",
        "--set",
        "reason=memory leak here",
    ];
    run(git.root(), &ask)
        .says("in an emergency ask omar or yuki, with a request `break_glass`")
        .does_not_say("nobody may")
        .exits(1);
}

#[test]
fn what_is_taken_out_takes_its_comment_along_and_leaves_the_end_as_it_is() {
    let text = "identifier: cart\nblueprint: Service\nrelations:\n  owner: red\n  uses:\n  - shop # first\n\n  # the second\n  - pay";
    let others = "identifier: shop\nblueprint: Service\nrelations: {owner: red}\n---\nidentifier: pay\nblueprint: Service\nrelations: {owner: red}\n";
    let git = small(others);
    git.write("catalog/entities/cart.yaml", text);
    git.commit("cart");
    run(git.root(), &["set", "cart", "uses-=pay"])
        .says("other comments kept")
        .exits(0);
    assert_eq!(
        git.read("catalog/entities/cart.yaml"),
        "identifier: cart\nblueprint: Service\nrelations:\n  owner: red\n  uses:\n  - shop # first"
    );
    run(git.root(), &["set", "cart", "owner=blue"])
        .says(", comments kept")
        .does_not_say("other comments")
        .exits(0);
}

#[test]
fn what_goes_may_be_named_by_rule_tests_and_be_like_another() {
    let git = shipped();
    // Four rule tests are about it, and it is called nearly as another one that no file names.
    let ran = run(git.root(), &["rm", "env-lin-9", "--dry-run"]);
    ran.says("E0415").does_not_say("E0229").exits(0);
    git.write("catalog/entities/broken.yaml", "identifier: x\n  b: : [\n");
    let ran = run(git.root(), &["rm", "env-lin-9"]);
    ran.does_not_say("E0617")
        .says("delete_environment")
        .exits(0);
    assert!(
        !git.root()
            .join("catalog/entities/environments/env-lin-9.yaml")
            .exists()
    );
}

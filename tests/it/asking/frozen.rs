//! What a freeze refuses is denied by hand as it is by the gate.

use super::{ask, catalog};
use crate::repository::Git;

/// The shop, with a freeze of what scales or changes the services of ops.
fn frozen() -> Git {
    let git = catalog();
    let freezes = "permissions: enforced\npeople: {blueprint: User}\nfreezes:\n  - name: holidays\n    windows: {from: 2030-12-20T00:00:00Z, until: 2031-01-04T08:00:00Z}\n    reason: nobody is there\n    blueprints: [Service]\n    actions: [scale, update]\n    teams: [ops]\n";
    git.write("catalogc.yaml", freezes).write(
        "catalog/policies/freeze.cedar",
        "permit (principal == User::\"sam\", action == Action::\"override\", resource);\npermit (principal == User::\"lin\", action in Action::\"update\", resource);\n",
    );
    ask(&git, "check").exits(0);
    git
}

const IN_IT: &str = "--now 2030-12-24T12:00:00Z";
const AFTER_IT: &str = "--now 2031-01-04T08:00:00Z";

#[test]
fn what_is_frozen_is_denied_to_everybody_until_the_end() {
    let git = frozen();
    let scale = "scale pay --set replicas=5";
    ask(&git, &format!("can lin {scale} {IN_IT}"))
        .says("denied: lin may not scale pay")
        .says("the freeze holidays ends 2031-01-04 08:00 UTC, nobody is there; sam may lift it")
        .says("wait for the end of the freeze: who lifts it must also be allowed to do it, and nobody")
        .exits(1);
    ask(&git, &format!("can lin {scale} {AFTER_IT}"))
        .says("allowed")
        .exits(0);
    ask(&git, &format!("who-can {scale} {IN_IT}"))
        .says("0 of 3 people")
        .says("the freeze holidays ends")
        .exits(1);
    // Nobody can tell without knowing which moment it is.
    ask(&git, &format!("can lin {scale}"))
        .says("the freeze `holidays`")
        .says("--now")
        .exits(2);
}

#[test]
fn who_may_lift_a_freeze_and_do_what_it_holds_back_can_be_asked() {
    let git = frozen();
    let question = format!("scale pay --set replicas=5 {IN_IT}");
    let path = "catalog/policies/freeze.cedar";
    let lin = "permit (principal == User::\"lin\", action == Action::\"override\", resource);\n";
    git.write(path, git.read(path) + lin);
    ask(&git, &format!("can lin {question}"))
        .says("or ask for it with a request `override` in the same pull request")
        .exits(1);
    ask(&git, &format!("can sam {question}"))
        .says("or ask lin, who may do it and lift the freeze, with a request")
        .exits(1);
}

#[test]
fn what_a_freeze_is_not_of_needs_no_moment() {
    let git = frozen();
    for line in ["scale shop --set replicas=5", "delete Service/pay"] {
        ask(&git, &format!("can lin {line}"))
            .says("allowed")
            .exits(0);
        ask(&git, &format!("can lin {line} {IN_IT}"))
            .says("allowed")
            .exits(0);
    }
}

#[test]
fn what_is_handed_over_to_the_frozen_is_denied() {
    let git = frozen();
    let line = "can lin update Service/shop --set relations.owner=ops";
    ask(&git, &format!("{line} {IN_IT}"))
        .says("the freeze holidays")
        .exits(1);
    ask(&git, &format!("{line} {AFTER_IT}"))
        .says("needs approval: lin may update shop")
        .exits(1);
}

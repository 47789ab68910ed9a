//! Rules that read the moment of the question are asked at one, by hand and in tests.

use super::{ask, catalog};
use crate::repository::Git;

/// The shop, with a rule that holds until the end of 2030.
fn timed() -> Git {
    let git = catalog();
    let rule = "permit (principal == User::\"lin\", action in Action::\"rename\", resource is Service)\n\
        when { context.now < datetime(\"2031-01-01T00:00:00Z\") };\n";
    git.write("catalog/policies/time.cedar", rule);
    git
}

#[test]
fn a_question_says_when_it_is_where_a_rule_reads_it() {
    let git = timed();
    for line in [
        "can lin rename Service/pay",
        "can lin",
        "who-can rename Service/pay",
    ] {
        ask(&git, line)
            .says("the rule at catalog/policies/time.cedar:1 reads `context.now`")
            .says("say when it is: `--now ")
            .exits(2);
    }
    ask(
        &git,
        "can lin rename Service/pay --now 2030-06-01T00:00:00Z",
    )
    .says("allowed")
    .exits(0);
    ask(
        &git,
        "can lin rename Service/pay --now 2031-06-01T00:00:00Z",
    )
    .says("denied")
    .says("context.now < datetime(")
    .says("2031-06-01T00:00:00.000Z")
    .exits(1);
    ask(
        &git,
        "who-can rename Service/pay --now 2030-06-01T00:00:00Z",
    )
    .says("1 of 3 people may")
    .exits(0);
    ask(&git, "can lin rename Service/pay --now tomorrow").exits(2);
}

#[test]
fn what_is_suggested_is_asked_at_the_same_moment() {
    let git = timed();
    ask(
        &git,
        "can lin scale shop --set replicas=25 --now 2030-06-01T00:00:00Z",
    )
    .says("`catalogc can lin scale shop --set replicas=10 --now 2030-06-01T00:00:00Z`")
    .exits(1);
}

#[test]
fn a_test_of_rules_has_its_own_moment() {
    let git = timed();
    let tests = "\
- {name: in time, actor: lin, action: rename, entity: Service/pay, now: \"2030-06-01T00:00:00Z\", expect: allowed, by: time.cedar}
- {name: too late, actor: lin, action: rename, entity: Service/pay, now: \"2031-06-01T00:00:00Z\", expect: denied}
- {name: a plan in time, actor: lin, now: \"2030-06-01T00:00:00Z\", expect: allowed,
   patch: {Service/pay: {identifier: pays, movedFrom: pay}}}
";
    git.write("catalog/tests/time.yaml", tests);
    ask(&git, "test").says("ok: 3 tests, 0 failed").exits(0);
}

#[test]
fn a_test_that_needs_a_moment_and_has_none_fails_whatever_it_expects() {
    let git = timed();
    let tests = "\
- {name: denied for want of a moment, actor: lin, action: rename, entity: Service/pay, expect: denied}
- {name: a moment without an offset, actor: lin, action: rename, entity: Service/pay, now: \"2030-06-01T00:00:00+0100\", expect: allowed}
";
    git.write("catalog/tests/time.yaml", tests);
    ask(&git, "test")
        .says("catalog/policies/time.cedar:1 reads `context.now`: say when it is")
        .says("`2030-06-01T00:00:00+0100` is no moment")
        .exits(1);
}

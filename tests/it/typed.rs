//! Values of a request as they are typed: what is missing, wrong or said twice, times and secrets.

use crate::changing::small;
use crate::drawings::shipped;
use crate::program::run;
use crate::requesting::{MORE, REASON, is_untouched, new_file};

#[test]
fn what_is_said_twice_is_refused() {
    let git = shipped();
    let ask = ["request", "restart_service", "CartService", "--set", REASON];
    run(git.root(), &[&ask[..], &["--reason", "x"]].concat())
        .says("`--reason` and `--set reason=` both say the reason")
        .exits(2);
    let deploy = ["request", "deploy", "CartService"];
    let twice = [
        "--set",
        "environment=staging",
        "--set",
        "environment=production",
    ];
    run(git.root(), &[&deploy[..], &twice].concat())
        .says("`environment` is set twice, to `staging` and to `production`")
        .exits(2);
    let secret = [
        "request",
        "add_secret",
        "CartService",
        "--set",
        "value=abcdef",
        "--set",
        "value=x",
    ];
    run(git.root(), &secret)
        .says("`value` is set twice")
        .does_not_say("abcdef")
        .exits(2);
    is_untouched(&git);
}

#[test]
fn a_reason_that_nothing_keeps_is_told() {
    let git = shipped();
    let ask = MORE;
    run(git.root(), &[&ask[..], &["--reason", "the sale"]].concat())
        .says("the reason is not kept")
        .says("--branch NAME")
        .exits(0);
}

#[test]
fn what_is_missing_is_told_all_at_once() {
    let git = shipped();
    for (arguments, words) in [
        (&[][..], "there is no action to ask for"),
        (
            &["create_jira_issue"][..],
            "`create_jira_issue` needs a Component, `summary` and `issuetype`",
        ),
        (
            &["create_jira_issue"][..],
            "issuetype is Bug, Task or Story",
        ),
        (
            &["rollback_service", "CartService"][..],
            "`revision` and `reason`",
        ),
        (
            &["toggle_feature_flag", "saved-cart"][..],
            "needs one of `enabled`, `rollout`",
        ),
    ] {
        let ran = run(git.root(), &[&["request"], arguments].concat());
        ran.says(words).exits(2);
    }
    is_untouched(&git);
}

#[test]
fn wrong_names_and_values_are_answered_with_the_nearest() {
    let git = shipped();
    for (arguments, words) in [
        (&["restart_servce", "CartService"][..], "`restart_service`"),
        (
            &["restart_service", "CartServic", "--set", REASON][..],
            "`CartService`",
        ),
        (
            &["restart_service", "CartService", "--set", "raeson=x"][..],
            "did you mean `reason`",
        ),
        (
            &["restart_service", "CartService", "--set", "reason=short"][..],
            "it is text, at least 10 characters",
        ),
        (
            &["change_replicas", "CartService", "--set", "replicas=51"][..],
            "it is a whole number from 1 to 50",
        ),
        (
            &["deploy", "CartService", "--set", "environment=prod"][..],
            "`production`",
        ),
        (
            &["change_owner", "CartService", "--set", "owner=chekout"][..],
            "`checkout`",
        ),
        (
            &["restart_service", "Cart", "--set", REASON][..],
            "`System/Cart` is no Component",
        ),
    ] {
        run(git.root(), &[&["request"], arguments].concat())
            .says(words)
            .exits(2);
    }
    is_untouched(&git);
}

#[test]
fn all_that_is_wrong_is_told_at_once() {
    let git = shipped();
    let wrong = ["environment=prod", "versoin=1", "strategy=fast"];
    let set = wrong.iter().flat_map(|it| ["--set", it]);
    let ask: Vec<&str> = ["request", "deploy", "CartServic"]
        .into_iter()
        .chain(set)
        .collect();
    run(git.root(), &ask)
        .says("4 things of this request for `deploy` are wrong")
        .says("\n  no Component is called `CartServic`: did you mean `CartService`?")
        .says("\n  `deploy` does not take `prod` as `environment`: write `staging` or `production`")
        .says("\n  `deploy` has no input `versoin`: did you mean `version`?")
        .says("\n  `deploy` does not take `fast` as `strategy`")
        .exits(2);
    is_untouched(&git);
}

/// Where nothing has a kind yet, it is said how something comes to be, and nobody is told to delete.
#[test]
fn what_is_not_there_at_all_is_added_first() {
    let git = small("identifier: cart\nblueprint: Service\nrelations: {owner: red}\n");
    git.write("catalog/blueprints/queue.yaml", "identifier: Queue\n");
    git.write(
        "catalog/blueprints/reader.yaml",
        "identifier: Reader\nrelations: {queue: {target: Queue}}\n",
    );
    git.write(
        "catalog/entities/reader.yaml",
        "identifier: mails\nblueprint: Reader\n",
    );
    run(git.root(), &["set", "mails", "queue=orders"])
        .says("no Queue is called `orders`")
        .says("there is none yet: `catalogc new Queue NAME` adds one")
        .exits(2);
}

/// Three more days: what is typed is a time at once, and shown.
#[test]
fn what_is_between_becomes_a_time() {
    let git = shipped();
    let now = ["--now", "2026-12-01T08:00:00Z"];
    let extend = ["request", "extend_environment_ttl", "env-lin-7", "--set"];
    run(
        git.root(),
        &[&extend[..], &["expires_at=in 3 days"], &now].concat(),
    )
    .says("`in 3 days` is 2026-12-04T08:00:00Z, as `expires_at`")
    .says("~ 1 extend_environment_ttl")
    .exits(0);
    let file = "catalog/entities/environments/env-lin-7.yaml";
    assert!(git.read(file).contains("2026-12-04T08:00:00Z"));
    let set = ["set", "env-lin-7", "expires_at=2w"];
    run(git.root(), &[&set[..], &now].concat())
        .says("`2w` is 2026-12-15T08:00:00Z")
        .exits(0);
    assert!(git.read(file).contains("2026-12-15T08:00:00Z"));
}

/// Three more days than it has: what stands there counts, and not the present moment.
#[test]
fn what_is_added_is_later_than_what_stands_there() {
    let git = shipped();
    let file = "catalog/entities/environments/env-lin-7.yaml";
    let now = ["--now", "2026-11-22T08:00:00Z"];
    let extend = ["request", "extend_environment_ttl", "env-lin-7", "--set"];
    run(
        git.root(),
        &[&extend[..], &["expires_at=+3d"], &now].concat(),
    )
    .says("`+3d` is 2026-11-29T18:00:00Z, as `expires_at`, which was 2026-11-26T18:00:00Z")
    .says("~ 1 extend_environment_ttl")
    .exits(0);
    assert!(git.read(file).contains("2026-11-29T18:00:00Z"));
    for (typed, time) in [
        ("expires_at=1 more day", "2026-11-30T18:00:00Z"),
        ("expires_at+=12h", "2026-12-01T06:00:00Z"),
    ] {
        run(git.root(), &["set", "env-lin-7", typed]).exits(0);
        assert!(git.read(file).contains(time), "{typed}");
    }
    // From now on would be earlier: it is said what it is.
    git.run(&["checkout", "--quiet", "."]);
    run(git.root(), &[&extend[..], &["expires_at=3d"], &now].concat())
        .says("this change is `update`, not `extend_environment_ttl`; `expires_at` is 2026-11-26T18:00:00Z now")
        .exits(2);
    // Nothing stands there yet.
    let new = ["new", "Environment", "env-lin-8", "--set", "expires_at=+3d"];
    run(git.root(), &[&new[..], &["--set", "owner=lin"]].concat()).exits(2);
    is_untouched(&git);
}

const ENVELOPE: &str = "-----BEGIN AGE ENCRYPTED FILE-----
YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSBobzZ5REExQkpGTGU0dGR0
-----END AGE ENCRYPTED FILE-----
";

#[test]
fn a_secret_comes_of_a_file_and_is_an_envelope() {
    let git = shipped();
    let ask = ["request", "add_secret", "CartService", "--actor", "sam"];
    let ask = [
        &ask[..],
        &["--set", "environment=staging", "--set", "name=API_KEY"],
    ]
    .concat();
    run(
        git.root(),
        &[&ask[..], &["--set", "value=hunter2hunter2"]].concat(),
    )
    .says("`value` is a secret, and this is no envelope of age")
    .says("`age --encrypt --armor --recipient KEY --output value.age` makes it")
    .does_not_say("hunter2")
    .exits(2);
    run(
        git.root(),
        &[&ask[..], &["--set", "value=@nowhere.age"]].concat(),
    )
    .says("`nowhere.age` of `value` is not read")
    .exits(2);
    git.write("value.age", ENVELOPE);
    git.write(".git/info/exclude", "value.age\n");
    run(
        git.root(),
        &[&ask[..], &["--set", "value=@value.age"]].concat(),
    )
    .says("value (hidden)")
    .does_not_say("BEGIN AGE")
    .exits(0);
    let written = git.read(&new_file(&git));
    assert!(written.contains("YWdlLWVuY3J5cHRpb24"), "{written}");
}

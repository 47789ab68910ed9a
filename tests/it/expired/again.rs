//! What counts as run when it expired, and what is run once more.

use super::{APPLY, KINDS, LENT, action, ahead, at, called, grant, granted};
use crate::backend::{Backend, Fault};
use crate::shop::Shop;

#[test]
fn what_another_has_until_the_same_instant_is_taken_back_from_them_too() {
    let backend = Backend::start();
    let shop = granted(&backend);
    let ahead = ahead(2091);
    at(&shop, &ahead, &APPLY).exits(0);
    shop.git
        .commit_file(LENT, &grant("2090-01-01T00:00:00Z", "lin"));
    backend.fail("/revoke", Fault::Status(422), 1);
    at(&shop, &ahead, &APPLY)
        .does_not_say("-identifier: lent")
        .exits(4);
    let ran = at(&shop, &ahead, &APPLY);
    ran.does_not_say("-identifier: lent").exits(4);
    let step = ran.stdout.split("`catalogc retry ").nth(1);
    let step = step.and_then(|rest| rest.split('`').next()).unwrap();
    let times = called(&backend, "/revoke");
    at(&shop, &ahead, &["retry", step]).exits(0);
    at(&shop, &ahead, &APPLY).says("-identifier: lent").exits(0);
    assert_eq!(called(&backend, "/revoke"), times + 1);
    shop.run(&["audit", "verify"]).exits(0);
}

/// Merges what is on `pr`, and runs it.
fn merged(shop: &Shop, ahead: &str, actor: &str) {
    let before = shop.git.id("main");
    shop.git.switch("main");
    let after = shop.git.merge("pr");
    let landed = [
        "apply", "--base", &before, "--head", &after, "--actor", actor,
    ];
    at(shop, ahead, &landed).exits(0);
    shop.git.run(&["branch", "-q", "-D", "pr"]);
}

#[test]
fn an_end_that_was_put_off_and_brought_back_is_run_again() {
    let backend = Backend::start();
    let shop = granted(&backend);
    let ahead = ahead(2091);
    at(&shop, &ahead, &APPLY).exits(0);
    for until in ["2099-01-01T00:00:00Z", "2090-01-01T00:00:00Z"] {
        let pr = shop.pull_request().write(LENT, grant(until, "mia"));
        pr.commit("until");
        merged(&shop, &ahead, "kim");
    }
    let pr = shop
        .pull_request()
        .remove(LENT)
        .remove("catalog/entities/log.yaml");
    pr.commit("gone");
    shop.gate("kim", &[]).says("denied").exits(1);
    shop.git.switch("main");
    at(&shop, &ahead, &APPLY).says("-identifier: lent").exits(0);
    assert_eq!(called(&backend, "/revoke"), 2);
    at(&shop, &ahead, &APPLY).says("was run before").exits(0);
    assert_eq!(called(&backend, "/revoke"), 2);
    shop.run(&["audit", "verify"]).exits(0);
}

#[test]
fn entities_whose_names_read_alike_are_each_run() {
    let backend = Backend::start();
    let shop = granted(&backend);
    for (kind, entity) in [("A/B", "c"), ("A", "B/c")] {
        let file = kind.replace('/', "-");
        let path = format!("catalog/blueprints/{file}.yaml");
        let kinds = format!(
            "identifier: {kind}\nschema: {{properties: {{until: {{type: string, format: timer}}}}}}\nexpiry: {{property: until}}\n"
        );
        shop.git.write(&path, kinds);
        let path = format!("catalog/actions/end-{file}.yaml");
        let text = action(&format!("end-{file}"), "delete", "expired: true", "")
            .replace("blueprint: Grant", &format!("blueprint: {kind}"))
            .replace(", person: \"{{ .entity.relations.person }}\"", "");
        shop.git.write(&path, text);
        let path = format!("catalog/entities/{file}.yaml");
        let text = format!(
            "identifier: {entity}\nblueprint: {kind}\nproperties: {{until: \"2090-01-01T00:00:00Z\"}}\n"
        );
        shop.git.write(&path, text);
    }
    shop.git.commit("alike");
    at(&shop, &ahead(2091), &APPLY).exits(0);
    assert_eq!(
        (called(&backend, "/end-A-B"), called(&backend, "/end-A")),
        (1, 1)
    );
}

#[test]
fn what_was_run_with_a_secret_is_known_again_at_its_removal() {
    let backend = Backend::start();
    let shop = granted(&backend);
    let ahead = ahead(2091);
    let kinds = KINDS.replace(
        "level: {type: string}",
        "level: {type: string, secret: true}",
    );
    shop.git.write("catalog/blueprints/grants.yaml", kinds);
    let revoke = action(
        "revoke",
        "delete",
        "deleted: true, expired: true",
        "after: [tell]\ninputs:\n  properties: {level: {type: string}}\n  from: {level: .before.properties.level}\n",
    );
    shop.git.write("catalog/actions/revoke.yaml", revoke);
    let lent = grant("2090-01-01T00:00:00Z", "mia").replace("\"}", "\", level: high}");
    shop.git.write(LENT, lent);
    shop.git.commit("a secret");
    at(&shop, &ahead, &APPLY).exits(0);
    shop.git.commit_file("notes.txt", "something else\n");
    at(&shop, &ahead, &[&APPLY[..], &["--commit", "pr"]].concat())
        .says("1 expired entity was run before")
        .exits(0);
    shop.gate("kim", &[]).does_not_say("denied").exits(0);
    merged(&shop, &ahead, "kim");
    assert_eq!(called(&backend, "/revoke"), 1);
    shop.run(&["audit", "verify"]).exits(0);
}

#[test]
fn what_was_not_deleted_stays() {
    let backend = Backend::start();
    let shop = granted(&backend);
    let condition = "expired: true, condition: .before.properties.level == \"high\"";
    let revoke = action("revoke", "delete", condition, "");
    shop.git.commit_file("catalog/actions/revoke.yaml", &revoke);
    at(&shop, &ahead(2091), &APPLY)
        .does_not_say("-identifier: lent")
        .exits(0);
    assert_eq!(
        (called(&backend, "/tell"), called(&backend, "/revoke")),
        (1, 0)
    );
}

#[test]
fn one_that_cannot_be_run_stops_no_other() {
    let backend = Backend::start();
    let shop = granted(&backend);
    let ahead = ahead(2091);
    let before = shop.git.id("main");
    shop.git.commit_file("notes.txt", "gone later\n");
    backend.fail("/revoke", Fault::Status(422), 1);
    at(&shop, &ahead, &APPLY).exits(4);
    let times = called(&backend, "/revoke");
    // The landing began at a commit that is no part of the branch any more.
    shop.git.run(&["reset", "-q", "--hard", &before]);
    let other = grant("2090-01-01T00:00:00Z", "lin").replace("lent", "other");
    shop.git
        .commit_file("catalog/entities/grants/other.yaml", &other);
    at(&shop, &ahead, &APPLY)
        .says("failed: Grant lent is not run")
        .says("-identifier: other")
        .does_not_say("-identifier: lent")
        .exits(4);
    assert_eq!(called(&backend, "/revoke"), times + 1);
}

#[test]
fn a_lock_that_was_left_is_removed_for_the_clock_too() {
    let backend = Backend::start();
    let shop = granted(&backend);
    let apply = [&APPLY[..], &["--break-lock"]].concat();
    at(&shop, &ahead(2091), &apply)
        .says("no lock was there")
        .exits(0);
}

#[test]
fn what_needs_an_approval_is_told_once_with_what_to_do() {
    let backend = Backend::start();
    let shop = granted(&backend);
    let more = "after: [tell]\napproval: [{by: {teams: [platform]}, count: 1}]\n";
    let revoke = action("revoke", "delete", "deleted: true, expired: true", more);
    shop.git.commit_file("catalog/actions/revoke.yaml", &revoke);
    let ahead = ahead(2091);
    at(&shop, &ahead, &APPLY)
        .says("revoke needs an approval of ")
        .says("which the clock cannot have: end lent in a pull request that they approve")
        .exits(4);
    let again = at(&shop, &ahead, &APPLY);
    let line = "refused as before: 1 expired entity is told by `catalogc status`";
    assert!(again.exits(0).contains(line), "{again}");
    assert!(!again.stdout.contains("needs an approval"), "{again}");
    at(&shop, &ahead, &["status"])
        .says("1 step refused")
        .exits(4);
    assert_eq!(
        (called(&backend, "/tell"), called(&backend, "/revoke")),
        (1, 0)
    );
}

#[test]
fn one_action_that_is_another_by_now_runs_no_other_again() {
    let backend = Backend::start();
    let shop = granted(&backend);
    let ahead = ahead(2091);
    backend.fail("/revoke", Fault::Status(422), 1);
    at(&shop, &ahead, &APPLY).exits(4);
    assert_eq!(called(&backend, "/tell"), 1);
    let file = "catalog/actions/revoke.yaml";
    let repaired = shop.git.read(file).replace("/revoke\"", "/revoke-now\"");
    shop.git.commit_file(file, &repaired);
    at(&shop, &ahead, &APPLY).says("-identifier: lent").exits(0);
    assert_eq!(
        (called(&backend, "/tell"), called(&backend, "/revoke-now")),
        (1, 1)
    );
    at(&shop, &ahead, &["status"])
        .says("nothing is open")
        .exits(0);
}

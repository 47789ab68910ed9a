//! What has expired, from its grant to the landing of its removal, on a real repository.

use catalogc::plan::file::PlanFile;

use crate::apply::SECRETS;
use crate::backend::{Backend, Fault};
use crate::program::{Ran, catalogc, end};
use crate::shop::Shop;

mod again;

const KINDS: &str = "identifier: Grant
schema:
  properties: {until: {type: string, format: timer}, level: {type: string}}
  required: [until]
relations: {person: {target: User}}
expiry: {property: until}
onDelete: cascade
---
identifier: Log
schema: {properties: {}}
relations: {grant: {target: Grant}}
---
identifier: Lease
schema: {properties: {until: {type: string, format: timer}}}
expiry: {property: until}
";

const RULES: &str = "permit (principal in Team::\"platform\", action in [Action::\"create\", Action::\"grant\"], resource);
";

/// An action on grants that makes one call, to the path of its name.
fn action(name: &str, operation: &str, trigger: &str, more: &str) -> String {
    format!(
        "identifier: {name}
operation: {operation}
blueprint: Grant
trigger: {{{trigger}}}
permissions:
  execute: {{teams: [platform]}}
call:
  id: {name}
  connector: webhook
  with: {{url: \"https://deploy.example/{name}\", body: {{grant: \"{{{{ .entity.identifier }}}}\", person: \"{{{{ .entity.relations.person }}}}\"}}}}
{more}"
    )
}

const LENT: &str = "catalog/entities/grants/lent.yaml";

fn grant(until: &str, person: &str) -> String {
    format!(
        "identifier: lent\nblueprint: Grant\nproperties: {{until: \"{until}\"}}\nrelations: {{person: {person}}}\n"
    )
}

/// The seconds until the second of January of a year.
fn ahead(year: i16) -> String {
    let then: jiff::Timestamp = format!("{year}-01-02T00:00:00Z").parse().unwrap();
    (then.as_second() - jiff::Timestamp::now().as_second()).to_string()
}

/// A repository in which `lent` was granted until 2090, and its backend.
fn granted(backend: &Backend) -> Shop {
    let shop = Shop::with(backend);
    let main = shop.git.switch("main");
    main.write("catalog/blueprints/grants.yaml", KINDS);
    for (name, operation, trigger, more) in [
        ("lend", "create", "created: true", ""),
        (
            "revoke",
            "delete",
            "deleted: true, expired: true",
            "after: [tell]\n",
        ),
        ("tell", "day-2", "expired: true", ""),
    ] {
        main.write(
            &format!("catalog/actions/{name}.yaml"),
            action(name, operation, trigger, more),
        );
    }
    main.write("catalog/policies/more.cedar", RULES);
    main.write(
        "catalog/entities/lease.yaml",
        "identifier: old\nblueprint: Lease\nproperties: {until: \"2001-01-01T00:00:00Z\"}\n",
    );
    main.commit("grants");
    let before = main.id("main");
    shop.pull_request()
        .write(LENT, grant("2090-01-01T00:00:00Z", "mia"));
    shop.git.write(
        "catalog/entities/log.yaml",
        "identifier: log\nblueprint: Log\nrelations: {grant: lent}\n",
    );
    shop.git.commit("lent to mia");
    shop.git.switch("main");
    let after = shop.git.merge("pr");
    at(
        &shop,
        "0",
        &[
            "apply", "--base", &before, "--head", &after, "--actor", "sam",
        ],
    )
    .exits(0);
    assert_eq!(called(backend, "/lend"), 1);
    shop.git.run(&["branch", "-q", "-D", "pr"]);
    shop
}

fn at(shop: &Shop, ahead: &str, arguments: &[&str]) -> Ran {
    let mut command = catalogc(shop.git.root(), arguments);
    command.envs(SECRETS).env("CATALOGC_TEST_AHEAD", ahead);
    end(command)
}

const PLAN: [&str; 4] = ["plan", "--expired", "--now", "2090-01-01T00:00:00Z"];
const APPLY: [&str; 4] = ["apply", "--expired", "--now", "2090-01-01T00:00:00Z"];

#[test]
fn what_has_expired_commutes_with_what_touches_nothing_of_it() {
    let backend = Backend::start();
    let shop = granted(&backend);
    at(
        &shop,
        "0",
        &[&PLAN[..], &["--out", ".git/over.json"]].concat(),
    )
    .exits(0);
    let meets = |path: &str, text: &str| {
        shop.git.branch("pr", "main").commit_file(path, text);
        let pr = [
            "plan",
            "--base",
            "main",
            "--head",
            "pr",
            "--actor",
            "sam",
            "--out",
            ".git/pr.json",
        ];
        at(&shop, "0", &pr).exits(0);
        shop.git.switch("main");
        shop.git.run(&["branch", "-q", "-D", "pr"]);
        at(&shop, "0", &["conflicts", ".git/over.json", ".git/pr.json"])
    };
    let pay = crate::shop::service("pay", "platform", 5);
    meets(crate::shop::PAY, &pay).says("commute: ").exits(0);
    // Another end, another person, another grant, and who points at what goes.
    meets(LENT, &grant("2091-01-01T00:00:00Z", "mia"))
        .says("Grant/lent")
        .exits(1);
    meets(LENT, &grant("2090-01-01T00:00:00Z", "sam"))
        .says("Grant/lent")
        .exits(1);
    let more = grant("2089-01-01T00:00:00Z", "sam").replace("lent", "more");
    meets("catalog/entities/more.yaml", &more)
        .says("count Grant")
        .exits(1);
    let log = "identifier: log2\nblueprint: Log\nrelations: {grant: lent}\n";
    meets("catalog/entities/log2.yaml", log).exits(1);
    at(
        &shop,
        "0",
        &["conflicts", ".git/over.json", ".git/over.json"],
    )
    .exits(1);
}

/// How often a path was called.
fn called(backend: &Backend, path: &str) -> usize {
    backend
        .received()
        .iter()
        .filter(|it| it.path == path)
        .count()
}

#[test]
fn what_is_granted_ends_once_and_its_removal_fires_nothing_more() {
    let backend = Backend::start();
    let shop = granted(&backend);
    let too_early = ["plan", "--expired", "--now", "2089-12-31T23:59:59Z"];
    shop.run(&too_early)
        .says("Lease old expired 2001-01-01 00:00 UTC, and no action")
        .says("nothing to do")
        .exits(0);
    let planned = shop.run(&[&PLAN[..], &["--out", "plan.json"]].concat());
    planned
        .says("revoke")
        .says("deleted")
        .says("what expired until 2090-01-01T00:00:00Z")
        .says("with Grant lent: log goes with it or loses its name, and that is decided by itself")
        .exits(0);
    let plan = shop.run(&[&PLAN[..], &["--format", "json"]].concat());
    let plan = PlanFile::from_bytes(plan.stdout.as_bytes()).unwrap();
    let steps: Vec<&str> = plan.steps.iter().map(|step| step.action.as_str()).collect();
    assert_eq!(steps, ["tell", "revoke"], "in the order of `after`");
    for form in ["text", "markdown", "html"] {
        shop.run(&["show", "plan.json", "--format", form])
            .says("revoke")
            .exits(0);
    }
    shop.run(&["verify", "plan.json", "--against", "main"])
        .exits(0);
    shop.run(&APPLY).says("later than it is").exits(2);
    let ahead = ahead(2091);
    let apply = |more: &[&str]| at(&shop, &ahead, &[&APPLY[..], more].concat());
    let first = apply(&["plan.json"]);
    first
        .says("-identifier: lent")
        .says("-identifier: log")
        .says("/dev/null")
        .exits(0);
    assert_eq!(
        (called(&backend, "/tell"), called(&backend, "/revoke")),
        (1, 1)
    );
    assert_eq!(
        shop.git
            .run(&["status", "--porcelain", "--untracked-files=no"]),
        ""
    );
}

#[test]
fn what_was_run_comes_back_as_a_branch_that_fires_nothing_more() {
    let backend = Backend::start();
    let shop = granted(&backend);
    let ahead = ahead(2091);
    let apply = |more: &[&str]| at(&shop, &ahead, &[&APPLY[..], more].concat());
    apply(&[]).exits(0);
    let before = shop.git.id("main");
    let second = apply(&["--commit", "expired", "--patch", "gone.patch"]);
    second
        .says("1 expired entity was run before")
        .says("committed:")
        .exits(0);
    apply(&["--commit", "expired"]).says("committed:").exits(0);
    let kept = shop.git.id("expired");
    let later = [
        "apply",
        "--expired",
        "--now",
        "2090-01-01T00:10:00Z",
        "--commit",
        "expired",
    ];
    at(&shop, &ahead, &later).exits(0);
    assert_eq!(shop.git.id("expired"), kept, "what is the same stays");
    assert_eq!(
        (called(&backend, "/tell"), called(&backend, "/revoke")),
        (1, 1)
    );
    assert_eq!(
        shop.git
            .run(&["status", "--porcelain", "--untracked-files=no"]),
        ""
    );
    assert_eq!(shop.git.id("main"), before);
    assert_eq!(
        shop.git.run(&["diff", "--name-status", "main", "expired"]),
        "D\tcatalog/entities/grants/lent.yaml\nD\tcatalog/entities/log.yaml"
    );
    // The plan of two trees knows no ledger; the gate does.
    let asked = ["--base", "main", "--head", "expired", "--actor", "kim"];
    shop.run(&[&["plan"], &asked[..]].concat()).says("denied");
    shop.run(&[&["gate"], &asked[..]].concat())
        .does_not_say("denied")
        .exits(0);
    let after = shop.git.merge("expired");
    let landed = [
        "apply", "--base", &before, "--head", &after, "--actor", "kim",
    ];
    at(&shop, &ahead, &landed).exits(0);
    assert_eq!(called(&backend, "/revoke"), 1);
    apply(&[]).says("nothing expired").exits(0);
    let audit = shop.run(&["audit", "verify"]);
    audit.says("derived again and equal").exits(0);
}

#[test]
fn what_failed_is_run_again_by_a_person_and_goes_only_then() {
    let backend = Backend::start();
    let shop = granted(&backend);
    let ahead = ahead(2091);
    backend.fail("/revoke", Fault::Status(422), 1);
    let ran = at(&shop, &ahead, &APPLY);
    ran.does_not_say("-identifier: lent").exits(4);
    let step = ran.stdout.split("`catalogc retry ").nth(1);
    let step = step
        .and_then(|rest| rest.split('`').next())
        .unwrap_or_else(|| panic!("{ran}"));
    let times = called(&backend, "/revoke");
    at(&shop, &ahead, &APPLY);
    assert_eq!(
        called(&backend, "/revoke"),
        times,
        "what failed is not begun again by the clock"
    );
    at(&shop, &ahead, &["retry", step, "--actor", "mia"])
        .says("denied")
        .exits(1);
    at(&shop, &ahead, &["retry", step]).exits(0);
    assert_eq!(
        (called(&backend, "/tell"), called(&backend, "/revoke")),
        (1, times + 1)
    );
    at(&shop, &ahead, &["audit", step])
        .says("expired 2090-01-01")
        .exits(0);
    at(&shop, &ahead, &APPLY).says("-identifier: lent").exits(0);
}

#[test]
fn an_extended_end_is_another_and_what_was_changed_is_not_proven_done() {
    let backend = Backend::start();
    let shop = granted(&backend);
    let ahead = ahead(2091);
    shop.git
        .commit_file(LENT, &grant("2099-01-01T00:00:00Z", "mia"));
    at(&shop, &ahead, &APPLY).says("nothing expired").exits(0);
    assert_eq!(called(&backend, "/revoke"), 0);
    shop.git
        .commit_file(LENT, &grant("2090-01-01T00:00:00Z", "mia"));
    at(&shop, &ahead, &APPLY).exits(0);
    assert_eq!(called(&backend, "/revoke"), 1);
    // Somebody else has it now, until the same instant: nobody took it back from them.
    shop.git
        .commit_file(LENT, &grant("2090-01-01T00:00:00Z", "lin"));
    let pr = shop
        .pull_request()
        .remove(LENT)
        .remove("catalog/entities/log.yaml");
    pr.commit("gone");
    shop.gate("kim", &[]).says("denied").exits(1);
}

#[test]
fn a_branch_of_somebody_is_not_replaced() {
    let backend = Backend::start();
    let shop = granted(&backend);
    shop.git.run(&["branch", "mine"]);
    let ran = at(
        &shop,
        &ahead(2091),
        &[&APPLY[..], &["--commit", "mine"]].concat(),
    );
    ran.says("the branch `mine` is not written").exits(2);
    assert_eq!(called(&backend, "/tell"), 0, "nothing is run before");
    assert_eq!(shop.git.id("mine"), shop.git.id("main"));
    let ran = at(
        &shop,
        &ahead(2091),
        &[&APPLY[..], &["--commit", "main"]].concat(),
    );
    ran.says("it is checked out").exits(2);
    assert_eq!(called(&backend, "/tell"), 0, "nothing is run before");
}

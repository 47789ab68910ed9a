//! Memberships that begin and end, asked of the program on real histories: judged at a moment,
//! given by `grant` alone, and over when they are over, also for what was allowed before.

use crate::apply::SECRETS;
use crate::backend::Backend;
use crate::program::{Ran, catalogc, end};
use crate::shop::{self, CART, Shop, person, person_text};

const KIND: &str = "catalog/blueprints/on-call.yaml";
pub(crate) const NIGHT: &str = "catalog/entities/on-call/night.yaml";

/// Whoever is on call of a team is in it.
const ON_CALL: &str = "identifier: OnCall
schema:
  properties:
    starts_at: {type: string, format: date-time}
    ends_at: {type: string, format: date-time}
    note: {type: string}
relations:
  person: {target: User, required: true}
  team: {target: Team, required: true}
membership: {member: person, group: team, from: starts_at, until: ends_at}
";

pub(crate) const DURING: &str = "2026-11-22T09:00:00Z";
pub(crate) const AFTER: &str = "2026-11-22T10:00:00Z";

pub(crate) fn night(starts: &str, ends: &str) -> String {
    format!(
        "identifier: night\nblueprint: OnCall\nproperties: {{starts_at: \"{starts}\", ends_at: \"{ends}\"}}\nrelations: {{person: omar, team: checkout}}\n"
    )
}

/// omar, who is in no team, is on call of checkout; nothing is asked for yet.
pub(crate) fn shop_with(backend: Option<&Backend>, night: &str) -> Shop {
    let shop = backend.map_or_else(Shop::new, Shop::with);
    shop.git
        .write(KIND, ON_CALL)
        .write(NIGHT, night)
        .write(&person("omar"), person_text("omar", ""))
        .commit("omar is on call");
    shop
}

/// The same in the morning of one day, and a pull request that scales `cart`.
fn scaled(replicas: u32) -> Shop {
    let night = night("2026-11-22T08:00:00Z", AFTER);
    let shop = shop_with(None, &night);
    shop.pull_request()
        .write(CART, shop::service("cart", "checkout", replicas))
        .commit("more replicas");
    shop
}

#[test]
fn who_is_on_call_may_what_the_team_may_and_only_then() {
    let shop = scaled(5);
    shop.gate("omar", &[])
        .says("OnCall `night` makes somebody a member for a time")
        .says("--now")
        .exits(2);
    let plan = ["plan", "--base", "main", "--head", "pr", "--actor", "omar"];
    shop.run(&[&plan[..], &["--now", DURING]].concat())
        .says("omar is in checkout until 2026-11-22 10:00 UTC")
        .exits(0);
    shop.gate("omar", &["--now", DURING]).exits(0);
    shop.gate("omar", &["--now", AFTER])
        .says("omar was in checkout until 2026-11-22")
        .exits(1);
    shop.gate("omar", &["--now", "2026-11-22T07:59:59Z"])
        .says("omar is in checkout only from 2026-11-22")
        .exits(1);
    // The moment is in no digest.
    let id = |now: &str| {
        let ran = shop.run(&[&plan[..], &["--format", "json", "--now", now]].concat());
        let plan: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
        plan["id"].clone()
    };
    assert_eq!(id(DURING), id(AFTER));
}

#[test]
fn who_approves_is_judged_at_the_moment_too() {
    let night = night("2026-11-22T08:00:00Z", AFTER).replace("checkout", "platform");
    let shop = shop_with(None, &night);
    shop.pull_request()
        .write(CART, shop::service("cart", "checkout", 30))
        .commit("more replicas");
    let approval = format!("omar@{}", shop.git.id("pr"));
    let asked = ["--approval", approval.as_str(), "--now"];
    shop.gate("lin", &[&asked[..], &[DURING]].concat()).exits(0);
    shop.gate("lin", &[&asked[..], &[AFTER]].concat())
        .says("nothing here needs the agreement of omar")
        .exits(1);
}

#[test]
fn nobody_puts_themselves_on_call() {
    let shop = Shop::new();
    shop.git.write(KIND, ON_CALL).commit("on call");
    shop.pull_request()
        .write(
            "catalog/policies/mine.cedar",
            "permit (principal, action, resource);\n",
        )
        .write(
            NIGHT,
            night("2026-11-22T08:00:00Z", AFTER).replace("omar", "mia"),
        )
        .write(shop::PAY, shop::service("pay", "platform", 5))
        .commit("mia is on call");
    // The target has no membership that begins or ends, so no moment matters.
    shop.gate("mia", &[]).says("denied").exits(1);
}

#[test]
fn every_change_of_a_membership_is_a_grant() {
    let changed = night("2026-11-22T08:00:00Z", "2026-12-24T10:00:00Z");
    let noted = night("2026-11-22T08:00:00Z", AFTER).replace("{starts_at", "{note: x, starts_at");
    let renamed = night("2026-11-22T08:00:00Z", AFTER).replace(
        "identifier: night\n",
        "identifier: dawn\nmovedFrom: night\n",
    );
    let another = night("2026-11-22T08:00:00Z", AFTER).replace("night", "day");
    for (what, path, text) in [
        ("longer", NIGHT, Some(changed.as_str())),
        ("with a note", NIGHT, Some(&noted)),
        ("renamed", NIGHT, Some(&renamed)),
        ("new", "catalog/entities/on-call/day.yaml", Some(&another)),
        ("gone", NIGHT, None),
    ] {
        let shop = shop_with(None, &night("2026-11-22T08:00:00Z", AFTER));
        // Who may do everything else of it does not thereby say who is in which team.
        shop.git
            .write(
                "catalog/policies/calendar.cedar",
                "permit (principal in Team::\"checkout\", action in [Action::\"create\", Action::\"update\", Action::\"delete\", Action::\"rename\"], resource is OnCall);\n",
            )
            .commit("checkout keeps the calendar");
        let git = shop.pull_request();
        match text {
            Some(text) => git.write(path, text),
            None => git.remove(path),
        };
        git.commit(what);
        let ran = shop.gate("lin", &["--now", DURING]);
        assert!(ran.said().contains("grant"), "{what}: {ran}");
        assert_eq!(ran.code, Some(1), "{what}: {ran}");
        shop.gate("kim", &["--now", DURING]).exits(0);
    }
}

#[test]
fn an_action_that_claims_a_membership_does_not_cover_the_grant() {
    let claims = [
        ("day-2", "{changed: [properties.ends_at]}"),
        ("create", "{created: true}"),
        ("delete", "{deleted: true}"),
    ];
    for (operation, trigger) in claims {
        let shop = shop_with(None, &night("2026-11-22T08:00:00Z", AFTER));
        shop.git
            .write(
                "catalog/actions/calendar.yaml",
                format!(
                    "identifier: calendar\noperation: {operation}\nblueprint: OnCall\ntrigger: {trigger}\npermissions: {{execute: {{teams: [checkout, admins]}}}}\n"
                ),
            )
            .commit("an action of the calendar");
        let git = shop.pull_request();
        match operation {
            "day-2" => git.write(NIGHT, night("2026-11-22T08:00:00Z", "2026-12-24T10:00:00Z")),
            "create" => git.write(
                "catalog/entities/on-call/day.yaml",
                night("2026-11-22T08:00:00Z", AFTER).replace("night", "day"),
            ),
            _ => git.remove(NIGHT),
        };
        git.commit(operation);
        let ran = shop.gate("lin", &["--now", DURING]);
        ran.says("1 of 2 steps").says("grant").exits(1);
        shop.gate("kim", &["--now", DURING]).exits(0);
    }
}

#[test]
fn ps3_a_kind_and_who_gets_in_by_it_are_two_pull_requests() {
    let shop = Shop::new();
    let rules = "permit (principal in Team::\"checkout\", action == Action::\"define\", resource) when { context.kind == \"blueprint\" };\n";
    shop.git
        .write("catalog/policies/kinds.cedar", rules)
        .commit("checkout defines kinds");
    shop.pull_request()
        .write(KIND, ON_CALL)
        .write(
            NIGHT,
            night("2026-11-22T08:00:00Z", AFTER).replace("omar", "mia"),
        )
        .commit("mia is on call");
    let gate = ["--now", DURING];
    for actor in ["mia", "kim"] {
        shop.gate(actor, &gate)
            .says("the `grant` of OnCall, which is new")
            .exits(1);
    }
    shop.git.remove(NIGHT).commit("the kind alone");
    shop.gate("mia", &gate).exits(0);
}

#[test]
fn the_call_that_gives_access_is_not_made_where_the_grant_is_refused() {
    let backend = Backend::start();
    let shop = Shop::with(&backend);
    let give = "identifier: give\noperation: create\nblueprint: OnCall\ntrigger: {created: true}\npermissions: {execute: {users: omar}}\ncall:\n  id: give\n  connector: webhook\n  with: {url: \"https://deploy.example/give\"}\n  timeout: 1m\n";
    shop.git
        .write(KIND, ON_CALL)
        .write(&person("omar"), person_text("omar", ""))
        .write("catalog/actions/give.yaml", give)
        .commit("on call");
    shop.pull_request()
        .write(NIGHT, night("2026-11-22T08:00:00Z", "2027-11-22T08:00:00Z"))
        .commit("omar is on call");
    shop.gate("omar", &["--now", DURING])
        .says("1 of 2 steps is not allowed")
        .exits(1);
    // Merged past the gate.
    let before = shop.git.switch("main").id("main");
    shop.git.merge("pr");
    applied(&shop, &before, "600")
        .says("step 2, grant of the same change, is refused")
        .exits(4);
    assert!(backend.received().is_empty());
}

#[test]
fn a_record_of_a_membership_is_a_grant_too() {
    let shop = shop_with(None, &night("2026-11-22T08:00:00Z", AFTER));
    shop.git
        .write(
            "catalog/policies/calendar.cedar",
            "permit (principal in Team::\"checkout\", action in Action::\"record\", resource is OnCall);\n",
        )
        .commit("checkout records");
    shop.pull_request()
        .write(NIGHT, night("2026-11-22T08:00:00Z", "2026-12-24T10:00:00Z"))
        .write(
            "catalog/requests/record.yaml",
            "action: record\nentity: night\nblueprint: OnCall\ninputs: {reason: it is so}\n",
        )
        .commit("it is so");
    shop.gate("lin", &["--now", DURING]).says("grant").exits(1);
}

/// The example of the documentation is what happens.
#[test]
fn the_example_of_the_page_is_true() {
    const PAGE: &str = include_str!("../../docs/permissions.md");
    let section = PAGE.split("## Time-bound membership").nth(1).unwrap();
    let section = section.split("\n## ").next().unwrap();
    let fences = |kind: &str| -> Vec<&str> {
        let begin = format!("```{kind}\n");
        let rest = section.split(begin.as_str()).skip(1);
        rest.map(|rest| rest.split("```").next().unwrap()).collect()
    };
    let shop = Shop::new();
    let files = fences("yaml");
    assert_eq!(files.len(), 2);
    for file in files {
        let (path, text) = file.split_once('\n').unwrap();
        shop.git.write(path.strip_prefix("# ").unwrap(), text);
    }
    shop.git
        .write(&person("omar"), person_text("omar", ""))
        .commit("omar is on call");
    shop.pull_request()
        .write(CART, shop::service("cart", "checkout", 5))
        .commit("more replicas");
    let shown = fences("text")[0];
    let pairs: Vec<&str> = shown.lines().collect();
    for pair in pairs.chunks(2) {
        let arguments: Vec<&str> = pair[0].split_whitespace().skip(2).collect();
        let (verdict, words) = pair[1].split_once("  ").unwrap();
        let plan = [&["plan"][..], &arguments[1..]].concat();
        shop.run(&plan).says(words.trim()).exits(0);
        shop.run(&arguments).exits(i32::from(verdict != "allowed"));
    }
}

/// The second of the clock, so far from now.
fn in_seconds(seconds: i64) -> String {
    let now = jiff::Timestamp::now().as_second();
    jiff::Timestamp::from_second(now + seconds)
        .unwrap()
        .to_string()
}

/// Merges the pull request of omar's, and applies it so many seconds later.
fn applied(shop: &Shop, before: &str, ahead: &str) -> Ran {
    let after = shop.git.id("main");
    let arguments = [
        "apply", "--base", before, "--head", &after, "--actor", "omar",
    ];
    let mut command = catalogc(shop.git.root(), &arguments);
    command.envs(SECRETS).env("CATALOGC_TEST_AHEAD", ahead);
    end(command)
}

#[test]
fn what_ended_between_gate_and_apply_ends_refused() {
    let backend = Backend::start();
    let shop = shop_with(Some(&backend), &night(&in_seconds(-60), &in_seconds(3_600)));
    shop.pull_request()
        .commit_file(CART, &shop::service("cart", "checkout", 5));
    shop.gate("omar", &["--now", &in_seconds(0)]).exits(0);
    let before = shop.git.switch("main").id("main");
    shop.git.merge("pr");
    let late = applied(&shop, &before, "7200");
    late.says("refused")
        .says("omar was in checkout until")
        .exits(4);
    assert!(backend.received().is_empty());
    let audit = shop.run(&["audit", "--entity", "cart"]);
    audit.says("refused").exits(0);
    // In time it would have been done.
    let shop = shop_with(Some(&backend), &night(&in_seconds(-60), &in_seconds(3_600)));
    shop.pull_request()
        .commit_file(CART, &shop::service("cart", "checkout", 5));
    let before = shop.git.switch("main").id("main");
    shop.git.merge("pr");
    applied(&shop, &before, "60").exits(0);
    assert_eq!(backend.received().len(), 2);
}

#[test]
fn what_was_taken_back_since_the_merge_ends_refused() {
    let backend = Backend::start();
    let shop = shop_with(Some(&backend), &night(&in_seconds(-60), &in_seconds(3_600)));
    shop.pull_request()
        .commit_file(CART, &shop::service("cart", "checkout", 5));
    let before = shop.git.switch("main").id("main");
    shop.git.merge("pr");
    let after = shop.git.id("main");
    shop.git.remove(NIGHT).commit("omar is not on call");
    let arguments = [
        "apply", "--base", &before, "--head", &after, "--actor", "omar",
    ];
    let mut command = catalogc(shop.git.root(), &arguments);
    command.envs(SECRETS);
    end(command).says("refused").exits(4);
    assert!(backend.received().is_empty());
}

#[test]
fn access_that_ran_out_while_it_waited_is_not_given() {
    let backend = Backend::start();
    let shop = Shop::with(&backend);
    shop.git
        .write(
            "catalog/blueprints/access.yaml",
            "identifier: Access\nschema: {properties: {ends_at: {type: string, format: timer}}}\nrelations: {person: {target: User, required: true}}\nexpiry: {property: ends_at}\n",
        )
        .write(
            "catalog/actions/give.yaml",
            "identifier: give\noperation: create\nblueprint: Access\ntrigger: {created: true}\npermissions: {execute: {when: resource.person == principal}}\ncall: {id: give, connector: webhook, with: {url: \"https://deploy.example/scale\", body: {}}}\n",
        )
        .commit("access for a time");
    let access = format!(
        "identifier: mine\nblueprint: Access\nproperties: {{ends_at: \"{}\"}}\nrelations: {{person: lin}}\n",
        in_seconds(3_600)
    );
    shop.pull_request()
        .commit_file("catalog/entities/access.yaml", &access);
    shop.gate("lin", &[]).exits(0);
    shop.gate("lin", &["--now", &in_seconds(0)]).exits(0);
    shop.gate("lin", &["--now", &in_seconds(7_200)])
        .says("what is over is not given any more")
        .exits(1);
    let before = shop.git.switch("main").id("main");
    let after = shop.git.merge("pr");
    let arguments = [
        "apply", "--base", &before, "--head", &after, "--actor", "lin",
    ];
    let apply = |ahead: &str| {
        let mut command = catalogc(shop.git.root(), &arguments);
        command.envs(SECRETS).env("CATALOGC_TEST_AHEAD", ahead);
        end(command)
    };
    apply("7200")
        .says("refused")
        .says("denied: mine ended")
        .exits(4);
    assert!(backend.received().is_empty());
}

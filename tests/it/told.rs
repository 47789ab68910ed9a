//! What `gate` says to whoever merges, and must not be silent about.

use crate::program::run;
use crate::repository::Git;
use crate::shop::{CART, PAY, Shop, person, person_text, service, settings};

const SCALE: &str = "catalog/actions/scale.yaml";

/// A pull request that writes a file otherwise.
fn editing(path: &str, from: &str, to: &str) -> Shop {
    let shop = Shop::new();
    let text = shop.git.read(path);
    assert!(text.contains(from), "{text}");
    shop.pull_request()
        .commit_file(path, &text.replacen(from, to, 1));
    shop
}

#[test]
fn what_others_gain_and_lose_is_told_at_the_gate() {
    let teams = "{teams: [checkout, platform]}";
    let shop = editing(SCALE, teams, "{teams: [checkout], users: [vera]}");
    for more in [&[][..], &["--full"]] {
        shop.gate("kim", more)
            .says("who may do what, by catalog/actions/scale.yaml")
            .says("vera gains scale")
            .says("platform loses scale")
            .exits(0);
    }
}

#[test]
fn who_hands_over_needs_both_sides_also_where_the_action_does_not_say_so() {
    let approval = "approval:\n  - by: {owners: after}\n    count: 1\n";
    let shop = editing("catalog/actions/hand_over.yaml", approval, "");
    // The owner before agrees from now on, too.
    shop.git.run(&["branch", "--force", "main", "pr"]);
    shop.git.commit_file(CART, &service("cart", "platform", 3));
    shop.gate("lin", &[])
        .says("2 approvals are missing")
        .exits(1);
    // What hands nothing over needs nobody then.
    let text = shop.git.read(SCALE);
    let (head, rest) = text.split_once("approval:").unwrap();
    let (_, tail) = rest.split_once("calls:").unwrap();
    let shop = editing(SCALE, &text, &format!("{head}calls:{tail}"));
    shop.gate("kim", &[]).says("scale without approval");
}

#[test]
fn an_open_catalog_with_a_rule_is_not_said_to_have_none() {
    let git = Git::new();
    git.write("catalogc.yaml", "version: 1\npermissions: open\npeople: {blueprint: User}\n")
        .write(
            "catalog/blueprints/s.yaml",
            "identifier: S\nschema: {properties: {}}\n---\nidentifier: User\nschema: {properties: {}}\n",
        )
        .commit("a catalog");
    let gate = ["gate", "--base", "main", "--head", "pr", "--actor", "lin"];
    git.branch("pr", "main")
        .commit_file("catalog/entities/a.yaml", "{identifier: a, blueprint: S}\n");
    run(git.root(), &gate).says("open catalog: no rule exists");
    git.switch("main");
    git.commit_file(
        "catalog/policies/p.cedar",
        "forbid (principal, action in Action::\"create\", resource is S);\n",
    );
    run(git.root(), &gate)
        .says("open catalog: everyone may do what no rule is about")
        .does_not_say("no rule exists")
        .exits(1);
}

#[test]
fn a_work_tree_that_is_not_there_is_no_other_users() {
    let shop = editing(CART, "replicas: 3", "replicas: 5");
    shop.git.run(&["config", "core.worktree", "/nonexistent"]);
    shop.gate("lin", &[])
        .says("`core.worktree` of the repository names `/nonexistent`")
        .does_not_say("safe.directory")
        .exits(2);
}

#[test]
fn files_of_the_catalog_that_nothing_reads_are_named() {
    let shop = Shop::new();
    shop.pull_request()
        .write("catalog/.gitignore", "cart.yaml\n")
        .commit_file(
            "catalog/policies/x.CEDAR",
            "permit (principal, action, resource);\n",
        );
    shop.gate("lin", &[])
        .says("rules are not read from a file that ends in `.CEDAR`")
        .exits(0);
    shop.gate("lin", &["--full"])
        .says("meta  catalog/.gitignore  file appears")
        .says("meta  catalog/policies/x.CEDAR  file appears")
        .exits(0);
    // What the target has already is not told again.
    shop.git.run(&["branch", "--force", "main", "pr"]);
    shop.git.commit_file(CART, &service("cart", "checkout", 5));
    shop.gate("lin", &[]).does_not_say(".CEDAR").exits(0);
}

#[test]
fn a_secret_that_is_a_warning_is_told_at_the_gate() {
    let token = format!("{}{}", "ghp_", "nwlavyfErGPmpGXafq0fjzLczbttOofL9H2W");
    let shop = Shop::new();
    let settings = format!("{}severity: {{E0510: warning}}\n", settings(9));
    shop.git.commit_file("catalogc.yaml", &settings);
    let text = service("cart", "checkout", 3).replace("replicas: 3", &format!("note: {token}"));
    shop.pull_request().commit_file(CART, &text);
    shop.gate("kim", &[])
        .says("a token of GitHub stands here in plain text")
        .does_not_say(&token);
}

#[test]
fn what_nobody_sees_and_what_looks_alike_is_told_at_the_gate_and_in_the_comment() {
    let hidden = |note: &str| {
        service("cart", "checkout", 3).replace("replicas: 3", &format!("note: \"{note}\""))
    };
    let shop = Shop::new();
    shop.git.commit_file(CART, &hidden("a\u{202e}b"));
    // A second one with the same words in the same file is as new as the first was.
    shop.pull_request()
        .write(CART, hidden("a\u{202e}b\u{202e}c"))
        .write(&person("kelvin"), person_text("\u{212a}im", "checkout"))
        .commit_file(
            "catalog/entities/services/care.yaml",
            &service("c\u{430}rt", "checkout", 3),
        );
    let gate = shop.gate("kim", &[]);
    gate.says("cannot be seen").says("looks like");
    gate.says("is no login of a forge").says("U+212A");
    let plan = [
        "plan", "--base", "main", "--head", "pr", "--actor", "kim", "--format", "markdown",
    ];
    shop.run(&plan).says("cannot be seen").exits(0);
    // What the target has already is not told again.
    shop.git.run(&["branch", "--force", "main", "pr"]);
    shop.git.commit_file(PAY, &service("pay", "platform", 5));
    shop.gate("kim", &[])
        .does_not_say("cannot be seen")
        .does_not_say("looks like")
        .does_not_say("U+212A");
}

#[test]
fn a_day_and_a_moment_are_both_a_now() {
    let shop = editing(CART, "replicas: 3", "replicas: 5");
    for now in ["2026-11-22", "2026-11-22T14:00:00+02:00"] {
        shop.gate("lin", &["--now", now]).exits(0);
        shop.run(&["check", "--now", now]).exits(0);
    }
    shop.run(&["check", "--now", "tomorrow"])
        .says("write a day like 2026-11-22, or a moment")
        .exits(2);
}

#[test]
fn what_moves_later_is_told_today() {
    let now = ["--now", "2026-11-23T04:00:00Z"];
    for (rule, told) in [
        (
            "permit (principal == User::\"vera\", action == Action::\"scale\", resource) when { context.now >= datetime(\"2026-11-24\") };",
            "from 2026-11-24 00:00 UTC on: vera gains scale on Service (2)",
        ),
        (
            "forbid (principal == User::\"lin\", action == Action::\"scale\", resource) when { context.now > datetime(\"2027-01-01T08:00:00Z\") };",
            "from 2027-01-01 08:00 UTC on: lin loses scale",
        ),
    ] {
        let shop = Shop::new();
        shop.pull_request()
            .commit_file("catalog/policies/later.cedar", &format!("{rule}\n"));
        shop.gate("kim", &now)
            .says("who may do what")
            .says(told)
            .does_not_say("no decision moves")
            .exits(0);
    }
    // What is over moves nothing, and neither does a moment that both sides name.
    let shop = Shop::new();
    let over = "permit (principal == User::\"vera\", action == Action::\"scale\", resource) when { context.now < datetime(\"2026-11-22\") };\n";
    shop.pull_request()
        .commit_file("catalog/policies/over.cedar", over);
    shop.gate("kim", &now).does_not_say(" on: ").exits(0);
}

#[test]
fn a_rule_that_never_holds_is_told_at_the_gate() {
    let shop = Shop::new();
    let rule = "forbid (principal, action == Action::\"scale\", resource) when { resource has replicas && resource.replicas > 5 && resource.replicas < 3 };\n";
    shop.pull_request()
        .commit_file("catalog/policies/never.cedar", rule);
    shop.gate("kim", &[])
        .says("`resource.replicas` has no number that is both")
        .exits(0);
}

#[test]
fn a_calculation_that_rules_read_is_told_as_a_rule_is() {
    let shop = Shop::new();
    let kinds = "catalog/blueprints/kinds.yaml";
    let text = shop.git.read(kinds);
    let calculated = text.replacen(
        "ownership: {path: owner}\n",
        "ownership: {path: owner}\ncalculationProperties: {double: {calculation: .properties.replicas * 2, type: integer}}\n",
        1,
    );
    let rule = "permit (principal == User::\"vera\", action == Action::\"restart\", resource) when { resource has double && resource.double > 30 };\n";
    let rules = "catalog/policies/rules.cedar";
    shop.git
        .write(rules, shop.git.read(rules) + rule)
        .commit_file(kinds, &calculated);
    shop.run(&["check"]).exits(0);
    shop.pull_request()
        .commit_file(kinds, &calculated.replace("replicas * 2", "replicas * 200"));
    shop.gate("kim", &[])
        .says("who may do what, by catalog/blueprints/kinds.yaml")
        .says("vera gains restart on all 2 Services")
        .exits(0);
    // Where a value changes, its step says it.
    shop.git.branch("value", "main");
    shop.git.commit_file(PAY, &service("pay", "platform", 20));
    shop.run(&[
        "gate", "--base", "main", "--head", "value", "--actor", "sam",
    ])
    .says("allowed: 1 step")
    .does_not_say("who may do what");
}

#[test]
fn what_ends_at_another_moment_by_its_blueprint_is_told() {
    let shop = Shop::new();
    let kinds = "catalog/blueprints/kinds.yaml";
    let ends = |property: &str| {
        let text = shop.git.read(kinds);
        let timers = "    until: {type: string, format: date-time}\n    other: {type: string, format: date-time}\n    note: {type: string}\n";
        let text = text.replacen("    note: {type: string}\n", timers, 1);
        text.replacen(
            "ownership: {path: owner}\n",
            &format!("ownership: {{path: owner}}\nexpiry: {{property: {property}}}\n"),
            1,
        )
    };
    let (until, other) = (ends("until"), ends("other"));
    let cart = service("cart", "checkout", 3).replace(
        "relations",
        "  until: 2089-01-01T00:00:00Z\n  other: 2001-01-01T00:00:00Z\nrelations",
    );
    shop.git.write(CART, cart).commit_file(kinds, &until);
    shop.pull_request().commit_file(kinds, &other);
    let so_far = "so far 2089-01-01 00:00 UTC";
    shop.gate("kim", &[])
        .says("Service cart is over 2001-01-01 00:00 UTC by it")
        .says(so_far)
        .does_not_say("Service pay")
        .exits(0);
    let never = until.replacen("expiry: {property: until}\n", "", 1);
    shop.git.commit_file(kinds, &never);
    shop.gate("kim", &[])
        .says("Service cart is never over by it")
        .says(so_far)
        .exits(0);
}

#[test]
fn what_stops_plans_is_not_said_to_be_as_before() {
    let shop = Shop::new();
    let frozen = "freezes:\n  - {name: always, windows: [{from: 2020-01-01T00:00:00Z, until: 2090-01-01T00:00:00Z}], reason: a rest}\n";
    let text = shop.git.read("catalogc.yaml");
    shop.git
        .commit_file("catalogc.yaml", &format!("{text}{frozen}"));
    let rules = "catalog/policies/rules.cedar";
    let commented = format!("// a word more\n{}", shop.git.read(rules));
    let now = ["--now", "2026-11-22T12:00:00Z"];
    shop.pull_request()
        .write("catalogc.yaml", &text)
        .commit_file(rules, &commented);
    shop.gate("kim", &now)
        .says("`freezes` of the settings change: what they stop is not compared")
        .does_not_say("no decision moves");
    // A comment alone moves nothing.
    shop.git
        .commit_file("catalogc.yaml", &format!("{text}{frozen}"));
    shop.gate("kim", &now)
        .says("no decision moves")
        .does_not_say("is not compared");
}

#[test]
fn what_an_update_hands_over_to_the_clock_is_told() {
    let shop = Shop::new();
    let kinds = "identifier: Lease\nschema: {properties: {until: {type: string, format: timer}, n: {type: integer}}}\n\
        expiry: {property: until}\n";
    let ending = "identifier: stop\noperation: delete\nblueprint: Lease\n\
        trigger: {deleted: true, expired: true}\npermissions: {execute: {teams: admins}}\n";
    let path = "catalog/entities/lease.yaml";
    let lease = |year: u32, n: u32| {
        format!(
            "identifier: flat\nblueprint: Lease\nproperties: {{until: \"{year}-01-01T00:00:00Z\", n: {n}}}\n"
        )
    };
    let lin =
        "permit (principal == User::\"lin\", action == Action::\"update:Lease\", resource);\n";
    shop.git
        .write("catalog/blueprints/lease.yaml", kinds)
        .write("catalog/actions/stop.yaml", ending)
        .write("catalog/policies/lin.cedar", lin)
        .commit_file(path, &lease(2089, 1));
    shop.pull_request().commit_file(path, &lease(2020, 1));
    shop.gate("lin", &[])
        .says("Lease flat is over 2020-01-01 00:00 UTC by an update, so far 2089-01-01 00:00 UTC: the clock does")
        .exits(0);
    // What lasts longer, or changes beside it, is not.
    for text in [lease(2090, 1), lease(2089, 2)] {
        shop.git.commit_file(path, &text);
        shop.gate("lin", &[]).does_not_say("by an update").exits(0);
    }
}

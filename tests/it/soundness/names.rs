//! Names and folders that read like something else.

use crate::program::run;
use crate::repository::Git;
use crate::shop::{CART, Shop, settings};

/// Somebody who may do everything but grant and define.
const LIN: &str = "permit (principal == User::\"lin\", action in [Action::\"create\", Action::\"rename\", Action::\"update\", Action::\"delete\", Action::\"meta\"], resource);\n";

#[test]
fn a_login_whose_property_has_a_dot_in_its_name_is_authority_too() {
    let shop = Shop::new();
    let kinds = shop.git.read("catalog/blueprints/kinds.yaml");
    let kinds = kinds.replacen(
        "identifier: User\nschema: {properties: {}}",
        "identifier: User\nschema: {properties: {git.hub: {type: string}, no: {type: string}}}",
        1,
    );
    let people = "{blueprint: User, login: properties.git.hub}";
    shop.git
        .write("catalog/blueprints/kinds.yaml", kinds)
        .write("catalog/policies/lin.cedar", LIN)
        .write(
            "catalogc.yaml",
            settings(9).replace("{blueprint: User}", people),
        );
    let person = |name: &str| {
        let team = if name == "lin" { "checkout" } else { "admins" };
        let text = format!(
            "identifier: {name}\nblueprint: User\nproperties: {{git.hub: {name}}}\nrelations: {{teams: [{team}]}}\n"
        );
        shop.git.write(&crate::shop::person(name), text);
    };
    for name in ["lin", "mia", "sam", "ines", "kim", "vera"] {
        person(name);
    }
    shop.git.commit("logins");
    shop.pull_request().commit_file(
        &crate::shop::person("sam"),
        "identifier: sam\nblueprint: User\nproperties: {git.hub: mallory}\nrelations: {teams: [admins]}\n",
    );
    shop.gate("lin", &[])
        .says("grant")
        .says("denied")
        .does_not_say("1 update")
        .exits(1);
}

#[test]
fn ps3_what_the_result_takes_for_a_login_is_a_grant() {
    let shop = Shop::new();
    let kinds = shop.git.read("catalog/blueprints/kinds.yaml");
    let kinds = kinds.replacen(
        "identifier: User\nschema: {properties: {}}",
        "identifier: User\nschema: {properties: {login: {type: string}, nick: {type: string}}}",
        1,
    );
    let people = |login: &str| {
        let people = format!("{{blueprint: User, login: properties.{login}}}");
        settings(9).replace("{blueprint: User}", &people)
    };
    let person = |name: &str, nick: &str| {
        let team = if name == "lin" { "checkout" } else { "admins" };
        let text = format!(
            "identifier: {name}\nblueprint: User\nproperties: {{login: {name}, nick: {nick}}}\nrelations: {{teams: [{team}]}}\n"
        );
        shop.git.write(&crate::shop::person(name), text);
    };
    for name in ["lin", "mia", "sam", "ines", "kim", "vera"] {
        person(name, name);
    }
    let lin = "permit (principal == User::\"lin\", action == Action::\"define\", resource);\n";
    shop.git
        .write("catalog/blueprints/kinds.yaml", kinds)
        .write("catalogc.yaml", people("login"))
        .write("catalog/policies/lin.cedar", format!("{LIN}{lin}"))
        .commit("logins");
    shop.pull_request().write("catalogc.yaml", people("nick"));
    person("sam", "mallory");
    shop.git.commit("mallory is an administrator");
    shop.gate("lin", &[])
        .says("1 grant  sam")
        .says("denied")
        .does_not_say("1 update")
        .exits(1);
    // The values alone are no logins.
    shop.git
        .write("catalogc.yaml", people("login"))
        .commit("a nick alone");
    shop.gate("lin", &[]).says("1 step").exits(0);
}

#[test]
fn another_folder_without_settings_is_a_definition() {
    let catalog = |folder: &str| {
        let git = Git::new();
        git.write(
            &format!("{folder}blueprints/s.yaml"),
            "identifier: S\nschema: {properties: {}}\n",
        );
        git.write(
            &format!("{folder}entities/a.yaml"),
            "{identifier: a, blueprint: S}\n",
        );
        git
    };
    let (before, after) = (catalog("catalog/"), catalog(""));
    let base = before.root().to_str().unwrap();
    let plan = [
        "plan", "--base", base, "--head", ".", "--actor", "lin", "--full",
    ];
    run(after.root(), &plan)
        .says("define  catalogc.yaml")
        .exits(0);
}

#[test]
fn a_broken_rule_below_a_folder_called_entities_is_broken() {
    let git = Git::new();
    git.write("catalogc.yaml", "catalog: entities/catalog\n")
        .write(
            "entities/catalog/blueprints/s.yaml",
            "identifier: S\nschema: {properties: {}}\n",
        )
        .write("entities/catalog/actions/a.yaml", "identifier: a\n  b: [\n")
        .write(
            "entities/catalog/entities/a.yaml",
            "{identifier: a, blueprint: S}\n",
        )
        .commit("a catalog that is broken");
    git.branch("pr", "main")
        .write(
            "entities/catalog/actions/a.yaml",
            "identifier: a\noperation: day-2\nblueprint: S\ntrigger: {request: true}\n",
        )
        .commit_file(
            "entities/catalog/entities/b.yaml",
            "{identifier: b, blueprint: S}\n",
        );
    let plan = ["plan", "--base", "main", "--head", "pr", "--actor", "lin"];
    run(git.root(), &plan).says("the target's definitions are broken");
}

#[test]
fn a_landing_that_moves_the_catalog_is_judged_where_the_catalog_was() {
    let git = Git::new();
    let kinds = "identifier: S\nschema: {properties: {n: {type: integer}}}\n";
    for folder in ["catalog", "other"] {
        git.write(&format!("{folder}/blueprints/s.yaml"), kinds)
            .write(
                &format!("{folder}/entities/a.yaml"),
                "{identifier: a, blueprint: S}\n",
            );
    }
    git.write("catalog/entities/b.yaml", "{identifier: b, blueprint: S}\n")
        .write("catalogc.yaml", "guards: {deletes_percent: 100}\n")
        .commit("two catalogs");
    let before = git.id("main");
    git.commit_file(
        "catalogc.yaml",
        "catalog: other\nguards: {deletes_percent: 100}\n",
    );
    let after = git.id("main");
    git.commit_file(
        "other/actions/x.yaml",
        "identifier: x\noperation: day-2\nblueprint: S\ntrigger: {request: true}\n",
    );
    run(
        git.root(),
        &[
            "apply", "--base", &before, "--head", &after, "--actor", "lin",
        ],
    )
    .does_not_say("refused")
    .exits(0);
}

#[test]
fn a_property_with_a_dot_in_its_name_is_claimed_and_forbidden_by_it() {
    let shop = Shop::new();
    let kinds = shop.git.read("catalog/blueprints/kinds.yaml");
    let kinds = kinds.replace("note: {type: string}", "plan.tier: {type: string}");
    shop.git
        .write("catalog/blueprints/kinds.yaml", kinds)
        .write("catalog/policies/lin.cedar", LIN)
        .write(
            "catalog/actions/tier.yaml",
            "identifier: tier\noperation: day-2\nblueprint: Service\ntrigger: {changed: [properties.plan.tier]}\npermissions: {execute: {users: [kim]}}\n",
        )
        .commit("tiers");
    let cart = shop.git.read(CART);
    let gold = cart.replace("properties:\n", "properties:\n  plan.tier: gold\n");
    shop.pull_request().commit_file(CART, &gold);
    shop.gate("lin", &[]).says("tier").says("denied").exits(1);
    // Without the action it is an update, which a rule may forbid by the path.
    let git = shop.git.switch("main");
    git.remove("catalog/actions/tier.yaml");
    git.commit("no action");
    git.switch("pr").merge("main");
    shop.gate("lin", &[]).says("allowed: 1 step").exits(0);
    let rule = "forbid (principal, action == Action::\"update\", resource is Service) when { context.changed.contains(Service__path::\"properties.plan.tier\") };\n";
    shop.git
        .switch("main")
        .commit_file("catalog/policies/no.cedar", rule);
    shop.git.switch("pr").merge("main");
    shop.gate("lin", &[]).says("no.cedar:1").exits(1);
}

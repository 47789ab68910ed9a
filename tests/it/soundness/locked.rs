//! Pull requests after which nobody could mend the rules.

use crate::program::Ran;
use crate::shop::{Shop, person, settings};

/// What becomes of a pull request of kim's that has the administrators define otherwise.
fn defining(condition: &str, more: &[&str]) -> Ran {
    let shop = Shop::new();
    let rule = format!(
        "@title(\"the administrators\")\npermit (principal in Team::\"admins\", action in [Action::\"define\", Action::\"override\"], resource)\n{condition};\n"
    );
    shop.pull_request()
        .commit_file("catalog/policies/rules.cedar", &rule);
    shop.gate("kim", more)
}

#[test]
fn rules_about_paths_kinds_and_moments_leave_two_who_may_mend_them() {
    for (condition, said) in [
        (
            "unless { context.path like \"catalog/policies/*\" }",
            "nobody may change catalog/policies/rules.cedar, two people must",
        ),
        (
            "unless { context.kind == \"settings\" }",
            "nobody may change the settings, two people must",
        ),
        (
            "when { principal == User::\"kim\" || context.kind != \"policy\" }",
            "only kim may change policies, two people must",
        ),
    ] {
        defining(condition, &[]).says(said).exits(1);
    }
    // What only keeps another kind of definition can be taken back.
    defining("unless { context.kind == \"blueprint\" }", &[]).exits(0);
}

#[test]
fn what_ends_by_itself_or_begins_late_is_no_right_to_define() {
    let now = ["--now", "2026-11-22T12:00:00Z"];
    let condition =
        |it: &str, day: &str| format!("when {{ context.now {it} datetime(\"{day}\") }}");
    defining(&condition("<", "2020-01-01"), &now)
        .says("in the long run nobody may change definitions")
        .exits(1);
    defining(&condition("<", "2030-01-01"), &now)
        .says("in the long run nobody may change definitions")
        .exits(1);
    defining(&condition(">", "2030-01-01"), &now)
        .says("nobody may change definitions within a month from now")
        .exits(1);
    defining(&condition(">", "2026-11-30"), &now).exits(0);
    // What begins tomorrow, and ends long before or after the far future.
    let from = |until: &str| {
        format!(
            "when {{ context.now < datetime(\"2026-11-24\") || context.now > datetime(\"{until}\") }}"
        )
    };
    for more in [&now[..], &[]] {
        for until in ["9000-01-01", "2027-02-10", "2026-12-26"] {
            defining(&from(until), more)
                .says("nobody may change definitions within a month from 2026-11-24 00:00 UTC")
                .exits(1);
        }
    }
    defining(&from("2026-12-20"), &now).exits(0);
    // A month that begins some days after a moment that the rule names.
    let offset = "unless { context.now > datetime(\"2026-11-24\").offset(duration(\"5d\")) && context.now < datetime(\"2027-02-10\") }";
    defining(offset, &now)
        .says("nobody may change definitions within a month from 2026-11-29 00:00 UTC")
        .exits(1);
}

#[test]
fn a_rule_that_keeps_people_from_it_is_named() {
    let shop = Shop::new();
    shop.pull_request().commit_file(
        "catalog/policies/locked.cedar",
        "forbid (principal, action == Action::\"define\", resource)\nwhen { context.kind == \"policy\" };\n",
    );
    shop.gate("kim", &[])
        .says("catalog/policies/locked.cedar:1:1")
        .says("keeps 6 people from it")
        .exits(1);
}

#[test]
fn a_login_that_no_forge_gives_is_not_one_of_the_two() {
    let shop = Shop::new();
    let kinds = "catalog/blueprints/kinds.yaml";
    let text = shop.git.read(kinds).replacen(
        "identifier: User\nschema: {properties: {}}",
        "identifier: User\nschema: {properties: {login: {type: string}}}",
        1,
    );
    shop.git.write(kinds, text).write(
        "catalogc.yaml",
        settings(9).replace(
            "{blueprint: User}",
            "{blueprint: User, login: properties.login}",
        ),
    );
    let admin = |name: &str, login: &str| {
        let text = format!(
            "identifier: {name}\nblueprint: User\nproperties: {{login: \"{login}\"}}\nrelations: {{teams: [admins]}}\n"
        );
        shop.git.write(&person(name), text);
    };
    admin("kim", "kim");
    for login in ["@vera", "vera ", "vera@acme.example"] {
        admin("vera", login);
        shop.run(&["check"])
            .says("E0411")
            .says("only kim may change definitions")
            .exits(1);
    }
    admin("vera", "vera");
    shop.run(&["check"]).exits(0);
}

//! What the guard `authority` counts: who gets in or gets another login, whatever step does it.

use crate::shop::{Shop, person, person_text};

/// No authority may move, and `join` and `call` are actions that move it.
fn shop() -> Shop {
    let shop = Shop::new();
    let git = &shop.git;
    let kinds = "catalog/blueprints/kinds.yaml";
    let text = git.read(kinds).replacen(
        "identifier: User\nschema: {properties: {}}\n",
        "identifier: User\nschema: {properties: {login: {type: string}, note: {type: string}}}\n",
        1,
    );
    let settings = git.read("catalogc.yaml").replacen(
        "people: {blueprint: User}\n",
        "people: {blueprint: User, login: properties.login}\nguards: {authority: 0}\n",
        1,
    );
    for (name, path) in [("join", "relations.teams"), ("call", "properties.login")] {
        git.write(
            &format!("catalog/actions/{name}.yaml"),
            format!(
                "identifier: {name}\noperation: day-2\nblueprint: User\n\
                 trigger: {{changed: [{path}]}}\npermissions: {{execute: {{teams: admins}}}}\n"
            ),
        );
    }
    git.write(kinds, text).write("catalogc.yaml", settings);
    for (name, team) in [
        ("lin", "checkout"),
        ("mia", "checkout"),
        ("sam", "platform"),
        ("kim", "admins"),
        ("vera", "admins"),
        ("ines", "platform"),
    ] {
        git.write(&person(name), text_of(name, team, name));
    }
    git.commit("people by actions");
    shop.run(&["check"]).exits(0);
    shop
}

fn text_of(name: &str, team: &str, login: &str) -> String {
    person_text(name, team) + &format!("properties: {{login: {login}}}\n")
}

#[test]
fn an_action_that_lets_in_or_gives_a_login_is_counted() {
    let cases = [
        text_of("mia", "checkout, admins", "mia"),
        text_of("mia", "", "mia"),
        text_of("mia", "checkout", "mallory"),
    ];
    for text in cases {
        let shop = shop();
        shop.pull_request()
            .write(&person("mia"), text)
            .commit("mia");
        shop.gate("kim", &[])
            .says("1 entity is let in, let out, or given another login, the guard is 0")
            .exits(1);
        shop.git.commit_file(
            "catalog/requests/one.yaml",
            "action: override\ninputs: {authority: 1, reason: mia}\n",
        );
        shop.gate("kim", &[]).exits(0);
    }
}

#[test]
fn what_an_action_changes_beside_is_not_counted() {
    let shop = shop();
    let text = text_of("mia", "checkout", "mia").replace("login: mia", "login: mia, note: x");
    shop.pull_request()
        .write(&person("mia"), text)
        .commit("a note");
    shop.gate("kim", &[]).exits(0);
}

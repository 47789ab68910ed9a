//! The rights that stand behind all others, `grant`, `define`, `record`, and what an open catalog
//! lets pass: asked of the program on real histories.

use crate::shop::{self, CART, Shop, person, person_text};

const MINE: &str = "catalog/policies/mine.cedar";

/// A shop with one more rule.
fn ruled(rule: &str) -> Shop {
    let shop = Shop::new();
    shop.git.commit_file(MINE, rule);
    shop
}

/// A person with a login and a number, in checkout.
fn known(name: &str, login: &str, number: u32, note: &str) -> String {
    format!(
        "identifier: {name}\nblueprint: User\nproperties: {{login: {login}, number: {number}, note: {note}}}\nrelations: {{teams: [checkout]}}\n"
    )
}

#[test]
fn who_may_update_a_person_changes_neither_login_nor_id_nor_name() {
    let shop = ruled(
        "permit (principal, action in [Action::\"update\", Action::\"rename\"], resource is User) when { resource == principal };\n",
    );
    let kinds = shop.git.read("catalog/blueprints/kinds.yaml").replace(
        "identifier: User\nschema: {properties: {}}",
        "identifier: User\nschema: {properties: {login: {type: string}, number: {type: integer}, note: {type: string}}}",
    );
    let settings = shop.git.read("catalogc.yaml").replace(
        "{blueprint: User}",
        "{blueprint: User, login: properties.login, id: properties.number}",
    );
    shop.git
        .write("catalog/blueprints/kinds.yaml", kinds)
        .write("catalogc.yaml", settings)
        .write(&person("lin"), known("lin", "lin", 4, "a"));
    for name in ["mia", "sam", "ines", "kim", "vera"] {
        let text = shop.git.read(&person(name));
        let text = text.replace(
            "relations:",
            &format!("properties: {{login: {name}}}\nrelations:"),
        );
        shop.git.write(&person(name), text);
    }
    shop.git.commit("people have logins");
    let moved = known("lin2", "lin", 4, "a").replace("blueprint", "movedFrom: lin\nblueprint");
    for (what, text, code) in [
        ("note", known("lin", "lin", 4, "b"), 0),
        ("login", known("lin", "linda", 4, "a"), 1),
        ("id", known("lin", "lin", 5, "a"), 1),
        ("name", moved, 1),
    ] {
        let git = shop.git.branch(what, "main");
        git.commit_file(&person("lin"), &text);
        let gate =
            |actor: &str| shop.run(&["gate", "--base", "main", "--head", what, "--actor", actor]);
        let ran = gate("lin");
        assert_eq!(ran.code, Some(code), "{what}: {ran}");
        assert_eq!(ran.said().contains("grant"), code == 1, "{what}: {ran}");
    }
}

#[test]
fn what_is_recorded_fires_nothing_is_loud_and_has_a_right_of_its_own() {
    let shop = Shop::new();
    shop.pull_request()
        .write(CART, shop::service("cart", "checkout", 5))
        .write(
            "catalog/requests/record-cart.yaml",
            "action: record\nentity: cart\nblueprint: Service\ninputs: {reason: it runs so since March}\n",
        )
        .commit("cart has 5 already");
    // lin may scale, and may not say that it is so already.
    shop.gate("lin", &[]).says("record").exits(1);
    shop.plan("kim")
        .says("1 change is recorded as already true, nothing is run for it")
        .says("record")
        .does_not_say("deploy.example")
        .exits(0);
    shop.gate("kim", &[]).exits(0);
}

#[test]
fn what_records_no_change_is_told_to_do_nothing() {
    for (entity, why) in [
        ("entity: cart\n", "cart does not change"),
        (
            "entity: checkout\nblueprint: Team\n",
            "Team checkout does not change",
        ),
        ("", "it names no entity"),
    ] {
        let shop = Shop::new();
        let text = format!("action: record\n{entity}inputs: {{reason: it runs so}}\n");
        shop.pull_request()
            .write("catalog/requests/idle.yaml", text)
            .commit("nothing");
        shop.plan("kim")
            .says("records nothing: ")
            .says(why)
            .does_not_say("recorded as already true");
    }
}

#[test]
fn instances_of_a_new_kind_come_with_its_definition() {
    let shop =
        ruled("permit (principal == User::\"mia\", action == Action::\"define\", resource);\n");
    shop.pull_request()
        .write(
            "catalog/blueprints/room.yaml",
            "identifier: Room\nschema: {properties: {}}\n",
        )
        .write(
            "catalog/entities/rooms.yaml",
            "identifier: blue\nblueprint: Room\n",
        )
        .commit("rooms");
    shop.gate("mia", &[]).exits(0);
    shop.gate("lin", &[]).says("define").exits(1);
    // Of a kind that is there already `define` creates nothing.
    shop.git.commit_file(
        "catalog/entities/more.yaml",
        "identifier: night\nblueprint: Team\n",
    );
    shop.gate("mia", &[]).says("create").exits(1);
}

#[test]
fn each_kind_of_definition_is_covered_by_define() {
    for (path, text) in [
        ("catalog/mappings/new.yaml", "rules: []\n"),
        ("catalogc-baseline.yaml", "findings: []\n"),
        (
            "catalog/tests/new.yaml",
            "name: t\nactor: lin\naction: scale\nentity: cart\ninputs: {replicas: 4}\nexpect: allowed\n",
        ),
        (
            "catalog/connectors/new.yaml",
            "identifier: new\nwith: {type: object}\nrequest: {method: POST, url: \"https://deploy.example\"}\n",
        ),
    ] {
        let shop = Shop::new();
        shop.git
            .write(
                "catalogc.yaml",
                format!(
                    "{}sources:\n  - {{glob: \"export/*.yaml\", reader: mapping, mapping: catalog/mappings/new.yaml}}\nbaseline: catalogc-baseline.yaml\n",
                    shop.git.read("catalogc.yaml")
                ),
            )
            .commit("settings");
        shop.pull_request().commit_file(path, text);
        let ran = shop.gate("lin", &[]);
        assert_eq!(ran.code, Some(1), "{path}: {ran}");
    }
}

#[test]
fn an_open_catalog_lets_strangers_pass_but_not_where_a_rule_is_written() {
    let shop = Shop::new();
    let settings = shop.git.read("catalogc.yaml").replace("enforced", "open");
    shop.git
        .write("catalogc.yaml", settings)
        .remove("catalog/policies/rules.cedar")
        .commit("open");
    // A new service is no action of the catalog: it passes, whoever asks.
    let git = shop.pull_request();
    git.commit_file(
        "catalog/entities/services/new.yaml",
        &shop::service("new", "checkout", 1),
    );
    shop.gate("mallory", &[]).exits(0);
    shop.gate("lin", &[]).exits(0);
    // Who may scale is written.
    git.commit_file(CART, &shop::service("cart", "checkout", 5));
    shop.gate("mallory", &[]).says("denied").exits(1);
    shop.gate("kim", &[]).says("denied").exits(1);
    shop.gate("lin", &[]).exits(0);
}

/// A catalog in which `cart` names what is not there, which is no error in it.
fn dangling(from: &str, to: &str) -> Shop {
    let shop = Shop::new();
    let settings =
        shop.git.read("catalogc.yaml") + "severity: {relation-target-missing: warning}\n";
    let cart = shop::service("cart", "checkout", 3).replace(from, to);
    shop.git
        .write("catalogc.yaml", settings)
        .write(CART, cart)
        .commit("one that is not there");
    shop
}

#[test]
fn an_old_fault_that_no_rule_reads_is_nobodys_denial() {
    let shop = dangling("owner: checkout", "owner: checkout, uses: [ghost]");
    let cart = shop.git.read(CART);
    let git = shop.pull_request();
    git.commit_file(CART, &cart.replace("replicas: 3", "replicas: 5"));
    shop.gate("lin", &[]).exits(0);
    // Mending it is no worse.
    git.commit_file(CART, &cart.replace(", uses: [ghost]", ""));
    shop.gate("lin", &[]).exits(0);
    shop.gate("sam", &[]).says("denied").exits(1);
}

#[test]
fn an_old_fault_that_a_rule_reads_denies_until_it_is_mended() {
    let shop = dangling("owner: checkout", "owner: ghost");
    let cart = shop.git.read(CART);
    let noted = cart.replace("relations", "  note: one\nrelations");
    let git = shop.pull_request();
    git.commit_file(CART, &noted);
    for actor in ["lin", "kim"] {
        shop.gate(actor, &[])
            .says("relation `owner` of `cart` leads to nothing, and catalog/policies/rules.cedar:14 reads")
            .says("first mend it on the target: add Team `ghost` in a pull request of its own")
            .does_not_say("nobody may ask")
            .exits(1);
    }
    // What the denial says can be done.
    shop.git.run(&["checkout", "--quiet", "-B", "pr", "main"]);
    git.commit_file(
        "catalog/entities/ghost.yaml",
        "identifier: ghost\nblueprint: Team\n",
    );
    shop.gate("kim", &[]).exits(0);
    git.switch("main").merge("pr");
    git.run(&["branch", "--quiet", "-D", "pr"]);
    shop.pull_request().commit_file(CART, &noted);
    shop.gate("kim", &[]).exits(0);
}

/// The example of the documentation is what happens.
#[test]
fn who_created_it_may_delete_it() {
    const PAGE: &str = include_str!("../../docs/permissions.md");
    const BOX: &str = "catalog/entities/sandbox.yaml";
    let section = PAGE.split("### Who created it\n").nth(1).unwrap();
    let section = section.split("\n## ").next().unwrap();
    let shop = Shop::new();
    for fence in section.split("```").skip(1).step_by(2) {
        let (_, file) = fence.split_once('\n').unwrap();
        let (path, text) = file.split_once('\n').unwrap();
        let path = path.trim_start_matches(['#', '/', ' ']);
        shop.git.write(path, text);
    }
    shop.git.commit("sandboxes");
    shop.run(&["check"]).exits(0);
    let sandbox = |of: &str, note: &str| {
        format!(
            "identifier: box\nblueprint: Sandbox\nproperties: {{note: {note}}}\nrelations: {{created_by: {of}}}\n"
        )
    };
    shop.pull_request()
        .commit_file(BOX, &sandbox("lin", "first"));
    shop.gate("mia", &[]).exits(1);
    shop.gate("lin", &[]).exits(0);
    shop.git.run(&["branch", "--force", "main", "pr"]);
    // Who may update it does not hand it over, nor does an administrator.
    shop.git.commit_file(BOX, &sandbox("mia", "first"));
    for actor in ["lin", "mia", "kim"] {
        shop.gate(actor, &[]).exits(1);
    }
    shop.git.run(&["reset", "--quiet", "--hard", "main"]);
    shop.git.commit_file(BOX, &sandbox("lin", "second"));
    shop.gate("mia", &[]).exits(1);
    shop.gate("lin", &[]).exits(0);
    shop.git.run(&["reset", "--quiet", "--hard", "main"]);
    shop.git.remove(BOX).commit("it is not needed any more");
    shop.gate("mia", &[]).exits(1);
    shop.gate("lin", &[]).exits(0);
}

#[test]
fn who_is_in_a_team_that_was_not_there_gets_its_rights_with_it() {
    let shop = Shop::new();
    let kinds = "catalog/blueprints/kinds.yaml";
    let text = shop.git.read(kinds).replacen(
        "schema: {properties: {}}\n",
        "schema: {properties: {}}\nrelations: {parent: {target: Team, memberOf: true}}\n",
        1,
    );
    let settings =
        shop.git.read("catalogc.yaml") + "severity: {relation-target-missing: warning}\n";
    shop.git
        .write(kinds, text)
        .write("catalogc.yaml", settings)
        .write(&person("omar"), person_text("omar", "night"))
        .commit("a team that nobody made");
    shop.pull_request()
        .write(
            "catalog/entities/night.yaml",
            "identifier: night\nblueprint: Team\nrelations: {parent: admins}\n",
        )
        .commit("the team");
    shop.plan("kim").says("omar gains define");
    shop.gate("kim", &[]).says("omar gains define").exits(0);
}

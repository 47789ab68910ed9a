//! The target's tip decides, whatever history the author of a pull request made.

use super::{on_main, scaled};
use crate::program::run;
use crate::shop::{CART, PAY, Shop, person, person_text, service};

#[test]
fn ps1_authority_is_the_tip_of_the_target() {
    // Forked before lin left the team: the base of the merge still has lin in it.
    let shop = scaled(5);
    shop.gate("lin", &[]).exits(0);
    on_main(&shop, &[(&person("lin"), &person_text("lin", ""))]);
    shop.gate("lin", &[]).says("denied").exits(1);
    // Nor does a later commit of the pull request bring lin back.
    shop.git
        .commit_file(&person("lin"), &person_text("lin", "checkout"));
    shop.gate("lin", &[]).says("denied").exits(1);
}

#[test]
fn ps1_histories_that_cross_decide_nothing() {
    let shop = Shop::new();
    let git = shop.pull_request();
    git.commit_file(CART, &service("cart", "checkout", 4));
    git.run(&["branch", "p1"]);
    git.switch("main")
        .commit_file(&person("lin"), &person_text("lin", ""));
    git.run(&["branch", "m1"]);
    git.merge("p1");
    git.switch("pr").merge("m1");
    git.commit_file(CART, &service("cart", "checkout", 5));
    shop.gate("lin", &[])
        .says("merge the target into your branch")
        .exits(2);
}

#[test]
fn ps1_replaced_objects_decide_nothing() {
    let shop = scaled(5);
    let then = shop.git.id("main");
    on_main(&shop, &[(&person("lin"), &person_text("lin", ""))]);
    let now = shop.git.id("main");
    shop.git.run(&["replace", &now, &then]);
    shop.gate("lin", &[]).says("denied").exits(1);
}

#[test]
fn ps1_a_shallow_clone_decides_nothing() {
    let shop = scaled(5);
    on_main(&shop, &[(PAY, &service("pay", "platform", 3))]);
    let clone = shop.git.clone_with(&["--depth=1", "--no-single-branch"]);
    let gate = [
        "gate",
        "--base",
        "origin/main",
        "--head",
        "origin/pr",
        "--actor",
        "lin",
    ];
    run(clone.root(), &gate).says("fetch-depth: 0").exits(2);
}

#[test]
fn ps21_a_request_is_of_whoever_asks_and_not_of_whom_it_names() {
    let shop = Shop::new();
    let git = shop.pull_request();
    git.commit_file(
        "catalog/requests/restart.yaml",
        "action: restart\nentity: cart\n",
    );
    // kim is in neither team that may restart, lin is.
    shop.gate("kim", &[]).says("denied").exits(1);
    shop.gate("lin", &[]).exits(0);
    git.commit_file(
        "catalog/requests/restart.yaml",
        "action: restart\nentity: cart\nactor: lin\n",
    );
    let ran = shop.gate("kim", &[]);
    assert_eq!(ran.code, Some(1), "{ran}");
}

/// The kinds of `yard`, which checkout keeps for platform, and of `gear` in it, which is
/// platform's for that.
const AREAS: &str = r"identifier: Area
schema: {properties: {}}
relations: {keeper: {target: Team, required: true}, of: {target: Team, required: true}}
ownership: {path: keeper}
---
identifier: Part
schema: {properties: {}}
relations: {area: {target: Area, required: true}}
ownership: {path: area.of}
";

const YARD: &str =
    "identifier: yard\nblueprint: Area\nrelations: {keeper: checkout, of: platform}\n";

#[test]
fn ps13_what_leads_to_the_owner_of_something_else_needs_both_sides_too() {
    let yard = "catalog/entities/yard.yaml";
    let taken = YARD.replace("of: platform", "of: checkout");
    let renamed = YARD.replace("identifier: yard\n", "identifier: shed\nmovedFrom: yard\n");
    for text in [taken.clone(), format!("{renamed}---\n{taken}")] {
        let shop = Shop::new();
        shop.git
            .write("catalog/blueprints/areas.yaml", AREAS)
            .write(yard, YARD)
            .write(
                "catalog/entities/gear.yaml",
                "identifier: gear\nblueprint: Part\nrelations: {area: yard}\n",
            )
            .write(
                "catalog/policies/areas.cedar",
                "permit (principal in Team::\"checkout\", action in [Action::\"create\", \
                 Action::\"update\", Action::\"rename\"], resource is Area);\n",
            )
            .commit("areas");
        shop.pull_request().commit_file(yard, &text);
        let asked = shop.gate("lin", &[]);
        asked
            .says("1 from platform, the owner before: ines or sam")
            .says("1 from checkout, the owner after: mia")
            .exits(1);
        let id = shop.git.id("pr");
        let (sam, mia) = (format!("sam@{id}"), format!("mia@{id}"));
        shop.gate("lin", &["--approval", &mia]).exits(1);
        shop.gate("lin", &["--approval", &sam, "--approval", &mia])
            .exits(0);
    }
}

#[test]
fn ps13_who_owns_it_after_is_found_as_the_target_says() {
    let kinds = AREAS.replace("path: area.of", "type: Inherited, path: area");
    let gear = "identifier: gear\nblueprint: Part\nrelations: {area: field}\n";
    let field = "identifier: field\nblueprint: Area\nrelations: {keeper: checkout, of: checkout}\n";
    let yard = "identifier: yard\nblueprint: Area\nrelations: {keeper: platform, of: checkout}\n";
    let shop = Shop::new();
    shop.git
        .write("catalog/blueprints/areas.yaml", &kinds)
        .write("catalog/entities/areas.yaml", format!("{field}---\n{yard}"))
        .write("catalog/entities/gear.yaml", gear)
        .write(
            "catalog/policies/areas.cedar",
            "permit (principal in Team::\"checkout\", action in Action::\"update\", resource is Part);\n\
             permit (principal in Team::\"checkout\", action == Action::\"define\", resource);\n",
        )
        .commit("areas");
    // Who keeps an area owns what is in it, whatever the pull request makes of that.
    shop.pull_request()
        .write(
            "catalog/blueprints/areas.yaml",
            kinds.replace("path: keeper", "path: of"),
        )
        .commit_file("catalog/entities/gear.yaml", &gear.replace("field", "yard"));
    shop.gate("lin", &[])
        .says("1 from platform, the owner after: ines or sam")
        .exits(1);
}

#[test]
fn ps13_who_stays_an_owner_agrees_in_nobodys_place() {
    let kinds = "identifier: Duo\nschema: {properties: {}}\n\
        relations: {owners: {target: Team, many: true}}\nownership: {path: owners}\n\
        ---\nidentifier: Part\nschema: {properties: {}}\n\
        relations: {duo: {target: Duo}}\nownership: {path: duo.owners}\n";
    let pump = "identifier: pump\nblueprint: Duo\nrelations: {owners: [checkout, platform]}\n";
    let shop = Shop::new();
    shop.git
        .write("catalog/blueprints/duos.yaml", kinds)
        .write("catalog/entities/pump.yaml", pump)
        .write(
            "catalog/entities/gear.yaml",
            "identifier: gear\nblueprint: Part\nrelations: {duo: pump}\n",
        )
        .write(
            "catalog/policies/duos.cedar",
            "permit (principal, action in Action::\"update\", resource is Duo)\n\
             when { principal in context.owners };\n",
        )
        .commit("duos");
    // The other owner is taken out, and one comes.
    for (written, before, after) in [
        ("[checkout]", "platform", "checkout"),
        ("[checkout, admins]", "platform", "admins"),
        (
            "[admins, checkout, platform]",
            "checkout and platform",
            "admins",
        ),
    ] {
        shop.pull_request().commit_file(
            "catalog/entities/pump.yaml",
            &pump.replace("[checkout, platform]", written),
        );
        shop.gate("lin", &[])
            .says(&format!("1 from {before}, the owner before"))
            .says(&format!("1 from {after}, the owner after"))
            .exits(1);
        shop.git.run(&["checkout", "-q", "main"]);
        shop.git.run(&["branch", "-q", "-D", "pr"]);
    }
    shop.pull_request().commit_file(
        "catalog/entities/pump.yaml",
        &pump.replace("[checkout, platform]", "[checkout]"),
    );
    let id = shop.git.id("pr");
    let (mia, sam) = (format!("mia@{id}"), format!("sam@{id}"));
    shop.gate("lin", &["--approval", &mia]).exits(1);
    shop.gate("lin", &["--approval", &mia, "--approval", &sam])
        .exits(0);
}

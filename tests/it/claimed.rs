//! What an action claims, and what is left to the built-in ones: in the rights that a plan tells,
//! in the table of what somebody may do, and in a catalog below a folder of its repository.

use crate::program::run;
use crate::repository::Git;
use crate::shop::Shop;

const SCALE: &str = "catalog/actions/scale.yaml";

#[test]
fn a_claim_that_is_taken_away_gives_a_right_to_who_may_update() {
    let shop = Shop::new();
    let scale = shop.git.read(SCALE);
    let claim = "changed: [properties.replicas]";
    shop.pull_request()
        .commit_file(SCALE, &scale.replace(claim, "changed: [properties.note]"));
    shop.gate("kim", &[])
        .says("checkout gains update on 1 Service (cart), only with changing properties.replicas")
        .says("checkout loses update on 1 Service (cart), only with changing properties.note")
        .exits(0);
}

#[test]
fn what_a_rule_compares_beside_a_claim_hides_no_right() {
    let shop = Shop::new();
    let scale = shop.git.read(SCALE);
    let claim = "changed: [properties.replicas]";
    // It says nothing of who is told here.
    let rule = "permit (principal == User::\"ines\", action == Action::\"update:Service\", resource)\n\
        when { context has after.note && context has after.replicas && context.after.replicas < 2 };\n";
    let git = shop.pull_request();
    git.commit_file(SCALE, &scale.replace(claim, "changed: [properties.note]"));
    git.commit_file("catalog/policies/few.cedar", rule);
    shop.gate("kim", &[])
        .says("checkout gains update on 1 Service (cart), only with changing properties.replicas")
        .says("checkout loses update on 1 Service (cart), only with")
        .does_not_say("team or title");
}

#[test]
fn who_may_not_grant_any_more_what_is_claimed_is_told() {
    let shop = Shop::new();
    let action = "identifier: set_teams\noperation: day-2\nblueprint: User\n\
        trigger: {changed: [relations.teams]}\npermissions: {execute: {users: [ines]}}\n";
    shop.pull_request()
        .commit_file("catalog/actions/set_teams.yaml", action);
    shop.gate("kim", &[])
        .says("admins loses grant on all")
        .says("only with changing relations.teams")
        .exits(0);
}

#[test]
fn what_is_claimed_is_no_right_to_update() {
    let shop = Shop::new();
    let rules = shop.git.read("catalog/policies/rules.cedar");
    // Rules that read paths make them differ in the table.
    let text = format!(
        "{rules}\n@title(\"owners stay\")\nforbid (principal, action == Action::\"update:Service\", resource)\nwhen {{ context.changed.contains(Service__path::\"relations.uses\") }};\n"
    );
    shop.git.commit_file("catalog/policies/rules.cedar", &text);
    shop.run(&["can", "lin"])
        .says("only changing properties.note, team or title: cart")
        .does_not_say("properties.replicas")
        .exits(0);
    let forbid = "forbid (principal, action == Action::\"update:Service\", resource)\nwhen { context.changed.contains(Service__path::\"properties.replicas\") };\n";
    shop.pull_request()
        .commit_file("catalog/policies/idle.cedar", forbid);
    shop.run(&["check"])
        .says("E0420")
        .says("`update:Service` is never asked for where `properties.replicas` changes")
        .says("`scale` claims it");
    shop.gate("kim", &[]).says("no decision moves").exits(0);
}

#[test]
fn rules_name_files_from_the_folder_of_the_settings() {
    let files = [
        (
            "catalogc.yaml",
            "permissions: enforced\npeople: {blueprint: User}\n",
        ),
        (
            "catalog/blueprints/kinds.yaml",
            "identifier: User\nschema: {properties: {}}\n",
        ),
        (
            "catalog/entities/people.yaml",
            "{identifier: ada, blueprint: User}\n---\n{identifier: ben, blueprint: User}\n---\n{identifier: cleo, blueprint: User}\n",
        ),
        (
            "catalog/policies/rules.cedar",
            "permit (principal, action in [Action::\"define\", Action::\"create\"], resource);\n\
             @title(\"kept\")\nforbid (principal == User::\"ada\", action == Action::\"define\", resource)\n\
             when { context.path == \"catalog/policies/kept.cedar\" };\n",
        ),
    ];
    // The last is called as the folder of the catalog in it.
    for folder in ["", "infra/shop/", "catalog/"] {
        let git = Git::new();
        for (path, text) in files {
            git.write(&format!("{folder}{path}"), text);
        }
        git.commit("a catalog");
        let kept = format!("{folder}catalog/policies/kept.cedar");
        let permit = "permit (principal, action == Action::\"meta\", resource);\n";
        git.branch("pr", "main").commit_file(&kept, permit);
        let root = git.root().join(folder);
        let gate = |actor| {
            let line = ["gate", "--base", "main", "--head", "pr", "--actor", actor];
            run(&root, &line)
        };
        gate("ada").says("denied").says("kept").exits(1);
        gate("ben").exits(0);
        // The same is said of the files on disk.
        let ask = |actor| {
            run(
                &root,
                &["can", actor, "define", "catalog/policies/kept.cedar"],
            )
        };
        ask("ada").exits(1);
        ask("ben").exits(0);
        // What is not there yet is asked about by the name that the rule has of it, and no more.
        let rules = format!("{folder}catalog/policies/rules.cedar");
        let (permits, _) = files[3].1.split_once("@title").unwrap();
        git.branch("open", "main").commit_file(&rules, permits);
        let line = ["gate", "--base", "main", "--head", "open", "--actor", "ben"];
        run(&root, &line)
            .says("ada gains define on policy catalog/policies/kept.cedar\n")
            .does_not_say("blueprint")
            .exits(0);
    }
}

#[test]
fn a_table_says_of_which_actions_rules_read_what_an_entity_becomes() {
    let shop = Shop::new();
    shop.run(&["can", "lin"]).does_not_say("as they are");
    let rules = shop.git.read("catalog/policies/rules.cedar");
    let more = "@title(\"twice as many at most\")\n\
        forbid (principal, action == Action::\"scale\", resource)\n\
        when { context has after.replicas && context has before.replicas &&\n\
        context.after.replicas > context.before.replicas * 2 };\n";
    shop.git
        .commit_file("catalog/policies/rules.cedar", &format!("{rules}\n{more}"));
    shop.run(&["can", "lin"])
        .says("only replicas up to 20")
        .says(
            "! asked with entities as they are: scale, of which rules read what an entity becomes",
        );
    shop.run(&["can", "lin", "scale", "cart", "--set", "replicas=20"])
        .says("denied")
        .exits(1);
}

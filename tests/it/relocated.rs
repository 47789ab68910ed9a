//! Files that a mapping reads by their path, moved in a pull request that changes definitions too:
//! where a file stands says something, and who moves it changes that.

use crate::repository::Git;
use crate::shop::Shop;

const RULES: &str = "catalog/mappings/jobs.yaml";
const KINDS: &str = "catalog/blueprints/job.yaml";
const KIND: &str = "identifier: Job\ndescription: one\n\
    schema: {properties: {stage: {type: string}, n: {type: integer}}}\n";
const OLD: &str = "jobs/dev/a.json";
const NEW: &str = "jobs/prod/a.json";

fn rules(identifier: &str) -> String {
    format!(
        "resources:\n  - port:\n      entity:\n        mappings:\n          identifier: {identifier}\n          \
         blueprint: '\"Job\"'\n          properties: {{stage: .file.folder, n: .n}}\n"
    )
}

/// `promote` claims the stage of a job and `retire` its end; admins must agree to both.
fn shop(identifier: &str) -> Shop {
    let shop = Shop::new();
    let git = &shop.git;
    let settings = git.read("catalogc.yaml")
        + "sources:\n  - {glob: \"jobs/**/*.json\", reader: mapping, mapping: catalog/mappings/jobs.yaml}\n";
    let action = |name: &str, operation: &str, trigger: &str| {
        format!(
            "identifier: {name}\noperation: {operation}\nblueprint: Job\ntrigger: {{{trigger}}}\n\
             permissions: {{execute: {{teams: checkout}}}}\napproval: [{{by: {{teams: admins}}}}]\n"
        )
    };
    let may = "permit (principal in Team::\"checkout\", action in [Action::\"define\", \
        Action::\"create\", Action::\"update\", Action::\"delete\"], resource);\n";
    git.write("catalogc.yaml", settings)
        .write(RULES, rules(identifier))
        .write(KINDS, KIND)
        .write(
            "catalog/actions/promote.yaml",
            action("promote", "day-2", "changed: [properties.stage]"),
        )
        .write(
            "catalog/actions/retire.yaml",
            action("retire", "delete", "deleted: true"),
        )
        .write("catalog/policies/lin.cedar", may)
        .write(OLD, "{\"name\": \"a\", \"n\": 1}\n")
        .write("jobs/dev/b.json", "{\"name\": \"b\", \"n\": 2}\n")
        .commit("jobs");
    shop.run(&["check"]).exits(0);
    shop
}

fn moves(git: &Git, to: &str) {
    let text = git.read(OLD);
    git.remove(OLD).write(to, text).commit("it moves");
}

#[test]
fn who_moves_what_is_read_by_its_path_changes_it() {
    let shop = shop(".name");
    moves(shop.pull_request(), NEW);
    let asked = "promote  a  stage jobs/dev -> jobs/prod";
    shop.gate("lin", &[])
        .says(asked)
        .says("from admins")
        .exits(1);
    // Also where its blueprint changes in the same pull request.
    shop.git
        .write(KINDS, KIND.replace("description: one", "description: two"))
        .commit("what a job is");
    shop.gate("lin", &[])
        .says(asked)
        .says("from admins")
        .exits(1);
}

#[test]
fn what_is_called_by_its_path_is_not_renamed_beside_its_mapping() {
    let shop = shop(".file.stem");
    moves(shop.pull_request(), "jobs/dev/z.json");
    shop.gate("lin", &[]).says("retire  a  deleted").exits(1);
    shop.git
        .write(RULES, rules(".file.stem").replace("n: .n", "n: (.n + 0)"))
        .commit("the mapping");
    shop.gate("lin", &[])
        .says("retire is fired while the mapping catalog/mappings/jobs.yaml changes together")
        .exits(1);
}

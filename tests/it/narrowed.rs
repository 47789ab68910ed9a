//! Plans of pull requests that change which files a catalog reads, and how: what they make is
//! listed and fires nothing, whichever key it was.

use catalogc::plan::file::PlanFile;

use crate::program::run;
use crate::repository::Git;

mod beside;
pub(crate) mod left;
mod taken;

const SETTINGS: &str = "sources:
  - {glob: \"teams/*.yaml\", reader: mapping, mapping: rules/teams.yaml}
  - {glob: \"units/*.yaml\", documents: entities, blueprint: Unit}
guards: {deletes_percent: 100}
";

const RULES: &str = "resources:
  - port:
      merge: true
      itemsToParse: .teams
      entity:
        mappings:
          identifier: .item.name
          blueprint: '\"Team\"'
          properties: {size: .item.size}
          relations: {units: .item.units}
";

const BLUEPRINTS: &str = "identifier: Team
schema: {properties: {size: {type: integer}}}
relations: {units: {target: Unit, many: true}}
aggregationProperties: {}
---
identifier: Unit
schema: {properties: {size: {type: integer}}}
---
identifier: Group
schema: {properties: {size: {type: integer}}}
";

/// Every kind of change fires something.
fn actions() -> String {
    let mut all = Vec::new();
    for kind in ["Team", "Unit", "Group"] {
        for (name, trigger) in [
            ("retire", "deleted: true"),
            ("start", "created: true"),
            ("resize", "changed: [properties.size, relations.units]"),
        ] {
            let trigger = match (kind, name) {
                ("Team", _) => trigger.to_owned(),
                _ => trigger.replace(", relations.units", ""),
            };
            let operation = match name {
                "retire" => "delete",
                "start" => "create",
                _ => "day-2",
            };
            all.push(format!(
                "identifier: {name}{kind}\noperation: {operation}\nblueprint: {kind}\ntrigger: {{{trigger}}}\n"
            ));
        }
    }
    all.join("---\n")
}

/// Teams in two files, units in two files, and a branch `pr`.
fn repository() -> Git {
    let git = Git::new();
    git.write("catalogc.yaml", SETTINGS)
        .write("catalog/blueprints/all.yaml", BLUEPRINTS)
        .write("catalog/actions/all.yaml", actions())
        .write(
            "catalog/entities/groups.yaml",
            "{identifier: sales, blueprint: Group}\n",
        )
        .write("rules/teams.yaml", RULES)
        .write(
            "teams/a.yaml",
            "teams:\n  - {name: checkout, size: 3, units: [one]}\n",
        )
        .write(
            "teams/b.yaml",
            "teams:\n  - {name: search, size: 4, units: [one, two]}\n",
        )
        .write(
            "units/one.yaml",
            "{identifier: one, properties: {size: 1}}\n",
        )
        .write(
            "units/two.yaml",
            "{identifier: two, properties: {size: 2}}\n",
        )
        .commit("teams and units");
    git.branch("pr", "main");
    git
}

fn made(git: &Git, base: &str, head: &str) -> PlanFile {
    let arguments = [
        "plan", "--base", base, "--head", head, "--actor", "lin", "--format", "json",
    ];
    serde_json::from_str(run(git.root(), &arguments).exits(0)).unwrap()
}

/// The steps as `delete Team/search`, what is covered as `define catalogc.yaml`, and what stops
/// the plan.
fn told(plan: &PlanFile) -> Vec<String> {
    let steps = plan.steps.iter();
    let steps = steps.map(|step| format!("{} {}/{}", step.action, step.blueprint, step.entity));
    let covered = plan.coverage.iter();
    let covered = covered.map(|covered| format!("{} {}", covered.action, covered.path));
    let refused = plan
        .refusals
        .iter()
        .map(|it| format!("refused: {}", it.text));
    steps.chain(covered).chain(refused).collect()
}

fn plan(git: &Git) -> Vec<String> {
    told(&made(git, "main", "pr"))
}

/// The plan of other settings in which some text is another.
fn with(git: &Git, from: &str, to: &str) -> Vec<String> {
    let settings = git.read("catalogc.yaml");
    assert!(settings.contains(from), "{from}");
    git.commit_file("catalogc.yaml", &settings.replace(from, to));
    plan(git)
}

/// The first source, as a line.
fn first_source() -> &'static str {
    let end = SETTINGS.find("  - {glob: \"units").unwrap();
    let start = SETTINGS.find("  - ").unwrap();
    SETTINGS.get(start..end).unwrap()
}

#[test]
fn a_glob_that_is_narrowed_fires_no_deletion() {
    let git = repository();
    assert_eq!(
        with(&git, "teams/*.yaml", "teams/a.yaml"),
        ["delete Team/search", "define catalogc.yaml"]
    );
}

#[test]
fn a_file_that_is_excluded_fires_no_deletion() {
    let git = repository();
    assert_eq!(
        with(&git, "reader", "exclude: [\"teams/b*\"], reader"),
        ["delete Team/search", "define catalogc.yaml"]
    );
}

#[test]
fn a_source_that_is_removed_fires_no_deletion() {
    let git = repository();
    let told = with(&git, first_source(), "");
    assert_eq!(
        told,
        [
            "delete Team/checkout",
            "delete Team/search",
            "define rules/teams.yaml",
            "define catalogc.yaml"
        ]
    );
}

#[test]
fn another_blueprint_for_a_source_fires_nothing() {
    let git = repository();
    git.write("teams/a.yaml", "teams: []\n")
        .write("teams/b.yaml", "teams: []\n");
    git.commit("no teams");
    git.run(&["branch", "--quiet", "--force", "main", "pr"]);
    assert_eq!(
        with(&git, "blueprint: Unit", "blueprint: Group"),
        [
            "delete Unit/one",
            "delete Unit/two",
            "create Group/one",
            "create Group/two",
            "define catalogc.yaml"
        ]
    );
}

#[test]
fn another_folder_of_the_catalog_fires_nothing() {
    let git = repository();
    let copy = |path: &str| {
        git.write(
            &format!("other/{path}"),
            git.read(&format!("catalog/{path}")),
        );
    };
    copy("blueprints/all.yaml");
    copy("actions/all.yaml");
    git.write(
        "other/entities/x.yaml",
        "{identifier: x, blueprint: Group}\n",
    );
    git.commit("a second catalog");
    git.run(&["branch", "--quiet", "--force", "main", "pr"]);
    let told = with(&git, "guards", "catalog: other\nguards");
    // Its definitions stand elsewhere now, and each is one at both places.
    let (moved, others): (Vec<_>, Vec<_>) = told
        .iter()
        .map(String::as_str)
        .partition(|it| it.ends_with("/all.yaml"));
    assert!(moved.iter().all(|it| it.starts_with("define ")), "{told:?}");
    assert_eq!(
        others,
        [
            "delete Group/sales",
            "create Group/x",
            "define catalogc.yaml"
        ]
    );
}

#[test]
fn settings_that_disappear_fire_nothing() {
    let git = repository();
    git.remove("catalogc.yaml").commit("no settings");
    let told = plan(&git);
    assert_eq!(
        told,
        [
            "delete Team/checkout",
            "delete Team/search",
            "delete Unit/one",
            "delete Unit/two",
            "define rules/teams.yaml",
            "define catalogc.yaml"
        ]
    );
}

#[test]
fn what_is_read_for_the_first_time_fires_nothing() {
    let git = repository();
    git.switch("main");
    git.commit_file("more/three.yaml", "{identifier: three}\n");
    git.run(&["branch", "--quiet", "--force", "pr", "main"]);
    git.switch("pr");
    assert_eq!(
        with(&git, "units/*.yaml", "{units,more}/*.yaml"),
        ["create Unit/three", "define catalogc.yaml"]
    );
}

#[test]
fn what_an_author_deletes_beside_it_fires() {
    let git = repository();
    git.write("teams/a.yaml", "teams: [{name: checkout, size: 3}]\n")
        .remove("units/one.yaml")
        .write("teams/b.yaml", "teams: [{name: search, size: 4}]\n")
        .commit("no units for teams");
    git.switch("main");
    git.run(&["merge", "--quiet", "pr"]);
    git.write("units/one.yaml", "{identifier: one}\n")
        .commit("put back");
    git.switch("pr").merge("main");
    git.remove("units/one.yaml").commit("no unit one");
    assert_eq!(
        with(&git, "teams/*.yaml", "teams/a.yaml"),
        [
            "delete Team/search",
            "retireUnit Unit/one",
            "define catalogc.yaml"
        ]
    );
}

#[test]
fn a_file_that_changes_and_is_not_read_any_more_is_not_told_apart() {
    let git = repository();
    git.write(
        "teams/b.yaml",
        "# why\nteams:\n  - {name: search, size: 4, units: [one, two]}\n",
    );
    assert_eq!(
        with(&git, "teams/*.yaml", "teams/a.yaml"),
        [
            "retireTeam Team/search",
            "define catalogc.yaml",
            "refused: retireTeam is fired while the settings read teams/b.yaml otherwise, which changes too: make two pull requests of it, the settings first"
        ]
    );
}

#[test]
fn a_file_that_is_moved_out_of_a_narrowed_glob_is_still_there() {
    let git = repository();
    git.write("teams/old.yaml", git.read("teams/b.yaml"))
        .remove("teams/b.yaml");
    assert_eq!(
        with(&git, "teams/*.yaml", "teams/?.yaml"),
        [
            "delete Team/search",
            "define catalogc.yaml",
            "meta teams/b.yaml"
        ]
    );
    // Without the settings it is its author who took it away.
    let git = repository();
    git.write("attic/b.yaml", git.read("teams/b.yaml"))
        .remove("teams/b.yaml")
        .commit("away");
    assert_eq!(plan(&git), ["retireTeam Team/search"]);
    // And so it is where the settings read something else otherwise.
    assert_eq!(
        with(&git, "units/*.yaml", "units/one.yaml"),
        [
            "retireTeam Team/search",
            "delete Unit/two",
            "define catalogc.yaml"
        ]
    );
}

#[test]
fn a_new_source_with_its_files_is_not_told_apart_and_the_rest_fires() {
    let git = repository();
    git.write("more/three.yaml", "{identifier: three}\n");
    git.write(
        "units/two.yaml",
        "{identifier: two, properties: {size: 5}}\n",
    );
    assert_eq!(
        with(&git, "units/*.yaml", "{units,more}/*.yaml"),
        [
            "startUnit Unit/three",
            "resizeUnit Unit/two",
            "define catalogc.yaml",
            "refused: startUnit is fired while the settings read more/three.yaml otherwise, which changes too: make two pull requests of it, the settings first"
        ]
    );
}

//! Plans of catalogs that a mapping reads: what changes in foreign files, and what a change of
//! the mapping itself makes.

use catalogc::compile::{Compiled, compile};
use catalogc::fix::fix;
use catalogc::plan::file::PlanFile;
use catalogc::source::Selection;
use catalogc::source::memory::snapshot;

use crate::program::{Ran, run};
use crate::repository::Git;
use crate::support::places;

mod beside;

const SETTINGS: &str = "sources:
  - {glob: \"teams/*.yaml\", reader: mapping, mapping: rules/teams.yaml}
guards: {deletes_percent: 100}
";

const BLUEPRINTS: &str = "identifier: Team
schema:
  properties:
    size: {type: integer}
    note: {type: string}
relations:
  members: {target: Person, many: true}
---
identifier: Person
schema: {properties: {}}
relations:
  teams: {target: Team, many: true, memberOf: true}
";

const ACTION: &str = "identifier: resize
operation: day-2
blueprint: Team
trigger: {changed: [properties.size]}
";

const RULES: &str = "resources:
  - port:
      itemsToParse: .teams
      entity:
        mappings:
          identifier: .item.name
          blueprint: '\"Team\"'
          properties:
            size: .item.size
          relations:
            members: .item.members
  - port:
      itemsToParse:
        - .teams
        - '[.item as $team | .item.members[] | {login: ., team: $team.name}]'
      merge: true
      entity:
        mappings:
          identifier: .item.login
          blueprint: '\"Person\"'
          relations:
            teams: '[.item.team]'
";

const A: &str = "teams:
  - name: checkout
    size: 3
    members:
      - lin
      - kim
  - name: platform
    size: 5
    members: [kim]
";

const B: &str = "teams:
  - name: search
    members: [lin]
";

/// A repository with teams in two files, and a branch `pr`.
fn repository() -> Git {
    let git = Git::new();
    git.write("catalogc.yaml", SETTINGS)
        .write("catalog/blueprints/all.yaml", BLUEPRINTS)
        .write("catalog/actions/resize.yaml", ACTION)
        .write("rules/teams.yaml", RULES)
        .write("teams/a.yaml", A)
        .write("teams/b.yaml", B)
        .commit("teams");
    git.branch("pr", "main");
    git
}

fn plan(git: &Git) -> Ran {
    let arguments = "plan --base main --head pr --actor lin --format json";
    let arguments: Vec<&str> = arguments.split(' ').collect();
    run(git.root(), &arguments)
}

/// The plan: its steps as `update Team/checkout PATHS @ PLACES`.
fn steps(git: &Git) -> (Vec<String>, PlanFile) {
    let plan: PlanFile = serde_json::from_str(plan(git).exits(0)).unwrap();
    let steps = plan.steps.iter().map(|step| {
        let changes: Vec<String> = step
            .changes
            .iter()
            .map(|change| format!("{} @ {}", change.path, change.place))
            .collect();
        let words = [
            step.action.clone(),
            format!("{}/{}", step.blueprint, step.entity),
        ];
        [&words[..], &changes[..]].concat().join(" ")
    });
    (steps.collect(), plan)
}

fn covered(plan: &PlanFile) -> Vec<String> {
    let covered = plan.coverage.iter();
    covered
        .map(|covered| format!("{} {}", covered.action, covered.path))
        .collect()
}

#[test]
fn a_line_removed_from_a_foreign_list_is_a_step_at_its_place() {
    let git = repository();
    git.commit_file("teams/a.yaml", &A.replace("      - kim\n", ""));
    let (steps, plan) = steps(&git);
    assert_eq!(
        steps,
        [
            "grant Person/kim relations.teams @ teams/a.yaml:8:15",
            "update Team/checkout relations.members @ teams/a.yaml:5:7",
        ]
    );
    assert_eq!(covered(&plan), Vec::<String>::new());
}

#[test]
fn an_element_removed_from_one_of_two_files_keeps_who_is_in_the_other() {
    let git = repository();
    git.remove("teams/b.yaml").commit("no search");
    let (steps, plan) = steps(&git);
    assert_eq!(
        steps,
        [
            "grant Person/lin relations.teams @ teams/a.yaml:5:9",
            "delete Team/search",
        ]
    );
    assert_eq!(covered(&plan), Vec::<String>::new());
}

#[test]
fn what_an_expression_makes_stands_at_no_text_that_is_the_same_by_chance() {
    let blueprint = "identifier: Thing\nschema: {properties: {a: {type: string, enum: [production, staging]}}}\n";
    let file = "items:\n- {n: cart, stage: PRODUCTON, region: producton}\n";
    for made in [
        ".item.a // \"producton\"",
        ".item.stage | ascii_downcase",
        "\"producton\"",
    ] {
        let rules = rule("itemsToParse: .items", ".item.n", made);
        let files = || {
            snapshot([
                (
                    "catalogc.yaml",
                    "sources: [{glob: \"teams/*.yaml\", reader: mapping, mapping: catalog/mappings/teams.yaml}]\n",
                ),
                ("catalog/blueprints/thing.yaml", blueprint),
                ("catalog/mappings/teams.yaml", rules.as_str()),
                ("teams/a.yaml", file),
            ])
        };
        let selection =
            Selection::new(Some("catalogc.yaml"), "catalog", &["teams/*.yaml"]).unwrap();
        let found = compile(files(), &selection);
        assert_eq!(places(&found), ["teams/a.yaml:2:7 E0204"], "{made}");
        let fixed = fix(found, &|snapshot| Some(compile(snapshot, &selection)));
        assert_eq!(fixed.compiled.snapshot, files(), "{made}");
    }
}

#[test]
fn comments_and_order_mean_nothing_in_foreign_files_too() {
    let git = repository();
    let swapped = "# by name\nteams:
  - {name: platform, size: 5, members: [kim]}
  - {members: [kim, lin], size: 3, name: checkout}
";
    git.commit_file("teams/a.yaml", swapped);
    let (steps, plan) = steps(&git);
    assert_eq!(steps, Vec::<String>::new());
    assert_eq!(covered(&plan), ["meta teams/a.yaml"]);
}

#[test]
fn what_a_changed_mapping_makes_is_listed_and_fires_nothing() {
    let git = repository();
    git.commit_file(
        "rules/teams.yaml",
        &RULES.replace(".item.size", ".item.size // 1"),
    );
    let (steps_made, plan) = steps(&git);
    assert_eq!(
        steps_made,
        ["update Team/search properties.size @ teams/b.yaml:2:11"]
    );
    assert_eq!(covered(&plan), ["define rules/teams.yaml"]);
    assert_eq!(plan.refusals, []);
    // A comment in it says nothing.
    let git = repository();
    git.commit_file("rules/teams.yaml", &format!("# teams\n{RULES}"));
    let (steps_made, plan) = steps(&git);
    assert_eq!(steps_made, Vec::<String>::new());
    assert_eq!(covered(&plan), ["meta rules/teams.yaml"]);
}

#[test]
fn an_action_is_refused_where_the_mapping_and_what_it_reads_change_at_once() {
    let git = repository();
    git.commit_file("teams/a.yaml", &A.replace("size: 3", "size: 4"));
    let (steps_made, plan) = steps(&git);
    assert_eq!(
        steps_made,
        ["resize Team/checkout properties.size @ teams/a.yaml:3:11"]
    );
    assert_eq!(plan.refusals, []);
    git.commit_file(
        "rules/teams.yaml",
        &RULES.replace(".item.size", ".item.size // 1"),
    );
    let (_, plan) = steps(&git);
    let texts: Vec<&str> = plan.refusals.iter().map(|it| it.text.as_str()).collect();
    assert_eq!(
        texts,
        [
            "resize is fired while the mapping rules/teams.yaml changes together with what it reads: make two pull requests of it, the mapping first"
        ]
    );
}

#[test]
fn a_broken_mapping_deletes_nothing_and_its_repair_fires_nothing() {
    let git = repository();
    let broken = RULES.replace(".item.size", ".item.size |");
    git.commit_file("rules/teams.yaml", &broken);
    let ran = plan(&git);
    ran.says("E0505").says("E0240").does_not_say("delete");
    ran.exits(1);
    // On the target it is the repair that passes.
    git.run(&["branch", "--quiet", "--force", "main", "pr"]);
    git.commit_file("rules/teams.yaml", RULES);
    let (steps, plan) = steps(&git);
    assert_eq!(steps, Vec::<String>::new());
    assert!(covered(&plan).contains(&"define rules/teams.yaml".to_owned()));
    assert!(covered(&plan).contains(&"define teams/a.yaml".to_owned()));
    assert_eq!(plan.refusals, []);
}

#[test]
fn a_file_without_an_ending_that_cannot_be_read_deletes_nothing() {
    let git = repository();
    let named = |glob: &str| SETTINGS.replace("teams/*.yaml", glob);
    git.write("catalogc.yaml", named("teams/{*.yaml,OWNERS}"))
        .write("teams/OWNERS", B.replace("search", "owners"))
        .commit("owners");
    git.run(&["branch", "--quiet", "--force", "main", "pr"]);
    git.commit_file("teams/OWNERS", "teams: [");
    let ran = plan(&git);
    ran.says("E0101").does_not_say("delete");
    ran.exits(1);
    // On the target it is the repair that passes.
    git.run(&["branch", "--quiet", "--force", "main", "pr"]);
    git.commit_file("teams/OWNERS", &B.replace("search", "owners"));
    let (made, plan) = steps(&git);
    assert_eq!(made, Vec::<String>::new());
    assert!(covered(&plan).contains(&"define teams/OWNERS".to_owned()));
    // A glob that does not name it any more is a change of the settings.
    git.run(&["branch", "--quiet", "--force", "main", "pr"]);
    git.write("catalogc.yaml", named("teams/*")).commit("wider");
    let (made, plan) = steps(&git);
    assert_eq!(
        made,
        [
            "grant Person/lin relations.teams @ teams/a.yaml:5:9",
            "delete Team/owners"
        ]
    );
    assert!(covered(&plan).contains(&"define catalogc.yaml".to_owned()));
}

fn compiled(rules: &str, file: String) -> Compiled {
    let blueprint = "identifier: Thing\nschema: {properties: {a: {}, b: {}}}\n";
    let settings = SETTINGS.replace("rules/", "catalog/mappings/");
    let files = [
        ("catalogc.yaml", settings),
        ("catalog/blueprints/thing.yaml", blueprint.to_owned()),
        ("catalog/mappings/teams.yaml", rules.to_owned()),
        ("teams/a.yaml", file),
    ];
    let selection = Selection::new(Some("catalogc.yaml"), "catalog", &["teams/*.yaml"]).unwrap();
    compile(snapshot(files), &selection)
}

fn rule(head: &str, identifier: &str, property: &str) -> String {
    format!(
        "resources:\n  - port:\n      {head}\n      entity:\n        mappings:\n          identifier: '{identifier}'\n          blueprint: '\"Thing\"'\n          properties: {{a: '{property}'}}\n"
    )
}

#[test]
fn the_work_of_a_mapping_is_linear_in_its_file() {
    let mut items = String::from("items:\n");
    for n in 0..4_000 {
        items += &format!("- {{n: \"x{n}\"}}\n");
    }
    // Each element looks through all of them.
    let all = rule("itemsToParse: .items", ".item.n", "[.items[].n] | length");
    let found = compiled(&all, items.clone());
    assert_eq!(places(&found), ["teams/a.yaml:1:1 E0005"]);
    // Each element is a copy of all of them.
    let copy = rule("itemsToParse: .items", ".item.n", ".items");
    let found = compiled(&copy, items.clone());
    assert_eq!(places(&found), ["teams/a.yaml:1:1 E0005"]);
    // One that looks at itself is fine, and says all that is wrong with each only so often.
    let own = rule("itemsToParse: .items", ".item.n", ".item.n + 1");
    let found = compiled(&own, items);
    assert_eq!(found.findings.len(), 11);
    assert_eq!(found.catalog.entities.len(), 4_000);
}

#[test]
fn the_example_of_the_page_is_a_catalog() {
    let page = include_str!("../../docs/mapping.md");
    let page = format!("\n## Fails\n{page}");
    let files = catalogc::finding::explain::page(&page).fails;
    assert_eq!(files.len(), 4);
    let files = files.iter().map(|file| (file.path, file.text));
    let selection = Selection::new(Some("catalogc.yaml"), "catalog", &["teams/*.yaml"]).unwrap();
    let found = compile(snapshot(files), &selection);
    assert_eq!(places(&found), Vec::<String>::new());
    let names: Vec<&str> = found
        .catalog
        .entities
        .iter()
        .map(|entity| entity.identifier.value.as_str())
        .collect();
    assert_eq!(names, ["kim", "lin", "checkout", "checkout-on-call"]);
}

#[test]
fn elements_within_elements_are_read_to_any_depth() {
    let mut tree = String::new();
    for n in 0..30 {
        tree += &format!("{{n: \"x{n}\", parts: [");
    }
    let tree = format!("top: [{tree}{}]", "]}".repeat(30));
    let rules = rule(
        "itemsToParse: .top\n      recurse: .item.parts",
        ".item.n",
        ".parent.n",
    );
    let found = compiled(&rules, tree);
    assert_eq!(places(&found), Vec::<String>::new());
    let entities = &found.catalog.entities;
    assert_eq!(entities.len(), 30);
    let parent = |name: &str| {
        let entity = entities.iter().find(|it| it.identifier.value == name);
        let parent = entity.unwrap().property("a");
        parent.and_then(|entry| entry.node.as_str())
    };
    assert_eq!(
        (parent("x0"), parent("x1"), parent("x29")),
        (None, Some("x0"), Some("x28"))
    );
}

//! Entities of which several files say a part: their identity, and plans in which one of the
//! files could not be read, or is not understood any more.

use catalogc::plan::file::PlanFile;

use crate::program::run;
use crate::repository::Git;

const BLUEPRINTS: &str = "identifier: Team
schema: {properties: {}}
---
identifier: Person
schema: {properties: {}}
relations: {teams: {target: Team, many: true}}
---
identifier: Desk
schema: {properties: {}}
relations: {of: {target: Person, ignoreCase: true}}
";

const ACTIONS: &str = "identifier: join
operation: day-2
blueprint: Person
trigger: {changed: [relations.teams]}
---
identifier: leave
operation: delete
blueprint: Person
trigger: {deleted: true}
---
identifier: arrive
operation: create
blueprint: Person
trigger: {created: true}
";

/// The people of `teams/*.yaml`, by a mapping that puts them together.
fn repository(merge: &str) -> Git {
    let git = Git::new();
    let rules = format!(
        "resources:
  - port:
      itemsToParse: .people
      merge: {merge}
      entity:
        mappings:
          identifier: .item
          blueprint: '\"Person\"'
          relations: {{teams: '[.team]'}}
  - port:
      entity:
        mappings: {{identifier: .team, blueprint: '\"Team\"'}}
"
    );
    git.write(
        "catalogc.yaml",
        "sources:\n  - {glob: \"teams/*.yaml\", reader: mapping, mapping: rules.yaml}\nguards: {deletes_percent: 100}\n",
    )
    .write("catalog/blueprints/all.yaml", BLUEPRINTS)
    .write("catalog/actions/all.yaml", ACTIONS)
    .write("rules.yaml", rules)
    .write("teams/m.yaml", "team: middle\npeople: [Kim, lin]\n")
    .write("teams/n.yaml", "team: north\npeople: [kim, lin]\n");
    git
}

/// The same where one spelling is used.
fn exact() -> Git {
    let git = repository("true");
    git.write("teams/m.yaml", "team: middle\npeople: [kim, lin]\n");
    git
}

fn told(git: &Git) -> Vec<String> {
    let arguments = [
        "plan", "--base", "main", "--head", "pr", "--actor", "lin", "--format", "json",
    ];
    let plan: PlanFile = serde_json::from_str(run(git.root(), &arguments).exits(0)).unwrap();
    let steps = plan.steps.iter();
    let steps = steps.map(|step| format!("{} {}/{}", step.action, step.blueprint, step.entity));
    let covered = plan.coverage.iter();
    let covered = covered.map(|it| format!("{} {}", it.action, it.path));
    let refused = plan.refusals.iter();
    let refused = refused.map(|it| format!("refused: {}", it.text));
    steps.chain(covered).chain(refused).collect()
}

/// What is told besides that somebody is written in another file than before.
fn told_but_moves(git: &Git) -> Vec<String> {
    let mut told = told(git);
    told.retain(|it| !it.starts_with("meta "));
    told
}

#[test]
fn a_file_that_sorts_earlier_renames_nobody() {
    let git = repository("ignoreCase");
    git.write(
        "catalog/entities/desks.yaml",
        "{identifier: d1, blueprint: Desk, relations: {of: KIM}}\n",
    )
    .commit("people");
    git.branch("pr", "main")
        .commit_file("teams/a.yaml", "team: away\npeople: [KIM]\n");
    assert_eq!(
        told_but_moves(&git),
        ["create Team/away", "join Person/kim"]
    );
    // Nor does the one go that was the first.
    git.run(&["branch", "--quiet", "--force", "main", "pr"]);
    git.remove("teams/a.yaml").commit("back again");
    assert_eq!(
        told_but_moves(&git),
        ["join Person/kim", "delete Team/away"]
    );
}

#[test]
fn another_case_in_a_file_is_no_change() {
    let git = repository("ignoreCase");
    git.commit("people");
    git.branch("pr", "main")
        .commit_file("teams/m.yaml", "team: middle\npeople: [KIM, Lin]\n");
    assert_eq!(told(&git), ["meta teams/m.yaml"]);
}

#[test]
fn a_part_that_the_target_could_not_read_is_adopted() {
    let git = exact();
    git.write("teams/n.yaml", "team: north\npeople: [kim, lin\n")
        .commit("people, half of them");
    git.branch("pr", "main")
        .commit_file("teams/n.yaml", "team: north\npeople: [kim, lin]\n");
    let told = told(&git);
    assert_eq!(told, ["define teams/n.yaml", "meta teams/n.yaml"]);
}

#[test]
fn a_part_that_changes_while_another_is_repaired_is_not_adopted_with_it() {
    let git = exact();
    git.write("teams/n.yaml", "team: north\npeople: [kim, lin\n")
        .commit("people, half of them");
    git.branch("pr", "main")
        .write("teams/m.yaml", "team: middle\npeople: [lin]\n")
        .commit_file("teams/n.yaml", "team: north\npeople: [kim, lin]\n");
    let told = told(&git);
    // kim, whom only the other file has now, is a change of what the target could read.
    assert!(told.contains(&"join Person/kim".to_owned()), "{told:?}");
    assert!(
        told.contains(
            &"refused: lin changes while teams/n.yaml, which says a part of it, is repaired: make two pull requests of it, the repair first".to_owned()
        ),
        "{told:?}"
    );
}

#[test]
fn who_was_only_in_a_file_that_could_not_be_read_is_adopted() {
    let git = exact();
    git.write("teams/n.yaml", "team: north\npeople: [kim, mal\n")
        .commit("people, half of them");
    git.branch("pr", "main")
        .commit_file("teams/n.yaml", "team: north\npeople: [kim, mal]\n");
    let told = told(&git);
    assert!(told.iter().all(|it| !it.contains("arrive")), "{told:?}");
}

/// The same with teams of their own, so that a file has people or nothing.
fn people_alone() -> Git {
    let git = exact();
    let rules = git.read("rules.yaml");
    let people = rules.split("  - port:\n      entity").next().unwrap();
    git.write("rules.yaml", people)
        .write(
            "catalog/entities/teams.yaml",
            "{identifier: middle, blueprint: Team}\n---\n{identifier: north, blueprint: Team}\n",
        )
        .write("teams/n.yaml", "team: north\npeople: [kim]\n")
        .commit("people");
    git.branch("pr", "main");
    git
}

#[test]
fn a_deletion_of_which_one_file_is_not_understood_any_more_is_refused() {
    let git = people_alone();
    git.remove("teams/m.yaml")
        .commit_file("teams/n.yaml", "team: north\nfolks: [kim]\n");
    assert_eq!(
        told(&git),
        [
            "leave Person/kim",
            "leave Person/lin",
            "meta teams/n.yaml",
            "refused: kim is not read any more, which is no deletion: no rule of the mapping finds anything here",
        ]
    );
}

#[test]
fn what_one_file_said_of_an_entity_and_is_not_understood_any_more_is_no_change() {
    let git = people_alone();
    git.commit_file("teams/m.yaml", "team: middle\nfolks: [kim, lin]\n");
    let found = "which is no";
    assert_eq!(
        told(&git),
        [
            "leave Person/lin".to_owned(),
            "join Person/kim".to_owned(),
            "meta teams/m.yaml".to_owned(),
            format!(
                "refused: kim is not read whole any more, {found} change: no rule of the mapping finds anything here"
            ),
            format!(
                "refused: lin is not read any more, {found} deletion: no rule of the mapping finds anything here"
            ),
        ]
    );
}

#[test]
fn a_list_of_people_that_its_author_empties_is_a_deletion() {
    let git = people_alone();
    git.commit_file("teams/m.yaml", "team: middle\npeople: []\n");
    assert_eq!(
        told_but_moves(&git),
        ["leave Person/lin", "join Person/kim"]
    );
}

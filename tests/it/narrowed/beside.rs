//! What is not read any more beside guards, unions, folders and derived properties.

use super::{BLUEPRINTS, SETTINGS, actions, first_source, made, plan, repository, told, with};

#[test]
fn guards_count_what_is_not_read_any_more() {
    let git = repository();
    let narrow = "guards: {deletes: 1, deletes_percent: 100}";
    git.switch("main");
    git.commit_file(
        "catalogc.yaml",
        &SETTINGS.replace("guards: {deletes_percent: 100}", narrow),
    );
    git.switch("pr").merge("main");
    let told = with(&git, first_source(), "");
    let last = told.last().unwrap();
    assert!(
        last.starts_with("refused: 2 entities are deleted, the guard is 1"),
        "{last}"
    );
}

#[test]
fn an_entity_of_two_files_of_which_one_is_not_read_any_more_changes_and_fires_nothing() {
    let git = repository();
    git.write(
        "teams/b.yaml",
        "teams:\n  - {name: checkout, units: [two]}\n",
    );
    git.commit("two files for a team");
    git.run(&["branch", "--quiet", "--force", "main", "pr"]);
    assert_eq!(
        with(&git, "teams/*.yaml", "teams/a.yaml"),
        ["update Team/checkout", "define catalogc.yaml"]
    );
    git.write(
        "teams/a.yaml",
        "teams:\n  - {name: checkout, size: 9, units: [one]}\n",
    )
    .commit("and one of them changes");
    let told = plan(&git);
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(told.last().unwrap().starts_with("refused: resizeTeam"));
}

#[test]
fn folders_are_compared_as_commits_are() {
    let git = repository();
    git.run(&["worktree", "add", "--quiet", "before", "main"]);
    git.run(&["worktree", "add", "--quiet", "--detach", "after", "main"]);
    git.write(
        "after/catalogc.yaml",
        SETTINGS.replace("teams/*.yaml", "teams/a.yaml"),
    );
    let told = told(&made(&git, "./before", "./after"));
    assert_eq!(told, ["delete Team/search", "define catalogc.yaml"]);
}

#[test]
fn a_property_that_a_blueprint_begins_to_derive_fires_nothing() {
    let git = repository();
    let export =
        "[{\"identifier\": \"big\", \"blueprint\": \"Group\", \"properties\": {\"size\": 7}}]\n";
    let settings = SETTINGS.replace(
        "guards",
        "  - {glob: \"export/*.json\", reader: port}\nguards",
    );
    git.write("catalogc.yaml", settings)
        .write("export/groups.json", export)
        .commit("an export");
    git.run(&["branch", "--quiet", "--force", "main", "pr"]);
    git.write(
        "catalog/blueprints/all.yaml",
        BLUEPRINTS.replace(
            "identifier: Group\nschema: {properties: {size: {type: integer}}}\n",
            "identifier: Group\nschema: {properties: {}}\ncalculationProperties: {size: {calculation: \"1\", type: number}}\n",
        ),
    );
    let actions = actions();
    assert!(git.read("catalog/actions/all.yaml") == actions);
    git.commit("computed");
    let told = plan(&git);
    assert_eq!(
        told,
        ["update Group/big", "define catalog/blueprints/all.yaml"]
    );
}

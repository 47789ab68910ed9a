//! `mv` and `rm`: what a rename writes and what it leaves, and when it writes nothing.

use crate::changing::small;
use crate::program::run;
use crate::repository::Git;

const ENTITIES: &str = "catalog/entities/all.yaml";

/// A catalog with a file of JSON on one line.
fn with_json(text: &str) -> Git {
    let git = small("identifier: cart\nblueprint: Service\nrelations: {owner: red}\n");
    git.write("catalog/entities/more.json", text);
    git.commit("more");
    git
}

#[test]
fn a_rename_on_one_line_writes_the_names_and_nothing_else() {
    let git = with_json(
        "[{\"identifier\":\"shop\",\"title\":\"shop\",\"blueprint\":\"Service\",\"relations\":{\"owner\":\"red\",\"uses\":[\"cart\",\"shop\"]}},{\"identifier\":\"till\",\"title\":\"shop\",\"blueprint\":\"Service\",\"relations\":{\"owner\":\"red\",\"uses\":[\"shop\"]}}]\n",
    );
    run(git.root(), &["mv", "shop", "a-longer-name"]).exits(0);
    assert_eq!(
        git.read("catalog/entities/more.json"),
        "[{\"identifier\":\"a-longer-name\",\"title\":\"shop\",\"blueprint\":\"Service\",\"relations\":{\"owner\":\"red\",\"uses\":[\"cart\",\"a-longer-name\"]},\"movedFrom\":\"shop\"},{\"identifier\":\"till\",\"title\":\"shop\",\"blueprint\":\"Service\",\"relations\":{\"owner\":\"red\",\"uses\":[\"a-longer-name\"]}}]\n"
    );
}

#[test]
fn a_rename_in_flow_style_keeps_titles() {
    let git = small(
        "[{identifier: cart, title: cart, blueprint: Service, relations: {uses: [cart], owner: red}}, {identifier: shop, title: cart, blueprint: Service, relations: {uses: [cart], owner: red}}]\n",
    );
    run(git.root(), &["mv", "cart", "c"]).exits(0);
    assert_eq!(
        git.read(ENTITIES),
        "[{identifier: c, title: cart, blueprint: Service, relations: {uses: [c], owner: red}, movedFrom: cart}, {identifier: shop, title: cart, blueprint: Service, relations: {uses: [c], owner: red}}]\n"
    );
}

const A: &str = "identifier: a\nblueprint: Service\nrelations: {owner: red}\n";

#[test]
fn renames_of_a_branch_keep_the_name_of_the_target() {
    let git = small(A);
    git.run(&["switch", "--quiet", "--create", "feature"]);
    run(git.root(), &["mv", "a", "b"]).exits(0);
    git.commit("once");
    run(git.root(), &["mv", "b", "c"]).exits(0);
    let text = git.read(ENTITIES);
    assert!(text.contains("movedFrom: a\n"), "{text}");
    // Against the branch itself it is the name there.
    git.run(&["checkout", "--quiet", "."]);
    run(git.root(), &["mv", "b", "c", "--base", "feature"]).exits(0);
    let text = git.read(ENTITIES);
    assert!(text.contains("movedFrom: b\n"), "{text}");
    git.run(&["checkout", "--quiet", "."]);
    run(git.root(), &["mv", "b", "a"]).exits(0);
    assert_eq!(git.read(ENTITIES), A);
}

#[test]
fn a_catalog_in_a_folder_has_the_names_of_the_target_too() {
    let git = Git::new();
    git.write(
        "sub/catalog/blueprints/all.yaml",
        "identifier: Service\nschema: {properties: {}}\n",
    );
    git.write(
        "sub/catalog/entities/all.yaml",
        "identifier: a\nblueprint: Service\n",
    );
    git.commit("the catalog");
    git.run(&["switch", "--quiet", "--create", "feature"]);
    let folder = git.root().join("sub");
    run(&folder, &["mv", "a", "b"]).exits(0);
    git.commit("once");
    run(&folder, &["mv", "b", "c"]).exits(0);
    let text = git.read("sub/catalog/entities/all.yaml");
    assert!(text.contains("movedFrom: a\n"), "{text}");
}

#[test]
fn a_rename_that_merging_would_not_see_is_refused() {
    let two = format!("{A}---\nidentifier: b\nblueprint: Service\nrelations: {{owner: red}}\n");
    let git = small(&two);
    git.run(&["switch", "--quiet", "--create", "feature"]);
    git.write(ENTITIES, A);
    git.commit("without b");
    let ran = run(git.root(), &["mv", "a", "b"]);
    ran.says("would delete").says("E0616").exits(1);
    assert_eq!(git.run(&["status", "--short"]), "");
}

/// A catalog with a file beside it that names a team.
fn naming(path: &str, text: &str) -> Git {
    let git = small("identifier: cart\nblueprint: Service\nrelations: {owner: red}\n");
    git.write(path, text);
    git.commit("more");
    git
}

/// A feature branch, of a repository in which an action was asked for and merged.
fn asked() -> Git {
    let git = naming(
        "catalog/actions/go.yaml",
        "identifier: go\noperation: day-2\nblueprint: Service\ntrigger: {request: true}\n",
    );
    git.write("catalog/requests/one.yaml", "action: go\nentity: cart\n");
    git.commit("asked");
    git.run(&["switch", "--quiet", "--create", "feature"]);
    git
}

#[test]
fn texts_that_name_it_in_any_quotes_stop_a_rename() {
    let action = |condition: &str| {
        format!(
            "identifier: go\noperation: day-2\nblueprint: Service\ntrigger:\n  request: true\n  condition: {condition}\n"
        )
    };
    for condition in [
        "'.entity.relations.owner == \"red\"'",
        "\".entity.relations.owner == \\\"red\\\"\"",
        "'.entity.relations.owner == \"Team/red\"'",
    ] {
        let git = naming("catalog/actions/go.yaml", &action(condition));
        run(git.root(), &["mv", "red", "crimson"])
            .says("E0617")
            .exits(1);
        assert_eq!(git.run(&["status", "--short"]), "", "{condition}");
    }
}

#[test]
fn a_file_that_cannot_be_read_stops_a_rename_where_it_has_the_name() {
    let git = naming(
        "catalog/entities/broken.yaml",
        "identifier: [x\nblueprint: Service\nrelations: {owner: red}\n",
    );
    let ran = run(git.root(), &["mv", "red", "crimson"]);
    ran.says("E0617")
        .says("broken.yaml:3")
        .says("cannot be read")
        .exits(1);
    assert_eq!(git.run(&["status", "--short"]), "");
    run(git.root(), &["mv", "red", "crimson", "--leave-texts"]).exits(0);
    // Another name does not stand in it.
    run(git.root(), &["mv", "blue", "azure"]).exits(0);
}

#[test]
fn texts_that_name_what_goes_stop_it() {
    let git = naming(
        "catalog/policies/a.cedar",
        "forbid(principal, action, resource is Service) when { resource has note && resource.note == \"blue\" };\n",
    );
    let ran = run(git.root(), &["rm", "blue"]);
    ran.says("E0617").says("a.cedar:1").exits(1);
    run(git.root(), &["rm", "blue", "--leave-texts"]).exits(0);
}

#[test]
fn a_merged_request_keeps_the_name_that_was_approved() {
    let git = asked();
    git.write("catalog/requests/two.yaml", "action: go\nentity: cart\n");
    run(git.root(), &["mv", "cart", "trolley"]).exits(0);
    assert_eq!(
        git.read("catalog/requests/one.yaml"),
        "action: go\nentity: cart\n"
    );
    assert_eq!(
        git.read("catalog/requests/two.yaml"),
        "action: go\nentity: trolley\n"
    );
    run(git.root(), &["check"]).exits(0);
    git.commit("renamed");
    run(git.root(), &["plan", "--base", "main"]).exits(0);
    // Who asks by the old name asks for nothing.
    git.write("catalog/requests/two.yaml", "action: go\nentity: cart\n");
    git.commit("by the old name");
    run(git.root(), &["plan", "--base", "main"])
        .says("E0507")
        .exits(1);
}

#[test]
fn what_a_merged_request_asked_for_may_go() {
    let git = asked();
    run(git.root(), &["rm", "cart"]).exits(0);
    run(git.root(), &["check"]).exits(0);
    git.commit("gone");
    run(git.root(), &["plan", "--base", "main"]).exits(0);
    // A new request for what is not there stays an error.
    git.write("catalog/requests/two.yaml", "action: go\nentity: cart\n");
    run(git.root(), &["check"]).says("E0507").exits(1);
}

#[test]
fn whom_an_input_of_a_request_names_is_there_until_it_is_merged() {
    let git = asked();
    let action = git.read("catalog/actions/go.yaml");
    let input = "inputs: {properties: {with: {type: string, format: entity}}}\n";
    let spare = "identifier: spare\nblueprint: Service\nrelations: {owner: red}\n";
    git.write("catalog/actions/go.yaml", action + input)
        .write("catalog/entities/spare.yaml", spare)
        .write(
            "catalog/requests/two.yaml",
            "action: go\nentity: cart\ninputs: {with: spare}\n",
        )
        .commit("together");
    run(git.root(), &["check"]).exits(0);
    git.switch("main").merge("feature");
    git.switch("feature");
    run(git.root(), &["rm", "spare"]).exits(0);
    run(git.root(), &["check"]).exits(0);
    git.write(
        "catalog/requests/three.yaml",
        "action: go\nentity: cart\ninputs: {with: spare}\n",
    );
    run(git.root(), &["check"])
        .says("no entity is called `spare`")
        .exits(1);
}

//! A changed definition shows what it says otherwise.

use serde_json::{Value as Json, json};

use super::{Pair, SERVICE};

/// `path before -> after` of every definition that changes.
fn says(plan: &Json) -> Vec<String> {
    let coverage = plan["coverage"].as_array().unwrap().iter();
    let changes = coverage.flat_map(|it| it["changes"].as_array().unwrap());
    let line = |it: &Json| {
        let side = |side: &str| it.get(side).map_or("nothing".to_owned(), Json::to_string);
        format!(
            "{} {} -> {}",
            it["path"].as_str().unwrap(),
            side("before"),
            side("after")
        )
    };
    changes.map(line).collect()
}

#[test]
fn a_blueprint_shows_the_leaves_that_change() {
    let pair = Pair::service("n: {type: integer, maximum: 10}", "n: 1", "n: 1");
    let other = "identifier: Service\nschema:\n  properties:\n    name: {type: string}\n    n: {type: integer, maximum: 20, minimum: 0}\nrelations: {}\n";
    pair.on("head", SERVICE, other);
    assert_eq!(
        says(&pair.json()),
        [
            "schema.properties.n.maximum 10 -> 20",
            "schema.properties.n.minimum nothing -> 0",
        ]
    );
    let said = "schema.properties.n.maximum 10 -> 20 (catalog/blueprints/service.yaml:5:";
    pair.run("plan", &["--actor", "lin"]).says(said);
    pair.run("plan", &["--actor", "lin", "--format", "markdown"])
        .says(said);
}

#[test]
fn elements_of_a_definition_are_told_by_their_names() {
    let pair = Pair::service("n: {type: integer}", "n: 1", "n: 1");
    let card = |value: u32, more: &str| {
        format!(
            "identifier: size\nblueprint: Service\nlevels: [{{title: a}}, {{title: b}}]\nrules:\n  - {{identifier: big, level: b, query: {{combinator: and, conditions: [{{property: n, operator: \">\", value: {value}}}]}}}}\n{more}"
        )
    };
    let path = "catalog/scorecards/size.yaml";
    let more = "  - {identifier: any, level: b, query: {combinator: and, conditions: [{property: n, operator: isNotEmpty}]}}\n";
    pair.on("base", path, &card(5, more))
        .on("head", path, &card(6, ""));
    let said = says(&pair.json());
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[0].starts_with("rules[identifier=any] {"), "{said:?}");
    assert!(
        said[1].starts_with("rules[identifier=big].query.conditions "),
        "{said:?}"
    );
}

#[test]
fn another_order_of_what_a_definition_says_is_one_value() {
    let pair = Pair::service("n: {type: integer}", "n: 1", "n: 1");
    let call = |id: &str| {
        format!(
            "  - {{id: {id}, connector: webhook, with: {{method: POST, url: \"https://a.example/{id}\"}}}}\n"
        )
    };
    let action = |ids: [&str; 2]| {
        let calls = ids.map(call).concat();
        format!(
            "identifier: act\noperation: day-2\nblueprint: Service\ntrigger: {{request: true}}\ncalls:\n{calls}"
        )
    };
    pair.both("catalogc.yaml", "hosts: [a.example]\n");
    let path = "catalog/actions/act.yaml";
    pair.on("base", path, &action(["a", "b"]))
        .on("head", path, &action(["b", "a"]));
    let said = says(&pair.json());
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].starts_with("calls ["), "{said:?}");
}

#[test]
fn a_definition_that_appears_has_no_before() {
    let pair = Pair::service("n: {type: integer}", "n: 1", "n: 1");
    pair.on(
        "head",
        "catalog/blueprints/team.yaml",
        "identifier: Team\nschema: {properties: {}}\n",
    );
    assert_eq!(pair.json()["coverage"][0]["changes"], json!([]));
}

#[test]
fn an_entity_that_fits_no_more_names_the_changed_line_of_its_blueprint() {
    let pair = super::Pair::service(
        "n: {type: integer}\nm: {type: string}",
        "n: 2\nm: x",
        "n: 2\nm: x",
    );
    let path = pair.folder.path().join("base").join(super::SERVICE);
    let old = std::fs::read_to_string(path).unwrap();
    let narrower = old.replace("n: {type: integer}", "n: {type: string}");
    let places = |blueprint: &str| {
        pair.on("head", super::SERVICE, blueprint);
        pair.run("plan", &["--actor", "lin"]).exits(1).to_owned()
    };
    let told = places(&narrower);
    assert!(told.contains("`n` must be a string"), "{told}");
    assert!(
        told.contains("catalog/blueprints/service.yaml:5:5"),
        "{told}"
    );
    assert!(told.contains("changed here"), "{told}");
    // The other property is as it was, and said of nothing.
    assert_eq!(told.matches("changed here").count(), 1, "{told}");
    let told = places(&old.replace("    n: {type: integer}\n", ""));
    assert!(told.contains("has it no more"), "{told}");
    let told = places(&old.replace("relations: {}", "  required: [name]\nrelations: {}"));
    assert!(told.contains("required here since this change"), "{told}");
}

#[test]
fn a_changed_policy_shows_the_old_and_the_new_text_of_its_lines() {
    let path = "catalog/policies/all.cedar";
    let old =
        "// who may\npermit (\n  principal,\n  action in Action::\"create\",\n  resource\n);\n";
    let pair = Pair::service("n: {type: integer}", "n: 2", "n: 2");
    pair.both("catalogc.yaml", "people: {blueprint: User}\n");
    let user = "identifier: User\nschema: {properties: {}}\n";
    pair.both("catalog/blueprints/user.yaml", user);
    pair.on("base", path, old);
    pair.on("head", path, &old.replace("create", "delete"));
    let said = says(&pair.json());
    let line = |name: &str| Json::from(format!("  action in Action::\"{name}\",")).to_string();
    let changed = format!("line 4 {} -> {}", line("create"), line("delete"));
    assert_eq!(said, [changed]);
    let full = pair.run("plan", &["--actor", "lin", "--full"]);
    full.says("catalog/policies/all.cedar:4");
    // A line that goes has no new text, one that comes no old one.
    pair.on("head", path, &old.replace("// who may\n", ""));
    assert_eq!(says(&pair.json()), ["line 1 \"// who may\" -> nothing"]);
}

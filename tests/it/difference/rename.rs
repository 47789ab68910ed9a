//! `movedFrom` keeps identity: whoever names the entity by its new name says what it said before.

use serde_json::Value as Json;

use super::Pair;

const KINDS: &str = "identifier: Service
schema: {properties: {n: {type: integer}}}
relations: {owner: {target: Team}, uses: {target: Service, many: true}}
calculationProperties: {twice: {calculation: \".properties.n * 2\", type: number}}
mirrorProperties: {team: {path: owner.$title}}
---
identifier: Team
schema: {properties: {}}
";
const HAND_OVER: &str = "identifier: hand_over
operation: day-2
blueprint: Service
trigger: {changed: [relations.owner]}
";

/// Team red, its service, and what is written of both in the result.
fn pair(team: &str, service: &str) -> Pair {
    let pair = Pair::new(&[
        ("catalog/blueprints/kinds.yaml", KINDS),
        ("catalog/actions/hand_over.yaml", HAND_OVER),
    ]);
    pair.on(
        "base",
        "catalog/entities/red.yaml",
        "identifier: red\nblueprint: Team\ntitle: Red\n",
    )
    .on(
        "base",
        "catalog/entities/a.yaml",
        "identifier: a\nblueprint: Service\nproperties: {n: 1}\nrelations: {owner: red}\n",
    )
    .on("head", "catalog/entities/red.yaml", team)
    .on("head", "catalog/entities/a.yaml", service);
    pair
}

#[test]
fn a_relation_to_what_is_renamed_is_the_same_relation() {
    let pair = pair(
        "identifier: crimson\nblueprint: Team\ntitle: Red\nmovedFrom: red\n",
        "identifier: a\nblueprint: Service\nproperties: {n: 1}\nrelations: {owner: crimson}\n",
    );
    assert_eq!(pair.steps(), ["rename crimson"]);
    assert_eq!(pair.changes(), ["identifier \"red\" -> \"crimson\""]);
    assert_eq!(pair.json()["effects"], serde_json::json!([]));
}

#[test]
fn a_relation_to_another_is_another() {
    let pair = pair(
        "{identifier: crimson, blueprint: Team, title: Red, movedFrom: red}\n---\n{identifier: blue, blueprint: Team}\n",
        "identifier: a\nblueprint: Service\nproperties: {n: 1}\nrelations: {owner: blue}\n",
    );
    assert_eq!(
        pair.steps(),
        ["create blue", "rename crimson", "hand_over a"]
    );
}

#[test]
fn what_is_renamed_keeps_its_derived_values() {
    let pair = pair(
        "identifier: red\nblueprint: Team\ntitle: Rot\n",
        "identifier: b\nblueprint: Service\nmovedFrom: a\nproperties: {n: 2}\nrelations: {owner: red}\n",
    );
    let plan = pair.json();
    let effects = plan["effects"].as_array().unwrap().iter();
    let effects: Vec<String> = effects
        .map(|it| {
            format!(
                "{} {} {} -> {}",
                it["entity"], it["path"], it["before"], it["after"]
            )
        })
        .collect();
    assert_eq!(
        effects,
        [
            "\"b\" \"team\" \"Red\" -> \"Rot\"",
            "\"b\" \"twice\" 2 -> 4"
        ]
    );
}

#[test]
fn a_rename_comes_before_what_uses_the_new_name() {
    let pair = pair(
        "{identifier: red, blueprint: Team, title: Red}\n---\n{identifier: z, blueprint: Service, movedFrom: y}\n",
        "identifier: a\nblueprint: Service\nproperties: {n: 2}\nrelations: {owner: red, uses: [z]}\n",
    );
    pair.on(
        "base",
        "catalog/entities/y.yaml",
        "identifier: y\nblueprint: Service\n",
    );
    let plan = pair.json();
    let steps = plan["steps"].as_array().unwrap().iter();
    let steps: Vec<(&str, &str, &Json)> = steps
        .map(|it| {
            (
                it["action"].as_str().unwrap(),
                it["entity"].as_str().unwrap(),
                &it["after"],
            )
        })
        .collect();
    let (none, first) = (serde_json::json!([]), serde_json::json!([1]));
    assert_eq!(steps, [("rename", "z", &none), ("update", "a", &first)]);
}

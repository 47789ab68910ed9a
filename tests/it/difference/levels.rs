//! A scorecard level that falls or rises is part of the plan.

use serde_json::json;

use super::Pair;

const CARD: &str = "catalog/scorecards/readiness.yaml";
const READINESS: &str = "identifier: readiness
blueprint: Service
levels: [{title: none}, {title: bronze}, {title: silver}]
rules:
  - {identifier: has_owner, level: bronze, query: {combinator: and, conditions: [{property: owner, operator: isNotEmpty}]}}
  - {identifier: survives, level: silver, query: {combinator: and, conditions: [{property: twice, operator: \">=\", value: 4}]}}
";

const SCHEMA: &str =
    "owner: {type: string}\nn: {type: integer}\nbuilt: {type: string, format: date-time}";
const TWICE: &str =
    "calculationProperties: {twice: {calculation: \".properties.n * 2\", type: number}}\n";

fn pair(before: &str, after: &str) -> Pair {
    let pair = Pair::service(SCHEMA, before, after);
    for side in ["base", "head"] {
        let path = pair.folder.path().join(side).join(super::SERVICE);
        let text = std::fs::read_to_string(path).unwrap() + TWICE;
        pair.on(side, super::SERVICE, &text);
    }
    pair.both(CARD, READINESS);
    pair
}

#[test]
fn a_level_falls_by_the_step_and_the_rule_that_made_it() {
    let pair = pair("owner: a\nn: 2", "owner: a\nn: 1");
    assert_eq!(
        pair.json()["levels"],
        json!([{
            "scorecard": "readiness", "blueprint": "Service", "entity": "cart",
            "before": "silver", "after": "bronze", "turn": "falls",
            "rules": [{"rule": "survives", "met": false}], "by": [1], "paths": []
        }])
    );
    let said = "! Service  cart  readiness  silver -> bronze  by 1, survives is not met";
    pair.run("plan", &["--actor", "lin"]).says(said);
    pair.run("plan", &["--actor", "lin", "--format", "markdown"])
        .says("also changes: 1 value, 1 level falls")
        .says("| `!` | `Service` | `cart` | `readiness` | `silver` | `bronze` |");
}

#[test]
fn a_level_rises_and_what_keeps_its_level_is_not_told() {
    let up = pair("n: 2", "owner: a\nn: 2").json();
    assert_eq!(up["levels"][0]["turn"], "rises");
    assert_eq!(up["levels"][0]["after"], "silver");
    assert_eq!(
        pair("owner: a\nn: 2", "owner: b\nn: 3").json()["levels"],
        json!([])
    );
}

#[test]
fn another_scorecard_moves_levels_of_entities_that_nobody_touches() {
    let pair = pair("owner: a\nn: 2", "owner: a\nn: 2");
    pair.on("head", CARD, &READINESS.replace("value: 4", "value: 5"));
    let level = pair.json()["levels"][0].clone();
    assert_eq!(level["by"], json!([]));
    assert_eq!(level["rules"], json!([{"rule": "survives", "met": false}]));
    pair.run("plan", &["--actor", "lin"])
        .says("silver -> bronze  by a definition, survives is not met");
}

#[test]
fn what_counts_from_the_present_moment_is_not_computed_without_it() {
    let pair = pair("owner: a\nn: 2", "owner: b\nn: 2");
    let timed = "  - {identifier: fresh, level: silver, query: {combinator: and, conditions: [{property: built, operator: between, value: {preset: lastMonth}}]}}\n";
    pair.both(CARD, &format!("{READINESS}{timed}"));
    let plan = pair.json();
    assert_eq!(plan["levels"], json!([]));
    assert_eq!(plan["unscored"].as_array().unwrap().len(), 1);
    pair.run("plan", &["--actor", "lin"])
        .says("! levels of readiness are not computed: it counts from the present moment");
}

#[test]
fn a_formula_moves_more_levels_than_the_values_that_are_listed() {
    let pair = pair("owner: a\nn: 2", "owner: a\nn: 2");
    for n in 0..25 {
        let text =
            format!("identifier: s{n}\nblueprint: Service\nproperties: {{owner: a, n: 2}}\n");
        pair.both(&format!("catalog/entities/s{n}.yaml"), &text);
    }
    let path = pair.folder.path().join("head").join(super::SERVICE);
    let text = std::fs::read_to_string(path).unwrap();
    pair.on("head", super::SERVICE, &text.replace("n * 2", "n * 1"));
    let plan = pair.json();
    assert_eq!(plan["levels"].as_array().unwrap().len(), 26);
    assert_eq!(plan["more_effects"][0]["count"], 6);
}

#[test]
fn a_value_that_counts_from_the_present_moment_asks_when_that_is() {
    let pair = pair("owner: a\nn: 2", "owner: b\nn: 2");
    let counted = "identifier: Shelf
schema: {properties: {at: {type: string}}}
relations: {over: {target: Shelf}}
aggregationProperties:
  fresh:
    target: Shelf
    calculationSpec: {func: count, calculationBy: entities}
    query: {combinator: and, rules: [{property: at, operator: between, value: {preset: lastWeek}}]}
";
    pair.both("catalog/blueprints/shelf.yaml", counted);
    let shelf = "identifier: low\nblueprint: Shelf\n---\nidentifier: high\nblueprint: Shelf\nproperties: {at: '2026-11-20T00:00:00Z'}\nrelations: {over: low}\n";
    pair.both("catalog/entities/shelf.yaml", shelf);
    let path = "catalog/entities/shelf.yaml";
    pair.on("head", path, &shelf.replace("11-20", "10-20"));
    let ran = pair.run("plan", &["--actor", "lin"]);
    ran.exits(2);
    ran.says("`Shelf.fresh` counts from the present moment");
    let now = ["--actor", "lin", "--now", "2026-11-22T00:00:00Z"];
    pair.run("plan", &now).says("fresh  1 -> 0");
    let later = ["--actor", "lin", "--now", "2027-11-22T00:00:00Z"];
    assert!(!pair.run("plan", &later).stdout.contains("fresh"));
}

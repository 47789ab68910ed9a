//! Calculations.

use serde_json::Value as Json;
use serde_json::json;

use super::World;
use crate::derive::Outcome;

/// An entity with `size: 3`, and a calculation `v`.
fn one(calculation: &str, type_word: &str) -> Json {
    let blueprint = format!(
        "identifier: Part
schema: {{properties: {{size: {{type: number}}, free: {{type: number}}}}}}
relations: {{parts: {{target: Part, many: true}}}}
mirrorProperties: {{sizes: {{path: parts.size}}}}
aggregationProperties: {{users: {{target: Part, calculationSpec: {{func: count, calculationBy: entities}}}}}}
calculationProperties:
  v: {{calculation: '{calculation}', type: {type_word}}}
  twice: {{calculation: .properties.size * 2, type: number}}
"
    );
    let world = World::new(
        &blueprint,
        "{identifier: a, blueprint: Part, properties: {size: 3}, relations: {parts: [b]}}
---
{identifier: b, blueprint: Part, properties: {size: 0.5}, relations: {parts: [a]}}
",
    );
    world.value("Part/a", "v")
}

#[test]
fn it_reads_the_entity() {
    assert_eq!(one(".properties.size * 12", "number"), json!(36));
    assert_eq!(one(".identifier", "string"), "a");
    assert_eq!(one(".relations.parts", "array"), json!(["b"]));
    assert_eq!(one(".properties.free // 7", "number"), json!(7));
}

#[test]
fn it_reads_other_derived_values() {
    assert_eq!(one(".properties.twice + 1", "number"), json!(7));
    assert_eq!(one(".properties.sizes[0]", "number"), json!(0.5));
    assert_eq!(one(".properties.users", "integer"), json!(1));
}

#[test]
fn what_reads_all_properties_reads_the_derived_ones_but_itself() {
    assert_eq!(
        one(".properties | keys", "array"),
        json!(["size", "sizes", "twice", "users"])
    );
}

#[test]
fn whole_results_stay_whole() {
    let text = |calculation| one(calculation, "number").to_string();
    assert_eq!(text(".properties.size * 2.0"), "6");
    assert_eq!(text(".properties.sizes[0] * 4"), "2");
    assert_eq!(text(".properties.size / 2"), "1.5");
    assert_eq!(
        one("{a: [.properties.size / 0.5]}", "object").to_string(),
        r#"{"a":[6]}"#
    );
}

#[test]
fn a_result_that_does_not_fit_its_type_is_absent() {
    for (calculation, fitting) in [
        (".identifier", "string"),
        (".properties.size", "number"),
        (".properties.size == 3", "boolean"),
        ("{}", "object"),
        ("[]", "array"),
    ] {
        for type_word in ["string", "number", "boolean", "object", "array"] {
            let is_there = !one(calculation, type_word).is_null();
            assert_eq!(is_there, type_word == fitting, "{calculation} {type_word}");
        }
    }
    assert_eq!(one("null", "object"), Json::Null);
    assert_eq!(one(".properties.sizes[0]", "integer"), Json::Null);
    assert_eq!(one(".properties.size", "nonsense"), Json::Null);
}

#[test]
fn a_failing_expression_is_absent() {
    assert_eq!(one(".identifier * {}", "number"), Json::Null);
    assert_eq!(one("input", "number"), Json::Null);
    assert_eq!(one(".properties.size, 4", "number"), Json::Null);
    assert_eq!(one(".properties.size |", "number"), Json::Null);
}

#[test]
fn what_depends_on_a_value_that_fails_is_not_known_either() {
    let world = World::new(
        "identifier: Part
schema: {properties: {size: {type: string}}}
relations: {whole: {target: Part}}
calculationProperties:
  cost: {calculation: .properties.size | tonumber, type: number}
  price: {calculation: (.properties.cost // 0) * 2, type: number}
mirrorProperties: {whole_cost: {path: whole.cost}}
aggregationProperties:
  costs: {target: Part, calculationSpec: {func: sum, calculationBy: property, property: cost}}
  parts: {target: Part, calculationSpec: {func: count, calculationBy: entities}}
",
        "{identifier: a, blueprint: Part, properties: {size: many}}
---
{identifier: b, blueprint: Part, properties: {size: '3'}, relations: {whole: a}}
---
{identifier: c, blueprint: Part, properties: {size: '4'}, relations: {whole: b}}
",
    );
    let derived = world.derived();
    let outcome = |entity, name| derived.outcome(world.id(entity), name).unwrap();
    assert!(matches!(outcome("Part/a", "cost"), Outcome::Failed(_)));
    assert_eq!(outcome("Part/a", "price"), Outcome::Lost);
    assert_eq!(outcome("Part/b", "whole_cost"), Outcome::Lost);
    assert_eq!(outcome("Part/b", "price"), Outcome::Value(json!(6)));
    assert_eq!(outcome("Part/c", "whole_cost"), Outcome::Value(json!(3)));
    // One that is not known leaves the sum open, and not the count.
    assert_eq!(outcome("Part/a", "parts"), Outcome::Value(json!(2)));
}

//! Formulas, and what became of values.

use serde_json::Value as Json;
use serde_json::json;

use super::World;
use crate::derive::{Outcome, holes};

fn world(formula: &str) -> World {
    let blueprints = format!(
        "identifier: Part
schema: {{properties: {{version: {{type: string}}, on-call: {{type: string}}, size: {{type: number}}, tags: {{type: array}}}}}}
calculationProperties:
  double: {{calculation: .properties.size * 2, type: number}}
  number: {{calculation: .properties.version | tonumber, type: number}}
  typed: {{calculation: .properties.tags, type: object}}
formulaProperties: {{f: {{title: F, icon: Link, formula: {formula:?}}}}}
"
    );
    World::new(
        &blueprints,
        "{identifier: a, blueprint: Part, title: Ay, properties: {version: v1, on-call: lin, size: 2.0, tags: [x, y]}}
---
{identifier: b, blueprint: Part}
",
    )
}

fn value(formula: &str) -> Json {
    world(formula).value("Part/a", "f")
}

#[test]
fn a_formula_is_a_text_with_values_in_it() {
    assert_eq!(
        value("https://slack.com/{{$identifier}}"),
        "https://slack.com/a"
    );
    assert_eq!(value("{{on-call}} + {{version}}"), "lin + v1");
    assert_eq!(
        value("{{ properties.size }}, {{double}}: {{tags}}"),
        "2, 4: x, y"
    );
    assert_eq!(value("{{$title}} of {{$blueprint}}"), "Ay of Part");
    assert_eq!(value("plain } {"), "plain } {");
}

#[test]
fn a_formula_of_something_absent_is_absent() {
    assert_eq!(world("{{version}}").value("Part/b", "f"), Json::Null);
    assert_eq!(world("{{$identifier}}").value("Part/b", "f"), "b");
    assert_eq!(value("{{nothing}}"), Json::Null);
    assert_eq!(value("{{version"), Json::Null);
}

#[test]
fn the_names_in_a_formula_have_their_bytes() {
    let text = "x {{ properties.a }}{{b}} {{c";
    let found: Vec<(Option<&str>, &str)> = holes(text)
        .into_iter()
        .map(|hole| (hole.name, &text[hole.start as usize..hole.end as usize]))
        .collect();
    let wanted = [(Some("a"), "properties.a"), (Some("b"), "b"), (None, "{{c")];
    assert_eq!(found, wanted);
}

#[test]
fn a_formula_changes_with_what_it_names() {
    let world = world("{{double}}");
    assert_eq!(world.dependents("Part/a", "properties.double"), ["a.f"]);
    assert_eq!(world.causes("Part/a", "f"), ["a.properties.double"]);
}

#[test]
fn what_is_absent_fails_nothing() {
    let world = world("x");
    let derived = world.derived();
    let outcome = |entity: &str, name: &str| derived.outcome(world.id(entity), name);
    assert_eq!(outcome("Part/a", "double"), Some(Outcome::Value(json!(4))));
    assert_eq!(outcome("Part/b", "double"), Some(Outcome::Absent));
    assert_eq!(outcome("Part/b", "number"), Some(Outcome::Absent));
    assert!(matches!(
        outcome("Part/a", "number"),
        Some(Outcome::Failed(_))
    ));
    assert!(matches!(
        outcome("Part/a", "typed"),
        Some(Outcome::Failed(_))
    ));
    assert_eq!(outcome("Part/a", "nothing"), None);
}

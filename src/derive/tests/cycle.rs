//! Definitions that need themselves.

use serde_json::Value as Json;
use serde_json::json;

use super::World;
use crate::derive::check;

fn messages(blueprints: &str) -> Vec<String> {
    let world = World::new(blueprints, "");
    check(&world.catalog)
        .into_iter()
        .map(|finding| {
            assert_eq!(finding.code.id, "E0209");
            finding.message
        })
        .collect()
}

const TWO: &str = "identifier: Part
schema: {properties: {}}
relations: {system: {target: System}}
aggregationProperties: {share: {target: System, calculationSpec: {func: sum, calculationBy: property, property: total}}}
calculationProperties: {after: {calculation: '[.properties.share, 1] | length', type: number}}
---
identifier: System
schema: {properties: {}}
relations: {main: {target: Part}}
aggregationProperties: {total: {target: Part, calculationSpec: {func: sum, calculationBy: property, property: share}}}
";

#[test]
fn two_aggregations_over_each_other_are_one_finding() {
    assert_eq!(
        messages(TWO),
        ["`share` is computed from itself: Part.share -> System.total -> Part.share"]
    );
    let world = World::new(TWO, "");
    let finding = check(&world.catalog).remove(0);
    assert_eq!(
        finding.span.start,
        TWO.find("total}")
            .map(|n| u32::try_from(n).unwrap())
            .unwrap()
    );
    assert_eq!(finding.related.len(), 1);
}

#[test]
fn what_needs_itself_is_absent_and_what_reads_it_goes_on() {
    let world = World::new(
        TWO,
        "{identifier: p, blueprint: Part, relations: {system: s}}
---
{identifier: s, blueprint: System, relations: {main: p}}
",
    );
    assert_eq!(world.value("Part/p", "share"), Json::Null);
    assert_eq!(world.value("System/s", "total"), Json::Null);
    assert_eq!(world.value("Part/p", "after"), json!(2));
    assert!(world.causes("Part/p", "share").is_empty());
}

#[test]
fn a_calculation_that_reads_itself_through_others_is_said_at_the_first() {
    let calculations = "identifier: Part
schema: {properties: {}}
calculationProperties:
  a: {calculation: .properties.b, type: number}
  b: {calculation: .properties.c + .properties.d, type: number}
  c: {calculation: .properties.a, type: number}
  d: {calculation: .properties.d, type: number}
  e: {calculation: .properties.a, type: number}
";
    assert_eq!(
        messages(calculations),
        [
            "`a` is computed from itself: Part.a -> Part.b -> Part.c -> Part.a",
            "`d` is computed from itself: Part.d -> Part.d",
        ]
    );
}

#[test]
fn a_mirror_of_itself_along_a_relation_is_a_cycle() {
    let blueprint = "identifier: Part
schema: {properties: {}}
relations: {parent: {target: Part}}
mirrorProperties: {root: {path: parent.root}}
";
    assert_eq!(
        messages(blueprint),
        ["`root` is computed from itself: Part.root -> Part.root"]
    );
}

#[test]
fn long_circles_are_cut_in_the_message() {
    let lines: Vec<String> = (0..9)
        .map(|n| {
            let next = (n + 1) % 9;
            format!("  c{n}: {{calculation: .properties.c{next}, type: number}}\n")
        })
        .collect();
    let blueprint = format!(
        "identifier: Part\nschema: {{properties: {{}}}}\ncalculationProperties:\n{}",
        lines.concat()
    );
    let all = messages(&blueprint);
    assert_eq!(all.len(), 1);
    assert!(all[0].ends_with("Part.c5 -> ... -> Part.c0"), "{}", all[0]);
}

#[test]
fn values_that_read_others_in_a_row_are_no_cycle() {
    let blueprint = "identifier: Part
schema: {properties: {size: {type: number}}}
relations: {parts: {target: Part, many: true}}
calculationProperties:
  a: {calculation: .properties.b, type: number}
  b: {calculation: .properties | length, type: number}
aggregationProperties:
  users: {target: Part, calculationSpec: {func: count, calculationBy: entities}}
  most: {target: Part, calculationSpec: {func: max, calculationBy: property, property: users}}
";
    // `b` reads all properties, and so `a`, which reads `b`.
    assert_eq!(
        messages(blueprint),
        ["`a` is computed from itself: Part.a -> Part.b -> Part.a"]
    );
    assert!(messages(&blueprint.replace(".properties | length", ".properties.most")).is_empty());
}

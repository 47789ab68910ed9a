//! Mirrors.

use serde_json::Value as Json;
use serde_json::json;

use super::World;

fn world() -> World {
    World::new(
        "identifier: Team
schema: {properties: {slack: {type: string}}}
calculationProperties: {shout: {calculation: '.properties.slack | ascii_upcase', type: string}}
---
identifier: System
schema: {properties: {}}
relations: {owner: {target: Team}}
---
identifier: Part
schema: {properties: {size: {type: number}, tags: {type: array}}}
relations: {system: {target: System}, parts: {target: Part, many: true}}
mirrorProperties:
  slack: {path: system.owner.slack}
  shout: {path: system.owner.shout}
  title: {path: system.owner.$title}
  identifier: {path: system.$identifier}
  kind: {path: system.$blueprint}
  icon: {path: system.$icon}
  team: {path: system.$team}
  created: {path: system.$createdAt}
  sizes: {path: parts.size}
  tagged: {path: parts.tags}
  deep: {path: parts.parts.size}
  owners: {path: parts.system.owner.$identifier}
  alias: {path: size}
  lost: {path: system.nothing}
",
        "{identifier: checkout, blueprint: Team, title: Check out, properties: {slack: '#co'}}
---
{identifier: bare, blueprint: Team}
---
{identifier: Cart, blueprint: System, icon: Cube, team: [a, b], relations: {owner: checkout}}
---
{identifier: Lone, blueprint: System}
---
{identifier: Bare, blueprint: System, relations: {owner: bare}}
---
{identifier: c, blueprint: Part, properties: {size: 3.0, tags: [x]}, relations: {system: Cart}}
---
{identifier: b, blueprint: Part, properties: {size: 1.5}, relations: {system: Lone, parts: [c, a]}}
---
{identifier: a, blueprint: Part, relations: {system: Bare, parts: [c, b, none]}}
---
{identifier: none, blueprint: Part}
",
    )
}

#[test]
fn a_single_value_is_found_over_relations() {
    let world = world();
    let value = |name| world.value("Part/c", name);
    assert_eq!(value("slack"), "#co");
    assert_eq!(value("title"), "Check out");
    assert_eq!(value("identifier"), "Cart");
    assert_eq!(value("kind"), "System");
    assert_eq!(value("icon"), "Cube");
    assert_eq!(value("team"), json!(["a", "b"]));
    assert_eq!(value("alias"), json!(3));
}

#[test]
fn a_mirror_may_end_in_a_derived_value() {
    assert_eq!(world().value("Part/c", "shout"), "#CO");
    assert_eq!(world().value("Part/a", "shout"), Json::Null);
}

#[test]
fn an_entity_without_title_shows_its_identifier() {
    assert_eq!(world().value("Part/a", "title"), "bare");
}

#[test]
fn an_absent_way_is_an_absent_value() {
    let world = world();
    assert_eq!(world.value("Part/b", "slack"), Json::Null);
    assert_eq!(world.value("Part/none", "identifier"), Json::Null);
    assert_eq!(world.value("Part/none", "sizes"), Json::Null);
    assert_eq!(world.value("Part/a", "slack"), Json::Null);
}

#[test]
fn over_a_relation_to_many_it_is_a_list_in_the_order_of_entities_without_absent_values() {
    let world = world();
    assert_eq!(world.value("Part/a", "sizes"), json!([1.5, 3]));
    assert_eq!(world.value("Part/a", "tagged"), json!([["x"]]));
    assert_eq!(world.value("Part/b", "sizes"), json!([3]));
    assert_eq!(world.value("Part/a", "owners"), json!(["checkout"]));
    // Both ways lead to `c` once.
    assert_eq!(world.value("Part/a", "deep"), json!([3]));
}

#[test]
fn what_no_file_says_is_absent() {
    assert_eq!(world().value("Part/c", "created"), Json::Null);
    assert_eq!(world().value("Part/c", "lost"), Json::Null);
}

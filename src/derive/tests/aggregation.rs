//! Aggregations: what is related, and how it is made one.

use serde_json::Value as Json;
use serde_json::json;

use super::World;
use crate::derive::aggregate::Func;

const ENTITIES: &str = "{identifier: Orders, blueprint: Domain}
---
{identifier: Empty, blueprint: Domain}
---
{identifier: Cart, blueprint: System, relations: {domain: Orders}}
---
{identifier: Products, blueprint: System, relations: {domain: Orders}}
---
{identifier: a, blueprint: Part, properties: {size: 3}, relations: {system: Cart, uses: [b, c], lead: lin}}
---
{identifier: b, blueprint: Part, properties: {size: 4.0}, relations: {system: Cart, uses: [c], lead: ada}}
---
{identifier: c, blueprint: Part, properties: {size: 0.5}, relations: {system: Products, uses: [a], lead: lin}}
---
{identifier: d, blueprint: Part, relations: {system: Products}}
---
{identifier: lin, blueprint: User, relations: {boss: ada}}
---
{identifier: ada, blueprint: User, relations: {boss: ada}}
";

/// The catalog in which `blueprint` has the aggregation `v` of `definition`.
fn world(blueprint: &str, definition: &str) -> World {
    let v = |name: &str| {
        if name == blueprint {
            format!("aggregationProperties: {{v: {definition}}}")
        } else {
            String::new()
        }
    };
    let blueprints = format!(
        "identifier: Domain
schema: {{properties: {{}}}}
{}
---
identifier: System
schema: {{properties: {{}}}}
relations: {{domain: {{target: Domain}}}}
calculationProperties: {{three: {{calculation: '3', type: number}}}}
{}
---
identifier: Part
schema: {{properties: {{size: {{type: number}}, word: {{type: string}}}}}}
relations: {{system: {{target: System, required: true}}, uses: {{target: Part, many: true}}, lead: {{target: User}}}}
calculationProperties: {{double: {{calculation: .properties.size * 2, type: number}}}}
{}
---
identifier: User
schema: {{properties: {{}}}}
relations: {{boss: {{target: User}}}}
{}
",
        v("Domain"),
        v("System"),
        v("Part"),
        v("User"),
    );
    World::new(&blueprints, ENTITIES)
}

fn count(target: &str) -> String {
    format!("{{target: {target}, calculationSpec: {{func: count, calculationBy: entities}}}}")
}

fn of(func: &str, property: &str) -> String {
    format!(
        "{{target: Part, calculationSpec: {{func: {func}, calculationBy: property, property: {property}}}}}"
    )
}

fn orders(definition: &str) -> Json {
    world("Domain", definition).value("Domain/Orders", "v")
}

#[test]
fn entities_that_lead_here_are_counted_directly_and_over_others() {
    assert_eq!(orders(&count("System")), json!(2));
    assert_eq!(orders(&count("Part")), json!(4));
    let world = world("System", &count("Part"));
    assert_eq!(world.value("System/Cart", "v"), json!(2));
}

#[test]
fn an_entity_is_counted_once_and_never_itself() {
    // `c` is used by `a` and `b`, and `a` by `c` alone.
    let world = world("Part", &count("Part"));
    assert_eq!(world.value("Part/c", "v"), json!(2));
    assert_eq!(world.value("Part/a", "v"), json!(1));
    let world = self::world("User", &count("User"));
    assert_eq!(world.value("User/ada", "v"), json!(1));
    assert_eq!(world.value("User/lin", "v"), json!(0));
}

#[test]
fn no_path_leads_through_the_blueprints_at_its_ends() {
    // `c` uses `a`, which is led by lin; through `a`, ada's `b` would lead there as well.
    let world = world("User", &count("Part"));
    assert_eq!(world.value("User/ada", "v"), json!(1));
    assert_eq!(world.value("User/lin", "v"), json!(2));
}

#[test]
fn where_nothing_can_lead_here_what_this_leads_to_is_counted() {
    let world = world("Part", &count("Domain"));
    assert_eq!(world.value("Part/a", "v"), json!(1));
    let sum =
        "{target: System, calculationSpec: {func: sum, calculationBy: property, property: three}}";
    assert_eq!(self::world("Part", sum).value("Part/a", "v"), json!(3));
}

#[test]
fn blueprints_without_any_way_have_nothing_to_count() {
    let world = world("User", &count("Domain"));
    assert_eq!(world.value("User/lin", "v"), json!(0));
}

#[test]
fn numbers_are_made_one() {
    assert_eq!(orders(&of("sum", "size")), json!(7.5));
    assert_eq!(orders(&of("sum", "double")), json!(15));
    assert_eq!(orders(&of("min", "size")), json!(0.5));
    assert_eq!(orders(&of("max", "size")).to_string(), "4");
    assert_eq!(orders(&of("median", "size")), json!(3));
    assert_eq!(orders(&of("average", "size")), json!(2.5));
    let world = world("System", &of("median", "size"));
    assert_eq!(world.value("System/Cart", "v"), json!(3.5));
    let world = self::world("System", &of("average", "double"));
    assert_eq!(world.value("System/Cart", "v").to_string(), "7");
}

#[test]
fn of_nothing_there_is_a_count_and_a_sum_alone() {
    let empty = |definition: &str| world("Domain", definition).value("Domain/Empty", "v");
    assert_eq!(empty(&count("Part")), json!(0));
    assert_eq!(empty(&of("sum", "size")), json!(0));
    for func in ["min", "max", "median", "average"] {
        assert_eq!(empty(&of(func, "size")), Json::Null, "{func}");
    }
}

#[test]
fn what_is_no_number_is_not_added_up() {
    assert_eq!(orders(&of("sum", "word")), Json::Null);
    assert_eq!(orders(&of("max", "word")), Json::Null);
}

#[test]
fn whole_numbers_are_added_exactly_and_too_large_ones_do_not_wrap() {
    let sum = |one: i64, other: i64| Func::Sum.of([one.into(), other.into()].into_iter());
    let exact = sum(9_007_199_254_740_993, 2);
    assert_eq!(exact, Some(json!(9_007_199_254_740_995_i64)));
    let large = sum(i64::MAX, i64::MAX);
    assert_eq!(large, Some(json!(18_446_744_073_709_551_614.0)));
}

fn filtered(filter: &str) -> String {
    format!(
        "{{target: Part, calculationSpec: {{func: count, calculationBy: entities}}, pathFilter: {filter}}}"
    )
}

#[test]
fn a_path_filter_goes_exactly_that_path_from_the_target() {
    let lin = |filter: &str| world("User", &filtered(filter)).value("User/lin", "v");
    assert_eq!(lin("[{path: [lead]}]"), json!(2));
    assert_eq!(lin("[{path: [uses, lead]}]"), json!(3));
    assert_eq!(lin("[{path: [uses, lead], fromBlueprint: Part}]"), json!(3));
    assert_eq!(orders(&filtered("[{path: [system, domain]}]")), json!(4));
    let world = world("Part", &filtered("[{path: [uses, uses]}]"));
    // To `c` leads `a` over `b`; to `a` lead `a` itself and `b` over `c`.
    assert_eq!(world.value("Part/c", "v"), json!(1));
    assert_eq!(world.value("Part/a", "v"), json!(1));
}

#[test]
fn a_path_filter_from_here_goes_the_other_way() {
    let filter = "[{path: [uses], fromBlueprint: Part}]";
    let world = world("Part", &filtered(filter));
    assert_eq!(world.value("Part/a", "v"), json!(2));
    assert_eq!(world.value("Part/d", "v"), json!(0));
}

#[test]
fn a_path_filter_that_leads_elsewhere_makes_the_value_absent() {
    for filter in [
        "[{path: [system]}]",
        "[{path: [nothing]}]",
        "[{path: []}]",
        "[{path: [lead], fromBlueprint: Domain}]",
        "[{path: [{relation: lead, maxHops: 3}]}]",
        "[{path: [lead]}, {path: [uses, lead]}]",
        "[]",
        "lead",
    ] {
        let world = world("User", &filtered(filter));
        assert_eq!(world.value("User/lin", "v"), Json::Null, "{filter}");
    }
}

#[test]
fn a_calculation_that_we_do_not_have_makes_the_value_absent() {
    for spec in [
        "{func: average, calculationBy: entities, averageOf: day}",
        "{func: average, calculationBy: property, property: size, averageOf: week}",
        "{func: mode, calculationBy: property, property: size}",
        "{func: sum, calculationBy: entities}",
        "{func: sum, calculationBy: property}",
        "{func: sum, calculationBy: property, property: nothing}",
    ] {
        let definition = format!("{{target: Part, calculationSpec: {spec}}}");
        assert_eq!(orders(&definition), Json::Null, "{spec}");
    }
    let total = "{func: average, calculationBy: property, property: size, averageOf: total}";
    let definition = format!("{{target: Part, calculationSpec: {total}}}");
    assert_eq!(orders(&definition), json!(2.5));
}

//! Conditions that never hold, or always, and what a rule is never asked about.

use super::World;

const SHELF: &str = r"
identifier: Shelf
schema:
  properties:
    tier: {type: string, enum: [gold, silver]}
    state: {type: string, enum: [new, old]}
    cost: {type: number, multipleOf: 0.01}
    count: {type: integer}
    at: {type: string, format: date-time}
relations:
  keeper: {target: Team}
  needs: {target: Component, many: true}
";

/// What is found of a rule about shelves, without columns and helps.
fn of(effect: &str, condition: &str) -> Vec<String> {
    let rule =
        format!("{effect} (principal, action == Action::\"update:Shelf\", resource) {condition};");
    let world = World::with([
        ("catalog/blueprints/shelf.yaml", SHELF),
        ("catalog/policies/a.cedar", rule.as_str()),
    ]);
    let found = world.found().into_iter();
    let found = found.filter(|line| !line.starts_with("E0407"));
    let told = |line: String| {
        let (code, rest) = line.split_once(' ').unwrap();
        let (_, rest) = rest.split_once(' ').unwrap();
        format!("{code} {}", rest.split("; ").next().unwrap())
    };
    found.map(told).collect()
}

#[test]
fn quantities_that_exclude_each_other_are_told() {
    for (condition, told) in [
        (
            "context.now.toTime() >= duration(\"20h\") && context.now.toTime() < duration(\"6h\")",
            "`context.now.toTime()` has no value that is both",
        ),
        (
            "duration(\"20h\") <= context.now.toTime() && duration(\"6h\") > context.now.toTime()",
            "`context.now.toTime()` has no value that is both",
        ),
        (
            "context.now.toTime() >= duration(\"25h\")",
            "`context.now.toTime()` is a time of day, and less than 24h",
        ),
        (
            "resource has at && resource.at > datetime(\"2026-12-01\") && resource.at < datetime(\"2026-11-01T00:00:00Z\")",
            "`resource.at` has no value that is both",
        ),
        (
            "resource has cost && resource.cost.greaterThan(decimal(\"9.0\")) && resource.cost.lessThan(decimal(\"5.25\"))",
            "`resource.cost` has no value that is both",
        ),
        (
            "resource has count && resource.count > -3 && resource.count < -5",
            "`resource.count` has no value that is both",
        ),
        (
            "resource has count && resource.count > 3 && 2 > resource.count",
            "`resource.count` has no number that is both",
        ),
    ] {
        let found = of("permit", &format!("when {{ {condition} }}"));
        let is_told = found.len() == 1 && found[0].starts_with("E0404") && found[0].ends_with(told);
        assert!(is_told, "{condition}: {found:?}");
    }
    for condition in [
        "context.now.toTime() >= duration(\"6h\") && context.now.toTime() < duration(\"20h\")",
        "context.now.toTime() >= duration(\"20h\") || context.now.toTime() < duration(\"6h\")",
        "context.now.toTime() < duration(\"24h\")",
        "resource has at && resource.at >= datetime(\"2026-11-01\") && resource.at <= datetime(\"2026-11-01T00:00:00Z\")",
        "resource has at && resource.at == datetime(\"2026-11-01\") && resource.at == datetime(\"2026-11-01T00:00:00.000Z\")",
        "resource has cost && resource.cost.greaterThan(decimal(\"5.0\")) && resource.cost.lessThan(decimal(\"5.0002\"))",
        "resource has count && resource.count > -5 && resource.count < -3",
        "resource.identifier == \"\\u{61}\" && resource.identifier == \"a\"",
    ] {
        let found = of("permit", &format!("when {{ {condition} }}"));
        assert_eq!(found, [""; 0], "{condition}");
    }
}

#[test]
fn a_decimal_is_compared_with_what_its_schema_says_in_decimals() {
    const RESTOCK: &str = r"
identifier: restock
operation: day-2
blueprint: Shelf
trigger: {request: true}
inputs:
  properties:
    cost: {type: number, multipleOf: 0.01, minimum: -2.5, exclusiveMaximum: 50}
    many: {type: integer, maximum: 60000}
  required: [cost, many]
";
    for (condition, told) in [
        ("cost.greaterThan(decimal(\"9.5\"))", None),
        ("cost.greaterThanOrEqual(decimal(\"49.9999\"))", None),
        (
            "cost.greaterThanOrEqual(decimal(\"50.0\"))",
            Some("`context.inputs.cost` is 49.9999 at most"),
        ),
        ("cost.lessThanOrEqual(decimal(\"-2.5\"))", None),
        (
            "cost.lessThan(decimal(\"-2.5\"))",
            Some("`context.inputs.cost` is -2.5 at least"),
        ),
        ("many > 59999", None),
        (
            "many > 60000",
            Some("`context.inputs.many` is 60000 at most"),
        ),
    ] {
        let rule = format!(
            "permit (principal, action == Action::\"restock\", resource) when {{ context.inputs.{condition} }};"
        );
        let world = World::with([
            ("catalog/blueprints/shelf.yaml", SHELF),
            ("catalog/actions/restock.yaml", RESTOCK),
            ("catalog/policies/a.cedar", rule.as_str()),
        ]);
        let found = world.found();
        let is_told = |words: &str| found.len() == 1 && found[0].contains(words);
        assert!(
            told.map_or(found.is_empty(), is_told),
            "{condition}: {found:?}"
        );
    }
}

#[test]
fn two_kinds_of_things_are_told_where_cedar_lets_them_pass() {
    let word = "E0403 [resource.state == Shelf__tier::\"gold\"] `resource.state` has no word of the list `Shelf__tier`";
    for (effect, condition, told) in [
        (
            "permit",
            "unless { resource has state && resource.state == Shelf__tier::\"gold\" }",
            word.to_owned(),
        ),
        (
            "forbid",
            "when { resource has tier && (resource.tier == Shelf__tier::\"gold\" || resource.tier == Shelf__state::\"old\") }",
            "E0403 [resource.tier == Shelf__state::\"old\"] `resource.tier` has no word of the list `Shelf__state`".to_owned(),
        ),
        (
            "permit",
            "when { resource has state && Shelf__tier::\"gold\" != resource.state }",
            "E0403 [Shelf__tier::\"gold\" != resource.state] `resource.state` has no word of the list `Shelf__tier`".to_owned(),
        ),
        (
            "permit",
            "unless { resource has keeper && resource.keeper == principal }",
            "E0403 [resource.keeper == principal] `resource.keeper` is no User, but a Team".to_owned(),
        ),
        (
            "permit",
            "unless { resource has needs && principal in resource.needs }",
            "E0403 [principal in resource.needs] who asks is no Component and in none".to_owned(),
        ),
        (
            "permit",
            "when { resource has keeper && resource.keeper != Component::\"Cart\" }",
            "E0403 [resource.keeper != Component::\"Cart\"] `resource.keeper` is no Component, but a Team".to_owned(),
        ),
    ] {
        assert_eq!(of(effect, condition), [told], "{condition}");
    }
    for condition in [
        "unless { resource has tier && resource.tier == Shelf__tier::\"gold\" }",
        "unless { resource has keeper && principal in resource.keeper }",
        "when { resource has keeper && resource.keeper != Team::\"checkout\" }",
        "unless { resource has keeper && resource.keeper in Team::\"org\" }",
        "unless { principal has teams && principal.login == \"lin\" && principal in Team::\"org\" }",
    ] {
        assert_eq!(of("permit", condition), [""; 0], "{condition}");
    }
    // What is below a literal is refused for itself.
    let below = "unless { resource has keeper && resource.keeper == Component::\"Cart\".owner }";
    let found = of("permit", below);
    assert!(
        found.len() == 1 && found[0].contains("looks too far"),
        "{found:?}"
    );
}

/// What is found of a rule about the catalog itself.
fn on_root(action: &str, condition: &str) -> Vec<String> {
    let rule = format!(
        "permit (principal, action == Action::\"{action}\", resource) when {{ {condition} }};"
    );
    World::with([("catalog/policies/a.cedar", rule.as_str())]).found()
}

#[test]
fn a_path_of_nothing_is_told() {
    for (action, condition, told) in [
        (
            "define",
            "context.path == \"policies/all.cedar\"",
            "no file of the catalog has the path `policies/all.cedar`; paths begin at the folder of catalogc.yaml: `catalog/policies/all.cedar`",
        ),
        (
            "define",
            "context.path like \"/catalog/tests/*\"",
            "no file of the catalog has the path `/catalog/tests/*`; paths begin at the folder of catalogc.yaml: `catalog/tests/*`",
        ),
        (
            "meta",
            "!(\"README.md\" == context.path)",
            "no file of the catalog has the path `README.md`; paths begin at the folder of catalogc.yaml: `catalog/README.md`",
        ),
        (
            "override",
            "context.kind == \"call\" && context.path == \"Cart\"",
            "no file and no call of the catalog has the path `Cart`; a call has that of its entity: `Component/Cart`",
        ),
    ] {
        let found = on_root(action, condition);
        assert!(found.len() == 1 && found[0].ends_with(told), "{found:?}");
    }
    for (action, condition) in [
        ("define", "context.path like \"*.cedar\""),
        ("define", "context.path like \"cat*\""),
        ("define", "context.path == \"catalogc.yaml\""),
        ("define", "context.path == \"catalogc-baseline.yaml\""),
        ("override", "context.path == \"Component/Cart\""),
        ("override", "context.path like \"Comp*\""),
        ("override", "context.path like \"catalog/requests/*\""),
    ] {
        assert_eq!(on_root(action, condition), [""; 0], "{condition}");
    }
}

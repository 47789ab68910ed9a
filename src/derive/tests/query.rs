//! Which entities an aggregation counts.

use serde_json::Value as Json;
use serde_json::json;

use super::World;
use crate::model::Moment;

/// How many of the parts the query takes; null is an absent value.
fn counted(query: &str) -> Json {
    let blueprints = format!(
        "identifier: Total
schema: {{properties: {{}}}}
aggregationProperties:
  v:
    target: Part
    calculationSpec: {{func: count, calculationBy: entities}}
    query: {query}
---
identifier: Part
schema: {{properties: {{size: {{type: number}}, word: {{type: string}}, tags: {{type: array}}}}}}
relations: {{total: {{target: Total}}}}
calculationProperties: {{double: {{calculation: .properties.size * 2, type: number}}}}
"
    );
    let world = World::new(
        &blueprints,
        "{identifier: t, blueprint: Total}
---
{identifier: a, blueprint: Part, title: First, properties: {size: 1, word: alpha, tags: [x, y]}, relations: {total: t}}
---
{identifier: b, blueprint: Part, properties: {size: 2.0, word: beta}, relations: {total: t}}
---
{identifier: c, blueprint: Part, properties: {size: 10, word: Beth, tags: [y]}, relations: {total: t}}
---
{identifier: d, blueprint: Part, relations: {total: t}}
",
    );
    world.value("Total/t", "v")
}

fn rule(rule: &str) -> Json {
    counted(&format!("{{combinator: and, rules: [{{{rule}}}]}}"))
}

#[test]
fn rules_compare_values() {
    for (text, count) in [
        ("property: size, operator: '=', value: 2", 1),
        ("property: word, operator: '=', value: alpha", 1),
        ("property: size, operator: '=', value: '2'", 0),
        ("property: size, operator: '!=', value: 2", 3),
        ("property: size, operator: in, value: [1, 10.0]", 2),
        ("property: size, operator: notIn, value: [1, 10.0]", 2),
        ("property: size, operator: '>', value: 2", 1),
        ("property: size, operator: '>=', value: 2", 2),
        ("property: size, operator: '<', value: 2.5", 2),
        ("property: size, operator: '<=', value: 1", 1),
        ("property: word, operator: '>', value: alpha", 1),
        ("property: word, operator: '>', value: 1", 0),
        (
            "property: size, operator: between, value: {from: 2, to: 10}",
            2,
        ),
        (
            "property: size, operator: notBetween, value: {from: 2, to: 10}",
            1,
        ),
        ("property: word, operator: doesNotContains, value: eta", 3),
        ("property: tags, operator: containsAny, value: [x, z]", 1),
        ("property: word, operator: doesNotBeginsWith, value: be", 3),
        ("property: word, operator: doesNotEndsWith, value: a", 2),
        ("property: tags, operator: isEmpty", 2),
        ("property: tags, operator: isNotEmpty", 2),
        ("property: word, operator: contains, value: et", 2),
        ("property: tags, operator: contains, value: x", 1),
        ("property: word, operator: beginsWith, value: be", 1),
        ("property: word, operator: endsWith, value: a", 2),
        ("property: double, operator: '>', value: 3", 2),
        ("property: $identifier, operator: in, value: [a, d]", 2),
        ("property: $title, operator: '=', value: First", 1),
        ("property: $blueprint, operator: '=', value: Part", 4),
        ("property: $blueprint, operator: '=', value: Total", 0),
    ] {
        assert_eq!(rule(text), json!(count), "{text}");
    }
}

/// Every operator of Port's search rules about one property: the rest of the rule, a value of
/// which it holds, one of which it does not, and whether it holds where there is none.
const TABLE: &[(&str, &str, &str, &str, bool)] = &[
    ("=", "value: 2", "2.0", "3", false),
    ("!=", "value: 2", "3", "2.0", true),
    ("in", "value: [1, b]", "b", "c", false),
    ("notIn", "value: [1, b]", "c", "b", true),
    (">", "value: 2", "2.5", "2", false),
    (">=", "value: 2", "2", "1.5", false),
    (
        "<",
        "value: '2026-01-02T00:00:00Z'",
        "'2026-01-02T00:30:00+01:00'",
        "'2026-01-02T00:00:00Z'",
        false,
    ),
    ("<=", "value: 2", "2", "3", false),
    ("isEmpty", "", "null", "''", true),
    ("isNotEmpty", "", "[]", "null", false),
    ("contains", "value: b", "abc", "ac", false),
    ("doesNotContains", "value: b", "[a]", "[a, b]", true),
    ("containsAny", "value: [b, c]", "[a, c]", "[a]", false),
    ("beginsWith", "value: ab", "abc", "cab", false),
    ("doesNotBeginsWith", "value: ab", "cab", "abc", true),
    ("endsWith", "value: ab", "cab", "abc", false),
    ("doesNotEndsWith", "value: ab", "abc", "cab", true),
    ("between", "value: {from: 2, to: 4}", "4", "5", false),
    ("notBetween", "value: {from: 2, to: 4}", "5", "4", false),
    (
        "isExpired",
        "",
        "'2026-11-22T09:00:00Z'",
        "'2026-11-22T09:00:01Z'",
        false,
    ),
    (
        "isNotExpired",
        "",
        "'2026-11-22T09:00:01Z'",
        "'2026-11-22T09:00:00Z'",
        false,
    ),
];

#[test]
fn every_operator_holds_or_not_and_says_what_a_missing_value_is() {
    for (word, _) in crate::derive::query::OPERATORS {
        assert!(
            TABLE.iter().any(|(name, ..)| name == word),
            "{word} has no row"
        );
    }
    for (operator, rest, yes, no, of_none) in TABLE {
        let blueprints = format!(
            "identifier: Total
schema: {{properties: {{}}}}
aggregationProperties:
  v:
    target: Part
    calculationSpec: {{func: sum, calculationBy: property, property: weight}}
    query: {{combinator: and, rules: [{{property: p, operator: '{operator}', {rest}}}]}}
---
identifier: Part
schema: {{properties: {{p: {{}}, weight: {{type: integer}}}}}}
relations: {{total: {{target: Total}}}}
"
        );
        let part = |name, p: &str, weight: i32| {
            format!(
                "---\n{{identifier: {name}, blueprint: Part, properties: {{p: {p}, weight: {weight}}}, relations: {{total: t}}}}\n"
            )
        };
        let entities = [
            "{identifier: t, blueprint: Total}\n".to_owned(),
            part("yes", yes, 1),
            part("no", no, 2),
            part("none", "null", 4),
        ];
        let world = World::new(&blueprints, &entities.concat());
        let derived = world.derived().at(Moment::parse("2026-11-22T09:00:00Z"));
        let sum = derived.value(world.id("Total/t"), "v");
        // What a value of null is, is what an absent one is.
        let wanted = match (*yes, *no) {
            ("null", _) => 1 + 4,
            _ => 1 + 4 * i32::from(*of_none),
        };
        assert_eq!(sum, Some(json!(wanted)), "{operator}");
    }
}

#[test]
fn combinators_join_rules_and_groups() {
    let small = "{property: size, operator: '<', value: 5}";
    let beta = "{property: word, operator: '=', value: beta}";
    let d = "{property: $identifier, operator: '=', value: d}";
    let all = format!("{{combinator: and, rules: [{small}, {beta}]}}");
    let any = format!("{{combinator: or, rules: [{beta}, {d}]}}");
    let nested = format!("{{combinator: or, rules: [{d}, {all}]}}");
    assert_eq!(counted(&all), json!(1));
    assert_eq!(counted(&any), json!(2));
    assert_eq!(counted(&nested), json!(2));
    assert_eq!(counted("{combinator: and, rules: []}"), json!(4));
    assert_eq!(counted("null"), json!(4));
}

#[test]
fn a_period_that_is_counted_from_now_is_known_at_a_moment_alone() {
    let count = |rule: &str, now: Option<&str>| {
        let blueprints = format!(
            "identifier: Total
schema: {{properties: {{}}}}
aggregationProperties:
  v:
    target: Part
    calculationSpec: {{func: count, calculationBy: entities}}
    query: {{combinator: or, rules: [{{combinator: and, rules: [{{property: at, {rule}}}]}}]}}
calculationProperties: {{twice: {{calculation: .properties.v * 2, type: number}}}}
---
identifier: Part
schema: {{properties: {{at: {{type: string}}}}}}
relations: {{total: {{target: Total}}}}
"
        );
        let world = World::new(
            &blueprints,
            "{identifier: t, blueprint: Total}
---
{identifier: a, blueprint: Part, properties: {at: '2026-11-22T08:00:00Z'}, relations: {total: t}}
---
{identifier: b, blueprint: Part, properties: {at: '2026-11-20T23:00:00+02:00'}, relations: {total: t}}
---
{identifier: c, blueprint: Part, properties: {at: soon}, relations: {total: t}}
---
{identifier: d, blueprint: Part, relations: {total: t}}
",
        );
        let derived = world
            .derived()
            .at(now.map(|now| Moment::parse(now).unwrap()));
        let total = world.id("Total/t");
        let twice = derived.outcome(total, "twice").unwrap();
        assert_eq!(twice.is_unknown(), now.is_none(), "{rule}");
        derived.value(total, "v")
    };
    let now = Some("2026-11-22T09:00:00Z");
    for (rule, counted) in [
        ("operator: between, value: {preset: today}", 1),
        ("operator: '=', value: {preset: today}", 1),
        ("operator: between, value: {preset: yesterday}", 0),
        ("operator: between, value: {preset: lastDay}", 1),
        ("operator: between, value: {preset: lastWeek}", 2),
        ("operator: isExpired", 2),
        ("operator: isNotExpired", 0),
        // What is no time is outside of every period; what is absent is nowhere.
        ("operator: notBetween, value: {preset: lastWeek}", 1),
        ("operator: '!=', value: {preset: today}", 2),
    ] {
        assert_eq!(count(rule, now), Some(json!(counted)), "{rule}");
        assert_eq!(count(rule, None), None, "{rule}");
    }
    let between = "operator: between, value: {preset: lastWeek}";
    assert_eq!(count(between, Some("2026-11-28T22:00:00Z")), Some(json!(1)));
    assert_eq!(count("operator: '>', value: {preset: today}", now), None);
    assert_eq!(count("operator: '=', value: {preset: todya}", now), None);
}

#[test]
fn a_rule_about_a_type_holds_where_a_property_of_it_does() {
    for (text, count) in [
        (
            "propertySchema: {type: number}, operator: '>', value: 0",
            rule("property: size, operator: '>', value: 0"),
        ),
        (
            "propertySchema: {type: boolean, format: x}, operator: '=', value: true",
            json!(0),
        ),
    ] {
        assert_eq!(rule(text), count, "{text}");
    }
}

#[test]
fn a_rule_that_cannot_be_judged_makes_the_value_absent() {
    for text in [
        "property: size, operator: between, value: 2",
        "property: nothing, operator: '=', value: 2",
        "property: $createdAt, operator: '=', value: 2",
        "property: size, operator: '=', value: {preset: today}",
        "property: {context: user, property: size}, operator: '=', value: 2",
        "property: size, operator: in, value: 2",
        "property: $team, operator: in, value: [My Teams]",
        "property: $team, operator: in, value: [a, {context: userTeams, property: $identifier}]",
        "propertySchema: {type: number}, operator: '!=', value: 2",
        "propertySchema: {kind: number}, operator: '=', value: 2",
        "property: size, operator: '=', value: null",
        "property: size, operator: '>', value: true",
        "property: size, operator: '=', value: 2, not: true",
        "property: {path: [total]}, operator: '=', value: t",
    ] {
        assert_eq!(rule(text), Json::Null, "{text}");
    }
    for query in [
        "{combinator: xor, rules: []}",
        "{rules: []}",
        "{combinator: and}",
        "text",
    ] {
        assert_eq!(counted(query), Json::Null, "{query}");
    }
}

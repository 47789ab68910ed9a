//! Tests of scores on small catalogs: every operator, levels, filters, periods.

use crate::finding::Severity;
use crate::graph::Graph;
use crate::model::Catalog;
use crate::model::Moment;
use crate::score::{Ground, Score};
use crate::source::Selection;
use crate::source::memory;

const BLUEPRINT: &str = "\
identifier: Service
schema:
  properties:
    name: {type: string}
    size: {type: number}
    public: {type: boolean}
    labels: {type: array, items: {type: string}}
    extra: {type: object}
    built: {type: string, format: date-time}
    day: {type: string, format: date}
relations:
  owner: {target: Service}
  uses: {target: Service, many: true}
calculationProperties:
  double: {calculation: .properties.size * 2, type: number}
ownership: {type: Direct}
";

const ENTITIES: &str = "\
{identifier: full, blueprint: Service, team: core, title: Full, properties: {name: cart-service, \
size: 3.0, public: true, labels: [a, b], extra: {x: 1}, built: \"2026-11-20T12:00:00+01:00\", \
day: \"2026-11-21\"}, relations: {owner: bare, uses: [bare, full]}}
---
{identifier: bare, blueprint: Service}
---
{identifier: hollow, blueprint: Service, properties: {name: \"\", labels: [], extra: {}}, \
relations: {uses: []}}
";

struct World {
    catalog: Catalog,
    graph: Graph,
}

impl World {
    fn new(scorecard: &str) -> Self {
        Self::of(BLUEPRINT, ENTITIES, scorecard)
    }

    fn of(blueprint: &str, entities: &str, scorecard: &str) -> Self {
        let snapshot = memory::snapshot([
            ("catalog/blueprints/all.yaml", blueprint),
            ("catalog/entities/all.yaml", entities),
            ("catalog/scorecards/all.yaml", scorecard),
        ]);
        let selection = Selection::new(None, "catalog", &[]).unwrap();
        let (catalog, findings) = crate::model::lower(&snapshot, &selection);
        // A query that asks for nothing is a warning, and evaluated all the same.
        let mut errors = findings.iter().filter(|it| it.severity == Severity::Error);
        assert_eq!(errors.next(), None, "{scorecard}");
        let (graph, _) = crate::graph::build(&catalog);
        Self { catalog, graph }
    }

    fn scores(&self, now: Option<&str>) -> Vec<Score> {
        let ground = Ground {
            catalog: &self.catalog,
            graph: &self.graph,
            now: now.map(|now| Moment::parse(now).unwrap()),
        };
        let mut cards = ground.cards(&self.catalog.scorecards, None);
        assert_eq!(cards.len(), 1);
        cards.remove(0).scores
    }

    /// `identifier level` of each entity, in the catalog's order.
    fn levels(&self, now: Option<&str>) -> Vec<String> {
        let names = self.catalog.scorecards[0].level_names();
        let scores = self.scores(now);
        let scores = scores.iter();
        scores
            .map(|score| {
                let entity = self.catalog.entity(score.entity).unwrap();
                format!("{} {}", entity.identifier.value, names[score.level])
            })
            .collect()
    }
}

/// The entities of which a condition holds, by the first letters of their names.
fn holds(condition: &str, now: Option<&str>) -> String {
    let world = World::new(&format!(
        "identifier: s\nblueprint: Service\nrules:\n  - {{identifier: r, level: Gold, \
         query: {{combinator: and, conditions: [{{{condition}}}]}}}}\n"
    ));
    let scores = world.scores(now);
    let met = scores.iter().filter(|score| score.met == [true]);
    met.map(|score| {
        &world
            .catalog
            .entity(score.entity)
            .unwrap()
            .identifier
            .value
            .as_str()[..1]
    })
    .collect()
}

#[test]
fn one_entity_is_scored_as_it_is_among_all() {
    let world = World::new(
        "identifier: s\nblueprint: Service\nrules:\n  - {identifier: r, level: Gold, \
         query: {combinator: and, conditions: [{property: size, operator: '=', value: 3}]}}\n",
    );
    let ground = Ground {
        catalog: &world.catalog,
        graph: &world.graph,
        now: None,
    };
    for score in world.scores(None) {
        let cards = ground.cards(&world.catalog.scorecards, Some(score.entity));
        assert_eq!(cards[0].scores, [score]);
    }
}

#[test]
fn every_operator_says_what_it_says_in_port() {
    // The entities stand in the order bare, full, hollow.
    for (condition, entities) in [
        ("property: name, operator: '=', value: cart-service", "f"),
        ("property: name, operator: '!=', value: cart-service", "bh"),
        ("property: size, operator: '=', value: 3", "f"),
        ("property: size, operator: '>', value: 2.5", "f"),
        ("property: size, operator: '>', value: 3", ""),
        ("property: size, operator: '>=', value: 3", "f"),
        ("property: size, operator: '<', value: 3.5", "f"),
        ("property: size, operator: '<=', value: 2", ""),
        ("property: size, operator: '<=', value: 2, not: true", "bfh"),
        ("property: double, operator: '=', value: 6", "f"),
        ("property: name, operator: contains, value: rt-s", "f"),
        ("property: labels, operator: contains, value: b", "f"),
        ("property: extra, operator: contains, value: x", "f"),
        (
            "property: labels, operator: doesNotContains, value: b",
            "bh",
        ),
        (
            "property: labels, operator: containsAny, value: [z, a]",
            "f",
        ),
        (
            "property: name, operator: containsAny, value: [z, cart]",
            "f",
        ),
        (
            "property: name, operator: in, value: [x, cart-service]",
            "f",
        ),
        ("property: name, operator: beginsWith, value: cart", "f"),
        (
            "property: name, operator: doesNotBeginsWith, value: cart",
            "bh",
        ),
        ("property: name, operator: endsWith, value: service", "f"),
        (
            "property: name, operator: doesNotEndsWith, value: service",
            "bh",
        ),
        ("property: name, operator: isEmpty", "bh"),
        ("property: labels, operator: isEmpty", "bh"),
        ("property: extra, operator: isEmpty", "bh"),
        ("property: size, operator: isNotEmpty", "f"),
        ("property: public, operator: '=', value: true", "f"),
    ] {
        assert_eq!(holds(condition, None), entities, "{condition}");
    }
}

/// Every operator of Port's conditions: the rest of the condition, a value of which it holds, one
/// of which it does not, and whether it holds where there is none.
const TABLE: &[(&str, &str, &str, &str, bool)] = &[
    ("=", "value: 2", "2.0", "3", false),
    ("!=", "value: 2", "3", "2.0", true),
    (">", "value: 2", "2.5", "2", false),
    (">=", "value: 2", "2", "1.5", false),
    ("<", "value: 2", "1.5", "2", false),
    ("<=", "value: 2", "2", "3", false),
    ("contains", "value: b", "abc", "ac", false),
    ("doesNotContains", "value: b", "[a]", "[a, b]", true),
    ("containsAny", "value: [b, c]", "[a, c]", "[a]", false),
    ("in", "value: [1, b]", "b", "c", false),
    ("beginsWith", "value: ab", "abc", "cab", false),
    ("doesNotBeginsWith", "value: ab", "cab", "abc", true),
    ("endsWith", "value: ab", "cab", "abc", false),
    ("doesNotEndsWith", "value: ab", "abc", "cab", true),
    (
        "between",
        "value: {from: 2026-11-20, to: 2026-11-21}",
        "'2026-11-21'",
        "'2026-11-22'",
        false,
    ),
    (
        "notBetween",
        "value: {from: 2026-11-20, to: 2026-11-21}",
        "'2026-11-22'",
        "'2026-11-21'",
        false,
    ),
    ("isEmpty", "", "[]", "0", true),
    ("isNotEmpty", "", "false", "{}", false),
];

#[test]
fn every_operator_holds_or_not_and_says_what_a_missing_value_is() {
    let words = crate::model::scorecard::Operator::WORDS.map(|(word, _)| word);
    assert_eq!(
        TABLE.iter().map(|(word, ..)| *word).collect::<Vec<_>>(),
        words
    );
    for (operator, rest, yes, no, of_none) in TABLE {
        for not in [false, true] {
            let blueprint = "identifier: Part\nschema: {properties: {p: {}}}\n";
            let part = |name, p: &str| {
                format!("---\n{{identifier: {name}, blueprint: Part, properties: {{p: {p}}}}}\n")
            };
            let entities = [part("a", yes), part("b", no), part("c", "null")].concat();
            let world = World::of(
                blueprint,
                &entities,
                &format!(
                    "identifier: s\nblueprint: Part\nrules:\n  - {{identifier: r, level: Gold, \
                 query: {{combinator: and, conditions: [{{property: p, not: {not}, operator: '{operator}', {rest}}}]}}}}\n"
                ),
            );
            let scores = world.scores(None);
            let met: Vec<bool> = scores.iter().map(|score| score.met == [true]).collect();
            assert_eq!(met, [!not, not, *of_none != not], "{operator} not: {not}");
        }
    }
}

#[test]
fn relations_names_and_times_are_asked_about_too() {
    for (condition, entities) in [
        ("relation: owner, operator: '=', value: bare", "f"),
        ("relation: uses, operator: contains, value: full", "f"),
        ("relation: uses, operator: isEmpty", "bh"),
        ("property: $team, operator: contains, value: core", "f"),
        ("property: $team, operator: isEmpty", "bh"),
        ("property: $title, operator: '=', value: Full", "f"),
        ("property: $identifier, operator: beginsWith, value: h", "h"),
        (
            "property: built, operator: '<', value: '2026-11-20T11:00:01Z'",
            "f",
        ),
        (
            "property: built, operator: '>=', value: '2026-11-20T11:00:01Z'",
            "",
        ),
        (
            "property: built, operator: between, value: {from: 2026-11-20, to: 2026-11-21}",
            "f",
        ),
        (
            "property: built, operator: notBetween, value: {from: 2026-11-21, to: 2026-11-22}",
            "f",
        ),
        (
            "property: day, operator: '=', value: {from: 2026-11-21, to: 2026-11-21}",
            "f",
        ),
    ] {
        assert_eq!(holds(condition, None), entities, "{condition}");
    }
}

#[test]
fn periods_are_counted_from_the_moment_that_is_given() {
    let now = Some("2026-11-21T09:00:00Z");
    for (preset, day, built) in [
        ("today", "f", ""),
        ("yesterday", "", "f"),
        ("tomorrow", "", ""),
        ("lastWeek", "f", "f"),
        ("last12Months", "f", "f"),
    ] {
        for (property, expected) in [("day", day), ("built", built)] {
            let condition =
                format!("property: {property}, operator: between, value: {{preset: {preset}}}");
            assert_eq!(holds(&condition, now), expected, "{condition}");
            assert_eq!(holds(&condition, None), "", "{condition}");
        }
    }
    let later = Some("2026-11-28T09:00:00Z");
    let condition = "property: built, operator: between, value: {preset: lastWeek}";
    assert_eq!(holds(condition, later), "");
}

#[test]
fn a_level_is_reached_by_all_rules_of_it_and_below() {
    let rules = "\
rules:
  - {identifier: a, level: Silver, query: {combinator: and, conditions: [{property: name, operator: isNotEmpty}]}}
  - {identifier: b, level: Bronze, query: {combinator: or, conditions: [{property: size, operator: '>', value: 9}, {property: $identifier, operator: '=', value: full}]}}
  - {identifier: c, level: Gold, query: {combinator: and, conditions: []}}
  - {identifier: d, level: Gold, query: {combinator: or, conditions: []}}
";
    let plain = World::new(&format!("identifier: s\nblueprint: Service\n{rules}"));
    assert_eq!(
        plain.levels(None),
        ["bare Basic", "full Silver", "hollow Basic"]
    );
    assert_eq!(plain.scores(None)[1].met, [true, true, true, false]);
    // The filter takes entities out; what it is not for has no score at all.
    let filter =
        "filter: {combinator: and, conditions: [{property: size, operator: '>', value: 1}]}";
    let filtered = World::new(&format!(
        "identifier: s\nblueprint: Service\n{filter}\n{rules}"
    ));
    assert_eq!(filtered.levels(None), ["full Silver"]);
}

#[test]
fn own_levels_stand_in_the_order_of_the_file() {
    let world = World::new(
        "identifier: s\nblueprint: Service\nlevels: [{title: Z}, {title: A}, {title: M}]\nrules:\n  \
         - {identifier: a, level: A, query: {combinator: and, conditions: [{property: $title, operator: '!=', value: x}]}}\n  \
         - {identifier: m, level: M, query: {combinator: and, conditions: [{property: size, operator: isNotEmpty}]}}\n",
    );
    assert_eq!(world.levels(None), ["bare A", "full M", "hollow A"]);
}

//! Rules of a query that ask what an entity is related to.

use super::World;

const BLUEPRINTS: &str = "identifier: Total
schema: {properties: {}}
aggregationProperties:
  v:
    target: Part
    calculationSpec: {func: sum, calculationBy: property, property: weight}
    pathFilter: [{path: [total]}]
    query: {combinator: and, rules: [RULE]}
---
identifier: Part
schema: {properties: {weight: {type: integer}}}
relations:
  total: {target: Total}
  above: {target: Part}
  team: {target: Team, required: true}
  helper: {target: Team}
---
identifier: Team
schema: {properties: {}}
relations: {domain: {target: Domain}}
---
identifier: Domain
schema: {properties: {}}
relations: {main: {target: Part}}
---
identifier: Lone
schema: {properties: {}}
";

/// Above each other stand root, one, two and three; each weighs a bit, so that a sum says which
/// of them count.
const ENTITIES: &str = "{identifier: t, blueprint: Total}
---
{identifier: root, blueprint: Part, properties: {weight: 1}, relations: {total: t, team: core, helper: web}}
---
{identifier: one, blueprint: Part, properties: {weight: 2}, relations: {total: t, above: root, team: core}}
---
{identifier: two, blueprint: Part, properties: {weight: 4}, relations: {total: t, above: one, team: web}}
---
{identifier: three, blueprint: Part, properties: {weight: 8}, relations: {total: t, above: two, team: web, helper: core}}
---
{identifier: core, blueprint: Team, relations: {domain: shop}}
---
{identifier: web, blueprint: Team}
---
{identifier: shop, blueprint: Domain, relations: {main: two}}
---
{identifier: lone, blueprint: Lone}
";

fn world(rule: &str) -> World {
    World::new(&BLUEPRINTS.replace("RULE", rule), ENTITIES)
}

/// Those that a rule takes.
fn taken(rule: &str) -> Option<Vec<&'static str>> {
    let sum = world(rule).value("Total/t", "v");
    let sum = sum.as_u64()?;
    let names = [(1, "root"), (2, "one"), (4, "two"), (8, "three")];
    let taken = names.iter().filter(|(bit, _)| sum & bit != 0);
    Some(taken.map(|(_, name)| *name).collect())
}

#[test]
fn what_is_related_to_a_name_in_a_direction_counts() {
    for (rule, wanted) in [
        (
            "blueprint: Team, value: core",
            ["root", "one", "two", "three"].as_slice(),
        ),
        (
            "blueprint: Team, value: core, direction: downstream",
            &["root", "one", "three"],
        ),
        // What core depends on: shop, and over it the part that is its main one.
        (
            "blueprint: Team, value: core, direction: upstream",
            &["two"],
        ),
        (
            "blueprint: Team, value: core, direction: downstream, required: true",
            &["root", "one"],
        ),
        (
            "blueprint: Team, value: core, direction: downstream, required: false",
            &["three"],
        ),
        (
            "blueprint: Domain, value: shop, direction: downstream",
            &["root", "one", "three"],
        ),
        (
            "blueprint: Domain, value: shop, direction: upstream",
            &["two"],
        ),
        // Over core and shop one depends on two; never over another entity of the blueprint that is asked about.
        ("blueprint: Part, value: one", &["root", "two"]),
        (
            "blueprint: Part, value: one, direction: upstream",
            &["root", "two"],
        ),
        (
            "blueprint: Part, value: [one, two], direction: downstream, required: false",
            &["two", "three"],
        ),
        ("blueprint: Part, value: nobody", &[]),
        ("blueprint: Part, value: []", &[]),
    ] {
        let written = format!("{{operator: relatedTo, {rule}}}");
        assert_eq!(taken(&written), Some(wanted.to_vec()), "{rule}");
    }
}

#[test]
fn a_path_leads_to_one_of_the_names() {
    for (property, value, wanted) in [
        ("path: [team]", "core", ["root", "one"].as_slice()),
        (
            "path: [team]",
            "[core, web]",
            &["root", "one", "two", "three"],
        ),
        ("path: [helper]", "web", &["root"]),
        ("path: [team, domain]", "shop", &["root", "one"]),
        ("path: [above, above]", "root", &["two"]),
        ("path: [above, above, above, above]", "root", &[]),
        ("path: [{relation: above, maxHops: 1}]", "root", &["one"]),
        (
            "path: [{relation: above, maxHops: 2}]",
            "root",
            &["one", "two"],
        ),
        (
            "path: [{relation: above, maxHops: 15}]",
            "one",
            &["two", "three"],
        ),
        // The hop that is written is one of those that count.
        (
            "path: [above, {relation: above, maxHops: 1}]",
            "root",
            &["one", "two"],
        ),
        (
            "path: [{relation: above, maxHops: 2}, team]",
            "core",
            &["one", "two", "three"],
        ),
        // From the other end: what one stands on, and where domains lead.
        (
            "path: [above, above], fromBlueprint: Part",
            "two",
            &["root"],
        ),
        (
            "path: [{relation: above, maxHops: 3}], fromBlueprint: Part",
            "three",
            &["root", "one", "two"],
        ),
        ("path: [main], fromBlueprint: Domain", "shop", &["two"]),
        (
            "path: [domain, main], fromBlueprint: Team",
            "core",
            &["two"],
        ),
        ("path: [team]", "nobody", &[]),
    ] {
        let rule = format!("{{operator: matchAny, property: {{{property}}}, value: {value}}}");
        assert_eq!(taken(&rule), Some(wanted.to_vec()), "{rule}");
    }
}

#[test]
fn what_cannot_be_asked_makes_no_value() {
    for rule in [
        "{operator: relatedTo, blueprint: Nothing, value: core}",
        "{operator: relatedTo, blueprint: Lone, value: lone}",
        "{operator: relatedTo, blueprint: Team, value: core, direction: sideways}",
        "{operator: relatedTo, blueprint: Team, value: core, required: sometimes}",
        "{operator: relatedTo, blueprint: Team, value: core, depth: 2}",
        "{operator: relatedTo, blueprint: Team, value: 3}",
        "{operator: relatedTo, blueprint: Team}",
        "{operator: relatedTo, value: core}",
        "{operator: relatedTo, blueprint: Team, value: {context: user, property: team}}",
        "{operator: matchAny, property: team, value: core}",
        "{operator: matchAny, property: {path: []}, value: core}",
        "{operator: matchAny, property: {path: [taem]}, value: core}",
        "{operator: matchAny, property: {path: [team], fromBlueprint: Part}, value: one}",
        "{operator: matchAny, property: {path: [team], fromBlueprint: Nothing}, value: one}",
        "{operator: matchAny, property: {path: [{relation: team, maxHops: 2}]}, value: core}",
        "{operator: matchAny, property: {path: [{relation: above, maxHops: 16}]}, value: root}",
        "{operator: matchAny, property: {path: [{relation: above, maxHops: 0}]}, value: root}",
        "{operator: matchAny, property: {path: [{relation: above}]}, value: root}",
        "{operator: matchAny, property: {path: [{relation: above, maxHops: 1}, {relation: above, maxHops: 1}]}, value: root}",
        "{operator: matchAny, property: {path: [team]}, value: [{context: userTeams, property: $identifier}]}",
    ] {
        assert_eq!(taken(rule), None, "{rule}");
    }
}

#[test]
fn a_relation_that_a_rule_follows_is_a_cause_and_has_the_value_as_its_dependent() {
    let far = "{operator: matchAny, property: {path: [team, domain]}, value: shop}";
    let world = world(far);
    let causes = world.causes("Total/t", "v");
    for cause in [
        "core.relations.domain",
        "one.relations.team",
        "one.relations.total",
    ] {
        assert!(causes.contains(&cause.to_owned()), "{cause}: {causes:?}");
    }
    assert!(
        !causes.contains(&"two.relations.team".to_owned()),
        "{causes:?}"
    );
    let derived = world.derived();
    for (entity, path, is_read) in [
        ("Team/core", "relations.domain", true),
        ("Part/three", "relations.team", true),
        ("Part/three", "relations.helper", false),
        ("Domain/shop", "", true),
        ("Domain/shop", "relations.main", false),
        ("Lone/lone", "", false),
    ] {
        let found = world.names(derived.dependents(world.id(entity), path));
        assert_eq!(
            found.contains(&"t.v".to_owned()),
            is_read,
            "{entity} {path}: {found:?}"
        );
    }
    let mut looked = crate::derive::Looked::default();
    derived.look_at(world.id("Total/t"), "v", &mut looked);
    let parts = world.names(looked.parts.into_iter().collect());
    for part in [
        "core.relations.domain",
        "web.relations.domain",
        "two.relations.team",
    ] {
        assert!(parts.contains(&part.to_owned()), "{part}: {parts:?}");
    }
}

//! What values are made of, and what changes with a part of an entity.

use super::World;

const BLUEPRINTS: &str = "identifier: Domain
schema: {properties: {}}
aggregationProperties:
  cost: {target: Part, calculationSpec: {func: sum, calculationBy: property, property: cost}}
  large:
    target: Part
    calculationSpec: {func: count, calculationBy: entities}
    query: {combinator: and, rules: [{property: size, operator: '>', value: 2}]}
  exact: {target: Part, calculationSpec: {func: count, calculationBy: entities}, pathFilter: [{path: [system, domain]}]}
---
identifier: System
schema: {properties: {}}
relations: {domain: {target: Domain}, twin: {target: System}}
mirrorProperties: {where: {path: domain.$title}}
---
identifier: Part
schema: {properties: {size: {type: number}, note: {type: string}, env: {type: object}}}
relations: {system: {target: System}, uses: {target: Part, many: true}, lead: {target: User}}
mirrorProperties:
  domain: {path: system.domain.$title}
  sizes: {path: uses.size}
calculationProperties:
  cost: {calculation: .properties.size * 12, type: number}
  label: {calculation: '.title + (.relations.uses | join(\"-\"))', type: string}
  first: {calculation: .properties.env.FIRST, type: string}
  all: {calculation: .properties | length, type: number}
aggregationProperties:
  people: {target: User, calculationSpec: {func: count, calculationBy: entities}}
---
identifier: User
schema: {properties: {}}
";

const ENTITIES: &str = "{identifier: Orders, blueprint: Domain}
---
{identifier: Other, blueprint: Domain}
---
{identifier: Cart, blueprint: System, relations: {domain: Orders}}
---
{identifier: Lone, blueprint: System, relations: {twin: Cart}}
---
{identifier: a, blueprint: Part, properties: {size: 1}, relations: {system: Cart, uses: [b], lead: lin}}
---
{identifier: b, blueprint: Part, properties: {size: 3}, relations: {system: Cart}}
---
{identifier: c, blueprint: Part, properties: {size: 3}, relations: {system: Lone}}
---
{identifier: lin, blueprint: User}
";

fn world() -> World {
    World::new(BLUEPRINTS, ENTITIES)
}

/// The same world with one text in place of the first other one.
fn edited(from: &str, to: &str) -> World {
    assert!(ENTITIES.contains(from));
    World::new(BLUEPRINTS, &ENTITIES.replacen(from, to, 1))
}

#[test]
fn a_calculation_comes_from_what_it_reads() {
    let world = world();
    assert_eq!(world.causes("Part/a", "cost"), ["a.properties.size"]);
    assert_eq!(
        world.causes("Part/a", "label"),
        ["a.relations.uses", "a.title"]
    );
    assert_eq!(
        world.causes("Part/a", "all"),
        [
            "a.properties.cost",
            "a.properties.domain",
            "a.properties.env",
            "a.properties.first",
            "a.properties.label",
            "a.properties.note",
            "a.properties.people",
            "a.properties.size",
            "a.properties.sizes",
        ]
    );
}

#[test]
fn a_mirror_comes_from_its_end_and_the_relations_on_the_way() {
    let world = world();
    assert_eq!(
        world.causes("Part/a", "domain"),
        [
            "Orders.title",
            "a.relations.system",
            "Cart.relations.domain"
        ]
    );
    assert_eq!(
        world.causes("Part/a", "sizes"),
        ["a.relations.uses", "b.properties.size"]
    );
    assert_eq!(world.causes("Part/c", "sizes"), ["c.relations.uses"]);
}

#[test]
fn an_aggregation_comes_from_what_it_counts_and_how_that_leads_here() {
    let world = world();
    assert_eq!(
        world.causes("Domain/Orders", "cost"),
        [
            "a.properties.cost",
            "a.relations.system",
            "b.properties.cost",
            "b.relations.system",
            "c.properties.cost",
            "c.relations.system",
            "Cart.relations.domain",
            "Lone.relations.twin",
        ]
    );
    assert_eq!(
        world.causes("Domain/Orders", "exact"),
        [
            "a.identifier",
            "a.relations.system",
            "b.identifier",
            "b.relations.system",
            "Cart.relations.domain",
        ]
    );
    assert_eq!(
        world.causes("Part/a", "people"),
        ["a.relations.lead", "lin.identifier"]
    );
}

#[test]
fn what_a_query_leaves_out_is_no_cause() {
    assert_eq!(
        world().causes("Domain/Orders", "large"),
        [
            "b.identifier",
            "b.properties.size",
            "b.relations.system",
            "c.identifier",
            "c.properties.size",
            "c.relations.system",
            "Cart.relations.domain",
            "Lone.relations.twin",
        ]
    );
}

#[test]
fn what_is_not_derived_has_no_causes() {
    assert!(world().causes("Part/a", "size").is_empty());
}

#[test]
fn a_property_reaches_calculations_mirrors_and_aggregations() {
    let world = world();
    assert_eq!(
        world.dependents("Part/b", "properties.size"),
        ["Orders.large", "a.sizes", "b.all", "b.cost"]
    );
    assert_eq!(
        world.dependents("Part/b", "properties.cost"),
        ["Orders.cost", "b.all"]
    );
    assert_eq!(world.dependents("Part/b", "properties.note"), ["b.all"]);
    assert_eq!(
        world.dependents("Part/b", "properties.env[name=FIRST].value"),
        ["b.all", "b.first"]
    );
    assert!(world.dependents("Part/b", "properties.nothing").is_empty());
}

#[test]
fn a_title_reaches_its_mirrors() {
    assert_eq!(
        world().dependents("Domain/Orders", "title"),
        ["a.domain", "b.domain", "Cart.where"]
    );
}

#[test]
fn a_relation_reaches_all_that_goes_over_it() {
    let world = world();
    assert_eq!(
        world.dependents("Part/a", "relations.uses"),
        ["a.label", "a.sizes"]
    );
    assert_eq!(world.dependents("Part/a", "relations.lead"), ["a.people"]);
    assert_eq!(
        world.dependents("System/Cart", "relations.domain"),
        [
            "Orders.cost",
            "Orders.exact",
            "Orders.large",
            "a.domain",
            "b.domain",
            "Cart.where",
        ]
    );
    assert_eq!(
        world.dependents("System/Lone", "relations.twin"),
        ["Orders.cost", "Orders.large"]
    );
}

#[test]
fn an_entity_that_appears_reaches_all_around_it_and_its_own_values() {
    let world = world();
    assert_eq!(
        world.dependents("Part/b", ""),
        [
            "Orders.cost",
            "Orders.exact",
            "Orders.large",
            "a.sizes",
            "b.all",
            "b.cost",
            "b.domain",
            "b.first",
            "b.label",
            "b.people",
            "b.sizes",
        ]
    );
    assert_eq!(world.dependents("User/lin", ""), ["a.people"]);
    assert_eq!(
        world.dependents("Domain/Other", ""),
        ["Other.cost", "Other.exact", "Other.large"]
    );
}

/// Whatever changes in a value was named for the edit, in the catalog before or after it.
#[test]
fn every_edit_names_the_values_that_it_changes() {
    let edits = [
        ("Part/a", "properties.size", "size: 1}", "size: 9}"),
        ("Part/a", "relations.uses", "uses: [b]", "uses: [c]"),
        ("Part/a", "relations.system", "Cart, uses", "Lone, uses"),
        (
            "Part/b",
            "relations.system",
            "system: Cart}",
            "system: Lone}",
        ),
        ("System/Lone", "relations.twin", "twin: Cart", "twin: Lone"),
        (
            "System/Cart",
            "relations.domain",
            "domain: Orders",
            "domain: Other",
        ),
        ("Part/a", "relations.lead", ", lead: lin", ""),
        (
            "Domain/Orders",
            "title",
            "blueprint: Domain}",
            "blueprint: Domain, title: O}",
        ),
    ];
    for (entity, path, from, to) in edits {
        let before = world();
        let after = edited(from, to);
        let id = before.id(entity);
        let mut named = std::collections::BTreeSet::new();
        let mut open = vec![(id, path.to_owned())];
        while let Some((id, path)) = open.pop() {
            for side in [&before, &after] {
                for (id, name) in side.derived().dependents(id, &path) {
                    if named.insert((id, name.clone())) {
                        open.push((id, format!("properties.{name}")));
                    }
                }
            }
        }
        let (old, new) = (before.derived(), after.derived());
        let mut changed = 0;
        for (id, one) in before.catalog.entities() {
            let blueprint = before.catalog.blueprint(one.blueprint).unwrap();
            for name in blueprint.derived() {
                if old.value(id, &name.value) != new.value(id, &name.value) {
                    changed += 1;
                    let key = (id, name.value.to_string());
                    assert!(named.contains(&key), "{entity} {path}: {key:?}");
                }
            }
        }
        assert!(changed > 0, "{entity} {path} changes something");
    }
}

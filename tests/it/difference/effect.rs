//! Values of others that change: each with the whole chain that leads to it.

use std::fmt::Write as _;

use serde_json::{Value as Json, json};

use super::Pair;

const KINDS: &str = "catalog/blueprints/kinds.yaml";
const BLUEPRINTS: &str = "identifier: Service
schema: {properties: {n: {type: integer}}}
relations: {owner: {target: Team}}
ownership: {path: owner}
calculationProperties: {cost: {calculation: \".properties.n * 12\", type: number}}
---
identifier: Doc
schema: {properties: {}}
relations: {service: {target: Service}}
ownership: {path: service.owner}
mirrorProperties: {price: {path: service.cost}}
---
identifier: Page
schema: {properties: {}}
relations: {doc: {target: Doc}}
ownership: {type: Inherited, path: doc}
mirrorProperties: {shown: {path: doc.price}}
---
identifier: Team
schema: {properties: {}}
";
const ENTITIES: &str = "{identifier: red, blueprint: Team}
---
{identifier: blue, blueprint: Team}
---
{identifier: d, blueprint: Doc, relations: {service: s}}
---
{identifier: p, blueprint: Page, relations: {doc: d}}
";

fn pair() -> Pair {
    let pair = Pair::new(&[(KINDS, BLUEPRINTS), ("catalog/entities/all.yaml", ENTITIES)]);
    pair.both(SERVICE, &service("red", 1));
    pair
}

const SERVICE: &str = "catalog/entities/s.yaml";

fn service(owner: &str, n: u32) -> String {
    format!(
        "identifier: s\nblueprint: Service\nproperties: {{n: {n}}}\nrelations: {{owner: {owner}}}\n"
    )
}

fn effects(plan: &Json) -> Vec<String> {
    let effects = plan["effects"].as_array().unwrap().iter();
    let line = |it: &Json| {
        let text = |key: &str| it[key].as_str().unwrap().to_owned();
        let (of, path, through) = (text("entity"), text("path"), text("through"));
        let by = it["by"].to_string();
        format!(
            "{of} {path} {} -> {} {by} {through} {}",
            it["before"], it["after"], it["via"]
        )
    };
    effects.map(line).collect()
}

#[test]
fn a_chain_is_told_from_what_changed_to_the_last_value() {
    let pair = pair();
    pair.on("head", SERVICE, &service("red", 2));
    assert_eq!(
        effects(&pair.json()),
        [
            "d price 12 -> 24 [1] s.cost [[\"s.n\",\"s.cost\"]]",
            "p shown 12 -> 24 [1] s.cost [[\"s.n\",\"s.cost\",\"d.price\"]]",
            "s cost 12 -> 24 [1] s.n [[\"s.n\"]]",
        ]
    );
    let ran = pair.run("plan", &["--actor", "lin", "--full"]);
    ran.says("by 1, s.cost via d.price");
}

#[test]
fn an_owner_that_is_found_by_a_path_is_an_effect() {
    let pair = pair();
    pair.on("head", SERVICE, &service("blue", 1));
    assert_eq!(
        effects(&pair.json()),
        [
            "d $owner \"red\" -> \"blue\" [1] s.owner [[\"s.owner\"]]",
            "p $owner \"red\" -> \"blue\" [1] s.owner [[\"s.owner\"]]",
        ]
    );
}

#[test]
fn what_a_changed_definition_moves_is_listed_and_fires_nothing() {
    let pair = pair();
    let action = "identifier: dear\noperation: day-2\nblueprint: Service\ntrigger: {changed: [properties.cost]}\n";
    pair.both("catalog/actions/dear.yaml", action);
    pair.on("head", KINDS, &BLUEPRINTS.replace("* 12", "* 13"));
    let plan = pair.json();
    assert_eq!(plan["steps"], json!([]));
    assert_eq!(
        effects(&plan),
        [
            "d price 12 -> 13 [] definition Service.cost [[\"s.cost\"]]",
            "p shown 12 -> 13 [] definition Service.cost [[\"s.cost\",\"d.price\"]]",
            "s cost 12 -> 13 [] definition Service.cost []",
        ]
    );
    pair.run("plan", &["--actor", "lin"])
        .says("cost   12 -> 13  by definition Service.cost");
}

#[test]
fn of_many_values_that_a_definition_moves_the_rest_is_counted() {
    let pair = pair();
    let mut many = String::new();
    for n in 0..50 {
        let _ = write!(
            many,
            "---\n{{identifier: x{n}, blueprint: Service, properties: {{n: 1}}}}\n"
        );
    }
    pair.both("catalog/entities/many.yaml", &many);
    pair.on("head", KINDS, &BLUEPRINTS.replace("* 12", "* 13"));
    let plan = pair.json();
    assert_eq!(
        plan["more_effects"],
        json!([{"blueprint": "Service", "path": "cost", "through": "definition Service.cost", "count": 31}])
    );
    assert_eq!(plan["effects"].as_array().unwrap().len(), 22);
    pair.run("plan", &["--actor", "lin"])
        .says("Service cost of 31 more entities, by definition Service.cost");
}

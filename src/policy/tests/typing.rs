//! What rules can read of entities, inputs and the moment.

use serde_json::{Value as Json, json};

use super::{KINDS, NOW, PEOPLE, World, words};
use crate::model::Moment;
use crate::policy::{ActionName, BuiltIn, Decision, Principal, Question, Resource};

const THING: &str = r"
identifier: Thing
schema:
  properties:
    until: {type: string, format: timer}
    since: {type: string, format: date-time}
    day: {type: string, format: date}
    price: {type: number, multipleOf: 0.01}
    whole: {type: number, multipleOf: 5}
    share: {type: number, enum: [0.25, 0.5]}
    loose: {type: number}
    a-b: {type: string, enum: [x, y]}
    a_b: {type: string, enum: [x, y]}
    my-prop: {type: string}
    size: {enum: [small, large]}
    open: {type: object}
    any: {}
    either: {type: [string, integer]}
    list: {type: array}
    docs: {type: object, properties: {kind: {type: string, enum: [api, guide]}, weight: {type: number}}}
    env: {type: array, items: {type: object, properties: {name: {type: string}, stage: {type: string, enum: [dev, prod]}}, required: [name, stage]}}
relations:
  box: {target: Box}
  boxes: {target: Box, many: true}
mirrorProperties:
  boxOwner: {path: box.owner.$identifier}
  ends: {path: box.expires_at}
  allEnds: {path: boxes.expires_at}
calculationProperties:
  label: {calculation: '.properties.size // empty', type: string}
  double: {calculation: .properties.whole * 2, type: integer}
  ratio: {calculation: .properties.whole / 3, type: number}
aggregationProperties:
  count: {target: Box, calculationSpec: {func: count, calculationBy: entities}}
";

const SOME: &str = r#"
identifier: box
blueprint: Box
properties: {expires_at: "2026-11-22T13:00:00Z"}
relations: {owner: ada}
---
identifier: it
blueprint: Thing
properties:
  until: "2026-11-22T15:00:00+02:00"
  since: "2026-11-01T00:00:00Z"
  day: "2026-11-22"
  price: 19.99
  whole: 10
  share: 0.5
  a-b: x
  a_b: y
  my-prop: p
  size: small
  docs: {kind: api, weight: 1.5}
  env: [{name: A, stage: dev}]
relations: {box: box, boxes: [box]}
"#;

fn world(condition: &str) -> World {
    let kinds = format!("{KINDS}---{THING}");
    let policy = format!(
        "permit (principal, action in Action::\"update\", resource is Thing) when {{ {condition} }};"
    );
    World::with([
        ("catalog/blueprints/all.yaml", kinds.as_str()),
        ("catalog/entities/things.yaml", SOME),
        ("catalog/policies/a.cedar", policy.as_str()),
    ])
}

#[test]
fn what_a_schema_says_is_what_rules_can_read() {
    for condition in [
        "resource has until && resource.until < context.now",
        "resource has since && resource.since.offset(duration(\"30d\")) > context.now",
        "resource has day && resource.day == context.now.toDate()",
        "resource has price && resource.price.lessThan(decimal(\"20.00\"))",
        "resource has price && resource.price == decimal(\"19.99\")",
        "resource has whole && resource.whole == 10",
        "resource has share && resource.share == decimal(\"0.5\")",
        "resource has \"a-b\" && resource[\"a-b\"] == Thing__a_b::\"x\"",
        "resource has a_b && resource.a_b == Thing__a_b_2::\"y\"",
        "resource has \"my-prop\" && resource[\"my-prop\"] == \"p\"",
        "resource has size && resource.size == Thing__size::\"small\"",
        "resource has docs.kind && resource.docs.kind == Thing__docs__kind::\"api\"",
        "resource has env && resource.env.contains({name: \"A\", stage: Thing__env__stage::\"dev\"})",
        "resource has boxOwner && resource.boxOwner == \"ada\"",
        "resource has ends && resource.ends < context.now",
        "resource has allEnds && resource.allEnds.contains(datetime(\"2026-11-22T13:00:00Z\"))",
        "resource has label && resource.label == \"small\"",
        "resource has double && resource.double == 20",
        "resource has count && resource.count == 1",
        "context.now > datetime(\"2026-11-22\")",
        "context has before.price && context.before.price == decimal(\"19.99\")",
    ] {
        let world = world(condition);
        assert_eq!(world.found(), Vec::<String>::new(), "{condition}");
        let decision = world.ask("ada", "update", ("Thing", "it"), &json!({}));
        assert!(decision.is_allowed(), "{condition}: {:?}", words(&decision));
    }
}

#[test]
fn what_rules_cannot_read_says_why() {
    for (name, why) in [
        ("loose", "it may be any fraction"),
        ("open", "its schema names no `properties`"),
        ("any", "its schema has no `type`"),
        ("either", "its schema allows several types"),
        ("list", "the schema of its list has no `items`"),
        (
            "ratio",
            "its calculation is no `string`, `boolean` or `integer`",
        ),
        ("weight", "it may be any fraction"),
    ] {
        for condition in [
            format!("resource has {name}"),
            format!("resource.{name} == 1"),
        ] {
            let found = world(&condition).found();
            let expected = format!("rules cannot read `{name}` of Thing: {why}");
            if name == "weight" && condition.contains("==") {
                continue;
            }
            assert!(found[0].contains(&expected), "{condition}: {found:?}");
        }
    }
}

#[test]
fn a_value_that_is_no_instant_or_no_decimal_denies() {
    for (from, to, why) in [
        (
            "2026-11-22T15:00:00+02:00",
            "tomorrow",
            "`until` of `it` is not a date with a time and an offset",
        ),
        (
            "day: \"2026-11-22\"",
            "day: \"2026-11\"",
            "`day` of `it` is not a date",
        ),
        (
            "price: 19.99",
            "price: 0.00001",
            "`price` of `it` is not a number of at most four places",
        ),
        (
            "stage: dev",
            "stage: test",
            "`env` of `it` is not a list of what its schema says",
        ),
    ] {
        let kinds = format!("{KINDS}---{THING}");
        let some = SOME.replace(from, to);
        let world = World::with([
            ("catalog/blueprints/all.yaml", kinds.as_str()),
            ("catalog/entities/things.yaml", some.as_str()),
            (
                "catalog/policies/a.cedar",
                "permit (principal, action in Action::\"update\", resource) \
                 when { !(resource has until && resource has day && resource has price && resource has env) };",
            ),
        ]);
        let denied = world.ask("ada", "update", ("Thing", "it"), &json!({}));
        let why =
            format!("{why}, and a rule reads it: whoever may `define` changes the rule first");
        assert_eq!(words(&denied), [why], "{to}");
    }
}

#[test]
fn what_something_becomes_has_no_computed_values() {
    let found = world("context has after.count").found();
    assert!(found[0].starts_with("E0402"), "{found:?}");
}

#[test]
fn a_computed_value_of_what_is_new_denies_where_a_rule_forbids_by_it() {
    let kinds = format!("{KINDS}---{THING}");
    let policy = "permit (principal, action in [Action::\"create\", Action::\"update\"], resource);\n\
                  forbid (principal, action in Action::\"create\", resource is Thing) \
                  when { resource has count && resource.count > 5 };";
    let world = World::with([
        ("catalog/blueprints/all.yaml", kinds.as_str()),
        ("catalog/entities/things.yaml", SOME),
        ("catalog/policies/a.cedar", policy),
    ]);
    let more = SOME.replace("identifier: it\n", "identifier: new\n");
    let result = World::with([
        ("catalog/blueprints/all.yaml", kinds.as_str()),
        ("catalog/entities/things.yaml", more.as_str()),
        ("catalog/policies/a.cedar", policy),
    ]);
    let (rules, findings) = world.rules();
    assert_eq!(findings, []);
    let new = result.catalog.entity(result.id("Thing", "new")).unwrap();
    let decision = rules.judge(&Question {
        actor: &rules.person("ada", None),
        action: ActionName::BuiltIn(BuiltIn::Create),
        resource: Resource::Proposed(&result.catalog, new),
        inputs: &serde_json::Map::new(),
        changed: &[],
        after: None,
        cause: None,
    });
    assert_eq!(
        words(&decision),
        [
            "catalog/policies/a.cedar:2 reads `count`, which is computed and not known of what is new"
        ]
    );
}

const DEPLOY: &str = r#"
identifier: deploy
operation: day-2
blueprint: Component
trigger: {request: true}
inputs:
  properties:
    until: {type: string, format: date-time}
    plan: {type: object, properties: {stage: {type: string, enum: [dev, prod]}}, required: [stage]}
  required: [until]
permissions:
  execute:
    - when: >
        context.inputs.until < context.now.offset(duration("2h")) &&
        context.inputs has plan && context.inputs.plan.stage == deploy__plan__stage::"dev"
"#;

fn deploy(inputs: &Json, now: Option<&str>, cause: Option<&str>, condition: &str) -> Decision {
    let action = match condition {
        "" => DEPLOY.to_owned(),
        _ => format!(
            "{}    - when: {condition}\n",
            DEPLOY.split("    - when").next().unwrap()
        ),
    };
    let world = World::with([("catalog/actions/deploy.yaml", action.as_str())]);
    let (rules, findings) = world.rules();
    assert_eq!(findings, []);
    let rules = rules.at(now.and_then(Moment::parse));
    rules.judge(&Question {
        actor: &Principal::Person(world.id("User", "ada")),
        action: ActionName::Catalog("deploy"),
        resource: Resource::Entity(world.id("Component", "Cart")),
        inputs: inputs.as_object().unwrap(),
        changed: &[],
        after: None,
        cause,
    })
}

#[test]
fn inputs_have_the_types_of_their_schemas() {
    let good = json!({"until": "2026-11-22T15:00:00Z", "plan": {"stage": "dev"}});
    assert!(deploy(&good, Some(NOW), None, "").is_allowed());
    for (inputs, why) in [
        (
            json!({"plan": {"stage": "dev"}}),
            "the input `until` is missing",
        ),
        (
            json!({"until": "soon"}),
            "the input `until` is not a date with a time and an offset",
        ),
        (
            json!({"until": NOW, "plan": {"stage": "test"}}),
            "the input `plan` is not an object as its schema says",
        ),
        (
            json!({"until": NOW, "plan": {}}),
            "the input `plan` is not an object as its schema says",
        ),
    ] {
        assert_eq!(words(&deploy(&inputs, Some(NOW), None, "")), [why]);
    }
}

#[test]
fn without_a_moment_what_reads_it_denies() {
    let good = json!({"until": "2026-11-22T15:00:00Z", "plan": {"stage": "dev"}});
    let denied = deploy(&good, None, None, "");
    assert!(!denied.is_allowed());
    assert!(
        words(&denied)[0].starts_with("this rule cannot be decided: "),
        "{:?}",
        words(&denied)
    );
    let world = World::with([("catalog/actions/deploy.yaml", DEPLOY)]);
    let (rules, _) = world.rules();
    assert_eq!(rules.reads_now(), Some("catalog/actions/deploy.yaml:13"));
    let world = World::policies("permit (principal, action in Action::\"update\", resource);");
    assert_eq!(world.rules().0.reads_now(), None);
}

#[test]
fn what_caused_a_step_is_there_for_those_that_were_caused() {
    let inputs = json!({"until": NOW});
    let condition = "context has cause && context.cause like \"Cart.*\"";
    let asked = |cause| deploy(&inputs, Some(NOW), cause, condition).is_allowed();
    assert!(asked(Some("Cart.replicas")));
    assert!(!asked(Some("Other.replicas")));
    assert!(!asked(None));
}

#[test]
fn the_names_of_kinds_are_read_or_refused() {
    for (name, expected) in [
        ("jira-issue", None),
        ("\u{dc}ber", None),
        ("1abc", None),
        ("my service", None),
        (
            "if",
            Some("rules cannot call a blueprint `if`, it is a word of their language"),
        ),
        (
            "Action",
            Some("rules cannot call a blueprint `Action`, the name is taken"),
        ),
    ] {
        let kinds = format!(
            "{KINDS}---\n{{identifier: {name}, schema: {{properties: {{x: {{type: string, enum: [a]}}}}}}}}\n"
        );
        let world = World::with([
            ("catalog/blueprints/all.yaml", kinds.as_str()),
            ("catalog/entities/people.yaml", PEOPLE),
        ]);
        let found = world.found();
        match expected {
            None => assert_eq!(found, Vec::<String>::new(), "{name}"),
            Some(expected) => assert!(found[0].contains(expected), "{found:?}"),
        }
    }
    let kinds = format!(
        "{KINDS}---\n{{identifier: 1abc, schema: {{properties: {{2x: {{type: string, enum: [a]}}}}}}}}\n"
    );
    let world = World::with([
        ("catalog/blueprints/all.yaml", kinds.as_str()),
        (
            "catalog/policies/a.cedar",
            "permit (principal, action in Action::\"update\", resource is _1abc) when { resource has \"2x\" && resource[\"2x\"] == _1abc__2x::\"a\" };",
        ),
    ]);
    assert_eq!(world.found(), Vec::<String>::new());
}

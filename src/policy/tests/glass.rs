//! Break-glass rules: set aside every day, asked for by themselves, and never beside a rule that
//! forbids or is broken.

use serde_json::{Map, Value as Json, json};

use super::{World, words};
use crate::policy::{ActionName, BuiltIn, Question, Resource};

const ACTION: &str = r"
identifier: restart
operation: day-2
blueprint: Component
trigger: {request: true}
inputs: {properties: {times: {type: integer}}}
permissions:
  execute:
    - {teams: [platform]}
    - {teams: [checkout], when: context.inputs has times && context.inputs.times < 3, breakGlass: when it is down}
";

fn world(policies: &str) -> World {
    World::with([
        ("catalog/actions/a.yaml", ACTION),
        ("catalog/policies/a.cedar", policies),
    ])
}

/// The break-glass rules that permit something on Cart, in words.
fn glass(world: &World, login: &str, action: ActionName<'_>, inputs: &Json) -> Vec<String> {
    let (rules, _) = world.rules();
    let actor = rules.person(login, None);
    let is_on_root = matches!(action, ActionName::BuiltIn(built_in) if built_in.is_on_root());
    let resource = if is_on_root {
        Resource::Root {
            kind: "policy",
            path: "catalog/policies/a.cedar",
        }
    } else {
        Resource::Entity(world.id("Component", "Cart"))
    };
    let reasons = rules.break_glass(&Question {
        actor: &actor,
        action,
        resource,
        inputs: inputs.as_object().unwrap_or(&Map::new()),
        changed: &[],
        after: None,
        cause: None,
    });
    reasons.into_iter().map(|reason| reason.text).collect()
}

fn restarts(world: &World, login: &str, times: u32) -> Vec<String> {
    let inputs = json!({"times": times});
    glass(world, login, ActionName::Catalog("restart"), &inputs)
}

#[test]
fn a_block_is_set_aside_and_counts_with_all_its_conditions() {
    let world = world("");
    let inputs = json!({"times": 1});
    let ordinary = world.ask("ada", "restart", ("Component", "Cart"), &inputs);
    assert!(!ordinary.is_allowed());
    assert_eq!(words(&ordinary), ["for platform, not for ada"]);
    let broken = restarts(&world, "ada", 1);
    assert_eq!(broken, ["ada is in checkout; break glass, when it is down"]);
    assert!(restarts(&world, "ada", 3).is_empty());
    assert!(restarts(&world, "sam", 1).is_empty());
    assert!(restarts(&world, "nobody", 1).is_empty());
}

#[test]
fn beside_what_forbids_no_glass_is_broken() {
    let forbids = "forbid (principal, action == Action::\"restart\", resource) \
                   when { resource has frozen && resource.frozen };";
    assert_eq!(restarts(&world(forbids), "ada", 1).len(), 1);
    let always = "forbid (principal, action == Action::\"restart\", resource);";
    assert!(restarts(&world(always), "ada", 1).is_empty());
}

#[test]
fn beside_a_broken_rule_no_glass_is_broken() {
    for broken in [
        "permit (principal, action == Action::\"restart\", resource) when { resource.nothing };",
        "@break_glass(\"when it is down\")\n\
         forbid (principal, action == Action::\"restart\", resource);",
        "@break_glass(\" \")\n\
         permit (principal in Team::\"org\", action == Action::\"restart\", resource);",
        "@breakglass(\"when it is down\")\n\
         permit (principal in Team::\"org\", action == Action::\"restart\", resource);",
    ] {
        let world = world(broken);
        assert!(restarts(&world, "ada", 1).is_empty(), "{broken}");
        let inputs = json!({"times": 1});
        let ordinary = world.ask("sam", "restart", ("Component", "Cart"), &inputs);
        assert!(!ordinary.is_allowed(), "{broken}");
    }
}

#[test]
fn a_rule_that_cannot_be_decided_breaks_nothing() {
    let overflows = "@break_glass(\"when it is down\")\n\
        permit (principal, action == Action::\"restart\", resource) \
        when { context.inputs has times && context.inputs.times * 9000000000000000000 > 1 };";
    assert_eq!(restarts(&world(overflows), "ada", 0).len(), 1);
    assert!(restarts(&world(overflows), "ada", 2).is_empty());
}

#[test]
fn what_changes_who_may_do_what_must_be_named() {
    let must = [
        BuiltIn::Define,
        BuiltIn::Grant,
        BuiltIn::Override,
        BuiltIn::Record,
    ];
    for built_in in BuiltIn::ALL {
        if built_in == BuiltIn::Create {
            // Cart is there already.
            continue;
        }
        let scope = |scope: &str| {
            let rule = format!(
                "@break_glass(\"when it is down\")\n\
                 permit (principal in Team::\"checkout\", {scope}, resource);"
            );
            let found = glass(
                &world(&rule),
                "ada",
                ActionName::BuiltIn(built_in),
                &json!({}),
            );
            !found.is_empty()
        };
        let word = built_in.word();
        assert_eq!(scope("action"), !must.contains(&built_in), "{word}");
        assert!(scope(&format!("action in [Action::\"{word}\"]")), "{word}");
        let own = if built_in.is_on_root() {
            word.to_owned()
        } else {
            built_in.name_for("Component")
        };
        assert!(scope(&format!("action == Action::\"{own}\"")), "{word}");
        let other = if built_in == BuiltIn::Update {
            "delete"
        } else {
            "update"
        };
        assert!(!scope(&format!("action in Action::\"{other}\"")), "{word}");
    }
}

#[test]
fn in_an_open_catalog_a_break_glass_rule_binds_nothing() {
    let rule = "@break_glass(\"when it is down\")\n\
                permit (principal in Team::\"platform\", action in Action::\"update\", resource is Component);";
    let open = World::with([
        (
            "catalogc.yaml",
            "permissions: open\npeople: {blueprint: User, login: properties.login}\n",
        ),
        ("catalog/policies/a.cedar", rule),
    ]);
    assert!(open.may("ada", "update"));
}

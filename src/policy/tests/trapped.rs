//! Ways in which a rule could come to permit by mistake: all of them deny.

use serde_json::Map;
use serde_json::json;

use super::{PEOPLE, THINGS, World, words};
use crate::policy::{ActionName, BuiltIn, Question, Resource};

const ALL: &str = "permit (principal, action in Action::\"update\", resource);\n";

#[test]
fn groups_of_groups_are_seen_whole() {
    let outside = World::policies(&format!(
        "{ALL}forbid (principal, action in Action::\"update\", resource) \
         when {{ !(principal in Team::\"org\") }};"
    ));
    assert!(outside.may("ada", "update"));
    assert!(!outside.may("kim", "update"));
    let inside = World::policies(&format!(
        "{ALL}forbid (principal in Team::\"org\", action in Action::\"update\", resource);"
    ));
    assert!(!inside.may("ada", "update"));
    assert!(inside.may("kim", "update"));
    let of_owner = World::policies(
        "permit (principal, action in Action::\"update\", resource is Component) \
         when { resource.owner in Team::\"org\" };",
    );
    assert!(of_owner.may("kim", "update"));
}

#[test]
fn a_rule_with_an_error_denies_what_it_is_about() {
    for broken in [
        "forbid (principal, action in Action::\"update\", resource is Component) when { resource has frozn && resource.frozn };",
        "forbid (principal in Team::\"chekout\", action in Action::\"update\", resource);",
        "forbid (principal, action == Action::\"update\", resource);",
        "forbid (principal, action in Action::\"update\", resource is Component) when { resource.frozen };",
        "forbid (principal, action, resource) when { resource. };",
        "permit (principal, action in Action::\"update\", resource is Component) when { resource.ownr == principal };",
    ] {
        let world = World::policies(&format!("{ALL}{broken}"));
        let denied = world.ask("ada", "update", ("Component", "Cart"), &json!({}));
        assert_eq!(
            words(&denied),
            ["this rule has an error, so it denies all that it is about"],
            "{broken}"
        );
        assert_eq!(
            denied.reasons[0].rule.as_deref(),
            Some("catalog/policies/a.cedar:2")
        );
        assert!(!denied.could.contains(&"kim".into()));
    }
    let of_others = World::policies(&format!(
        "{ALL}forbid (principal, action in Action::\"update\", resource is API) when {{ resource.x }};"
    ));
    assert!(
        of_others.may("ada", "update"),
        "the error is about APIs alone"
    );
}

#[test]
fn broken_rules_can_be_repaired_by_who_may_define() {
    let may_define = |policies: &str, login: &str| {
        let world = World::policies(policies);
        let (rules, _) = world.rules();
        let actor = rules.person(login, None);
        let question = Question {
            actor: &actor,
            action: ActionName::BuiltIn(BuiltIn::Define),
            resource: Resource::Root {
                kind: "policy",
                path: "x",
            },
            inputs: &Map::new(),
            changed: &[],
            after: None,
            cause: None,
        };
        rules.decide(&question).is_allowed()
    };
    let unreadable = "permit (principal, action, resource) when { resource. };";
    assert!(may_define(unreadable, "kim"));
    assert!(!may_define(unreadable, "ada"));
    let forbidden =
        "forbid (principal, action == Action::\"define\", resource) when { context.knd == \"x\" };";
    assert!(!may_define(forbidden, "kim"));
}

#[test]
fn an_overflow_while_a_rule_is_decided_denies() {
    let world = World::policies(&format!(
        "{ALL}forbid (principal, action in Action::\"update\", resource is Component) \
         when {{ resource has replicas && resource.replicas * 9223372036854775807 == 1 }};"
    ));
    let denied = world.ask("ada", "update", ("Component", "Cart"), &json!({}));
    assert!(
        words(&denied)[0].starts_with("this rule cannot be decided: "),
        "{:?}",
        words(&denied)
    );
    assert_eq!(
        denied.reasons[0].rule.as_deref(),
        Some("catalog/policies/a.cedar:2")
    );
}

#[test]
fn what_does_not_fit_its_blueprint_denies_where_a_rule_reads_it_and_can_be_mended_else() {
    let permit = "permit (principal, action in Action::\"update\", resource);";
    let reading = "permit (principal, action in Action::\"update\", resource is Component) \
        when { !(resource has replicas && resource.type == Component__type::\"library\") };";
    for (from, to, why) in [
        (
            "replicas: 3",
            "replicas: three",
            "`replicas` of `Cart` is not an integer",
        ),
        ("type: service,", "", "`Cart` has no `type`"),
        (
            "type: service",
            "type: ship",
            "`type` of `Cart` is not one of its listed words",
        ),
        (
            "owner: platform",
            "owner: [platform, org]",
            "relation `owner` of `Cart` names several",
        ),
    ] {
        let things = THINGS.replace(from, to);
        let asked = |policy: &str| {
            let world = World::with([
                ("catalog/entities/things.yaml", things.as_str()),
                ("catalog/policies/a.cedar", policy),
            ]);
            world.ask("ada", "update", ("Component", "Cart"), &json!({}))
        };
        let denied = asked(reading);
        assert!(words(&denied)[0].starts_with(why), "{:?}", words(&denied));
        assert!(!denied.is_allowed());
        // Who owns it may be looked at by no rule, and is told by every answer.
        assert_eq!(
            asked(permit).is_allowed(),
            !from.starts_with("owner"),
            "{to}"
        );
    }
}

#[test]
fn a_relation_that_leads_to_nothing_denies_what_reads_it_and_nothing_else() {
    let things = THINGS.replace("owner: platform", "owner: nowhere");
    let asked = |policy: &str| {
        let world = World::with([
            ("catalog/entities/things.yaml", things.as_str()),
            ("catalog/policies/a.cedar", policy),
        ]);
        world.ask("ada", "update", ("Component", "Cart"), &json!({}))
    };
    assert!(asked(ALL).is_allowed());
    let reads = "relation `owner` of `Cart` leads to nothing, and catalog/policies/a.cedar:2 reads it; first mend it on the target: add Team `nowhere` in a pull request of its own";
    for rule in [
        "forbid (principal, action, resource is Component) when { principal in resource.owner };",
        "forbid (principal, action, resource is Component) unless { resource has owner };",
    ] {
        let denied = asked(&format!("{ALL}{rule}"));
        assert!(!denied.is_allowed(), "{rule}");
        assert_eq!(words(&denied), [reads], "{rule}");
    }
    // Another action's rule reads it: it is not asked here.
    let other = "forbid (principal, action in Action::\"delete\", resource is Component) when { principal in resource.owner };";
    assert!(asked(&format!("{ALL}{other}")).is_allowed());
}

#[test]
fn a_membership_that_leads_to_nothing_denies_though_no_rule_names_it() {
    let lost = PEOPLE.replacen(
        "relations: {teams: [checkout]}",
        "relations: {teams: [checkout, ghosts]}",
        1,
    );
    let ask = |people: &str| {
        let world = World::with([
            ("catalog/entities/people.yaml", people),
            ("catalog/policies/a.cedar", ALL),
        ]);
        world.ask("ada", "update", ("Component", "Cart"), &json!({}))
    };
    assert!(ask(PEOPLE).is_allowed());
    let denied = ask(&lost);
    assert!(!denied.is_allowed());
    let why = "relation `teams` of `ada` leads to nothing, and it says who is a member of what; first mend it on the target: add Team `ghosts`";
    assert!(words(&denied)[0].starts_with(why), "{:?}", words(&denied));
}

#[test]
fn a_condition_cannot_end_the_policy_that_it_is_put_into() {
    let action = "identifier: scale\noperation: day-2\nblueprint: Component\n\
        trigger: {request: true}\npermissions:\n  execute:\n  - users: [kim]\n    \
        when: \"true }; permit (principal, action, resource) when { true\"\n";
    let world = World::with([("catalog/actions/a.yaml", action)]);
    for login in ["ada", "kim"] {
        assert!(
            !world
                .ask(login, "scale", ("Component", "Cart"), &json!({}))
                .is_allowed()
        );
    }
}

#[test]
fn a_path_without_a_name_is_not_lost_from_what_changed() {
    let world = World::policies(
        "permit (principal, action in Action::\"update\", resource is Component) \
         when { [Component__path::\"properties.replicas\"].containsAll(context.changed) };",
    );
    let (rules, findings) = world.rules();
    assert_eq!(findings, []);
    let actor = rules.person("ada", None);
    let may = |paths: &[&str]| {
        let changed: Vec<String> = paths.iter().map(|path| (*path).to_owned()).collect();
        let question = Question {
            actor: &actor,
            action: ActionName::BuiltIn(BuiltIn::Update),
            resource: Resource::Entity(world.id("Component", "Cart")),
            inputs: &Map::new(),
            changed: &changed,
            after: None,
            cause: None,
        };
        rules.decide(&question).is_allowed()
    };
    assert!(may(&["properties.replicas"]));
    assert!(may(&[
        "properties.replicas.part",
        "properties.replicas[name=x]"
    ]));
    assert!(!may(&["properties.replicas", "relations.owner"]));
    assert!(!may(&["properties.replicas", "properties.new"]));
    assert!(!may(&["properties.replicas2"]));
}

#[test]
fn a_rule_too_deep_for_the_parser_is_refused_before_it() {
    let deep = format!("{}true{}", "(".repeat(50_000), ")".repeat(50_000));
    let long = vec!["1"; 50_000].join(" + ");
    let ifs = format!("{} true", "if true then true else ".repeat(20_000));
    for condition in [deep, format!("{long} == 1"), ifs] {
        let world = World::policies(&format!(
            "{ALL}forbid (principal, action, resource) when {{ {condition} }};"
        ));
        let found = world.found();
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with("E0401 2:"), "{}", found[0]);
        assert!(!world.may("ada", "update"));
    }
    let ten = format!("{}true{}", "(".repeat(10), ")".repeat(10));
    let world = World::policies(&format!(
        "{ALL}forbid (principal, action in Action::\"update\", resource) unless {{ {ten} }};"
    ));
    assert!(world.may("ada", "update"));
}

#[test]
fn policies_beyond_the_limit_deny() {
    let world = World::policies(&ALL.repeat(1_001));
    let (rules, findings) = world.rules();
    let beyond: Vec<&str> = findings.iter().map(|finding| finding.code.id).collect();
    assert_eq!(beyond, ["E0005"]);
    let actor = rules.person("ada", None);
    let decision = rules.judge(&Question {
        actor: &actor,
        action: ActionName::BuiltIn(BuiltIn::Update),
        resource: Resource::Entity(world.id("Component", "Cart")),
        inputs: &Map::new(),
        changed: &[],
        after: None,
        cause: None,
    });
    assert!(!decision.is_allowed());
    assert_eq!(
        decision.reasons[0].rule.as_deref(),
        Some("catalog/policies/a.cedar:1001")
    );
}

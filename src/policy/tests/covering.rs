//! Rules that change nothing.

use super::World;

const SCALE: &str =
    "identifier: scale\noperation: day-2\nblueprint: Component\ntrigger: {request: true}\n";

fn found(policies: &str) -> Vec<String> {
    let world = World::with([
        ("catalog/policies/a.cedar", policies),
        ("catalog/actions/scale.yaml", SCALE),
    ]);
    let found = world.found().into_iter();
    found
        .map(|line| line.split("; ").next().unwrap().to_owned())
        .collect()
}

#[test]
fn a_forbid_of_what_nobody_may_is_told() {
    for forbid in [
        "forbid (principal, action in Action::\"delete\", resource);",
        "forbid (principal, action == Action::\"scale\", resource) when { principal in Team::\"org\" };",
        "forbid (principal, action == Action::\"delete:Component\", resource);",
    ] {
        assert_eq!(
            found(forbid),
            ["E0407 1:1 [forbid] what this rule forbids, no rule permits to anybody"],
            "{forbid}"
        );
    }
    let other_kind = "permit (principal, action in Action::\"delete\", resource is API);\n\
                      forbid (principal, action in Action::\"delete\", resource is Component);";
    assert_eq!(
        found(other_kind),
        ["E0407 2:1 [forbid] what this rule forbids, no rule permits to anybody"]
    );
}

#[test]
fn a_forbid_that_may_say_no_is_not() {
    for policies in [
        "forbid (principal, action, resource) when { principal in Team::\"org\" };",
        "forbid (principal, action == Action::\"meta\", resource);",
        "forbid (principal in Team::\"org\", action == Action::\"define\", resource);",
        "permit (principal in Team::\"org\", action in Action::\"delete\", resource);\n\
         forbid (principal, action in Action::\"delete\", resource is Component);",
    ] {
        assert_eq!(found(policies), Vec::<String>::new(), "{policies}");
    }
}

#[test]
fn a_rule_that_another_one_covers_is_told() {
    for (policies, line) in [
        (
            "permit (principal, action == Action::\"scale\", resource);\n\
             permit (principal in Team::\"org\", action == Action::\"scale\", resource);",
            2,
        ),
        (
            "permit (principal, action == Action::\"scale\", resource) when { resource has frozn_ };",
            0,
        ),
        (
            "permit (principal in Team::\"org\", action == Action::\"scale\", resource) when { resource.type == Component__type::\"service\" };\n\
             permit (principal in Team::\"org\", action == Action::\"scale\", resource);",
            1,
        ),
        (
            "permit (principal, action in Action::\"update\", resource is Component) when { principal in resource.owner && resource has frozen };\n\
             permit (principal, action in [Action::\"update\", Action::\"delete\"], resource is Component) when {  principal in resource.owner };",
            1,
        ),
        (
            "permit (principal, action == Action::\"scale\", resource) when { principal in Team::\"org\" };\n\
             permit (principal, action == Action::\"scale\", resource) when { principal == User::\"ada\" || principal in Team::\"org\" };",
            1,
        ),
        (
            "permit (principal, action == Action::\"scale\", resource) when { resource has frozen };\n\
             permit (principal is User, action == Action::\"scale\", resource) when { resource has frozen };",
            2,
        ),
    ] {
        let found = found(policies);
        if line == 0 {
            assert!(found[0].starts_with("E0402"), "{found:?}");
            continue;
        }
        let other = 3 - line;
        assert_eq!(
            found,
            [format!(
                "E0408 {line}:1 [permit] all that this rule permits, the rule at catalog/policies/a.cedar:{other} permits too"
            )],
            "{policies}"
        );
    }
}

#[test]
fn a_rule_that_says_more_than_others_is_not() {
    for policies in [
        "permit (principal in Team::\"org\", action == Action::\"scale\", resource);\n\
         permit (principal in Team::\"checkout\", action == Action::\"scale\", resource);",
        "permit (principal, action == Action::\"scale\", resource) unless { resource has frozen };\n\
         permit (principal, action == Action::\"scale\", resource) when { resource has frozen };",
        "permit (principal, action == Action::\"scale\", resource) when { resource has frozen || resource has tags };\n\
         permit (principal, action == Action::\"scale\", resource) when { resource has frozen && principal in Team::\"org\" || resource has docs };",
        "permit (principal, action == Action::\"scale\", resource) when { if true then true else resource has frozen || resource has tags };\n\
         permit (principal, action == Action::\"scale\", resource) when { resource has tags };",
        "permit (principal, action in Action::\"update\", resource is Component);\n\
         permit (principal, action in Action::\"update\", resource is API);",
        "permit (principal, action in Action::\"update\", resource);\n\
         forbid (principal, action in Action::\"update\", resource is API) when { principal in Team::\"org\" };",
    ] {
        assert_eq!(found(policies), Vec::<String>::new(), "{policies}");
    }
}

#[test]
fn one_thing_that_would_be_two_is_told() {
    let policy = "permit (principal, action == Action::\"scale\", resource)\n\
                  when { resource.type == Component__type::\"service\" &&\n\
                  resource.type == Component__type::\"library\" };";
    assert_eq!(
        found(policy),
        [
            "E0404 3:1 [resource.type == Component__type::\"library\"] `resource.type` cannot be two values at once"
        ]
    );
    for fine in [
        "when { resource.type == Component__type::\"service\" || resource.type == Component__type::\"library\" }",
        "when { resource.type == Component__type::\"service\" } unless { resource.type == Component__type::\"library\" }",
    ] {
        let policy = format!("permit (principal, action == Action::\"scale\", resource) {fine};");
        assert_eq!(found(&policy), Vec::<String>::new(), "{fine}");
    }
}

#[test]
fn a_number_that_would_be_in_two_places_is_told() {
    let rule = |when: &str| {
        found(&format!(
            "permit (principal, action == Action::\"scale\", resource) when {{ resource has replicas && {when} }};"
        ))
    };
    for never in [
        "resource.replicas > 5 && resource.replicas < 3",
        "resource.replicas > 5 && resource.replicas <= 5",
        "resource.replicas < 5 && resource.replicas > 4",
        "resource.replicas == 5 && resource.replicas < 5",
        "resource.replicas >= 2 && resource.replicas <= 9 && resource.replicas == 1",
        "resource.replicas == 5 && resource.replicas == 6",
    ] {
        let told = rule(never);
        assert_eq!(told.len(), 1, "{never}");
        assert!(
            told[0].ends_with("`resource.replicas` has no number that is both"),
            "{told:?}"
        );
    }
    for fine in [
        "resource.replicas > 5 && resource.replicas < 7",
        "resource.replicas >= 5 && resource.replicas <= 5",
        "resource.replicas == 5 && resource.replicas == 05",
        "resource.replicas > -9223372036854775808 && resource.replicas < 9223372036854775807",
        "(if resource.replicas > 5 then resource.replicas < 7 else resource.replicas == 1 && resource.replicas < 3)",
        "(resource.replicas > 5 || resource.replicas < 3)",
        "resource.replicas + 1 > 5 && resource.replicas < 5",
        "resource.replicas > 5 && !(resource.replicas < 3)",
    ] {
        assert_eq!(rule(fine), Vec::<String>::new(), "{fine}");
    }
}

#[test]
fn a_number_that_no_schema_lets_be_is_told() {
    let grow = "identifier: grow\noperation: day-2\nblueprint: Component\ntrigger: {request: true}\n\
                inputs: {properties: {n: {type: integer, minimum: 2, maximum: 50}, m: {type: integer}}, required: [n, m]}\n";
    let slow = grow.replace("grow", "slow").replace("50", "90");
    let rule = |actions: &str, when: &str| {
        let policy =
            format!("permit (principal, action in [{actions}], resource) when {{ {when} }};");
        let world = World::with([
            ("catalog/policies/a.cedar", policy.as_str()),
            ("catalog/actions/grow.yaml", grow),
            ("catalog/actions/slow.yaml", &slow),
        ]);
        world.found()
    };
    let (one, both) = (r#"Action::"grow""#, r#"Action::"grow", Action::"slow""#);
    for (actions, when, told) in [
        (one, "context.inputs.n > 50", "50 at most"),
        (one, "context.inputs.n == 51 && true", "50 at most"),
        (one, "context.inputs.n <= 1", "2 at least"),
        (both, "context.inputs.n > 90", "90 at most"),
    ] {
        let found = rule(actions, when);
        assert_eq!(found.len(), 1, "{when}: {found:?}");
        let only = &found[0];
        let wanted =
            format!("`context.inputs.n` is {told}; compare it with a number that it can be");
        assert!(
            only.starts_with("E0404 1:") && only.ends_with(&wanted),
            "{only}"
        );
    }
    for (actions, when) in [
        (one, "context.inputs.n >= 50"),
        (one, "context.inputs.n <= 2"),
        (one, "context.inputs.m > 50"),
        (both, "context.inputs.n > 50"),
        (one, "(context.inputs.n > 50 || context.inputs.m > 1)"),
    ] {
        assert_eq!(rule(actions, when), Vec::<String>::new(), "{when}");
    }
}

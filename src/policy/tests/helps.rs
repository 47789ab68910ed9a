//! What helps where a rule means something else than it says.

use super::mistakes::{policy, when};
use super::{KINDS, PEOPLE, World};

#[test]
fn who_asks_is_in_a_team_and_an_owner_is_no_text() {
    let of = |condition: &str| {
        policy(&format!(
            "permit (principal, action == Action::\"scale\", resource) when {{ {condition} }};"
        ))
    };
    let cases = [
        (
            "principal has teams && principal.teams == Team::\"sre\"",
            "; write `principal in Team::\"sre\"`",
        ),
        (
            "resource.owner like \"c*\"",
            "; `like` is for texts: write `resource.owner == Team::\"...\"`, `||` between several",
        ),
        ("resource.owner has lead", "; did you mean `leader`?"),
        (
            "context.changed < \"x\"",
            "; write `context.changed.contains(Component__path::\"...\")`",
        ),
        (
            "principal in [\"sam\", \"sre\"]",
            "; write `[User::\"sam\", Role::\"sre\"]`",
        ),
        (
            "context.inputs.environment in [\"staging\"]",
            "compare a value with `==`, or write `[...].contains(...)`",
        ),
        (
            "resource.owner.leader == principal.login",
            "; write `resource.owner.leader == principal`",
        ),
        (
            "principal.login == resource.owner.leader",
            "; write `principal == resource.owner.leader`",
        ),
    ];
    for (condition, help) in cases {
        let found = of(condition);
        let first = found.first().map_or("", String::as_str);
        assert!(first.ends_with(help), "{condition}: {found:?}");
    }
}

#[test]
fn the_head_of_a_rule_compares_who_asks_and_what_is_asked_about() {
    let cases = [
        (
            "permit (principal.login == \"sam\", action == Action::\"scale\", resource);",
            "[principal.login] before `when` a rule names `principal` alone; compare it below: `when { principal.login == ... }`",
        ),
        (
            "permit (principal, action == Action::\"scale\", resource.tier == \"x\");",
            "[resource.tier] before `when` a rule names `resource` alone; compare it below: `when { resource.tier == ... }`",
        ),
    ];
    for (rule, told) in cases {
        let found = policy(rule);
        assert!(
            found
                .iter()
                .any(|it| it.starts_with("E0401") && it.ends_with(told)),
            "{rule}: {found:?}"
        );
    }
}

#[test]
fn what_is_below_a_side_of_a_change_is_asked_for_with_it() {
    let found = when("context.after.replicas < 5");
    assert_eq!(
        found,
        [
            "E0403 13:21 [after] `after` may be absent where the rule reads it; test it first: `context has after.replicas && ...`"
        ]
    );
    assert_eq!(
        when("context has after.replicas && context.after.replicas < 5"),
        [""; 0]
    );
}

#[test]
fn an_approval_that_no_number_needs_is_told() {
    let action = "identifier: scale\noperation: day-2\nblueprint: Component\ntrigger: {request: true}\n\
        inputs: {properties: {n: {type: integer, maximum: 50}}, required: [n]}\n\
        approval: [{when: context.inputs.n > 99, by: {users: [sam]}}]\n";
    let found = World::with([("catalog/actions/scale.yaml", action)]).found();
    let is_told =
        |it: &&String| it.starts_with("E0404") && it.contains("`context.inputs.n` is 50 at most");
    assert_eq!(found.iter().filter(is_told).count(), 1, "{found:?}");
}

#[test]
fn an_input_that_only_some_actions_of_a_rule_have_is_asked_for_first() {
    let action = |name: &str, inputs: &str| {
        format!(
            "identifier: {name}\noperation: day-2\nblueprint: Component\ntrigger: {{request: true}}\n\
             inputs: {{properties: {{{inputs}}}}}\n"
        )
    };
    let (scale, restart) = (
        action("scale", "n: {type: integer}"),
        action("restart", "reason: {type: string}"),
    );
    let rule = "permit (principal, action in [Action::\"scale\", Action::\"restart\"], resource) when { context.inputs.n > 1 };";
    let found = World::with([
        ("catalog/actions/scale.yaml", scale.as_str()),
        ("catalog/actions/restart.yaml", restart.as_str()),
        ("catalog/policies/a.cedar", rule),
    ])
    .found();
    let is_told = |it: &String| {
        it.contains("not all actions of this rule have it: `context.inputs has n && ...`")
    };
    assert!(found.iter().any(is_told), "{found:?}");
}

/// That the first finding of each rule ends with a help.
pub(super) fn helped(cases: &[(&str, &str)], rule: impl Fn(&str) -> String) {
    for (part, help) in cases {
        let found = policy(&rule(part));
        let first = found.first().map_or("", String::as_str);
        assert!(first.ends_with(help), "{part}: {found:?}");
    }
}

pub(super) fn condition(of: &str) -> String {
    format!("permit (principal, action == Action::\"scale\", resource) when {{ {of} }};")
}

#[test]
fn a_name_without_its_kind_is_given_the_kind_that_has_it() {
    let cases = [
        (
            "principal == \"lin\"",
            "; write `principal == User::\"lin\"`",
        ),
        (
            "principal in \"lin\"",
            "; write `principal == User::\"lin\"`",
        ),
        (
            "principal == \"checkout\"",
            "; write `principal in Team::\"checkout\"`",
        ),
        (
            "principal in \"sre\"",
            "; write `principal in Role::\"sre\"`",
        ),
        (
            "principal == \"nobody\"",
            "; nothing is called so; write its kind before its name, as in `User::\"...\"`",
        ),
    ];
    helped(&cases, |part| {
        format!("permit ({part}, action == Action::\"scale\", resource);")
    });
    let cases = [
        (
            "action == Action::\"scale\", resource == \"Cart\"",
            "; write its kind before it: `Component::\"Cart\"`",
        ),
        (
            "action == Action::\"scale\", resource == \"basket\"",
            "; nothing is called so; write its kind before its name, as in `Component::\"...\"`",
        ),
        (
            "action == \"scale\", resource",
            "; write its kind before it: `Action::\"scale\"`",
        ),
    ];
    helped(&cases, |part| format!("permit (principal, {part});"));
}

#[test]
fn what_a_person_does_not_have_is_no_part_of_the_context_and_of_no_other_kind() {
    let add = |name: &str| {
        format!("; add the property `{name}` to the blueprint User, or name people and teams")
    };
    let (kind, frozen) = (add("kind"), add("frozen"));
    let cases = [
        ("principal.kind == \"bot\"", kind.as_str()),
        ("principal[\"kind\"] == \"bot\"", &kind),
        ("principal has kind && principal.kind == \"bot\"", &kind),
        ("principal.frozen", &frozen),
        ("principal.logn == \"lin\"", "; did you mean `login`?"),
    ];
    helped(&cases, condition);
}

#[test]
fn computed_values_are_in_no_side_of_a_change_whether_they_have_a_type_or_not() {
    let crates = "identifier: Crate\nschema: {properties: {n: {type: integer}}}\n\
        calculationProperties: {cost: {calculation: .properties.n * 2, type: number}}\n";
    for condition in [
        "context has before.cost && context.before.cost == 3",
        "context has before && context.before.cost == 3",
    ] {
        let rule = format!(
            "permit (principal, action == Action::\"update:Crate\", resource) when {{ {condition} }};"
        );
        let found = World::with([
            ("catalog/blueprints/crate.yaml", crates),
            ("catalog/policies/a.cedar", rule.as_str()),
        ])
        .found();
        let help = "; `before` and `after` have no computed values, and `resource.cost` no type in rules: \
            its calculation is no `string`, `boolean` or `integer`; declare one of these";
        assert!(found[0].ends_with(help), "{found:?}");
    }
}

#[test]
fn a_changed_path_is_known_by_its_end() {
    let cases = [
        (
            "context.changed.contains(Component__path::\"replicas\")",
            "; write `Component__path::\"properties.replicas\"`",
        ),
        (
            "context.changed.contains(Component__path::\"owner\")",
            "; write `Component__path::\"relations.owner\"`",
        ),
    ];
    helped(&cases, condition);
}

#[test]
fn functions_of_moments_are_those_of_datetimes() {
    let week = "; Cedar knows no weekdays: a freeze of the settings has them (docs/refusals.md); \
        a datetime has `toDate`, `toTime`, `offset` and `durationSince`";
    let day = "; a datetime has `toDate`, `toTime`, `offset` and `durationSince`; \
        the time of day is `toTime() >= duration(\"8h\")`";
    let length =
        "; a duration has `toDays`, `toHours`, `toMinutes`, `toSeconds` and `toMilliseconds`";
    let cases = [
        ("context.now.dayOfWeek() == 3", week),
        ("context.inputs.until.getDay() == 3", week),
        ("datetime(\"2026-11-22\").weekday() == 3", week),
        ("context.now.getHours() == 3", day),
        ("context.now.toDate().hour() == 3", day),
        ("context.now.toTime().hours() == 3", length),
        (
            "resource.tags.hours() == 3",
            "; there are `contains`, `containsAll`, `containsAny` and `isEmpty` of sets, and `like` of texts",
        ),
    ];
    helped(&cases, condition);
    let office =
        "context.now.toTime() >= duration(\"8h\") && context.now.toTime() < duration(\"17h\")";
    assert_eq!(policy(&condition(office)), [""; 0]);
}

#[test]
fn a_path_with_a_star_is_meant_to_be_like() {
    let define = |of: &str| {
        format!("permit (principal, action == Action::\"define\", resource) when {{ {of} }};")
    };
    let cases = [
        (
            "context.path == \"catalog/policies/*\"",
            "`context.path like \"catalog/policies/*\"`",
        ),
        (
            "\"catalog/*\" == context.path",
            "`context.path like \"catalog/*\"`",
        ),
        (
            "context.path != \"catalog/*\"",
            "`!(context.path like \"catalog/*\")`",
        ),
    ];
    for (of, help) in cases {
        let found = policy(&define(of));
        let told: Vec<&String> = found.iter().filter(|it| it.starts_with("E0404")).collect();
        assert!(
            told.len() == 1 && told[0].ends_with(help),
            "{of}: {found:?}"
        );
    }
    for of in [
        "context.path like \"catalog/*\"",
        "context.path == \"catalogc.yaml\"",
    ] {
        let found = policy(&define(of));
        assert!(!found.iter().any(|it| it.contains("`*`")), "{found:?}");
    }
}

#[test]
fn roles_are_no_teams_where_there_are_no_roles() {
    let kinds = KINDS
        .replace("  roles: {target: Role, many: true, memberOf: true}\n", "")
        .replace("---\nidentifier: Role\nschema: {properties: {}}\n", "");
    let people = PEOPLE
        .replace("{identifier: sre, blueprint: Role}\n---\n", "")
        .replace(", roles: [sre]", "");
    let found = |named: &str| {
        let action = format!(
            "identifier: scale\noperation: day-2\nblueprint: Component\ntrigger: {{request: true}}\n\
             permissions: {{execute: {named}}}\n"
        );
        let world = World::with([
            ("catalog/blueprints/all.yaml", kinds.as_str()),
            ("catalog/entities/people.yaml", &people),
            ("catalog/actions/scale.yaml", &action),
        ]);
        let may = world.ask(
            "kim",
            "scale",
            ("Component", "Cart"),
            &serde_json::json!({}),
        );
        (world.found(), may.is_allowed())
    };
    let told = |help: &str| {
        vec![format!(
            "E0402 5:33 [admins] no role is called `admins`; {help}"
        )]
    };
    assert_eq!(
        found("{roles: [admins]}"),
        (told("write it under `teams`"), false)
    );
    assert_eq!(found("{teams: admins}"), (Vec::new(), true));
    let (told, _) = found("{roles: [nobody]}");
    assert!(
        told[0]
            .ends_with("which relation leads from a person to a blueprint with `role` in its name"),
        "{told:?}"
    );
}

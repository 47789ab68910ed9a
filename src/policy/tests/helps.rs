//! What helps where a rule means something else than it says.

use super::World;
use super::mistakes::{policy, when};

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
    ];
    for (condition, help) in cases {
        let found = of(condition);
        let first = found.first().map_or("", String::as_str);
        assert!(first.ends_with(help), "{condition}: {found:?}");
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

//! Helps that can be followed: what they say to write has no finding of its own.

use super::World;

const SHELF: &str = r"
identifier: Shelf
schema:
  properties:
    tier: {type: string, enum: [gold, silver]}
    cost: {type: number, multipleOf: 0.01}
    tags: {type: array, items: {type: string}}
    stages: {type: array, items: {type: string, enum: [dev, prod]}}
    envs:
      type: array
      items:
        type: object
        properties: {name: {type: string}, stage: {type: string, enum: [dev, prod]}}
        required: [name, stage]
relations:
  needs: {target: Component, many: true}
  owner: {target: Team}
ownership: {path: owner}
";

/// What is found of a rule.
fn of(rule: &str) -> Vec<String> {
    World::with([
        ("catalog/blueprints/shelf.yaml", SHELF),
        ("catalog/policies/a.cedar", rule),
    ])
    .found()
}

fn update(condition: &str) -> Vec<String> {
    of(&format!(
        "permit (principal, action == Action::\"update:Shelf\", resource) when {{ {condition} }};"
    ))
}

#[test]
fn what_a_help_says_to_write_is_right() {
    for (wrong, help, right) in [
        (
            "context.now.toTime() >= \"08:00\"",
            "write duration(\"8h\")",
            "context.now.toTime() >= duration(\"8h\")",
        ),
        (
            "context.now.toTime() >= duration(\"08:30\")",
            "write it as `duration(\"8h30m\")`",
            "context.now.toTime() >= duration(\"8h30m\")",
        ),
        (
            "resource has cost && resource.cost == \"20\"",
            "write decimal(\"20.0\")",
            "resource has cost && resource.cost == decimal(\"20.0\")",
        ),
        (
            "resource has cost && resource.cost == decimal(\"20\")",
            "write it as `decimal(\"20.0\")`",
            "resource has cost && resource.cost == decimal(\"20.0\")",
        ),
        (
            "resource has tags && resource.tags == \"pci\"",
            "write `resource.tags.contains(\"pci\")`",
            "resource has tags && resource.tags.contains(\"pci\")",
        ),
        (
            "resource has tags && resource.tags != \"pci\"",
            "write `!resource.tags.contains(\"pci\")`",
            "resource has tags && !resource.tags.contains(\"pci\")",
        ),
        (
            "resource has stages && resource.stages == \"dev\"",
            "write `resource.stages.contains(Shelf__stages::\"dev\")`",
            "resource has stages && resource.stages.contains(Shelf__stages::\"dev\")",
        ),
        (
            "resource has envs && resource.envs.contains({name: \"a\", stage: \"dev\"})",
            "write its listed word as `Shelf__envs__stage::\"...\"`",
            "resource has envs && resource.envs.contains({name: \"a\", stage: Shelf__envs__stage::\"dev\"})",
        ),
    ] {
        let found = update(wrong);
        let [one] = found.as_slice() else {
            unreachable!("{wrong}: {found:?}");
        };
        assert!(one.ends_with(&format!("; {help}")), "{one}");
        assert_eq!(update(right), [""; 0], "{right}");
    }
}

#[test]
fn what_never_holds_is_told_at_its_words() {
    for (wrong, told) in [
        (
            "resource.hasTag(\"pci\")",
            "E0404 1:80 [hasTag] nothing of a catalog has tags of Cedar; read a property in its place, as in `resource has labels && resource.labels.contains(\"...\")`",
        ),
        (
            "resource has needs && principal in resource.needs",
            "E0404 1:93 [principal in resource.needs] who asks is no Component and in none; name a relation that leads to people, or to what they are in",
        ),
        (
            "resource has needs && resource.needs.contains(principal)",
            "E0403 1:93 [resource.needs.contains(principal)] a `Component` and a `User` do not go together; who asks is no Component and in none: name a relation to people or to what they are in",
        ),
    ] {
        assert_eq!(update(wrong), [told], "{wrong}");
    }
    assert_eq!(
        update("resource has owner && principal in resource.owner"),
        [""; 0]
    );
    assert_eq!(
        of(
            "permit (principal, action == Action::\"create:Shelf\", resource) when { context has before };"
        ),
        ["E0404 1:83 [before] what is new has no `before`; read `context.after`"]
    );
    assert_eq!(
        of(
            "forbid (principal, action == Action::\"delete:Shelf\", resource) when { context has after };"
        ),
        ["E0403 1:83 [after] what is deleted has no `after`; read `context.before`"]
    );
}

#[test]
fn a_kind_that_no_file_has_is_told() {
    let define = |condition: &str| {
        of(&format!(
            "forbid (principal, action == Action::\"define\", resource) when {{ {condition} }};"
        ))
    };
    for condition in [
        "context.kind == \"polici\"",
        "context.kind != \"polici\"",
        "\"polici\" == context.kind",
        "[\"policy\", \"polici\"].contains(context.kind)",
    ] {
        let told = "[\"polici\"] nothing has the kind `polici`; did you mean `policy`?";
        let found = define(condition);
        assert!(found.iter().any(|it| it.ends_with(told)), "{found:?}");
    }
    let far = define("context.kind == \"zoo\"");
    assert!(
        far.iter()
            .any(|it| it.contains("the kinds are `action`, `baseline`")),
        "{far:?}"
    );
    // What other actions are about is none of those that this one is about.
    for (head, kind, is_told) in [
        ("action == Action::\"define\"", "policy", false),
        ("action == Action::\"define\"", "file", true),
        ("action == Action::\"meta\"", "policy", true),
        ("action == Action::\"override\"", "call", false),
        (
            "action in [Action::\"define\", Action::\"override\"]",
            "guard",
            false,
        ),
    ] {
        let rule =
            format!("forbid (principal, {head}, resource) when {{ context.kind == \"{kind}\" }};");
        let told = "nothing that this rule is about has the kind";
        let found = of(&rule);
        assert_eq!(
            found.iter().any(|it| it.contains(told)),
            is_told,
            "{rule} {found:?}"
        );
    }
}

#[test]
fn a_type_that_is_not_there_is_the_one_with_the_same_last_part() {
    for (written, meant) in [
        ("Shelf__stage", "Shelf__envs__stage"),
        ("Shelf__envs__stag", "Shelf__envs__stage"),
        ("Shlef", "Shelf"),
    ] {
        let found = update(&format!("resource == {written}::\"dev\""));
        let told = format!("did you mean `{meant}`?");
        assert!(
            found.iter().any(|it| it.contains(&told)),
            "{written}: {found:?}"
        );
    }
}

#[test]
fn a_test_that_would_open_a_rule_is_told_with_the_one_that_does_not() {
    let rule = |effect: &str, condition: &str| {
        of(&format!(
            "{effect} (principal, action in Action::\"update\", resource is Shelf) {condition};"
        ))
    };
    let opens = "`if resource has cost then ... else true` does not";
    for (effect, condition, is_told) in [
        ("forbid", "when { resource.cost > decimal(\"1.0\") }", true),
        (
            "forbid",
            "unless { resource.cost > decimal(\"1.0\") }",
            false,
        ),
        ("permit", "when { resource.cost > decimal(\"1.0\") }", false),
        (
            "permit",
            "unless { resource.cost > decimal(\"1.0\") }",
            true,
        ),
    ] {
        let condition = condition.replace(
            "resource.cost > decimal(\"1.0\")",
            "resource.cost.greaterThan(decimal(\"1.0\"))",
        );
        let found = rule(effect, &condition);
        assert_eq!(
            found.iter().any(|it| it.ends_with(opens)),
            is_told,
            "{effect} {condition} {found:?}"
        );
        let closed =
            "if resource has cost then resource.cost.greaterThan(decimal(\"1.0\")) else true";
        let condition = condition.replace("resource.cost.greaterThan(decimal(\"1.0\"))", closed);
        assert!(
            !rule(effect, &condition)
                .iter()
                .any(|it| it.starts_with("E0403")),
            "{condition}"
        );
    }
}

//! Mistakes that people make in rules: where they are shown, in which words, and what helps.

use super::World;

pub(super) const ACTION: &str = r"identifier: scale
operation: day-2
blueprint: Component
trigger: {request: true}
inputs:
  properties:
    replicas: {type: integer}
    environment: {type: string, enum: [production, staging]}
    until: {type: string, format: date-time}
  required: [replicas, environment]
";

/// An action with a condition for its permission and one for its approval.
fn conditional(name: &str, may: &str, asks: &str) -> String {
    format!(
        "identifier: {name}\noperation: day-2\nblueprint: Component\ntrigger: {{request: true}}\n\
         inputs: {{properties: {{n: {{type: integer}}}}, required: [n]}}\n\
         permissions: {{execute: [{{users: [sam], when: '{may}'}}]}}\n\
         approval: [{{when: '{asks}', by: {{users: [kim]}}}}]\n"
    )
}

#[test]
fn no_mistake_is_lost_among_many_actions() {
    const RIGHT: &str = "context.inputs.n < 5";
    const WRONG: &str = "context.inputs.n < \"x\"";
    let wrong = [
        (3, "approval"),
        (30, "execute"),
        (30, "approval"),
        (40, "execute"),
    ];
    let files: Vec<(String, String)> = (0..60)
        .map(|n| {
            let when = |of| {
                if wrong.contains(&(n, of)) {
                    WRONG
                } else {
                    RIGHT
                }
            };
            let name = format!("a{n:02}");
            let text = conditional(&name, when("execute"), when("approval"));
            (format!("catalog/actions/{name}.yaml"), text)
        })
        .collect();
    let files = files
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()));
    let world = World::with(files);
    let (_, findings) = world.rules();
    let mut told: Vec<String> = findings
        .iter()
        .map(|finding| {
            let at =
                crate::text::position(world.snapshot.text(finding.span.file), finding.span.start);
            let path = world.snapshot.path(finding.span.file);
            format!("{} {path}:{}", finding.code.id, at.line)
        })
        .collect();
    told.sort();
    let expected = [(3, 7), (30, 6), (30, 7), (40, 6)];
    let expected = expected.map(|(n, line)| format!("E0403 catalog/actions/a{n:02}.yaml:{line}"));
    assert_eq!(told, expected);
}

/// The findings of one policy.
pub(super) fn policy(text: &str) -> Vec<String> {
    let world = World::with([
        ("catalog/actions/scale.yaml", ACTION),
        ("catalog/policies/a.cedar", text),
    ]);
    world.found()
}

/// The findings of a condition of an action, as YAML has it.
pub(super) fn when(yaml: &str) -> Vec<String> {
    let text = format!("{ACTION}permissions:\n  execute:\n    - when: {yaml}\n");
    World::with([("catalog/actions/scale.yaml", text.as_str())]).found()
}

/// Conditions of a policy about `scale`, and what is said of them.
const CONDITIONS: &[(&str, &[&str])] = &[
    (
        "resource.ownr == principal",
        &["E0402 1:73 [ownr] Component has no attribute `ownr`; did you mean `owner`?"],
    ),
    (
        "resource.owner.lead == principal",
        &["E0402 1:79 [lead] Team has no attribute `lead`; did you mean `leader`?"],
    ),
    (
        "principal.team == \"x\"",
        &["E0402 1:74 [team] User has no attribute `team`; did you mean `teams`?"],
    ),
    (
        "context.input.replicas < 3",
        &["E0402 1:72 [input] the context of `scale` has no `input`; did you mean `inputs`?"],
    ),
    (
        "context.inputs.environment == \"production\"",
        &[
            "E0403 1:94 [\"production\"] a listed word (`scale__environment`) is compared with a string; write scale__environment::\"production\"",
        ],
    ),
    (
        "context.inputs.environment == scale__environment::\"prod\"",
        &[
            "E0402 1:114 [\"prod\"] `prod` is not among the words that `scale__environment` lists; write one of `production`, `staging`, as scale__environment::\"...\"",
        ],
    ),
    (
        "context.inputs.replicas < \"3\"",
        &["E0403 1:90 [\"3\"] an integer is compared with a string; write 3 without quotes"],
    ),
    (
        "resource.replicas < 3",
        &[
            "E0403 1:73 [replicas] `replicas` may be absent where the rule reads it; test it first: `resource has replicas && ...`",
        ],
    ),
    (
        "context.inputs.until < \"2026-01-01\"",
        &[
            "E0403 1:79 [until] `until` may be absent where the rule reads it; test it first: `context.inputs has until && ...`",
            "E0403 1:87 [\"2026-01-01\"] a datetime is compared with a string; write datetime(\"2026-01-01\")",
        ],
    ),
    (
        "context.inputs has until && context.inputs.until < \"2026-01-01\"",
        &[
            "E0403 1:115 [\"2026-01-01\"] a datetime is compared with a string; write datetime(\"2026-01-01\")",
        ],
    ),
    (
        "resource.type = Component__type::\"service\"",
        &["E0401 1:78 [=] `=` compares nothing in Cedar; write `==`"],
    ),
    (
        "resource.my-prop == \"x\"",
        &[
            "E0401 1:76 [prop] `my-prop` cannot stand behind a dot: `-` is a minus there; write `resource[\"my-prop\"]`",
        ],
    ),
    (
        "principal in \"checkout\"",
        &[
            "E0403 1:77 [\"checkout\"] an entity is expected, this is a string; write Team::\"checkout\"",
        ],
    ),
    (
        "resource.type.contains(\"x\")",
        &[
            "E0403 1:64 [resource.type.contains(\"x\")] a set is expected, this is a listed word (`Component__type`); compare it with `==`: Component__type::\"...\"",
        ],
    ),
    (
        "resource.owner == resource.type",
        &[
            "E0404 1:1 [permit] the conditions of this rule can never hold; look for things of two kinds that are compared, or conditions that exclude each other",
        ],
    ),
    (
        "resource.docs == \"x\"",
        &[
            "E0403 1:73 [docs] `docs` may be absent where the rule reads it; test it first: `resource has docs && ...`",
            "E0403 1:81 [\"x\"] an object is compared with a string; -",
        ],
    ),
    (
        "resource has tags && resource.tags.contains(1)",
        &["E0403 1:85 [resource.tags.contains(1)] an integer and a string do not go together; -"],
    ),
    (
        "resource.frozen",
        &[
            "E0403 1:73 [frozen] `frozen` may be absent where the rule reads it; test it first: `resource has frozen && ...`",
        ],
    ),
    (
        "isPerson(principal)",
        &[
            "E0401 1:64 [isPerson(principal)] `isPerson` is not a valid function; there are `contains`, `containsAll`, `containsAny`, `isEmpty`, `datetime`, `duration` and `decimal`",
        ],
    ),
    (
        "context.inputs.replicas + \"1\" > 3",
        &["E0403 1:90 [\"1\"] an integer is compared with a string; write 1 without quotes"],
    ),
    (
        "context.now < now()",
        &["E0401 1:78 [now()] `now` is not a valid function; write `context.now`"],
    ),
    (
        "context.inputs.replicas",
        &[
            "E0403 1:64 [context.inputs.replicas] a boolean is expected, this is an integer; a condition is a comparison, a test or a property of `type: boolean`",
        ],
    ),
    (
        "resource.type == scale__environment::\"staging\"",
        &[
            "E0404 1:64 [resource.type == scale__environment::\"staging\"] `type` has no word of the list `scale__environment`; write `...__type::\"...\"`: `catalogc policy show --schema` has its list",
        ],
    ),
    (
        "context.inputs.environment like \"prod*\"",
        &[
            "E0403 1:64 [context.inputs.environment] a string is expected, this is a listed word (`scale__environment`); compare it with `==`: scale__environment::\"...\"",
        ],
    ),
    (
        "context.before.type == context.after.type",
        &[
            "E0403 1:72 [before] `before` may be absent where the rule reads it; test it first: `context has before && ...`",
            "E0403 1:95 [after] `after` may be absent where the rule reads it; test it first: `context has after && ...`",
        ],
    ),
    (
        "context.inputs.replicas < 9999999999999999999",
        &[
            "E0401 1:90 [9999999999999999999] integer literal `9999999999999999999` is too large; maximum allowed integer literal is `9223372036854775807`",
        ],
    ),
    (
        "[1, \"a\"].contains(context.inputs.replicas)",
        &["E0403 1:64 [[1, \"a\"]] an integer and a string do not go together; -"],
    ),
    (
        "datetime(\"soon\") < context.now",
        &[
            "E0403 1:64 [datetime(\"soon\")] \"soon\" is no datetime; write it as `datetime(\"2026-11-22T14:00:00Z\")`",
        ],
    ),
    (
        "Team::\"checkout\".leader == principal",
        &[
            "E0403 1:81 [leader] `leader` may be absent where the rule reads it; test it first: `Team::\"checkout\" has leader && ...`",
        ],
    ),
];

/// Whole policies.
const POLICIES: &[(&str, &[&str])] = &[
    (
        "permit (principal, action == Action::\"scal\", resource);",
        &["E0402 1:38 [\"scal\"] no action is called `scal`; did you mean `scale`?"],
    ),
    (
        "permit (principal, action == Action::\"sca\", resource);",
        &["E0402 1:38 [\"sca\"] no action is called `sca`; did you mean `scale`?"],
    ),
    (
        "permit (principal, action == action::\"scale\", resource);",
        &[
            "E0401 1:30 [action::\"scale\"] no kind is called `action` in rules; write `Action::\"scale\"`",
        ],
    ),
    (
        "permit (principal, action == Action::\"updte\", resource);",
        &["E0402 1:38 [\"updte\"] no action is called `updte`; did you mean `update`?"],
    ),
    (
        "permit (principal in Team::\"nobody\", action == Action::\"scale\", resource);",
        &["E0402 1:28 [\"nobody\"] no Team is called `nobody`; -"],
    ),
    (
        "permit (principal in Squad::\"x\", action == Action::\"scale\", resource);",
        &[
            "E0402 1:22 [Squad] no kind is called `Squad` in rules; `catalogc policy show --schema` lists what rules can read",
        ],
    ),
    (
        "permit (principal == Component::\"Cart\", action == Action::\"scale\", resource);",
        &[
            "E0404 1:1 [permit] no action is for the principal and the resource of this rule; `catalogc policy show --schema` says for whom and on what each action is",
        ],
    ),
    (
        "permit (principal == Team::\"checkout\", action == Action::\"scale\", resource);",
        &[
            "E0404 1:1 [permit] no action is for the principal and the resource of this rule; who asks is a person: write `principal in Team::\"checkout\"`",
        ],
    ),
    (
        "permit (principal, action == Action::\"scale\", resource is Team);",
        &[
            "E0404 1:1 [permit] no action is for the principal and the resource of this rule; `catalogc policy show --schema` says for whom and on what each action is",
        ],
    ),
    (
        "forbid (principal, action == Action::\"scale\", resource) when { resource.owner == principal };",
        &[
            "E0403 1:64 [resource.owner == principal] `resource.owner` is no person; write `principal in resource.owner`",
        ],
    ),
    (
        "forbid (principal, action == Action::\"scale\", resource) when { resource.type == scale__environment::\"staging\" };",
        &[
            "E0403 1:64 [resource.type == scale__environment::\"staging\"] `type` has no word of the list `scale__environment`; write `...__type::\"...\"`: `catalogc policy show --schema` has its list",
        ],
    ),
    (
        "permit (principal, action == Action::\"scale\", resource)",
        &["E0401 1:55 [)] the rule has no `;` at its end; end the rule with `;`"],
    ),
    (
        "permit (principal, resource) when { true };",
        &[
            "E0401 1:20 [resource] found the variable `resource` where the variable `action` must be used; policy scopes must contain a `principal`, `action`, and `resource` element in that order",
            "E0401 1:28 [] this policy is missing the `resource` variable in the scope; policy scopes must contain a `principal`, `action`, and `resource` element in that order",
        ],
    ),
    (
        "allow (principal, action, resource);",
        &["E0401 1:1 [allow] no rule begins with `allow`; write `permit`"],
    ),
    (
        "permit (principal, action, resource) when { if resource.frozen { true } };",
        &[
            "E0401 1:45 [if] an `if` of Cedar has `then` and `else`, and no braces; write `if ... then ... else ...`, or `... && ...`",
        ],
    ),
    (
        "permit (principal, action in Action::\"update\", resource) when { resource.replicas > 1 };",
        &[
            "E0402 1:74 [replicas] API has no attribute `replicas`; test which kind it is first: `resource is Component && ...`",
            "E0403 1:74 [replicas] `replicas` may be absent where the rule reads it; test it first: `resource has replicas && ...`",
        ],
    ),
    (
        "permit (principal, action in [Action::\"scale\", Action::\"updat\"], resource);",
        &["E0402 1:56 [\"updat\"] no action is called `updat`; did you mean `update`?"],
    ),
];

/// One mistake in every style of YAML, and where its word stands.
const STYLES: &[(&str, &str)] = &[
    ("resource.ownr == principal", "13:22"),
    ("'resource.ownr == principal'", "13:23"),
    ("\"resource.ownr == \\\"x\\\"\"", "13:23"),
    (
        "|\n        true &&\n        resource.ownr == principal",
        "15:18",
    ),
    (
        ">\n        true &&\n        resource.ownr == principal",
        "15:18",
    ),
    ("true &&\n        resource.ownr == principal", "14:18"),
];

#[test]
fn a_mistake_in_a_condition_is_shown_at_its_characters_with_a_way_out() {
    for (condition, expected) in CONDITIONS {
        let text = format!(
            "permit (principal, action == Action::\"scale\", resource) when {{ {condition} }};"
        );
        assert_eq!(policy(&text), *expected, "{condition}");
    }
}

#[test]
fn a_mistake_in_a_policy_is_shown_at_its_characters_with_a_way_out() {
    for (text, expected) in POLICIES {
        assert_eq!(policy(text), *expected, "{text}");
    }
}

#[test]
fn a_condition_in_yaml_is_shown_at_its_characters_in_every_style() {
    for (yaml, place) in STYLES {
        assert_eq!(
            when(yaml),
            [format!(
                "E0402 {place} [ownr] Component has no attribute `ownr`; did you mean `owner`?"
            )],
            "{yaml}"
        );
    }
}

#[test]
fn no_message_has_a_name_that_only_this_program_knows() {
    let all = CONDITIONS
        .iter()
        .chain(POLICIES)
        .flat_map(|(_, found)| *found);
    for message in all {
        for inside in ["policy0", "policy `", "__cedar", "__record", "internal"] {
            assert!(!message.contains(inside), "{message}");
        }
    }
}

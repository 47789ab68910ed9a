//! What people write in rules who know other languages, and what they are told.

use super::mistakes::policy;

/// Conditions, and all that is said of each.
const CONDITIONS: &[(&str, &[&str])] = &[
    (
        "inputs.replicas > 3",
        &["E0401 1:64 [inputs] `inputs` is a part of the context; write `context.inputs.replicas`"],
    ),
    (
        "context.replicas > 3",
        &[
            "E0402 1:72 [replicas] the context of `scale` has no `replicas`; write `context.inputs.replicas`",
        ],
    ),
    (
        "replicas > 3",
        &[
            "E0401 1:64 [replicas] `replicas` is nothing that a rule knows; write `resource.replicas`, `context.inputs.replicas`, or \"replicas\" for a text",
        ],
    ),
    (
        "context.inputs.replicas > 3 and true",
        &["E0401 1:92 [and] Cedar has no `and`; write `&&`"],
    ),
    (
        "context.inputs.replicas > 3 OR true",
        &["E0401 1:92 [OR] Cedar has no `OR`; write `||`"],
    ),
    (
        "context.inputs.replicas > 3 & true",
        &["E0401 1:92 [&] Cedar has no `&`; write `&&`"],
    ),
    (
        "not (context.inputs.replicas > 3)",
        &["E0401 1:64 [not] Cedar has no `not`; write `!(context.inputs.replicas > 3)`"],
    ),
    (
        "not context.inputs.replicas > 3",
        &["E0401 1:64 [not] Cedar has no `not`; write `!(context.inputs.replicas > 3)`"],
    ),
    (
        "context.inputs.replicas => 3",
        &["E0401 1:88 [=>] Cedar has no `=>`; write `>=`"],
    ),
    (
        "context.inputs.replicas > 2.5",
        &[
            "E0401 1:90 [2.5] `2.5` is no whole number; write a whole number, or `x.lessThan(decimal(\"2.5\"))`",
        ],
    ),
    (
        ".inputs.replicas > 3",
        &[
            "E0401 1:64 [.inputs.replicas] `.inputs.replicas` is jq, and a rule is Cedar; write `context.inputs.replicas`",
        ],
    ),
    (
        "true && .entity.properties.frozen",
        &[
            "E0401 1:72 [.entity.properties.frozen] `.entity.properties.frozen` is jq, and a rule is Cedar; write `resource.frozen`",
        ],
    ),
    (
        "context.inputs.env == 3",
        &[
            "E0402 1:79 [env] the context of `scale` has no `inputs.env`; did you mean `environment`?",
        ],
    ),
    (
        "context.inputs.size == 3",
        &[
            "E0402 1:79 [size] the context of `scale` has no `inputs.size`; write `replicas`, `environment` or `until`",
        ],
    ),
    (
        "resource.path == \"x\"",
        &["E0402 1:73 [path] Component has no attribute `path`; write `context.path`"],
    ),
    (
        "context.inputs.replicas > 3;",
        &["E0401 1:91 [;] a condition has no `;`; delete it"],
    ),
    (
        "context.inputs.replicas != null",
        &[
            "E0401 1:91 [null] Cedar has no `null`: what is absent is not there; write `context.inputs has replicas`",
        ],
    ),
    (
        "context.inputs.replicas > 3 && 'a' == 'b'",
        &["E0401 1:95 ['a'] a text stands in double quotes in Cedar; write `\"a\"`"],
    ),
    (
        "context.inputs.replicas in [1, 2]",
        &[
            "E0403 1:64 [context.inputs.replicas] an entity is expected, this is an integer; write `[1, 2].contains(context.inputs.replicas)`",
            "E0403 1:91 [[1, 2]] an entity is expected, this is a set; -",
        ],
    ),
];

/// The same of whole policies.
const POLICIES: &[(&str, &[&str])] = &[
    (
        "permit (principal, action, resource)\npermit (principal, action, resource);",
        &["E0401 1:36 [)] the rule has no `;` at its end; end the rule with `;`"],
    ),
    (
        "permit (principal, action, resource) when { true",
        &["E0401 1:43 [{] `{` is not closed; write `}` where it ends"],
    ),
    (
        "permit (principal, action, resource) when resource.frozen;",
        &["E0401 1:43 [resource] what follows `when` stands in braces; write `when { ... }`"],
    ),
    (
        "permit (principal in Team::checkout, action, resource);",
        &[
            "E0401 1:22 [Team::checkout] the name of an entity is a text: `Team::checkout` has no quotes; write `Team::\"checkout\"`",
        ],
    ),
];

/// The same of sets: what is proposed where one thing stands.
const SETS: &[(&str, &str)] = &[
    (
        "context.changed.contains(\"properties.replicas\")",
        "write `context.changed.contains(Component__path::\"properties.replicas\")`",
    ),
    (
        "context.changed == Component__path::\"properties.replicas\"",
        "write `context.changed.contains(Component__path::\"properties.replicas\")`",
    ),
    (
        "resource has owner && resource.owner.contains(principal)",
        "write `principal in resource.owner`",
    ),
    (
        "context.now < datetime(\"2026-11-24\").offset(duration(\"7days\"))",
        "write it as `duration(\"7d\")`",
    ),
];

#[test]
fn what_is_proposed_for_a_set_is_right() {
    for (condition, expected) in SETS {
        let text = format!(
            "permit (principal, action in Action::\"update\", resource is Component) when {{ {condition} }};"
        );
        let found = policy(&text);
        assert_eq!(found.len(), 1, "{condition}: {found:?}");
        assert!(found.iter().all(|it| it.ends_with(expected)), "{found:?}");
    }
}

#[test]
fn what_another_language_has_is_told_with_what_cedar_has_in_its_place() {
    for (condition, expected) in CONDITIONS {
        let text = format!(
            "permit (principal, action == Action::\"scale\", resource) when {{ {condition} }};"
        );
        assert_eq!(policy(&text), *expected, "{condition}");
    }
}

#[test]
fn a_rule_without_its_end_or_its_braces_is_told_what_is_missing() {
    for (text, expected) in POLICIES {
        assert_eq!(policy(text), *expected, "{text}");
    }
}

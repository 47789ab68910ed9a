//! Mistakes that people make in rules: where they are shown, in which words, and what helps.

use super::World;

const ACTION: &str = r#"identifier: scale
operation: day-2
blueprint: Component
trigger: {request: true}
inputs:
  properties:
    replicas: {type: integer}
    environment: {type: string, enum: [production, staging]}
    until: {type: string, format: date-time}
  required: [replicas, environment]
"#;

/// The findings of one policy.
fn policy(text: &str) -> Vec<String> {
    let world = World::with([
        ("catalog/actions/scale.yaml", ACTION),
        ("catalog/policies/a.cedar", text),
    ]);
    world.found()
}

/// The findings of a condition of an action, as YAML has it.
fn when(yaml: &str) -> Vec<String> {
    let text = format!("{ACTION}permissions:\n  execute:\n    - when: {yaml}\n");
    World::with([("catalog/actions/scale.yaml", text.as_str())]).found()
}

const MISTAKES: &[&str] = &[
    "permit (principal, action == Action::\"scale\", resource) when { resource.ownr == principal };",
    "permit (principal, action == Action::\"scale\", resource) when { resource.owner.lead == principal };",
    "permit (principal, action == Action::\"scale\", resource) when { principal.team == \"x\" };",
    "permit (principal, action == Action::\"scale\", resource) when { context.input.replicas < 3 };",
    "permit (principal, action == Action::\"scale\", resource) when { context.inputs.environment == \"production\" };",
    "permit (principal, action == Action::\"scale\", resource) when { context.inputs.environment == scale__environment::\"prod\" };",
    "permit (principal, action == Action::\"scale\", resource) when { context.inputs.replicas < \"3\" };",
    "permit (principal, action == Action::\"scale\", resource) when { resource.replicas < 3 };",
    "permit (principal, action == Action::\"scale\", resource) when { context.inputs.until < \"2026-01-01\" };",
    "permit (principal, action == Action::\"scale\", resource) when { context.inputs has until && context.inputs.until < \"2026-01-01\" };",
    "permit (principal, action == Action::\"scal\", resource);",
    "permit (principal, action == Action::\"updte\", resource);",
    "permit (principal in Team::\"nobody\", action == Action::\"scale\", resource);",
    "permit (principal in Squad::\"x\", action == Action::\"scale\", resource);",
    "permit (principal == Component::\"Cart\", action == Action::\"scale\", resource);",
    "permit (principal, action == Action::\"scale\", resource is Team);",
    "permit (principal, action == Action::\"scale\", resource) when { resource.type = Component__type::\"service\" };",
    "permit (principal, action == Action::\"scale\", resource) when { resource.my-prop == \"x\" };",
    "permit (principal, action == Action::\"scale\", resource) when { principal in \"checkout\" };",
    "permit (principal, action == Action::\"scale\", resource) when { resource.type.contains(\"x\") };",
    "permit (principal, action == Action::\"scale\", resource) when { resource.owner == resource.type };",
    "permit (principal, action == Action::\"scale\", resource) when { resource.docs == \"x\" };",
    "permit (principal, action == Action::\"scale\", resource) when { resource has tags && resource.tags.contains(1) };",
    "permit (principal, action == Action::\"scale\", resource) when { resource.frozen };",
    "permit (principal, action == Action::\"scale\", resource) when { isPerson(principal) };",
    "permit (principal, action == Action::\"scale\", resource) when { context.inputs.replicas + \"1\" > 3 };",
    "permit (principal, action == Action::\"scale\", resource) when { context.now < now() };",
    "permit (principal, action == Action::\"scale\", resource) when { context.inputs.replicas };",
    "permit (principal, action == Action::\"scale\", resource) when { resource.type == scale__environment::\"staging\" };",
    "permit (principal, action == Action::\"scale\", resource) when { context.inputs.environment like \"prod*\" };",
    "permit (principal, action == Action::\"scale\", resource) when { context.before.type == context.after.type };",
    "permit (principal, action == Action::\"scale\", resource)",
    "permit (principal, resource) when { true };",
    "allow (principal, action, resource);",
    "permit (principal, action, resource) when { if resource.frozen { true } };",
    "permit (principal, action in Action::\"update\", resource) when { resource.replicas > 1 };",
    "permit (principal, action in [Action::\"scale\", Action::\"updat\"], resource);",
    "permit (principal, action == Action::\"scale\", resource) when { context.inputs.replicas < 9999999999999999999 };",
    "permit (principal, action == Action::\"scale\", resource) when { [1, \"a\"].contains(context.inputs.replicas) };",
    "permit (principal, action == Action::\"scale\", resource) when { datetime(\"soon\") < context.now };",
    "permit (principal, action == Action::\"scale\", resource) when { Team::\"checkout\".leader == principal };",
];

#[test]
fn mistakes() {
    for text in MISTAKES {
        println!("{text}");
        for line in policy(text) {
            println!("      {line}");
        }
    }
    for yaml in [
        "resource.ownr == principal",
        "'resource.ownr == principal'",
        "\"resource.ownr == \\\"x\\\"\"",
        "|\n        true &&\n        resource.ownr == principal",
        ">\n        true &&\n        resource.ownr == principal",
    ] {
        println!("{yaml}");
        for line in when(yaml) {
            println!("      {line}");
        }
    }
}

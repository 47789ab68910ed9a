//! What helps where a rule is written as in another language, or at another place.

use super::World;
use super::helps::{condition, helped};
use super::mistakes::{ACTION, policy, when};

#[test]
fn moments_and_numbers_have_no_parts() {
    let day = "a datetime has no `hour`; a datetime has `toDate`, `toTime`, `offset` and `durationSince`; \
        the time of day is `toTime() >= duration(\"8h\")`";
    let sides = "an integer has no `new`; `context.after` has what is set, and `context.before` what was there";
    let cases = [
        ("context.now.hour > 8", day),
        ("context.now has hour", day),
        ("context.inputs.replicas.new > 8", sides),
        (
            "context.inputs.replicas in Team::\"sre\"",
            "an entity is expected, this is an integer; -",
        ),
    ];
    helped(&cases, condition);
}

#[test]
fn inputs_are_read_from_the_context() {
    let cases = [
        (
            "resource.environment == \"x\"",
            "; it is an input: write `context.inputs.environment`",
        ),
        (
            "resource has environment",
            "; it is an input: write `context.inputs.environment`",
        ),
        ("resource.inputs.replicas > 3", "; write `context.inputs`"),
    ];
    helped(&cases, condition);
    let update = "permit (principal, action == Action::\"update:Component\", resource) \
        when { context.inputs.replicas > 3 };";
    let found = policy(update);
    let help = "; only actions of the catalog have inputs: what is set stands in `context.after`";
    assert!(found[0].ends_with(help), "{found:?}");
}

#[test]
fn a_condition_of_yaml_stands_in_no_braces() {
    for braces in [("{{ ", " }}"), ("{ ", " }")] {
        let found = when(&format!(
            "'{}context.inputs.replicas > 3{}'",
            braces.0, braces.1
        ));
        let help = "[{] a condition has no braces of its own; write `context.inputs.replicas > 3`";
        assert!(found.len() == 1 && found[0].ends_with(help), "{found:?}");
    }
}

#[test]
fn an_annotation_that_is_nearly_a_title_is_told() {
    let rule = "permit (principal, action == Action::\"scale\", resource);";
    for word in ["tittle", "Title", "titel"] {
        let found = policy(&format!("@{word}(\"x\") {rule}"));
        let told = format!("[{word}] `@{word}` gives the policy no title; did you mean `title`?");
        assert!(found.len() == 1 && found[0].ends_with(&told), "{found:?}");
    }
    for annotations in ["@title(\"x\") @titel(\"y\")", "@description(\"x\")"] {
        assert_eq!(policy(&format!("{annotations} {rule}")), [""; 0]);
    }
}

#[test]
fn a_test_in_front_of_an_approval_asks_nobody_where_it_fails() {
    let text = format!(
        "{ACTION}permissions: {{execute: {{teams: [checkout]}}}}\n\
         approval: [{{when: 'context.inputs.until > context.now', by: {{teams: [checkout]}}}}]\n"
    );
    let found = World::with([("catalog/actions/scale.yaml", text.as_str())]).found();
    let help = "; test it first: `context.inputs has until && ...`; this asks nobody where there \
        is none, `if context.inputs has until then ... else true` does";
    assert!(found[0].ends_with(help), "{found:?}");
}

#[test]
fn cedar_adds_subtracts_and_multiplies_whole_numbers_alone() {
    let whole = "; Cedar calculates with whole numbers alone: multiply the other side, as in `a * 10 > b * 11`";
    let moved = "; a moment is moved by `t.offset(duration(\"24h\"))`, and `a.durationSince(b)` is between two";
    let cases = [
        (
            "context.inputs.replicas > 3 / 2",
            "Cedar has no `/`; multiply the other side: `a * 2 > b` for `a > b / 2`",
        ),
        (
            "context.inputs.replicas % 2 == 0",
            "Cedar has no `%`; compute it in a property of the blueprint, and read that",
        ),
        ("context.inputs.replicas > 2 * 1.1", whole),
        ("context.inputs.replicas > 1.1 * 2", whole),
        (
            "context.inputs.replicas > 1.1",
            "; write a whole number, or `x.lessThan(decimal(\"1.1\"))`",
        ),
        ("context.now + duration(\"24h\") < context.now", moved),
        (
            "resource has tags && resource.tags contains \"eu\"",
            "; write `resource.tags.contains(\"eu\")`",
        ),
        (
            "context.changed.contains(\"replicas\")",
            "; write `context.changed.contains(Component__path::\"properties.replicas\")`",
        ),
    ];
    helped(&cases, condition);
}

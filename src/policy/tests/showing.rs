//! What short forms become.

use super::{ADMINS, World};
use crate::policy::{About, Written, WrittenAs};

const SCALE: &str = r#"identifier: scale
operation: day-2
blueprint: Component
trigger: {request: true}
inputs: {properties: {replicas: {type: integer}}, required: [replicas]}
permissions:
  execute:
    - {teams: [checkout], roles: [sre], users: [Lin-O], ownedByTeam: true}
    - when: context.inputs.replicas <= 20
    - when: context.inputs.replicas <= "20"
approval:
  - when: context.inputs.replicas > 20
    by: {teams: [platform], owners: before}
    count: 2
"#;

fn shown(about: About<'_>) -> Vec<Written> {
    let world = World::with([
        ("catalog/actions/scale.yaml", SCALE),
        (
            "catalog/policies/z.cedar",
            "// why\n@title(\"those\")\nforbid (principal, action in Action::\"update\", // now\nresource is Box);",
        ),
    ]);
    let (rules, _) = world.rules();
    rules.as_cedar(about)
}

#[test]
fn short_forms_are_shown_as_what_is_decided() {
    let all = shown(About::Everything);
    let names: Vec<(&str, WrittenAs)> = all
        .iter()
        .map(|it| (it.name.as_str(), it.written_as))
        .collect();
    assert_eq!(
        names,
        [
            ("catalog/actions/scale.yaml:8", WrittenAs::Permission),
            ("catalog/actions/scale.yaml:9", WrittenAs::Permission),
            ("catalog/actions/scale.yaml:10", WrittenAs::Permission),
            ("catalog/actions/scale.yaml:12", WrittenAs::Approval),
            ("catalog/policies/admins.cedar:1", WrittenAs::Policy),
            ("catalog/policies/z.cedar:2", WrittenAs::Policy),
        ]
    );
    let cedar = |n: usize| all[n].cedar.clone().unwrap();
    let flat: String = cedar(0).split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(
        flat,
        "permit ( principal, action == Action::\"scale\", resource ) when { principal == User::\"lin\" || \
         principal in Team::\"checkout\" || principal in Role::\"sre\" || principal in context.owners };"
    );
    assert_eq!(
        all[3].cedar.as_deref(),
        Some("context.inputs.replicas > 20")
    );
    assert_eq!(
        all[3].by.as_deref(),
        Some("2 from platform or the owner before")
    );
    assert_eq!(all[5].title.as_deref(), Some("those"));
    assert!(
        cedar(5).contains("@title(\"those\")") && cedar(5).contains("// now"),
        "{}",
        cedar(5)
    );
}

#[test]
fn a_broken_rule_is_shown_and_says_so() {
    let all = shown(About::Everything);
    let broken: Vec<Option<&str>> = all.iter().map(|it| it.broken.as_deref()).collect();
    assert_eq!(
        broken,
        [
            None,
            None,
            Some("an integer is compared with a string"),
            None,
            None,
            None
        ]
    );
}

#[test]
fn the_rules_of_an_action_a_file_or_a_line_are_found() {
    let names = |about| -> Vec<String> { shown(about).into_iter().map(|it| it.name).collect() };
    assert_eq!(names(About::Action("scale")).len(), 4);
    assert_eq!(
        names(About::Action("define")),
        ["catalog/policies/admins.cedar:1"]
    );
    assert_eq!(
        names(About::Action("update:Box")),
        ["catalog/policies/z.cedar:2"]
    );
    assert_eq!(
        names(About::Action("update")),
        ["catalog/policies/z.cedar:2"]
    );
    assert_eq!(
        names(About::Place("catalog/policies/z.cedar", Some(4))),
        ["catalog/policies/z.cedar:2"]
    );
    assert_eq!(
        names(About::Place("catalog/policies/z.cedar", Some(9))),
        Vec::<String>::new()
    );
    assert_eq!(
        names(About::Place("catalog/actions/scale.yaml", None)).len(),
        4
    );
}

#[test]
fn the_schema_is_one_that_the_shown_rules_fit() {
    let world = World::with([("catalog/actions/scale.yaml", SCALE)]);
    let (rules, _) = world.rules();
    let text = rules.schema_text().unwrap();
    let (schema, _) = cedar_policy::Schema::from_cedarschema_str(&text).unwrap();
    let set: cedar_policy::PolicySet = ADMINS.parse().unwrap();
    let validator = cedar_policy::Validator::new(schema);
    let result = validator.validate(&set, cedar_policy::ValidationMode::Strict);
    assert!(result.validation_passed(), "{text}");
    assert!(!text.contains("__cedar"), "{text}");
    assert_eq!(text, rules.schema_text().unwrap());
}

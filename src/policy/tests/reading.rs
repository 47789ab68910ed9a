//! What is wrong with rules is shown at the characters of the user.

use super::{KINDS, PEOPLE, SETTINGS, World};

/// The findings of one policy about updates of components, whose condition this is.
fn condition(text: &str) -> Vec<String> {
    World::policies(&format!(
        "// \u{fc}\n@title(\"\u{fc}\") permit (principal, action in Action::\"update\", resource is Component)\n\
         when {{ \"\u{fc}\" == \"\u{fc}\" && {text} }};"
    ))
    .found()
}

#[test]
fn errors_in_policies_stand_at_their_characters() {
    let table = [
        (
            "resource.ownr == principal",
            "E0402 3:31 [ownr] Component has no attribute `ownr`; did you mean `owner`?",
        ),
        (
            "resource has frozn",
            "E0402 3:35 [frozn] nothing that the rule is about has `frozn`; did you mean `frozen`?",
        ),
        (
            "resource has cost",
            "E0402 3:35 [cost] nothing that the rule is about has `cost`; \
             rules cannot read `cost` of Component: it may be any fraction; `type: integer`, or \
             `multipleOf: 0.01` for a decimal, makes it readable",
        ),
        (
            "resource.type == \"service\"",
            "E0403 3:39 [\"service\"] a listed word (`Component__type`) is compared with a string; \
             write Component__type::\"service\"",
        ),
        (
            "resource.type == Component__type::\"servce\"",
            "E0402 3:56 [\"servce\"] `servce` is not among the words that `Component__type` lists; did you mean `service`?",
        ),
        (
            "resource.replicas > 1",
            "E0403 3:31 [replicas] `replicas` may be absent where the rule reads it; \
             test it first: `resource has replicas && ...`",
        ),
        (
            "context.changed.contains(Component__path::\"properties.repilcas\")",
            "E0402 3:64 [\"properties.repilcas\"] `properties.repilcas` is not among the words that `Component__path` lists; \
             did you mean `properties.replicas`?",
        ),
        (
            "principal in Team::\"chekout\"",
            "E0402 3:41 [\"chekout\"] no Team is called `chekout`; did you mean `checkout`?",
        ),
        (
            "principal in Tem::\"checkout\"",
            "E0402 3:35 [Tem] no kind is called `Tem` in rules; did you mean `Team`?",
        ),
        (
            "Team::\"org\" has leader && Team::\"org\".leader == principal",
            "E0403 3:22 [Team::\"org\"] the rule looks too far, or into an entity that \
             it names itself; begin at `principal`, `resource` or `context`, and follow at most 8 \
             relations",
        ),
    ];
    for (text, expected) in table {
        let found = condition(text);
        assert_eq!(found.first().map(String::as_str), Some(expected), "{text}");
    }
}

#[test]
fn a_rule_that_can_be_read_gives_no_finding() {
    for text in [
        "resource has replicas && resource.replicas < 3",
        "resource.type == Component__type::\"service\" && resource.owner.identifier == \"x\"",
        "resource.owner has leader && resource.owner.leader == principal",
        "context has after.replicas && context.after.replicas < 3",
        "resource has docs.repo && resource.docs.repo like \"https://*\"",
        "resource has tags && resource.tags.contains(\"a\")",
        "[Component__path::\"properties.replicas\"].containsAll(context.changed)",
    ] {
        assert_eq!(condition(text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn every_statement_is_read_whatever_is_wrong_with_its_neighbours() {
    let found = World::policies(
        "permit (principal, action, resource) when { resource. };\n\
         forbid (principle, action, resource);\n\
         permit (principal, action == Action::\"updat\", resource);\n\
         permit (principal, action == Action::\"update\", resource);\n\
         permit (principal, action == Action::\"define\", resource is Component);\n\
         permit (principal == ?principal, action, resource);",
    )
    .found();
    let codes: Vec<&str> = found
        .iter()
        .map(|line| line.split(" [").next().unwrap())
        .collect();
    assert_eq!(
        codes,
        [
            "E0401 1:55",
            "E0401 2:9",
            "E0402 3:38",
            "E0402 4:38",
            "E0404 5:1",
            "E0401 6:22"
        ]
    );
    assert!(
        found[3].ends_with("write `action in Action::\"update\"`"),
        "{}",
        found[3]
    );
}

const SCALE: &str = r#"identifier: scale
operation: day-2
blueprint: Component
trigger: {request: true}
inputs: {properties: {replicas: {type: integer}}, required: [replicas]}
permissions:
  execute:
    - {teams: [sre, chekout], roles: [sre], users: [lni, Lin-O]}
    - when: context.inputs.replicas <= "20"
    - when: "true }; permit (principal, action, resource) when { true"
    - when: >
        "ü" == "ü" &&
        context.inputs.replicsa <= 20
"#;

#[test]
fn errors_in_short_forms_stand_at_their_characters_in_yaml() {
    let world = World::with([("catalog/actions/scale.yaml", SCALE)]);
    assert_eq!(
        world.found(),
        [
            "E0402 8:16 [sre] no team is called `sre`; write it under `roles`",
            "E0402 8:21 [chekout] no team is called `chekout`; did you mean `checkout`?",
            "E0402 8:53 [lni] no person is called `lni`; did you mean `lin`?",
            "E0403 9:40 [\"20\"] an integer is compared with a string; write 20 without quotes",
            "E0401 10:19 [}] unexpected token `}`; -",
            "E0402 13:24 [replicsa] the context of `scale` has no `inputs.replicsa`; did you mean `replicas`?",
        ]
    );
    let (_, findings) = world.rules();
    let related = &findings[3].related[0];
    assert_eq!(world.snapshot.slice(related.span), "integer");
    assert_eq!(related.label, "`replicas` is an integer");
    assert_eq!(findings[3].label, "a string");
}

#[test]
fn who_has_no_owner_is_not_owned_by_a_team() {
    let action = "identifier: greet\noperation: day-2\nblueprint: Team\ntrigger: {request: true}\n\
                  permissions: {execute: {ownedByTeam: true}}\napproval: [{by: {owners: before}}]\n";
    let found = World::with([("catalog/actions/a.yaml", action)]).found();
    assert_eq!(
        found,
        [
            "E0402 5:38 [true] nothing says who owns a Team; add `ownership: {path: ...}` to the blueprint Team",
            "E0402 6:26 [before] nothing says who owns a Team; add `ownership: {path: ...}` to the blueprint Team",
        ]
    );
}

#[test]
fn settings_must_say_who_a_person_is() {
    let found = |settings: &str| {
        let world = World::with([("catalogc.yaml", settings)]);
        world.found().join("\n")
    };
    assert_eq!(
        found("people: {blueprint: Usr}"),
        "E0405 1:21 [Usr] no blueprint is called `Usr`; did you mean `User`?"
    );
    assert_eq!(
        found("people: {blueprint: User, login: properties.logn}"),
        "E0405 1:34 [properties.logn] User has no property `logn`; did you mean `login`?"
    );
    assert_eq!(
        found("people: {blueprint: User, login: properties.number}"),
        "E0405 1:34 [properties.number] `number` of User is no string; name a property of type `string`"
    );
    assert!(
        found("{}").starts_with("E0405 1:1 [permit"),
        "{}",
        found("{}")
    );
}

#[test]
fn two_people_with_one_login_are_neither() {
    let people =
        format!("{PEOPLE}---\n{{identifier: eve, blueprint: User, properties: {{login: KIM}}}}\n");
    let world = World::with([("catalog/entities/people.yaml", people.as_str())]);
    let found = world.found();
    assert_eq!(
        found,
        [
            "E0211 18:56 [kim] two people have the login `kim`; \
             correct one of the two; until then neither is known",
            "E0406 1:14 [enforced] only theo may change definitions, two people must; \
             permit `Action::\"define\"` to two people or more in a policy",
        ]
    );
    assert!(!world.may("kim", "update"));
}

#[test]
fn an_enforced_catalog_has_two_people_who_may_define() {
    let found = |policy: &str| World::with([("catalog/policies/admins.cedar", policy)]).found();
    assert!(found("")[0].starts_with("E0406 1:14 [enforced] nobody may change definitions"));
    let one = "permit (principal == User::\"kim\", action == Action::\"define\", resource);";
    assert!(found(one)[0].starts_with("E0406 1:14 [enforced] only kim may change definitions"));
    let two = "permit (principal in Team::\"admins\", action == Action::\"define\", resource);";
    assert_eq!(found(two), Vec::<String>::new());
    let open = SETTINGS.replace("enforced", "open");
    let world = World::with([
        ("catalogc.yaml", open.as_str()),
        ("catalog/policies/admins.cedar", ""),
    ]);
    assert_eq!(world.found(), Vec::<String>::new());
}

#[test]
fn blueprints_and_actions_need_names_that_rules_can_say() {
    let kinds = format!(
        "{KINDS}---\n{{identifier: my-kind, schema: {{properties: {{}}}}}}\n\
         ---\n{{identifier: my_kind, schema: {{properties: {{}}}}}}\n\
         ---\n{{identifier: Action, schema: {{properties: {{}}}}}}\n\
         ---\n{{identifier: a__b, schema: {{properties: {{}}}}}}\n"
    );
    let action = |name: &str| {
        format!(
            "identifier: {name}\noperation: day-2\nblueprint: Component\ntrigger: {{request: true}}\n"
        )
    };
    let world = World::with([
        ("catalog/blueprints/all.yaml", kinds.as_str()),
        ("catalog/actions/a.yaml", &action("update")),
        ("catalog/actions/b.yaml", &action("break_glass")),
    ]);
    let found = world.found();
    let shown: Vec<&str> = found
        .iter()
        .map(|line| line.split(';').next().unwrap())
        .collect();
    assert_eq!(
        shown
            .iter()
            .map(|line| line.split_once("] ").unwrap().1)
            .collect::<Vec<_>>(),
        [
            "`update` is the name of a built-in action",
            "`break_glass` is the name of a built-in action",
            "`my-kind` and `my_kind` are both `my_kind` in rules",
            "rules cannot call a blueprint `Action`, the name is taken",
            "rules cannot call a blueprint `a__b`, `__` stands between the name of a blueprint and that of its property",
        ]
    );
}

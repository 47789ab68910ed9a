//! Who may do what, and in which words it is said.

use serde_json::Map;
use serde_json::json;

use super::{ADMINS, SETTINGS, World, words};
use crate::policy::{ActionName, BuiltIn, Principal, Question, Resource};
use crate::text::Text;

const CART: (&str, &str) = ("Component", "Cart");

/// The rule of the origin article: to production only by who leads the team that owns it.
const DEPLOY: &str = "// who may deploy\n\
    @title(\"who leads the owner\")\n\
    permit (principal, action == Action::\"deploy\", resource)\n\
    when { context.inputs.environment == deploy__environment::\"production\"\n\
    && resource.owner has leader && resource.owner.leader == principal };\n\
    @title(\"an environment that is not production\")\n\
    permit (principal in Team::\"org\", action == Action::\"deploy\", resource)\n\
    when { context.inputs.environment != deploy__environment::\"production\" };\n";

const ACTIONS: &str = r"
identifier: deploy
operation: day-2
blueprint: Component
trigger: {request: true}
inputs:
  properties: {environment: {type: string, enum: [staging, production]}, share: {type: number}}
  required: [environment]
---
identifier: scale
operation: day-2
blueprint: Component
trigger: {changed: [properties.replicas]}
inputs: {properties: {replicas: {type: integer}}, required: [replicas]}
permissions:
  execute:
    - {teams: [checkout], roles: [sre], ownedByTeam: true, when: context.inputs.replicas <= 20}
    - {users: [kim]}
---
identifier: open_box
operation: delete
blueprint: Box
trigger: {deleted: true, expired: true}
permissions: {execute: {ownedByTeam: true}}
---
identifier: publish
operation: day-2
blueprint: API
trigger: {request: true}
permissions: {execute: {ownedByTeam: true}}
";

fn world(policies: &str) -> World {
    World::with([
        ("catalog/actions/all.yaml", ACTIONS),
        ("catalog/policies/deploy.cedar", policies),
    ])
}

#[test]
fn only_who_leads_the_owner_deploys_to_production() {
    let world = world(DEPLOY);
    assert_eq!(world.found(), Vec::<String>::new());
    let production = json!({"environment": "production"});
    let staging = json!({"environment": "staging", "share": 0.5});
    for (login, to_production, to_staging) in [
        ("sam", true, true),
        ("ada", false, true),
        ("Lin-O", false, true),
        ("kim", false, false),
    ] {
        let may = |inputs| world.ask(login, "deploy", CART, inputs).is_allowed();
        assert_eq!(
            (may(&production), may(&staging)),
            (to_production, to_staging),
            "{login}"
        );
    }
    let denied = world.ask("lin-o", "deploy", CART, &production);
    assert_eq!(
        words(&denied),
        [
            "Lin-O does not lead platform, the owner",
            "for an environment that is not production"
        ]
    );
    assert_eq!(denied.could, ["sam"]);
    assert_eq!(
        denied.reasons[0].rule.as_deref(),
        Some("catalog/policies/deploy.cedar:2")
    );
    let place = denied.reasons[1].place.unwrap();
    assert!(
        world
            .snapshot
            .slice(place)
            .starts_with("@title(\"an environment")
    );
    let allowed = world.ask("sam", "deploy", CART, &production);
    assert_eq!(words(&allowed), ["sam leads platform, the owner"]);
}

#[test]
fn short_forms_say_which_of_their_names_holds() {
    let world = world("");
    let scale = |login: &str, replicas: i64| {
        world.ask(login, "scale", CART, &json!({"replicas": replicas}))
    };
    assert_eq!(words(&scale("ADA", 5)), ["ada is in checkout"]);
    assert_eq!(words(&scale("sam", 5)), ["sam is in sre"]);
    assert_eq!(words(&scale("kim", 50)), ["kim is named"]);
    let denied = scale("theo", 50);
    assert_eq!(
        words(&denied),
        [
            "for kim, not for theo",
            "for checkout, sre or the owner, platform, not for theo, needs context.inputs.replicas <= 20",
        ]
    );
    assert_eq!(denied.could, ["kim"]);
    assert_eq!(
        denied.reasons[1].rule.as_deref(),
        Some("catalog/actions/all.yaml:17")
    );
    let owner = world.ask("ada", "open_box", ("Box", "box"), &json!({}));
    assert_eq!(words(&owner), ["ada is its owner"]);
    let inherited = world.ask("sam", "publish", ("API", "CartAPI"), &json!({}));
    assert_eq!(words(&inherited), ["sam is in platform, the owner"]);
}

#[test]
fn forbid_beats_permit() {
    let world = World::policies(
        "permit (principal, action in Action::\"update\", resource);\n\
         @title(\"what is of platform\")\n\
         forbid (principal == User::\"ada\", action, resource is Component)\n\
         when { resource.owner == Team::\"platform\" };",
    );
    let denied = world.ask("ada", "update", CART, &json!({}));
    assert_eq!(words(&denied), ["forbidden for what is of platform"]);
    assert_eq!(denied.could, ["Lin-O", "kim", "sam", "theo"]);
    assert!(world.may("sam", "update"));
}

#[test]
fn what_no_rule_permits_is_denied_when_permissions_are_enforced() {
    let world = world("");
    let denied = world.ask("kim", "update", CART, &json!({}));
    assert_eq!(words(&denied), ["no rule permits it"]);
    assert_eq!(denied.could, Vec::<Text>::new());
    assert!(
        !world
            .ask("sam", "deploy", CART, &json!({"environment": "staging"}))
            .is_allowed()
    );
}

#[test]
fn an_open_catalog_lets_pass_what_no_rule_names() {
    let settings = SETTINGS.replace("enforced", "open");
    let open = |policies: &str| {
        World::with([
            ("catalogc.yaml", settings.as_str()),
            ("catalog/actions/all.yaml", ACTIONS),
            ("catalog/policies/admins.cedar", policies),
        ])
    };
    let world = open(DEPLOY);
    let production = json!({"environment": "production"});
    for login in ["ada", "stranger"] {
        let passed = world.ask(login, "update", CART, &json!({}));
        assert_eq!(words(&passed), ["open catalog: no rule for it"], "{login}");
        assert!(
            !world.ask(login, "deploy", CART, &production).is_allowed(),
            "{login}"
        );
        assert!(
            !world
                .ask(login, "open_box", ("Box", "box"), &json!({}))
                .is_allowed()
                || login == "ada"
        );
    }
    assert!(
        open("")
            .ask("stranger", "deploy", CART, &production)
            .is_allowed()
    );
    let forbidden = open("forbid (principal, action in Action::\"update\", resource);");
    assert!(!forbidden.may("ada", "update"));
    assert!(!forbidden.may("stranger", "update"));
    let bare = World::with([
        ("catalogc.yaml", "permissions: open"),
        ("catalog/policies/admins.cedar", ""),
    ]);
    let passed = bare.ask("anyone", "update", CART, &json!({}));
    assert_eq!(words(&passed), ["open catalog: no rule exists"]);
}

#[test]
fn an_actor_who_is_nobody_is_denied_when_permissions_are_enforced() {
    let world = World::policies("permit (principal, action, resource);");
    let denied = world.ask("mallory", "update", CART, &json!({}));
    assert_eq!(words(&denied), ["mallory is nobody in the catalog"]);
    assert!(world.may("theo", "update"));
    let (rules, _) = world.rules();
    assert_eq!(
        rules.person("LIN-o", None),
        Principal::Person(world.id("User", "lin"))
    );
    assert_eq!(
        rules.person("lin-o", Some("7")),
        Principal::Person(world.id("User", "lin"))
    );
    assert_eq!(
        rules.person("lin-o", Some("8")),
        Principal::Stranger {
            login: Text::from("lin-o"),
            why: Text::from(
                "the login lin-o belongs to another account (id 8) than the catalog's Lin-O (id 7)"
            ),
        }
    );
    assert_eq!(
        rules.person("l\u{456}n-o", None),
        Principal::Unknown(Text::from("l\u{456}n-o"))
    );
}

#[test]
fn meta_is_permitted_unless_forbidden() {
    let asked = |policies: &str, login: &str, built_in: BuiltIn| {
        let world = World::policies(policies);
        let (rules, _) = world.rules();
        let actor = rules.person(login, None);
        rules
            .decide(&Question {
                actor: &actor,
                action: ActionName::BuiltIn(built_in),
                resource: Resource::Root {
                    kind: "policy",
                    path: "catalog/policies/a.cedar",
                },
                inputs: &Map::new(),
                changed: &[],
                after: None,
                cause: None,
            })
            .is_allowed()
    };
    assert!(asked("", "ada", BuiltIn::Meta));
    assert!(!asked("", "stranger", BuiltIn::Meta));
    assert!(!asked(
        "forbid (principal, action == Action::\"meta\", resource);",
        "ada",
        BuiltIn::Meta
    ));
    assert!(asked("", "kim", BuiltIn::Define));
    assert!(!asked("", "ada", BuiltIn::Define));
    let by_kind = "permit (principal, action == Action::\"define\", resource) when { context.kind == \"policy\" };";
    assert!(asked(by_kind, "ada", BuiltIn::Define));
}

#[test]
fn the_clock_may_do_what_expires_and_nothing_else() {
    let ask = |policies: &str, name: &str, action: &str, entity: (&str, &str)| {
        let world = world(policies);
        let (rules, _) = world.rules();
        let actor = Principal::System(Text::from(name));
        let decision = rules.decide(&Question {
            actor: &actor,
            action: ActionName::Catalog(action),
            resource: Resource::Entity(world.id(entity.0, entity.1)),
            inputs: json!({"replicas": 1})
                .as_object()
                .filter(|_| action == "scale")
                .unwrap_or(&Map::new()),
            changed: &[],
            after: None,
            cause: None,
        });
        decision.is_allowed()
    };
    assert!(ask("", "expiry", "open_box", ("Box", "box")));
    assert!(!ask("", "other", "open_box", ("Box", "box")));
    assert!(!ask(
        "permit (principal, action, resource);",
        "expiry",
        "scale",
        CART
    ));
    let kept = "forbid (principal, action == Action::\"open_box\", resource) when { resource.identifier == \"box\" };";
    assert!(!ask(kept, "expiry", "open_box", ("Box", "box")));
    let spared = "forbid (principal, action == Action::\"open_box\", resource) unless { principal is System };";
    assert!(ask(spared, "expiry", "open_box", ("Box", "box")));
}

#[test]
fn what_a_question_must_not_hold_is_denied() {
    let world = world(DEPLOY);
    for (inputs, why) in [
        (json!({}), "the input `environment` is missing"),
        (
            json!({"environment": "moon"}),
            "the input `environment` is not one of its listed words",
        ),
        (
            json!({"environment": 3}),
            "the input `environment` is not one of its listed words",
        ),
        (
            json!({"environment": "staging", "x": 1}),
            "there is no input `x`",
        ),
    ] {
        let denied = world.ask("sam", "deploy", CART, &inputs);
        assert!(!denied.is_allowed());
        assert!(words(&denied)[0].starts_with(why), "{:?}", words(&denied));
    }
    let wrong = world.ask(
        "sam",
        "deploy",
        ("API", "CartAPI"),
        &json!({"environment": "staging"}),
    );
    assert_eq!(words(&wrong), ["`deploy` is not for a API"]);
    let missing = world.ask("sam", "fly", CART, &json!({}));
    assert_eq!(words(&missing), ["no action is called `fly` on the target"]);
}

#[test]
fn decisions_do_not_depend_on_the_order_of_policies() {
    let one = "permit (principal in Team::\"org\", action in Action::\"update\", resource);\n";
    let two = "forbid (principal, action, resource is Component) when { resource.identifier == \"x\" };\n";
    let forward = World::policies(&format!("{one}{two}{ADMINS}"));
    let backward = World::policies(&format!("{ADMINS}{two}{one}"));
    for login in ["ada", "sam", "kim"] {
        assert_eq!(forward.may(login, "update"), backward.may(login, "update"));
        assert_eq!(forward.may(login, "update"), login != "kim");
    }
}

#[test]
fn rules_can_be_asked_by_many_threads_at_once() {
    let world = world(DEPLOY);
    let (rules, _) = world.rules();
    let inputs = json!({"environment": "production"});
    let ask = |login: &str| {
        let actor = rules.person(login, None);
        rules.decide(&Question {
            actor: &actor,
            action: ActionName::Catalog("deploy"),
            resource: Resource::Entity(world.id(CART.0, CART.1)),
            inputs: inputs.as_object().unwrap(),
            changed: &[],
            after: None,
            cause: None,
        })
    };
    let alone = [ask("sam"), ask("ada")];
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| [ask("sam"), ask("ada")]))
            .collect();
        for thread in threads {
            assert_eq!(thread.join().unwrap(), alone);
        }
    });
}

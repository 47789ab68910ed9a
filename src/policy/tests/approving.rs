//! Claims of new entities, both sides of a change, and who must agree.

use serde_json::Map;
use serde_json::json;

use super::{PEOPLE, THINGS, World, words};
use crate::model::action::Side;
use crate::policy::{ActionName, BuiltIn, Need, Question, Resource};

const ACTIONS: &str = r"
identifier: move
operation: day-2
blueprint: Component
trigger: {changed: [relations.owner]}
inputs: {properties: {replicas: {type: integer}}}
permissions: {execute: {teams: [org]}}
approval:
  - by: {owners: [before, after]}
  - when: context.inputs has replicas && context.inputs.replicas > 20
    by: {teams: [sre, admins], users: [ada]}
    count: 2
---
identifier: ship
operation: create
blueprint: Component
trigger: {created: true}
permissions: {execute: {ownedByTeam: true}}
---
identifier: expose
operation: create
blueprint: API
trigger: {created: true}
permissions: {execute: {ownedByTeam: true}}
";

fn world(things: &str, policies: &str) -> World {
    let actions = ACTIONS.replace("[sre, admins]", "[platform, admins]");
    World::with([
        ("catalog/entities/things.yaml", things),
        ("catalog/actions/all.yaml", actions.as_str()),
        ("catalog/policies/a.cedar", policies),
    ])
}

fn shown(needs: &[Need]) -> Vec<String> {
    let logins = |need: &Need| {
        let logins: Vec<&str> = need
            .candidates
            .iter()
            .map(|(login, _)| login.as_str())
            .collect();
        logins.join(" ")
    };
    needs
        .iter()
        .map(|need| format!("{}: {}", need.words, logins(need)))
        .collect()
}

/// The needs of a change of Cart by lin, from the target to the result.
fn needs(target: &World, result: &World, action: ActionName<'_>, replicas: i64) -> Vec<Need> {
    let (rules, _) = target.rules();
    let actor = rules.person("lin-o", None);
    let inputs = match action {
        ActionName::Catalog(_) => json!({"replicas": replicas}),
        ActionName::BuiltIn(_) => json!({}),
    };
    rules.approvals(&Question {
        actor: &actor,
        action,
        resource: Resource::Entity(target.id("Component", "Cart")),
        inputs: inputs.as_object().unwrap(),
        changed: &["relations.owner".to_owned()],
        after: Some((
            &result.catalog,
            result
                .catalog
                .entity(result.id("Component", "Cart"))
                .unwrap(),
        )),
        cause: None,
    })
}

#[test]
fn both_sides_of_a_change_of_owner_must_agree() {
    let target = world(THINGS, "");
    let result = world(&THINGS.replace("owner: platform", "owner: checkout"), "");
    let both = [
        "1 from platform, the owner before: sam",
        "1 from checkout, the owner after: Lin-O ada",
    ];
    let written = needs(&target, &result, ActionName::Catalog("move"), 5);
    assert_eq!(shown(&written), both);
    assert_eq!(written[0].side, Some(Side::Before));
    let place = written[0].place;
    assert_eq!(target.snapshot.slice(place), "by");
    let built_in = needs(&target, &result, ActionName::BuiltIn(BuiltIn::Update), 0);
    assert_eq!(shown(&built_in), both);
    // That it is true already makes it no smaller change.
    let recorded = needs(&target, &result, ActionName::BuiltIn(BuiltIn::Record), 0);
    assert_eq!(shown(&recorded), both);
    let same = needs(&target, &target, ActionName::BuiltIn(BuiltIn::Update), 0);
    assert_eq!(same, []);
}

#[test]
fn an_owner_that_is_renamed_is_the_same_owner() {
    let target = world(THINGS, "");
    let renamed = |more: &str| {
        let things = THINGS.replace("owner: platform", "owner: rails");
        let people = PEOPLE
            .replace(
                "{identifier: platform,",
                "{identifier: rails, movedFrom: platform,",
            )
            .replace("[platform]", "[rails]");
        World::with([
            (
                "catalog/entities/people.yaml",
                format!("{people}{more}").as_str(),
            ),
            ("catalog/entities/things.yaml", things.as_str()),
        ])
    };
    let update = ActionName::BuiltIn(BuiltIn::Update);
    assert_eq!(needs(&target, &renamed(""), update, 0), []);
    // What two say that they were is neither of them: an owner whom nobody knows.
    let twice = renamed("---\n{identifier: mine, blueprint: Team, movedFrom: platform}\n");
    let asked = [
        "1 from platform, the owner before: sam",
        "1 from rails, the owner after: ",
    ];
    assert_eq!(shown(&needs(&target, &twice, update, 0)), asked);
}

#[test]
fn a_request_leaves_the_owner_as_it_is() {
    let target = world(THINGS, "");
    let (rules, _) = target.rules();
    let actor = rules.person("ada", None);
    let needs = rules.approvals(&Question {
        actor: &actor,
        action: ActionName::Catalog("move"),
        resource: Resource::Entity(target.id("Component", "Cart")),
        inputs: &Map::new(),
        changed: &[],
        after: None,
        cause: None,
    });
    assert_eq!(shown(&needs)[1], "1 from platform, the owner after: sam");
}

#[test]
fn a_condition_asks_when_it_holds_or_cannot_be_decided() {
    let target = world(THINGS, "");
    let more = needs(&target, &target, ActionName::Catalog("move"), 21);
    assert_eq!(
        shown(&more)[2],
        "2 from ada, platform or admins: ada kim sam theo"
    );
    assert_eq!(more[2].count, 2);
    let broken = world(&THINGS.replace("replicas: 3", "replicas: x"), "");
    assert_eq!(
        needs(&broken, &broken, ActionName::Catalog("move"), 1).len(),
        3
    );
}

#[test]
fn an_owner_who_cannot_be_is_a_warning() {
    let action = "identifier: make\noperation: create\nblueprint: Box\ntrigger: {created: true}\n\
                  approval: [{by: {owners: [before, after]}}]\n";
    let found = World::with([("catalog/actions/a.yaml", action)]).found();
    assert_eq!(
        found,
        ["E0404 5:27 [before] what is new has no owner before; write `after`"]
    );
}

#[test]
fn an_owner_that_the_target_does_not_have_has_no_members() {
    let target = world(THINGS, "");
    let things = format!(
        "{}---\n{{identifier: fresh, blueprint: Team, relations: {{leader: lin}}}}\n",
        THINGS.replace("owner: platform", "owner: fresh")
    );
    let result = world(&things, "");
    let needs = needs(&target, &result, ActionName::Catalog("move"), 1);
    assert_eq!(shown(&needs)[1], "1 from fresh, the owner after: ");
}

/// Whether a person may create an entity that only the result has, and the words.
fn create(policies: &str, document: &str, login: &str, action: ActionName<'_>) -> (bool, String) {
    let target = world(THINGS, policies);
    let result = world(&format!("{THINGS}---\n{document}\n"), policies);
    let (rules, findings) = target.rules();
    let warned: Vec<&str> = findings.iter().map(|finding| finding.code.id).collect();
    assert_eq!(
        warned,
        ["E0404"],
        "`ship` says `ownedByTeam` of what is new"
    );
    let actor = rules.person(login, None);
    let entity = result.catalog.entities().map(|(_, entity)| entity);
    let entity = entity
        .into_iter()
        .find(|entity| entity.identifier.value == "new")
        .unwrap();
    let decision = rules.decide(&Question {
        actor: &actor,
        action,
        resource: Resource::Proposed(&result.catalog, entity),
        inputs: &Map::new(),
        changed: &[],
        after: None,
        cause: None,
    });
    (decision.is_allowed(), words(&decision).join("; "))
}

const NEW: &str = "{identifier: new, blueprint: Component, properties: {type: service}, relations: {owner: checkout}}";

#[test]
fn a_new_entity_does_not_prove_who_owns_it() {
    let (may, why) = create("", NEW, "ada", ActionName::Catalog("ship"));
    assert!(!may);
    assert_eq!(
        why,
        "for the owner, whom the target does not know, not for ada"
    );
    let api = "{identifier: new, blueprint: API, relations: {provider: Cart}}";
    assert!(create("", api, "sam", ActionName::Catalog("expose")).0);
    assert!(!create("", api, "ada", ActionName::Catalog("expose")).0);
    let of_new =
        format!("{NEW}\n---\n{{identifier: other, blueprint: API, relations: {{provider: new}}}}");
    assert!(!create("", &of_new, "ada", ActionName::Catalog("ship")).0);
}

#[test]
fn a_policy_may_believe_what_a_new_entity_says() {
    let believes = "permit (principal, action == Action::\"ship\", resource) \
        when { principal in resource.owner };";
    let ship = ActionName::Catalog("ship");
    assert!(create(believes, NEW, "ada", ship).0);
    assert!(!create(believes, NEW, "sam", ship).0);
    let unknown = NEW.replace("owner: checkout", "owner: nowhere");
    assert!(!create(believes, &unknown, "ada", ship).0);
    let looks = "permit (principal, action == Action::\"ship\", resource) \
        when { resource.owner has leader && resource.owner.leader == principal };";
    assert!(create(looks, NEW, "ada", ship).0);
    let (may, why) = create(looks, &unknown, "ada", ship);
    assert!(!may, "{why}");
}

#[test]
fn rules_can_compare_before_and_after() {
    let policy = "permit (principal, action in Action::\"update\", resource is Component) when {\n\
        context has before.replicas && context has after.replicas &&\n\
        context.after.replicas > context.before.replicas &&\n\
        context.after.owner == resource.owner && principal in context.after.owner };";
    let target = world(THINGS, policy);
    let (rules, _) = target.rules();
    let may = |things: &str, login: &str| {
        let result = world(things, policy);
        let actor = rules.person(login, None);
        let question = Question {
            actor: &actor,
            action: ActionName::BuiltIn(BuiltIn::Update),
            resource: Resource::Entity(target.id("Component", "Cart")),
            inputs: &Map::new(),
            changed: &[],
            after: Some((
                &result.catalog,
                result
                    .catalog
                    .entity(result.id("Component", "Cart"))
                    .unwrap(),
            )),
            cause: None,
        };
        rules.decide(&question).is_allowed()
    };
    let more = THINGS.replace("replicas: 3", "replicas: 5");
    assert!(may(&more, "sam"));
    assert!(!may(&more, "ada"));
    assert!(!may(THINGS, "sam"));
    assert!(!may(
        &more.replace("owner: platform", "owner: checkout"),
        "sam"
    ));
}

#[test]
fn who_asks_is_not_counted_among_those_who_can_agree() {
    let never = "1 person must agree, and the only one who can is the one who asks";
    let two = "2 people must agree, and of the 2 who can one always asks";
    for (execute, approval, told) in [
        ("{users: kim}", "{by: {users: kim}}", Some(never)),
        (
            "{users: [kim, theo]}",
            "{by: {teams: admins}, count: 2}",
            Some(two),
        ),
        ("{roles: sre}", "{by: {teams: platform}}", Some(never)),
        (
            "{teams: admins, when: 'true'}",
            "{by: {teams: admins}, count: 2}",
            Some(two),
        ),
        ("{teams: admins}", "{by: {users: kim}}", None),
        (
            "{users: [kim, sam]}",
            "{by: {teams: admins}, count: 2}",
            None,
        ),
        (
            "[{users: kim}, {teams: checkout}]",
            "{by: {users: kim}}",
            None,
        ),
        (
            "[{users: kim}, {ownedByTeam: true}]",
            "{by: {users: kim}}",
            None,
        ),
        ("[{users: kim}, {when: 'true'}]", "{by: {users: kim}}", None),
    ] {
        let action = format!(
            "identifier: scale\noperation: day-2\nblueprint: Component\ntrigger: {{request: true}}\n\
             permissions: {{execute: {execute}}}\napproval: [{approval}]\n"
        );
        let path = "catalog/actions/scale.yaml";
        let found = World::with([(path, action.as_str())]).found();
        let found = found.iter().find(|it| it.starts_with("E0412"));
        match told {
            Some(told) => assert!(found.is_some_and(|it| it.contains(told)), "{found:?}"),
            None => assert_eq!(found, None, "{execute} {approval}"),
        }
        // The clock is nobody, and asks too.
        let by_clock = action.replace("{request: true}", "{expired: true}");
        let found = World::with([(path, by_clock.as_str())]).found();
        assert!(!found.iter().any(|it| it.starts_with("E0412")), "{found:?}");
        // A policy may let others ask.
        let policy = "permit (principal, action == Action::\"scale\", resource);\n";
        let more = [
            (path, action.as_str()),
            ("catalog/policies/a.cedar", policy),
        ];
        let found = World::with(more).found();
        assert!(!found.iter().any(|it| it.starts_with("E0412")), "{found:?}");
    }
}

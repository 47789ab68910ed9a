//! `catalogc can` and `catalogc who-can`, as people and programs use them.

use serde_json::Value as Json;

use crate::program::{Ran, run};
use crate::repository::Git;

mod alike;
mod beside;
mod claimed;
mod frozen;
mod moment;

const KINDS: &str = "\
identifier: User
schema: {properties: {pin: {type: string, secret: true}}}
relations: {teams: {target: Team, many: true, memberOf: true}}
---
identifier: Team
schema: {properties: {}}
relations: {parent: {target: Team, memberOf: true}, leader: {target: User}}
---
identifier: Service
schema:
  properties:
    tier: {type: string, enum: [high, low]}
    token: {type: string, secret: true}
    note: {type: string}
  required: [tier]
relations: {owner: {target: Team, required: true}}
ownership: {path: owner}
---
identifier: Page
schema: {properties: {}}
";

const ENTITIES: &str = "\
{identifier: eng, blueprint: Team}
---
{identifier: cart, blueprint: Team, relations: {parent: eng, leader: ada}}
---
{identifier: ops, blueprint: Team}
---
{identifier: ada, blueprint: User, properties: {pin: hush-hush-pin}, relations: {teams: [cart]}}
---
{identifier: lin, blueprint: User, relations: {teams: [cart]}}
---
{identifier: sam, blueprint: User, relations: {teams: [ops]}}
---
{identifier: shop, blueprint: Service, properties: {tier: high, token: hush-hush-token}, relations: {owner: cart}}
---
{identifier: pay, blueprint: Service, properties: {tier: low}, relations: {owner: ops}}
---
{identifier: shop, blueprint: Page}
";

const ACTIONS: &str = "\
identifier: scale
operation: day-2
blueprint: Service
trigger: {request: true}
inputs:
  properties:
    replicas: {type: integer, minimum: 1, maximum: 50}
    fast: {type: boolean}
    key: {type: string, secret: true}
    hosts: {type: array, items: {type: string}}
  required: [replicas]
permissions:
  execute:
    - teams: [eng]
      when: context.inputs.replicas <= 20 && !(context.inputs has key && context.inputs.key == \"x\")
    - users: [sam]
      when: resource.tier == Service__tier::\"low\" && context.inputs has fast && context.inputs.fast
approval:
  - when: context.inputs.replicas > 10
    by: {teams: [ops]}
    count: 1
";

const POLICIES: &str = "\
permit (principal in Team::\"ops\", action in Action::\"update\", resource)
when { resource has token && resource.token == \"open\" };
permit (principal in Team::\"ops\", action == Action::\"define\", resource);
permit (principal == User::\"ada\", action == Action::\"define\", resource);
permit (principal, action in Action::\"create\", resource is Service)
when { principal in resource.owner };
forbid (principal, action in Action::\"delete\", resource) when { resource has tier && resource.tier == Service__tier::\"high\" };
permit (principal in Team::\"eng\", action in Action::\"delete\", resource is Service);
";

fn catalog() -> Git {
    let git = Git::new().by("lin", "lin@acme.example");
    let settings = "permissions: enforced\npeople: {blueprint: User}\n";
    git.write("catalogc.yaml", settings)
        .write("catalog/blueprints/kinds.yaml", KINDS)
        .write("catalog/entities/all.yaml", ENTITIES)
        .write("catalog/actions/scale.yaml", ACTIONS)
        .write("catalog/policies/rules.cedar", POLICIES);
    git.commit("the catalog");
    git
}

fn ask(git: &Git, line: &str) -> Ran {
    let arguments: Vec<&str> = line.split(' ').collect();
    run(git.root(), &arguments)
}

fn json(ran: &Ran) -> Json {
    serde_json::from_str(&ran.stdout).unwrap_or_else(|it| panic!("{it}: {ran}"))
}

#[test]
fn the_failing_conditions_are_told_with_what_they_saw() {
    let git = catalog();
    ask(&git, "check").exits(0);
    let ran = ask(&git, "can lin scale shop --set replicas=25");
    ran.says("denied: lin may not scale shop, replicas 25, in main at ")
        .says("needs context.inputs.replicas <= 20: it is 25")
        .says("for sam, not for lin, needs resource.tier ==")
        .says("Service__tier::\"low\": it is high, needs context.inputs has")
        .says("smallest change: replicas 10, allowed by catalog/actions/scale.yaml:")
        .says("`catalogc can lin scale shop --set replicas=10`")
        .exits(1);
    ask(&git, "can lin scale shop --set replicas=20")
        .says("needs approval: lin may scale shop")
        .says("lin is in cart, which is in eng (catalog/entities/all.yaml:9, catalog/entities/all.yaml:3)")
        .says("missing  1 from ops: sam (catalog/actions/scale.yaml:")
        .exits(1);
    ask(&git, "can lin scale shop --set replicas=2")
        .says("allowed: lin may scale shop")
        .exits(0);
    ask(&git, "can sam scale pay --set replicas=2")
        .says("smallest change: fast true, allowed by catalog/actions/scale.yaml:")
        .exits(1);
}

#[test]
fn a_forbid_that_hits_is_the_reason_and_nobody_is_to_be_asked() {
    let git = catalog();
    ask(&git, "can lin delete Service/shop")
        .says("no   catalog/policies/rules.cedar:7  forbidden by the policy")
        .says("yes  catalog/policies/rules.cedar:8")
        .says("next: nobody may; whoever may `define` can change catalog/policies/rules.cedar:7")
        .does_not_say("smallest change")
        .exits(1);
    ask(&git, "can lin delete pay").says("allowed").exits(0);
    ask(&git, "who-can delete Service/shop")
        .says("0 of 3 people may delete shop")
        .exits(1);
}

#[test]
fn a_rule_with_an_error_denies_and_is_told() {
    let git = catalog();
    let broken =
        "permit (principal, action in Action::\"rename\", resource) when { resource.nothing };\n";
    git.write("catalog/policies/broken.cedar", broken);
    ask(&git, "can lin rename pay")
        .says("in the files on disk")
        .says("! the catalog has 1 error, see `catalogc check`: the answer may change")
        .says("this rule has an error, so it denies all that it is about")
        .exits(1);
    // What is committed is asked by its name.
    ask(&git, "can lin rename pay --rev main")
        .says("in main at ")
        .says("no rule permits it")
        .exits(1);
}

#[test]
fn nobody_is_said_to_be_allowed_what_an_unreadable_rule_may_forbid() {
    let git = catalog();
    ask(&git, "can lin delete pay").exits(0);
    let unread = b"forbid (principal, action == Action::\"delete\", resource);\n\xff\xfe";
    git.write("catalog/policies/forbid.cedar", unread);
    for words in ["can lin delete pay", "can lin", "who-can delete pay"] {
        ask(&git, words)
            .says("who may do what cannot be told, the definitions are broken")
            .says("(catalog/policies/forbid.cedar)")
            .does_not_say("allowed")
            .exits(2);
    }
    // What no rule permits is denied all the same.
    ask(&git, "can sam delete Service/shop")
        .says("denied")
        .exits(1);
}

/// What is mistyped, what is said, and what helps.
const MISTAKES: &[(&str, &str, &str)] = &[
    (
        "can lim scale shop",
        "nobody has the login `lim`",
        "did you mean `lin`?",
    ),
    (
        "can lin scal shop",
        "no action is called `scal`",
        "did you mean `scale`?",
    ),
    (
        "can lin scale shp",
        "no Service is called `shp`",
        "did you mean `shop`?",
    ),
    (
        "can lin scale Page/shop",
        "`Page/shop` is no Service",
        "name a Service",
    ),
    (
        "can lin delete shop",
        "`shop` is 2 entities: Page/shop, Service/shop",
        "as `Page/shop`",
    ),
    (
        "can lin scale shop --set replica=2",
        "`scale` has no input `replica`",
        "`replicas`?",
    ),
    (
        "can lin scale shop",
        "`scale` needs the input `replicas`",
        "`--set replicas=...`",
    ),
    (
        "can lin scale shop --set replicas=two",
        "does not take `two`",
        "a whole number from 1 to 50",
    ),
    (
        "can lin scale shop --set replicas=99",
        "does not take `99`",
        "a whole number from 1 to 50",
    ),
    (
        "can lin scale shop --set replicas=2 --set fast=maybe",
        "`maybe` as `fast`",
        "true or false",
    ),
    (
        "can lin update pay --set tier=low",
        "Service has no `tier` to set",
        "`properties.tier`",
    ),
    (
        "can lin update pay --changed properties.tear",
        "no `properties.tear`",
        "properties.tier",
    ),
    (
        "can lin create basket",
        "what is new needs a blueprint",
        "`BLUEPRINT/basket`",
    ),
    (
        "can lin create Servise/basket",
        "no blueprint is called `Servise`",
        "`Service`?",
    ),
    (
        "can lin create Service/pay",
        "Service `pay` is there already",
        "a name that is new",
    ),
    (
        "can lin create Service/x",
        "a new Service needs `properties.tier`",
        "--set properties.tier=...",
    ),
    (
        "can lin create Page/x --set relations.owner=cart",
        "Page has no `relations.owner`",
        "write",
    ),
    (
        "can lin create Service/x --set properties.tier=low --set relations.owner=crat",
        "no Team is called `crat`",
        "did you mean `cart`?",
    ),
    (
        "can lin --set a=b",
        "are about one entity",
        "write ACTION and ENTITY too",
    ),
    (
        "who-can scale",
        "`scale` is done to an entity",
        "who-can scale ENTITY",
    ),
    ("can lin scale shop --rev nowhere", "nowhere", ""),
];

#[test]
fn names_and_values_that_are_not_known_are_told_with_the_nearest() {
    let git = catalog();
    for (line, message, help) in MISTAKES {
        ask(&git, line).says(message).says(help).exits(2);
    }
}

#[test]
fn what_is_new_is_asked_by_what_it_would_say() {
    let git = catalog();
    let line = "can lin create Service/basket --set properties.tier=low --set relations.owner=";
    ask(&git, &format!("{line}cart"))
        .says("allowed: lin may create Service basket")
        .exits(0);
    ask(&git, &format!("{line}ops"))
        .says("resource.owner is ops,")
        .says("smallest change: owner cart, allowed by")
        .exits(1);
    ask(&git, "can sam create basket --blueprint Service --set properties.tier=low --set relations.owner=ops")
        .exits(0);
}

#[test]
fn no_answer_shows_a_secret() {
    let git = catalog();
    for line in [
        "can lin scale shop --set replicas=25 --set key=hush-hush-key --full",
        "can lin scale shop --set replicas=2 --set key=x --format json",
        "can sam update Service/shop --full",
        "can sam update Service/shop --set properties.token=hush-hush-new --format json",
        "who-can scale shop --set replicas=2 --set key=hush-hush-key --full",
        "can ada --format json",
    ] {
        let ran = ask(&git, line);
        ran.does_not_say("hush");
        assert_ne!(ran.code, Some(2), "{ran}");
    }
    ask(&git, "can sam update Service/shop").says("resource.token == ***: it is hidden");
    ask(
        &git,
        "can lin scale shop --set replicas=2 --set key=hush-hush-key",
    )
    .says("key ***");
}

#[test]
fn what_somebody_may_do_is_a_table() {
    let git = catalog();
    let ran = ask(&git, "can lin");
    ran.says("lin may do 1 of 1 action and 3 of 9 built-in ones, in main at ")
        .says("only replicas 11 to 20")
        .exits(0);
}

#[test]
fn what_is_computed_is_asked_for_each_entity() {
    let git = catalog();
    let computed = "calculationProperties: {noted: {calculation: .properties.note != null, type: boolean}}\n---\nidentifier: Page\n";
    let kinds = KINDS.replace("---\nidentifier: Page\n", computed);
    // Of one owner, they differ by what is computed alone.
    let entities = ENTITIES
        .replace("{tier: low}", "{tier: low, note: x}")
        .replace("owner: ops}", "owner: cart}");
    let rule = "permit (principal == User::\"lin\", action in Action::\"rename\", resource is Service)\n\
        when { resource has noted && resource.noted };\n";
    git.write("catalog/blueprints/kinds.yaml", kinds)
        .write("catalog/entities/all.yaml", entities)
        .write("catalog/policies/noted.cedar", rule);
    ask(&git, "check").exits(0);
    ask(&git, "can lin rename")
        .says("1 of 2 Service  allowed  pay")
        .exits(0);
}

#[test]
fn programs_read_the_same_as_people() {
    let git = catalog();
    let answer = json(&ask(
        &git,
        "can lin scale shop --set replicas=25 --format json",
    ));
    assert_eq!(answer["version"], 1);
    assert_eq!(answer["verdict"], "denied");
    assert_eq!(answer["at"]["rev"], "main");
    let condition = &answer["rules"][0]["conditions"][1];
    assert_eq!(condition["text"], "context.inputs.replicas <= 20");
    assert_eq!(condition["holds"], false);
    assert_eq!(condition["values"][0]["value"], 25);
    assert_eq!(answer["change"]["set"]["replicas"], 10);
    let people = json(&ask(
        &git,
        "who-can scale shop --set replicas=2 --format json",
    ));
    let logins: Vec<&Json> = people["people"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["login"])
        .collect();
    assert_eq!(logins, ["ada", "lin"]);
    assert_eq!(people["of"], 3);
    let rights = json(&ask(&git, "can lin --format json"));
    assert_eq!(rights["rights"][0]["action"], "scale");
}

//! `get`, `ls`, `search`, `graph` and `impact`, as people and programs use them.

use serde_json::Value as Json;

use crate::program::{Ran, run};
use crate::repository::Git;

mod kinds;
mod pictures;

const KINDS: &str = "\
identifier: User
schema: {properties: {pin: {type: string, secret: true}, code: {type: integer, secret: true}}}
relations: {teams: {target: Team, many: true, memberOf: true}}
calculationProperties: {pin_twice: {calculation: '.properties.pin + .properties.pin', type: string}}
---
identifier: Team
schema: {properties: {lead: {type: string}}}
relations: {parent: {target: Team, memberOf: true}}
---
identifier: System
schema: {properties: {}}
relations: {owner: {target: Team}}
ownership: {path: owner}
aggregationProperties:
  cost: {target: Service, calculationSpec: {func: sum, calculationBy: property, property: cost}}
---
identifier: Service
schema:
  properties:
    tier: {type: string, enum: [high, low]}
    replicas: {type: integer}
    note: {type: string}
    token: {type: string}
  required: [tier]
relations: {system: {target: System}, uses: {target: Service, many: true}}
ownership: {type: Inherited, path: system}
calculationProperties: {cost: {calculation: .properties.replicas * 2, type: number}}
mirrorProperties: {lead: {path: system.owner.lead}}
---
identifier: Page
schema: {properties: {}}
ownership: {type: Direct}
";

const ENTITIES: &str = "\
{identifier: eng, blueprint: Team}
---
{identifier: cart, blueprint: Team, properties: {lead: ada}, relations: {parent: eng}}
---
{identifier: ada, blueprint: User, properties: {pin: hush-hush-pin, code: 4711}, relations: {teams: [cart]}}
---
{identifier: lin, blueprint: User}
---
{identifier: shop, blueprint: System, title: The shop, relations: {owner: cart}}
---
{identifier: front, blueprint: Service, title: Front of the shop, properties: {tier: high, replicas: 3, note: see https://x/y}, relations: {system: shop, uses: [back]}}
---
{identifier: back, blueprint: Service, properties: {tier: low, replicas: 1}, relations: {system: shop}}
---
{identifier: lone, blueprint: Service, properties: {tier: low}}
---
{identifier: shop, blueprint: Page, team: cart}
";

const SCALE: &str = "\
identifier: scale
operation: day-2
blueprint: Service
trigger: {request: true}
inputs: {properties: {replicas: {type: integer, minimum: 1, maximum: 50}}, required: [replicas]}
permissions: {execute: {ownedByTeam: true}}
";

fn catalog() -> Git {
    let git = Git::new().by("lin", "lin@acme.example");
    let settings = "permissions: enforced\npeople: {blueprint: User}\n";
    git.write("catalogc.yaml", settings)
        .write("catalog/blueprints/kinds.yaml", KINDS)
        .write("catalog/entities/all.yaml", ENTITIES)
        .write("catalog/actions/scale.yaml", SCALE)
        .write(
            "catalog/policies/define.cedar",
            "permit (principal, action == Action::\"define\", resource);\n",
        )
        .write(
            "catalog/requests/more.yaml",
            "{action: scale, entity: front, inputs: {replicas: 4}}\n",
        );
    git.commit("the catalog");
    git
}

fn ask(git: &Git, arguments: &[&str]) -> Ran {
    run(git.root(), arguments)
}

fn json(ran: &Ran) -> Json {
    serde_json::from_str(ran.exits(0)).unwrap_or_else(|it| panic!("{it}: {ran}"))
}

#[test]
fn a_kind_is_a_table_of_what_tells_its_entities_apart() {
    let git = catalog();
    ask(&git, &["check"]).exits(0);
    let ran = ask(&git, &["get", "Service"]);
    assert_eq!(
        ran.exits(0),
        "\
3 Service
entity  title              owner  tier  replicas  lead  cost  note             system  uses
back                       cart   low          1  ada      2                   shop
front   Front of the shop  cart   high         3  ada      6  see https://x/y  shop    back
lone                              low
next: `catalogc get Service back` shows all of one
"
    );
}

#[test]
fn entities_are_chosen_by_jq_and_mistakes_stand_at_their_characters() {
    let git = catalog();
    let get = |chosen_by: &str| ask(&git, &["get", "Service", "--where", chosen_by]);
    get(".properties.cost > 2")
        .says("1 of 3 Service")
        .says("front")
        .exits(0);
    get(".relations.system == null")
        .says("lone")
        .does_not_say("front ")
        .exits(0);
    get(".properties.cost > 2 and").says("`--where`: ").exits(2);
    get(".properties.csot > 2")
        .says("`--where`: `properties` has no key `csot`\n  .properties.csot > 2\n              ^^^^\n  help: did you mean `cost`?")
        .exits(2);
    get(".properties.tier")
        .says("not true or false for back")
        .exits(2);
    ask(&git, &["get", "front", "--where", "true"])
        .says("name the kind")
        .exits(2);
}

#[test]
fn no_question_about_a_secret_tells_it() {
    let git = catalog();
    for format in ["table", "json", "yaml"] {
        for what in [&["get", "User"][..], &["get", "ada"], &["search", "ada"]] {
            let ran = ask(&git, &[what, &["--format", format]].concat());
            ran.does_not_say("hush").does_not_say("4711").exits(0);
        }
    }
    // The hidden value is `***` to every question, whatever it is.
    for chosen_by in [
        ".properties.pin == \"hush-hush-pin\"",
        ".properties.pin | startswith(\"h\")",
        ".properties.pin_twice == \"hush-hush-pinhush-hush-pin\"",
        ".properties.code == 4711",
        "[.. | tostring | test(\"hush\")] | any",
    ] {
        let ran = ask(&git, &["get", "User", "--where", chosen_by]);
        ran.does_not_say("ada ");
    }
    ask(&git, &["search", "hush"])
        .says("nothing found")
        .exits(0);
    ask(&git, &["search", "4711"])
        .says("nothing found")
        .exits(0);
}

#[test]
fn a_secret_in_plain_text_is_in_no_output() {
    let git = catalog();
    let token = format!("ghp_{}", "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8");
    let entity = format!(
        "{{identifier: leaky, blueprint: Service, properties: {{tier: low, token: {token}, note: 'is {token}'}}}}\n"
    );
    git.write("catalog/entities/leaky.yaml", entity);
    for what in [
        &["get", "Service"][..],
        &["get", "leaky"],
        &["search", "ghp_"],
        &["graph", "leaky"],
    ] {
        for format in ["table", "json"] {
            let ran = ask(&git, &[what, &["--format", format]].concat());
            ran.does_not_say(&token).says("1").exits(0);
        }
    }
    ask(&git, &["get", "leaky"])
        .says("***")
        .says("the catalog has");
    ask(
        &git,
        &[
            "get",
            "Service",
            "--where",
            "(.properties.token // \"\") | test(\"^ghp\")",
        ],
    )
    .says("0 of 4 Service");
}

#[test]
fn one_entity_has_all_its_context() {
    let git = catalog();
    let ran = ask(&git, &["get", "front", "--actor", "ada"]);
    ran.says("Service front: Front of the shop, in main at ")
        .says("owner      cart, by system of front, then owner of shop")
        .says("cost      6  (calculation)")
        .says("lead      \"ada\"  (mirror)")
        .says("requests   scale, asked for by more (catalog/requests/more.yaml:1)")
        .says("ada may    scale  allowed")
        .exits(0);
    let one = json(&ask(&git, &["get", "Service/front", "--format", "json"]));
    assert_eq!(one["properties"]["cost"], 6);
    assert_eq!(one["derived"]["cost"]["how"], "calculation");
    assert_eq!(one["relations"]["uses"][0]["identifier"], "back");
    assert_eq!(one["place"]["line"], 11);
    let yaml = ask(&git, &["get", "Service", "front", "--format", "yaml"]);
    let read: Json = serde_yaml::from_str(yaml.exits(0)).unwrap();
    assert_eq!(read, one);
    ask(&git, &["get", "front", "--actor", "lin"]).says("lin may    do nothing with it");
    ask(&git, &["get", "lone"])
        .says("cost  absent  (calculation)")
        .says("nobody");
    ask(&git, &["get", "back"]).says("dependents 1 Service by uses: front");
}

#[test]
fn names_that_are_not_clear_are_told() {
    let git = catalog();
    ask(&git, &["get", "shop"])
        .says("`shop` is 2 entities: Page/shop, System/shop")
        .exits(2);
    ask(&git, &["get", "Servce"])
        .says("did you mean `Service`?")
        .exits(2);
    ask(&git, &["get", "System", "front"])
        .says("`Service/front` is no System")
        .exits(2);
    ask(&git, &["get", "Service", "frnt"])
        .says("did you mean `front`?")
        .exits(2);
    ask(&git, &["graph", "frnt"])
        .says("did you mean `front`?")
        .exits(2);
    ask(&git, &["impact", "frnt"])
        .says("did you mean `front`?")
        .exits(2);
    ask(&git, &["graph", "--relation", "use"])
        .says("did you mean `uses`?")
        .exits(2);
    ask(&git, &["get", "front", "--rev", "nowhere"]).exits(2);
}

#[test]
fn kinds_are_counted() {
    let git = catalog();
    ask(&git, &["ls"])
        .says("9 entities of 5 kinds")
        .says("Service         3")
        .exits(0);
    assert_eq!(ask(&git, &["ls"]).stdout, ask(&git, &["get"]).stdout);
    let kinds = json(&ask(&git, &["ls", "--format", "json"]));
    assert_eq!(kinds["kinds"][1]["blueprint"], "Service");
    assert_eq!(kinds["kinds"][1]["entities"], 3);
}

#[test]
fn the_best_is_found_first() {
    let git = catalog();
    let found = json(&ask(&git, &["search", "SHOP", "--format", "json"]));
    let found: Vec<String> = found["found"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            format!(
                "{} {}",
                one["identifier"].as_str().unwrap(),
                one["path"].as_str().unwrap()
            )
        })
        .collect();
    assert_eq!(found, ["shop identifier", "shop identifier", "front title"]);
    ask(&git, &["search", "https://x"])
        .says("properties.note")
        .exits(0);
    ask(&git, &["search", "frontt"])
        .says("did you mean `front`?")
        .exits(0);
    ask(&git, &["search", " "]).exits(2);
}

#[test]
fn what_depends_is_told_with_the_way_that_leads_there() {
    let git = catalog();
    let ran = ask(&git, &["impact", "Team/cart"]);
    assert_eq!(
        ran.exits(0),
        "\
5 entities depend on Team cart: 2 Service, 1 Page, 1 System and 1 User
2 Service
    back   owner     system shop, owner cart
           value     lead, of cart
    front  owner     system shop, owner cart
           value     lead, of cart
1 Page
    shop  owner     team cart
1 System
    shop  owner     owner cart
1 User
    ada  member    teams cart
next: `catalogc why Service/back lead` shows what a value is made of
"
    );
    ask(&git, &["impact", "back"])
        .says("front  relation  uses back")
        .says("shop  value     cost, of back")
        .exits(0);
    ask(&git, &["impact", "eng"]).says("ada  member    teams cart, parent eng");
    let near = ask(&git, &["impact", "eng", "--depth", "1"]);
    near.says("1 entity depends on Team eng: 1 Team")
        .does_not_say("ada");
    ask(&git, &["impact", "lone"])
        .says("nothing depends on Service lone")
        .exits(0);
    let all = json(&ask(&git, &["impact", "back", "--format", "json"]));
    assert_eq!(all["dependents"][0]["ways"][0]["path"][0]["to"], "back");
}

#[test]
fn a_commit_is_looked_at_as_it_was() {
    let git = catalog();
    git.remove("catalog/entities/all.yaml")
        .remove("catalog/requests/more.yaml");
    ask(&git, &["get", "front", "--rev", "main"])
        .says("Service front")
        .exits(0);
    ask(&git, &["ls", "--rev", "main"])
        .says("9 entities")
        .exits(0);
    ask(&git, &["impact", "back", "--rev", "main"])
        .says("uses back")
        .exits(0);
    ask(&git, &["ls"]).says("0 entities of 5 kinds").exits(0);
}

#[test]
fn what_counts_from_the_moment_is_known_at_the_moment_that_is_said() {
    let git = Git::new();
    git.write(
        "catalog/blueprints/all.yaml",
        "identifier: Total
schema: {properties: {}}
aggregationProperties:
  late:
    target: Part
    calculationSpec: {func: count, calculationBy: entities}
    query: {combinator: and, rules: [{property: at, operator: between, value: {preset: today}}]}
---
identifier: Part
schema: {properties: {at: {type: string}}}
relations: {total: {target: Total}}
",
    );
    git.write(
        "catalog/entities/all.yaml",
        "{identifier: t, blueprint: Total}
---
{identifier: a, blueprint: Part, properties: {at: '2026-11-22T08:00:00Z'}, relations: {total: t}}
",
    )
    .commit("a total");
    let at = ["--now", "2026-11-22T09:00:00Z"];
    let get = |more: &[&str]| ask(&git, &[&["get"], more, &at[..]].concat());
    get(&["t"]).does_not_say("could not be computed").exits(0);
    get(&["Total", "--where", ".properties.late == 1"])
        .says("1 of 1")
        .exits(0);
}

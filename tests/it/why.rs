//! `catalogc why` on small catalogs: chains, circles, what is absent, names that are not clear.

use crate::program::run;
use crate::repository::Git;

const BLUEPRINTS: &str = "\
identifier: Team
schema: {properties: {lead: {type: string}}}
---
identifier: Domain
schema: {properties: {level: {type: integer}}}
relations: {owner: {target: Team}}
ownership: {path: owner}
---
identifier: System
schema: {properties: {budget: {type: number}}}
relations: {domain: {target: Domain}}
teamInheritance: {path: domain}
mirrorProperties: {lead: {path: domain.owner.lead}}
aggregationProperties:
  size:
    target: Component
    calculationSpec: {func: sum, calculationBy: property, property: four}
    query: {combinator: and, rules: [{property: name, operator: beginsWith, value: x}]}
---
identifier: Component
schema: {properties: {size: {type: integer}, name: {type: string}}}
relations: {system: {target: System}}
ownership: {type: Inherited, path: system}
mirrorProperties: {lead: {path: system.lead}, level: {path: system.domain.level}}
calculationProperties:
  double: {calculation: .properties.size * 2, type: number}
  four: {calculation: .properties.double * 2, type: number}
  label: {calculation: '\"\\(.properties.lead) \\(.properties.four)\"', type: string}
  a: {calculation: .properties.b, type: number}
  b: {calculation: .properties.a, type: number}
  number: {calculation: .properties.name | tonumber, type: number}
formulaProperties: {url: {formula: \"https://x/{{$identifier}}?{{properties.name}}={{size}}\"}}
";

const ENTITIES: &str = "\
{identifier: c1, blueprint: Component, properties: {size: 3, name: x1}, relations: {system: s}}
---
{identifier: c2, blueprint: Component, properties: {name: y2}}
---
{identifier: c3, blueprint: Component, properties: {size: 1, name: y3}, relations: {system: s}}
---
{identifier: s, blueprint: System, relations: {domain: d}}
---
{identifier: d, blueprint: Domain, properties: {level: 3}, relations: {owner: s}}
---
{identifier: s, blueprint: Team, properties: {lead: ada}}
";

fn catalog() -> Git {
    let git = Git::new().by("lin", "lin@acme.example");
    git.write("catalog/blueprints/all.yaml", BLUEPRINTS);
    git.write("catalog/entities/all.yaml", ENTITIES);
    git.commit("the catalog");
    git
}

fn why(git: &Git, arguments: &[&str]) -> crate::program::Ran {
    let arguments: Vec<&str> = ["why"].iter().chain(arguments).copied().collect();
    run(git.root(), &arguments)
}

#[test]
fn a_calculation_of_calculations_and_mirrors_is_followed_to_what_is_written() {
    let ran = why(&catalog(), &["c1", "label"]);
    assert_eq!(
        ran.exits(0),
        "\
label of Component c1 is \"ada 12\"
    \"\\(.properties.lead) \\(.properties.four)\" (catalog/blueprints/all.yaml:28:24)
    four of Component c1  12
        .properties.double * 2 (catalog/blueprints/all.yaml:27:23)
        double of Component c1  6
            .properties.size * 2 (catalog/blueprints/all.yaml:26:25)
            size of Component c1  3  (catalog/entities/all.yaml:1:59)
    lead of Component c1  \"ada\"
        mirror of system.lead (catalog/blueprints/all.yaml:24:33)
        system of Component c1  \"s\"    (catalog/entities/all.yaml:1:93)
        lead of System s        \"ada\"
            mirror of domain.owner.lead (catalog/blueprints/all.yaml:13:33)
            domain of System s  \"d\"    (catalog/entities/all.yaml:7:56)
            owner of Domain d   \"s\"    (catalog/entities/all.yaml:9:79)
            lead of Team s      \"ada\"  (catalog/entities/all.yaml:11:53)
next: change `lead` of s at catalog/entities/all.yaml:11:53
"
    );
}

#[test]
fn an_aggregation_says_who_counts_and_who_was_looked_at() {
    let git = catalog();
    let ran = why(&git, &["System/s", "size"]);
    ran.says("size of System s is 12")
        .says("sum of four of 1 of 2 Component, by its query")
        .says("four of Component c1  12")
        .does_not_say("Component c3");
    // The first ten of many stand there, and how many more there are.
    let many: Vec<String> = (10..30)
        .map(|n| {
            format!("{{identifier: m{n}, blueprint: Component, properties: {{size: 1, name: x}}, relations: {{system: s}}}}\n")
        })
        .collect();
    git.write("catalog/entities/many.yaml", many.join("---\n"));
    let ran = why(&git, &["System/s", "size"]);
    ran.says("sum of four of 21 of 22 Component, by its query")
        .says("    and 11 more\n");
}

#[test]
fn what_is_absent_is_named_with_what_to_write() {
    let git = catalog();
    why(&git, &["c2", "four"])
        .says("four of Component c2 has no value")
        .says("! `.properties.double` is absent")
        .says("size of Component c2  absent")
        .says("next: write `size` for Component c2");
    why(&git, &["c2", "level"])
        .says("system of Component c2  absent")
        .says("next: write `system` for Component c2");
    why(&git, &["c2", "url"]).says("! `size` of c2 is absent");
    why(&git, &["c2", "size"]).says("size of Component c2 is absent");
}

#[test]
fn what_fails_or_needs_itself_says_so() {
    let git = catalog();
    why(&git, &["c1", "a"])
        .says("a of Component c1 cannot be computed")
        .says("it needs itself: Component.a, then Component.b, then Component.a")
        .says("next: `catalogc check`");
    why(&git, &["c1", "number"])
        .says("number of Component c1 has no value")
        .says("! the string `x1` is not a number")
        .says("next: change `name` of c1 at catalog/entities/all.yaml:1:68");
}

#[test]
fn an_owner_is_followed_over_all_that_inherit_it() {
    let git = catalog();
    assert_eq!(
        why(&git, &["c1", "owner"]).exits(0),
        "\
owner of Component c1 is \"s\"
    owned as system is (catalog/blueprints/all.yaml:23:36)
    system of Component c1  \"s\"  (catalog/entities/all.yaml:1:93)
    domain of System s      \"d\"  (catalog/entities/all.yaml:7:56)
    owner of Domain d       \"s\"  (catalog/entities/all.yaml:9:79)
next: change `owner` of d at catalog/entities/all.yaml:9:79
"
    );
    why(&git, &["c2", "owner"]).says("! nothing leads to an owner");
}

#[test]
fn a_name_that_is_not_clear_is_refused_with_those_that_are() {
    let git = catalog();
    let ran = why(&git, &["s", "lead"]);
    ran.exits(2);
    ran.says("`s` is 2 entities: System/s, Team/s")
        .says("write one of them, as `System/s`");
    why(&git, &["Team/s", "lead"]).exits(0);
    why(&git, &["c7", "lead"])
        .says("no entity is called `c7`")
        .exits(2);
    why(&git, &["Team/x", "lead"]).says("no Team is called `x`");
    why(&git, &["c1", "labl"])
        .says("Component has no `labl`")
        .says("did you mean `label`?");
    why(&git, &["c1", "\u{202e}x"]).says("\\u{202e}x");
}

#[test]
fn a_commit_is_asked_as_it_was() {
    let git = catalog();
    let entities = ENTITIES.replace("size: 3", "size: 5");
    git.write("catalog/entities/all.yaml", entities);
    why(&git, &["c1", "double"]).says("is 10");
    why(&git, &["c1", "double", "--rev", "HEAD"]).says("is 6");
}

#[test]
fn programs_read_the_same_chain() {
    let ran = why(&catalog(), &["c1", "four", "--format", "json"]);
    let chain: serde_json::Value = serde_json::from_str(ran.exits(0)).unwrap();
    assert_eq!(chain["version"], 1);
    assert_eq!(chain["value"], 12);
    assert_eq!(chain["kind"], "calculation");
    assert_eq!(chain["place"]["line"], 27);
    assert_eq!(chain["inputs"][0]["name"], "double");
    assert_eq!(chain["inputs"][0]["inputs"][0]["kind"], "written");
    assert!(chain.get("next").is_none());
}

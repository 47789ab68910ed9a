//! Words that definitions say of values that are marked as secrets, planted one by one, stand in
//! no output of any command.

use super::FORMATS;
use crate::program::run;
use crate::repository::Git;

/// What every planted word begins with; numbers begin with these digits.
const PLANTED: [&str; 2] = ["zq", "73173"];

const SETTINGS: &str = "version: 1
permissions: enforced
people: {blueprint: User}
sources:
  - {glob: \"export/*.yaml\", reader: mapping, mapping: catalog/mappings/m.yaml}
";

const EXPORT: &str = "name: far\npin: 5\n";

const MAPPING: &str = r#"resources:
  - selector: {query: "true"}
    port:
      entity:
        mappings:
          identifier: .name
          blueprint: '"Service"'
          properties: {password: '"zqmapping" + (.pin | tostring)'}
          relations: {owner: '"checkout"'}
"#;

const KINDS: &str = r#"identifier: Team
schema: {properties: {}}
---
identifier: User
schema: {properties: {}}
relations: {teams: {target: Team, many: true, memberOf: true}}
---
identifier: Service
schema:
  properties:
    replicas: {type: integer}
    color: {type: string, secret: true, enum: [zqenum, zqother], default: zqenum, enumColors: {zqenum: blue}}
    password: {type: string, secret: true, pattern: "^zq", examples: [zqexample], description: what it is}
    fixed: {type: string, secret: true, const: zqconst}
    pin: {type: integer, secret: true, maximum: 731730009}
    door: {type: object, properties: {code: {type: string, enum: [zqinner], secret: true}, floor: {type: integer}}}
relations:
  owner: {target: Team, required: true}
ownership: {path: owner}
calculationProperties:
  is: {calculation: 'if .properties.password == "zqcalculation" then 1 else 2 end', type: number}
  more: {calculation: '.properties.pin + 731730001', type: number}
"#;

const ENTITIES: &str = "identifier: checkout
blueprint: Team
---
identifier: lin
blueprint: User
relations: {teams: [checkout]}
---
identifier: sam
blueprint: User
relations: {teams: [checkout]}
---
identifier: cart
blueprint: Service
properties: {replicas: 3, color: zqenum, password: zqvalue, pin: 731730002, door: {code: zqinner, floor: 1}}
relations: {owner: checkout}
";

const ACTION: &str = r#"identifier: scale
title: Scale
operation: day-2
blueprint: Service
trigger:
  request: true
  changed: [properties.replicas]
  condition: .before.properties.password != "zqcondition"
precondition:
  - {when: '.entity.properties.password != "zqprecondition"', message: not now}
inputs:
  properties: {replicas: {type: integer}, kind: {type: string}, key: {type: string, secret: true, enum: [zqinput]}}
  required: [replicas]
  from: {replicas: .after.properties.replicas, kind: 'if .after.properties.password == "zqfrom" then "a" else "b" end'}
permissions:
  execute:
    - teams: [checkout]
      when: resource has password && resource.password != "zqwhen"
approval:
  - when: resource has password && resource.password != "zqapproval"
    by: {teams: [checkout]}
    count: 1
"#;

const POLICY: &str = r#"permit (principal, action in Action::"update", resource is Service)
when { resource has password && resource.password == "zqpolicy" };

// the password zqcomment
permit (principal in Team::"checkout", action in Action::"update", resource is Service)
when { resource has color && resource.color == Service__color::"zqenum" };

permit (principal in Team::"checkout", action == Action::"define", resource);

permit (principal in Team::"checkout", action in Action::"delete", resource is Service);

forbid (principal, action in Action::"delete", resource is Service)
when { resource has pin && resource.pin + 9223372036854775807 > 731730003 };
"#;

const SCORECARD: &str = r#"identifier: safe
blueprint: Service
levels: [{title: Open}, {title: Safe}]
rules:
  - {identifier: pin, level: Safe, query: {combinator: and, conditions: [{property: password, operator: "=", value: zqscore}]}}
"#;

const TESTS: &str = "- {name: one, actor: lin, action: update, entity: cart, changed: {properties.password: zqchanged}, expect: denied}
- {name: two, actor: sam, patch: {cart: {properties.password: zqpatched, properties.pin: 731730004}}, expect: allowed}
- name: three
  actor: sam
  action: create
  given: {identifier: w, blueprint: Service, properties: {password: zqgiven}, relations: {owner: checkout}}
  expect: allowed
";

/// Mistakes beside, and with, each planted word: what is said of them shows their lines.
const MISTAKES: [(&str, &str, &str); 15] = [
    (
        "catalog/mappings/m.yaml",
        "tostring)'}",
        "tostring)', door: '\"zqwrong\"'}",
    ),
    (
        "catalog/blueprints/k.yaml",
        "default: zqenum",
        "default: zqdefault",
    ),
    (
        "catalog/blueprints/k.yaml",
        "pattern: \"^zq\"",
        "pattern: \"^zq(\"",
    ),
    (
        "catalog/blueprints/k.yaml",
        "const: zqconst",
        "const: zqconst, maxLenght: 3",
    ),
    (
        "catalog/blueprints/k.yaml",
        "else 2 end",
        "else .properties.colour end",
    ),
    (
        "catalog/blueprints/k.yaml",
        "== \"zqcalculation\"",
        "= \"zqcalculation\"",
    ),
    (
        "catalog/entities/e.yaml",
        "color: zqenum",
        "color: zqlisted, naem: 1",
    ),
    (
        "catalog/entities/e.yaml",
        "pin: 731730002",
        "pin: 731739999",
    ),
    ("catalog/entities/e.yaml", "code: zqinner", "code: zqcode"),
    (
        "catalog/actions/a.yaml",
        ".before.properties.password",
        ".before.properties.color",
    ),
    (
        "catalog/actions/a.yaml",
        "resource.password != \"zqwhen\"",
        "resource.color == \"zqwhen\"",
    ),
    (
        "catalog/policies/p.cedar",
        "Service__color::\"zqenum\"",
        "Service__color::\"zqenmu\"",
    ),
    (
        "catalog/scorecards/s.yaml",
        "operator: \"=\"",
        "operator: \"==\"",
    ),
    (
        "catalog/tests/t.yaml",
        "expect: allowed}",
        "expect: allowd}",
    ),
    (
        "catalog/mappings/m.yaml",
        "(.pin | tostring)",
        "(.pin | tosrting)",
    ),
];

fn planted() -> Git {
    let git = Git::new();
    for (path, text) in [
        ("catalogc.yaml", SETTINGS),
        ("export/a.yaml", EXPORT),
        ("catalog/mappings/m.yaml", MAPPING),
        ("catalog/blueprints/k.yaml", KINDS),
        ("catalog/entities/e.yaml", ENTITIES),
        ("catalog/actions/a.yaml", ACTION),
        ("catalog/policies/p.cedar", POLICY),
        ("catalog/scorecards/s.yaml", SCORECARD),
        ("catalog/tests/t.yaml", TESTS),
    ] {
        git.write(path, text);
    }
    git.commit("planted");
    git
}

/// Runs these, and looks for what was planted.
fn nothing_is_said(git: &Git, with: &str, all: &[&[&str]]) {
    for arguments in all {
        let said = run(git.root(), arguments).said();
        for word in PLANTED {
            assert!(!said.contains(word), "{with}: {arguments:?}: {said}");
        }
    }
}

/// What shows findings and their lines.
const FINDING: [&[&str]; 6] = [
    &["check"],
    &["check", "--format", "json"],
    &["check", "--format", "github"],
    &["check", "--fix", "--dry-run"],
    &["can", "lin"],
    &["test", "--format", "json"],
];

/// What shows definitions, values and decisions.
const SHOWING: [&[&str]; 25] = [
    &["policy", "show"],
    &["policy", "show", "scale", "--format", "json"],
    &["policy", "show", "--schema"],
    &["schema", "entity"],
    &["schema", "request"],
    &["why", "cart", "is"],
    &["why", "cart", "is", "--format", "json"],
    &["why", "cart", "more"],
    &["why", "cart", "door"],
    &["why", "far", "password"],
    &["get", "cart"],
    &["get", "Service", "--format", "json"],
    &["score", "cart"],
    &["score", "--format", "json"],
    &["impact", "cart"],
    &["can", "lin", "scale", "cart", "--set", "replicas=4"],
    &["can", "lin", "scale", "cart", "--format", "json"],
    &["can", "lin", "update", "cart"],
    &["can", "lin", "delete", "cart"],
    &["can", "lin", "delete", "cart", "--format", "json"],
    &[
        "can",
        "sam",
        "update",
        "cart",
        "--set",
        "properties.password=other",
    ],
    &["who-can", "scale", "cart", "--format", "json"],
    &["who-can", "update", "cart"],
    &["plan", "--base", "main", "--head", "pr", "--actor", "lin"],
    &[
        "plan", "--base", "main", "--head", "pr", "--actor", "lin", "--format", "json",
    ],
];

#[test]
fn what_definitions_say_of_marked_values_is_said_by_no_command() {
    let git = planted();
    git.branch("pr", "main");
    git.switch("pr");
    for (path, old, new) in [
        ("catalog/entities/e.yaml", "replicas: 3", "replicas: 4"),
        ("catalog/entities/e.yaml", "zqvalue", "zqvaluetwo"),
        ("catalog/actions/a.yaml", "zqwhen", "zqwhentwo"),
        ("catalog/policies/p.cedar", "731730003", "731730005"),
    ] {
        let text = git.read(path).replace(old, new);
        git.write(path, text);
    }
    git.commit("changed");
    git.switch("main");
    nothing_is_said(&git, "as it is", &FINDING);
    nothing_is_said(&git, "as it is", &SHOWING);
    // The form of a rule stays, so that it can be reviewed.
    run(git.root(), &["policy", "show"]).says("resource.password == ***");
    let update = ["can", "lin", "update", "cart", "--format", "json"];
    run(git.root(), &update).says("resource.password == ***");
    run(git.root(), &["why", "cart", "is"]).says("if .properties.password == *** then ***");
    // A sum that is too large is not told.
    run(git.root(), &["can", "lin", "delete", "cart"]).says("overflow");
}

#[test]
fn mistakes_beside_what_is_said_of_marked_values_do_not_show_it() {
    let git = planted();
    run(git.root(), &["check"]).exits(0);
    for format in FORMATS {
        nothing_is_said(&git, format, &[&["check", "--format", format]]);
    }
    for (path, old, new) in MISTAKES {
        let git = planted();
        let text = git.read(path);
        assert!(text.contains(old), "{path} has no {old}");
        git.write(path, text.replace(old, new));
        run(git.root(), &["check"]).says("[E0");
        nothing_is_said(&git, new, &FINDING);
    }
}

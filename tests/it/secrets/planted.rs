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
          properties: {password: '"zqmapping" + (.pin | tostring)', door: '"zqwrong"'}
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
preconditions:
  - {when: '.entity.properties.password != "zqprecondition"', says: not now}
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

const POLICY: &str = r#"permit (principal, action == Action::"update", resource is Service)
when { resource has password && resource.password == "zqpolicy" };

// the password zqcomment
permit (principal in Team::"checkout", action == Action::"update", resource is Service)
when { resource has color && resource.color == Service__color::"zqenum" };

forbid (principal, action == Action::"delete", resource is Service)
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
const MISTAKES: [(&str, &str, &str); 14] = [
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

/// Runs every command that reads a catalog, in every format.
fn nothing_is_said(git: &Git, with: &str) {
    let silent = |arguments: &[&str]| {
        let ran = run(git.root(), arguments);
        for word in PLANTED {
            assert!(
                !ran.said().contains(word),
                "{with}: {arguments:?}: {}",
                ran.said()
            );
        }
    };
    for format in FORMATS {
        silent(&["check", "--format", format]);
    }
    for format in ["human", "json", "junit"] {
        silent(&["test", "--format", format]);
    }
    for format in ["text", "json"] {
        silent(&["policy", "show", "--format", format]);
        silent(&["policy", "show", "scale", "--format", format]);
        let plan = ["plan", "--base", "main", "--head", "pr", "--actor", "lin"];
        silent(&[&plan[..], &["--format", format]].concat());
    }
    for arguments in [
        &["policy", "show", "--schema"][..],
        &["check", "--fix", "--dry-run"],
        &["schema", "entity"],
        &["schema", "request"],
        &["schema", "Service"],
    ] {
        silent(arguments);
    }
    for format in ["table", "json"] {
        for arguments in [
            &["why", "cart", "is"][..],
            &["why", "cart", "more"],
            &["why", "cart", "password"],
            &["why", "cart", "door"],
            &["why", "far", "password"],
            &["get", "cart"],
            &["get", "Service"],
            &["score"],
            &["score", "cart"],
            &["impact", "cart"],
            &["can", "lin"],
            &["can", "lin", "scale", "cart", "--set", "replicas=4"],
            &["can", "lin", "update", "cart"],
            &["can", "lin", "delete", "cart"],
            &["can", "sam", "update", "cart", "--set", "password=other"],
            &["who-can", "scale", "cart"],
            &["who-can", "update", "cart"],
            &["who-can", "delete", "cart"],
        ] {
            silent(&[arguments, &["--format", format]].concat());
        }
    }
}

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
    nothing_is_said(&git, "as it is");
    // The form of a rule stays, so that it can be reviewed.
    run(git.root(), &["policy", "show"]).says("resource.password == ***");
    run(git.root(), &["can", "lin", "update", "cart"]).says("resource.password == ***");
    run(git.root(), &["why", "cart", "is"]).says("if .properties.password == *** then ***");
    // A sum that is too large is not told.
    run(git.root(), &["can", "lin", "delete", "cart"]).says("overflow");
}

#[test]
fn mistakes_beside_what_is_said_of_marked_values_do_not_show_it() {
    for (path, old, new) in MISTAKES {
        let git = planted();
        git.branch("pr", "main");
        let text = git.read(path);
        assert!(text.contains(old), "{path} has no {old}");
        git.write(path, text.replace(old, new));
        run(git.root(), &["check"]).says(path);
        nothing_is_said(&git, new);
    }
}

//! What belongs to nobody: who is asked where an owner is given up, and where one is found.

use crate::program::{Ran, run};
use crate::repository::Git;

const KINDS: &str = "\
identifier: User
schema: {properties: {}}
relations: {teams: {target: Team, many: true, memberOf: true}}
---
identifier: Team
schema: {properties: {}}
---
identifier: Note
schema: {properties: {text: {type: string}}}
relations: {owner: {target: Team}, writer: {target: User}}
ownership: {path: owner}
";

const PEOPLE: &str = "\
{identifier: one, blueprint: Team}
---
{identifier: two, blueprint: Team}
---
{identifier: admins, blueprint: Team}
---
{identifier: ada, blueprint: User, relations: {teams: [one]}}
---
{identifier: ben, blueprint: User, relations: {teams: [one]}}
---
{identifier: cleo, blueprint: User, relations: {teams: [two]}}
---
{identifier: kim, blueprint: User, relations: {teams: [admins]}}
---
{identifier: theo, blueprint: User, relations: {teams: [admins]}}
";

const RULES: &str = "\
permit (principal, action in Action::\"update\", resource is Note)
when { resource has owner && principal in resource.owner };
permit (principal in Team::\"admins\", action, resource);
";

const NOTE: &str = "catalog/entities/note.yaml";

fn note(relations: &str) -> String {
    format!("{{identifier: n, blueprint: Note, relations: {{{relations}}}}}\n")
}

/// A pull request that gives a note other relations, with more files.
fn handed(from: &str, to: &str, more: &[(&str, &str)]) -> Git {
    let git = Git::new();
    let settings = "permissions: enforced\npeople: {blueprint: User}\nseverity: {E0301: warning}\n";
    git.write("catalogc.yaml", settings)
        .write("catalog/blueprints/kinds.yaml", KINDS)
        .write("catalog/entities/people.yaml", PEOPLE)
        .write("catalog/policies/rules.cedar", RULES)
        .write(NOTE, note(from))
        .commit("a note");
    git.branch("pr", "main").write(NOTE, note(to));
    for (path, text) in more {
        git.write(path, text);
    }
    git.commit("another owner");
    git
}

fn gate(git: &Git, actor: &str, approvals: &[&str]) -> Ran {
    let mut line = vec!["gate", "--base", "main", "--head", "pr", "--actor", actor];
    for approval in approvals {
        line.extend(["--approval", approval]);
    }
    run(git.root(), &line)
}

#[test]
fn who_gives_something_up_needs_their_own_side_alone() {
    for to in ["", "writer: cleo"] {
        let git = handed("owner: one", to, &[]);
        gate(&git, "ada", &[])
            .says("missing  1 from one, the owner before: ben")
            .does_not_say("the owner after")
            .exits(1);
        gate(&git, "ada", &["ben@pr"]).exits(0);
    }
}

#[test]
fn who_gets_what_was_nobodys_agrees() {
    let git = handed("writer: cleo", "owner: two", &[]);
    gate(&git, "kim", &[])
        .says("missing  1 from two, the owner after: cleo")
        .does_not_say("the owner before")
        .exits(1);
    gate(&git, "kim", &["cleo@pr"]).exits(0);
    // Who is new has nobody yet who could agree, and nothing is taken from anybody.
    let team = (
        "catalog/entities/three.yaml",
        "{identifier: three, blueprint: Team}\n",
    );
    let git = handed("", "owner: three", &[team]);
    gate(&git, "kim", &[]).does_not_say("missing").exits(0);
}

#[test]
fn an_owner_that_is_not_there_is_somebody_whom_nobody_knows() {
    let git = handed("owner: one", "owner: nowhere", &[]);
    gate(&git, "ada", &["ben@pr"])
        .says("given    1 from one, the owner before: ben")
        .says("missing  1 from the owner after, who is not known")
        .exits(1);
}

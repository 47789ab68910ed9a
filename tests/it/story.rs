//! A catalog with people who may and people who may not, and the program that is asked about it.
#![expect(
    clippy::disallowed_methods,
    reason = "starts the program that is tested, in repositories of its own"
)]

use std::process::Command;

use crate::repository::Git;

pub(crate) const SETTINGS: &str = "\
permissions: enforced
people: {blueprint: User, login: properties.login}
";
pub(crate) const TEAM: &str = "\
identifier: Team
schema: {properties: {slack: {type: string}}}
";
pub(crate) const USER: &str = "\
identifier: User
schema: {properties: {login: {type: string}, email: {type: string}}, required: [login]}
relations: {teams: {target: Team, many: true, memberOf: true}}
";
const SERVICE: &str = "\
identifier: Service
schema:
  properties:
    replicas: {type: integer}
    size: {type: string}
    labels: {type: object}
relations: {owner: {target: Team}}
ownership: {path: owner}
";
const SCALE: &str = "\
identifier: scale
operation: day-2
blueprint: Service
trigger: {changed: [properties.replicas]}
permissions: {execute: {teams: [checkout]}}
";
const RELABEL: &str = "\
identifier: relabel
operation: day-2
blueprint: Service
trigger: {changed: [properties.labels.tier]}
permissions: {execute: {teams: [checkout]}}
";
const SCAFFOLD: &str = "\
identifier: scaffold
operation: create
blueprint: Service
trigger: {created: true}
permissions: {execute: {teams: [checkout]}}
approval: [{by: {teams: [platform]}}]
";
const ADMINS: &str = "\
permit (principal in Team::\"admins\", action, resource);
";
pub(crate) const OWNERS: &str = "\
permit (principal, action == Action::\"record:User\", resource)
when { principal in Team::\"hr\" };
permit (principal, action in [Action::\"create:User\", Action::\"update:User\"], resource)
when { principal in Team::\"hr\" };
";

/// A catalog on `main`: ada and sam are admins, sam leads platform too, lin and mal are in
/// checkout, hana in hr.
pub(crate) fn story() -> Git {
    let git = Git::new();
    git.write("catalogc.yaml", SETTINGS)
        .write("catalog/blueprints/team.yaml", TEAM)
        .write("catalog/blueprints/user.yaml", USER)
        .write("catalog/blueprints/service.yaml", SERVICE)
        .write("catalog/actions/scale.yaml", SCALE)
        .write("catalog/actions/relabel.yaml", RELABEL)
        .write("catalog/actions/scaffold.yaml", SCAFFOLD)
        .write("catalog/policies/admins.cedar", ADMINS)
        .write("catalog/policies/owners.cedar", OWNERS);
    for team in ["admins", "checkout", "platform", "hr"] {
        git.write(
            &format!("catalog/entities/teams/{team}.yaml"),
            format!("identifier: {team}\nblueprint: Team\n"),
        );
    }
    for (login, teams) in [
        ("ada", "admins"),
        ("sam", "admins, platform"),
        ("lin", "checkout"),
        ("mal", "checkout"),
        ("hana", "hr"),
    ] {
        git.write(&person_file(login), person(login, teams));
    }
    git.write("catalog/entities/cart.yaml", service("Cart", "replicas: 3"))
        .commit("the catalog");
    git
}

pub(crate) fn person_file(login: &str) -> String {
    format!("catalog/entities/people/{login}.yaml")
}

pub(crate) fn person(login: &str, teams: &str) -> String {
    format!(
        "identifier: {login}\nblueprint: User\nproperties: {{login: {login}}}\nrelations: {{teams: [{teams}]}}\n"
    )
}

pub(crate) fn service(name: &str, properties: &str) -> String {
    format!(
        "identifier: {name}\nblueprint: Service\nproperties: {{{properties}}}\nrelations: {{owner: checkout}}\n"
    )
}

/// How a command of the program ended, and all that it said.
pub(crate) struct Said {
    code: i32,
    text: String,
}

impl Said {
    pub(crate) fn is(&self, code: i32, words: &str) -> &Self {
        assert_eq!(self.code, code, "{}", self.text);
        assert!(self.text.contains(words), "no `{words}` in: {}", self.text);
        self
    }

    pub(crate) fn lacks(&self, words: &str) -> &Self {
        assert!(!self.text.contains(words), "`{words}` in: {}", self.text);
        self
    }
}

pub(crate) fn catalogc(git: &Git, arguments: &[&str]) -> Said {
    let output = Command::new(env!("CARGO_BIN_EXE_catalogc"))
        .args(arguments)
        .current_dir(git.root())
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("NO_COLOR", "1")
        .output()
        .unwrap();
    let text = [output.stdout, output.stderr].concat();
    Said {
        code: output.status.code().unwrap(),
        text: String::from_utf8(text).unwrap(),
    }
}

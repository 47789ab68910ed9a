//! A small catalog in a repository of its own, for tests of the program from end to end.
//!
//! lin and mia are in checkout, which owns `cart`; sam and ines are in platform, which owns
//! `pay`; kim and vera are administrators. `scale` makes two keyed calls, `restart` one that is
//! looked up by its key, `announce` one that is blind.

use std::path::{Path, PathBuf};

use catalogc::plan::file::PlanFile;

use crate::backend::Backend;
use crate::program::{Ran, run};
use crate::repository::Git;

/// The definitions and what they define, as path and text.
const FILES: &[(&str, &str)] = &[
    (
        "catalog/blueprints/kinds.yaml",
        r"identifier: Team
schema: {properties: {}}
---
identifier: User
schema: {properties: {}}
relations: {teams: {target: Team, many: true, memberOf: true}}
---
identifier: Service
schema:
  properties:
    replicas: {type: integer, minimum: 0, maximum: 50}
    note: {type: string}
relations:
  owner: {target: Team, required: true}
  uses: {target: Service, many: true}
ownership: {path: owner}
",
    ),
    (
        "catalog/actions/scale.yaml",
        r#"identifier: scale
title: Scale
operation: day-2
blueprint: Service
trigger: {changed: [properties.replicas]}
inputs:
  properties: {replicas: {type: integer}}
  required: [replicas]
  from: {replicas: .after.properties.replicas}
permissions:
  execute: {teams: [checkout, platform]}
approval:
  - when: context.inputs.replicas > 20
    by: {teams: [platform]}
    count: 1
calls:
  - id: scale
    connector: webhook
    with:
      url: https://deploy.example/scale
      headers: {authorization: {fromEnv: DEPLOY_TOKEN, prefix: "Bearer "}}
      body: {service: "{{ .entity.identifier }}", replicas: "{{ .inputs.replicas }}"}
    timeout: 2m
  - id: verify
    needs: [scale]
    connector: webhook
    with: {url: "https://deploy.example/verify", body: {run: "{{ .calls.scale.outputs.url }}"}}
    timeout: 2m
undo: scale
"#,
    ),
    (
        "catalog/actions/restart.yaml",
        r#"identifier: restart
title: Restart
operation: day-2
blueprint: Service
trigger: {request: true}
permissions:
  execute: {teams: [checkout, platform]}
call:
  id: restart
  connector: github-workflow
  with: {repository: acme/ops, workflow: restart.yml, ref: main, inputs: {service: "{{ .entity.identifier }}"}}
  timeout: 10m
after: [scale]
"#,
    ),
    (
        "catalog/actions/announce.yaml",
        r#"identifier: announce
title: Announce
operation: day-2
blueprint: Service
trigger: {request: true}
inputs:
  properties: {words: {type: string}}
permissions:
  execute: {teams: [checkout, platform]}
call:
  id: tell
  connector: command
  with: {program: sh, args: ["-c", "echo \"$CATALOGC_KEY\" >> '@ANNOUNCED@'"]}
  timeout: 1m
after: [restart]
"#,
    ),
    (
        "catalog/actions/hand_over.yaml",
        r"identifier: hand_over
title: Hand over
operation: day-2
blueprint: Service
trigger: {changed: [relations.owner]}
permissions:
  execute: {ownedByTeam: true}
approval:
  - by: {owners: after}
    count: 1
",
    ),
    (
        "catalog/policies/rules.cedar",
        r#"@title("the administrators")
permit (
  principal in Team::"admins",
  action in [
    Action::"define", Action::"grant", Action::"create", Action::"update",
    Action::"delete", Action::"rename", Action::"record", Action::"override"
  ],
  resource
);

@title("everyone")
permit (principal, action == Action::"meta", resource);

@title("who belongs to the owner")
permit (
  principal,
  action in [Action::"create", Action::"update", Action::"delete", Action::"rename"],
  resource is Service
)
when { principal in resource.owner };
"#,
    ),
    (
        "catalog/entities/teams.yaml",
        r"identifier: checkout
blueprint: Team
---
identifier: platform
blueprint: Team
---
identifier: admins
blueprint: Team
",
    ),
];

/// The people and their teams.
const PEOPLE: &[(&str, &str)] = &[
    ("lin", "checkout"),
    ("mia", "checkout"),
    ("sam", "platform"),
    ("ines", "platform"),
    ("kim", "admins"),
    ("vera", "admins"),
];

/// `cart`, with 3 replicas.
pub(crate) const CART: &str = "catalog/entities/services/cart.yaml";
/// `pay`, with 2 replicas.
pub(crate) const PAY: &str = "catalog/entities/services/pay.yaml";

/// The file of a person.
pub(crate) fn person(name: &str) -> String {
    format!("catalog/entities/people/{name}.yaml")
}

/// A person in a team, as their file has it.
pub(crate) fn person_text(name: &str, teams: &str) -> String {
    format!("identifier: {name}\nblueprint: User\nrelations: {{teams: [{teams}]}}\n")
}

/// A service, as its file has it.
pub(crate) fn service(name: &str, owner: &str, replicas: u32) -> String {
    format!(
        "identifier: {name}\nblueprint: Service\nproperties:\n  replicas: {replicas}\nrelations: {{owner: {owner}}}\n"
    )
}

/// A repository with the catalog on `main`.
pub(crate) struct Shop {
    pub(crate) git: Git,
    /// Where `announce` writes a line each time that it is run.
    pub(crate) announced: PathBuf,
    _folder: tempfile::TempDir,
}

impl Shop {
    /// One whose calls go nowhere.
    pub(crate) fn new() -> Self {
        Self::at_port(9)
    }

    /// One whose calls go to `backend`.
    pub(crate) fn with(backend: &Backend) -> Self {
        Self::at_port(backend.port())
    }

    fn at_port(port: u16) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let announced = folder.path().join("announced");
        let git = Git::new();
        for (path, text) in FILES {
            git.write(
                path,
                text.replace("@ANNOUNCED@", &announced.display().to_string()),
            );
        }
        for (name, team) in PEOPLE {
            git.write(&person(name), person_text(name, team));
        }
        git.write(CART, service("cart", "checkout", 3));
        git.write(PAY, service("pay", "platform", 2));
        git.write("catalogc.yaml", settings(port));
        git.commit("the catalog");
        Self {
            git,
            announced,
            _folder: folder,
        }
    }

    /// Begins a pull request at the tip of main, and checks it out.
    pub(crate) fn pull_request(&self) -> &Git {
        self.git.branch("pr", "main")
    }

    /// What `catalogc` says in the repository.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        run(self.git.root(), arguments)
    }

    /// The plan of merging `pr` into `main` for somebody.
    pub(crate) fn plan(&self, actor: &str) -> Ran {
        self.run(&["plan", "--base", "main", "--head", "pr", "--actor", actor])
    }

    /// The plan of merging `pr` into `main` for somebody, as data.
    pub(crate) fn planned(&self, actor: &str) -> PlanFile {
        let asked = ["plan", "--base", "main", "--head", "pr", "--actor", actor];
        let ran = self.run(&[&asked[..], &["--format", "json"]].concat());
        PlanFile::from_bytes(ran.exits(0).as_bytes()).unwrap()
    }

    /// Whether `pr` may be merged into `main`, asked by somebody, with further arguments.
    pub(crate) fn gate(&self, actor: &str, more: &[&str]) -> Ran {
        let asked = ["gate", "--base", "main", "--head", "pr", "--actor", actor];
        self.run(&[&asked[..], more].concat())
    }

    /// A bare repository with all that is here, which clones push to.
    pub(crate) fn server(&self) -> Git {
        self.git.clone_with(&["--mirror"])
    }
}

/// The settings, with all hosts at a port of loopback.
pub(crate) fn settings(port: u16) -> String {
    format!(
        "version: 1\npermissions: enforced\npeople: {{blueprint: User}}\nhosts:\n  api.github.com: \"http://127.0.0.1:{port}\"\n  deploy.example: \"http://127.0.0.1:{port}\"\n"
    )
}

/// How many lines a file has; none where it is not there.
#[expect(
    clippy::disallowed_methods,
    reason = "the effect of a program is what it wrote"
)]
pub(crate) fn lines(path: &Path) -> usize {
    std::fs::read_to_string(path).map_or(0, |text| text.lines().count())
}

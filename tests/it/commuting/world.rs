//! A catalog whose parts hang together in every way there is, made of numbers.
//!
//! In: numbers. Out: files. Teams are nested, values are derived over several relations, one of
//! them starts an action, a port is unique, `uses` may not lead back, and guards are narrow.

use std::collections::BTreeMap;

use serde_json::Value as Json;

/// Files by path.
pub(super) type Files = BTreeMap<String, String>;

/// Numbers that look like chance and are the same each time.
pub(super) struct Numbers(pub(super) u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(super) fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % n as u64).unwrap()
    }

    pub(super) fn one<'t, T>(&mut self, of: &'t [T]) -> &'t T {
        &of[self.below(of.len())]
    }
}

/// An entity as its file has it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entity {
    pub(super) kind: &'static str,
    pub(super) name: String,
    pub(super) old: Option<String>,
    pub(super) file: String,
    pub(super) values: BTreeMap<&'static str, String>,
    pub(super) links: BTreeMap<&'static str, Vec<String>>,
}

/// A catalog before it is written.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct World {
    pub(super) entities: Vec<Entity>,
    pub(super) others: Files,
}

/// What may be named by several.
const MANY: [&str; 2] = ["uses", "teams"];

impl World {
    /// The catalog as files.
    pub(super) fn files(&self) -> Files {
        let mut files = self.others.clone();
        for entity in &self.entities {
            let text = files.entry(entity.file.clone()).or_default();
            if !text.is_empty() {
                text.push_str("---\n");
            }
            text.push_str(&entity.text());
        }
        files
    }

    pub(super) fn of(&self, kind: &str) -> Vec<usize> {
        let all = self.entities.iter().enumerate();
        all.filter(|(_, entity)| entity.kind == kind)
            .map(|(n, _)| n)
            .collect()
    }

    pub(super) fn names(&self, kind: &str) -> Vec<String> {
        let all = self.entities.iter().filter(|it| it.kind == kind);
        all.map(|entity| entity.name.clone()).collect()
    }

    pub(super) fn add(&mut self, kind: &'static str, name: &str) -> &mut Entity {
        self.entities.push(Entity {
            kind,
            name: name.to_owned(),
            old: None,
            file: format!("catalog/entities/{kind}/{name}.yaml"),
            values: BTreeMap::new(),
            links: BTreeMap::new(),
        });
        self.entities.last_mut().unwrap()
    }
}

impl Entity {
    pub(super) fn link(&mut self, relation: &'static str, to: &[&str]) -> &mut Self {
        let to = to.iter().map(|it| (*it).to_owned()).collect();
        self.links.insert(relation, to);
        self
    }

    pub(super) fn value(&mut self, name: &'static str, value: impl Into<Json>) -> &mut Self {
        self.values.insert(name, value.into().to_string());
        self
    }

    fn text(&self) -> String {
        let mut text = format!("identifier: {}\nblueprint: {}\n", self.name, self.kind);
        if let Some(old) = &self.old {
            text.push_str(&format!("movedFrom: {old}\n"));
        }
        if !self.values.is_empty() {
            text.push_str("properties:\n");
            for (name, value) in &self.values {
                text.push_str(&format!("  {name}: {value}\n"));
            }
        }
        let links = self.links.iter().filter(|(_, to)| !to.is_empty());
        let links: Vec<String> = links
            .map(|(name, to)| {
                if MANY.contains(name) {
                    format!("  {name}: [{}]\n", to.join(", "))
                } else {
                    format!("  {name}: {}\n", to[0])
                }
            })
            .collect();
        if !links.is_empty() {
            text.push_str("relations:\n");
            text.push_str(&links.concat());
        }
        text
    }
}

/// The catalog of some numbers: 55 entities.
pub(super) fn world(numbers: &mut Numbers) -> World {
    let others = DEFINITIONS.iter();
    let mut world = World {
        entities: Vec::new(),
        others: others
            .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
            .collect(),
    };
    for name in ["admins", "root"] {
        world.add("Team", name);
    }
    for n in 0..6 {
        let above = if n < 2 {
            "root".to_owned()
        } else {
            format!("team{}", n - 2)
        };
        let leader = format!("user{n}");
        let team = world.add("Team", &format!("team{n}"));
        team.link("parent", &[&above]).link("leader", &[&leader]);
    }
    for n in 0..10 {
        let team = format!("team{}", numbers.below(6));
        let mut teams = vec![team.as_str()];
        if n < 3 {
            teams.push("admins");
        }
        world.add("User", &format!("user{n}")).link("teams", &teams);
    }
    for n in 0..4 {
        let tier = numbers.below(4);
        world
            .add("Domain", &format!("domain{n}"))
            .value("tier", tier);
    }
    for n in 0..8 {
        let domain = format!("domain{}", n % 4);
        let owner = format!("team{}", numbers.below(6));
        let system = world.add("System", &format!("system{n}"));
        system.link("domain", &[&domain]).link("owner", &[&owner]);
    }
    for n in 0..25 {
        let system = format!("system{}", numbers.below(8));
        let owner = format!("team{}", numbers.below(6));
        let uses = (n > 4).then(|| format!("part{}", numbers.below(n.max(1))));
        let replicas = 1 + numbers.below(5);
        let part = world.add("Part", &format!("part{n}"));
        part.value("replicas", replicas).value("port", 8000 + n);
        part.link("system", &[&system]);
        if n % 3 == 0 {
            part.link("owner", &[&owner]);
        }
        part.link("uses", &uses.iter().map(String::as_str).collect::<Vec<_>>());
        if n >= 22 {
            part.file = "catalog/entities/together.yaml".to_owned();
        }
    }
    world
}

const DEFINITIONS: &[(&str, &str)] = &[
    (
        "catalogc.yaml",
        "version: 1\npermissions: enforced\npeople: {blueprint: User}\nhosts: [deploy.example]\nguards: {deletes: 3, deletes_percent: 50, per_blueprint: {Part: {creates: 1}}}\n",
    ),
    (
        "catalog/blueprints/people.yaml",
        r"identifier: Team
schema: {properties: {slack: {type: string}}}
relations: {parent: {target: Team, memberOf: true}, leader: {target: User}}
---
identifier: User
schema: {properties: {phone: {type: string}}}
relations: {teams: {target: Team, many: true, memberOf: true}}
",
    ),
    (
        "catalog/blueprints/domain.yaml",
        r"identifier: Domain
schema: {properties: {tier: {type: integer}, note: {type: string}}}
aggregationProperties:
  systems: {target: System, type: number, calculationSpec: {func: count, calculationBy: entities}}
",
    ),
    (
        "catalog/blueprints/system.yaml",
        r"identifier: System
schema: {properties: {note: {type: string}}}
relations: {domain: {target: Domain, required: true}, owner: {target: Team, required: true}}
ownership: {path: owner}
mirrorProperties: {tier: {path: domain.tier}}
aggregationProperties:
  replicas: {target: Part, type: number, calculationSpec: {func: sum, calculationBy: property, property: replicas}, pathFilter: [{path: [system]}]}
calculationProperties:
  large: {calculation: (.properties.replicas // 0) > 9, type: boolean}
",
    ),
    (
        "catalog/blueprints/part.yaml",
        r"identifier: Part
schema:
  properties:
    replicas: {type: integer, minimum: 0, maximum: 50}
    port: {type: integer}
    note: {type: string}
    lead: {type: string, format: user}
  required: [replicas]
relations:
  system: {target: System, required: true}
  owner: {target: Team}
  uses: {target: Part, many: true, acyclic: true}
ownership: {path: system.owner}
mirrorProperties: {tier: {path: system.domain.tier}}
calculationProperties: {cost: {calculation: .properties.replicas * 12, type: number}}
unique: [properties.port]
",
    ),
    (
        "catalog/actions/scale.yaml",
        r#"identifier: scale
operation: day-2
blueprint: Part
trigger: {changed: [properties.replicas]}
inputs: {properties: {replicas: {type: integer}}, required: [replicas], from: {replicas: .after.properties.replicas}}
permissions: {execute: {ownedByTeam: true}}
approval:
  - {when: context.inputs.replicas > 6, by: {teams: [team0]}, count: 1}
call: {id: scale, connector: webhook, with: {url: "https://deploy.example/scale", body: {who: "{{ .actor.title }}", tier: "{{ .entity.properties.tier }}", part: "{{ .entity.identifier }}"}}}
"#,
    ),
    (
        "catalog/actions/restart.yaml",
        r#"identifier: restart
operation: day-2
blueprint: Part
trigger: {request: true}
permissions: {execute: {teams: [root]}}
call: {id: restart, connector: webhook, with: {url: "https://deploy.example/restart", body: {part: "{{ .entity.identifier }}", cost: "{{ .entity.properties.cost }}"}}}
"#,
    ),
    (
        "catalog/actions/grow.yaml",
        r#"identifier: grow
operation: day-2
blueprint: System
trigger: {changed: [properties.large]}
permissions: {execute: {teams: [root]}}
causedBy: permitted
call: {id: grow, connector: webhook, with: {url: "https://deploy.example/grow", body: {system: "{{ .entity.identifier }}", replicas: "{{ .entity.properties.replicas }}"}}}
"#,
    ),
    (
        "catalog/policies/rules.cedar",
        r#"permit (principal in Team::"admins", action in [Action::"define", Action::"grant", Action::"create", Action::"update", Action::"delete", Action::"rename", Action::"record", Action::"override"], resource);
permit (principal in Team::"root", action == Action::"meta", resource);
permit (principal, action in [Action::"update", Action::"create", Action::"rename", Action::"delete"], resource is Part) when { resource has owner && principal in resource.owner };
permit (principal, action in Action::"update", resource is System) when { principal in resource.owner };
permit (principal, action in [Action::"update", Action::"create"], resource is Part) when { resource has owner && resource.owner has leader && resource.owner.leader == principal };
permit (principal, action in Action::"update", resource is Part) when { context has after && context.after has owner && context.after.owner has leader && context.after.owner.leader == principal };
"#,
    ),
    (
        "catalog/policies/domains.cedar",
        "permit (principal in Team::\"root\", action in Action::\"update\", resource is Domain) when { resource has tier && resource.tier < 3 };\n",
    ),
    (
        "catalog/policies/restart.cedar",
        "forbid (principal, action == Action::\"restart\", resource is Part) when { resource.replicas > 40 };\n",
    ),
];

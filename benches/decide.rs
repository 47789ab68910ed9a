//! What a decision costs: 100,000 entities, 200 policies, 20 of them about the action.
//!
//! In: a catalog made here. Out: times. A decision is all of it: the question, the slice of
//! entities, the rules, the reasons. `cargo bench` runs it.

#![expect(
    clippy::unwrap_used,
    reason = "a catalog that is made here and cannot be read is a mistake of the benchmark"
)]

use std::cell::Cell;
use std::fmt::Write as _;
use std::sync::OnceLock;

use catalogc::compile::{Compiled, compile};
use catalogc::model::{EntityId, Moment};
use catalogc::policy::{ActionName, BuiltIn, Question, Resource, Rules};
use catalogc::source::{Selection, memory};
use serde_json::{Map, Value as Json, json};

const TEAMS: usize = 1_000;
const USERS: usize = 9_000;
const COMPONENTS: usize = 90_000;
/// Entities of a file: as many documents as one may have.
const CHUNK: usize = 100;
/// Actions of the catalog; each has as many policies.
const ACTIONS: usize = 10;
const POLICIES_OF_ONE: usize = 20;

const SETTINGS: &str = "permissions: enforced\npeople: {blueprint: User}\n";

const KINDS: &str = r"
identifier: User
schema: {properties: {}}
relations: {teams: {target: Team, many: true, memberOf: true}}
---
identifier: Team
schema: {properties: {}}
relations:
  leader: {target: User}
  parent: {target: Team, memberOf: true}
---
identifier: Component
schema:
  properties:
    type: {type: string, enum: [service, library]}
    tier: {type: string, enum: [gold, silver, bronze]}
    lifecycle: {type: string, enum: [production, experimental, retired]}
    replicas: {type: integer}
    cost: {type: number, multipleOf: 0.01}
    url: {type: string, format: url}
    tags: {type: array, items: {type: string}}
    expires_at: {type: string, format: timer}
  required: [type, tier]
relations:
  owner: {target: Team, required: true}
  uses: {target: Component, many: true}
ownership: {path: owner}
";

/// One policy of each sort that people write; `N` is its number.
const SORTS: [&str; 10] = [
    "permit (principal in Team::\"team-N\", action == ACTION, resource);",
    "permit (principal, action == ACTION, resource) when { principal in context.owners && context.inputs.replicas <= N };",
    "permit (principal, action == ACTION, resource) when { resource.owner has leader && resource.owner.leader == principal };",
    "permit (principal == User::\"user-N\", action == ACTION, resource) when { resource.type == Component__type::\"library\" };",
    "permit (principal in Team::\"team-0\", action == ACTION, resource) when { resource has tags && resource.tags.contains(\"tag-N\") };",
    "forbid (principal, action == ACTION, resource) when { resource has lifecycle && resource.lifecycle == Component__lifecycle::\"retired\" && context.inputs.replicas > N };",
    "forbid (principal, action == ACTION, resource) when { resource has expires_at && resource.expires_at < context.now && context.inputs.replicas > N };",
    "forbid (principal, action == ACTION, resource) when { resource has cost && resource.cost.greaterThan(decimal(\"10N.5\")) };",
    "permit (principal, action == ACTION, resource) when { context has before && context.before.tier == Component__tier::\"bronze\" && principal in Team::\"team-N\" };",
    "forbid (principal, action == ACTION, resource) when { context.changed.contains(Component__path::\"relations.owner\") && context.inputs.replicas == N };",
];

fn entities(count: usize, name: &str, one: impl Fn(usize) -> String) -> Vec<(String, String)> {
    let numbers: Vec<usize> = (0..count).collect();
    let files = numbers.chunks(CHUNK).enumerate();
    files
        .map(|(file, numbers)| {
            let documents: Vec<String> = numbers.iter().map(|n| one(*n)).collect();
            let path = format!("catalog/entities/{name}/{file}.yaml");
            (path, documents.join("---\n"))
        })
        .collect()
}

fn catalog() -> Vec<(String, String)> {
    let mut files = vec![
        ("catalogc.yaml".to_owned(), SETTINGS.to_owned()),
        ("catalog/blueprints/all.yaml".to_owned(), KINDS.to_owned()),
    ];
    files.extend(entities(TEAMS, "team", |n| {
        let parent = n / 10;
        let parent = if n == 0 {
            String::new()
        } else {
            format!(", parent: team-{parent}")
        };
        format!(
            "{{identifier: team-{n}, blueprint: Team, relations: {{leader: user-{n}{parent}}}}}\n"
        )
    }));
    files.extend(entities(USERS, "user", |n| {
        let (one, other) = (n % TEAMS, n * 7 % TEAMS);
        format!("{{identifier: user-{n}, blueprint: User, relations: {{teams: [team-{one}, team-{other}]}}}}\n")
    }));
    files.extend(entities(COMPONENTS, "component", |n| {
        let (team, uses) = (n % TEAMS, (n + 1) % COMPONENTS);
        format!(
            "identifier: component-{n}\nblueprint: Component\n\
             properties: {{type: service, tier: gold, lifecycle: production, replicas: 3, cost: 12.5, \
             url: \"https://example.com/{n}\", tags: [a, b], expires_at: \"2027-01-01T00:00:00Z\"}}\n\
             relations: {{owner: team-{team}, uses: [component-{uses}]}}\n"
        )
    }));
    files.push((
        "catalog/policies/admins.cedar".to_owned(),
        "permit (principal in Team::\"team-1\", action == Action::\"define\", resource);\n"
            .to_owned(),
    ));
    for action in 0..ACTIONS {
        let mut rules = String::new();
        for n in 0..POLICIES_OF_ONE {
            let sort = SORTS.get(n % SORTS.len()).unwrap();
            let name = format!("Action::\"scale_{action}\"");
            let number = (n / SORTS.len() + 1).to_string();
            let _ = writeln!(
                rules,
                "{}",
                sort.replace("ACTION", &name).replace('N', &number)
            );
        }
        files.push((format!("catalog/policies/scale-{action}.cedar"), rules));
        files.push((
            format!("catalog/actions/scale-{action}.yaml"),
            format!(
                "identifier: scale_{action}\noperation: day-2\nblueprint: Component\n\
                 trigger: {{request: true}}\n\
                 inputs: {{properties: {{replicas: {{type: integer}}}}, required: [replicas]}}\n"
            ),
        ));
    }
    files
}

fn compiled() -> &'static Compiled {
    static COMPILED: OnceLock<Compiled> = OnceLock::new();
    COMPILED.get_or_init(|| {
        let selection = Selection::new(Some("catalogc.yaml"), "catalog", &[]).unwrap();
        let compiled = compile(memory::snapshot(catalog()), &selection);
        assert!(
            !catalogc::check::has_errors(&compiled.findings),
            "{:?}",
            compiled.findings.first()
        );
        compiled
    })
}

fn rules() -> &'static Rules<'static> {
    static RULES: OnceLock<Rules<'static>> = OnceLock::new();
    RULES.get_or_init(|| {
        let Compiled {
            catalog,
            graph,
            snapshot,
            ..
        } = compiled();
        let (rules, _) = catalogc::policy::compile(catalog, graph, snapshot);
        rules.at(Moment::parse("2026-11-22T14:00:00Z"))
    })
}

fn id(kind: &str, name: &str) -> EntityId {
    let catalog = &compiled().catalog;
    let (kind, _) = catalog.find_blueprint(kind).unwrap();
    catalog.find_entity(kind, name).unwrap()
}

/// Decides the same question about another component each time.
fn decide(bencher: divan::Bencher<'_, '_>, login: &str, action: ActionName<'_>, inputs: &Json) {
    let actor = rules().person(login, None);
    let inputs = inputs.as_object().cloned().unwrap_or_else(Map::new);
    let components: Vec<EntityId> = (0..1_000)
        .map(|n| id("Component", &format!("component-{}", n * 90 + 7)))
        .collect();
    let next = Cell::new(0_usize);
    bencher.bench_local(|| {
        next.set((next.get() + 1) % components.len());
        let component = *components.get(next.get()).unwrap();
        rules().judge(&Question {
            actor: &actor,
            action,
            resource: Resource::Entity(component),
            inputs: &inputs,
            changed: &[],
            after: compiled()
                .catalog
                .entity(component)
                .map(|entity| (&compiled().catalog, entity)),
            cause: None,
        })
    });
}

/// An action with 20 policies; a rule of them permits.
#[divan::bench(sample_count = 200, sample_size = 50)]
fn an_allowed_action(bencher: divan::Bencher<'_, '_>) {
    decide(
        bencher,
        "user-1",
        ActionName::Catalog("scale_3"),
        &json!({"replicas": 5}),
    );
}

/// The same, and nobody permits it: why is said for each of the rules.
#[divan::bench(sample_count = 200, sample_size = 50)]
fn a_denied_action_with_its_reasons(bencher: divan::Bencher<'_, '_>) {
    decide(
        bencher,
        "user-500",
        ActionName::Catalog("scale_3"),
        &json!({"replicas": 5}),
    );
}

/// A built-in action that no policy is about.
#[divan::bench(sample_count = 200, sample_size = 50)]
fn a_built_in_action_without_rules(bencher: divan::Bencher<'_, '_>) {
    decide(
        bencher,
        "user-500",
        ActionName::BuiltIn(BuiltIn::Update),
        &json!({}),
    );
}

/// Reading, parsing and type-checking the 200 policies, and knowing 9,000 people.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn reading_and_checking_200_policies() -> usize {
    let Compiled {
        catalog,
        graph,
        snapshot,
        ..
    } = compiled();
    catalogc::policy::compile(catalog, graph, snapshot).1.len()
}

/// `check` of all 100,000 entities, from the texts of the files.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn checking_the_whole_catalog() -> usize {
    let selection = Selection::new(Some("catalogc.yaml"), "catalog", &[]).unwrap();
    compile(memory::snapshot(catalog()), &selection)
        .findings
        .len()
}

fn main() {
    divan::main();
}

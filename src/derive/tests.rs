//! Tests of derived values on small catalogs, and on the one we ship.

use serde_json::Value as Json;
use serde_json::json;

use crate::derive::Derived;
use crate::derive::check;
use crate::graph::Graph;
use crate::model::Catalog;
use crate::model::EntityId;
use crate::source::Selection;
use crate::source::Snapshot;
use crate::source::memory;

mod aggregation;
mod calculation;
mod cycle;
mod effect;
mod formula;
mod mirror;
mod owner;
mod query;
mod related;

/// A catalog and its graph.
struct World {
    catalog: Catalog,
    graph: Graph,
}

impl World {
    /// The catalog of these blueprints and entities, without anything wrong in their documents.
    fn new(blueprints: &str, entities: &str) -> Self {
        let files = [
            ("catalog/blueprints/all.yaml", blueprints),
            ("catalog/entities/all.yaml", entities),
        ];
        Self::of(&memory::snapshot(files))
    }

    fn of(snapshot: &Snapshot) -> Self {
        let selection = Selection::new(None, "catalog", &[]).unwrap();
        let (catalog, findings) = crate::model::lower(snapshot, &selection);
        assert_eq!(findings, []);
        let (graph, findings) = crate::graph::build(&catalog);
        assert_eq!(findings, []);
        Self { catalog, graph }
    }

    fn derived(&self) -> Derived<'_> {
        Derived::new(&self.catalog, &self.graph)
    }

    /// The entity of `Blueprint/identifier`.
    fn id(&self, name: &str) -> EntityId {
        let (blueprint, identifier) = name.split_once('/').unwrap();
        let (blueprint, _) = self.catalog.find_blueprint(blueprint).unwrap();
        self.catalog.find_entity(blueprint, identifier).unwrap()
    }

    /// The value of `Blueprint/identifier`; null is an absent one.
    fn value(&self, entity: &str, name: &str) -> Json {
        let value = self.derived().value(self.id(entity), name);
        assert_ne!(value, Some(Json::Null), "absent has one spelling");
        value.unwrap_or_default()
    }

    fn name(&self, entity: EntityId) -> String {
        let entity = self.catalog.entity(entity).unwrap();
        entity.identifier.value.to_string()
    }

    /// Entities and paths, as `CartService.relations.owner`.
    fn names(&self, of: Vec<(EntityId, String)>) -> Vec<String> {
        of.into_iter()
            .map(|(entity, path)| format!("{}.{path}", self.name(entity)))
            .collect()
    }

    fn causes(&self, entity: &str, name: &str) -> Vec<String> {
        self.names(self.derived().causes(self.id(entity), name))
    }

    fn dependents(&self, entity: &str, path: &str) -> Vec<String> {
        self.names(self.derived().dependents(self.id(entity), path))
    }
}

/// The catalog in this repository.
fn shipped() -> World {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let selection = Selection::new(None, "catalog", &[]).unwrap();
    World::of(&crate::source::disk::read(root, &selection).unwrap())
}

#[test]
fn the_shipped_catalog_has_the_values_of_the_drawings() {
    let world = shipped();
    assert_eq!(world.value("Component/CartService", "cost"), json!(36));
    assert_eq!(world.value("Component/CartService", "domain"), "Orders");
    assert_eq!(world.value("System/Cart", "cost"), json!(36));
    assert_eq!(world.value("Domain/Orders", "cost"), json!(84));
    assert_eq!(world.value("API/CartAPI", "owner"), "platform");
    assert_eq!(world.value("User/lin", "environments"), json!(2));
    assert_eq!(check(&world.catalog), []);
}

#[test]
fn an_edit_in_the_shipped_catalog_reaches_what_the_drawings_show() {
    let world = shipped();
    let replicas = world.dependents("Component/CartService", "properties.replicas");
    assert_eq!(replicas, ["CartService.cost"]);
    let cost = world.dependents("Component/CartService", "properties.cost");
    assert_eq!(cost, ["Cart.cost"]);
    assert_eq!(
        world.dependents("System/Cart", "properties.cost"),
        ["Orders.cost"]
    );
    let owner = world.dependents("Component/CartService", "relations.owner");
    assert!(owner.contains(&"CartAPI.owner".to_owned()), "{owner:?}");
    let gone = world.dependents("Environment/env-lin-7", "");
    assert!(gone.contains(&"lin.environments".to_owned()), "{gone:?}");
    let causes = world.causes("User/lin", "environments");
    assert!(causes.contains(&"env-lin-7.identifier".to_owned()));
    assert!(causes.contains(&"env-lin-7.relations.owner".to_owned()));
}

#[test]
fn an_entity_has_its_own_values_and_its_derived_ones() {
    let world = World::new(
        "identifier: Node
schema: {properties: {size: {type: number}, empty: {type: string}, twice: {type: string}}}
relations: {next: {target: Node}, all: {target: Node, many: true}, none: {target: Node, many: true}, no: {target: Node}}
calculationProperties:
  double: {calculation: .properties.size * 2, type: number}
  failing: {calculation: .properties.empty * 2, type: number}
",
        "{identifier: b, blueprint: Node, title: Bee, icon: Hive, team: sre}
---
identifier: a
blueprint: Node
properties: {size: 2.0, empty: null, failing: 7}
relations: {next: b, all: [b, a, b]}
",
    );
    let derived = world.derived();
    let own = json!({
        "identifier": "a", "blueprint": "Node", "title": "a", "team": [],
        "properties": {"size": 2},
        "relations": {"next": "b", "all": ["a", "b"], "none": []},
    });
    let a = world.id("Node/a");
    assert_eq!(crate::derive::own(&world.catalog, a), own);
    let mut whole = own;
    whole["properties"]["double"] = json!(4);
    assert_eq!(derived.entity(a), whole);
    let other = derived.entity(world.id("Node/b"));
    assert_eq!(other["title"], "Bee");
    assert_eq!(other["icon"], "Hive");
    assert_eq!(other["team"], json!(["sre"]));
    assert_eq!(derived.entity(EntityId(9)), Json::Null);
    assert_eq!(derived.value(EntityId(9), "double"), None);
    assert_eq!(derived.value(a, "size"), None);
}

#[test]
fn values_do_not_depend_on_the_order_of_asking_or_of_the_files() {
    let world = shipped();
    let forwards = world.derived();
    let all: Vec<Json> = world
        .catalog
        .entities()
        .map(|(id, _)| forwards.entity(id))
        .collect();
    let backwards = world.derived();
    let mut reversed: Vec<Json> = (0..all.len())
        .rev()
        .map(|n| backwards.entity(EntityId(u32::try_from(n).unwrap())))
        .collect();
    reversed.reverse();
    assert_eq!(all, reversed);
    let text = |values: &[Json]| serde_json::to_string(values).unwrap();
    assert_eq!(text(&all), text(&reversed));
    let blueprint = |relations: &str| {
        format!(
            "identifier: Node
schema: {{properties: {{bag: {{type: object}}}}}}
relations: {{next: {{target: Node, many: true}}}}
calculationProperties:
  text: {{calculation: '[.properties.bag, .relations.next] | tostring', type: string}}
  {relations}
"
        )
    };
    let entity = |bag: &str, next: &str| {
        format!(
            "{{identifier: a, blueprint: Node, properties: {{bag: {bag}}}, relations: {{next: {next}}}}}
---
{{identifier: b, blueprint: Node}}
"
        )
    };
    let one = World::new(&blueprint(""), &entity("{x: 1, y: 2}", "[a, b]"));
    let other = World::new(&blueprint(""), &entity("{y: 2.0, x: 1.0}", "[b, a]"));
    assert_eq!(one.value("Node/a", "text"), other.value("Node/a", "text"));
}

/// A blueprint for each of `count` links; each has what `rest` says of the one before it.
fn chain(count: usize, rest: impl Fn(usize) -> String) -> World {
    let mut blueprints = Vec::new();
    let mut entities = Vec::new();
    for n in 0..count {
        let relation = match n {
            0 => String::new(),
            n => format!("relations: {{next: {{target: K{}}}}}\n", n - 1),
        };
        blueprints.push(format!(
            "identifier: K{n}\nschema: {{properties: {{seed: {{type: integer}}}}}}\n{relation}{}",
            rest(n)
        ));
        let link = match n {
            0 => "properties: {seed: 1}".to_owned(),
            n => format!("relations: {{next: e{}}}", n - 1),
        };
        entities.push(format!("{{identifier: e{n}, blueprint: K{n}, {link}}}"));
    }
    let files = blueprints
        .chunks(50)
        .enumerate()
        .map(|(n, part)| (format!("catalog/blueprints/{n}.yaml"), part.join("\n---\n")));
    let more = entities
        .chunks(50)
        .enumerate()
        .map(|(n, part)| (format!("catalog/entities/{n}.yaml"), part.join("\n---\n")));
    World::of(&memory::snapshot(files.chain(more)))
}

#[test]
fn a_chain_of_definitions_2000_deep_is_computed() {
    let world = chain(2_000, |n| match n {
        0 => "calculationProperties: {v: {calculation: .properties.seed, type: integer}}".into(),
        n if n % 2 == 0 => "mirrorProperties: {v: {path: next.v}}".into(),
        n => format!(
            "aggregationProperties: {{v: {{target: K{}, calculationSpec: {{func: sum, calculationBy: property, property: v}}}}}}",
            n - 1
        ),
    });
    assert_eq!(world.value("K1999/e1999", "v"), json!(1));
    assert_eq!(check(&world.catalog), []);
}

#[test]
fn a_chain_of_entities_2000_deep_is_followed() {
    let count = 2_000;
    let mut entities = vec!["{identifier: top, blueprint: Root}".to_owned()];
    for n in 0..count {
        let to = match n {
            0 => "root: top".to_owned(),
            n => format!("next: e{}", n - 1),
        };
        entities.push(format!(
            "{{identifier: e{n}, blueprint: Link, relations: {{{to}}}}}"
        ));
    }
    entities.push(format!(
        "{{identifier: leaf, blueprint: Leaf, relations: {{link: e{}}}}}",
        count - 1
    ));
    let blueprints = "identifier: Root
schema: {properties: {}}
aggregationProperties: {leaves: {target: Leaf, calculationSpec: {func: count, calculationBy: entities}}}
---
identifier: Link
schema: {properties: {}}
relations: {root: {target: Root}, next: {target: Link}}
ownership: {type: Inherited, path: next}
---
identifier: Leaf
schema: {properties: {}}
relations: {link: {target: Link}}
ownership: {type: Inherited, path: link}
";
    let files = entities
        .chunks(50)
        .enumerate()
        .map(|(n, part)| (format!("catalog/entities/{n}.yaml"), part.join("\n---\n")));
    let first = ("catalog/blueprints/all.yaml".to_owned(), blueprints.into());
    let world = World::of(&memory::snapshot(files.chain([first])));
    assert_eq!(world.value("Root/top", "leaves"), json!(1));
    assert_eq!(world.causes("Root/top", "leaves").len(), count + 2);
    assert_eq!(world.dependents("Leaf/leaf", ""), ["top.leaves"]);
    assert_eq!(world.derived().owner(world.id("Leaf/leaf")), []);
}

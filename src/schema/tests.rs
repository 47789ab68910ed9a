//! The schemas agree with the readers, and with what is written.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::compile::{Compiled, compile};
use crate::model::Catalog;
use crate::model::fields::known;
use crate::schema::{Draft, Kind, catalog, schema};
use crate::source::{Selection, memory};
use crate::syntax::MergeKeys;

/// The files of the shipped catalog.
const SHIPPED: &[(&str, &str)] = &include!(concat!(env!("OUT_DIR"), "/shipped.rs"));

fn shipped() -> Compiled {
    let selection = Selection::new(Some("catalogc.yaml"), "catalog", &[]).unwrap();
    compile(memory::snapshot(SHIPPED.iter().copied()), &selection)
}

/// The documents of the shipped catalog that are of a kind, with their paths.
fn documents(folder: &str) -> Vec<(&'static str, Value)> {
    let mut all = Vec::new();
    for (path, text) in SHIPPED {
        let is_there = path.starts_with(&format!("catalog/{folder}/")) || *path == folder;
        if !is_there {
            continue;
        }
        let (documents, _) =
            crate::syntax::parse(crate::text::FileId(0), text, MergeKeys::Resolved);
        for document in documents {
            match document.root.to_json() {
                Value::Array(list) => all.extend(list.into_iter().map(|one| (*path, one))),
                one => all.push((*path, one)),
            }
        }
    }
    all
}

/// What each reader calls its mapping, and the schema's place for it.
const PLACES: &[(&str, Kind, &str)] = &[
    ("a blueprint", Kind::Blueprint, ""),
    ("`schema`", Kind::Blueprint, "Properties"),
    ("a relation", Kind::Blueprint, "Relation"),
    ("a mirror property", Kind::Blueprint, "Mirror"),
    ("a formula property", Kind::Blueprint, "Formula"),
    ("a calculation property", Kind::Blueprint, "Calculation"),
    ("an aggregation property", Kind::Blueprint, "Aggregation"),
    ("`calculationSpec`", Kind::Blueprint, "CalculationSpec"),
    ("`ownership`", Kind::Blueprint, "Ownership"),
    ("`expiry`", Kind::Blueprint, "Expiry"),
    ("`membership`", Kind::Blueprint, "Membership"),
    ("an entity", Kind::Entity, ""),
    ("a request", Kind::Request, ""),
    ("an action", Kind::Action, ""),
    ("a trigger", Kind::Action, "Trigger"),
    ("`inputs`", Kind::Action, "Inputs"),
    ("a precondition", Kind::Action, "Precondition"),
    ("`permissions`", Kind::Action, "Permissions"),
    ("a permission", Kind::Action, "Permission"),
    ("an approval", Kind::Action, "Approval"),
    ("`by`", Kind::Action, "By"),
    ("a call", Kind::Action, "Call"),
    ("a call", Kind::Action, "ShortCall"),
    ("a baseline", Kind::Baseline, ""),
    ("an entry of a baseline", Kind::Baseline, "Excuse"),
    ("a scorecard", Kind::Scorecard, ""),
    ("a level", Kind::Scorecard, "Level"),
    ("a rule", Kind::Scorecard, "Rule"),
    ("`filter`", Kind::Scorecard, "Query"),
    ("`query`", Kind::Scorecard, "Query"),
    ("a condition", Kind::Scorecard, "Condition"),
    ("a connector", Kind::Connector, ""),
    ("`lookup`", Kind::Connector, "Lookup"),
    ("`poll`", Kind::Connector, "Poll"),
    ("the settings file", Kind::Settings, ""),
    ("a guard", Kind::Settings, "GuardNumbers"),
    ("`limits`", Kind::Settings, "Limits"),
    ("a freeze", Kind::Settings, "Freeze"),
    ("a window", Kind::Settings, "Window"),
    ("a weekly window", Kind::Settings, "WeeklyWindow"),
    ("a rule test", Kind::Test, ""),
    ("an edit", Kind::Test, "Edit"),
    ("a patched file", Kind::Test, "PatchedFile"),
    ("an expected approval", Kind::Test, "ExpectedApproval"),
    ("an expected step", Kind::Test, "ExpectedStep"),
    ("`people`", Kind::Settings, "People"),
    ("a source", Kind::Settings, "Source"),
    ("`guards`", Kind::Settings, "Guards"),
    ("`ledger`", Kind::Settings, "Ledger"),
];

/// A file for every mapping that the shipped catalog does not have.
fn read_all_mappings() {
    let blueprint = "identifier: A\nschema: {properties: {}}\nexpiry: {property: x}\nmembership: {member: r, group: r}\nownership: {path: x}\naggregationProperties: {n: {target: A, calculationSpec: {func: count, calculationBy: entities}}}\ncalculationProperties: {c: {calculation: ., type: string}}\nmirrorProperties: {m: {path: x}}\nformulaProperties: {f: {formula: x}}\nrelations: {r: {target: A}}\n";
    let settings = "people: {blueprint: A}\nsources: [{glob: x, documents: entities}, {glob: y, reader: mapping, mapping: z}, {glob: y, reader: port, files: [z]}]\nguards: {per_team: {x: {}}}\nlimits: {}\nfreezes: [{name: x, windows: [{from: x, until: x}, {days: fri, from: x, until: x, zone: x}]}]\nledger: {}\n";
    let connector = "identifier: c\ncontract: lookup\nwith: {}\nrequest: {}\nlookup: {request: {}, found: .}\npoll: {request: {}, succeeded: ., failed: .}\n";
    let action = "identifier: a\noperation: day-2\nblueprint: A\ntrigger: {request: true}\ninputs: {}\nprecondition: {when: \".entity.title == null\", message: x}\npermissions: {execute: {users: [x]}}\napproval: [{by: {users: [x]}}]\ncall: {connector: c}\n";
    let scorecard = "identifier: s\nblueprint: A\nlevels: [{title: a}, {title: b}]\nfilter: {combinator: and, conditions: []}\nrules: [{identifier: r, level: b, query: {combinator: and, conditions: [{property: x, operator: isEmpty}]}}]\n";
    let test = "name: t\nactor: x\npatch: {a.yaml: {text: x}, b.yaml: {path: x, to: y}}\nexpect: allowed\napprovals: {from: x}\nsteps: {action: a}\n";
    let files = [
        ("catalogc.yaml", settings),
        ("catalog/blueprints/a.yaml", blueprint),
        ("catalog/connectors/c.yaml", connector),
        ("catalog/actions/a.yaml", action),
        ("catalog/requests/a.yaml", "action: a\n"),
        ("catalog/scorecards/s.yaml", scorecard),
        ("catalog/tests/t.yaml", test),
        (
            "catalogc-baseline.yaml",
            "findings: [{code: E0301, path: a, message: b, reason: c}]\n",
        ),
        ("catalog/entities/a.yaml", "identifier: x\nblueprint: A\n"),
    ];
    let selection = Selection::new(Some("catalogc.yaml"), "catalog", &[]).unwrap();
    compile(memory::snapshot(files), &selection);
}

#[test]
fn schemas_and_readers_know_the_same_keys() {
    read_all_mappings();
    let mut read = known::keys();
    // Part of a key's value, not a document: other tests of the model make these up.
    for (what, kind, definition) in PLACES {
        let schema = schema(*kind, Draft::Latest);
        let place = match *definition {
            "" => "/properties".to_owned(),
            name => format!("/$defs/{name}/properties"),
        };
        let keys = schema.pointer(&place).and_then(Value::as_object);
        let keys: BTreeSet<&str> = keys.unwrap().keys().map(String::as_str).collect();
        assert_eq!(
            Some(&keys),
            read.get(what),
            "{what} against {kind:?} {definition}"
        );
    }
    for (what, ..) in PLACES {
        read.remove(what);
    }
    // Documents of Backstage have schemas of Backstage's own; other tests may have read some.
    for what in ["a descriptor", "`metadata`", "`spec`"] {
        read.remove(what);
    }
    assert_eq!(
        read,
        BTreeMap::new(),
        "a reader whose keys are in no schema"
    );
}

#[test]
fn the_schema_of_a_property_knows_the_keywords_of_the_checker() {
    let schema = schema(Kind::Blueprint, Draft::Latest);
    let keys = schema.pointer("/$defs/PropertySchema/properties");
    let keys: Vec<&str> = keys
        .and_then(Value::as_object)
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(keys, crate::check::KEYWORDS);
}

#[test]
fn every_key_has_words_for_a_hover() {
    fn walk(value: &Value, place: &str, bare: &mut Vec<String>) {
        if let Some(properties) = value.get("properties").and_then(Value::as_object) {
            for (key, schema) in properties {
                if schema.get("description").is_none() {
                    bare.push(format!("{place}/{key}"));
                }
            }
        }
        for (key, schema) in value
            .get("$defs")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
        {
            walk(schema, &format!("{place}/{key}"), bare);
        }
    }
    for kind in Kind::ALL {
        let mut bare = Vec::new();
        walk(&schema(kind, Draft::Latest), kind.word(), &mut bare);
        assert_eq!(bare, [""; 0]);
    }
}

fn validator(schema: &Value) -> jsonschema::Validator {
    jsonschema::validator_for(schema).unwrap()
}

fn wrong(schema: &Value, value: &Value) -> Vec<String> {
    errors(&validator(schema), value)
}

fn errors(validator: &jsonschema::Validator, value: &Value) -> Vec<String> {
    let errors = validator.iter_errors(value);
    errors
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

const FOLDERS: [(Kind, &str); 6] = [
    (Kind::Action, "actions"),
    (Kind::Blueprint, "blueprints"),
    (Kind::Entity, "entities"),
    (Kind::Request, "requests"),
    (Kind::Settings, "catalogc.yaml"),
    (Kind::Test, "tests"),
];

#[test]
fn the_shipped_documents_fit_in_both_drafts_and_in_their_own_catalog() {
    let compiled = shipped();
    for (kind, folder) in FOLDERS {
        let schemas = [
            schema(kind, Draft::Latest),
            schema(kind, Draft::Seven),
            catalog::of(&compiled.catalog, kind),
        ]
        .map(|schema| validator(&schema));
        for (path, document) in documents(folder) {
            for schema in &schemas {
                assert_eq!(errors(schema, &document), [""; 0], "{path}");
                let mut more = document.clone();
                more["unheard_of"] = json!(1);
                assert!(!errors(schema, &more).is_empty(), "{path}");
            }
        }
    }
    assert!(documents("entities").len() > 60 && documents("actions").len() > 10);
    for (path, document) in documents("entities") {
        let name = document["blueprint"].as_str().unwrap();
        let (_, blueprint) = compiled.catalog.find_blueprint(name).unwrap();
        let only = catalog::of_entities(&compiled.catalog, blueprint);
        assert_eq!(wrong(&only, &document), [""; 0], "{path}");
    }
    for text in compiled.catalog.connectors.iter().map(|c| c.root.to_json()) {
        assert_eq!(
            wrong(&schema(Kind::Connector, Draft::Latest), &text),
            [""; 0]
        );
    }
}

/// Each wrong entity with the catalog's schema of all, and of its blueprint alone.
#[test]
fn wrong_documents_do_not_fit_the_schemas_of_their_catalog() {
    let compiled = shipped();
    let catalog = &compiled.catalog;
    let (_, component) = catalog.find_blueprint("Component").unwrap();
    let entity = catalog::of(catalog, Kind::Entity);
    let only = catalog::of_entities(catalog, component);
    let right = json!({
        "identifier": "X", "blueprint": "Component",
        "properties": {"type": "service", "replicas": null},
        "relations": {"system": "Cart", "owner": "platform", "components": ["New"]},
    });
    for schema in [&entity, &only] {
        assert_eq!(wrong(schema, &right), [""; 0]);
    }
    for (place, value) in [
        ("/properties/type", json!("microservice")),
        ("/properties/type", json!(null)),
        ("/properties/replicas", json!(51)),
        ("/properties/unheard", json!(1)),
        // Derived.
        ("/properties/cost", json!(1)),
        ("/relations/owner", json!(["platform"])),
        ("/relations/owner", json!(null)),
        ("/relations/components", json!("New")),
        ("/relations/unheard", json!("x")),
        ("/blueprint", json!("Componnet")),
        ("/unheard", json!(1)),
    ] {
        let mut entity_value = right.clone();
        let (parent, key) = place.rsplit_once('/').unwrap();
        entity_value.pointer_mut(parent).unwrap()[key] = value;
        for schema in [&entity, &only] {
            assert!(!wrong(schema, &entity_value).is_empty(), "{place}");
        }
    }
    let request = catalog::of(catalog, Kind::Request);
    let asked = json!({"action": "restart_service", "entity": "CartService", "inputs": {"reason": "memory leak, see incident 4711"}});
    assert_eq!(wrong(&request, &asked), [""; 0]);
    for (key, value) in [
        ("action", json!("restart")),
        ("inputs", json!({})),
        ("inputs", json!({"reason": "x".repeat(20), "b": 1})),
    ] {
        let mut asked = asked.clone();
        asked[key] = value;
        assert!(!wrong(&request, &asked).is_empty(), "{asked}");
    }
    let action = catalog::of(catalog, Kind::Action);
    let mut scale = catalog
        .find_action("change_replicas")
        .unwrap()
        .root
        .to_json();
    scale["calls"][0]["with"]["unheard"] = json!(1);
    assert!(!wrong(&action, &scale).is_empty());
}

/// Whether two makings give the same bytes, and the names are where editors look for them.
#[test]
fn names_are_proposed_and_capped_and_always_the_same() {
    let (one, other) = (shipped(), shipped());
    for kind in Kind::ALL {
        let text = |compiled: &Compiled| catalog::of(&compiled.catalog, kind).to_string();
        assert_eq!(text(&one), text(&other));
    }
    let entity = catalog::of(&one.catalog, Kind::Entity);
    let teams = &entity["definitions"]["names.Team"]["anyOf"][0]["enum"];
    assert!(
        teams.as_array().unwrap().contains(&json!("platform")),
        "{teams}"
    );
    let many: String = (0..=catalog::NAMES_MAX)
        .map(|n| format!("---\nidentifier: t{n}\nblueprint: Team\n"))
        .collect::<Vec<_>>()
        .chunks(90)
        .map(<[String]>::concat)
        .collect::<Vec<_>>()
        .join("\u{0}");
    let mut files: Vec<(String, String)> = many
        .split('\u{0}')
        .enumerate()
        .map(|(n, text)| (format!("catalog/entities/{n}.yaml"), text.to_owned()))
        .collect();
    let blueprint =
        "identifier: Team\nschema: {properties: {}}\nrelations: {parent: {target: Team}}\n";
    files.push((
        "catalog/blueprints/team.yaml".to_owned(),
        blueprint.to_owned(),
    ));
    let selection = Selection::new(None, "catalog", &[]).unwrap();
    let compiled = compile(memory::snapshot(files), &selection);
    let names = catalog::of(&compiled.catalog, Kind::Entity)["definitions"]["names.Team"].take();
    assert_eq!(
        names["anyOf"][0]["enum"].as_array().unwrap().len(),
        catalog::NAMES_MAX
    );
    let said = names["description"].as_str().unwrap();
    assert!(said.ends_with("2000 of 2001 are proposed"), "{said}");
}

#[test]
fn an_empty_catalog_has_schemas_too() {
    let nothing = Catalog::default();
    for kind in Kind::ALL {
        let schema = catalog::of(&nothing, kind);
        jsonschema::draft7::meta::validate(&schema).unwrap();
    }
}

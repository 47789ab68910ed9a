//! The schemas of what programs read: what the program prints fits them, and they are strict.
#![expect(clippy::disallowed_methods, reason = "the schemas are read as files")]

use std::path::Path;

use jsonschema::Validator;
use serde_json::{Value, json};

use catalogc::plan::schema::plan_schema;
use catalogc::render::codes_schema;
use catalogc::render::findings_schema;
use catalogc::schema::{self, Draft, Kind};
use catalogc::syntax::{Document, MergeKeys};

use crate::bless;
use crate::program::run;
use crate::repository::Git;
use crate::support::compile_folder;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn schema(name: &str) -> Validator {
    let path = root().join(format!("schemas/{name}.schema.json"));
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    jsonschema::draft202012::meta::validate(&schema).unwrap();
    jsonschema::draft202012::new(&schema).unwrap()
}

/// What the program prints in a folder.
fn said(at: &Path, arguments: &[&str]) -> Value {
    let ran = run(at, arguments);
    serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {ran}"))
}

fn assert_fits(schema: &Validator, value: &Value) {
    let wrong: Vec<String> = schema
        .iter_errors(value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Every object of a value with one key more, one at a time.
fn with_a_key_more(value: &Value) -> Vec<Value> {
    let mut places = Vec::new();
    collect(value, "", &mut places);
    places
        .iter()
        .map(|place| {
            let mut more = value.clone();
            more.pointer_mut(place).unwrap()["unheard_of"] = json!(1);
            more
        })
        .collect()
}

/// Where the objects are whose keys are the format's: not those of users' values.
fn collect(value: &Value, place: &str, places: &mut Vec<String>) {
    let free = [
        "/hosts", "/known", "/map", "/context", "/outputs", "/value", "/before", "/after",
    ];
    if value.is_object() && !free.iter().any(|end| place.ends_with(end)) {
        places.push(place.to_owned());
    }
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                if !["known", "value", "before", "after"].contains(&key.as_str()) {
                    collect(value, &format!("{place}/{key}"), places);
                }
            }
        }
        Value::Array(list) => {
            for (n, value) in list.iter().enumerate() {
                collect(value, &format!("{place}/{n}"), places);
            }
        }
        _ => {}
    }
}

/// The shipped catalog, and a pull request with a change, a deletion, a creation, a request, a
/// definition and a comment.
fn story() -> Git {
    let git = Git::new();
    for (path, text) in catalogc::cli::shipped::shipped() {
        git.write(path, text);
    }
    git.commit("the catalog");
    let cart = "catalog/entities/orders/cart-service.yaml";
    let changed = git.read(cart).replace("replicas: 3", "replicas: 25");
    git.write(cart, changed)
        .remove("catalog/entities/environments/env-lin-7.yaml")
        .write(
            "catalog/requests/restart-cart.yaml",
            "action: restart_service\nentity: CartService\ninputs: {reason: memory leak}\n",
        );
    let grant = "catalog/entities/access/omar-charge.yaml";
    let other = git
        .read(grant)
        .replace("omar-charge-write", "omar-charge-2");
    git.write("catalog/entities/access/omar-charge-2.yaml", other);
    let team = "catalog/blueprints/team.yaml";
    let titled = git.read(team).replace("title: Team\n", "title: Teams\n");
    git.write(team, titled);
    let sam = "catalog/entities/people/sam.yaml";
    let noted = format!("# Leads the platform.\n{}", git.read(sam));
    git.write(sam, noted).commit("a pull request");
    git
}

#[test]
fn plans_fit_their_schema_and_one_key_more_does_not() {
    let schema = schema("plan");
    let git = story();
    for actors in [
        &[][..],
        &["--actor", "lin"],
        &["--actor", "kim", "--actor", "lin"],
    ] {
        let question = ["plan", "--base", "HEAD~1", "--format", "json"];
        let plan = said(git.root(), &[&question, actors].concat());
        assert!(plan["steps"].as_array().unwrap().len() >= 4, "{plan}");
        assert!(!plan["coverage"].as_array().unwrap().is_empty(), "{plan}");
        assert_fits(&schema, &plan);
        let changed = with_a_key_more(&plan);
        assert!(changed.len() > 40);
        for more in changed {
            assert!(!schema.is_valid(&more), "{more}");
        }
    }
}

#[test]
fn a_plan_without_one_of_its_keys_does_not_fit() {
    let schema = schema("plan");
    let git = story();
    let plan = said(
        git.root(),
        &["plan", "--base", "HEAD~1", "--format", "json"],
    );
    for key in plan.as_object().unwrap().keys() {
        let mut less = plan.clone();
        less.as_object_mut().unwrap().remove(key);
        assert!(!schema.is_valid(&less), "{key}");
    }
}

#[test]
fn findings_fit_their_schema_and_one_key_more_does_not() {
    let schema = schema("findings");
    let mut found = 0;
    for case in root().join("fixtures/check").read_dir().unwrap() {
        let folder = case.unwrap().path();
        let folder = folder.to_string_lossy();
        let findings = said(root(), &["check", &folder, "--format", "json"]);
        assert_fits(&schema, &findings);
        found += findings["findings"].as_array().unwrap().len();
        for more in with_a_key_more(&findings) {
            assert!(!schema.is_valid(&more), "{more}");
        }
    }
    assert!(found > 100);
    let clean = said(root(), &["check", "--format", "json"]);
    assert_eq!(clean["findings"], json!([]));
    assert_fits(&schema, &clean);
}

#[test]
fn the_schemas_are_what_the_types_say() {
    let kinds = Kind::ALL.map(|kind| (kind.word(), schema::schema(kind, Draft::Latest)));
    let written = [
        ("codes", codes_schema()),
        ("findings", findings_schema()),
        ("plan", plan_schema()),
    ];
    let all = kinds.into_iter().chain(written);
    let differences: Vec<String> = all
        .filter_map(|(name, schema)| {
            jsonschema::draft202012::meta::validate(&schema).unwrap();
            let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
            bless::differs(&format!("../schemas/{name}.schema.json"), &text)
        })
        .collect();
    bless::none_differ(&differences, "schemas");
}

/// Files of a folder that `check` finds nothing in fit the schemas; a key that nobody knows does
/// not: that is what the cases whose names end in `-keys` are about.
#[test]
fn cases_fit_the_schemas_unless_they_break_a_key() {
    let validators: Vec<(Kind, &str, Validator)> = [
        (Kind::Action, "/actions/"),
        (Kind::Blueprint, "/blueprints/"),
        (Kind::Connector, "/connectors/"),
        (Kind::Entity, "/entities/"),
        (Kind::Request, "/requests/"),
        (Kind::Scorecard, "/scorecards/"),
        (Kind::Test, "/tests/"),
        (Kind::Settings, "catalogc.yaml"),
    ]
    .into_iter()
    .map(|(kind, place)| {
        let schema = schema::schema(kind, Draft::Latest);
        (kind, place, jsonschema::draft202012::new(&schema).unwrap())
    })
    .collect();
    let (mut fitting, mut broken) = (0, 0);
    for case in root().join("fixtures/check").read_dir().unwrap() {
        let folder = case.unwrap().path();
        let compiled = compile_folder(&folder);
        for (id, file) in compiled.snapshot.files() {
            let Ok(text) = &file.text else { continue };
            let path = format!("/{}", file.path);
            let Some((_, _, schema)) = validators.iter().find(|(_, place, _)| path.contains(place))
            else {
                continue;
            };
            if ![".yaml", ".json"].iter().any(|end| path.ends_with(end)) {
                continue;
            }
            let told: Vec<&str> = compiled
                .findings
                .iter()
                .filter(|finding| finding.span.file == id)
                .map(|finding| finding.code.id)
                .collect();
            let (documents, _) = catalogc::syntax::parse(id, text, MergeKeys::Resolved);
            // A file may hold its documents as a list.
            let fits = |document: &Document| match document.root.to_json() {
                Value::Array(documents) => documents.iter().all(|one| schema.is_valid(one)),
                one => schema.is_valid(&one),
            };
            if told.is_empty() {
                assert!(
                    documents.iter().all(fits),
                    "{} {}",
                    folder.display(),
                    file.path
                );
                fitting += 1;
            } else if told.contains(&"E0201") && folder.to_string_lossy().ends_with("-keys") {
                assert!(
                    !documents.iter().all(fits),
                    "{} {}",
                    folder.display(),
                    file.path
                );
                broken += 1;
            }
        }
    }
    assert!(fitting > 100 && broken >= 5, "{fitting} {broken}");
}

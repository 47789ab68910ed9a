//! What `init --from port` writes says the same as the export that it is made of.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use catalogc::compile::Compiled;

use super::{compile_with, settings, whole, write};
use crate::program::run;
use crate::support::compile_folder;

/// All that a catalog defines, by kind and name, without places.
fn defined(compiled: &Compiled) -> BTreeMap<String, serde_json::Value> {
    let catalog = &compiled.catalog;
    let mut all = BTreeMap::new();
    for blueprint in &catalog.blueprints {
        let name = format!("blueprint {}", blueprint.identifier.value);
        all.insert(name, blueprint.root.to_json());
    }
    for action in &catalog.actions {
        let name = format!("action {}", action.identifier.value);
        all.insert(name, action.root.to_json());
    }
    for scorecard in &catalog.scorecards {
        let (blueprint, name) = (&scorecard.blueprint.value, &scorecard.identifier.value);
        let name = format!("scorecard {blueprint} {name}");
        all.insert(name, scorecard.root.to_json());
    }
    for entity in &catalog.entities {
        let kind = catalog.blueprint(entity.blueprint).unwrap();
        let name = format!("{} {}", kind.identifier.value, entity.identifier.value);
        let properties = catalogc::syntax::to_json_object(&entity.properties);
        let relations: Vec<String> = entity
            .relations
            .iter()
            .map(|related| {
                format!(
                    "{} {:?}",
                    related.name.value,
                    related
                        .targets
                        .iter()
                        .map(|it| &it.value)
                        .collect::<Vec<_>>()
                )
            })
            .collect();
        let title = entity.title.as_ref().map(|title| title.value.to_string());
        all.insert(name, serde_json::json!([title, properties, relations]));
    }
    all
}

/// What `init --from port` makes of the files of a folder says what the folder says.
fn is_the_same_written(export: &Path, settings: &str) {
    let read = compile_with(export, settings, |_| true);
    let folder = tempfile::tempdir().unwrap();
    let export = export.to_str().unwrap();
    let written = run(folder.path(), &["init", "--from", "port", export]);
    assert!(
        written.stderr.contains("wrote catalogc.yaml\n"),
        "{}",
        written.stderr
    );
    let written = compile_folder(folder.path());
    assert_eq!(defined(&written), defined(&read));
}

#[test]
fn the_native_form_of_an_export_says_the_same() {
    let folder = write(&[
        (
            "integrations/x/.port/resources/blueprints.json",
            HOSTILE_BLUEPRINTS,
        ),
        (
            "integrations/x/.port/resources/entities.json",
            HOSTILE_ENTITIES,
        ),
    ]);
    is_the_same_written(folder.path(), ENTITIES_TOO);
    let Some(root) = whole() else { return };
    // What is not an export of Port's would be read as one.
    let corpus = tempfile::tempdir().unwrap();
    for integration in fs::read_dir(root.join("integrations")).unwrap() {
        let name = integration.unwrap().file_name();
        let resources = Path::new("integrations").join(name).join(".port/resources");
        for file in ["blueprints.json", "actions.json", "scorecards.json"] {
            let from = root.join(&resources).join(file);
            if from.is_file() {
                fs::create_dir_all(corpus.path().join(&resources)).unwrap();
                fs::copy(from, corpus.path().join(&resources).join(file)).unwrap();
            }
        }
    }
    is_the_same_written(corpus.path(), &settings());
}

/// The sources of an export that stands where the integrations have theirs.
const ENTITIES_TOO: &str = "\
sources:
  - {glob: \"integrations/*/.port/resources/*.json\", reader: port}
";

const HOSTILE_BLUEPRINTS: &str = r#"[{"identifier": "a/b", "schema": {"properties": {
    "s": {"type": "string"}, "n": {"type": "number"}, "o": {"type": "object"}, "no": {"type": "boolean"}, "<<": {"type": "string"}}},
    "relations": {"to": {"target": "a/b", "many": true, "required": false}}}]"#;

const HOSTILE_ENTITIES: &str = r#"[
    {"identifier": "../../etc/passwd", "blueprint": "a/b", "title": "no", "properties": {"s": "1.20", "n": 1e3, "no": false}},
    {"identifier": ".git/config", "blueprint": "a/b", "title": "- # x: y", "properties": {"s": "a\n  b\n\n# c\n", "n": 1.0}},
    {"identifier": "CON", "blueprint": "a/b", "properties": {"s": "=", "o": {"<<": {"a": 1}, "on": "~", "1": null, "": []}}},
    {"identifier": "con", "blueprint": "a/b", "properties": {"s": "\u2028\t\\ \"'`%@&*!|>?{}[],", "n": -0.5}},
    {"identifier": "x", "blueprint": "a/b", "properties": {"s": "2026-01-01", "<<": "0777"}, "relations": {"to": ["CON", "con", ".git/config"]}},
    {"identifier": "X", "blueprint": "a/b", "properties": {"s": " padded ", "o": {"a": ["{{ .x }}", "null", "0x1F", "1_000", "12:30:45"]}}}]"#;

#[test]
fn an_import_writes_over_nothing_and_names_what_it_cannot_read() {
    let folder = write(&[
        (
            "export.json",
            r#"[{"identifier": "Service", "schema": {"properties": {}}}]"#,
        ),
        ("catalog/mine.yaml", "x: 1\n"),
        ("broken/blueprints.json", "[{"),
    ]);
    let refused = run(folder.path(), &["init", "--from", "port", "export.json"]);
    refused.exits(2);
    assert!(
        refused.stderr.contains("nothing is written"),
        "{}",
        refused.stderr
    );
    for (arguments, told) in [
        (
            ["init", "--from", "jira", "export.json", "out"],
            "is no language",
        ),
        (
            ["init", "--from", "port", "absent.json", "out"],
            "there is no export",
        ),
        (
            ["init", "--from", "port", "catalog/none", "out"],
            "there is no export",
        ),
    ] {
        let refused = run(folder.path(), &arguments);
        refused.exits(2);
        assert!(refused.stderr.contains(told), "{}", refused.stderr);
        assert!(!folder.path().join("out").exists());
    }
    let written = run(
        folder.path(),
        &["init", "--from", "port", "export.json", "out"],
    );
    written.exits(0);
    assert!(written.stdout.contains("next: "), "{}", written.stdout);
    assert!(
        folder
            .path()
            .join("out/catalog/blueprints/Service.yaml")
            .is_file()
    );
}

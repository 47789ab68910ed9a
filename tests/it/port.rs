//! Repositories and exports in the words of Port.
#![expect(
    clippy::disallowed_methods,
    reason = "tests write catalogs, and the environment says where a corpus is"
)]

use std::fs;
use std::path::{Path, PathBuf};

use catalogc::compile::{Compiled, compile};
use catalogc::source::Snapshot;
use catalogc::source::SourceFile;
use catalogc::source::disk;
use catalogc::source::layout::Layout;

use crate::program::run;
use crate::repository::Git;
use crate::support::{compile_folder, places};

mod written;

/// The pieces of the corpus that are here, with the settings for all of it.
fn pieces() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/corpora/port-ocean")
}

/// The whole of the corpus, where the environment says that it is there.
fn whole() -> Option<PathBuf> {
    let corpora = std::env::var_os("CATALOGC_CORPORA")?;
    Some(Path::new(&corpora).join("port-ocean"))
}

/// Compiles `root` by settings that stand elsewhere; only files that `is_read` are.
fn compile_with(root: &Path, sources: &str, is_read: impl Fn(&str) -> bool) -> Compiled {
    let settings = SourceFile {
        path: "catalogc.yaml".to_owned(),
        text: Ok(sources.into()),
        merged: false,
    };
    let layout = Layout {
        settings: Some(settings.clone()),
        settings_name: "catalogc.yaml",
        misnamed: None,
        prefix: String::new(),
        is_catalog: false,
    };
    let names = ["actions", "blueprints", "entities", "scorecards"];
    let globs = names.map(|name| format!("integrations/*/.port/resources/{name}.json"));
    let globs: Vec<&str> = globs.iter().map(String::as_str).collect();
    let selection = layout.selection("catalog", &globs).unwrap();
    let read = disk::read(root, &selection).unwrap();
    let mut files: Vec<SourceFile> = read
        .as_slice()
        .iter()
        .filter(|file| file.path != "catalogc.yaml" && is_read(&file.path))
        .cloned()
        .collect();
    files.push(settings);
    compile(Snapshot::new(files), &selection)
}

/// The lines of `findings.txt` about files that `is_read`.
fn expected(is_read: impl Fn(&str) -> bool) -> Vec<String> {
    let text = fs::read_to_string(pieces().join("findings.txt")).unwrap();
    text.lines()
        .filter(|line| line.split_once(':').is_some_and(|(path, _)| is_read(path)))
        .map(str::to_owned)
        .collect()
}

/// Where the findings are, and what they say.
fn told(compiled: &Compiled) -> Vec<String> {
    let places = places(compiled).into_iter();
    places
        .zip(&compiled.findings)
        .map(|(place, finding)| format!("{place} {}", finding.message))
        .collect()
}

fn settings() -> String {
    fs::read_to_string(pieces().join("catalogc.yaml")).unwrap()
}

#[test]
fn pieces_of_a_repository_of_integrations_are_read_with_its_faults_at_their_places() {
    let compiled = compile_folder(&pieces());
    let is_here = |path: &str| pieces().join(path).is_file();
    // Of what is twice in the whole, one is here.
    let expected: Vec<String> = expected(is_here)
        .into_iter()
        .filter(|line| !line.ends_with(" is defined twice"))
        .collect();
    assert_eq!(told(&compiled), expected);
}

#[test]
fn a_whole_repository_of_integrations_is_read_with_the_known_figures() {
    let Some(root) = whole() else { return };
    let compiled = compile_with(&root, &settings(), |_| true);
    assert_eq!(told(&compiled), expected(|_| true));
    assert_eq!(compiled.catalog.blueprints.len(), 187);

    // By itself every integration has all of its blueprints, also those that another one has.
    let mut integrations: Vec<String> = fs::read_dir(root.join("integrations"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    integrations.sort();
    let mut found = Figures::default();
    for integration in integrations {
        let below = format!("integrations/{integration}/");
        let compiled = compile_with(&root, &settings(), |path| path.starts_with(&below));
        found.add(&compiled);
    }
    let expected = Figures {
        blueprints: 194,
        properties: 1425,
        relations: 173,
        many: 49,
        required: 17,
        to_itself: 17,
        mirrors: 9,
        calculations: 14,
        aggregations: 10,
        actions: 6,
    };
    assert_eq!(found, expected);
}

/// How much of everything there is.
#[derive(Debug, Default, PartialEq, Eq)]
struct Figures {
    blueprints: usize,
    properties: usize,
    relations: usize,
    many: usize,
    required: usize,
    to_itself: usize,
    mirrors: usize,
    calculations: usize,
    aggregations: usize,
    actions: usize,
}

impl Figures {
    fn add(&mut self, compiled: &Compiled) {
        let said = |start: &str| {
            let findings = compiled.findings.iter();
            findings
                .filter(|finding| finding.message.starts_with(start))
                .count()
        };
        // A calculation that cannot be evaluated is a property here, and a finding.
        let uncomputed = said("not carried over: the calculation of");
        self.actions += compiled.catalog.actions.len();
        self.actions += said("not carried over: an action that belongs to no blueprint");
        self.calculations += uncomputed;
        for blueprint in &compiled.catalog.blueprints {
            self.blueprints += 1;
            self.properties += blueprint.properties.len();
            self.relations += blueprint.relations.len();
            self.mirrors += blueprint.mirrors.len();
            self.calculations += blueprint.calculations.len();
            self.aggregations += blueprint.aggregations.len();
            for relation in &blueprint.relations {
                self.many += usize::from(relation.many);
                self.required += usize::from(relation.required);
                let is_own = relation.target.value == blueprint.identifier.value;
                self.to_itself += usize::from(is_own);
            }
        }
        self.properties -= uncomputed;
    }
}

/// Writes a catalog of these files.
fn write(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let at = folder.path().join(path);
        fs::create_dir_all(at.parent().unwrap()).unwrap();
        fs::write(at, text).unwrap();
    }
    folder
}

/// The settings of a repository of `port.yml` files.
const SOURCES: &str = "\
sources:
  - {glob: \"services/*/port.yml\", reader: port, files: [\"**/*.md\"]}
";

const SERVICE: &str = "\
identifier: Service
schema: {properties: {readme: {type: string, format: markdown}, tier: {type: string}}}
";

const PORT_YML: &str = "\
identifier: cart
blueprint: Service
properties: {readme: \"file://./README.md\", tier: null}
";

#[test]
fn the_text_of_a_file_stands_in_the_place_of_its_name() {
    let folder = write(&[
        ("catalogc.yaml", SOURCES),
        ("catalog/blueprints/service.yaml", SERVICE),
        ("services/cart/port.yml", PORT_YML),
        ("services/cart/README.md", "# Cart\n"),
    ]);
    let compiled = compile_folder(folder.path());
    assert_eq!(told(&compiled), [""; 0]);
    let cart = &compiled.catalog.entities[0];
    let readme = &cart.property("readme").unwrap().node;
    assert_eq!(readme.as_str(), Some("# Cart\n"));
    assert_eq!(
        compiled.snapshot.slice(readme.span),
        "\"file://./README.md\""
    );
    assert!(cart.property("tier").is_none(), "null clears");
}

#[test]
fn one_file_of_entities_takes_in_some_mebibytes_and_no_more() {
    let mut entities = String::new();
    for number in 0..5 {
        entities.push_str(&format!(
            "- {{identifier: s{number}, blueprint: Service, properties: {{readme: \"file://./README.md\"}}}}\n"
        ));
    }
    let readme = "# Cart\n".repeat(140_000);
    let folder = write(&[
        ("catalogc.yaml", SOURCES),
        ("catalog/blueprints/service.yaml", SERVICE),
        ("services/cart/port.yml", &entities),
        ("services/cart/README.md", &readme),
    ]);
    assert_eq!(
        places(&compile_folder(folder.path())),
        ["services/cart/port.yml:5:61 E0103"]
    );
}

#[test]
fn what_all_files_take_in_together_is_bounded_and_the_rest_is_unread() {
    let port_yml = |number: usize| {
        format!(
            "identifier: s{number}\nblueprint: Service\nproperties: {{readme: \"file://README.md\"}}\n"
        )
    };
    let readme = "# Cart\n".repeat(149_000);
    let folder = write(&[
        ("catalogc.yaml", SOURCES),
        ("catalog/blueprints/service.yaml", SERVICE),
        ("README.md", &readme),
    ]);
    for number in 0..340 {
        let at = folder.path().join(format!("services/s{number:03}"));
        fs::create_dir_all(&at).unwrap();
        fs::write(at.join("port.yml"), port_yml(number)).unwrap();
    }
    let compiled = compile_folder(folder.path());
    let told = told(&compiled);
    assert_eq!(told.len(), 76, "waves of few files were read");
    assert_eq!(
        told[0],
        "services/s264/port.yml:1:1 E0005 the catalog takes in more than 268435456 bytes of other files before this file, which is not read"
    );
    assert_eq!(compiled.catalog.entities.len(), 264);
    assert_eq!(compiled.catalog.unread.len(), 76);
}

#[test]
fn a_changed_text_is_a_change_of_the_entity_that_takes_it_in() {
    let git = Git::new();
    git.write("catalogc.yaml", SOURCES);
    git.write("catalog/blueprints/service.yaml", SERVICE);
    git.write("services/cart/port.yml", PORT_YML);
    git.write("services/cart/README.md", "# Cart\n");
    git.commit("a service");
    git.commit_file("services/cart/README.md", "# The cart\n");
    let planned = run(git.root(), &["plan", "--base", "HEAD~1", "--actor", "kim"]);
    planned.exits(0);
    assert!(planned.stdout.contains("update"), "{}", planned.stdout);
    assert!(planned.stdout.contains("readme"), "{}", planned.stdout);
}

#[test]
fn what_an_export_computes_is_computed_again() {
    let blueprints = r#"[{"identifier": "Service", "schema": {"properties": {"a": {"type": "string"}}},
        "calculationProperties": {"loud": {"type": "string", "calculation": ".properties.a + \"!\""}}, "relations": {}}]"#;
    let entities = r#"{"ok": true, "entities": [{"identifier": "cart", "blueprint": "Service",
        "properties": {"a": "x", "loud": "x!"}, "createdAt": "2026-01-05T09:00:00Z"}]}"#;
    let folder = write(&[
        (
            "catalogc.yaml",
            "sources: [{glob: \"export/*.json\", reader: port}]\n",
        ),
        ("export/blueprints.json", blueprints),
        ("export/entities.json", entities),
    ]);
    let compiled = compile_folder(folder.path());
    assert_eq!(told(&compiled), [""; 0]);
    let cart = &compiled.catalog.entities[0];
    assert!(cart.property("a").is_some() && cart.property("loud").is_none());

    // A person who writes it is told.
    let by_hand = "identifier: cart\nblueprint: Service\nproperties: {a: x, loud: x!}\n";
    let settings = "sources:\n  - {glob: \"export/*.json\", reader: port}\n  - {glob: port.yml, reader: port}\n";
    let folder = write(&[
        ("catalogc.yaml", settings),
        ("export/blueprints.json", blueprints),
        ("port.yml", by_hand),
    ]);
    assert_eq!(
        places(&compile_folder(folder.path())),
        ["port.yml:3:20 E0206"]
    );
}

#[test]
fn an_export_of_several_mebibytes_is_read() {
    let one = |n: usize| {
        format!(
            "{{\"identifier\": \"s{n}\", \"blueprint\": \"Service\", \"properties\": {{\"tier\": \"gold\"}}, \"relations\": {{}}, \"createdAt\": \"2026-01-05T09:00:00Z\"}}"
        )
    };
    let entities: Vec<String> = (0..30_000).map(one).collect();
    let text = format!("[{}]", entities.join(",\n"));
    assert!(text.len() > 3 << 20);
    let folder = write(&[
        (
            "catalogc.yaml",
            "sources: [{glob: \"export/*.json\", reader: port}]\n",
        ),
        ("catalog/blueprints/service.yaml", SERVICE),
        ("export/entities.json", &text),
    ]);
    let compiled = compile_folder(folder.path());
    assert_eq!(told(&compiled), [""; 0]);
    assert_eq!(compiled.catalog.entities.len(), 30_000);
}

#[test]
fn an_action_whose_rule_is_not_carried_over_is_denied_also_where_permissions_are_open() {
    let closed =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/check/port-permission-closed");
    let git = Git::new();
    for path in [
        "catalogc.yaml",
        "catalog/blueprints/user.yaml",
        "catalog/entities/people.yaml",
        "export/actions.json",
        "export/action_permissions.json",
    ] {
        git.write(path, fs::read_to_string(closed.join(path)).unwrap());
    }
    git.write(
        "catalog/entities/cart.yaml",
        "identifier: cart\nblueprint: Service\nproperties: {status: up}\n",
    );
    git.commit("an export");
    for (action, verdict) in [
        ("everyone", "allowed"),
        ("teams", "denied"),
        ("policy", "denied"),
        ("narrowed", "denied"),
        ("unnamed", "denied"),
        ("all", "denied"),
        ("by-policy", "denied"),
        ("unsaid", "denied"),
        ("drafted", "denied"),
        ("found", "allowed"),
        ("sought", "denied"),
    ] {
        let request = format!("action: {action}\nentity: cart\n");
        git.write(&format!("catalog/requests/{action}.yaml"), request);
        git.commit(action);
        let planned = run(
            git.root(),
            &["plan", "--base", "HEAD~1", "--actor", "ada", "--short"],
        );
        let first = planned.stdout.lines().next().unwrap_or_default().to_owned();
        assert!(first.starts_with(verdict), "{action}: {}", planned.said());
    }
}

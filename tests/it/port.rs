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

use crate::support::{compile_folder, places};

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
    let globs = [
        "integrations/*/.port/resources/blueprints.json",
        "integrations/*/.port/resources/actions.json",
        "integrations/*/.port/resources/scorecards.json",
    ];
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
    // Of the two blueprints `service` one is not here.
    let expected: Vec<String> = expected(is_here)
        .into_iter()
        .filter(|line| !line.contains("`service` is defined twice"))
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

//! The YAML test suite: every case is read with the suite's own value, or refused at a place.
//!
//! In: the suite below the folder that `CATALOGC_CORPORA` names, else the selection in
//! `fixtures/corpora/yaml-suite`. Out: `fixtures/yaml-suite/deviations.md`, the list of the valid
//! cases that are refused, by their reasons; `BLESS=1` with the whole suite writes it again.
#![expect(
    clippy::disallowed_methods,
    reason = "the suite is a folder of files, and a variable says where it is"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value as Json;

use catalogc::finding::{Finding, Severity};
use catalogc::syntax::MergeKeys;
use catalogc::text::FileId;

use crate::bless;

/// A case as the suite's files have it; what it leaves out is as in the case before it.
#[derive(Deserialize)]
struct Written {
    yaml: Option<String>,
    json: Option<String>,
    #[serde(default)]
    fail: bool,
}

/// A case of the suite.
struct Case {
    /// The file's name, and the number where there are several in it.
    id: String,
    yaml: String,
    /// The documents' values; nothing where JSON cannot say them.
    json: Option<Vec<Json>>,
    /// Whether it is not YAML.
    fail: bool,
}

/// What is refused though it is YAML: the code, a part of the message, and why.
const REASONS: &[(&str, &str, &str)] = &[];

/// The suite, and whether it is whole.
fn suite() -> (PathBuf, bool) {
    match std::env::var_os("CATALOGC_CORPORA") {
        Some(corpora) => (Path::new(&corpora).join("suite-yaml-test-suite/src"), true),
        None => (
            Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/corpora/yaml-suite/src"),
            false,
        ),
    }
}

/// The characters that the suite shows as others.
fn unmark(text: &str) -> String {
    let text = text.replace('\u{2423}', " ").replace('\u{21b5}', "");
    let text = text
        .replace('\u{2190}', "\r")
        .replace('\u{21d4}', "\u{feff}");
    let text = text.strip_suffix("\u{220e}\n").unwrap_or(&text);
    // A tab is drawn as wide as it looks.
    let mut plain = String::new();
    for part in text.split_inclusive('\u{bb}') {
        match part.strip_suffix('\u{bb}') {
            Some(before) => {
                plain += before.trim_end_matches('\u{2014}');
                plain.push('\t');
            }
            None => plain += part,
        }
    }
    plain
}

fn cases(folder: &Path) -> Vec<Case> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files.iter().flat_map(|file| cases_of(file)).collect()
}

fn cases_of(file: &Path) -> Vec<Case> {
    let text = std::fs::read_to_string(file).unwrap();
    let written: Vec<Written> = serde_yaml::from_str(&text).unwrap();
    let stem = file.file_stem().unwrap().to_string_lossy().into_owned();
    let count = written.len();
    let (mut yaml, mut json) = (String::new(), None);
    let mut cases = Vec::new();
    for (n, case) in written.into_iter().enumerate() {
        yaml = case.yaml.unwrap_or(yaml);
        json = case.json.or(json);
        cases.push(Case {
            id: match count {
                1 => stem.clone(),
                _ => format!("{stem}/{n:02}"),
            },
            yaml: unmark(&yaml),
            json: json.as_deref().map(stream),
            fail: case.fail,
        });
    }
    cases
}

fn stream(json: &str) -> Vec<Json> {
    serde_json::Deserializer::from_str(json)
        .into_iter()
        .collect::<Result<_, _>>()
        .unwrap()
}

#[test]
fn probe() {
    let (folder, _) = suite();
    let cases = cases(&folder);
    let with_json = cases.iter().filter(|c| c.json.is_some() && !c.fail).count();
    println!(
        "{} cases {} fail {} json",
        cases.len(),
        cases.iter().filter(|c| c.fail).count(),
        with_json
    );
    for case in &cases {
        let (documents, findings) =
            catalogc::syntax::parse(FileId(0), &case.yaml, MergeKeys::Resolved);
        let errors: Vec<&Finding> = findings
            .iter()
            .filter(|f| f.severity == Severity::Error)
            .collect();
        let values: Vec<Json> = documents.iter().map(|d| d.root.to_json()).collect();
        if case.fail {
            if errors.is_empty() {
                println!("ACCEPTS {} {:?}\n{}", case.id, values, case.yaml);
            }
        } else if let Some(first) = errors.first() {
            println!("REFUSES {} {} {}", case.id, first.code.id, first.message);
        } else if case.json.as_ref().is_some_and(|json| *json != values) {
            println!(
                "MISREADS {} {:?} wanted {:?}\n{}",
                case.id, values, case.json, case.yaml
            );
        } else if case.json.is_none() {
            println!("NOJSON {} {:?}", case.id, values);
        }
    }
    let _: BTreeMap<String, String> = BTreeMap::new();
    let _ = (REASONS, bless::differs);
}

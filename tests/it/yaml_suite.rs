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

/// Why a valid case is not read as the suite has it.
struct Reason {
    /// What a group of cases is called in the list.
    title: &'static str,
    /// The code, and how the message of the first error begins.
    finding: (&'static str, &'static str),
    why: &'static str,
}

const REASONS: &[Reason] = &[
    Reason {
        title: "Tags",
        finding: ("E0104", "tags ("),
        why: "A tag makes a value other than it looks, and each reader knows other tags (DESIGN section 6).",
    },
    Reason {
        title: "Keys that are no strings",
        finding: ("E0104", "a key must be a string"),
        why: "A catalog is data that JSON can say, and JSON has no other keys (DESIGN section 6).",
    },
    Reason {
        title: "Keys with control characters",
        finding: ("E0105", "the key "),
        why: "A name that a reviewer does not see as it is could pass for another (DESIGN section 6).",
    },
    Reason {
        title: "Directives",
        finding: ("E0104", "directives ("),
        why: "A directive changes how the rest of the file is read, and the tags that it names are refused.",
    },
];

/// A case that is read, and to which the suite gives no value to compare with.
const WITHOUT_VALUE: &str = "Read, and the suite gives no value";

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

/// How a case ends: nothing where it is as the suite has it, else the group that it belongs to.
fn outcome(case: &Case) -> Result<Option<&'static str>, String> {
    let (documents, findings) = catalogc::syntax::parse(FileId(0), &case.yaml, MergeKeys::Resolved);
    let values: Vec<Json> = documents.iter().map(|d| d.root.to_json()).collect();
    for finding in &findings {
        let (start, end) = (finding.span.start as usize, finding.span.end as usize);
        if case.yaml.get(start..end).is_none() {
            return Err(format!("a finding at no place: {finding:?}"));
        }
    }
    let error = findings.iter().find(|f| f.severity == Severity::Error);
    match (error, &case.json) {
        (Some(_), _) if case.fail => Ok(None),
        (None, _) if case.fail => Err(format!("is read as {values:?}")),
        (Some(error), _) => group(error).map(Some),
        (None, Some(json)) if *json == values => Ok(None),
        (None, Some(json)) => Err(format!("is read as {values:?}, not {json:?}")),
        (None, None) => Ok(Some(WITHOUT_VALUE)),
    }
}

fn group(error: &Finding) -> Result<&'static str, String> {
    REASONS
        .iter()
        .find(|reason| {
            error.code.id == reason.finding.0 && error.message.starts_with(reason.finding.1)
        })
        .map(|reason| reason.title)
        .ok_or_else(|| format!("is refused: {} {}", error.code.id, error.message))
}

/// The cases of each group.
fn groups(cases: &[Case]) -> BTreeMap<&'static str, Vec<&str>> {
    let mut groups: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut wrong = Vec::new();
    for case in cases {
        match outcome(case) {
            Ok(Some(title)) => groups.entry(title).or_default().push(&case.id),
            Ok(None) => {}
            Err(why) => wrong.push(format!("{} {why}\n{}", case.id, case.yaml)),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    groups
}

/// The list of deviations.
fn list(cases: &[Case], groups: &BTreeMap<&str, Vec<&str>>) -> String {
    let invalid = cases.iter().filter(|case| case.fail).count();
    let deviating: usize = groups.values().map(Vec::len).sum();
    let mut text = format!(
        "# The YAML test suite\n\n\
         Written by the test `yaml_suite` (`BLESS=1`, with `CATALOGC_CORPORA`); it fails when this is not true.\n\n\
         Of {} cases {} are no YAML, and each of them is refused at a place. Of the other {}, {} are read\n\
         with the suite's own value; these are not:\n",
        cases.len(),
        invalid,
        cases.len() - invalid,
        cases.len() - invalid - deviating,
    );
    let why = |title: &str| {
        let reason = REASONS.iter().find(|reason| reason.title == title);
        reason.map_or(
            "JSON could say it; the suite leaves the value out, and it is read as its tree shows.",
            |reason| reason.why,
        )
    };
    for (title, ids) in groups {
        text += &format!("\n## {title} ({})\n\n{}\n", ids.len(), why(title));
        for line in ids.chunks(12) {
            text += &format!("\n    {}", line.join(" "));
        }
        text += "\n";
    }
    text
}

#[test]
fn the_yaml_test_suite_is_read_or_refused_for_a_reason() {
    let (folder, is_whole) = suite();
    let cases = cases(&folder);
    let groups = groups(&cases);
    if is_whole {
        let differences = bless::differs("yaml-suite/deviations.md", &list(&cases, &groups));
        return bless::none_differ(differences.as_slice(), "yaml_suite");
    }
    assert!(cases.len() >= 40, "{}", cases.len());
    // A part of the suite: each case stands in the list where it belongs, or not at all.
    let listed = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/yaml-suite/deviations.md");
    let listed = std::fs::read_to_string(listed).unwrap();
    let sections: Vec<(&str, Vec<&str>)> = listed
        .split("\n## ")
        .skip(1)
        .filter_map(|section| section.split_once(" ("))
        .map(|(title, rest)| (title, rest.split_whitespace().collect()))
        .collect();
    for case in &cases {
        let here: Vec<&str> = groups
            .iter()
            .filter(|(_, ids)| ids.contains(&case.id.as_str()))
            .map(|(title, _)| *title)
            .collect();
        let there: Vec<&str> = sections
            .iter()
            .filter(|(_, words)| words.contains(&case.id.as_str()))
            .map(|(title, _)| *title)
            .collect();
        assert_eq!(here, there, "{}", case.id);
    }
}

#[test]
fn the_marks_of_the_suite_are_taken_back() {
    assert_eq!(
        unmark("a:\u{2014}\u{2014}\u{bb}\u{2423}b\u{21b5}\n"),
        "a:\t b\n"
    );
    assert_eq!(unmark("\u{21d4}a\u{2190}\nb\u{220e}\n"), "\u{feff}a\r\nb");
}

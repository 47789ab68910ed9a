//! The JSON Schema suite, draft 2020-12: a schema goes the way of a property's, and its answers
//! are the suite's.
//!
//! In: the suite below the folder that `CATALOGC_CORPORA` names, else the selection in
//! `fixtures/corpora/json-schema-suite`. Out: `fixtures/json-schema-suite/deviations.md`, what is
//! refused or answered otherwise, by its reasons; `BLESS=1` with the whole suite writes it again.
#![expect(
    clippy::disallowed_methods,
    reason = "the suite is a folder of files, and a variable says where it is"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use catalogc::check::Schema;
use catalogc::finding::{Finding, Severity};
use catalogc::syntax::{MergeKeys, Node, Value};
use catalogc::text::FileId;

use crate::bless;

const LIST: &str = "json-schema-suite/deviations.md";

/// A deviation of a group, or of one test in it.
struct Deviation {
    /// `ref.json: remote ref`, and the test's own words.
    place: String,
    reason: String,
}

/// What was tried.
#[derive(Default)]
struct Tried {
    groups: usize,
    tests: usize,
    deviations: Vec<Deviation>,
}

/// The suite, and whether it is whole.
fn suite() -> (PathBuf, bool) {
    if let Some(corpora) = std::env::var_os("CATALOGC_CORPORA") {
        let folder = "suite-json-schema-draft2020-12/tests/draft2020-12";
        return (Path::new(&corpora).join(folder), true);
    }
    let folder = "fixtures/corpora/json-schema-suite/tests/draft2020-12";
    (Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), false)
}

/// The files of the mandatory and the optional groups, by their paths in the suite.
fn files(root: &Path) -> Vec<(String, PathBuf)> {
    let mut files = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap();
                files.push((name.replace('\\', "/"), path));
            }
        }
    }
    files.sort();
    files
}

fn tried(files: &[(String, PathBuf)]) -> Tried {
    let mut tried = Tried::default();
    for (name, path) in files {
        let text = std::fs::read_to_string(path).unwrap();
        let (documents, findings) = catalogc::syntax::parse(FileId(0), &text, MergeKeys::Refused);
        let groups = documents[0].root.as_sequence().unwrap();
        for (group, span) in groups.iter().map(|group| (group, group.span)) {
            let inside = |finding: &&Finding| {
                (span.start..=span.end).contains(&finding.span.start) && is_error(finding)
            };
            let refused: Vec<&Finding> = findings.iter().filter(inside).collect();
            try_group(name, group, &refused, &mut tried);
        }
    }
    tried
}

fn is_error(finding: &Finding) -> bool {
    finding.severity == Severity::Error
}

fn try_group(file: &str, group: &Node, refused: &[&Finding], tried: &mut Tried) {
    let words = |node: &Node| {
        let text = node.get("description").and_then(Node::as_str);
        text.unwrap().to_owned()
    };
    let tests = group.get("tests").and_then(Node::as_sequence).unwrap();
    tried.groups += 1;
    tried.tests += tests.len();
    let place = format!("{file}: {}", words(group));
    let mut deviate = |place: String, reason: String| {
        tried.deviations.push(Deviation { place, reason });
    };
    if let Some(finding) = refused.first() {
        return deviate(place, format!("the reader refuses it: {}", class(finding)));
    }
    let mut findings = Vec::new();
    let schema = Schema::compile("value", group.get("schema").unwrap(), &mut findings);
    let Some(schema) = schema else {
        let first = findings.iter().find(|finding| is_error(finding)).unwrap();
        return deviate(place, format!("the schema is refused: {}", class(first)));
    };
    for test in tests {
        let wanted = test.get("valid").unwrap().value == Value::Bool(true);
        let found = schema.fits(&test.get("data").unwrap().to_json());
        if found != wanted {
            let words = words(test);
            let takes = if found { "fits" } else { "does not fit" };
            deviate(
                format!("{place}: {words}"),
                format!("another answer: the value {takes} here"),
            );
        }
    }
}

/// A finding without the names that its message has of the user's, and without details.
fn class(finding: &Finding) -> String {
    let message = finding.message.as_str();
    let message = message.split(": ").next().unwrap_or(message);
    let parts = message.split('`').step_by(2);
    let words = parts.collect::<Vec<&str>>().join("_");
    format!(
        "{} {}",
        finding.code.id,
        words.replace(char::is_numeric, "0")
    )
}

/// Why answers are others: on purpose, or because the library has it so.
const REASONS: &[(&str, &str)] = &[
    (
        "another answer: the value does not fit here",
        "formats are asserted: a blueprint that says `format` means it",
    ),
    (
        "another answer: the value fits here",
        "the tables of IDNA and the oddities of mail addresses are not looked at",
    ),
    (
        "the reader refuses it: E0104 _ is too large",
        "numbers beyond 64 bits are refused, for programs would read them differently",
    ),
    (
        "the reader refuses it: E0105 the key _",
        "keys with characters that cannot be seen are refused",
    ),
    (
        "the schema is refused: E0201 a schema has no keyword",
        "an unknown keyword is refused: misspelt, it would allow everything",
    ),
    (
        "the schema is refused: E0209 a default that does not fit",
        "a default that its own schema refuses is a contradiction",
    ),
    (
        "the schema is refused: E0209 a schema refers to itself only",
        "nothing is fetched, and files of other drafts are not read",
    ),
    (
        "the schema is refused: E0209 no value",
        "a schema that no value fits is a contradiction",
    ),
    (
        "the schema is refused: E0209 schemas here are of draft",
        "no other draft and no vocabulary of one's own",
    ),
];

fn why(reason: &str) -> &'static str {
    let found = REASONS.iter().find(|(start, _)| reason.starts_with(start));
    found
        .unwrap_or_else(|| panic!("no reason is known for: {reason}"))
        .1
}

/// The list: how many there are of each reason, then which.
fn list(mandatory: &Tried, optional: &Tried) -> String {
    let mut text = String::from("# Where answers are not those of the JSON Schema suite\n");
    for (title, tried) in [("Mandatory", mandatory), ("Optional", optional)] {
        let (groups, tests) = (tried.groups, tried.tests);
        text += &format!("\n## {title}: {groups} groups, {tests} tests\n");
        let mut reasons: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for deviation in &tried.deviations {
            let places = reasons.entry(&deviation.reason).or_default();
            places.insert(&deviation.place);
        }
        for (reason, places) in reasons {
            let (count, why) = (places.len(), why(reason));
            text += &format!("\n{count}: {reason}\n({why})\n\n");
            for place in places {
                text += &format!("- {place}\n");
            }
        }
    }
    text
}

#[test]
fn answers_are_those_of_the_json_schema_suite() {
    let (root, is_whole) = suite();
    let (optional, mandatory): (Vec<_>, Vec<_>) = files(&root)
        .into_iter()
        .partition(|(name, _)| name.starts_with("optional/"));
    let (mandatory, optional) = (tried(&mandatory), tried(&optional));
    let text = list(&mandatory, &optional);
    if is_whole {
        assert_eq!((mandatory.groups, mandatory.tests), (383, 1299));
        assert_eq!((optional.groups, optional.tests), (78, 926));
        let difference: Vec<String> = bless::differs(LIST, &text).into_iter().collect();
        bless::none_differ(&difference, "json_schema_suite");
        return;
    }
    // What deviates in a part deviates in the whole.
    assert!(mandatory.tests > 100 && optional.tests > 50);
    let listed = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(LIST);
    let listed = std::fs::read_to_string(listed).unwrap();
    let known: BTreeSet<&str> = listed.lines().collect();
    for line in text.lines().filter(|line| line.starts_with("- ")) {
        assert!(known.contains(line), "{line}");
    }
}

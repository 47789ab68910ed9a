//! Rules of the house that no lint sees.
//!
//! Each list of exceptions fails when one of its entries is no longer needed.
#![expect(clippy::disallowed_methods, reason = "the sources are read as files")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use catalogc::finding::codes;
use catalogc::finding::explain;

mod proven;

/// The stages in their order: each may name itself and what stands before it.
const STAGES: &[&str] = &[
    "text",
    "finding",
    "source",
    "syntax",
    "expression",
    "model",
    "graph",
    "derive",
    "score",
    "policy",
    "check",
    "compile",
    "fix",
    "edit",
    "schema",
    "plan",
    "trial",
    "render",
    "ledger",
    "apply",
    "emit",
    "cli",
];

/// What renderers see; what they write for programs has a schema, made of the same types.
const RENDER: &[&str] = &[
    "text",
    "finding",
    "source",
    "schema::written",
    "plan::file",
    "plan::rendered",
    "plan::commute",
    "plan::stale",
    "trial::report",
];

/// Stages that see less than what stands before them, and all that they see.
const NARROW: &[(&str, &[&str])] = &[
    ("expression", &["text", "finding"]),
    ("render", RENDER),
    ("ledger", &["text", "finding"]),
    (
        "apply",
        &[
            "text",
            "finding",
            "expression",
            "plan::file",
            "plan::rendered",
            "ledger",
        ],
    ),
];

/// Crates that are named below these paths only.
const AT_HOME: &[(&str, &[&str])] = &[
    ("aho_corasick", &["src/check/secret"]),
    ("cedar_policy", &["src/policy"]),
    ("gix", &["src/source/git", "src/ledger"]),
    ("granit_parser", &["src/syntax/build"]),
    ("jaq_core", &["src/expression"]),
    ("jaq_json", &["src/expression"]),
    ("jaq_std", &["src/expression"]),
    // The regular expressions of jq are those of the schemas.
    (
        "jsonschema",
        &[
            "src/check/schema",
            "src/expression/tree",
            "src/schema/tests",
        ],
    ),
    // Cedar tells its errors through a trait of miette's.
    ("miette", &["src/render", "src/policy/fault"]),
    ("petgraph", &["src/graph"]),
    ("similar", &["src/source/merge", "src/source/difference"]),
    ("unicode_security", &["src/check/identifier"]),
    ("ureq", &["src/apply/http"]),
    ("walkdir", &["src/source/disk"]),
];

/// Lines that a file may have.
const LINES_MAX: usize = 400;

/// Codes that no folder of `fixtures/check` can show.
const WITHOUT_CASE: &[(&str, &str)] = &[
    ("E0004", "two branches are merged"),
    ("E0005", "the file would have more than 1 MiB"),
    ("E0508", "the target has the request as it was merged"),
    ("E0516", "the result is compared with the target"),
    ("E0517", "the target has the deleted entity"),
    ("E0518", "the target has the settings"),
    ("E0521", "the target has the deleted entity"),
    ("E0522", "the target has the deleted entity"),
    ("E0601", "a plan file was made when something else was true"),
    ("E0602", "a ledger is a branch of its own"),
    ("E0616", "a command is asked to change a value"),
    ("E0617", "a command is asked to rename an entity"),
];

struct Source {
    /// Relative to the repository, with `/`.
    path: String,
    text: String,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The files below a folder of the repository whose names end in `ending`, in order.
fn files(folder: &str, ending: &str) -> Vec<Source> {
    let mut paths: Vec<PathBuf> = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder of the repository") {
            let path = entry.expect("an entry of a folder").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                paths.push(path);
            }
        }
    }
    paths.sort();
    paths
        .into_iter()
        .map(|path| Source {
            text: std::fs::read_to_string(&path).expect("a text"),
            path: path
                .strip_prefix(root())
                .expect("below the repository")
                .to_string_lossy()
                .replace('\\', "/"),
        })
        .collect()
}

fn sources() -> Vec<Source> {
    files("src", ".rs")
}

/// The lines that are code, with their numbers.
fn code(source: &Source) -> impl Iterator<Item = (usize, &str)> {
    source
        .text
        .lines()
        .enumerate()
        .map(|(n, line)| (n + 1, line))
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
}

/// Whether a file holds tests and nothing else: they stand at its margin.
fn is_test(source: &Source) -> bool {
    source.text.lines().any(|line| line == "#[test]")
}

/// The stage that a file belongs to; none for the map and the program.
fn stage(path: &str) -> Option<&str> {
    let name = path.strip_prefix("src/")?;
    let name = name.split(['/', '.']).next()?;
    (!["lib", "main"].contains(&name)).then_some(name)
}

/// The paths behind each `crate::` of a line.
fn named(line: &str) -> impl Iterator<Item = &str> {
    line.split("crate::").skip(1).map(|rest| {
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_' && c != ':');
        rest.get(..end.unwrap_or(rest.len())).unwrap_or(rest)
    })
}

fn may_name(stage: &str, path: &str) -> bool {
    let first = path.split("::").next().unwrap_or(path);
    if first == stage {
        return true;
    }
    if let Some((_, seen)) = NARROW.iter().find(|(narrow, _)| *narrow == stage) {
        return seen.iter().any(|seen| {
            path.strip_prefix(seen)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
        });
    }
    let place = |name: &str| STAGES.iter().position(|stage| *stage == name);
    matches!((place(first), place(stage)), (Some(named), Some(own)) if named < own)
}

fn assert_none(wrong: &[String]) {
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn stages_name_only_what_stands_before_them() {
    let mut wrong = Vec::new();
    for source in sources() {
        let Some(stage) = stage(&source.path) else {
            continue;
        };
        if !STAGES.contains(&stage) {
            wrong.push(format!("{}: `{stage}` is no stage", source.path));
        }
        for (n, line) in code(&source) {
            for path in named(line) {
                if !may_name(stage, path) {
                    wrong.push(format!("{}:{n}: {stage} may not name {path}", source.path));
                }
            }
        }
    }
    assert_none(&wrong);
}

#[test]
fn the_direction_is_told_from_a_path() {
    for (stage, path) in [
        ("check", "expression::Shape"),
        ("apply", "plan::file::PlanFile"),
        ("plan", "plan::file"),
        ("cli", "ledger::Ledger"),
    ] {
        assert!(may_name(stage, path), "{stage} {path}");
    }
    for (stage, path) in [
        ("graph", "plan::Plan"),
        ("apply", "graph::Graph"),
        ("apply", "plan::filed"),
        ("render", "plan::diff"),
        ("expression", "model::Catalog"),
        ("text", "nothing"),
    ] {
        assert!(!may_name(stage, path), "{stage} {path}");
    }
    let line = "fn a(b: crate::model::Entity) -> crate::text::Span {";
    assert_eq!(
        named(line).collect::<Vec<_>>(),
        ["model::Entity", "text::Span"]
    );
}

#[test]
fn one_import_of_our_own_stands_in_a_line() {
    let mut wrong = Vec::new();
    for source in sources() {
        for (n, line) in code(&source) {
            if line.contains("use crate::{") {
                wrong.push(format!(
                    "{}:{n}: one `use crate::stage` a line",
                    source.path
                ));
            }
        }
    }
    assert_none(&wrong);
}

#[test]
fn every_file_begins_with_what_it_is() {
    let all = sources().into_iter().chain(files("tests", ".rs"));
    let wrong: Vec<String> = all
        .filter(|source| !source.text.starts_with("//! "))
        .map(|source| format!("{}: begins without `//! `", source.path))
        .collect();
    assert_none(&wrong);
}

#[test]
fn no_file_is_longer_than_a_reader_can_hold() {
    let all: Vec<Source> = sources().into_iter().chain(files("tests", ".rs")).collect();
    let mut wrong: Vec<String> = Vec::new();
    for source in &all {
        let lines = source.text.lines().count();
        if lines > LINES_MAX {
            wrong.push(format!("{}: has {lines} lines", source.path));
        }
    }
    assert_none(&wrong);
}

#[test]
fn crates_are_named_where_they_are_wrapped() {
    let mut wrong = Vec::new();
    for source in sources() {
        for (name, homes) in AT_HOME {
            if homes.iter().any(|home| source.path.starts_with(home)) {
                continue;
            }
            for (n, line) in code(&source) {
                let is_named = line.match_indices(&format!("{name}::")).any(|(at, _)| {
                    let before = line.get(..at).and_then(|before| before.chars().next_back());
                    before.is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != ':')
                });
                if is_named {
                    wrong.push(format!("{}:{n}: {name} is named here", source.path));
                }
            }
        }
    }
    assert_none(&wrong);
}

#[test]
fn nothing_is_left_for_later() {
    let words = [concat!("TO", "DO"), concat!("FIX", "ME")];
    let mut wrong = Vec::new();
    for source in sources().into_iter().chain(files("tests", ".rs")) {
        for (n, line) in source.text.lines().enumerate() {
            if words.iter().any(|word| line.contains(word)) {
                wrong.push(format!("{}:{}: do it now", source.path, n + 1));
            }
        }
    }
    assert_none(&wrong);
}

#[test]
fn codes_are_unique_and_in_order_and_have_a_page() {
    let ids: Vec<&str> = codes::ALL.iter().map(|code| code.id).collect();
    assert!(ids.is_sorted_by(|a, b| a < b), "{ids:?}");
    let names: BTreeSet<&str> = codes::ALL.iter().map(|code| code.name).collect();
    assert_eq!(names.len(), ids.len());
    let pages: Vec<String> = files("src/finding/explain", ".md")
        .into_iter()
        .map(|page| page.path)
        .collect();
    let wanted: Vec<String> = ids
        .iter()
        .map(|id| format!("src/finding/explain/{id}.md"))
        .collect();
    assert_eq!(pages, wanted);
    for code in codes::ALL {
        assert!(!explain::page(code.page).why.is_empty(), "{}", code.id);
    }
}

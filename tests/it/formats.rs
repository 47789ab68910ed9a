//! The formats of findings as other programs read them: the whole of `fixtures/check` in each.
#![expect(
    clippy::disallowed_methods,
    reason = "schemas are read as files, and a summary is a file of the runner"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use jsonschema::Validator;
use serde_json::{Value, json};

use crate::program::{Ran, catalogc, end, run};
use crate::repository::Git;

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub(crate) fn schema(name: &str) -> Validator {
    let path = root().join("fixtures/formats").join(name);
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    jsonschema::validator_for(&schema).unwrap()
}

pub(crate) fn cases() -> Vec<PathBuf> {
    let folder = root().join("fixtures/check").read_dir().unwrap();
    let mut cases: Vec<PathBuf> = folder.map(|case| case.unwrap().path()).collect();
    cases.sort();
    cases
}

pub(crate) fn printed(at: &Path, format: &str) -> Ran {
    run(at, &["check", "--format", format])
}

pub(crate) fn read(ran: &Ran) -> Value {
    serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {ran}"))
}

pub(crate) fn assert_fits(schema: &Validator, value: &Value, about: &Path) {
    let wrong: Vec<String> = schema
        .iter_errors(value)
        .map(|error| format!("{}: {}: {error}", about.display(), error.instance_path()))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A catalog with one entity that has `errors` unknown properties and `warnings` unmapped files.
fn broken(errors: usize, warnings: usize) -> Git {
    let git = Git::new();
    git.write(
        "catalog/blueprints/component.yaml",
        "identifier: Component\nschema: {properties: {}}\n",
    );
    // Of one entity a hundred are told.
    for first in (0..errors).step_by(90) {
        let wrong = first..errors.min(first + 90);
        let properties: String = wrong.map(|n| format!("  wrong_{n}: 1\n")).collect();
        let name = match first {
            0 => "cart".to_owned(),
            _ => format!("cart-{first:06}"),
        };
        git.write(
            &format!("catalog/entities/{name}.yaml"),
            format!("identifier: {name}\nblueprint: Component\nproperties:\n{properties}"),
        );
    }
    for n in 0..warnings {
        git.write(&format!("catalog/elsewhere/{n:02}.yaml"), "a: 1\n");
    }
    git
}

#[test]
fn gitlab_takes_every_case_and_no_two_fingerprints_are_alike() {
    let schema = schema("gitlab-code-quality.schema.json");
    let mut found = 0;
    for case in cases() {
        let report = read(&printed(&case, "gitlab"));
        assert_fits(&schema, &report, &case);
        let issues = report.as_array().unwrap();
        let prints: BTreeSet<&str> = issues
            .iter()
            .map(|issue| issue["fingerprint"].as_str().unwrap())
            .collect();
        assert_eq!(prints.len(), issues.len(), "{}", case.display());
        for issue in issues {
            assert_ne!(issue["location"]["path"], "", "{}", case.display());
        }
        found += issues.len();
    }
    assert!(found > 100);
    assert_eq!(read(&printed(root(), "gitlab")), json!([]));
}

#[test]
fn fingerprints_stay_when_lines_move() {
    let git = broken(2, 0);
    let prints = |format: &str, key: &str| -> Vec<String> {
        let text = printed(git.root(), format).stdout;
        let lines = text.lines().filter(|line| line.contains(key));
        lines.map(str::to_owned).collect()
    };
    let of_both = || {
        let sarif = prints("sarif", "catalogcFinding/v1");
        (sarif, prints("gitlab", "\"fingerprint\""))
    };
    let before = of_both();
    assert_eq!((before.0.len(), before.1.len()), (2, 2));
    let entity = git.read("catalog/entities/cart.yaml");
    git.write("catalog/entities/cart.yaml", format!("# new\n\n{entity}"));
    assert_eq!(of_both(), before);
}

/// An element of XML: how deep it stands, its name, and its attributes.
type Element = (usize, String, Vec<(String, String)>);

/// The elements of XML in order, read as strictly as its standard says.
fn elements(xml: &str) -> Vec<Element> {
    let mut rest = xml
        .strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")
        .unwrap();
    let mut open: Vec<String> = Vec::new();
    let mut all = Vec::new();
    let legal =
        |c: char| matches!(c, '\n' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    assert!(xml.chars().all(legal));
    while let Some(at) = rest.find('<') {
        entities_only(&rest[..at]);
        let (tag, after) = rest[at + 1..].split_once('>').unwrap();
        rest = after;
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(name));
            continue;
        }
        let is_empty = tag.ends_with('/');
        let tag = tag.trim_end_matches('/');
        let (name, mut attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        let mut read = Vec::new();
        while let Some((key, value)) = attributes.split_once("=\"") {
            let (value, more) = value.split_once('"').unwrap();
            assert!(!value.contains('\n'), "{value}");
            entities_only(value);
            read.push((key.trim().to_owned(), value.to_owned()));
            attributes = more;
        }
        assert_eq!(attributes.trim(), "", "{tag}");
        all.push((open.len(), name.to_owned(), read));
        if !is_empty {
            open.push(name.to_owned());
        }
    }
    assert!(open.is_empty() && rest.trim().is_empty());
    all
}

fn entities_only(text: &str) {
    for part in text.split('&').skip(1) {
        let known = ["amp;", "lt;", "gt;", "quot;", "apos;"];
        assert!(known.iter().any(|known| part.starts_with(known)), "{part}");
    }
    assert!(!text.contains("]]>"));
}

#[test]
fn junit_is_what_jenkins_and_ant_read_and_its_counts_are_true() {
    let mut failures = 0;
    for case in cases() {
        let ran = printed(&case, "junit");
        let all = elements(&ran.stdout);
        let children = [
            ("testsuites", &["testsuite"][..]),
            ("testsuite", &["testcase"]),
            ("testcase", &["failure", "skipped", "system-out"]),
        ];
        let mut above: Vec<&str> = Vec::new();
        for (depth, name, attributes) in &all {
            above.truncate(*depth);
            if let Some(parent) = above.last() {
                let allowed = children.iter().find(|(of, _)| of == parent);
                assert!(allowed.is_some_and(|(_, names)| names.contains(&name.as_str())));
            }
            above.push(name);
            let needed: &[&str] = match name.as_str() {
                "testsuites" | "testsuite" => &["name", "tests", "failures", "errors", "skipped"],
                "testcase" => &["classname", "name", "time"],
                "failure" => &["type", "message"],
                "skipped" => &["message"],
                _ => &[],
            };
            for key in needed {
                assert!(attributes.iter().any(|(k, _)| k == key), "{name} {key}");
            }
        }
        let count = |name: &str| all.iter().filter(|(_, n, _)| n == name).count();
        let told = |key: &str| -> usize {
            let (_, value) = all[0].2.iter().find(|(k, _)| k == key).unwrap();
            value.parse().unwrap()
        };
        assert_eq!(told("tests"), count("testcase"));
        assert_eq!(told("failures"), count("failure"));
        assert_eq!(told("skipped"), count("skipped"));
        assert!(told("tests") > 0);
        assert_eq!(
            ran.code == Some(1),
            told("failures") > 0,
            "{}",
            case.display()
        );
        failures += told("failures");
    }
    assert!(failures > 50);
    printed(root(), "junit")
        .says("name=\"nothing found\"")
        .exits(0);
}

#[test]
fn every_format_exits_by_the_errors() {
    let (wrong, warned) = (broken(1, 1), broken(0, 1));
    for format in ["human", "json", "sarif", "github", "gitlab", "junit"] {
        let ran = printed(wrong.root(), format);
        ran.exits(1);
        assert_eq!(ran.stderr, "", "{format}");
        printed(warned.root(), format).exits(0);
    }
}

#[test]
fn github_gets_ten_annotations_of_a_kind_and_the_rest_in_words() {
    let ran = printed(broken(12, 13).root(), "github");
    let count = |start: &str| ran.stdout.lines().filter(|l| l.starts_with(start)).count();
    assert_eq!(
        (count("::error "), count("::warning "), count("::")),
        (10, 10, 20)
    );
    ran.says("\n2 more errors and 3 more warnings are below: GitHub shows 10 of each kind\n")
        .says("\nerror[E0206]: Component has no property `wrong_11`\n")
        .says("\nfound 12 errors and 13 warnings in 14 of 15 files\n")
        .says(
            "::error file=catalog/entities/cart.yaml,line=4,endLine=4,col=3,endColumn=10,\
             title=E0206 property-unknown::Component has no property `wrong_0`%0Ahelp: ",
        )
        .does_not_say("error[E0206]: Component has no property `wrong_9`\n");
}

#[test]
fn the_rest_is_in_the_summary_of_the_job_where_there_is_one() {
    let git = broken(12, 0);
    let file = git.root().join("summary.md");
    std::fs::write(&file, "what an earlier step said\n").unwrap();
    let mut command = catalogc(git.root(), &["check", "--format", "github"]);
    command.env("GITHUB_STEP_SUMMARY", &file);
    let ran = end(command);
    ran.says("2 more errors are in the summary of the job: GitHub shows 10 of each kind\n")
        .does_not_say("error[E0206]");
    let summary = git.read("summary.md");
    assert!(summary.starts_with("what an earlier step said\n### catalogc check\n"));
    for n in 0..12 {
        assert!(
            summary.contains(&format!("no property `wrong_{n}`\n")),
            "{n}"
        );
    }
}

#[test]
fn a_summary_stays_below_what_github_takes_and_says_what_it_left_out() {
    let git = broken(9_000, 0);
    let file = git.root().join("summary.md");
    let mut command = catalogc(git.root(), &["check", "--format", "github"]);
    command.env("GITHUB_STEP_SUMMARY", &file);
    end(command).exits(1);
    let summary = git.read("summary.md");
    assert!(summary.len() < 1 << 20, "{}", summary.len());
    assert!(summary.len() > 900_000, "{}", summary.len());
    let cut = " of 9,000 findings are listed here, `catalogc check` prints all\n";
    assert!(summary.contains(cut));
}

#[test]
fn paths_begin_at_the_folder_of_the_repository() {
    let git = Git::new();
    let inner = broken(1, 0);
    for path in [
        "catalog/blueprints/component.yaml",
        "catalog/entities/cart.yaml",
    ] {
        git.write(&format!("shop/{path}"), inner.read(path));
    }
    git.commit("a catalog below");
    let path = "shop/catalog/entities/cart.yaml";
    for format in ["sarif", "github", "gitlab", "junit"] {
        run(git.root(), &["check", "shop", "--format", format]).says(path);
        let below = git.root().join("shop");
        run(&below, &["check", "--format", format]).says(path);
        let at_commit = run(&below, &["check", "--rev", "HEAD", "--format", format]);
        at_commit.says(path).does_not_say("shop/shop");
    }
}

#[test]
fn odd_paths_and_words_stay_what_they_are_for_every_reader() {
    let git = Git::new();
    git.write(
        "catalog/blueprints/service.yaml",
        "identifier: Service\nschema: {properties: {}}\n",
    );
    let path = "catalog/entities/a b/100%25, x::y=z;<&>.yaml";
    let text =
        "identifier: s\nblueprint: Service\nproperties: {\"::error::a%0A, \\u0007\\n]]><&\": 1}\n";
    git.write(path, text);
    let git_hub = printed(git.root(), "github");
    let lines: Vec<&str> = git_hub
        .stdout
        .lines()
        .filter(|line| line.starts_with("::"))
        .collect();
    let [line, _] = lines.as_slice() else {
        panic!("{git_hub}");
    };
    let file = "file=catalog/entities/a b/100%2525%2C x%3A%3Ay=z;<&>.yaml,line=3,";
    assert!(line.starts_with(&format!("::error {file}")), "{line}");
    let (_, words) = line.split_once("E0105 ").unwrap();
    let (_, data) = words.split_once("::").unwrap();
    assert!(
        data.contains("`::error::a%250A, \\u{7}\\u{a}]]><&`"),
        "{data}"
    );
    let log = read(&printed(git.root(), "sarif"));
    let result = &log["runs"][0]["results"][0];
    let at = &result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
    let uri = "catalog/entities/a%20b/100%2525%2C%20x%3A%3Ay%3Dz%3B%3C%26%3E.yaml";
    assert_eq!(at, uri);
    let report = read(&printed(git.root(), "gitlab"));
    assert_eq!(report[0]["location"]["path"], path);
    let words = report[0]["description"].as_str().unwrap();
    assert!(words.contains("\\u{7}\\u{a}]]><&"), "{words}");
    let xml = printed(git.root(), "junit").stdout;
    assert!(elements(&xml).len() == 6, "{xml}");
    assert!(xml.contains("\\u{7}\\u{a}]]&gt;&lt;&amp;"), "{xml}");
}

//! What every fuzzed input goes through, and what must hold of it.
//!
//! In: bytes that nobody has looked at. Out: nothing, or a panic where a promise is broken. The
//! fuzzer and `tests/it/fuzzed.rs` drive the same functions: an input that once broke a promise
//! is a test from then on.

use catalogc::compile::compile;
use catalogc::expression::{Expression, Problem, Template};
use catalogc::plan::file::PlanFile;
use catalogc::render::{self, Checked, Color, Detail, Summary, View};
use catalogc::source::{Selection, Snapshot, memory};
use catalogc::syntax::{MergeKeys, Node, Value, parse};
use catalogc::text::{FileId, Span};

/// What bytes go through.
type Target = fn(&[u8]);

/// The functions by the names of their targets.
pub(crate) const ALL: &[(&str, Target)] = &[
    ("documents", documents),
    ("expressions", expressions),
    ("plan_files", plan_files),
    ("readers", readers),
    ("settings", settings),
    ("yaml", yaml),
];

/// YAML: every place of every tree and finding is a place of the text, and reading twice gives
/// the same.
pub(crate) fn yaml(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    for merge_keys in [MergeKeys::Resolved, MergeKeys::Refused] {
        let (documents, findings) = parse(FileId(0), text, merge_keys);
        for document in &documents {
            placed(&document.root, text);
            assert!(
                document.complete || !findings.is_empty(),
                "what is not whole says why"
            );
        }
        for finding in &findings {
            inside(finding.span, text);
        }
        let (again, found) = parse(FileId(0), text, merge_keys);
        assert_eq!(findings, found);
        assert_eq!(documents.len(), again.len());
    }
}

/// The folders that say what a document is; the first byte of an input chooses one.
const FOLDERS: [&str; 7] = [
    "blueprints",
    "entities",
    "actions",
    "connectors",
    "policies",
    "requests",
    "scorecards",
];

/// A small catalog that a fuzzed document is put into.
const AROUND: [(&str, &str); 4] = [
    (
        "catalog/blueprints/component.yaml",
        include_str!("catalog/component.yaml"),
    ),
    (
        "catalog/blueprints/team.yaml",
        include_str!("catalog/team.yaml"),
    ),
    (
        "catalog/entities/cart.yaml",
        include_str!("catalog/cart.yaml"),
    ),
    (
        "catalog/actions/scale.yaml",
        include_str!("catalog/scale.yaml"),
    ),
];

/// A document of any kind in a catalog: compiled and told in every form.
pub(crate) fn documents(bytes: &[u8]) {
    let Some((choice, text)) = bytes.split_first() else {
        return;
    };
    let Ok(text) = std::str::from_utf8(text) else {
        return;
    };
    let folder = FOLDERS[usize::from(*choice) % FOLDERS.len()];
    let ending = if folder == "policies" {
        "cedar"
    } else {
        "yaml"
    };
    let path = format!("catalog/{folder}/fuzzed.{ending}");
    let fuzzed = [(path.as_str(), text)];
    told(memory::snapshot(AROUND.into_iter().chain(fuzzed)), &[]);
}

/// Settings over a catalog.
pub(crate) fn settings(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let (documents, _) = parse(FileId(0), text, MergeKeys::Refused);
    let globs: Vec<String> = documents
        .first()
        .map(|document| catalogc::model::settings::read(document, &mut Vec::new()))
        .map(|settings| settings.globs().iter().map(ToString::to_string).collect())
        .unwrap_or_default();
    let fuzzed = [("catalogc.yaml", text)];
    told(memory::snapshot(AROUND.into_iter().chain(fuzzed)), &globs);
}

/// What the settings say of files in other languages; the first byte of an input chooses one.
const READERS: [&str; 3] = [
    "sources: [{glob: foreign.yaml, reader: port, files: [catalog/**]}]",
    "sources: [{glob: foreign.yaml, reader: backstage, files: [catalog/**]}]",
    "sources: [{glob: foreign.yaml, reader: mapping, mapping: catalog/mappings/things.yaml}]",
];

/// A file in another language in a catalog.
pub(crate) fn readers(bytes: &[u8]) {
    let Some((choice, text)) = bytes.split_first() else {
        return;
    };
    let Ok(text) = std::str::from_utf8(text) else {
        return;
    };
    let settings = READERS[usize::from(*choice) % READERS.len()];
    let mapping = include_str!("catalog/things.yaml");
    let fuzzed = [
        ("catalogc.yaml", settings),
        ("catalog/mappings/things.yaml", mapping),
        ("foreign.yaml", text),
    ];
    let globs = ["foreign.yaml", "catalog/**", "catalog/mappings/things.yaml"];
    let globs: Vec<String> = globs.map(str::to_owned).into();
    told(memory::snapshot(AROUND.into_iter().chain(fuzzed)), &globs);
}

/// An expression and a template: they end, and their problems are in them.
pub(crate) fn expressions(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let input = serde_json::json!({
        "identifier": "cart", "title": null,
        "properties": {"replicas": 3, "tags": ["a", "b"], "on": true, "deep": {"a": [{"b": 1.5}]}},
        "relations": {"owner": "checkout", "many": ["a", "b"]},
        "inputs": {"reason": "memory leak"}, "before": {"x": 1}, "after": {"x": 2},
    });
    match Expression::parse(text) {
        Ok(expression) => {
            assert_eq!(expression.source(), text);
            let first = expression.evaluate(&input);
            assert_eq!(first, expression.evaluate(&input), "the same twice");
        }
        Err(problems) => within(&problems, text),
    }
    match Template::parse(text) {
        Ok(template) => {
            let _ = template.render(&input, &|root| root != "inputs");
        }
        Err(problems) => within(&problems, text),
    }
}

/// A plan file: what is read is written again to the same bytes, and can be told in every form.
/// Digests are made right first, for a fuzzer does not guess them.
pub(crate) fn plan_files(bytes: &[u8]) {
    let _ = PlanFile::from_bytes(bytes);
    let Ok(mut plan) = serde_json::from_slice::<PlanFile>(bytes) else {
        return;
    };
    for step in &mut plan.steps {
        step.digest = step.digest_of();
    }
    plan.id = PlanFile::id_of(&plan.steps, &plan.coverage);
    let written = plan.to_bytes();
    if let Ok(read) = PlanFile::from_bytes(&written) {
        assert_eq!(read.to_bytes(), written);
    }
    for detail in [Detail::Short, Detail::Normal, Detail::Full] {
        let view = View {
            detail,
            color: Color::Off,
            stale: None,
        };
        harmless(&render::plan_text(&plan, &view));
        harmless(&render::gate_text(&plan, &view));
    }
    harmless(&render::plan_markdown(&plan));
    let _ = render::plan_json(&plan);
    let _ = render::plan_github(&plan);
}

/// Compiles, and tells all that is wrong.
fn told(snapshot: Snapshot, globs: &[String]) {
    let globs: Vec<&str> = globs.iter().map(String::as_str).collect();
    let Ok(selection) = Selection::new(Some("catalogc.yaml"), "catalog", &globs) else {
        return;
    };
    let compiled = compile(snapshot, &selection);
    for finding in &compiled.findings {
        inside(finding.span, compiled.snapshot.text(finding.span.file));
        for related in &finding.related {
            inside(related.span, compiled.snapshot.text(related.span.file));
        }
        assert!(finding.help.is_some(), "{finding:?} says what to do");
    }
    let summary = Summary {
        files: 0,
        entities: 0,
        blueprints: 0,
        relations: 0,
        actions: 0,
        policies: 0,
        unshown: render::Unshown::default(),
    };
    let (files, findings) = (&compiled.snapshot, compiled.findings.as_slice());
    harmless(&render::findings(files, findings, Color::Off, &summary));
    let checked = Checked {
        snapshot: files,
        findings,
        baselined: &[],
        summary: &summary,
        root: "",
    };
    for json in [
        render::findings_json(files, findings, &summary),
        render::findings_sarif(&checked),
        render::findings_gitlab(&checked),
    ] {
        serde_json::from_str::<serde_json::Value>(&json).expect("what programs read is JSON");
    }
    harmless(&render::findings_junit(&checked));
    let github = render::findings_github(&checked);
    harmless(&github.log(&checked, None));
    harmless(&github.summary);
    let again = |snapshot: Snapshot| Some(compile(snapshot, &selection));
    let _ = catalogc::fix::fix(compiled, &again);
}

/// Every place in a tree is one of its text.
fn placed(node: &Node, text: &str) {
    inside(node.span, text);
    match &node.value {
        Value::Sequence(nodes) => nodes.iter().for_each(|node| placed(node, text)),
        Value::Mapping(entries) => {
            for entry in entries.iter() {
                inside(entry.key.span, text);
                placed(&entry.node, text);
            }
        }
        _ => {}
    }
}

fn inside(span: Span, text: &str) {
    let (start, end) = (span.start as usize, span.end as usize);
    assert!(text.get(start..end).is_some(), "{span:?} of {}", text.len());
}

fn within(problems: &[Problem], text: &str) {
    assert!(!problems.is_empty());
    for problem in problems {
        let place = problem.start as usize..problem.end as usize;
        assert!(text.get(place).is_some(), "{problem:?}");
    }
}

/// What a terminal prints moves no cursor and hides no character.
fn harmless(text: &str) {
    let odd = text
        .chars()
        .find(|c| c.is_control() && *c != '\n' || ('\u{202a}'..='\u{202e}').contains(c));
    assert_eq!(odd, None, "{text:?}");
}

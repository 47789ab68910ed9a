//! Every scalar of real files, set to another value: one line differs, and all else is said as
//! before.
//!
//! In: the shipped catalog and the pieces of other repositories among the fixtures; with
//! `CATALOGC_CORPORA` also the whole of these.

use std::path::Path;

use catalogc::edit::{Change, Form, Place, change};
use catalogc::syntax::{self, MergeKeys, Node, Value};
use catalogc::text::FileId;
use serde_json::{Value as Json, json};

use crate::corpora::{files, fixture, whole};

/// The values of a file that are tried; of more, some in equal distances.
const TRIED: usize = 60;
/// Larger files have fewer of them tried.
const LARGE: usize = 40_000;

/// A scalar of a file.
struct Scalar {
    place: Place,
    value: Json,
    /// The lines on which it is written.
    lines: usize,
}

/// The scalars of a tree that are written in it.
fn scalars(text: &str, node: &Node, place: &Place, all: &mut Vec<Scalar>) {
    match &node.value {
        Value::Sequence(nodes) => {
            for (number, node) in nodes.iter().enumerate() {
                scalars(text, node, &place.element(number), all);
            }
        }
        Value::Mapping(entries) => {
            for entry in entries.iter() {
                let key = &entry.key;
                // What an alias or a merge brings stands elsewhere.
                if key.span.start >= node.span.start && entry.node.span.start >= key.span.start {
                    scalars(text, &entry.node, &place.key(&key.value), all);
                }
            }
        }
        Value::Null => {}
        _ => {
            let written = &text[node.span.start as usize..node.span.end as usize];
            all.push(Scalar {
                place: place.clone(),
                value: node.to_json(),
                lines: written.trim_end().lines().count(),
            });
        }
    }
}

/// Another value of the same type.
fn other(value: &Json) -> Json {
    match value {
        Json::Bool(value) => json!(!value),
        Json::Number(number) => match number.as_i64() {
            Some(number) => json!(number.wrapping_add(1)),
            None => json!(number.as_f64().unwrap_or_default() / 2.0 + 0.5),
        },
        Json::String(text) if text.ends_with('\n') => json!(format!("other {text}")),
        Json::String(text) => json!(format!("{text}x")),
        other => other.clone(),
    }
}

/// The lines that differ, as people count them.
fn differing(before: &str, after: &str) -> usize {
    let (before, after): (Vec<&str>, Vec<&str>) =
        (before.split('\n').collect(), after.split('\n').collect());
    let same = |(one, two): &(&&str, &&str)| one == two;
    let head = before.iter().zip(&after).take_while(same).count();
    let most = before.len().min(after.len()) - head;
    let ends = before.iter().rev().zip(after.iter().rev());
    let tail = ends.take(most).take_while(same).count();
    (before.len() - head - tail).max(after.len() - head - tail)
}

/// What happened with the scalars of a file.
#[derive(Default)]
struct Told {
    set: usize,
    refused: Vec<String>,
    wrong: Vec<String>,
}

fn try_all(path: &str, text: &str, told: &mut Told) {
    let file = FileId(0);
    let (documents, _) = syntax::parse(file, text, MergeKeys::Resolved);
    let mut all = Vec::new();
    for (number, document) in documents.iter().enumerate().filter(|(_, it)| it.complete) {
        let place = Place {
            document: number,
            steps: Vec::new(),
        };
        scalars(text, &document.root, &place, &mut all);
    }
    let most = if text.len() > LARGE { 4 } else { TRIED };
    let every = all.len().div_ceil(most).max(1);
    for scalar in all.iter().step_by(every) {
        let value = other(&scalar.value);
        let place = &scalar.place;
        let name = || format!("{path} {:?}", place.steps);
        match change(Form::of(path), file, text, place, &Change::Set(value)) {
            Err(refused) => told.refused.push(format!("{}: {}", name(), refused.why)),
            Ok(new) => {
                told.set += 1;
                let lines = differing(text, &new);
                // A block scalar may have one line more: its sign.
                if lines > scalar.lines + usize::from(scalar.lines > 1) || lines == 0 {
                    told.wrong.push(format!("{}: {lines} lines differ", name()));
                }
            }
        }
    }
}

fn is_read(path: &str) -> bool {
    [".yaml", ".yml", ".json"]
        .iter()
        .any(|end| path.ends_with(end))
}

/// All files, as many at once as there are cores.
fn told_of(folders: &[std::path::PathBuf]) -> Told {
    let all: Vec<(String, String)> = folders.iter().flat_map(|it| files(it)).collect();
    let all: Vec<_> = all.iter().filter(|(path, _)| is_read(path)).collect();
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let parts: Vec<Told> = std::thread::scope(|scope| {
        let running: Vec<_> = (0..cores)
            .map(|first| {
                let own = all.iter().skip(first).step_by(cores);
                scope.spawn(move || {
                    let mut told = Told::default();
                    own.for_each(|(path, text)| try_all(path, text, &mut told));
                    told
                })
            })
            .collect();
        running.into_iter().map(|it| it.join().unwrap()).collect()
    });
    let mut told = Told::default();
    for part in parts {
        told.set += part.set;
        told.refused.extend(part.refused);
        told.wrong.extend(part.wrong);
    }
    told.refused.sort();
    told.wrong.sort();
    assert!(told.wrong.is_empty(), "\n{}", told.wrong.join("\n"));
    told
}

const NAMES: [&str; 8] = [
    "backstage-portefaix",
    "day2-pairs",
    "kubernetes-community",
    "kubernetes-org",
    "moj-modernisation-platform",
    "port-ocean",
    "suite-qontract-change-owners",
    "suite-qontract-server-bundles",
];

#[test]
fn each_scalar_of_the_shipped_catalog_is_set_in_its_own_line() {
    let told = told_of(&[Path::new(env!("CARGO_MANIFEST_DIR")).join("catalog")]);
    assert!(told.set > 1_200, "{}", told.set);
    assert_only_aliases(&told);
}

/// Whatever an alias names is refused, and nothing else.
fn assert_only_aliases(told: &Told) {
    let refused = told.refused.iter();
    let others: Vec<&String> = refused
        .filter(|it| !it.contains("an alias names"))
        .collect();
    assert!(others.is_empty(), "{others:#?}");
}

#[test]
fn each_scalar_of_other_repositories_is_set_in_its_own_line() {
    let whole: Vec<_> = NAMES.iter().filter_map(|name| whole(name)).collect();
    let folders = if whole.is_empty() {
        NAMES.map(fixture).to_vec()
    } else {
        whole
    };
    let told = told_of(&folders);
    assert!(told.set > 1_000, "{}", told.set);
    assert_only_aliases(&told);
}

#[test]
fn with_other_line_ends_and_a_mark_the_same_lines_differ() {
    let folder = fixture("backstage-portefaix");
    let mut told = Told::default();
    for (path, text) in files(&folder).iter().filter(|(path, _)| is_read(path)) {
        let text = text.trim_end().replace('\n', "\r\n");
        try_all(path, &format!("\u{feff}{text}"), &mut told);
    }
    assert!(told.wrong.is_empty(), "\n{}", told.wrong.join("\n"));
    assert!(told.refused.is_empty(), "\n{}", told.refused.join("\n"));
    assert!(told.set > 100, "{}", told.set);
}

#[test]
fn the_yaml_suite_is_changed_as_meant_or_refused() {
    let mut told = Told::default();
    for (path, text) in files(&fixture("yaml-suite")) {
        try_all(&format!("{path}.yaml"), &text, &mut told);
    }
    assert!(told.set > 100, "{}", told.set);
}

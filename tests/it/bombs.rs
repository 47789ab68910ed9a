//! A catalog of bombs: files made to take time, memory or the stack from whoever reads them.
//!
//! By default one of each kind. `CATALOGC_BOMBS` names a folder into which 2,000 are written and
//! left, for a run of the program that is measured.
#![expect(
    clippy::disallowed_methods,
    reason = "writes the files that the program under test reads"
)]

use std::collections::BTreeSet;
use std::path::Path;

use crate::program::run;

/// The files of a full set.
const MANY: usize = 2000;

/// What is written in front of each bomb, so that it would be an entity.
const HEAD: &str = "blueprint: Component\nidentifier: ";

type Bomb = (&'static str, &'static str, fn(usize) -> String);

/// Each kind of bomb, the finding that it must give beside the one of its key, and what makes
/// one; the number makes its names its own.
const BOMBS: &[Bomb] = &[
    ("laughs", "E0103", |_| {
        let mut text = String::from("properties:\n  a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
        for n in 1..9 {
            let aliases = vec![format!("*a{}", n - 1); 10].join(",");
            text.push_str(&format!("  a{n}: &a{n} [{aliases}]\n"));
        }
        text
    }),
    ("laughs-below-the-limit", "E0203", |_| {
        let ones = vec!["1"; 490].join(",");
        format!(
            "properties:\n  x:\n    - &a [{ones}]\n{}",
            "    - *a\n".repeat(490)
        )
    }),
    ("merged-laughs", "E0206", |_| {
        let mut text = String::from("properties:\n  y:\n    a0: &a0 {a: 1, b: 2, c: 3}\n");
        for n in 1..40 {
            let aliases = vec![format!("*a{}", n - 1); 20].join(",");
            text.push_str(&format!("    a{n}: &a{n} {{<<: [{aliases}], z{n}: 1}}\n"));
        }
        text
    }),
    ("long-list", "E0203", |_| {
        format!("properties:\n  x: [{}]\n", vec!["1"; 100_000].join(","))
    }),
    ("deep-flow", "E0103", |_| {
        format!("properties: {{x: {}\n", "[".repeat(100_000))
    }),
    ("deep-braces", "E0103", |_| {
        format!("properties: {{x: {}\n", "{a: ".repeat(50_000))
    }),
    ("deep-block", "E0103", |_| {
        format!("properties:\n  x:\n    {}\n", "- ".repeat(50_000))
    }),
    ("deep-keys", "E0103", |_| {
        format!("properties:\n  x:\n    {}\n", "? ".repeat(50_000))
    }),
    ("many-keys", "E0206", |_| {
        let keys: Vec<String> = (0..20_000).map(|n| format!("  k{n}: 1\n")).collect();
        format!("properties:\n{}", keys.concat())
    }),
    ("one-key", "E0102", |_| {
        format!("properties:\n{}", "  k: 1\n".repeat(20_000))
    }),
    ("many-anchors", "E0203", |_| {
        let anchors: Vec<String> = (0..20_000).map(|n| format!("&a{n} 1")).collect();
        format!("properties:\n  x: [{}]\n", anchors.join(","))
    }),
    ("dangling", "E0301", |n| {
        let names: Vec<String> = (0..5_000).map(|m| format!("component-{m}-{n}")).collect();
        format!("relations:\n  needs: [{}]\n", names.join(","))
    }),
    ("long-text", "E0201", |_| {
        format!("title: \"{}\"\n", "x".repeat(200_000))
    }),
    ("long-line", "E0101", |_| {
        format!("properties: {{x: {}\n", "'a' ".repeat(50_000))
    }),
    ("quote-open", "E0101", |_| {
        format!("title: \"{}\n", "a\n".repeat(50_000))
    }),
    ("wrong-everywhere", "E0101", |_| "a: b: c\n".repeat(10_000)),
    ("hidden", "E0107", |_| {
        format!("title: {}\n", "\u{202e}\u{200b}a".repeat(20_000))
    }),
    ("many-documents", "E0201", |n| {
        let one = |m| format!("---\nidentifier: d{n}-{m}\nblueprint: Component\n");
        (0..99).map(one).collect()
    }),
    ("too-many-documents", "E0103", |_| "---\na\n".repeat(5_000)),
    ("merged-again", "E0103", |_| {
        let keys: Vec<String> = (0..490).map(|n| format!("k{n}: 1")).collect();
        let merges: Vec<String> = (0..500)
            .map(|n| format!("    m{n}: {{<<: *b, a: 1}}\n"))
            .collect();
        let keys = keys.join(", ");
        format!(
            "properties:\n  y:\n    b: &b {{{keys}}}\n{}",
            merges.concat()
        )
    }),
    ("long-text-again", "E0103", |_| {
        let text = "x".repeat(100_000);
        let aliases = vec!["*t"; 1_000].join(",");
        format!("properties:\n  x:\n    - &t {text}\n    - [{aliases}]\n")
    }),
    ("long-key-again", "E0103", |_| {
        let key = "k".repeat(100_000);
        let merges: Vec<String> = (0..1_000)
            .map(|n| format!("    m{n}: {{<<: *b, a: 1}}\n"))
            .collect();
        format!(
            "properties:\n  y:\n    b: &b\n      ? {key}\n      : 1\n{}",
            merges.concat()
        )
    }),
    ("unknown-keys", "E0201", |_| {
        (0..20_000).map(|n| format!("u{n}: 1\n")).collect()
    }),
    ("wrong-names", "E0203", |_| {
        format!("relations: {{needs: [{}]}}\n", vec!["1"; 50_000].join(","))
    }),
    ("secrets", "E0515", |n| {
        let secret = |m| format!("  k{m}_token: q8Zr{m:04}LxV7nTb4KdW{n:04}\n");
        let secrets: Vec<String> = (0..2_000).map(secret).collect();
        format!("properties:\n{}", secrets.concat())
    }),
    ("no-values", "E0206", |_| {
        let keys: Vec<String> = (0..20_000).map(|n| format!("  k{n}:\n")).collect();
        format!("properties:\n{}", keys.concat())
    }),
    ("lines", "E0201", |_| "\n".repeat(500_000)),
];

/// Writes a catalog of `count` bombs; gives the paths, of which each must be spoken of, and
/// what must be said.
fn write(folder: &Path, bombs: &[Bomb], count: usize) -> Vec<(String, &'static str)> {
    let put = |path: &str, text: &str| {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder is made");
        std::fs::write(path, text).expect("a file is written");
    };
    put(
        "catalog/blueprints/component.yaml",
        "identifier: Component\nschema: {properties: {x: {type: array, items: {type: string}}}}\n\
         relations: {needs: {target: Component, many: true}}\n",
    );
    let bombs = bombs.iter().cycle().take(count).enumerate();
    let bombs = bombs.map(|(n, (name, code, make))| {
        let path = format!("catalog/entities/{name}-{n}.yaml");
        // Wrong beside the bomb: `color` is no key of an entity.
        put(&path, &format!("color: red\n{HEAD}bomb-{n}\n{}", make(n)));
        (path, *code)
    });
    bombs.collect()
}

#[test]
fn every_bomb_is_a_finding() {
    let kept = std::env::var("CATALOGC_BOMBS").ok();
    if let Some(folder) = kept {
        write(Path::new(&folder), BOMBS, MANY);
        return;
    }
    // Where a bomb cannot be read, nobody knows which names it has: those are tried alone.
    let (alone, together): (Vec<Bomb>, Vec<Bomb>) =
        BOMBS.iter().partition(|(_, code, _)| *code == "E0301");
    explode(&alone);
    explode(&together);
}

/// Checks a catalog that has each of the bombs.
fn explode(bombs: &[Bomb]) {
    let folder = tempfile::tempdir().expect("a folder");
    let paths = write(folder.path(), bombs, bombs.len());
    let ran = run(folder.path(), &["check", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(ran.exits(1)).expect("findings are JSON");
    let findings = json["findings"].as_array().expect("a list");
    let told: BTreeSet<(&str, &str)> = findings
        .iter()
        .filter_map(|one| Some((one["file"].as_str()?, one["code"].as_str()?)))
        .collect();
    let unsaid: Vec<_> = paths
        .iter()
        .filter(|(path, code)| !told.contains(&(path.as_str(), *code)))
        .map(|(path, code)| {
            let said = told.iter().filter(|(file, _)| file == path);
            (path, code, said.map(|(_, code)| *code).collect::<Vec<_>>())
        })
        .collect();
    assert!(unsaid.is_empty(), "not said: {unsaid:#?}");
}

#[test]
fn thousands_of_numbers_for_short_texts_are_tried_in_quotes_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let put = |path: &str, text: &str| {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder is made");
        std::fs::write(path, text).expect("a file is written");
    };
    put(
        "catalog/blueprints/c.yaml",
        "identifier: C\nschema: {properties: {a: {type: array, items: {type: string, maxLength: 3}}}}\n",
    );
    let numbers: Vec<String> = (0..5_000).map(|n| n.to_string()).collect();
    put(
        "catalog/entities/x.yaml",
        &format!(
            "identifier: x\nblueprint: C\nproperties: {{a: [{}]}}\n",
            numbers.join(",")
        ),
    );
    let before = std::time::Instant::now();
    let ran = run(folder.path(), &["check"]);
    ran.says("E0203").exits(1);
    let took = before.elapsed();
    assert!(took.as_secs() < 12, "{took:?}");
}

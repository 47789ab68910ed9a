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

type Bomb = (&'static str, fn(usize) -> String);

/// Each kind of bomb, and what makes one; the number makes its names its own.
const BOMBS: &[Bomb] = &[
    ("laughs", |_| {
        let mut text = String::from("properties:\n  a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
        for n in 1..9 {
            let aliases = vec![format!("*a{}", n - 1); 10].join(",");
            text.push_str(&format!("  a{n}: &a{n} [{aliases}]\n"));
        }
        text
    }),
    ("laughs-below-the-limit", |_| {
        let ones = vec!["1"; 490].join(",");
        format!(
            "properties:\n  x:\n    - &a [{ones}]\n{}",
            "    - *a\n".repeat(490)
        )
    }),
    ("merged-laughs", |_| {
        let mut text = String::from("properties:\n  y:\n    a0: &a0 {a: 1, b: 2, c: 3}\n");
        for n in 1..40 {
            let aliases = vec![format!("*a{}", n - 1); 20].join(",");
            text.push_str(&format!("    a{n}: &a{n} {{<<: [{aliases}], z{n}: 1}}\n"));
        }
        text
    }),
    ("long-list", |_| {
        format!("properties:\n  x: [{}]\n", vec!["1"; 100_000].join(","))
    }),
    ("deep-flow", |_| {
        format!("properties: {{x: {}\n", "[".repeat(100_000))
    }),
    ("deep-braces", |_| {
        format!("properties: {{x: {}\n", "{a: ".repeat(50_000))
    }),
    ("deep-block", |_| {
        format!("properties:\n  x:\n    {}\n", "- ".repeat(50_000))
    }),
    ("deep-keys", |_| {
        format!("properties:\n  x:\n    {}\n", "? ".repeat(50_000))
    }),
    ("many-keys", |_| {
        let keys: Vec<String> = (0..20_000).map(|n| format!("  k{n}: 1\n")).collect();
        format!("properties:\n{}", keys.concat())
    }),
    ("one-key", |_| {
        format!("properties:\n{}", "  k: 1\n".repeat(20_000))
    }),
    ("many-anchors", |_| {
        let anchors: Vec<String> = (0..20_000).map(|n| format!("&a{n} 1")).collect();
        format!("properties:\n  x: [{}]\n", anchors.join(","))
    }),
    ("dangling", |n| {
        let names: Vec<String> = (0..5_000).map(|m| format!("component-{m}-{n}")).collect();
        format!("relations:\n  needs: [{}]\n", names.join(","))
    }),
    ("long-text", |_| {
        format!("title: \"{}\"\n", "x".repeat(200_000))
    }),
    ("long-line", |_| {
        format!("properties: {{x: {}\n", "'a' ".repeat(50_000))
    }),
    ("quote-open", |_| {
        format!("title: \"{}\n", "a\n".repeat(50_000))
    }),
    ("wrong-everywhere", |_| "a: b: c\n".repeat(10_000)),
    ("hidden", |_| {
        format!("title: {}\n", "\u{202e}\u{200b}a".repeat(20_000))
    }),
    ("many-documents", |n| {
        let one = |m| format!("---\nidentifier: d{n}-{m}\nblueprint: Component\n");
        (0..99).map(one).collect()
    }),
    ("too-many-documents", |_| "---\na\n".repeat(5_000)),
];

/// Writes a catalog of `count` bombs; gives the paths, of which each must be spoken of.
fn write(folder: &Path, count: usize) -> Vec<String> {
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
    let bombs = BOMBS.iter().cycle().take(count).enumerate();
    let bombs = bombs.map(|(n, (name, make))| {
        let path = format!("catalog/entities/{name}-{n}.yaml");
        // Wrong beside the bomb: `color` is no key of an entity.
        put(&path, &format!("color: red\n{HEAD}bomb-{n}\n{}", make(n)));
        path
    });
    bombs.collect()
}

#[test]
fn every_bomb_is_a_finding() {
    let kept = std::env::var("CATALOGC_BOMBS").ok();
    if let Some(folder) = kept {
        write(Path::new(&folder), MANY);
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let paths = write(folder.path(), BOMBS.len());
    let ran = run(folder.path(), &["check", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(ran.exits(1)).expect("findings are JSON");
    let findings = json["findings"].as_array().expect("a list");
    let told: BTreeSet<&str> = findings
        .iter()
        .filter_map(|one| one["file"].as_str())
        .collect();
    for path in &paths {
        assert!(told.contains(path.as_str()), "nothing is said of {path}");
    }
}

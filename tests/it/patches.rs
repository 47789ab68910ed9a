//! `check --fix` as a user runs it: what it shows, what it writes, and what `git apply` takes.
#![expect(
    clippy::disallowed_methods,
    reason = "catalogs of the tests are written and read again as files"
)]

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::fix::{ENTITY, shipped, small, texts};

/// A folder with the shipped catalog, and the program run in it.
fn run(folder: &Path, arguments: &[&str]) -> (String, String, i32) {
    let output = Command::new(env!("CARGO_BIN_EXE_catalogc"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        text(output.stdout),
        text(output.stderr),
        output.status.code().unwrap(),
    )
}

#[test]
fn a_dry_run_shows_the_changes_that_are_then_written() {
    let folder = tempfile::tempdir().unwrap();
    let (snapshot, _) = shipped();
    for (path, text) in texts(&snapshot) {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let products = folder
        .path()
        .join("catalog/entities/orders/products-service.yaml");
    let right = fs::read_to_string(&products).unwrap();
    let wrong = right.replace("[CartAPI]", "[CartApi]");
    fs::write(&products, &wrong).unwrap();
    let (patch, _, code) = run(folder.path(), &["check", "--fix", "--dry-run"]);
    assert!(
        patch.contains("-  consumesApi: [CartApi]\n+  consumesApi: [CartAPI]\n"),
        "{patch}"
    );
    assert_eq!(code, 0);
    assert_eq!(fs::read_to_string(&products).unwrap(), wrong);
    let (said, told, code) = run(folder.path(), &["check", "--fix"]);
    assert!(said.starts_with("ok: "), "{said}");
    assert_eq!(
        told,
        "changed catalog/entities/orders/products-service.yaml:8\n"
    );
    assert_eq!(code, 0);
    assert_eq!(fs::read_to_string(&products).unwrap(), right);
    let (_, told, code) = run(folder.path(), &["check", "--fix", "--rev", "HEAD"]);
    assert!(told.contains("--rev"), "{told}");
    assert_eq!(code, 2);
}

/// Files below a folder.
fn write_all(folder: &Path, files: &[(&str, String)]) {
    for (path, text) in files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

#[test]
fn the_patch_of_a_dry_run_applies_whatever_the_files_are_like() {
    let (snapshot, _) = small("");
    let blueprints = texts(&snapshot);
    let wrong = "identifier: NAME # one\nblueprint: Service\nproperties:\n  version: 1.20\n  tags: one\n  live: yes\nrelations: {owner: checkout}\n";
    let named = |name: &str| wrong.replace("NAME", name);
    let mut files: Vec<(&str, String)> = blueprints
        .iter()
        .filter(|(path, _)| *path != ENTITY)
        .map(|(path, text)| (*path, (*text).to_owned()))
        .collect();
    let marked = format!("\u{feff}{}", named("B").replace('\n', "\r\n"));
    // The mark stands in the line that changes, or not in the patch at all.
    let first = format!(
        "\u{feff}relatoins: {{owner: checkout}}\n{}",
        &named("C")[..39]
    );
    let far = format!("\u{feff}{}\n{}", "# a\n".repeat(9), named("D"));
    files.extend([
        (ENTITY, named("A")),
        ("catalog/entities/b.yaml", marked),
        ("catalog/entities/c.yaml", first),
        ("catalog/entities/d.yaml", far),
        ("catalog/entities/with blanks/\u{fc}, %.yaml", named("E")),
        (
            "catalog/entities/with blanks/f.yaml",
            named("F").trim_end().to_owned(),
        ),
    ]);
    let folder = tempfile::tempdir().unwrap();
    write_all(&folder.path().join("shop"), &files);
    let (patch, told, code) = run(folder.path(), &["check", "shop", "--fix", "--dry-run"]);
    assert_eq!(code, 0, "{patch}{told}");
    for line in 4..=6 {
        assert!(
            told.contains(&format!("would change catalog/entities/x.yaml:{line}\n")),
            "{told}"
        );
    }
    fs::write(folder.path().join("fix.patch"), &patch).unwrap();
    let applied = Command::new("git")
        .args(["apply", "fix.patch"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&applied.stderr);
    assert!(applied.status.success(), "{said}\n{patch}");
    let after = |root: &Path| -> Vec<Vec<u8>> {
        let files = files.iter();
        files
            .map(|(path, _)| fs::read(root.join(path)).unwrap())
            .collect()
    };
    let patched = after(&folder.path().join("shop"));
    let other = tempfile::tempdir().unwrap();
    write_all(other.path(), &files);
    let (_, told, code) = run(other.path(), &["check", "--fix"]);
    assert_eq!(code, 0, "{told}");
    assert_eq!(after(other.path()), patched);
    for line in 4..=6 {
        assert!(
            told.contains(&format!("changed catalog/entities/x.yaml:{line}\n")),
            "{told}"
        );
    }
    assert!(
        !String::from_utf8(patched.concat())
            .unwrap()
            .contains("1.20\n")
    );
}

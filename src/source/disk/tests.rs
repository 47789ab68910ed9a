//! Directories with all that can stand in them.

use std::fs;
use std::path::Path;

use super::ReadError;
use super::has_folder;
use super::read;
use super::read_one;
use crate::source::Refusal;
use crate::source::Selection;
use crate::source::Snapshot;

fn write(root: &Path, path: &str, bytes: impl AsRef<[u8]>) {
    let at = root.join(path);
    fs::create_dir_all(at.parent().unwrap()).unwrap();
    fs::write(at, bytes).unwrap();
}

fn catalog() -> Selection {
    Selection::new(Some("catalogc.yaml"), "catalog", &[]).unwrap()
}

fn refusals(snapshot: &Snapshot) -> Vec<(&str, &Refusal)> {
    snapshot
        .as_slice()
        .iter()
        .filter_map(|file| Some((file.path.as_str(), file.text.as_ref().err()?)))
        .collect()
}

#[test]
fn files_of_the_catalog_are_read_in_order_and_ignore_files_ignore_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    for path in [
        "catalog/b.yaml",
        "catalog/a/x.yaml",
        "catalog/a.yaml",
        "catalogc.yaml",
        "src/no",
    ] {
        write(root, path, path);
    }
    write(root, "catalog/.gitignore", "*");
    write(root, ".gitignore", "catalog");
    write(root, ".git/config", "");
    let snapshot = read(root, &catalog()).unwrap();
    let paths: Vec<&str> = snapshot
        .as_slice()
        .iter()
        .map(|file| file.path.as_str())
        .collect();
    assert_eq!(
        paths,
        [
            "catalog/.gitignore",
            "catalog/a.yaml",
            "catalog/a/x.yaml",
            "catalog/b.yaml",
            "catalogc.yaml"
        ]
    );
    assert_eq!(
        snapshot.text(snapshot.find("catalog/a/x.yaml").unwrap()),
        "catalog/a/x.yaml"
    );
}

#[test]
fn what_is_not_text_says_what_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    write(root, "catalog/latin.yaml", b"a: \xe4");
    write(root, "catalog/large.yaml", vec![b'a'; (1 << 20) + 1]);
    write(
        root,
        "catalog/lfs.yaml",
        "version https://git-lfs.github.com/spec/v1\noid sha256:0\n",
    );
    write(root, "catalog/sub/.git", "gitdir: elsewhere");
    write(root, "catalog/sub/a.yaml", "a");
    write(root, "vendor/sub/.git", "gitdir: elsewhere");
    write(root, "catalog/back\\slash.yaml", "a");
    let snapshot = read(root, &catalog()).unwrap();
    assert_eq!(
        refusals(&snapshot),
        [
            ("catalog/back\\slash.yaml", &Refusal::Path),
            (
                "catalog/large.yaml",
                &Refusal::TooLarge {
                    bytes: (1 << 20) + 1,
                    most: 1 << 20
                }
            ),
            (
                "catalog/latin.yaml",
                &Refusal::NotUtf8 {
                    at: 3,
                    text: "a: \u{fffd}".into()
                }
            ),
            ("catalog/lfs.yaml", &Refusal::LfsPointer),
            ("catalog/sub", &Refusal::Submodule),
        ]
    );
}

#[cfg(unix)]
#[test]
fn links_are_never_followed() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let link = |to: &str, at: &str| std::os::unix::fs::symlink(to, root.join(at)).unwrap();
    write(root, "catalog/a.yaml", "a");
    link("/etc/passwd", "catalog/passwd.yaml");
    link("..", "catalog/up");
    link("nowhere", "catalogc.yaml");
    let snapshot = read(root, &catalog()).unwrap();
    assert_eq!(
        refusals(&snapshot),
        [
            ("catalog/passwd.yaml", &Refusal::Link),
            ("catalog/up", &Refusal::Link),
            ("catalogc.yaml", &Refusal::Link),
        ]
    );
    assert_eq!(
        read_one(root, "catalogc.yaml").unwrap().text,
        Err(Refusal::Link)
    );
    assert_eq!(
        read_one(root, "catalog/up/catalog/a.yaml").unwrap().text,
        Err(Refusal::Link)
    );
    assert!(!has_folder(root, "catalog/up"));
}

#[cfg(unix)]
#[test]
fn a_catalog_that_is_a_link_is_not_an_empty_catalog() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    write(root, "elsewhere/a.yaml", "a");
    std::os::unix::fs::symlink("elsewhere", root.join("catalog")).unwrap();
    let snapshot = read(root, &catalog()).unwrap();
    assert_eq!(refusals(&snapshot), [("catalog", &Refusal::Link)]);
}

#[cfg(unix)]
#[test]
fn a_socket_is_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    write(root, "catalog/a.yaml", "a");
    let _socket = std::os::unix::net::UnixListener::bind(root.join("catalog/s.yaml")).unwrap();
    let snapshot = read(root, &catalog()).unwrap();
    assert_eq!(
        refusals(&snapshot),
        [("catalog/s.yaml", &Refusal::NotAFile)]
    );
    assert_eq!(
        read_one(root, "catalog/s.yaml").unwrap().text,
        Err(Refusal::NotAFile)
    );
}

#[test]
fn one_file_is_read_and_one_that_is_not_there_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    write(root, "catalog/a.yaml", "a");
    assert_eq!(
        read_one(root, "catalog/a.yaml").unwrap().text.as_deref(),
        Ok("a")
    );
    assert_eq!(read_one(root, "../a").unwrap().text, Err(Refusal::Path));
    for path in ["catalog", "catalog/b.yaml", "catalog/a.yaml/b"] {
        assert_eq!(read_one(root, path), None);
    }
    assert!(has_folder(root, "catalog"));
    assert!(!has_folder(root, "catalog/a.yaml") && !has_folder(root, "blueprints"));
}

#[test]
fn a_folder_that_is_not_there_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("no");
    let error = read(&missing, &catalog()).unwrap_err();
    assert_eq!(error, ReadError::NoFolder(missing.display().to_string()));
}

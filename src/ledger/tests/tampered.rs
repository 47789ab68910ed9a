//! Ledgers that somebody changed: each is refused, and the commit is named.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use super::{AT, Place, TIP, commits, git, held, local, opened};
use crate::ledger::{Ledger, LedgerError};

/// Puts a commit with `files` behind `parents` and moves the branch to it.
fn forge(folder: &Path, files: &[(&str, &str)], parents: &[&str]) -> String {
    let mut tree = String::new();
    for (name, text) in files {
        let file = folder.join("forged");
        std::fs::write(&file, text).unwrap();
        let blob = git(folder, &["hash-object", "-w", "--no-filters", "forged"]);
        std::fs::remove_file(file).unwrap();
        writeln!(tree, "100644 blob {blob}\t{name}").unwrap();
    }
    let list = folder.join("list");
    std::fs::write(&list, tree).unwrap();
    let made = Command::new("git")
        .arg("mktree")
        .current_dir(folder)
        .stdin(std::fs::File::open(&list).unwrap())
        .output()
        .unwrap();
    std::fs::remove_file(list).unwrap();
    let tree = String::from_utf8(made.stdout).unwrap();
    let mut arguments = vec!["commit-tree", tree.trim(), "-m", "forged"];
    for parent in parents {
        arguments.extend(["-p", parent]);
    }
    let commit = git(folder, &arguments);
    git(folder, &["update-ref", TIP, &commit]);
    commit
}

#[test]
fn a_ledger_that_somebody_changed_is_refused_and_the_commit_named() {
    let place = Place::new();
    let folder = place.repository("clone");
    let (mut ledger, _) = opened(&folder, &local());
    let good = ledger.append(&[held("a"), held("b")]).unwrap();
    let good: Vec<&str> = good.iter().map(|entry| entry.id.as_str()).collect();
    let line = |commit: &str| {
        format!(
            "{{\"at\":\"{AT}\",\"commit\":\"{commit}\",\"record\":\"held\",\"version\":1,\"why\":\"x\"}}\n"
        )
    };
    let genesis = format!("{{\"at\":\"{AT}\",\"record\":\"genesis\",\"version\":1}}\n");
    let extra = line("c").replace("\"why\"", "\"who\":1,\"why\"");
    let blank = line("c").replace("\",\"", "\", \"");
    let one = |text: &str, parents: &[&str]| forge(&folder, &[("record.json", text)], parents);
    let mut refused = |commit: String, reason: &str| {
        let Err(LedgerError::Broken { commit: named, why }) = ledger.read() else {
            panic!("{reason}");
        };
        assert_eq!(named, commit, "{reason}");
        assert!(why.contains(reason), "{why}");
    };
    refused(one(&extra, &[good[2]]), "unknown field `who`");
    refused(one(&blank, &[good[2]]), "canonical");
    refused(one(&genesis, &[good[2]]), "not the first");
    refused(one(&line("c"), &[]), "not a `genesis`");
    refused(one(&line("c"), &[good[2], good[1]]), "merge");
    refused(one("{", &[good[2]]), "EOF");
    let two = [("record.json", line("c")), (".github", line("c"))];
    let two: Vec<(&str, &str)> = two
        .iter()
        .map(|(name, text)| (*name, text.as_str()))
        .collect();
    refused(forge(&folder, &two, &[good[2]]), "not one file");
    refused(
        forge(&folder, &[("x", &line("c"))], &[good[2]]),
        "not one file",
    );
    refused(forge(&folder, &[], &[good[2]]), "not one file");
    // A wrong record in the middle is found below good ones.
    let middle = one(&extra, &[good[1]]);
    one(&line("d"), &[&middle]);
    refused(middle, "unknown field");
    let main = git(&folder, &["rev-parse", "main"]);
    git(&folder, &["update-ref", TIP, &main]);
    refused(main, "not one file");
    // The same helper makes a record that is good, so it is not the helper that is refused.
    one(&line("c"), &[good[2]]);
    assert_eq!(commits(&ledger.read().unwrap()), ["a", "b", "c"]);
}

#[test]
fn objects_that_are_missing_or_exchanged_are_refused() {
    let place = Place::new();
    let folder = place.repository("clone");
    let (mut ledger, _) = opened(&folder, &local());
    let written = ledger.append(&[held("a"), held("b")]).unwrap();
    let id = &written[1].id;
    let object = |name: &str| {
        let id = git(&folder, &["rev-parse", name]);
        folder.join(format!(".git/objects/{}/{}", &id[..2], &id[2..]))
    };
    let blob = object(&format!("{id}:record.json"));
    let other = object(&format!("{}:record.json", written[2].id));
    let kept = std::fs::read(&blob).unwrap();
    std::fs::remove_file(&blob).unwrap();
    std::fs::copy(&other, &blob).unwrap();
    let refused = |word: &str| {
        let Err(LedgerError::Broken { commit, why }) =
            Ledger::open(&folder, &local()).unwrap().read()
        else {
            panic!("{word}");
        };
        assert_eq!(&commit, id);
        assert!(why.contains(word), "{why}");
    };
    refused("has the bytes of");
    std::fs::remove_file(&blob).unwrap();
    refused("not in this clone");
    std::fs::write(&blob, &kept[..kept.len() / 2]).unwrap();
    refused("cannot be read");
    std::fs::remove_file(&blob).unwrap();
    std::fs::write(&blob, kept).unwrap();
    assert_eq!(opened(&folder, &local()).1, written);
}

#[test]
fn replaced_objects_and_look_alike_branches_are_not_looked_at() {
    let place = Place::new();
    let folder = place.repository("clone");
    git(&folder, &["tag", "refs/heads/catalogc-ledger"]);
    let (mut ledger, entries) = opened(&folder, &local());
    assert!(entries.is_empty());
    let written = ledger.append(&[held("a"), held("b")]).unwrap();
    git(&folder, &["replace", &written[2].id, &written[0].id]);
    assert_eq!(opened(&folder, &local()).1, written);
    git(&folder, &["symbolic-ref", TIP, "refs/heads/main"]);
    let linked = Ledger::open(&folder, &local());
    assert!(matches!(
        linked,
        Err(LedgerError::Clone { doing: "read", .. })
    ));
}

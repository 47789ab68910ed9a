//! Ledgers in real repositories: what is written, what is read, what is refused.
#![expect(
    clippy::disallowed_methods,
    clippy::panic,
    reason = "the tests make repositories with git, and say which error was not met"
)]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::json;

use super::record::{Body, CallEnd, Contract, Held, Intent, Outcome, Record, StepName};
use super::{Entry, Ledger, LedgerError, Settings};

mod hostile;
mod login;
mod remote;
mod tampered;

/// A folder that goes with the test.
struct Place(PathBuf);

impl Place {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let n = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("catalogc-ledger-test-{}-{n}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// A repository with one commit on `main`.
    fn repository(&self, name: &str) -> PathBuf {
        let folder = self.at(name);
        git(&self.0, &["init", "-q", "-b", "main", name]);
        git(&folder, &["commit", "-q", "--allow-empty", "-m", "start"]);
        folder
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn try_git(folder: &Path, arguments: &[&str]) -> Result<String, String> {
    let output = Command::new("git")
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_AUTHOR_NAME", "lin")
        .env("GIT_AUTHOR_EMAIL", "lin@example.com")
        .env("GIT_COMMITTER_NAME", "lin")
        .env("GIT_COMMITTER_EMAIL", "lin@example.com")
        .output()
        .unwrap();
    let words = |bytes| String::from_utf8_lossy(bytes).trim().to_owned();
    if output.status.success() {
        Ok(words(&output.stdout))
    } else {
        Err(words(&output.stderr))
    }
}

fn git(folder: &Path, arguments: &[&str]) -> String {
    try_git(folder, arguments).unwrap()
}

fn local() -> Settings {
    Settings {
        branch: "catalogc-ledger".into(),
        remote: None,
    }
}

const TIP: &str = "refs/heads/catalogc-ledger";
const AT: &str = "2026-11-21T14:31:00Z";

fn held(commit: &str) -> Record {
    Record {
        at: AT.into(),
        body: Body::Held(Held {
            commit: commit.into(),
            why: "no facts".into(),
        }),
    }
}

fn intent(call: &str) -> Record {
    Record {
        at: AT.into(),
        body: Body::Intent(Intent {
            landing: "9c0d7e1".into(),
            step: StepName {
                number: 2,
                digest: "b7720aa".into(),
            },
            call: call.into(),
            connector: "webhook".into(),
            contract: Contract::Blind,
            generation: 0,
            key: "k".into(),
            request: "POST https://deploy.example/verify".into(),
            attempt: 1,
        }),
    }
}

/// The commits that entries say are held, in their order.
fn commits(entries: &[Entry]) -> Vec<&str> {
    entries
        .iter()
        .filter_map(|entry| match &entry.record.body {
            Body::Held(held) => Some(held.commit.as_str()),
            _ => None,
        })
        .collect()
}

fn opened(folder: &Path, settings: &Settings) -> (Ledger, Vec<Entry>) {
    let mut ledger = Ledger::open(folder, settings).unwrap();
    let entries = ledger.read().unwrap();
    (ledger, entries)
}

#[test]
fn what_is_appended_is_read_in_order_behind_a_genesis() {
    let place = Place::new();
    let folder = place.repository("clone");
    let (mut ledger, entries) = opened(&folder, &local());
    assert!(entries.is_empty());
    assert_eq!(ledger.genesis(), None);
    assert!(ledger.append(&[]).unwrap().is_empty());
    let mut written = ledger.append(&[held("a"), held("b")]).unwrap();
    let genesis = ledger.genesis().unwrap().to_owned();
    assert_eq!(written[0].id, genesis);
    written.extend(ledger.append(&[intent("scale")]).unwrap());
    assert_eq!(ledger.read().unwrap(), written);
    let (other, entries) = opened(&folder, &local());
    assert_eq!(entries, written);
    assert_eq!(other.genesis(), Some(genesis.as_str()));
    assert_eq!(entries.len(), 4);
    let history = git(&folder, &["log", "--format=%H", "--reverse", TIP]);
    let ids: Vec<&str> = entries.iter().map(|entry| entry.id.as_str()).collect();
    assert_eq!(history.lines().collect::<Vec<_>>(), ids);
    assert_eq!(
        git(&folder, &["show", &format!("{genesis}:record.json")]),
        format!(r#"{{"at":"{AT}","record":"genesis","version":1}}"#)
    );
    assert_eq!(git(&folder, &["status", "--porcelain"]), "");
}

#[test]
fn git_finds_nothing_wrong_in_a_ledger() {
    let place = Place::new();
    let folder = place.repository("clone");
    let (mut ledger, _) = opened(&folder, &local());
    for n in 0..5 {
        ledger.append(&[held(&n.to_string()), intent("a")]).unwrap();
    }
    let wrong = git(&folder, &["fsck", "--strict", "--full", "--no-dangling"]);
    assert_eq!(wrong, "");
}

#[test]
fn two_ledgers_never_start_with_the_same_commit() {
    let place = Place::new();
    let started = |name: &str| {
        let (mut ledger, _) = opened(&place.repository(name), &local());
        ledger.append(&[held("a")]).unwrap();
        ledger.genesis().unwrap().to_owned()
    };
    assert_ne!(started("one"), started("fork"));
}

#[test]
fn of_two_handles_that_write_the_same_one_wins_and_the_other_decides_again() {
    let place = Place::new();
    let folder = place.repository("clone");
    let (mut first, _) = opened(&folder, &local());
    let (mut second, _) = opened(&folder, &local());
    first.append(&[intent("scale")]).unwrap();
    let lost = second.append(&[intent("scale")]);
    assert!(matches!(lost, Err(LedgerError::Moved)));
    // Only reading helps: to write without having read would be to decide on too little.
    let again = second.append(&[intent("scale")]);
    assert!(matches!(again, Err(LedgerError::Moved)));
    assert_eq!(second.read().unwrap().len(), 2);
    second.append(&[held("b")]).unwrap();
    assert!(matches!(
        first.append(&[held("c")]),
        Err(LedgerError::Moved)
    ));
    assert_eq!(first.read().unwrap().len(), 3);
}

#[test]
fn a_handle_that_has_not_read_cannot_write() {
    let place = Place::new();
    let folder = place.repository("clone");
    opened(&folder, &local()).0.append(&[held("a")]).unwrap();
    let mut ledger = Ledger::open(&folder, &local()).unwrap();
    assert!(matches!(
        ledger.append(&[held("b")]),
        Err(LedgerError::Moved)
    ));
}

#[test]
fn many_runners_at_once_lose_no_record() {
    let place = Place::new();
    let folder = place.repository("clone");
    let run = |name: &'static str| {
        let folder = folder.clone();
        std::thread::spawn(move || {
            let (mut ledger, _) = opened(&folder, &local());
            let mut written = 0;
            while written < 15 {
                match ledger.append(&[held(&format!("{name}{written}"))]) {
                    Ok(_) => written += 1,
                    Err(LedgerError::Moved) => drop(ledger.read().unwrap()),
                    Err(other) => panic!("{other}"),
                }
            }
        })
    };
    for runner in ["a", "b", "c"].map(run) {
        runner.join().unwrap();
    }
    let (_, entries) = opened(&folder, &local());
    let all = commits(&entries);
    assert_eq!(all.len(), 45);
    for name in ["a", "b", "c"] {
        let own: Vec<&&str> = all.iter().filter(|it| it.starts_with(name)).collect();
        let expected: Vec<String> = (0..15).map(|n| format!("{name}{n}")).collect();
        assert!(
            own.iter()
                .map(|it| **it)
                .eq(expected.iter().map(String::as_str))
        );
    }
}

#[test]
fn packed_references_and_objects_are_read_and_written_behind() {
    let place = Place::new();
    let folder = place.repository("clone");
    let (mut ledger, _) = opened(&folder, &local());
    ledger.append(&[held("a")]).unwrap();
    git(&folder, &["pack-refs", "--all"]);
    git(&folder, &["gc", "-q", "--prune=now"]);
    ledger.append(&[held("b")]).unwrap();
    let (_, entries) = opened(&folder, &local());
    assert_eq!(commits(&entries), ["a", "b"]);
}

#[test]
fn a_bare_repository_and_a_linked_work_tree_have_the_same_ledger() {
    let place = Place::new();
    let folder = place.repository("clone");
    git(
        &folder,
        &["worktree", "add", "-q", "../linked", "-b", "side"],
    );
    let (mut ledger, _) = opened(&place.at("linked"), &local());
    ledger.append(&[held("a")]).unwrap();
    let (_, entries) = opened(&folder.join(".git"), &local());
    assert_eq!(commits(&entries), ["a"]);
}

#[test]
fn a_lock_left_by_a_killed_process_is_named_and_removed_on_demand() {
    let place = Place::new();
    let folder = place.repository("clone");
    let (mut ledger, _) = opened(&folder, &local());
    ledger.append(&[held("a")]).unwrap();
    let file = folder.join(format!(".git/{TIP}.lock"));
    std::fs::write(&file, "").unwrap();
    let Err(LedgerError::Locked(lock)) = ledger.append(&[held("b")]) else {
        panic!("the lock is seen");
    };
    assert!(lock.file.ends_with(format!("{TIP}.lock")));
    let removed = Ledger::break_lock(&folder, &local()).unwrap();
    assert_eq!(removed.map(|it| it.file), Some(lock.file));
    assert!(!file.exists());
    assert_eq!(Ledger::break_lock(&folder, &local()).unwrap(), None);
    ledger.append(&[held("b")]).unwrap();
    assert_eq!(commits(&ledger.read().unwrap()), ["a", "b"]);
}

#[test]
fn what_could_not_be_read_back_is_not_written() {
    let place = Place::new();
    let folder = place.repository("clone");
    let (mut ledger, _) = opened(&folder, &local());
    let mut late = held("a");
    late.at = "yesterday".into();
    let unfit = ledger.append(&[held("a"), late]);
    assert!(matches!(
        unfit,
        Err(LedgerError::Unfit { kind: "held", .. })
    ));
    assert!(ledger.read().unwrap().is_empty());
    let mut result = CallEnd {
        landing: "l".into(),
        step: StepName {
            number: 1,
            digest: "d".into(),
        },
        call: "c".into(),
        generation: 0,
        key: "k".into(),
        outcome: Outcome::Done,
        detail: String::new(),
        outputs: serde_json::Map::new(),
        url: None,
        started_at: AT.into(),
        took_seconds: 1,
    };
    result.outputs.insert("cost".into(), json!(0.25));
    let record = Record {
        at: AT.into(),
        body: Body::Result(result),
    };
    let written = ledger.append(&[record]).unwrap();
    assert_eq!(ledger.read().unwrap(), written);
    let Body::Result(kept) = &written[1].record.body else {
        panic!("a result");
    };
    assert_eq!(kept.outputs["cost"], json!("0.25"));
}

#[test]
fn a_folder_that_is_no_repository_and_a_name_that_is_no_branch_are_errors() {
    let place = Place::new();
    let refused = Ledger::open(&place.0, &local());
    assert!(matches!(refused, Err(LedgerError::Repository { .. })));
    let folder = place.repository("clone");
    let mut settings = local();
    settings.branch = "../../config".into();
    let refused = Ledger::open(&folder, &settings);
    assert!(matches!(refused, Err(LedgerError::BranchName(_))));
}

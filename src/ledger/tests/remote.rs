//! Ledgers with a remote: who wins, and what survives.

use std::path::{Path, PathBuf};

use super::{Place, TIP, commits, git, held, intent, local, opened, try_git};
use crate::ledger::{Entry, Ledger, LedgerError, Settings};

pub(super) fn shared() -> Settings {
    Settings {
        branch: "catalogc-ledger".into(),
        remote: Some("origin".into()),
    }
}

impl Place {
    /// A bare repository with a `main`, to be cloned.
    pub(super) fn server(&self) -> PathBuf {
        let folder = self.repository("seed");
        git(&self.0, &["clone", "-q", "--bare", "seed", "server.git"]);
        std::fs::remove_dir_all(folder).unwrap();
        self.at("server.git")
    }

    pub(super) fn clone(&self, name: &str) -> PathBuf {
        git(&self.0, &["clone", "-q", "server.git", name]);
        self.at(name)
    }
}

pub(super) fn script(file: &Path, text: &str) {
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file, format!("#!/bin/sh\n{text}\n")).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
}

pub(super) fn append(ledger: &mut Ledger, commit: &str) -> Result<Vec<Entry>, LedgerError> {
    ledger.append(&[held(commit)])
}

#[test]
fn a_push_is_a_swap_that_one_of_two_clones_wins() {
    let place = Place::new();
    let server = place.server();
    let (mut one, entries) = opened(&place.clone("one"), &shared());
    let (mut two, _) = opened(&place.clone("two"), &shared());
    assert!(entries.is_empty());
    let written = one.append(&[intent("scale")]).unwrap();
    let last = written.last().map(|entry| entry.id.clone());
    assert_eq!(Some(git(&server, &["rev-parse", TIP])), last);
    assert_eq!(Some(git(&place.at("one"), &["rev-parse", TIP])), last);
    assert!(matches!(
        two.append(&[intent("scale")]),
        Err(LedgerError::Moved)
    ));
    assert!(matches!(append(&mut two, "b"), Err(LedgerError::Moved)));
    assert_eq!(two.read().unwrap(), written);
    assert_eq!(two.genesis(), one.genesis());
    append(&mut two, "b").unwrap();
    assert!(matches!(append(&mut one, "c"), Err(LedgerError::Moved)));
    assert_eq!(commits(&one.read().unwrap()), ["b"]);
    append(&mut one, "c").unwrap();
    assert_eq!(commits(&two.read().unwrap()), ["b", "c"]);
    assert_eq!(git(&server, &["fsck", "--strict"]), "");
    assert_eq!(git(&server, &["rev-list", "--count", TIP]), "4");
}

#[test]
fn runners_in_many_clones_at_once_lose_no_record() {
    let place = Place::new();
    place.server();
    let run = |name: &'static str| {
        let folder = place.clone(name);
        std::thread::spawn(move || {
            let (mut ledger, _) = opened(&folder, &shared());
            let mut written = 0;
            while written < 4 {
                match append(&mut ledger, &format!("{name}{written}")) {
                    Ok(_) => written += 1,
                    // A server that is just swapping for another says no for its own reasons.
                    Err(LedgerError::Moved | LedgerError::Refused { .. }) => {
                        ledger.read().unwrap();
                    }
                    Err(other) => panic!("{other}"),
                }
            }
        })
    };
    for runner in ["a", "b", "c"].map(run) {
        runner.join().unwrap();
    }
    let (_, entries) = opened(&place.at("a"), &shared());
    let mut all = commits(&entries);
    all.sort_unstable();
    assert_eq!(
        all,
        [
            "a0", "a1", "a2", "a3", "b0", "b1", "b2", "b3", "c0", "c1", "c2", "c3"
        ]
    );
}

#[test]
fn a_ledger_is_whole_in_a_new_clone() {
    let place = Place::new();
    place.server();
    let (mut ledger, _) = opened(&place.clone("one"), &shared());
    append(&mut ledger, "a").unwrap();
    append(&mut ledger, "b").unwrap();
    let all = ledger.read().unwrap();
    std::fs::remove_dir_all(place.at("one")).unwrap();
    git(
        &place.0,
        &[
            "clone",
            "-q",
            "--single-branch",
            "-b",
            "main",
            "server.git",
            "one",
        ],
    );
    let (mut ledger, entries) = opened(&place.at("one"), &shared());
    assert_eq!(entries, all);
    append(&mut ledger, "c").unwrap();
    assert_eq!(
        git(&place.at("one"), &["fsck", "--strict", "--no-dangling"]),
        ""
    );
}

#[test]
fn a_shallow_clone_gets_the_history_that_it_lacks() {
    let place = Place::new();
    let server = place.server();
    let (mut ledger, _) = opened(&place.clone("one"), &shared());
    append(&mut ledger, "a").unwrap();
    append(&mut ledger, "b").unwrap();
    let url = format!("file://{}", server.display());
    git(
        &place.0,
        &["clone", "-q", "--depth", "1", "-b", "main", &url, "two"],
    );
    let two = place.at("two");
    git(
        &two,
        &[
            "fetch",
            "-q",
            "--depth",
            "1",
            "origin",
            &format!("{TIP}:{TIP}"),
        ],
    );
    let cut = Ledger::open(&two, &local()).unwrap().read();
    assert!(matches!(cut, Err(LedgerError::Broken { .. })));
    let (mut ledger, entries) = opened(&two, &shared());
    assert_eq!(commits(&entries), ["a", "b"]);
    append(&mut ledger, "c").unwrap();
    let (_, entries) = opened(&place.at("one"), &shared());
    assert_eq!(commits(&entries), ["a", "b", "c"]);
}

#[test]
fn a_remote_that_gives_no_answer_is_never_a_new_ledger() {
    let place = Place::new();
    let server = place.server();
    let one = place.clone("one");
    std::fs::rename(&server, place.at("away")).unwrap();
    let refused = Ledger::open(&one, &shared());
    let Err(LedgerError::Unreachable { remote, why }) = refused else {
        panic!("it cannot be reached");
    };
    assert_eq!(remote, "origin");
    assert!(
        why.contains("does not appear to be a git repository"),
        "{why}"
    );
    std::fs::rename(place.at("away"), &server).unwrap();
    let (mut ledger, _) = opened(&one, &shared());
    std::fs::rename(&server, place.at("away")).unwrap();
    let lost = append(&mut ledger, "a");
    assert!(matches!(lost, Err(LedgerError::Unsettled { .. })));
    std::fs::rename(place.at("away"), &server).unwrap();
    assert!(ledger.read().unwrap().is_empty());
    append(&mut ledger, "a").unwrap();
}

#[test]
fn a_remote_that_the_clone_does_not_name_clearly_is_refused() {
    let place = Place::new();
    place.server();
    let one = place.clone("one");
    let refused = |reason: &str| {
        let Err(LedgerError::Address { why, .. }) = Ledger::open(&one, &shared()) else {
            panic!("{reason}");
        };
        assert!(why.contains(reason), "{why}");
    };
    git(
        &one,
        &["config", "--add", "remote.origin.url", "../other.git"],
    );
    refused("more than one");
    git(
        &one,
        &[
            "config",
            "--replace-all",
            "remote.origin.url",
            "ext::sh -c true",
        ],
    );
    refused("program");
    git(
        &one,
        &["config", "remote.origin.url", "http://host/catalog"],
    );
    refused("not https");
    git(&one, &["remote", "remove", "origin"]);
    refused("no such remote");
}

#[test]
fn a_push_whose_answer_was_lost_is_settled_by_looking() {
    let place = Place::new();
    let server = place.server();
    let (mut ledger, _) = opened(&place.clone("one"), &shared());
    // Dies after the branch was moved and before the answer.
    script(&server.join("hooks/post-receive"), "kill -9 $PPID");
    let mut written = append(&mut ledger, "a").unwrap();
    written.extend(append(&mut ledger, "b").unwrap());
    assert_eq!(ledger.read().unwrap(), written);
    // Meanwhile somebody else wrote behind it: it has landed all the same, and what follows
    // is to be decided again.
    let two = place.clone("two");
    git(&two, &["fetch", "-q", "origin", &format!("{TIP}:{TIP}")]);
    let hook = "unset GIT_QUARANTINE_PATH\n\
         tree=$(git rev-parse \"$tip^{tree}\")\n\
         next=$(git -c user.name=x -c user.email=x commit-tree $tree -p $tip -m next)\n\
         git update-ref refs/heads/catalogc-ledger $next\n\
         kill -9 $PPID";
    script(
        &server.join("hooks/post-receive"),
        &format!("read old tip name\n{hook}"),
    );
    append(&mut ledger, "c").unwrap();
    assert!(matches!(append(&mut ledger, "d"), Err(LedgerError::Moved)));
    let entries = ledger.read().unwrap();
    assert_eq!(commits(&entries), ["a", "b", "c", "c"]);
}

#[test]
fn a_push_that_the_server_refuses_writes_nothing() {
    let place = Place::new();
    let server = place.server();
    let one = place.clone("one");
    let (mut ledger, _) = opened(&one, &shared());
    script(
        &server.join("hooks/pre-receive"),
        "echo protected >&2; exit 1",
    );
    let Err(LedgerError::Refused { why, .. }) = append(&mut ledger, "a") else {
        panic!("the hook refuses");
    };
    assert_eq!(why, "[remote rejected] (pre-receive hook declined)");
    assert!(ledger.read().unwrap().is_empty());
    assert!(try_git(&one, &["rev-parse", "--verify", "-q", TIP]).is_err());
    std::fs::remove_file(server.join("hooks/pre-receive")).unwrap();
    append(&mut ledger, "a").unwrap();
}

#[test]
fn a_ledger_that_gets_a_remote_later_brings_its_records_along() {
    let place = Place::new();
    place.server();
    let one = place.clone("one");
    append(&mut opened(&one, &local()).0, "a").unwrap();
    let (mut ledger, entries) = opened(&one, &shared());
    assert_eq!(commits(&entries), ["a"]);
    append(&mut ledger, "b").unwrap();
    append(&mut opened(&one, &local()).0, "c").unwrap();
    let (mut ledger, _) = opened(&one, &shared());
    append(&mut ledger, "d").unwrap();
    let (_, entries) = opened(&place.clone("two"), &shared());
    assert_eq!(commits(&entries), ["a", "b", "c", "d"]);
}

#[test]
fn ledgers_that_have_parted_are_an_error() {
    let place = Place::new();
    place.server();
    let (one, two) = (place.clone("one"), place.clone("two"));
    append(&mut opened(&one, &shared()).0, "a").unwrap();
    append(&mut opened(&two, &local()).0, "b").unwrap();
    let parted = Ledger::open(&two, &shared());
    assert!(matches!(parted, Err(LedgerError::Parted { .. })));
}

#[test]
fn a_lock_in_the_clone_stops_an_append_only_when_its_owner_is_gone() {
    let place = Place::new();
    let server = place.server();
    let one = place.clone("one");
    let (mut ledger, _) = opened(&one, &shared());
    append(&mut ledger, "a").unwrap();
    let file = one.join(format!(".git/{TIP}.lock"));
    let lock = std::fs::File::create(&file).unwrap();
    // The remote has the truth; the branch here only follows.
    append(&mut ledger, "b").unwrap();
    append(&mut ledger, "c").unwrap();
    assert_eq!(git(&server, &["rev-list", "--count", TIP]), "4");
    assert_eq!(commits(&ledger.read().unwrap()), ["a", "b", "c"]);
    let hour = std::time::Duration::from_secs(3600);
    lock.set_modified(lock.metadata().unwrap().modified().unwrap() - hour)
        .unwrap();
    let Err(LedgerError::Locked(lock)) = append(&mut ledger, "d") else {
        panic!("the lock is seen");
    };
    assert!(lock.age >= hour);
    assert_eq!(git(&server, &["rev-list", "--count", TIP]), "4");
    Ledger::break_lock(&one, &shared()).unwrap();
    append(&mut ledger, "d").unwrap();
    assert_eq!(
        git(&one, &["rev-parse", TIP]),
        git(&server, &["rev-parse", TIP])
    );
}

#[test]
fn a_branch_that_somebody_rewound_is_noticed_and_gets_its_records_back() {
    let place = Place::new();
    let server = place.server();
    let (mut ledger, _) = opened(&place.clone("one"), &shared());
    append(&mut ledger, "a").unwrap();
    append(&mut ledger, "b").unwrap();
    git(&server, &["update-ref", TIP, &format!("{TIP}^")]);
    assert!(matches!(append(&mut ledger, "c"), Err(LedgerError::Moved)));
    assert_eq!(commits(&ledger.read().unwrap()), ["a", "b"]);
    append(&mut ledger, "c").unwrap();
    git(&server, &["update-ref", "-d", TIP]);
    assert!(matches!(append(&mut ledger, "d"), Err(LedgerError::Moved)));
    ledger.read().unwrap();
    append(&mut ledger, "d").unwrap();
    let (_, entries) = opened(&place.clone("two"), &shared());
    assert_eq!(commits(&entries), ["a", "b", "c", "d"]);
}
